//! Who is named in a post.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QuerySelect, QueryTrait};

use crate::domain::ids::{AccountId, PostId};

/// A row of `mentions`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mentions")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The posts that name an account, for a subquery.
pub(crate) fn of_account(account: AccountId) -> SelectStatement {
    Entity::find().select_only().column(Column::PostId).filter(Column::AccountId.eq(account)).into_query()
}

/// Who is named in these posts.
pub async fn list_of_posts(db: &impl ConnectionTrait, posts: Vec<PostId>) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::PostId.is_in(posts)).all(db).await
}

/// Takes back who is named in a post.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}

/// Adds who is named in a post.
pub async fn insert(tx: &DatabaseTransaction, post: PostId, accounts: &[AccountId]) -> Result<(), DbErr> {
    if !accounts.is_empty() {
        let rows =
            accounts.iter().map(|account| Model { post_id: post, account_id: *account }.into_active_model());
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
