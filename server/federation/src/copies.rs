//! Pictures of others, shown from here: fetched when somebody looks, kept as small copies.
//!
//! Readers ask only us, so no server elsewhere learns who reads what here. What is fetched is decoded and written anew
//! (`actions/copies.rs`): nothing that another server sent is passed on as it came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderName, StatusCode, header};
use stadtbote_core::actions::copies;
use stadtbote_core::domain::copies::Use;
use stadtbote_core::media::{Kind, MediaError};
use stadtbote_core::{App, Error};
use tokio::sync::Semaphore;
use url::Url;

use crate::Federation;

/// How many pictures are fetched at the same time; who comes then waits.
const AT_ONCE: usize = 16;
/// How long somebody waits for a place, and for another who fetches the same picture.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a picture that could not be had is not asked for again.
const REST: TimeDelta = TimeDelta::minutes(10);
/// How many failures are remembered; when they are more, all are forgotten.
const MOST_FAILURES: usize = 4096;

/// What is being fetched, and what could not be.
pub(crate) struct Copies {
    places: Semaphore,
    under_way: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    failures: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Default for Copies {
    fn default() -> Self {
        Copies { places: Semaphore::new(AT_ONCE), under_way: Mutex::default(), failures: Mutex::default() }
    }
}

impl Copies {
    fn has_failed(&self, hash: &str, now: DateTime<Utc>) -> bool {
        lock(&self.failures).get(hash).is_some_and(|at| now - *at < REST)
    }

    fn remember_failure(&self, hash: &str, now: DateTime<Utc>) {
        let mut failures = lock(&self.failures);
        if failures.len() >= MOST_FAILURES {
            failures.clear();
        }
        failures.insert(hash.to_owned(), now);
    }

    /// The turn of those who want one picture.
    fn turn(&self, hash: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut under_way = lock(&self.under_way);
        under_way.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(under_way.entry(hash.to_owned()).or_default())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A copy is of what stands at one address; within a day a picture that is gone is seen no more. It can't run anything
/// wherever it is shown.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::CACHE_CONTROL, "public, max-age=86400"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

/// Shows a copy.
pub(crate) async fn show(
    State(federation): State<Federation>,
    Path((used, id, hash)): Path<(String, i64, String)>,
) -> Response {
    let Some(used) = Use::parse(&used).filter(|_| is_hash(&hash)) else { return nothing() };
    match federation.copy(used, id, &hash).await {
        Ok(Some((kind, bytes))) => (HEADERS, [(header::CONTENT_TYPE, kind.mime())], bytes).into_response(),
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(cause = ?error, "A picture of others could not be shown");
            let again = [(header::RETRY_AFTER, "30")];
            (StatusCode::SERVICE_UNAVAILABLE, again, "The picture can't be shown now.").into_response()
        }
    }
}

fn is_hash(hash: &str) -> bool {
    hash.len() == 32 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn nothing() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], "There is no such picture.")
        .into_response()
}

impl Federation {
    async fn copy(&self, used: Use, id: i64, hash: &str) -> Result<Option<(Kind, Vec<u8>)>, Error> {
        let app = self.app();
        let Some(url) = copies::find(app, used, id, hash).await? else { return Ok(None) };
        if let Some(copy) = copies::read(app, hash).await? {
            return Ok(Some(copy));
        }
        match tokio::time::timeout(PATIENCE, self.fetch_copy(app, used, &url, hash)).await {
            Ok(copy) => copy,
            Err(_) => Ok(None),
        }
    }

    async fn fetch_copy(
        &self,
        app: &App,
        used: Use,
        url: &str,
        hash: &str,
    ) -> Result<Option<(Kind, Vec<u8>)>, Error> {
        let known = &self.inner.copies;
        let turn = known.turn(hash);
        let _turn = turn.lock().await;
        if let Some(copy) = copies::read(app, hash).await? {
            return Ok(Some(copy));
        }
        let now = app.clock.now();
        if known.has_failed(hash, now) {
            return Ok(None);
        }
        let _place = known.places.acquire().await.map_err(Error::unexpected)?;
        if !copies::has_room(app).await {
            return Ok(None);
        }
        let Ok(url) = Url::parse(url) else { return Ok(None) };
        let bytes = match self.client().await?.get_picture(&url, now).await {
            Ok(fetched) if fetched.status == 200 => fetched.body,
            failed => {
                let cause = failed.map_or_else(|error| error.to_string(), |answer| answer.status.to_string());
                tracing::debug!(%url, cause, "A picture of others can't be had");
                known.remember_failure(hash, now);
                return Ok(None);
            }
        };
        match copies::make(app, used, hash, bytes.to_vec()).await {
            Ok(copy) => Ok(Some(copy)),
            Err(MediaError::Storage(error)) => Err(Error::unexpected(error)),
            Err(error) => {
                tracing::debug!(%url, %error, "A picture of others can't be shown");
                known.remember_failure(hash, now);
                Ok(None)
            }
        }
    }
}
