//! What a search found.

use serde::Serialize;

use super::Empty;
use super::account::Account;
use super::status::Status;
use super::tag::Tag;

/// Mastodon's `Search`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Search {
    pub(crate) accounts: Vec<Account>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) hashtags: Vec<Tag>,
    pub(crate) collections: Empty,
}
