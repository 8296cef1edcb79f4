//! `/api/v2/media` and `/api/v1/media`: pictures and films for posts.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions;
use stadtbote_core::actions::media::{Describe, Upload as NewFile};
use stadtbote_core::domain::ids::MediaId;
use stadtbote_core::store::media;

use crate::Door;
use crate::auth::{Member, WriteMedia};
use crate::error::ApiError;
use crate::input::{At, Given, Upload};
use crate::views::media::{self as view, MediaAttachment};

/// Most bytes of an upload, as Mastodon has it for films, with room for the rest of the form.
const MOST_BYTES: usize = 100 * 1024 * 1024;

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v2/media", post(create))
        .route("/api/v1/media/{id}", get(show).put(update).patch(update))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MediaForm {
    description: Given<String>,
    focus: Given<String>,
}

/// Takes a file in; when this answers, all work on it is done.
async fn create(
    State(app): State<App>,
    Member(member, _): Member<WriteMedia>,
    mut upload: Upload<MediaForm, MOST_BYTES>,
) -> Result<Json<MediaAttachment>, ApiError> {
    let bytes = upload
        .file("file")
        .ok_or_else(|| ApiError::unprocessable("Validation failed: File can't be blank"))?;
    let file = NewFile {
        bytes: bytes.into(),
        thumbnail: upload.file("thumbnail").map(Into::into),
        description: upload.form.description.0.unwrap_or_default(),
        decorative: false,
        focus: upload.form.focus.as_deref().and_then(focus),
    };
    Ok(Json(view::view(&app, &actions::media::upload(&app, &member, file).await?)))
}

/// A file that is not on a post yet.
async fn show(
    State(app): State<App>,
    Member(member, _): Member<WriteMedia>,
    At(id): At<MediaId>,
) -> Result<Json<MediaAttachment>, ApiError> {
    let row =
        media::find_unattached(app.db(), member.account.id, id).await?.ok_or_else(ApiError::no_record)?;
    Ok(Json(view::view(&app, &row)))
}

/// Describes a file that is not on a post yet.
async fn update(
    State(app): State<App>,
    Member(member, _): Member<WriteMedia>,
    At(id): At<MediaId>,
    mut upload: Upload<MediaForm, { 16 * 1024 * 1024 }>,
) -> Result<Json<MediaAttachment>, ApiError> {
    let change = Describe {
        thumbnail: upload.file("thumbnail").map(Into::into),
        description: upload.form.description.0,
        decorative: None,
        focus: upload.form.focus.as_deref().and_then(focus),
    };
    Ok(Json(view::view(&app, &actions::media::describe(&app, &member, id, change).await?)))
}

/// Reads `x,y`, two numbers.
pub(crate) fn focus(text: &str) -> Option<(f64, f64)> {
    let (x, y) = text.split_once(',')?;
    let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    Some((number(x)?, number(y)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_is_two_numbers() {
        assert_eq!(focus("0.5,-1"), Some((0.5, -1.0)));
        assert_eq!(focus("0.5"), None);
        assert_eq!(focus("NaN,inf"), None);
    }
}
