//! Public keys of others: from memory, from the database, from their own server.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use serde_json::Value;
use stadtbote_core::Error;
use stadtbote_core::store::actor_keys;
use tokio::sync::Semaphore;
use url::Url;

use crate::address::MAX_URL_LENGTH;
use crate::signatures::keys::PublicKey;
use crate::wire::{self, is_same_host};
use crate::{Federation, from_wire};

/// How long a key is used without asking the database again.
const REST: TimeDelta = TimeDelta::minutes(5);
/// A key that did not fit is fetched again, but not sooner than this after the last time.
const PATIENCE: TimeDelta = TimeDelta::minutes(1);
/// Most keys kept in memory.
const MOST: usize = 10_000;
/// Most failures kept in memory, of keys and of hosts each.
const MOST_FAILURES: usize = 5000;
/// How long a key that could not be fetched is not asked for again; doubled each time, up to the longest.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(10);
/// How long a key is taken for missing where its server says that there is none.
const NO_KEY_PAUSE: TimeDelta = TimeDelta::minutes(2);
/// A host that could not be reached so often in a row is left alone, for the same pauses.
const HOST_TRIES: u32 = 3;
/// Most fetches at once, and most that run or wait for a place.
const FETCHES_AT_ONCE: usize = 16;
const MOST_FLIGHTS: usize = 128;
/// How long a fetch waits for a place.
const PLACE_WITHIN: Duration = Duration::from_secs(3);

/// Where an actor names its keys: RSA for requests by old custom, and others, which sign documents too (FEP-521a).
const KEY_PROPERTIES: [&str; 2] = ["publicKey", "assertionMethod"];

/// The keys that an actor names as its own, as (key id, text of the key), each id once: Mitra names its key for requests in
/// both places, in different forms.
///
/// One on another host, or that says of itself that it is somebody else's, is not.
pub(crate) fn published(actor: &Value, uri: &str) -> Vec<(String, String)> {
    /// Longer than any key that [`PublicKey::from_text`] takes, with its line ends.
    const MAX_LENGTH: usize = 20_000;

    let mut ids = HashSet::new();
    let listed = KEY_PROPERTIES.into_iter().flat_map(|property| wire::list(actor, property));
    listed
        .filter(|key| owner_of(key).is_none_or(|owner| owner == uri))
        .filter_map(|key| {
            let text = wire::text(key, "publicKeyPem").or_else(|| wire::text(key, "publicKeyMultibase"))?;
            Some((wire::id_of(key)?.to_owned(), text.to_owned()))
        })
        .filter(|(key_id, text)| is_same_host(key_id, uri) && text.len() < MAX_LENGTH && !text.contains('\0'))
        .filter(|(key_id, _)| ids.insert(key_id.clone()))
        .collect()
}

/// Whose a key says that it is.
fn owner_of(key: &Value) -> Option<&str> {
    wire::id(key, "owner").or_else(|| wire::id(key, "controller"))
}

/// Puts the document of a key in its place where an actor only names the key's address.
fn embed(key: &Value, actor: &mut Value) {
    let names = |value: &Value| value.is_string() && wire::id_of(value) == wire::id_of(key);
    for property in KEY_PROPERTIES {
        match actor.get_mut(property) {
            Some(Value::Array(values)) => {
                values.iter_mut().filter(|value| names(value)).for_each(|value| *value = key.clone());
            }
            Some(value) if names(value) => *value = key.clone(),
            _ => {}
        }
    }
}

/// A key with the account that it belongs to.
#[derive(Clone)]
pub(crate) struct KnownKey {
    /// The address of the account.
    pub(crate) owner: String,
    /// The parsed key.
    pub(crate) key: PublicKey,
    /// When it was last fetched from its server.
    fetched_at: DateTime<Utc>,
    /// When it was last read from the database.
    read_at: DateTime<Utc>,
}

/// Parsed keys by their id.
#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<String, KnownKey>>);

impl Cache {
    fn get(&self, key_id: &str, now: DateTime<Utc>) -> Option<KnownKey> {
        let keys = self.0.lock().ok()?;
        keys.get(key_id).filter(|known| now - known.read_at < REST).cloned()
    }

    fn put(&self, key_id: &str, known: KnownKey) {
        if let Ok(mut keys) = self.0.lock() {
            if keys.len() >= MOST {
                keys.clear();
            }
            keys.insert(key_id.to_owned(), known);
        }
    }

    /// Forgets a key, so that the database is asked.
    pub(crate) fn forget(&self, key_id: &str) {
        if let Ok(mut keys) = self.0.lock() {
            keys.remove(key_id);
        }
    }
}

impl Federation {
    /// The key with that id, from memory or from the database.
    pub(crate) async fn known_key(&self, key_id: &str) -> Result<Option<KnownKey>, Error> {
        let now = self.app().clock.now();
        if let Some(known) = self.inner.their_keys.get(key_id, now) {
            return Ok(Some(known));
        }
        let Some(row) = self.known_row(key_id).await? else { return Ok(None) };
        let Ok(key) = PublicKey::from_text(&row.public_key) else { return Ok(None) };
        let known = KnownKey { owner: row.owner, key, fetched_at: row.fetched_at, read_at: now };
        self.inner.their_keys.put(key_id, known.clone());
        Ok(Some(known))
    }

    /// The key with that id. Old PeerTubes give the address of the actor for the id of its key.
    async fn known_row(&self, key_id: &str) -> Result<Option<actor_keys::Owned>, Error> {
        let db = self.app().db();
        match actor_keys::find(db, key_id).await? {
            None => Ok(actor_keys::find_first(db, key_id).await?),
            found => Ok(found),
        }
    }

    /// Whether it makes sense to ask the key's server whether it has a new one.
    pub(crate) fn may_fetch_again(&self, known: &KnownKey) -> bool {
        self.app().clock.now() - known.fetched_at > PATIENCE
    }

    /// The key with that id, fetched from its server with the account that it belongs to.
    ///
    /// Anybody can make us want a key, with a forged request in the name of whomever. So whoever wants the same key at
    /// the same time waits for one fetch, a failure is remembered for a while, and there are few fetches at once.
    ///
    /// # Errors
    /// [`Error::Remote`] if the server could not be asked; the sender should try again.
    pub(crate) async fn fetch_key(&self, key_id: &str) -> Result<Option<KnownKey>, Error> {
        let Ok(url) = Url::parse(key_id) else { return Ok(None) };
        if key_id.len() > MAX_URL_LENGTH {
            return Ok(None);
        }
        let host = url.host_str().unwrap_or_default();
        match self.inner.key_fetches.failures().recall(key_id, host, self.app().clock.now()) {
            Some(Failure::NoKey) => return Ok(None),
            Some(Failure::Unreachable) => {
                return Err(Error::Remote("it could not be fetched a moment ago".into()));
            }
            None => {}
        }
        let Some(flight) = self.board(key_id, url) else {
            return Err(Error::Remote("too many keys are being fetched".into()));
        };
        flight.await.map_err(|error| match &*error {
            Error::Remote(cause) => Error::Remote(cause.clone()),
            other => Error::Unexpected(format!("{other:?}")),
        })
    }

    /// The fetch of that key that is under way, or a new one; none if there are too many.
    fn board(&self, key_id: &str, url: Url) -> Option<Flight> {
        let mut flights = self.inner.key_fetches.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(key_id) {
            return Some(flight.clone());
        }
        if flights.len() >= MOST_FLIGHTS {
            return None;
        }
        let (federation, id) = (self.clone(), key_id.to_owned());
        // A task of its own: whoever asked first may hang up while others wait.
        let task = tokio::spawn(async move {
            let fetched = AssertUnwindSafe(federation.fetch_key_now(&id, &url)).catch_unwind().await;
            let mut flights =
                federation.inner.key_fetches.flights.lock().unwrap_or_else(PoisonError::into_inner);
            flights.remove(&id);
            fetched.unwrap_or_else(|_| Err(Error::Unexpected("the fetch of a key broke off".into())))
        });
        let landed = task.map(|joined| joined.map_err(Error::unexpected).flatten().map_err(Arc::new));
        let flight = landed.boxed().shared();
        flights.insert(key_id.to_owned(), flight.clone());
        Some(flight)
    }

    async fn fetch_key_now(&self, key_id: &str, url: &Url) -> Result<Option<KnownKey>, Error> {
        let fetches = &self.inner.key_fetches;
        let Ok(Ok(_place)) = tokio::time::timeout(PLACE_WITHIN, fetches.places.acquire()).await else {
            return Err(Error::Remote("too many keys are being fetched".into()));
        };
        self.inner.their_keys.forget(key_id);
        let fetched = match self.fetch_owner(url).await {
            Ok(()) => self.known_key(key_id).await,
            Err(error) => Err(error),
        };
        let now = self.app().clock.now();
        match &fetched {
            Ok(Some(_)) => fetches.failures().forget(key_id),
            Ok(None) => fetches.failures().remember(key_id, Failure::NoKey, now),
            Err(Error::Remote(_)) => fetches.failures().remember(key_id, Failure::Unreachable, now),
            // Ours, not theirs.
            Err(_) => {}
        }
        fetched
    }

    /// Fetches whom the key at that address belongs to.
    ///
    /// What is there is the actor itself, for most peers; for GoToSocial a short form of it, in place of which the fetcher
    /// has taken the whole; or a document of the key alone. That one only leads to the actor, who has to name the key
    /// too: what a key says of its owner anybody could say.
    async fn fetch_owner(&self, url: &Url) -> Result<(), Error> {
        let Some(document) = self.fetch(url).await? else { return Ok(()) };
        if from_wire::is_actor(&document.value) {
            self.put_account(&document).await?;
            return Ok(());
        }
        let owner = owner_of(&document.value).filter(|owner| is_same_host(owner, url.as_str()));
        let Some(owner) = owner.and_then(|owner| Url::parse(owner).ok()) else { return Ok(()) };
        if let Some(mut actor) = self.fetch(&owner).await? {
            embed(&document.value, &mut actor.value);
            self.put_account(&actor).await?;
        }
        Ok(())
    }

    /// Writes down whether a host could be reached at all, whatever it was asked for.
    pub(crate) fn note_reached(&self, host: &str, is_reached: bool) {
        let now = self.app().clock.now();
        let mut failures = self.inner.key_fetches.failures();
        if is_reached { failures.forget_host(host) } else { failures.remember_host(host, now) }
    }
}

/// A fetch that several may wait for.
type Flight = Shared<BoxFuture<'static, Result<Option<KnownKey>, Arc<Error>>>>;

/// What is being fetched, and what could not be fetched.
pub(crate) struct Fetches {
    flights: Mutex<HashMap<String, Flight>>,
    failures: Mutex<Failures>,
    places: Semaphore,
}

impl Default for Fetches {
    fn default() -> Self {
        Fetches {
            flights: Mutex::default(),
            failures: Mutex::default(),
            places: Semaphore::new(FETCHES_AT_ONCE),
        }
    }
}

impl Fetches {
    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a key is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// Its server answered, and there is no such key.
    NoKey,
    /// Its server could not be asked.
    Unreachable,
}

/// A failure that is remembered.
#[derive(Clone, Copy)]
struct Remembered {
    failure: Failure,
    /// How often it happened in a row.
    times: u32,
    until: DateTime<Utc>,
}

/// Keys and hosts that failed lately.
///
/// A host is left alone only if it could not be reached several times in a row: that it answers one address with an
/// error is easy to bring about, and must not keep the keys of its other people from us.
#[derive(Default)]
struct Failures {
    keys: HashMap<String, Remembered>,
    hosts: HashMap<String, Remembered>,
}

impl Failures {
    /// What is remembered of a key or its host, if it still counts.
    fn recall(&self, key_id: &str, host: &str, now: DateTime<Utc>) -> Option<Failure> {
        let key = self.keys.get(key_id).filter(|failed| now < failed.until);
        let host = self.hosts.get(host).filter(|failed| failed.times >= HOST_TRIES && now < failed.until);
        key.or(host).map(|failed| failed.failure)
    }

    fn remember(&mut self, key_id: &str, failure: Failure, now: DateTime<Utc>) {
        remember(&mut self.keys, key_id, failure, 1, now);
    }

    fn remember_host(&mut self, host: &str, now: DateTime<Utc>) {
        remember(&mut self.hosts, host, Failure::Unreachable, HOST_TRIES, now);
    }

    fn forget(&mut self, key_id: &str) {
        self.keys.remove(key_id);
    }

    fn forget_host(&mut self, host: &str) {
        self.hosts.remove(host);
    }
}

/// Writes a failure down. The pause grows from the `tries`th time on; what failed long ago begins anew.
fn remember(
    failures: &mut HashMap<String, Remembered>,
    name: &str,
    failure: Failure,
    tries: u32,
    now: DateTime<Utc>,
) {
    if failures.len() >= MOST_FAILURES && !failures.contains_key(name) {
        failures.retain(|_, failed| now < failed.until);
        if failures.len() >= MOST_FAILURES {
            failures.clear();
        }
    }
    let recent = failures.get(name).filter(|failed| now < failed.until + LONGEST_PAUSE);
    let times = recent.map_or(0, |failed| failed.times).saturating_add(1);
    let doubled = FIRST_PAUSE * 2_i32.pow(times.saturating_sub(tries).min(10));
    let pause = match failure {
        Failure::NoKey => NO_KEY_PAUSE,
        Failure::Unreachable => doubled.min(LONGEST_PAUSE),
    };
    failures.insert(name.to_owned(), Remembered { failure, times, until: now + pause });
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_network::now;

    const KEY: &str = "https://far.example/users/rita#main-key";

    #[test]
    fn a_failure_is_remembered_longer_each_time_and_never_long() {
        let mut failures = Failures::default();
        let mut at = now();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            failures.remember(KEY, Failure::Unreachable, at);
            let pause = (0..).find(|seconds| {
                failures.recall(KEY, "far.example", at + TimeDelta::seconds(*seconds)).is_none()
            });
            let pause = TimeDelta::seconds(pause.unwrap_or_default());
            pauses.push(pause.num_seconds());
            at += pause;
        }

        assert_eq!(pauses, [30, 60, 120, 240, 480, 600, 600, 600]);
        failures.forget(KEY);
        assert_eq!(failures.recall(KEY, "far.example", at), None);
    }

    #[test]
    fn a_host_is_left_alone_only_after_failing_several_times_in_a_row() {
        let mut failures = Failures::default();
        let other = "https://far.example/users/tom#main-key";
        let recall = |failures: &Failures| failures.recall(other, "far.example", now());

        failures.remember_host("far.example", now());
        failures.remember_host("far.example", now());
        failures.forget_host("far.example");
        failures.remember_host("far.example", now());
        failures.remember_host("far.example", now());
        assert_eq!(recall(&failures), None);
        failures.remember_host("far.example", now());

        assert_eq!(recall(&failures), Some(Failure::Unreachable));
        assert_eq!(failures.recall(other, "other.example", now()), None);
        assert_eq!(failures.recall(other, "far.example", now() + FIRST_PAUSE), None);
    }

    #[test]
    fn the_memory_of_failures_is_bounded() {
        let mut failures = Failures::default();

        for number in 0..3 * MOST_FAILURES {
            failures.remember(&format!("{KEY}{number}"), Failure::NoKey, now());
        }

        assert!(failures.keys.len() <= MOST_FAILURES);
    }

    /// The ids of the keys of a document that a peer has sent, each of which can be read.
    fn published_by(document: &str) -> Vec<String> {
        let actor: Value = serde_json::from_str(document).unwrap();
        let keys = published(&actor, wire::id_of(&actor).unwrap());
        assert!(keys.iter().all(|(_, text)| PublicKey::from_text(text).is_ok()), "{keys:?}");
        keys.into_iter().map(|(key_id, _)| key_id).collect()
    }

    #[test]
    fn the_keys_of_peers_are_found_under_the_ids_that_they_sign_with() {
        let ghost = include_str!("../../../tests/fixtures/federation/ghost__actor__person_two_keys.json");
        let gotosocial = include_str!("../../../tests/fixtures/federation/gotosocial__actor__person.json");
        let hubzilla =
            include_str!("../../../tests/fixtures/federation/hubzilla__actor__person_key_is_actor.json");
        let bookwyrm = include_str!("../../../tests/fixtures/federation/bookwyrm__actor__person.json");
        let mitra = include_str!("../../../tests/fixtures/federation/mitra__actor__person_rsa_multikey.json");

        let index = "https://ghost.example/.ghost/activitypub/users/index";
        assert_eq!(published_by(ghost), [format!("{index}#main-key"), format!("{index}#multikey-2")]);
        assert_eq!(published_by(gotosocial), ["https://gts.example/users/berta/main-key"]);
        assert_eq!(published_by(hubzilla), ["https://hubzilla.example/channel/jan"]);
        let max = "https://mitra.example/users/max";
        assert_eq!(published_by(mitra), [format!("{max}#main-key"), format!("{max}#ed25519-key")]);
        assert_eq!(published_by(bookwyrm), ["https://bookwyrm.example/user/nils/#main-key"]);
    }

    #[test]
    fn a08_a_key_of_somebody_else_is_no_key_of_the_actor() {
        let stolen = include_str!("../../../tests/fixtures/federation/attack__actor__key_of_other_host.json");
        assert!(published_by(stolen).is_empty());

        let uri = "https://far.example/users/rita";
        let key = |id: &str, owner: &str| json!({ "id": id, "owner": owner, "publicKeyPem": "x" });
        let controlled = |owner: &str| json!({ "id": KEY, "controller": owner, "publicKeyMultibase": "z" });
        let mallory = "https://far.example/users/mallory";
        for key in
            [key(KEY, mallory), key("https://evil.example/k", uri), controlled(mallory), json!(KEY), json!(7)]
        {
            assert!(published(&json!({ "id": uri, "publicKey": key }), uri).is_empty(), "{key}");
            assert!(published(&json!({ "id": uri, "assertionMethod": [key] }), uri).is_empty(), "{key}");
        }
    }

    #[test]
    fn a09_the_document_of_a_key_takes_its_place_only_where_the_actor_names_it() {
        let key = json!({ "id": "https://far.example/keys/1", "owner": "https://far.example/users/rita" });
        let embedded = |value: Value| {
            let mut actor = json!({ "publicKey": value });
            embed(&key, &mut actor);
            actor["publicKey"].clone()
        };

        assert_eq!(embedded(json!("https://far.example/keys/1")), key);
        assert_eq!(embedded(json!(["https://far.example/keys/1", KEY])), json!([key, KEY]));
        for other in [json!(KEY), json!([KEY]), json!({ "id": "https://far.example/keys/1" }), json!(null)] {
            assert_eq!(embedded(other.clone()), other);
        }
    }
}
