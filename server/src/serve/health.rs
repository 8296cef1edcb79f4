//! Whether the server is well: for load balancers and `doctor --quick`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::{App, store};

/// A database that does not answer within this is as good as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says how the server is.
pub(super) async fn show(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let is_well = matches!(tokio::time::timeout(PATIENCE, store::ping(app.db())).await, Ok(Ok(())));
    let (status, state) = match is_well {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (status, Json(json!({ "status": state, "database": state, "version": env!("CARGO_PKG_VERSION") })))
}
