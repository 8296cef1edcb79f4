//! Other servers: whether they are tried, and when.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{
    Condition, DatabaseBackend, DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, JoinType,
    QueryOrder, QuerySelect,
};

use super::{accounts, deliveries};

/// A row of `hosts`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hosts")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub software: Option<String>,
    pub software_version: Option<String>,
    pub policy: String,
    pub due_at: Option<DateTime<Utc>>,
    pub closed_until: Option<DateTime<Utc>>,
    pub class: i32,
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    pub failure_days: i32,
    pub failed_at: Option<DateTime<Utc>>,
    pub unavailable_at: Option<DateTime<Utc>>,
    pub heard_at: Option<DateTime<Utc>>,
    pub message_signatures_at: Option<DateTime<Utc>>,
    pub software_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A host on which everything fails this long is marked unavailable; from then on it is asked once a day.
pub const PATIENCE: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// One host.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(name).one(db).await
}

/// The hosts with these names, in no order.
pub async fn list_by_names(db: &impl ConnectionTrait, names: Vec<String>) -> Result<Vec<Model>, DbErr> {
    if names.is_empty() {
        return Ok(vec![]);
    }
    Entity::find().filter(Column::Name.is_in(names)).all(db).await
}

/// How many hosts we know.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().count(db).await
}

/// Hosts that are marked unavailable.
pub async fn list_unavailable(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::UnavailableAt.is_not_null()).order_by_asc(Column::Name).all(db).await
}

/// Whether a host may neither speak to us nor be spoken to. Whoever shuts out a name shuts out all below it, on whatever
/// port: else the next name under the same domain would be as good.
pub async fn is_suspended(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let found = Entity::find()
        .select_only()
        .column(Column::Name)
        .filter(Column::Name.is_in(with_names_above(name)))
        .filter(Column::Policy.eq("suspended"))
        .limit(1)
        .into_tuple::<String>();
    Ok(found.one(db).await?.is_some())
}

/// Shuts a host out, or lets it in again.
pub async fn set_suspended(tx: &DatabaseTransaction, name: &str, is_suspended: bool) -> Result<(), DbErr> {
    let policy = if is_suspended { "suspended" } else { "open" };
    Entity::insert(Model { policy: policy.into(), ..new(name, 1, None) }.into_active_model())
        .on_conflict(OnConflict::column(Column::Name).update_column(Column::Policy).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Which of these hosts may neither speak to us nor be spoken to, by the same rule.
pub async fn list_suspended(db: &impl ConnectionTrait, names: &[String]) -> Result<Vec<String>, DbErr> {
    let all: BTreeSet<&str> = names.iter().flat_map(|name| with_names_above(name)).collect();
    if all.is_empty() {
        return Ok(vec![]);
    }
    let suspended: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Name)
        .filter(Column::Name.is_in(all))
        .filter(Column::Policy.eq("suspended"))
        .into_tuple()
        .all(db)
        .await?;
    let is_below =
        |name: &String| with_names_above(name).iter().any(|above| suspended.iter().any(|one| one == above));
    Ok(names.iter().filter(|name| is_below(name)).cloned().collect())
}

/// `a.b.example:8443` as it is, and `a.b.example`, `b.example`, `example`.
pub(crate) fn with_names_above(name: &str) -> Vec<&str> {
    /// More parts than a name in the DNS has.
    const MOST_PARTS: usize = 128;

    let host = name.split(':').next().unwrap_or_default().trim_end_matches('.');
    let above = host.match_indices('.').map(|(at, _)| &host[at + 1..]).take(MOST_PARTS);
    [name, host].into_iter().chain(above).collect()
}

/// Says that something of `class` waits for these hosts: each is due at once, or when its pause is over.
pub async fn wake(
    tx: &DatabaseTransaction,
    names: &[String],
    class: i32,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let own = |column: Column| Expr::col((Entity, column));
    for chunk in names.chunks(200) {
        let rows = chunk.iter().map(|name| new(name, class, Some(now)).into_active_model());
        let due = CaseStatement::new()
            .case(own(Column::ClosedUntil).gt(now), own(Column::ClosedUntil))
            .finally(Expr::value(now));
        let sooner = CaseStatement::new()
            .case(own(Column::DueAt).is_not_null().and(own(Column::Class).lt(class)), own(Column::Class))
            .finally(Expr::value(class));
        Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(Column::Name)
                    .value(Column::DueAt, due)
                    .value(Column::Class, sooner)
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

fn new(name: &str, class: i32, due_at: Option<DateTime<Utc>>) -> Model {
    Model {
        name: name.to_owned(),
        software: None,
        software_version: None,
        policy: "open".into(),
        due_at,
        closed_until: None,
        class,
        failures: 0,
        failing_since: None,
        failure_days: 0,
        failed_at: None,
        unavailable_at: None,
        heard_at: None,
        message_signatures_at: None,
        software_at: None,
    }
}

/// Hosts of known accounts that were not asked since `before` which software they run, at most `limit`; not those that we
/// do not speak to, or that do not answer at the moment.
pub async fn list_to_look_up(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<String>, DbErr> {
    let known = accounts::Entity::belongs_to(Entity).from(accounts::Column::Host).to(Column::Name);
    accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Host)
        .distinct()
        .join(JoinType::LeftJoin, known.into())
        .filter(accounts::Column::Host.is_not_null())
        .filter(Condition::any().add(Column::SoftwareAt.is_null()).add(Column::SoftwareAt.lt(before)))
        .filter(Condition::any().add(Column::Policy.is_null()).add(Column::Policy.eq("open")))
        .filter(Condition::any().add(Column::Failures.is_null()).add(Column::Failures.eq(0)))
        .filter(Column::UnavailableAt.is_null())
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Writes down which software a host runs.
pub async fn put_software(
    tx: &DatabaseTransaction,
    name: &str,
    software: &str,
    version: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = Model {
        software: Some(software.to_owned()),
        software_version: Some(version.to_owned()),
        software_at: Some(at),
        ..new(name, 1, None)
    };
    put(tx, row, &[Column::Software, Column::SoftwareVersion, Column::SoftwareAt]).await
}

/// Writes down when a host was asked for its software and did not say it.
pub async fn put_no_software(tx: &DatabaseTransaction, name: &str, at: DateTime<Utc>) -> Result<(), DbErr> {
    put(tx, Model { software_at: Some(at), ..new(name, 1, None) }, &[Column::SoftwareAt]).await
}

/// Adds a host, or changes these columns of it.
async fn put(tx: &DatabaseTransaction, row: Model, columns: &[Column]) -> Result<(), DbErr> {
    let conflict = OnConflict::column(Column::Name).update_columns(columns.iter().copied()).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct MessageSignatures {
    name: String,
    message_signatures_at: DateTime<Utc>,
}

/// The hosts that wanted requests signed after RFC 9421 since then, the latest first, at most `limit`.
pub async fn list_message_signatures(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<(String, DateTime<Utc>)>, DbErr> {
    let found: Vec<MessageSignatures> = Entity::find()
        .select_only()
        .column(Column::Name)
        .column(Column::MessageSignaturesAt)
        .filter(Column::MessageSignaturesAt.gt(since))
        .order_by_desc(Column::MessageSignaturesAt)
        .limit(limit)
        .into_model()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| (row.name, row.message_signatures_at)).collect())
}

/// Writes down when a host wanted requests signed after RFC 9421, or that it does not.
pub async fn update_message_signatures(
    tx: &DatabaseTransaction,
    name: &str,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    put(tx, Model { message_signatures_at: at, ..new(name, 1, None) }, &[Column::MessageSignaturesAt]).await
}

/// Up to `limit` hosts that something waits for and that are not left alone now, those with the most urgent first; those
/// that are shut out too, so that what waits for them is thrown away.
pub async fn list_due(tx: &DatabaseTransaction, now: DateTime<Utc>, limit: u64) -> Result<Vec<Model>, DbErr> {
    let mut select = Entity::find()
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::Class)
        .order_by_asc(Column::DueAt)
        .limit(limit);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    select.all(tx).await
}

/// When the next host may be tried.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let found: Option<Option<DateTime<Utc>>> =
        Entity::find().select_only().column_as(Column::DueAt.min(), "next").into_tuple().one(db).await?;
    Ok(found.flatten())
}

/// Takes hosts in hand: none of them is due until [`settle`].
pub async fn take(tx: &DatabaseTransaction, names: Vec<String>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::Name.is_in(names))
        .exec(tx)
        .await?;
    Ok(())
}

/// Looks again what waits for these hosts, and when they are due.
pub async fn settle(tx: &DatabaseTransaction, names: Vec<String>) -> Result<(), DbErr> {
    if names.is_empty() {
        return Ok(());
    }
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        // Locked by a statement of its own: one that waits for somebody who queues for this host would go on with the
        // deliveries that it saw before, find nothing, and undo the waking.
        Entity::find()
            .select_only()
            .column(Column::Name)
            .filter(Column::Name.is_in(names.clone()))
            .order_by_asc(Column::Name)
            .lock(LockType::Update)
            .into_tuple::<String>()
            .all(tx)
            .await?;
    }
    let waiting = |value: sea_orm::sea_query::SimpleExpr| {
        Query::select()
            .expr(value)
            .from(deliveries::Entity)
            .and_where(
                Expr::col((deliveries::Entity, deliveries::Column::Host))
                    .eq(Expr::col((Entity, Column::Name))),
            )
            .and_where(Expr::cust("deliveries.state = 'waiting'"))
            .to_owned()
    };
    let next = waiting(Expr::col((deliveries::Entity, deliveries::Column::RunAt)).min());
    let urgent = waiting(Expr::col((deliveries::Entity, deliveries::Column::Class)).min().if_null(1));
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::from(next))
        .col_expr(Column::Class, Expr::from(urgent))
        .filter(Column::Name.is_in(names.clone()))
        .exec(tx)
        .await?;
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::col(Column::ClosedUntil))
        .filter(Column::Name.is_in(names))
        .filter(Expr::col(Column::ClosedUntil).gt(Expr::col(Column::DueAt)))
        .exec(tx)
        .await?;
    Ok(())
}

/// A good sign from these hosts: they are open again.
pub async fn mark_alive(
    tx: &DatabaseTransaction,
    names: Vec<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if names.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(0))
        .col_expr(Column::FailingSince, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::FailureDays, Expr::value(0))
        .col_expr(Column::ClosedUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::UnavailableAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::HeardAt, Expr::value(now))
        .filter(Column::Name.is_in(names))
        .exec(tx)
        .await?;
    Ok(())
}

/// A failure on a host, the `failures`-th in a row: it is left alone until `closed_until`.
pub async fn mark_failed(
    tx: &DatabaseTransaction,
    host: &Model,
    failures: i32,
    closed_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let since = host.failing_since.unwrap_or(now);
    let is_new_day = host.failed_at.is_none_or(|at| at.date_naive() != now.date_naive());
    let unavailable = (now - since >= PATIENCE).then(|| host.unavailable_at.unwrap_or(now));
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(failures))
        .col_expr(Column::FailingSince, Expr::value(since))
        .col_expr(Column::FailureDays, Expr::value(host.failure_days + i32::from(is_new_day)))
        .col_expr(Column::FailedAt, Expr::value(now))
        .col_expr(Column::ClosedUntil, Expr::value(closed_until))
        .col_expr(Column::UnavailableAt, Expr::value(unavailable))
        .filter(Column::Name.eq(&host.name))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a good sign from a host changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing.
    AsEver,
    /// It was left alone for a while.
    OpenAgain,
    /// It was taken for gone.
    BackFromAway,
}

/// A host spoke to us with a good signature: if it was closed it is open again at once, and what waits is due. Says
/// what changed.
pub async fn hear(tx: &DatabaseTransaction, name: &str, now: DateTime<Utc>) -> Result<Heard, DbErr> {
    let closed = Entity::find_by_id(name)
        .select_only()
        .column(Column::UnavailableAt)
        .filter(Condition::any().add(Column::Failures.gt(0)).add(Column::UnavailableAt.is_not_null()))
        .into_tuple::<Option<DateTime<Utc>>>()
        .one(tx)
        .await?;
    if closed.is_some() {
        mark_alive(tx, vec![name.to_owned()], now).await?;
        deliveries::hurry(tx, name, now).await?;
        settle(tx, vec![name.to_owned()]).await?;
    }
    Ok(match closed {
        None => Heard::AsEver,
        Some(None) => Heard::OpenAgain,
        Some(Some(_)) => Heard::BackFromAway,
    })
}
