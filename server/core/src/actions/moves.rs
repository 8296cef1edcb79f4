//! Accounts of ours that move: from elsewhere to here, and away (FEP-7628).
//!
//! Whoever is led to a new account wants to know that it is the same person's: so the new one names the old one first
//! (`alsoKnownAs`), and the old one then says where it went.

use chrono::TimeDelta;
use serde_json::json;

use crate::actions::audit;
use crate::domain::ids::JobId;
use crate::domain::job::Job;
use crate::store::{accounts, jobs};
use crate::{App, Error};

/// Most other addresses of an account.
const MOST_ALIASES: usize = 10;
/// How long an account stays where it moved to before it may move again (Mastodon's `move.rb`).
pub(crate) const SETTLED: TimeDelta = TimeDelta::days(7);

/// The other addresses of an account of ours.
pub fn aliases(account: &accounts::Model) -> Vec<&str> {
    account.also_known_as.split_ascii_whitespace().collect()
}

/// Says that an account of ours is also known by this address, or no longer.
pub async fn put_alias(app: &App, name: &str, uri: &str, is_known: bool) -> Result<accounts::Model, Error> {
    let tx = app.begin_write().await?;
    let account = accounts::find_ours(&*tx, name).await?.filter(|account| account.deleted_at.is_none());
    let account = account.ok_or(Error::NotFound("Account"))?;
    if uri == account.uri || uri.contains(char::is_whitespace) {
        return Err(Error::invalid("The other address", "must be that of another account"));
    }
    let mut known: Vec<&str> = aliases(&account).into_iter().filter(|known| *known != uri).collect();
    known.extend(is_known.then_some(uri));
    if known.len() > MOST_ALIASES {
        return Err(Error::invalid("The other addresses", "must be ten at most"));
    }
    let mut row = accounts::Model { also_known_as: known.join(" "), ..account.clone() };
    accounts::update(&tx, row.clone()).await?;
    row.version += 1;
    let told = Job::DistributeProfile { account: row.id, version: row.version, host: None, is_back: false };
    jobs::enqueue(&tx, app.id(JobId), &told, None, app.clock.now()).await?;
    audit::write(app, &tx, None, "alias", row.id, json!({ "uri": uri, "known": is_known })).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(row)
}

/// Tells the followers of an account of ours that it has moved to `target`, which was found to name it. It writes no more.
pub async fn away(app: &App, name: &str, target: &accounts::Model) -> Result<accounts::Model, Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let account = accounts::find_ours(&*tx, name).await?.filter(|account| account.deleted_at.is_none());
    let account = account.ok_or(Error::NotFound("Account"))?;
    if account.moved_at.is_some_and(|at| now - at <= SETTLED) {
        return Err(Error::invalid("The account", "has just moved: it can move again after seven days"));
    }
    if target.id == account.id {
        return Err(Error::invalid("The new account", "must be another one"));
    }
    let mut row = accounts::Model { moved_to: Some(target.uri.clone()), moved_at: Some(now), ..account };
    accounts::update(&tx, row.clone()).await?;
    row.version += 1;
    // In this order: whoever hears of the move may look at the profile at once.
    for told in [
        Job::DistributeProfile { account: row.id, version: row.version, host: None, is_back: false },
        Job::DistributeMove { account: row.id },
    ] {
        jobs::enqueue(&tx, app.id(JobId), &told, None, now).await?;
    }
    audit::write(app, &tx, None, "account moved", row.id, json!({ "to": target.uri })).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(row)
}
