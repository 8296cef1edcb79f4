//! Public keys of other servers' accounts.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};

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

/// A key by its id.
pub async fn find(db: &impl ConnectionTrait, key_id: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(key_id).one(db).await
}

/// The first of an account's keys, by their ids.
pub async fn find_first(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::KeyId).one(db).await
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
