//! `/api/v1/featured_tags` and `/api/v1/accounts/:id/featured_tags`: the hashtags on a profile.

use axum::extract::State;
use axum::routing::{delete as delete_route, get};
use axum::{Json, Router};
use chrono::TimeDelta;
use serde::Deserialize;
use stadtbote_core::actions;
use stadtbote_core::domain::ids::{AccountId, RowId, TagId};
use stadtbote_core::store::{accounts, featured_tags, post_tags, tags};
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{Guest, Member, ReadAccounts, WriteAccounts};
use crate::error::ApiError;
use crate::input::{At, Body, Given};
use crate::views::Done;
use crate::views::tag::{self, FeaturedTag, Tag};

/// How far back the hashtags lie that are suggested.
const USED_SINCE: TimeDelta = TimeDelta::days(365);

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/featured_tags", get(list).post(create))
        .route("/api/v1/featured_tags/suggestions", get(suggest))
        .route("/api/v1/featured_tags/{id}", delete_route(delete))
        .route("/api/v1/accounts/{id}/featured_tags", get(list_of_account))
}

/// The hashtags on the member's own profile.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadAccounts>,
) -> Result<Json<Vec<FeaturedTag>>, ApiError> {
    let rows = featured_tags::list_with_tags(app.db(), member.account.id).await?;
    Ok(Json(tag::load_featured(&app, &member.account, rows).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FeatureForm {
    name: Given<String>,
}

/// Puts a hashtag on the profile.
async fn create(
    State(app): State<App>,
    Member(member, _): Member<WriteAccounts>,
    Body(form): Body<FeatureForm>,
) -> Result<Json<FeaturedTag>, ApiError> {
    let name = form.name.0.unwrap_or_default();
    let name = name.strip_prefix('#').unwrap_or(&name);
    if actions::tags::name_of(name).is_err() {
        return Err(Error::invalid("Name", "is no hashtag").into());
    }
    let row = actions::featured_tags::feature(&app, &member, name).await?;
    let view = tag::load_featured(&app, &member.account, vec![row]).await?.pop();
    Ok(Json(view.ok_or(Error::NotFound("Record"))?))
}

/// Takes a hashtag off the profile.
async fn delete(
    State(app): State<App>,
    Member(member, _): Member<WriteAccounts>,
    At(id): At<RowId>,
) -> Result<Json<Done>, ApiError> {
    actions::featured_tags::delete(&app, &member, id).await?;
    Ok(Json(Done {}))
}

/// The ten hashtags that the account used most in the last year, without those that are on the profile.
async fn suggest(
    State(app): State<App>,
    Member(member, _): Member<ReadAccounts>,
) -> Result<Json<Vec<Tag>>, ApiError> {
    let me = member.account.id;
    let since = app.clock.now() - USED_SINCE;
    let used = post_tags::list_most_used_by(app.db(), me, since, 10 + featured_tags::MOST).await?;
    let used: Vec<TagId> = used.into_iter().map(|used| used.tag_id).collect();
    let featured = featured_tags::among(app.db(), me, used.clone()).await?;
    let wanted: Vec<TagId> = used.into_iter().filter(|id| !featured.contains(id)).take(10).collect();
    let found = tags::list_by_ids(app.db(), wanted.clone()).await?;
    let in_order = wanted.iter().filter_map(|id| found.iter().find(|tag| tag.id == *id).cloned()).collect();
    Ok(Json(tag::load(&app, Some(&member), in_order).await?))
}

/// The hashtags on somebody's profile.
async fn list_of_account(
    State(app): State<App>,
    _: Guest<ReadAccounts>,
    At(id): At<AccountId>,
) -> Result<Json<Vec<FeaturedTag>>, ApiError> {
    let account = accounts::find(app.db(), id).await?.filter(|row| !row.is_instance());
    let account = account.ok_or(Error::NotFound("Record"))?;
    if account.is_gone() {
        return Ok(Json(vec![]));
    }
    let rows = featured_tags::list_with_tags(app.db(), account.id).await?;
    Ok(Json(tag::load_featured(&app, &account, rows).await?))
}
