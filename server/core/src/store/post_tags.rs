//! Which post bears which hashtag.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::{posts, tags};

use crate::domain::ids::{self, AccountId, PostId, TagId};
use crate::domain::post::Visibility;

/// A row of `post_tags`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_tags")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: TagId,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The posts with a hashtag, in its comparable form, for a subquery.
pub(crate) fn with_tag(name: &str) -> SelectStatement {
    let tag = tags::Entity::find()
        .select_only()
        .column(tags::Column::Id)
        .filter(tags::Column::Name.eq(name))
        .into_query();
    Entity::find().select_only().column(Column::PostId).filter(Column::TagId.in_subquery(tag)).into_query()
}

/// Which of these posts bear which hashtags.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).all(db).await
}

/// How often a hashtag was used in public on one day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Use {
    /// The hashtag.
    pub tag_id: TagId,
    /// The day, counted from 1970.
    pub day: i64,
    /// In how many posts.
    pub posts: i64,
    /// By how many accounts.
    pub accounts: i64,
}

/// How often each of `tags` was used in public on each day after `since`.
pub async fn list_uses(
    db: &impl ConnectionTrait,
    tags: Vec<TagId>,
    since: DateTime<Utc>,
) -> Result<Vec<Use>, DbErr> {
    if tags.is_empty() {
        return Ok(vec![]);
    }
    // An id holds its milliseconds above 16 bits.
    const IDS_A_DAY: i64 = 86_400_000 << 16;
    let id = || Expr::col((posts::Entity, posts::Column::Id));
    let author = || Expr::col((posts::Entity, posts::Column::AuthorId));
    Entity::find()
        .join(JoinType::InnerJoin, joined())
        .select_only()
        .column(Column::TagId)
        .column_as(id().div(IDS_A_DAY), "day")
        .column_as(id().count(), "posts")
        .column_as(author().count_distinct(), "accounts")
        .filter(Column::TagId.is_in(tags))
        .filter(Column::PostId.gte(ids::first_at(since)))
        .filter(Expr::col((posts::Entity, posts::Column::Visibility)).eq(Visibility::Public))
        .filter(posts::published())
        .group_by(Column::TagId)
        .group_by(Expr::col("day"))
        .into_model()
        .all(db)
        .await
}

/// How an author has used a hashtag in posts that everybody may see.
#[derive(Clone, Debug, FromQueryResult)]
pub struct UseByAuthor {
    /// The hashtag.
    pub tag_id: TagId,
    /// In how many posts.
    pub posts: i64,
    /// The newest of them.
    pub last: PostId,
}

/// How `author` has used each of `tags`; nothing of those that it has not.
pub async fn list_uses_by(
    db: &impl ConnectionTrait,
    author: AccountId,
    tags: Vec<TagId>,
) -> Result<Vec<UseByAuthor>, DbErr> {
    if tags.is_empty() {
        return Ok(vec![]);
    }
    uses_by(author).filter(Column::TagId.is_in(tags)).into_model().all(db).await
}

/// The hashtags that `author` uses most, the first `limit` of those in its posts since `since`.
pub async fn list_most_used_by(
    db: &impl ConnectionTrait,
    author: AccountId,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<UseByAuthor>, DbErr> {
    uses_by(author)
        .filter(Expr::col((posts::Entity, posts::Column::Id)).gte(ids::first_at(since)))
        .order_by_desc(Expr::col("posts"))
        .order_by_desc(Expr::col("last"))
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

fn uses_by(author: AccountId) -> Select<Entity> {
    let post = |column| Expr::col((posts::Entity, column));
    Entity::find()
        .join(JoinType::InnerJoin, joined())
        .select_only()
        .column(Column::TagId)
        .column_as(post(posts::Column::Id).count(), "posts")
        .column_as(post(posts::Column::Id).max(), "last")
        .filter(post(posts::Column::AuthorId).eq(author))
        .filter(post(posts::Column::Visibility).is_in([Visibility::Public, Visibility::Unlisted]))
        .filter(posts::published())
        .group_by(Column::TagId)
}

fn joined() -> RelationDef {
    Entity::belongs_to(posts::Entity).from(Column::PostId).to(posts::Column::Id).into()
}

/// Takes the hashtags of a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}

/// Adds the hashtags of a post.
pub async fn insert(tx: &DatabaseTransaction, post: PostId, tags: &[TagId]) -> Result<(), DbErr> {
    if !tags.is_empty() {
        let rows = tags.iter().map(|tag| Model { post_id: post, tag_id: *tag }.into_active_model());
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
