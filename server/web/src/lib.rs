//! The browser door: pages for everybody, and the workbench for the people who write.
//!
//! - `request` says who asks and what they may do, `sent` what a form sent, `protection` keeps strangers' forms out;
//! - `public`, `auth` and `staff` hold the handlers, `error` shows what went wrong;
//! - `dress` makes rows ready for reading: `views` is what a page shows, and no page asks for anything while it is
//!   written;
//! - `pages` ties each template to what it needs, `language` says its sentences;
//! - `kept` holds pages that are still true;
//! - `moderation` says what moderators work with;
//! - `assets` serves the stylesheet and drawings.

mod assets;
mod auth;
mod catalog;
mod counted;
mod dress;
mod error;
mod feed;
mod focus;
mod kept;
mod language;
mod languages;
mod moderation;
mod pages;
mod paging;
mod plot;
mod protection;
mod public;
mod reach_file;
mod report;
mod request;
mod resolve;
mod respond;
#[cfg(test)]
mod samples;
mod sent;
mod staff;
mod times;
mod views;
#[cfg(test)]
mod walk;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::StatusCode;
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;

use crate::counted::Asking;
use crate::error::Refusal;
use crate::kept::Kept;
use crate::language::Language;
use crate::request::{Asked, LANG};

/// The largest form without files.
const LARGEST_FORM: usize = 1024 * 1024;
/// The largest form with files: four pictures or one film.
const LARGEST_UPLOAD: usize = sent::LARGEST_FILE + LARGEST_FORM;
/// The largest form with a list of domains.
const LARGEST_LIST_FORM: usize = 6 * 1024 * 1024;
/// How long a chosen language is remembered: a year.
const LANG_LIFE: i64 = 365 * 24 * 3600;

/// All pages, forms and feeds. `federation` looks up people who are named in a text.
pub fn router(app: App, federation: Federation) -> Router {
    Router::new()
        .route("/", get(public::home::show))
        .route("/{handle}", get(public::profiles::show))
        .route("/{handle}/{part}", get(public::posts::show))
        .route("/tags/{tag}", get(public::hashtags::show))
        .route("/about/domains", get(public::domains::show))
        .route("/interaction", get(public::interaction::show))
        .route("/authorize_interaction", get(staff::interaction::show).post(staff::interaction::create))
        .route("/open-data/{file}", get(public::open_data::show))
        .route("/k/{code}", get(public::links::open))
        .route("/transparency", get(public::transparency::show))
        .route("/transparency.csv", get(public::transparency::table))
        .route("/report", get(public::reports::show).post(public::reports::create))
        .route("/report/status/{secret}", get(public::reports::status).post(public::reports::complain))
        .route("/report/confirm/{secret}", get(public::reports::ask).post(public::reports::confirm))
        .route("/report/decision/{secret}", get(public::reports::decision).post(public::reports::object))
        .route("/report/pause/{secret}", get(public::pauses::show).post(public::pauses::complain))
        .route("/static/{hash}/{name}", get(assets::show))
        .route("/auth/sign_in", get(auth::session::show).post(auth::session::create))
        .route("/auth/sign_out", post(auth::session::delete))
        .route("/auth/set_up/{token}", get(auth::set_up::show).post(auth::set_up::create))
        .route("/auth/invitation/{token}", get(auth::invitation::show).post(auth::invitation::create))
        .route("/oauth/authorize", get(auth::authorize::show).post(auth::authorize::create))
        .nest("/redaktion", workbench(app.clone()))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(Extension(federation))
        .layer(from_fn_with_state((app.clone(), Arc::<Kept>::default()), guard))
        .layer(from_fn(protection::add_headers))
        .with_state(app)
}

fn workbench(app: App) -> Router<App> {
    let uploads = DefaultBodyLimit::max(LARGEST_UPLOAD);
    let write = get(staff::write::show_new).post(staff::write::create);
    let edit = get(staff::write::show).post(staff::write::update);
    let lists = get(staff::domain_lists::list).post(staff::domain_lists::create);
    let report = get(staff::reach_report::file).post(staff::reach_report::completed);
    let report_of_all = get(staff::reach_report::file_of_all).post(staff::reach_report::completed_of_all);
    let profile = get(staff::profile::show).post(staff::profile::update);
    Router::new()
        .route("/", get(staff::choose::show))
        .route("/people", get(staff::people::list).post(staff::people::create))
        .route("/people/{person}/invite", post(staff::people::invite))
        .route("/people/{person}/leave", post(staff::people::leave))
        .route("/accounts", get(staff::accounts::list).post(staff::accounts::create))
        .route("/records", get(staff::records::show))
        .route("/records/statements", get(staff::records::export))
        .route("/records/subject", get(staff::records::show).post(staff::records::subject))
        .route("/moderation", get(staff::cases::list))
        .route("/moderation/new", get(staff::notices::show_new).post(staff::notices::create))
        .route("/moderation/held", get(staff::held::list).post(staff::held::update))
        .route("/moderation/notifiers", get(staff::notifiers::list))
        .route("/moderation/notifiers/{notice}", get(staff::notifiers::show).post(staff::notifiers::update))
        .route("/moderation/domains", get(staff::domains::list))
        .route("/moderation/domains/new", get(staff::domains::show_new).post(staff::domains::create))
        .route("/moderation/domains/lift", post(staff::domains::lift))
        .route("/moderation/domains/export", get(staff::domains::export))
        .route("/moderation/domains/lists", lists.layer(DefaultBodyLimit::max(LARGEST_LIST_FORM)))
        .route(
            "/moderation/domains/lists/{list}",
            get(staff::domain_lists::show).post(staff::domain_lists::update),
        )
        .route("/moderation/domains/lists/{list}/remove", post(staff::domain_lists::remove))
        .route("/moderation/{number}", get(staff::cases::show).post(staff::decisions::create))
        .route("/moderation/{number}/files/{version}/{position}", get(staff::cases::file))
        .route("/moderation/{number}/thread", get(staff::cases::show_thread))
        .route("/moderation/{number}/assign", post(staff::cases::assign))
        .route("/moderation/{number}/export", post(staff::cases::export))
        .route("/moderation/{number}/note", post(staff::cases::note))
        .route("/moderation/{number}/lane", post(staff::cases::put_into_lane))
        .route("/moderation/{number}/measures/{measure}/end", post(staff::decisions::end_measure))
        .route("/moderation/{number}/complaints/{complaint}", post(staff::decisions::answer))
        .route("/reach", get(staff::reach::show_all))
        .route("/reach.csv", get(staff::reach::file_of_all))
        .route("/reach/report", get(staff::reach_report::show_all))
        .route("/reach/{file}", report_of_all)
        .route("/reach/campaigns/{tag}", get(staff::reach::show_campaign_of_all))
        .route("/reach/campaigns/{tag}/reach.csv", get(staff::reach::file_of_campaign_of_all))
        .route("/{account}", get(staff::choose::enter))
        .route("/{account}/reach", get(staff::reach::show))
        .route("/{account}/reach/posts/{id}", get(staff::reach_post::show))
        .route("/{account}/reach.csv", get(staff::reach::file))
        .route("/{account}/reach/report", get(staff::reach_report::show))
        .route("/{account}/reach/{file}", report)
        .route("/{account}/reach/campaigns/{tag}", get(staff::reach::show_campaign))
        .route("/{account}/reach/campaigns/{tag}/reach.csv", get(staff::reach::file_of_campaign))
        .route("/{account}/inbox", get(staff::inbox::show))
        .route("/{account}/write", write.layer(uploads))
        .route("/{account}/drafts", get(staff::posts::list_drafts))
        .route("/{account}/posts", get(staff::posts::list))
        .route("/{account}/posts/{id}/edit", edit.layer(uploads))
        .route("/{account}/posts/{id}/release", post(staff::posts::release))
        .route("/{account}/posts/{id}/delete", get(staff::posts::ask).post(staff::posts::delete))
        .route("/{account}/posts/{id}/pin", post(staff::posts::pin))
        .route("/{account}/posts/{id}/share", get(staff::shares::ask).post(staff::shares::update))
        .route("/{account}/posts/{id}/quotes/{quoting}/revoke", post(staff::quotes::revoke))
        .route("/{account}/links", get(staff::links::list).post(staff::links::create))
        .route("/{account}/links/{file}", get(staff::links::code))
        .route("/{account}/links/{id}/end", post(staff::links::end))
        .route("/{account}/members", get(staff::members::list).post(staff::members::create))
        .route("/{account}/members/{person}", post(staff::members::update))
        .route("/{account}/members/{person}/remove", post(staff::members::delete))
        .route("/{account}/profile", profile.layer(uploads))
        .route("/{account}/decisions", get(staff::statements::list))
        .route("/{account}/decisions/{decision}", post(staff::statements::object))
        .route("/{account}/requests", get(staff::requests::list))
        .route("/{account}/requests/{follower}", post(staff::requests::answer))
        .fallback(not_found)
        .layer(from_fn_with_state(app, error::in_frame))
}

/// The page for an address that leads nowhere: the fallback of all doors together.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let asked = Asked::read(&mut parts, &app);
    Refusal::from(Error::NotFound("Page")).page(&app, &asked)
}

/// A path of this door for the log: without the secret of a link, where it ends in one.
pub fn without_secret(path: &str) -> &str {
    protection::without_secret(path)
}

/// Refuses forms that were sent from elsewhere, answers from the pages that are kept, and remembers a language that was
/// chosen.
async fn guard(State((app, kept)): State<(App, Arc<Kept>)>, request: Request, next: Next) -> Response {
    let origin = app.config.server.public_url.origin().ascii_serialization();
    let (mut parts, body) = request.into_parts();
    let asked = Asked::read(&mut parts, &app);
    if !protection::is_own_request(&parts.method, &parts.headers, &origin) {
        return Refusal::from(Error::Forbidden).page(&app, &asked);
    }
    let chosen = asked.parameter(LANG).and_then(|tag| Language::from_tag(&tag));
    let request = Request::from_parts(parts, body);
    let asking = Asking::of(&request, &asked.path, !asked.token().is_empty());
    let mut response = kept.page(&app, &asked, request, next).await;
    asking.count(&app, response.status());
    if let Some(language) = chosen
        && response.status() != StatusCode::NOT_FOUND
    {
        let cookie =
            protection::set_cookie(LANG, language.tag(), Some(LANG_LIFE), app.config.server.federates());
        respond::add_cookie(&mut response, &cookie);
    }
    response.into_response()
}
