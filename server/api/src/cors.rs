//! Browser clients live on other origins: which of our addresses they may ask, and what they may read of the answer.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
};
use http::{HeaderValue, Method, StatusCode};

/// Without `Link` here, clients in a browser show one page only.
const EXPOSED: &str =
    "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh";

/// Answers preflight requests and marks all answers, errors too, as readable from any origin: access is by token,
/// never by cookie.
pub async fn cors(request: Request, next: Next) -> Response {
    let Some(methods) = methods(request.uri().path()) else {
        return next.run(request).await;
    };
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = if is_preflight { StatusCode::OK.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    if is_preflight {
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        let asked = asked.unwrap_or(HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
    response
}

/// What other origins may do at an address; none if they have no business there.
fn methods(path: &str) -> Option<&'static str> {
    match path.strip_suffix('/').unwrap_or(path) {
        "/oauth/token" | "/oauth/revoke" => Some("POST, OPTIONS"),
        "/oauth/userinfo" => Some("GET, POST, OPTIONS"),
        _ if path.starts_with("/api/") => Some("GET, POST, PUT, PATCH, DELETE, OPTIONS"),
        _ => ["/.well-known/", "/nodeinfo/", "/@", "/users/", "/media/", "/avatars/", "/headers/"]
            .iter()
            .any(|open| path.starts_with(open))
            .then_some("GET, OPTIONS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f21_the_api_is_open_and_the_sign_in_is_not() {
        assert!(methods("/api/v1/nothing").is_some_and(|methods| methods.contains("DELETE")));
        assert!(methods("/oauth/token").is_some());
        assert!(methods("/oauth/token/").is_some());
        assert!(methods("/.well-known/oauth-authorization-server").is_some());
        assert_eq!(methods("/oauth/authorize"), None);
        assert_eq!(methods("/auth/sign_in"), None);
        assert_eq!(methods("/redaktion"), None);
    }
}
