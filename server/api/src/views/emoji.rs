//! Pictures that stand for words in a text.

use serde::Serialize;
use stadtbote_core::App;
use stadtbote_core::domain::copies::Use;
use stadtbote_core::domain::emoji;

/// Mastodon's `CustomEmoji`. None of them moves.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CustomEmoji {
    pub(crate) shortcode: String,
    pub(crate) url: String,
    pub(crate) static_url: String,
    /// Others' pictures are not ours to write with.
    pub(crate) visible_in_picker: bool,
}

/// What was kept beside a text or an account (`id`), with where copies are shown.
pub(crate) fn views(app: &App, used: Use, id: i64, kept: Option<&str>) -> Vec<CustomEmoji> {
    let view = |emoji: emoji::Emoji| {
        let url = app.config.server.address(&used.path(id, &emoji.url));
        CustomEmoji { shortcode: emoji.shortcode, static_url: url.clone(), url, visible_in_picker: false }
    };
    emoji::kept(kept).into_iter().map(view).collect()
}
