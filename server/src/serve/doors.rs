//! Joins the doors into one router.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use stadtbote_core::App;
use stadtbote_federation::Federation;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{files, guard, health, negotiation};

/// Everything that is answered.
pub(super) fn all(app: &App, federation: &Federation) -> Router {
    guarded(app, joined(app, federation))
}

/// What a worker answers.
pub(super) fn health_only(app: &App) -> Router {
    guarded(app, own(app))
}

/// The doors beside each other.
fn joined(app: &App, federation: &Federation) -> Router {
    own(app)
        .merge(stadtbote_api::router(app.clone(), federation.clone()))
        .merge(stadtbote_federation::routes::router(federation.clone()))
        .merge(stadtbote_web::router(app.clone()))
}

/// What belongs to no door.
fn own(app: &App) -> Router {
    Router::new()
        .route("/health", get(health::show))
        .route("/media/{*key}", get(files::show))
        .with_state(app.clone())
}

/// What is common to all doors, outermost first. It stands before the routing, so that an address may still change.
fn guarded(app: &App, doors: Router) -> Router {
    let common = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), guard::observe))
        .layer(CatchPanicLayer::custom(guard::after_panic))
        .layer(from_fn_with_state(app.clone(), guard::find_client))
        .layer(from_fn(guard::limit_body))
        .layer(from_fn(stadtbote_api::cors))
        .layer(from_fn(negotiation::choose));
    Router::new().fallback_service(doors).layer(common)
}
