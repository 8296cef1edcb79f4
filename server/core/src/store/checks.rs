//! What the operator's check asks: whether what is kept twice agrees.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, FromQueryResult, Statement};

/// A counter that differs from the rows that it counts.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Difference {
    /// Which counter: `followers`, `replies` …
    pub counter: String,
    /// The address of the account or post.
    pub subject: String,
    /// What the counter says.
    pub kept: i64,
    /// How many rows there are.
    pub counted: i64,
}

/// Each counter: its name, its table, its column, the rows that it counts, and whose counters matter. Of polls only ours are
/// counted here, and of these no panels: they forget what was chosen.
const COUNTERS: [(&str, &str, &str, &str, &str); 8] = [
    (
        "followers",
        "accounts",
        "followers_count",
        "follows r WHERE r.followed_id = s.id AND r.state = 'accepted'",
        "s.deleted_at IS NULL",
    ),
    (
        "following",
        "accounts",
        "following_count",
        "follows r WHERE r.follower_id = s.id AND r.state = 'accepted'",
        "s.deleted_at IS NULL",
    ),
    (
        "posts",
        "accounts",
        "posts_count",
        "posts r WHERE r.author_id = s.id AND r.state = 'published' AND r.hidden_at IS NULL",
        "s.deleted_at IS NULL",
    ),
    (
        "replies",
        "posts",
        "replies_count",
        "posts r WHERE r.in_reply_to_id = s.id AND r.state = 'published' AND r.hidden_at IS NULL",
        "s.state = 'published'",
    ),
    (
        "boosts",
        "posts",
        "boosts_count",
        "posts r WHERE r.boost_of_id = s.id AND r.state = 'published'",
        "s.state = 'published'",
    ),
    (
        "favourites",
        "posts",
        "favourites_count",
        "favourites r WHERE r.post_id = s.id",
        "s.state = 'published'",
    ),
    (
        "votes",
        "(SELECT p.uri, a.host, o.* FROM poll_options o JOIN posts p ON p.id = o.post_id
          JOIN accounts a ON a.id = p.author_id)",
        "votes_count",
        "poll_votes r WHERE r.post_id = s.post_id AND r.position = s.position",
        "s.host IS NULL AND NOT EXISTS (SELECT 1 FROM polls q WHERE q.post_id = s.post_id AND q.panel IS NOT NULL)",
    ),
    (
        "voters",
        "(SELECT p.uri, a.host, o.* FROM polls o JOIN posts p ON p.id = o.post_id
          JOIN accounts a ON a.id = p.author_id)",
        "voters_count",
        "(SELECT DISTINCT v.account_id FROM poll_votes v WHERE v.post_id = s.post_id) r",
        "s.host IS NULL AND s.panel IS NULL",
    ),
];

/// Counters that differ from their rows, at most `limit` of each kind.
pub async fn list_differences(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Difference>, DbErr> {
    let mut found = Vec::new();
    for (name, table, column, rows, condition) in COUNTERS {
        let sql = format!(
            "SELECT '{name}' AS counter, s.uri AS subject, s.{column} AS kept,
                    (SELECT COUNT(*) FROM {rows}) AS counted
             FROM {table} s
             WHERE {condition} AND s.{column} <> (SELECT COUNT(*) FROM {rows})
             LIMIT {limit}"
        );
        let statement = Statement::from_string(db.get_database_backend(), sql);
        found.extend(Difference::find_by_statement(statement).all(db).await?);
    }
    Ok(found)
}

/// What SQLite finds wrong with its file; nothing on PostgreSQL.
pub async fn list_damages(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    if backend != DatabaseBackend::Sqlite {
        return Ok(vec![]);
    }
    let rows = db.query_all_raw(Statement::from_string(backend, "PRAGMA quick_check(10)")).await?;
    let found: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// Whether a migration has ever been applied.
pub async fn has_migrations(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let backend = db.get_database_backend();
    let ask = match backend {
        DatabaseBackend::Postgres => {
            "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'seaql_migrations'"
        }
        _ => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'seaql_migrations'",
    };
    Ok(db.query_one_raw(Statement::from_string(backend, ask)).await?.is_some())
}

/// Makes others who migrate wait until `tx` ends; SQLite has one process anyway.
pub async fn hold_migrations(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        // Whoever migrates may take longer than one waits for a lock otherwise.
        tx.execute_unprepared("SET LOCAL lock_timeout = 0").await?;
        // Any number will do that nobody else uses in this database.
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(7211935)").await?;
        // It stands still while another connection migrates, which may take long.
        tx.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    }
    Ok(())
}
