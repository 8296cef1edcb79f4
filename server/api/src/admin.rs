//! `/api/v1/admin`: what moderators do, for the programs that they do it with. The rules are those of the pages: what restricts
//! somebody needs its reasons.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::actions::notices::TypedNotice;
use stadtbote_core::actions::{
    Moderator as Judge, cases as case_actions, decisions, domains, measures, notices,
};
use stadtbote_core::domain::blocklist::{self, Entry, Severity};
use stadtbote_core::domain::ids::{AccountId, CaseId, RowId};
use stadtbote_core::domain::moderation::{
    Ground, Measure, NewDecision, NewMeasure, Question, standard_redress,
};
use stadtbote_core::store::accounts::ForModerators;
use stadtbote_core::store::{accounts, cases, domain_policies, measures as stored, notices as sources};
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{
    AdminReadAccounts, AdminReadDomainBlocks, AdminReadReports, AdminWriteAccounts, AdminWriteDomainBlocks,
    AdminWriteReports, Moderator,
};
use crate::error::ApiError;
use crate::input::{At, Body, Given, Query};
use crate::page::{Paging, Trail};
use crate::views::admin::{self, AdminAccount, AdminDomainBlock, AdminReport};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/admin/reports", get(list_reports))
        .route("/api/v1/admin/reports/{id}", get(show_report))
        .route("/api/v1/admin/reports/{id}/assign_to_self", post(assign))
        .route("/api/v1/admin/reports/{id}/unassign", post(unassign))
        .route("/api/v1/admin/reports/{id}/resolve", post(resolve))
        .route("/api/v1/admin/reports/{id}/reopen", post(reopen))
        .route("/api/v1/admin/accounts", get(list_accounts))
        .route("/api/v2/admin/accounts", get(list_accounts))
        .route("/api/v1/admin/accounts/{id}", get(show_account))
        .route("/api/v1/admin/accounts/{id}/action", post(act))
        .route("/api/v1/admin/accounts/{id}/unsilence", post(unsilence))
        .route("/api/v1/admin/accounts/{id}/unsuspend", post(unsuspend))
        .route("/api/v1/admin/domain_blocks", get(list_domains).post(put_domain))
        .route("/api/v1/admin/domain_blocks/{id}", get(show_domain).put(change_domain).delete(lift_domain))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReportQuery {
    resolved: Given<bool>,
    target_account_id: Given<i64>,
}

async fn list_reports(
    State(app): State<App>,
    _: Moderator<AdminReadReports>,
    Query(query): Query<ReportQuery>,
    paging: Paging<100>,
) -> Result<impl IntoResponse, ApiError> {
    let state = if query.resolved.unwrap_or(false) { cases::DECIDED } else { cases::OPEN };
    let about = query.target_account_id.0.map(AccountId);
    let rows = cases::list_page(app.db(), state, about, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|case| case.id.0));
    Ok((links, Json(admin::reports(&app, rows).await?)))
}

async fn report(app: &App, id: CaseId) -> Result<Json<AdminReport>, ApiError> {
    let row = cases::find(app.db(), id).await?.ok_or_else(ApiError::no_record)?;
    admin::reports(app, vec![row]).await?.pop().map(Json).ok_or_else(ApiError::no_record)
}

async fn show_report(
    State(app): State<App>,
    _: Moderator<AdminReadReports>,
    At(id): At<i64>,
) -> Result<Json<AdminReport>, ApiError> {
    report(&app, CaseId(id)).await
}

async fn assign(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteReports>,
    At(id): At<i64>,
) -> Result<Json<AdminReport>, ApiError> {
    case_actions::assign(&app, judge, CaseId(id), Some(judge)).await?;
    report(&app, CaseId(id)).await
}

async fn unassign(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteReports>,
    At(id): At<i64>,
) -> Result<Json<AdminReport>, ApiError> {
    case_actions::assign(&app, judge, CaseId(id), None).await?;
    report(&app, CaseId(id)).await
}

/// Nothing is wrong, or nothing more is to be done.
async fn resolve(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteReports>,
    At(id): At<i64>,
) -> Result<Json<AdminReport>, ApiError> {
    let case = cases::find(app.db(), CaseId(id)).await?.ok_or_else(ApiError::no_record)?;
    if case.is_open() {
        decisions::decide(&app, judge, case.id, None, decision(&app, &case, vec![], "")).await?;
    }
    report(&app, case.id).await
}

async fn reopen(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteReports>,
    At(id): At<i64>,
) -> Result<Json<AdminReport>, ApiError> {
    case_actions::reopen(&app, judge, CaseId(id)).await?;
    report(&app, CaseId(id)).await
}

/// A decision by a program: it stands on the rules of the house, and the facts are what the moderator wrote.
fn decision(app: &App, case: &cases::Model, measures: Vec<Measure>, facts: &str) -> NewDecision {
    let language = &app.config.instance.language;
    let is_harmless = measures.is_empty();
    let new = |what| NewMeasure { what, days: None, institution: None };
    NewDecision {
        measures: measures.into_iter().map(new).collect(),
        ground: if is_harmless { Ground::None } else { Ground::Rules },
        citation: if is_harmless { String::new() } else { "Netiquette".into() },
        facts: facts.to_owned(),
        redress: standard_redress(language).to_owned(),
        category: Question::parse(&case.question).unwrap_or(Question::Other).category().into(),
        untold: String::new(),
        unfounded: vec![],
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AccountQuery {
    origin: Given<String>,
    local: Given<bool>,
    remote: Given<bool>,
    status: Given<String>,
    silenced: Given<bool>,
    suspended: Given<bool>,
    username: Given<String>,
    by_domain: Given<String>,
}

async fn list_accounts(
    State(app): State<App>,
    _: Moderator<AdminReadAccounts>,
    Query(query): Query<AccountQuery>,
    paging: Paging<100>,
) -> Result<impl IntoResponse, ApiError> {
    let origin = query.origin.0.as_deref();
    let status = query.status.0.as_deref();
    let which = ForModerators {
        ours: origin == Some("local") || query.local.unwrap_or(false),
        theirs: origin == Some("remote") || query.remote.unwrap_or(false),
        limited: matches!(status, Some("silenced" | "limited")) || query.silenced.unwrap_or(false),
        suspended: status == Some("suspended") || query.suspended.unwrap_or(false),
        username: query.username.0.filter(|name| !name.is_empty()),
        domain: query.by_domain.0.filter(|name| !name.is_empty()),
    };
    let rows = accounts::list_for_moderators(app.db(), &which, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    let shown: Vec<AdminAccount> = rows.iter().map(|row| admin::account(&app, row)).collect();
    Ok((links, Json(shown)))
}

async fn find(app: &App, id: i64) -> Result<accounts::Model, ApiError> {
    let found = accounts::find(app.db(), AccountId(id)).await?;
    found.filter(|row| row.deleted_at.is_none() && !row.is_instance()).ok_or_else(ApiError::no_record)
}

async fn show_account(
    State(app): State<App>,
    _: Moderator<AdminReadAccounts>,
    At(id): At<i64>,
) -> Result<Json<AdminAccount>, ApiError> {
    Ok(Json(admin::account(&app, &find(&app, id).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ActionForm {
    r#type: Given<String>,
    report_id: Given<i64>,
    text: Given<String>,
}

/// Decides about an account: in the case that is named, or in one that the moderator opens by this.
async fn act(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteAccounts>,
    At(id): At<i64>,
    Body(form): Body<ActionForm>,
) -> Result<Json<serde_json::Value>, ApiError> {
    let account = find(&app, id).await?;
    let text = form.text.0.unwrap_or_default();
    let what = match form.r#type.0.as_deref() {
        Some("none") => vec![],
        Some("silence") => vec![Measure::Limit],
        Some("suspend") => vec![Measure::Suspend],
        _ => return Err(Error::invalid("Type", "must be none, silence or suspend").into()),
    };
    let case = match form.report_id.0 {
        Some(report) => {
            let case = cases::find(app.db(), CaseId(report)).await?.ok_or_else(ApiError::no_record)?;
            if case.account_id != Some(account.id) {
                return Err(ApiError::no_record());
            }
            case
        }
        None => open_by(&app, judge, &account, &text).await?,
    };
    decisions::decide(&app, judge, case.id, None, decision(&app, &case, what, &text)).await?;
    Ok(Json(serde_json::json!({})))
}

async fn open_by(
    app: &App,
    judge: Judge,
    account: &accounts::Model,
    text: &str,
) -> Result<cases::Model, ApiError> {
    let seen = TypedNotice {
        source: sources::OWN.into(),
        address: account.uri.clone(),
        question: Question::Other.name().into(),
        reason: text.to_owned(),
        name: String::new(),
        email: String::new(),
        is_trusted: false,
        is_danger: false,
    };
    Ok(notices::type_in(app, judge, seen).await?)
}

async fn unsilence(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteAccounts>,
    At(id): At<i64>,
) -> Result<Json<AdminAccount>, ApiError> {
    end(&app, judge, id, Measure::Limit).await
}

async fn unsuspend(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteAccounts>,
    At(id): At<i64>,
) -> Result<Json<AdminAccount>, ApiError> {
    end(&app, judge, id, Measure::Suspend).await
}

async fn end(app: &App, judge: Judge, id: i64, what: Measure) -> Result<Json<AdminAccount>, ApiError> {
    let account = find(app, id).await?;
    for measure in stored::list_in_force_for_account(app.db(), account.id, what.name()).await? {
        measures::end_early(app, judge, measure.id).await?;
    }
    Ok(Json(admin::account(app, &find(app, id).await?)))
}

async fn list_domains(
    State(app): State<App>,
    _: Moderator<AdminReadDomainBlocks>,
) -> Result<Json<Vec<AdminDomainBlock>>, ApiError> {
    let rows = domain_policies::list(app.db()).await?;
    Ok(Json(rows.into_iter().map(admin::domain_block).collect()))
}

async fn domain(app: &App, name: &str) -> Result<Json<AdminDomainBlock>, ApiError> {
    let row = domain_policies::find(app.db(), name).await?.ok_or_else(ApiError::no_record)?;
    Ok(Json(admin::domain_block(row)))
}

async fn show_domain(
    State(app): State<App>,
    _: Moderator<AdminReadDomainBlocks>,
    At(id): At<i64>,
) -> Result<Json<AdminDomainBlock>, ApiError> {
    Ok(Json(admin::domain_block(numbered(&app, id).await?)))
}

async fn numbered(app: &App, id: i64) -> Result<domain_policies::Model, ApiError> {
    domain_policies::find_by_id(app.db(), RowId(id)).await?.ok_or_else(ApiError::no_record)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DomainForm {
    domain: Given<String>,
    severity: Given<String>,
    reject_media: Given<bool>,
    reject_reports: Given<bool>,
    private_comment: Given<String>,
    public_comment: Given<String>,
}

async fn put_domain(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteDomainBlocks>,
    Body(form): Body<DomainForm>,
) -> Result<Json<AdminDomainBlock>, ApiError> {
    let named = form.domain.0.clone().unwrap_or_default();
    let name = blocklist::domain(&named).ok_or(Error::invalid("Domain", "is none"))?;
    put(&app, judge, name, form).await
}

async fn change_domain(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteDomainBlocks>,
    At(id): At<i64>,
    Body(form): Body<DomainForm>,
) -> Result<Json<AdminDomainBlock>, ApiError> {
    let known = numbered(&app, id).await?;
    let form = DomainForm {
        domain: form.domain,
        severity: Given(form.severity.0.or(Some(known.severity))),
        reject_media: Given(form.reject_media.0.or(Some(known.reject_media))),
        reject_reports: Given(form.reject_reports.0.or(Some(known.reject_reports))),
        private_comment: Given(form.private_comment.0.or(Some(known.private_note))),
        public_comment: Given(form.public_comment.0.or(Some(known.public_reason))),
    };
    put(&app, judge, known.name, form).await
}

async fn put(
    app: &App,
    judge: Judge,
    name: String,
    form: DomainForm,
) -> Result<Json<AdminDomainBlock>, ApiError> {
    let severity = match form.severity.0.as_deref() {
        None => Severity::Silence,
        Some(name) => {
            Severity::parse(name).ok_or(Error::invalid("Severity", "must be silence, suspend or noop"))?
        }
    };
    let entry = Entry {
        name: name.clone(),
        severity,
        reject_media: form.reject_media.unwrap_or(false),
        reject_reports: form.reject_reports.unwrap_or(false),
        public_reason: form.public_comment.0.unwrap_or_default(),
    };
    let note = form.private_comment.0.unwrap_or_default();
    domains::put(app, Some(judge.person), entry, &note).await?;
    domain(app, &name).await
}

async fn lift_domain(
    State(app): State<App>,
    Moderator(judge, _): Moderator<AdminWriteDomainBlocks>,
    At(id): At<i64>,
) -> Result<Json<serde_json::Value>, ApiError> {
    let known = numbered(&app, id).await?;
    domains::lift(&app, Some(judge.person), &known.name).await?;
    Ok(Json(serde_json::json!({})))
}
