//! What people, servers and authorities say is wrong: taken in from every side, joined to its case.

use chrono::TimeDelta;
use serde_json::json;
use url::Url;

use crate::actions::cases::{self as case_actions, Subject, events};
use crate::actions::{Moderator, answers, audit, notifiers};
use crate::app::{Tx, secret, secret_hash};
use crate::domain::hold::Rule;
use crate::domain::ids::{NoticeId, PersonId, PostId, ReportId};
use crate::domain::moderation::{CONFIRM_DAYS, Lane, Question};
use crate::mail::is_address;
use crate::store::{accounts, cases, held_posts, notice_floods, notices, persons, posts, throttles};
use crate::{App, Error};

/// Most addresses in one report.
const MOST_ADDRESSES: usize = 10;
/// Most characters of a reason.
pub const LONGEST_REASON: usize = 5000;
/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// Most reports by the form from one address within an hour.
const MOST_IN_AN_HOUR: i32 = 20;
/// Most mails within an hour to an address that somebody typed into the form.
const MOST_MAILS_IN_AN_HOUR: i32 = 5;

/// What somebody wrote into the form.
#[derive(Clone, Debug, Default)]
pub struct FormNotice {
    /// Where it stands, an address a line.
    pub addresses: String,
    /// What it is about, as [`Question::name`].
    pub question: String,
    /// Why it is wrong.
    pub reason: String,
    /// Who writes; may be empty.
    pub name: String,
    /// Where to write to; may be empty.
    pub email: String,
    /// The language of the page, for answers.
    pub locale: String,
    /// That it was written to the best of one's knowledge.
    pub in_good_faith: bool,
    /// What nobody sees and only programs fill in.
    pub honeypot: String,
}

impl FormNotice {
    /// All that is wrong with it, as field and reason.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if let Err(reason) = addresses(&self.addresses) {
            faults.push(("Address", reason));
        }
        if Question::parse(&self.question).is_none() {
            faults.push(("Question", "is missing: what is it about?".to_owned()));
        }
        let reason = self.reason.trim();
        if reason.is_empty() {
            faults.push(("Reason", "is missing: what is wrong?".to_owned()));
        } else if reason.chars().count() > LONGEST_REASON {
            faults.push(("Reason", format!("is too long (maximum is {LONGEST_REASON} characters)")));
        }
        if self.name.chars().count() > LONGEST_NAME {
            faults.push(("Name", "is too long".to_owned()));
        }
        let email = self.email.trim();
        let may_stand = email.is_empty() || is_address(email);
        if !may_stand {
            faults.push(("E-mail", "is no mail address".to_owned()));
        }
        if !self.in_good_faith {
            faults.push(("Good faith", "is missing".to_owned()));
        }
        faults
    }
}

/// What somebody who reported is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number.
    pub ticket: String,
    /// The secret of the link that shows how it stands.
    pub link: String,
}

/// Takes a report by the form, of anybody. Nothing that is well formed is dropped: what a program may have written waits in
/// the last lane (Art. 16).
///
/// `from`: the network address, to be counted for an hour and forgotten.
pub async fn take_form(app: &App, form: FormNotice, from: &str) -> Result<Receipt, Error> {
    if let Some((field, reason)) = form.faults().into_iter().next() {
        return Err(Error::invalid(field, reason));
    }
    let question = Question::parse(&form.question).unwrap_or(Question::Other);
    let (reason, email) = (form.reason.trim(), form.email.trim());
    let addresses = addresses(&form.addresses).map_err(|reason| Error::invalid("Address", reason))?;
    let now = app.clock.now();
    let key = format!("notice {}", secret_hash(from));
    if let Some(count) = throttles::find(app.db(), &key, now).await?
        && count.count >= MOST_IN_AN_HOUR
    {
        return Err(Error::TooMany((count.ends_at - now).num_seconds().max(1).unsigned_abs()));
    }
    let is_of_program = !form.honeypot.trim().is_empty();
    // Nobody is written to often because somebody else types their address into the form.
    let mail_key = format!("mail {}", secret_hash(&email.to_lowercase()));
    let asks = app.mailer.is_some() && !is_of_program && is_address(email) && {
        let count = throttles::find(app.db(), &mail_key, now).await?;
        count.is_none_or(|count| count.count < MOST_MAILS_IN_AN_HOUR)
    };
    let lane = match is_of_program {
        true => Lane::Unconfirmed,
        // Where mail is sent, an address counts once it is confirmed.
        false => question.lane(!email.is_empty() && app.mailer.is_none()),
    };

    let tx = app.begin_write().await?;
    let lane = match lane == Lane::Normal && notifiers::is_address_paused(app, &tx, email).await? {
        true => Lane::Unconfirmed,
        false => lane,
    };
    let in_an_hour = now + TimeDelta::hours(1);
    throttles::count(&tx, &key, now, in_an_hour).await?;
    let link = secret();
    let confirm = secret();
    let mut ticket = None;
    let mut first = None;
    for address in addresses {
        let subject = subject_at(app, &tx, Asker::Anybody, &address).await?;
        let case = case_actions::join(app, &tx, &subject, lane, question).await?;
        let ticket = ticket.get_or_insert_with(|| self::ticket(&case));
        let row = notices::Model {
            name: form.name.trim().to_owned(),
            email: email.to_owned(),
            locale: form.locale.clone(),
            ticket: Some(ticket.clone()),
            link_hash: Some(secret_hash(&link)),
            confirm_hash: asks.then(|| secret_hash(&confirm)),
            confirm_until: asks.then(|| now + TimeDelta::days(CONFIRM_DAYS)),
            ..blank(app, &case, notices::FORM, question, reason)
        };
        keep(&tx, row.clone()).await?;
        first.get_or_insert(row);
    }
    if let Some(row) = first.filter(|_| asks) {
        throttles::count(&tx, &mail_key, now, in_an_hour).await?;
        answers::acknowledge(app, &tx, &row, email, &link, Some(&confirm)).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(Receipt { ticket: ticket.unwrap_or_default(), link })
}

/// The addresses of a report, one a line, or what is wrong with them.
fn addresses(text: &str) -> Result<Vec<Url>, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err("is missing: where does it stand?".to_owned());
    }
    if lines.len() > MOST_ADDRESSES {
        return Err(format!("is more than {MOST_ADDRESSES}: send the others apart"));
    }
    let parse = |line: &&str| {
        let is_whole = line.contains("://");
        let whole = if is_whole { (*line).to_owned() } else { format!("https://{line}") };
        let url = Url::parse(&whole).ok()?;
        // A lone word is a mistake, unless it is written as an address: so may a server within a house be called.
        let is_one = matches!(url.scheme(), "https" | "http") && (is_whole || url.host_str()?.contains('.'));
        (is_one && whole.len() <= 2048).then_some(url)
    };
    lines.iter().map(|line| parse(line).ok_or("is none that a browser could open".to_owned())).collect()
}

/// Who asks what stands at an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// Anybody.
    Anybody,
    /// Somebody who moderates, and so finds what is hidden from everybody else.
    Moderator,
}

/// What stands at an address: one of our pages, the page or the id of a post or an account elsewhere, or nothing that is
/// known. For anybody only what everybody may see is recognised, so that the form tells nobody what is here.
async fn subject_at(app: &App, tx: &Tx, asker: Asker, url: &Url) -> Result<Subject, Error> {
    let text = url.as_str();
    let bare = text.split('#').next().unwrap_or(text);
    let is_ours = url.host_str() == app.config.server.public_url.host_str();
    let mut parts = url.path().trim_matches('/').split('/');
    if let (true, Some(name)) = (is_ours, parts.next().and_then(|part| part.strip_prefix('@'))) {
        let in_thread = url.fragment().and_then(|part| part.strip_prefix('p'));
        let id = in_thread.or(parts.next()).and_then(|id| id.parse().ok()).map(PostId);
        if let Some(id) = id {
            let post = match asker {
                Asker::Anybody => posts::find_visible(&**tx, None, id).await?,
                Asker::Moderator => posts::find_open(&**tx, id).await?,
            };
            return Ok(
                post.map_or_else(|| Subject::Address(text.to_owned()), |post| Subject::Post(Box::new(post)))
            );
        }
        if let Some(account) = accounts::find_ours(&**tx, name).await? {
            return Ok(Subject::Account(Box::new(account)));
        }
    }
    for address in [text, bare] {
        let post = match asker {
            Asker::Anybody => posts::find_visible_at(&**tx, address).await?,
            Asker::Moderator => posts::find_open_at(&**tx, address).await?,
        };
        if let Some(post) = post {
            return Ok(Subject::Post(Box::new(post)));
        }
        if let Some(account) = accounts::find_at(&**tx, address).await? {
            return Ok(Subject::Account(Box::new(account)));
        }
    }
    Ok(Subject::Address(text.to_owned()))
}

/// A number for a report that can be said on the telephone.
pub(super) fn ticket(case: &cases::Model) -> String {
    format!("{}-{}", case.number, letters())
}

/// Four letters that can be told apart on the telephone.
fn letters() -> String {
    const LETTERS: &[u8] = b"ABCDEFHKLMNPRSTUVWXYZ";
    let mut chance = u32::from(crate::app::chance()) << 16 | u32::from(crate::app::chance());
    let mut word = String::new();
    for _ in 0..4 {
        word.push(char::from(LETTERS[chance as usize % LETTERS.len()]));
        chance /= LETTERS.len() as u32;
    }
    word
}

/// What staff types in: a letter, an order, or what it saw itself.
#[derive(Clone, Debug)]
pub struct TypedNotice {
    /// [`notices::LETTER`], [`notices::AUTHORITY`] or [`notices::OWN`].
    pub source: String,
    /// Where it stands.
    pub address: String,
    /// What it is about, as [`Question::name`].
    pub question: String,
    /// Why it is wrong.
    pub reason: String,
    /// Who wrote; may be empty.
    pub name: String,
    /// Where to answer; may be empty.
    pub email: String,
    /// Whether a trusted flagger wrote it (Art. 22).
    pub is_trusted: bool,
    /// Whether somebody may be in danger (Art. 18).
    pub is_danger: bool,
}

impl TypedNotice {
    /// All that is wrong with it, as field and reason.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if ![notices::LETTER, notices::AUTHORITY, notices::OWN].contains(&self.source.as_str()) {
            faults.push(("Source", "is missing".to_owned()));
        }
        match addresses(&self.address) {
            Ok(addresses) if addresses.len() > 1 => faults.push(("Address", "is more than one".to_owned())),
            Ok(_) => {}
            Err(reason) => faults.push(("Address", reason)),
        }
        if Question::parse(&self.question).is_none() {
            faults.push(("Question", "is missing: what is it about?".to_owned()));
        }
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            faults.push(("Reason", "is missing or too long".to_owned()));
        }
        if self.name.chars().count() > LONGEST_NAME {
            faults.push(("Name", "is too long".to_owned()));
        }
        if self.email.chars().count() > LONGEST_NAME {
            faults.push(("E-mail", "is too long".to_owned()));
        }
        faults
    }
}

/// Takes in what staff types. Gives the number of the case.
pub async fn type_in(app: &App, by: Moderator, new: TypedNotice) -> Result<cases::Model, Error> {
    if let Some((field, reason)) = new.faults().into_iter().next() {
        return Err(Error::invalid(field, reason));
    }
    let question = Question::parse(&new.question).unwrap_or(Question::Other);
    let reason = new.reason.trim();
    let address = addresses(&new.address).map_err(|reason| Error::invalid("Address", reason))?.swap_remove(0);
    let lane = match (new.is_danger, new.is_trusted || new.source == notices::AUTHORITY) {
        (true, _) => Lane::Danger,
        (false, true) => Lane::Preferred,
        (false, false) => Lane::Normal,
    };
    let tx = app.begin_write().await?;
    let is_slow = new.source == notices::LETTER
        && lane == Lane::Normal
        && notifiers::is_address_paused(app, &tx, &new.email).await?;
    let lane = if is_slow { Lane::Unconfirmed } else { lane };
    let subject = subject_at(app, &tx, Asker::Moderator, &address).await?;
    let case = case_actions::join(app, &tx, &subject, lane, question).await?;
    let link = secret();
    let row = notices::Model {
        person_id: Some(by.person),
        name: new.name.trim().to_owned(),
        email: new.email.trim().to_owned(),
        is_trusted: new.is_trusted,
        ticket: Some(ticket(&case)),
        link_hash: Some(secret_hash(&link)),
        ..blank(app, &case, &new.source, question, reason)
    };
    let facts = json!({ "source": row.source, "trusted": row.is_trusted, "danger": new.is_danger });
    keep(&tx, row.clone()).await?;
    audit::write(app, &tx, Some(by.person), "report typed in", &case.number, facts).await?;
    if let Some(to) = row.answer_to() {
        answers::acknowledge(app, &tx, &row, to, &link, None).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(case)
}

/// A report by an account, as the two doors bring it.
pub(crate) struct Reported<'a> {
    /// [`notices::CLIENT`] or [`notices::SERVER`].
    pub source: &'static str,
    /// Who reports.
    pub reporter: &'a accounts::Model,
    /// The person behind one of ours.
    pub person: Option<PersonId>,
    /// The account that is meant.
    pub target: &'a accounts::Model,
    /// Posts of that account.
    pub posts: Vec<posts::Model>,
    /// The row that the client API answers with.
    pub report: Option<ReportId>,
    /// What it is about.
    pub question: Question,
    /// Why.
    pub reason: &'a str,
}

/// Joins a report to the cases of what it names: of each post, or of the account where it names none.
pub(crate) async fn take_report(app: &App, tx: &Tx, reported: Reported<'_>) -> Result<(), Error> {
    let mut subjects: Vec<Subject> =
        reported.posts.into_iter().map(|post| Subject::Post(Box::new(post))).collect();
    if subjects.is_empty() {
        subjects.push(Subject::Account(Box::new(reported.target.clone())));
    }
    let person = match reported.person {
        Some(person) => persons::find(&**tx, person).await?,
        None => None,
    };
    // A server that reports in its own name reads nothing.
    let to = Some(reported.reporter).filter(|account| answers::reads_messages(account));
    let is_answered = match to {
        Some(_) => answers::speaker(app, tx).await?.is_some(),
        None => person.is_some(),
    };
    let lane = match notifiers::is_account_paused(app, tx, reported.reporter).await? {
        true => Lane::Unconfirmed,
        false => Lane::Normal,
    };
    let link = secret();
    let mut first: Option<notices::Model> = None;
    for subject in subjects {
        let case = case_actions::join(app, tx, &subject, lane, reported.question).await?;
        let blank = blank(app, &case, reported.source, reported.question, reported.reason);
        let row = notices::Model {
            reporter_id: Some(reported.reporter.id),
            report_id: reported.report,
            person_id: reported.person,
            locale: person.as_ref().map_or(blank.locale, |person| person.locale.clone()),
            ticket: is_answered
                .then(|| first.as_ref().and_then(|row| row.ticket.clone()).unwrap_or_else(|| ticket(&case))),
            link_hash: is_answered.then(|| secret_hash(&link)),
            ..blank
        };
        keep(tx, row.clone()).await?;
        first.get_or_insert(row);
    }
    match (first.filter(|_| is_answered), to, person) {
        (Some(row), Some(to), _) => {
            answers::acknowledge_by_message(app, tx, &row, to, &link).await?;
        }
        (Some(row), None, Some(person)) => {
            answers::acknowledge(app, tx, &row, &person.email, &link, None).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Joins a post that a rule held to its case, or to that of its author, because a moderator wants it decided.
pub(crate) async fn take_held(
    app: &App,
    tx: &Tx,
    by: Moderator,
    subject: &Subject,
    held: &held_posts::Model,
) -> Result<cases::Model, Error> {
    let case = case_actions::join(app, tx, subject, Lane::Normal, Question::Other).await?;
    let case = case_actions::open_again(app, tx, case).await?;
    case_actions::log(app, tx, case.id, events::HELD, None, &held.rule).await?;
    let rule = Rule::parse(&held.rule).unwrap_or(Rule::FirstReply);
    let reason = rule.sentence(&app.config.instance.language);
    let row = notices::Model {
        person_id: Some(by.person),
        ticket: Some(ticket(&case)),
        ..blank(app, &case, notices::OWN, Question::Other, reason)
    };
    keep(tx, row).await?;
    Ok(case)
}

/// Counts a report of a server that has sent too many: with its case where there is one, else with that of the account. It
/// gets no row of its own.
pub(crate) async fn count_flood(
    app: &App,
    tx: &Tx,
    target: &accounts::Model,
    reported: &[posts::Model],
) -> Result<(), Error> {
    let mut known = None;
    for post in reported {
        known = cases::find_by_subject(&**tx, &format!("post {}", post.id)).await?;
        if known.is_some() {
            break;
        }
    }
    let case = match known {
        Some(case) => case.id,
        None => {
            let subject = Subject::Account(Box::new(target.clone()));
            case_actions::join(app, tx, &subject, Lane::Unconfirmed, Question::Other).await?.id
        }
    };
    cases::count_notices(tx, case, 1).await?;
    Ok(notice_floods::count(tx, case, app.clock.now().date_naive()).await?)
}

fn blank(app: &App, case: &cases::Model, source: &str, question: Question, reason: &str) -> notices::Model {
    notices::Model {
        id: app.id(NoticeId),
        case_id: case.id,
        source: source.into(),
        reporter_id: None,
        report_id: None,
        person_id: None,
        name: String::new(),
        email: String::new(),
        locale: app.config.instance.language.clone(),
        question: question.name().into(),
        text: reason.into(),
        is_trusted: false,
        ticket: None,
        link_hash: None,
        created_at: app.clock.now(),
        confirm_hash: None,
        confirm_until: None,
        confirmed_at: None,
    }
}

async fn keep(tx: &Tx, row: notices::Model) -> Result<(), Error> {
    cases::count_notices(tx, row.case_id, 1).await?;
    Ok(notices::insert(tx, row).await?)
}
