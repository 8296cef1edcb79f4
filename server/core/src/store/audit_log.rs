//! Who did what, in a chain of hashes.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect};

use crate::domain::ids::{PersonId, RowId};

/// A row of `audit_log`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub created_at: DateTime<Utc>,
    pub person_id: Option<PersonId>,
    pub act: String,
    pub subject: String,
    pub facts: String,
    pub seq: Option<i64>,
    pub previous: Option<String>,
    pub hash: Option<String>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds an entry, not yet in the chain.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Whether entries wait to be put into the chain.
pub async fn has_unsealed(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(!list_unsealed(db, 1).await?.is_empty())
}

/// Entries that are not in the chain yet, oldest first.
pub async fn list_unsealed(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Seq.is_null()).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// How many entries are not in the chain yet.
pub async fn count_unsealed(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(Column::Seq.is_null()).count(db).await
}

/// The end of the chain.
pub async fn last(db: &impl ConnectionTrait) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Seq.is_not_null()).order_by_desc(Column::Seq).limit(1).one(db).await
}

/// The last entry about an act, in the chain or not.
pub async fn last_of(db: &impl ConnectionTrait, act: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Act.eq(act)).order_by_desc(Column::Id).limit(1).one(db).await
}

/// Whether an entry of the chain has this hash.
pub async fn has_hash(db: &impl ConnectionTrait, hash: &str) -> Result<bool, DbErr> {
    Ok(Entity::find().filter(Column::Hash.eq(hash)).limit(1).one(db).await?.is_some())
}

/// The next links of the chain after `seq`.
pub async fn list_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Seq.gt(seq)).order_by_asc(Column::Seq).limit(limit).all(db).await
}

/// Puts an entry into the chain.
pub async fn seal(tx: &DatabaseTransaction, row: &Model) -> Result<(), DbErr> {
    use sea_orm::sea_query::Expr;
    Entity::update_many()
        .col_expr(Column::Seq, Expr::value(row.seq))
        .col_expr(Column::Previous, Expr::value(row.previous.clone()))
        .col_expr(Column::Hash, Expr::value(row.hash.clone()))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Seq.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
