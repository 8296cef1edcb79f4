//! Follows by others, and what others answer to ours.

use chrono::TimeDelta;

use super::{remember_gone, ring};
use crate::actions::notifications::notify;
use crate::actions::{backfill, follows as follow_actions};
use crate::app::Tx;
use crate::domain::hosts::domain_of;
use crate::domain::ids::{AccountId, FollowId};
use crate::domain::job::Message;
use crate::store::{accounts, blocks, follows, gone};
use crate::{App, Error};

/// Somebody elsewhere wants to follow one of ours.
pub async fn follow(
    app: &App,
    follower: &accounts::Model,
    followed: &accounts::Model,
    uri: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let target = accounts::find(&*tx, followed.id).await?.ok_or(Error::NotFound("Account"))?;
    if blocks::find(&*tx, target.id, follower.id).await?.is_some()
        || target.is_instance()
        || target.moved_to.is_some()
    {
        let what = Message::RejectFollow { uri: uri.to_owned() };
        follow_actions::send(app, &tx, target.id, follower, what).await?;
        return ring(app, tx).await;
    }
    if gone::find(&*tx, uri).await?.is_some_and(|gone| gone.actor == follower.uri) {
        return tx.commit().await;
    }
    let now = app.clock.now();
    let is_at_once = !target.locked && !is_storm(app, &tx, follower, target.id).await?;
    let mut is_accepted = is_at_once;
    let row = follows::Model {
        id: app.id(FollowId),
        follower_id: follower.id,
        followed_id: target.id,
        state: if is_at_once { follows::ACCEPTED } else { follows::REQUESTED }.into(),
        uri: uri.to_owned(),
        show_boosts: true,
        notify: false,
        languages: None,
        created_at: now,
    };
    if follows::insert_once(&tx, row).await? {
        if is_at_once {
            accounts::count_follow(&tx, follower.id, target.id, 1).await?;
        }
        let kind = if is_at_once { "follow" } else { "follow_request" };
        notify(app, &tx, target.id, kind, follower.id, None).await?;
    } else if let Some(mut existing) = follows::find(&*tx, follower.id, target.id).await? {
        // The follower lost our answer, or forgot its first wish: the newest address counts.
        is_accepted = existing.state == follows::ACCEPTED;
        existing.uri = uri.to_owned();
        follows::update(&tx, existing).await?;
    }
    if is_accepted {
        let what = Message::AcceptFollow { uri: uri.to_owned() };
        follow_actions::send(app, &tx, target.id, follower, what).await?;
    }
    ring(app, tx).await
}

/// Whether so many of the follower's domain began to follow within the hour that a person had better look first.
async fn is_storm(
    app: &App,
    tx: &Tx,
    follower: &accounts::Model,
    followed: AccountId,
) -> Result<bool, Error> {
    let Some(host) = follower.host.as_deref().filter(|_| app.config.limit_requests) else { return Ok(false) };
    let most = u64::from(app.config.follows_an_hour);
    let since = app.clock.now() - TimeDelta::hours(1);
    Ok(follows::count_recent_of_domain(&**tx, followed, domain_of(host), since, most).await? >= most)
}

/// Somebody elsewhere no longer follows one of ours.
pub async fn undo(
    app: &App,
    follower: &accounts::Model,
    followed: AccountId,
    uri: Option<&str>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    match follows::find(&*tx, follower.id, followed).await? {
        Some(follow) => follow_actions::end_in(app, &tx, &follow).await?,
        None => {
            if let Some(uri) = uri {
                remember_gone(app, &tx, uri, follower).await?;
            }
        }
    }
    tx.commit().await
}

/// `followed`, elsewhere, lets one of ours in.
pub async fn accept(app: &App, followed: &accounts::Model, follow: FollowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if let Some(mut row) = follows::find_by_id(&*tx, follow).await?
        && row.followed_id == followed.id
        && row.state == follows::REQUESTED
    {
        row.state = follows::ACCEPTED.into();
        let (follower, followed) = (row.follower_id, row.followed_id);
        follows::update(&tx, row).await?;
        accounts::count_follow(&tx, follower, followed, 1).await?;
        backfill::want_outbox(app, &tx, followed).await?;
    }
    ring(app, tx).await
}

/// `followed`, elsewhere, turns one of ours away, or throws it out.
pub async fn reject(app: &App, followed: &accounts::Model, follow: FollowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if let Some(row) = follows::find_by_id(&*tx, follow).await?
        && row.followed_id == followed.id
    {
        follow_actions::end_in(app, &tx, &row).await?;
    }
    tx.commit().await
}
