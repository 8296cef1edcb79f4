//! The schema of Stadtbote's database, one history for SQLite and PostgreSQL.
//!
//! A migration is a file of plain SQL that both databases understand. The few types they spell differently are
//! written as `{time}` and `{bytes}` and filled in here. See `docs/decisions/0002-migrations-in-sql.md`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Step {
                name: "m20261124_000001_begin",
                sql: include_str!("m20261124_000001_begin.sql"),
            }),
            Box::new(Step {
                name: "m20261126_000002_turned_away",
                sql: include_str!("m20261126_000002_turned_away.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000003_message_signatures",
                sql: include_str!("m20261127_000003_message_signatures.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000004_moves_and_suspensions",
                sql: include_str!("m20261127_000004_moves_and_suspensions.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000005_polls",
                sql: include_str!("m20261127_000005_polls.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000006_quotes",
                sql: include_str!("m20261127_000006_quotes.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000007_software",
                sql: include_str!("m20261127_000007_software.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000008_document_keys",
                sql: include_str!("m20261127_000008_document_keys.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000009_aliases",
                sql: include_str!("m20261127_000009_aliases.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000010_turns",
                sql: include_str!("m20261127_000010_turns.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000011_featured_tags",
                sql: include_str!("m20261127_000011_featured_tags.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000012_emojis",
                sql: include_str!("m20261127_000012_emojis.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000013_used_codes",
                sql: include_str!("m20261127_000013_used_codes.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000014_moderation",
                sql: include_str!("m20261127_000014_moderation.sql"),
            }),
            Box::new(Step { name: "m20261127_000015_mail", sql: include_str!("m20261127_000015_mail.sql") }),
            Box::new(Step {
                name: "m20261127_000016_records",
                sql: include_str!("m20261127_000016_records.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000017_domains",
                sql: include_str!("m20261127_000017_domains.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000018_reach",
                sql: include_str!("m20261127_000018_reach.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000019_notifiers",
                sql: include_str!("m20261127_000019_notifiers.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000020_campaigns",
                sql: include_str!("m20261127_000020_campaigns.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000021_measures",
                sql: include_str!("m20261127_000021_measures.sql"),
            }),
            Box::new(Step {
                name: "m20261127_000022_panels",
                sql: include_str!("m20261127_000022_panels.sql"),
            }),
        ]
    }
}

/// One migration: its name in the history and the statements it runs.
struct Step {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let (time, bytes) = match manager.get_database_backend() {
            DatabaseBackend::Postgres => ("TIMESTAMPTZ", "BYTEA"),
            _ => ("timestamp_with_timezone_text", "BLOB"),
        };
        db.execute_unprepared(&self.sql.replace("{time}", time).replace("{bytes}", bytes)).await?;
        Ok(())
    }

    /// A migration is applied whole or not at all, also when the process is killed in the middle of it.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
