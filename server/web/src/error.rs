//! How this door shows what went wrong.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use stadtbote_core::{App, Error};

use crate::language::Texts;
use crate::pages::public::ErrorPage;
use crate::pages::staff::BenchErrorPage;
use crate::protection::without_secret;
use crate::request::{Asked, Member, Visitor, find_member};
use crate::respond::{page, private_page};
use crate::staff::{Area, bench, bench_for};
use crate::views::FieldErrors;

/// When it is worth trying again what could not be done because of the database or the disk.
const RETRY_AFTER_SECONDS: u64 = 10;

/// Why a page can't be shown.
pub(crate) enum Refusal {
    /// The inside said no.
    Inside(Error),
    /// The form was too large.
    TooLarge,
    /// The request can't be read.
    Unreadable,
}

/// Marks an answer that only says why there is no other, so that another frame can be put around it.
#[derive(Clone, Copy)]
struct Refused;

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
                Error::Remote(_) | Error::Database(_) | Error::Unavailable(_) => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
                Error::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// The page that says it. A fault of ours is logged here, once.
    pub(crate) fn page(&self, app: &App, asked: &Asked) -> Response {
        match self {
            Self::Inside(Error::Database(error)) => {
                tracing::error!(%error, path = without_secret(&asked.path), "A page failed at the database")
            }
            Self::Inside(Error::Unexpected(error) | Error::Unavailable(error)) => {
                tracing::error!(%error, path = without_secret(&asked.path), "A page failed")
            }
            _ => {}
        }
        let status = self.status();
        let mut response = error_page(app, asked, status);
        response.extensions_mut().insert(Refused);
        let again = match self {
            Self::Inside(Error::TooMany(seconds)) => Some(*seconds),
            Self::Inside(Error::Database(_) | Error::Unavailable(_)) => Some(RETRY_AFTER_SECONDS),
            _ => None,
        };
        if let Some(seconds) = again {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The page for a status.
pub(crate) fn error_page(app: &App, asked: &Asked, status: StatusCode) -> Response {
    let t = asked.t;
    let (heading, text) = words(t, status);
    let shell = asked.shell(app, &heading, asked.session().is_some());
    let answer = ErrorPage { t, shell, status: status.as_u16().to_string(), heading, text };
    page(status, &answer).into_response()
}

/// What a status means, and what can be done about it.
fn words(t: Texts, status: StatusCode) -> (String, String) {
    match status.as_u16() {
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
    }
}

/// Puts what went wrong in the workbench into its frame: who works there keeps the account and all the ways on.
pub(crate) async fn in_frame(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut kept = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(status) = refused(&response) else { return response };
    match framed(&app, &mut kept, status).await {
        Ok(Some(mut framed)) => {
            if let Some(after) = response.headers().get(header::RETRY_AFTER) {
                framed.headers_mut().insert(header::RETRY_AFTER, after.clone());
            }
            framed
        }
        // Without the database there is no frame either.
        Ok(None) | Err(_) => response,
    }
}

/// The status of an answer that holds nothing of its own.
///
/// The router answers in plain text where an address has a word in place of a number, or where the address of a form
/// is opened as if it were a page. For people both are addresses that lead nowhere.
fn refused(response: &Response) -> Option<StatusCode> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    if response.extensions().get::<Refused>().is_some() {
        return Some(status);
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_page = kind.is_some_and(|kind| kind.starts_with("text/html"));
    (!is_page).then_some(StatusCode::NOT_FOUND)
}

async fn framed(app: &App, parts: &mut Parts, status: StatusCode) -> Result<Option<Response>, Error> {
    let Ok(Visitor { asked, person: Some(person) }) = Visitor::from_request_parts(parts, app).await else {
        return Ok(None);
    };
    let t = asked.t;
    let name = asked.path.trim_start_matches("/redaktion/").split('/').next().unwrap_or_default();
    let bench = match find_member(app, &person, name).await {
        Ok(acting) => {
            let member = Member { asked: asked.clone(), person, acting };
            bench_for(app, &member, Area::Nowhere).await?
        }
        Err(Error::NotFound(_) | Error::Forbidden) => bench(app, &asked, &person, Area::Nowhere).await?,
        Err(error) => return Err(error),
    };
    let (heading, text) = match status {
        StatusCode::NOT_FOUND => (t.say("error-404"), t.say("error-404-bench")),
        StatusCode::FORBIDDEN => (t.say("error-403"), t.say("error-403-bench")),
        _ => words(t, status),
    };
    let content = BenchErrorPage {
        t,
        shell: asked.shell(app, &heading, true),
        bench,
        errors: FieldErrors::default(),
        status: status.as_u16().to_string(),
        heading,
        text,
    };
    Ok(Some(private_page(status, &asked, &content)))
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
