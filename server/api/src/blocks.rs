//! `/api/v1/blocks`: blocked accounts.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::store::accounts;

use crate::Door;
use crate::auth::{Member, ReadBlocks};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::account;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/blocks", get(list))
}

/// Blocked accounts, the last first.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadBlocks>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_blocked(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}
