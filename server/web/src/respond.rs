//! How pages become answers.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::protection::policy;
use crate::request::Asked;

/// An answer of this door: a page, a redirect, or the page that says what went wrong.
pub(crate) type Answer = Result<Response, Response>;

/// A page as an answer.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Accept-Language, Cookie")];
            (status, headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "A template failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page with a form that leads to servers of visitors.
pub(crate) fn open_page(content: &impl Template) -> Response {
    with_form_action(page(StatusCode::OK, content), "'self' https:")
}

/// The answer, with forms that may lead to `form_action`.
///
/// Browsers apply the rule to the redirect after a form as well.
pub(crate) fn with_form_action(mut response: Response, form_action: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&policy(form_action)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// A page that nobody may keep: the workbench, and forms with secrets.
pub(crate) fn private_page(status: StatusCode, asked: &Asked, content: &impl Template) -> Response {
    let mut response = page(status, content);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = asked.door_cookie() {
        add_cookie(&mut response, &cookie);
    }
    response
}

/// A file that nobody else may keep. `name` is one of ours: it has no quotes.
pub(crate) fn download(name: &str, mime: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

/// A `GET` of another page of ours, after a form was taken.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Sets a cookie.
pub(crate) fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
