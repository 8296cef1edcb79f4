//! Which post bears which hashtag.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QuerySelect, QueryTrait};

use super::tags;

use crate::domain::ids::{PostId, TagId};

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

/// Replaces the hashtags of a post.
pub async fn replace(tx: &DatabaseTransaction, post: PostId, tags: &[TagId]) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    if !tags.is_empty() {
        let rows = tags.iter().map(|tag| Model { post_id: post, tag_id: *tag }.into_active_model());
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
