//! `/api/v1/preferences`: how the account's posts begin.

use axum::routing::get;
use axum::{Json, Router};

use crate::Door;
use crate::auth::{Member, ReadAccounts};
use crate::views::preferences::Preferences;

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/preferences", get(show))
}

async fn show(Member(member, _): Member<ReadAccounts>) -> Json<Preferences> {
    let quotes = member.account.default_quotes();
    Json(Preferences {
        visibility: member.account.default_visibility.name(),
        sensitive: member.account.default_sensitive,
        language: member.account.default_language,
        quote_policy: quotes.name(),
        expand_media: "default",
        expand_spoilers: false,
        autoplay_gifs: false,
    })
}
