//! Reports by anybody, and what has become of them.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode, header};
use stadtbote_core::actions::cases::events;
use stadtbote_core::actions::notices::{self as actions, FormNotice};
use stadtbote_core::actions::{answers, decisions as decide};
use stadtbote_core::app::secret_hash;
use stadtbote_core::client_address::ClientAddress;
use stadtbote_core::domain::moderation::after_working_days;
use stadtbote_core::mail::letters::Cause;
use stadtbote_core::store::{case_events, cases, complaints, decisions, measures, notices};
use stadtbote_core::{App, Error};

use crate::error::{OrPage, Refusal};
use crate::language::Texts;
use crate::pages::public::{
    ComplaintView, ConfirmPage, OutcomeView, ReceiptPage, ReportPage, ReportedView, StatementPage,
};
use crate::request::Visitor;
use crate::respond::{Answer, page, private_page, see_other};
use crate::sent::{OpenForm, Sent};
use crate::views::FieldErrors;
use crate::{dress, moderation, times};

/// Shows the form, with the address that a link names.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let url = visitor.asked.parameter("url").unwrap_or_default();
    let notice = FormNotice { addresses: dress::absolute(&app, &url), ..FormNotice::default() };
    page(StatusCode::OK, &form(&app, &visitor, &notice, FieldErrors::default()))
}

/// Takes a report and leads to its receipt.
pub(crate) async fn create(
    State(app): State<App>,
    client: Option<Extension<ClientAddress>>,
    visitor: Visitor,
    OpenForm(sent): OpenForm,
) -> Answer {
    let t = visitor.asked.t;
    let notice = FormNotice {
        addresses: sent.text("addresses").to_owned(),
        question: sent.text("question").to_owned(),
        reason: sent.text("reason").to_owned(),
        name: sent.text("name").to_owned(),
        email: sent.text("email").to_owned(),
        locale: t.tag().to_owned(),
        in_good_faith: sent.is_ticked("good_faith"),
        honeypot: sent.text("website").to_owned(),
    };
    let mut errors = FieldErrors::default();
    for (field, _) in notice.faults() {
        let (id, sentence) = match field {
            "Address" if notice.addresses.is_empty() => ("addresses", t.say("report-address-missing")),
            "Address" => ("addresses", t.say("report-address-wrong")),
            "Question" => ("question", t.say("report-question-missing")),
            "Reason" if notice.reason.is_empty() => ("reason", t.say("report-reason-missing")),
            "Reason" => ("reason", t.say("report-reason-long")),
            "Name" => ("name", t.say("report-name-long")),
            "E-mail" => ("email", t.say("report-email-wrong")),
            _ => ("good_faith", t.say("report-good-faith-missing")),
        };
        errors.add(id, sentence);
    }
    if !errors.is_empty() {
        let content = form(&app, &visitor, &notice, errors);
        return Ok(private_page(StatusCode::UNPROCESSABLE_ENTITY, &visitor.asked, &content));
    }
    let from = client.map_or_else(|| "unknown".to_owned(), |Extension(client)| client.0.to_string());
    match actions::take_form(&app, notice.clone(), &from).await {
        Ok(receipt) => Ok(secret(see_other(&address(&receipt.link)))),
        Err(Error::TooMany(seconds)) => {
            let mut errors = FieldErrors::default();
            errors.add("addresses", t.say("report-too-many"));
            let content = form(&app, &visitor, &notice, errors);
            let mut response = private_page(StatusCode::TOO_MANY_REQUESTS, &visitor.asked, &content);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(error) => Err(Refusal::from(error).page(&app, &visitor.asked)),
    }
}

fn form(app: &App, visitor: &Visitor, notice: &FormNotice, errors: FieldErrors) -> ReportPage {
    let t = visitor.asked.t;
    let title = match errors.is_empty() {
        true => t.say("report-title"),
        false => t.with("title-error", "title", t.say("report-title")),
    };
    ReportPage {
        t,
        shell: visitor.shell(app, &title),
        errors,
        addresses: notice.addresses.clone(),
        questions: moderation::questions(t, &notice.question),
        reason: notice.reason.clone(),
        name: notice.name.clone(),
        email: notice.email.clone(),
        in_good_faith: notice.in_good_faith,
        contact: Some(app.config.instance.contact_email.clone()).filter(|contact| !contact.is_empty()),
    }
}

fn address(link: &str) -> String {
    format!("/report/status/{link}")
}

/// An answer whose address is a secret: nobody keeps it, and no other page is told of it.
pub(super) fn secret(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// Shows how a report stands.
pub(crate) async fn status(State(app): State<App>, Path(link): Path<String>, visitor: Visitor) -> Answer {
    let receipt = receipt(&app, &visitor, &link, StatusCode::OK, None).await;
    receipt.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// Takes a complaint about a decision.
pub(crate) async fn complain(
    State(app): State<App>,
    Path(link): Path<String>,
    visitor: Visitor,
    OpenForm(sent): OpenForm,
) -> Answer {
    complaint(&app, &visitor, &link, &sent).await.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

async fn complaint(app: &App, visitor: &Visitor, link: &str, sent: &Sent) -> Result<Response, Error> {
    let rows = notices::list_by_link(app.db(), &secret_hash(link)).await?;
    let number: usize = sent.text("number").parse().unwrap_or_default();
    let row = number.checked_sub(1).and_then(|at| rows.get(at)).ok_or(Error::NotFound("Report"))?;
    let text = sent.text(&format!("complaint_{number}"));
    match decide::complain(app, link, row.case_id, text).await {
        Ok(()) => Ok(see_other(&address(link))),
        Err(Error::Invalid { .. }) => {
            let wrong = Some((number, text.to_owned()));
            receipt(app, visitor, link, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
        }
        // Sent twice, or too late: the receipt says how it stands.
        Err(Error::Conflict(_)) => Ok(see_other(&address(link))),
        Err(error) => Err(error),
    }
}

/// `wrong`: the number of the complaint that can't be taken, and what it said.
async fn receipt(
    app: &App,
    visitor: &Visitor,
    link: &str,
    status: StatusCode,
    wrong: Option<(usize, String)>,
) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let now = app.clock.now();
    let rows = notices::list_by_link(app.db(), &secret_hash(link)).await?;
    let first = rows.first().ok_or(Error::NotFound("Report"))?;
    let ids: Vec<_> = rows.iter().map(|row| row.case_id).collect();
    let all = Found {
        cases: cases::list_by_ids(app.db(), ids.clone()).await?,
        decisions: decisions::list_of_cases(app.db(), ids.clone()).await?,
        measures: measures::list_of_cases(app.db(), ids.clone()).await?,
        complaints: complaints::list_of_cases(app.db(), ids).await?,
    };
    let mut errors = FieldErrors::default();
    if let Some((number, text)) = &wrong {
        let sentence = match text.is_empty() {
            true => t.say("complaint-missing"),
            false => t.say("complaint-long"),
        };
        errors.add(format!("complaint_{number}"), sentence);
    }
    let mut reported = Vec::new();
    let mut open: Vec<&cases::Model> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(case) = all.cases.iter().find(|case| case.id == row.case_id) else { continue };
        let number = at + 1;
        let outcome = all.outcome(t, case, row, now, number, &wrong);
        if outcome.is_none() {
            open.push(case);
        }
        reported.push(ReportedView { number, address: case.url.clone(), outcome });
    }
    let looked = open.iter().map(|case| case.looked_at).collect::<Option<Vec<_>>>();
    let title = t.with("receipt-page", "number", first.ticket.as_deref().unwrap_or_default());
    let title = match errors.is_empty() {
        true => title,
        false => t.with("title-error", "title", title),
    };
    let content = ReceiptPage {
        t,
        shell: visitor.shell(app, &title),
        errors,
        ticket: first.ticket.clone().unwrap_or_default(),
        link: app.config.server.address(&address(link)),
        action: address(link),
        received: times::full(t, first.created_at),
        looked: looked.and_then(|times| times.into_iter().max()).map(|at| times::full(t, at)),
        look_by: times::day(t, after_working_days(first.created_at, 1)),
        decide_by: open.iter().map(|case| case.due_at).max().map(|at| times::day(t, at)),
        question: moderation::question_of(t, &first.question),
        reason: first.text.clone(),
        reported,
        unconfirmed: first.confirmed_at.is_none() && first.confirm_until.is_some_and(|until| now <= until),
    };
    Ok(private_page(status, &visitor.asked, &content))
}

/// What became of the objects of one report.
struct Found {
    cases: Vec<cases::Model>,
    decisions: Vec<decisions::Model>,
    measures: Vec<measures::Model>,
    complaints: Vec<complaints::Model>,
}

impl Found {
    /// What was decided about an object since it was reported.
    fn outcome(
        &self,
        t: Texts,
        case: &cases::Model,
        notice: &notices::Model,
        now: DateTime<Utc>,
        number: usize,
        wrong: &Option<(usize, String)>,
    ) -> Option<OutcomeView> {
        let answers = |row: &&decisions::Model| {
            row.case_id == case.id && (!case.is_open() || row.created_at >= notice.created_at)
        };
        let decision = self.decisions.iter().rfind(answers)?;
        let measures: Vec<_> = self.measures.iter().filter(|row| row.decision_id == decision.id).collect();
        let complaint = self
            .complaints
            .iter()
            .rfind(|row| row.decision_id == decision.id && row.notice_id == Some(notice.id));
        let typed = wrong.as_ref().filter(|(at, _)| *at == number).map(|(_, text)| text.clone());
        let field = format!("complaint_{number}");
        Some(outcome_view(t, now, decision, &measures, complaint, field, typed.unwrap_or_default()))
    }
}

/// `complaint`: what the reader said against it. `typed`: what can't be taken of what they say now.
pub(crate) fn outcome_view(
    t: Texts,
    now: DateTime<Utc>,
    decision: &decisions::Model,
    measures: &[&measures::Model],
    complaint: Option<&complaints::Model>,
    field: String,
    typed: String,
) -> OutcomeView {
    OutcomeView {
        when: times::full(t, decision.created_at),
        reversed: decision.reversed_at.map(|at| times::day(t, at)),
        done: moderation::outcome(t, measures),
        ground: moderation::ground(t, decision),
        facts: decision.facts.clone(),
        redress: decision.redress.clone(),
        complain_until: (complaint.is_none() && now <= decision.complaint_until)
            .then(|| times::day(t, decision.complaint_until)),
        field,
        typed,
        complaint: complaint.map(|row| ComplaintView {
            when: times::full(t, row.created_at),
            text: row.text.clone(),
            answer: row.outcome.as_deref().map(|outcome| match outcome {
                complaints::REVERSED => t.say("complaint-reversed"),
                _ => t.say("complaint-upheld"),
            }),
            reasons: row.reasons.clone(),
        }),
    }
}

/// Shows the button by which an address is confirmed. Following the link alone confirms nothing: programs that look through
/// mail follow links too.
pub(crate) async fn ask(State(app): State<App>, Path(link): Path<String>, visitor: Visitor) -> Answer {
    confirmation(&app, &visitor, &link).await.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// Confirms an address.
pub(crate) async fn confirm(
    State(app): State<App>,
    Path(link): Path<String>,
    visitor: Visitor,
    _: OpenForm,
) -> Answer {
    let answer = match answers::confirm(&app, &link).await {
        // Too late: the page says so.
        Ok(()) | Err(Error::Conflict(_)) => Ok(see_other(&format!("/report/confirm/{link}"))),
        Err(error) => Err(error),
    };
    answer.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

async fn confirmation(app: &App, visitor: &Visitor, link: &str) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let rows = notices::list_by_confirmation(app.db(), &secret_hash(link)).await?;
    let first = rows.first().ok_or(Error::NotFound("Report"))?;
    let is_over = first.confirm_until.is_none_or(|until| until < app.clock.now());
    let (heading, text, action) = match first.confirmed_at {
        Some(_) => (t.say("confirm-done"), t.say("confirm-done-text"), None),
        None if is_over => (t.say("confirm-over"), t.say("confirm-over-text"), None),
        None => (t.say("confirm-title"), t.say("confirm-text"), Some(format!("/report/confirm/{link}"))),
    };
    let content = ConfirmPage {
        t,
        shell: visitor.shell(app, &heading),
        ticket: first.ticket.clone().unwrap_or_default(),
        heading,
        text,
        action,
    };
    Ok(private_page(StatusCode::OK, &visitor.asked, &content))
}

/// Shows what was decided and why, to whoever it restricts.
pub(crate) async fn decision(State(app): State<App>, Path(link): Path<String>, visitor: Visitor) -> Answer {
    let shown = statement(&app, &visitor, &link, None).await;
    shown.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// Takes the complaint of whoever is restricted.
pub(crate) async fn object(
    State(app): State<App>,
    Path(link): Path<String>,
    visitor: Visitor,
    OpenForm(sent): OpenForm,
) -> Answer {
    let text = sent.text(OBJECTION);
    let answer = match decide::object(&app, &link, text).await {
        // Sent twice, or too late: the page says how it stands.
        Ok(()) | Err(Error::Conflict(_)) => Ok(see_other(&format!("/report/decision/{link}"))),
        Err(Error::Invalid { .. }) => statement(&app, &visitor, &link, Some(text.to_owned())).await,
        Err(error) => Err(error),
    };
    answer.map(secret).or_page(&app, &visitor.asked).map_err(secret)
}

/// The field of the complaint of whoever is restricted.
const OBJECTION: &str = "complaint_1";

/// `wrong`: what can't be taken.
async fn statement(
    app: &App,
    visitor: &Visitor,
    link: &str,
    wrong: Option<String>,
) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let decision = decisions::find_by_link(app.db(), &secret_hash(link)).await?;
    let decision = decision.ok_or(Error::NotFound("Decision"))?;
    let case = cases::find(app.db(), decision.case_id).await?.ok_or(Error::NotFound("Decision"))?;
    let measures = measures::list(app.db(), case.id).await?;
    let measures: Vec<_> = measures.iter().filter(|row| row.decision_id == decision.id).collect();
    let complaints = complaints::list(app.db(), case.id).await?;
    let own = |row: &&complaints::Model| row.decision_id == decision.id && row.notice_id.is_none();
    let (status, errors) = (StatusCode::OK, FieldErrors::default());
    let (status, errors) = match &wrong {
        None => (status, errors),
        Some(text) => {
            let mut errors = errors;
            let sentence = match text.is_empty() {
                true => t.say("complaint-missing"),
                false => t.say("complaint-long"),
            };
            errors.add(OBJECTION, sentence);
            (StatusCode::UNPROCESSABLE_ENTITY, errors)
        }
    };
    let title = t.with("statement-page", "number", &case.number);
    let title = match errors.is_empty() {
        true => title,
        false => t.with("title-error", "title", title),
    };
    let (own, typed) = (complaints.iter().find(own), wrong.unwrap_or_default());
    let content = StatementPage {
        t,
        shell: visitor.shell(app, &title),
        errors,
        number: case.number.clone(),
        link: app.config.server.address(&format!("/report/decision/{link}")),
        action: format!("/report/decision/{link}"),
        address: case.url.clone(),
        cause: match Cause::new(
            notices::is_reported(app.db(), case.id).await?,
            case_events::has(app.db(), case.id, events::HELD).await?,
        ) {
            Cause::Report => t.say("statement-reported"),
            Cause::Staff => t.say("statement-seen"),
            Cause::Rule => t.say("statement-held"),
        },
        outcome: outcome_view(t, app.clock.now(), &decision, &measures, own, OBJECTION.to_owned(), typed),
    };
    Ok(private_page(status, &visitor.asked, &content))
}
