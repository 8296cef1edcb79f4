//! Favourites, bookmarks, pins, and threads that somebody wants to hear no more of.

use crate::actions::Member;
use crate::actions::notifications::notify;
use crate::app::Tx;
use crate::domain::ids::{JobId, PostId, RowId};
use crate::domain::job::{Job, Message};
use crate::domain::permission::Act;
use crate::store::posts::{self, Counter};
use crate::store::{accounts, bookmarks, favourites, jobs, notifications, pins, thread_mutes};
use crate::{App, Error};

/// Most pinned posts of an account (Mastodon shows five).
const MOST_PINS: u64 = 5;

/// Likes a post, and tells its author.
pub async fn favourite(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    let row_id = app.id(RowId);
    let uri = app.config.server.address(&format!("/users/{}/likes/{row_id}", member.account.username));
    let row = favourites::Model {
        id: row_id,
        account_id: member.account.id,
        post_id: post.id,
        uri: uri.clone(),
        created_at: now,
    };
    if favourites::insert_once(&tx, row).await? {
        posts::count(&tx, post.id, Counter::Favourites, 1).await?;
        notify(app, &tx, post.author_id, "favourite", member.account.id, Some(&post)).await?;
        say(app, &tx, member, &post, Message::Like { uri, post: post.id }).await?;
    }
    done(app, tx, member, post.id).await
}

/// Takes a like back.
pub async fn unfavourite(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    if let Some(like) = favourites::find(&*tx, member.account.id, post.id).await?
        && favourites::delete(&tx, member.account.id, post.id).await?
    {
        posts::count(&tx, post.id, Counter::Favourites, -1).await?;
        notifications::take_back(&tx, post.author_id, "favourite", member.account.id, Some(post.id)).await?;
        say(app, &tx, member, &post, Message::UndoLike { uri: like.uri, post: post.id }).await?;
    }
    done(app, tx, member, post.id).await
}

/// Bookmarks a post, for this account alone.
pub async fn bookmark(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    let row = bookmarks::Model {
        id: app.id(RowId),
        account_id: member.account.id,
        post_id: post.id,
        created_at: app.clock.now(),
    };
    bookmarks::insert_once(&tx, row).await?;
    done(app, tx, member, post.id).await
}

/// Takes a bookmark away.
pub async fn unbookmark(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    bookmarks::delete(&tx, member.account.id, post.id).await?;
    done(app, tx, member, post.id).await
}

/// Pins a post of the account to its profile.
pub async fn pin(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    if post.author_id != member.account.id {
        return Err(Error::invalid("Post", "can't be pinned: it is somebody else's"));
    }
    if !post.visibility.is_open() {
        return Err(Error::invalid("Post", "can't be pinned: not everybody may see it"));
    }
    if pins::count(&*tx, member.account.id).await? >= MOST_PINS {
        return Err(Error::invalid("Pins", format!("can't be more than {MOST_PINS}")));
    }
    let row = pins::Model {
        id: app.id(RowId),
        account_id: member.account.id,
        post_id: post.id,
        created_at: app.clock.now(),
    };
    pins::insert_once(&tx, row).await?;
    done(app, tx, member, post.id).await
}

/// Takes a post off the profile's top.
pub async fn unpin(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    pins::delete(&tx, member.account.id, post.id).await?;
    done(app, tx, member, post.id).await
}

/// Wants to hear no more of a thread.
pub async fn mute_thread(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    thread_mutes::insert(&tx, member.account.id, post.thread_id).await?;
    done(app, tx, member, post.id).await
}

/// Wants to hear of a thread again.
pub async fn unmute_thread(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post = seen(&tx, member, id).await?;
    thread_mutes::delete(&tx, member.account.id, post.thread_id).await?;
    done(app, tx, member, post.id).await
}

/// The post meant: a boost stands for what it boosts.
async fn seen(tx: &Tx, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    let post =
        posts::find_visible(&**tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    match post.boost_of_id {
        Some(original) => posts::find_visible(&**tx, Some(member.viewer()), original)
            .await?
            .ok_or(Error::NotFound("Record")),
        None => Ok(post),
    }
}

/// Tells the author of a post elsewhere.
async fn say(app: &App, tx: &Tx, member: &Member, post: &posts::Model, what: Message) -> Result<(), Error> {
    let author = accounts::find(&**tx, post.author_id).await?;
    if author.is_some_and(|author| !author.is_ours()) && app.config.server.federates() {
        let job = Job::Send { from: member.account.id, to: post.author_id, what };
        jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
    }
    Ok(())
}

async fn done(app: &App, tx: Tx, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    tx.commit().await?;
    app.job_bell.notify_one();
    posts::find_visible(app.db(), Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))
}
