//! `/api/v1/favourites` and `/api/v1/bookmarks`: posts that somebody kept.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::{bookmarks, favourites, posts};

use crate::Door;
use crate::auth::{Member, ReadBookmarks, ReadFavourites};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::status::{self, Status};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/favourites", get(list_favourites))
        .route("/api/v1/bookmarks", get(list_bookmarks))
}

/// Posts that the account likes.
async fn list_favourites(
    State(app): State<App>,
    Member(member, _): Member<ReadFavourites>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = favourites::list_of_account(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    let views = in_order(&app, &member, rows.iter().map(|row| row.post_id).collect()).await?;
    Ok((links, Json(views)))
}

/// Posts that the account bookmarked.
async fn list_bookmarks(
    State(app): State<App>,
    Member(member, _): Member<ReadBookmarks>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = bookmarks::list(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    let views = in_order(&app, &member, rows.iter().map(|row| row.post_id).collect()).await?;
    Ok((links, Json(views)))
}

/// Those of the posts that may still be seen, in this order. The cursors above count all, so that a page of which
/// little is left does not end the list.
async fn in_order(
    app: &App,
    member: &stadtbote_core::actions::Member,
    ids: Vec<PostId>,
) -> Result<Vec<Status>, ApiError> {
    let mut rows = posts::list_visible(app.db(), Some(member.viewer()), ids.clone()).await?;
    rows.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
    Ok(status::load(app, Some(member), rows).await?)
}
