//! Accounts and posts have an address for people and one for servers: who asks at the wrong one is led to the other.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, VARY};
use http::{HeaderMap, HeaderValue, Method, Uri};

/// Answers servers at the addresses of pages, and sends browsers from the addresses of actors and posts to their pages.
pub(super) async fn choose(mut request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let Some(place) = Place::find(request.uri().path()) else { return next.run(request).await };
    let mut response = match (place.is_page, prefers_activity(request.headers())) {
        (true, true) => {
            if let Ok(uri) = place.object().parse::<Uri>() {
                *request.uri_mut() = uri;
            }
            next.run(request).await
        }
        (false, false) => Redirect::to(&place.page()).into_response(),
        _ => next.run(request).await,
    };
    let mut told = response.headers().get_all(VARY).iter().filter_map(|line| line.to_str().ok());
    if !told.any(|line| line.split(',').any(|name| name.trim().eq_ignore_ascii_case("accept"))) {
        response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    }
    response
}

/// An account or a post that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place<'a> {
    name: &'a str,
    post: Option<&'a str>,
    /// At the address for people.
    is_page: bool,
}

impl<'a> Place<'a> {
    fn find(path: &'a str) -> Option<Place<'a>> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let place = match parts.as_slice() {
            ["users", name] => Place { name, post: None, is_page: false },
            ["users", name, "statuses", id] => Place { name, post: Some(id), is_page: false },
            [name] => Place { name: name.strip_prefix('@')?, post: None, is_page: true },
            [name, id] => Place { name: name.strip_prefix('@')?, post: Some(id), is_page: true },
            _ => return None,
        };
        let is_name = !place.name.is_empty()
            && place.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_id =
            place.post.is_none_or(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
        (is_name && is_id).then_some(place)
    }

    fn page(self) -> String {
        match self.post {
            Some(id) => format!("/@{}/{id}", self.name),
            None => format!("/@{}", self.name),
        }
    }

    fn object(self) -> String {
        match self.post {
            Some(id) => format!("/users/{}/statuses/{id}", self.name),
            None => format!("/users/{}", self.name),
        }
    }
}

/// Whether somebody would rather have ActivityPub than a page. Of two that are as welcome, the first named counts.
fn prefers_activity(headers: &HeaderMap) -> bool {
    let mut best = (0.0, false);
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    for wish in lines.flat_map(|line| line.split(',')) {
        let mut parts = wish.split(';').map(str::trim);
        let is_activity = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/activity+json" | "application/ld+json" | "application/json" => true,
            "text/html" | "application/xhtml+xml" | "text/*" => false,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > best.0 {
            best = (weight, is_activity);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks_for_activity(accept: &'static str) -> bool {
        prefers_activity(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]))
    }

    #[test]
    fn servers_get_activities_and_browsers_pages() {
        assert!(asks_for_activity("application/activity+json, application/ld+json"));
        assert!(asks_for_activity(
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1"
        ));
        assert!(!asks_for_activity("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!asks_for_activity("text/html, application/activity+json;q=0.5"));
        assert!(!asks_for_activity("*/*"));
        assert!(!prefers_activity(&HeaderMap::new()));
    }

    #[test]
    fn only_accounts_and_posts_have_two_addresses() {
        let place = |path| Place::find(path).map(|place| (place.page(), place.object()));

        let account = Some(("/@press".to_owned(), "/users/press".to_owned()));
        let post = Some(("/@press/7".to_owned(), "/users/press/statuses/7".to_owned()));
        assert_eq!(place("/@press"), account);
        assert_eq!(place("/users/press"), account);
        assert_eq!(place("/@press/7"), post);
        assert_eq!(place("/users/press/statuses/7"), post);
        for other in
            ["/@rita@far.example", "/@press.rss", "/@press/media", "/users/press/outbox", "/users/", "/"]
        {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
