//! `/api/v1/notifications`: what others did.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::domain::ids::{AccountId, NotificationId};
use stadtbote_core::store::notifications::{self, Which};

use crate::Door;
use crate::auth::{Member, ReadNotifications, WriteNotifications};
use crate::error::ApiError;
use crate::input::{At, Given, Query};
use crate::page::{Paging, Trail};
use crate::views::Done;
use crate::views::notification::{self, Notification};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/notifications", get(list))
        .route("/api/v1/notifications/clear", post(clear))
        .route("/api/v1/notifications/{id}", get(show))
}

/// More kinds than there are.
const MOST_KINDS: usize = 40;

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    types: Given<Vec<String>>,
    exclude_types: Given<Vec<String>>,
    account_id: Given<i64>,
}

impl From<ListQuery> for Which {
    fn from(query: ListQuery) -> Which {
        let some = |kinds: Given<Vec<String>>| kinds.0.into_iter().flatten().take(MOST_KINDS).collect();
        Which {
            kinds: some(query.types),
            not_kinds: some(query.exclude_types),
            from: query.account_id.map(AccountId),
        }
    }
}

/// The newest first.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadNotifications>,
    paging: Paging<40>,
    Query(query): Query<ListQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let now = app.clock.now();
    let rows = notifications::list(app.db(), member.viewer(), &query.into(), now, &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|row| row.id.0));
    Ok((links, Json(notification::load(&app, &member, rows).await?)))
}

/// One of them.
async fn show(
    State(app): State<App>,
    Member(member, _): Member<ReadNotifications>,
    At(id): At<NotificationId>,
) -> Result<Json<Notification>, ApiError> {
    let row = notifications::find(app.db(), member.viewer(), id, app.clock.now()).await?;
    let row = row.ok_or_else(ApiError::no_record)?;
    let view = notification::load(&app, &member, vec![row]).await?.pop();
    view.map(Json).ok_or_else(ApiError::no_record)
}

/// Takes all away.
async fn clear(
    State(app): State<App>,
    Member(member, _): Member<WriteNotifications>,
) -> Result<Json<Done>, ApiError> {
    actions::tags::clear_notifications(&app, &member).await?;
    Ok(Json(Done {}))
}
