//! `stadtbote config`.

use std::path::Path;

use serde_json::Value;
use stadtbote_core::config::Config;

use super::{Answer, Failure, environment};

/// Shows the settings in force, secrets hidden.
pub(super) fn run(file: Option<&Path>) -> Result<Answer, Failure> {
    let table = Config::shown(file, environment())?;
    Ok(Answer::new(table.to_string().trim_end(), shown(file)?))
}

/// The settings in force as JSON, secrets hidden.
pub(super) fn shown(file: Option<&Path>) -> Result<Value, Failure> {
    let table = Config::shown(file, environment())?;
    serde_json::to_value(&table).map_err(|error| Failure(error.to_string()))
}
