//! What is common to all requests: where they come from, how large they may be, what is told of them.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, Method, StatusCode};
use http_body_util::Limited;
use metrics::{counter, histogram};
use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::client_address::ClientAddress;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_http::timeout::TimeoutBody;

const MEGABYTE: usize = 1024 * 1024;
/// What a request without files may have.
const SMALL: usize = 2 * MEGABYTE;
/// Most megabytes of larger bodies at once: two films, or many pictures.
const ROOM: usize = 200;
/// Bodies up to here take no room: as many of them as there may be connections take 128 MB.
const TINY: usize = 32 * 1024;
/// Most megabytes at once of bodies between the two, each counted as at least one: activities, posts, forms.
const ROOM_FOR_SMALL: usize = 100;
/// How long a large body waits for room.
const ROOM_WITHIN: Duration = Duration::from_secs(5);
/// How long the next piece of a request's body may be waited for.
const NEXT_PIECE: Duration = Duration::from_secs(30);

/// Counts and logs a request, and puts the headers on the answer that all have.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();

    let mut response = next.run(request).await;

    let (time, status, door) = (begin.elapsed(), response.status(), door(&path));
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    counter!("stadtbote_http_requests_total", "door" => door, "status" => class).increment(1);
    histogram!("stadtbote_http_request_seconds", "door" => door).record(time.as_secs_f64());
    tracing::debug!(
        %method,
        path = stadtbote_web::without_secret(&path),
        status = status.as_u16(),
        ms = time.as_millis(),
        "Request answered"
    );
    secure(response.headers_mut(), app.config.server.federates());
    unite_vary(response.headers_mut());
    response
}

/// Says once and in one line what an answer depends on: several rooms add to it without knowing of each other.
fn unite_vary(headers: &mut HeaderMap) {
    if headers.get_all(VARY).iter().count() < 2 {
        return;
    }
    let mut names: Vec<&str> = Vec::new();
    let lines = headers.get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    for name in lines.flat_map(|line| line.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    if let Ok(line) = HeaderValue::try_from(names.join(", ")) {
        headers.insert(VARY, line);
    }
}

/// The door that a path leads to, for the metrics.
fn door(path: &str) -> &'static str {
    let begins_with = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    match path {
        "/health" => "health",
        "/inbox" => "inbox",
        _ if path.starts_with("/users/") && path.ends_with("/inbox") => "inbox",
        _ if begins_with(&["/api/", "/oauth/"]) => "api",
        _ if begins_with(&["/users/", "/actor", "/.well-known/", "/nodeinfo/"]) => "federation",
        _ if begins_with(&["/media/", "/copies/"]) => "media",
        _ => "web",
    }
}

/// Headers that keep browsers from guessing, framing and telling, unless a door said it better.
fn secure(headers: &mut HeaderMap, is_https: bool) {
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if is_https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
}

/// The mark of an answer that a panic left behind.
#[derive(Clone, Copy)]
struct Panicked;

/// Refuses an address with a NUL in it, which no database takes and nothing of ours has.
pub(super) async fn refuse_nul(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        return failed(request.uri().path(), StatusCode::BAD_REQUEST, "There is no such address.");
    }
    next.run(request).await
}

/// Puts a clean answer in the place of one that a panic left behind.
pub(super) async fn mend(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_some() { broken(&path) } else { response }
}

/// What remains of a request whose handler panicked; the log has the cause.
pub(super) fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Panicked);
    response
}

/// Says that something broke, in the language of the door.
fn broken(path: &str) -> Response {
    failed(path, StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Try again in a moment.")
}

fn failed(path: &str, status: StatusCode, sentence: &str) -> Response {
    match door(path) {
        "web" | "media" => (status, sentence.to_owned()).into_response(),
        _ => (status, Json(json!({ "error": sentence }))).into_response(),
    }
}

/// Writes down where a request comes from.
pub(super) async fn find_client(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let forwarded = request.headers().get_all("x-forwarded-for");
        let forwarded: Vec<&str> = forwarded.iter().filter_map(|line| line.to_str().ok()).collect();
        let trusted = &app.config.server.trusted_proxies;
        let client = ClientAddress::find(peer.ip(), forwarded.into_iter(), trusted);
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

/// Room for bodies, which are held in memory while they are worked on, by megabytes. Files have room of their own: a flood
/// of activities must not keep anybody from sending a picture, nor the other way round.
#[derive(Clone)]
pub(super) struct Room {
    files: Arc<Semaphore>,
    small: Arc<Semaphore>,
}

impl Default for Room {
    fn default() -> Self {
        Room { files: Arc::new(Semaphore::new(ROOM)), small: Arc::new(Semaphore::new(ROOM_FOR_SMALL)) }
    }
}

impl Room {
    /// Takes room for so many bytes, and waits for it a little.
    async fn take(&self, bytes: usize, within: Duration) -> Option<OwnedSemaphorePermit> {
        let room = if bytes > SMALL { &self.files } else { &self.small };
        let megabytes = u32::try_from(bytes.div_ceil(MEGABYTE).min(ROOM)).ok()?;
        let room = Arc::clone(room).acquire_many_owned(megabytes);
        tokio::time::timeout(within, room).await.ok()?.ok()
    }
}

/// Refuses bodies that are larger than anything the door could want (the doors say it more exactly), and large ones for
/// which there is no room now.
///
/// Doors that take files ask who is there before they read the body, so strangers do not hold room for long.
pub(super) async fn limit_body(State(room): State<Room>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let most = most_bytes(request.method(), path);
    let has_body = request.headers().contains_key(CONTENT_LENGTH) || !request.body().is_end_stream();
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let bytes = told.unwrap_or(if has_body { most } else { 0 });
    if bytes > most {
        return failed(path, StatusCode::PAYLOAD_TOO_LARGE, "What you sent is too large");
    }
    let mut taken = None;
    if bytes > TINY {
        taken = room.take(bytes, ROOM_WITHIN).await;
        if taken.is_none() {
            let sentence = "Too much is being sent at once. Try again in a moment.";
            let mut response = failed(path, StatusCode::SERVICE_UNAVAILABLE, sentence);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
            return response;
        }
    }
    let body = |body| Body::new(TimeoutBody::new(NEXT_PIECE, Limited::new(body, most)));
    let response = next.run(request.map(body)).await;
    drop(taken);
    response
}

fn most_bytes(method: &Method, path: &str) -> usize {
    match door(path) {
        "inbox" => MEGABYTE,
        "api" if path.trim_end_matches('/').ends_with("/media") && method == Method::POST => 100 * MEGABYTE,
        // A thumbnail, a profile picture and header: pictures as cameras make them.
        "api" if path.contains("/media/") || path.ends_with("/update_credentials") => 40 * MEGABYTE,
        // The workbench: its forms with files say themselves how much they take.
        "web" if path.starts_with("/redaktion") => 100 * MEGABYTE,
        _ => SMALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_may_be_large() {
        let megabytes = |method: Method, path: &str| most_bytes(&method, path) / MEGABYTE;

        assert_eq!(megabytes(Method::POST, "/users/press/inbox"), 1);
        assert_eq!(megabytes(Method::POST, "/inbox"), 1);
        assert_eq!(megabytes(Method::POST, "/api/v2/media"), 100);
        assert_eq!(megabytes(Method::PUT, "/api/v1/media/7"), 40);
        assert_eq!(megabytes(Method::PATCH, "/api/v1/accounts/update_credentials"), 40);
        assert_eq!(megabytes(Method::POST, "/api/v1/statuses"), 2);
        assert_eq!(megabytes(Method::POST, "/auth/sign_in"), 2);
    }

    #[tokio::test]
    async fn large_bodies_wait_for_room_and_then_come_in_vain() {
        let room = Room::default();
        let take = async |megabytes: usize| room.take(megabytes * MEGABYTE, Duration::from_millis(20)).await;

        let first = take(150).await;
        let second = take(51).await;
        let small = take(50).await;
        drop(first);
        let third = take(51).await;

        assert!(second.is_none() && small.is_some() && third.is_some());

        let activities: Vec<_> = futures::future::join_all((0..101).map(|_| take(1))).await;
        assert_eq!(activities.iter().flatten().count(), 100);
        assert!(take(99).await.is_some(), "they take nothing of the room for files");
    }
}
