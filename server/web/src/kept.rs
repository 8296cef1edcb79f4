//! Pages that are kept as long as nothing was written: in an emergency, thousands read the same one.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::response::Parts;
use http::{Method, StatusCode, header};
use stadtbote_core::App;
use stadtbote_core::fresh::Fresh;

use crate::public::profiles::wants_activity;
use crate::request::Asked;

/// Most pages that are kept.
const MOST_PAGES: usize = 128;
/// A larger page is made again each time.
const LARGEST: usize = 128 * 1024;

/// What is kept.
pub(crate) struct Kept(Fresh<(Parts, Bytes)>);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Fresh::new(MOST_PAGES))
    }
}

/// Under which name the page that is asked for is kept; none if it must be made for each: pages speak differently to
/// people who are signed in, and bind their forms to a browser that has begun to sign in.
fn key(request: &Request, asked: &Asked) -> Option<String> {
    let is_public = ["/", "/transparency", "/transparency.csv"].contains(&asked.path.as_str())
        || asked.path.starts_with("/@")
        || asked.path.starts_with("/tags/");
    if *request.method() != Method::GET || !is_public || !asked.token().is_empty() {
        return None;
    }
    let kind = if wants_activity(&asked.headers) { "activity" } else { "page" };
    let query = asked.query.as_deref().unwrap_or_default();
    Some(format!("{} {kind} {}?{query}", asked.t.language().tag(), asked.path))
}

impl Kept {
    /// The page that is kept, or the one that `next` makes.
    pub(crate) async fn page(&self, app: &App, asked: &Asked, request: Request, next: Next) -> Response {
        let Some(key) = key(&request, asked) else { return next.run(request).await };
        // Whatever is wrong with the database, the handler says it better.
        let Ok(version) = app.version().await else { return next.run(request).await };
        let make = async {
            let (parts, body) = next.run(request).await.into_parts();
            let is_small = body.size_hint().exact().is_some_and(|size| size <= LARGEST as u64);
            if parts.status != StatusCode::OK || parts.headers.contains_key(header::SET_COOKIE) || !is_small {
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
        match self.0.get(&version, key, make).await {
            Ok((parts, body)) => Response::from_parts(parts, Body::from(body)),
            Err(response) => response,
        }
    }
}
