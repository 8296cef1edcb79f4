//! Blocks by others.

use crate::actions::follows as follow_actions;
use crate::domain::ids::{AccountId, RowId};
use crate::store::{accounts, blocks, follows, notifications};
use crate::{App, Error};

/// Somebody elsewhere blocks one of ours: follows end both ways, and we show them nothing of it.
pub async fn block(app: &App, actor: &accounts::Model, target: AccountId, uri: &str) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for follow in follows::list_between(&*tx, target, &[actor.id]).await? {
        follow_actions::end_in(app, &tx, &follow).await?;
    }
    let row = blocks::Model {
        id: app.id(RowId),
        account_id: actor.id,
        target_id: target,
        uri: uri.to_owned(),
        created_at: app.clock.now(),
    };
    blocks::insert_once(&tx, row).await?;
    notifications::delete_between(&tx, target, actor.id).await?;
    tx.commit().await
}

/// Somebody elsewhere ends a block.
pub async fn undo(app: &App, actor: &accounts::Model, target: AccountId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    blocks::delete(&tx, actor.id, target).await?;
    tx.commit().await
}
