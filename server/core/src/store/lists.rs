//! Lists of followed accounts.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use super::list_members;

use crate::domain::ids::{AccountId, ListId};

/// A row of `lists`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lists")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ListId,
    pub account_id: AccountId,
    pub title: String,
    pub replies_policy: String,
    pub exclusive: bool,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A list of an account.
pub async fn find(db: &impl ConnectionTrait, account: AccountId, id: ListId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::AccountId.eq(account)).one(db).await
}

/// All lists of an account.
pub async fn list(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::Id).all(db).await
}

/// The lists of an account that `member` is on.
pub async fn list_with(
    db: &impl ConnectionTrait,
    account: AccountId,
    member: AccountId,
) -> Result<Vec<Model>, DbErr> {
    let lists = list_members::Entity::find()
        .select_only()
        .column(list_members::Column::ListId)
        .filter(list_members::Column::AccountId.eq(member))
        .into_query();
    let select = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::Id.in_subquery(lists));
    select.order_by_asc(Column::Id).all(db).await
}

/// How many lists an account has.
pub async fn count(db: &impl ConnectionTrait, account: AccountId) -> Result<u64, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).count(db).await
}

/// Adds a list.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces the row of a list.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}

/// Takes a list away, with its members.
pub async fn delete(tx: &DatabaseTransaction, id: ListId) -> Result<(), DbErr> {
    list_members::Entity::delete_many().filter(list_members::Column::ListId.eq(id)).exec(tx).await?;
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
