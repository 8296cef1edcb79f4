//! What protects visitors: the headers of every page, and the check that a form was sent from one of our pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, header};

/// The content security policy, with where forms may lead.
///
/// Everything comes from here, pictures of others too (`/copies`): no other server learns who reads.
pub(crate) fn policy(form_action: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
         media-src 'self'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Adds the headers that every answer of this door carries, where the handler set none of its own.
pub(crate) async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    // With `no-referrer` browsers would send `Origin: null` with our own forms.
    default(header::REFERRER_POLICY, "same-origin");
    default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(value) = HeaderValue::from_str(&policy("'self'"))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response
}

/// A path for the log: what follows here is the secret of a link.
pub(crate) fn without_secret(path: &str) -> &str {
    let links =
        ["/auth/set_up/", "/auth/invitation/", "/report/status/", "/report/confirm/", "/report/decision/"];
    links.into_iter().find(|link| path.starts_with(link)).unwrap_or(path)
}

/// Whether a request that changes something came from one of our own pages, as far as the browser says.
///
/// Programs other than browsers say nothing; for them the token in the form is the proof.
pub(crate) fn is_own_request(method: &Method, headers: &HeaderMap, public_origin: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    match text(headers, "sec-fetch-site") {
        // Said by the browser itself. A page that must not be named to others (`no-referrer`) sends `Origin: null`.
        Some("same-origin") => return true,
        Some("none") | None => {}
        Some(_) => return false,
    }
    match text(headers, "origin") {
        None => true,
        Some(origin) if origin == public_origin => true,
        Some(origin) => {
            let own = text(headers, "host");
            origin.split_once("://").is_some_and(|(_, host)| Some(host) == own)
        }
    }
}

/// The cookie of that name.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` line for a cookie that scripts can't read. `None` for `max_age` ends with the browser.
pub(crate) fn set_cookie(name: &str, value: &str, max_age: Option<i64>, secure: bool) -> String {
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn f05_a_form_on_a_foreign_page_is_refused() {
        let origin = "https://stadt.example";
        let post = |pairs| is_own_request(&Method::POST, &headers(pairs), origin);

        assert!(post(&[("origin", "https://stadt.example"), ("sec-fetch-site", "same-origin")]));
        assert!(post(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(post(&[]));
        assert!(!post(&[("origin", "https://evil.example")]));
        assert!(!post(&[("origin", "null")]));
        assert!(post(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!post(&[("origin", "null"), ("sec-fetch-site", "none")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn f06_secrets_of_links_are_not_logged() {
        assert_eq!(without_secret("/auth/set_up/abc"), "/auth/set_up/");
        assert_eq!(without_secret("/auth/invitation/abc"), "/auth/invitation/");
        assert_eq!(without_secret("/report/status/abc"), "/report/status/");
        assert_eq!(without_secret("/report/confirm/abc"), "/report/confirm/");
        assert_eq!(without_secret("/report/decision/abc"), "/report/decision/");
        assert_eq!(without_secret("/@press/7"), "/@press/7");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers(&[("cookie", "lang=de; stadtbote_session=abc=d; x=")]);

        assert_eq!(cookie(&headers, "stadtbote_session").as_deref(), Some("abc=d"));
        assert_eq!(cookie(&headers, "x"), None);
        assert_eq!(cookie(&headers, "session"), None);
    }
}
