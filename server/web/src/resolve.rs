//! Looking up people on other servers who are named in a text.

use axum::Extension;
use stadtbote_federation::Federation;

/// What looks up.
pub(crate) type Resolver = Extension<Federation>;

/// Makes the handles in `text` known before a post that names them is published; what isn't found stays text.
pub(crate) async fn named_in(Extension(federation): &Resolver, text: &str) {
    federation.resolve_handles(text).await;
}
