//! Hashtags.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::domain::ids::TagId;
use stadtbote_core::store::{post_tags, tag_follows, tags};
use stadtbote_core::{App, Error};

use super::Id;

/// Mastodon's `Tag`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tag {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) history: Vec<TagDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) following: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) featuring: Option<bool>,
}

/// How much a tag was used on a day; all three are texts in Mastodon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TagDay {
    pub(crate) day: String,
    pub(crate) uses: String,
    pub(crate) accounts: String,
}

/// How many days of a tag are told.
const DAYS: i64 = 7;
const SECONDS_A_DAY: i64 = 86_400;

/// The page of a tag; the links in posts of ours lead there too, so that clients know them for what they are.
pub(crate) fn address(app: &App, name: &str) -> String {
    app.config.server.address(&format!("/tags/{name}"))
}

/// Tags with their last days, in their order.
pub(crate) async fn load(
    app: &App,
    viewer: Option<&Member>,
    rows: Vec<tags::Model>,
) -> Result<Vec<Tag>, Error> {
    let ids: Vec<TagId> = rows.iter().map(|tag| tag.id).collect();
    let today = app.clock.now().timestamp().div_euclid(SECONDS_A_DAY);
    let since = app.clock.now() - TimeDelta::days(DAYS);
    let uses = post_tags::list_uses(app.db(), ids.clone(), since).await?;
    let uses: HashMap<(TagId, i64), (i64, i64)> =
        uses.into_iter().map(|used| ((used.tag_id, used.day), (used.posts, used.accounts))).collect();
    let followed = match viewer {
        Some(member) => Some(tag_follows::among(app.db(), member.account.id, ids).await?),
        None => None,
    };
    let view = |row: tags::Model| Tag {
        id: Id(row.id.0),
        url: address(app, &row.name),
        history: (0..DAYS).map(|ago| day(today - ago, uses.get(&(row.id, today - ago)))).collect(),
        following: followed.as_ref().map(|followed| followed.contains(&row.id)),
        featuring: followed.as_ref().map(|_| false),
        name: row.name,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn day(day: i64, counts: Option<&(i64, i64)>) -> TagDay {
    let (uses, accounts) = counts.copied().unwrap_or_default();
    TagDay { day: (day * SECONDS_A_DAY).to_string(), uses: uses.to_string(), accounts: accounts.to_string() }
}
