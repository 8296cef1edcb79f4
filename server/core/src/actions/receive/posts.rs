//! Posts of others: kept, changed, gone.

use chrono::{DateTime, TimeDelta, Utc};

use super::quotes::{RemotePolicy, RemoteQuote};
use super::{cut, polls, quotes, remember_gone};
use crate::actions::notifications::{converse, notify, notify_mentioned};
use crate::actions::{held, measures, posts as post_actions, quotes as quote_actions};
use crate::app::Tx;
use crate::domain::emoji::{self, Emoji};
use crate::domain::ids::{AccountId, JobId, MediaId, PostId, TagId, compose};
use crate::domain::job::Job;
use crate::domain::post::{State, Visibility};
use crate::domain::{html, language, text};
use crate::store::posts::{Counter, Viewer};
use crate::store::{
    accounts, domain_policies, follows, gone, held_posts, jobs, media, mentions, post_tags, post_texts,
    posts, tags,
};
use crate::{App, Error};

/// A post that claims to be older than this is filed under its arrival instead.
pub(super) const OLDEST: TimeDelta = TimeDelta::days(30);
/// Most mentions of one post that are looked at (Mastodon processes more, and suffers mention floods).
const MOST_MENTIONS: usize = 100;
/// Most hashtags of one post that are kept.
const MOST_TAGS: usize = 100;
/// Most files of one post that are kept.
const MOST_FILES: usize = 16;

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

/// A question as its server describes it, cleaned of nothing yet.
#[derive(Clone, Debug)]
pub struct RemotePoll {
    /// What can be chosen, with how many have.
    pub options: Vec<(String, i64)>,
    /// Whether several options may be chosen.
    pub multiple: bool,
    /// When it closes, or has closed.
    pub closes_at: Option<DateTime<Utc>>,
    /// How many have voted.
    pub voters_count: Option<i64>,
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
    /// The pictures that it names for words in it.
    pub emojis: Vec<Emoji>,
    /// Its files.
    pub files: Vec<RemoteFile>,
    /// The question that it asks.
    pub poll: Option<RemotePoll>,
    /// What it quotes.
    pub quote: Option<RemoteQuote>,
    /// Who may quote and answer it, if that is said.
    pub policy: Option<RemotePolicy>,
}

/// Why a post from elsewhere is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was sent to us.
    Sent,
    /// We asked for it: it answers, is answered or is boosted.
    Fetched,
    /// We asked for it because it is quoted, or stands in a collection. What it quotes itself is not looked for.
    Beside,
}

/// Keeps a new post from elsewhere, if it concerns anybody here. Gives its id, of an earlier coming too.
pub async fn create(app: &App, remote: RemotePost, why: Why) -> Result<Option<PostId>, Error> {
    let tx = app.begin_write().await?;
    let id = create_in(app, &tx, remote, why).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(id)
}

async fn create_in(app: &App, tx: &Tx, remote: RemotePost, why: Why) -> Result<Option<PostId>, Error> {
    let now = app.clock.now();
    if let Some(existing) = posts::find_any_by_uri(&**tx, &remote.uri).await? {
        return Ok(Some(existing.id).filter(|_| existing.is_published()));
    }
    let author = &remote.author;
    if gone::find(&**tx, &remote.uri).await?.is_some_and(|gone| gone.actor == author.uri) {
        return Ok(None);
    }
    let parent = parent_of(tx, &remote).await?;
    let meant = known(tx, &[first(&remote.mentions), first(&remote.addressed)].concat()).await?;
    let among = |uris: &[String]| -> Vec<_> {
        meant.iter().filter(|account| uris.contains(&account.uri)).cloned().collect()
    };
    let (named, addressed) = (among(&remote.mentions), among(&remote.addressed));
    if why == Why::Sent && !concerns_us(tx, author, parent.as_ref(), &named, &addressed).await? {
        return Ok(None);
    }
    let held = held::judge(app, tx, author, parent.as_ref(), &named).await?;
    let published = remote.published.unwrap_or(now).clamp(now - OLDEST, now);
    let mut row = posts::Model {
        url: remote.url.clone(),
        language: remote.language.as_deref().and_then(language::parse),
        sensitive: remote.sensitive,
        in_reply_to_id: parent.as_ref().map(|parent| parent.id),
        in_reply_to_account_id: parent.as_ref().map(|parent| parent.author_id),
        in_reply_to_uri: remote.in_reply_to.clone(),
        thread_id: parent.as_ref().map_or(PostId(0), |parent| parent.thread_id),
        published_at: Some(remote.published.filter(|at| *at < now).unwrap_or(now)),
        hidden_at: held.map(|_| now),
        ..posts::Model::published(PostId(0), author.id, remote.uri.clone(), remote.visibility, now)
    };
    insert_at(tx, &mut row, published).await?;
    // Whoever a private post is addressed to may see it, named or not.
    let mut readers = named.clone();
    if !row.visibility.is_open() {
        readers.extend(addressed.into_iter().filter(|account| account.is_ours()));
    }
    write_content(app, tx, &row, &remote, &readers).await?;
    if let Some(poll) = &remote.poll {
        polls::renew(app, tx, row.id, poll).await?;
    }
    match held {
        Some(rule) => held::keep(app, tx, &row, rule).await?,
        None => accounts::count_post(tx, author.id, 1, row.published_at).await?,
    }
    if let Some(parent) = parent.as_ref().filter(|_| held.is_none()) {
        posts::count(tx, parent.id, Counter::Replies, 1).await?;
    }
    posts::adopt_orphans(tx, &row).await?;
    if remote.policy.is_some() {
        quotes::put_policy(tx, row.id, remote.policy).await?;
    }
    if remote.quote.is_some() {
        quotes::renew(app, tx, &row, remote.quote.as_ref(), why != Why::Beside).await?;
    }
    quotes::adopt(app, tx, &row).await?;
    if why == Why::Sent {
        if held.is_none() {
            notify_mentioned(app, tx, &row, &named).await?;
        }
        if row.visibility.is_open() && row.in_reply_to_uri.is_none() {
            for follower in follows::list_notified(&**tx, author.id).await? {
                notify(app, tx, follower, "status", author.id, Some(&row)).await?;
            }
        }
        if let Some(uri) = remote.in_reply_to.filter(|_| parent.is_none() && row.visibility.is_open()) {
            jobs::enqueue(tx, app.id(JobId), &Job::FetchPost { uri }, None, now).await?;
        }
    }
    if row.visibility == Visibility::Direct && held.is_none() {
        converse(app, tx, &row, &readers).await?;
    }
    Ok(Some(row.id).filter(|_| held.is_none()))
}

/// The post that another answers, if it is known. Whoever guesses the address of one of ours that is not for them answers
/// nothing; who may read those of others we do not know.
async fn parent_of(tx: &Tx, remote: &RemotePost) -> Result<Option<posts::Model>, Error> {
    let Some(uri) = &remote.in_reply_to else { return Ok(None) };
    let parent = posts::find_any_by_uri(&**tx, uri).await?.filter(posts::Model::is_published);
    let Some(parent) = parent else { return Ok(None) };
    if parent.visibility.is_open() {
        return Ok(Some(parent));
    }
    let author = accounts::find(&**tx, parent.author_id).await?;
    if !author.is_some_and(|author| author.is_ours()) {
        return Ok(Some(parent));
    }
    let viewer = Viewer { account: remote.author.id, may_read_direct: true };
    Ok(posts::find_visible(&**tx, Some(viewer), parent.id).await?)
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
pub async fn update(app: &App, remote: RemotePost) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let Some(old) = posts::find_any_by_uri(&*tx, &remote.uri).await? else {
        // An Update that overtook its Create: what it says is the newest there is.
        create_in(app, &tx, remote, Why::Sent).await?;
        return tx.commit().await;
    };
    // What is hidden here changes all the same: a moderator may have to look again.
    if old.state != State::Published || old.author_id != remote.author.id {
        return tx.commit().await;
    }
    if let Some(poll) = &remote.poll {
        polls::renew(app, &tx, old.id, poll).await?;
        // Without a time it tells of new counts, and the text is as it was (Mastodon's `update_poll_serializer.rb`).
        if remote.updated.is_none() {
            return tx.commit().await;
        }
    }
    quotes::renew(app, &tx, &old, remote.quote.as_ref(), true).await?;
    if remote.policy.is_some() {
        quotes::put_policy(&tx, old.id, remote.policy).await?;
    }
    // So it tells of a consent that came or went, and of who may quote.
    if remote.updated.is_none() && (remote.quote.is_some() || remote.policy.is_some()) {
        return tx.commit().await;
    }
    let at = remote.updated.unwrap_or(now).min(now);
    if old.edited_at.is_some_and(|last| at <= last) {
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
    let new: Vec<_> = named.into_iter().filter(|account| !before.contains(&account.id)).collect();
    // Asked while it says what it said before: what it says now must not count as said and shown.
    let held = match old.hidden_at {
        None => held::judge(app, &tx, &remote.author, parent_of(&tx, &remote).await?.as_ref(), &new).await?,
        Some(_) => None,
    };
    let is_covered = measures::covers(&tx, old.id).await?;
    let row = posts::Model {
        sensitive: remote.sensitive || is_covered,
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
    if let Some(rule) = held {
        measures::hide(&tx, &row, Some(now)).await?;
        held::keep(app, &tx, &row, rule).await?;
    }
    if !held_posts::is_held(&*tx, row.id).await? {
        notify_mentioned(app, &tx, &row, &new).await?;
    }
    quote_actions::tell_quoting(app, &tx, &row).await?;
    tx.commit().await
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

async fn write_content(
    app: &App,
    tx: &Tx,
    row: &posts::Model,
    remote: &RemotePost,
    readers: &[accounts::Model],
) -> Result<(), Error> {
    let warning = html::clean_text(&remote.warning, 1000);
    let html = html::clean(&cut(remote.html.clone()));
    let options = remote.poll.iter().flat_map(|poll| &poll.options).map(|(title, _)| title.as_str());
    let texts: Vec<&str> = [warning.as_str(), html.as_str()].into_iter().chain(options).collect();
    let text_row = post_texts::Model {
        post_id: row.id,
        language: row.language.clone().unwrap_or_else(|| "und".into()),
        is_main: true,
        emojis: emoji::keep(&emoji::used(remote.emojis.clone(), &texts)),
        warning,
        source: None,
        html,
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
    let host = remote.author.host.as_deref().unwrap_or_default();
    let wanted = match remote.files.is_empty() || domain_policies::rejects_media(&**tx, host).await? {
        true => 0,
        false => MOST_FILES,
    };
    for (position, file) in remote.files.iter().take(wanted).enumerate() {
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
pub(super) async fn insert_at(tx: &Tx, row: &mut posts::Model, at: DateTime<Utc>) -> Result<(), Error> {
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
