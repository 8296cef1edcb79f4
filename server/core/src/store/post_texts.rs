//! The text of a post in one language.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::ids::{AccountId, PostId};

/// A row of `post_texts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_texts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    pub is_main: bool,
    pub warning: String,
    pub source: Option<String>,
    pub html: String,
    pub emojis: Option<String>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The texts of these posts, the main one of each first.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find()
        .filter(Column::PostId.is_in(posts))
        .order_by_desc(Column::IsMain)
        .order_by_asc(Column::Language)
        .all(db)
        .await
}

/// The main text of a post.
pub async fn find_main(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::PostId.eq(post)).filter(Column::IsMain.eq(true)).one(db).await
}

/// The emojis in what an account wrote, as they are kept with each text.
pub async fn list_emojis(db: &impl ConnectionTrait, author: AccountId) -> Result<Vec<String>, DbErr> {
    let written = super::posts::Entity::find()
        .select_only()
        .column(super::posts::Column::Id)
        .filter(super::posts::Column::AuthorId.eq(author))
        .into_query();
    Entity::find()
        .select_only()
        .column(Column::Emojis)
        .filter(Column::Emojis.is_not_null())
        .filter(Column::PostId.in_subquery(written))
        .into_tuple()
        .all(db)
        .await
}

/// Adds a text.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Takes the texts of a post away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
