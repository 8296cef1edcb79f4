//! What our accounts are told of.

use chrono::TimeDelta;

use crate::app::Tx;
use crate::domain::ids::{AccountId, ConversationId, JobId, NotificationId, as_number, compose};
use crate::domain::job::Job;
use crate::store::{accounts, conversations, jobs, notifications, posts, push_subscriptions};
use crate::{App, Error};

/// Tells those of our accounts that a post names.
pub(crate) async fn notify_mentioned(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    mentioned: &[accounts::Model],
) -> Result<(), Error> {
    for account in mentioned.iter().filter(|account| account.is_ours()) {
        notify(app, tx, account.id, "mention", post.author_id, Some(post)).await?;
    }
    Ok(())
}

/// Tells an account of ours what `from` did, unless it does not want to know.
pub(crate) async fn notify(
    app: &App,
    tx: &Tx,
    account: AccountId,
    kind: &str,
    from: AccountId,
    post: Option<&posts::Model>,
) -> Result<(), Error> {
    // Whoever asked is told that the poll is over, too.
    if account == from && kind != "poll" {
        return Ok(());
    }
    if !notifications::is_wanted(tx, account, from, post.map(|post| post.thread_id)).await? {
        return Ok(());
    }
    let now = app.clock.now();
    let row = notifications::Model {
        id: NotificationId(0),
        account_id: account,
        kind: kind.into(),
        from_id: from,
        post_id: post.map(|post| post.id),
        created_at: now,
    };
    let notification = insert_notification(tx, row).await?;
    for subscription in push_subscriptions::list_wanting(&**tx, account, kind, from).await? {
        let job = Job::Push { notification, subscription: subscription.id };
        jobs::enqueue(tx, app.id(JobId), &job, None, now).await?;
    }
    Ok(())
}

/// Adds a notification under an id that can be told as a number. That leaves little room for chance, so ids are tried
/// until one is free.
async fn insert_notification(tx: &Tx, row: notifications::Model) -> Result<NotificationId, Error> {
    for shift in 0..1000 {
        let id = compose(row.created_at + TimeDelta::milliseconds(shift), crate::app::chance());
        let id = NotificationId(as_number(id));
        if notifications::insert_once(tx, notifications::Model { id, ..row.clone() }).await? {
            return Ok(id);
        }
    }
    Err(Error::unexpected("no free id"))
}

/// Puts a direct message into the conversations of those of ours who take part.
pub(crate) async fn converse(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    mentioned: &[accounts::Model],
) -> Result<(), Error> {
    let author = accounts::find(&**tx, post.author_id).await?;
    let ours = mentioned.iter().chain(author.iter()).filter(|account| account.is_ours());
    for account in ours {
        let row = conversations::Model {
            id: app.id(ConversationId),
            account_id: account.id,
            thread_id: post.thread_id,
            last_post_id: post.id,
            unread: account.id != post.author_id,
        };
        conversations::put(tx, row).await?;
    }
    Ok(())
}
