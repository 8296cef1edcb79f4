//! Posts already made for a client's key.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use crate::domain::ids::{AccountId, PersonId, PostId};

/// A row of `idempotency_keys`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub body_hash: String,
    pub post_id: PostId,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What was made for a key since `after`.
pub async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    person: PersonId,
    key: &str,
    after: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id((account, person, key.to_owned())).filter(Column::CreatedAt.gt(after)).one(db).await
}

/// Remembers what was made for a key, in place of what was made long ago; says whether nobody else did meanwhile.
pub async fn insert_once(
    tx: &DatabaseTransaction,
    row: Model,
    forgotten_before: DateTime<Utc>,
) -> Result<bool, DbErr> {
    Entity::delete_many().filter(Column::CreatedAt.lte(forgotten_before)).exec(tx).await?;
    super::insert_once(tx, row, [Column::AccountId, Column::PersonId, Column::Key]).await
}

/// A draft came out as another post: its keys lead there now.
pub async fn follow(tx: &DatabaseTransaction, from: PostId, to: PostId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PostId, Expr::value(to))
        .filter(Column::PostId.eq(from))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the keys of a post that is no more.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
