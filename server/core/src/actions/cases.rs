//! Cases of the moderators: one for each object that was reported, whoever reported it and how often.

use chrono::{Datelike, SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use crate::actions::{Moderator, audit, mails as mail_actions};
use crate::app::{Tx, secret_hash};
use crate::domain::ids::{CaseId, JobId, PersonId, RowId};
use crate::domain::job::Job;
use crate::domain::moderation::{Lane, Question, soon_at};
use crate::mail::letters::Pen;
use crate::store::{
    accounts, case_events, case_numbers, case_snapshots, cases, jobs, mails, media, poll_options, post_texts,
    posts, throttles,
};
use crate::{App, Error};

/// What a case is about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A post, ours or theirs.
    Post(Box<posts::Model>),
    /// An account as a whole.
    Account(Box<accounts::Model>),
    /// An address at which we show nothing (any more).
    Address(String),
}

impl Subject {
    /// What makes two reports one case.
    fn key(&self) -> String {
        match self {
            Subject::Post(post) => format!("post {}", post.id),
            Subject::Account(account) => format!("account {}", account.id),
            Subject::Address(url) => format!("address {url}"),
        }
    }

    fn url(&self) -> &str {
        match self {
            Subject::Post(post) => &post.url,
            Subject::Account(account) => &account.url,
            Subject::Address(url) => url,
        }
    }

    /// Its version; only a post has one that says whether it was changed.
    fn version(&self) -> Option<i64> {
        match self {
            Subject::Post(post) => Some(post.version),
            Subject::Account(_) | Subject::Address(_) => None,
        }
    }
}

/// What happens in a case, as it is written down.
pub mod events {
    /// The first report came.
    pub const OPENED: &str = "opened";
    /// A report came for a version that nobody has decided about.
    pub const REOPENED: &str = "reopened";
    /// A person took it on, or gave it away.
    pub const ASSIGNED: &str = "assigned";
    /// A person wrote a note.
    pub const NOTE: &str = "note";
    /// A person put it into another lane.
    pub const LANE: &str = "lane";
    /// Four fifths of its time are over.
    pub const REMINDED: &str = "reminded";
    /// A person decided.
    pub const DECIDED: &str = "decided";
    /// A measure ended.
    pub const ENDED: &str = "ended";
    /// Somebody does not agree.
    pub const COMPLAINT: &str = "complaint";
    /// Somebody confirmed the address of their report.
    pub const CONFIRMED: &str = "confirmed";
    /// Whoever is restricted was told: by mail, in the workbench alone, or by a message to the handle that is the text.
    pub const TOLD: &str = "told";
    /// Whoever is restricted was not told, for the reason that is the text.
    pub const UNTOLD: &str = "untold";
    /// There was no way to tell whoever is restricted.
    pub const UNREACHED: &str = "unreached";
    /// Somebody elsewhere who reported was told by a direct message that the report has come.
    pub const ACKNOWLEDGED: &str = "acknowledged";
    /// So many people elsewhere who reported were told by direct messages what was decided.
    pub const INFORMED: &str = "informed";
    /// A rule had held the post back before anybody looked, by itself; its name is the text.
    pub const HELD: &str = "held";
    /// Another person has decided about a complaint.
    pub const ANSWERED: &str = "answered";
}

/// Finds the case about `subject`, or opens it. A case that was decided is opened again where the object has changed since,
/// or has no versions.
pub(crate) async fn join(
    app: &App,
    tx: &Tx,
    subject: &Subject,
    lane: Lane,
    question: Question,
) -> Result<cases::Model, Error> {
    let now = app.clock.now();
    let case = match cases::find_by_subject(&**tx, &subject.key()).await? {
        Some(case) => case,
        None => {
            // Of two who report the same at one moment, the second finds the case of the first.
            case_numbers::lock(tx, now.year()).await?;
            match cases::find_by_subject(&**tx, &subject.key()).await? {
                Some(case) => case,
                None => return open(app, tx, subject, lane, question).await,
            }
        }
    };
    if case.is_open() {
        let sooner = Lane::of_number(case.lane).min(lane);
        let due_at = case.due_at.min(lane.due(now));
        if sooner.number() == case.lane && due_at == case.due_at {
            return Ok(case);
        }
        let is_alarming = sooner.number() != case.lane;
        let case = cases::Model { lane: sooner.number(), due_at, ..case };
        cases::update(tx, case.clone()).await?;
        if is_alarming {
            alarm(app, tx, &case).await?;
        }
        return Ok(case);
    }
    if case.reviewed_version.is_some() && case.reviewed_version == subject.version() {
        return Ok(case);
    }
    let case = cases::Model {
        state: cases::OPEN.into(),
        lane: lane.number(),
        opened_at: now,
        due_at: lane.due(now),
        looked_at: None,
        reminded_at: None,
        decided_at: None,
        ..case
    };
    cases::update(tx, case.clone()).await?;
    snapshot(app, tx, case.id, subject).await?;
    log(app, tx, case.id, events::REOPENED, None, "").await?;
    remind_in_time(app, tx, &case).await?;
    alarm(app, tx, &case).await?;
    Ok(case)
}

async fn open(
    app: &App,
    tx: &Tx,
    subject: &Subject,
    lane: Lane,
    question: Question,
) -> Result<cases::Model, Error> {
    let now = app.clock.now();
    let year = now.year();
    let number = case_numbers::next(tx, year).await?;
    let (post, account) = match subject {
        Subject::Post(post) => (Some(post.id), Some(post.author_id)),
        Subject::Account(account) => (None, Some(account.id)),
        Subject::Address(_) => (None, None),
    };
    let case = cases::Model {
        id: app.id(CaseId),
        number: format!("{year}-{number:04}"),
        subject: subject.key(),
        post_id: post,
        account_id: account,
        url: subject.url().to_owned(),
        state: cases::OPEN.into(),
        lane: lane.number(),
        question: question.name().into(),
        assignee_id: None,
        notices_count: 0,
        reviewed_version: None,
        opened_at: now,
        due_at: lane.due(now),
        looked_at: None,
        reminded_at: None,
        decided_at: None,
    };
    cases::insert(tx, case.clone()).await?;
    snapshot(app, tx, case.id, subject).await?;
    log(app, tx, case.id, events::OPENED, None, "").await?;
    remind_in_time(app, tx, &case).await?;
    alarm(app, tx, &case).await?;
    Ok(case)
}

/// Most cases within an hour of which moderators are told at once: what is beyond is in the queue, on top.
const MOST_ALARMS_IN_AN_HOUR: i32 = 10;

/// Tells moderators at once of a case in the lane of danger (Art. 18).
async fn alarm(app: &App, tx: &Tx, case: &cases::Model) -> Result<(), Error> {
    if case.lane != Lane::Danger.number() || app.mailer.is_none() {
        return Ok(());
    }
    let now = app.clock.now();
    let count = throttles::find(&**tx, ALARMS, now).await?;
    if count.is_some_and(|count| count.count >= MOST_ALARMS_IN_AN_HOUR) {
        return Ok(());
    }
    throttles::count(tx, ALARMS, now, now + TimeDelta::hours(1)).await?;
    mail_actions::queue_for_moderators(app, tx, case, mails::ALARM, |pen, link| pen.alarm(&case.number, link))
        .await
}

/// What alarms are counted by.
const ALARMS: &str = "alarms";

async fn remind_in_time(app: &App, tx: &Tx, case: &cases::Model) -> Result<(), Error> {
    let job = Job::RemindOfCase { case: case.id };
    let soon = soon_at(case.opened_at, case.due_at);
    Ok(jobs::enqueue_at(tx, app.id(JobId), &job, None, app.clock.now(), soon).await?)
}

/// Keeps the object as it is, with a hash that shows later whether it was touched.
async fn snapshot(app: &App, tx: &Tx, case: CaseId, subject: &Subject) -> Result<(), Error> {
    let body = match subject {
        Subject::Post(post) => of_post(tx, post).await?,
        Subject::Account(account) => of_account(account),
        Subject::Address(url) => json!({ "url": url }),
    };
    let has_files = body["media"].as_array().is_some_and(|files| !files.is_empty());
    let body = body.to_string();
    let row = case_snapshots::Model {
        case_id: case,
        version: subject.version().unwrap_or_else(|| app.clock.now().timestamp()),
        hash: secret_hash(&body),
        body,
        taken_at: app.clock.now(),
    };
    let version = row.version;
    if case_snapshots::insert_once(tx, row).await? && has_files {
        let job = Job::KeepEvidence { case, version };
        jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
    }
    Ok(())
}

async fn of_post(tx: &Tx, post: &posts::Model) -> Result<Value, Error> {
    let text = post_texts::find_main(&**tx, post.id).await?;
    let author = accounts::find(&**tx, post.author_id).await?;
    let files = media::list_of_posts(&**tx, vec![post.id]).await?;
    let options = poll_options::list_of_posts(&**tx, vec![post.id]).await?;
    let media = |file: &media::Model| {
        json!({
            "kind": file.kind,
            "address": file.remote_url.as_ref().or(file.file.as_ref()),
            "description": file.description,
        })
    };
    Ok(json!({
        "uri": post.uri,
        "url": post.url,
        "author": author.as_ref().map(of_account),
        "published_at": post.time().to_rfc3339_opts(SecondsFormat::Secs, true),
        "edited_at": post.edited_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        "visibility": post.visibility.name(),
        "language": post.language,
        "sensitive": post.sensitive,
        "in_reply_to": post.in_reply_to_uri,
        "warning": text.as_ref().map(|text| &text.warning),
        "html": text.as_ref().map(|text| &text.html),
        "media": files.iter().map(media).collect::<Vec<_>>(),
        "options": options.iter().map(|option| &option.title).collect::<Vec<_>>(),
    }))
}

fn of_account(account: &accounts::Model) -> Value {
    json!({
        "uri": account.uri,
        "url": account.url,
        "handle": account.handle(),
        "name": account.display_name,
        "note": account.note,
        "avatar": account.avatar,
    })
}

/// Writes down what happened in a case.
pub(crate) async fn log(
    app: &App,
    tx: &Tx,
    case: CaseId,
    kind: &str,
    person: Option<PersonId>,
    text: &str,
) -> Result<(), Error> {
    let row = case_events::Model {
        id: app.id(RowId),
        case_id: case,
        kind: kind.into(),
        person_id: person,
        text: text.into(),
        created_at: app.clock.now(),
    };
    Ok(case_events::insert(tx, row).await?)
}

async fn find(tx: &Tx, case: CaseId) -> Result<cases::Model, Error> {
    cases::find(&**tx, case).await?.ok_or(Error::NotFound("Case"))
}

/// Gives a case to a moderator, or to nobody.
pub async fn assign(app: &App, by: Moderator, case: CaseId, to: Option<Moderator>) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = find(&tx, case).await?;
    let assignee_id = to.map(|to| to.person);
    if row.assignee_id == assignee_id {
        return Ok(());
    }
    let looked_at = row.looked_at.or(assignee_id.map(|_| app.clock.now()));
    let number = row.number.clone();
    cases::update(&tx, cases::Model { assignee_id, looked_at, ..row }).await?;
    let whom = assignee_id.map(|person| person.to_string()).unwrap_or_default();
    log(app, &tx, case, events::ASSIGNED, Some(by.person), &whom).await?;
    audit::write(app, &tx, Some(by.person), "case assigned", &number, json!({ "to": whom })).await?;
    tx.commit().await
}

/// Opens a case again that was decided: what was decided stays until somebody decides otherwise.
pub async fn reopen(app: &App, by: Moderator, case: CaseId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = find(&tx, case).await?;
    if row.is_open() {
        return Ok(());
    }
    let row = open_again(app, &tx, row).await?;
    log(app, &tx, case, events::REOPENED, Some(by.person), "").await?;
    audit::write(app, &tx, Some(by.person), "case reopened", &row.number, json!({})).await?;
    tx.commit().await
}

/// Lets a case wait for a decision, whether it was decided or not.
pub(crate) async fn open_again(app: &App, tx: &Tx, case: cases::Model) -> Result<cases::Model, Error> {
    if case.is_open() {
        return Ok(case);
    }
    let now = app.clock.now();
    let case = cases::Model {
        state: cases::OPEN.into(),
        opened_at: now,
        due_at: Lane::of_number(case.lane).due(now),
        reminded_at: None,
        decided_at: None,
        ..case
    };
    cases::update(tx, case.clone()).await?;
    remind_in_time(app, tx, &case).await?;
    Ok(case)
}

/// A moderator has the case open: the first time counts as the first look.
pub async fn look(app: &App, case: CaseId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = find(&tx, case).await?;
    if row.looked_at.is_none() {
        cases::update(&tx, cases::Model { looked_at: Some(app.clock.now()), ..row }).await?;
    }
    tx.commit().await
}

/// Most characters of a note.
const LONGEST_NOTE: usize = 5000;

/// Writes a note that only moderators read.
pub async fn note(app: &App, by: Moderator, case: CaseId, text: &str) -> Result<(), Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("Note", "can't be blank"));
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(Error::invalid("Note", format!("is too long (maximum is {LONGEST_NOTE} characters)")));
    }
    let tx = app.begin_write().await?;
    let row = find(&tx, case).await?;
    log(app, &tx, case, events::NOTE, Some(by.person), text).await?;
    // What it says stays in the case, and goes with it.
    audit::write(app, &tx, Some(by.person), "case noted", &row.number, json!({})).await?;
    tx.commit().await
}

/// Puts a case into another lane; it is due as if it had opened in that one.
pub async fn put_into_lane(app: &App, by: Moderator, case: CaseId, lane: Lane) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = find(&tx, case).await?;
    if row.lane == lane.number() || !row.is_open() {
        return Ok(());
    }
    let due_at = lane.due(row.opened_at);
    let row = cases::Model { lane: lane.number(), due_at, reminded_at: None, ..row };
    cases::update(&tx, row.clone()).await?;
    log(app, &tx, case, events::LANE, Some(by.person), lane.name()).await?;
    audit::write(app, &tx, Some(by.person), "case moved", &row.number, json!({ "lane": lane.name() }))
        .await?;
    remind_in_time(app, &tx, &row).await?;
    alarm(app, &tx, &row).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

/// Writes down that four fifths of the time of a case are over, unless it is decided or was put off.
pub async fn remind(app: &App, case: CaseId) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let row = cases::find(&*tx, case).await?.filter(cases::Model::is_open);
    let row = row.filter(|row| row.reminded_at.is_none() && now >= soon_at(row.opened_at, row.due_at));
    if let Some(row) = row {
        tracing::warn!(case = row.number, "A case is due soon and not decided");
        let row = cases::Model { reminded_at: Some(now), ..row };
        cases::update(&tx, row.clone()).await?;
        log(app, &tx, case, events::REMINDED, None, "").await?;
        let write = |pen: Pen<'_>, link: &str| pen.reminder(&row.number, row.due_at, link);
        mail_actions::queue_for_moderators(app, &tx, &row, mails::REMINDER, write).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}
