//! Lists.

use serde::Serialize;
use stadtbote_core::store::lists;

use super::Id;

/// Mastodon's `List`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct List {
    pub(crate) id: Id,
    pub(crate) title: String,
    pub(crate) replies_policy: String,
    pub(crate) exclusive: bool,
}

impl From<lists::Model> for List {
    fn from(row: lists::Model) -> List {
        List {
            id: Id(row.id.0),
            title: row.title,
            replies_policy: row.replies_policy,
            exclusive: row.exclusive,
        }
    }
}
