//! What the yearly transparency report counts, and the reports of years that are long over.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, FromQueryResult, IntoActiveModel, QueryOrder, Statement, Value};

use crate::domain::ids;
use crate::domain::transparency::{Counts, Lapse, Tally};

/// A row of `transparency_years`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transparency_years")]
#[allow(missing_docs, reason = "the columns are described where the table is made")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub body: String,
    pub made_at: DateTime<Utc>,
}

/// Rows stand alone; questions join what they need.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The report of a year, if it was put aside.
pub async fn find(db: &impl ConnectionTrait, year: i32) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(year).one(db).await
}

/// The years whose reports were put aside, the last first.
pub async fn list_years(db: &impl ConnectionTrait) -> Result<Vec<i32>, DbErr> {
    let rows = Entity::find().order_by_desc(Column::Year).all(db).await?;
    Ok(rows.into_iter().map(|row| row.year).collect())
}

/// Puts the report of a year aside, unless that was done before.
pub async fn insert_once(tx: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    let conflict = OnConflict::column(Column::Year).do_nothing().to_owned();
    let done = Entity::insert(row.into_active_model()).on_conflict(conflict).exec_without_returning(tx).await;
    match done {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}

#[derive(FromQueryResult)]
struct TallyRow {
    first: String,
    second: String,
    third: i64,
    count: i64,
}

#[derive(FromQueryResult)]
struct LapseRow {
    began: Option<DateTime<Utc>>,
    ended: DateTime<Utc>,
}

/// Most spans of time that a median is taken of.
const MOST_LAPSES: u64 = 100_000;

/// All that is counted of the time from `from` until before `until`: eleven questions, however much there is.
///
/// Rows are found by their ids, which say when they were made, a day later at most.
pub async fn count(
    db: &impl ConnectionTrait,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Counts, DbErr> {
    let backend = db.get_database_backend();
    let made = |table: &str| {
        format!(
            "{table}.id >= $1 AND {table}.id < $2 AND {table}.created_at >= $3 AND {table}.created_at < $4"
        )
    };
    // A truth as a number: what is reckoned has no type on SQLite.
    let flag = |truth: &str| format!("CAST(CASE WHEN {truth} THEN 1 ELSE 0 END AS BIGINT)");
    let range = || -> Vec<Value> {
        let (first, last) = (ids::first_at(from), ids::first_at(until + TimeDelta::days(1)));
        vec![first.into(), last.into(), from.into(), until.into()]
    };
    let tally = async |sql: String, values: Vec<Value>| -> Result<Vec<Tally>, DbErr> {
        let found =
            TallyRow::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(db).await?;
        let tally = |row: TallyRow| Tally {
            first: row.first,
            second: row.second,
            third: row.third != 0,
            count: row.count.unsigned_abs(),
        };
        Ok(found.into_iter().map(tally).collect())
    };
    let lapses = async |sql: String, values: Vec<Value>| -> Result<Vec<Lapse>, DbErr> {
        let sql = format!("{sql} LIMIT {MOST_LAPSES}");
        let found =
            LapseRow::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(db).await?;
        Ok(found.into_iter().filter_map(|row| Some(Lapse { began: row.began?, ended: row.ended })).collect())
    };
    // A case that nobody but staff itself has brought up.
    let is_own = "EXISTS (SELECT 1 FROM notices o WHERE o.case_id = m.case_id AND o.source = 'own')
        AND NOT EXISTS (SELECT 1 FROM notices o WHERE o.case_id = m.case_id AND o.source <> 'own')";
    Ok(Counts {
        notices: tally(
            format!(
                "SELECT n.source AS first, n.question AS second, {} AS third, COUNT(*) AS count
                 FROM notices n WHERE {} GROUP BY n.source, n.question, n.is_trusted",
                flag("n.is_trusted"),
                made("n")
            ),
            range(),
        )
        .await?,
        decisions: tally(
            format!(
                "SELECT s.ground AS first, s.category AS second, s.restricts AS third, COUNT(*) AS count FROM (
                     SELECT d.ground, d.category, {} AS restricts
                     FROM decisions d WHERE {}) s
                 GROUP BY s.ground, s.category, s.restricts",
                flag("EXISTS (SELECT 1 FROM measures m WHERE m.decision_id = d.id AND m.kind <> 'forward')"),
                made("d")
            ),
            range(),
        )
        .await?,
        measures: tally(
            format!(
                "SELECT s.kind AS first, s.ground AS second, s.is_own AS third, COUNT(*) AS count FROM (
                     SELECT m.kind, d.ground, {} AS is_own
                     FROM measures m JOIN decisions d ON d.id = m.decision_id WHERE {}) s
                 GROUP BY s.kind, s.ground, s.is_own",
                flag(is_own),
                made("m")
            ),
            range(),
        )
        .await?,
        ended: tally(
            format!(
                "SELECT s.kind AS first, '' AS second, s.by_itself AS third, COUNT(*) AS count FROM (
                     SELECT m.kind, {} AS by_itself FROM measures m WHERE m.ended_at >= $1 AND m.ended_at < $2) s
                 GROUP BY s.kind, s.by_itself",
                flag("m.ended_by IS NULL")
            ),
            vec![from.into(), until.into()],
        )
        .await?,
        complaints: tally(
            format!(
                "SELECT s.outcome AS first, '' AS second, s.is_new AS third, COUNT(*) AS count FROM (
                     SELECT COALESCE(c.outcome, '') AS outcome, {} AS is_new FROM complaints c
                     WHERE c.created_at < $2 AND (c.created_at >= $1 OR (c.decided_at >= $1 AND c.decided_at < $2))) s
                 GROUP BY s.outcome, s.is_new",
                flag("c.created_at >= $1")
            ),
            vec![from.into(), until.into()],
        )
        .await?,
        decided_after: lapses(
            format!(
                "SELECT (SELECT MIN(n.created_at) FROM notices n WHERE n.case_id = d.case_id AND n.created_at <= d.created_at
                            AND NOT EXISTS (SELECT 1 FROM decisions p WHERE p.case_id = d.case_id
                                AND p.created_at < d.created_at AND p.created_at >= n.created_at)) AS began,
                        d.created_at AS ended
                 FROM decisions d WHERE {} ORDER BY d.id",
                made("d")
            ),
            range(),
        )
        .await?,
        answered_after: lapses(
            "SELECT c.created_at AS began, c.decided_at AS ended FROM complaints c
             WHERE c.decided_at >= $1 AND c.decided_at < $2 ORDER BY c.id"
                .to_owned(),
            vec![from.into(), until.into()],
        )
        .await?,
        floods: tally(
            "SELECT 'server' AS first, 'other' AS second, CAST(0 AS BIGINT) AS third,
                    CAST(COALESCE(SUM(f.count), 0) AS BIGINT) AS count
             FROM notice_floods f WHERE f.day >= $1 AND f.day < $2"
                .to_owned(),
            vec![from.date_naive().to_string().into(), until.date_naive().to_string().into()],
        )
        .await?,
        misuse: tally(
            "SELECT s.kind AS first, '' AS second, CAST(0 AS BIGINT) AS third, COUNT(*) AS count FROM notifier_steps s
             WHERE s.created_at >= $1 AND s.created_at < $2 GROUP BY s.kind
             UNION ALL
             SELECT 'unfounded' AS first, '' AS second, CAST(0 AS BIGINT) AS third, COUNT(*) AS count FROM unfounded_notices u
             WHERE u.created_at >= $1 AND u.created_at < $2"
                .to_owned(),
            vec![from.into(), until.into()],
        )
        .await?,
        held: tally(
            format!(
                "SELECT 'held' AS first, '' AS second, CAST(0 AS BIGINT) AS third, COUNT(*) AS count FROM audit_log a
                 WHERE {} AND a.act = 'post held'",
                made("a")
            ),
            range(),
        )
        .await?,
        domains: tally(
            "SELECT p.severity AS first, '' AS second, CAST(0 AS BIGINT) AS third, COUNT(*) AS count FROM domain_policies p
             WHERE p.created_at < $1 GROUP BY p.severity"
                .to_owned(),
            vec![until.into()],
        )
        .await?,
    })
}
