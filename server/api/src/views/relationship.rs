//! What two accounts are to each other.

use serde::Serialize;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::store::{account_notes, blocks, follows, mutes};
use stadtbote_core::{App, Error};

use super::{Id, Time};

/// Mastodon's `Relationship`, of one's own account to another, whose id it carries.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Relationship {
    pub(crate) id: Id,
    pub(crate) following: bool,
    pub(crate) showing_reblogs: bool,
    pub(crate) notifying: bool,
    pub(crate) languages: Option<Vec<String>>,
    pub(crate) followed_by: bool,
    pub(crate) blocking: bool,
    pub(crate) blocked_by: bool,
    pub(crate) muting: bool,
    pub(crate) muting_notifications: bool,
    pub(crate) muting_expires_at: Option<Time>,
    pub(crate) requested: bool,
    pub(crate) requested_by: bool,
    pub(crate) domain_blocking: bool,
    pub(crate) endorsed: bool,
    pub(crate) note: String,
}

/// What `me` is to each of `others`, in their order.
pub(crate) async fn load(app: &App, me: AccountId, others: &[AccountId]) -> Result<Vec<Relationship>, Error> {
    let follows = follows::list_between(app.db(), me, others).await?;
    let blocks = blocks::list_between(app.db(), me, others).await?;
    let mutes = mutes::list_among(app.db(), me, others, app.clock.now()).await?;
    let notes = account_notes::list_among(app.db(), me, others).await?;

    let view = |other: AccountId| {
        let mine = follows.iter().find(|follow| follow.follower_id == me && follow.followed_id == other);
        let theirs = follows.iter().find(|follow| follow.follower_id == other && follow.followed_id == me);
        let is =
            |follow: Option<&follows::Model>, state: &str| follow.is_some_and(|follow| follow.state == state);
        let mute = mutes.iter().find(|mute| mute.target_id == other);
        let note = notes.iter().find(|note| note.target_id == other);
        let languages = mine.and_then(|follow| follow.languages.as_deref());
        Relationship {
            id: Id(other.0),
            following: is(mine, follows::ACCEPTED),
            showing_reblogs: mine.is_some_and(|follow| follow.show_boosts),
            notifying: mine.is_some_and(|follow| follow.notify),
            languages: languages.map(|tags| tags.split(' ').map(str::to_owned).collect()),
            followed_by: is(theirs, follows::ACCEPTED),
            blocking: blocks.iter().any(|block| block.account_id == me && block.target_id == other),
            blocked_by: blocks.iter().any(|block| block.account_id == other && block.target_id == me),
            muting: mute.is_some(),
            muting_notifications: mute.is_some_and(|mute| mute.notifications),
            muting_expires_at: mute.and_then(|mute| mute.ends_at).map(Time),
            requested: is(mine, follows::REQUESTED),
            requested_by: is(theirs, follows::REQUESTED),
            domain_blocking: false,
            endorsed: false,
            note: note.map(|note| note.text.clone()).unwrap_or_default(),
        }
    };
    Ok(others.iter().map(|other| view(*other)).collect())
}

/// What `me` is to one account.
pub(crate) async fn load_one(app: &App, me: AccountId, other: AccountId) -> Result<Relationship, Error> {
    load(app, me, &[other]).await?.pop().ok_or(Error::NotFound("Record"))
}
