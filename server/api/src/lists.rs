//! `/api/v1/lists`: lists of followed accounts.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::actions::lists::ListChange;
use stadtbote_core::domain::ids::{AccountId, ListId};
use stadtbote_core::store::{accounts, lists};

use crate::Door;
use crate::auth::{Member, ReadLists, WriteLists};
use crate::error::ApiError;
use crate::input::{At, Body, Given, Query};
use crate::page::{Paging, Trail};
use crate::views::Done;
use crate::views::account;
use crate::views::list::List;

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/lists", get(list).post(create))
        .route("/api/v1/lists/{id}", put(update).patch(update).delete(delete))
        .route("/api/v1/lists/{id}/accounts", get(list_accounts).post(add).delete(remove))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListForm {
    title: Given<String>,
    replies_policy: Given<String>,
    exclusive: Given<bool>,
}

impl From<ListForm> for ListChange {
    fn from(form: ListForm) -> ListChange {
        let replies_policy = form.replies_policy.0.filter(|policy| !policy.is_empty());
        ListChange { title: form.title.0, replies_policy, exclusive: form.exclusive.0 }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AccountsForm {
    account_ids: Given<Vec<i64>>,
}

impl AccountsForm {
    fn ids(self) -> Vec<AccountId> {
        self.account_ids.0.unwrap_or_default().into_iter().map(AccountId).collect()
    }
}

/// All lists.
async fn list(
    State(app): State<App>,
    Member(member, _): Member<ReadLists>,
) -> Result<Json<Vec<List>>, ApiError> {
    let rows = lists::list(app.db(), member.account.id).await?;
    Ok(Json(rows.into_iter().map(List::from).collect()))
}

/// Makes a list.
async fn create(
    State(app): State<App>,
    Member(member, _): Member<WriteLists>,
    Body(form): Body<ListForm>,
) -> Result<Json<List>, ApiError> {
    Ok(Json(actions::lists::create(&app, &member, form.into()).await?.into()))
}

/// Changes a list.
async fn update(
    State(app): State<App>,
    Member(member, _): Member<WriteLists>,
    At(id): At<ListId>,
    Body(form): Body<ListForm>,
) -> Result<Json<List>, ApiError> {
    Ok(Json(actions::lists::update(&app, &member, id, form.into()).await?.into()))
}

/// Takes a list away.
async fn delete(
    State(app): State<App>,
    Member(member, _): Member<WriteLists>,
    At(id): At<ListId>,
) -> Result<Json<Done>, ApiError> {
    actions::lists::delete(&app, &member, id).await?;
    Ok(Json(Done {}))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LimitQuery {
    limit: Given<i64>,
}

/// Who is on a list; a limit of 0 means everybody.
async fn list_accounts(
    State(app): State<App>,
    Member(member, _): Member<ReadLists>,
    At(id): At<ListId>,
    paging: Paging<40>,
    Query(query): Query<LimitQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let list = lists::find(app.db(), member.account.id, id).await?.ok_or_else(ApiError::no_record)?;
    let page = (*query.limit != Some(0)).then(|| paging.page());
    let rows = accounts::list_of_list(app.db(), list.id, page.as_ref()).await?;
    let cursors = page.iter().flat_map(|_| rows.iter().map(|(cursor, _)| *cursor));
    let links = paging.links(&app, Trail::People, cursors);
    Ok((links, Json(account::views(&app, &rows))))
}

/// Puts accounts on a list.
async fn add(
    State(app): State<App>,
    Member(member, _): Member<WriteLists>,
    At(id): At<ListId>,
    Body(form): Body<AccountsForm>,
) -> Result<Json<Done>, ApiError> {
    actions::lists::add(&app, &member, id, form.ids()).await?;
    Ok(Json(Done {}))
}

/// Takes accounts off a list.
async fn remove(
    State(app): State<App>,
    Member(member, _): Member<WriteLists>,
    At(id): At<ListId>,
    Body(form): Body<AccountsForm>,
) -> Result<Json<Done>, ApiError> {
    actions::lists::remove(&app, &member, id, form.ids()).await?;
    Ok(Json(Done {}))
}
