//! Paging: which part of a list is asked for, and the `Link` header that leads to its neighbours.

use std::fmt::Write;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponseParts, ResponseParts};
use http::header::LINK;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use stadtbote_core::App;
use stadtbote_core::store::Page;
use url::form_urlencoded;

use crate::error::ApiError;
use crate::input::whole;

/// Which part of a list is asked for; `LIMIT` rows unless the client says otherwise, and at most twice as many.
pub(crate) struct Paging<const LIMIT: u64> {
    path: String,
    kept: Vec<(String, String)>,
    page: Page,
}

/// How a list leads to its neighbours. Clients follow the header blindly on all but timelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trail {
    /// Timelines: `next` as long as there is anything, `prev` by `min_id`.
    Timeline,
    /// A person's own lists of posts and notifications: `next` after a full page, `prev` by `min_id`.
    Own,
    /// Lists of people: `next` after a full page, `prev` by `since_id`.
    People,
}

/// The `Link` header of an answer, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links(Option<HeaderValue>);

impl<S: Send + Sync, const LIMIT: u64> FromRequestParts<S> for Paging<LIMIT> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Paging::read(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

impl<const LIMIT: u64> Paging<LIMIT> {
    fn read(path: &str, query: &str) -> Paging<LIMIT> {
        let mut paging = Paging { path: path.into(), kept: vec![], page: Page::newest(LIMIT) };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let number = (!value.trim().is_empty()).then(|| whole(value.trim()));
            match &*name {
                "max_id" => paging.page.max_id = number,
                "since_id" => paging.page.since_id = number,
                "min_id" => paging.page.min_id = number,
                "access_token" => {}
                _ => {
                    if name == "limit" {
                        paging.page.limit =
                            number.map_or(LIMIT, |limit| limit.unsigned_abs().clamp(1, 2 * LIMIT));
                    }
                    paging.kept.push((name.into(), value.into()));
                }
            }
        }
        paging
    }

    /// The part that is asked for.
    pub(crate) fn page(&self) -> Page {
        self.page
    }

    /// The header for a page with these cursors, newest first, as they came from the database: rows that are filtered
    /// out later count, or a page of which little is left would end the list.
    pub(crate) fn links(&self, app: &App, trail: Trail, cursors: impl IntoIterator<Item = i64>) -> Links {
        let cursors: Vec<i64> = cursors.into_iter().collect();
        self.links_under(app.config.server.public_url.as_str(), trail, &cursors)
    }

    fn links_under(&self, base: &str, trail: Trail, cursors: &[i64]) -> Links {
        let (Some(newest), Some(oldest)) = (cursors.first(), cursors.last()) else { return Links(None) };
        let is_full = cursors.len() as u64 >= self.page.limit;
        let mut header = String::new();
        if is_full || trail == Trail::Timeline {
            let _ = write!(header, "<{}>; rel=\"next\", ", self.address(base, "max_id", *oldest));
        }
        let newer = if trail == Trail::People { "since_id" } else { "min_id" };
        let _ = write!(header, "<{}>; rel=\"prev\"", self.address(base, newer, *newest));
        Links(HeaderValue::from_str(&header).ok())
    }

    fn address(&self, base: &str, cursor: &str, id: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.kept).append_pair(cursor, &id.to_string());
        format!("{}{}?{}", base.trim_end_matches('/'), self.path, query.finish())
    }
}

impl IntoResponseParts for Links {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let headers: &mut HeaderMap = response.headers_mut();
        if let Some(header) = self.0 {
            headers.insert(LINK, header);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(query: &str, trail: Trail, cursors: &[i64]) -> String {
        let paging = Paging::<20>::read("/api/v1/list", query);
        let links = paging.links_under("https://stadt.example/", trail, cursors);
        links.0.map(|header| header.to_str().expect("it is ASCII").to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_timeline_leads_on_while_there_is_anything_and_keeps_the_other_parameters() {
        let expected = "<https://stadt.example/api/v1/list?limit=2&types%5B%5D=mention&max_id=7>; rel=\"next\", \
            <https://stadt.example/api/v1/list?limit=2&types%5B%5D=mention&min_id=9>; rel=\"prev\"";

        let header = links("max_id=10&limit=2&types[]=mention&access_token=x", Trail::Timeline, &[9, 7]);

        assert_eq!(header, expected);
        assert!(links("", Trail::Timeline, &[9]).contains("rel=\"next\""));
        assert_eq!(links("", Trail::Timeline, &[]), "");
    }

    #[test]
    fn other_lists_end_with_a_page_that_is_not_full() {
        assert_eq!(
            links("limit=2", Trail::People, &[9]),
            "<https://stadt.example/api/v1/list?limit=2&since_id=9>; rel=\"prev\""
        );
        assert!(links("limit=1", Trail::Own, &[9]).contains("max_id=9>; rel=\"next\""));
        assert!(links("limit=1", Trail::Own, &[9]).contains("min_id=9>; rel=\"prev\""));
    }

    #[test]
    fn f23_limits_are_held_within_bounds() {
        let limit = |query: &str| Paging::<20>::read("/", query).page.limit;

        assert_eq!(limit(""), 20);
        assert_eq!(limit("limit="), 20);
        assert_eq!(limit("limit=7"), 7);
        assert_eq!(limit("limit=0"), 1);
        assert_eq!(limit("limit=-7"), 7);
        assert_eq!(limit("limit=9999999999999999999999"), 40);
        assert_eq!(limit("limit=abc"), 1);
    }

    #[test]
    fn a_cursor_that_is_no_number_is_before_everything() {
        let paging = Paging::<20>::read("/", "max_id=abc&since_id=&min_id=99999999999999999999");

        assert_eq!(
            (paging.page.max_id, paging.page.since_id, paging.page.min_id),
            (Some(0), None, Some(i64::MAX))
        );
    }
}
