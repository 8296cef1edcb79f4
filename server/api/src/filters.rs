//! `/api/v2/filters`: words that somebody does not want to read.

use axum::extract::State;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions::{self, filters::FilterChange, filters::KeywordChange};
use stadtbote_core::domain::ids::{FilterId, KeywordId};
use stadtbote_core::store::filters;

use crate::Door;
use crate::auth::{Member, ReadFilters, WriteFilters};
use crate::error::ApiError;
use crate::input::{At, Body, Given, Part, duration, whole};
use crate::views::Done;
use crate::views::filter::{Filter, Filters};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v2/filters", get(list).post(create))
        .route("/api/v2/filters/{id}", put(update).patch(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FilterForm {
    title: Given<String>,
    context: Given<Vec<String>>,
    filter_action: Given<String>,
    /// Seconds; an empty text says never, and nothing at all says as before.
    expires_in: Given<String>,
    keywords_attributes: Given<Vec<Part<KeywordForm>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KeywordForm {
    id: Given<i64>,
    keyword: Given<String>,
    whole_word: Given<bool>,
    #[serde(rename = "_destroy")]
    destroy: Given<bool>,
}

impl From<FilterForm> for FilterChange {
    fn from(form: FilterForm) -> FilterChange {
        let expires_in = form.expires_in.0.map(|text| match text.trim() {
            "" => None,
            seconds => duration(whole(seconds)),
        });
        FilterChange {
            title: form.title.0,
            context: form.context.0,
            action: form.filter_action.0.filter(|action| !action.is_empty()),
            expires_in,
            keywords: form.keywords_attributes.0.into_iter().flatten().map(|part| part.0.into()).collect(),
        }
    }
}

impl From<KeywordForm> for KeywordChange {
    fn from(form: KeywordForm) -> KeywordChange {
        let keyword = form.keyword.0.unwrap_or_default();
        let whole_word = form.whole_word.unwrap_or(true);
        match form.id.map(KeywordId) {
            Some(id) if form.destroy.unwrap_or(false) => KeywordChange::Remove { id },
            Some(id) => KeywordChange::Change { id, keyword, whole_word },
            None => KeywordChange::Add { keyword, whole_word },
        }
    }
}

/// All filters, those that have ended too.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadFilters>,
) -> Result<Json<Vec<Filter>>, ApiError> {
    Ok(Json(Filters::load(&app, member.account.id).await?.views()))
}

/// Makes a filter.
async fn create(
    State(app): State<App>,
    Member(member, _): Member<WriteFilters>,
    Body(form): Body<FilterForm>,
) -> Result<Json<Filter>, ApiError> {
    let row = actions::filters::create(&app, &member, form.into()).await?;
    show(&app, row).await
}

/// Changes a filter.
async fn update(
    State(app): State<App>,
    Member(member, _): Member<WriteFilters>,
    At(id): At<FilterId>,
    Body(form): Body<FilterForm>,
) -> Result<Json<Filter>, ApiError> {
    let row = actions::filters::update(&app, &member, id, form.into()).await?;
    show(&app, row).await
}

/// Takes a filter away.
async fn delete(
    State(app): State<App>,
    Member(member, _): Member<WriteFilters>,
    At(id): At<FilterId>,
) -> Result<Json<Done>, ApiError> {
    actions::filters::delete(&app, &member, id).await?;
    Ok(Json(Done {}))
}

async fn show(app: &App, row: filters::Model) -> Result<Json<Filter>, ApiError> {
    let filters = Filters::with_words(app, vec![row]).await?;
    filters.views().pop().map(Json).ok_or_else(ApiError::no_record)
}
