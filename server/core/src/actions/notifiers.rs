//! Those who often send reports that are manifestly unfounded: marked by moderators, warned, then paused for a time (Art. 23(2)
//! of Regulation (EU) 2022/2065).
//!
//! Reports of whoever is paused are taken and kept as all others; they wait in the last lane, and change neither lane nor time
//! of a case. What may be about life is never slowed.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::actions::{Moderator, answers, audit, mails as mail_actions};
use crate::app::{Tx, secret, secret_hash};
use crate::domain::hosts::domain_of;
use crate::domain::ids::{CaseId, NoticeId, RowId};
use crate::domain::moderation::{COMPLAINT_DAYS, LONGEST_TEXT, is_somebody};
use crate::domain::notifiers::{COUNTED_DAYS, Kind, Standing, end as end_of};
use crate::mail::letters::{Letter, Pen};
use crate::store::{accounts, cases, complaints, mails, notices, notifier_steps, persons, unfounded_notices};
use crate::{App, Error};

/// Most unfounded reports of one person that are counted.
const MOST_COUNTED: u64 = 1000;

/// Who sent a report, as it is remembered: a mail address that is theirs, the address of an account, or the domain of a server
/// that reports in its own name. None where that is not known for sure, and for those of whom the law speaks otherwise: staff,
/// authorities, and trusted flaggers (Art. 22(6)).
pub fn of(notice: &notices::Model, reporter: Option<&accounts::Model>) -> Option<String> {
    match (notice.source.as_str(), reporter) {
        _ if notice.is_trusted => None,
        (notices::CLIENT | notices::SERVER, Some(account)) => Some(of_account(account)),
        (notices::FORM | notices::LETTER, _) => notice.answer_to().map(str::to_lowercase),
        _ => None,
    }
}

/// An account, as it is remembered.
fn of_account(account: &accounts::Model) -> String {
    let names = [Some(account.domain.as_str()), account.host.as_deref()];
    match account.host.as_deref() {
        Some(host) if !is_somebody(&account.kind, &account.username, names) => domain_of(host).to_owned(),
        _ => account.uri.clone(),
    }
}

/// Whether an account is paused.
pub(crate) async fn is_account_paused(app: &App, tx: &Tx, account: &accounts::Model) -> Result<bool, Error> {
    is_paused(app, tx, of_account(account)).await
}

/// Whether whoever has this mail address is paused.
pub(crate) async fn is_address_paused(app: &App, tx: &Tx, email: &str) -> Result<bool, Error> {
    is_paused(app, tx, email.trim().to_lowercase()).await
}

async fn is_paused(app: &App, tx: &Tx, notifier: String) -> Result<bool, Error> {
    if notifier.is_empty() {
        return Ok(false);
    }
    let now = app.clock.now();
    let steps = notifier_steps::list_of(&**tx, vec![notifier]).await?;
    Ok(steps.iter().any(|step| step.kind == Kind::Pause.name() && step.held_at(now)))
}

/// How somebody stands at this moment.
pub async fn standing(app: &App, notifier: &str) -> Result<Standing, Error> {
    let now = app.clock.now();
    let unfounded = unfounded_notices::list_of(app.db(), notifier, counted_since(now), MOST_COUNTED).await?;
    let steps = notifier_steps::list_of(app.db(), vec![notifier.to_owned()]).await?;
    let mut held = steps.iter().filter(|step| step.held_at(now));
    let is_paused = held.clone().any(|step| step.kind == Kind::Pause.name());
    Ok(Standing {
        unfounded: unfounded.len() as u64,
        warned_at: held.find(|step| step.kind == Kind::Warning.name()).map(|step| step.created_at),
        last_at: unfounded.first().map(|row| row.created_at),
        is_paused,
    })
}

/// Since when unfounded reports count.
pub fn counted_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(COUNTED_DAYS)
}

/// Writes down that reports of a case are manifestly unfounded, as far as it is known who sent them.
pub(crate) async fn mark(
    app: &App,
    tx: &Tx,
    by: Moderator,
    case: CaseId,
    unfounded: &[NoticeId],
) -> Result<(), Error> {
    if unfounded.is_empty() {
        return Ok(());
    }
    let rows = notices::list_of_case(&**tx, case, unfounded.to_vec()).await?;
    let reporters = rows.iter().filter_map(|row| row.reporter_id).collect();
    let reporters = accounts::list_by_ids(&**tx, reporters).await?;
    for row in rows {
        let reporter = reporters.iter().find(|account| Some(account.id) == row.reporter_id);
        let Some(notifier) = of(&row, reporter) else { continue };
        let mark = unfounded_notices::Model {
            notice_id: row.id,
            case_id: case,
            notifier,
            person_id: by.person,
            created_at: app.clock.now(),
        };
        unfounded_notices::insert_once(tx, mark).await?;
    }
    Ok(())
}

/// A report was not manifestly unfounded after all.
pub async fn unmark(app: &App, by: Moderator, notice: NoticeId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    if unfounded_notices::delete(&tx, notice).await? {
        audit::write(app, &tx, Some(by.person), "report not unfounded", notice, json!({})).await?;
    }
    tx.commit().await
}

/// A report, and who sent it.
async fn sent_by(
    tx: &Tx,
    notice: NoticeId,
) -> Result<(notices::Model, Option<accounts::Model>, String), Error> {
    let row = notices::find(&**tx, notice).await?.ok_or(Error::NotFound("Report"))?;
    let reporter = match row.reporter_id {
        Some(account) => accounts::find(&**tx, account).await?,
        None => None,
    };
    let notifier = of(&row, reporter.as_ref()).ok_or(Error::NotFound("Report"))?;
    Ok((row, reporter, notifier))
}

fn reasons_of(reasons: &str) -> Result<String, Error> {
    let reasons = reasons.trim();
    match reasons.is_empty() || reasons.chars().count() > LONGEST_TEXT {
        true => Err(Error::invalid("Reasons", "are missing or too long")),
        false => Ok(reasons.to_owned()),
    }
}

/// Warns whoever sent a report, or pauses them for so many days: a pause only after a warning that did not help. They are told
/// where they can be reached.
pub async fn take(
    app: &App,
    by: Moderator,
    notice: NoticeId,
    kind: Kind,
    days: i64,
    reasons: &str,
) -> Result<notifier_steps::Model, Error> {
    let (reasons, now) = (reasons_of(reasons)?, app.clock.now());
    let tx = app.begin_write().await?;
    let (row, reporter, notifier) = sent_by(&tx, notice).await?;
    if standing(app, &notifier).await?.next() != Some(kind) {
        return Err(Error::Conflict("This is not the next step"));
    }
    let case = cases::find(&*tx, row.case_id).await?.ok_or(Error::NotFound("Case"))?;
    let link = secret();
    let mut step = notifier_steps::Model {
        id: app.id(RowId),
        notifier,
        kind: kind.name().into(),
        notice,
        reasons,
        person_id: by.person,
        created_at: now,
        ends_at: end_of(kind, days, now),
        ended_at: None,
        ended_by: None,
        told: false,
        complaint: String::new(),
        complained_at: None,
        outcome: None,
        answer: String::new(),
        answered_by: None,
        answered_at: None,
        link_hash: Some(secret_hash(&link)),
    };
    let page = app.config.server.address(&format!("/report/pause/{link}"));
    let letter = |pen: Pen<'_>| pen.step(kind, step.ends_at, &step.reasons, &page);
    let message = |pen: Pen<'_>, handle: &str| pen.message_of_step(kind, handle, &page);
    step.told = tell(app, &tx, by, (&row, reporter.as_ref()), mails::STATEMENT, (letter, message)).await?;
    notifier_steps::insert(&tx, step.clone()).await?;
    let act = match kind {
        Kind::Warning => "notifier warned",
        Kind::Pause => "notifier paused",
    };
    // Who it is goes with the case, the audit log stays.
    let facts = json!({ "case": case.number, "until": step.ends_at, "told": step.told });
    audit::write(app, &tx, Some(by.person), act, step.id, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(step)
}

/// Tells whoever sent a report something, by mail or by a direct message; says whether there is a way.
async fn tell(
    app: &App,
    tx: &Tx,
    by: Moderator,
    (row, reporter): (&notices::Model, Option<&accounts::Model>),
    kind: &str,
    (letter, message): (impl Fn(Pen<'_>) -> Letter, impl Fn(Pen<'_>, &str) -> String),
) -> Result<bool, Error> {
    let title = &app.config.instance.title;
    let to = match (row.source.as_str(), reporter) {
        (notices::SERVER, Some(account)) if answers::reads_messages(account) => {
            let text = message(Pen::new(&row.locale, title), &account.acct());
            return answers::send_message(app, tx, Some(by.person), account, &text, &row.locale).await;
        }
        (notices::CLIENT, _) => match row.person_id {
            Some(person) => persons::find(&**tx, person).await?.map(|person| (person.email, person.locale)),
            None => None,
        },
        _ => row.answer_to().map(|email| (email.to_owned(), row.locale.clone())),
    };
    let Some((email, language)) = to else { return Ok(false) };
    let letter = letter(Pen::new(&language, title));
    Ok(mail_actions::queue(app, tx, row.case_id, kind, vec![(email, letter)]).await? > 0)
}

/// Ends a warning or a pause before its time.
pub async fn end(app: &App, by: Moderator, step: RowId) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = notifier_steps::find(&*tx, step).await?.ok_or(Error::NotFound("Step"))?;
    if !row.held_at(now) {
        return Ok(());
    }
    audit::write(app, &tx, Some(by.person), "notifier let go", row.id, json!({ "kind": row.kind })).await?;
    notifier_steps::update(
        &tx,
        notifier_steps::Model { ended_at: Some(now), ended_by: Some(by.person), ..row },
    )
    .await?;
    tx.commit().await
}

/// Until when one may complain about a step.
pub fn complaint_until(step: &notifier_steps::Model) -> DateTime<Utc> {
    step.created_at + TimeDelta::days(COMPLAINT_DAYS)
}

/// Somebody who was warned or paused does not agree. `link`: the secret that they were sent.
pub async fn complain(app: &App, link: &str, text: &str) -> Result<(), Error> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(Error::invalid("Complaint", "is missing or too long"));
    }
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = notifier_steps::find_by_link(&*tx, &secret_hash(link)).await?;
    let row = row.ok_or(Error::NotFound("Step"))?;
    if now > complaint_until(&row) {
        return Err(Error::Conflict("The time to complain is over"));
    }
    if row.complained_at.is_some() {
        return Err(Error::Conflict("You have complained about this already"));
    }
    let row = notifier_steps::Model { complaint: text.to_owned(), complained_at: Some(now), ..row };
    notifier_steps::update(&tx, row).await?;
    tx.commit().await
}

/// Answers a complaint about a warning or a pause. Another person than the one who decided it must do it; taking it back ends
/// it.
pub async fn answer(
    app: &App,
    by: Moderator,
    step: RowId,
    takes_back: bool,
    reasons: &str,
) -> Result<(), Error> {
    let (reasons, now) = (reasons_of(reasons)?, app.clock.now());
    let tx = app.begin_write().await?;
    let row = notifier_steps::find(&*tx, step).await?.ok_or(Error::NotFound("Step"))?;
    if row.complained_at.is_none() || row.answered_at.is_some() {
        return Err(Error::Conflict("There is no complaint to answer"));
    }
    if row.person_id == by.person {
        return Err(Error::Conflict("You decided this: another person must look at the complaint"));
    }
    let ends = takes_back && row.held_at(now);
    let outcome = if takes_back { complaints::REVERSED } else { complaints::UPHELD };
    let row = notifier_steps::Model {
        outcome: Some(outcome.into()),
        answer: reasons,
        answered_by: Some(by.person),
        answered_at: Some(now),
        ended_at: if ends { Some(now) } else { row.ended_at },
        ended_by: if ends { Some(by.person) } else { row.ended_by },
        ..row
    };
    notifier_steps::update(&tx, row.clone()).await?;
    // The report may have gone with its case.
    if let Ok((notice, reporter, _)) = sent_by(&tx, row.notice).await {
        let case = cases::find(&*tx, notice.case_id).await?.map(|case| case.number).unwrap_or_default();
        let letter = |pen: Pen<'_>| pen.answer(&case, takes_back, &row.answer, None);
        let message = |pen: Pen<'_>, handle: &str| pen.message_of_answer_there(handle);
        tell(app, &tx, by, (&notice, reporter.as_ref()), mails::ANSWER, (letter, message)).await?;
    }
    let facts = json!({ "outcome": outcome });
    audit::write(app, &tx, Some(by.person), "notifier answered", row.id, facts).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}
