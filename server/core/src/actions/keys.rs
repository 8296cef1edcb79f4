//! Keys of our accounts, and the account that speaks for the server itself.

use serde_json::json;

use crate::actions::{accounts_of_ours, audit};
use crate::domain::ids::{AccountId, JobId, RowId};
use crate::domain::job::Job;
use crate::store::{account_keys, accounts, jobs};
use crate::{App, Error};

/// A key pair just made.
#[derive(Clone)]
pub struct NewKey {
    /// Whose it is.
    pub account: AccountId,
    /// What it is for: [`account_keys::RSA`] or [`account_keys::ED25519`].
    pub algorithm: &'static str,
    /// PKCS #8, DER.
    pub private_key: Vec<u8>,
    /// SubjectPublicKeyInfo in PEM, or a Multikey.
    pub public_key: String,
}

/// The id of an account's first key for requests, or for documents.
fn key_id(account: &accounts::Model, algorithm: &str) -> String {
    match algorithm {
        account_keys::ED25519 => format!("{}#ed25519-key", account.uri),
        _ => format!("{}#main-key", account.uri),
    }
}

/// Makes sure that there is an account that speaks for the server itself, and gives it.
pub async fn instance(app: &App) -> Result<accounts::Model, Error> {
    if let Some(found) = accounts::find_instance(app.db()).await? {
        return Ok(found);
    }
    let tx = app.begin_write().await?;
    if let Some(found) = accounts::find_instance(&*tx).await? {
        return Ok(found);
    }
    // A name with a dot can't be taken by anybody else.
    let name = app.config.server.account_domain.clone();
    let row = accounts::Model {
        display_name: app.config.instance.title.clone(),
        locked: true,
        followers: None,
        featured: None,
        ..accounts_of_ours::blank(app, app.id(AccountId), &name, "application")
    };
    accounts::insert(&tx, row.clone()).await?;
    tx.commit_part().await?;
    Ok(row)
}

/// Which of these accounts have no key of that kind yet.
pub async fn without_key(
    app: &App,
    of: Vec<accounts::Model>,
    algorithm: &str,
) -> Result<Vec<accounts::Model>, Error> {
    let mut without = Vec::new();
    for account in of {
        if account_keys::find_current(app.db(), account.id, algorithm).await?.is_none() {
            without.push(account);
        }
    }
    Ok(without)
}

/// Keeps new keys, each unless the account got one meanwhile.
pub async fn put(app: &App, new: Vec<NewKey>) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for key in new {
        let account = accounts::find(&*tx, key.account).await?.ok_or(Error::NotFound("Account"))?;
        if account_keys::find_current(&*tx, account.id, key.algorithm).await?.is_some() {
            continue;
        }
        let key_id = key_id(&account, key.algorithm);
        account_keys::insert(&tx, row(app, app.id(RowId), key_id, key)).await?;
    }
    tx.commit().await
}

/// Puts new keys in place of an account's old ones, and tells the followers. Their ids are new too: whoever has kept an old
/// key by its id must look for it, instead of finding a signature wrong.
pub async fn replace(app: &App, account: AccountId, new: Vec<NewKey>) -> Result<accounts::Model, Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let mut account = accounts::find(&*tx, account).await?.ok_or(Error::NotFound("Account"))?;
    account_keys::retire_all(&tx, account.id, now).await?;
    for key in new {
        let id = app.id(RowId);
        let key_id = format!("{}-{id}", key_id(&account, key.algorithm));
        account_keys::insert(&tx, row(app, id, key_id, key)).await?;
    }
    accounts::update(&tx, account.clone()).await?;
    account.version += 1;
    let told =
        Job::DistributeProfile { account: account.id, version: account.version, host: None, is_back: false };
    jobs::enqueue(&tx, app.id(JobId), &told, None, now).await?;
    audit::write(app, &tx, None, "keys replaced", account.id, json!({})).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(account)
}

fn row(app: &App, id: RowId, key_id: String, key: NewKey) -> account_keys::Model {
    account_keys::Model {
        id,
        account_id: key.account,
        key_id,
        private_key: key.private_key,
        public_key: key.public_key,
        created_at: app.clock.now(),
        retired_at: None,
        algorithm: key.algorithm.to_owned(),
    }
}
