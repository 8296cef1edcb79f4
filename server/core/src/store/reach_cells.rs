//! What may be told of the servers that people are on.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};

use crate::domain::ids::AccountId;

/// A row of `reach_cells`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reach_cells")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub host: String,
    pub software: Option<String>,
    pub amount: i64,
    pub floor: i32,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is told of accounts in these months, the largest first.
pub async fn list(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    months: Vec<String>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Month.is_in(months))
        .order_by_desc(Column::Amount)
        .order_by_asc(Column::Host)
        .all(db)
        .await
}

/// Tells something once and for all: what was told before stays.
pub async fn tell(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(500) {
        let key = [Column::AccountId, Column::Month, Column::Measure, Column::Host];
        Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await
            .map(|_| ())
            .or_else(|error| if matches!(error, DbErr::RecordNotInserted) { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}
