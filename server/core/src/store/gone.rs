//! Deletes and Undos of something not seen yet.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

/// A row of `gone`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gone")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub uri: String,
    pub actor: String,
    pub ends_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether `uri` was taken back by `actor` before we saw it.
pub async fn find(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(uri).one(db).await
}

/// Remembers that `uri` was taken back.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert_once(tx, row, [Column::Uri]).await?;
    Ok(())
}

/// Forgets what is over.
pub async fn delete_expired(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::EndsAt.lte(now)).exec(tx).await?.rows_affected)
}
