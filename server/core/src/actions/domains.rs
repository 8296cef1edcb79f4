//! Decisions about whole domains: shut out, limit, reject media; lists of them in and out.
//!
//! Whoever shuts out a domain shuts out all below it. Follows are kept while it lasts, but nothing is sent or taken: when it is
//! lifted all is as it was.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::actions::{audit, measures};
use crate::app::Tx;
use crate::domain::blocklist::{self, Entry, LONGEST_REASON, Severity};
use crate::domain::ids::{JobId, PersonId, RowId};
use crate::domain::job::Job;
use crate::store::accounts::Mark;
use crate::store::{accounts, domain_policies, follows, hosts, jobs};
use crate::{App, Error};

/// How many accounts are marked in one transaction.
const AT_ONCE: u64 = 500;

/// What would no longer be reached if a domain were shut out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Accounts there that we know.
    pub accounts: u64,
    /// How many there follow us.
    pub followers: u64,
    /// How many there we follow.
    pub followed: u64,
    /// Posts from there that are shown here.
    pub posts: u64,
}

/// What would no longer be reached if a domain were shut out.
pub async fn loss(app: &App, name: &str) -> Result<Loss, Error> {
    Ok(losses(app, &[name]).await?.pop().unwrap_or_default())
}

/// The same for many domains, in their order: three questions, however many there are.
pub async fn losses(app: &App, names: &[&str]) -> Result<Vec<Loss>, Error> {
    let mut at: HashMap<&str, Loss> = names.iter().map(|name| (*name, Loss::default())).collect();
    // Each host counts for itself and for all domains above it.
    let mut add = |host: &str, count: &dyn Fn(&mut Loss)| {
        for name in hosts::with_names_above(host).into_iter().collect::<HashSet<_>>() {
            if let Some(loss) = at.get_mut(name) {
                count(loss);
            }
        }
    };
    for row in accounts::count_by_host(app.db()).await? {
        add(&row.host, &|loss| {
            loss.accounts += row.accounts.unsigned_abs();
            loss.posts += row.posts.unsigned_abs();
        });
    }
    for row in follows::count_by_host(app.db(), true).await? {
        add(&row.host, &|loss| loss.followers += row.follows.unsigned_abs());
    }
    for row in follows::count_by_host(app.db(), false).await? {
        add(&row.host, &|loss| loss.followed += row.follows.unsigned_abs());
    }
    Ok(names.iter().map(|name| at.get(name).copied().unwrap_or_default()).collect())
}

/// The domain of that name, in the form in which it is kept, if anything may be decided about it: not about our own.
pub fn named(app: &App, name: &str) -> Result<String, Error> {
    let name = blocklist::domain(name).ok_or(Error::invalid("Domain", "is none"))?;
    let own = [app.config.server.account_domain.clone(), app.config.server.host()];
    if own.iter().any(|own| *own == name || own.ends_with(&format!(".{name}"))) {
        return Err(Error::invalid("Domain", "is our own"));
    }
    Ok(name)
}

/// Decides about a domain, in the place of what was decided before, also in cases.
pub async fn put(app: &App, by: Option<PersonId>, entry: Entry, private_note: &str) -> Result<(), Error> {
    put_all(app, by, vec![entry], private_note).await
}

/// Decides about all domains of a list at once: all or none.
pub async fn put_all(
    app: &App,
    by: Option<PersonId>,
    entries: Vec<Entry>,
    private_note: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for entry in entries {
        measures::supersede_of_domain(app, &tx, by, &named(app, &entry.name)?).await?;
        put_in(app, &tx, by, entry, private_note).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

pub(crate) async fn put_in(
    app: &App,
    tx: &Tx,
    by: Option<PersonId>,
    entry: Entry,
    private_note: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    let name = named(app, &entry.name)?;
    for (field, text) in [("Reason", entry.public_reason.as_str()), ("Note", private_note)] {
        if text.chars().count() > LONGEST_REASON {
            return Err(Error::invalid(
                field,
                format!("is too long (maximum is {LONGEST_REASON} characters)"),
            ));
        }
    }
    let row = domain_policies::Model {
        name: name.clone(),
        id: app.id(RowId),
        severity: entry.severity.name().into(),
        reject_media: entry.reject_media,
        reject_reports: entry.reject_reports,
        public_reason: entry.public_reason.trim().to_owned(),
        private_note: private_note.trim().to_owned(),
        person_id: by,
        created_at: now,
    };
    let facts = json!({
        "severity": row.severity,
        "reject_media": row.reject_media,
        "reject_reports": row.reject_reports,
        "reason": row.public_reason,
    });
    domain_policies::put(tx, row).await?;
    hosts::set_suspended(tx, &name, entry.severity == Severity::Suspend).await?;
    audit::write(app, tx, by, "domain decided", &name, facts).await?;
    Ok(jobs::enqueue(tx, app.id(JobId), &Job::ApplyDomainPolicy { name }, None, now).await?)
}

/// Takes back what was decided about a domain; false if nothing was.
pub async fn lift(app: &App, by: Option<PersonId>, name: &str) -> Result<bool, Error> {
    let tx = app.begin_write().await?;
    measures::supersede_of_domain(app, &tx, by, name).await?;
    let was_decided = lift_in(app, &tx, by, name).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(was_decided)
}

pub(crate) async fn lift_in(app: &App, tx: &Tx, by: Option<PersonId>, name: &str) -> Result<bool, Error> {
    if !domain_policies::delete(tx, name).await? {
        return Ok(false);
    }
    hosts::set_suspended(tx, name, false).await?;
    audit::write(app, tx, by, "domain lifted", name, json!({})).await?;
    let job = Job::ApplyDomainPolicy { name: name.to_owned() };
    jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
    Ok(true)
}

/// Marks the accounts of a domain as what is decided about it says, in slices, so that no writer waits long.
pub async fn apply(app: &App, name: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let policies = domain_policies::list(app.db()).await?;
    let below = format!(".{name}");
    for (mark, severity) in [(Mark::ShutOut, Severity::Suspend), (Mark::Limited, Severity::Silence)] {
        let named: Vec<&str> = policies
            .iter()
            .filter(|policy| policy.severity == severity.name())
            .map(|policy| policy.name.as_str())
            .collect();
        let is_on = named.iter().any(|above| *above == name || name.ends_with(&format!(".{above}")));
        // What is decided about a domain below stays when this one is lifted.
        let except: Vec<String> = named
            .iter()
            .filter(|other| !is_on && other.ends_with(&below))
            .map(|&other| other.into())
            .collect();
        loop {
            let tx = app.begin_write().await?;
            let at = is_on.then_some(now);
            let marked = accounts::mark_domain(&tx, name, &except, mark, at, AT_ONCE).await?;
            tx.commit_part().await?;
            if marked < AT_ONCE {
                break;
            }
        }
    }
    app.begin_write().await?.commit().await
}

/// All decisions about domains as a list.
pub async fn export(app: &App) -> Result<String, Error> {
    let rows = domain_policies::list(app.db()).await?;
    let entries: Vec<Entry> = rows
        .into_iter()
        .map(|row| Entry {
            severity: Severity::parse(&row.severity).unwrap_or(Severity::Noop),
            name: row.name,
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            public_reason: row.public_reason,
        })
        .collect();
    blocklist::write(&entries).map_err(Error::unexpected)
}
