//! Posts of others that a rule holds back until a moderator shows them or decides a case about them.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{
    DatabaseTransaction, FromQueryResult, PaginatorTrait, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::{accounts, cases};
use crate::domain::ids::{AccountId, PostId};

/// A row of `held_posts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "held_posts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: PostId,
    pub author_id: AccountId,
    pub rule: String,
    pub held_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whose posts are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One post.
    Post(PostId),
    /// All of an account.
    Author(AccountId),
    /// All of a host.
    Host(String),
}

/// Those that wait for somebody to look: about which no case is open, and whose author is shown at all. What is in a case
/// is decided there.
fn waiting() -> Select<Entity> {
    let in_cases = cases::Entity::find()
        .select_only()
        .column(cases::Column::PostId)
        .filter(Expr::cust("cases.state = 'open'"))
        .filter(cases::Column::PostId.is_not_null())
        .into_query();
    Entity::find()
        .filter(Column::PostId.not_in_subquery(in_cases))
        .filter(Column::AuthorId.not_in_subquery(accounts::suspended()))
}

/// Those that wait, the newest first.
pub async fn list(db: &impl ConnectionTrait, offset: u64, limit: u64) -> Result<Vec<Model>, DbErr> {
    waiting().order_by_desc(Column::PostId).offset(offset).limit(limit).all(db).await
}

/// A post, if it is held.
pub async fn find(db: &impl ConnectionTrait, post: PostId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(post).one(db).await
}

/// How many wait, counted up to `most`.
pub async fn count_waiting(db: &impl ConnectionTrait, most: u64) -> Result<u64, DbErr> {
    waiting().select_only().column(Column::PostId).limit(most).count(db).await
}

/// How many of an account wait.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AuthorCount {
    /// The account.
    pub author_id: AccountId,
    /// How many.
    pub count: i64,
}

/// How many of each of these accounts wait.
pub async fn count_by_author(
    db: &impl ConnectionTrait,
    authors: Vec<AccountId>,
) -> Result<Vec<AuthorCount>, DbErr> {
    if authors.is_empty() {
        return Ok(vec![]);
    }
    waiting()
        .select_only()
        .column(Column::AuthorId)
        .column_as(Column::PostId.count(), "count")
        .filter(Column::AuthorId.is_in(authors))
        .group_by(Column::AuthorId)
        .into_model()
        .all(db)
        .await
}

/// Those that are meant and wait, oldest first, at most `limit`.
pub async fn list_of(db: &impl ConnectionTrait, whose: &Whose, limit: u64) -> Result<Vec<Model>, DbErr> {
    let select = match whose {
        Whose::Post(post) => waiting().filter(Column::PostId.eq(*post)),
        Whose::Author(author) => waiting().filter(Column::AuthorId.eq(*author)),
        Whose::Host(host) => {
            let there = accounts::Entity::find()
                .select_only()
                .column(accounts::Column::Id)
                .filter(accounts::Column::Host.eq(host.as_str()))
                .into_query();
            waiting().filter(Column::AuthorId.in_subquery(there))
        }
    };
    select.order_by_asc(Column::PostId).limit(limit).all(db).await
}

/// Whether a post is held.
pub async fn is_held(db: &impl ConnectionTrait, post: PostId) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(post).one(db).await?.is_some())
}

/// Adds a post, unless it is held already.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<bool, DbErr> {
    super::insert_once(tx, row, [Column::PostId]).await
}

/// Forgets that a post was held; false if it was not.
pub async fn delete(tx: &DatabaseTransaction, post: PostId) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(post).exec(tx).await?.rows_affected > 0)
}
