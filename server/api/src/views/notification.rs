//! Notifications.

use std::collections::HashMap;

use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::{notifications, posts};
use stadtbote_core::{App, Error};

use super::account::{self, Account};
use super::status::{self, Status};
use super::{Id, Time};

/// Mastodon's `Notification`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Notification {
    pub(crate) id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) group_key: String,
    pub(crate) created_at: Time,
    pub(crate) account: Account,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<Status>,
}

/// Notifications of a member's account, in their order.
pub(crate) async fn load(
    app: &App,
    member: &Member,
    rows: Vec<notifications::Model>,
) -> Result<Vec<Notification>, Error> {
    let ids: Vec<PostId> = rows.iter().filter_map(|row| row.post_id).collect();
    let about = posts::list_visible(app.db(), Some(member.viewer()), ids).await?;
    let statuses = status::load(app, Some(member), about).await?;
    let statuses: HashMap<i64, Status> = statuses.into_iter().map(|status| (status.id.0, status)).collect();
    let people = account::load(app, rows.iter().map(|row| row.from_id).collect()).await?;
    let view = |row: notifications::Model| {
        let status = match row.post_id {
            Some(post) => Some(statuses.get(&post.0)?.clone()),
            None => None,
        };
        Some(Notification {
            id: Id(row.id.0),
            group_key: format!("ungrouped-{}", row.id),
            created_at: Time(row.created_at),
            account: people.get(&row.from_id)?.clone(),
            kind: row.kind,
            status,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}
