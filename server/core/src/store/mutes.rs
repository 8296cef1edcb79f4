//! Who mutes whom.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{OnConflict, SelectStatement};
use sea_orm::{Condition, DatabaseTransaction, IntoActiveModel, QuerySelect, QueryTrait};

use super::Page;

use crate::domain::ids::{AccountId, RowId};

/// A row of `mutes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mutes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub target_id: AccountId,
    pub notifications: bool,
    pub ends_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn in_force(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::EndsAt.is_null()).add(Column::EndsAt.gt(now))
}

/// Whom an account mutes, for a subquery.
pub(crate) fn muted_by(account: AccountId, now: DateTime<Utc>) -> SelectStatement {
    let select = Entity::find().select_only().column(Column::TargetId);
    select.filter(Column::AccountId.eq(account)).filter(in_force(now)).into_query()
}

/// The mutes in force from an account to any of `targets`.
pub async fn list_among(
    db: &impl ConnectionTrait,
    account: AccountId,
    targets: &[AccountId],
    now: DateTime<Utc>,
) -> Result<Vec<Model>, DbErr> {
    if targets.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().filter(Column::AccountId.eq(account)).filter(in_force(now));
    select.filter(Column::TargetId.is_in(targets.to_vec())).all(db).await
}

/// Mutes by an account, newest first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Mutes, or changes a mute.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::AccountId, Column::TargetId])
                .update_columns([Column::Notifications, Column::EndsAt])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Ends a mute.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, target: AccountId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Column::TargetId.eq(target))
        .exec(tx)
        .await?;
    Ok(())
}

/// Throws away the mutes that have ended.
pub async fn delete_expired(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::EndsAt.lte(now)).exec(tx).await?.rows_affected)
}

/// Whose notifications an account does not want, for a subquery.
pub(crate) fn muting_notifications(account: AccountId, now: DateTime<Utc>) -> SelectStatement {
    let select = Entity::find().select_only().column(Column::TargetId).filter(Column::Notifications.eq(true));
    select.filter(Column::AccountId.eq(account)).filter(in_force(now)).into_query()
}
