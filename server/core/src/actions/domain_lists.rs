//! Lists of domains that suggest decisions: read in by a person, or subscribed to and asked for once a day.
//!
//! A list never does anything: each line waits until a person takes it over or dismisses it, and a body that shuts out
//! others owns each of these decisions. A list that can't be had, or that is none, changes nothing.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use serde_json::json;
use url::Url;

use crate::actions::{Moderator, audit, domains};
use crate::app::Tx;
use crate::domain::blocklist::{self, Entry};
use crate::domain::ids::{JobId, RowId};
use crate::domain::job::Job;
use crate::store::{domain_list_entries as entries, domain_lists, domain_policies, jobs};
use crate::{App, Error};

/// How often a list is asked for.
const EVERY: TimeDelta = TimeDelta::days(1);
/// Most lists that are kept.
const MOST_LISTS: usize = 20;
/// Most characters of a name.
const LONGEST_NAME: usize = 100;
/// How many lines are written in one transaction.
const AT_ONCE: usize = 200;

/// Reads in a list that somebody has as a text: its lines wait like those of others.
pub async fn read_in(app: &App, by: Moderator, name: &str, text: &str) -> Result<RowId, Error> {
    let read = blocklist::read(text).map_err(|reason| Error::invalid("List", reason))?;
    if read.is_empty() {
        return Err(Error::invalid("List", "names no domain"));
    }
    let id = add(app, by, name, None).await?;
    take(app, id, &read).await?;
    Ok(id)
}

/// Subscribes to a list: it is asked for now, and then once a day.
pub async fn subscribe(app: &App, by: Moderator, name: &str, url: &str) -> Result<RowId, Error> {
    let is_one = |url: &Url| url.scheme() == "https" && url.has_host() && url.as_str().len() <= 2048;
    let url = Url::parse(url).ok().filter(is_one);
    let url = url.ok_or(Error::invalid("Address", "must begin with https://"))?;
    if domain_lists::find_by_url(app.db(), url.as_str()).await?.is_some() {
        return Err(Error::Conflict("This list is subscribed to already"));
    }
    add(app, by, name, Some(url)).await
}

async fn add(app: &App, by: Moderator, name: &str, url: Option<Url>) -> Result<RowId, Error> {
    let name = match (name.trim(), &url) {
        ("", Some(url)) => url.host_str().unwrap_or_default(),
        (name, _) => name,
    };
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("Name", "is missing or too long"));
    }
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    if domain_lists::list(&*tx).await?.len() >= MOST_LISTS {
        return Err(Error::Conflict("There are as many lists as may be"));
    }
    let row = domain_lists::Model {
        id: app.id(RowId),
        name: name.to_owned(),
        url: url.as_ref().map(Url::to_string),
        person_id: Some(by.person),
        created_at: now,
        tried_at: None,
        fetched_at: None,
        failure: String::new(),
    };
    let id = row.id;
    audit::write(app, &tx, Some(by.person), "domain list added", id, json!({ "name": name, "url": row.url }))
        .await?;
    domain_lists::insert(&tx, row).await?;
    if url.is_some() {
        jobs::enqueue(&tx, app.id(JobId), &Job::FetchDomainList { list: id }, None, now).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(id)
}

/// Forgets a list with what it suggests; what was taken over from it stays.
pub async fn remove(app: &App, by: Moderator, list: RowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = domain_lists::find(&*tx, list).await?.ok_or(Error::NotFound("List"))?;
    entries::delete_of_list(&tx, list).await?;
    domain_lists::delete(&tx, list).await?;
    audit::write(app, &tx, Some(by.person), "domain list removed", list, json!({ "name": row.name })).await?;
    tx.commit().await
}

/// What a list said when it was asked for: its lines, or why there are none. `app` holds the job, which ends here and
/// comes again in a day.
pub async fn keep(app: &App, list: RowId, said: Result<String, String>) -> Result<(), Error> {
    let said = said.and_then(|text| blocklist::read(&text));
    let said = said.and_then(|read| match read.is_empty() {
        true => Err("The list names no domain".to_owned()),
        false => Ok(read),
    });
    let failure = match said {
        Ok(read) => {
            take(app, list, &read).await?;
            String::new()
        }
        Err(reason) => reason.chars().take(500).collect(),
    };
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    if domain_lists::find(&*tx, list).await?.is_some() {
        domain_lists::set_tried(&tx, list, &failure, now).await?;
        let again = Job::FetchDomainList { list };
        jobs::enqueue_at(&tx, app.id(JobId), &again, None, now, now + EVERY).await?;
    }
    tx.commit().await
}

/// Compares a list with what it said before and with what is decided here: what is new or changed waits for a person, and
/// so does what was taken over and is on the list no longer.
async fn take(app: &App, list: RowId, read: &[Entry]) -> Result<(), Error> {
    let known = entries::list(app.db(), list).await?;
    let known: HashMap<&str, &entries::Model> = known.iter().map(|row| (row.name.as_str(), row)).collect();
    let policies = domain_policies::list(app.db()).await?;
    let policies: HashMap<&str, &domain_policies::Model> =
        policies.iter().map(|row| (row.name.as_str(), row)).collect();
    let named: HashSet<&str> = read.iter().map(|entry| entry.name.as_str()).collect();

    let mut changed = Vec::new();
    for entry in read {
        let is_decided = policies.get(entry.name.as_str()).is_some_and(|policy| says(policy, entry));
        let state = if is_decided { entries::TAKEN } else { entries::OPEN };
        match known.get(entry.name.as_str()) {
            // Who has dismissed it, or decided otherwise since, is not asked again for the same.
            Some(row) if row.entry() == *entry && row.state != entries::GONE => {}
            _ => changed.push(entries::Model::new(list, entry, state)),
        }
    }
    let mut forgotten = Vec::new();
    for row in known.values().filter(|row| !named.contains(row.name.as_str())) {
        let holds = policies.contains_key(row.name.as_str());
        match (row.state.as_str(), holds) {
            (entries::TAKEN, true) => {
                changed.push(entries::Model { state: entries::GONE.into(), ..(*row).clone() })
            }
            (entries::GONE, true) => {}
            _ => forgotten.push(row.name.clone()),
        }
    }
    for chunk in changed.chunks(AT_ONCE) {
        let tx = app.begin_write().await?;
        if domain_lists::find(&*tx, list).await?.is_none() {
            return Ok(());
        }
        entries::put_all(&tx, chunk.to_vec()).await?;
        tx.commit_part().await?;
    }
    for chunk in forgotten.chunks(AT_ONCE) {
        let tx = app.begin_write().await?;
        entries::delete(&tx, list, chunk.to_vec()).await?;
        tx.commit_part().await?;
    }
    Ok(())
}

/// Whether what is decided is what a list says; whose words the reason has does not matter.
fn says(policy: &domain_policies::Model, entry: &Entry) -> bool {
    policy.severity == entry.severity.name()
        && policy.reject_media == entry.reject_media
        && policy.reject_reports == entry.reject_reports
}

/// Takes over those lines of a list that a person has ticked: decides what they say, or lifts what the list says no longer.
/// Gives how many there were.
pub async fn accept(app: &App, by: Moderator, list: RowId, names: Vec<String>) -> Result<usize, Error> {
    let tx = app.begin_write().await?;
    let row = domain_lists::find(&*tx, list).await?.ok_or(Error::NotFound("List"))?;
    let lines = entries::list_waiting_by_names(&*tx, list, names).await?;
    let (gone, new): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.state == entries::GONE);
    for line in &new {
        domains::put_in(app, &tx, Some(by.person), line.entry(), &row.name).await?;
    }
    for line in &gone {
        domains::lift_in(app, &tx, Some(by.person), &line.name).await?;
    }
    let names = |lines: &[&entries::Model]| lines.iter().map(|line| line.name.clone()).collect();
    entries::set_state(&tx, list, names(&new), entries::TAKEN).await?;
    entries::delete(&tx, list, names(&gone)).await?;
    end_if_read(&tx, &row).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(lines.len())
}

/// Dismisses lines: they are not suggested again until the list says something else of them.
pub async fn dismiss(app: &App, by: Moderator, list: RowId, names: Vec<String>) -> Result<usize, Error> {
    let tx = app.begin_write().await?;
    let row = domain_lists::find(&*tx, list).await?.ok_or(Error::NotFound("List"))?;
    let lines = entries::list_waiting_by_names(&*tx, list, names).await?;
    let (gone, new): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.state == entries::GONE);
    let names =
        |lines: &[&entries::Model]| -> Vec<String> { lines.iter().map(|line| line.name.clone()).collect() };
    let facts = json!({ "list": row.name, "domains": names(&new), "kept": names(&gone) });
    audit::write(app, &tx, Some(by.person), "domains dismissed", list, facts).await?;
    entries::set_state(&tx, list, names(&new), entries::DISMISSED).await?;
    entries::delete(&tx, list, names(&gone)).await?;
    end_if_read(&tx, &row).await?;
    tx.commit().await?;
    Ok(lines.len())
}

/// A list that somebody has read in has done its work when no line of it waits.
async fn end_if_read(tx: &Tx, row: &domain_lists::Model) -> Result<(), Error> {
    if row.url.is_none() && entries::list_waiting(&**tx, row.id, None, 1).await?.is_empty() {
        entries::delete_of_list(tx, row.id).await?;
        domain_lists::delete(tx, row.id).await?;
    }
    Ok(())
}
