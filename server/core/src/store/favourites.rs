//! Who likes which post.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect};

use super::Page;

use crate::domain::ids::{AccountId, PostId, RowId};

/// A row of `favourites`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "favourites")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub account_id: AccountId,
    pub post_id: PostId,
    pub uri: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Likes of a post, newest first.
pub async fn list_of_post(db: &impl ConnectionTrait, post: PostId, page: &Page) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::PostId.eq(post));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Likes by an account, newest first.
pub async fn list_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &Page,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::AccountId.eq(account));
    Ok(page.in_order(page.apply(select, Column::Id).all(db).await?))
}

/// Which of `posts` are liked by `account`.
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

/// The like of a post by an account.
pub async fn find(
    db: &impl ConnectionTrait,
    account: AccountId,
    post: PostId,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::AccountId.eq(account)).filter(Column::PostId.eq(post)).one(db).await
}

/// Adds a like unless there is one; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::AccountId, Column::PostId]).await
}

/// Takes a like back; says whether it was there.
pub async fn delete(tx: &DatabaseTransaction, account: AccountId, post: PostId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(Column::AccountId.eq(account)).filter(Column::PostId.eq(post));
    Ok(delete.exec(tx).await?.rows_affected > 0)
}

/// Takes all likes of a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}

/// The like with that number.
pub async fn find_by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(RowId(id)).one(db).await
}

/// The like with that address.
pub async fn find_by_uri(db: &impl ConnectionTrait, uri: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Uri.eq(uri)).one(db).await
}
