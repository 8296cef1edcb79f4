//! Deliveries of outgoing activities.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    DatabaseBackend, DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, QuerySelect,
    QueryTrait, Statement,
};

use super::{hosts, outgoing};

use crate::domain::ids::{AccountId, DeliveryId, OutgoingId, PostId};
use crate::domain::post::Visibility;

/// A row of `deliveries`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub outgoing_id: OutgoingId,
    pub inbox: String,
    pub host: String,
    pub subject: String,
    pub state: String,
    pub class: i32,
    pub attempts: i32,
    pub run_at: DateTime<Utc>,
    pub lease_token: Option<i64>,
    pub lease_until: Option<DateTime<Utc>>,
    pub last_answer: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// To be sent.
pub const WAITING: &str = "waiting";
/// In somebody's hand.
pub const LEASED: &str = "leased";
/// The other side has it.
pub const DELIVERED: &str = "delivered";
/// The other side will not have it.
pub const REFUSED: &str = "refused";
/// Tried for seven days, in vain.
pub const EXPIRED: &str = "expired";
/// Something newer took its place, or its host was shut out.
pub const CANCELLED: &str = "cancelled";

/// How long a sender holds a delivery before somebody else may take it.
pub const LEASE: chrono::TimeDelta = chrono::TimeDelta::seconds(12);

/// Adds deliveries, each inbox of an activity once, and wakes their hosts.
pub async fn insert_many(
    tx: &DatabaseTransaction,
    rows: Vec<Model>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let Some(class) = rows.iter().map(|row| row.class).min() else { return Ok(()) };
    let mut names: Vec<String> = rows.iter().map(|row| row.host.clone()).collect();
    names.sort();
    names.dedup();
    for chunk in rows.chunks(100) {
        Entity::insert_many(chunk.iter().map(|row| row.clone().into_active_model()))
            .on_conflict(OnConflict::columns([Column::OutgoingId, Column::Inbox]).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    hosts::wake(tx, &names, class, now).await
}

/// Cancels what an activity about `subject` makes needless: waiting deliveries of these kinds.
pub async fn supersede(
    tx: &DatabaseTransaction,
    subject: &str,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if kinds.is_empty() {
        return Ok(());
    }
    let older = outgoing::Entity::find()
        .select_only()
        .column(outgoing::Column::Id)
        .filter(outgoing::Column::Subject.eq(subject))
        .filter(outgoing::Column::Kind.is_in(kinds.iter().copied()))
        .into_query();
    Entity::update_many()
        .col_expr(Column::State, Expr::value(CANCELLED))
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Expr::cust("state = 'waiting'"))
        .filter(Column::OutgoingId.in_subquery(older))
        .exec(tx)
        .await?;
    Ok(())
}

/// A claimed delivery with all that sending needs.
#[derive(Clone, Debug, FromQueryResult)]
#[allow(missing_docs, reason = "the columns are described where the tables are made")]
pub struct Claimed {
    pub id: DeliveryId,
    pub outgoing_id: OutgoingId,
    pub inbox: String,
    pub host: String,
    pub subject: String,
    pub class: i32,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    pub account_id: AccountId,
    pub kind: String,
    pub post_id: Option<PostId>,
    /// Of the post that it is about, if any.
    pub visibility: Option<Visibility>,
}

/// Takes what is due, host by host, at most `per_host` of each and `most` in all, under a lease with `token`. A host that
/// failed gets one, as a probe. Nothing overtakes an earlier activity to the same host about the same subject.
pub async fn claim(
    tx: &DatabaseTransaction,
    token: i64,
    now: DateTime<Utc>,
    most: u64,
    per_host: i32,
) -> Result<Vec<Claimed>, DbErr> {
    let mut due = hosts::list_due(tx, now, most).await?;
    if due.is_empty() {
        return Ok(vec![]);
    }
    let shut_out =
        hosts::list_suspended(tx, &due.iter().map(|host| host.name.clone()).collect::<Vec<_>>()).await?;
    if !shut_out.is_empty() {
        throw_away(tx, shut_out.clone(), now).await?;
        due.retain(|host| !shut_out.contains(&host.name));
        if due.is_empty() {
            return Ok(vec![]);
        }
    }
    // A place for each: more at once than there are places would be more than a crash may repeat.
    let share = i32::try_from(most / due.len() as u64).unwrap_or(i32::MAX);
    let names: Vec<String> = due.iter().map(|host| host.name.clone()).collect();
    // What is under way counts: a host that is full becomes due again by a new post, and may have no more for that.
    let leased = count_leased(tx, &names).await?;
    let leased = |name: &str| leased.get(name).copied().unwrap_or(0);
    let mut by_room: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for host in &due {
        let most = if host.failures > 0 { 1 } else { per_host };
        let room = std::cmp::min(share, most - leased(&host.name));
        by_room.entry(room).or_default().push(host.name.clone());
    }
    let mut claimed = Vec::new();
    for (room, names) in by_room.into_iter().filter(|(room, _)| *room > 0) {
        claimed.extend(list_next(tx, &names, room, now).await?);
    }

    hosts::take(tx, names.clone()).await?;
    // A host that has something under way is looked at again when that has ended.
    let is_idle = |name: &String| leased(name) == 0 && !claimed.iter().any(|claimed| claimed.host == *name);
    let idle: Vec<String> = names.into_iter().filter(is_idle).collect();
    hosts::settle(tx, idle).await?;
    if !claimed.is_empty() {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(LEASED))
            .col_expr(Column::LeaseToken, Expr::value(token))
            .col_expr(Column::LeaseUntil, Expr::value(now + LEASE))
            .filter(Column::Id.is_in(claimed.iter().map(|claimed| claimed.id)))
            .exec(tx)
            .await?;
    }
    Ok(claimed)
}

/// Throws away all that waits for these hosts, which were shut out.
async fn throw_away(tx: &DatabaseTransaction, names: Vec<String>, now: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(CANCELLED))
        .col_expr(Column::LastAnswer, Expr::value("the server is shut out"))
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Host.is_in(names.clone()))
        .filter(Expr::cust("state = 'waiting'"))
        .exec(tx)
        .await?;
    hosts::settle(tx, names).await
}

#[derive(FromQueryResult)]
struct Leased {
    host: String,
    count: i64,
}

/// How many deliveries are under way to each of these hosts; those with none are left out.
async fn count_leased(tx: &DatabaseTransaction, names: &[String]) -> Result<BTreeMap<String, i32>, DbErr> {
    let counted: Vec<Leased> = Entity::find()
        .select_only()
        .column(Column::Host)
        .column_as(Column::Id.count(), "count")
        .filter(Expr::cust("state = 'leased'"))
        .filter(Column::Host.is_in(names.iter().cloned()))
        .group_by(Column::Host)
        .into_model()
        .all(tx)
        .await?;
    Ok(counted.into_iter().map(|row| (row.host, i32::try_from(row.count).unwrap_or(i32::MAX))).collect())
}

/// The next `per_host` deliveries of each of these hosts.
async fn list_next(
    tx: &DatabaseTransaction,
    names: &[String],
    per_host: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Claimed>, DbErr> {
    if names.is_empty() {
        return Ok(vec![]);
    }
    let places = (3..3 + names.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    // PostgreSQL would look through all deliveries for each host if it were not told to take the hosts one by one; SQLite
    // does so by itself and has no word for it.
    let is_postgres = tx.get_database_backend() == DatabaseBackend::Postgres;
    let (begin, columns, end) = match is_postgres {
        true => ("JOIN LATERAL (", "w.*", ") d ON TRUE"),
        false => ("JOIN deliveries d ON d.id IN (", "w.id", ")"),
    };
    let sql = format!(
        "SELECT d.id, d.outgoing_id, d.inbox, d.host, d.subject, d.class, d.attempts, d.created_at,
                o.account_id, o.kind, o.post_id, p.visibility
         FROM hosts h
         {begin}
             SELECT {columns} FROM deliveries w
             WHERE w.host = h.name AND w.state = 'waiting' AND w.run_at <= $1
               AND NOT EXISTS (
                   SELECT 1 FROM deliveries e
                   WHERE e.host = w.host AND e.subject = w.subject AND e.outgoing_id < w.outgoing_id
                     AND e.state IN ('waiting', 'leased'))
             ORDER BY w.class, w.id
             LIMIT $2
         {end}
         JOIN outgoing o ON o.id = d.outgoing_id
         LEFT JOIN posts p ON p.id = o.post_id
         WHERE h.name IN ({places})"
    );
    let mut values: Vec<sea_orm::Value> = vec![now.into(), i64::from(per_host).into()];
    values.extend(names.iter().cloned().map(Into::into));
    Claimed::find_by_statement(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
        .all(tx)
        .await
}

#[derive(FromQueryResult)]
struct TurnedAway {
    account_id: AccountId,
    host: String,
}

/// Which hosts have not been told yet that somebody of theirs no longer follows one of these accounts.
pub async fn list_turned_away(
    db: &impl ConnectionTrait,
    accounts: Vec<AccountId>,
) -> Result<Vec<(AccountId, String)>, DbErr> {
    if accounts.is_empty() {
        return Ok(vec![]);
    }
    let delivery = outgoing::Entity::belongs_to(Entity).from(outgoing::Column::Id).to(Column::OutgoingId);
    let found: Vec<TurnedAway> = outgoing::Entity::find()
        .select_only()
        .column(outgoing::Column::AccountId)
        .column(Column::Host)
        .distinct()
        .join(JoinType::InnerJoin, delivery.into())
        .filter(Expr::cust("outgoing.kind IN ('Block', 'Reject')"))
        .filter(outgoing::Column::AccountId.is_in(accounts))
        .filter(Expr::cust("deliveries.state IN ('waiting', 'leased')"))
        .into_model()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| (row.account_id, row.host)).collect())
}

/// How one delivery ended, or when it goes on.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The delivery.
    pub id: DeliveryId,
    /// Its new state.
    pub state: &'static str,
    /// When it is tried again, where it waits.
    pub run_at: Option<DateTime<Utc>>,
    /// What the other side said, for the operator.
    pub answer: String,
}

/// Writes down how deliveries ended, those still held under their lease.
pub async fn settle(
    tx: &DatabaseTransaction,
    token: i64,
    outcomes: &[Outcome],
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut changed = 0;
    // What went the same way is written with one statement.
    let mut alike: BTreeMap<(&str, &str), Vec<DeliveryId>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.run_at.is_none()) {
        alike.entry((outcome.state, outcome.answer.as_str())).or_default().push(outcome.id);
    }
    for ((state, answer), ids) in alike {
        changed += end(state, answer)
            .col_expr(Column::EndedAt, Expr::value(now))
            .filter(Column::Id.is_in(ids))
            .filter(Column::LeaseToken.eq(token))
            .exec(tx)
            .await?
            .rows_affected;
    }
    for outcome in outcomes {
        let Some(run_at) = outcome.run_at else { continue };
        changed += end(outcome.state, &outcome.answer)
            .col_expr(Column::RunAt, Expr::value(run_at))
            .filter(Column::Id.eq(outcome.id))
            .filter(Column::LeaseToken.eq(token))
            .exec(tx)
            .await?
            .rows_affected;
    }
    Ok(changed)
}

fn end(state: &str, answer: &str) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::LastAnswer, Expr::value(answer))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LeaseToken, Expr::value(None::<i64>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
}

/// Prolongs the leases on these deliveries, held under `token`.
pub async fn renew(
    tx: &DatabaseTransaction,
    token: i64,
    ids: Vec<DeliveryId>,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::Id.is_in(ids))
        .filter(Expr::cust("state = 'leased'"))
        .filter(Column::LeaseToken.eq(token))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts deliveries back whose sender is gone: those under `token`, or all where that is none and this is the only
/// process, or those whose lease was over at a time.
pub async fn release(tx: &DatabaseTransaction, which: Release) -> Result<u64, DbErr> {
    let held =
        Entity::find().select_only().column(Column::Host).distinct().filter(Expr::cust("state = 'leased'"));
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(WAITING))
        .col_expr(Column::LeaseToken, Expr::value(None::<i64>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Expr::cust("state = 'leased'"));
    let (held, update) = match which {
        Release::All => (held, update),
        Release::Of(token) => {
            (held.filter(Column::LeaseToken.eq(token)), update.filter(Column::LeaseToken.eq(token)))
        }
        Release::OverAt(now) => {
            (held.filter(Column::LeaseUntil.lt(now)), update.filter(Column::LeaseUntil.lt(now)))
        }
    };
    let names: Vec<String> = held.into_tuple().all(tx).await?;
    if names.is_empty() {
        return Ok(0);
    }
    let released = update.exec(tx).await?.rows_affected;
    hosts::settle(tx, names).await?;
    Ok(released)
}

/// Which leases end.
#[derive(Clone, Copy, Debug)]
pub enum Release {
    /// All: at the start of the only process.
    All,
    /// Those under this token: at a quiet stop.
    Of(i64),
    /// Those that were over at this time: their holder is gone.
    OverAt(DateTime<Utc>),
}

/// All that waits for a host is due now.
pub async fn hurry(tx: &DatabaseTransaction, host: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::RunAt, Expr::value(now))
        .filter(Column::Host.eq(host))
        .filter(Expr::cust("state = 'waiting'"))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is to go to one inbox goes to another of the same host, at once; also what is under way, should it come back. The
/// host is held already, by [`hosts::settle`].
pub async fn readdress(
    tx: &DatabaseTransaction,
    host: &str,
    from: &str,
    to: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let run = async |sql: &str, values: Vec<sea_orm::Value>| {
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
    };
    // The places are counted in the order in which they stand, as SQLite does.
    let twin = "SELECT 1 FROM deliveries e WHERE e.outgoing_id = deliveries.outgoing_id AND e.inbox =";
    let cancel = format!(
        "UPDATE deliveries SET state = 'cancelled', last_answer = 'the inbox has moved', ended_at = $1
         WHERE host = $2 AND inbox = $3 AND state = 'waiting' AND EXISTS ({twin} $4)"
    );
    run(&cancel, vec![now.into(), host.into(), from.into(), to.into()]).await?;
    let readdress = format!(
        "UPDATE deliveries SET inbox = $1, run_at = $2
         WHERE host = $3 AND inbox = $4 AND state IN ('waiting', 'leased') AND NOT EXISTS ({twin} $5)"
    );
    run(&readdress, vec![to.into(), now.into(), host.into(), from.into(), to.into()]).await?;
    run(
        "INSERT INTO post_recipients (post_id, inbox)
         SELECT DISTINCT o.post_id, d.inbox FROM deliveries d JOIN outgoing o ON o.id = d.outgoing_id
         WHERE d.host = $1 AND d.inbox = $2 AND d.state IN ('waiting', 'leased') AND o.post_id IS NOT NULL
           AND o.kind <> 'Delete'
         ON CONFLICT DO NOTHING",
        vec![host.into(), to.into()],
    )
    .await?;
    hosts::settle(tx, vec![host.to_owned()]).await
}

/// The deliveries in one state.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Summary {
    /// The state.
    pub state: String,
    /// How many there are.
    pub count: i64,
    /// When the oldest of them was made.
    pub oldest: Option<DateTime<Utc>>,
}

/// How many deliveries are not done yet, by their state.
pub async fn summary(db: &impl ConnectionTrait) -> Result<Vec<Summary>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "count")
        .column_as(Column::CreatedAt.min(), "oldest")
        .filter(Column::State.is_in([WAITING, LEASED]))
        .group_by(Column::State)
        .into_model()
        .all(db)
        .await
}

/// All deliveries: for tests and for the operator's check.
pub async fn list_all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().all(db).await
}
