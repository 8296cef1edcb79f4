//! What is thrown away because its time is over, in batches, and how much that was.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    DatabaseTransaction, ExprTrait, FromQueryResult, IntoActiveModel, QueryOrder, Statement, Value,
};

use crate::domain::ids;
use crate::domain::moderation::COMPLAINT_DAYS;

/// A row of `retention_days`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_days")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub class: String,
    pub count: i64,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What was thrown away, day by day.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Day).order_by_asc(Column::Class).all(db).await
}

/// Adds to what was thrown away on a day.
pub async fn add(tx: &DatabaseTransaction, day: NaiveDate, class: &str, count: u64) -> Result<(), DbErr> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let more = Expr::col((Entity, Column::Count)).add(count);
    let conflict = OnConflict::columns([Column::Day, Column::Class]).value(Column::Count, more).to_owned();
    Entity::insert(Model { day: day.to_string(), class: class.to_owned(), count }.into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn run(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// Forgets deliveries that ended before then, at most `limit`; says how many.
pub async fn delete_deliveries(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    let sql = format!(
        "DELETE FROM deliveries WHERE id IN (SELECT d.id FROM deliveries d WHERE d.ended_at < $1 ORDER BY d.ended_at LIMIT {limit})"
    );
    run(tx, &sql, vec![before.into()]).await
}

/// Forgets what was sent before then and has no delivery any more, at most `limit`; says how much.
pub async fn delete_outgoing(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    let sql = format!(
        "DELETE FROM outgoing WHERE id IN (SELECT o.id FROM outgoing o WHERE o.id < $1
             AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outgoing_id = o.id) ORDER BY o.id LIMIT {limit})"
    );
    run(tx, &sql, vec![ids::first_at(before).into()]).await
}

/// Forgets what came in before then, unless it still waits, at most `limit`; says how much.
pub async fn delete_incoming(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    let sql = format!(
        "DELETE FROM incoming WHERE id IN (SELECT i.id FROM incoming i WHERE i.received_at < $1 AND i.state <> 'waiting'
             ORDER BY i.received_at LIMIT {limit})"
    );
    run(tx, &sql, vec![before.into()]).await
}

/// Forgets notifications from before then, at most `limit`; says how many.
pub async fn delete_notifications(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    let sql = format!(
        "DELETE FROM notifications WHERE id IN (SELECT n.id FROM notifications n WHERE n.id < $1 ORDER BY n.id LIMIT {limit})"
    );
    run(tx, &sql, vec![ids::first_at(before).into()]).await
}

/// Forgets who reported in cases about which nobody could complain after then, and about which nothing is open, at most
/// `limit`; says how many. Their secret link leads nowhere any more.
pub async fn forget_notifiers(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, DbErr> {
    let sql = format!(
        "UPDATE notices SET name = '', email = '', link_hash = NULL, confirm_hash = NULL WHERE id IN (
             SELECT n.id FROM notices n JOIN cases c ON c.id = n.case_id
             WHERE (n.name <> '' OR n.email <> '' OR n.link_hash IS NOT NULL) AND c.state = 'decided'
               AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.case_id = c.id AND d.complaint_until >= $1)
               AND NOT EXISTS (SELECT 1 FROM complaints k WHERE k.case_id = c.id AND k.outcome IS NULL)
             ORDER BY n.id LIMIT {limit})"
    );
    let count = run(tx, &sql, vec![before.into()]).await?;
    // Of a step only that there was one is left, for the yearly report: a year and more after its end.
    run(
        tx,
        "UPDATE notifier_steps SET notifier = '', reasons = '', complaint = '', answer = '', link_hash = NULL
         WHERE notifier <> '' AND COALESCE(ended_at, ends_at) < $1 AND created_at < $2
           AND (complained_at IS NULL OR answered_at IS NOT NULL)",
        vec![before.into(), (before - TimeDelta::days(COMPLAINT_DAYS)).into()],
    )
    .await?;
    run(
        tx,
        "UPDATE unfounded_notices SET notifier = '' WHERE notifier <> '' AND created_at < $1
           AND NOT EXISTS (SELECT 1 FROM notifier_steps s WHERE s.notifier = unfounded_notices.notifier)",
        vec![before.into()],
    )
    .await?;
    delete_dead_links(tx).await?;
    Ok(count)
}

/// Throws away the further links of mails whose first link is gone: they lead nowhere.
async fn delete_dead_links(tx: &DatabaseTransaction) -> Result<u64, DbErr> {
    let sql = "DELETE FROM case_links
         WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.link_hash = case_links.link_hash)
           AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.link_hash = case_links.link_hash)";
    run(tx, sql, vec![]).await
}

/// A case that is thrown away.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Ended {
    /// Its id.
    pub id: i64,
    /// Its number.
    pub number: String,
}

/// Cases that were decided before then and of which nothing goes on: no measure is in force, no complaint is open. At most
/// `limit`.
pub async fn list_ended_cases(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Ended>, DbErr> {
    let sql = format!(
        "SELECT c.id, c.number FROM cases c
         WHERE c.state = 'decided' AND c.decided_at < $1
           AND NOT EXISTS (SELECT 1 FROM measures m WHERE m.case_id = c.id AND m.ended_at IS NULL
               AND m.kind NOT IN ('delete', 'forward'))
           AND NOT EXISTS (SELECT 1 FROM complaints k WHERE k.case_id = c.id AND k.outcome IS NULL)
         ORDER BY c.id LIMIT {limit}"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [before.into()]);
    Ended::find_by_statement(statement).all(db).await
}

/// Everything that belongs to a case, in the order in which it is thrown away. A test reads the schema and fails where a table
/// belongs to cases and is not here.
pub const OF_A_CASE: [&str; 10] = [
    "unfounded_notices",
    "notice_floods",
    "complaints",
    "measures",
    "decisions",
    "case_events",
    "notices",
    "case_files",
    "case_snapshots",
    "mails",
];

/// Throws a case away with all that belongs to it, and the reports that brought it up and nothing else; says how many rows.
pub async fn delete_case(tx: &DatabaseTransaction, case: i64) -> Result<u64, DbErr> {
    let backend = tx.get_database_backend();
    let reports = "SELECT DISTINCT n.report_id AS id, '' AS number FROM notices n
         WHERE n.case_id = $1 AND n.report_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM notices o WHERE o.report_id = n.report_id AND o.case_id <> $1)";
    let reports = Statement::from_sql_and_values(backend, reports, [case.into()]);
    let reports = Ended::find_by_statement(reports).all(tx).await?;
    let mut count = 0;
    for table in OF_A_CASE {
        count += run(tx, &format!("DELETE FROM {table} WHERE case_id = $1"), vec![case.into()]).await?;
    }
    count += run(tx, "DELETE FROM cases WHERE id = $1", vec![case.into()]).await?;
    delete_dead_links(tx).await?;
    for report in reports {
        count += run(tx, "DELETE FROM reports WHERE id = $1", vec![report.id.into()]).await?;
    }
    Ok(count)
}
