//! Statements of reasons as the Transparency Database of the European Commission takes them (Art. 24(5) of Regulation (EU)
//! 2022/2065).
//!
//! Fields, values and limits are those of its own source, read on 24 June 2026 at commit 69e80a0 of
//! <https://github.com/digital-services-act/transparency-database>: `app/Http/Requests/StatementStoreRequest.php` refuses what
//! breaks them, `app/Models/Statement.php`, `EuropeanCountriesService.php` and `EuropeanLanguagesService.php` (both in
//! `app/Services`) list the values, and `resources/markdown/api-documentation.md` and
//! `additional-explanation-for-statement-attributes.md` say what they mean. What a measure of ours is there is our reading of it. No
//! personal data may be sent: names of accounts, addresses and mail addresses are taken out of texts here, but a person must
//! read the texts before they are uploaded, for a name that somebody wrote out is seen by no program.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::moderation::{CATEGORIES, Ground, Measure};

/// Most statements that one call of the database takes.
pub const MOST_IN_A_CALL: usize = 100;
/// Most characters of a ground.
const LONGEST_GROUND: usize = 500;
/// Most characters of an explanation.
const LONGEST_EXPLANATION: usize = 2000;
/// Most characters of the facts.
const LONGEST_FACTS: usize = 5000;
/// What stands in the place of what was taken out, or of nothing.
const TAKEN_OUT: &str = "[…]";

/// The states of the European Economic Area: a decision holds wherever somebody reads us.
const STATES: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The languages that the database knows (ISO 639-1 in capitals; not all of it, and with some old names).
const LANGUAGES: &str = "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE \
    DV DZ EE EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID \
    IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU \
    LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL PS PT QU \
    RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO TR \
    TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU";

/// The last day that the database takes.
const LAST_DAY: (i32, u32, u32) = (2038, 1, 1);

/// Who said that something is wrong, as the database tells them apart. The order is that in which one counts before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A trusted flagger (Art. 22).
    TrustedFlagger,
    /// A notice by the form or by letter (Art. 16).
    Notice,
    /// Somebody else: an app, another server.
    Other,
    /// Staff itself.
    Voluntary,
    /// An authority has ordered it (Art. 9): no statement is owed (Art. 17(5)).
    Order,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Source::TrustedFlagger => "SOURCE_TRUSTED_FLAGGER",
            Source::Notice => "SOURCE_ARTICLE_16",
            Source::Other => "SOURCE_TYPE_OTHER_NOTIFICATION",
            Source::Voluntary | Source::Order => "SOURCE_VOLUNTARY",
        }
    }
}

/// What kind of content it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// An account as a whole.
    Account,
    /// Something that is not known here.
    Unknown,
}

/// A measure of a decision.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// What was done.
    pub what: Measure,
    /// When it ends, if it does.
    pub ends_at: Option<DateTime<Utc>>,
}

/// A decision as it is kept.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its id: never given out twice.
    pub id: i64,
    /// What it stands on.
    pub ground: Ground,
    /// Which rule or law.
    pub citation: String,
    /// What has happened.
    pub facts: String,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// What it does.
    pub measures: Vec<Taken>,
    /// Everybody who had reported by then.
    pub sources: Vec<Source>,
    /// What it is about.
    pub content: Vec<Content>,
    /// When that was published here: of an account since when it is known.
    pub published: Option<DateTime<Utc>>,
    /// Its language as a tag: `de`, `de-simple`.
    pub language: Option<String>,
    /// Whether a rule had held it back before anybody looked.
    pub was_held: bool,
    /// Names that must not be said: of whoever is concerned and of those who reported.
    pub names: Vec<String>,
}

/// A statement of reasons; fields are named as the database names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields are those of the database, described in its documentation")]
pub struct Reasons {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decision_visibility: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_provision: Option<&'static str>,
    pub decision_ground: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub illegal_content_legal_ground: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub illegal_content_explanation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incompatible_content_ground: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incompatible_content_explanation: Option<String>,
    pub decision_facts: String,
    pub category: String,
    pub content_type: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type_other: Option<&'static str>,
    pub content_date: String,
    pub application_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date_visibility_restriction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date_service_restriction: Option<String>,
    pub source_type: &'static str,
    pub automated_detection: &'static str,
    pub automated_decision: &'static str,
    pub territorial_scope: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    pub puid: String,
}

/// The statement that a decision makes; none where it restricts nobody, or an authority had ordered it and nobody else said so.
pub fn statement(decided: &Decided) -> Option<Reasons> {
    let source = decided.sources.iter().min().copied().unwrap_or(Source::Voluntary);
    let visible: Vec<&Taken> =
        decided.measures.iter().filter(|taken| visibility(taken.what).is_some()).collect();
    let barred: Vec<&Taken> = decided.measures.iter().filter(|taken| bars(taken.what)).collect();
    if (visible.is_empty() && barred.is_empty()) || source == Source::Order {
        return None;
    }
    let said = |text: &str, most: usize| cut(&without_personal_data(text, &decided.names), most);
    let (ground, reason) =
        (said(&decided.citation, LONGEST_GROUND), said(&decided.facts, LONGEST_EXPLANATION));
    let is_law = decided.ground == Ground::Law;
    let mut decision_visibility: Vec<&str> =
        visible.iter().filter_map(|taken| visibility(taken.what)).collect();
    decision_visibility.sort_unstable();
    decision_visibility.dedup();
    let is_total = barred.iter().any(|taken| shuts_out(taken.what));
    let (content_type, content_type_other) = content_of(&decided.content);
    let applied = decided.at.date_naive();
    let earliest = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or(applied);
    let published = decided.published.map_or(applied, |at| at.date_naive()).max(earliest).min(applied);
    Some(Reasons {
        decision_visibility,
        decision_provision: match (barred.is_empty(), is_total) {
            (true, _) => None,
            (false, true) => Some("DECISION_PROVISION_TOTAL_SUSPENSION"),
            (false, false) => Some("DECISION_PROVISION_PARTIAL_SUSPENSION"),
        },
        decision_ground: match is_law {
            true => "DECISION_GROUND_ILLEGAL_CONTENT",
            false => "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        },
        illegal_content_legal_ground: is_law.then(|| ground.clone()),
        illegal_content_explanation: is_law.then(|| reason.clone()),
        incompatible_content_ground: (!is_law).then_some(ground),
        incompatible_content_explanation: (!is_law).then_some(reason),
        decision_facts: said(&decided.facts, LONGEST_FACTS),
        category: match CATEGORIES.contains(&decided.category.as_str()) {
            true => format!("STATEMENT_CATEGORY_{}", decided.category),
            false => "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE".to_owned(),
        },
        content_type,
        content_type_other,
        content_date: date(published),
        application_date: date(applied),
        end_date_visibility_restriction: end_of(&visible, applied),
        end_date_service_restriction: end_of(&barred, applied),
        source_type: source.name(),
        // Only the rules against floods find something by themselves; nothing is decided but by a person.
        automated_detection: if decided.was_held { "Yes" } else { "No" },
        automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED",
        territorial_scope: STATES.to_vec(),
        content_language: decided.language.as_deref().and_then(language),
        puid: format!("stadtbote-{}", decided.id.unsigned_abs()),
    })
}

/// What a measure is for those who would see the content.
fn visibility(what: Measure) -> Option<&'static str> {
    match what {
        Measure::Sensitive => Some("DECISION_VISIBILITY_CONTENT_LABELLED"),
        Measure::Hide => Some("DECISION_VISIBILITY_CONTENT_DISABLED"),
        Measure::Delete => Some("DECISION_VISIBILITY_CONTENT_REMOVED"),
        Measure::Limit | Measure::LimitDomain => Some("DECISION_VISIBILITY_CONTENT_DEMOTED"),
        // Of the content only the pictures are gone.
        Measure::RejectMedia => Some("DECISION_VISIBILITY_CONTENT_DISABLED"),
        Measure::Block | Measure::Suspend | Measure::SuspendDomain | Measure::Forward => None,
    }
}

/// Whether a measure keeps somebody from using the service. An account elsewhere is not ours to suspend, only what it can do
/// here.
fn bars(what: Measure) -> bool {
    what == Measure::Block || shuts_out(what)
}

/// Whether nothing at all can be done here any more.
fn shuts_out(what: Measure) -> bool {
    matches!(what, Measure::Suspend | Measure::SuspendDomain)
}

fn content_of(content: &[Content]) -> (Vec<&'static str>, Option<&'static str>) {
    let mut types = Vec::new();
    let mut other = None;
    for kind in content {
        types.push(match kind {
            Content::Text => "CONTENT_TYPE_TEXT",
            Content::Image => "CONTENT_TYPE_IMAGE",
            Content::Video => "CONTENT_TYPE_VIDEO",
            Content::Audio => "CONTENT_TYPE_AUDIO",
            Content::Account | Content::Unknown => "CONTENT_TYPE_OTHER",
        });
        match kind {
            Content::Account => other = Some("An account as a whole"),
            Content::Unknown => other = other.or(Some("Content that is not kept")),
            _ => {}
        }
    }
    if types.is_empty() {
        (types, other) = (vec!["CONTENT_TYPE_OTHER"], Some("Content that is not kept"));
    }
    types.sort_unstable();
    types.dedup();
    (types, other)
}

/// When the last of these ends, if all do. What ends later than the database can say ends on its last day there.
fn end_of(measures: &[&Taken], applied: NaiveDate) -> Option<String> {
    let ends: Option<Vec<NaiveDate>> =
        measures.iter().map(|taken| taken.ends_at.map(|at| at.date_naive())).collect();
    let (year, month, day) = LAST_DAY;
    let last = NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX);
    ends?.into_iter().max().map(|end| date(end.min(last).max(applied)))
}

fn date(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// The language as the database names it, if it knows it.
fn language(tag: &str) -> Option<String> {
    let first = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_uppercase();
    LANGUAGES.split_whitespace().any(|known| known == first).then_some(first)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}

/// The text without handles, mail addresses, web addresses and these names; never empty.
///
/// Words are looked at one by one: one that has an `@`, or looks like an address, is taken out whole. Better a word too many
/// than a name too much.
pub fn without_personal_data(text: &str, names: &[String]) -> String {
    let words = |text: &str| {
        let mut clean: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let word = if is_personal(word) { TAKEN_OUT } else { word };
            // One sign for several things that stood beside each other.
            if word != TAKEN_OUT || clean.last().is_none_or(|last| last != TAKEN_OUT) {
                clean.push(word.to_owned());
            }
        }
        clean.join(" ")
    };
    // Addresses first: a name within one would cut it into pieces that look like none.
    let clean = words(&without_names(&words(text), names));
    if clean.is_empty() { TAKEN_OUT.to_owned() } else { clean }
}

/// Names shorter than this are words that stand everywhere.
const SHORTEST_NAME: usize = 3;

fn without_names(text: &str, names: &[String]) -> String {
    let mut names: Vec<Vec<char>> = names
        .iter()
        .map(|name| name.trim().chars().flat_map(char::to_lowercase).collect::<Vec<char>>())
        .filter(|name| name.len() >= SHORTEST_NAME)
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let letters: Vec<char> = text.chars().collect();
    // One for one, so that places are the same; what becomes several letters when it is small stays as it is.
    let small: Vec<char> = letters.iter().map(|letter| single(*letter)).collect();
    let mut clean = String::new();
    let mut at = 0;
    while at < letters.len() {
        let is_begin = at == 0 || !letters[at - 1].is_alphanumeric();
        let found = names.iter().find(|name| {
            let end = at + name.len();
            let ends = small.get(end).is_none_or(|next| !next.is_alphanumeric());
            is_begin && ends && small.get(at..end) == Some(name.as_slice())
        });
        match found {
            Some(name) => {
                clean.push_str(" […] ");
                at += name.len();
            }
            None => {
                clean.push(letters[at]);
                at += 1;
            }
        }
    }
    clean
}

fn single(letter: char) -> char {
    let mut small = letter.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

/// Whether a word is a handle, a mail address or a web address.
fn is_personal(word: &str) -> bool {
    let is_at = |letter: char| matches!(letter, '@' | '\u{fe6b}' | '\u{ff20}');
    let word = word.to_lowercase();
    word.contains(is_at)
        || word.contains("://")
        || ["www.", "mailto:", "acct:", "tel:"].iter().any(|sign| word.contains(sign))
        || word
            .split(['(', ')', '<', '>', '[', ']', '"', '\'', ',', ';', '!', '?', '„', '“', '”', '»', '«'])
            .any(is_host)
}

/// Whether this is the name of a host, with or without a path: `far.example/rita`.
fn is_host(part: &str) -> bool {
    let host = part.split(['/', ':', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_')
    };
    let last = labels.last().copied().unwrap_or_default();
    labels.len() > 1
        && labels.iter().all(is_label)
        && last.chars().count() > 1
        && (last.starts_with("xn--") || last.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const VISIBILITIES: [&str; 7] = [
        "DECISION_VISIBILITY_CONTENT_REMOVED",
        "DECISION_VISIBILITY_CONTENT_DISABLED",
        "DECISION_VISIBILITY_CONTENT_DEMOTED",
        "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
        "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
        "DECISION_VISIBILITY_CONTENT_LABELLED",
        "DECISION_VISIBILITY_OTHER",
    ];
    const PROVISIONS: [&str; 4] = [
        "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "DECISION_PROVISION_TOTAL_SUSPENSION",
        "DECISION_PROVISION_PARTIAL_TERMINATION",
        "DECISION_PROVISION_TOTAL_TERMINATION",
    ];
    const SOURCES: [&str; 4] =
        ["SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"];
    const TYPES: [&str; 8] = [
        "CONTENT_TYPE_APP",
        "CONTENT_TYPE_AUDIO",
        "CONTENT_TYPE_IMAGE",
        "CONTENT_TYPE_PRODUCT",
        "CONTENT_TYPE_SYNTHETIC_MEDIA",
        "CONTENT_TYPE_TEXT",
        "CONTENT_TYPE_VIDEO",
        "CONTENT_TYPE_OTHER",
    ];
    const FIELDS: [&str; 22] = [
        "decision_visibility",
        "decision_provision",
        "decision_ground",
        "illegal_content_legal_ground",
        "illegal_content_explanation",
        "incompatible_content_ground",
        "incompatible_content_explanation",
        "decision_facts",
        "category",
        "content_type",
        "content_type_other",
        "content_date",
        "application_date",
        "end_date_visibility_restriction",
        "end_date_service_restriction",
        "source_type",
        "automated_detection",
        "automated_decision",
        "territorial_scope",
        "content_language",
        "puid",
        "incompatible_content_illegal",
    ];

    /// All that the database would refuse of a statement: its field rules, written down from its documentation and not from the
    /// code above.
    fn faults(statement: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let text = |name: &str| statement[name].as_str();
        let list = |name: &str| -> Vec<&str> {
            statement[name].as_array().map_or(vec![], |list| list.iter().filter_map(Value::as_str).collect())
        };
        let mut must = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_owned());
            }
        };
        for (name, value) in statement.as_object().expect("it is an object") {
            must(FIELDS.contains(&name.as_str()), &format!("{name} is no field"));
            must(!value.is_null(), &format!("{name} is null"));
        }
        let visibility = list("decision_visibility");
        must(visibility.iter().all(|one| VISIBILITIES.contains(one)), "decision_visibility");
        must(text("decision_provision").is_none_or(|one| PROVISIONS.contains(&one)), "decision_provision");
        must(!visibility.is_empty() || text("decision_provision").is_some(), "no decision of any group");
        let required = |name: &str, most: usize| {
            text(name).is_some_and(|said| !said.trim().is_empty() && said.chars().count() <= most)
        };
        let absent = |name: &str| statement.get(name).is_none();
        match text("decision_ground") {
            Some("DECISION_GROUND_ILLEGAL_CONTENT") => {
                must(required("illegal_content_legal_ground", 500), "illegal_content_legal_ground");
                must(required("illegal_content_explanation", 2000), "illegal_content_explanation");
                must(absent("incompatible_content_ground"), "both grounds");
                must(absent("incompatible_content_explanation"), "both explanations");
            }
            Some("DECISION_GROUND_INCOMPATIBLE_CONTENT") => {
                must(required("incompatible_content_ground", 500), "incompatible_content_ground");
                must(required("incompatible_content_explanation", 2000), "incompatible_content_explanation");
                must(absent("illegal_content_legal_ground"), "both grounds");
                must(absent("illegal_content_explanation"), "both explanations");
            }
            _ => must(false, "decision_ground"),
        }
        must(required("decision_facts", 5000), "decision_facts");
        let category = text("category").and_then(|name| name.strip_prefix("STATEMENT_CATEGORY_"));
        must(category.is_some_and(|name| CATEGORIES.contains(&name)), "category");
        let types = list("content_type");
        must(!types.is_empty() && types.iter().all(|one| TYPES.contains(one)), "content_type");
        must(
            types.contains(&"CONTENT_TYPE_OTHER") == required("content_type_other", 500),
            "content_type_other goes with CONTENT_TYPE_OTHER",
        );
        let day = |name: &str| {
            let said = text(name)?;
            let parsed = NaiveDate::parse_from_str(said, "%Y-%m-%d").ok()?;
            (said.len() == 10).then_some(parsed)
        };
        let (content, applied) = (day("content_date"), day("application_date"));
        must(content.is_some() && content <= applied, "content_date");
        must(content >= NaiveDate::from_ymd_opt(2000, 1, 1), "content_date is too early");
        must(applied.is_some(), "application_date");
        for name in ["end_date_visibility_restriction", "end_date_service_restriction"] {
            must(absent(name) || day(name).is_some_and(|end| Some(end) >= applied), name);
            let last = NaiveDate::from_ymd_opt(2038, 1, 1).max(applied);
            must(absent(name) || day(name) <= last, "an end is too late");
        }
        must(absent("end_date_visibility_restriction") || !visibility.is_empty(), "the end of nothing");
        must(text("source_type").is_some_and(|one| SOURCES.contains(&one)), "source_type");
        must(absent("source_identity"), "nobody is named");
        must(matches!(text("automated_detection"), Some("Yes" | "No")), "automated_detection");
        must(
            matches!(
                text("automated_decision"),
                Some(
                    "AUTOMATED_DECISION_FULLY"
                        | "AUTOMATED_DECISION_PARTIALLY"
                        | "AUTOMATED_DECISION_NOT_AUTOMATED"
                )
            ),
            "automated_decision",
        );
        let states: HashSet<&str> = list("territorial_scope").into_iter().collect();
        must(states.len() == 30 && states.iter().all(|state| state.len() == 2), "territorial_scope");
        must(
            absent("content_language")
                || text("content_language")
                    .is_some_and(|tag| tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_uppercase())),
            "content_language",
        );
        let is_puid = |said: &str| {
            !said.is_empty()
                && said.len() <= 500
                && said.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        must(text("puid").is_some_and(is_puid), "puid");
        faults
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("it is a time")
    }

    fn decided(measures: &[(Measure, Option<&str>)]) -> Decided {
        Decided {
            id: 7,
            ground: Ground::Rules,
            citation: "Netiquette, Nummer 3".into(),
            facts: "Rita Beispiel (@rita@far.example) schrieb ein Schimpfwort, s. https://far.example/1 und far.example/2.".into(),
            category: "ILLEGAL_OR_HARMFUL_SPEECH".into(),
            at: at("2026-11-27T23:30:00Z"),
            measures: measures.iter().map(|(what, end)| Taken { what: *what, ends_at: end.map(at) }).collect(),
            sources: vec![Source::Other, Source::Notice],
            content: vec![Content::Text, Content::Image],
            published: Some(at("2026-11-20T10:00:00Z")),
            language: Some("de-simple".into()),
            was_held: false,
            names: vec!["Rita Beispiel".into()],
        }
    }

    fn shown(decided: &Decided) -> Value {
        serde_json::to_value(statement(decided).expect("somebody is restricted")).expect("it is JSON")
    }

    #[test]
    fn a_decision_becomes_a_statement_by_the_fields_of_the_database() {
        let found = shown(&decided(&[
            (Measure::Hide, Some("2026-12-24T00:00:00Z")),
            (Measure::Block, None),
            (Measure::Forward, None),
        ]));

        assert_eq!(faults(&found), Vec::<String>::new());
        assert_eq!(found["decision_visibility"], serde_json::json!(["DECISION_VISIBILITY_CONTENT_DISABLED"]));
        assert_eq!(found["decision_provision"], "DECISION_PROVISION_PARTIAL_SUSPENSION");
        assert_eq!(found["end_date_visibility_restriction"], "2026-12-24");
        assert_eq!(found.get("end_date_service_restriction"), None);
        assert_eq!(found["decision_facts"], "[…] schrieb ein Schimpfwort, s. […] und […]");
        assert_eq!(found["source_type"], "SOURCE_ARTICLE_16");
        assert_eq!(found["content_type"], serde_json::json!(["CONTENT_TYPE_IMAGE", "CONTENT_TYPE_TEXT"]));
        assert_eq!(
            (&found["content_date"], &found["content_language"]),
            (&"2026-11-20".into(), &"DE".into())
        );
        assert_eq!(found["puid"], "stadtbote-7");
    }

    #[test]
    fn what_the_database_does_not_know_is_left_out_or_cut() {
        let long = decided(&[(Measure::Hide, Some("2039-05-01T00:00:00Z"))]);
        assert_eq!(shown(&long)["end_date_visibility_restriction"], "2038-01-01");
        for (tag, known) in
            [("de", Some("DE")), ("EN-gb", Some("EN")), ("xx", None), ("nds", None), ("", None)]
        {
            assert_eq!(language(tag).as_deref(), known, "{tag}");
        }
        let held = Decided { was_held: true, sources: vec![Source::Voluntary], ..long };
        let said = shown(&held);
        assert_eq!(
            (&said["automated_detection"], &said["source_type"]),
            (&"Yes".into(), &"SOURCE_VOLUNTARY".into())
        );
        assert_eq!(said["automated_decision"], "AUTOMATED_DECISION_NOT_AUTOMATED");
    }

    #[test]
    fn nothing_is_stated_where_nobody_is_restricted_or_an_order_is_the_only_cause() {
        let hide = decided(&[(Measure::Hide, None)]);
        assert_eq!(statement(&decided(&[(Measure::Forward, None)])), None);
        assert_eq!(statement(&decided(&[])), None);
        assert_eq!(statement(&Decided { sources: vec![Source::Order], ..hide.clone() }), None);
        let both = Decided { sources: vec![Source::Order, Source::Voluntary], ..hide.clone() };
        assert_eq!(shown(&both)["source_type"], "SOURCE_VOLUNTARY");
        assert_eq!(shown(&Decided { sources: vec![], ..hide })["source_type"], "SOURCE_VOLUNTARY");
    }

    #[test]
    fn what_names_somebody_is_taken_out_and_words_stay() {
        let names = ["Rita Beispiel".to_owned(), "STADT".into(), "ab".into()];
        for (said, clean) in [
            ("Nr. 3 der Netiquette, z.B. am 27.11.2026", "Nr. 3 der Netiquette, z.B. am 27.11.2026"),
            ("schrieb an rita＠far.example", "schrieb an […]"),
            ("RITA BEISPIEL und Rita Beispielin", "[…] und Rita Beispielin"),
            ("die Stadt, nicht Stadtrat", "die […] , nicht Stadtrat"),
            ("siehe (far.example/rita)", "siehe […]"),
            ("mailto:rita www.far", "[…]"),
            ("", "[…]"),
            ("xn--stdte-gra.xn--p1ai", "[…]"),
            ("ab und zu", "ab und zu"),
        ] {
            assert_eq!(without_personal_data(said, &names), clean, "{said}");
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("Ein Schimpfwort. ".to_owned()),
            Just("@rita@far.example ".into()),
            Just("rita@post.example, ".into()),
            Just("(https://far.example/@rita/1)".into()),
            Just("Rita Beispiel".into()),
            Just("İSTANBUL ß ﬁ ".into()),
            Just("…".into()),
            Just("x".repeat(700)),
            ".{0,12}".prop_map(|text| text),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
        (-2_000_000_000_i64..4_000_000_000)
            .prop_map(|second| DateTime::from_timestamp(second, 0).unwrap_or_default())
    }

    fn any_decided() -> impl Strategy<Value = Decided> {
        let taken = (proptest::sample::select(&Measure::ALL[..]), proptest::option::of(any_time()))
            .prop_map(|(what, ends_at)| Taken { what, ends_at });
        let source = proptest::sample::select(vec![
            Source::TrustedFlagger,
            Source::Notice,
            Source::Other,
            Source::Voluntary,
            Source::Order,
        ]);
        let content = proptest::sample::select(vec![
            Content::Text,
            Content::Image,
            Content::Video,
            Content::Audio,
            Content::Account,
            Content::Unknown,
        ]);
        let ground = proptest::sample::select(vec![Ground::None, Ground::Rules, Ground::Law]);
        let category =
            prop_oneof![proptest::sample::select(&CATEGORIES[..]).prop_map(str::to_owned), ".{0,9}"];
        let words = (any_text(), any_text(), category, proptest::option::of("[a-zA-Z]{1,3}(-[a-z]{2,6})?"));
        let lists = (
            proptest::collection::vec(taken, 0..5),
            proptest::collection::vec(source, 0..4),
            proptest::collection::vec(content, 0..4),
        );
        (
            any::<i64>(),
            ground,
            words,
            lists,
            any_time().prop_map(|time| time.max(at("2026-01-01T00:00:00Z"))),
            proptest::option::of(any_time()),
        )
            .prop_map(
                |(
                    id,
                    ground,
                    (citation, facts, category, language),
                    (measures, sources, content),
                    at,
                    published,
                )| Decided {
                    id,
                    ground,
                    citation,
                    facts,
                    category,
                    at,
                    measures,
                    sources,
                    content,
                    published,
                    language,
                    was_held: id % 2 == 0,
                    names: vec!["Rita Beispiel".into()],
                },
            )
    }

    #[test]
    fn whatever_was_decided_the_database_takes_the_statement_and_it_names_nobody() {
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(decided in any_decided())| {
            if let Some(statement) = statement(&decided) {
                let shown = serde_json::to_value(&statement).expect("it is JSON");
                prop_assert_eq!(faults(&shown), Vec::<String>::new());
                for text in [&statement.decision_facts, statement.incompatible_content_ground.as_ref().unwrap_or(&statement.decision_facts)] {
                    prop_assert!(!text.contains('@') && !text.contains("://"), "{}", text);
                    prop_assert!(!text.contains("far.example"), "{}", text);
                }
            }
        });
    }
}
