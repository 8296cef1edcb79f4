//! What has to be done from time to time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::actions::{copies, retention};
use crate::app::Tx;
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::store::{accounts, facts, jobs, media};
use crate::{App, Error};

/// Files that were not attached to anything after a day are thrown away (as Mastodon does).
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);
/// Other servers no longer try one that was away for some days, Lemmy after three, Mastodon, Misskey and Akkoma after seven,
/// until it says something itself.
const AWAY: TimeDelta = TimeDelta::days(3);
/// How often the upkeep runs.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// How soon it runs again where it did not throw everything away that is past its time.
const GO_ON: TimeDelta = TimeDelta::minutes(1);

/// Throws away what is past its time, and queues the next time.
pub async fn clean_up(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let forgotten = media::list_forgotten(app.db(), now - FORGOTTEN_AFTER, 500).await?;

    let tx = app.begin_write().await?;
    retention::delete_expired(app, &tx).await?;
    media::delete(&tx, forgotten.iter().map(|row| row.id).collect()).await?;
    if was_away(app, &tx).await? {
        tracing::warn!(
            "The server was away for days: the servers of all who follow and are followed elsewhere are told that it is back"
        );
        for account in accounts::list_ours(&*tx).await? {
            let job = Job::DistributeProfile {
                account: account.id,
                version: account.version,
                host: None,
                is_back: true,
            };
            jobs::enqueue(&tx, app.id(JobId), &job, None, now).await?;
        }
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    let is_all = retention::run(app).await?;

    for file in forgotten {
        for key in [file.file, file.preview_file].into_iter().flatten() {
            app.media.delete(&key).await.map_err(Error::unexpected)?;
        }
    }
    app.media.sweep().await.map_err(Error::unexpected)?;
    let age = copies::KEPT_FOR.to_std().unwrap_or_default();
    app.media.trim(copies::FOLDER, app.config.copies_bytes, age).await.map_err(Error::unexpected)?;
    if is_all { schedule(app, now + EVERY).await } else { plan(app, vec![Job::CleanUp], now + GO_ON).await }
}

/// Whether so much time has passed since the last upkeep that other servers may have given us up; writes down this one.
async fn was_away(app: &App, tx: &Tx) -> Result<bool, Error> {
    let now = app.clock.now();
    let last = facts::find(&**tx, facts::UPKEEP_AT).await?;
    let last = last.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    facts::put(tx, facts::UPKEEP_AT, &now.to_rfc3339()).await?;
    Ok(last.is_some_and(|last| now - last.to_utc() > AWAY))
}

/// Sees to it that the upkeep runs, at `at` if it is not queued already.
pub async fn schedule(app: &App, at: DateTime<Utc>) -> Result<(), Error> {
    plan(app, vec![Job::CleanUp, Job::LookUpHosts], at).await
}

async fn plan(app: &App, all: Vec<Job>, at: DateTime<Utc>) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for job in all {
        jobs::enqueue_at(&tx, app.id(JobId), &job, None, app.clock.now(), at).await?;
    }
    tx.commit().await
}

/// Tries jobs again that failed too often, those with these ids or all; says how many there were.
pub async fn retry(app: &App, ids: Option<Vec<JobId>>) -> Result<u64, Error> {
    let tx = app.begin_write().await?;
    let count = jobs::unpark(&tx, ids, app.clock.now()).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(count)
}

/// Queues a job that nothing else makes necessary.
pub async fn queue(app: &App, job: &Job) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    jobs::enqueue(&tx, app.id(JobId), job, None, app.clock.now()).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}
