//! Blocking, muting, and private notes about accounts.

use chrono::TimeDelta;

use crate::actions::{Member, follows as follow_actions};
use crate::app::Tx;
use crate::domain::ids::{AccountId, RowId};
use crate::domain::job::Message;
use crate::domain::permission::Act;
use crate::store::{account_notes, accounts, blocks, follows, mutes, notifications};
use crate::{App, Error};

/// Blocks an account: follows end both ways, and it hears and sees nothing more of ours through its server.
pub async fn block(app: &App, member: &Member, target: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let target = follow_actions::target_of(&tx, member, target).await?;
    block_in(app, &tx, &member.account, &target).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(target)
}

/// Blocks an account; false if it was blocked before.
pub(crate) async fn block_in(
    app: &App,
    tx: &Tx,
    account: &accounts::Model,
    target: &accounts::Model,
) -> Result<bool, Error> {
    let me = account.id;
    let id = app.id(RowId);
    let uri = app.config.server.address(&format!("/users/{}/blocks/{id}", account.username));
    let row = blocks::Model {
        id,
        account_id: me,
        target_id: target.id,
        uri: uri.clone(),
        created_at: app.clock.now(),
    };
    if !blocks::insert_once(tx, row).await? {
        return Ok(false);
    }
    for follow in follows::list_between(&**tx, me, &[target.id]).await? {
        follow_actions::end_in(app, tx, &follow).await?;
        let what = if follow.follower_id == me {
            Message::UndoFollow { uri: follow.uri }
        } else {
            Message::RejectFollow { uri: follow.uri }
        };
        follow_actions::send(app, tx, me, target, what).await?;
    }
    notifications::delete_between(tx, me, target.id).await?;
    follow_actions::send(app, tx, me, target, Message::Block { uri }).await?;
    Ok(true)
}

/// Ends a block.
pub async fn unblock(app: &App, member: &Member, target: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let target = follow_actions::target_of(&tx, member, target).await?;
    unblock_in(app, &tx, member.account.id, &target).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(target)
}

/// Ends a block, if there is one.
pub(crate) async fn unblock_in(
    app: &App,
    tx: &Tx,
    account: AccountId,
    target: &accounts::Model,
) -> Result<(), Error> {
    if let Some(block) = blocks::find(&**tx, account, target.id).await?
        && blocks::delete(tx, account, target.id).await?
    {
        follow_actions::send(app, tx, account, target, Message::UndoBlock { uri: block.uri }).await?;
    }
    Ok(())
}

/// Mutes an account, its notifications too if wished, for a time or until further notice.
pub async fn mute(
    app: &App,
    member: &Member,
    target: AccountId,
    notifications: bool,
    duration: Option<TimeDelta>,
) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let target = follow_actions::target_of(&tx, member, target).await?;
    let row = mutes::Model {
        id: app.id(RowId),
        account_id: member.account.id,
        target_id: target.id,
        notifications,
        ends_at: duration.and_then(|duration| now.checked_add_signed(duration)),
        created_at: now,
    };
    mutes::put(&tx, row).await?;
    tx.commit().await?;
    Ok(target)
}

/// Ends a mute.
pub async fn unmute(app: &App, member: &Member, target: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let target = follow_actions::target_of(&tx, member, target).await?;
    mutes::delete(&tx, member.account.id, target.id).await?;
    tx.commit().await?;
    Ok(target)
}

/// Writes a note about an account that only the team sees; an empty one takes it away.
pub async fn note(
    app: &App,
    member: &Member,
    target: AccountId,
    text: &str,
) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    if text.chars().count() > 2000 {
        return Err(Error::invalid("Comment", "must be shorter than 2000 characters"));
    }
    let tx = app.begin_write().await?;
    let target = accounts::find(&*tx, target).await?.ok_or(Error::NotFound("Record"))?;
    let row = account_notes::Model {
        account_id: member.account.id,
        target_id: target.id,
        text: text.trim().to_owned(),
    };
    account_notes::put(&tx, row).await?;
    tx.commit().await?;
    Ok(target)
}
