//! What was decided about an account, and why: for those who run it.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::decisions as actions;
use stadtbote_core::domain::ids::DecisionId;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::store::{cases, complaints, decisions, measures};
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::error::OrPage;
use crate::pages::staff::{StatementRow, StatementsPage};
use crate::public::reports::outcome_view;
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Decisions that are shown.
const MOST_STATEMENTS: u64 = 30;

/// Shows what was decided.
pub(crate) async fn list(State(app): State<App>, member: Member) -> Answer {
    statements(&app, &member, None).await.or_page(&app, &member.asked)
}

/// Takes a complaint.
pub(crate) async fn object(
    State(app): State<App>,
    Path((_, decision)): Path<(String, i64)>,
    member: Member,
    sent: Sent,
) -> Answer {
    let text = sent.text(&field(DecisionId(decision)));
    let answer = match actions::object_as_member(&app, &member.acting, DecisionId(decision), text).await {
        // Sent twice, or too late: the page says how it stands.
        Ok(()) | Err(Error::Conflict(_)) => Ok(see_other(&member.address("/decisions?done=complained"))),
        Err(Error::Invalid { .. }) => {
            statements(&app, &member, Some((DecisionId(decision), text.to_owned()))).await
        }
        Err(error) => Err(error),
    };
    answer.or_page(&app, &member.asked)
}

fn field(decision: DecisionId) -> String {
    format!("complaint_{decision}")
}

/// `wrong`: the decision of a complaint that can't be taken, and what it said.
async fn statements(
    app: &App,
    member: &Member,
    wrong: Option<(DecisionId, String)>,
) -> Result<Response, Error> {
    member.acting.must(Act::Read)?;
    let t = member.asked.t;
    let now = app.clock.now();
    let rows = decisions::list_of_account(app.db(), member.acting.account.id, MOST_STATEMENTS).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.case_id).collect();
    let cases = cases::list_by_ids(app.db(), ids.clone()).await?;
    let measures = measures::list_of_cases(app.db(), ids.clone()).await?;
    let complaints = complaints::list_of_cases(app.db(), ids).await?;
    let mut errors = FieldErrors::default();
    if let Some((decision, text)) = &wrong {
        let sentence = match text.is_empty() {
            true => t.say("complaint-missing"),
            false => t.say("complaint-long"),
        };
        errors.add(field(*decision), sentence);
    }
    let view = |row: &decisions::Model| {
        let case = cases.iter().find(|case| case.id == row.case_id);
        let measures: Vec<_> = measures.iter().filter(|one| one.decision_id == row.id).collect();
        let own = |one: &&complaints::Model| one.decision_id == row.id && one.notice_id.is_none();
        let typed = wrong.as_ref().filter(|(of, _)| *of == row.id).map(|(_, text)| text.clone());
        let complaint = complaints.iter().find(own);
        let typed = typed.unwrap_or_default();
        let mut outcome = outcome_view(t, now, row, &measures, complaint, field(row.id), typed);
        if !member.may(Act::Write) {
            outcome.complain_until = None;
        }
        StatementRow {
            address: case.map(|case| case.url.clone()).unwrap_or_default(),
            action: member.address(&format!("/decisions/{}", row.id)),
            outcome,
        }
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("statements"),
        false => t.with("title-error", "title", t.say("statements")),
    };
    let content = StatementsPage {
        t,
        shell: member.asked.shell(app, &title, true),
        bench: bench_for(app, member, Area::Statements).await?,
        errors,
        statements: rows.iter().map(view).collect(),
    };
    Ok(private_page(status, &member.asked, &content))
}
