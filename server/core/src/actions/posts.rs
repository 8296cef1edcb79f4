//! Posts of ours: write, release, edit, delete.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::actions::media::Describe;
use crate::actions::outgoing::superseded_by;
use crate::actions::{
    Member, backfill, media as media_actions, polls as poll_actions, quotes as quote_actions, reply_approvals,
};
use crate::app::Tx;
use crate::config::RequireAltText;
use crate::domain::ids::{
    AccountId, ConversationId, JobId, MediaId, NotificationId, PostId, RowId, TagId, as_number, compose,
};
use crate::domain::job::Job;
use crate::domain::permission::Act;
use crate::domain::post::{Draft, State, Visibility, is_answer_to_a_citizen};
use crate::domain::quotes::fallback;
use crate::domain::text::{self, ResolvedMention};
use crate::domain::{handle, language};
use crate::store::posts::{self, Counter};
use crate::store::{
    accounts, bookmarks, conversations, deliveries, favourites, follows, idempotency_keys, jobs, media,
    mentions, notifications, outgoing, pins, poll_options, poll_votes, polls, post_policies, post_tags,
    post_texts, post_versions, push_subscriptions, quotes, reply_approvals as approvals, reply_fetches, tags,
};
use crate::testing::fail_point;
use crate::{App, Error};

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

/// Where a post was written: the workbench asks for picture texts sooner than client programs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The workbench.
    Workbench,
    /// A client program.
    Api,
}

/// A post as a form gives it: what it says, and what it says of its files.
#[derive(Clone, Debug)]
pub struct Written {
    /// The post.
    pub draft: Draft,
    /// What changes in what is said of its files; a file that is not its own is passed over.
    pub described: Vec<(MediaId, Describe)>,
    /// The version that the form was filled from: if somebody made another since, nothing is changed.
    pub version: Option<i64>,
}

impl From<Draft> for Written {
    fn from(draft: Draft) -> Self {
        Self { draft, described: Vec::new(), version: None }
    }
}

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

/// Keeps a draft, a new one or a changed one. `waiting` hands it in for release.
pub async fn save_draft(
    app: &App,
    member: &Member,
    existing: Option<PostId>,
    written: impl Into<Written>,
    waiting: bool,
) -> Result<posts::Model, Error> {
    member.must(Act::Write)?;
    let written = written.into();
    let state = if waiting { State::Waiting } else { State::Draft };
    let tx = app.begin_write().await?;
    let post = match existing {
        Some(id) => {
            let post = posts::find_unpublished(&*tx, member.account.id, id)
                .await?
                .ok_or(Error::NotFound("Draft"))?;
            must_be_version(&post, written.version)?;
            let attached = attached(&tx, post.id).await?;
            describe(&tx, member, written.described, &attached).await?;
            let quoted = quote_actions::find_still_quoted(&tx, post.id).await?;
            let draft = Draft { quoted, ..written.draft };
            let content = prepare(app, &tx, member, Door::Api, draft, &attached).await?;
            let post = posts::Model {
                state,
                visibility: content.draft.visibility,
                sensitive: content.draft.sensitive,
                language: Some(content.draft.language.clone()),
                version: post.version + 1,
                edited_at: None,
                ..post
            };
            posts::update(&tx, post.clone()).await?;
            clear_content(&tx, post.id).await?;
            write_content(&tx, post.id, &content).await?;
            post
        }
        None => {
            describe(&tx, member, written.described, &[]).await?;
            let content = prepare(app, &tx, member, Door::Api, written.draft, &[]).await?;
            insert(app, &tx, member, &content, state).await?
        }
    };
    tx.commit().await?;
    Ok(post)
}

/// Releases a draft as it stands: it comes out now, under a new id, so that it stands where it belongs in time.
///
/// `version` is the one that was read; if somebody made another since, nothing comes out.
pub async fn release(
    app: &App,
    member: &Member,
    door: Door,
    id: PostId,
    version: Option<i64>,
) -> Result<posts::Model, Error> {
    let tx = app.begin_write().await?;
    let old = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    must_be_version(&old, version)?;
    let attached = attached(&tx, old.id).await?;
    let draft = draft_of(&tx, &old, &attached).await?;
    let post = bring_out(app, &tx, member, door, &old, draft).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Releases a draft with its last changes: either both happen or neither.
pub async fn release_changed(
    app: &App,
    member: &Member,
    door: Door,
    id: PostId,
    written: impl Into<Written>,
) -> Result<posts::Model, Error> {
    let written = written.into();
    let tx = app.begin_write().await?;
    let old = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    must_be_version(&old, written.version)?;
    let attached = attached(&tx, old.id).await?;
    describe(&tx, member, written.described, &attached).await?;
    let post = bring_out(app, &tx, member, door, &old, written.draft).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Puts a published post in the place of a draft.
async fn bring_out(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    old: &posts::Model,
    draft: Draft,
) -> Result<posts::Model, Error> {
    media::detach(tx, old.id).await?;
    let draft = Draft { quoted: quote_actions::find_still_quoted(tx, old.id).await?, ..draft };
    let content = prepare(app, tx, member, door, draft, &[]).await?;
    if !may_publish(tx, member, content.parent.as_ref()).await? {
        return Err(Error::Forbidden);
    }
    let post = insert(app, tx, member, &content, State::Published).await?;
    let post = posts::Model { written_by: old.written_by, app_id: old.app_id, ..post };
    posts::update(tx, post.clone()).await?;
    idempotency_keys::follow(tx, old.id, post.id).await?;
    remove_unpublished(tx, old).await?;
    Ok(post)
}

/// Throws a draft away.
pub async fn discard_draft(app: &App, member: &Member, id: PostId) -> Result<(), Error> {
    member.must(Act::Write)?;
    let tx = app.begin_write().await?;
    let post = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    media::detach(&tx, post.id).await?;
    remove_unpublished(&tx, &post).await?;
    tx.commit().await
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
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Boosts a post: tells our followers of it. Gives the boost.
pub async fn boost(
    app: &App,
    member: &Member,
    id: PostId,
    visibility: Option<Visibility>,
) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let mut post =
        posts::find_visible(&*tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    if let Some(original) = post.boost_of_id {
        post = posts::find_visible(&*tx, Some(member.viewer()), original)
            .await?
            .ok_or(Error::NotFound("Record"))?;
    }
    let own = post.author_id == member.account.id;
    if !(post.visibility.is_open() || own && post.visibility == Visibility::Private) {
        return Err(Error::Forbidden);
    }
    if let Some(boost) = posts::find_boost(&*tx, post.id, member.account.id).await? {
        return Ok(boost);
    }
    let visibility = match post.visibility {
        Visibility::Private => Visibility::Private,
        _ => visibility.filter(|v| v.is_open()).unwrap_or(Visibility::Public),
    };
    let id = app.id(PostId);
    let address = format!("/users/{}/statuses/{id}/activity", member.account.username);
    let row = posts::Model {
        id,
        uri: app.config.server.address(&address),
        url: app.config.server.address(&address),
        author_id: member.account.id,
        visibility,
        state: State::Published,
        language: None,
        sensitive: false,
        in_reply_to_id: None,
        in_reply_to_account_id: None,
        in_reply_to_uri: None,
        thread_id: id,
        boost_of_id: Some(post.id),
        app_id: member.app,
        written_by: Some(member.person),
        released_by: Some(member.person),
        publish_at: None,
        published_at: Some(now),
        received_at: now,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
    };
    posts::insert(&tx, row.clone()).await?;
    posts::count(&tx, post.id, Counter::Boosts, 1).await?;
    accounts::count_post(&tx, member.account.id, 1, Some(now)).await?;
    notify(app, &tx, post.author_id, "reblog", member.account.id, Some(&post)).await?;
    distribute(app, &tx, &Job::DistributePost { post: row.id }).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(row)
}

/// Takes a boost back. Gives the post that was boosted.
pub async fn unboost(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post =
        posts::find_visible(&*tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    let original = post.boost_of_id.unwrap_or(post.id);
    if let Some(boost) = posts::find_boost(&*tx, original, member.account.id).await? {
        remove(app, &tx, &boost, Some(member)).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    posts::find_visible(app.db(), Some(member.viewer()), original).await?.ok_or(Error::NotFound("Record"))
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

fn must_be_version(post: &posts::Model, version: Option<i64>) -> Result<(), Error> {
    match version {
        Some(version) if version != post.version => Err(Error::Conflict("Somebody has changed the post")),
        _ => Ok(()),
    }
}

/// Says what files show: those that the post has (`attached`), and those of the account that are on no post yet.
async fn describe(
    tx: &Tx,
    member: &Member,
    described: Vec<(MediaId, Describe)>,
    attached: &[media::Model],
) -> Result<(), Error> {
    for (id, change) in described {
        let file = match attached.iter().find(|file| file.id == id) {
            Some(file) => Some(file.clone()),
            None => media::find_unattached(&**tx, member.account.id, id).await?,
        };
        if let Some(file) = file {
            media::update(tx, media_actions::described(file, change)?).await?;
        }
    }
    Ok(())
}

/// What a draft says, checked and looked up.
struct Content {
    draft: Draft,
    parent: Option<posts::Model>,
    quoted: Option<posts::Model>,
    html: String,
    mentioned: Vec<accounts::Model>,
    tags: Vec<TagId>,
}

/// Checks a draft and looks up whom and what it names. `attached`: the files that the post already has.
async fn prepare(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    mut draft: Draft,
    attached: &[media::Model],
) -> Result<Content, Error> {
    draft.text = draft.text.replace("\r\n", "\n").trim().to_owned();
    draft.warning = draft.warning.trim().to_owned();
    if let Some((field, reason)) = draft.fault(app.config.posts.max_characters) {
        return Err(Error::invalid(field, reason));
    }
    draft.language = match draft.language.as_str() {
        "" => member.account.default_language.clone().unwrap_or_else(|| app.config.instance.language.clone()),
        tag => language::parse(tag).unwrap_or_else(|| app.config.instance.language.clone()),
    };
    let parent = match draft.in_reply_to {
        Some(id) => {
            let parent = posts::find_visible(&**tx, Some(member.viewer()), id)
                .await?
                .ok_or(Error::NotFound("Record"))?;
            match parent.boost_of_id {
                Some(original) => posts::find_visible(&**tx, Some(member.viewer()), original).await?,
                None => Some(parent),
            }
        }
        None => None,
    };
    draft.in_reply_to = parent.as_ref().map(|parent| parent.id);
    let quoted = match draft.quoted {
        Some(id) => quote_actions::find_quoted(tx, member, id).await?,
        None => None,
    };
    draft.quoted = quoted.as_ref().map(|quoted| quoted.id);
    check_media(app, tx, member, door, &draft, attached).await?;
    let (mut html, mentioned) = render(app, tx, &draft.text).await?;
    if let Some(quoted) = &quoted {
        html.insert_str(0, &fallback(&quoted.url));
    }
    let mut tag_ids = Vec::new();
    for shown in text::scan(&draft.text).hashtags().into_iter().take(100) {
        tag_ids.push(tags::find_or_insert(tx, app.id(TagId), &text::normalise_tag(shown), shown).await?);
    }
    tag_ids.sort();
    tag_ids.dedup();
    Ok(Content { draft, parent, quoted, html, mentioned, tags: tag_ids })
}

async fn check_media(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    draft: &Draft,
    attached: &[media::Model],
) -> Result<(), Error> {
    let files = media::list_by_ids(&**tx, draft.media.clone()).await?;
    let is_usable = |file: &media::Model| {
        file.account_id == member.account.id
            && (file.post_id.is_none() || attached.iter().any(|attached| attached.id == file.id))
    };
    if files.len() != draft.media.len() || !files.iter().all(is_usable) {
        return Err(Error::invalid("Media", "is not there or belongs to another post"));
    }
    let films = files.iter().filter(|file| matches!(file.kind.as_str(), "video" | "audio")).count();
    if films > 0 && files.len() > 1 {
        return Err(Error::invalid("Media", "can't be pictures and a film in one post"));
    }
    let needs_text = match app.config.posts.require_alt_text {
        RequireAltText::Off => false,
        RequireAltText::Workbench => door == Door::Workbench,
        RequireAltText::Everywhere => true,
    };
    if needs_text && files.iter().any(|file| file.description.trim().is_empty() && !file.decorative) {
        return Err(Error::invalid("Description", "of each picture is needed, or say that it is decoration"));
    }
    Ok(())
}

/// The text as HTML, with the accounts that it names and that are known here.
async fn render(app: &App, tx: &Tx, written: &str) -> Result<(String, Vec<accounts::Model>), Error> {
    let mut mentioned: Vec<accounts::Model> = Vec::new();
    let mut resolved = Vec::new();
    for mention in text::scan(written).mentions() {
        let domain = mention.domain.as_deref().and_then(handle::parse_domain);
        let found = match (&mention.domain, domain) {
            (None, _) => accounts::find_ours(&**tx, &mention.username).await?,
            (Some(_), Some(domain)) if domain == app.config.server.account_domain => {
                accounts::find_ours(&**tx, &mention.username).await?
            }
            (Some(_), Some(domain)) => accounts::find_theirs(&**tx, &mention.username, &domain).await?,
            (Some(_), None) => None,
        };
        let Some(account) = found.filter(|account| account.deleted_at.is_none()) else { continue };
        resolved.push(ResolvedMention {
            handle: mention.handle(),
            username: account.username.clone(),
            url: account.url.clone(),
        });
        if !mentioned.iter().any(|known| known.id == account.id) {
            mentioned.push(account);
        }
    }
    let html = text::render(written, &resolved, |tag| {
        app.config.server.address(&format!("/tags/{}", text::normalise_tag(tag)))
    });
    Ok((html, mentioned))
}

/// Whether the member may publish: by role, or because it answers somebody who wrote to the account.
async fn may_publish(tx: &Tx, member: &Member, parent: Option<&posts::Model>) -> Result<bool, Error> {
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

async fn insert(
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
    let post = posts::Model {
        id,
        uri: server.address(&format!("/users/{name}/statuses/{id}")),
        url: server.address(&format!("/@{name}/{id}")),
        author_id: member.account.id,
        visibility: content.draft.visibility,
        state,
        language: Some(content.draft.language.clone()),
        sensitive: content.draft.sensitive,
        in_reply_to_id: content.parent.as_ref().map(|parent| parent.id),
        in_reply_to_account_id: content.parent.as_ref().map(|parent| parent.author_id),
        in_reply_to_uri: content.parent.as_ref().map(|parent| parent.uri.clone()),
        thread_id: content.parent.as_ref().map_or(id, |parent| parent.thread_id),
        boost_of_id: None,
        app_id: member.app,
        written_by: Some(member.person),
        released_by: is_published.then_some(member.person),
        publish_at: None,
        published_at: is_published.then_some(now),
        received_at: now,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
        replies_count: 0,
        boosts_count: 0,
        favourites_count: 0,
    };
    posts::insert(tx, post.clone()).await?;
    write_content(tx, id, content).await?;
    if let Some(policy) = content.draft.quote_policy {
        post_policies::put(tx, post_policies::Model::new(id, policy, None)).await?;
    }
    if let Some(quoted) = &content.quoted {
        quote_actions::quote(app, tx, member, &post, quoted).await?;
    }
    if let Some(parent) = content.parent.as_ref().filter(|_| is_published) {
        reply_approvals::ask(app, tx, member, &post, parent, &content.mentioned).await?;
    }
    if let Some(poll) = &content.draft.poll {
        // A draft would have to keep how long the poll is open once it comes out.
        if !is_published {
            return Err(Error::invalid("Poll", "can't wait for release yet"));
        }
        poll_actions::ask(app, tx, id, poll).await?;
    }
    if is_published {
        come_out(app, tx, &post, content).await?;
    }
    Ok(post)
}

/// Takes away what a post said, before it says something new.
async fn clear_content(tx: &Tx, post: PostId) -> Result<(), Error> {
    post_texts::delete_of_post(tx, post).await?;
    mentions::delete_of_post(tx, post).await?;
    post_tags::delete_of_post(tx, post).await?;
    Ok(media::detach(tx, post).await?)
}

async fn write_content(tx: &Tx, post: PostId, content: &Content) -> Result<(), Error> {
    let text = post_texts::Model {
        post_id: post,
        language: content.draft.language.clone(),
        is_main: true,
        warning: content.draft.warning.clone(),
        source: Some(content.draft.text.clone()),
        html: content.html.clone(),
    };
    post_texts::insert(tx, text).await?;
    let named: Vec<AccountId> = content.mentioned.iter().map(|account| account.id).collect();
    mentions::insert(tx, post, &named).await?;
    post_tags::insert(tx, post, &content.tags).await?;
    media::attach(tx, post, &content.draft.media).await?;
    Ok(())
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
    accounts::count_post(tx, post.author_id, -1, None).await?;
    if let Some(parent) = post.in_reply_to_id {
        posts::count(tx, parent, Counter::Replies, -1).await?;
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
    for boost in posts::list_boosts_to_end(tx, post.id).await? {
        if posts::mark_deleted(tx, boost.id, by.map(|member| member.person), now).await? {
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

async fn attached(tx: &Tx, post: PostId) -> Result<Vec<media::Model>, Error> {
    Ok(media::list_of_posts(&**tx, vec![post]).await?)
}

/// What a draft says, read back from where it is kept.
async fn draft_of(tx: &Tx, post: &posts::Model, files: &[media::Model]) -> Result<Draft, Error> {
    let text = post_texts::find_main(&**tx, post.id).await?.ok_or(Error::NotFound("Draft"))?;
    Ok(Draft {
        text: text.source.unwrap_or_default(),
        warning: text.warning,
        sensitive: post.sensitive,
        visibility: post.visibility,
        language: post.language.clone().unwrap_or_default(),
        in_reply_to: post.in_reply_to_id,
        media: files.iter().map(|file| file.id).collect(),
        poll: None,
        quoted: quote_actions::find_still_quoted(tx, post.id).await?,
        quote_policy: post_policies::find(&**tx, post.id).await?.map(|policy| policy.quote()),
    })
}

/// Takes an unpublished post away whole: nobody else ever saw it.
async fn remove_unpublished(tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    post_texts::delete_of_post(tx, post.id).await?;
    mentions::delete_of_post(tx, post.id).await?;
    post_tags::delete_of_post(tx, post.id).await?;
    idempotency_keys::delete_of_post(tx, post.id).await?;
    quotes::delete_of_post(tx, post.id).await?;
    post_policies::delete_of_post(tx, post.id).await?;
    Ok(posts::delete_unpublished(tx, post.id).await?)
}
