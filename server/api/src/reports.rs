//! `/api/v1/reports`: complaints to the moderators.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::actions::reports::NewReport;
use stadtbote_core::domain::ids::{AccountId, PostId};

use crate::Door;
use crate::auth::{Member, WriteReports};
use crate::error::ApiError;
use crate::input::{Body, Given};
use crate::views::account;
use crate::views::report::Report;
use crate::views::{EMPTY, Id, Nothing, Time};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/reports", post(create))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReportForm {
    account_id: Given<i64>,
    status_ids: Given<Vec<i64>>,
    comment: Given<String>,
    forward: Given<bool>,
    category: Given<String>,
    rule_ids: Given<Vec<String>>,
}

impl From<ReportForm> for NewReport {
    fn from(form: ReportForm) -> NewReport {
        let rule_ids = form.rule_ids.0.unwrap_or_default();
        let otherwise = if rule_ids.is_empty() { "other" } else { "violation" };
        NewReport {
            target: AccountId(form.account_id.unwrap_or_default()),
            posts: form.status_ids.0.into_iter().flatten().map(PostId).collect(),
            comment: form.comment.0.unwrap_or_default(),
            category: form.category.0.filter(|name| !name.is_empty()).unwrap_or_else(|| otherwise.into()),
            forward: form.forward.unwrap_or(false),
            rule_ids,
        }
    }
}

/// Keeps a report.
async fn create(
    State(app): State<App>,
    Member(member, _): Member<WriteReports>,
    Body(form): Body<ReportForm>,
) -> Result<Json<Report>, ApiError> {
    let (row, target) = actions::reports::create(&app, &member, form.into()).await?;
    let ids = |text: &str| text.split(' ').filter_map(|id| id.parse().ok()).map(Id).collect();
    Ok(Json(Report {
        id: Id(row.id.0),
        action_taken: false,
        action_taken_at: Nothing,
        status_ids: ids(&row.post_ids),
        rule_ids: ids(&row.rule_ids),
        collection_ids: EMPTY,
        category: row.category,
        comment: row.comment,
        forwarded: row.forward,
        created_at: Time(row.created_at),
        target_account: account::view(&app, &target),
    }))
}
