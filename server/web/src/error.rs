//! How this door shows what went wrong.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use stadtbote_core::{App, Error};

use crate::pages::public::ErrorPage;
use crate::request::Asked;
use crate::respond::page;

/// Why a page can't be shown.
pub(crate) enum Refusal {
    /// The inside said no.
    Inside(Error),
    /// The form was too large.
    TooLarge,
    /// The request can't be read.
    Unreadable,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Inside(error)
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Inside(error) => match error {
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Gone(_) => StatusCode::GONE,
                Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                Error::Forbidden | Error::SignInNeeded => StatusCode::FORBIDDEN,
                Error::Conflict(_) => StatusCode::CONFLICT,
                Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
                Error::Remote(_) => StatusCode::SERVICE_UNAVAILABLE,
                Error::Database(_) | Error::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// The page that says it. A fault of ours is logged here, once.
    pub(crate) fn page(&self, app: &App, asked: &Asked) -> Response {
        match self {
            Self::Inside(Error::Database(error)) => {
                tracing::error!(%error, path = asked.path, "A page failed at the database")
            }
            Self::Inside(Error::Unexpected(error)) => {
                tracing::error!(%error, path = asked.path, "A page failed")
            }
            _ => {}
        }
        let status = self.status();
        let mut response = error_page(app, asked, status);
        if let Self::Inside(Error::TooMany(seconds)) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }
}

/// The page for a status.
pub(crate) fn error_page(app: &App, asked: &Asked, status: StatusCode) -> Response {
    let t = asked.t;
    let (heading, text) = match status.as_u16() {
        400 => (t.say("error-400"), t.say("error-400-text")),
        403 => (t.say("error-403"), t.say("error-403-text")),
        404 => (t.say("error-404"), t.say("error-404-text")),
        409 => (t.say("error-409"), t.say("error-409-text")),
        410 => (t.say("error-410"), t.say("error-410-text")),
        413 => (t.say("error-413"), t.say("error-413-text")),
        422 => (t.say("error-422"), t.say("error-422-text")),
        429 => (t.say("error-429"), t.say("error-429-text")),
        503 => (t.say("error-503"), t.say("error-503-text")),
        _ => (t.say("error-500"), t.say("error-500-text")),
    };
    let shell = asked.shell(app, &heading, asked.session().is_some());
    let answer = ErrorPage { t, shell, status: status.as_u16().to_string(), heading, text };
    page(status, &answer).into_response()
}

/// Shows the page of an action that was refused.
pub(crate) trait OrPage<T> {
    /// The value, or the page that says why there is none.
    #[allow(clippy::result_large_err, reason = "it is made once for a request, and then it is the answer")]
    fn or_page(self, app: &App, asked: &Asked) -> Result<T, Response>;
}

impl<T, E: Into<Error>> OrPage<T> for Result<T, E> {
    fn or_page(self, app: &App, asked: &Asked) -> Result<T, Response> {
        self.map_err(|error| Refusal::from(error.into()).page(app, asked))
    }
}
