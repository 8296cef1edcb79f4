//! Reports.

use serde::Serialize;

use super::account::Account;
use super::{Empty, Id, Nothing, Time};

/// Mastodon's `Report`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) id: Id,
    pub(crate) action_taken: bool,
    pub(crate) action_taken_at: Nothing,
    pub(crate) category: String,
    pub(crate) comment: String,
    pub(crate) forwarded: bool,
    pub(crate) created_at: Time,
    pub(crate) status_ids: Vec<Id>,
    pub(crate) rule_ids: Vec<Id>,
    pub(crate) collection_ids: Empty,
    pub(crate) target_account: Account,
}
