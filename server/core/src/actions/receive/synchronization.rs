//! Who of ours follows somebody elsewhere, as their server knows it (FEP-8fcf).

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::ring;
use crate::actions::follows as follow_actions;
use crate::domain::ids::AccountId;
use crate::domain::job::Message;
use crate::store::{accounts, follows};
use crate::{App, Error};

/// Brings our follows of `followed` into line with what its server says: `listed` are the addresses of ours that it
/// takes for followers.
///
/// Whom it does not know as a follower does not follow any more, but only if the list is whole. Who is let in and did
/// not hear of it follows. Whom it takes wrongly for a follower it is told: else it would send what is not for them.
pub async fn reconcile(
    app: &App,
    followed: &accounts::Model,
    listed: Vec<String>,
    is_whole: bool,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let mut ours = accounts::list_by_uris(&*tx, listed).await?;
    ours.retain(|account| account.is_ours() && !account.is_instance() && account.deleted_at.is_none());
    let rows = follows::list_ours_of(&tx, followed.id).await?;
    let known: HashSet<AccountId> = ours.iter().map(|account| account.id).collect();
    for row in rows.iter().filter(|row| is_whole && row.state == follows::ACCEPTED) {
        if !known.contains(&row.follower_id) {
            follow_actions::end_in(app, &tx, row).await?;
        }
    }
    for account in ours {
        match rows.iter().find(|row| row.follower_id == account.id) {
            Some(row) if row.state == follows::REQUESTED => {
                let row = follows::Model { state: follows::ACCEPTED.into(), ..row.clone() };
                follows::update(&tx, row).await?;
                accounts::count_follow(&tx, account.id, followed.id, 1).await?;
            }
            Some(_) => {}
            None => {
                // The follow that is ended is not known here, so it gets a name of its own, always the same.
                let name = hex::encode(Sha256::digest(followed.uri.as_bytes()));
                let uri = format!("{}/unknown-follows/{}", account.uri, &name[..24]);
                follow_actions::send(app, &tx, account.id, followed, Message::UndoFollow { uri }).await?;
            }
        }
    }
    ring(app, tx).await
}
