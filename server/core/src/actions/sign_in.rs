//! Signing in with a browser.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chrono::TimeDelta;

use crate::app::{Tx, secret, secret_hash};
use crate::domain::ids::{PersonId, RowId};
use crate::store::{person_credentials, persons, sessions, throttles};
use crate::{App, Error};

/// How long a session lasts.
pub const SESSION_LIFE: TimeDelta = TimeDelta::days(14);

/// Wrong passwords for one mail address, and from one address of the network, before the brake holds.
const MOST_FAILURES: [i32; 2] = [10, 50];
/// How long failures are counted together.
const FAILURE_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Signs a person in; gives the session's secret.
///
/// An unknown mail address takes as long and gets the same answer as a wrong password.
pub async fn sign_in(app: &App, email: &str, password: &str, from: &str) -> Result<String, Error> {
    let now = app.clock.now();
    let keys =
        [format!("sign in {}", secret_hash(&email.trim().to_lowercase())), format!("sign in from {from}")];
    for (key, most) in keys.iter().zip(MOST_FAILURES) {
        if let Some(failures) = throttles::find(app.db(), key, now).await?
            && failures.count >= most
        {
            return Err(Error::TooMany((failures.ends_at - now).num_seconds().max(1).unsigned_abs()));
        }
    }
    let person = persons::find_by_email(app.db(), email).await?.filter(|person| person.left_at.is_none());
    let hash = match &person {
        Some(person) => person_credentials::find(app.db(), person.id).await?.map(|row| row.password_hash),
        None => None,
    };
    let is_right = verify(app, password, hash).await?;

    let tx = app.begin_write().await?;
    let Some(person) = person.filter(|_| is_right) else {
        for key in &keys {
            throttles::count(&tx, key, now, now + FAILURE_WINDOW).await?;
        }
        tx.commit().await?;
        return Err(Error::SignInNeeded);
    };
    throttles::delete(&tx, &keys[0]).await?;
    let session = begin_session(app, &tx, person.id).await?;
    tx.commit().await?;
    Ok(session)
}

/// The person behind a session's secret.
pub async fn person_of(app: &App, session: &str) -> Result<Option<persons::Model>, Error> {
    let Some(session) = sessions::find(app.db(), &secret_hash(session), app.clock.now()).await? else {
        return Ok(None);
    };
    Ok(persons::find(app.db(), session.person_id).await?.filter(|person| person.left_at.is_none()))
}

/// Ends a session.
pub async fn sign_out(app: &App, session: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    sessions::delete(&tx, &secret_hash(session)).await?;
    tx.commit().await
}

pub(crate) async fn begin_session(app: &App, tx: &Tx, person: PersonId) -> Result<String, Error> {
    let token = secret();
    let now = app.clock.now();
    let row = sessions::Model {
        id: app.id(RowId),
        token_hash: secret_hash(&token),
        person_id: person,
        created_at: now,
        expires_at: now + SESSION_LIFE,
    };
    sessions::insert(tx, row).await?;
    Ok(token)
}

/// The hash of a password, by Argon2id with its default cost (19 MiB, two passes: OWASP's advice).
pub(crate) async fn hash(app: &App, password: &str) -> Result<String, Error> {
    let password = password.to_owned();
    off_thread(app, move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(Error::unexpected)
    })
    .await?
}

async fn verify(app: &App, password: &str, hash: Option<String>) -> Result<bool, Error> {
    let password = password.to_owned();
    off_thread(app, move || match hash.as_deref().map(PasswordHash::new) {
        Some(Ok(hash)) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        _ => {
            // The same work for nobody, so that the time does not tell who exists.
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let _slot = app.password_slots.acquire().await.map_err(Error::unexpected)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::unexpected)
}
