//! Further secret links to receipts and statements of reasons.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

/// A row of `case_links`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_links")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub link_hash: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The hash of the first link to the page that `hash` leads to; the same where it is the first.
pub async fn resolve(db: &impl ConnectionTrait, hash: &str) -> Result<String, DbErr> {
    let row = Entity::find_by_id(hash).one(db).await?;
    Ok(row.map_or_else(|| hash.to_owned(), |row| row.link_hash))
}

/// Adds links.
pub async fn insert(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    if !rows.is_empty() {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
