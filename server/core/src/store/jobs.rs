//! Work that must follow.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    Condition, DatabaseBackend, DatabaseTransaction, ExprTrait, FromQueryResult, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::incoming;
use crate::app::Lease;
use crate::domain::job::{Class, Job};

use crate::domain::ids::{AccountId, JobId};

/// A row of `jobs`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    pub class: i32,
    pub lane: Option<String>,
    pub key: Option<String>,
    pub source: Option<String>,
    pub turn: DateTime<Utc>,
    pub run_at: DateTime<Utc>,
    pub attempts: i32,
    pub lease_token: Option<i64>,
    pub lease_until: Option<DateTime<Utc>>,
    pub parked_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How long a worker holds a job before somebody else may take it.
pub const LEASE: chrono::TimeDelta = chrono::TimeDelta::seconds(12);

/// How much further back in the line each activity of a source stands than the one before it. It decides the order alone:
/// where nobody else waits, nobody waits for it.
const STEP: chrono::TimeDelta = chrono::TimeDelta::seconds(1);
/// Most jobs of one source that are taken with one claim: as many as can begin at once, so that nobody waits behind what was
/// taken and has not begun.
const MOST_OF_A_SOURCE: usize = 16;

/// Queues work. It takes a transaction, so that nothing can be queued outside the one that makes it necessary.
///
/// `lane`: the lane, where the job itself does not know it (see [`Job::lane`]).
pub async fn enqueue(
    tx: &DatabaseTransaction,
    id: JobId,
    job: &Job,
    lane: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    enqueue_at(tx, id, job, lane, now, now).await
}

/// Queues work that a `source`, somebody else's domain, has caused. It stands behind what waits of the same source, each
/// a step further back, and so before the latest of any source of which more waits.
pub async fn enqueue_in_turn(
    tx: &DatabaseTransaction,
    id: JobId,
    job: &Job,
    lane: String,
    source: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let last = Entity::find()
        .select_only()
        .column(Column::Turn)
        .filter(Column::Source.eq(&source))
        .filter(Column::ParkedAt.is_null())
        .order_by_desc(Column::Turn)
        .limit(1)
        .into_tuple::<DateTime<Utc>>()
        .one(tx)
        .await?;
    let turn = last.map_or(now, |last| std::cmp::max(now, last + STEP));
    insert(tx, Model { source: Some(source), turn, ..row(id, job, Some(lane), now, now)? }).await
}

/// Queues work for later.
pub async fn enqueue_at(
    tx: &DatabaseTransaction,
    id: JobId,
    job: &Job,
    lane: Option<String>,
    now: DateTime<Utc>,
    run_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    insert(tx, row(id, job, lane, now, run_at)?).await
}

fn row(
    id: JobId,
    job: &Job,
    lane: Option<String>,
    now: DateTime<Utc>,
    run_at: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let payload = serde_json::to_string(job).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Model {
        id,
        kind: job.kind().to_owned(),
        payload,
        class: job.class().number(),
        lane: lane.or_else(|| job.lane()),
        key: job.key(),
        source: None,
        turn: run_at,
        run_at,
        attempts: 0,
        lease_token: None,
        lease_until: None,
        parked_at: None,
        last_error: None,
        created_at: now,
    })
}

async fn insert(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    if row.key.is_some() { super::insert_once_any(tx, row).await } else { super::insert(tx, row).await }
}

/// Takes up to `limit` jobs that are due, most urgent first, each in its turn, under a lease with `token`. Of each lane only
/// the oldest, of each source only some.
pub async fn claim(
    tx: &DatabaseTransaction,
    token: i64,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let earlier = sea_orm::sea_query::Alias::new("earlier");
    let blocked = sea_orm::sea_query::Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, earlier.clone())
        .and_where(Expr::col((earlier.clone(), Column::Lane)).eq(Expr::col((Entity, Column::Lane))))
        .and_where(Expr::col((earlier.clone(), Column::Id)).lt(Expr::col((Entity, Column::Id))))
        .and_where(Expr::col((earlier.clone(), Column::ParkedAt)).is_null())
        // What is not due yet and was never begun may be overtaken.
        .cond_where(
            Condition::any()
                .add(Expr::col((earlier.clone(), Column::RunAt)).lte(now))
                .add(Expr::col((earlier, Column::Attempts)).gt(0)),
        )
        .to_owned();
    let mut select = Entity::find()
        .filter(Column::ParkedAt.is_null())
        .filter(Column::LeaseToken.is_null())
        .filter(Column::RunAt.lte(now))
        .filter(Condition::any().add(Column::Lane.is_null()).add(Expr::exists(blocked).not()))
        .order_by_asc(Column::Class)
        .order_by_asc(Column::Turn)
        .order_by_asc(Column::Id)
        .limit(limit);
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let mut rows = select.all(tx).await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let mut of_source: HashMap<String, usize> = HashMap::new();
    rows.retain(|row| {
        let Some(source) = &row.source else { return true };
        let count = of_source.entry(source.clone()).or_default();
        *count += 1;
        *count <= MOST_OF_A_SOURCE
    });
    Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(token))
        .col_expr(Column::LeaseUntil, Expr::value(now + LEASE))
        // What has begun may have looked already at what is asked for from now on: that waits anew.
        .col_expr(Column::Key, Expr::value(None::<String>))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    for row in &mut rows {
        row.lease_token = Some(token);
    }
    Ok(rows)
}

/// Ends a job, and the incoming activity that it worked on; says whether the lease still held.
pub async fn finish(tx: &DatabaseTransaction, lease: &Lease) -> Result<bool, DbErr> {
    let delete =
        Entity::delete_many().filter(Column::Id.eq(lease.job)).filter(Column::LeaseToken.eq(lease.token));
    if delete.exec(tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    if let Some(id) = lease.incoming {
        incoming::mark(tx, id, lease.verdict.0, lease.verdict.1.as_deref()).await?;
    }
    Ok(true)
}

/// Prolongs the leases held under `tokens`.
pub async fn renew(tx: &DatabaseTransaction, tokens: &[i64], until: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::LeaseToken.is_in(tokens.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts a job back: to be tried again at `run_at`, or, where that is none, to wait for a person.
pub async fn postpone(
    tx: &DatabaseTransaction,
    lease: &Lease,
    run_at: Option<DateTime<Utc>>,
    error: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(None::<i64>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LastError, Expr::value(error.chars().take(500).collect::<String>()));
    update = match run_at {
        Some(run_at) => {
            update.col_expr(Column::RunAt, Expr::value(run_at)).col_expr(Column::Turn, Expr::value(run_at))
        }
        None => update.col_expr(Column::ParkedAt, Expr::value(now)),
    };
    update.filter(Column::Id.eq(lease.job)).filter(Column::LeaseToken.eq(lease.token)).exec(tx).await?;
    Ok(())
}

/// Puts jobs back whose worker is gone: all of them at the start of the only process, else those whose lease is over.
pub async fn release(tx: &DatabaseTransaction, over_at: Option<DateTime<Utc>>) -> Result<u64, DbErr> {
    let released = Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(None::<i64>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::LeaseToken.is_not_null())
        .apply_if(over_at, |update, now| update.filter(Column::LeaseUntil.lt(now)))
        .exec(tx)
        .await?;
    Ok(released.rows_affected)
}

/// Puts back, unharmed, the jobs under these leases that were not begun or not ended: for a quiet stop.
pub async fn put_back(tx: &DatabaseTransaction, tokens: &[i64]) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(None::<i64>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::LeaseToken.is_in(tokens.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The jobs of one class.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    /// The class, see [`class`].
    pub class: i32,
    /// How many there are.
    pub count: i64,
    /// When the first of them is due.
    pub oldest: Option<DateTime<Utc>>,
}

/// How many jobs wait or are worked on, by their class.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<Waiting>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Class)
        .column_as(Column::Id.count(), "count")
        .column_as(Column::RunAt.min(), "oldest")
        .filter(Column::ParkedAt.is_null())
        .group_by(Column::Class)
        .into_model()
        .all(db)
        .await
}

/// How many jobs of a source wait or are worked on; it is not counted further than `most`.
pub async fn count_of_source(db: &impl ConnectionTrait, source: &str, most: u64) -> Result<u64, DbErr> {
    let some = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Source.eq(source))
        .filter(Column::ParkedAt.is_null())
        .limit(most)
        .into_query();
    Entity::find().filter(Column::Id.in_subquery(some)).count(db).await
}

/// How many jobs wait for a person.
pub async fn count_parked(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(Column::ParkedAt.is_not_null()).count(db).await
}

/// How many jobs of a kind wait or are worked on.
pub async fn count_waiting(db: &impl ConnectionTrait, kind: &str) -> Result<u64, DbErr> {
    Entity::find().filter(Column::Kind.eq(kind)).filter(Column::ParkedAt.is_null()).count(db).await
}

/// Who is still to be told that they follow no longer, as (our account, theirs); by jobs that failed too often as well.
pub async fn list_turned_away(db: &impl ConnectionTrait) -> Result<Vec<(AccountId, AccountId)>, DbErr> {
    let payloads: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Payload)
        .filter(Expr::cust("kind = 'turn_away'"))
        .into_tuple()
        .all(db)
        .await?;
    let pairs = payloads.iter().filter_map(|payload| match serde_json::from_str(payload) {
        Ok(Job::Send { from, to, .. }) => Some((from, to)),
        _ => None,
    });
    Ok(pairs.collect())
}

/// The oldest jobs that wait for a person.
pub async fn list_parked(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::ParkedAt.is_not_null()).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Makes jobs that wait for a person due again, those with these ids or all, as if they had never failed; says how many
/// there were.
pub async fn unpark(
    tx: &DatabaseTransaction,
    ids: Option<Vec<JobId>>,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let unparked = Entity::update_many()
        .col_expr(Column::ParkedAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::RunAt, Expr::value(now))
        .col_expr(Column::Turn, Expr::value(now))
        .filter(Column::ParkedAt.is_not_null())
        .apply_if(ids, |update, ids| update.filter(Column::Id.is_in(ids)))
        .exec(tx)
        .await?;
    Ok(unparked.rows_affected)
}

/// When the next job is due.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let found: Option<Option<DateTime<Utc>>> = Entity::find()
        .select_only()
        .column_as(Column::RunAt.min(), "next")
        .filter(Column::ParkedAt.is_null())
        .filter(Column::LeaseToken.is_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.flatten())
}

/// Whether anything is not done yet: for tests that end with no job left.
pub async fn list_all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// The class of that number.
pub fn class(number: i32) -> Class {
    match number {
        0 => Class::Urgent,
        1 => Class::Normal,
        _ => Class::Bulk,
    }
}
