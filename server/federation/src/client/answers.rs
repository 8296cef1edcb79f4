//! What a host answers, within bounds, and what went wrong.

use std::{error::Error as StdError, io, time::Duration};

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use thiserror::Error;
use tokio::time::timeout;
use url::Url;

use crate::{address::Refusal, signatures};

/// Most bytes of a response's body, counted as they arrive (nothing is decompressed).
pub const MAX_BODY: usize = 1024 * 1024;

/// Most bytes of a picture.
pub const MAX_PICTURE: usize = 8 * 1024 * 1024;

/// Why a request came to nothing. Texts in it are for the log, not for the world.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// Our own rules forbid it; trying again changes nothing unless the host changes.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The name does not lead to any address.
    #[error("the name could not be resolved")]
    Dns,
    /// No connection came about, or it broke, or what came over it was not HTTP.
    #[error("no connection: {0}")]
    Connect(String),
    /// The certificate or the handshake was not acceptable.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Connecting took 5 s, or all together 10 s.
    #[error("the host took too long")]
    Timeout,
    /// The body is larger than it may be.
    #[error("the answer is too large")]
    TooLarge,
    /// Our key could not sign.
    #[error("the request could not be signed")]
    Signing,
    /// Anything else, such as a body that breaks off or is compressed although we asked that it should not
    /// be.
    #[error("the request failed: {0}")]
    Other(String),
}

/// What a GET brought, after redirects; with any status.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where the answer came from, without a fragment.
    pub final_url: Url,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`, if there is exactly one and it is text.
    pub content_type: Option<String>,
    /// The `Retry-After`, as in [`Answer`].
    pub retry_after: Option<Duration>,
    /// The body, at most [`MAX_BODY`] bytes, or [`MAX_PICTURE`].
    pub body: Bytes,
}

/// What a host said to a POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; a redirect is an answer like any other.
    pub status: u16,
    /// How long the host asks us to wait, however absurd; `None` also if it cannot be read.
    pub retry_after: Option<Duration>,
}

/// What a host has said to a POST.
pub(super) async fn answer(response: reqwest::Response, now: DateTime<Utc>) -> Answer {
    let answer =
        Answer { status: response.status().as_u16(), retry_after: retry_after(response.headers(), now) };
    // Outside of the time limit: an answer that has come is not lost because its end is slow.
    drain(response).await;
    answer
}

pub(super) fn redirect_target(response: &reqwest::Response, from: &Url) -> Result<Option<Url>, RequestError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = single(response.headers(), LOCATION).ok_or(Refusal::RedirectTarget)?;
    Ok(Some(from.join(location).map_err(|_| Refusal::RedirectTarget)?))
}

pub(super) async fn read(
    mut response: reqwest::Response,
    url: Url,
    most: usize,
    now: DateTime<Utc>,
) -> Result<Fetched, RequestError> {
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(RequestError::Other("the answer is compressed".to_owned()));
    }
    let too_large = |length: usize| length > most;
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, too_large)) {
        return Err(RequestError::TooLarge);
    }

    let status = response.status().as_u16();
    let content_type = single(response.headers(), CONTENT_TYPE).map(str::to_owned);
    let retry_after = retry_after(response.headers(), now);
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
        if too_large(body.len() + chunk.len()) {
            return Err(RequestError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched { final_url: url, status, content_type, retry_after, body: body.freeze() })
}

/// Reads the small rest of an answer that nobody needs, so that its connection can be used again.
pub(super) async fn drain(mut response: reqwest::Response) {
    let reading = async {
        let mut length = 0;
        while length < 16 * 1024
            && let Ok(Some(chunk)) = response.chunk().await
        {
            length += chunk.len();
        }
    };
    // The answer is known already: whoever dawdles now loses the connection, not the delivery.
    let _ = timeout(Duration::from_millis(500), reading).await;
}

/// The text of a header that comes exactly once.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok().map(str::trim)
}

/// `Retry-After` as seconds or as a date; a date in the past is no wait at all.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = single(headers, RETRY_AFTER)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let until = signatures::parse_http_date(text)? - now;
    Some(until.to_std().unwrap_or_default())
}

/// Whether a connection that stood was closed before an answer came. A kept one may be closed in the moment in which it is
/// used again; a GET may then be sent once more (RFC 9110, section 9.2.2), and fronts such as HAProxy count on it.
pub(super) fn is_broken_off(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

pub(super) fn classify(error: &reqwest::Error) -> RequestError {
    let mut innermost: &(dyn StdError + 'static) = error;
    loop {
        if let Some(found) = classify_cause(innermost) {
            return found;
        }
        match innermost.source() {
            Some(source) => innermost = source,
            None => break,
        }
    }
    if error.is_timeout() {
        RequestError::Timeout
    } else if error.is_dns() {
        RequestError::Dns
    } else if error.is_request() {
        RequestError::Connect(innermost.to_string())
    } else {
        RequestError::Other(innermost.to_string())
    }
}

fn classify_cause(cause: &(dyn StdError + 'static)) -> Option<RequestError> {
    if let Some(refusal) = cause.downcast_ref::<Refusal>() {
        return Some(RequestError::Refused(refusal.clone()));
    }
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(RequestError::Tls(tls.to_string()));
    }
    // An I/O error hides what it wraps from `source`.
    classify_cause(cause.downcast_ref::<io::Error>()?.get_ref()?)
}
