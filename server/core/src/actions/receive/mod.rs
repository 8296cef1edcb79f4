//! What other servers' accounts do, once `federation` has made sure who speaks and may say so.
//!
//! Everything here may come twice and in any order; each effect happens once. An action that runs for a job ends the
//! job in its own transaction (see [`App::holding`]).

use chrono::TimeDelta;

use crate::actions::outgoing;
use crate::app::Tx;
use crate::domain::ids::{IncomingId, JobId};
use crate::domain::job::Job;
use crate::store::hosts::Heard;
use crate::store::{self, gone, hosts, incoming, jobs};
use crate::{App, Error};

pub mod accounts;
pub mod blocks;
pub mod featured_tags;
pub mod follows;
pub mod interactions;
pub mod pins;
pub mod polls;
pub mod posts;
pub mod quotes;
pub mod reactions;
pub mod reports;
pub mod synchronization;

/// How long a Delete or Undo of something not seen yet is remembered.
const GONE_LIFE: TimeDelta = TimeDelta::days(30);
/// How long at most `html` may be before it is cut off: nothing readable is longer.
const LONGEST_HTML: usize = 200_000;

/// An activity that came by an inbox, its sender proven.
#[derive(Clone, Debug)]
pub struct NewIncoming {
    /// The actor's host.
    pub host: String,
    /// The domain of the server that sent it: in its turn it is worked on (see [`crate::domain::hosts::domain_of`]).
    pub source: String,
    /// Whether another host passed it on, so that the actor's own did not speak to us.
    pub is_forwarded: bool,
    /// Its id, or one made from signature and body where it has none.
    pub activity_id: String,
    /// The actor.
    pub actor: String,
    /// Its type.
    pub kind: String,
    /// The document.
    pub body: String,
    /// Whether there is anything to do; else it is only counted.
    pub is_known: bool,
}

/// Stores an activity once, with the job to work on it. Says whether it is new.
///
/// A Follow is worked on again when it comes again: its sender waits for an answer.
pub async fn store(app: &App, new: NewIncoming) -> Result<bool, Error> {
    let now = app.clock.now();
    let id = app.id(IncomingId);
    let lane = format!("actor {}", new.actor);
    let row = incoming::Model {
        id,
        host: new.host.clone(),
        activity_id: new.activity_id,
        actor: new.actor,
        kind: new.kind,
        body: if new.is_known { new.body } else { String::new() },
        state: if new.is_known { incoming::WAITING } else { incoming::IGNORED }.into(),
        reason: None,
        received_at: now,
    };
    let tx = app.begin_write().await?;
    let heard = match new.is_forwarded {
        true => Heard::AsEver,
        false => hosts::hear(&tx, &new.host, now).await?,
    };
    if heard == Heard::BackFromAway {
        outgoing::greet(app, &tx, &new.host).await?;
    }
    let mut subject = id;
    let mut is_new = incoming::insert_once(&tx, row.clone()).await?;
    if !is_new && row.kind == "Follow" {
        is_new = incoming::renew(&tx, &row).await?;
        let earlier = incoming::find_by_activity(&*tx, &row.host, &row.activity_id).await?;
        subject = earlier.map_or(id, |row| row.id);
    }
    if is_new && new.is_known {
        let job = Job::Receive { incoming: subject };
        jobs::enqueue_in_turn(&tx, app.id(JobId), &job, lane, new.source, now).await?;
    }
    tx.commit().await?;
    if is_new {
        app.job_bell.notify_one();
    }
    if heard != Heard::AsEver {
        app.delivery_bell.notify_one();
    }
    Ok(is_new)
}

/// Ends the work on an activity that its sender may not do, or that means nothing to us: `app` holds its job.
pub async fn refuse(app: &App, state: &'static str, reason: &str) -> Result<(), Error> {
    app.with_verdict(state, reason).begin_write().await?.commit().await
}

async fn remember_gone(app: &App, tx: &Tx, uri: &str, actor: &store::accounts::Model) -> Result<(), Error> {
    let row =
        gone::Model { uri: uri.to_owned(), actor: actor.uri.clone(), ends_at: app.clock.now() + GONE_LIFE };
    Ok(gone::insert(tx, row).await?)
}

async fn ring(app: &App, tx: Tx) -> Result<(), Error> {
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

fn cut(mut html: String) -> String {
    if html.len() > LONGEST_HTML {
        let mut end = LONGEST_HTML;
        while !html.is_char_boundary(end) {
            end -= 1;
        }
        html.truncate(end);
    }
    html
}
