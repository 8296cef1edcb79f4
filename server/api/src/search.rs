//! `/api/v2/search`: accounts, posts by their address, hashtags.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::actions::Member as Actor;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::text::normalise_tag;
use stadtbote_core::store::{accounts, posts, tags};
use stadtbote_core::{App, Error};
use stadtbote_federation::{Federation, Found};

use crate::Door;
use crate::auth::{Guest, ReadSearch};
use crate::error::ApiError;
use crate::input::{Given, Query};
use crate::page::Paging;
use crate::views::EMPTY;
use crate::views::account::{self, Account};
use crate::views::search::Search;
use crate::views::status::{self, Status};
use crate::views::tag::{self, Tag};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v2/search", get(search))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SearchQuery {
    q: Given<String>,
    #[serde(rename = "type")]
    kind: Given<String>,
    resolve: Given<bool>,
    following: Given<bool>,
    offset: Given<i64>,
}

/// What is asked for, in whose eyes.
struct Asked<'a> {
    app: &'a App,
    viewer: Option<&'a Actor>,
    text: &'a str,
    following: bool,
    limit: u64,
    offset: u64,
}

/// Searches. An address leads to the one thing behind it; asking other servers and turning pages is for members.
async fn search(
    State(app): State<App>,
    State(federation): State<Federation>,
    guest: Guest<ReadSearch>,
    paging: Paging<20>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Search>, ApiError> {
    let resolve = query.resolve.unwrap_or(false);
    if guest.0.is_none() && (resolve || query.offset.is_some()) {
        return Err(ApiError::token_needed());
    }
    let text = query.q.0.unwrap_or_default();
    let kind = query.kind.0.filter(|kind| !kind.is_empty());
    let wants = |what: &str| kind.as_deref().is_none_or(|kind| kind == what);
    let asked = Asked {
        app: &app,
        viewer: guest.0.as_ref(),
        text: text.trim(),
        following: query.following.unwrap_or(false),
        limit: paging.page().limit,
        offset: query.offset.unwrap_or(0).unsigned_abs().min(10_000),
    };
    let found = if resolve { ask_elsewhere(&federation, asked.text).await? } else { None };
    Ok(Json(Search {
        accounts: if wants("accounts") { asked.accounts(found).await? } else { vec![] },
        statuses: if wants("statuses") { asked.statuses(found).await? } else { vec![] },
        hashtags: if wants("hashtags") { asked.hashtags().await? } else { vec![] },
        collections: EMPTY,
    }))
}

/// Asks other servers; that one does not answer is no mistake of the person who searches.
pub(crate) async fn ask_elsewhere(federation: &Federation, text: &str) -> Result<Option<Found>, Error> {
    match federation.resolve(text).await {
        Err(Error::Remote(_)) => Ok(None),
        answer => answer,
    }
}

impl Asked<'_> {
    fn is_address(&self) -> bool {
        self.text.starts_with("https://") || self.text.starts_with("http://")
    }

    /// What follows the `@` in the address of a page of ours: `press` or `press/1001`.
    fn own_path(&self) -> Option<&str> {
        self.text.strip_prefix(&self.app.config.server.address("/@"))
    }

    async fn accounts(&self, found: Option<Found>) -> Result<Vec<Account>, ApiError> {
        let db = self.app.db();
        let rows = match found {
            Some(Found::Account(id)) if self.is_address() => accounts::list_by_ids(db, vec![id]).await?,
            Some(Found::Post(_)) => vec![],
            None if self.is_address() => {
                let row = match self.own_path() {
                    Some(name) => accounts::find_ours(db, name).await?,
                    None => accounts::find_by_uri(db, self.text).await?,
                };
                row.into_iter().filter(|row| !row.is_instance()).collect()
            }
            // What was got to know just now is found like everything else, or else was asked for by another name: that of
            // the server where the domain of its handles is meant.
            found => {
                let asker = self.viewer.map(|member| member.account.id);
                let rows =
                    accounts::search(db, asker, self.text, self.following, self.limit, self.offset).await?;
                match found {
                    Some(Found::Account(id)) if rows.is_empty() && !self.following && self.offset == 0 => {
                        accounts::list_by_ids(db, vec![id]).await?
                    }
                    _ => rows,
                }
            }
        };
        Ok(rows.iter().map(|row| account::view(self.app, row)).collect())
    }

    async fn statuses(&self, found: Option<Found>) -> Result<Vec<Status>, ApiError> {
        let (db, viewer) = (self.app.db(), self.viewer.map(Actor::viewer));
        let row = match found {
            Some(Found::Post(id)) => posts::find_visible(db, viewer, id).await?,
            None if self.is_address() => {
                let own = self.own_path().and_then(|path| path.rsplit_once('/')?.1.parse().ok());
                match own.map(PostId) {
                    Some(id) => posts::find_visible(db, viewer, id).await?,
                    None => posts::find_visible_by_uri(db, viewer, self.text).await?,
                }
            }
            _ => None,
        };
        Ok(status::load(self.app, self.viewer, row.into_iter().collect()).await?)
    }

    async fn hashtags(&self) -> Result<Vec<Tag>, ApiError> {
        let text = normalise_tag(self.text);
        if self.is_address() || text.is_empty() || text.contains('@') {
            return Ok(vec![]);
        }
        let rows = tags::search(self.app.db(), &text, self.limit, self.offset).await?;
        Ok(tag::load(self.app, self.viewer, rows).await?)
    }
}
