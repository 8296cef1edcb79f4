//! Bookmarks.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect};

use super::Page;

use crate::domain::ids::{AccountId, PostId, RowId};

/// A row of `bookmarks`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bookmarks")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub post_id: PostId,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Those of an account, newest first.
pub async fn list(db: &impl ConnectionTrait, account: AccountId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Which of `posts` are among those of `account`.
pub async fn among(
    db: &impl ConnectionTrait,
    account: AccountId,
    posts: Vec<PostId>,
) -> Result<Vec<PostId>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    let select = Entity::find().select_only().column(Column::PostId);
    select
        .filter(Column::AccountId.eq(account))
        .filter(Column::PostId.is_in(posts))
        .into_tuple()
        .all(db)
        .await
}

/// Adds one unless it is there; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::AccountId, Column::PostId]).await
}

/// Takes one away; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, post: PostId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::PostId.eq(post));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// Takes all of a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
