//! How many followers accounts elsewhere have that shared posts of ours, as their servers said.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, FromQueryResult, IntoActiveModel, Statement};

use super::reach::Span;
use crate::domain::ids::{AccountId, PostId};

/// A row of `follower_counts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follower_counts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub amount: Option<i64>,
    pub read_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An account elsewhere whose server can be asked how many follow it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct ToAsk {
    /// The account.
    pub account_id: AccountId,
    /// Its server.
    pub host: String,
    /// The address of its collection of followers.
    pub followers: String,
}

/// Accounts elsewhere that shared posts of ours in `span` and whose followers are not known since `known`; those whose server
/// did not say it, only if that was before `unsaid`. At most `limit`.
pub async fn list_to_ask(
    db: &impl ConnectionTrait,
    span: Span,
    known: DateTime<Utc>,
    unsaid: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ToAsk>, DbErr> {
    let sql = format!(
        "SELECT a.id AS account_id, a.host, a.followers FROM accounts a
         WHERE a.host IS NOT NULL AND a.followers IS NOT NULL AND a.deleted_at IS NULL
           AND a.id IN (SELECT b.author_id FROM posts b JOIN posts p ON p.id = b.boost_of_id
                        JOIN accounts o ON o.id = p.author_id
                        WHERE {} AND b.state = 'published' AND o.host IS NULL)
           AND NOT EXISTS (SELECT 1 FROM follower_counts c WHERE c.account_id = a.id
                           AND ((c.amount IS NULL AND c.read_at > $1) OR (c.amount IS NOT NULL AND c.read_at > $2)))
         ORDER BY a.id LIMIT {limit}",
        span.has("b.id")
    );
    let values = [unsaid.into(), known.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    ToAsk::find_by_statement(statement).all(db).await
}

/// Keeps what servers said, in place of what they said before.
pub async fn put(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let replace =
        OnConflict::column(Column::AccountId).update_columns([Column::Amount, Column::ReadAt]).to_owned();
    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Who shared a post, and their followers.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct OfBoosters {
    /// How many others shared it.
    pub boosters: i64,
    /// Of how many of them it is known how many follow them.
    pub known: i64,
    /// The followers of these, added up.
    pub followers: i64,
    /// When the first of these numbers was read; nothing, where all of them are our own.
    pub read_at: Option<DateTime<Utc>>,
}

/// Who shared a post of an account of ours, and their followers.
pub async fn of_boosters(
    db: &impl ConnectionTrait,
    post: PostId,
    author: AccountId,
) -> Result<Option<OfBoosters>, DbErr> {
    let sql = format!(
        "SELECT COUNT(*) AS boosters,
                COUNT(CASE WHEN a.host IS NULL THEN a.followers_count ELSE c.amount END) AS known,
                CAST(COALESCE(SUM(CASE WHEN a.host IS NULL THEN a.followers_count ELSE c.amount END), 0) AS BIGINT)
                    AS followers,
                MIN(CASE WHEN a.host IS NULL THEN NULL ELSE c.read_at END) AS read_at
         FROM (SELECT DISTINCT author_id FROM posts WHERE boost_of_id = {} AND state = 'published') b
         JOIN accounts a ON a.id = b.author_id LEFT JOIN follower_counts c ON c.account_id = a.id
         WHERE a.id <> {}",
        post.0, author.0
    );
    let statement = Statement::from_string(db.get_database_backend(), sql);
    OfBoosters::find_by_statement(statement).one(db).await
}
