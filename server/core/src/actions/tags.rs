//! Followed hashtags, and how far somebody has read.

use crate::actions::Member;
use crate::domain::ids::{NotificationId, RowId, TagId};
use crate::domain::permission::Act;
use crate::domain::text;
use crate::store::{markers, notifications, tag_follows, tags};
use crate::{App, Error};

/// Follows a hashtag: public posts with it appear at home.
pub async fn follow(app: &App, member: &Member, written: &str) -> Result<tags::Model, Error> {
    member.must(Act::Interact)?;
    let name = name_of(written)?;
    let tx = app.begin_write().await?;
    let id = tags::find_or_insert(&tx, app.id(TagId), &name, written).await?;
    let row = tag_follows::Model { id: app.id(RowId), account_id: member.account.id, tag_id: id };
    tag_follows::insert_once(&tx, row).await?;
    tx.commit().await?;
    Ok(tags::Model { id, name, shown: written.to_owned() })
}

/// No longer follows a hashtag.
pub async fn unfollow(app: &App, member: &Member, written: &str) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let name = name_of(written)?;
    let tx = app.begin_write().await?;
    if let Some(tag) = tags::find(&*tx, &name).await? {
        tag_follows::delete(&tx, member.account.id, tag.id).await?;
    }
    tx.commit().await
}

/// A hashtag in its comparable form, if it is one.
pub fn name_of(written: &str) -> Result<String, Error> {
    let is_tag = text::scan(&format!("#{written}")).hashtags().first().is_some_and(|found| *found == written);
    if is_tag { Ok(text::normalise_tag(written)) } else { Err(Error::NotFound("Record")) }
}

/// Moves the markers of a person in an account's timelines: (timeline, last read id).
pub async fn mark_read(
    app: &App,
    member: &Member,
    read: Vec<(String, String)>,
) -> Result<Vec<markers::Model>, Error> {
    let tx = app.begin_write().await?;
    let existing = markers::list(&*tx, member.account.id, member.person).await?;
    let mut moved = Vec::new();
    for (timeline, last_read_id) in read {
        if !matches!(timeline.as_str(), "home" | "notifications") || last_read_id.len() > 64 {
            return Err(Error::invalid("Marker", "must be home or notifications"));
        }
        let version = existing.iter().find(|row| row.timeline == timeline).map_or(1, |row| row.version + 1);
        let row = markers::Model {
            account_id: member.account.id,
            person_id: member.person,
            timeline,
            last_read_id,
            version,
            updated_at: app.clock.now(),
        };
        markers::put(&tx, row.clone()).await?;
        moved.push(row);
    }
    tx.commit().await?;
    Ok(moved)
}

/// Takes all notifications of the account away.
pub async fn clear_notifications(app: &App, member: &Member) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    notifications::delete_of_account(&tx, member.account.id).await?;
    tx.commit().await
}

/// Takes one notification of the account away.
pub async fn dismiss_notification(app: &App, member: &Member, id: NotificationId) -> Result<(), Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    notifications::delete(&tx, member.account.id, id).await?;
    tx.commit().await
}
