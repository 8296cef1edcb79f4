//! A report in words: sentences made of its figures, and tables.

use stadtbote_core::actions::reach::Report;
use stadtbote_core::domain::indicators::{Indicator, Stage, Unit};
use stadtbote_core::domain::reach::{DEFINITIONS, Truth};
use stadtbote_core::domain::transparency;

use super::{Block, Cell, Paper, Part, Table, Term};
use crate::language::{Language, Texts};
use crate::pages::reach::PanelView;
use crate::public::transparency as moderation;
use crate::staff::panels;
use crate::staff::reach::{key_of_truth, period_name, sign};
use crate::times;

/// A report and all that its words need.
pub(crate) struct Told<'a> {
    pub(crate) t: Texts,
    pub(crate) report: &'a Report,
    /// The name of the account, or of the city.
    pub(crate) name: &'a str,
    /// It is the report of all accounts.
    pub(crate) is_server: bool,
    /// The panels of the period.
    pub(crate) panels: &'a [PanelView],
    /// The smallest group that is told of.
    pub(crate) floor: u32,
    /// What moderators did in that year, if it is a report of a year of the whole server, and where more of it is.
    pub(crate) moderation: Option<(&'a transparency::Report, String)>,
}

/// What is told of moderation: section and figure of the transparency report.
const OF_MODERATION: [(&str, &str); 7] = [
    ("orders", "total"),
    ("notices", "total"),
    ("decisions", "total"),
    ("decisions", "restricting"),
    ("complaints", "received"),
    ("complaints", "reversed"),
    ("times", "decision"),
];

/// The stages that sentences are prepared for.
pub(crate) const PREPARED: [Stage; 4] = [Stage::Inputs, Stage::Outputs, Stage::Outtakes, Stage::Outcomes];

/// Most changes that are said in sentences; the others are in the tables.
const MOST_CHANGES: usize = 6;

impl Told<'_> {
    /// What it is called.
    pub(crate) fn title(&self) -> String {
        let period = self.report.period;
        match (self.is_server, period.months()) {
            (true, 12) => self.t.with("report-yearly", "year", period.name()),
            (false, 12) => self.t.with("report-of-year", "year", period.name()),
            _ => self.t.with("report-of-quarter", "period", period_name(self.t, period)),
        }
    }

    /// Whose it is.
    pub(crate) fn whose(&self) -> String {
        match self.is_server {
            true => self.t.with("report-all", "city", self.name),
            false => self.name.to_owned(),
        }
    }

    /// The whole report. `text` gives what people wrote for a stage, in place of the sentences that are prepared; for the
    /// stages without numbers, in place of room to write.
    pub(crate) fn paper(&self, text: impl Fn(Stage) -> Option<String>) -> Paper {
        let t = self.t;
        let mut parts: Vec<Part> =
            Stage::ALL.into_iter().map(|stage| self.stage(stage, text(stage))).collect();
        parts.extend(self.asked());
        parts.extend(self.institutions());
        parts.extend(self.moderation());
        parts.push(self.limits());
        parts.push(self.method());
        Paper {
            language: t.tag(),
            title: self.title(),
            whose: self.whose(),
            facts: self.facts(),
            warning: self.warning(),
            parts,
        }
    }

    fn facts(&self) -> Vec<String> {
        let (t, report) = (self.t, self.report);
        let day = |day| times::date(t, day);
        let (first, last) = (day(report.period.first()), day(report.period.last()));
        let mut facts = vec![t.with_two("report-period-of", "first", first, "last", last)];
        if let Some(since) = report.counted_since.filter(|since| *since > report.period.previous().first()) {
            facts.push(t.with("report-since", "when", day(since)));
        }
        facts.push(t.with("report-made", "when", times::plain(t, report.made_at).text));
        facts
    }

    fn warning(&self) -> Option<String> {
        let (t, report) = (self.t, self.report);
        if report.today < report.period.first() {
            return Some(t.say("report-future"));
        }
        if !report.is_over() {
            return Some(t.with("report-running", "when", times::date(t, report.today)));
        }
        let is_counted = report.counted_since.is_some_and(|since| since < report.period.until());
        (!is_counted).then(|| t.say("report-uncounted"))
    }

    fn stage(&self, stage: Stage, text: Option<String>) -> Part {
        let t = self.t;
        let heading = t.say(&format!("report-{}", stage.name()));
        let mut blocks = Vec::new();
        if PREPARED.contains(&stage) {
            blocks.push(Block::Text(text.unwrap_or_else(|| self.sentences(stage))));
            let what = heading.split(':').next().unwrap_or_default();
            let caption = t.with("report-figures", "what", what);
            blocks.push(Block::Table(self.table(caption, |one| one.stage == stage)));
        } else {
            // What can't be measured is said, whatever people write below it.
            blocks.push(Block::Text(self.sentences(stage)));
            let question = t.say(&format!("report-blank-{}", stage.name()));
            blocks.push(match text.filter(|text| !text.trim().is_empty()) {
                Some(text) => Block::Text(text),
                None => Block::Blank(question),
            });
        }
        Part { id: stage.name().to_owned(), heading, blocks }
    }

    fn number(&self, number: i64) -> String {
        self.t.number(number.max(0).unsigned_abs())
    }

    /// A number that there is some of.
    fn some(&self, name: &str) -> Option<i64> {
        self.report.find(name)?.value.filter(|value| *value > 0)
    }

    /// What figures say of a stage, in sentences.
    pub(crate) fn sentences(&self, stage: Stage) -> String {
        let t = self.t;
        let find = |name: &str| self.report.find(name);
        let shown = |name: &str| find(name).and_then(|one| Some(self.value(one, one.value?)));
        let count = |key: &str, name: &str| Some(t.count(key, find(name)?.value?.max(0).unsigned_abs()));
        let some = |key: &str, name: &str| Some(t.with(key, "n", self.number(self.some(name)?)));
        let sentences = match stage {
            Stage::Inputs => vec![
                count(if self.is_server { "report-text-staff" } else { "report-text-people" }, "people"),
                shown("cpu_time").map(|time| t.with("report-text-cpu", "time", time)),
                Some(t.say("report-text-no-hours")),
            ],
            Stage::Outputs => vec![
                count("report-text-posts", "posts"),
                find("described").and_then(|one| {
                    let (share, of) = (self.value(one, one.value?), self.number(one.n?));
                    Some(t.with_two("report-text-described", "m", of, "share", share))
                }),
                some("report-text-delivered", "delivered"),
                some("report-text-undelivered", "undelivered"),
            ],
            Stage::Outtakes => vec![
                count("report-text-followers", "followers"),
                self.some("new_followers").map(|new| t.count("report-text-new", new.unsigned_abs())),
                some("report-text-views", "views"),
                some("report-text-clicks", "clicks"),
                Some(t.say("reach-not-measurable")),
            ],
            Stage::Outcomes => vec![
                Some(match (self.some("reactors"), self.some("reactions")) {
                    (Some(accounts), Some(reactions)) => t.with_two(
                        "report-text-reactors",
                        "accounts",
                        self.number(accounts),
                        "n",
                        self.number(reactions),
                    ),
                    _ => t.say("report-text-nobody"),
                }),
                self.some("questions").map(|asked| {
                    let answered = self.number(self.some("answered").unwrap_or_default());
                    t.with_two("report-text-answered", "answered", answered, "asked", self.number(asked))
                }),
                find("minutes_to_answer").and_then(|one| {
                    let time = self.span("", at_most(one.value?));
                    Some(t.with("report-text-within", "time", time))
                }),
                self.some("panel_answers").map(|answers| {
                    let polls = find("panel_answers").and_then(|one| one.n).unwrap_or_default();
                    t.with_two("report-text-panels", "n", self.number(answers), "polls", self.number(polls))
                }),
            ],
            Stage::Impact => vec![Some(t.say("report-text-impact"))],
            Stage::Learning => vec![Some(self.changes())],
        };
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn changes(&self) -> String {
        let t = self.t;
        if !self.report.is_comparable() {
            return t.say("report-text-incomparable");
        }
        let name = period_name(t, self.report.period.previous());
        let change = |(now, before): &(Indicator, Option<Indicator>)| {
            let before = before.as_ref()?;
            let change = self.change(now, Some(before)).filter(|_| now.value != before.value)?;
            Some(t.with_two("report-text-change", "what", self.name_of(now), "change", change))
        };
        let changes: Vec<String> =
            self.report.indicators.iter().filter_map(change).take(MOST_CHANGES).collect();
        match changes.is_empty() {
            true => t.with("report-text-no-change", "before", name),
            false => {
                format!("{} {}.", t.with("report-text-compared", "before", name), changes.join("; "))
            }
        }
    }

    fn name_of(&self, one: &Indicator) -> String {
        self.t.say(&name_key(one.name))
    }

    /// A value as people read it: of bounds, never beyond them.
    fn value(&self, one: &Indicator, value: i64) -> String {
        let t = self.t;
        let value = value.max(0);
        match one.unit {
            Unit::Count => self.number(value),
            Unit::Percent => t.with("percent", "n", self.number(value)),
            Unit::Milliseconds => t.with("reach-seconds", "n", self.number(value / 1000)),
            Unit::Bytes if value >= 10_000_000 => {
                t.with("report-megabytes", "n", self.number(value / 1_000_000))
            }
            Unit::Bytes => t.with("reach-kilobytes", "n", self.number(value / 1000)),
            Unit::Minutes => self.span("report-", at_most(value)),
        }
    }

    fn span(&self, prefix: &str, (number, unit): (u64, &str)) -> String {
        self.t.count(&format!("{prefix}{unit}"), number)
    }

    fn shown(&self, one: &Indicator) -> Cell {
        match one.value {
            Some(value) => Cell::number(self.value(one, value), Some(value)),
            None => Cell::number(self.t.say("report-not-known"), None),
        }
    }

    /// How much more or less there is than before, where that can be said.
    fn change(&self, now: &Indicator, before: Option<&Indicator>) -> Option<String> {
        if !self.report.is_comparable() || !matches!(now.unit, Unit::Count | Unit::Percent) {
            return None;
        }
        let change = now.value? - before?.value?;
        let number = self.t.number(change.unsigned_abs());
        let signed = match change {
            0 => return Some(self.t.say("reach-same")),
            1.. => format!("+ {number}"),
            _ => format!("− {number}"),
        };
        Some(match now.unit {
            Unit::Percent => self.t.with("reach-points", "n", signed),
            _ => signed,
        })
    }

    fn truth(&self, truth: Truth) -> Cell {
        let word = self.t.say(&format!("truth-{}", key_of_truth(truth)));
        Cell { sign: Some(sign(truth)), ..Cell::words(&word) }
    }

    fn head(&self) -> Vec<String> {
        let (t, period) = (self.t, self.report.period);
        let mut head = vec![t.say("report-indicator"), self.short(period)];
        if self.report.has_before() {
            head.push(self.short(period.previous()));
        }
        if self.report.is_comparable() {
            head.push(t.say("reach-change"));
        }
        head.extend([t.say("report-truth"), t.say("report-n")]);
        head
    }

    /// A period for the head of a column.
    fn short(&self, period: stadtbote_core::domain::period::Period) -> String {
        match (period.months(), self.t.language()) {
            (12, _) => period.name(),
            (_, Language::German) => period_name(self.t, period).replace("Quartal", "Q."),
            (_, Language::English) => period_name(self.t, period),
        }
    }

    fn row(&self, now: &Indicator, before: Option<&Indicator>) -> Vec<Cell> {
        let name = Cell { href: Some(format!("#how-{}", now.name)), ..Cell::words(&self.name_of(now)) };
        let mut row = vec![name, self.shown(now)];
        if self.report.has_before() {
            row.push(before.map_or_else(|| Cell::number("–", None), |before| self.shown(before)));
        }
        if self.report.is_comparable() {
            row.push(match self.change(now, before) {
                Some(change) => Cell::number(
                    change,
                    now.value.zip(before.and_then(|before| before.value)).map(|(now, before)| now - before),
                ),
                None => Cell::number("–", None),
            });
        }
        row.push(self.truth(now.truth));
        row.push(match now.n {
            Some(n) => Cell::number(self.number(n), Some(n)),
            None => Cell::number("–", None),
        });
        row
    }

    fn table(&self, caption: String, is_meant: impl Fn(&Indicator) -> bool) -> Table {
        let meant = self.report.indicators.iter().filter(|(now, _)| is_meant(now));
        let rows = meant.map(|(now, before)| self.row(now, before.as_ref())).collect();
        Table { caption, head: self.head(), rows }
    }

    /// The accounts, by their names.
    pub(crate) fn institutions_table(&self) -> Option<Table> {
        const SHOWN: [&str; 6] = ["posts", "followers", "reactors", "reactions", "questions", "answered"];
        if self.report.accounts.is_empty() {
            return None;
        }
        let mut head = vec![self.t.say("reach-account")];
        head.extend(SHOWN.iter().map(|name| self.t.say(&name_key(name))));
        let row = |(account, indicators): &(stadtbote_core::store::accounts::Model, Vec<Indicator>)| {
            let mut row = vec![Cell::words(&account.display_name)];
            row.extend(SHOWN.iter().map(|name| {
                let one = indicators.iter().find(|one| one.name == *name);
                one.map_or_else(Cell::default, |one| Cell { sign: said(one), ..self.shown(one) })
            }));
            row
        };
        let rows = self.report.accounts.iter().map(row).collect();
        let caption = self.t.with("report-figures", "what", self.t.say("report-institutions"));
        Some(Table { caption, head, rows })
    }

    /// What people said of themselves.
    fn asked(&self) -> Option<Part> {
        (!self.panels.is_empty()).then(|| Part {
            id: "panels".to_owned(),
            heading: self.t.say("reach-panels"),
            blocks: panels::blocks(self.t, self.panels),
        })
    }

    fn institutions(&self) -> Option<Part> {
        let table = self.institutions_table()?;
        Some(Part {
            id: "institutions".to_owned(),
            heading: self.t.say("report-institutions"),
            blocks: vec![Block::Note(self.t.say("report-institutions-note")), Block::Table(table)],
        })
    }

    fn moderation(&self) -> Option<Part> {
        let t = self.t;
        let (report, address) = self.moderation.as_ref()?;
        let row = |(section, name): &(&str, &str)| {
            let found = report.sections.iter().find(|one| one.name == *section)?;
            let figure = found.figures.iter().find(|one| one.name == *name)?;
            let number = match figure.value {
                transparency::Value::Count(count) => i64::try_from(count).ok(),
                transparency::Value::Minutes(_) => None,
            };
            let title = t.say(&format!("transparency-{section}"));
            Some(vec![
                Cell::words(&format!("{title}: {}", moderation::figure_name(t, section, name))),
                Cell::number(moderation::shown(t, figure.value), number),
            ])
        };
        let table = Table {
            caption: t.with("report-figures", "what", t.say("report-moderation")),
            head: vec![t.say("reach-what"), self.short(self.report.period)],
            rows: OF_MODERATION.iter().filter_map(row).collect(),
        };
        Some(Part {
            id: "moderation".to_owned(),
            heading: t.say("report-moderation"),
            blocks: vec![
                Block::Note(t.with("report-moderation-note", "address", address)),
                Block::Table(table),
            ],
        })
    }

    fn limits(&self) -> Part {
        let t = self.t;
        let point = |key: &str| Term { id: String::new(), name: String::new(), text: t.say(key) };
        Part {
            id: "limits".to_owned(),
            heading: t.say("report-limits"),
            blocks: vec![Block::List(
                ["reach-limit-read", "reach-limit-residents", "report-limit-impact"].map(point).to_vec(),
            )],
        }
    }

    fn version(&self) -> String {
        self.t.with("reach-version", "n", DEFINITIONS.to_string())
    }

    /// How numbers are defined.
    pub(crate) fn terms(&self) -> Vec<Term> {
        let term = |(one, _): &(Indicator, Option<Indicator>)| Term {
            id: format!("how-{}", one.name),
            name: format!("{} ({})", self.name_of(one), self.truth(one.truth).signed()),
            text: self.t.say(&how_key(one.name)),
        };
        self.report.indicators.iter().map(term).collect()
    }

    fn method(&self) -> Part {
        let t = self.t;
        let truth = |truth: Truth| Term {
            id: String::new(),
            name: self.truth(truth).signed(),
            text: t.say(&format!("report-truth-{}", key_of_truth(truth))),
        };
        let truths = [Truth::Exact, Truth::AtLeast, Truth::AtMost, Truth::Estimate].map(truth).to_vec();
        Part {
            id: "method".to_owned(),
            heading: t.say("report-method"),
            blocks: vec![
                Block::List(truths),
                Block::Text(t.say("report-method-n")),
                Block::List(self.terms()),
                Block::Note(t.with("reach-limit-floor", "n", self.number(i64::from(self.floor)))),
                Block::Note(self.version()),
            ],
        }
    }

    /// What the numbers are about and how they are measured, as a table.
    pub(crate) fn about(&self) -> Table {
        let t = self.t;
        let row = |name: &str, text: &str| vec![Cell::words(name), Cell::words(text)];
        let mut rows = vec![row(&self.title(), &self.whose())];
        rows.extend(self.warning().iter().chain(&self.facts()).map(|fact| row("", fact)));
        for block in self.limits().blocks.into_iter().chain(self.method().blocks) {
            match block {
                Block::List(terms) => rows.extend(terms.iter().map(|term| row(&term.name, &term.text))),
                Block::Text(text) | Block::Note(text) | Block::Blank(text) => rows.push(row("", &text)),
                Block::Table(_) => {}
            }
        }
        Table {
            caption: t.say("report-method"),
            head: vec![t.say("reach-what"), t.say("report-definition")],
            rows,
        }
    }

    /// All indicators as one table, for programs that reckon: with the stage, the unit and the definition.
    pub(crate) fn whole_table(&self) -> Table {
        let t = self.t;
        let mut head = vec![t.say("report-stage")];
        head.extend(self.head());
        head.extend([t.say("report-unit"), t.say("report-definition")]);
        let row = |(now, before): &(Indicator, Option<Indicator>)| {
            let stage = t.say(&format!("report-{}", now.stage.name()));
            let mut row = vec![Cell::words(stage.split(':').next().unwrap_or_default())];
            row.extend(self.row(now, before.as_ref()));
            row.push(Cell::words(&t.say(&format!("report-unit-{}", now.unit.name()))));
            row.push(Cell::words(&t.say(&how_key(now.name))));
            row
        };
        Table { caption: self.title(), head, rows: self.report.indicators.iter().map(row).collect() }
    }
}

/// The sign of a number that stands without a column that says how true it is; nothing, where it is exact.
fn said(one: &Indicator) -> Option<&'static str> {
    one.value.filter(|_| one.truth != Truth::Exact).map(|_| sign(one.truth))
}

/// Minutes in the unit that people say, rounded up: it is a bound.
fn at_most(minutes: i64) -> (u64, &'static str) {
    let minutes = minutes.max(0).unsigned_abs();
    match minutes {
        0..=89 => (minutes, "minutes"),
        90..=2879 => (minutes.div_ceil(60), "hours"),
        _ => (minutes.div_ceil(1440), "days"),
    }
}

/// The message that names an indicator.
fn name_key(name: &str) -> String {
    let dashed = name.replace('_', "-");
    match name {
        "posts" | "delivered" | "undelivered" | "followers" | "new_followers" | "views" | "clicks"
        | "feed_readers" | "reactors" | "replies" | "answered" => format!("measure-{dashed}"),
        _ => format!("report-{dashed}"),
    }
}

/// The message that says how it is measured.
fn how_key(name: &str) -> String {
    let dashed = name.replace('_', "-");
    match name {
        "followers" | "views" | "clicks" | "feed_readers" | "reactors" => format!("how-{dashed}"),
        _ => format!("report-how-{dashed}"),
    }
}
