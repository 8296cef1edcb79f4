//! What those who reported are told, and those who are concerned: by mail, or people elsewhere by a direct message.
//!
//! Some servers report by an actor of their own (Mastodon and GoToSocial do, so that nobody learns who reported); it reads no
//! messages, and whoever reported there is answered by their own moderators. Where a person is named, that person is answered.

use std::collections::HashMap;

use crate::actions::cases::{events, log};
use crate::actions::{Moderator, mails as mail_actions, notifiers, posts as post_actions};
use crate::app::{Tx, secret, secret_hash};
use crate::domain::ids::{AccountId, CaseId, DecisionId, JobId, NoticeId, PersonId};
use crate::domain::job::Job;
use crate::domain::moderation::{CONFIRM_DAYS, Lane, Measure, is_somebody};
use crate::mail::letters::{Cause, Letter, Pen, Told};
use crate::store::{
    accounts, case_events, case_links, cases, complaints, decisions, jobs, mails, measures, memberships,
    notices, persons, posts,
};
use crate::{App, Error};

/// How many reports are answered in one transaction.
const AT_ONCE: u64 = 50;

/// The page of a report, by the secret of its link.
fn receipt(app: &App, link: &str) -> String {
    app.config.server.address(&format!("/report/status/{link}"))
}

/// The page of a statement of reasons, by the secret of its link.
fn statement_page(app: &App, link: &str) -> String {
    app.config.server.address(&format!("/report/decision/{link}"))
}

/// Queues the mail that says that a report has come. `confirm`: the secret by which its address is confirmed.
pub(crate) async fn acknowledge(
    app: &App,
    tx: &Tx,
    notice: &notices::Model,
    to: &str,
    link: &str,
    confirm: Option<&str>,
) -> Result<(), Error> {
    let confirm = confirm.map(|secret| app.config.server.address(&format!("/report/confirm/{secret}")));
    let pen = Pen::new(&notice.locale, &app.config.instance.title);
    let ticket = notice.ticket.as_deref().unwrap_or_default();
    let letter =
        pen.acknowledgement(ticket, &receipt(app, link), confirm.as_deref().map(|link| (link, CONFIRM_DAYS)));
    mail_actions::queue(app, tx, notice.case_id, mails::ACKNOWLEDGEMENT, vec![(to.to_owned(), letter)])
        .await?;
    Ok(())
}

/// Tells a person elsewhere that their report has come, by a direct message, if there is a way; says whether.
pub(crate) async fn acknowledge_by_message(
    app: &App,
    tx: &Tx,
    notice: &notices::Model,
    to: &accounts::Model,
    link: &str,
) -> Result<bool, Error> {
    let pen = Pen::new(&notice.locale, &app.config.instance.title);
    let ticket = notice.ticket.as_deref().unwrap_or_default();
    let text = pen.message_of_receipt(&to.acct(), ticket, &receipt(app, link));
    let is_sent = send_message(app, tx, None, to, &text, &notice.locale).await?;
    if is_sent {
        log(app, tx, notice.case_id, events::ACKNOWLEDGED, None, "").await?;
    }
    Ok(is_sent)
}

/// Whoever reported has got our mail: their report no longer waits behind the others. `link`: the secret that the mail
/// brought.
pub async fn confirm(app: &App, link: &str) -> Result<(), Error> {
    let (hash, now) = (secret_hash(link), app.clock.now());
    let tx = app.begin_write().await?;
    let rows = notices::list_by_confirmation(&*tx, &hash).await?;
    let first = rows.first().ok_or(Error::NotFound("Report"))?;
    if first.confirmed_at.is_some() {
        return Ok(());
    }
    if first.confirm_until.is_none_or(|until| until < now) {
        return Err(Error::Conflict("The time to confirm is over"));
    }
    notices::confirm(&tx, &hash, now).await?;
    // What comes from somebody who is paused stays where it is.
    let is_paused = notifiers::is_address_paused(app, &tx, &first.email).await?;
    let lane = if is_paused { Lane::Unconfirmed } else { Lane::Normal };
    for case in cases::list_by_ids(&*tx, rows.iter().map(|row| row.case_id).collect()).await? {
        log(app, &tx, case.id, events::CONFIRMED, None, "").await?;
        if cases::change_lane(&tx, case.id, Lane::Unconfirmed.number(), lane.number()).await? {
            continue;
        }
        // Meanwhile somebody has decided.
        if let Some(decision) = decisions::list(&*tx, case.id).await?.pop() {
            let confirmed = |row: &notices::Model| notices::Model { confirmed_at: Some(now), ..row.clone() };
            let mine = rows.iter().filter(|row| row.case_id == case.id).map(confirmed).collect();
            answer(app, &tx, &case, &decision, mine).await?;
        }
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Tells those who reported what was decided, some at a time.
pub async fn answer_notices(app: &App, decision: DecisionId, after: Option<NoticeId>) -> Result<(), Error> {
    let db = app.db();
    let Some(decision) = decisions::find(db, decision).await? else { return Ok(()) };
    let Some(case) = cases::find(db, decision.case_id).await? else { return Ok(()) };
    let rows = notices::list_to_answer(db, case.id, after, AT_ONCE).await?;
    let last = rows.last().filter(|_| rows.len() as u64 == AT_ONCE).map(|row| row.id);

    let tx = app.begin_write().await?;
    answer(app, &tx, &case, &decision, rows).await?;
    if last.is_some() {
        let next = Job::AnswerNotices { decision: decision.id, after: last };
        jobs::enqueue(&tx, app.id(JobId), &next, None, app.clock.now()).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Tells those who sent these reports what was decided: by mail, or people elsewhere by a direct message.
async fn answer(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    decision: &decisions::Model,
    rows: Vec<notices::Model>,
) -> Result<(), Error> {
    let mut done = measures::list(&**tx, case.id).await?;
    done.retain(|row| row.decision_id == decision.id);
    let recipients = recipients(app, tx, &rows).await?;
    let (mut letters, mut links, mut messages) = (Vec::new(), Vec::new(), 0);
    for row in &rows {
        match recipients.get(&row.id) {
            None => {}
            Some(Recipient::Mail { to, language }) => {
                let link = further_link(app, tx, case, row, &mut links).await?;
                let link = receipt(app, &link);
                let told = Told {
                    number: &case.number,
                    url: &case.url,
                    decision,
                    measures: &done,
                    cause: Cause::Report,
                    link: &link,
                };
                letters.push((to.clone(), Pen::new(language, &app.config.instance.title).outcome(told)));
            }
            Some(Recipient::Elsewhere(account)) => {
                let link = further_link(app, tx, case, row, &mut links).await?;
                let pen = Pen::new(&row.locale, &app.config.instance.title);
                let text = pen.message_of_outcome(&account.acct(), &receipt(app, &link));
                let by = Some(decision.person_id);
                messages += usize::from(send_message(app, tx, by, account, &text, &row.locale).await?);
            }
        }
    }
    case_links::insert(tx, links).await?;
    mail_actions::queue(app, tx, case.id, mails::OUTCOME, letters).await?;
    if messages > 0 {
        log(app, tx, case.id, events::INFORMED, None, &messages.to_string()).await?;
    }
    Ok(())
}

/// Where somebody who reported is answered.
enum Recipient {
    /// At an address of mail, in a language.
    Mail { to: String, language: String },
    /// By a direct message.
    Elsewhere(Box<accounts::Model>),
}

/// Where these reports are answered, as far as there is a way.
async fn recipients(
    app: &App,
    tx: &Tx,
    rows: &[notices::Model],
) -> Result<HashMap<NoticeId, Recipient>, Error> {
    let of_ours = rows.iter().filter(|row| row.source == notices::CLIENT);
    let ours: Vec<PersonId> = of_ours.filter_map(|row| row.person_id).collect();
    let ours = persons::list_by_ids(&**tx, ours).await?;
    let elsewhere = rows.iter().filter(|row| row.source == notices::SERVER);
    let elsewhere: Vec<AccountId> = elsewhere.filter_map(|row| row.reporter_id).collect();
    let elsewhere = accounts::list_by_ids(&**tx, elsewhere).await?;
    let somebody_speaks = !elsewhere.is_empty() && speaker(app, tx).await?.is_some();
    let to = |row: &notices::Model| match row.source.as_str() {
        notices::SERVER => {
            let account = elsewhere.iter().find(|account| Some(account.id) == row.reporter_id)?;
            (somebody_speaks && reads_messages(account))
                .then(|| Recipient::Elsewhere(Box::new(account.clone())))
        }
        // Nobody is written to.
        _ if app.mailer.is_none() => None,
        notices::CLIENT => {
            let person =
                ours.iter().find(|person| Some(person.id) == row.person_id && person.left_at.is_none())?;
            Some(Recipient::Mail { to: person.email.clone(), language: person.locale.clone() })
        }
        _ => {
            let to = row.answer_to()?.to_owned();
            Some(Recipient::Mail { to, language: row.locale.clone() })
        }
    };
    Ok(rows.iter().filter_map(|row| Some((row.id, to(row)?))).collect())
}

/// Whether somebody elsewhere who reports is a person whom a message reaches.
pub fn reads_messages(account: &accounts::Model) -> bool {
    let names = [Some(account.domain.as_str()), account.host.as_deref()];
    !account.is_ours() && !account.is_gone() && is_somebody(&account.kind, &account.username, names)
}

/// A further link to the receipt of a report; what is to be kept of it is put to `links`.
async fn further_link(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    row: &notices::Model,
    links: &mut Vec<case_links::Model>,
) -> Result<String, Error> {
    let link = secret();
    match &row.link_hash {
        Some(first) => links.push(case_links::Model {
            hash: secret_hash(&link),
            link_hash: first.clone(),
            created_at: app.clock.now(),
        }),
        None => {
            let ticket = super::notices::ticket(case);
            notices::set_link(tx, row.id, &ticket, &secret_hash(&link)).await?;
        }
    }
    Ok(link)
}

/// Tells whoever a decision restricts what was decided and why (Art. 17), or writes down why they are not told.
/// `link`: the secret of which the decision holds the hash.
pub(crate) async fn state_reasons(
    app: &App,
    tx: &Tx,
    by: Moderator,
    case: &cases::Model,
    decided: (&decisions::Model, &[measures::Model]),
    account: Option<&accounts::Model>,
    link: &str,
) -> Result<(), Error> {
    let (decision, done) = decided;
    if !decision.untold.is_empty() {
        return log(app, tx, case.id, events::UNTOLD, Some(by.person), &decision.untold).await;
    }
    let link = statement_page(app, link);
    let cause = cause(tx, case.id).await?;
    let told = Told { number: &case.number, url: &case.url, decision, measures: done, cause, link: &link };
    let shuts_out = [Measure::Suspend, Measure::SuspendDomain].map(Measure::name);
    let is_suspended = done.iter().any(|row| shuts_out.contains(&row.kind.as_str()));
    let way = match account {
        Some(account) if account.is_ours() => {
            let write = |pen: Pen<'_>| pen.statement(told);
            let count = mail_to_members(app, tx, case, account, mails::STATEMENT, write).await?;
            Some(if count > 0 { "mail" } else { "workbench" }.to_owned())
        }
        // To whoever is suspended nothing is sent.
        Some(account) if !is_suspended => {
            let language = language_of(app, tx, case).await?;
            let pen = Pen::new(&language, &app.config.instance.title);
            let text = pen.message(&account.acct(), &link);
            send_message(app, tx, Some(by.person), account, &text, &language)
                .await?
                .then(|| format!("@{}", account.acct()))
        }
        _ => None,
    };
    match way {
        Some(way) => log(app, tx, case.id, events::TOLD, None, &way).await,
        None => log(app, tx, case.id, events::UNREACHED, None, "").await,
    }
}

/// Tells whoever complained what another person has decided.
pub(crate) async fn answer_complaint(
    app: &App,
    tx: &Tx,
    by: Moderator,
    case: &cases::Model,
    decision: &decisions::Model,
    complaint: &complaints::Model,
) -> Result<(), Error> {
    let takes_back = complaint.outcome.as_deref() == Some(complaints::REVERSED);
    let answer =
        |pen: Pen<'_>, link: &str| pen.answer(&case.number, takes_back, &complaint.reasons, Some(link));
    let mut links = Vec::new();
    if let Some(notice) = complaint.notice_id {
        let Some(row) = notices::find(&**tx, notice).await? else { return Ok(()) };
        let rows = [row];
        match recipients(app, tx, &rows).await?.remove(&notice) {
            None => {}
            Some(Recipient::Mail { to, language }) => {
                let link = receipt(app, &further_link(app, tx, case, &rows[0], &mut links).await?);
                let letter = answer(Pen::new(&language, &app.config.instance.title), &link);
                mail_actions::queue(app, tx, case.id, mails::ANSWER, vec![(to, letter)]).await?;
            }
            Some(Recipient::Elsewhere(account)) => {
                let link = receipt(app, &further_link(app, tx, case, &rows[0], &mut links).await?);
                let language = &rows[0].locale;
                let pen = Pen::new(language, &app.config.instance.title);
                let text = pen.message_of_answer(&account.acct(), &link);
                send_message(app, tx, Some(by.person), &account, &text, language).await?;
            }
        }
        return Ok(case_links::insert(tx, links).await?);
    }
    let (Some(first), Some(account)) = (&decision.link_hash, case.account_id) else { return Ok(()) };
    let Some(account) = accounts::find(&**tx, account).await? else { return Ok(()) };
    let link = secret();
    let row =
        case_links::Model { hash: secret_hash(&link), link_hash: first.clone(), created_at: app.clock.now() };
    case_links::insert(tx, vec![row]).await?;
    let link = statement_page(app, &link);
    if account.is_ours() {
        mail_to_members(app, tx, case, &account, mails::ANSWER, |pen| answer(pen, &link)).await?;
    } else if account.suspended_at.is_none() || takes_back {
        let language = language_of(app, tx, case).await?;
        let pen = Pen::new(&language, &app.config.instance.title);
        let text = pen.message_of_answer(&account.acct(), &link);
        send_message(app, tx, Some(by.person), &account, &text, &language).await?;
    }
    Ok(())
}

/// Queues a mail to everybody who works for an account of ours; says to how many.
async fn mail_to_members(
    app: &App,
    tx: &Tx,
    case: &cases::Model,
    account: &accounts::Model,
    kind: &str,
    write: impl Fn(Pen<'_>) -> Letter,
) -> Result<usize, Error> {
    let members = memberships::list_of_account(&**tx, account.id).await?;
    let members = persons::list_by_ids(&**tx, members.iter().map(|row| row.person_id).collect()).await?;
    let letter = |person: persons::Model| {
        let letter = write(Pen::new(&person.locale, &app.config.instance.title));
        (person.email, letter)
    };
    let letters = members.into_iter().filter(|person| person.left_at.is_none()).map(letter).collect();
    mail_actions::queue(app, tx, case.id, kind, letters).await
}

/// The language in which somebody elsewhere is written to: that of the post, else that of the server.
async fn language_of(app: &App, tx: &Tx, case: &cases::Model) -> Result<String, Error> {
    let post = match case.post_id {
        Some(post) => posts::find_any(&**tx, post).await?,
        None => None,
    };
    let language = post.and_then(|post| post.language).filter(|language| !language.is_empty());
    Ok(language.unwrap_or_else(|| app.config.instance.language.clone()))
}

/// What brought a case up, for those whom its decision restricts.
async fn cause(tx: &Tx, case: CaseId) -> Result<Cause, Error> {
    let is_reported = notices::is_reported(&**tx, case).await?;
    Ok(Cause::new(is_reported, case_events::has(&**tx, case, events::HELD).await?))
}

/// The account that speaks for the moderators to people elsewhere, if there is one that can.
pub(crate) async fn speaker(app: &App, tx: &Tx) -> Result<Option<accounts::Model>, Error> {
    let name = app.config.moderation_account.as_str();
    if name.is_empty() || !app.config.server.federates() {
        return Ok(None);
    }
    let account = accounts::find_ours(&**tx, name).await?;
    Ok(account.filter(|account| account.deleted_at.is_none() && account.moved_to.is_none()))
}

/// Sends somebody elsewhere a direct message of the account that speaks for the moderators, if there is one; says whether.
/// `by`: who causes it; nobody, where it goes out by itself.
pub(crate) async fn send_message(
    app: &App,
    tx: &Tx,
    by: Option<PersonId>,
    to: &accounts::Model,
    text: &str,
    language: &str,
) -> Result<bool, Error> {
    if to.deleted_at.is_some() || to.shut_out_at.is_some() {
        return Ok(false);
    }
    let Some(from) = speaker(app, tx).await? else { return Ok(false) };
    post_actions::send_message(app, tx, by, &from, to, text, language).await?;
    Ok(true)
}
