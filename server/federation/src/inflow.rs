//! How much other servers may send: so many activities a minute of one domain and of one account, and so many that wait.
//!
//! Whoever sends more is answered 429, which others obey and send again. Of a domain it is asked before a key is fetched; both
//! are counted after a signature was good: what is said in somebody's name without their key uses up nothing of theirs. Each process
//! counts for itself. What is remembered is bounded: whoever has the whole allowance again is forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// A domain or an account may send what it may send in this time at once.
const AT_ONCE: TimeDelta = TimeDelta::seconds(60);
/// Most domains, or accounts, that are remembered. Each has sent something that was signed well within the last minute.
const MOST_DOMAINS: usize = 50_000;
/// Most activities of one domain that wait to be worked on.
pub(crate) const MOST_WAITING: u64 = 5_000;

/// When each domain, or account, will have its whole allowance again (the generic cell rate algorithm).
#[derive(Default)]
pub(crate) struct Inflow {
    full_at: Mutex<HashMap<String, DateTime<Utc>>>,
}

impl Inflow {
    /// Whether `domain` has sent all that it may at the moment.
    pub(crate) fn is_used_up(&self, domain: &str, a_minute: u32, now: DateTime<Utc>) -> bool {
        self.lock().get(domain).is_some_and(|full_at| is_beyond(*full_at, a_minute, now))
    }

    /// Counts an activity of `domain`; says whether it was within the allowance.
    pub(crate) fn count(&self, domain: &str, a_minute: u32, now: DateTime<Utc>) -> bool {
        let mut all = self.lock();
        if all.len() >= MOST_DOMAINS {
            all.retain(|_, full_at| *full_at > now);
        }
        if all.len() >= MOST_DOMAINS {
            all.clear();
        }
        let known = all.get(domain).copied().filter(|full_at| *full_at - now <= AT_ONCE);
        let full_at = known.unwrap_or(now).max(now);
        if is_beyond(full_at, a_minute, now) {
            return false;
        }
        all.insert(domain.to_owned(), full_at + pause(a_minute));
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, DateTime<Utc>>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time in which a domain may send one more.
fn pause(a_minute: u32) -> TimeDelta {
    TimeDelta::microseconds(60_000_000 / i64::from(a_minute.max(1)))
}

/// Whether there is no room for one more. A clock that was set back forgets what was counted at the later time.
fn is_beyond(full_at: DateTime<Utc>, a_minute: u32, now: DateTime<Utc>) -> bool {
    let ahead = full_at - now;
    ahead + pause(a_minute) > AT_ONCE && ahead <= AT_ONCE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_100, 0).expect("it is a time")
    }

    #[test]
    fn c28_a_domain_may_send_a_minutes_worth_at_once_and_then_as_much_as_comes_back() {
        let inflow = Inflow::default();
        let take = |domain: &str, now: DateTime<Utc>, times: usize| {
            (0..times).filter(|_| inflow.count(domain, 60, now)).count()
        };

        assert_eq!(take("far.example", noon(), 100), 60);
        assert!(inflow.is_used_up("far.example", 60, noon()));
        assert!(!inflow.is_used_up("near.example", 60, noon()));
        assert_eq!(take("near.example", noon(), 1), 1);
        assert_eq!(take("far.example", noon() + TimeDelta::seconds(10), 100), 10);
        assert_eq!(take("far.example", noon() + TimeDelta::seconds(300), 100), 60);
    }

    #[test]
    fn c28_a_clock_that_was_wrong_shuts_nobody_out() {
        let inflow = Inflow::default();
        let tomorrow = noon() + TimeDelta::days(1);
        for _ in 0..100 {
            inflow.count("far.example", 60, tomorrow);
        }

        assert!(inflow.count("far.example", 60, noon()));
        assert!(inflow.count("far.example", 60, noon()));
    }

    #[test]
    fn c29_what_is_remembered_of_domains_is_bounded() {
        let inflow = Inflow::default();

        for number in 0..MOST_DOMAINS + 10 {
            inflow.count(&format!("{number}.example"), 60, noon());
        }

        assert!(inflow.lock().len() <= MOST_DOMAINS);
    }
}
