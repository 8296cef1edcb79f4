//! What can be chosen in a poll.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, ExprTrait, QueryOrder};

use crate::domain::ids::PostId;

/// A row of `poll_options`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "poll_options")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub title: String,
    pub votes_count: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The options of these polls, each in order.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).order_by_asc(Column::Position).all(db).await
}

/// Adds an option.
pub async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    super::insert(tx, row).await
}

/// Counts one more vote.
pub async fn count_vote(tx: &DatabaseTransaction, post: PostId, position: i32) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::VotesCount, Expr::col(Column::VotesCount).add(1))
        .filter(Column::PostId.eq(post))
        .filter(Column::Position.eq(position))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes all options of a poll away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
