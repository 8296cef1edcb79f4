//! The connections to the database: SQLite for most, PostgreSQL where a big city grows.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    Database, DatabaseBackend, DatabaseConnection, DbErr, ProxyDatabaseTrait, SqlxPostgresConnector,
};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::Error;
use sqlite::{Readers, Single};
use writer::Writer;

pub(crate) mod sqlite;
pub(crate) mod writer;

/// Most connections of a process to PostgreSQL for reading, and as many for writing.
const POSTGRES_CONNECTIONS: u32 = 10;

/// What [`connect`] gives.
pub(crate) struct Connections {
    /// For reading; on SQLite for nothing else.
    pub(crate) read: DatabaseConnection,
    /// For transactions that write.
    pub(crate) writer: Writer,
    /// Asked for the state of the database and nothing else.
    pub(crate) watch: DatabaseConnection,
}

/// Opens the database at `url`; with `create`, makes it where it is missing.
pub(crate) async fn connect(url: &str, create: bool) -> Result<Connections, Error> {
    match url.strip_prefix("sqlite://") {
        Some(path) => connect_sqlite(Path::new(path), create).await,
        None => connect_postgres(url).await,
    }
}

async fn connect_sqlite(path: &Path, create: bool) -> Result<Connections, Error> {
    if create && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::unexpected(format!("Can't make the folder {}: {error}", folder.display()))
        })?;
    }
    if !create && !path.exists() {
        return Err(Error::Unexpected(format!(
            "There is no database at {}. Start the server once, or run `stadtbote migrate`.",
            path.display()
        )));
    }
    let write = Single::open(path, create)?;
    Ok(Connections {
        read: through(Readers::new(path)).await?,
        writer: Writer::on_sqlite(through(write.clone()).await?, write),
        watch: through(Single::open(path, false)?).await?,
    })
}

async fn through(sqlite: impl ProxyDatabaseTrait + 'static) -> Result<DatabaseConnection, DbErr> {
    Database::connect_proxy(DatabaseBackend::Sqlite, Arc::new(Box::new(sqlite))).await
}

async fn connect_postgres(url: &str) -> Result<Connections, Error> {
    let refused = |error| Error::Database(DbErr::Conn(sea_orm::RuntimeErr::SqlxError(Arc::new(error))));
    // A process that stands still in the middle of a transaction must not hold up the others: what it changed falls away
    // before its leases are over.
    let options: PgConnectOptions = url.parse().map_err(refused)?;
    // And nobody waits longer for what another holds: who asked is told to come again.
    let options = options.options([("idle_in_transaction_session_timeout", "6s"), ("lock_timeout", "5s")]);
    // Whoever only reads has connections apart: pages must not wait while writers wait for one another.
    let read = SqlxPostgresConnector::from_sqlx_postgres_pool(pool(options.clone()).await.map_err(refused)?);
    let write = SqlxPostgresConnector::from_sqlx_postgres_pool(pool(options).await.map_err(refused)?);
    Ok(Connections { watch: read.clone(), read, writer: Writer::on_postgres(write) })
}

async fn pool(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(6))
        // A connection that was in use a moment ago is not asked whether it still lives: that would double all questions.
        .test_before_acquire(false)
        .before_acquire(|connection, seen| {
            Box::pin(async move {
                if seen.idle_for > Duration::from_secs(1) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
}
