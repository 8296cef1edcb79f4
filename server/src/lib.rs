//! The program Stadtbote: the command line, the server that joins the doors, and the workers behind them.
//!
//! - [`cli`] has a file for each command;
//! - [`serve`] starts a server, joins the doors into one router, and stops quietly;
//! - [`jobs`] is the back door: what must follow is done here;
//! - [`migrate`] brings the database up to date; [`logs`] and [`metrics`] say what goes on.

pub mod cli;
pub mod jobs;
pub mod logs;
pub mod metrics;
pub mod migrate;
pub mod serve;

#[cfg(test)]
mod testing;

use stadtbote_core::Error;

/// What went wrong, with its cause: for the operator and the log, not for strangers.
pub(crate) fn cause(error: &Error) -> String {
    match error {
        Error::Database(error) => format!("The database refused: {error}"),
        Error::Unexpected(cause) | Error::Unavailable(cause) | Error::Remote(cause) => cause.clone(),
        error => error.to_string(),
    }
}
