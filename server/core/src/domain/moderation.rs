//! Moderation: what somebody reports, how soon it is due, what a decision must say.
//!
//! Articles are those of Regulation (EU) 2022/2065 (Digital Services Act).

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};

use super::ids::{InstitutionId, NoticeId};

/// How soon a case is looked at. The order is the order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Somebody's life or safety may be in danger (Art. 18).
    Danger,
    /// An authority has ordered something, or a trusted flagger reports (Art. 9, 22).
    Preferred,
    /// Everything else.
    Normal,
    /// Whoever reported left no address, or has not confirmed it.
    Unconfirmed,
}

impl Lane {
    /// Every lane, the most urgent first.
    pub const ALL: [Lane; 4] = [Lane::Danger, Lane::Preferred, Lane::Normal, Lane::Unconfirmed];

    /// Its number in the database; smaller is sooner.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// The lane of that number; the last for one that there is not.
    pub fn of_number(number: i32) -> Lane {
        Lane::ALL.into_iter().find(|lane| lane.number() == number).unwrap_or(Lane::Unconfirmed)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Danger => "danger",
            Lane::Preferred => "preferred",
            Lane::Normal => "normal",
            Lane::Unconfirmed => "unconfirmed",
        }
    }

    /// When a case of this lane that opens `at` has to be decided.
    pub fn due(self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Lane::Danger => at + TimeDelta::hours(24),
            Lane::Preferred => after_working_days(at, 2),
            Lane::Normal | Lane::Unconfirmed => after_working_days(at, 5),
        }
    }
}

/// The same time of day so many working days later; Saturdays and Sundays are none. Holidays differ from state to state,
/// and only make a case due sooner than it must be.
pub fn after_working_days(at: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let mut day = at;
    let mut left = days;
    while left > 0 {
        day += TimeDelta::days(1);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

/// How the time of a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// There is time.
    InTime,
    /// Four fifths of it are over.
    Soon,
    /// It is over.
    Late,
}

/// How the time between `opened` and `due` stands `now`.
pub fn light(opened: DateTime<Utc>, due: DateTime<Utc>, now: DateTime<Utc>) -> Light {
    if now >= due {
        Light::Late
    } else if now >= soon_at(opened, due) {
        Light::Soon
    } else {
        Light::InTime
    }
}

/// When four fifths of the time of a case are over.
pub fn soon_at(opened: DateTime<Utc>, due: DateTime<Utc>) -> DateTime<Utc> {
    opened + (due - opened) * 4 / 5
}

/// Whether an account elsewhere that reports is a person, or speaks for some, and so reads what it is sent.
///
/// Mastodon reports by an `Application`, and so do newer versions of GoToSocial; older ones report by an actor that is called
/// as its server is (`names`). What a `Service` is, nobody knows: it is not written to.
pub fn is_somebody<'a>(kind: &str, username: &str, names: impl IntoIterator<Item = Option<&'a str>>) -> bool {
    let is_server = names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(username));
    PEOPLE.contains(&kind) && !is_server
}

/// The kinds of accounts behind which there are people.
pub const PEOPLE: [&str; 2] = ["person", "organization"];

/// What a report is about, in six plain words; each stands for a category of the Transparency Database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Insults, hatred, threats.
    Insult,
    /// Fraud, or an account that is not who it says.
    Fraud,
    /// Violence, or danger for children and young people.
    Violence,
    /// Private data or pictures without leave.
    Privacy,
    /// Somebody else's work.
    Copyright,
    /// Something else.
    Other,
}

impl Question {
    /// Every one, in the order in which they are asked.
    pub const ALL: [Question; 6] = [
        Question::Insult,
        Question::Fraud,
        Question::Violence,
        Question::Privacy,
        Question::Copyright,
        Question::Other,
    ];

    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Question::Insult => "insult",
            Question::Fraud => "fraud",
            Question::Violence => "violence",
            Question::Privacy => "privacy",
            Question::Copyright => "copyright",
            Question::Other => "other",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Question> {
        Question::ALL.into_iter().find(|question| question.name() == name)
    }

    /// How soon a report of it is looked at that comes by the form. `is_reachable`: whether it is known where to write to.
    /// What may be about life, or about children, waits for no confirmation.
    pub fn lane(self, is_reachable: bool) -> Lane {
        match (self, is_reachable) {
            (Question::Violence, _) => Lane::Danger,
            (_, true) => Lane::Normal,
            (_, false) => Lane::Unconfirmed,
        }
    }

    /// The category that it mostly is, before a person has decided.
    pub fn category(self) -> &'static str {
        match self {
            Question::Insult => "ILLEGAL_OR_HARMFUL_SPEECH",
            Question::Fraud => "SCAMS_AND_FRAUD",
            Question::Violence => "VIOLENCE",
            Question::Privacy => "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
            Question::Copyright => "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
            Question::Other => "NOT_SPECIFIED_NOTICE",
        }
    }
}

/// The categories of the Transparency Database (`STATEMENT_CATEGORY_…`), as of 2026.
pub const CATEGORIES: [&str; 16] = [
    "ANIMAL_WELFARE",
    "CONSUMER_INFORMATION",
    "CYBER_VIOLENCE",
    "CYBER_VIOLENCE_AGAINST_WOMEN",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "ILLEGAL_OR_HARMFUL_SPEECH",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "NOT_SPECIFIED_NOTICE",
    "OTHER_VIOLATION_TC",
    "PROTECTION_OF_MINORS",
    "RISK_FOR_PUBLIC_SECURITY",
    "SCAMS_AND_FRAUD",
    "SELF_HARM",
    "UNSAFE_AND_PROHIBITED_PRODUCTS",
    "VIOLENCE",
];

/// What a decision does. That everybody may read what is public is touched by none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Pictures of the post are covered.
    Sensitive,
    /// The post is shown nowhere here.
    Hide,
    /// Our copy of the post is deleted; our own post is deleted everywhere.
    Delete,
    /// The account is shown only to those who look for it.
    Limit,
    /// The account can't write to accounts of ours.
    Block,
    /// The account and all of its posts are shown nowhere here, and nothing of it is taken.
    Suspend,
    /// Of the domain of the account no pictures are shown.
    RejectMedia,
    /// All accounts of the domain are shown only to those who look for them.
    LimitDomain,
    /// The domain is shut out.
    SuspendDomain,
    /// The moderators of its own server are told.
    Forward,
}

impl Measure {
    /// Every one, from least to most.
    pub const ALL: [Measure; 10] = [
        Measure::Forward,
        Measure::Sensitive,
        Measure::Hide,
        Measure::Delete,
        Measure::Limit,
        Measure::Block,
        Measure::Suspend,
        Measure::RejectMedia,
        Measure::LimitDomain,
        Measure::SuspendDomain,
    ];

    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Sensitive => "sensitive",
            Measure::Hide => "hide",
            Measure::Delete => "delete",
            Measure::Limit => "limit",
            Measure::Block => "block",
            Measure::Suspend => "suspend",
            Measure::RejectMedia => "reject_media",
            Measure::LimitDomain => "limit_domain",
            Measure::SuspendDomain => "suspend_domain",
            Measure::Forward => "forward",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Whether it restricts somebody, so that reasons are owed (Art. 17).
    pub fn is_restrictive(self) -> bool {
        self != Measure::Forward
    }

    /// Whether it is done to a post; the others are done to an account or to its domain.
    pub fn is_about_post(self) -> bool {
        matches!(self, Measure::Sensitive | Measure::Hide | Measure::Delete)
    }

    /// Whether it is done to the whole domain of an account.
    pub fn is_about_domain(self) -> bool {
        matches!(self, Measure::RejectMedia | Measure::LimitDomain | Measure::SuspendDomain)
    }

    /// Whether it can be undone, and so may end by itself.
    pub fn can_end(self) -> bool {
        !matches!(self, Measure::Delete | Measure::Forward)
    }
}

/// How long a block lasts where nobody says otherwise.
pub const BLOCK_DAYS: i64 = 14;
/// How long one may complain about a decision (Art. 20: six months at least).
pub const COMPLAINT_DAYS: i64 = 184;

/// What a decision stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Nothing is wrong, or nothing is restricted.
    None,
    /// The rules of the house.
    Rules,
    /// A law.
    Law,
}

impl Ground {
    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Ground::None => "none",
            Ground::Rules => "rules",
            Ground::Law => "law",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Ground> {
        [Ground::None, Ground::Rules, Ground::Law].into_iter().find(|ground| ground.name() == name)
    }
}

/// One measure of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewMeasure {
    /// What is done.
    pub what: Measure,
    /// For how many days; none for until further notice.
    pub days: Option<i64>,
    /// The institution whose accounts are protected by a block; none for all of them.
    pub institution: Option<InstitutionId>,
}

/// A decision before it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    /// What is done; empty where the post stays as it is.
    pub measures: Vec<NewMeasure>,
    /// What it stands on.
    pub ground: Ground,
    /// Which rule or which law.
    pub citation: String,
    /// What has happened.
    pub facts: String,
    /// How whoever is concerned can complain.
    pub redress: String,
    /// The category of the Transparency Database.
    pub category: String,
    /// Why whoever it restricts is not told; empty where they are.
    pub untold: String,
    /// The reports that are manifestly unfounded (Art. 23(2)): none where somebody is restricted, for then something was wrong.
    pub unfounded: Vec<NoticeId>,
}

/// For how many days an address can be confirmed.
pub const CONFIRM_DAYS: i64 = 7;

impl NewDecision {
    /// All that is wrong with it, as field and reason: without these nothing that restricts somebody is decided (Art.
    /// 17(3)).
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let restricts = self.measures.iter().any(|measure| measure.what.is_restrictive());
        let is_blank = |text: &str| text.trim().is_empty();
        let is_long = |text: &str| text.chars().count() > LONGEST_TEXT;
        if self.measures.iter().any(|measure| measure.days.is_some_and(|days| !(1..=3650).contains(&days))) {
            faults.push(("Days", "must be between 1 and 3650"));
        }
        let is_twice = |(at, measure): (usize, &NewMeasure)| {
            self.measures[..at].iter().any(|other| other.what == measure.what)
        };
        if self.measures.iter().enumerate().any(is_twice) {
            faults.push(("Measures", "name the same twice"));
        }
        if restricts && self.ground == Ground::None {
            faults.push(("Ground", "is missing: a rule or a law"));
        }
        for (field, text, missing) in [
            ("Citation", &self.citation, "is missing: which rule or which law"),
            ("Facts", &self.facts, "are missing: what has happened"),
            ("Redress", &self.redress, "is missing: how the person can complain"),
        ] {
            if restricts && is_blank(text) {
                faults.push((field, missing));
            } else if is_long(text) {
                faults.push((field, "is too long"));
            }
        }
        if restricts && !self.unfounded.is_empty() {
            faults.push(("Unfounded", "can't be said where somebody is restricted"));
        }
        if is_long(&self.untold) {
            faults.push(("Untold", "is too long"));
        }
        if !CATEGORIES.contains(&self.category.as_str()) {
            faults.push(("Category", "is not one of the sixteen"));
        }
        faults
    }
}

/// What somebody who is concerned is told of how to complain, where the moderator's program has no field for it.
pub fn standard_redress(language: &str) -> &'static str {
    match language.split('-').next() {
        Some("de") => {
            "Sie können sich sechs Monate lang kostenlos über diese Entscheidung beschweren, unter dem Link, den Sie mit ihr \
             bekommen haben. Darüber entscheidet eine andere Person."
        }
        _ => {
            "You may complain about this decision free of charge for six months, under the link that you got with it. \
             Another person will decide about it."
        }
    }
}

/// Most characters of a reason, facts or redress (the Transparency Database takes 5000).
pub const LONGEST_TEXT: usize = 5000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("it is a time")
    }

    #[test]
    fn working_days_leave_weekends_out() {
        // A Thursday.
        assert_eq!(after_working_days(at("2026-11-26T10:00:00Z"), 1), at("2026-11-27T10:00:00Z"));
        assert_eq!(after_working_days(at("2026-11-26T10:00:00Z"), 2), at("2026-11-30T10:00:00Z"));
        assert_eq!(Lane::Normal.due(at("2026-11-28T23:00:00Z")), at("2026-12-04T23:00:00Z"));
        assert_eq!(Lane::Danger.due(at("2026-11-28T23:00:00Z")), at("2026-11-29T23:00:00Z"));
    }

    #[test]
    fn the_light_changes_at_four_fifths_and_at_the_end() {
        let (opened, due) = (at("2026-11-01T00:00:00Z"), at("2026-11-11T00:00:00Z"));
        assert_eq!(light(opened, due, at("2026-11-08T23:59:59Z")), Light::InTime);
        assert_eq!(light(opened, due, at("2026-11-09T00:00:00Z")), Light::Soon);
        assert_eq!(light(opened, due, at("2026-11-11T00:00:00Z")), Light::Late);
    }

    #[test]
    fn what_may_be_about_life_waits_for_no_address() {
        assert_eq!(Question::Violence.lane(false), Lane::Danger);
        assert_eq!(Question::Insult.lane(true), Lane::Normal);
        assert_eq!(Question::Insult.lane(false), Lane::Unconfirmed);
    }

    #[test]
    fn servers_that_report_in_their_own_name_are_nobody() {
        let names = || [Some("far.example"), None];
        assert!(is_somebody("person", "rita", names()) && is_somebody("organization", "amt", names()));
        for (kind, name) in [
            ("application", "mastodon.internal"),
            ("service", "bot"),
            ("person", "Far.Example"),
            ("group", "g"),
        ] {
            assert!(!is_somebody(kind, name, names()), "{kind} {name}");
        }
    }

    #[test]
    fn names_lead_back_to_what_they_name() {
        for question in Question::ALL {
            assert_eq!(Question::parse(question.name()), Some(question));
            assert!(CATEGORIES.contains(&question.category()));
        }
        for measure in Measure::ALL {
            assert_eq!(Measure::parse(measure.name()), Some(measure));
        }
        for lane in Lane::ALL {
            assert_eq!(Lane::of_number(lane.number()), lane);
        }
        assert_eq!(Lane::of_number(99), Lane::Unconfirmed);
    }

    #[test]
    fn what_restricts_somebody_needs_ground_facts_and_redress() {
        let measure = |what| NewMeasure { what, days: None, institution: None };
        let whole = NewDecision {
            measures: vec![measure(Measure::Hide)],
            ground: Ground::Rules,
            citation: "Nummer 3".into(),
            facts: "Ein Schimpfwort".into(),
            redress: "Sie können sich beschweren".into(),
            category: "ILLEGAL_OR_HARMFUL_SPEECH".into(),
            untold: String::new(),
            unfounded: vec![],
        };
        let field = |decision: NewDecision| decision.faults().first().map(|(field, _)| *field);

        assert_eq!(field(whole.clone()), None);
        assert_eq!(field(NewDecision { ground: Ground::None, ..whole.clone() }), Some("Ground"));
        assert_eq!(field(NewDecision { citation: " ".into(), ..whole.clone() }), Some("Citation"));
        assert_eq!(field(NewDecision { facts: String::new(), ..whole.clone() }), Some("Facts"));
        assert_eq!(field(NewDecision { redress: "\n".into(), ..whole.clone() }), Some("Redress"));
        assert_eq!(field(NewDecision { category: "X".into(), ..whole.clone() }), Some("Category"));
        let unfounded = vec![NoticeId(1)];
        assert_eq!(field(NewDecision { unfounded, ..whole.clone() }), Some("Unfounded"));
        let long = "x".repeat(LONGEST_TEXT + 1);
        assert_eq!(field(NewDecision { facts: long, ..whole.clone() }), Some("Facts"));
        let bare = NewDecision { citation: String::new(), facts: String::new(), ..whole.clone() };
        assert_eq!(bare.faults().len(), 2);
        assert_eq!(
            field(NewDecision { untold: "x".repeat(LONGEST_TEXT + 1), ..whole.clone() }),
            Some("Untold")
        );
        let twice = vec![measure(Measure::Hide), measure(Measure::Hide)];
        assert_eq!(field(NewDecision { measures: twice, ..whole.clone() }), Some("Measures"));
        let nothing = NewDecision {
            measures: vec![],
            ground: Ground::None,
            citation: String::new(),
            facts: String::new(),
            redress: String::new(),
            ..whole.clone()
        };
        assert_eq!(field(nothing.clone()), None);
        assert_eq!(field(NewDecision { measures: vec![measure(Measure::Forward)], ..nothing }), None);
    }
}
