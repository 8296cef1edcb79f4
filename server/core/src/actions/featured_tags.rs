//! Hashtags that an account of ours shows on its profile.

use crate::actions::tags::name_of;
use crate::actions::{Member, accounts_of_ours};
use crate::app::Tx;
use crate::domain::ids::{RowId, TagId};
use crate::domain::permission::Act;
use crate::store::{accounts, featured_tags, tags};
use crate::{App, Error};

/// Puts a hashtag on the profile, and tells the followers; one that is there stays as it is.
///
/// # Errors
/// [`Error::Invalid`] if there are ten already, [`Error::NotFound`] if it is no hashtag.
pub async fn feature(
    app: &App,
    member: &Member,
    written: &str,
) -> Result<(featured_tags::Model, tags::Model), Error> {
    member.must(Act::EditProfile)?;
    let name = name_of(written)?;
    let tx = app.begin_write().await?;
    let id = tags::find_or_insert(&tx, app.id(TagId), &name, written).await?;
    let tag = tags::find(&*tx, &name).await?.unwrap_or(tags::Model { id, name, shown: written.to_owned() });
    let existing = featured_tags::list(&*tx, member.account.id).await?;
    if let Some(row) = existing.iter().find(|row| row.tag_id == id) {
        return Ok((row.clone(), tag));
    }
    if existing.len() as u64 >= featured_tags::MOST {
        return Err(Error::invalid("Hashtags", format!("can't be more than {}", featured_tags::MOST)));
    }
    let row = featured_tags::Model {
        id: app.id(RowId),
        account_id: member.account.id,
        tag_id: id,
        created_at: app.clock.now(),
    };
    featured_tags::insert_once(&tx, row.clone()).await?;
    tell(app, tx, member).await?;
    Ok((row, tag))
}

/// Takes a hashtag off the profile, and tells the followers; one that is not there needs no telling.
pub async fn unfeature(app: &App, member: &Member, written: &str) -> Result<(), Error> {
    member.must(Act::EditProfile)?;
    let name = name_of(written)?;
    let tx = app.begin_write().await?;
    match tags::find(&*tx, &name).await? {
        Some(tag) if featured_tags::delete(&tx, member.account.id, tag.id).await? => {
            tell(app, tx, member).await
        }
        _ => Ok(()),
    }
}

/// Takes the hashtag in that row off the profile, as [`unfeature`].
///
/// # Errors
/// [`Error::NotFound`] if the account has no such row.
pub async fn delete(app: &App, member: &Member, id: RowId) -> Result<(), Error> {
    member.must(Act::EditProfile)?;
    let tx = app.begin_write().await?;
    let rows = featured_tags::list(&*tx, member.account.id).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound("Record"))?;
    featured_tags::delete(&tx, member.account.id, row.tag_id).await?;
    tell(app, tx, member).await
}

/// The profile has changed: others look at its hashtags when they hear that.
async fn tell(app: &App, tx: Tx, member: &Member) -> Result<(), Error> {
    let account = accounts::find(&*tx, member.account.id).await?.ok_or(Error::NotFound("Account"))?;
    accounts_of_ours::change(app, tx, member, account).await.map(|_| ())
}
