//! What is known of other servers.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::store::{hosts, jobs};
use crate::{App, Error};

/// Most servers that are asked in one go.
pub const AT_ONCE: u64 = 200;
/// How long the answer of a server is good for.
const KNOWN_FOR: TimeDelta = TimeDelta::days(14);
/// When a server that did not answer is asked again.
const AGAIN_AFTER: TimeDelta = TimeDelta::days(1);
/// How soon the next go begins while there are more.
const GO_ON_AFTER: TimeDelta = TimeDelta::minutes(1);

/// The software of a server, as it calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Software {
    /// Its name, such as `mastodon`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The servers to ask now: those of known accounts that were not asked for long, at most [`AT_ONCE`].
pub async fn list_to_look_up(app: &App) -> Result<Vec<String>, Error> {
    Ok(hosts::list_to_look_up(app.db(), app.clock.now() - KNOWN_FOR, AT_ONCE).await?)
}

/// Keeps what servers said; none for those that did not answer. What was known of these stays. Goes on with the next ones
/// if there may be more.
pub async fn keep_software(app: &App, found: Vec<(String, Option<Software>)>) -> Result<(), Error> {
    let now = app.clock.now();
    let is_full = found.len() as u64 == AT_ONCE;
    let tx = app.begin_write().await?;
    for (host, software) in found {
        match software {
            Some(software) => hosts::put_software(&tx, &host, &software.name, &software.version, now).await?,
            None => hosts::put_no_software(&tx, &host, asked_again_at(now)).await?,
        }
    }
    if is_full {
        jobs::enqueue_at(&tx, app.id(JobId), &Job::LookUpHosts, None, now, now + GO_ON_AFTER).await?;
    }
    tx.commit().await
}

/// The time that is written down for a server that did not answer, so that it is asked again soon enough.
fn asked_again_at(now: DateTime<Utc>) -> DateTime<Utc> {
    now - KNOWN_FOR + AGAIN_AFTER
}
