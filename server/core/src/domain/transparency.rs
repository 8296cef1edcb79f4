//! The yearly transparency report (Art. 15 of Regulation (EU) 2022/2065): figures of counts.
//!
//! Nothing here is split by person, account, server or institution: only by the way on which a report came, by category, by
//! measure and by ground, as the law wants it. So no figure is held back for being small.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::moderation::{CATEGORIES, Measure, Question};

/// A count by up to three marks; what they are differs from question to question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The first mark.
    pub first: String,
    /// The second, or nothing.
    pub second: String,
    /// The third.
    pub third: bool,
    /// How many.
    pub count: u64,
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it ended.
    pub ended: DateTime<Utc>,
}

/// What was counted of a year.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Reports by source, question, and whether a trusted flagger wrote.
    pub notices: Vec<Tally>,
    /// Decisions by ground, category, and whether they restrict somebody.
    pub decisions: Vec<Tally>,
    /// Measures by kind, ground, and whether nobody but staff had brought the case up.
    pub measures: Vec<Tally>,
    /// Measures that ended in the year, by kind, and whether they ended by themselves.
    pub ended: Vec<Tally>,
    /// Complaints by outcome (nothing while there is none), and whether they were made in the year.
    pub complaints: Vec<Tally>,
    /// From the first report to the decision.
    pub decided_after: Vec<Lapse>,
    /// From a complaint to its answer.
    pub answered_after: Vec<Lapse>,
    /// Reports that were counted without rows, marked as those with rows are.
    pub floods: Vec<Tally>,
    /// Warnings and pauses of those who report, and reports that were manifestly unfounded, by kind.
    pub misuse: Vec<Tally>,
    /// Posts that a rule held back.
    pub held: Vec<Tally>,
    /// Domains by what is decided about them.
    pub domains: Vec<Tally>,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// So many.
    Count(u64),
    /// So many minutes; none where there was nothing to measure.
    Minutes(Option<u64>),
}

/// A figure with its name: a word of ours, the name of a category, of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// Figures that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The name.
    pub name: String,
    /// The figures, always the same ones in the same order.
    pub figures: Vec<Figure>,
}

/// The report of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which year, by UTC.
    pub year: i32,
    /// When it was reckoned.
    pub made_at: DateTime<Utc>,
    /// Whether the year was over then.
    pub is_whole: bool,
    /// The figures.
    pub sections: Vec<Section>,
}

/// The ways on which reports come that are no orders and not our own.
const SOURCES: [&str; 4] = ["form", "client", "server", "letter"];

impl Report {
    /// The report of what was counted.
    pub fn new(year: i32, made_at: DateTime<Utc>, is_whole: bool, counts: &Counts) -> Report {
        let section = |name: &str, figures: Vec<Figure>| Section { name: name.to_owned(), figures };
        let orders = |tally: &Tally| tally.first == "authority";
        let own = |tally: &Tally| tally.first == "own";
        let notices = |tally: &Tally| !orders(tally) && !own(tally);
        // With or without a row, a report is a report.
        let all: Vec<Tally> = counts.notices.iter().chain(&counts.floods).cloned().collect();
        let by_question = |is_meant: &dyn Fn(&Tally) -> bool| {
            let mut figures = vec![count("total", &all, is_meant)];
            figures.extend(Question::ALL.map(|question| {
                count(question.name(), &all, |tally| is_meant(tally) && tally.second == question.name())
            }));
            figures
        };
        let mut by_source = vec![count("total", &all, notices)];
        by_source.extend(SOURCES.map(|source| count(source, &all, |tally| tally.first == source)));
        by_source.push(count("counted_only", &counts.floods, |_| true));
        by_source.push(count("trusted", &counts.notices, |tally| notices(tally) && tally.third));
        let by_ground = |ground: Option<&'static str>| {
            Measure::ALL
                .map(|measure| {
                    count(measure.name(), &counts.measures, |tally| {
                        tally.first == measure.name() && ground.is_none_or(|ground| tally.second == ground)
                    })
                })
                .to_vec()
        };
        let restricts = |tally: &Tally| tally.third;
        let sections = vec![
            section("orders", by_question(&orders)),
            section("notices", by_source),
            section("notices_by_category", by_question(&notices)),
            section(
                "decisions",
                vec![
                    count("total", &counts.decisions, |_| true),
                    count("restricting", &counts.decisions, restricts),
                    count("by_rules", &counts.decisions, |tally| restricts(tally) && tally.first == "rules"),
                    count("by_law", &counts.decisions, |tally| restricts(tally) && tally.first == "law"),
                ],
            ),
            section(
                "decisions_by_category",
                CATEGORIES
                    .map(|category| {
                        count(category, &counts.decisions, |tally| {
                            restricts(tally) && tally.second == category
                        })
                    })
                    .to_vec(),
            ),
            section("measures", by_ground(None)),
            section("measures_by_rules", by_ground(Some("rules"))),
            section("measures_by_law", by_ground(Some("law"))),
            section(
                "own_initiative",
                vec![
                    count("reports", &counts.notices, own),
                    count("measures_taken", &counts.measures, |tally| tally.third),
                ],
            ),
            section(
                "automation",
                vec![
                    // A rule may hold a post back until a person looks; nothing is decided but by a person.
                    count("held", &counts.held, |_| true),
                    Figure { name: "automatic_decisions".into(), value: Value::Count(0) },
                    count("ended_in_time", &counts.ended, |tally| tally.third),
                ],
            ),
            section(
                "misuse",
                ["unfounded", "warning", "pause"]
                    .map(|kind| count(kind, &counts.misuse, |tally| tally.first == kind))
                    .to_vec(),
            ),
            section(
                "complaints",
                vec![
                    count("received", &counts.complaints, |tally| tally.third),
                    count("upheld", &counts.complaints, |tally| tally.first == "upheld"),
                    count("reversed", &counts.complaints, |tally| tally.first == "reversed"),
                    count("open", &counts.complaints, |tally| tally.first.is_empty()),
                ],
            ),
            section(
                "times",
                vec![
                    // Whoever sends the form sees the receipt at once.
                    Figure { name: "acknowledgement".into(), value: Value::Minutes(Some(0)) },
                    Figure { name: "decision".into(), value: Value::Minutes(median(&counts.decided_after)) },
                    Figure {
                        name: "complaint".into(),
                        value: Value::Minutes(median(&counts.answered_after)),
                    },
                ],
            ),
            section(
                "domains",
                ["suspend", "silence", "noop"]
                    .map(|severity| count(severity, &counts.domains, |tally| tally.first == severity))
                    .to_vec(),
            ),
        ];
        Report { year, made_at, is_whole, sections }
    }

    /// Whether nothing at all was counted.
    pub fn is_empty(&self) -> bool {
        let figures = self.sections.iter().flat_map(|section| &section.figures);
        figures.map(|figure| figure.value).all(|value| match value {
            Value::Count(count) => count == 0,
            Value::Minutes(minutes) => minutes.unwrap_or_default() == 0,
        })
    }

    /// The report as a table for programs (CSV): a figure a line. Times are in hours.
    pub fn as_csv(&self) -> String {
        let mut lines = String::from("year,section,figure,value,unit\n");
        for section in &self.sections {
            for figure in &section.figures {
                let (value, unit) = match figure.value {
                    Value::Count(count) => (count.to_string(), "count"),
                    Value::Minutes(Some(minutes)) => {
                        (format!("{}.{:02}", minutes / 60, minutes % 60 * 100 / 60), "hours")
                    }
                    Value::Minutes(None) => (String::new(), "hours"),
                };
                lines.push_str(&format!("{},{},{},{value},{unit}\n", self.year, section.name, figure.name));
            }
        }
        lines
    }
}

fn count(name: &str, tallies: &[Tally], is_meant: impl Fn(&Tally) -> bool) -> Figure {
    let found = tallies.iter().filter(|tally| is_meant(tally)).map(|tally| tally.count).sum();
    Figure { name: name.to_owned(), value: Value::Count(found) }
}

/// The middle of these spans in minutes; of two in the middle the half between them.
fn median(lapses: &[Lapse]) -> Option<u64> {
    let minutes =
        |lapse: &Lapse| u64::try_from((lapse.ended - lapse.began).num_minutes()).unwrap_or_default();
    let mut minutes: Vec<u64> = lapses.iter().map(minutes).collect();
    minutes.sort_unstable();
    let upper = minutes.get(minutes.len() / 2).copied()?;
    match minutes.len() % 2 {
        0 => Some((minutes.get(minutes.len() / 2 - 1).copied().unwrap_or(upper) + upper) / 2),
        _ => Some(upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("it is a time")
    }

    fn tally(first: &str, second: &str, third: bool, count: u64) -> Tally {
        Tally { first: first.into(), second: second.into(), third, count }
    }

    fn value(report: &Report, section: &str, name: &str) -> Value {
        let section = report.sections.iter().find(|one| one.name == section).expect("there is the section");
        section.figures.iter().find(|one| one.name == name).expect("there is the figure").value
    }

    #[test]
    fn orders_reports_and_our_own_initiative_are_counted_apart() {
        let counts = Counts {
            notices: vec![
                tally("form", "insult", true, 2),
                tally("form", "fraud", false, 3),
                tally("server", "insult", false, 5),
                tally("authority", "violence", false, 7),
                tally("own", "other", false, 11),
            ],
            floods: vec![tally("server", "other", false, 100)],
            misuse: vec![tally("pause", "", false, 1), tally("unfounded", "", false, 4)],
            held: vec![tally("held", "", false, 6)],
            measures: vec![tally("hide", "rules", false, 1), tally("hide", "law", true, 4)],
            complaints: vec![
                tally("reversed", "", true, 2),
                tally("upheld", "", false, 1),
                tally("", "", true, 3),
            ],
            ..Counts::default()
        };

        let report = Report::new(2026, at("2027-01-01T00:00:00Z"), true, &counts);

        for (section, name, expected) in [
            ("orders", "total", 7),
            ("orders", "violence", 7),
            ("notices", "total", 110),
            ("notices", "server", 105),
            ("notices", "counted_only", 100),
            ("notices_by_category", "other", 100),
            ("misuse", "unfounded", 4),
            ("misuse", "warning", 0),
            ("misuse", "pause", 1),
            ("automation", "held", 6),
            ("notices", "form", 5),
            ("notices", "trusted", 2),
            ("notices_by_category", "insult", 7),
            ("own_initiative", "reports", 11),
            ("own_initiative", "measures_taken", 4),
            ("measures", "hide", 5),
            ("measures_by_law", "hide", 4),
            ("complaints", "received", 5),
            ("complaints", "upheld", 1),
            ("complaints", "open", 3),
        ] {
            assert_eq!(value(&report, section, name), Value::Count(expected), "{section} {name}");
        }
        assert!(!report.is_empty());
        assert!(report.as_csv().contains("\n2026,orders,violence,7,count\n"));
    }

    #[test]
    fn the_middle_of_times_is_told_and_none_where_there_are_none() {
        let lapse = |hours: i64| Lapse {
            began: at("2026-03-01T00:00:00Z"),
            ended: at("2026-03-01T00:00:00Z") + chrono::TimeDelta::hours(hours),
        };
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[lapse(5), lapse(1), lapse(100)]), Some(300));
        assert_eq!(median(&[lapse(5), lapse(1)]), Some(180));
        assert_eq!(median(&[lapse(-5)]), Some(0));
        let counts = Counts { decided_after: vec![lapse(1), lapse(2)], ..Counts::default() };
        let report = Report::new(2026, at("2026-06-01T00:00:00Z"), false, &counts);
        assert!(report.as_csv().contains("2026,times,decision,1.50,hours\n2026,times,complaint,,hours\n"));
    }

    #[test]
    fn a_year_without_anything_has_all_its_figures() {
        let report = Report::new(2026, at("2026-06-01T00:00:00Z"), false, &Counts::default());

        assert!(report.is_empty());
        assert_eq!(report.sections.len(), 14);
        assert_eq!(report.sections.iter().map(|section| section.figures.len()).sum::<usize>(), 89);
        let kept: Report =
            serde_json::from_str(&serde_json::to_string(&report).expect("it is JSON")).expect("and back");
        assert_eq!(kept, report);
    }
}
