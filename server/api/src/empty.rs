//! What clients ask for at their start and Stadtbote does not have: they are answered truthfully, with nothing.

use axum::routing::get;
use axum::{Json, Router};

use crate::Door;
use crate::auth::{Any, Member, ReadAccounts, ReadStatuses};
use crate::views::{EMPTY, Empty};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/custom_emojis", get(public))
        .route("/api/v1/trends/tags", get(public))
        .route("/api/v1/trends/statuses", get(public))
        .route("/api/v1/trends/links", get(public))
        .route("/api/v1/announcements", get(announcements))
        .route("/api/v2/suggestions", get(suggestions))
        .route("/api/v1/scheduled_statuses", get(scheduled_statuses))
}

async fn public() -> Json<Empty> {
    Json(EMPTY)
}

async fn announcements(_: Member<Any>) -> Json<Empty> {
    Json(EMPTY)
}

async fn suggestions(_: Member<ReadAccounts>) -> Json<Empty> {
    Json(EMPTY)
}

async fn scheduled_statuses(_: Member<ReadStatuses>) -> Json<Empty> {
    Json(EMPTY)
}
