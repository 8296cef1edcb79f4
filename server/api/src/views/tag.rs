//! Hashtags.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::domain::ids::{self, TagId};
use stadtbote_core::store::{accounts, featured_tags, post_tags, tag_follows, tags};
use stadtbote_core::{App, Error};

use super::{Day, Id};

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

/// Mastodon's `FeaturedTag`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FeaturedTag {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) url: String,
    /// A number as a text, as in Mastodon.
    pub(crate) statuses_count: String,
    pub(crate) last_status_at: Option<Day>,
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
        Some(member) => Some(tag_follows::among(app.db(), member.account.id, ids.clone()).await?),
        None => None,
    };
    let featured = match viewer {
        Some(member) => Some(featured_tags::among(app.db(), member.account.id, ids).await?),
        None => None,
    };
    let view = |row: tags::Model| Tag {
        id: Id(row.id.0),
        url: address(app, &row.name),
        history: (0..DAYS).map(|ago| day(today - ago, uses.get(&(row.id, today - ago)))).collect(),
        following: followed.as_ref().map(|followed| followed.contains(&row.id)),
        featuring: featured.as_ref().map(|featured| featured.contains(&row.id)),
        name: row.name,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The hashtags on an account's profile, with how it has used them.
pub(crate) async fn load_featured(
    app: &App,
    account: &accounts::Model,
    rows: Vec<(featured_tags::Model, tags::Model)>,
) -> Result<Vec<FeaturedTag>, Error> {
    let ids = rows.iter().map(|(row, _)| row.tag_id).collect();
    let uses = post_tags::list_uses_by(app.db(), account.id, ids).await?;
    let view = |(row, tag): (featured_tags::Model, tags::Model)| {
        let used = uses.iter().find(|used| used.tag_id == tag.id);
        FeaturedTag {
            id: Id(row.id.0),
            url: address(app, &tag.name),
            name: tag.shown,
            statuses_count: used.map_or(0, |used| used.posts).to_string(),
            last_status_at: used.map(|used| Day(ids::made_at(used.last.0))),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn day(day: i64, counts: Option<&(i64, i64)>) -> TagDay {
    let (uses, accounts) = counts.copied().unwrap_or_default();
    TagDay { day: (day * SECONDS_A_DAY).to_string(), uses: uses.to_string(), accounts: accounts.to_string() }
}
