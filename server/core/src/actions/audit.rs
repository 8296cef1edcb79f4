//! The audit log: who did what, in a chain of hashes that shows every change.
//!
//! An entry is written in the transaction of what it tells of. Its place in the chain it gets within seconds
//! ([`seal`]), so that nobody who publishes waits for anybody else (decision 0011).

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::app::{Tx, secret_hash};
use crate::domain::ids::{PersonId, RowId};
use crate::store::audit_log;
use crate::{App, Error};

/// What is before the first entry.
const BEGINNING: &str = "";
/// How many entries are put into the chain in one transaction, or read at once.
const AT_ONCE: u64 = 500;

/// Writes down what somebody did; `person` is none for the command line and for what happens by itself.
pub(crate) async fn write(
    app: &App,
    tx: &Tx,
    person: Option<PersonId>,
    act: &str,
    subject: impl ToString,
    facts: Value,
) -> Result<(), Error> {
    let row = audit_log::Model {
        id: app.id(RowId),
        created_at: app.clock.now(),
        person_id: person,
        act: act.into(),
        subject: subject.to_string(),
        facts: facts.to_string(),
        seq: None,
        previous: None,
        hash: None,
    };
    Ok(audit_log::insert(tx, row).await?)
}

/// Puts what was written into the chain. Of two processes that do it at once one is refused, and comes back.
pub async fn seal(app: &App) -> Result<(), Error> {
    while audit_log::has_unsealed(app.db()).await? {
        let tx = app.begin_write().await?;
        let mut last = audit_log::last(&*tx).await?;
        for row in audit_log::list_unsealed(&*tx, AT_ONCE).await? {
            let (seq, previous) = match &last {
                Some(last) => (last.seq.unwrap_or_default() + 1, last.hash.clone().unwrap_or_default()),
                None => (1, BEGINNING.to_owned()),
            };
            let row = audit_log::Model { seq: Some(seq), previous: Some(previous), ..row };
            let row = audit_log::Model { hash: Some(hash_of(&row)), ..row };
            audit_log::seal(&tx, &row).await?;
            last = Some(row);
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The hash of an entry: over its place, all that it says, and the hash before.
fn hash_of(row: &audit_log::Model) -> String {
    let whole = json!([
        row.seq,
        row.id,
        row.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        row.person_id,
        row.act,
        row.subject,
        row.facts,
        row.previous,
    ]);
    secret_hash(&whole.to_string())
}

/// What the chain looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many entries hold together.
    pub entries: u64,
    /// How many wait for their place.
    pub unsealed: u64,
    /// The hash of the last entry: whoever keeps it elsewhere can tell later whether the end was cut off.
    pub head: String,
    /// Where the chain breaks, if it does.
    pub fault: Option<Fault>,
}

/// Where the chain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place of the first entry that is not as it was written.
    pub seq: i64,
    /// What is wrong there, in a sentence.
    pub reason: String,
}

/// Reads the whole chain.
pub async fn verify(app: &App) -> Result<Verdict, Error> {
    let unsealed = audit_log::count_unsealed(app.db()).await?;
    let mut verdict = Verdict { entries: 0, unsealed, head: BEGINNING.to_owned(), fault: None };
    let mut place = 0;
    loop {
        let rows = audit_log::list_after(app.db(), place, AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(verdict);
        }
        for row in rows {
            let seq = row.seq.unwrap_or_default();
            let reason = if seq != place + 1 {
                Some(format!("Entry {} is missing", place + 1))
            } else if row.previous.as_deref() != Some(verdict.head.as_str()) {
                Some(format!("Entry {seq} does not follow the one before"))
            } else if row.hash != Some(hash_of(&row)) {
                let day = row.created_at.format("%Y-%m-%d %H:%M UTC");
                Some(format!("Entry {seq} of {day} ({} {}) was changed", row.act, row.subject))
            } else {
                None
            };
            if let Some(reason) = reason {
                return Ok(Verdict { fault: Some(Fault { seq: place + 1, reason }), ..verdict });
            }
            place = seq;
            verdict.entries += 1;
            verdict.head = row.hash.unwrap_or_default();
        }
    }
}

/// The name of the entry that says which settings are in force.
const SETTINGS: &str = "settings";

/// Writes down the settings in force, without secrets, where they are others than the last time.
pub async fn write_settings(app: &App, settings: Value) -> Result<(), Error> {
    let last = audit_log::last_of(app.db(), SETTINGS).await?;
    let said = settings.to_string();
    if last.is_some_and(|last| last.facts == said) {
        return Ok(());
    }
    let tx = app.begin_write().await?;
    write(app, &tx, None, SETTINGS, "server", settings).await?;
    tx.commit().await
}
