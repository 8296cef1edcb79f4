//! Who chose what in a poll.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, JoinType, QuerySelect};

use super::accounts;
use crate::domain::ids::{AccountId, PostId, RowId};

/// A row of `poll_votes`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "poll_votes")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    pub post_id: PostId,
    pub account_id: AccountId,
    pub position: i32,
    pub uri: String,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an account chose in these polls.
pub async fn list_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    posts: Vec<PostId>,
) -> Result<Vec<Model>, DbErr> {
    if posts.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::AccountId.eq(account)).filter(Column::PostId.is_in(posts)).all(db).await
}

/// Who of ours has voted in a poll.
pub async fn list_voters_here(tx: &DatabaseTransaction, post: PostId) -> Result<Vec<AccountId>, DbErr> {
    let voter = Entity::belongs_to(accounts::Entity).from(Column::AccountId).to(accounts::Column::Id);
    Entity::find()
        .select_only()
        .column(Column::AccountId)
        .distinct()
        .join(JoinType::InnerJoin, voter.into())
        .filter(Column::PostId.eq(post))
        .filter(accounts::Column::Host.is_null())
        .into_tuple()
        .all(tx)
        .await
}

/// Adds a vote unless the account has chosen that option; says whether it did.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::PostId, Column::AccountId, Column::Position]).await
}

/// The place of a vote of which it is not known any more what was chosen.
pub const FORGOTTEN: i32 = -1;

/// Forgets what was chosen in a poll in which each may choose once; who voted stays.
pub async fn forget_choices(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Position, Expr::value(FORGOTTEN))
        .filter(Column::PostId.eq(post))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes all votes of a poll away.
pub async fn delete_of_post(tx: &DatabaseTransaction, post: PostId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::PostId.eq(post)).exec(tx).await?;
    Ok(())
}
