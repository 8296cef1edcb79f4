//! What moderators work with, in words: for the people who report, and for those who decide.

use stadtbote_core::actions::domains::Loss;
use stadtbote_core::domain::blocklist::Severity;
use stadtbote_core::domain::moderation::{CATEGORIES, Ground, Lane, Measure, Question};
use stadtbote_core::store::{decisions, measures, notices};

use crate::language::Texts;
use crate::times;
use crate::views::OptionView;

/// What a report is about.
pub(crate) fn question(t: Texts, question: Question) -> String {
    match question {
        Question::Insult => t.say("question-insult"),
        Question::Fraud => t.say("question-fraud"),
        Question::Violence => t.say("question-violence"),
        Question::Privacy => t.say("question-privacy"),
        Question::Copyright => t.say("question-copyright"),
        Question::Other => t.say("question-other"),
    }
}

/// What a report is about, by its name in the database.
pub(crate) fn question_of(t: Texts, name: &str) -> String {
    question(t, Question::parse(name).unwrap_or(Question::Other))
}

/// The choice of what a report is about.
pub(crate) fn questions(t: Texts, chosen: &str) -> Vec<OptionView> {
    let option = |one: Question| OptionView {
        value: one.name().to_owned(),
        label: question(t, one),
        hint: String::new(),
        chosen: one.name() == chosen,
    };
    Question::ALL.into_iter().map(option).collect()
}

/// What a decision did, a sentence for each measure; that nothing was done, where it did nothing.
pub(crate) fn outcome(t: Texts, measures: &[&measures::Model]) -> Vec<String> {
    let sentence = |measure: &&measures::Model| {
        let done = match measure.kind.as_str() {
            "sensitive" => t.say("outcome-sensitive"),
            "hide" => t.say("outcome-hide"),
            "delete" => t.say("outcome-delete"),
            "limit" => t.say("outcome-limit"),
            "block" => t.say("outcome-block"),
            "suspend" => t.say("outcome-suspend"),
            "reject_media" => t.say("outcome-reject_media"),
            "limit_domain" => t.say("outcome-limit_domain"),
            "suspend_domain" => t.say("outcome-suspend_domain"),
            _ => t.say("outcome-forward"),
        };
        let time = match (measure.ended_at, measure.ends_at) {
            (Some(at), _) => t.with("outcome-ended", "day", times::day(t, at)),
            (None, Some(at)) => t.with("outcome-until", "day", times::day(t, at)),
            (None, None) => return done,
        };
        format!("{done} {time}")
    };
    match measures.is_empty() {
        true => vec![t.say("outcome-nothing")],
        false => measures.iter().map(sentence).collect(),
    }
}

/// What a decision stands on; nothing where it stands on nothing.
pub(crate) fn ground(t: Texts, decision: &decisions::Model) -> Option<String> {
    let kind = match Ground::parse(&decision.ground) {
        Some(Ground::Rules) => t.say("ground-rules"),
        Some(Ground::Law) => t.say("ground-law"),
        Some(Ground::None) | None => return None,
    };
    Some(format!("{kind}: {}", decision.citation))
}

/// How soon a case is looked at.
pub(crate) fn lane(t: Texts, lane: Lane) -> String {
    match lane {
        Lane::Danger => t.say("lane-danger"),
        Lane::Preferred => t.say("lane-preferred"),
        Lane::Normal => t.say("lane-normal"),
        Lane::Unconfirmed => t.say("lane-unconfirmed"),
    }
}

/// By which way a report came, by its name in the database.
pub(crate) fn source(t: Texts, source: &str) -> String {
    match source {
        notices::CLIENT => t.say("source-client"),
        notices::SERVER => t.say("source-server"),
        notices::FORM => t.say("source-form"),
        notices::LETTER => t.say("source-letter"),
        notices::AUTHORITY => t.say("source-authority"),
        _ => t.say("source-own"),
    }
}

/// A measure, by its name in the database.
pub(crate) fn measure(t: Texts, name: &str) -> String {
    match Measure::parse(name) {
        Some(Measure::Sensitive) => t.say("measure-sensitive"),
        Some(Measure::Hide) => t.say("measure-hide"),
        Some(Measure::Delete) => t.say("measure-delete"),
        Some(Measure::Limit) => t.say("measure-limit"),
        Some(Measure::Block) => t.say("measure-block"),
        Some(Measure::Suspend) => t.say("measure-suspend"),
        Some(Measure::RejectMedia) => t.say("measure-reject_media"),
        Some(Measure::LimitDomain) => t.say("measure-limit_domain"),
        Some(Measure::SuspendDomain) => t.say("measure-suspend_domain"),
        Some(Measure::Forward) => t.say("measure-forward"),
        None => name.to_owned(),
    }
}

/// What follows from a measure.
pub(crate) fn measure_hint(t: Texts, measure: Measure) -> String {
    match measure {
        Measure::Sensitive => t.say("measure-sensitive-hint"),
        Measure::Hide => t.say("measure-hide-hint"),
        Measure::Delete => t.say("measure-delete-hint"),
        Measure::Limit => t.say("measure-limit-hint"),
        Measure::Block => t.say("measure-block-hint"),
        Measure::Suspend => t.say("measure-suspend-hint"),
        Measure::RejectMedia => t.say("measure-reject_media-hint"),
        Measure::LimitDomain => t.say("measure-limit_domain-hint"),
        Measure::SuspendDomain => t.say("measure-suspend_domain-hint"),
        Measure::Forward => t.say("measure-forward-hint"),
    }
}

/// A category of the Transparency Database.
pub(crate) fn category(t: Texts, name: &str) -> String {
    match CATEGORIES.contains(&name) {
        true => t.say(&format!("category-{name}")),
        false => name.to_owned(),
    }
}

/// How severe a decision about a server is, by its name in the database.
pub(crate) fn severity(t: Texts, name: &str) -> String {
    match Severity::parse(name) {
        Some(Severity::Suspend) => t.say("severity-suspend"),
        Some(Severity::Silence) => t.say("severity-silence"),
        Some(Severity::Noop) | None => t.say("severity-noop"),
    }
}

/// What follows from it.
pub(crate) fn severity_hint(t: Texts, name: &str) -> String {
    match Severity::parse(name) {
        Some(Severity::Suspend) => t.say("severity-suspend-hint"),
        Some(Severity::Silence) => t.say("severity-silence-hint"),
        Some(Severity::Noop) | None => t.say("severity-noop-hint"),
    }
}

/// What is not taken from a server beside.
pub(crate) fn domain_rejects(t: Texts, media: bool, reports: bool) -> Vec<String> {
    let media = media.then(|| t.say("rejects-media"));
    let reports = reports.then(|| t.say("rejects-reports"));
    media.into_iter().chain(reports).collect()
}

/// What is known of a server here, and would be shown or reached no more: a sentence each.
pub(crate) fn losses(t: Texts, loss: &Loss) -> Vec<String> {
    vec![
        t.count("loss-followers", loss.followers),
        t.count("loss-followed", loss.followed),
        t.count("loss-accounts", loss.accounts),
        t.count("loss-posts", loss.posts),
    ]
}

/// The same in one line.
pub(crate) fn loss(t: Texts, loss: &Loss) -> String {
    losses(t, loss).join(" · ")
}
