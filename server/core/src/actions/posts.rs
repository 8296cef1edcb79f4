//! Posts of ours: write, edit, delete.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::content::{Content, attached, clear_content, describe, prepare, write_content};
pub use self::content::{Door, Written};
use crate::actions::notifications::{converse, notify, notify_mentioned};
use crate::actions::outgoing::superseded_by;
use crate::actions::{
    Member, audit, backfill, polls as poll_actions, quotes as quote_actions, reply_approvals,
};
use crate::app::Tx;
use crate::domain::ids::{AccountId, JobId, MediaId, PersonId, PostId, RowId};
use crate::domain::job::Job;
use crate::domain::permission::Act;
use crate::domain::policy::Policy;
use crate::domain::post::{Draft, State, Visibility, is_answer_to_a_citizen};
use crate::domain::text::{self, ResolvedMention};
use crate::store::posts::{self, Counter};
use crate::store::{
    accounts, bookmarks, conversations, deliveries, favourites, follows, held_posts, idempotency_keys, jobs,
    media, mentions, notifications, outgoing, pins, poll_options, poll_votes, polls, post_policies,
    post_tags, post_texts, post_versions, quotes, reply_approvals as approvals, reply_fetches,
};
use crate::testing::fail_point;
use crate::{App, Error};

pub(super) mod content;

/// What a client sends along so that a repeat makes no second post.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The client's key.
    pub key: String,
    /// A hash of what was asked, so that another request under the same key is noticed.
    pub body_hash: String,
}

/// How long a client's key is remembered.
const IDEMPOTENCY_LIFE: TimeDelta = TimeDelta::hours(1);

/// Publishes a post and queues it for everyone it is addressed to.
///
/// If the member may not publish it becomes a draft that waits for somebody who may: the answer is that draft.
pub async fn publish(
    app: &App,
    member: &Member,
    door: Door,
    written: impl Into<Written>,
    idempotency: Option<Idempotency>,
) -> Result<posts::Model, Error> {
    let written = written.into();
    if let Some(asked) = &idempotency
        && let Some(post) = made_before(app, member, asked).await?
    {
        return Ok(post);
    }
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    describe(&tx, member, written.described, &[]).await?;
    let content = prepare(app, &tx, member, door, written.draft, &[]).await?;
    let state = if may_publish(&tx, member, content.parent.as_ref()).await? {
        State::Published
    } else {
        State::Waiting
    };
    member.must(Act::Write)?;
    let post = insert(app, &tx, member, &content, state).await?;
    if let Some(asked) = idempotency {
        let row = idempotency_keys::Model {
            account_id: member.account.id,
            person_id: member.person,
            key: asked.key.clone(),
            body_hash: asked.body_hash.clone(),
            post_id: post.id,
            created_at: now,
        };
        if !idempotency_keys::insert_once(&tx, row, now - IDEMPOTENCY_LIFE).await? {
            // The same request came twice at once; the other one was first, and what it made is the answer, as soon as it
            // is committed: their transactions may be one.
            drop(tx);
            app.begin_write().await?.commit().await?;
            let made = made_before(app, member, &asked).await?;
            return made.ok_or(Error::Conflict("The same request is being worked on"));
        }
    }
    fail_point("publish: before the commit");
    tx.commit().await?;
    fail_point("publish: after the commit");
    app.job_bell.notify_one();
    Ok(post)
}

/// What the same request made before, if it came before.
async fn made_before(app: &App, member: &Member, asked: &Idempotency) -> Result<Option<posts::Model>, Error> {
    let after = app.clock.now() - IDEMPOTENCY_LIFE;
    let made = idempotency_keys::find(app.db(), member.account.id, member.person, &asked.key, after).await?;
    let Some(made) = made else { return Ok(None) };
    if made.body_hash != asked.body_hash {
        return Err(Error::invalid("Idempotency-Key", "was already used for something else"));
    }
    let post = posts::find_any(app.db(), made.post_id).await?.filter(|post| post.state != State::Deleted);
    post.map(Some).ok_or(Error::NotFound("Record"))
}

/// Changes a published post, keeps the version before, and tells everybody who has it.
pub async fn edit(
    app: &App,
    member: &Member,
    door: Door,
    id: PostId,
    written: impl Into<Written>,
) -> Result<posts::Model, Error> {
    let written = written.into();
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let old = own_published(&tx, member, id).await?;
    let parent = parent_of(&tx, &old).await?;
    if !may_publish(&tx, member, parent.as_ref()).await? {
        return Err(Error::Forbidden);
    }
    must_be_version(&old, written.version)?;
    let attached = attached(&tx, old.id).await?;
    let draft = Draft {
        visibility: old.visibility,
        in_reply_to: old.in_reply_to_id,
        quoted: quote_actions::find_still_quoted(&tx, old.id).await?,
        ..written.draft
    };
    keep_version(app, &tx, &old, &attached).await?;
    describe(&tx, member, written.described, &attached).await?;
    let content = prepare(app, &tx, member, door, draft, &attached).await?;
    let post = posts::Model {
        sensitive: content.draft.sensitive,
        language: Some(content.draft.language.clone()),
        edited_at: Some(now),
        version: old.version + 1,
        ..old
    };
    posts::update(&tx, post.clone()).await?;
    if let Some(policy) = content.draft.quote_policy {
        let reply = post_policies::find(&*tx, post.id).await?.and_then(|said| said.reply());
        post_policies::put(&tx, post_policies::Model::new(post.id, policy, reply)).await?;
    }
    let before = mentions::list_of_posts(&*tx, vec![post.id]).await?;
    clear_content(&tx, post.id).await?;
    write_content(&tx, post.id, &content).await?;
    let already: Vec<AccountId> = before.into_iter().map(|row| row.account_id).collect();
    let new: Vec<_> =
        content.mentioned.iter().filter(|account| !already.contains(&account.id)).cloned().collect();
    notify_mentioned(app, &tx, &post, &new).await?;
    quote_actions::tell_quoting(app, &tx, &post).await?;
    deliveries::supersede(&tx, &post.uri, superseded_by("Update"), now).await?;
    distribute(app, &tx, &Job::DistributeUpdate { post: post.id, version: post.version }).await?;
    let facts = json!({ "version": post.version });
    audit::write(app, &tx, Some(member.person), "post changed", post.id, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Deletes a published post, and asks everybody who ever got it to do the same.
pub async fn delete(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    let tx = app.begin_write().await?;
    let post = own_published(&tx, member, id).await?;
    let parent = parent_of(&tx, &post).await?;
    if !may_publish(&tx, member, parent.as_ref()).await? {
        return Err(Error::Forbidden);
    }
    remove(app, &tx, &post, Some(member)).await?;
    audit::write(app, &tx, Some(member.person), "post deleted", post.id, json!({ "uri": post.uri })).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// A version of a post, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    /// The content warning.
    pub warning: String,
    /// The text as HTML.
    pub html: String,
    /// The text as written, of ours.
    pub source: Option<String>,
    /// Whether pictures were hidden.
    pub sensitive: bool,
    /// The language.
    pub language: Option<String>,
    /// The files with their descriptions.
    pub media: Vec<(MediaId, String)>,
    /// When this version came out.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Keeps the version that a post has now, before it changes.
pub(crate) async fn keep_version(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    files: &[media::Model],
) -> Result<(), Error> {
    let Some(text) = post_texts::find_main(&**tx, post.id).await? else { return Ok(()) };
    let version = Version {
        warning: text.warning,
        html: text.html,
        source: text.source,
        sensitive: post.sensitive,
        language: post.language.clone(),
        media: files.iter().map(|file| (file.id, file.description.clone())).collect(),
        at: post.edited_at.unwrap_or(post.time()),
    };
    let row = post_versions::Model {
        id: app.id(RowId),
        post_id: post.id,
        version: post.version,
        snapshot: serde_json::to_string(&version).map_err(Error::unexpected)?,
        person_id: post.released_by,
        created_at: app.clock.now(),
    };
    Ok(post_versions::insert(tx, row).await?)
}

pub(super) fn must_be_version(post: &posts::Model, version: Option<i64>) -> Result<(), Error> {
    match version {
        Some(version) if version != post.version => Err(Error::Conflict("Somebody has changed the post")),
        _ => Ok(()),
    }
}

/// Whether the member may publish: by role, or because it answers somebody who wrote to the account.
pub(super) async fn may_publish(
    tx: &Tx,
    member: &Member,
    parent: Option<&posts::Model>,
) -> Result<bool, Error> {
    if member.may(Act::Publish) {
        return Ok(true);
    }
    let Some(parent) = parent.filter(|_| member.may(Act::Answer)) else { return Ok(false) };
    let named: Vec<AccountId> = mentions::list_of_posts(&**tx, vec![parent.id])
        .await?
        .into_iter()
        .map(|row| row.account_id)
        .collect();
    Ok(is_answer_to_a_citizen(member.account.id, parent.author_id, &named))
}

pub(super) async fn insert(
    app: &App,
    tx: &Tx,
    member: &Member,
    content: &Content,
    state: State,
) -> Result<posts::Model, Error> {
    if member.account.moved_to.is_some() {
        return Err(Error::invalid("The account", "has moved and writes no more"));
    }
    let now = app.clock.now();
    let id = app.id(PostId);
    let is_published = state == State::Published;
    let server = &app.config.server;
    let name = &member.account.username;
    let address = server.address(&format!("/users/{name}/statuses/{id}"));
    let post = posts::Model {
        url: server.address(&format!("/@{name}/{id}")),
        state,
        language: Some(content.draft.language.clone()),
        sensitive: content.draft.sensitive,
        in_reply_to_id: content.parent.as_ref().map(|parent| parent.id),
        in_reply_to_account_id: content.parent.as_ref().map(|parent| parent.author_id),
        in_reply_to_uri: content.parent.as_ref().map(|parent| parent.uri.clone()),
        thread_id: content.parent.as_ref().map_or(id, |parent| parent.thread_id),
        app_id: member.app,
        written_by: Some(member.person),
        released_by: is_published.then_some(member.person),
        published_at: is_published.then_some(now),
        ..posts::Model::published(id, member.account.id, address, content.draft.visibility, now)
    };
    posts::insert(tx, post.clone()).await?;
    write_content(tx, id, content).await?;
    let by_default = || Some(member.account.default_quotes()).filter(|policy| *policy != Policy::PUBLIC);
    if let Some(policy) = content.draft.quote_policy.or_else(by_default) {
        post_policies::put(tx, post_policies::Model::new(id, policy, None)).await?;
    }
    if let Some(quoted) = &content.quoted {
        quote_actions::quote(app, tx, member, &post, quoted).await?;
    }
    if let Some(parent) = content.parent.as_ref().filter(|_| is_published) {
        reply_approvals::ask(app, tx, member, &post, parent, &content.mentioned).await?;
    }
    if let Some(poll) = &content.draft.poll {
        poll_actions::ask(app, tx, &post, poll).await?;
    }
    if is_published {
        come_out(app, tx, &post, content).await?;
        audit::write(app, tx, Some(member.person), "post published", id, json!({ "uri": post.uri })).await?;
    }
    Ok(post)
}

/// Sends a direct message of an account of ours to one account elsewhere. `person`: who causes it; nobody, where it goes out
/// by itself.
pub(super) async fn send_message(
    app: &App,
    tx: &Tx,
    person: Option<PersonId>,
    from: &accounts::Model,
    to: &accounts::Model,
    text: &str,
    language: &str,
) -> Result<(), Error> {
    let named = ResolvedMention { handle: to.acct(), username: to.username.clone(), url: to.url.clone() };
    let content = Content {
        html: text::render(text, &[named], |tag| app.config.server.address(&format!("/tags/{tag}"))),
        draft: Draft {
            text: text.to_owned(),
            warning: String::new(),
            sensitive: false,
            visibility: Visibility::Direct,
            language: language.to_owned(),
            in_reply_to: None,
            media: Vec::new(),
            poll: None,
            quoted: None,
            quote_policy: None,
        },
        parent: None,
        quoted: None,
        mentioned: vec![to.clone()],
        tags: Vec::new(),
    };
    let (id, now, server) = (app.id(PostId), app.clock.now(), &app.config.server);
    let name = &from.username;
    let address = server.address(&format!("/users/{name}/statuses/{id}"));
    let post = posts::Model {
        url: server.address(&format!("/@{name}/{id}")),
        language: Some(language.to_owned()),
        written_by: person,
        released_by: person,
        ..posts::Model::published(id, from.id, address, Visibility::Direct, now)
    };
    posts::insert(tx, post.clone()).await?;
    write_content(tx, id, &content).await?;
    come_out(app, tx, &post, &content).await?;
    audit::write(app, tx, person, "post published", id, json!({ "uri": post.uri })).await
}

/// What happens at the moment a post comes out.
async fn come_out(app: &App, tx: &Tx, post: &posts::Model, content: &Content) -> Result<(), Error> {
    accounts::count_post(tx, post.author_id, 1, post.published_at).await?;
    if let Some(parent) = &content.parent {
        posts::count(tx, parent.id, Counter::Replies, 1).await?;
        backfill::want_replies_in(app, tx, parent).await?;
    }
    notify_mentioned(app, tx, post, &content.mentioned).await?;
    if post.visibility.is_open() && post.in_reply_to_id.is_none() {
        for follower in follows::list_notified(&**tx, post.author_id).await? {
            notify(app, tx, follower, "status", post.author_id, Some(post)).await?;
        }
    }
    if post.visibility == Visibility::Direct {
        converse(app, tx, post, &content.mentioned).await?;
    }
    distribute(app, tx, &Job::DistributePost { post: post.id }).await
}

/// Queues what other servers must hear of, where there are other servers.
pub(crate) async fn distribute(app: &App, tx: &Tx, job: &Job) -> Result<(), Error> {
    if app.config.server.federates() {
        jobs::enqueue(tx, app.id(JobId), job, None, app.clock.now()).await?;
    }
    Ok(())
}

/// Leaves only the address of a post, ours or theirs, and takes away all that hung on it.
pub(crate) async fn remove(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    by: Option<&Member>,
) -> Result<(), Error> {
    let now = app.clock.now();
    if !posts::mark_deleted(tx, post.id, by.map(|member| member.person), now).await? {
        return Ok(());
    }
    // What is hidden is not counted already.
    if post.hidden_at.is_none() {
        accounts::count_post(tx, post.author_id, -1, None).await?;
        if let Some(parent) = post.in_reply_to_id {
            posts::count(tx, parent, Counter::Replies, -1).await?;
        }
    }
    if let Some(original) = post.boost_of_id {
        posts::count(tx, original, Counter::Boosts, -1).await?;
        let original = posts::find_any(&**tx, original).await?;
        if let Some(original) = original {
            notifications::take_back(tx, original.author_id, "reblog", post.author_id, Some(original.id))
                .await?;
        }
    }
    if post.visibility == Visibility::Direct {
        let earlier = posts::find_last_of_thread(&**tx, post.thread_id, post.id).await?;
        conversations::forget(tx, post.id, earlier.map(|post| post.id)).await?;
    }
    post_texts::delete_of_post(tx, post.id).await?;
    post_versions::delete_of_post(tx, post.id).await?;
    post_tags::delete_of_post(tx, post.id).await?;
    media::detach(tx, post.id).await?;
    favourites::delete_of_post(tx, post.id).await?;
    bookmarks::delete_of_post(tx, post.id).await?;
    pins::delete_of_post(tx, post.id).await?;
    poll_votes::delete_of_post(tx, post.id).await?;
    poll_options::delete_of_post(tx, post.id).await?;
    polls::delete_of_post(tx, post.id).await?;
    notifications::delete_of_post(tx, post.id).await?;
    quotes::delete_of_post(tx, post.id).await?;
    post_policies::delete_of_post(tx, post.id).await?;
    approvals::delete_of_post(tx, post.id).await?;
    reply_fetches::delete_of_post(tx, post.id).await?;
    held_posts::delete(tx, post.id).await?;
    for boost in posts::list_boosts_to_end(tx, post.id).await? {
        let is_gone = posts::mark_deleted(tx, boost.id, by.map(|member| member.person), now).await?;
        if is_gone && boost.hidden_at.is_none() {
            accounts::count_post(tx, boost.author_id, -1, None).await?;
        }
    }
    let is_ours = accounts::find(&**tx, post.author_id).await?.is_some_and(|author| author.is_ours());
    if is_ours {
        deliveries::supersede(tx, &post.uri, superseded_by("Delete"), now).await?;
        outgoing::empty_bodies(tx, post.id).await?;
        distribute(app, tx, &Job::DistributeDelete { post: post.id }).await?;
    }
    Ok(())
}

async fn own_published(tx: &Tx, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    let post = posts::find_visible(&**tx, Some(member.viewer()), id).await?;
    post.filter(|post| post.author_id == member.account.id && post.boost_of_id.is_none())
        .ok_or(Error::NotFound("Record"))
}

async fn parent_of(tx: &Tx, post: &posts::Model) -> Result<Option<posts::Model>, Error> {
    match post.in_reply_to_id {
        Some(id) => Ok(posts::find_any(&**tx, id).await?),
        None => Ok(None),
    }
}
