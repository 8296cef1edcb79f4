//! What comes in: checked, stored once, answered; worked on later, from the store.

use std::iter;

use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode, header};
use metrics::counter;
use serde_json::Value;
use sha2::Digest;
use stadtbote_core::Error;
use stadtbote_core::actions::receive::{self, NewIncoming};
use stadtbote_core::domain::hosts::domain_of;
use stadtbote_core::fresh::Fresh;
use stadtbote_core::store::{accounts, hosts, jobs};

use crate::address::MAX_URL_LENGTH;
use crate::fetch::is_activity_type;
use crate::inflow::{Inflow, MOST_WAITING};
use crate::signatures::keys::PublicKey;
use crate::signatures::proofs::Proof;
use crate::signatures::replays::{Mark, Replays};
use crate::signatures::{self, SignedRequest};
use crate::{Federation, wire};

/// Activity types that are acted on; all others are answered 202 and counted, for peers such as Lemmy stop their queue
/// when they meet an error.
const KNOWN: [&str; 19] = [
    "Create",
    "Update",
    "Delete",
    "Follow",
    "Accept",
    "Reject",
    "Undo",
    "Like",
    "EmojiReact",
    "Announce",
    "Block",
    "Flag",
    "Add",
    "Remove",
    "Move",
    "QuoteRequest",
    "LikeRequest",
    "ReplyRequest",
    "AnnounceRequest",
];

/// Words of JSON-LD that let a document read otherwise than it was signed; no server needs them (Mastodon CVE-2026-46349,
/// CVE-2026-48028).
const REARRANGED: [&str; 3] = ["@graph", "@included", "@reverse"];

/// Most hosts and recipients that are remembered for a moment.
const MOST_RECENT: usize = 4096;

/// A request to an inbox, as it came.
pub(crate) struct Request<'a> {
    pub(crate) path_and_query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What the inbox asks again and again. A host that was just shut out may be heard for one more second.
pub(crate) struct Recent {
    recipients: Fresh<Recipient>,
    suspended: Fresh<bool>,
    /// Whether as much of a domain waits as may.
    full: Fresh<bool>,
    inflow: Inflow,
    inflow_of_accounts: Inflow,
    replays: Replays,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent {
            recipients: Fresh::new(MOST_RECENT),
            suspended: Fresh::new(MOST_RECENT),
            full: Fresh::new(MOST_RECENT),
            inflow: Inflow::default(),
            inflow_of_accounts: Inflow::default(),
            replays: Replays::default(),
        }
    }
}

/// Whom a personal inbox belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// One of ours.
    Here,
    /// One of ours once.
    Gone,
    /// Nobody.
    Nobody,
}

/// Why a request was not taken, with its answer.
struct Refusal(StatusCode, &'static str);

impl Federation {
    /// Whom the personal inbox of that name belongs to.
    pub(crate) async fn recipient(&self, name: &str) -> Result<Recipient, Error> {
        let find = async {
            let found = accounts::find_ours(self.app().db(), name).await?;
            Ok(match found {
                Some(account) if account.deleted_at.is_some() => Recipient::Gone,
                Some(_) => Recipient::Here,
                None => Recipient::Nobody,
            })
        };
        self.inner.recent.recipients.recent(name, find).await
    }

    pub(crate) async fn is_suspended(&self, host: &str) -> Result<bool, Error> {
        let find = async { Ok(hosts::is_suspended(self.app().db(), host).await?) };
        self.inner.recent.suspended.recent(host, find).await
    }

    /// Whether a domain has sent all that it may for now, or as much of it waits as may.
    async fn is_too_much(&self, source: &str) -> Result<bool, Error> {
        let Some(a_minute) = self.activities_a_minute() else { return Ok(false) };
        if self.inner.recent.inflow.is_used_up(source, a_minute, self.app().clock.now()) {
            return Ok(true);
        }
        let count = async {
            let waiting = jobs::count_of_source(self.app().db(), source, MOST_WAITING).await?;
            Ok::<_, Error>(waiting >= MOST_WAITING)
        };
        self.inner.recent.full.recent(source, count).await
    }

    /// How many activities one domain may send in a minute; none where nothing is limited.
    fn activities_a_minute(&self) -> Option<u32> {
        let config = &self.app().config;
        config.limit_requests.then_some(config.activities_a_minute)
    }

    /// Counts an activity of an account below a domain; says whether both have sent no more than they may.
    fn counts_as_few(&self, source: &str, account: &str, now: DateTime<Utc>) -> bool {
        let Some(a_minute) = self.activities_a_minute() else { return true };
        let of_one = self.app().config.activities_a_minute_of_one;
        let recent = &self.inner.recent;
        recent.inflow_of_accounts.count(account, of_one, now) && recent.inflow.count(source, a_minute, now)
    }

    /// Takes a request to an inbox; gives the answer.
    pub(crate) async fn take(&self, request: Request<'_>) -> StatusCode {
        match self.try_take(&request).await {
            Ok(kind) => {
                counter!("stadtbote_inbox_total", "type" => kind).increment(1);
                StatusCode::ACCEPTED
            }
            Err(Ok(Refusal(status, reason))) => {
                counter!("stadtbote_inbox_refused_total", "reason" => reason).increment(1);
                tracing::debug!(reason, "Activity refused with {status}");
                status
            }
            Err(Err(error)) => {
                counter!("stadtbote_inbox_refused_total", "reason" => "unavailable").increment(1);
                match error {
                    Error::Remote(cause) => {
                        tracing::info!(%cause, "Activity put off: its key can't be fetched now")
                    }
                    other => tracing::error!(cause = ?other, "Activity could not be stored"),
                }
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    async fn try_take(&self, request: &Request<'_>) -> Result<&'static str, Result<Refusal, Error>> {
        let refuse = |status, reason| Err(Ok(Refusal(status, reason)));
        let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(is_activity_type) {
            return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content type");
        }
        let Ok(activity) = serde_json::from_slice::<Value>(request.body) else {
            return refuse(StatusCode::BAD_REQUEST, "json");
        };
        if REARRANGED.iter().any(|word| activity.get(word).is_some()) {
            return refuse(StatusCode::BAD_REQUEST, "rearranged");
        }
        let Some(kind) = wire::kind(&activity) else { return refuse(StatusCode::BAD_REQUEST, "no type") };
        // Mastodon's FeatureRequest names no actor; then it is whoever has signed.
        let actor = wire::id(&activity, "actor");
        let actor_host = match actor.map(|actor| wire::https(actor).and_then(|actor| wire::host(&actor))) {
            Some(None) => return refuse(StatusCode::BAD_REQUEST, "actor"),
            Some(host) => host,
            None => None,
        };
        let now = self.app().clock.now();
        let server = &self.app().config.server;
        let own_host = server.host();
        let parsed = signatures::parse(request.headers);
        let signed = SignedRequest {
            method: &Method::POST,
            path_and_query: request.path_and_query,
            headers: request.headers,
            body: request.body,
            expected_hosts: &[&own_host],
        };
        let Ok(parsed) = parsed else { return refuse(StatusCode::UNAUTHORIZED, "no signature") };
        let key_id = parsed.key_id().to_owned();
        let mark = Mark::of(&parsed);
        let Ok(checked) = parsed.check(&signed, now) else {
            return refuse(StatusCode::UNAUTHORIZED, "signature form");
        };
        let Some(host) = wire::host(&key_id) else { return refuse(StatusCode::UNAUTHORIZED, "key id") };
        let actor_host = actor_host.unwrap_or_else(|| host.clone());
        for name in iter::once(&host).chain((actor_host != host).then_some(&actor_host)) {
            if self.is_suspended(name).await.map_err(Err)? {
                return refuse(StatusCode::FORBIDDEN, "host blocked");
            }
        }
        if self.inner.recent.replays.contains(mark) {
            return Ok("repeated");
        }
        let source = domain_of(&host);
        if self.is_too_much(source).await.map_err(Err)? {
            return refuse(StatusCode::TOO_MANY_REQUESTS, "too many");
        }
        if let Some(actor) = actor
            && is_own_end(&activity, kind, actor)
            && self.is_unknown(actor).await.map_err(Err)?
        {
            // Its key is gone with it; there is nothing here to delete.
            return Ok("Delete of a stranger");
        }
        let verifies = |key: &PublicKey| checked.verify(key).is_ok();
        let Some(owner) = self.owner_of(&key_id, verifies).await.map_err(Err)? else {
            return refuse(StatusCode::UNAUTHORIZED, "signature");
        };
        if !self.counts_as_few(source, &owner, now) {
            return refuse(StatusCode::TOO_MANY_REQUESTS, "too many");
        }
        let id = wire::id_of(&activity);
        let usable_id = id.filter(|id| id.len() <= MAX_URL_LENGTH);
        let actor = actor.unwrap_or(&owner);
        let is_forwarded = owner != actor;
        // Without an id of its own a repeat could not be told, for the signature is the forwarder's.
        if is_forwarded && (usable_id.is_none() || !self.is_proven(&activity, actor).await.map_err(Err)?) {
            return Ok("forwarded");
        }
        let Some(known) = KNOWN.into_iter().find(|known| *known == kind) else { return Ok("unknown") };
        if id.is_some_and(|id| wire::host(id).as_deref() != Some(actor_host.as_str())) {
            // An id that is not the actor's to give: it may be somebody else's activity.
            return Ok("foreign id");
        }
        let activity_id = match usable_id {
            Some(id) => id.to_owned(),
            None => {
                let digest =
                    sha2::Sha256::new_with_prefix(parsed.signature()).chain_update(request.body).finalize();
                format!("hash:{}", hex::encode(digest))
            }
        };
        let new = NewIncoming {
            source: source.to_owned(),
            host: actor_host,
            is_forwarded,
            activity_id,
            actor: actor.to_owned(),
            kind: known.to_owned(),
            body: activity.to_string(),
            is_known: true,
        };
        receive::store(self.app(), new).await.map_err(Err)?;
        if !is_forwarded {
            self.compare_followers(&owner, request.headers).await.map_err(Err)?;
        }
        self.inner.recent.replays.remember(mark, now);
        Ok(known)
    }

    /// Whether an activity that somebody else passed on carries a proof of its actor (FEP-8b32).
    ///
    /// One whose key can't be fetched now is as good as none: whoever passes it on is not to blame, and would come with it
    /// for days.
    async fn is_proven(&self, activity: &Value, actor: &str) -> Result<bool, Error> {
        let Some(proof) = Proof::read(activity, self.app().clock.now()) else { return Ok(false) };
        if !wire::is_same_host(proof.key_id(), actor) {
            return Ok(false);
        }
        match self.owner_of(proof.key_id(), |key| proof.is_by(key)).await {
            Ok(owner) => Ok(owner.as_deref() == Some(actor)),
            Err(Error::Remote(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whose the key is with which something was signed, if it `verifies`. A key that does not fit may have been changed:
    /// it is fetched once more.
    pub(crate) async fn owner_of(
        &self,
        key_id: &str,
        verifies: impl Fn(&PublicKey) -> bool,
    ) -> Result<Option<String>, Error> {
        let known = self.known_key(key_id).await?;
        if let Some(known) = &known {
            if verifies(&known.key) {
                return Ok(Some(known.owner.clone()));
            }
            if !self.may_fetch_again(known) {
                return Ok(None);
            }
        }
        let fetched = self.fetch_key(key_id).await?;
        Ok(fetched.filter(|known| verifies(&known.key)).map(|known| known.owner))
    }

    async fn is_unknown(&self, actor: &str) -> Result<bool, Error> {
        Ok(accounts::find_by_uri(self.app().db(), actor).await?.is_none())
    }
}

/// Whether an actor says that it itself is gone or changed.
fn is_own_end(activity: &Value, kind: &str, actor: &str) -> bool {
    matches!(kind, "Delete" | "Update") && wire::id(activity, "object") == Some(actor)
}
