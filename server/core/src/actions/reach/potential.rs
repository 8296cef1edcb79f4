//! The followers of those who shared a post: asked for afterwards, so that the inbox does no work for it, and few at a time.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{AccountId, JobId};
use crate::domain::job::Job;
use crate::domain::reach::{Potential, potential};
use crate::store::follower_counts::{self, ToAsk};
use crate::store::reach::Span;
use crate::store::{accounts, jobs, posts};
use crate::{App, Error};

/// Of boosts that are older nobody is asked any more.
const ASKED_FOR: TimeDelta = TimeDelta::days(3);
/// A number is read again after that.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);
/// A server that did not say it is asked again after that.
const UNSAID_FOR: TimeDelta = TimeDelta::days(1);
/// Most accounts that are asked for in one run, and of one server. There is a run an hour.
const MOST: usize = 60;
const MOST_OF_HOST: usize = 10;
/// A number beyond that is taken for that: no account has more followers than there are people.
const MOST_FOLLOWERS: i64 = 10_000_000_000;

/// Whose followers are to be asked for now.
pub async fn list_to_ask(app: &App) -> Result<Vec<ToAsk>, Error> {
    let now = app.clock.now();
    let span = Span { from: now - ASKED_FOR, until: now + TimeDelta::seconds(1) };
    // More than are taken, so that one large server does not hold up the others.
    let limit = 10 * MOST as u64;
    let waiting =
        follower_counts::list_to_ask(app.db(), span, now - KNOWN_FOR, now - UNSAID_FOR, limit).await?;
    let mut of_host: HashMap<String, usize> = HashMap::new();
    let taken = waiting.into_iter().filter(|one| {
        let count = of_host.entry(one.host.clone()).or_default();
        *count += 1;
        *count <= MOST_OF_HOST
    });
    Ok(taken.take(MOST).collect())
}

/// Sees to it that they are asked for, if there is anybody.
pub(super) async fn want_follower_counts(app: &App) -> Result<(), Error> {
    if !app.config.server.federates() || list_to_ask(app).await?.is_empty() {
        return Ok(());
    }
    let tx = app.begin_write().await?;
    jobs::enqueue(&tx, app.id(JobId), &Job::ReadFollowerCounts, None, app.clock.now()).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Keeps how many followers accounts have, or that their servers do not say it.
pub async fn keep_follower_counts(app: &App, found: Vec<(AccountId, Option<u64>)>) -> Result<(), Error> {
    let now = app.clock.now();
    let row = |(account_id, amount): (AccountId, Option<u64>)| follower_counts::Model {
        account_id,
        amount: amount.map(|amount| i64::try_from(amount).unwrap_or(MOST_FOLLOWERS).min(MOST_FOLLOWERS)),
        read_at: now,
    };
    let tx = app.begin_write().await?;
    // Who was thrown away meanwhile has no row to refer to.
    let ids = found.iter().map(|(account, _)| *account).collect();
    let there: Vec<AccountId> =
        accounts::list_by_ids(&*tx, ids).await?.into_iter().map(|account| account.id).collect();
    let rows = found.into_iter().filter(|(account, _)| there.contains(account)).map(row).collect();
    follower_counts::put(&tx, rows).await?;
    tx.commit().await
}

/// The most accounts that a post of ours can have come before by those who shared it, and when the first of the numbers behind
/// it was read.
pub(super) async fn of_post(
    app: &App,
    post: &posts::Model,
    own_followers: i64,
) -> Result<(Potential, Option<DateTime<Utc>>), Error> {
    let found = follower_counts::of_boosters(app.db(), post.id, post.author_id).await?;
    let told = found.map(|found| {
        let rule =
            potential(own_followers, found.boosters, found.known, found.followers, app.config.reach_floor);
        (rule, found.read_at)
    });
    Ok(told.unwrap_or((Potential::Few, None)))
}
