//! Panels: polls in which people say something of themselves, so that an institution learns a little of whom it reaches.
//!
//! Who answers has chosen to. So a result is a count of those who did, and the share among them; of all others it says nothing.
//! What is told besides, the range in which the share would lie if chance had chosen those who answered, is the least that is
//! unknown: how far off a share of so few can be. It is told with the sentence that chance has not chosen them.
//!
//! The counts of a panel are not split up further: they are what the poll of a public post shows everybody. So the privacy
//! floor (`floor`) does not apply to them; keeping back here what stands there would protect nobody. Nothing that is no public
//! number is made of them: no panel is split by server, by follower or by another panel, and what one account answered is
//! forgotten when the panel is over.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::Serialize;

/// Of fewer answers no share is told, only counts.
pub const LEAST: i64 = 20;

/// What a panel asks people about themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// Whether they live in the city.
    Residence,
    /// How old they are, in bands.
    Age,
}

impl Panel {
    /// Every kind.
    pub const ALL: [Panel; 2] = [Panel::Residence, Panel::Age];

    /// Its name in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            Panel::Residence => "residence",
            Panel::Age => "age",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Panel> {
        Panel::ALL.into_iter().find(|panel| panel.name() == name)
    }
}

/// A part of those who answered, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The nearest whole percent.
    pub percent: i64,
    /// The ends of the 95 % interval of Wilson, rounded outwards: where the share among all would lie, if chance had chosen
    /// those who answered.
    pub low: i64,
    /// See `low`.
    pub high: i64,
}

/// The share that `votes` are of `of` answers; nothing, where there are too few answers to say so.
pub fn share(votes: i64, of: i64) -> Option<Share> {
    /// The square of 1.96: so many standard deviations hold 95 %.
    const Z2: f64 = 3.8416;
    if of < LEAST {
        return None;
    }
    let n = of as f64;
    let part = votes.clamp(0, of) as f64 / n;
    let middle = (part + Z2 / (2.0 * n)) / (1.0 + Z2 / n);
    let half = (Z2 * (part * (1.0 - part) / n + Z2 / (4.0 * n * n))).sqrt() / (1.0 + Z2 / n);
    let percent = |share: f64| (share * 100.0).clamp(0.0, 100.0);
    Some(Share {
        percent: percent(part).round() as i64,
        low: percent(middle - half).floor() as i64,
        high: percent(middle + half).ceil() as i64,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name() {
        assert!(Panel::ALL.iter().all(|panel| Panel::parse(panel.name()) == Some(*panel)));
        assert_eq!(Panel::parse("income"), None);
    }

    #[test]
    fn of_few_answers_no_share_is_told() {
        assert_eq!(share(19, 19), None);
        assert_eq!(share(0, 0), None);
        assert!(share(1, 20).is_some());
    }

    #[test]
    fn the_interval_is_that_of_wilson() {
        // Checked against the textbook's numbers: 132 of 214 are 61.7 %, from 55.0 to 67.9; none of 20 is 0 to 16.1.
        assert_eq!(share(132, 214), Some(Share { percent: 62, low: 55, high: 68 }));
        assert_eq!(share(0, 20), Some(Share { percent: 0, low: 0, high: 17 }));
        assert_eq!(share(20, 20), Some(Share { percent: 100, low: 83, high: 100 }));
        assert_eq!(share(5, 50), Some(Share { percent: 10, low: 4, high: 22 }));
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval(votes in any::<i64>(), of in any::<i64>()) {
            if let Some(share) = share(votes, of) {
                prop_assert!(0 <= share.low && share.low <= share.percent);
                prop_assert!(share.percent <= share.high && share.high <= 100);
            }
        }
    }
}
