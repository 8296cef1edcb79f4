//! Answers and callers that are kept as long as nothing was written: a client asks for the same timeline again and again.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;
use stadtbote_core::app::secret_hash;
use stadtbote_core::fresh::{Fresh, Version};
use stadtbote_core::{App, Error};

use crate::auth::{self, Caller};

/// Most callers that are known at once.
const MOST_CALLERS: usize = 4096;
/// Most answers that are kept.
const MOST_ANSWERS: usize = 128;
/// A larger answer is made again each time.
const LARGEST: usize = 128 * 1024;

/// What is kept.
pub(crate) struct Kept {
    callers: Fresh<Caller>,
    answers: Fresh<(Parts, Bytes)>,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { callers: Fresh::new(MOST_CALLERS), answers: Fresh::new(MOST_ANSWERS) }
    }
}

/// Under which name the answer to a request is kept; none if it must be made for each.
///
/// Only what is asked for often, depends on nothing but the address and the caller, and changes nothing.
pub(crate) fn key(request: &Request, caller: &Caller) -> Option<String> {
    let address = request.uri().path_and_query()?.as_str();
    let who = match caller {
        Caller::Anonymous => String::new(),
        Caller::Known(identity) => identity.token.row.id.to_string(),
        Caller::Unknown => return None,
    };
    let starts = ["/api/v1/timelines/", "/api/v1/statuses/", "/api/v1/instance", "/api/v2/instance"];
    let is_often_asked = starts.iter().any(|start| address.starts_with(start))
        || (address.starts_with("/api/v1/accounts/") && request.uri().path().ends_with("/statuses"));
    is_often_asked.then(|| format!("{who} {address}"))
}

impl Kept {
    /// Who asks, by the secret that came along.
    pub(crate) async fn caller(
        &self,
        app: &App,
        version: &Version,
        secret: Option<String>,
    ) -> Result<Caller, Error> {
        match secret {
            Some(secret) => {
                let key = secret_hash(&secret);
                self.callers.get(version, key, auth::identify(app, Some(secret))).await
            }
            None => Ok(Caller::Anonymous),
        }
    }

    /// The answer kept under `key`, or the one that `next` makes.
    pub(crate) async fn answer(
        &self,
        version: &Version,
        key: String,
        request: Request,
        next: Next,
    ) -> Response {
        let make = async {
            let (parts, body) = next.run(request).await.into_parts();
            // What fails is not kept, and neither is what has no end.
            if parts.status != StatusCode::OK || size(&body).is_none_or(|size| size > LARGEST) {
                return Err(Response::from_parts(parts, body));
            }
            match to_bytes(body, LARGEST).await {
                Ok(body) => Ok((parts, body)),
                Err(error) => {
                    tracing::error!(%error, "An answer could not be read to its end");
                    Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
                }
            }
        };
        match self.answers.get(version, key, make).await {
            Ok((parts, body)) => Response::from_parts(parts, Body::from(body)),
            Err(response) => response,
        }
    }
}

/// How long a body is, where it is known.
fn size(body: &Body) -> Option<usize> {
    body.size_hint().exact().and_then(|size| usize::try_from(size).ok())
}
