//! Decisions about cases, and what is done to them afterwards.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use http::StatusCode;
use stadtbote_core::actions::domains::Loss;
use stadtbote_core::actions::{decisions as actions, measures as measure_actions};
use stadtbote_core::domain::ids::{ComplaintId, InstitutionId, MeasureId, NoticeId, PersonId};
use stadtbote_core::domain::moderation::{
    BLOCK_DAYS, CATEGORIES, COMPLAINT_DAYS, Ground, Measure, NewDecision, NewMeasure, Question,
};
use stadtbote_core::store::{accounts, cases, complaints, decisions, institutions, measures, posts};
use stadtbote_core::{App, Error};

use super::cases::{address, case_page, find};
use crate::error::OrPage;
use crate::language::{Language, Texts};
use crate::pages::moderation::{CaseComplaintView, DecisionForm, DecisionView, DomainMeasures, MeasureView};
use crate::request::Moderator;
use crate::respond::{Answer, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, OptionView, Tab};
use crate::{moderation as words, times};

/// The word in the form for: it stays as it is.
const NOTHING: &str = "nothing";
/// For how many days a block is offered.
const BLOCKS: [i64; 5] = [3, BLOCK_DAYS, 30, 90, 365];
/// For how many days other measures are offered.
const SPANS: [i64; 4] = [14, 30, 90, 365];

/// What a form brought, so that nothing is lost where it can't be taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    /// There was a form of a decision.
    pub(crate) decision: Option<TypedDecision>,
    /// The name of the template for how to complain.
    pub(crate) template: Option<String>,
    pub(crate) note: String,
    /// The field of an answer to a complaint, and what was written.
    pub(crate) answer: Option<(String, String)>,
}

/// A decision as it was typed.
#[derive(Clone, Debug)]
pub(crate) struct TypedDecision {
    measures: Vec<String>,
    block_days: String,
    institution: String,
    days: String,
    ground: String,
    citation: String,
    facts: String,
    redress: String,
    category: String,
    /// Whether whoever is concerned is told; also where nobody was asked.
    tells: bool,
    untold: String,
    /// The reports that are manifestly unfounded, by their numbers.
    unfounded: Vec<String>,
}

impl TypedDecision {
    fn read(sent: &Sent) -> Self {
        let text = |name: &str| sent.text(name).to_owned();
        Self {
            measures: sent.all("measure").map(str::to_owned).collect(),
            block_days: text("block_days"),
            institution: text("institution"),
            days: text("days"),
            ground: text("ground"),
            citation: text("citation"),
            facts: text("facts"),
            redress: text("redress"),
            category: text("category"),
            tells: sent.is_ticked("tell") || !sent.is_ticked("tell_asked"),
            untold: text("untold"),
            unfounded: sent.all("unfounded").map(str::to_owned).collect(),
        }
    }

    fn decision(&self) -> NewDecision {
        let chosen = self.measures.iter().filter_map(|name| Measure::parse(name));
        let measure = |what: Measure| NewMeasure {
            what,
            days: match what {
                Measure::Block => self.block_days.parse().ok(),
                _ => self.days.parse().ok(),
            },
            institution: self.institution.parse().ok().map(InstitutionId).filter(|_| what == Measure::Block),
        };
        NewDecision {
            measures: chosen.map(measure).collect(),
            ground: Ground::parse(&self.ground).unwrap_or(Ground::None),
            citation: self.citation.clone(),
            facts: self.facts.clone(),
            redress: self.redress.clone(),
            category: self.category.clone(),
            untold: if self.tells { String::new() } else { self.untold.clone() },
            unfounded: self.unfounded.iter().filter_map(|id| id.parse().ok().map(NoticeId)).collect(),
        }
    }

    /// All that is wrong with it, beside its fields.
    fn errors(&self, t: Texts) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let does_nothing = self.measures.iter().any(|name| name == NOTHING);
        let decision = self.decision();
        match (does_nothing, decision.measures.is_empty()) {
            (false, true) => errors.add("measures", t.say("measures-missing")),
            (true, false) => errors.add("measures", t.say("measures-both")),
            _ => {}
        }
        if !self.tells && self.untold.is_empty() {
            errors.add("untold", t.say("untold-missing"));
        }
        for (field, _) in decision.faults() {
            let (id, sentence) = match field {
                "Category" => ("category", t.say("category-missing")),
                "Ground" => ("ground", t.say("ground-missing")),
                "Citation" if self.citation.is_empty() => ("citation", t.say("citation-missing")),
                "Citation" => ("citation", t.say("text-of-decision-long")),
                "Facts" if self.facts.is_empty() => ("facts", t.say("facts-missing")),
                "Facts" => ("facts", t.say("text-of-decision-long")),
                "Redress" if self.redress.is_empty() => ("redress", t.say("redress-missing")),
                "Redress" => ("redress", t.say("text-of-decision-long")),
                "Unfounded" => ("unfounded", t.say("unfounded-wrong")),
                "Untold" => ("untold", t.say("text-of-decision-long")),
                "Days" => ("days", t.say("days-wrong")),
                _ => ("measures", t.say("measures-wrong")),
            };
            errors.add(id, sentence);
        }
        errors
    }
}

/// What a case is about, as far as it can still be acted on.
pub(crate) struct Object<'a> {
    pub(crate) post: Option<&'a posts::Model>,
    pub(crate) account: Option<&'a accounts::Model>,
    /// The domain of the account, if it is not ours, and what would be lost without it.
    pub(crate) loss: Option<(String, Loss)>,
    pub(crate) has_media: bool,
    pub(crate) institutions: Vec<institutions::Model>,
    /// The reports of which it is known who sent them: number and words.
    pub(crate) senders: Vec<(String, String)>,
}

impl Object<'_> {
    /// Whether a measure can be done here.
    fn takes(&self, measure: Measure) -> bool {
        match measure {
            Measure::Sensitive => self.post.is_some() && self.has_media,
            Measure::Hide | Measure::Delete => self.post.is_some(),
            Measure::RejectMedia | Measure::LimitDomain | Measure::SuspendDomain => self.loss.is_some(),
            Measure::Limit | Measure::Block | Measure::Suspend | Measure::Forward => {
                self.account.is_some_and(|account| !account.is_ours())
            }
        }
    }
}

/// The form of a decision.
pub(crate) fn form(
    app: &App,
    t: Texts,
    case: &cases::Model,
    object: &Object<'_>,
    typed: &Typed,
) -> DecisionForm {
    let sent = typed.decision.as_ref();
    let is_ticked = |name: &str| sent.is_some_and(|sent| sent.measures.iter().any(|one| one == name));
    let mut offered = vec![OptionView {
        value: NOTHING.to_owned(),
        label: t.say("measure-nothing"),
        hint: String::new(),
        chosen: is_ticked(NOTHING),
    }];
    let measures: Vec<Measure> = Measure::ALL.into_iter().filter(|one| object.takes(*one)).collect();
    let offer = |measure: &Measure| OptionView {
        value: measure.name().to_owned(),
        label: words::measure(t, measure.name()),
        hint: words::measure_hint(t, *measure),
        chosen: is_ticked(measure.name()),
    };
    offered.extend(measures.iter().filter(|measure| !measure.is_about_domain()).map(offer));
    let domain = object.loss.as_ref().map(|(domain, loss)| {
        let about: Vec<Measure> = Measure::ALL.into_iter().filter(|one| one.is_about_domain()).collect();
        DomainMeasures {
            heading: t.with("measures-domain", "domain", domain),
            loss: words::losses(t, loss),
            is_open: about.iter().any(|measure| is_ticked(measure.name())),
            measures: about.iter().map(offer).collect(),
        }
    });
    let span = |days: i64, chosen: bool| OptionView {
        value: days.to_string(),
        label: t.with_two(
            "days-until",
            "days",
            t.count("span-days", days.unsigned_abs()),
            "day",
            times::day(t, app.clock.now() + TimeDelta::days(days)),
        ),
        hint: String::new(),
        chosen,
    };
    let block_days = match measures.contains(&Measure::Block) {
        true => BLOCKS
            .into_iter()
            .map(|days| {
                let chosen = sent.map_or(days == BLOCK_DAYS, |sent| sent.block_days == days.to_string());
                span(days, chosen)
            })
            .collect(),
        false => Vec::new(),
    };
    let plain = |value: &str, label: String, chosen: bool| OptionView {
        value: value.to_owned(),
        label,
        hint: String::new(),
        chosen,
    };
    let mut institutions = Vec::new();
    if measures.contains(&Measure::Block) && object.institutions.len() > 1 {
        institutions.push(plain("", t.say("block-everywhere"), false));
        institutions.extend(object.institutions.iter().map(|row| {
            let id = row.id.to_string();
            plain(&id, row.name.clone(), sent.is_some_and(|sent| sent.institution == id))
        }));
    }
    let mut days = Vec::new();
    if measures.iter().any(|measure| measure.can_end() && *measure != Measure::Block) {
        days.push(plain("", t.say("days-open"), sent.is_none_or(|sent| sent.days.is_empty())));
        days.extend(SPANS.map(|days| span(days, sent.is_some_and(|sent| sent.days == days.to_string()))));
    }
    let ground = |ground: Ground, label: String, hint: String| OptionView {
        value: ground.name().to_owned(),
        label,
        hint,
        chosen: sent.is_some_and(|sent| sent.ground == ground.name()),
    };
    let category = Question::parse(&case.question).unwrap_or(Question::Other).category();
    let category = sent.map_or(category, |sent| sent.category.as_str());
    let template = Template::find(typed.template.as_deref());
    let unfounded = |(id, label): &(String, String)| OptionView {
        value: id.clone(),
        label: label.clone(),
        hint: String::new(),
        chosen: sent.is_some_and(|sent| sent.unfounded.contains(id)),
    };
    DecisionForm {
        unfounded: object.senders.iter().map(unfounded).collect(),
        version: object.post.map(|post| post.version.to_string()),
        measures: offered,
        domain,
        block_days,
        institutions,
        days,
        grounds: vec![
            ground(Ground::Rules, t.say("ground-rules"), t.say("ground-rules-hint")),
            ground(Ground::Law, t.say("ground-law"), t.say("ground-law-hint")),
            ground(Ground::None, t.say("ground-none"), t.say("ground-none-hint")),
        ],
        citation: sent.map(|sent| sent.citation.clone()).unwrap_or_default(),
        facts: sent.map(|sent| sent.facts.clone()).unwrap_or_default(),
        redress: sent.map_or_else(|| template.text(app, case), |sent| sent.redress.clone()),
        templates: Template::ALL
            .into_iter()
            .map(|one| Tab {
                href: address(case, &format!("?redress={}#redress", one.name())),
                label: one.label(t),
                current: one == template && sent.is_none(),
            })
            .collect(),
        tell: way_to_tell(app, t, object),
        tells: sent.is_none_or(|sent| sent.tells),
        untold: sent.map(|sent| sent.untold.clone()).unwrap_or_default(),
        categories: CATEGORIES.map(|name| plain(name, words::category(t, name), name == category)).to_vec(),
    }
}

/// How whoever is concerned is told, in a sentence; none where nobody is known.
fn way_to_tell(app: &App, t: Texts, object: &Object<'_>) -> Option<String> {
    let account = object.account?;
    Some(match (account.is_ours(), app.config.moderation_account.as_str()) {
        (true, _) if app.mailer.is_some() => t.say("tell-by-mail"),
        (true, _) => t.say("tell-no-mail"),
        (false, "") => t.say("tell-nobody"),
        (false, name) => t.with("tell-by-message", "account", format!("@{name}")),
    })
}

/// The ready sentences that say how to complain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Template {
    German,
    EasyGerman,
    English,
}

impl Template {
    const ALL: [Template; 3] = [Template::German, Template::EasyGerman, Template::English];

    fn name(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::EasyGerman => "easy",
            Self::English => "en",
        }
    }

    fn find(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| Some(one.name()) == name).unwrap_or(Self::German)
    }

    fn label(self, t: Texts) -> String {
        match self {
            Self::German => Language::German.name().to_owned(),
            Self::EasyGerman => t.say("easy-german"),
            Self::English => Language::English.name().to_owned(),
        }
    }

    fn text(self, app: &App, case: &cases::Model) -> String {
        let t = match self {
            Self::German | Self::EasyGerman => Texts::new(Language::German),
            Self::English => Texts::new(Language::English),
        };
        let last = times::day(t, app.clock.now() + TimeDelta::days(COMPLAINT_DAYS));
        match (self, app.config.instance.contact_email.as_str()) {
            // Nobody can write to an address of the web: the link that comes with the decision is the way.
            (Self::EasyGerman, "") => t.with("redress-link-easy", "day", last),
            (_, "") => t.with("redress-link", "day", last),
            (one, contact) => {
                let contact = format!("{contact} ({})", case.number);
                match one {
                    Self::EasyGerman => t.with_two("redress-text-easy", "day", last, "contact", contact),
                    _ => t.with_two("redress-text", "day", last, "contact", contact),
                }
            }
        }
    }
}

/// Decides a case.
pub(crate) async fn create(
    State(app): State<App>,
    Path(number): Path<String>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        decide(&app, &moderator, &case, &sent).await
    };
    answer.await.or_page(&app, &moderator.asked)
}

async fn decide(
    app: &App,
    moderator: &Moderator,
    case: &cases::Model,
    sent: &Sent,
) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let decision = TypedDecision::read(sent);
    let mut errors = decision.errors(t);
    if errors.is_empty() {
        let version = sent.text("version").parse().ok();
        match actions::decide(app, moderator.acting, case.id, version, decision.decision()).await {
            Ok(_) => return Ok(see_other(&address(case, "?done=case-decided"))),
            Err(Error::Invalid { .. }) => errors.add("measures", t.say("measures-wrong")),
            Err(Error::Conflict(_)) => errors.add("entscheidung", t.say("decision-conflict")),
            Err(error) => return Err(error),
        }
    }
    // Read again: somebody else may just have decided.
    let case = find(app, &case.number).await?;
    let typed = Typed { decision: Some(decision), ..Typed::default() };
    case_page(app, moderator, &case, errors, typed).await
}

/// Ends a measure before its time.
pub(crate) async fn end_measure(
    State(app): State<App>,
    Path((number, measure)): Path<(String, i64)>,
    moderator: Moderator,
    _sent: Sent,
) -> Answer {
    let answer = async {
        let case = find(&app, &number).await?;
        let row = measures::find(app.db(), MeasureId(measure)).await?;
        let row = row.filter(|row| row.case_id == case.id).ok_or(Error::NotFound("Measure"))?;
        measure_actions::end_early(&app, moderator.acting, row.id).await?;
        Ok::<_, Error>(see_other(&address(&case, "?done=measure-ended")))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Answers a complaint.
pub(crate) async fn answer(
    State(app): State<App>,
    Path((number, complaint)): Path<(String, i64)>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let t = moderator.asked.t;
    let answer = async {
        let case = find(&app, &number).await?;
        let row = complaints::find(app.db(), ComplaintId(complaint)).await?;
        let row = row.filter(|row| row.case_id == case.id).ok_or(Error::NotFound("Complaint"))?;
        let field = field_of(&row);
        let reasons = sent.text(&field);
        let takes_back = match sent.text("do") {
            "reverse" => true,
            "uphold" => false,
            _ => return Err(Error::invalid("Answer", "is missing")),
        };
        match actions::answer_complaint(&app, moderator.acting, row.id, takes_back, reasons).await {
            Ok(()) => Ok(see_other(&address(&case, "?done=complaint-answered"))),
            Err(Error::Invalid { .. }) => {
                let mut errors = FieldErrors::default();
                let sentence = match reasons.is_empty() {
                    true => t.say("complaint-reasons-missing"),
                    false => t.say("text-of-decision-long"),
                };
                errors.add(field.clone(), sentence);
                let typed = Typed { answer: Some((field, reasons.to_owned())), ..Typed::default() };
                case_page(&app, &moderator, &case, errors, typed).await
            }
            Err(Error::Conflict(_)) => {
                let mut errors = FieldErrors::default();
                errors.add("entscheidung", t.say("complaint-conflict"));
                let mut response = case_page(&app, &moderator, &case, errors, Typed::default()).await?;
                *response.status_mut() = StatusCode::CONFLICT;
                Ok(response)
            }
            Err(error) => Err(error),
        }
    };
    answer.await.or_page(&app, &moderator.asked)
}

fn field_of(complaint: &complaints::Model) -> String {
    format!("reasons_{}", complaint.id)
}

/// What was decided in a case, and what came of it.
pub(crate) struct Decided {
    pub(crate) decisions: Vec<decisions::Model>,
    pub(crate) measures: Vec<measures::Model>,
    pub(crate) complaints: Vec<complaints::Model>,
}

impl Decided {
    /// Who did something here.
    pub(crate) fn people(&self) -> Vec<PersonId> {
        let deciding = self.decisions.iter().flat_map(|row| [Some(row.person_id), row.reversed_by]);
        let answering = self.complaints.iter().map(|row| row.decided_by);
        deciding.chain(answering).flatten().collect()
    }

    /// The decisions, the newest first.
    pub(crate) fn views(
        &self,
        t: Texts,
        app: &App,
        moderator: &Moderator,
        case: &cases::Model,
        names: &HashMap<PersonId, String>,
        typed: &Typed,
    ) -> Vec<DecisionView> {
        let now = app.clock.now();
        let name = |id: Option<PersonId>| id.and_then(|id| names.get(&id).cloned()).unwrap_or_default();
        let measure = |row: &measures::Model| {
            let can_end = Measure::parse(&row.kind).is_some_and(Measure::can_end);
            MeasureView {
                name: words::measure(t, &row.kind),
                time: match (row.ended_at, row.ends_at) {
                    (Some(at), _) => t.with("measure-ended", "when", times::near(t, at, now).text),
                    (None, Some(at)) => t.with("measure-until", "when", times::plain(t, at).text),
                    (None, None) if can_end => t.say("days-open"),
                    (None, None) => String::new(),
                },
                end_action: (can_end && row.ended_at.is_none())
                    .then(|| address(case, &format!("/measures/{}/end", row.id))),
            }
        };
        let complaint = |row: &complaints::Model, decision: &decisions::Model| {
            let field = field_of(row);
            let outcome = row.outcome.as_deref().map(|outcome| match outcome {
                complaints::REVERSED => t.say("complaint-was-reversed"),
                _ => t.say("complaint-was-upheld"),
            });
            let is_own = decision.person_id == moderator.person.id;
            let typed = typed.answer.as_ref().filter(|(of, _)| *of == field);
            CaseComplaintView {
                heading: match row.notice_id {
                    Some(_) => t.say("complaint-of-reporter"),
                    None => t.say("complaint-of-author"),
                },
                when: times::near(t, row.created_at, now),
                text: row.text.clone(),
                action: (outcome.is_none() && !is_own)
                    .then(|| address(case, &format!("/complaints/{}", row.id))),
                typed: typed.map(|(_, reasons)| reasons.clone()).unwrap_or_default(),
                field,
                answer: outcome.map(|outcome| format!("{outcome} ({})", name(row.decided_by))),
                reasons: row.reasons.clone(),
            }
        };
        let view = |row: &decisions::Model| DecisionView {
            id: row.id.to_string(),
            when: times::near(t, row.created_at, now),
            by: name(Some(row.person_id)),
            reversed: row.reversed_at.map(|at| {
                let who = name(row.reversed_by);
                t.with_two("decision-reversed", "name", who, "when", times::near(t, at, now).text)
            }),
            measures: self.measures.iter().filter(|one| one.decision_id == row.id).map(measure).collect(),
            ground: words::ground(t, row),
            category: words::category(t, &row.category),
            facts: row.facts.clone(),
            redress: row.redress.clone(),
            complain_until: t.with("until-day", "day", times::day(t, row.complaint_until)),
            complaints: self
                .complaints
                .iter()
                .filter(|one| one.decision_id == row.id)
                .map(|one| complaint(one, row))
                .collect(),
        };
        self.decisions.iter().rev().map(view).collect()
    }
}
