//! Which requests count as somebody reading: views of pages, openings of campaign addresses, feeds fetched for readers. Nothing
//! of a request is kept but what it was for.

use axum::extract::Request;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use stadtbote_core::App;
use stadtbote_core::counted::Seen;

use crate::public::profiles::wants_activity;

/// Words of programs in the names that they give themselves, in lower case. Browsers do not bear them.
const PROGRAMS: [&str; 36] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "fetch",
    "scan",
    "monitor",
    "uptime",
    "headless",
    "lighthouse",
    "http",
    "curl",
    "wget",
    "python",
    "java/",
    "ruby",
    "perl",
    "php",
    "okhttp",
    "axios",
    "feed",
    "rss",
    "reader",
    "mastodon",
    "pleroma",
    "akkoma",
    "misskey",
    "gotosocial",
    "friendica",
    "lemmy",
    "pixelfed",
    "facebookexternalhit",
    "whatsapp",
    "telegram",
    "discord",
];

/// Services that fetch a feed for many and say in their name for how many. Nobody can check what they say; others are not
/// even asked.
const SERVICES: [&str; 6] = ["feedly", "feedbin", "inoreader", "newsblur", "theoldreader", "bazqux"];

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is(headers: &HeaderMap, name: &'static str, value: &str) -> bool {
    headers.get(name).map(HeaderValue::as_bytes) == Some(value.as_bytes())
}

/// Whether a browser asks, because a person wants to see something now. Programs that call themselves a browser are not told
/// from one.
fn is_browser(headers: &HeaderMap) -> bool {
    let agent = text(headers, header::USER_AGENT).to_ascii_lowercase();
    let is_ahead = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| headers.contains_key(*name));
    agent.starts_with("mozilla/") && !PROGRAMS.iter().any(|word| agent.contains(word)) && !is_ahead
}

/// Whether a browser opens an address as a page. A preview that a server or a messenger fetches is none: browsers alone say
/// that they navigate (Fetch Metadata Request Headers).
pub(crate) fn is_opened(headers: &HeaderMap) -> bool {
    is_browser(headers)
        && is(headers, "sec-fetch-mode", "navigate")
        && is(headers, "sec-fetch-dest", "document")
}

/// What a page that was asked for counts as, if it is answered.
pub(crate) struct Asking {
    seen: Option<Seen>,
    readers: Option<(String, String, i64)>,
}

impl Asking {
    /// Looks at a request. `is_staff`: whoever has a session is no citizen.
    pub(crate) fn of(request: &Request, path: &str, is_staff: bool) -> Asking {
        let headers = request.headers();
        let nothing = Asking { seen: None, readers: None };
        let Some(rest) = path.strip_prefix("/@").filter(|_| request.method() == Method::GET && !is_staff)
        else {
            return nothing;
        };
        if let Some(name) = rest.strip_suffix(".rss") {
            return Asking {
                readers: readers(text(headers, header::USER_AGENT)).map(|(of, n)| (name.to_owned(), of, n)),
                ..nothing
            };
        }
        if wants_activity(headers) || !is_browser(headers) {
            return nothing;
        }
        let seen = match rest.split_once('/') {
            Some((_, id)) => id.parse().map(Seen::Post).ok(),
            None => Some(Seen::Profile(rest.split('@').next().unwrap_or_default().to_ascii_lowercase())),
        };
        Asking { seen, ..nothing }
    }

    /// Counts it, as it was answered.
    pub(crate) fn count(self, app: &App, status: StatusCode) {
        if status != StatusCode::OK {
            return;
        }
        if let Some(seen) = self.seen {
            app.counted.add(seen);
        }
        if let Some((account, service, readers)) = self.readers {
            app.counted.readers(account, service, readers);
        }
    }
}

/// The service and for how many it fetches: `Feedbin feed-id:1 - 142 subscribers`.
fn readers(agent: &str) -> Option<(String, i64)> {
    let agent = agent.to_ascii_lowercase();
    let service = SERVICES.iter().find(|service| agent.contains(**service))?;
    let (before, _) = agent.split_once(" subscriber")?;
    let number = before.rsplit(|letter: char| !letter.is_ascii_digit()).next()?;
    Some(((*service).to_owned(), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0";

    fn request(method: Method, pairs: &[(&str, &str)]) -> Request {
        let mut request = axum::extract::Request::builder().method(method).uri("/");
        for (name, value) in pairs {
            request = request.header(*name, *value);
        }
        request.body(axum::body::Body::empty()).expect("it is a request")
    }

    #[test]
    fn people_count_and_programs_do_not() {
        let seen =
            |pairs: &[(&str, &str)], path: &str| Asking::of(&request(Method::GET, pairs), path, false).seen;
        let person = [("user-agent", FIREFOX), ("accept", "text/html")];

        assert_eq!(seen(&person, "/@Press"), Some(Seen::Profile("press".into())));
        assert_eq!(seen(&person, "/@press/12"), Some(Seen::Post(12)));
        assert_eq!(seen(&person, "/@press/media"), None);
        assert_eq!(seen(&person, "/report"), None);
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "http.rb/5.2.0 (Mastodon/4.6.0; +https://mastodon.example/)",
            "curl/8.5.0",
            "",
        ] {
            assert_eq!(seen(&[("user-agent", agent)], "/@press"), None, "{agent}");
        }
        assert_eq!(seen(&[person[0], ("sec-purpose", "prefetch")], "/@press"), None);
        assert_eq!(seen(&[person[0], ("accept", "application/activity+json")], "/@press"), None);
        assert_eq!(Asking::of(&request(Method::HEAD, &person), "/@press", false).seen, None);
        assert_eq!(Asking::of(&request(Method::GET, &person), "/@press", true).seen, None);
    }

    #[test]
    fn an_address_is_opened_by_navigating_alone() {
        let opened = |pairs: &[(&str, &str)]| is_opened(request(Method::GET, pairs).headers());

        assert!(opened(&[
            ("user-agent", FIREFOX),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document")
        ]));
        assert!(!opened(&[("user-agent", FIREFOX)]));
        assert!(!opened(&[
            ("user-agent", FIREFOX),
            ("sec-fetch-mode", "no-cors"),
            ("sec-fetch-dest", "image")
        ]));
        assert!(!opened(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]));
    }

    #[test]
    fn a_service_says_for_how_many_it_fetches() {
        assert_eq!(readers("Feedbin feed-id:1373711 - 142 subscribers"), Some(("feedbin".into(), 142)));
        assert_eq!(
            readers("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )"),
            Some(("feedly".into(), 16))
        );
        assert_eq!(readers("Somebody - 99999 subscribers"), None);
        assert_eq!(readers("Feedbin - many subscribers"), None);
        assert_eq!(readers("Feedbin - 99999999999999999999 subscribers"), None);
    }
}
