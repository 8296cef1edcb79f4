//! `/api/v1/favourites`: posts that somebody likes.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::store::favourites;

use crate::Door;
use crate::auth::{Member, ReadFavourites};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::status;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/favourites", get(list))
}

/// Posts that the account likes, the last first.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadFavourites>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = favourites::list_of_account(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    let views = status::load_by_ids(&app, &member, rows.iter().map(|row| row.post_id).collect()).await?;
    Ok((links, Json(views)))
}
