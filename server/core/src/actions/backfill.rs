//! What was said before we were there, and elsewhere: answers to posts of others, and what a followed account wrote.

use chrono::TimeDelta;

use crate::app::Tx;
use crate::domain::ids::{AccountId, JobId};
use crate::domain::job::Job;
use crate::store::{accounts, jobs, posts, reply_fetches};
use crate::{App, Error};

/// How long the answers to a post are not looked for again (Mastodon's number).
const PAUSE: TimeDelta = TimeDelta::minutes(15);

/// Somebody reads a post: if it is from elsewhere, its answers are looked for, unless they just were.
pub async fn want_replies(app: &App, post: &posts::Model) -> Result<(), Error> {
    // Read first, so that a look at a post takes no write lock.
    if !app.config.server.federates() || !is_due(app, reply_fetches::find(app.db(), post.id).await?) {
        return Ok(());
    }
    if accounts::find(app.db(), post.author_id).await?.is_none_or(|author| author.is_ours()) {
        return Ok(());
    }
    let tx = app.begin_write().await?;
    want_replies_in(app, &tx, post).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// The same, with something else that happens.
pub(crate) async fn want_replies_in(app: &App, tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    let author = accounts::find(&**tx, post.author_id).await?;
    let is_theirs = author.is_some_and(|author| !author.is_ours());
    let may_be_asked = app.config.server.federates() && is_theirs && post.visibility.is_open();
    let is_due = is_due(app, reply_fetches::find(&**tx, post.id).await?);
    if may_be_asked && post.boost_of_id.is_none() && is_due {
        let now = app.clock.now();
        reply_fetches::put(tx, reply_fetches::Model { post_id: post.id, fetched_at: now }).await?;
        jobs::enqueue(tx, app.id(JobId), &Job::FetchReplies { post: post.id }, None, now).await?;
    }
    Ok(())
}

fn is_due(app: &App, last: Option<reply_fetches::Model>) -> bool {
    last.is_none_or(|last| app.clock.now() - last.fetched_at >= PAUSE)
}

/// One of ours follows somebody elsewhere from now on: some of what they wrote is looked for.
pub(crate) async fn want_outbox(app: &App, tx: &Tx, account: AccountId) -> Result<(), Error> {
    if app.config.server.federates() {
        jobs::enqueue(tx, app.id(JobId), &Job::FetchOutbox { account }, None, app.clock.now()).await?;
    }
    Ok(())
}
