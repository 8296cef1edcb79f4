//! The one error of the house; each door has one file that shows it.

use sea_orm::DbErr;

use crate::database::sqlite;

/// Why Stadtbote did not do what it was asked.
///
/// The text is for the person who asked. The cause of the last three goes to the log, once, at the door.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the asker may not know that there is.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// There was such a thing, for everybody to see, and it was deleted.
    #[error("{0} was deleted")]
    Gone(&'static str),
    /// The request can be put right by the person who sent it.
    #[error("{field} {reason}")]
    Invalid {
        /// What is wrong, as the person knows it: `Text`, `E-mail` …
        field: &'static str,
        /// What is wrong with it and what would be right: `can't be blank`.
        reason: String,
    },
    /// The person is known, but may not do this.
    #[error("This action is not allowed")]
    Forbidden,
    /// Nobody is signed in, or the password was wrong.
    #[error("Please sign in")]
    SignInNeeded,
    /// It contradicts something that happened before.
    #[error("{0}")]
    Conflict(&'static str),
    /// Too often; try again after this many seconds.
    #[error("Too many requests, try again in {0} seconds")]
    TooMany(u64),
    /// Another server did not answer as it should.
    #[error("The other server could not be reached")]
    Remote(String),
    /// The database refused or could not be reached: it is busy, its disk is full, or it is being started again.
    #[error("The server can't do this right now. Try again in a moment.")]
    Database(#[from] DbErr),
    /// Something else that we need does not work at the moment, such as the disk that files are kept on.
    #[error("The server can't do this right now. Try again in a moment.")]
    Unavailable(String),
    /// Something that should not happen.
    #[error("Something went wrong here. Try again in a moment.")]
    Unexpected(String),
}

impl Error {
    /// An input that the person can put right.
    pub fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Error::Invalid { field, reason: reason.into() }
    }

    /// Something that should not happen, with its cause for the log.
    pub fn unexpected(cause: impl std::fmt::Display) -> Self {
        Error::Unexpected(cause.to_string())
    }

    /// Whether a unique index refused the row: somebody else was first.
    pub fn is_duplicate(error: &DbErr) -> bool {
        matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
            || sqlite::is_duplicate(error)
    }
}
