//! Statements of reasons for the Transparency Database: those of a period, as a file that a person reads and uploads.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use serde_json::json;

use crate::actions::cases::events;
use crate::domain::ids::{CaseId, DecisionId, made_at};
use crate::domain::moderation::{Ground, Measure};
use crate::domain::statements::{Content, Decided, MOST_IN_A_CALL, Reasons, Source, Taken, statement};
use crate::store::case_snapshots::Kept;
use crate::store::{case_events, case_snapshots, cases, decisions, measures, notices};
use crate::{App, Error};

/// How many decisions are read at once.
const AT_ONCE: u64 = 500;
/// Most names of those who reported that are looked for in as many cases.
const MOST_NAMES: u64 = 10_000;

/// The time from the beginning of `from` to the end of `to`, in UTC.
pub fn period(from: NaiveDate, to: NaiveDate) -> Result<(DateTime<Utc>, DateTime<Utc>), Error> {
    let after = to
        .checked_add_days(Days::new(1))
        .filter(|after| from < *after && from.year() > 0 && after.year() < 10_000);
    let after = after.ok_or_else(|| Error::invalid("Period", "must begin before it ends"))?;
    let begin = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    Ok((begin(from), begin(after)))
}

/// The statements of what was decided from `from` to `to`, both days included (UTC), oldest first.
pub async fn list(app: &App, from: NaiveDate, to: NaiveDate) -> Result<Vec<Reasons>, Error> {
    let period = period(from, to)?;
    let mut found = Vec::new();
    let mut after = DecisionId(0);
    loop {
        let decided = decisions::list_between(app.db(), period, after, AT_ONCE).await?;
        let Some(last) = decided.last() else { return Ok(found) };
        after = last.id;
        found.extend(of(app, decided).await?);
    }
}

/// The bodies of the calls that bring these statements to the database, each a line of JSON.
pub fn as_lines(statements: &[Reasons]) -> String {
    let body = |some: &[Reasons]| format!("{}\n", json!({ "statements": some }));
    statements.chunks(MOST_IN_A_CALL).map(body).collect()
}

async fn of(app: &App, rows: Vec<decisions::Model>) -> Result<Vec<Reasons>, Error> {
    let db = app.db();
    let mut ids: Vec<CaseId> = rows.iter().map(|row| row.case_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let of_cases = cases::list_by_ids(db, ids.clone()).await?;
    let of_cases: HashMap<CaseId, cases::Model> = of_cases.into_iter().map(|row| (row.id, row)).collect();
    let taken = measures::list_of_cases(db, ids.clone()).await?;
    let origins = notices::list_origins(db, ids.clone()).await?;
    let names = notices::list_names(db, ids.clone(), MOST_NAMES).await?;
    let held = case_events::list_cases_with(db, ids.clone(), events::HELD).await?;
    let snapshots = case_snapshots::list_of_cases(db, ids).await?;
    let statement_of = |row: decisions::Model| {
        let case = of_cases.get(&row.case_id)?;
        let of_case = || snapshots.iter().filter(|kept| kept.case_id == row.case_id);
        let kept = of_case().find(|kept| Some(kept.version) == row.version).or(of_case().next_back());
        let kept = kept.map(case_snapshots::Model::kept).unwrap_or_default();
        let measures = taken.iter().filter(|measure| measure.decision_id == row.id).filter_map(|measure| {
            Some(Taken { what: Measure::parse(&measure.kind)?, ends_at: measure.ends_at })
        });
        let sources = origins
            .iter()
            .filter(|origin| origin.case_id == row.case_id && origin.first_at <= row.created_at);
        let mut hidden: Vec<String> = names
            .iter()
            .filter(|named| named.case_id == row.case_id)
            .map(|named| named.name.clone())
            .collect();
        hidden.extend(kept.whose().into_iter().flat_map(|whose| {
            let username = whose.handle.split('@').next().unwrap_or_default().to_owned();
            [whose.name, whose.handle, username]
        }));
        let decided = Decided {
            id: row.id.0,
            ground: Ground::parse(&row.ground).unwrap_or(Ground::Rules),
            category: row.category.clone(),
            at: row.created_at,
            measures: measures.collect(),
            sources: sources.map(source).collect(),
            content: content(case, &kept),
            // An account was not published: it counts from when it was taken in here.
            published: kept
                .published_at
                .or(case.account_id.filter(|_| case.post_id.is_none()).map(|id| made_at(id.0))),
            language: kept.language.clone(),
            was_held: held.contains(&row.case_id),
            names: hidden,
            citation: row.citation,
            facts: row.facts,
        };
        statement(&decided)
    };
    Ok(rows.into_iter().filter_map(statement_of).collect())
}

fn source(origin: &notices::Origin) -> Source {
    match origin.source.as_str() {
        notices::AUTHORITY => Source::Order,
        notices::OWN => Source::Voluntary,
        _ if origin.is_trusted => Source::TrustedFlagger,
        notices::FORM | notices::LETTER => Source::Notice,
        _ => Source::Other,
    }
}

fn content(case: &cases::Model, kept: &Kept) -> Vec<Content> {
    if case.post_id.is_none() {
        return vec![if case.account_id.is_some() { Content::Account } else { Content::Unknown }];
    }
    let mut found: Vec<Content> = kept
        .media
        .iter()
        .map(|file| match file.kind.as_str() {
            "image" => Content::Image,
            "video" | "gifv" => Content::Video,
            "audio" => Content::Audio,
            _ => Content::Unknown,
        })
        .collect();
    if kept.html.as_ref().is_some_and(|html| !html.is_empty()) || !kept.options.is_empty() {
        found.push(Content::Text);
    }
    found
}
