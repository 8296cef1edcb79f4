//! Who gets what: followers, those named, those answered; one shared inbox for all of a server.

use std::collections::BTreeSet;

use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::{accounts, follows, mentions, post_recipients, posts};
use stadtbote_core::{App, Error};

use crate::wire::is_same_host;

/// The inboxes that a post or a boost goes to now.
///
/// A direct message goes to personal inboxes, everything else to the shared inbox of a server where it has one. A
/// followers-only post reaches a shared inbox only through a follower there, or somebody named.
pub(crate) async fn of_post(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Vec<String>, Error> {
    let mut inboxes = BTreeSet::new();
    if post.visibility != Visibility::Direct {
        inboxes.extend(follows::list_inboxes(app.db(), author.id).await?);
    }
    let mut others: Vec<_> = mentions::list_of_posts(app.db(), vec![post.id])
        .await?
        .into_iter()
        .map(|row| row.account_id)
        .collect();
    if post.visibility.is_open() {
        others.extend(post.in_reply_to_account_id);
        if let Some(original) = post.boost_of_id {
            others.extend(posts::find_any(app.db(), original).await?.map(|original| original.author_id));
        }
    }
    for account in accounts::list_by_ids(app.db(), others).await? {
        if account.is_ours() || account.deleted_at.is_some() || account.suspended_at.is_some() {
            continue;
        }
        inboxes.insert(match post.visibility {
            Visibility::Direct => account.inbox,
            _ => account.shared_inbox.unwrap_or(account.inbox),
        });
    }
    Ok(inboxes.into_iter().filter(|inbox| is_foreign(app, inbox)).collect())
}

/// The inboxes that must hear of a change: those that ever got the post, and those that get it now.
pub(crate) async fn of_update(
    app: &App,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<Vec<String>, Error> {
    let mut inboxes: BTreeSet<String> = post_recipients::list(app.db(), post.id).await?.into_iter().collect();
    inboxes.extend(of_post(app, post, author).await?);
    Ok(inboxes.into_iter().collect())
}

/// The inboxes that must hear of a deletion: those that ever got the post.
pub(crate) async fn of_delete(app: &App, post: &posts::Model) -> Result<Vec<String>, Error> {
    Ok(post_recipients::list(app.db(), post.id).await?)
}

/// The inboxes of an account's followers.
pub(crate) async fn of_profile(app: &App, account: &accounts::Model) -> Result<Vec<String>, Error> {
    let inboxes = follows::list_inboxes(app.db(), account.id).await?;
    Ok(inboxes.into_iter().filter(|inbox| is_foreign(app, inbox)).collect())
}

fn is_foreign(app: &App, inbox: &str) -> bool {
    !is_same_host(inbox, app.config.server.public_url.as_str())
}
