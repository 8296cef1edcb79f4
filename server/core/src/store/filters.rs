//! Filters.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

use super::filter_keywords;

use crate::domain::ids::{AccountId, FilterId};

/// A row of `filters`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "filters")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FilterId,
    pub account_id: AccountId,
    pub title: String,
    pub context: String,
    pub action: String,
    pub ends_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A filter of an account.
pub async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: FilterId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(db).await
}

/// All filters of an account, those that have ended too.
pub async fn list(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::Id).all(db).await
}

/// Adds a filter.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces the row of a filter.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}

/// Takes a filter away, with its words.
pub async fn delete(tx: &DatabaseTransaction, id: FilterId) -> Result<(), DbErr> {
    filter_keywords::Entity::delete_many().filter(filter_keywords::Column::FilterId.eq(id)).exec(tx).await?;
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
