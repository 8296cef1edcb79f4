//! `stadtbote migrate`.

use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::config::Config;

use super::{Answer, Failure};
use crate::migrate;
use crate::serve::make_media_folder;

/// Makes what is missing, and brings the database up to date.
pub(super) async fn run(config: Config) -> Result<Answer, Failure> {
    let app = App::open(config, true).await?;
    make_media_folder(&app)?;
    let applied = migrate::apply(&app).await?;
    let text = match applied.as_slice() {
        [] => "The database was up to date.".to_owned(),
        applied => applied.join("\n"),
    };
    Ok(Answer::new(text, json!({ "applied": applied })))
}
