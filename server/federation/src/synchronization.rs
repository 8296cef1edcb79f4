//! Followers' synchronisation (FEP-8fcf): two servers compare who follows an account, so that posts for followers reach
//! nobody who is none.
//!
//! A post for followers goes out with a digest of those followers who live where it goes. Whose digest is another asks for
//! the list, which is given to that host alone.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use stadtbote_core::actions::receive::synchronization as effects;
use stadtbote_core::actions::upkeep;
use stadtbote_core::domain::followers_digest::followers_digest;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::job::Job;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::deliveries::Claimed;
use stadtbote_core::store::{accounts, follows};
use stadtbote_core::{App, Error};

use crate::Federation;
use crate::wire::{self, CONTEXT, is_same_host};

/// The header that carries it.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("collection-synchronization");
/// An account with more followers compares none (Mastodon's number).
const MOST_FOLLOWERS: i64 = 25_000;
/// Most bytes of the header that are read.
const MOST_BYTES: usize = 4096;
/// Most addresses of a list that are read.
const MOST_LISTED: usize = 5000;

/// What goes out with a delivery: the digest, if it is a post for followers; else nothing.
pub(crate) async fn header(app: &App, row: &Claimed) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if row.visibility != Some(Visibility::Private) || !matches!(row.kind.as_str(), "Create" | "Update") {
        return Ok(headers);
    }
    let Some(account) = accounts::find(app.db(), row.account_id).await? else { return Ok(headers) };
    let Some(followers) = account.followers.as_ref().filter(|_| account.followers_count <= MOST_FOLLOWERS)
    else {
        return Ok(headers);
    };
    let there = follows::list_follower_uris_on(app.db(), account.id, &row.host).await?;
    let digest = followers_digest(there.iter().map(String::as_str));
    let url = address(&account);
    let value = format!("collectionId=\"{followers}\", digest=\"{digest}\", url=\"{url}\"");
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(HEADER, value);
    }
    Ok(headers)
}

/// Where the followers of one of ours are shown to the hosts that they live on.
fn address(account: &accounts::Model) -> String {
    format!("{}/followers_synchronization", account.uri)
}

/// The followers of one of ours who live on `host`.
pub(crate) async fn collection(app: &App, account: &accounts::Model, host: &str) -> Result<Value, Error> {
    let there = follows::list_follower_uris_on(app.db(), account.id, host).await?;
    Ok(json!({
        "@context": CONTEXT,
        "id": address(account),
        "type": "OrderedCollection",
        "totalItems": there.len(),
        "orderedItems": there,
    }))
}

/// What a header says: the collection, the digest, and where the list is.
fn read(headers: &HeaderMap) -> Option<(&str, &str, &str)> {
    let mut values = headers.get_all(HEADER).iter();
    let text = values.next()?.to_str().ok().filter(|text| text.len() <= MOST_BYTES)?;
    if values.next().is_some() {
        return None;
    }
    let value = |name: &str| {
        let mut found = text.split(',').filter_map(|part| {
            let value = part.trim().strip_prefix(name)?.strip_prefix("=\"")?.strip_suffix('"')?;
            (!value.contains('"')).then_some(value)
        });
        found.next().filter(|_| found.next().is_none())
    };
    let digest = value("digest")
        .filter(|digest| digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()))?;
    Some((value("collectionId")?, digest, value("url")?))
}

impl Federation {
    /// Compares the digest that came with an activity of `actor` with ours, and has a job ask for the list if they differ.
    pub(crate) async fn compare_followers(&self, actor: &str, headers: &HeaderMap) -> Result<(), Error> {
        let Some((collection, digest, url)) = read(headers) else { return Ok(()) };
        let account = accounts::find_by_uri(self.app().db(), actor).await?;
        let Some(account) = account.filter(|account| account.followers.as_deref() == Some(collection)) else {
            return Ok(());
        };
        if wire::https(url).is_none() || !is_same_host(url, actor) {
            return Ok(());
        }
        let ours = follows::list_our_follower_uris(self.app().db(), account.id).await?;
        let digest = digest.to_ascii_lowercase();
        if followers_digest(ours.iter().map(String::as_str)) == digest {
            return Ok(());
        }
        let job = Job::SyncFollowers { account: account.id, url: url.to_owned(), digest };
        upkeep::queue(self.app(), &job).await
    }

    /// Asks who of ours follows an account elsewhere, and brings our side into line.
    ///
    /// `digest` is the one that the list must have to be believed as a whole: a list that was cut off, or is of another
    /// time, takes no follow away.
    pub(crate) async fn sync_followers(
        &self,
        app: &App,
        account: AccountId,
        url: &str,
        digest: &str,
    ) -> Result<(), Error> {
        let Some(account) = accounts::find(app.db(), account).await?.filter(|one| !one.is_ours()) else {
            return Ok(());
        };
        let mut listed = Vec::new();
        let own = app.config.server.public_url.as_str();
        self.read(&json!(url), &account.uri, &mut |entry| {
            listed.extend(wire::id_of(entry).filter(|id| is_same_host(id, own)).map(str::to_owned));
            listed.len() < MOST_LISTED
        })
        .await?;
        listed.sort();
        listed.dedup();
        let is_whole = followers_digest(listed.iter().map(String::as_str)) == digest;
        effects::reconcile(app, &account, listed, is_whole).await
    }
}
