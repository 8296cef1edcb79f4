//! `/api/v1/bookmarks`: posts that somebody keeps.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::store::bookmarks;

use crate::Door;
use crate::auth::{Member, ReadBookmarks};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::status;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/bookmarks", get(list))
}

/// Posts that the account bookmarked, the last first.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadBookmarks>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = bookmarks::list(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    let views = status::load_by_ids(&app, &member, rows.iter().map(|row| row.post_id).collect()).await?;
    Ok((links, Json(views)))
}
