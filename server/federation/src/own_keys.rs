//! The keys of our own accounts: made, remembered, replaced.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use stadtbote_core::actions::keys::{self, NewKey};
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::{account_keys, accounts};
use stadtbote_core::{App, Error};

use crate::Federation;
use crate::signatures::keys::{DocumentKey, SigningKey, generate, generate_ed25519};

/// How long a key is used before it is looked up whether another process has replaced it.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);

/// Parsed keys by their accounts.
pub(crate) struct Cache<K>(RwLock<HashMap<AccountId, (Arc<K>, Instant)>>);

impl<K> Default for Cache<K> {
    fn default() -> Self {
        Cache(RwLock::default())
    }
}

impl<K> Cache<K> {
    fn get(&self, account: AccountId, now: Instant) -> Option<Arc<K>> {
        let keys = self.0.read().ok()?;
        let (key, since) = keys.get(&account)?;
        (now - *since < REMEMBERED_FOR).then(|| Arc::clone(key))
    }

    fn put(&self, account: AccountId, key: K) -> Arc<K> {
        let key = Arc::new(key);
        if let Ok(mut keys) = self.0.write() {
            keys.insert(account, (Arc::clone(&key), Instant::now()));
        }
        key
    }

    fn forget(&self, account: AccountId) {
        if let Ok(mut keys) = self.0.write() {
            keys.remove(&account);
        }
    }
}

impl Federation {
    /// The parsed key that an account of ours signs with.
    pub(crate) async fn signing_key(&self, account: AccountId) -> Result<Arc<SigningKey>, Error> {
        if let Some(key) = self.inner.own_keys.get(account, Instant::now()) {
            return Ok(key);
        }
        let row = self.key_row(account, account_keys::RSA).await?;
        let key = SigningKey::from_pkcs8(row.key_id, &row.private_key).map_err(Error::unexpected)?;
        Ok(self.inner.own_keys.put(account, key))
    }

    /// The parsed key that an account of ours signs documents with.
    pub(crate) async fn document_key(&self, account: AccountId) -> Result<Arc<DocumentKey>, Error> {
        if let Some(key) = self.inner.own_document_keys.get(account, Instant::now()) {
            return Ok(key);
        }
        let row = self.key_row(account, account_keys::ED25519).await?;
        let key = DocumentKey::from_pkcs8(row.key_id, &row.private_key).map_err(Error::unexpected)?;
        Ok(self.inner.own_document_keys.put(account, key))
    }

    /// Looks up anew what this account signs with, when it does so next.
    pub(crate) fn forget_own_keys(&self, account: AccountId) {
        self.inner.own_keys.forget(account);
        self.inner.own_document_keys.forget(account);
    }

    /// A key of ours; made now, where the job that makes it has not run yet.
    async fn key_row(&self, account: AccountId, algorithm: &str) -> Result<account_keys::Model, Error> {
        let db = self.app().db();
        if let Some(row) = account_keys::find_current(db, account, algorithm).await? {
            return Ok(row);
        }
        let row = accounts::find(db, account).await?.ok_or(Error::NotFound("Account"))?;
        self.make_missing_keys(self.app(), vec![row]).await?;
        let made = account_keys::find_current(db, account, algorithm).await?;
        made.ok_or_else(|| Error::Remote("our own key is not made yet".into()))
    }

    /// Makes the keys of a new account, and those of the server if there are none yet.
    pub(crate) async fn make_keys(&self, app: &App, account: AccountId) -> Result<(), Error> {
        let instance = keys::instance(self.app()).await?;
        let account = accounts::find(app.db(), account).await?;
        self.make_missing_keys(app, account.into_iter().chain([instance]).collect()).await
    }

    pub(crate) async fn make_missing_keys(&self, app: &App, of: Vec<accounts::Model>) -> Result<(), Error> {
        let mut new = Vec::new();
        for account in keys::without_key(app, of.clone(), account_keys::RSA).await? {
            new.push(new_rsa(account.id).await?);
        }
        for account in keys::without_key(app, of, account_keys::ED25519).await? {
            new.push(new_ed25519(account.id)?);
        }
        if new.is_empty() {
            return Ok(());
        }
        keys::put(app, new).await
    }

    /// Gives an account of ours new keys in place of its old ones, and tells the servers of its followers. The process that
    /// tells them signs with the new ones from then on, others within a minute.
    pub async fn replace_keys(&self, name: &str) -> Result<accounts::Model, Error> {
        let account = accounts::find_ours(self.app().db(), name).await?.ok_or(Error::NotFound("Account"))?;
        let new = vec![new_rsa(account.id).await?, new_ed25519(account.id)?];
        keys::replace(self.app(), account.id, new).await
    }
}

async fn new_rsa(account: AccountId) -> Result<NewKey, Error> {
    let made = tokio::task::spawn_blocking(generate).await.map_err(Error::unexpected)?;
    let key = made.map_err(Error::unexpected)?;
    Ok(NewKey {
        account,
        algorithm: account_keys::RSA,
        private_key: key.private_pkcs8,
        public_key: key.public_pem,
    })
}

fn new_ed25519(account: AccountId) -> Result<NewKey, Error> {
    let (private_key, public_key) = generate_ed25519().map_err(Error::unexpected)?;
    Ok(NewKey { account, algorithm: account_keys::ED25519, private_key, public_key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_looked_up_again_after_a_minute() {
        let cache = Cache::default();
        let account = AccountId(1);

        cache.put(account, "key");

        let now = Instant::now();
        assert_eq!(cache.get(account, now).as_deref(), Some(&"key"));
        assert_eq!(cache.get(account, now + REMEMBERED_FOR), None);
    }
}
