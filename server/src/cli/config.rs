//! `stadtbote config`.

use std::path::Path;

use stadtbote_core::config::Config;

use super::{Answer, Failure, environment};

/// Shows the settings in force, secrets hidden.
pub(super) fn run(file: Option<&Path>) -> Result<Answer, Failure> {
    let table = Config::shown(file, environment())?;
    let json = serde_json::to_value(&table).map_err(|error| Failure(error.to_string()))?;
    Ok(Answer::new(table.to_string().trim_end(), json))
}
