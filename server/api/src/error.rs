//! How errors look to clients: `{"error": …}` with the status and the words that Mastodon uses.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use stadtbote_core::Error;
use stadtbote_core::store::DbErr;

/// An answer that says why not.
///
/// Clients log their person out on 401, so it is for tokens only, never for a lack of rights.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Body,
    retry_after: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Body {
    error: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'static str>,
}

/// When it is worth trying again what could not be done because of the database or the disk.
const RETRY_AFTER_SECONDS: u64 = 10;

/// What a program must bring to be let in, as RFC 6750 (3) has it.
const CHALLENGE: HeaderValue = HeaderValue::from_static(
    "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"The access token is invalid\"",
);

impl ApiError {
    fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> ApiError {
        let body = Body { error: text.into(), error_description: None };
        ApiError { status, body, retry_after: None }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// 400: the request makes no sense.
    pub(crate) fn bad_request(text: &'static str) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, text)
    }

    /// 401: no token where one is needed, or one that is not ours or no longer valid.
    pub(crate) fn invalid_token() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "The access token is invalid")
    }

    /// 401: the public may not ask this.
    pub(crate) fn token_needed() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "This method requires an authenticated user")
    }

    /// 422: a client's own token, where a person's is needed.
    pub(crate) fn person_needed() -> ApiError {
        ApiError::unprocessable("This method requires an authenticated user")
    }

    /// 403: the token was not granted this.
    pub(crate) fn outside_scopes() -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "This action is outside the authorized scopes")
    }

    /// 404: there is no such thing, or not for this person.
    pub(crate) fn no_record() -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "Record not found")
    }

    /// 404: there is no such address.
    pub(crate) fn no_route() -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "Not Found")
    }

    /// 413: more bytes than are taken.
    pub(crate) fn too_large() -> ApiError {
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large")
    }

    /// 422: understood, but it can't be done like this.
    pub(crate) fn unprocessable(text: impl Into<Cow<'static, str>>) -> ApiError {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, text)
    }

    /// 429, with the seconds after which it is worth trying again.
    pub(crate) fn too_many(seconds: u64) -> ApiError {
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
        ApiError { retry_after: Some(seconds), ..error }
    }

    /// An OAuth error, as RFC 6749 has it.
    pub(crate) fn oauth(status: StatusCode, code: &'static str, description: &'static str) -> ApiError {
        let body = Body { error: code.into(), error_description: Some(description) };
        ApiError { status, body, retry_after: None }
    }

    /// 503: something that we need does not work at the moment; the cause is for the log alone.
    fn unavailable(cause: &dyn std::fmt::Display) -> ApiError {
        tracing::error!(%cause, "A request of a client program can't be answered now");
        let sentence = "The server can't do this right now. Try again in a moment.";
        let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, sentence);
        ApiError { retry_after: Some(RETRY_AFTER_SECONDS), ..error }
    }

    /// 500: our fault; the cause is for the log alone.
    fn broken(cause: &dyn std::fmt::Display) -> ApiError {
        tracing::error!(%cause, "A request of a client program failed");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Try again in a moment.")
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            // What was there and is gone is as unknown as what never was: 410 is for other servers.
            Error::NotFound(_) | Error::Gone(_) => ApiError::no_record(),
            Error::Invalid { field, reason } => {
                ApiError::unprocessable(format!("Validation failed: {field} {reason}"))
            }
            Error::Forbidden => ApiError::new(StatusCode::FORBIDDEN, "This action is not allowed"),
            Error::SignInNeeded => ApiError::invalid_token(),
            Error::Conflict(text) => ApiError::new(StatusCode::CONFLICT, text),
            Error::TooMany(seconds) => ApiError::too_many(seconds),
            Error::Remote(_) => {
                ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Remote data could not be fetched")
            }
            Error::Database(cause) => ApiError::unavailable(&cause),
            Error::Unavailable(cause) => ApiError::unavailable(&cause),
            Error::Unexpected(cause) => ApiError::broken(&cause),
        }
    }
}

impl From<DbErr> for ApiError {
    fn from(error: DbErr) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let is_about_token = self.status == StatusCode::UNAUTHORIZED && self.body.error_description.is_none();
        let mut response = (self.status, Json(self.body)).into_response();
        if is_about_token {
            response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The answer to addresses that are not there, and to methods that an address does not know: Mastodon says 404 to both.
pub(crate) async fn no_route() -> ApiError {
    ApiError::no_route()
}
