//! Mail: queued with what causes it, sent by a job.

use metrics::counter;

use crate::app::Tx;
use crate::domain::backoff::{DELIVERY_LIFE, pause};
use crate::domain::ids::{CaseId, JobId, MailId};
use crate::domain::job::Job;
use crate::domain::permission::{ServerAct, may_on_server};
use crate::mail::letters::{Letter, Pen};
use crate::mail::{NotTaken, is_address};
use crate::store::{cases, jobs, mails, persons};
use crate::{App, Error};

/// Queues mails about a case, one for each recipient. Where no mail is sent, and to what is no address, there is none.
pub(crate) async fn queue(
    app: &App,
    tx: &Tx,
    case: CaseId,
    kind: &str,
    letters: Vec<(String, Letter)>,
) -> Result<usize, Error> {
    if app.mailer.is_none() {
        return Ok(0);
    }
    let now = app.clock.now();
    let row = |(recipient, letter): (String, Letter)| mails::Model {
        id: app.id(MailId),
        case_id: case,
        kind: kind.into(),
        recipient,
        subject: letter.subject,
        body: letter.body,
        state: mails::WAITING.into(),
        attempts: 0,
        created_at: now,
        ended_at: None,
    };
    let rows: Vec<_> = letters.into_iter().filter(|(recipient, _)| is_address(recipient)).map(row).collect();
    let ids: Vec<MailId> = rows.iter().map(|row| row.id).collect();
    mails::insert(tx, rows).await?;
    for mail in &ids {
        jobs::enqueue(tx, app.id(JobId), &Job::SendMail { mail: *mail }, None, now).await?;
    }
    Ok(ids.len())
}

/// Queues a mail about a case to everybody who moderates.
pub(crate) async fn queue_for_moderators(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    kind: &str,
    write: impl Fn(Pen<'_>, &str) -> Letter,
) -> Result<(), Error> {
    if app.mailer.is_none() {
        return Ok(());
    }
    let link = app.config.server.address(&format!("/redaktion/moderation/{}", case.number));
    let staff = persons::list(&**tx).await?;
    let moderate = |person: &persons::Model| may_on_server(person.server_roles(), ServerAct::Moderate);
    let letters = staff.into_iter().filter(moderate).map(|person| {
        let letter = write(Pen::new(&person.locale, &app.config.instance.title), &link);
        (person.email, letter)
    });
    queue(app, tx, case.id, kind, letters.collect()).await?;
    Ok(())
}

/// Hands a mail to the mail server. One that it does not take now is tried again as a delivery would be, for a week.
pub async fn send(app: &App, mail: MailId) -> Result<(), Error> {
    let row = mails::find(app.db(), mail).await?.filter(|row| row.state == mails::WAITING);
    let Some(row) = row else { return Ok(()) };
    let taken = match &app.mailer {
        Some(mailer) => mailer.send(&row, app.clock.now()).await,
        None => Err(NotTaken::TryAgain("no mail server is set".to_owned())),
    };
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let end = match taken {
        Ok(()) => {
            mails::end(&tx, mail, mails::SENT, now).await?;
            "sent"
        }
        Err(NotTaken::TryAgain(reason)) if now < row.created_at + DELIVERY_LIFE => {
            let attempts = row.attempts + 1;
            let pause = pause(attempts.unsigned_abs(), None, crate::app::chance());
            tracing::warn!(mail.id = %mail, "A mail waits for {} seconds: {reason}", pause.num_seconds());
            mails::count_attempts(&tx, mail, attempts).await?;
            jobs::enqueue_at(&tx, app.id(JobId), &Job::SendMail { mail }, None, now, now + pause).await?;
            "postponed"
        }
        Err(NotTaken::TryAgain(reason) | NotTaken::Refused(reason)) => {
            tracing::warn!(mail.id = %mail, "A mail can't be sent: {reason}");
            mails::end(&tx, mail, mails::FAILED, now).await?;
            "failed"
        }
    };
    tx.commit().await?;
    counter!("stadtbote_mails_total", "end" => end).increment(1);
    Ok(())
}
