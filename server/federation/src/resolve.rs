//! Finding accounts and posts elsewhere: by handle, by address.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use stadtbote_core::Error;
use stadtbote_core::actions::receive::posts::Why;
use stadtbote_core::actions::receive::{accounts as account_effects, posts as post_effects};
use stadtbote_core::actions::{moves, upkeep};
use stadtbote_core::domain::handle::{self, Handle};
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::domain::text;
use stadtbote_core::store::{accounts, hosts, posts};
use url::Url;

use crate::client::RequestError;
use crate::fetch::{Document, FetchError};
use crate::webfinger;
use crate::{Federation, from_wire, receive, wire};

/// An account is looked at again when it was not for this long and somebody asks for it (Mastodon: a day).
const STALE: TimeDelta = TimeDelta::days(1);
/// Most unknown handles of one text that are looked up.
const MOST_HANDLES: usize = 10;
/// How long a person waits for that, in all.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many posts of a thread are fetched upwards from one.
const MOST_ANCESTORS: usize = 20;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// An account.
    Account(AccountId),
    /// A post.
    Post(PostId),
}

impl Federation {
    /// Looks the unknown handles of a text up, so that a post can mention them: at most ten, three seconds in all. What
    /// is not found stays text.
    pub async fn resolve_handles(&self, written: &str) {
        if !self.app().config.server.federates() {
            return;
        }
        let scanned = text::scan(written);
        let handles: Vec<Handle> = scanned
            .mentions()
            .into_iter()
            .filter_map(|mention| {
                let domain = handle::parse_domain(mention.domain.as_deref()?)?;
                Some(Handle { username: mention.username.clone(), domain: Some(domain) })
            })
            .take(MOST_HANDLES)
            .collect();
        let look_ups = handles.iter().map(|handle| self.resolve_handle(handle));
        if tokio::time::timeout(PATIENCE, futures::future::join_all(look_ups)).await.is_err() {
            tracing::info!("Some handles of a post were not found in time and stay text");
        }
    }

    /// Finds what a person typed or pasted: a handle, or the address of an account or a post.
    ///
    /// # Errors
    /// [`Error::Remote`] if its server did not answer.
    pub async fn resolve(&self, query: &str) -> Result<Option<Found>, Error> {
        let query = query.trim();
        if let Some(handle) = Handle::parse(query) {
            return Ok(self.resolve_handle(&handle).await?.map(Found::Account));
        }
        let Ok(url) = Url::parse(query) else { return Ok(None) };
        if let Some(found) = self.find_known(query).await? {
            return Ok(Some(found));
        }
        if !self.app().config.server.federates() || self.is_ours(&url) {
            return Ok(None);
        }
        let Some(document) = self.fetch(&url).await? else { return Ok(None) };
        if from_wire::is_actor(&document.value) {
            return Ok(self.put_account(&document).await?.map(|account| Found::Account(account.id)));
        }
        let found = self.put_post(&document, Why::Fetched).await?;
        if found.is_some() {
            self.queue_parent(&document.value).await?;
        }
        Ok(found.map(Found::Post))
    }

    async fn find_known(&self, address: &str) -> Result<Option<Found>, Error> {
        let db = self.app().db();
        if let Some(account) =
            accounts::find_by_uri(db, address).await?.filter(|account| !account.is_instance())
        {
            return Ok(Some(Found::Account(account.id)));
        }
        if let Some(post) = posts::find_any_by_uri(db, address).await?.filter(posts::Model::is_published) {
            return Ok(Some(Found::Post(post.id)));
        }
        let Some(path) = address.strip_prefix(self.app().config.server.address("/@").as_str()) else {
            return Ok(None);
        };
        let (name, id) = path.split_once('/').unwrap_or((path, ""));
        if let Ok(id) = id.parse::<PostId>() {
            let post = posts::find_any(db, id).await?.filter(posts::Model::is_published);
            return Ok(post.map(|post| Found::Post(post.id)));
        }
        Ok(accounts::find_ours(db, name).await?.map(|account| Found::Account(account.id)))
    }

    /// The account with that handle, looked up if it is not known or was not looked at for long.
    pub(crate) async fn resolve_handle(&self, handle: &Handle) -> Result<Option<AccountId>, Error> {
        let app = self.app();
        let own = [app.config.server.account_domain.clone(), app.config.server.host()];
        let Some(domain) = handle.domain.clone().filter(|domain| !own.contains(domain)) else {
            return Ok(accounts::find_ours(app.db(), &handle.username).await?.map(|account| account.id));
        };
        let known = accounts::find_theirs(app.db(), &handle.username, &domain).await?;
        let is_fresh = |account: &accounts::Model| {
            account.fetched_at.is_some_and(|at| app.clock.now() - at < STALE) && account.deleted_at.is_none()
        };
        if !app.config.server.federates() || known.as_ref().is_some_and(is_fresh) {
            return Ok(known.map(|account| account.id));
        }
        if hosts::is_suspended(app.db(), &domain).await? {
            return Ok(None);
        }
        let network = self.network().await?;
        match webfinger::lookup(&network.client, &handle.username, &domain, app.clock.now()).await {
            Ok(found) => {
                let account = self.fetch_account(&found.actor_uri).await;
                Ok(account?.map(|account| account.id).or(known.map(|account| account.id)))
            }
            Err(error) => match (known, error.is_final()) {
                (Some(known), _) => Ok(Some(known.id)),
                (None, true) => Ok(None),
                (None, false) => Err(Error::Remote(error.to_string())),
            },
        }
    }

    /// The account that somebody names, by its handle or its address.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::Remote`] if its server could not be asked.
    pub async fn account_named(&self, name: &str) -> Result<accounts::Model, Error> {
        let found = match Handle::parse(name.trim()) {
            Some(handle) => match self.resolve_handle(&handle).await? {
                Some(id) => accounts::find(self.app().db(), id).await?,
                None => None,
            },
            None => self.account_at(name.trim()).await?,
        };
        found.ok_or(Error::NotFound("Account"))
    }

    /// The account of that name, if `account` of ours can move there: it must name that one as its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it does not, and as [`Federation::account_named`].
    pub async fn account_to_move_to(
        &self,
        account: &accounts::Model,
        name: &str,
    ) -> Result<accounts::Model, Error> {
        let target = self.account_named(name).await?;
        let (target, is_known) = match Url::parse(&target.uri) {
            // As it is now, not as it was when it was last looked at.
            Ok(url) if !target.is_ours() => {
                let document = self.fetch(&url).await?.ok_or(Error::NotFound("Account"))?;
                let is_known = receive::is_known_as(&document.value, &account.uri);
                (self.put_account(&document).await?.ok_or(Error::NotFound("Account"))?, is_known)
            }
            _ => {
                let is_known = moves::aliases(&target).contains(&account.uri.as_str());
                (target, is_known)
            }
        };
        if !is_known {
            let reason = format!("must first name {} as its own (alias, alsoKnownAs)", account.uri);
            return Err(Error::invalid("The new account", reason));
        }
        if target.moved_to.is_some() {
            return Err(Error::invalid("The new account", "has moved on itself"));
        }
        Ok(target)
    }

    /// The account at that address, known or fetched.
    pub(crate) async fn account_at(&self, address: &str) -> Result<Option<accounts::Model>, Error> {
        if let Some(known) = accounts::find_by_uri(self.app().db(), address).await? {
            return Ok(Some(known).filter(|account| account.deleted_at.is_none()));
        }
        let Ok(url) = Url::parse(address) else { return Ok(None) };
        if self.is_ours(&url) {
            return Ok(None);
        }
        Ok(self.fetch_account(&url).await?.filter(|account| account.uri == address))
    }

    /// Fetches the account at that address (or behind the key at that address) and keeps it.
    pub(crate) async fn fetch_account(&self, url: &Url) -> Result<Option<accounts::Model>, Error> {
        match self.fetch(url).await? {
            Some(document) => self.put_account(&document).await,
            None => Ok(None),
        }
    }

    /// Keeps the account that a document describes, under the handle that its domain confirms.
    pub(crate) async fn put_account(&self, document: &Document) -> Result<Option<accounts::Model>, Error> {
        let Some(mut remote) = from_wire::account(&document.value) else { return Ok(None) };
        let known = accounts::find_by_uri(self.app().db(), &remote.uri).await?;
        let property = wire::text(&document.value, "webfinger");
        let has_same_handle = |known: &accounts::Model| {
            known.username == remote.username
                && property
                    .and_then(Handle::parse)
                    .is_none_or(|handle| handle.domain.as_ref() == Some(&known.domain))
        };
        match known.filter(has_same_handle) {
            Some(known) => remote.domain = known.domain,
            None => {
                let network = self.network().await?;
                let now = self.app().clock.now();
                let confirmed = webfinger::confirm(
                    &network.client,
                    &document.id,
                    &remote.username,
                    &remote.host,
                    property,
                    now,
                )
                .await;
                match confirmed {
                    Ok(found) => {
                        remote.username = found.subject_user;
                        remote.domain = found.subject_domain;
                    }
                    Err(error) if error.is_final() => {
                        tracing::info!(account.uri = %remote.uri, "Account not kept: its handle does not lead back to it");
                        return Ok(None);
                    }
                    Err(error) => return Err(Error::Remote(error.to_string())),
                }
            }
        }
        Ok(Some(account_effects::put(self.app(), remote).await?))
    }

    /// Fetches the post at that address and keeps it, with what it answers above it.
    pub(crate) async fn fetch_missing(&self, address: &str) -> Result<(), Error> {
        let mut next = Some(address.to_owned());
        for _ in 0..MOST_ANCESTORS {
            let Some(address) = next else { break };
            if posts::find_any_by_uri(self.app().db(), &address).await?.is_some() {
                break;
            }
            let Ok(url) = Url::parse(&address) else { break };
            if self.is_ours(&url) {
                break;
            }
            let Some(document) = self.fetch(&url).await? else { break };
            next = wire::id(&document.value, "inReplyTo").and_then(wire::https);
            if self.put_post(&document, Why::Fetched).await?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The post at that address, known or fetched.
    pub(crate) async fn post_at(&self, address: &str) -> Result<Option<PostId>, Error> {
        if let Some(known) = posts::find_any_by_uri(self.app().db(), address).await? {
            return Ok(Some(known).filter(posts::Model::is_published).map(|post| post.id));
        }
        let Ok(url) = Url::parse(address) else { return Ok(None) };
        if self.is_ours(&url) {
            return Ok(None);
        }
        let Some(document) = self.fetch(&url).await? else { return Ok(None) };
        let found = self.put_post(&document, Why::Fetched).await?;
        if found.is_some() {
            self.queue_parent(&document.value).await?;
        }
        Ok(found)
    }

    /// Has a job look for what a post answers, if that is not here.
    async fn queue_parent(&self, post: &Value) -> Result<(), Error> {
        let Some(uri) = wire::id(post, "inReplyTo").and_then(wire::https) else { return Ok(()) };
        if posts::find_any_by_uri(self.app().db(), &uri).await?.is_some() {
            return Ok(());
        }
        upkeep::queue(self.app(), &Job::FetchPost { uri }).await
    }

    /// The quoted post at that address, known or fetched. What it quotes itself is not looked for.
    pub(crate) async fn quoted_at(&self, address: &str) -> Result<Option<PostId>, Error> {
        if let Some(known) = posts::find_any_by_uri(self.app().db(), address).await? {
            return Ok(Some(known).filter(posts::Model::is_published).map(|post| post.id));
        }
        let Some(url) = Url::parse(address).ok().filter(|url| !self.is_ours(url)) else { return Ok(None) };
        match self.fetch(&url).await? {
            Some(document) => self.put_post(&document, Why::Beside).await,
            None => Ok(None),
        }
    }

    /// Keeps a post that was fetched from its own server. Only what everybody may see is taken this way.
    pub(crate) async fn put_post(&self, document: &Document, why: Why) -> Result<Option<PostId>, Error> {
        let Some(author) = from_wire::author_of(&document.value) else { return Ok(None) };
        let Some(author) = self.account_at(&author).await?.filter(|author| !author.is_ours()) else {
            return Ok(None);
        };
        let Some(remote) = from_wire::post(&document.value, &author) else { return Ok(None) };
        if !remote.visibility.is_open() {
            return Ok(None);
        }
        post_effects::create(self.app(), remote, why).await
    }

    pub(crate) async fn refresh_account(&self, id: AccountId) -> Result<(), Error> {
        let Some(account) = accounts::find(self.app().db(), id).await?.filter(|account| !account.is_ours())
        else {
            return Ok(());
        };
        let Ok(url) = Url::parse(&account.uri) else { return Ok(()) };
        let found = match self.network().await?.fetcher.fetch_object(&url).await {
            Ok(document) => self.put_account(&document).await?,
            Err(FetchError::Status(410)) => return account_effects::delete(self.app(), &account).await,
            Err(error) => keep_or_retry(error).map(|_| None)?,
        };
        match found {
            Some(_) => Ok(()),
            None => account_effects::keep(self.app(), &account).await,
        }
    }

    /// Fetches a document; none if it is not there or not allowed.
    ///
    /// # Errors
    /// [`Error::Remote`] if asking again later makes sense.
    pub(crate) async fn fetch(&self, url: &Url) -> Result<Option<Document>, Error> {
        let host = url.host_str().unwrap_or_default();
        if hosts::is_suspended(self.app().db(), host).await? {
            return Ok(None);
        }
        let fetched = self.network().await?.fetcher.fetch_object(url).await;
        let is_reached = !matches!(
            fetched,
            Err(FetchError::Request(
                RequestError::Dns
                    | RequestError::Connect(_)
                    | RequestError::Tls(_)
                    | RequestError::Timeout
                    | RequestError::Other(_)
            ))
        );
        self.note_reached(host, is_reached);
        self.keep_signature_forms().await;
        let document = match fetched {
            Ok(document) => document,
            Err(error) => return keep_or_retry(error),
        };
        // The answer may stand on another host than the one that was asked.
        let answered = document.id.host_str().unwrap_or_default();
        if answered != host && hosts::is_suspended(self.app().db(), answered).await? {
            return Ok(None);
        }
        Ok(Some(document))
    }

    pub(crate) fn is_ours(&self, url: &Url) -> bool {
        wire::is_same_host(url.as_str(), self.app().config.server.public_url.as_str())
    }
}

fn keep_or_retry(error: FetchError) -> Result<Option<Document>, Error> {
    match error {
        FetchError::Request(RequestError::Refused(_) | RequestError::TooLarge)
        | FetchError::Local
        | FetchError::ContentType
        | FetchError::Json
        | FetchError::Id => Ok(None),
        FetchError::Status(status) if (400..500).contains(&status) && !matches!(status, 401 | 408 | 429) => {
            Ok(None)
        }
        other => Err(Error::Remote(other.to_string())),
    }
}
