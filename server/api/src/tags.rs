//! `/api/v1/tags` and `/api/v1/followed_tags`: hashtags.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use stadtbote_core::actions::{self, Member as Actor};
use stadtbote_core::domain::ids::TagId;
use stadtbote_core::domain::text::normalise_tag;
use stadtbote_core::store::{tag_follows, tags};
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{Any, Guest, Member, ReadFollows, WriteAccounts, WriteFollows};
use crate::error::ApiError;
use crate::input::At;
use crate::page::{Paging, Trail};
use crate::views::tag::{self, Tag};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/tags/{name}", get(show))
        .route("/api/v1/tags/{name}/follow", post(follow))
        .route("/api/v1/tags/{name}/unfollow", post(unfollow))
        .route("/api/v1/tags/{name}/feature", post(feature))
        .route("/api/v1/tags/{name}/unfeature", post(unfeature))
        .route("/api/v1/followed_tags", get(list_followed))
}

/// One hashtag; one that nobody has used yet is there too, with nothing to tell.
async fn show(
    State(app): State<App>,
    guest: Guest<Any>,
    At(name): At<String>,
) -> Result<Json<Tag>, ApiError> {
    find(&app, guest.0.as_ref(), &name).await
}

/// Follows a hashtag.
async fn follow(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(name): At<String>,
) -> Result<Json<Tag>, ApiError> {
    actions::tags::follow(&app, &member, &name).await?;
    find(&app, Some(&member), &name).await
}

/// No longer follows a hashtag.
async fn unfollow(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(name): At<String>,
) -> Result<Json<Tag>, ApiError> {
    actions::tags::unfollow(&app, &member, &name).await?;
    find(&app, Some(&member), &name).await
}

/// Puts a hashtag on the profile.
async fn feature(
    State(app): State<App>,
    Member(member, _): Member<WriteAccounts>,
    At(name): At<String>,
) -> Result<Json<Tag>, ApiError> {
    actions::featured_tags::feature(&app, &member, &name).await?;
    find(&app, Some(&member), &name).await
}

/// Takes a hashtag off the profile.
async fn unfeature(
    State(app): State<App>,
    Member(member, _): Member<WriteAccounts>,
    At(name): At<String>,
) -> Result<Json<Tag>, ApiError> {
    actions::featured_tags::unfeature(&app, &member, &name).await?;
    find(&app, Some(&member), &name).await
}

/// Followed hashtags.
async fn list_followed(
    State(app): State<App>,
    Member(member, _): Member<ReadFollows>,
    paging: Paging<100>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = tag_follows::list(app.db(), member.account.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|row| row.id.0));
    let ids: Vec<TagId> = rows.iter().map(|row| row.tag_id).collect();
    let mut found: HashMap<TagId, tags::Model> =
        tags::list_by_ids(app.db(), ids.clone()).await?.into_iter().map(|tag| (tag.id, tag)).collect();
    let in_order = ids.iter().filter_map(|id| found.remove(id)).collect();
    Ok((links, Json(tag::load(&app, Some(&member), in_order).await?)))
}

async fn find(app: &App, viewer: Option<&Actor>, name: &str) -> Result<Json<Tag>, ApiError> {
    let name = actions::tags::name_of(name)?;
    let unused = || tags::Model { id: TagId(0), shown: name.clone(), name: normalise_tag(&name) };
    let row = tags::find(app.db(), &name).await?.unwrap_or_else(unused);
    let view = tag::load(app, viewer, vec![row]).await?.pop();
    Ok(Json(view.ok_or(Error::NotFound("Record"))?))
}
