//! Those who often send reports that are manifestly unfounded (Art. 23(2) of Regulation (EU) 2022/2065): from when on they are
//! shown as such, what may be done, and for how long.
//!
//! Art. 23(3) wants each case weighed: how many such reports, their part of all, how grave, with what intent. A program counts;
//! a person decides.

use chrono::{DateTime, TimeDelta, Utc};

/// From so many unfounded reports within [`COUNTED_DAYS`] on, somebody sends them often.
pub const OFTEN: u64 = 2;
/// For how many days an unfounded report counts, and a warning.
pub const COUNTED_DAYS: i64 = 365;
/// For how many days a pause is offered; the first where nobody says otherwise.
pub const PAUSES: [i64; 3] = [14, 30, 90];

/// What is done about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are told that it must not go on.
    Warning,
    /// Their reports wait in the last lane until it ends.
    Pause,
}

impl Kind {
    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Warning => "warning",
            Kind::Pause => "pause",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        [Kind::Warning, Kind::Pause].into_iter().find(|kind| kind.name() == name)
    }
}

/// How somebody stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many of their reports were found manifestly unfounded within [`COUNTED_DAYS`].
    pub unfounded: u64,
    /// Since when a warning counts.
    pub warned_at: Option<DateTime<Utc>>,
    /// When the last of the unfounded reports came.
    pub last_at: Option<DateTime<Utc>>,
    /// Whether a pause is in force.
    pub is_paused: bool,
}

impl Standing {
    /// Whether they send unfounded reports often.
    pub fn is_often(self) -> bool {
        self.unfounded >= OFTEN
    }

    /// What may be done now: a warning first, and a pause only if it went on after the warning.
    pub fn next(self) -> Option<Kind> {
        match self.warned_at {
            _ if self.is_paused || !self.is_often() => None,
            None => Some(Kind::Warning),
            Some(warned) => self.last_at.is_some_and(|last| last > warned).then_some(Kind::Pause),
        }
    }
}

/// When something ends that begins now and lasts so long.
pub fn end(kind: Kind, days: i64, now: DateTime<Utc>) -> DateTime<Utc> {
    let days = match kind {
        Kind::Warning => COUNTED_DAYS,
        Kind::Pause if PAUSES.contains(&days) => days,
        Kind::Pause => PAUSES[0],
    };
    now + TimeDelta::days(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_comes_only_after_a_warning_that_did_not_help() {
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().expect("it is a time"));
        let once = Standing { unfounded: 1, last_at: at("2026-11-01T00:00:00Z"), ..Standing::default() };
        let twice = Standing { unfounded: 2, ..once };
        let warned = Standing { warned_at: at("2026-11-02T00:00:00Z"), ..twice };
        let again = Standing { unfounded: 3, last_at: at("2026-11-03T00:00:00Z"), ..warned };

        assert_eq!(
            [once, twice, warned, again].map(Standing::next),
            [None, Some(Kind::Warning), None, Some(Kind::Pause)]
        );
        assert_eq!(Standing { is_paused: true, ..again }.next(), None);
        let now = at("2026-11-27T00:00:00Z").expect("it is a time");
        assert_eq!((end(Kind::Pause, 30, now) - now).num_days(), 30);
        assert_eq!((end(Kind::Pause, 100_000, now) - now).num_days(), 14, "a pause always ends");
        for kind in [Kind::Warning, Kind::Pause] {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
        }
    }
}
