//! Questions of others, and their votes on ours.

use super::posts::RemotePoll;
use crate::actions::polls as poll_actions;
use crate::app::Tx;
use crate::domain::html;
use crate::domain::ids::PostId;
use crate::domain::poll::{self, LONGEST_OPTION, MOST_OPTIONS};
use crate::store::posts::Viewer;
use crate::store::{accounts, poll_options, poll_votes, polls, posts};
use crate::{App, Error};

/// Keeps the question of a post as it is now. Other options than before are another question: what was voted is forgotten.
pub(super) async fn renew(app: &App, tx: &Tx, post: PostId, remote: &RemotePoll) -> Result<(), Error> {
    let now = app.clock.now();
    let row = polls::Model {
        post_id: post,
        multiple: remote.multiple,
        hide_totals: false,
        closes_at: remote.closes_at.map(|at| poll::closing(at, now)),
        voters_count: remote.voters_count.map(|count| count.max(0)),
        open_for: None,
        panel: None,
    };
    let options: Vec<poll_options::Model> = (0..)
        .zip(remote.options.iter().take(MOST_OPTIONS))
        .map(|(position, (title, votes))| poll_options::Model {
            post_id: post,
            position,
            title: html::clean_text(title, LONGEST_OPTION),
            votes_count: (*votes).max(0),
        })
        .collect();
    let old = polls::find(&**tx, post).await?;
    let old_options = poll_options::list_of_posts(&**tx, vec![post]).await?;
    let is_same = old.as_ref().is_some_and(|old| old.multiple == row.multiple)
        && old_options.iter().map(|option| &option.title).eq(options.iter().map(|option| &option.title));
    if !is_same {
        poll_votes::delete_of_post(tx, post).await?;
    }
    poll_options::delete_of_post(tx, post).await?;
    match old {
        Some(_) => polls::update(tx, row).await?,
        None => polls::insert(tx, row).await?,
    }
    for option in options {
        poll_options::insert(tx, option).await?;
    }
    Ok(())
}

/// Somebody elsewhere chooses an option, which is named by its title, in a poll of ours. What may not be is passed over.
pub async fn vote(
    app: &App,
    actor: &accounts::Model,
    post: PostId,
    title: &str,
    uri: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let viewer = Viewer { account: actor.id, may_read_direct: true };
    let Some(post) = posts::find_visible(&*tx, Some(viewer), post).await? else { return tx.commit().await };
    let options = poll_options::list_of_posts(&*tx, vec![post.id]).await?;
    if let Some(option) = options.iter().find(|option| option.title == title) {
        let choices = [(option.position, uri.to_owned())];
        // A refusal is no fault of ours, and the sender is told nothing.
        let _refusal = poll_actions::cast(app, &tx, &post, actor.id, &choices).await?;
    }
    tx.commit().await
}
