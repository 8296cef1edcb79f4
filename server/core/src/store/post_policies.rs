//! Who may quote and answer posts.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, IntoActiveModel};

use crate::domain::ids::PostId;
use crate::domain::policy::{Groups, Policy};

/// A row of `post_policies`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_policies")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub quote_automatic: i32,
    pub quote_manual: i32,
    pub reply_automatic: Option<i32>,
    pub reply_manual: Option<i32>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row that says this of a post.
    pub fn new(post_id: PostId, quote: Policy, reply: Option<Policy>) -> Model {
        Model {
            post_id,
            quote_automatic: quote.automatic.0,
            quote_manual: quote.manual.0,
            reply_automatic: reply.map(|reply| reply.automatic.0),
            reply_manual: reply.map(|reply| reply.manual.0),
        }
    }

    /// Who may quote.
    pub fn quote(&self) -> Policy {
        Policy { automatic: Groups(self.quote_automatic), manual: Groups(self.quote_manual) }
    }

    /// Who may answer; none where nothing is said of it.
    pub fn reply(&self) -> Option<Policy> {
        let (automatic, manual) = (self.reply_automatic?, self.reply_manual?);
        Some(Policy { automatic: Groups(automatic), manual: Groups(manual) })
    }
}

/// What is said of a post.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// What is said of these posts.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).all(db).await
}

/// Says something of a post, in the place of what was said before.
pub async fn put(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let columns = [Column::QuoteAutomatic, Column::QuoteManual, Column::ReplyAutomatic, Column::ReplyManual];
    let replace = OnConflict::column(Column::PostId).update_columns(columns).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Says nothing of a post any more.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_by_id(post).exec(tx).await?;
    Ok(())
}
