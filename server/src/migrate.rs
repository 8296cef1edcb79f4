//! Bringing the database up to date.

use sea_orm_migration::MigratorTrait;
use stadtbote_core::store::{DbErr, checks};
use stadtbote_core::{App, Error};
use stadtbote_migrations::Migrator;

/// The names of the migrations that the database still lacks; changes nothing.
pub async fn pending(app: &App) -> Result<Vec<String>, Error> {
    // The migrator itself can ask for its table on PostgreSQL only.
    let pending = if checks::has_migrations(app.migration_db()).await? {
        Migrator::get_pending_migrations(app.migration_db()).await.map_err(newer)?
    } else {
        Migrator::get_migration_files()
    };
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

/// Says that the database has seen a newer program than this, which must not touch it.
fn newer(error: DbErr) -> Error {
    match &error {
        DbErr::Custom(text) if text.contains("is missing") => Error::Unexpected(format!(
            "The database was brought up to date by a newer version of the program: run that one, or restore a backup \
             from before ({text})"
        )),
        _ => error.into(),
    }
}

/// Brings the database up to date; gives the names of the migrations that it lacked.
pub async fn apply(app: &App) -> Result<Vec<String>, Error> {
    if pending(app).await?.is_empty() {
        return Ok(vec![]);
    }
    if app.is_sqlite() {
        return run(app).await;
    }
    // Of several processes that start together one migrates; the others find nothing left to do.
    let lock = app.begin_write().await?;
    checks::hold_migrations(&lock).await?;
    let applied = run(app).await?;
    lock.commit().await?;
    Ok(applied)
}

async fn run(app: &App) -> Result<Vec<String>, Error> {
    let pending = pending(app).await?;
    Migrator::up(app.migration_db(), None).await?;
    Ok(pending)
}
