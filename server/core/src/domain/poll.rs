//! Polls: what may be chosen, by whom and how often.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use super::panels::Panel;

/// Most options of a poll elsewhere that are kept. Mastodon keeps 500, after CVE-2026-23962; nobody reads so many.
pub const MOST_OPTIONS: usize = 100;
/// Most characters of an option from elsewhere that are kept.
pub const LONGEST_OPTION: usize = 200;
/// A poll that would close later than this closes then.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// Fewest and most options of a poll of ours (Mastodon's numbers, here and below).
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=MOST_OWN_OPTIONS;
/// Most options of a poll of ours.
pub const MOST_OWN_OPTIONS: usize = 4;
/// Most characters of an option of ours.
pub const LONGEST_OWN_OPTION: usize = 50;
/// For how many seconds a poll of ours may stay open.
const SECONDS: std::ops::RangeInclusive<i64> = 300..=2_629_746;

/// A poll before it exists, as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewPoll {
    /// What can be chosen.
    pub options: Vec<String>,
    /// Whether several options may be chosen.
    pub multiple: bool,
    /// Whether counts are hidden until it closes.
    pub hide_totals: bool,
    /// For how long it is open.
    pub seconds: i64,
    /// What it asks people about themselves, if the answers are to say whom the account reaches.
    pub panel: Option<Panel>,
}

/// Whether an option of ours is too long.
pub fn is_long_option(option: &str) -> bool {
    option.graphemes(true).count() > LONGEST_OWN_OPTION
}

impl NewPoll {
    /// What is wrong with the poll, as the field and the reason that Mastodon clients know.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let options: Vec<&str> = self.options.iter().map(|option| option.trim()).collect();
        if options.len() < *OPTIONS.start() || options.iter().any(|option| option.is_empty()) {
            return Some(("Options", "must be more than one item".into()));
        }
        if options.len() > *OPTIONS.end() {
            return Some(("Options", format!("can't contain more than {} items", OPTIONS.end())));
        }
        if options.iter().any(|option| is_long_option(option)) {
            return Some(("Options", format!("can't be longer than {LONGEST_OWN_OPTION} characters each")));
        }
        if options.iter().collect::<HashSet<_>>().len() != options.len() {
            return Some(("Options", "contain duplicate items".into()));
        }
        if self.panel.is_some() && self.multiple {
            return Some(("Options", "of a panel can be chosen only once".into()));
        }
        if self.seconds < *SECONDS.start() {
            return Some(("Expires at", "is too soon".into()));
        }
        if self.seconds > *SECONDS.end() {
            return Some(("Expires at", "is too far into the future".into()));
        }
        None
    }
}

/// Why a vote does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The poll has closed.
    Closed,
    /// There is no such option.
    Unknown,
    /// Whoever asks does not vote.
    Own,
    /// The voter has chosen already: this option, or any where only one may be chosen.
    Already,
}

/// A poll at the moment somebody votes.
#[derive(Clone, Copy, Debug)]
pub struct Ballot<'a> {
    /// Whether nobody can vote any more.
    pub is_closed: bool,
    /// Whether several options may be chosen.
    pub multiple: bool,
    /// Whether the voter has asked the question.
    pub is_own: bool,
    /// How many options there are.
    pub options: usize,
    /// What the voter has chosen before.
    pub before: &'a [i32],
}

impl Ballot<'_> {
    /// Whether all of `choices` may be added to what was chosen before.
    pub fn judge(&self, choices: &[i32]) -> Result<(), Refusal> {
        if self.is_closed {
            return Err(Refusal::Closed);
        }
        if self.is_own {
            return Err(Refusal::Own);
        }
        let is_there = |choice: &i32| usize::try_from(*choice).is_ok_and(|choice| choice < self.options);
        if choices.is_empty() || !choices.iter().all(is_there) {
            return Err(Refusal::Unknown);
        }
        let is_too_many = !self.multiple && self.before.len() + choices.len() > 1;
        let is_twice = choices.iter().collect::<HashSet<_>>().len() < choices.len();
        if is_too_many || is_twice || choices.iter().any(|choice| self.before.contains(choice)) {
            return Err(Refusal::Already);
        }
        Ok(())
    }
}

/// When a poll from elsewhere closes, held within reason.
pub fn closing(at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    at.min(now + LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Ballot<'_> =
        Ballot { is_closed: false, multiple: false, is_own: false, options: 2, before: &[] };

    #[test]
    fn b12_one_option_is_chosen_once() {
        assert_eq!(OPEN.judge(&[1]), Ok(()));
        assert_eq!(OPEN.judge(&[0, 1]), Err(Refusal::Already));
        assert_eq!(Ballot { before: &[0], ..OPEN }.judge(&[1]), Err(Refusal::Already));
        assert_eq!(OPEN.judge(&[2]), Err(Refusal::Unknown));
        assert_eq!(OPEN.judge(&[-1]), Err(Refusal::Unknown));
        assert_eq!(OPEN.judge(&[]), Err(Refusal::Unknown));
    }

    #[test]
    fn b12_of_several_options_each_is_chosen_once() {
        let several = Ballot { multiple: true, ..OPEN };

        assert_eq!(several.judge(&[0, 1]), Ok(()));
        assert_eq!(several.judge(&[1, 1]), Err(Refusal::Already));
        assert_eq!(Ballot { before: &[0], ..several }.judge(&[1]), Ok(()));
        assert_eq!(Ballot { before: &[0], ..several }.judge(&[0]), Err(Refusal::Already));
    }

    #[test]
    fn b12_nobody_votes_after_the_close_or_for_themselves() {
        assert_eq!(Ballot { is_closed: true, ..OPEN }.judge(&[0]), Err(Refusal::Closed));
        assert_eq!(Ballot { is_own: true, ..OPEN }.judge(&[0]), Err(Refusal::Own));
    }

    #[test]
    fn a_poll_asks_for_two_to_four_different_things() {
        let poll = |options: &[&str], seconds| NewPoll {
            options: options.iter().map(|&option| option.to_owned()).collect(),
            multiple: false,
            hide_totals: false,
            seconds,
            panel: None,
        };

        assert_eq!(poll(&["Ja", "Nein"], 300).fault(), None);
        for (options, seconds) in [
            (&["Ja"][..], 300),
            (&["Ja", " "], 300),
            (&["Ja", "Ja "], 300),
            (&["1", "2", "3", "4", "5"], 300),
            (&["Ja", "Nein"], 299),
            (&["Ja", "Nein"], i64::MAX),
        ] {
            assert!(poll(options, seconds).fault().is_some(), "{options:?} {seconds}");
        }
    }

    #[test]
    fn of_a_panel_one_answer_is_chosen() {
        let panel = |multiple| NewPoll {
            options: vec!["Ja".into(), "Nein".into()],
            multiple,
            hide_totals: false,
            seconds: 300,
            panel: Some(Panel::Residence),
        };

        assert_eq!(panel(false).fault(), None);
        assert!(panel(true).fault().is_some());
    }

    #[test]
    fn b13_a_poll_does_not_stay_open_for_ever() {
        let now = DateTime::UNIX_EPOCH;

        assert_eq!(closing(now + TimeDelta::days(9), now), now + TimeDelta::days(9));
        assert_eq!(closing(now + TimeDelta::days(9999), now), now + LONGEST);
    }
}
