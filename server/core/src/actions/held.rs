//! Posts from elsewhere that wait for a moderator, because a rule of the settings says so.
//!
//! What is held is hidden as what moderators hide (`posts.hidden_at`), so that pages, clients and counts agree. Whom it names
//! is told once it is shown.

use chrono::TimeDelta;
use serde_json::json;

use crate::actions::notifications::{converse, notify_mentioned};
use crate::actions::{Moderator, audit, measures};
use crate::app::Tx;
use crate::domain::hold::{self, Arrived, Rule};
use crate::domain::ids::{AccountId, made_at};
use crate::domain::post::Visibility;
use crate::store::held_posts::{self, Whose};
use crate::store::{accounts, follows, mentions, posts, throttles};
use crate::{App, Error};

/// Most posts that one click shows or hides.
const AT_ONCE: u64 = 200;

/// The rule that holds a post back, if one does. `named`: whom it names, ours or not, that were not named before.
pub(crate) async fn judge(
    app: &App,
    tx: &Tx,
    author: &accounts::Model,
    parent: Option<&posts::Model>,
    named: &[accounts::Model],
) -> Result<Option<Rule>, Error> {
    let limits = app.config.moderation;
    if !limits.is_any() || author.is_ours() {
        return Ok(None);
    }
    let now = app.clock.now();
    let mentions = named.iter().filter(|account| account.is_ours()).count();
    let mentions = u32::try_from(mentions).unwrap_or(u32::MAX);
    let answers_us = match parent {
        Some(parent) => accounts::find(&**tx, parent.author_id).await?.is_some_and(|whose| whose.is_ours()),
        None => false,
    };
    if (mentions == 0 && !answers_us) || follows::is_followed_here(&**tx, author.id).await? {
        return Ok(None);
    }
    let key = format!("mentions {}", author.id);
    if mentions > 0 && limits.mentions_an_hour > 0 {
        throttles::add(tx, &key, mentions.min(1000) as i32, now, now + TimeDelta::hours(1)).await?;
    }
    let in_the_hour = throttles::find(&**tx, &key, now).await?.map_or(0, |count| count.count);
    let arrived = Arrived {
        mentions,
        mentions_in_the_hour: u32::try_from(in_the_hour).unwrap_or_default(),
        answers_us,
        // What an account says of its age is its own word; since when we know it is not.
        known_for: now - author.created_at.max(made_at(author.id.0)),
        has_spoken: posts::has_spoken_to_us(&**tx, author.id).await?,
    };
    Ok(hold::rule(limits, arrived))
}

/// Writes down that a post is held, which is hidden already.
pub(crate) async fn keep(app: &App, tx: &Tx, post: &posts::Model, rule: Rule) -> Result<(), Error> {
    let row = held_posts::Model {
        post_id: post.id,
        author_id: post.author_id,
        rule: rule.name().into(),
        held_at: app.clock.now(),
        hidden_by: None,
        hidden_at: None,
    };
    held_posts::insert_once(tx, row).await?;
    let facts = json!({ "rule": rule.name(), "author": post.author_id.to_string(), "automatic": true });
    audit::write(app, tx, None, "post held", post.id, facts).await
}

/// Shows posts that were held, and tells those whom they name. Gives how many there were.
pub async fn show(app: &App, by: Moderator, whose: Whose) -> Result<usize, Error> {
    let tx = app.begin_write().await?;
    let rows = held_posts::list_of(&*tx, &whose, AT_ONCE).await?;
    for row in &rows {
        if !held_posts::delete(&tx, row.post_id).await? {
            continue;
        }
        let facts = json!({ "rule": row.rule, "author": row.author_id.to_string() });
        audit::write(app, &tx, Some(by.person), "held post shown", row.post_id, facts).await?;
        let Some(post) = posts::find_any(&*tx, row.post_id).await?.filter(|post| post.deleted_at.is_none())
        else {
            continue;
        };
        measures::hide(&tx, &post, None).await?;
        let named = mentions::list_of_posts(&*tx, vec![post.id]).await?;
        let named: Vec<AccountId> = named.into_iter().map(|row| row.account_id).collect();
        let named = accounts::list_by_ids(&*tx, named).await?;
        notify_mentioned(app, &tx, &post, &named).await?;
        if post.visibility == Visibility::Direct {
            converse(app, &tx, &post, &named).await?;
        }
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(rows.len())
}

/// Leaves posts hidden that were held. Gives how many there were.
pub async fn hide(app: &App, by: Moderator, whose: Whose) -> Result<usize, Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let rows = held_posts::list_of(&*tx, &whose, AT_ONCE).await?;
    for row in &rows {
        if held_posts::set_hidden(&tx, row.post_id, by.person, now).await? {
            let facts = json!({ "rule": row.rule, "author": row.author_id.to_string() });
            audit::write(app, &tx, Some(by.person), "held post hidden", row.post_id, facts).await?;
        }
    }
    tx.commit().await?;
    Ok(rows.len())
}
