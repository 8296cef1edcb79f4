//! What was said before we were there: answers to posts elsewhere, and the newest posts of somebody who is followed now.
//!
//! Everything here is bounded: pages, entries, requests, time. A page is asked for once, and only on the host of what it
//! belongs to; a post is taken only from its own host. What is found does not make us look for more.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use stadtbote_core::Error;
use stadtbote_core::actions::backfill as actions;
use stadtbote_core::actions::receive::featured_tags as tag_effects;
use stadtbote_core::actions::receive::posts::{self as effects, Why};
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::store::{accounts, featured_tags, posts};
use url::Url;

use crate::wire::{self, is_same_host};
use crate::{Federation, from_wire};

/// Most pages of a collection that are read.
const MOST_PAGES: usize = 5;
/// Most answers to one post that are fetched. Mastodon fetches five on receipt and up to 500 in the background; a city
/// needs to see what stands beneath a post, not an archive.
const MOST_REPLIES: usize = 40;
/// Most entries of an outbox that are looked at: a page of Mastodon's.
const MOST_ENTRIES: usize = 20;
/// Most posts of an outbox that are kept.
const MOST_POSTS: usize = 10;
/// Most hashtags of a profile that are kept.
const MOST_FEATURED_TAGS: usize = featured_tags::MOST as usize;
/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(60);

impl Federation {
    /// Has the answers to a post looked for.
    pub(crate) async fn want_replies(&self, post: Option<PostId>) -> Result<(), Error> {
        let Some(post) = post else { return Ok(()) };
        let Some(post) = posts::find_visible(self.app().db(), None, post).await? else { return Ok(()) };
        actions::want_replies(self.app(), &post).await
    }

    /// Fetches some of the answers to a post elsewhere. What took too long is left for the next time.
    pub(crate) async fn fetch_replies(&self, post: PostId) -> Result<(), Error> {
        let Some(post) = posts::find_visible(self.app().db(), None, post).await? else { return Ok(()) };
        let Some(url) = Url::parse(&post.uri).ok().filter(|url| !self.is_ours(url)) else { return Ok(()) };
        in_time(async {
            let Some(document) = self.fetch(&url).await? else { return Ok(()) };
            let replies = document.value.get("replies").cloned().unwrap_or_default();
            let mut found = Vec::new();
            self.read(&replies, &post.uri, &mut |entry| {
                let id = wire::id_of(entry).map(str::to_owned);
                found.extend(id.filter(|id| !found.contains(id)));
                found.len() < MOST_REPLIES
            })
            .await?;
            for address in found {
                self.fetch_reply(&address).await?;
            }
            Ok(())
        })
        .await
    }

    /// Fetches what is said to be an answer, and keeps it if it answers something that is here.
    async fn fetch_reply(&self, address: &str) -> Result<(), Error> {
        if posts::find_any_by_uri(self.app().db(), address).await?.is_some() {
            return Ok(());
        }
        let Some(url) = Url::parse(address).ok().filter(|url| !self.is_ours(url)) else { return Ok(()) };
        // One server that does not answer keeps the others from nothing.
        let Ok(Some(document)) = self.fetch(&url).await else { return Ok(()) };
        let Some(parent) = wire::id(&document.value, "inReplyTo") else { return Ok(()) };
        let parent = posts::find_any_by_uri(self.app().db(), parent).await?;
        if parent.is_some_and(|parent| parent.is_published() && parent.visibility.is_open()) {
            ignore_remote(self.put_post(&document, Why::Beside).await)?;
        }
        Ok(())
    }

    /// Fetches some of the newest posts of an account elsewhere.
    pub(crate) async fn fetch_outbox(&self, account: AccountId) -> Result<(), Error> {
        let Some(account) = accounts::find(self.app().db(), account).await?.filter(|one| !one.is_ours())
        else {
            return Ok(());
        };
        let Ok(url) = Url::parse(&account.uri) else { return Ok(()) };
        in_time(async {
            let Some(actor) = self.fetch(&url).await? else { return Ok(()) };
            self.fetch_featured_tags(&actor.value, &account).await?;
            let outbox = actor.value.get("outbox").cloned().unwrap_or_default();
            let mut entries = Vec::new();
            self.read(&outbox, &account.uri, &mut |entry| {
                entries.push(entry.clone());
                entries.len() < MOST_ENTRIES
            })
            .await?;
            let mut kept = 0;
            // The oldest first, so that an answer finds what it answers.
            for object in entries
                .iter()
                .filter_map(|entry| posted(entry, &account))
                .take(MOST_POSTS)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
            {
                kept += usize::from(self.keep_own(object, &account).await?);
            }
            tracing::info!(account.uri = %account.uri, "{kept} posts of a newly followed account are here");
            Ok(())
        })
        .await
    }

    /// Reads the hashtags that an account elsewhere shows on its profile. What can't be read now stays as it was.
    pub(crate) async fn fetch_featured_tags(
        &self,
        actor: &Value,
        account: &accounts::Model,
    ) -> Result<(), Error> {
        let Some(collection) = actor.get("featuredTags").filter(|collection| !collection.is_null()) else {
            return Ok(());
        };
        let mut shown = Vec::new();
        let mut seen = 0;
        let mut take = |entry: &Value| {
            seen += 1;
            let name = wire::text(entry, "name").filter(|_| wire::is_a(entry, "Hashtag"));
            shown.extend(name.map(str::to_owned));
            shown.len() < MOST_FEATURED_TAGS && seen < MOST_ENTRIES
        };
        let reading = self.read(collection, &account.uri, &mut take);
        match tokio::time::timeout(LONGEST, reading).await {
            Ok(Ok(true)) => tag_effects::replace(self.app(), account, &shown).await,
            Ok(Ok(false) | Err(Error::Remote(_))) | Err(_) => Ok(()),
            Ok(Err(error)) => Err(error),
        }
    }

    /// Keeps a post of the account, in the document that was read or fetched where only its address stood.
    async fn keep_own(&self, object: &Value, account: &accounts::Model) -> Result<bool, Error> {
        let Some(uri) = wire::id_of(object).filter(|uri| is_same_host(uri, &account.uri)) else {
            return Ok(false);
        };
        if posts::find_any_by_uri(self.app().db(), uri).await?.is_some() {
            return Ok(false);
        }
        let document;
        let object = match object.is_object() && from_wire::is_post(object) {
            true => object,
            false => {
                let Ok(url) = Url::parse(uri) else { return Ok(false) };
                let Ok(Some(fetched)) = self.fetch(&url).await else { return Ok(false) };
                document = fetched;
                &document.value
            }
        };
        let post = from_wire::post(object, account).filter(|post| post.visibility.is_open());
        let Some(post) =
            post.filter(|_| from_wire::author_of(object).as_deref() == Some(account.uri.as_str()))
        else {
            return Ok(false);
        };
        Ok(effects::create(self.app(), post, Why::Beside).await?.is_some())
    }

    /// Reads a collection that belongs to something at `of`: its own entries, and those of its pages, as long as
    /// `take` wants more. Says whether there was anything to read, be it empty.
    pub(crate) async fn read(
        &self,
        collection: &Value,
        of: &str,
        take: &mut (dyn FnMut(&Value) -> bool + Send),
    ) -> Result<bool, Error> {
        let mut seen = HashSet::new();
        let mut next = Some(collection.clone());
        let mut pages = 0;
        while let Some(page) = next.take() {
            let page = match &page {
                Value::Object(_) => page,
                Value::String(address) => {
                    let is_new = is_same_host(address, of) && seen.insert(address.clone());
                    let Some(url) = Url::parse(address).ok().filter(|_| is_new && seen.len() <= MOST_PAGES)
                    else {
                        break;
                    };
                    let Some(document) = self.fetch(&url).await? else { break };
                    document.value
                }
                _ => break,
            };
            pages += 1;
            for name in ["orderedItems", "items"] {
                for entry in wire::list(&page, name) {
                    if !take(entry) {
                        return Ok(true);
                    }
                }
            }
            // A collection leads to its first page, a page to the next.
            let lead =
                ["first", "next"].iter().find_map(|name| page.get(*name).filter(|lead| !lead.is_null()));
            // Pages within pages within one document are no more than other pages.
            next = lead.cloned().filter(|_| pages <= MOST_PAGES);
        }
        Ok(pages > 0)
    }
}

/// What an entry of an outbox says was posted; boosts and everything else are passed over.
fn posted<'a>(entry: &'a Value, account: &accounts::Model) -> Option<&'a Value> {
    let is_own = wire::is_a(entry, "Create") && wire::id(entry, "actor") == Some(account.uri.as_str());
    wire::list(entry, "object").into_iter().next().filter(|_| is_own)
}

/// Ends quietly what takes too long: it would take as long the next time.
async fn in_time(work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    match tokio::time::timeout(LONGEST, work).await {
        Ok(done) => done,
        Err(_) => {
            tracing::info!("A backfill took too long and was ended");
            Ok(())
        }
    }
}

fn ignore_remote<T>(done: Result<T, Error>) -> Result<(), Error> {
    match done {
        Ok(_) | Err(Error::Remote(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
