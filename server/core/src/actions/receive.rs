//! What other servers' accounts do, once `federation` has made sure who speaks and may say so.
//!
//! Everything here may come twice and in any order; each effect happens once. An action that runs for a job ends the
//! job in its own transaction (see [`App::holding`]).

use chrono::{DateTime, TimeDelta, Utc};

use crate::actions::accounts_of_ours::Field;
use crate::actions::{follows as follow_actions, outgoing, posts as post_actions};
use crate::app::Tx;
use crate::domain::ids::{AccountId, FollowId, IncomingId, JobId, MediaId, PostId, RowId, TagId, compose};
use crate::domain::job::{Job, Message};
use crate::domain::post::{State, Visibility};
use crate::domain::{html, language, text};
use crate::store::hosts::Heard;
use crate::store::posts::Counter;
use crate::store::{
    Page, accounts, actor_keys, blocks, favourites, follows, gone, hosts, incoming, jobs, media, mentions,
    notifications, post_tags, post_texts, posts, tags,
};
use crate::{App, Error};

/// How long a Delete or Undo of something not seen yet is remembered.
const GONE_LIFE: TimeDelta = TimeDelta::days(30);
/// A post that claims to be older than this is filed under its arrival instead.
const OLDEST: TimeDelta = TimeDelta::days(30);
/// Most mentions of one post that are looked at (Mastodon processes more, and suffers mention floods).
const MOST_MENTIONS: usize = 100;
/// Most hashtags of one post that are kept.
const MOST_TAGS: usize = 100;
/// Most files of one post that are kept.
const MOST_FILES: usize = 16;
/// How long at most `html` may be before it is cut off: nothing readable is longer.
const LONGEST_HTML: usize = 200_000;

/// An activity that came by an inbox, its sender proven.
#[derive(Clone, Debug)]
pub struct NewIncoming {
    /// The signer's host.
    pub host: String,
    /// Its id, or one made from signature and body where it has none.
    pub activity_id: String,
    /// The actor.
    pub actor: String,
    /// Its type.
    pub kind: String,
    /// The document.
    pub body: String,
    /// Whether there is anything to do; else it is only counted.
    pub is_known: bool,
}

/// Stores an activity once, with the job to work on it. Says whether it is new.
///
/// A Follow is worked on again when it comes again: its sender waits for an answer.
pub async fn store(app: &App, new: NewIncoming) -> Result<bool, Error> {
    let now = app.clock.now();
    let id = app.id(IncomingId);
    let lane = format!("actor {}", new.actor);
    let row = incoming::Model {
        id,
        host: new.host.clone(),
        activity_id: new.activity_id,
        actor: new.actor,
        kind: new.kind,
        body: if new.is_known { new.body } else { String::new() },
        state: if new.is_known { incoming::WAITING } else { incoming::IGNORED }.into(),
        reason: None,
        received_at: now,
    };
    let tx = app.begin_write().await?;
    let heard = hosts::hear(&tx, &new.host, now).await?;
    if heard == Heard::BackFromAway {
        outgoing::greet(app, &tx, &new.host).await?;
    }
    let mut subject = id;
    let mut is_new = incoming::insert_once(&tx, row.clone()).await?;
    if !is_new && row.kind == "Follow" {
        is_new = incoming::renew(&tx, &row).await?;
        let earlier = incoming::find_by_activity(&*tx, &row.host, &row.activity_id).await?;
        subject = earlier.map_or(id, |row| row.id);
    }
    if is_new && new.is_known {
        jobs::enqueue(&tx, app.id(JobId), &Job::Receive { incoming: subject }, Some(lane), now).await?;
    }
    tx.commit().await?;
    if is_new {
        app.job_bell.notify_one();
    }
    if heard != Heard::AsEver {
        app.delivery_bell.notify_one();
    }
    Ok(is_new)
}

/// Ends the work on an activity that its sender may not do, or that means nothing to us: `app` holds its job.
pub async fn refuse(app: &App, state: &'static str, reason: &str) -> Result<(), Error> {
    app.with_verdict(state, reason).begin_write().await?.commit().await
}

/// An account as its own server describes it, cleaned of nothing yet.
#[derive(Clone, Debug)]
pub struct RemoteAccount {
    /// Its address.
    pub uri: String,
    /// Its page.
    pub url: String,
    /// The host of its address.
    pub host: String,
    /// The name in its handle.
    pub username: String,
    /// The domain in its handle, checked by WebFinger.
    pub domain: String,
    /// `organization`, `service`, `person`, `group` or `application`.
    pub kind: String,
    /// Its name, as plain text.
    pub display_name: String,
    /// About it, as HTML.
    pub note: String,
    /// Its fields as (name, HTML).
    pub fields: Vec<(String, String)>,
    /// Its picture.
    pub avatar: Option<String>,
    /// Its header picture.
    pub header: Option<String>,
    /// Its inbox.
    pub inbox: String,
    /// The inbox of its server.
    pub shared_inbox: Option<String>,
    /// Its followers collection.
    pub followers: Option<String>,
    /// Its pinned posts.
    pub featured: Option<String>,
    /// Whether followers wait to be let in.
    pub locked: bool,
    /// Whether others may recommend it.
    pub discoverable: bool,
    /// Whether others may search its posts.
    pub indexable: bool,
    /// When it began.
    pub published: Option<DateTime<Utc>>,
    /// Its public keys, as (key id, PEM).
    pub keys: Vec<(String, String)>,
}

/// Keeps an account, new or changed; gives its row.
///
/// Two who meet an account at the same moment both find nothing. Where there is more than one writer, the second is
/// refused by the index, and finds on its next try what the first has kept.
pub async fn put_account(app: &App, remote: RemoteAccount) -> Result<accounts::Model, Error> {
    match try_put_account(app, remote.clone()).await {
        Err(Error::Database(error)) if Error::is_duplicate(&error) => try_put_account(app, remote).await,
        done => done,
    }
}

async fn try_put_account(app: &App, remote: RemoteAccount) -> Result<accounts::Model, Error> {
    let tx = app.begin_write().await?;
    let row = put_account_in(app, &tx, remote).await?;
    tx.commit().await?;
    Ok(row)
}

async fn put_account_in(app: &App, tx: &Tx, remote: RemoteAccount) -> Result<accounts::Model, Error> {
    let now = app.clock.now();
    let keys = remote.keys.clone();
    let existing = accounts::find_by_uri(&**tx, &remote.uri).await?;
    if existing.as_ref().is_some_and(accounts::Model::is_ours) {
        return Err(Error::Forbidden);
    }
    // A handle that another address held belongs to the one whom WebFinger names now; the old row keeps its posts.
    if let Some(other) = accounts::find_theirs(&**tx, &remote.username, &remote.domain).await?
        && other.uri != remote.uri
    {
        let username = format!("{}-{}", other.username, other.id);
        accounts::update(tx, accounts::Model { username, ..other }).await?;
    }
    let fields: Vec<Field> = remote
        .fields
        .into_iter()
        .take(50)
        .map(|(name, value)| Field {
            name: html::clean_text(&name, 255),
            value: html::clean(&cut(value)),
            source: String::new(),
        })
        .collect();
    let base = existing.clone().unwrap_or_else(|| accounts::Model {
        id: app.id(AccountId),
        created_at: remote.published.filter(|at| *at < now).unwrap_or(now),
        ..super::accounts_of_ours::blank(app, AccountId(0), "", "person")
    });
    let row = accounts::Model {
        institution_id: None,
        username: remote.username,
        domain: remote.domain,
        host: Some(remote.host),
        uri: remote.uri,
        url: remote.url,
        kind: remote.kind,
        display_name: html::clean_text(&remote.display_name, 500),
        note: html::clean(&cut(remote.note)),
        note_source: String::new(),
        fields: serde_json::to_string(&fields).map_err(Error::unexpected)?,
        avatar: remote.avatar,
        header: remote.header,
        inbox: remote.inbox,
        shared_inbox: remote.shared_inbox,
        followers: remote.followers,
        featured: remote.featured,
        locked: remote.locked,
        discoverable: remote.discoverable,
        indexable: remote.indexable,
        fetched_at: Some(now),
        ..base
    };
    if existing.is_some() {
        accounts::update(tx, row.clone()).await?;
    } else {
        accounts::insert(tx, row.clone()).await?;
    }
    let keys = keys
        .into_iter()
        .take(10)
        .map(|(key_id, public_key)| actor_keys::Model {
            key_id,
            account_id: row.id,
            public_key,
            fetched_at: now,
        })
        .collect();
    actor_keys::replace(tx, row.id, keys).await?;
    Ok(row)
}

/// A file as its server describes it.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    /// Its address.
    pub url: String,
    /// `image`, `gifv`, `video`, `audio` or `unknown`.
    pub kind: String,
    /// Its media type.
    pub mime: String,
    /// What it shows, for those who do not see it.
    pub description: String,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// A blurred preview.
    pub blurhash: Option<String>,
    /// The point that matters.
    pub focus: Option<(f64, f64)>,
    /// In seconds.
    pub duration: Option<f64>,
}

/// A post as its server describes it, cleaned of nothing yet.
#[derive(Clone, Debug)]
pub struct RemotePost {
    /// Its address.
    pub uri: String,
    /// Its page.
    pub url: String,
    /// Who wrote it.
    pub author: accounts::Model,
    /// Who may see it.
    pub visibility: Visibility,
    /// Its language.
    pub language: Option<String>,
    /// The content warning, as plain text.
    pub warning: String,
    /// Its text as HTML.
    pub html: String,
    /// Whether pictures are hidden until asked for.
    pub sensitive: bool,
    /// The address of the post that it answers.
    pub in_reply_to: Option<String>,
    /// When it came out.
    pub published: Option<DateTime<Utc>>,
    /// When it was changed.
    pub updated: Option<DateTime<Utc>>,
    /// The addresses of those it names.
    pub mentions: Vec<String>,
    /// Those it is addressed to by their own address, named or not.
    pub addressed: Vec<String>,
    /// Its hashtags, without `#`.
    pub tags: Vec<String>,
    /// Its files.
    pub files: Vec<RemoteFile>,
}

/// Why a post from elsewhere is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was sent to us.
    Sent,
    /// We asked for it: it answers, is answered or is boosted.
    Fetched,
}

/// Keeps a new post from elsewhere, if it concerns anybody here. Gives its id, of an earlier coming too.
pub async fn create_post(app: &App, remote: RemotePost, why: Why) -> Result<Option<PostId>, Error> {
    let tx = app.begin_write().await?;
    let id = create_post_in(app, &tx, remote, why).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(id)
}

async fn create_post_in(app: &App, tx: &Tx, remote: RemotePost, why: Why) -> Result<Option<PostId>, Error> {
    let now = app.clock.now();
    if let Some(existing) = posts::find_any_by_uri(&**tx, &remote.uri).await? {
        return Ok(Some(existing.id).filter(|_| existing.is_published()));
    }
    let author = &remote.author;
    if gone::find(&**tx, &remote.uri).await?.is_some_and(|gone| gone.actor == author.uri) {
        return Ok(None);
    }
    let parent = match &remote.in_reply_to {
        Some(uri) => posts::find_any_by_uri(&**tx, uri).await?.filter(posts::Model::is_published),
        None => None,
    };
    let meant = known(tx, &[first(&remote.mentions), first(&remote.addressed)].concat()).await?;
    let among = |uris: &[String]| -> Vec<_> {
        meant.iter().filter(|account| uris.contains(&account.uri)).cloned().collect()
    };
    let (named, addressed) = (among(&remote.mentions), among(&remote.addressed));
    if why == Why::Sent && !concerns_us(tx, author, parent.as_ref(), &named, &addressed).await? {
        return Ok(None);
    }
    let published = remote.published.unwrap_or(now).clamp(now - OLDEST, now);
    let mut row = posts::Model {
        id: PostId(0),
        uri: remote.uri.clone(),
        url: remote.url.clone(),
        author_id: author.id,
        visibility: remote.visibility,
        state: State::Published,
        language: remote.language.as_deref().and_then(language::parse),
        sensitive: remote.sensitive,
        in_reply_to_id: parent.as_ref().map(|parent| parent.id),
        in_reply_to_account_id: parent.as_ref().map(|parent| parent.author_id),
        in_reply_to_uri: remote.in_reply_to.clone(),
        thread_id: parent.as_ref().map_or(PostId(0), |parent| parent.thread_id),
        boost_of_id: None,
        app_id: None,
        written_by: None,
        released_by: None,
        publish_at: None,
        published_at: Some(remote.published.filter(|at| *at < now).unwrap_or(now)),
        received_at: now,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
    };
    insert_at(tx, &mut row, published).await?;
    // Whoever a private post is addressed to may see it, named or not.
    let mut readers = named.clone();
    if !row.visibility.is_open() {
        readers.extend(addressed.into_iter().filter(|account| account.is_ours()));
    }
    write_content(app, tx, &row, &remote, &readers).await?;
    accounts::count_post(tx, author.id, 1, row.published_at).await?;
    if let Some(parent) = &parent {
        posts::count(tx, parent.id, Counter::Replies, 1).await?;
    }
    posts::adopt_orphans(tx, &row).await?;
    if why == Why::Sent {
        post_actions::notify_mentioned(app, tx, &row, &named).await?;
        if row.visibility.is_open() && row.in_reply_to_uri.is_none() {
            for follower in follows::list_notified(&**tx, author.id).await? {
                post_actions::notify(app, tx, follower, "status", author.id, Some(&row)).await?;
            }
        }
        if let Some(uri) = remote.in_reply_to.filter(|_| parent.is_none() && row.visibility.is_open()) {
            jobs::enqueue(tx, app.id(JobId), &Job::FetchPost { uri }, None, now).await?;
        }
    }
    if row.visibility == Visibility::Direct {
        post_actions::converse(app, tx, &row, &readers).await?;
    }
    Ok(Some(row.id))
}

/// Whether a post that was sent to us concerns anybody here: its author is followed, it names or addresses one of
/// ours, or it answers one of ours.
async fn concerns_us(
    tx: &Tx,
    author: &accounts::Model,
    parent: Option<&posts::Model>,
    named: &[accounts::Model],
    addressed: &[accounts::Model],
) -> Result<bool, Error> {
    if named.iter().chain(addressed).any(accounts::Model::is_ours) {
        return Ok(true);
    }
    if let Some(parent) = parent
        && accounts::find(&**tx, parent.author_id).await?.is_some_and(|author| author.is_ours())
    {
        return Ok(true);
    }
    Ok(follows::is_followed_here(&**tx, author.id).await?)
}

/// A post was changed by its author. A change older than the last one is passed over.
pub async fn update_post(app: &App, remote: RemotePost) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let Some(old) = posts::find_any_by_uri(&*tx, &remote.uri).await? else {
        // An Update that overtook its Create: what it says is the newest there is.
        create_post_in(app, &tx, remote, Why::Sent).await?;
        return tx.commit().await;
    };
    let at = remote.updated.unwrap_or(now).min(now);
    let is_news =
        old.is_published() && old.author_id == remote.author.id && old.edited_at.is_none_or(|last| at > last);
    if !is_news {
        return tx.commit().await;
    }
    let files = media::list_of_posts(&*tx, vec![old.id]).await?;
    post_actions::keep_version(app, &tx, &old, &files).await?;
    let before: Vec<AccountId> =
        mentions::list_of_posts(&*tx, vec![old.id]).await?.into_iter().map(|row| row.account_id).collect();
    let named = known(&tx, first(&remote.mentions)).await?;
    let mut readers = named.clone();
    // Nobody who could read a private post loses it by an edit, and nobody gains an open one.
    readers.extend(accounts::list_by_ids(&*tx, before.clone()).await?);
    let row = posts::Model {
        sensitive: remote.sensitive,
        language: remote.language.as_deref().and_then(language::parse).or(old.language.clone()),
        edited_at: Some(at),
        version: old.version + 1,
        ..old
    };
    posts::update(&tx, row.clone()).await?;
    post_texts::delete_of_post(&tx, row.id).await?;
    mentions::delete_of_post(&tx, row.id).await?;
    post_tags::delete_of_post(&tx, row.id).await?;
    media::delete_of_post(&tx, row.id).await?;
    write_content(app, &tx, &row, &remote, &readers).await?;
    let new: Vec<_> = named.into_iter().filter(|account| !before.contains(&account.id)).collect();
    post_actions::notify_mentioned(app, &tx, &row, &new).await?;
    tx.commit().await
}

async fn write_content(
    app: &App,
    tx: &Tx,
    row: &posts::Model,
    remote: &RemotePost,
    readers: &[accounts::Model],
) -> Result<(), Error> {
    let text_row = post_texts::Model {
        post_id: row.id,
        language: row.language.clone().unwrap_or_else(|| "und".into()),
        is_main: true,
        warning: html::clean_text(&remote.warning, 1000),
        source: None,
        html: html::clean(&cut(remote.html.clone())),
    };
    post_texts::insert(tx, text_row).await?;
    let mut ids: Vec<AccountId> = readers.iter().map(|account| account.id).collect();
    ids.sort();
    ids.dedup();
    mentions::insert(tx, row.id, &ids).await?;
    let mut tag_ids = Vec::new();
    for tag in remote.tags.iter().take(MOST_TAGS) {
        let shown = html::clean_text(tag.trim_start_matches('#'), 100);
        let name = text::normalise_tag(&shown);
        if !name.is_empty() {
            tag_ids.push(tags::find_or_insert(tx, app.id(TagId), &name, &shown).await?);
        }
    }
    tag_ids.sort();
    tag_ids.dedup();
    post_tags::insert(tx, row.id, &tag_ids).await?;
    for (position, file) in remote.files.iter().take(MOST_FILES).enumerate() {
        media::insert(tx, file_row(app, row, file, position as i32)).await?;
    }
    Ok(())
}

fn file_row(app: &App, post: &posts::Model, file: &RemoteFile, position: i32) -> media::Model {
    media::Model {
        id: app.id(MediaId),
        account_id: post.author_id,
        post_id: Some(post.id),
        position,
        kind: file.kind.clone(),
        mime: file.mime.clone(),
        file: None,
        preview_file: None,
        remote_url: Some(file.url.clone()),
        remote_preview_url: None,
        width: file.width,
        height: file.height,
        preview_width: None,
        preview_height: None,
        duration: file.duration,
        blurhash: file.blurhash.clone(),
        focus_x: file.focus.map(|focus| focus.0),
        focus_y: file.focus.map(|focus| focus.1),
        description: html::clean_text(&file.description, 10_000),
        decorative: false,
        created_at: post.received_at,
    }
}

/// A post, a boost, a like or a follow at `uri` was taken back by `actor`, or the whole account is gone.
pub async fn delete(app: &App, actor: &accounts::Model, uri: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    match posts::find_any_by_uri(&*tx, uri).await? {
        Some(post) if post.author_id == actor.id => post_actions::remove(app, &tx, &post, None).await?,
        Some(_) => {}
        None => remember_gone(app, &tx, uri, actor).await?,
    }
    tx.commit().await
}

async fn remember_gone(app: &App, tx: &Tx, uri: &str, actor: &accounts::Model) -> Result<(), Error> {
    let row =
        gone::Model { uri: uri.to_owned(), actor: actor.uri.clone(), ends_at: app.clock.now() + GONE_LIFE };
    Ok(gone::insert(tx, row).await?)
}

/// An account is gone, with all that it wrote and whom it followed.
pub async fn delete_account(app: &App, actor: &accounts::Model) -> Result<(), Error> {
    if actor.is_ours() {
        return Err(Error::Forbidden);
    }
    // In slices, so that no writer waits long; the last transaction ends the job.
    loop {
        let tx = app.begin_write().await?;
        let posts = posts::list_to_delete(&tx, actor.id, 200).await?;
        let follows = follows::list_of_account(&tx, actor.id, 200).await?;
        let likes = favourites::list_of_account(&*tx, actor.id, &Page::newest(200)).await?;
        for post in &posts {
            post_actions::remove(app, &tx, post, None).await?;
        }
        for follow in &follows {
            follow_actions::end_in(app, &tx, follow).await?;
        }
        for like in &likes {
            take_like_back(&tx, actor, like.post_id).await?;
        }
        if posts.is_empty() && follows.is_empty() && likes.is_empty() {
            blocks::delete_of_account(&tx, actor.id).await?;
            notifications::delete_from(&tx, actor.id).await?;
            accounts::mark_deleted(&tx, actor.id, app.clock.now()).await?;
            return tx.commit().await;
        }
        tx.commit_part().await?;
    }
}

/// Somebody elsewhere wants to follow one of ours.
pub async fn follow(
    app: &App,
    follower: &accounts::Model,
    followed: &accounts::Model,
    uri: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let target = accounts::find(&*tx, followed.id).await?.ok_or(Error::NotFound("Account"))?;
    if blocks::find(&*tx, target.id, follower.id).await?.is_some() || target.is_instance() {
        let what = Message::RejectFollow { uri: uri.to_owned() };
        follow_actions::send(app, &tx, target.id, follower, what).await?;
        return ring(app, tx).await;
    }
    if gone::find(&*tx, uri).await?.is_some_and(|gone| gone.actor == follower.uri) {
        return tx.commit().await;
    }
    let now = app.clock.now();
    let is_at_once = !target.locked;
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
        post_actions::notify(app, &tx, target.id, kind, follower.id, None).await?;
    } else if let Some(mut existing) = follows::find(&*tx, follower.id, target.id).await? {
        // The follower lost our answer, or forgot its first wish: the newest address counts.
        existing.uri = uri.to_owned();
        follows::update(&tx, existing).await?;
    }
    if follows::find(&*tx, follower.id, target.id)
        .await?
        .is_some_and(|follow| follow.state == follows::ACCEPTED)
    {
        let what = Message::AcceptFollow { uri: uri.to_owned() };
        follow_actions::send(app, &tx, target.id, follower, what).await?;
    }
    ring(app, tx).await
}

/// Somebody elsewhere no longer follows one of ours.
pub async fn undo_follow(
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
pub async fn accept_follow(app: &App, followed: &accounts::Model, follow: FollowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if let Some(mut row) = follows::find_by_id(&*tx, follow).await?
        && row.followed_id == followed.id
        && row.state == follows::REQUESTED
    {
        row.state = follows::ACCEPTED.into();
        let (follower, followed) = (row.follower_id, row.followed_id);
        follows::update(&tx, row).await?;
        accounts::count_follow(&tx, follower, followed, 1).await?;
    }
    tx.commit().await
}

/// `followed`, elsewhere, turns one of ours away, or throws it out.
pub async fn reject_follow(app: &App, followed: &accounts::Model, follow: FollowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if let Some(row) = follows::find_by_id(&*tx, follow).await?
        && row.followed_id == followed.id
    {
        follow_actions::end_in(app, &tx, &row).await?;
    }
    tx.commit().await
}

/// Somebody elsewhere likes a post.
pub async fn like(app: &App, actor: &accounts::Model, post: PostId, uri: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let post = posts::find_any(&*tx, post).await?.filter(posts::Model::is_published);
    let Some(post) = post else { return tx.commit().await };
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
        post_actions::notify(app, &tx, post.author_id, "favourite", actor.id, Some(&post)).await?;
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
async fn take_like_back(tx: &Tx, actor: &accounts::Model, post: PostId) -> Result<bool, Error> {
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
    let mut row = posts::Model {
        id: PostId(0),
        uri: uri.to_owned(),
        url: uri.to_owned(),
        author_id: actor.id,
        visibility: if original.visibility.is_open() { visibility } else { Visibility::Private },
        state: State::Published,
        language: None,
        sensitive: false,
        in_reply_to_id: None,
        in_reply_to_account_id: None,
        in_reply_to_uri: None,
        thread_id: PostId(0),
        boost_of_id: Some(original.id),
        app_id: None,
        written_by: None,
        released_by: None,
        publish_at: None,
        published_at: Some(published.filter(|at| *at < now).unwrap_or(now)),
        received_at: now,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
    };
    insert_at(&tx, &mut row, published.unwrap_or(now).clamp(now - OLDEST, now)).await?;
    posts::count(&tx, original.id, Counter::Boosts, 1).await?;
    accounts::count_post(&tx, actor.id, 1, Some(now)).await?;
    post_actions::notify(app, &tx, original.author_id, "reblog", actor.id, Some(&original)).await?;
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

/// Somebody elsewhere blocks one of ours: follows end both ways, and we show them nothing of it.
pub async fn block(app: &App, actor: &accounts::Model, target: AccountId, uri: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for follow in follows::list_between(&*tx, target, &[actor.id]).await? {
        follow_actions::end_in(app, &tx, &follow).await?;
    }
    let row = blocks::Model {
        id: app.id(RowId),
        account_id: actor.id,
        target_id: target,
        uri: uri.to_owned(),
        created_at: app.clock.now(),
    };
    blocks::insert_once(&tx, row).await?;
    notifications::delete_between(&tx, target, actor.id).await?;
    tx.commit().await
}

/// Somebody elsewhere ends a block.
pub async fn undo_block(app: &App, actor: &accounts::Model, target: AccountId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    blocks::delete(&tx, actor.id, target).await?;
    tx.commit().await
}

async fn ring(app: &App, tx: Tx) -> Result<(), Error> {
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// As many of these addresses as are looked at.
fn first(uris: &[String]) -> &[String] {
    &uris[..uris.len().min(MOST_MENTIONS)]
}

/// The accounts behind addresses, those that are known here.
async fn known(tx: &Tx, uris: &[String]) -> Result<Vec<accounts::Model>, Error> {
    let mut found = accounts::list_by_uris(&**tx, uris.to_vec()).await?;
    found.retain(|account| account.deleted_at.is_none() && !account.is_instance());
    Ok(found)
}

/// Adds a post under an id of that time which no other has yet: many posts of elsewhere bear the same second. Without a
/// thread, it begins one.
async fn insert_at(tx: &Tx, row: &mut posts::Model, at: DateTime<Utc>) -> Result<(), Error> {
    let begins_a_thread = row.thread_id == PostId(0);
    for shift in 0..1000 {
        row.id = PostId(compose(at + TimeDelta::milliseconds(shift), crate::app::chance()));
        if begins_a_thread {
            row.thread_id = row.id;
        }
        if posts::insert_if_free(tx, row.clone()).await? {
            return Ok(());
        }
    }
    Err(Error::unexpected("no free id"))
}

fn cut(mut html: String) -> String {
    if html.len() > LONGEST_HTML {
        let mut end = LONGEST_HTML;
        while !html.is_char_boundary(end) {
            end -= 1;
        }
        html.truncate(end);
    }
    html
}
