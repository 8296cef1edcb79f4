//! Posts from elsewhere that wait for a moderator, because a rule of the settings says so.
//!
//! What is held is hidden as what moderators hide (`posts.hidden_at`), so that pages, clients and counts agree. Whom it names
//! is told once it is shown.

use chrono::TimeDelta;
use serde_json::json;

use crate::actions::cases::Subject;
use crate::actions::notifications::{converse, notify_mentioned};
use crate::actions::{Moderator, audit, measures, notices};
use crate::app::Tx;
use crate::domain::hold::{self, Arrived, Rule};
use crate::domain::ids::{AccountId, PostId, made_at};
use crate::domain::post::Visibility;
use crate::store::held_posts::{self, Whose};
use crate::store::{accounts, cases, follows, mentions, posts, throttles};
use crate::{App, Error};

/// Most posts that one click shows.
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
    };
    held_posts::insert_once(tx, row).await?;
    let facts = json!({ "rule": rule.name(), "author": post.author_id.to_string(), "automatic": true });
    audit::write(app, tx, None, "post held", post.id, facts).await
}

/// Shows posts that were held, and tells those whom they name. Gives how many there were.
///
/// A post about which a case is open stays as it is: there it is decided.
pub async fn show(app: &App, by: Moderator, whose: Whose) -> Result<usize, Error> {
    let tx = app.begin_write().await?;
    let rows = held_posts::list_of(&*tx, &whose, AT_ONCE).await?;
    for row in &rows {
        let facts = json!({ "rule": row.rule, "author": row.author_id.to_string() });
        audit::write(app, &tx, Some(by.person), "held post shown", row.post_id, facts).await?;
        if let Some(post) = posts::find_any(&*tx, row.post_id).await? {
            let_go(app, &tx, &post).await?;
        }
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(rows.len())
}

/// Shows a post that a rule held, and tells those whom it names. Does nothing to one that is not held.
pub(crate) async fn let_go(app: &App, tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    if !held_posts::delete(tx, post.id).await? || post.deleted_at.is_some() {
        return Ok(());
    }
    measures::hide(tx, post, None).await?;
    tell(app, tx, post).await
}

/// Tells those whom a post names that was held until now.
pub(crate) async fn tell(app: &App, tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    let named = mentions::list_of_posts(&**tx, vec![post.id]).await?;
    let named: Vec<AccountId> = named.into_iter().map(|row| row.account_id).collect();
    let named = accounts::list_by_ids(&**tx, named).await?;
    notify_mentioned(app, tx, post, &named).await?;
    if post.visibility == Visibility::Direct {
        converse(app, tx, post, &named).await?;
    }
    Ok(())
}

/// Opens a case about a post that is held, or about its author where the post was meant for a few: then it is decided with
/// ground, facts and redress, as whatever restricts somebody is (Art. 17(3)). Until then the post stays hidden.
pub async fn open_case(app: &App, by: Moderator, post: PostId, about: About) -> Result<cases::Model, Error> {
    let tx = app.begin_write().await?;
    let row = held_posts::find(&*tx, post).await?.ok_or(Error::NotFound("Post"))?;
    let post = posts::find_any(&*tx, post).await?.filter(|post| post.deleted_at.is_none());
    let post = post.ok_or(Error::NotFound("Post"))?;
    let subject = match about {
        About::Post if post.visibility.is_open() => Subject::Post(Box::new(post)),
        // What it says was not meant for moderators.
        About::Post => return Err(Error::NotFound("Post")),
        About::Author => {
            let author = accounts::find(&*tx, row.author_id).await?.ok_or(Error::NotFound("Account"))?;
            Subject::Account(Box::new(author))
        }
    };
    let case = notices::take_held(app, &tx, by, &subject, &row).await?;
    let facts = json!({ "rule": row.rule, "post": row.post_id.to_string() });
    audit::write(app, &tx, Some(by.person), "held post made a case", &case.number, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(case)
}

/// What a case about a held post is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The post.
    Post,
    /// Whoever wrote it.
    Author,
}
