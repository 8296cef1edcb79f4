//! What is found of whole months.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, IntoActiveModel};

use crate::domain::ids::AccountId;

/// A row of `reach_months`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reach_months")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: String,
    pub amount: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// In place of an account: the whole server.
pub const WHOLE_SERVER: AccountId = AccountId(0);

/// What accounts have in these months.
pub async fn list(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    months: Vec<String>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Month.is_in(months))
        .all(db)
        .await
}

/// Adds to what the whole server has.
pub async fn add(tx: &DatabaseTransaction, month: &str, measure: &str, amount: i64) -> Result<(), DbErr> {
    let row =
        Model { account_id: WHOLE_SERVER, month: month.to_owned(), measure: measure.to_owned(), amount };
    let key = [Column::AccountId, Column::Month, Column::Measure];
    let more = Expr::col((Entity, Column::Amount)).add(amount);
    Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).value(Column::Amount, more).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes down all that was found of a month, in place of what was found of these measures before.
pub async fn put(
    tx: &DatabaseTransaction,
    month: &str,
    measures: impl IntoIterator<Item = &'static str>,
    rows: Vec<Model>,
) -> Result<(), DbErr> {
    let found = Column::Measure.is_in(measures);
    Entity::delete_many().filter(Column::Month.eq(month)).filter(found).exec(tx).await?;
    for rows in rows.chunks(500) {
        let key = [Column::AccountId, Column::Month, Column::Measure];
        Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::columns(key).update_column(Column::Amount).to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
