//! Pictures and films of posts and profiles.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue,
};
use mime::Mime;
use stadtbote_core::App;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// A file never changes once it has its name, and it can't run anything wherever it is shown.
const HEADERS: [(HeaderName, &str); 4] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
];

/// Shows a file, or the part of it that is asked for.
pub(super) async fn show(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    let Some((mime, path)) = mime_of(&key).zip(app.media.path(&key).ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // It never fails: what can't be read is a status.
    let Ok(response) = ServeFile::new_with_mime(path, &mime).oneshot(request).await;
    let mut response = response.into_response();
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// The type of a file by the ending of its name; none for what we never wrote.
fn mime_of(key: &str) -> Option<Mime> {
    let mime = match key.rsplit_once('.')?.1 {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "avif" => "image/avif",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => return None,
    };
    mime.parse().ok()
}
