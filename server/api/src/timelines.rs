//! `/api/v1/timelines`: posts as they come in.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::domain::ids::ListId;
use stadtbote_core::domain::text::normalise_tag;
use stadtbote_core::store::posts::PublicPosts;
use stadtbote_core::store::{lists, posts};

use crate::Door;
use crate::auth::{Guest, Member, ReadLists, ReadStatuses};
use crate::error::ApiError;
use crate::input::{At, Given, Query};
use crate::page::{Paging, Trail};
use crate::views::status;

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/timelines/home", get(home))
        .route("/api/v1/timelines/public", get(public))
        .route("/api/v1/timelines/tag/{hashtag}", get(tag))
        .route("/api/v1/timelines/list/{id}", get(list))
}

/// More hashtags in one question than any client asks for.
const MOST_TAGS: usize = 8;

/// Those followed, and oneself.
async fn home(
    State(app): State<App>,
    Member(member, _): Member<ReadStatuses>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = posts::list_home(app.db(), member.viewer(), app.clock.now(), &paging.page()).await?;
    let links = paging.links(&app, Trail::Timeline, rows.iter().map(|post| post.id.0));
    Ok((links, Json(status::load(&app, Some(&member), rows).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PublicQuery {
    local: Given<bool>,
    remote: Given<bool>,
    only_media: Given<bool>,
    any: Given<Vec<String>>,
    all: Given<Vec<String>>,
    none: Given<Vec<String>>,
}

impl PublicQuery {
    fn posts(self) -> PublicPosts {
        PublicPosts {
            local: self.local.unwrap_or(false),
            remote: self.remote.unwrap_or(false),
            only_media: self.only_media.unwrap_or(false),
            any_tags: tags(self.any),
            all_tags: tags(self.all),
            no_tags: tags(self.none),
        }
    }
}

fn tags(given: Given<Vec<String>>) -> Vec<String> {
    given.0.unwrap_or_default().iter().take(MOST_TAGS).map(|tag| normalise_tag(tag)).collect()
}

/// Everything public that is known here.
async fn public(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    paging: Paging<20>,
    Query(query): Query<PublicQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let which = PublicPosts { any_tags: vec![], all_tags: vec![], no_tags: vec![], ..query.posts() };
    let rows = posts::list_public(app.db(), guest.viewer(), &which, app.clock.now(), &paging.page()).await?;
    let links = paging.links(&app, Trail::Timeline, rows.iter().map(|post| post.id.0));
    Ok((links, Json(status::load(&app, guest.0.as_ref(), rows).await?)))
}

/// Everything public with a hashtag: this one or one of `any`, all of `all`, none of `none`.
async fn tag(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(hashtag): At<String>,
    paging: Paging<20>,
    Query(query): Query<PublicQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let mut which = query.posts();
    which.any_tags.push(normalise_tag(&hashtag));
    let rows = posts::list_public(app.db(), guest.viewer(), &which, app.clock.now(), &paging.page()).await?;
    let links = paging.links(&app, Trail::Timeline, rows.iter().map(|post| post.id.0));
    Ok((links, Json(status::load(&app, guest.0.as_ref(), rows).await?)))
}

/// Those on a list.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadLists>,
    At(id): At<ListId>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let list = lists::find(app.db(), member.account.id, id).await?.ok_or_else(ApiError::no_record)?;
    let rows = posts::list_of_list(app.db(), member.viewer(), &list, app.clock.now(), &paging.page()).await?;
    let links = paging.links(&app, Trail::Timeline, rows.iter().map(|post| post.id.0));
    Ok((links, Json(status::load(&app, Some(&member), rows).await?)))
}
