//! In which form requests are signed: draft-cavage or RFC 9421, and which hosts want the other one.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

/// The form of a request's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// After draft-cavage-12: what nearly everybody understands.
    Cavage,
    /// After RFC 9421.
    Message,
}

/// How long it counts that a host wanted RFC 9421. Then draft-cavage is tried first again: a host that was out of order for
/// a moment may have let in, and thrown away, what it does not understand.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// Most hosts that are kept in memory.
pub(crate) const MOST: u64 = 10_000;

/// The hosts that want requests signed after RFC 9421, as far as it was found out.
#[derive(Default)]
pub(crate) struct Forms {
    message_since: HashMap<String, DateTime<Utc>>,
    news: Vec<Learned>,
}

/// What was found out about a host: since when it wants RFC 9421, or that it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// The host.
    pub host: String,
    /// When it was seen.
    pub message_since: Option<DateTime<Utc>>,
}

impl Forms {
    /// The form that is tried first with a host.
    ///
    /// Draft-cavage, for a peer was seen that answers 202 to a signature after RFC 9421 and drops what it signs.
    pub(crate) fn first(&self, host: &str, now: DateTime<Utc>) -> Form {
        match self.message_since.get(host) {
            Some(since) if now - *since < LIFE => Form::Message,
            _ => Form::Cavage,
        }
    }

    /// Takes up what was known before the start.
    pub(crate) fn recall(&mut self, known: impl IntoIterator<Item = (String, DateTime<Utc>)>) {
        self.message_since.extend(known.into_iter().take(MOST as usize));
    }

    /// Writes down which form a host let in after it had not let in the other.
    pub(crate) fn learn(&mut self, host: &str, form: Form, now: DateTime<Utc>) {
        if self.message_since.len() >= MOST as usize || self.news.len() >= MOST as usize {
            self.message_since.clear();
            self.news.clear();
        }
        let message_since = (form == Form::Message).then_some(now);
        match message_since {
            Some(since) => self.message_since.insert(host.to_owned(), since),
            None => self.message_since.remove(host),
        };
        self.news.push(Learned { host: host.to_owned(), message_since });
    }

    /// What was found out since this was last asked, oldest first.
    pub(crate) fn take_news(&mut self) -> Vec<Learned> {
        std::mem::take(&mut self.news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_network::now;

    #[test]
    fn a_host_that_wanted_the_other_form_gets_it_first_for_a_week() {
        let mut forms = Forms::default();

        forms.learn("far.example", Form::Message, now());

        assert_eq!(forms.first("far.example", now() + LIFE - TimeDelta::seconds(1)), Form::Message);
        assert_eq!(forms.first("far.example", now() + LIFE), Form::Cavage);
        assert_eq!(forms.first("other.example", now()), Form::Cavage);
        forms.learn("far.example", Form::Cavage, now());
        assert_eq!(forms.first("far.example", now()), Form::Cavage);
    }

    #[test]
    fn what_was_found_out_is_told_once_and_what_was_known_is_no_news() {
        let mut forms = Forms::default();
        forms.recall([("far.example".to_owned(), now())]);

        assert_eq!(forms.first("far.example", now()), Form::Message);
        assert!(forms.take_news().is_empty());
        forms.learn("far.example", Form::Cavage, now());
        assert_eq!(forms.take_news(), [Learned { host: "far.example".to_owned(), message_since: None }]);
        assert!(forms.take_news().is_empty());
    }

    #[test]
    fn the_memory_of_forms_is_bounded() {
        let mut forms = Forms::default();
        forms.recall((0..3 * MOST).map(|number| (format!("{number}.known.example"), now())));
        assert!(forms.message_since.len() <= MOST as usize);

        for number in 0..3 * MOST {
            forms.learn(&format!("{number}.example"), Form::Message, now());
        }

        assert!(forms.message_since.len() <= MOST as usize && forms.news.len() <= MOST as usize);
    }
}
