//! The fixed set of indicators of a report, in the stages in which communication of public offices is evaluated: what was put
//! in, what came out, what was taken in, what people did, what changed, what was learnt (the evaluation cycle of the British
//! Government Communication Service, <https://gcs.civilservice.gov.uk/publications/gcs-evaluation-cycle/>).
//!
//! The last two stages have no number: no server can count them.

use std::collections::BTreeMap;

use super::reach::{Measure, REACTIONS, Truth};

/// A stage of the evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// What was put in.
    Inputs,
    /// What was published.
    Outputs,
    /// What was taken in.
    Outtakes,
    /// What people did.
    Outcomes,
    /// What changed by it.
    Impact,
    /// What was learnt.
    Learning,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 6] =
        [Stage::Inputs, Stage::Outputs, Stage::Outtakes, Stage::Outcomes, Stage::Impact, Stage::Learning];

    /// Its name in files and forms.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Inputs => "inputs",
            Stage::Outputs => "outputs",
            Stage::Outtakes => "outtakes",
            Stage::Outcomes => "outcomes",
            Stage::Impact => "impact",
            Stage::Learning => "learning",
        }
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Hundredths of `n`.
    Percent,
    /// Milliseconds.
    Milliseconds,
    /// Bytes.
    Bytes,
    /// Minutes.
    Minutes,
}

impl Unit {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Percent => "percent",
            Unit::Milliseconds => "milliseconds",
            Unit::Bytes => "bytes",
            Unit::Minutes => "minutes",
        }
    }
}

/// What indicators are made of.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The sums of the period.
    pub amounts: &'a BTreeMap<Measure, i64>,
    /// People who have access, where that is known.
    pub people: Option<i64>,
    /// In each month, half of the answers took no longer, in minutes.
    pub answers_within: Option<i64>,
    /// Panels that were over in the period, and answers to all of them.
    pub panels: (i64, i64),
    /// Of the whole server: some things are not known of one account.
    pub is_server: bool,
}

impl Known<'_> {
    fn known(&self, measure: Measure) -> Option<i64> {
        self.amounts.get(&measure).copied()
    }

    /// Of what is always counted, nothing is none.
    fn count(&self, measure: Measure) -> i64 {
        self.known(measure).unwrap_or_default()
    }
}

/// A number of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Its name in files, and where it is defined.
    pub name: &'static str,
    /// Where it belongs.
    pub stage: Stage,
    /// What it counts.
    pub unit: Unit,
    /// How true it is.
    pub truth: Truth,
    /// The number; nothing, where it is not known.
    pub value: Option<i64>,
    /// Of how many cases it is made; nothing, where the number is that itself.
    pub n: Option<i64>,
}

/// The indicators, always the same in the same order.
pub fn indicators(known: &Known<'_>) -> Vec<Indicator> {
    let mut all = Vec::new();
    let mut add = |stage, name, unit, truth, value: Option<i64>, n: Option<i64>| {
        all.push(Indicator { name, stage, unit, truth, value, n });
    };
    let count = |measure| known.count(measure);
    let sent = count(Measure::Sent);

    let stage = Stage::Inputs;
    add(stage, "people", Unit::Count, Truth::Exact, known.people, None);
    if known.is_server {
        let cpu = known.known(Measure::CpuTime);
        add(stage, "cpu_time", Unit::Milliseconds, Measure::CpuTime.truth(), cpu, None);
    }
    let bytes = count(Measure::BytesSent);
    add(stage, "bytes_sent", Unit::Bytes, Measure::BytesSent.truth(), Some(bytes), Some(sent));

    let stage = Stage::Outputs;
    add(stage, "posts", Unit::Count, Measure::Posts.truth(), Some(count(Measure::Posts)), None);
    let with_media = count(Measure::WithMedia);
    let described = share(count(Measure::Described), with_media);
    add(stage, "described", Unit::Percent, Measure::Described.truth(), described, Some(with_media));
    for (name, measure) in [("delivered", Measure::Delivered), ("undelivered", Measure::Undelivered)] {
        add(stage, name, Unit::Count, measure.truth(), Some(count(measure)), Some(sent));
    }

    let stage = Stage::Outtakes;
    let followers = known.known(Measure::Followers);
    add(stage, "followers", Unit::Count, Measure::Followers.truth(), followers, None);
    let new = count(Measure::NewFollowers);
    add(stage, "new_followers", Unit::Count, Measure::NewFollowers.truth(), Some(new), None);
    let reached = count(Measure::FollowersReached).checked_div(sent);
    add(stage, "followers_reached", Unit::Count, Truth::AtLeast, reached, Some(sent));
    for (name, measure) in [("views", Measure::Views), ("clicks", Measure::Clicks)] {
        add(stage, name, Unit::Count, measure.truth(), Some(count(measure)), None);
    }
    let readers = known.known(Measure::FeedReaders);
    add(stage, "feed_readers", Unit::Count, Measure::FeedReaders.truth(), readers, None);

    let stage = Stage::Outcomes;
    let reactors = count(Measure::Reactors);
    add(stage, "reactors", Unit::Count, Measure::Reactors.truth(), Some(reactors), None);
    let reactions: i64 = REACTIONS.into_iter().map(count).sum();
    add(stage, "reactions", Unit::Count, Truth::AtLeast, Some(reactions), None);
    let each = followers.and_then(|followers| reactions.checked_mul(1000)?.checked_div(followers));
    add(stage, "reactions_per_1000", Unit::Count, Truth::AtLeast, each, followers);
    add(stage, "replies", Unit::Count, Measure::Replies.truth(), Some(count(Measure::Replies)), None);
    let (panels, told) = known.panels;
    add(stage, "panel_answers", Unit::Count, Measure::Votes.truth(), Some(told), Some(panels));
    let (asked, answered) = (count(Measure::Questions), count(Measure::Answered));
    add(stage, "questions", Unit::Count, Measure::Questions.truth(), Some(asked), None);
    add(stage, "answered", Unit::Count, Measure::Answered.truth(), Some(answered), Some(asked));
    let within = known.answers_within.filter(|_| answered > 0);
    add(stage, "minutes_to_answer", Unit::Minutes, Truth::AtMost, within, Some(answered));
    all
}

/// A part of a whole in hundredths; nothing of nothing.
fn share(part: i64, whole: i64) -> Option<i64> {
    part.checked_mul(100)?.checked_div(whole)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn of(amounts: &BTreeMap<Measure, i64>, is_server: bool) -> Vec<Indicator> {
        indicators(&Known { amounts, people: Some(3), answers_within: Some(90), panels: (2, 77), is_server })
    }

    fn value(all: &[Indicator], name: &str) -> (Option<i64>, Option<i64>) {
        all.iter().find(|one| one.name == name).map(|one| (one.value, one.n)).expect("it is there")
    }

    #[test]
    fn the_set_is_the_same_whatever_there_is() {
        let nothing = of(&BTreeMap::new(), true);
        let all: BTreeMap<Measure, i64> = Measure::ALL.iter().map(|measure| (*measure, 7)).collect();
        let names = |all: &[Indicator]| all.iter().map(|one| one.name).collect::<Vec<_>>();

        assert_eq!(names(&nothing), names(&of(&all, true)));
        assert_eq!(names(&nothing).into_iter().collect::<BTreeSet<_>>().len(), nothing.len());
        assert!(nothing.windows(2).all(|two| two[0].stage <= two[1].stage));
    }

    #[test]
    fn nothing_is_no_number_and_none_is_nought() {
        let nothing = of(&BTreeMap::new(), false);

        assert_eq!(value(&nothing, "posts"), (Some(0), None));
        assert_eq!(value(&nothing, "described"), (None, Some(0)));
        assert_eq!(value(&nothing, "followers"), (None, None));
        assert_eq!(value(&nothing, "reactions_per_1000"), (None, None));
        assert_eq!(value(&nothing, "minutes_to_answer"), (None, Some(0)));
        assert!(nothing.iter().all(|one| one.name != "cpu_time"));
    }

    #[test]
    fn shares_say_of_how_many_they_are() {
        let amounts = BTreeMap::from([
            (Measure::WithMedia, 8),
            (Measure::Described, 7),
            (Measure::Sent, 4),
            (Measure::FollowersReached, 410),
            (Measure::Followers, 200),
            (Measure::Boosts, 30),
            (Measure::Replies, 20),
            (Measure::Questions, 6),
            (Measure::Answered, 5),
        ]);
        let all = of(&amounts, false);

        assert_eq!(value(&all, "described"), (Some(87), Some(8)));
        assert_eq!(value(&all, "followers_reached"), (Some(102), Some(4)));
        assert_eq!(value(&all, "reactions_per_1000"), (Some(250), Some(200)));
        assert_eq!(value(&all, "panel_answers"), (Some(77), Some(2)));
        assert_eq!(value(&all, "answered"), (Some(5), Some(6)));
        assert_eq!(value(&all, "minutes_to_answer"), (Some(90), Some(5)));
    }

    #[test]
    fn no_number_is_too_large_to_be_told() {
        let amounts: BTreeMap<Measure, i64> =
            Measure::ALL.iter().map(|measure| (*measure, i64::MAX / 8)).collect();

        assert_eq!(value(&of(&amounts, true), "described").0, None);
    }
}
