//! Public keys of others: from memory, from the database, from their own server.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use stadtbote_core::Error;
use stadtbote_core::store::{accounts, actor_keys};
use url::Url;

use crate::Federation;
use crate::signatures::PublicKey;

/// How long a key is used without asking the database again.
const REST: TimeDelta = TimeDelta::minutes(5);
/// A key that did not fit is fetched again, but not sooner than this after the last time.
const PATIENCE: TimeDelta = TimeDelta::minutes(1);
/// Most keys kept in memory.
const MOST: usize = 10_000;

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
        let Some(row) = actor_keys::find(self.app().db(), key_id).await? else { return Ok(None) };
        let Some(owner) = accounts::find(self.app().db(), row.account_id).await? else { return Ok(None) };
        let Ok(key) = PublicKey::from_pem(&row.public_key) else { return Ok(None) };
        let known = KnownKey { owner: owner.uri, key, fetched_at: row.fetched_at, read_at: now };
        self.inner.their_keys.put(key_id, known.clone());
        Ok(Some(known))
    }

    /// Whether it makes sense to ask the key's server whether it has a new one.
    pub(crate) fn may_fetch_again(&self, known: &KnownKey) -> bool {
        self.app().clock.now() - known.fetched_at > PATIENCE
    }

    /// The key with that id, fetched from its server with the account that it belongs to.
    ///
    /// # Errors
    /// [`Error::Remote`] if the server could not be asked; the sender should try again.
    pub(crate) async fn fetch_key(&self, key_id: &str) -> Result<Option<KnownKey>, Error> {
        let Ok(url) = Url::parse(key_id) else { return Ok(None) };
        self.inner.their_keys.forget(key_id);
        self.fetch_account(&url).await?;
        self.known_key(key_id).await
    }
}
