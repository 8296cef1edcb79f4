//! `/api/v1/conversations`: direct messages by thread.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::store::conversations;

use crate::Door;
use crate::auth::{Member, ReadStatuses};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::conversation;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/conversations", get(list))
}

/// The one with the newest message first. The cursor is that message, since it gives the order.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadStatuses>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = conversations::list(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.last_post_id.0));
    Ok((links, Json(conversation::load(&app, &member, rows).await?)))
}
