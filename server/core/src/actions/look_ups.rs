//! How often somebody who is not signed in may have us ask another server.

use chrono::TimeDelta;

use crate::app::secret_hash;
use crate::client_address::ClientAddress;
use crate::store::throttles;
use crate::{App, Error};

/// Most look-ups for one address of the network.
const MOST: i32 = 30;
/// How long they are counted together.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// Counts one look-up for a visitor. What is looked up is not kept, nor is the address, but its hash for ten minutes.
///
/// # Errors
/// [`Error::TooMany`] if there were thirty.
pub async fn count(app: &App, visitor: Option<ClientAddress>) -> Result<(), Error> {
    let now = app.clock.now();
    let from = visitor.map(|client| client.network().to_string()).unwrap_or_default();
    let key = format!("look up {}", secret_hash(&from));
    if let Some(counted) = throttles::find(app.db(), &key, now).await?
        && counted.count >= MOST
    {
        return Err(Error::TooMany((counted.ends_at - now).num_seconds().max(1).unsigned_abs()));
    }
    let tx = app.begin_write().await?;
    throttles::count(&tx, &key, now, now + WINDOW).await?;
    tx.commit().await
}
