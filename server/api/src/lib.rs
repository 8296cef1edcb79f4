//! The Mastodon door: what client programs ask, and what they are answered.
//!
//! - `input` reads requests, `page` the part of a list that is asked for; both forgive what Mastodon forgives;
//! - `guard` is what every request passes: `auth` finds out who asks, `limits` counts how often, [`cors()`] says to
//!   whom a browser may show the answer, `kept` holds answers that are still true;
//! - `views` holds what we answer, one struct for each of Mastodon's entities;
//! - `error` shows what went wrong;
//! - the other files are named for the nouns in the addresses they serve.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::routing::any;
use axum::{Router, middleware};
use stadtbote_core::App;
use stadtbote_federation::Federation;

mod accounts;
mod admin;
mod admin_reach;
mod auth;
mod blocks;
mod bookmarks;
mod conversations;
mod cors;
mod empty;
mod error;
mod favourites;
mod featured_tags;
mod filters;
mod follow_requests;
mod guard;
mod input;
mod instance;
mod kept;
mod limits;
mod lists;
mod markers;
mod media;
mod mutes;
mod notifications;
mod oauth;
mod page;
mod pictures;
mod polls;
mod preferences;
mod push;
mod reports;
mod search;
mod slash;
mod statuses;
mod tags;
#[cfg(test)]
mod tests;
mod thread;
mod timelines;
mod views;

pub use cors::cors;
pub use error::ApiError;
pub use slash::without_slash;

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct Door {
    app: App,
    federation: Federation,
    limiter: Arc<limits::Limiter>,
    kept: Arc<kept::Kept>,
}

impl FromRef<Door> for Federation {
    fn from_ref(door: &Door) -> Federation {
        door.federation.clone()
    }
}

impl FromRef<Door> for App {
    fn from_ref(door: &Door) -> App {
        door.app.clone()
    }
}

/// Everything under `/api`, and what of `/oauth` is for programs.
///
/// Around it the server lays [`cors()`] and [`without_slash()`], and a layer that leaves the `ClientAddress` with each
/// request.
pub fn router(app: App, federation: Federation) -> Router {
    let door = Door { app, federation, limiter: Arc::default(), kept: Arc::default() };
    let nouns = [
        accounts::routes(),
        admin::routes(),
        admin_reach::routes(),
        blocks::routes(),
        bookmarks::routes(),
        conversations::routes(),
        empty::routes(),
        favourites::routes(),
        featured_tags::routes(),
        filters::routes(),
        follow_requests::routes(),
        instance::routes(),
        lists::routes(),
        markers::routes(),
        media::routes(),
        mutes::routes(),
        notifications::routes(),
        oauth::routes(),
        pictures::routes(),
        polls::routes(),
        preferences::routes(),
        push::routes(),
        reports::routes(),
        search::routes(),
        statuses::routes(),
        tags::routes(),
        timelines::routes(),
    ];
    nouns
        .into_iter()
        .fold(Router::new(), Router::merge)
        .route("/api/{*unknown}", any(error::no_route))
        .method_not_allowed_fallback(error::no_route)
        .layer(middleware::from_fn_with_state(door.clone(), guard::guard))
        .with_state(door)
}
