//! Attached files.

use serde::Serialize;
use stadtbote_core::App;
use stadtbote_core::domain::copies::Use;
use stadtbote_core::store::media;

use super::{Id, Nothing};

/// Mastodon's `MediaAttachment`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MediaAttachment {
    pub(crate) id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) url: Option<String>,
    pub(crate) preview_url: Option<String>,
    pub(crate) remote_url: Option<String>,
    pub(crate) preview_remote_url: Option<String>,
    pub(crate) text_url: Nothing,
    pub(crate) meta: Option<Meta>,
    pub(crate) description: Option<String>,
    pub(crate) blurhash: Option<String>,
}

/// Sizes, and the point that must stay in view.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Meta {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) focus: Option<Focus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) original: Option<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) small: Option<Size>,
}

/// From −1 to 1, left to right and bottom to top.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Focus {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// The size of a picture, or a film and how long it is.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Size {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) size: String,
    pub(crate) aspect: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration: Option<f64>,
}

impl Size {
    /// The size, if both sides are known.
    pub(crate) fn new(width: Option<i32>, height: Option<i32>, duration: Option<f64>) -> Option<Size> {
        let (width, height) = (width.filter(|side| *side > 0)?, height.filter(|side| *side > 0)?);
        let aspect = f64::from(width) / f64::from(height);
        Some(Size { width, height, size: format!("{width}x{height}"), aspect, duration })
    }
}

/// The address of a file of ours.
pub(crate) fn address(app: &App, file: &str) -> String {
    app.config.server.address(&format!("/media/{file}"))
}

/// An attached file, ours or theirs.
pub(crate) fn view(app: &App, row: &media::Model) -> MediaAttachment {
    let file = row.file.as_deref().map(|file| address(app, file));
    let preview = row.preview_file.as_deref().map(|file| address(app, file));
    let copy = row.remote_url.as_deref().filter(|_| row.kind == "image" && row.post_id.is_some());
    let copy = copy.map(|url| app.config.server.address(&Use::Attached.path(row.id.0, url)));
    let url = file.or_else(|| row.remote_url.clone());
    let focus = row.focus_x.zip(row.focus_y).map(|(x, y)| Focus { x, y });
    MediaAttachment {
        id: Id(row.id.0),
        kind: row.kind.clone(),
        preview_url: preview.or(copy).or_else(|| row.remote_preview_url.clone()).or_else(|| url.clone()),
        url,
        remote_url: row.remote_url.clone(),
        preview_remote_url: row.remote_preview_url.clone(),
        text_url: Nothing,
        meta: Some(Meta {
            focus,
            original: Size::new(row.width, row.height, row.duration),
            small: Size::new(row.preview_width, row.preview_height, None),
        }),
        description: Some(row.description.clone()).filter(|text| !text.is_empty()),
        blurhash: row.blurhash.clone(),
    }
}
