//! How often a client may ask: Mastodon's numbers, counted in this process.
//!
//! Two processes count apart, so a client may ask each as often; what must be exact (the log-in brake) is counted in
//! the database. What the counters hold is bounded: too many callers at once, and a limit begins to count anew.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, SecondsFormat, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use stadtbote_core::client_address::ClientAddress;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// Somebody without a token, by address; of IPv6 the network, since each house has 2⁶⁴ addresses.
    Address(IpAddr),
    /// A token.
    Token(i64),
    /// A person, over all of their tokens.
    Person(i64),
}

impl Caller {
    /// The caller without a token at `address`.
    pub(crate) fn at(address: IpAddr) -> Caller {
        Caller::Address(ClientAddress(address).network())
    }
}

/// A number of requests in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    name: &'static str,
    most: u32,
    seconds: i64,
}

const fn limit(name: &'static str, most: u32, seconds: i64) -> Limit {
    Limit { name, most, seconds }
}

const PERSON: Limit = limit("person", 1500, 300);
const TOKEN: Limit = limit("token", 300, 300);
const ADDRESS: Limit = limit("address", 300, 300);
const PAGING: Limit = limit("paging", 300, 900);
const UPLOADS: Limit = limit("uploads", 30, 1800);
const DELETIONS: Limit = limit("deletions", 30, 1800);
const APPS: Limit = limit("apps", 5, 600);
const POSTS: Limit = limit("posts", 300, 3 * 3600);
const FOLLOWS: Limit = limit("follows", 400, 24 * 3600);
const REPORTS: Limit = limit("reports", 400, 24 * 3600);

/// Which limits a request counts towards, and who is counted: `person` and `token` of a valid token, otherwise the
/// address.
pub(crate) fn that_apply(
    method: &Method,
    path: &str,
    query: &str,
    address: IpAddr,
    token: Option<i64>,
    person: Option<i64>,
) -> Vec<(Limit, Caller)> {
    let mut limits = Vec::new();
    let here = Caller::at(address);
    let who = person.map(Caller::Person).or(token.map(Caller::Token)).unwrap_or(here);
    match token {
        Some(token) => limits.push((TOKEN, Caller::Token(token))),
        None => limits.push((ADDRESS, here)),
    }
    if let Some(person) = person {
        limits.push((PERSON, Caller::Person(person)));
    }
    if is_paging(query) {
        limits.push((PAGING, who));
    }
    if let Some(special) = special(method, path) {
        limits.push((special, if special == APPS { here } else { who }));
    }
    limits
}

fn is_paging(query: &str) -> bool {
    query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .any(|name| matches!(name, "page" | "max_id" | "min_id" | "since_id"))
}

fn special(method: &Method, path: &str) -> Option<Limit> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        (&Method::POST, ["api", _, "media"]) => Some(UPLOADS),
        (&Method::POST, ["api", _, "apps"]) => Some(APPS),
        (&Method::POST, ["api", _, "statuses"]) => Some(POSTS),
        (&Method::DELETE, ["api", _, "statuses", _]) => Some(DELETIONS),
        (&Method::POST, ["api", _, "statuses", _, "unreblog"]) => Some(DELETIONS),
        (&Method::POST, ["api", _, "accounts", _, "follow"]) => Some(FOLLOWS),
        (&Method::POST, ["api", _, "reports"]) => Some(REPORTS),
        _ => None,
    }
}

/// What is left of the tightest limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowance {
    most: u32,
    remaining: u32,
    resets_at: DateTime<Utc>,
    is_exceeded: bool,
}

impl Allowance {
    /// The seconds to wait, if the limit is exceeded.
    pub(crate) fn wait(&self, now: DateTime<Utc>) -> Option<u64> {
        self.is_exceeded.then(|| (self.resets_at - now).num_seconds().max(1).unsigned_abs())
    }

    /// Says it in the headers of an answer; the time is ISO 8601 with microseconds, unlike other servers'.
    pub(crate) fn show(&self, headers: &mut HeaderMap) {
        let reset = self.resets_at.to_rfc3339_opts(SecondsFormat::Micros, true);
        headers.insert(HeaderName::from_static("x-ratelimit-limit"), self.most.into());
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), self.remaining.into());
        if let Ok(reset) = HeaderValue::from_str(&reset) {
            headers.insert(HeaderName::from_static("x-ratelimit-reset"), reset);
        }
    }
}

/// Most callers that are counted at once; a counter takes about a hundred bytes.
const MOST_COUNTERS: usize = 50_000;

/// The counters.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    counters: Mutex<HashMap<(&'static str, Caller), Counter>>,
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    ends_at: i64,
    count: u32,
}

impl Limiter {
    /// Counts a request towards these limits and says what is left of the tightest.
    pub(crate) fn count(&self, limits: &[(Limit, Caller)], now: DateTime<Utc>) -> Option<Allowance> {
        let seconds = now.timestamp();
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() + limits.len() > MOST_COUNTERS {
            counters.retain(|_, counter| counter.ends_at > seconds);
        }
        if counters.len() + limits.len() > MOST_COUNTERS {
            counters.clear();
        }
        let count = |(limit, caller): &(Limit, Caller)| {
            let ends_at = (seconds.div_euclid(limit.seconds) + 1) * limit.seconds;
            let counter = counters.entry((limit.name, *caller)).or_insert(Counter { ends_at, count: 0 });
            if counter.ends_at <= seconds {
                *counter = Counter { ends_at, count: 0 };
            }
            counter.count = counter.count.saturating_add(1);
            Allowance {
                most: limit.most,
                remaining: limit.most.saturating_sub(counter.count),
                resets_at: DateTime::from_timestamp(counter.ends_at, 0).unwrap_or(now),
                is_exceeded: counter.count > limit.most,
            }
        };
        // Of two that are exceeded, the one that stays longer is the one to wait for.
        limits.iter().map(count).min_by_key(|allowance| {
            (!allowance.is_exceeded, allowance.remaining, std::cmp::Reverse(allowance.resets_at))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_100, 0).expect("it is a time")
    }

    fn home(address: &str) -> Vec<(Limit, Caller)> {
        let address = address.parse().expect("it is an address");
        that_apply(&Method::GET, "/api/v1/timelines/public", "", address, None, None)
    }

    #[test]
    fn f19_the_request_after_the_last_allowed_is_refused_until_the_window_ends() {
        let limiter = Limiter::default();
        let limits = home("192.0.2.1");

        let left: Vec<u32> =
            (0..300).filter_map(|_| limiter.count(&limits, noon())).map(|left| left.remaining).collect();
        let refused = limiter.count(&limits, noon()).and_then(|left| left.wait(noon()));
        let later = noon() + TimeDelta::seconds(300);

        assert_eq!((left.first(), left.last()), (Some(&299), Some(&0)));
        assert!(refused.is_some_and(|seconds| (1..=300).contains(&seconds)));
        assert_eq!(limiter.count(&home("192.0.2.2"), noon()).map(|left| left.remaining), Some(299));
        assert_eq!(limiter.count(&limits, later).map(|left| left.remaining), Some(299));
    }

    #[test]
    fn the_tightest_limit_is_shown() {
        let address = "192.0.2.1".parse().expect("it is an address");
        let apply = |method: Method, path: &str, query: &str| {
            that_apply(&method, path, query, address, Some(1), Some(2))
        };
        let limiter = Limiter::default();
        let remaining = |limits: &[(Limit, Caller)]| limiter.count(limits, noon()).map(|left| left.most);

        assert_eq!(remaining(&apply(Method::GET, "/api/v1/timelines/home", "")), Some(300));
        assert_eq!(remaining(&apply(Method::POST, "/api/v2/media", "")), Some(30));
        assert_eq!(remaining(&apply(Method::POST, "/api/v1/apps", "")), Some(5));
    }

    #[test]
    fn f12_one_house_is_one_caller() {
        let caller = |text: &str| Caller::at(text.parse().expect("it is an address"));

        assert_eq!(caller("2001:db8:1:2::1"), caller("2001:db8:1:2:ffff::9"));
        assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
        assert_eq!(caller("::ffff:192.0.2.1"), caller("192.0.2.1"));
    }

    #[test]
    fn counters_never_outgrow_their_bound() {
        let limiter = Limiter::default();

        for n in 0..(MOST_COUNTERS as u32 + 10) {
            limiter.count(&[(ADDRESS, Caller::at(std::net::Ipv4Addr::from(n).into()))], noon());
        }

        let count = limiter.counters.lock().expect("nobody panicked").len();
        assert!(count <= MOST_COUNTERS, "{count}");
    }

    #[test]
    fn the_time_of_the_reset_is_iso_8601_with_microseconds() {
        let mut headers = HeaderMap::new();
        let limiter = Limiter::default();

        limiter.count(&home("192.0.2.1"), noon()).expect("it is limited").show(&mut headers);

        let reset = headers["x-ratelimit-reset"].to_str().expect("it is ASCII");
        assert!(reset.ends_with(".000000Z"), "{reset}");
        assert_eq!(headers["x-ratelimit-remaining"], "299");
    }
}
