//! What may be told of the servers that people are on, and of the campaign addresses that they opened: `host` is the server, or
//! the code of the address.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect};

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

/// In place of a server: all of them together, as many as there were when the parts were told.
pub const ALL: &str = "";

/// A month in which something was told of an account.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Told {
    /// Of whom.
    pub account_id: AccountId,
    /// The month, as `2026-10`.
    pub month: String,
}

/// The last month, up to `month`, in which each of these accounts was told of.
pub async fn last_month(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
    measure: &str,
    month: &str,
) -> Result<Vec<Told>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::AccountId)
        .column_as(Column::Month.max(), "month")
        .filter(Column::AccountId.is_in(accounts.to_vec()))
        .filter(Column::Measure.eq(measure))
        .filter(Column::Host.eq(ALL))
        .filter(Column::Month.lte(month))
        .group_by(Column::AccountId)
        .into_model()
        .all(db)
        .await
}

/// What was told of one part of an account, of all months together.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Sum {
    /// The server or the code.
    pub host: String,
    /// At least so many.
    pub amount: i64,
}

/// What was ever told of the parts of an account, added up: for what happens anew each month.
pub async fn sum_of_all_time(
    db: &impl ConnectionTrait,
    account: AccountId,
    measure: &str,
) -> Result<Vec<Sum>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Host)
        .column_as(Expr::col(Column::Amount).sum().cast_as("BIGINT"), "amount")
        .filter(Column::AccountId.eq(account))
        .filter(Column::Measure.eq(measure))
        .group_by(Column::Host)
        .into_model()
        .all(db)
        .await
}

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
