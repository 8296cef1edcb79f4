//! Polls.

use std::collections::HashMap;

use serde::Serialize;
use stadtbote_core::actions::Member;
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::store::{poll_options, poll_votes, polls, posts};
use stadtbote_core::{App, Error};

use super::emoji::CustomEmoji;
use super::{Id, Time};

/// Mastodon's `Poll`. It has the id of its post.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Poll {
    pub(crate) id: Id,
    pub(crate) expires_at: Option<Time>,
    pub(crate) expired: bool,
    pub(crate) multiple: bool,
    pub(crate) votes_count: i64,
    pub(crate) voters_count: Option<i64>,
    pub(crate) options: Vec<PollOption>,
    /// Those of its post.
    pub(crate) emojis: Vec<CustomEmoji>,
    /// What one's own account chose; without a token the keys are absent.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<OwnVotes>,
}

/// What can be chosen.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PollOption {
    pub(crate) title: String,
    /// None while counts are hidden.
    pub(crate) votes_count: Option<i64>,
}

/// What one's own account chose.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OwnVotes {
    pub(crate) voted: bool,
    pub(crate) own_votes: Vec<i32>,
}

/// The polls of posts that `viewer` was found to be allowed to see.
pub(crate) async fn load(
    app: &App,
    viewer: Option<&Member>,
    posts: &[&posts::Model],
) -> Result<HashMap<PostId, Poll>, Error> {
    let rows = polls::list_of_posts(app.db(), posts.iter().map(|post| post.id).collect()).await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<PostId> = rows.iter().map(|row| row.post_id).collect();
    let options = poll_options::list_of_posts(app.db(), ids.clone()).await?;
    let votes = match viewer {
        Some(member) => poll_votes::list_of_account(app.db(), member.account.id, ids).await?,
        None => vec![],
    };
    let authors: HashMap<PostId, AccountId> = posts.iter().map(|post| (post.id, post.author_id)).collect();
    let now = app.clock.now();
    let view = |row: polls::Model| {
        let expired = row.is_closed(now);
        let options = || options.iter().filter(|option| option.post_id == row.post_id);
        let mut own_votes: Vec<i32> =
            votes.iter().filter(|vote| vote.post_id == row.post_id).map(|vote| vote.position).collect();
        let has_voted = !own_votes.is_empty();
        own_votes.retain(|position| *position != poll_votes::FORGOTTEN);
        let poll = Poll {
            id: Id(row.post_id.0),
            expires_at: row.closes_at.map(Time),
            expired,
            multiple: row.multiple,
            votes_count: options().map(|option| option.votes_count).sum(),
            voters_count: row.voters_count,
            options: options()
                .map(|option| PollOption {
                    title: option.title.clone(),
                    votes_count: (expired || !row.hide_totals).then_some(option.votes_count),
                })
                .collect(),
            emojis: vec![],
            own: viewer.map(|member| OwnVotes {
                // Whoever asks has no vote, and is shown the counts.
                voted: has_voted || authors.get(&row.post_id) == Some(&member.account.id),
                own_votes,
            }),
        };
        (row.post_id, poll)
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The poll of one post.
pub(crate) async fn load_one(app: &App, viewer: Option<&Member>, post: &posts::Model) -> Result<Poll, Error> {
    load(app, viewer, &[post]).await?.remove(&post.id).ok_or(Error::NotFound("Record"))
}
