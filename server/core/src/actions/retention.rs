//! What is thrown away because its time is over: which class of data after how long, in small slices, and written down.
//!
//! The audit log is never thrown away.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::actions::{audit, transparency};
use crate::app::Tx;
use crate::store::{gone, mutes, oauth_codes, oauth_tokens, person_links, retention, sessions, throttles};
use crate::{App, Error};

/// How many rows go in one transaction, which keeps every other writer waiting.
const AT_ONCE: u64 = 1000;
/// How many cases go in one transaction, each with some dozens of rows.
const CASES_AT_ONCE: u64 = 20;
/// How many slices of one class go in one run; the rest goes in the next.
const MOST_SLICES: usize = 50;

/// A class of data that goes by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Deliveries,
    Outgoing,
    Incoming,
    Notifications,
    Notifiers,
}

impl Class {
    const ALL: [Class; 5] =
        [Class::Deliveries, Class::Outgoing, Class::Incoming, Class::Notifications, Class::Notifiers];

    fn name(self) -> &'static str {
        match self {
            Class::Deliveries => "deliveries",
            Class::Outgoing => "outgoing",
            Class::Incoming => "incoming",
            Class::Notifications => "notifications",
            Class::Notifiers => "notifiers",
        }
    }

    /// How many days it is kept.
    fn days(self, app: &App) -> u32 {
        let config = &app.config;
        match self {
            Class::Deliveries | Class::Outgoing => config.keep_deliveries_days,
            Class::Incoming => config.keep_incoming_days,
            Class::Notifications => config.keep_notifications_days,
            Class::Notifiers => config.keep_notifiers_days,
        }
    }

    async fn slice(self, tx: &Tx, before: DateTime<Utc>) -> Result<u64, Error> {
        Ok(match self {
            Class::Deliveries => retention::delete_deliveries(tx, before, AT_ONCE).await?,
            Class::Outgoing => retention::delete_outgoing(tx, before, AT_ONCE).await?,
            Class::Incoming => retention::delete_incoming(tx, before, AT_ONCE).await?,
            Class::Notifications => retention::delete_notifications(tx, before, AT_ONCE).await?,
            Class::Notifiers => retention::forget_notifiers(tx, before, AT_ONCE).await?,
        })
    }
}

/// The time so many days ago.
fn ago(app: &App, days: u32) -> DateTime<Utc> {
    app.clock.now() - TimeDelta::days(i64::from(days))
}

/// Throws away what says itself when it ends: few rows at any time.
pub(crate) async fn delete_expired(app: &App, tx: &Tx) -> Result<(), Error> {
    let now = app.clock.now();
    for (class, count) in [
        ("sessions", sessions::delete_expired(tx, now).await?),
        ("person_links", person_links::delete_expired(tx, now).await?),
        ("oauth_codes", oauth_codes::delete_expired(tx, now).await?),
        ("oauth_tokens", oauth_tokens::delete_unused(tx, now - crate::actions::oauth::TOKEN_REST).await?),
        ("throttles", throttles::delete_expired(tx, now).await?),
        ("mutes", mutes::delete_expired(tx, now).await?),
        ("gone", gone::delete_expired(tx, now).await?),
    ] {
        write_down(app, tx, class, count).await?;
    }
    Ok(())
}

/// Throws away what is older than the settings say; says whether that is all. Each slice is a transaction of its own, so
/// that nobody waits long.
pub(crate) async fn run(app: &App) -> Result<bool, Error> {
    let mut is_all = true;
    for class in Class::ALL {
        let before = ago(app, class.days(app));
        let mut is_done = false;
        for _ in 0..MOST_SLICES {
            let tx = app.begin_write().await?;
            let count = class.slice(&tx, before).await?;
            write_down(app, &tx, class.name(), count).await?;
            tx.commit().await?;
            is_done = count < AT_ONCE;
            if is_done {
                break;
            }
        }
        is_all &= is_done;
    }
    cases(app).await?;
    Ok(is_all)
}

/// Throws away decided cases whose time is over, after the reports of their years were put aside.
async fn cases(app: &App) -> Result<(), Error> {
    transparency::put_aside(app).await?;
    let before = ago(app, app.config.keep_cases_days);
    for _ in 0..MOST_SLICES {
        let tx = app.begin_write().await?;
        let ended = retention::list_ended_cases(&*tx, before, CASES_AT_ONCE).await?;
        let numbers: Vec<&str> = ended.iter().map(|case| case.number.as_str()).collect();
        if !numbers.is_empty() {
            let facts = json!({ "cases": numbers, "decided_before": before });
            audit::write(app, &tx, None, "cases erased", "retention", facts).await?;
        }
        for case in &ended {
            retention::delete_case(&tx, case.id).await?;
        }
        write_down(app, &tx, "cases", ended.len() as u64).await?;
        tx.commit().await?;
        if (ended.len() as u64) < CASES_AT_ONCE {
            break;
        }
    }
    Ok(())
}

async fn write_down(app: &App, tx: &Tx, class: &str, count: u64) -> Result<(), Error> {
    if count > 0 {
        tracing::info!(class, count, "Thrown away, for its time is over");
        retention::add(tx, app.clock.now().date_naive(), class, count).await?;
    }
    Ok(())
}
