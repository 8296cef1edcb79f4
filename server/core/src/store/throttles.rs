//! How often something was tried.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, IntoActiveModel};

/// A row of `throttles`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "throttles")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub count: i32,
    pub ends_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How often `key` was counted, and until when; none if its time is over.
pub async fn find(db: &impl ConnectionTrait, key: &str, now: DateTime<Utc>) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(key).filter(Column::EndsAt.gt(now)).one(db).await
}

/// Counts one more of `key`; a new count lasts until `ends_at`.
pub async fn count(
    tx: &DatabaseTransaction,
    key: &str,
    now: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    add(tx, key, 1, now, ends_at).await
}

/// Counts so many more of `key`; a new count lasts until `ends_at`.
pub async fn add(
    tx: &DatabaseTransaction,
    key: &str,
    by: i32,
    now: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Key.eq(key)).filter(Column::EndsAt.lte(now)).exec(tx).await?;
    Entity::insert(Model { key: key.to_owned(), count: by, ends_at }.into_active_model())
        .on_conflict(
            OnConflict::column(Column::Key)
                .value(Column::Count, Expr::col((Entity, Column::Count)).add(by))
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Forgets a count.
pub async fn delete(tx: &DatabaseTransaction, key: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(key).exec(tx).await?;
    Ok(())
}

/// Throws away the counts whose time is over.
pub async fn delete_expired(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::EndsAt.lte(now)).exec(tx).await?.rows_affected)
}
