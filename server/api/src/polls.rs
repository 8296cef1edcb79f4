//! `/api/v1/polls`: questions that posts ask.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::posts;
use stadtbote_core::{App, actions};

use crate::Door;
use crate::auth::{Guest, Member, ReadStatuses, WriteStatuses};
use crate::error::ApiError;
use crate::input::{At, Body, Given};
use crate::views::poll::{self, Poll};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/polls/{id}", get(show)).route("/api/v1/polls/{id}/votes", post(vote))
}

/// A poll, under the id of its post.
async fn show(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Poll>, ApiError> {
    let row = posts::find_visible(app.db(), guest.viewer(), id).await?.ok_or_else(ApiError::no_record)?;
    Ok(Json(poll::load_one(&app, guest.0.as_ref(), &row).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VoteForm {
    choices: Given<Vec<i64>>,
}

/// Chooses options by their places.
async fn vote(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
    Body(form): Body<VoteForm>,
) -> Result<Json<Poll>, ApiError> {
    // A place that no number of the database can be is no option.
    let choices: Vec<i32> = form
        .choices
        .0
        .unwrap_or_default()
        .into_iter()
        .map(|choice| i32::try_from(choice).unwrap_or(-1))
        .collect();
    let row = actions::polls::vote(&app, &member, id, &choices).await?;
    Ok(Json(poll::load_one(&app, Some(&member), &row).await?))
}
