//! Accounts elsewhere, as their servers describe them.

use chrono::{DateTime, Utc};

use super::{cut, reactions, ring};
use crate::actions::accounts_of_ours::{self, Field};
use crate::actions::{follows as follow_actions, moves, posts as post_actions};
use crate::app::Tx;
use crate::domain::emoji::{self, Emoji};
use crate::domain::html;
use crate::domain::ids::AccountId;
use crate::store::{
    Page, accounts, actor_keys, blocks, deliveries, domain_policies, favourites, featured_tags, follows,
    hosts, notifications, posts,
};
use crate::{App, Error};

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
    /// The pictures that it names for words in what it says of itself.
    pub emojis: Vec<Emoji>,
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
    /// Where it says that it has moved to.
    pub moved_to: Option<String>,
    /// Whether its own server has suspended it.
    pub suspended: bool,
    /// Its public keys, as (key id, PEM).
    pub keys: Vec<(String, String)>,
}

/// How many posts, and as many follows and Likes, go in one transaction, which keeps every other writer waiting. Each of them
/// takes a dozen statements.
const DELETED_AT_ONCE: u64 = 25;
/// Most fields of a profile that are kept.
const MOST_FIELDS: usize = 50;

/// Keeps an account, new or changed; gives its row.
///
/// Two who meet an account at the same moment both find nothing. Where there is more than one writer, the second is
/// refused by the index, and finds on its next try what the first has kept.
pub async fn put(app: &App, remote: RemoteAccount) -> Result<accounts::Model, Error> {
    let remote = cleaned(remote);
    match try_put(app, remote.clone()).await {
        Err(Error::Database(error)) if Error::is_duplicate(&error) => try_put(app, remote).await,
        done => done,
    }
}

/// Cleaned before the transaction, which keeps every other writer waiting.
fn cleaned(remote: RemoteAccount) -> RemoteAccount {
    let display_name = html::clean_text(&remote.display_name, 500);
    let note = html::clean(&cut(remote.note));
    let fields: Vec<(String, String)> = remote
        .fields
        .into_iter()
        .take(MOST_FIELDS)
        .map(|(name, value)| (html::clean_text(&name, 255), html::clean(&cut(value))))
        .collect();
    let lines = fields.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let texts: Vec<&str> = [display_name.as_str(), note.as_str()].into_iter().chain(lines).collect();
    let emojis = emoji::used(remote.emojis, &texts);
    RemoteAccount { display_name, note, fields, emojis, ..remote }
}

async fn try_put(app: &App, remote: RemoteAccount) -> Result<accounts::Model, Error> {
    let tx = app.begin_write().await?;
    let row = put_in(app, &tx, remote).await?;
    tx.commit().await?;
    Ok(row)
}

async fn put_in(app: &App, tx: &Tx, remote: RemoteAccount) -> Result<accounts::Model, Error> {
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
    let fields: Vec<Field> =
        remote.fields.into_iter().map(|(name, value)| Field { name, value, source: String::new() }).collect();
    let limited_at = match &existing {
        Some(known) => known.limited_at,
        None => domain_policies::is_limited(&**tx, &remote.host).await?.then_some(now),
    };
    let base = existing.clone().unwrap_or_else(|| accounts::Model {
        id: app.id(AccountId),
        created_at: remote.published.filter(|at| *at < now).unwrap_or(now),
        ..accounts_of_ours::blank(app, AccountId(0), "", "person")
    });
    let row = accounts::Model {
        institution_id: None,
        username: remote.username,
        domain: remote.domain,
        host: Some(remote.host),
        uri: remote.uri,
        url: remote.url,
        kind: remote.kind,
        display_name: remote.display_name,
        note: remote.note,
        note_source: String::new(),
        fields: serde_json::to_string(&fields).map_err(Error::unexpected)?,
        emojis: emoji::keep(&remote.emojis),
        avatar: remote.avatar,
        header: remote.header,
        inbox: remote.inbox,
        shared_inbox: remote.shared_inbox,
        followers: remote.followers,
        featured: remote.featured,
        locked: remote.locked,
        discoverable: remote.discoverable,
        indexable: remote.indexable,
        moved_to: remote.moved_to,
        suspended_elsewhere: remote.suspended,
        limited_at,
        fetched_at: Some(now),
        ..base
    };
    if let Some(known) = &existing {
        accounts::update(tx, row.clone()).await?;
        follow_inboxes(tx, known, &row, now).await?;
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

/// What waits for an inbox that an account has left goes to its new one, on the same host and once nobody else is reached
/// by the old one.
async fn follow_inboxes(
    tx: &Tx,
    known: &accounts::Model,
    row: &accounts::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(host) = row.host.as_deref().filter(|host| known.host.as_deref() == Some(*host)) else {
        return Ok(());
    };
    let own = Some((&known.inbox, &row.inbox));
    let shared = known.shared_inbox.as_ref().zip(row.shared_inbox.as_ref());
    let changes: Vec<_> = [own, shared].into_iter().flatten().filter(|(from, to)| from != to).collect();
    if !changes.is_empty() {
        // Held from here on, so that of two who leave the same inbox the second sees that the first is gone.
        hosts::settle(tx, vec![host.to_owned()]).await?;
    }
    for (from, to) in changes {
        if !accounts::is_inbox_of_follower(&**tx, host, from).await? {
            deliveries::readdress(tx, host, from, to, now).await?;
        }
    }
    Ok(())
}

/// An account was looked at and is as it was, or can't be read any more.
pub async fn keep(app: &App, account: &accounts::Model) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    accounts::mark_fetched(&tx, account.id, app.clock.now()).await?;
    tx.commit().await
}

/// An account is gone, with all that it wrote and whom it followed.
pub async fn delete(app: &App, actor: &accounts::Model) -> Result<(), Error> {
    if actor.is_ours() {
        return Err(Error::Forbidden);
    }
    // In slices, so that no writer waits long; the last transaction ends the job.
    loop {
        let tx = app.begin_write().await?;
        let posts = posts::list_to_delete(&tx, actor.id, DELETED_AT_ONCE).await?;
        let follows = follows::list_of_account(&tx, actor.id, DELETED_AT_ONCE).await?;
        let likes = favourites::list_of_account(&*tx, actor.id, &Page::newest(DELETED_AT_ONCE)).await?;
        for post in &posts {
            post_actions::remove(app, &tx, post, None).await?;
        }
        for follow in &follows {
            follow_actions::end_in(app, &tx, follow).await?;
        }
        for like in &likes {
            reactions::take_like_back(&tx, actor, like.post_id).await?;
        }
        if posts.is_empty() && follows.is_empty() && likes.is_empty() {
            blocks::delete_of_account(&tx, actor.id).await?;
            notifications::delete_from(&tx, actor.id).await?;
            featured_tags::delete_of_account(&tx, actor.id).await?;
            accounts::mark_deleted(&tx, actor.id, app.clock.now()).await?;
            return tx.commit().await;
        }
        tx.commit_part().await?;
    }
}

/// Whether an account may move: it has not just moved.
pub fn may_move(actor: &accounts::Model, now: DateTime<Utc>) -> bool {
    actor.moved_at.is_none_or(|at| now - at > moves::SETTLED)
}

/// `actor` has moved to `target`, which knows it by its old name: whoever of ours follows the one follows the other.
pub async fn follow_to(app: &App, actor: &accounts::Model, target: &accounts::Model) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for follow in follows::list_ours_of(&tx, actor.id).await? {
        follow_actions::replace(app, &tx, &follow, actor, target).await?;
    }
    let row = accounts::Model {
        moved_to: Some(target.uri.clone()),
        moved_at: Some(app.clock.now()),
        ..actor.clone()
    };
    accounts::update(&tx, row).await?;
    ring(app, tx).await
}
