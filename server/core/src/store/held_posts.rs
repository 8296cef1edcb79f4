//! Posts of others that wait for a moderator, or stay hidden since one looked.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, FromQueryResult, PaginatorTrait, QueryOrder, QuerySelect, QueryTrait};

use super::accounts;
use crate::domain::ids::{AccountId, PersonId, PostId};

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
    pub hidden_by: Option<PersonId>,
    pub hidden_at: Option<DateTime<Utc>>,
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

/// With the words themselves: only so is the index used that holds just these.
fn waiting(is_waiting: bool) -> sea_orm::sea_query::SimpleExpr {
    match is_waiting {
        true => Expr::cust("held_posts.hidden_at IS NULL"),
        false => Expr::cust("held_posts.hidden_at IS NOT NULL"),
    }
}

/// Those that wait, or that somebody has hidden; the newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    is_waiting: bool,
    offset: u64,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(waiting(is_waiting))
        .order_by_desc(Column::PostId)
        .offset(offset)
        .limit(limit)
        .all(db)
        .await
}

/// How many wait, counted up to `most`.
pub async fn count_waiting(db: &impl ConnectionTrait, most: u64) -> Result<u64, DbErr> {
    Entity::find().select_only().column(Column::PostId).filter(waiting(true)).limit(most).count(db).await
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
    Entity::find()
        .select_only()
        .column(Column::AuthorId)
        .column_as(Column::PostId.count(), "count")
        .filter(waiting(true))
        .filter(Column::AuthorId.is_in(authors))
        .group_by(Column::AuthorId)
        .into_model()
        .all(db)
        .await
}

/// Those that are meant: one as it is, of an account or a host those that wait; oldest first, at most `limit`.
pub async fn list_of(db: &impl ConnectionTrait, whose: &Whose, limit: u64) -> Result<Vec<Model>, DbErr> {
    let select = match whose {
        Whose::Post(post) => Entity::find_by_id(*post),
        Whose::Author(author) => Entity::find().filter(waiting(true)).filter(Column::AuthorId.eq(*author)),
        Whose::Host(host) => {
            let there = accounts::Entity::find()
                .select_only()
                .column(accounts::Column::Id)
                .filter(accounts::Column::Host.eq(host.as_str()))
                .into_query();
            Entity::find().filter(waiting(true)).filter(Column::AuthorId.in_subquery(there))
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

/// Says that a post stays hidden, and who said so; false if somebody was sooner.
pub async fn set_hidden(
    tx: &DatabaseTransaction,
    post: PostId,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::HiddenBy, Expr::value(by))
        .col_expr(Column::HiddenAt, Expr::value(at))
        .filter(Column::PostId.eq(post))
        .filter(Column::HiddenAt.is_null())
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Forgets that a post was held; false if it was not.
pub async fn delete(tx: &DatabaseTransaction, post: PostId) -> Result<bool, DbErr> {
    Ok(Entity::delete_by_id(post).exec(tx).await?.rows_affected > 0)
}
