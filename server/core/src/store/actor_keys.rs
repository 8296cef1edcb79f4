//! Public keys of other servers' accounts.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    DatabaseTransaction, FromQueryResult, IntoActiveModel, JoinType, QueryOrder, QuerySelect, Select,
};

use super::accounts;

use crate::domain::ids::AccountId;

/// A row of `actor_keys`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "actor_keys")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: String,
    pub account_id: AccountId,
    pub public_key: String,
    pub fetched_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A key with the address of the account that it belongs to.
#[derive(Clone, Debug, FromQueryResult)]
#[allow(missing_docs, reason = "the columns are described where the tables are made")]
pub struct Owned {
    pub public_key: String,
    pub fetched_at: DateTime<Utc>,
    pub owner: String,
}

/// A key by its id.
pub async fn find(db: &impl ConnectionTrait, key_id: &str) -> Result<Option<Owned>, DbErr> {
    owned().filter(Column::KeyId.eq(key_id)).into_model().one(db).await
}

/// The first of an account's keys, by their ids.
pub async fn find_first(db: &impl ConnectionTrait, owner: &str) -> Result<Option<Owned>, DbErr> {
    let select = owned().filter(accounts::Column::Uri.eq(owner)).order_by_asc(Column::KeyId);
    select.into_model().one(db).await
}

fn owned() -> Select<Entity> {
    let owner = Entity::belongs_to(accounts::Entity).from(Column::AccountId).to(accounts::Column::Id);
    Entity::find()
        .select_only()
        .columns([Column::PublicKey, Column::FetchedAt])
        .column_as(accounts::Column::Uri, "owner")
        .join(JoinType::InnerJoin, owner.into())
}

/// Replaces all keys of an account.
pub async fn replace(tx: &DatabaseTransaction, account: AccountId, keys: Vec<Model>) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::AccountId.eq(account)).exec(tx).await?;
    for key in keys {
        Entity::insert(key.into_active_model())
            .on_conflict(
                OnConflict::column(Column::KeyId)
                    .update_columns([Column::AccountId, Column::PublicKey, Column::FetchedAt])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
