//! Likes and boosts by others.

use chrono::{DateTime, Utc};

use super::posts::{OLDEST, insert_at};
use super::remember_gone;
use crate::actions::notifications::notify;
use crate::actions::posts as post_actions;
use crate::app::Tx;
use crate::domain::ids::{PostId, RowId};
use crate::domain::post::Visibility;
use crate::store::posts::{Counter, Viewer};
use crate::store::{accounts, blocks, favourites, follows, gone, notifications, posts};
use crate::{App, Error};

/// Somebody elsewhere likes a post.
pub async fn like(app: &App, actor: &accounts::Model, post: PostId, uri: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    // Whoever guesses the address of what it may not see can't like it either.
    let viewer = Viewer { account: actor.id, may_read_direct: true };
    let Some(post) = posts::find_visible(&*tx, Some(viewer), post).await? else { return tx.commit().await };
    let is_gone = gone::find(&*tx, uri).await?.is_some_and(|gone| gone.actor == actor.uri);
    if is_gone || blocks::is_between(&*tx, actor.id, post.author_id).await? {
        return tx.commit().await;
    }
    let row = favourites::Model {
        id: app.id(RowId),
        account_id: actor.id,
        post_id: post.id,
        uri: uri.to_owned(),
        created_at: app.clock.now(),
    };
    if favourites::insert_once(&tx, row).await? {
        posts::count(&tx, post.id, Counter::Favourites, 1).await?;
        notify(app, &tx, post.author_id, "favourite", actor.id, Some(&post)).await?;
    }
    tx.commit().await
}

/// Somebody elsewhere takes a like back.
pub async fn undo_like(
    app: &App,
    actor: &accounts::Model,
    post: Option<PostId>,
    uri: Option<&str>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let was_there = match post {
        Some(post) => take_like_back(&tx, actor, post).await?,
        None => false,
    };
    if let Some(uri) = uri.filter(|_| !was_there) {
        remember_gone(app, &tx, uri, actor).await?;
    }
    tx.commit().await
}

/// Takes a like away with its count and its notification; says whether it was there.
pub(super) async fn take_like_back(tx: &Tx, actor: &accounts::Model, post: PostId) -> Result<bool, Error> {
    if !favourites::delete(tx, actor.id, post).await? {
        return Ok(false);
    }
    posts::count(tx, post, Counter::Favourites, -1).await?;
    if let Some(post) = posts::find_any(&**tx, post).await? {
        notifications::take_back(tx, post.author_id, "favourite", actor.id, Some(post.id)).await?;
    }
    Ok(true)
}

/// Somebody elsewhere boosts a post that is known here.
pub async fn boost(
    app: &App,
    actor: &accounts::Model,
    post: PostId,
    uri: &str,
    visibility: Visibility,
    published: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let original = posts::find_any(&*tx, post).await?.filter(posts::Model::is_published);
    let Some(original) = original else { return tx.commit().await };
    let may_be_boosted = original.boost_of_id.is_none()
        && (original.visibility.is_open()
            || (original.author_id == actor.id && original.visibility == Visibility::Private));
    let is_gone = gone::find(&*tx, uri).await?.is_some_and(|gone| gone.actor == actor.uri);
    let author_is_ours =
        accounts::find(&*tx, original.author_id).await?.is_some_and(|author| author.is_ours());
    let concerns_us = author_is_ours || follows::is_followed_here(&*tx, actor.id).await?;
    if !may_be_boosted
        || is_gone
        || !concerns_us
        || blocks::is_between(&*tx, actor.id, original.author_id).await?
        || posts::find_any_by_uri(&*tx, uri).await?.is_some()
        || posts::find_boost(&*tx, original.id, actor.id).await?.is_some()
    {
        return tx.commit().await;
    }
    let visibility = if original.visibility.is_open() { visibility } else { Visibility::Private };
    let mut row = posts::Model {
        boost_of_id: Some(original.id),
        published_at: Some(published.filter(|at| *at < now).unwrap_or(now)),
        ..posts::Model::published(PostId(0), actor.id, uri.to_owned(), visibility, now)
    };
    insert_at(&tx, &mut row, published.unwrap_or(now).clamp(now - OLDEST, now)).await?;
    posts::count(&tx, original.id, Counter::Boosts, 1).await?;
    accounts::count_post(&tx, actor.id, 1, Some(now)).await?;
    notify(app, &tx, original.author_id, "reblog", actor.id, Some(&original)).await?;
    tx.commit().await
}

/// Somebody elsewhere takes a boost back: by its address, or by what was boosted.
pub async fn undo_boost(
    app: &App,
    actor: &accounts::Model,
    post: Option<PostId>,
    uri: Option<&str>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let by_post = match post {
        Some(post) => posts::find_boost(&*tx, post, actor.id).await?,
        None => None,
    };
    let by_uri = match uri {
        Some(uri) => posts::find_any_by_uri(&*tx, uri).await?,
        None => None,
    };
    match by_post.or(by_uri).filter(|boost| boost.author_id == actor.id && boost.boost_of_id.is_some()) {
        Some(boost) => post_actions::remove(app, &tx, &boost, None).await?,
        None => {
            if let Some(uri) = uri {
                remember_gone(app, &tx, uri, actor).await?;
            }
        }
    }
    tx.commit().await
}
