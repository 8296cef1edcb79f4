//! Conversations.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::{conversations, posts};
use stadtbote_core::{App, Error};

use super::Id;
use super::account::{self, Account};
use super::status::{self, Status};

/// Mastodon's `Conversation`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Conversation {
    pub(crate) id: Id,
    pub(crate) unread: bool,
    pub(crate) accounts: Vec<Account>,
    pub(crate) last_status: Option<Status>,
}

/// Conversations of a member's account, in their order; without those whose last message the member may not read.
pub(crate) async fn load(
    app: &App,
    member: &Member,
    rows: Vec<conversations::Model>,
) -> Result<Vec<Conversation>, Error> {
    let ids = rows.iter().map(|row| row.last_post_id).collect();
    let last = posts::list_visible(app.db(), Some(member.viewer()), ids).await?;
    let last = status::load(app, Some(member), last).await?;
    let last: HashMap<i64, Status> = last.into_iter().map(|status| (status.id.0, status)).collect();
    let named: HashSet<AccountId> = last.values().flat_map(others).collect();
    let people = account::load(app, named.into_iter().collect()).await?;
    let view = |row: conversations::Model| {
        let status = last.get(&row.last_post_id.0)?;
        let mut accounts: Vec<AccountId> = others(status).filter(|id| *id != member.account.id).collect();
        accounts.dedup();
        Some(Conversation {
            id: Id(row.id.0),
            unread: row.unread,
            accounts: accounts.iter().filter_map(|id| people.get(id).cloned()).collect(),
            last_status: Some(status.clone()),
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// The author of a message and those whom it names.
fn others(status: &Status) -> impl Iterator<Item = AccountId> + '_ {
    let named = status.mentions.iter().map(|mention| AccountId(mention.id.0));
    std::iter::once(AccountId(status.account.id.0)).chain(named)
}
