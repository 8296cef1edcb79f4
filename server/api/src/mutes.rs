//! `/api/v1/mutes`: muted accounts.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use stadtbote_core::App;
use stadtbote_core::store::accounts;

use crate::Door;
use crate::auth::{Member, ReadMutes};
use crate::error::ApiError;
use crate::page::{Paging, Trail};
use crate::views::Time;
use crate::views::account::{self, MutedAccount};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/mutes", get(list))
}

/// Muted accounts, the last first, with the end of the mute.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadMutes>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = accounts::list_muted(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, ..)| *cursor));
    let mut views = Vec::new();
    for (_, row, mute) in &rows {
        let mute_expires_at = mute.ends_at.map(Time);
        views.push(MutedAccount { account: account::view(&app, row), mute_expires_at });
    }
    Ok((links, Json(views)))
}
