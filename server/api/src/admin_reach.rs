//! `/api/v1/admin/measures`, `dimensions` and `retention`: the numbers of the pages, for dashboards. What nothing feeds here is not
//! answered, and a split is told of groups alone (`core/src/domain/floor.rs`).

use std::collections::HashMap;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;
use stadtbote_core::actions::reach::{Figures, Whose, figures};
use stadtbote_core::domain::period::Period;
use stadtbote_core::domain::reach::{Measure, REACTIONS};
use stadtbote_core::store::{accounts, reach_days};
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{AdminRead, Moderator};
use crate::error::ApiError;
use crate::input::{Body, Given};
use crate::views::reach::{AdminDatum, AdminDimension, AdminMeasure, AdminSum};

/// Most days that one question may be about: Mastodon's dashboard asks for thirty.
const MOST_DAYS: i64 = 400;
/// Most keys of one question that are answered.
const MOST_KEYS: usize = 50;

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/admin/measures", post(measures))
        .route("/api/v1/admin/dimensions", post(dimensions))
        .route("/api/v1/admin/retention", post(retention))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    keys: Vec<String>,
    start_at: Given<String>,
    end_at: Given<String>,
    limit: Given<i64>,
}

/// The days that are asked for, both included; the last thirty, where nothing is said.
fn days(app: &App, asked: &Asked) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let today = app.clock.day(app.clock.now());
    let read = |text: &Option<String>, otherwise: NaiveDate| match text {
        None => Ok(otherwise),
        Some(text) => text
            .parse()
            .ok()
            .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| app.clock.day(at.to_utc())))
            // Beyond these years days can't be reckoned with.
            .filter(|day: &NaiveDate| (1970..=9999).contains(&day.year()))
            .ok_or_else(|| ApiError::from(Error::invalid("Start and end", "must be days like 2026-10-15"))),
    };
    let last = read(&asked.end_at.0, today)?;
    let first = read(&asked.start_at.0, last.checked_sub_days(Days::new(29)).unwrap_or(last))?;
    let count = (last - first).num_days();
    if !(0..MOST_DAYS).contains(&count) {
        return Err(Error::invalid("Start and end", format!("must be at most {MOST_DAYS} days apart")).into());
    }
    Ok((first, last))
}

async fn measures(
    State(app): State<App>,
    _: Moderator<AdminRead>,
    Body(asked): Body<Asked>,
) -> Result<Json<Vec<AdminMeasure>>, ApiError> {
    let (first, last) = days(&app, &asked)?;
    let ours = accounts::list_ours(app.db()).await?;
    let ids: Vec<_> = ours.iter().map(|account| account.id).collect();
    let length = u64::try_from((last - first).num_days() + 1).unwrap_or(1);
    let before = first.checked_sub_days(Days::new(length)).unwrap_or(first);
    let (begin, until) = (before.to_string(), (last + Days::new(1)).to_string());
    let span = reach_days::Days { first: &begin, until: &until };
    let rows = reach_days::list_of_accounts(app.db(), &ids, span).await?;
    let mut of_day: HashMap<(String, String), i64> = HashMap::new();
    for row in rows {
        *of_day.entry((row.subject, row.measure)).or_default() += row.amount;
    }
    let on = |day: NaiveDate, which: &[Measure]| -> i64 {
        let amount = |measure: &Measure| of_day.get(&(day.to_string(), measure.name().to_owned()));
        which.iter().filter_map(amount).sum()
    };
    let sum = |key: &str| -> Option<AdminMeasure> {
        let which: &[Measure] = match key {
            "interactions" => &REACTIONS,
            "new_followers" => &[Measure::NewFollowers],
            "posts" => &[Measure::Posts],
            "views" => &[Measure::Views],
            _ => return None,
        };
        let data: Vec<AdminDatum> = first
            .iter_days()
            .take_while(|day| *day <= last)
            .map(|day| AdminDatum { date: midnight(day), value: on(day, which).to_string() })
            .collect();
        let total: i64 = first.iter_days().take_while(|day| *day <= last).map(|day| on(day, which)).sum();
        let previous: i64 = before.iter_days().take_while(|day| *day < first).map(|day| on(day, which)).sum();
        Some(AdminMeasure {
            key: key.to_owned(),
            unit: None,
            total: total.to_string(),
            human_value: None,
            previous_total: Some(previous.to_string()),
            data,
        })
    };
    Ok(Json(asked.keys.iter().take(MOST_KEYS).filter_map(|key| sum(key)).collect()))
}

async fn dimensions(
    State(app): State<App>,
    _: Moderator<AdminRead>,
    Body(asked): Body<Asked>,
) -> Result<Json<Vec<AdminDimension>>, ApiError> {
    let (_, last) = days(&app, &asked)?;
    let limit = usize::try_from(asked.limit.0.unwrap_or(10).clamp(1, 100)).unwrap_or(10);
    let ours = accounts::list_ours(app.db()).await?;
    let whose = Whose::All(ours.into_iter().map(|account| account.id).collect());
    // Where people are is told of whole months.
    let month = Period::month(last);
    let told = figures(&app, &whose, month).await?;
    let told = match told.followers_by_host.is_empty() {
        true => figures(&app, &whose, month.previous()).await?,
        false => told,
    };
    let answer = |key: &str| dimension(&told, key, limit);
    Ok(Json(asked.keys.iter().take(MOST_KEYS).filter_map(|key| answer(key)).collect()))
}

fn dimension(told: &Figures, key: &str, limit: usize) -> Option<AdminDimension> {
    let rows: Vec<(String, i64)> = match key {
        "servers" => told.followers_by_host.iter().map(|cell| (cell.name.clone(), cell.amount)).collect(),
        "software" => {
            told.followers_by_software.iter().map(|cell| (cell.name.clone(), cell.amount)).collect()
        }
        "languages" => {
            told.languages.iter().map(|part| (part.name.clone(), part.amount(Measure::Posts))).collect()
        }
        _ => return None,
    };
    let data = rows.into_iter().take(limit).map(|(name, amount)| AdminSum {
        key: name.clone(),
        human_key: name,
        value: amount.to_string(),
    });
    Some(AdminDimension { key: key.to_owned(), data: data.collect() })
}

/// Nobody signs up here, so nobody can come back or stay away: there are no cohorts.
async fn retention(_: Moderator<AdminRead>) -> Json<Vec<Value>> {
    Json(vec![])
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
