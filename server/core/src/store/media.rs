//! Pictures and films.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::ids::{AccountId, MediaId, PostId};

/// A row of `media`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MediaId,
    pub account_id: AccountId,
    pub post_id: Option<PostId>,
    pub position: i32,
    pub kind: String,
    pub mime: String,
    pub file: Option<String>,
    pub preview_file: Option<String>,
    pub remote_url: Option<String>,
    pub remote_preview_url: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub preview_width: Option<i32>,
    pub preview_height: Option<i32>,
    pub duration: Option<f64>,
    pub blurhash: Option<String>,
    pub focus_x: Option<f64>,
    pub focus_y: Option<f64>,
    pub description: String,
    pub decorative: bool,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The posts that have files, for a subquery.
pub(crate) fn attached() -> SelectStatement {
    Entity::find().select_only().column(Column::PostId).filter(Column::PostId.is_not_null()).into_query()
}

/// One file.
pub async fn find(db: &impl ConnectionTrait, id: MediaId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// A file of an account that is on no post yet.
pub async fn find_unattached(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: MediaId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id)
        .filter(Column::AccountId.eq(account))
        .filter(Column::PostId.is_null())
        .one(db)
        .await
}

/// The files with these ids, in no order.
pub async fn list_by_ids(db: &impl ConnectionTrait, ids: Vec<MediaId>) -> Result<Vec<Model>, DbErr> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Id.is_in(ids)).all(db).await
}

/// The files of these posts, in the order in which they are shown.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .filter(Column::PostId.is_in(posts))
        .order_by_asc(Column::PostId)
        .order_by_asc(Column::Position)
        .all(db)
        .await
}

/// Files that lie here, after this one, by their ids.
pub async fn list_own_after(
    db: &impl ConnectionTrait,
    after: MediaId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Id.gt(after))
        .filter(Column::File.is_not_null())
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Where the files of an account elsewhere are kept there.
pub async fn list_remote_urls(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::RemoteUrl)
        .filter(Column::AccountId.eq(account))
        .filter(Column::RemoteUrl.is_not_null())
        .into_tuple()
        .all(db)
        .await
}

/// Adds a file.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Replaces the row of a file.
pub async fn update(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::update(tx, row).await
}

/// Ties files to a post, in this order.
pub async fn attach(tx: &DatabaseTransaction, post: PostId, ids: &[MediaId]) -> Result<(), DbErr> {
    for (position, id) in ids.iter().enumerate() {
        Entity::update_many()
            .col_expr(Column::PostId, Expr::value(post))
            .col_expr(Column::Position, Expr::value(position as i32))
            .filter(Column::Id.eq(*id))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Takes all files off a post; they are thrown away a day later unless attached again.
pub async fn detach(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PostId, Expr::value(None::<PostId>))
        .filter(Column::PostId.eq(post))
        .exec(tx)
        .await?;
    Ok(())
}

/// Files that were not attached to anything since `before`.
pub async fn list_forgotten(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PostId.is_null())
        .filter(Column::CreatedAt.lt(before))
        .limit(limit)
        .all(db)
        .await
}

/// Takes the rows of files away.
pub async fn delete(tx: &DatabaseTransaction, ids: Vec<MediaId>) -> Result<(), DbErr> {
    if !ids.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(ids)).exec(tx).await?;
    }
    Ok(())
}

/// Takes the rows of a post's files away: of others, whose files are not here.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
