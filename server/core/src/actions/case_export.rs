//! A case as one file, with all that shows what it was about: for a court, the police, the record.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::actions::{Moderator, audit};
use crate::app::secret_hash;
use crate::domain::copies::Use;
use crate::domain::ids::{CaseId, PersonId};
use crate::store::{
    accounts, case_events, case_files, case_snapshots, cases, complaints, decisions, measures, media,
    notices, persons,
};
use crate::{App, Error};

use super::copies;

/// Most reports, and most events, that a file has.
const MOST_ROWS: u64 = 10_000;

/// The file of a case.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it: JSON, and the end of the line.
    pub text: String,
    /// The SHA-256 of that, as it stands in the audit log.
    pub hash: String,
}

/// Makes the file of a case for a moderator, and writes down that they have it.
pub async fn export(app: &App, by: Moderator, case: CaseId) -> Result<File, Error> {
    make(app, Some(by.person), case).await
}

/// Makes the file of the case with this number, for the command line.
pub async fn export_numbered(app: &App, number: &str) -> Result<File, Error> {
    let case = cases::find_by_number(app.db(), number).await?.ok_or(Error::NotFound("Case"))?;
    make(app, None, case.id).await
}

async fn make(app: &App, by: Option<PersonId>, case: CaseId) -> Result<File, Error> {
    let case = cases::find(app.db(), case).await?.ok_or(Error::NotFound("Case"))?;
    let text = format!("{:#}\n", package(app, &case).await?);
    let hash = secret_hash(&text);
    let tx = app.begin_write().await?;
    audit::write(app, &tx, by, "case exported", &case.number, json!({ "sha256": hash })).await?;
    tx.commit().await?;
    Ok(File { name: format!("case-{}.json", case.number), text, hash })
}

async fn package(app: &App, case: &cases::Model) -> Result<Value, Error> {
    let db = app.db();
    let snapshots = case_snapshots::list(db, case.id).await?;
    let reports = notices::list(db, case.id, MOST_ROWS).await?;
    let mut events = case_events::list(db, case.id, MOST_ROWS).await?;
    events.reverse();
    let decided = decisions::list(db, case.id).await?;
    let taken = measures::list(db, case.id).await?;
    let complained = complaints::list(db, case.id).await?;
    let reporters =
        accounts::list_by_ids(db, reports.iter().filter_map(|row| row.reporter_id).collect()).await?;
    let mut people: Vec<PersonId> = events.iter().filter_map(|row| row.person_id).collect();
    people.extend(reports.iter().filter_map(|row| row.person_id));
    people.extend(decided.iter().flat_map(|row| [Some(row.person_id), row.reversed_by]).flatten());
    people.extend(complained.iter().filter_map(|row| row.decided_by));
    people.extend(case.assignee_id);
    let people = persons::list_by_ids(db, people).await?;
    let name = |id: Option<PersonId>| {
        let person = people.iter().find(|person| Some(person.id) == id);
        person.map(|person| person.shown_name().to_owned())
    };
    let files = match case.post_id {
        Some(post) => media::list_of_posts(db, vec![post]).await?,
        None => vec![],
    };
    let evidence = case_files::list(db, case.id).await?;
    let mut pictures = Vec::new();
    for file in &files {
        pictures.push(picture(app, file).await?);
    }
    let kept = |row: &case_snapshots::Model| {
        json!({
            "version": row.version,
            "taken_at": row.taken_at,
            "sha256": row.hash,
            "unchanged": secret_hash(&row.body) == row.hash,
            "body": row.body,
        })
    };
    let kept_file = |row: &case_files::Listed| {
        json!({
            "version": row.version,
            "position": row.position,
            "address": row.address,
            "description": row.description,
            "sha256": row.hash,
            "taken_at": row.taken_at,
            "size": row.size,
            "failure": row.failure,
        })
    };
    let report = |row: &notices::Model| {
        let reporter = reporters.iter().find(|account| Some(account.id) == row.reporter_id);
        json!({
            "at": row.created_at,
            "source": row.source,
            "question": row.question,
            "text": row.text,
            "trusted_flagger": row.is_trusted,
            "ticket": row.ticket,
            "account": reporter.map(|account| &account.uri),
            "typed_in_by": name(row.person_id).filter(|_| row.reporter_id.is_none()),
            "name": row.name,
            "email": row.email,
        })
    };
    let decision = |row: &decisions::Model| {
        let of_it = taken.iter().filter(|measure| measure.decision_id == row.id).map(|measure| {
            json!({
                "what": measure.kind,
                "domain": measure.domain,
                "since": measure.created_at,
                "ends_at": measure.ends_at,
                "ended_at": measure.ended_at,
            })
        });
        let against =
            complained.iter().filter(|complaint| complaint.decision_id == row.id).map(|complaint| {
                json!({
                    "at": complaint.created_at,
                    "text": complaint.text,
                    "outcome": complaint.outcome,
                    "reasons": complaint.reasons,
                    "answered_by": name(complaint.decided_by),
                    "answered_at": complaint.decided_at,
                })
            });
        json!({
            "id": row.id.to_string(),
            "at": row.created_at,
            "by": name(Some(row.person_id)),
            "version": row.version,
            "ground": row.ground,
            "citation": row.citation,
            "facts": row.facts,
            "redress": row.redress,
            "category": row.category,
            "complaint_until": row.complaint_until,
            "reversed_at": row.reversed_at,
            "reversed_by": name(row.reversed_by),
            "measures": of_it.collect::<Vec<_>>(),
            "complaints": against.collect::<Vec<_>>(),
        })
    };
    let event = |row: &case_events::Model| json!({ "at": row.created_at, "what": row.kind, "by": name(row.person_id), "text": row.text });
    Ok(json!({
        "server": app.config.server.public_url,
        "made_at": app.clock.now(),
        "number": case.number,
        "url": case.url,
        "state": case.state,
        "lane": case.lane,
        "question": case.question,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "looked_at": case.looked_at,
        "decided_at": case.decided_at,
        "assignee": name(case.assignee_id),
        "reports_counted": case.notices_count,
        "snapshots": snapshots.iter().map(kept).collect::<Vec<_>>(),
        "media": pictures,
        "kept_files": evidence.iter().map(kept_file).collect::<Vec<_>>(),
        "reports": reports.iter().map(report).collect::<Vec<_>>(),
        "decisions": decided.iter().map(decision).collect::<Vec<_>>(),
        "events": events.iter().map(event).collect::<Vec<_>>(),
    }))
}

/// A file of the post, with the hash of what is here of it: the file itself, or the copy that is shown.
async fn picture(app: &App, file: &media::Model) -> Result<Value, Error> {
    let bytes = match (&file.file, &file.remote_url) {
        (Some(key), _) => app.media.read(key).await.map_err(Error::unexpected)?,
        (None, Some(url)) => copies::read(app, &Use::Attached.hash(url)).await?.map(|(_, bytes)| bytes),
        (None, None) => None,
    };
    Ok(json!({
        "kind": file.kind,
        "mime": file.mime,
        "address": file.remote_url.as_ref().or(file.file.as_ref()),
        "description": file.description,
        "is_copy": file.file.is_none(),
        "size": bytes.as_ref().map(Vec::len),
        "sha256": bytes.map(|bytes| hex::encode(Sha256::digest(&bytes))),
    }))
}
