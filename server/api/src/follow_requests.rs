//! `/api/v1/follow_requests`: accounts that wait to be let in.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::accounts;

use crate::Door;
use crate::auth::{Member, ReadFollows, WriteFollows};
use crate::error::ApiError;
use crate::input::At;
use crate::page::{Paging, Trail};
use crate::views::account;
use crate::views::relationship::{self, Relationship};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/follow_requests", get(list))
        .route("/api/v1/follow_requests/{id}/authorize", post(authorize))
        .route("/api/v1/follow_requests/{id}/reject", post(reject))
}

/// Who waits, the last first.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadFollows>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_requests(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}

/// Lets somebody in.
async fn authorize(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    let follower = actions::follows::accept(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, follower.id).await?))
}

/// Turns somebody away.
async fn reject(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    let follower = actions::follows::reject(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, follower.id).await?))
}
