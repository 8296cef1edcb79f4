//! The pictures of accounts that have none. Clients know their addresses by Mastodon's names.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::Door;
use crate::views::account::{NO_AVATAR, NO_HEADER};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route(NO_AVATAR, get(async || picture(include_bytes!("../assets/avatar.png"))))
        .route(NO_HEADER, get(async || picture(include_bytes!("../assets/header.png"))))
}

fn picture(bytes: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "public, max-age=604800")], bytes)
}
