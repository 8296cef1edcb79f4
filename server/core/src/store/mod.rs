//! The only room that speaks to the database.
//!
//! A file holds one table's row on top and its questions beneath. Reads take any connection; a write that must not
//! stand alone takes a transaction.

pub use sea_orm::DbErr;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, Statement,
};

pub mod account_keys;
pub mod account_notes;
pub mod accounts;
pub mod actor_keys;
pub mod audit_log;
pub mod blocks;
pub mod bookmarks;
pub mod campaign_links;
pub mod case_events;
pub mod case_files;
pub mod case_links;
pub mod case_numbers;
pub mod case_snapshots;
pub mod cases;
pub mod checks;
pub mod complaints;
pub mod conversations;
pub mod decisions;
pub mod deliveries;
pub mod domain_list_entries;
pub mod domain_lists;
pub mod domain_policies;
pub mod facts;
pub mod favourites;
pub mod featured_tags;
pub mod filter_keywords;
pub mod filters;
pub mod follower_counts;
pub mod follows;
pub mod gone;
pub mod held_posts;
pub mod hosts;
pub mod idempotency_keys;
pub mod incoming;
pub mod institutions;
pub mod jobs;
pub mod list_members;
pub mod lists;
pub mod mails;
pub mod markers;
pub mod measures;
pub mod media;
pub mod memberships;
pub mod mentions;
pub mod mutes;

pub mod notice_floods;
pub mod notices;
pub mod notifications;
pub mod notifier_steps;
pub mod oauth_apps;
pub mod oauth_codes;
pub mod oauth_tokens;
pub mod outgoing;
pub mod person_credentials;
pub mod person_links;
pub mod persons;
pub mod pins;
pub mod poll_options;
pub mod poll_votes;
pub mod polls;
pub mod post_policies;
pub mod post_recipients;
pub mod post_tags;
pub mod post_texts;
pub mod post_versions;
pub mod posts;
pub mod push_subscriptions;
pub mod quotes;
pub mod reach;
pub mod reach_cells;
pub mod reach_days;
pub mod reach_months;
pub mod reply_approvals;
pub mod reply_fetches;
pub mod reports;
pub mod retention;
pub mod sessions;
pub mod subjects;
pub mod tag_follows;
pub mod tags;
pub mod thread_mutes;
pub mod throttles;
pub mod transparency;
pub mod unfounded_notices;

/// Which part of a list is asked for: at most `limit` rows around the given ids, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Only older than this.
    pub max_id: Option<i64>,
    /// Only newer than this, newest first.
    pub since_id: Option<i64>,
    /// The ones immediately newer than this; wins over `since_id`.
    pub min_id: Option<i64>,
    /// At most this many.
    pub limit: u64,
}

impl Page {
    /// The newest `limit` rows.
    pub fn newest(limit: u64) -> Page {
        Page { max_id: None, since_id: None, min_id: None, limit }
    }

    /// Narrows `select` to this page by `column`.
    pub(crate) fn apply<E: EntityTrait>(&self, select: Select<E>, column: impl ColumnTrait) -> Select<E> {
        let mut select = select;
        if let Some(id) = self.max_id {
            select = select.filter(column.lt(id));
        }
        if let Some(id) = self.min_id.or(self.since_id) {
            select = select.filter(column.gt(id));
        }
        let select = match self.min_id {
            Some(_) => select.order_by_asc(column),
            None => select.order_by_desc(column),
        };
        select.limit(self.limit)
    }

    /// Brings rows fetched by [`Page::apply`] into the order newest first.
    pub(crate) fn in_order<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.min_id.is_some() {
            rows.reverse();
        }
        rows
    }
}

/// Inserts a row.
pub(crate) async fn insert<M>(tx: &DatabaseTransaction, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    <M::Entity as EntityTrait>::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a row over.
pub(crate) async fn update<M>(tx: &DatabaseTransaction, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
    <M::Entity as EntityTrait>::Model: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Inserts a row unless there is one with the same `columns`; says whether it did.
pub(crate) async fn insert_once<M>(
    tx: &DatabaseTransaction,
    row: M,
    columns: impl IntoIterator<Item = <M::Entity as EntityTrait>::Column>,
) -> Result<bool, DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let inserted = <M::Entity as EntityTrait>::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await;
    match inserted {
        Ok(rows) => Ok(rows > 0),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the database answers.
pub async fn ping(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    db.execute_unprepared("SELECT 1").await.map(|_| ())
}

/// The state of the database in a word that is the same as long as nothing is committed.
///
/// On PostgreSQL that is the snapshot of transactions, on SQLite a counter that each connection keeps of the commits of
/// the others: there `db` must be one connection that does not write.
pub(crate) async fn version(db: &DatabaseConnection) -> Result<String, DbErr> {
    let backend = db.get_database_backend();
    let ask = match backend {
        DatabaseBackend::Postgres => "SELECT pg_current_snapshot()::text",
        _ => "PRAGMA data_version",
    };
    let row = db.query_one_raw(Statement::from_string(backend, ask)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the state of the database".into()))?;
    match backend {
        DatabaseBackend::Postgres => row.try_get_by_index(0),
        _ => Ok(row.try_get_by_index::<i64>(0)?.to_string()),
    }
}

/// Inserts a row unless any unique index has one alike (its key is what matters; a repeated id only by chance).
pub(crate) async fn insert_once_any<M>(tx: &DatabaseTransaction, row: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let inserted = <M::Entity as EntityTrait>::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await;
    match inserted {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}
