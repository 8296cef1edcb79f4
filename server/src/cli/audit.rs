//! `stadtbote audit`.

use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::audit;
use stadtbote_core::store::audit_log;

use super::{Answer, Failure};

/// How many entries are read at once.
const AT_ONCE: u64 = 500;

/// The record of who did what.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check that no entry was changed or taken out; fails with the place if one was
    Verify {
        /// A last hash that this command has printed before: fails if the record has no such entry any more
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Print all entries as JSON, one a line, oldest first
    Export,
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Verify { head } => verify(app, head.as_deref()).await,
        Command::Export => export(app).await,
    }
}

async fn verify(app: &App, head: Option<&str>) -> Result<Answer, Failure> {
    let verdict = audit::verify(app).await?;
    if let Some(fault) = verdict.fault {
        let whole = verdict.entries;
        return Err(Failure(format!(
            "{}. The {whole} entries before it are as they were written.",
            fault.reason
        )));
    }
    if let Some(head) = head
        && !audit_log::has_hash(app.db(), head).await?
    {
        let whole = verdict.entries;
        return Err(Failure(format!(
            "No entry has the hash {head} any more: the record was cut off before it, or made anew. The {whole} entries \
             that there are hold together."
        )));
    }
    let text = format!(
        "{} entries, none changed. The last hash is {}; keep it elsewhere to see later that nothing was cut off.",
        verdict.entries, verdict.head
    );
    let json = json!({ "entries": verdict.entries, "unsealed": verdict.unsealed, "head": verdict.head });
    Ok(Answer::new(text, json))
}

async fn export(app: &App) -> Result<Answer, Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let mut seq = 0;
    loop {
        let rows = audit_log::list_after(app.db(), seq, AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok(Answer::new("", Value::Null)) };
        seq = last.seq.unwrap_or(i64::MAX);
        for row in &rows {
            let line = json!({
                "seq": row.seq,
                "id": row.id.to_string(),
                "at": row.created_at,
                "person": row.person_id.map(|person| person.to_string()),
                "act": row.act,
                "subject": row.subject,
                "facts": serde_json::from_str::<Value>(&row.facts).unwrap_or_default(),
                "previous": row.previous,
                "hash": row.hash,
            });
            // Whoever closed standard output does not want to hear more.
            if writeln!(out, "{line}").is_err() {
                return Ok(Answer::new("", Value::Null));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::sea_orm::ConnectionTrait;
    use stadtbote_core::actions::staff::{self, NewPerson};

    use super::*;
    use crate::testing::app;

    async fn people(app: &App, count: usize) {
        for number in 0..count {
            let new = NewPerson {
                email: format!("{number}@stadt.example"),
                name: String::new(),
                administrator: number == 0,
                moderator: false,
            };
            staff::create(app, None, new, None).await.expect("the person is new");
        }
    }

    async fn change(app: &App, command: &str) {
        app.migration_db().execute_unprepared(command).await.expect("it is SQL");
    }

    async fn fault(app: &App) -> Option<(i64, String)> {
        let verdict = audit::verify(app).await.expect("the database answers");
        verdict.fault.map(|fault| (fault.seq, fault.reason))
    }

    #[tokio::test]
    async fn the_place_of_a_change_is_named() {
        let (app, _folder) = app().await;
        people(&app, 5).await;
        audit::seal(&app).await.expect("the database answers");
        let whole = audit::verify(&app).await.expect("the database answers");
        assert_eq!((whole.entries, whole.unsealed, whole.fault), (5, 0, None));
        let sentence = verify(&app, None).await.map(|answer| answer.text).map_err(|failure| failure.0);
        assert!(sentence.is_ok_and(|text| text.contains(&whole.head)));

        change(&app, "UPDATE audit_log SET facts = replace(facts, 'true', 'false') WHERE seq = 1").await;
        assert!(fault(&app).await.is_some_and(|(seq, reason)| seq == 1 && reason.contains("was changed")));
        change(&app, "UPDATE audit_log SET facts = replace(facts, 'false,', 'true,') WHERE seq = 1").await;
        change(
            &app,
            r#"UPDATE audit_log SET facts = '{"administrator":true,"moderator":false}' WHERE seq = 1"#,
        )
        .await;
        assert_eq!(fault(&app).await, None, "as it was");

        change(&app, "DELETE FROM audit_log WHERE seq = 3").await;
        assert_eq!(fault(&app).await, Some((3, "Entry 3 is missing".into())));
        let refused = verify(&app, None).await.map(|_| ()).map_err(|failure| failure.0);
        assert_eq!(
            refused,
            Err("Entry 3 is missing. The 2 entries before it are as they were written.".to_owned())
        );
    }

    #[tokio::test]
    async fn two_that_changed_places_are_seen_and_a_cut_end_by_whoever_kept_the_last_hash() {
        let (app, _folder) = app().await;
        people(&app, 5).await;
        audit::seal(&app).await.expect("the database answers");
        let head = audit::verify(&app).await.expect("the database answers").head;
        let said = async |head: &str| verify(&app, Some(head)).await.map(|_| ()).map_err(|failure| failure.0);
        assert_eq!(said(&head).await, Ok(()));

        for (from, to) in [(2, 9), (4, 2), (9, 4)] {
            change(&app, &format!("UPDATE audit_log SET seq = {to} WHERE seq = {from}")).await;
        }
        assert!(
            fault(&app).await.is_some_and(|(seq, reason)| seq == 2 && reason.contains("does not follow"))
        );
        for (from, to) in [(2, 9), (4, 2), (9, 4)] {
            change(&app, &format!("UPDATE audit_log SET seq = {to} WHERE seq = {from}")).await;
        }
        assert_eq!(fault(&app).await, None, "as it was");

        change(&app, "DELETE FROM audit_log WHERE seq = 5").await;
        assert_eq!(fault(&app).await, None, "what is left holds together");
        let refused = said(&head).await;
        assert!(refused.is_err_and(|sentence| sentence.contains(&head) && sentence.contains("4 entries")));
        people_more(&app).await;
        assert!(said(&head).await.is_err(), "what comes later does not make up for it");
    }

    async fn people_more(app: &App) {
        let new = NewPerson {
            email: "later@stadt.example".into(),
            name: String::new(),
            administrator: false,
            moderator: false,
        };
        staff::create(app, None, new, None).await.expect("the person is new");
        audit::seal(app).await.expect("the database answers");
    }

    #[tokio::test]
    async fn what_follows_later_is_chained_to_what_was_there() {
        let (app, _folder) = app().await;
        people(&app, 2).await;
        audit::seal(&app).await.expect("the database answers");
        let before = audit::verify(&app).await.expect("the database answers");
        let settings = || json!({ "server": { "listen": "127.0.0.1:8080" } });
        audit::write_settings(&app, settings()).await.expect("the database answers");
        audit::write_settings(&app, settings()).await.expect("the database answers");
        assert_eq!(
            audit::verify(&app).await.expect("the database answers").unsealed,
            1,
            "the same is not written twice"
        );
        audit::seal(&app).await.expect("the database answers");

        let after = audit::verify(&app).await.expect("the database answers");
        assert_eq!((after.entries, after.unsealed), (3, 0));
        assert_ne!(after.head, before.head);
        change(&app, "UPDATE audit_log SET previous = 'x' WHERE seq = 3").await;
        assert!(
            fault(&app).await.is_some_and(|(seq, reason)| seq == 3 && reason.contains("does not follow"))
        );
    }
}
