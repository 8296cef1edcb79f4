//! The yearly transparency report, reckoned from the cases, or as it was put aside before they were thrown away.

use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Utc};

use crate::domain::transparency::Report;
use crate::store::{case_numbers, transparency};
use crate::{App, Error};

/// After how long the report of a year is put aside: complaints of its last day can be made for 184 days.
const PUT_ASIDE_AFTER: TimeDelta = TimeDelta::days(214);
/// The first year that there can be a report of.
const FIRST: i32 = 2026;

/// The years that there is a report of, the last first: from the first one with a case to this one.
pub async fn years(app: &App) -> Result<Vec<i32>, Error> {
    let known = case_numbers::list_years(app.db()).await?.into_iter();
    let known = known.chain(transparency::list_years(app.db()).await?).filter(|year| is_known(app, *year));
    let now = app.clock.now().year();
    Ok((known.min().unwrap_or(now)..=now).rev().collect())
}

fn is_known(app: &App, year: i32) -> bool {
    (FIRST..=app.clock.now().year()).contains(&year)
}

/// The report of a year.
pub async fn report(app: &App, year: i32) -> Result<Report, Error> {
    if !is_known(app, year) {
        return Err(Error::NotFound("Report"));
    }
    if let Some(kept) = transparency::find(app.db(), year).await? {
        return serde_json::from_str(&kept.body).map_err(Error::unexpected);
    }
    reckon(app, year).await
}

async fn reckon(app: &App, year: i32) -> Result<Report, Error> {
    let (from, until) = (begin_of(year)?, begin_of(year + 1)?);
    let now = app.clock.now();
    let counts = transparency::count(app.db(), from, until).await?;
    Ok(Report::new(year, now, now >= until, &counts))
}

fn begin_of(year: i32) -> Result<DateTime<Utc>, Error> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().ok_or(Error::NotFound("Report"))
}

/// Puts the reports aside of years that are so long over that nothing changes them any more.
pub(crate) async fn put_aside(app: &App) -> Result<(), Error> {
    let kept = transparency::list_years(app.db()).await?;
    for year in years(app).await? {
        let is_due = app.clock.now() >= begin_of(year + 1)? + PUT_ASIDE_AFTER;
        if !is_due || kept.contains(&year) {
            continue;
        }
        let report = reckon(app, year).await?;
        let body = serde_json::to_string(&report).map_err(Error::unexpected)?;
        let tx = app.begin_write().await?;
        transparency::insert_once(&tx, transparency::Model { year, body, made_at: report.made_at }).await?;
        tx.commit().await?;
    }
    Ok(())
}
