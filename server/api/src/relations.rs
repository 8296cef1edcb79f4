//! `/api/v1/blocks`, `/api/v1/mutes` and `/api/v1/follow_requests`: lists of people one has to do with.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::accounts;

use crate::Door;
use crate::auth::{Member, ReadBlocks, ReadFollows, ReadMutes, WriteFollows};
use crate::error::ApiError;
use crate::input::At;
use crate::page::{Paging, Trail};
use crate::views::Time;
use crate::views::account::{self, Account, MutedAccount};
use crate::views::relationship::{self, Relationship};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/blocks", get(list_blocked))
        .route("/api/v1/mutes", get(list_muted))
        .route("/api/v1/follow_requests", get(list_requests))
        .route("/api/v1/follow_requests/{id}/authorize", post(authorize))
        .route("/api/v1/follow_requests/{id}/reject", post(reject))
}

/// Blocked accounts.
async fn list_blocked(
    State(app): State<App>,
    Member(member, _): Member<ReadBlocks>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_blocked(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(views(&app, &rows))))
}

/// Muted accounts, with the end of the mute.
async fn list_muted(
    State(app): State<App>,
    Member(member, _): Member<ReadMutes>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_muted(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, ..)| *cursor));
    let views: Vec<MutedAccount> = rows
        .iter()
        .map(|(_, row, mute)| MutedAccount {
            account: account::view(&app, row),
            mute_expires_at: mute.ends_at.map(Time),
        })
        .collect();
    Ok((links, Json(views)))
}

/// Accounts that wait to be let in.
async fn list_requests(
    State(app): State<App>,
    Member(member, _): Member<ReadFollows>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_requests(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(views(&app, &rows))))
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

fn views(app: &App, rows: &[(i64, accounts::Model)]) -> Vec<Account> {
    rows.iter().map(|(_, row)| account::view(app, row)).collect()
}
