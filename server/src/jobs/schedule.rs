//! What is seen to from time to time.

use std::time::Duration;

use stadtbote_core::actions::{audit, copies, reach, upkeep};
use stadtbote_core::store::jobs;
use stadtbote_core::{App, Error};
use tokio_util::sync::CancellationToken;

use crate::cause;

/// How often it is made sure that the upkeep is queued.
const UPKEEP: Duration = Duration::from_secs(15 * 60);
/// How often entries of the audit log are put into its chain.
const SEAL: Duration = Duration::from_secs(2);
/// How often what was counted in memory is saved.
const COUNTS: Duration = Duration::from_secs(60);
/// How often jobs are put back whose worker is gone, or could not save their end.
const RELEASE: Duration = Duration::from_secs(3);

/// How often it is looked how much room the disk has left.
const ROOM: Duration = Duration::from_secs(60);

/// Sees to everything, until `stop`.
pub async fn keep(app: App, stop: CancellationToken) {
    let mut room = tokio::time::interval(ROOM);
    let mut had_room = true;
    let mut upkeep = tokio::time::interval(UPKEEP);
    let mut seal = tokio::time::interval(SEAL);
    let mut release = tokio::time::interval(RELEASE);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            // It queues itself again, unless it was interrupted.
            _ = upkeep.tick() => schedule(&app).await,
            _ = release.tick() => put_back(&app).await,
            _ = seal.tick() => audit::seal(&app).await,
            _ = room.tick() => {
                had_room = look_for_room(&app, had_room).await;
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::warn!("What is due from time to time can't be done now: {}", cause(&error));
        }
    }
}

async fn schedule(app: &App) -> Result<(), Error> {
    upkeep::schedule(app, app.clock.now()).await?;
    reach::schedule(app, app.clock.now()).await
}

/// Says so when the disk gets full, and when it no longer is; gives whether there is room.
async fn look_for_room(app: &App, had_room: bool) -> bool {
    let has_room = copies::has_room(app).await;
    match (had_room, has_room) {
        (true, false) => tracing::warn!(
            "The disk with the media has less than {} MB left: pictures of other servers are no longer copied. Make room",
            app.config.reserve_bytes >> 20
        ),
        (false, true) => tracing::info!("The disk with the media has room again"),
        _ => {}
    }
    has_room
}

/// Saves what this process counts itself, until `stop`, and once more then.
pub async fn save_counts(app: App, stop: CancellationToken) {
    let mut tick = tokio::time::interval(COUNTS);
    loop {
        let is_last = tokio::select! {
            () = stop.cancelled() => true,
            _ = tick.tick() => false,
        };
        if let Err(error) = reach::save_counts(&app).await {
            tracing::warn!("What was counted can't be saved now: {}", cause(&error));
        }
        if is_last {
            return;
        }
    }
}

async fn put_back(app: &App) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let released = jobs::release(&tx, Some(app.clock.now())).await?;
    tx.commit().await?;
    if released > 0 {
        tracing::warn!("{released} jobs were put back: their leases were over");
        app.job_bell.notify_one();
    }
    Ok(())
}
