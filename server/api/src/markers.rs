//! `/api/v1/markers`: how far somebody has read, the same on all of their devices.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::store::markers;

use crate::Door;
use crate::auth::{Member, ReadStatuses, WriteStatuses};
use crate::error::ApiError;
use crate::input::{Body, Given, Part, Query};
use crate::views::marker::Markers;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/markers", get(list).post(update))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    timeline: Given<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UpdateForm {
    home: Given<Part<MarkerForm>>,
    notifications: Given<Part<MarkerForm>>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct MarkerForm {
    last_read_id: Given<String>,
}

/// The markers of the timelines asked for.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadStatuses>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Markers>, ApiError> {
    let asked = query.timeline.0.unwrap_or_default();
    let mut rows = markers::list(app.db(), member.account.id, member.person).await?;
    rows.retain(|row| asked.contains(&row.timeline));
    Ok(Json(rows.into()))
}

/// Moves markers.
async fn update(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    Body(form): Body<UpdateForm>,
) -> Result<Json<Markers>, ApiError> {
    let read = [("home", form.home), ("notifications", form.notifications)]
        .into_iter()
        .filter_map(|(timeline, marker)| Some((timeline.to_owned(), marker.0?.0.last_read_id.0?)))
        .collect();
    Ok(Json(actions::tags::mark_read(&app, &member, read).await?.into()))
}
