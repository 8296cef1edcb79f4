//! Activities on their way out.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::app::Tx;
use crate::domain::ids::{AccountId, DeliveryId, JobId, OutgoingId, PostId};
use crate::domain::job::{Class, Job};
use crate::store::{deliveries, follows, hosts, jobs, outgoing, post_recipients, posts};
use crate::{App, Error};

/// An activity for others.
#[derive(Clone, Debug)]
pub struct NewOutgoing {
    /// Its id: made from post, version and verb, so that a repeat is the same activity.
    pub activity_id: String,
    /// Its type.
    pub kind: &'static str,
    /// Who says it.
    pub account: AccountId,
    /// The post it is about, if any.
    pub post: Option<PostId>,
    /// What it is about: deliveries to one host about one subject keep their order.
    pub subject: String,
    /// How urgent it is.
    pub class: Class,
    /// The document.
    pub body: String,
}

/// Queues an activity for these inboxes, each once, in one transaction. Ends the job that it is done for.
pub async fn queue(app: &App, new: NewOutgoing, inboxes: Vec<String>) -> Result<usize, Error> {
    let now = app.clock.now();
    let id = app.id(OutgoingId);
    let class = new.class.number();
    let mut rows: Vec<deliveries::Model> = inboxes
        .iter()
        .filter_map(|inbox| Some((inbox, host_of(inbox)?)))
        .map(|(inbox, host)| deliveries::Model {
            id: app.id(DeliveryId),
            outgoing_id: id,
            inbox: inbox.clone(),
            host,
            subject: new.subject.clone(),
            state: deliveries::WAITING.into(),
            class,
            attempts: 0,
            run_at: now,
            lease_token: None,
            lease_until: None,
            last_answer: None,
            created_at: now,
            ended_at: None,
        })
        .collect();
    let tx = app.begin_write().await?;
    if let Some(post) = new.post {
        // Both once more: work that began before a change or a deletion may have gone on beside it, and queue late.
        deliveries::supersede(&tx, &new.subject, superseded_by(new.kind), now).await?;
        let is_out = posts::find_any(&*tx, post).await?.is_some_and(|post| post.is_published());
        if !is_out && new.kind != "Delete" {
            rows.clear();
        }
    }
    let count = rows.len();
    if count > 0 {
        let row = outgoing::Model {
            id,
            activity_id: new.activity_id,
            kind: new.kind.into(),
            account_id: new.account,
            post_id: new.post,
            subject: new.subject,
            class,
            body: new.body,
            created_at: now,
        };
        outgoing::insert(&tx, row).await?;
        deliveries::insert_many(&tx, rows, now).await?;
        if let Some(post) = new.post.filter(|_| new.kind != "Delete") {
            post_recipients::insert_many(&tx, post, &inboxes).await?;
        }
    }
    tx.commit().await?;
    app.delivery_bell.notify_one();
    Ok(count)
}

/// The kinds of activities about a post that are needless once it has changed or is gone.
pub(crate) fn superseded_by(kind: &str) -> &'static [&'static str] {
    match kind {
        "Update" => &["Update"],
        "Delete" => &["Create", "Update", "Announce"],
        _ => &[],
    }
}

/// The host of an inbox, in lower case.
pub fn host_of(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_lowercase)
}

/// Takes what is due for sending, at most `most` in all, under a lease with `token`.
pub async fn claim(
    app: &App,
    token: i64,
    most: u64,
    per_host: i32,
) -> Result<Vec<deliveries::Claimed>, Error> {
    let tx = app.begin_write().await?;
    let claimed = deliveries::claim(&tx, token, app.clock.now(), most, per_host).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// How one delivery ended, and what it says of its host.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The delivery's end.
    pub outcome: deliveries::Outcome,
    /// Its host.
    pub host: String,
    /// What the host showed of itself.
    pub sign: Sign,
    /// When the attempt began.
    pub begun: DateTime<Utc>,
    /// The personal inboxes that the activity goes to instead of a shared one.
    pub instead: Option<Instead>,
}

/// What an attempt says of a host. The greater outweighs the lesser: one good answer is worth more than a failure beside
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Nothing: it was not asked.
    Nothing,
    /// It failed, and asked to be left alone so long, if it did.
    Failed(Option<TimeDelta>),
    /// It is well.
    Well,
}

/// Deliveries that take the place of one.
#[derive(Clone, Debug)]
pub struct Instead {
    /// The one.
    pub of: deliveries::Claimed,
    /// Where the others go, on the same host.
    pub inboxes: Vec<String>,
}

/// Writes down how deliveries ended, in one transaction.
pub async fn settle(app: &App, token: i64, ended: Vec<Ended>) -> Result<(), Error> {
    use crate::domain::backoff;
    use std::collections::BTreeMap;

    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let mut by_host: BTreeMap<String, (Sign, DateTime<Utc>)> = BTreeMap::new();
    for end in &ended {
        let (sign, begun) = by_host.entry(end.host.clone()).or_insert((end.sign, end.begun));
        *sign = end.sign.max(*sign);
        *begun = end.begun.max(*begun);
    }
    let names: Vec<String> = by_host.keys().cloned().collect();
    let known: BTreeMap<String, hosts::Model> = hosts::list_by_names(&*tx, names.clone())
        .await?
        .into_iter()
        .map(|host| (host.name.clone(), host))
        .collect();
    for instead in ended.iter().filter_map(|end| end.instead.as_ref()) {
        replace(app, &tx, instead, now).await?;
    }
    let outcomes: Vec<deliveries::Outcome> = ended.into_iter().map(|end| end.outcome).collect();
    let mut well = Vec::new();
    for (name, (sign, begun)) in by_host {
        let Some(host) = known.get(&name) else { continue };
        match sign {
            Sign::Well if host.failures > 0 || host.unavailable_at.is_some() => well.push(name),
            Sign::Well | Sign::Nothing => {}
            Sign::Failed(asked) => {
                // Requests that were under way together fail together, and are one failure.
                let is_known = host.failures > 0 && host.failed_at.is_some_and(|at| begun <= at);
                let before = host.failures - i32::from(is_known);
                let failures = u32::try_from(before).unwrap_or(0).saturating_add(1);
                let mut until = now + backoff::host_pause(failures, asked, crate::app::chance());
                until = host.closed_until.map_or(until, |closed| until.max(closed));
                if host.unavailable_at.is_some() {
                    until = until.max(now + TimeDelta::days(1));
                }
                hosts::mark_failed(&tx, host, before.saturating_add(1), until, now).await?;
            }
        }
    }
    for name in &well {
        if known.get(name).is_some_and(|host| host.unavailable_at.is_some()) {
            greet(app, &tx, name).await?;
        }
        deliveries::hurry(&tx, name, now).await?;
    }
    hosts::mark_alive(&tx, well, now).await?;
    deliveries::settle(&tx, token, &outcomes, now).await?;
    hosts::settle(&tx, names).await?;
    tx.commit().await
}

/// A host is back that was away so long that what was meant for it was given up: it is told how those of ours look now
/// whom somebody there follows.
pub(crate) async fn greet(app: &App, tx: &Tx, host: &str) -> Result<(), Error> {
    for account in follows::list_followed_from(&**tx, host).await? {
        let job = Job::DistributeProfile {
            account: account.id,
            version: account.version,
            host: Some(host.to_owned()),
            is_back: false,
        };
        jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
    }
    Ok(())
}

/// Queues the deliveries that take the place of one, unless its post is gone meanwhile; they inherit its age.
async fn replace(app: &App, tx: &Tx, instead: &Instead, now: DateTime<Utc>) -> Result<(), Error> {
    let Instead { of, inboxes } = instead;
    if let Some(post) = of.post_id
        && !posts::find_any(&**tx, post).await?.is_some_and(|post| post.is_published())
    {
        return Ok(());
    }
    let row = |inbox: &String| deliveries::Model {
        id: app.id(DeliveryId),
        outgoing_id: of.outgoing_id,
        inbox: inbox.clone(),
        host: of.host.clone(),
        subject: of.subject.clone(),
        state: deliveries::WAITING.into(),
        class: of.class,
        attempts: 0,
        run_at: now,
        lease_token: None,
        lease_until: None,
        last_answer: None,
        created_at: of.created_at,
        ended_at: None,
    };
    deliveries::insert_many(tx, inboxes.iter().map(row).collect(), now).await?;
    if let Some(post) = of.post_id {
        post_recipients::insert_many(tx, post, inboxes).await?;
    }
    Ok(())
}

/// Keeps what was found out about how hosts want requests signed: since when each wants RFC 9421, or that it does not.
pub async fn keep_signature_forms(
    app: &App,
    learned: Vec<(String, Option<DateTime<Utc>>)>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    for (host, message_since) in learned {
        hosts::update_message_signatures(&tx, &host, message_since).await?;
    }
    tx.commit().await
}

/// Prolongs these deliveries, held under `token`, and takes back what others let go of.
///
/// Not all that bears the token: what was claimed in a transaction whose end the database could not tell us is in nobody's
/// hand, and would wait for ever.
pub async fn renew(app: &App, token: i64, held: Vec<DeliveryId>) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    deliveries::renew(&tx, token, held, now + deliveries::LEASE).await?;
    if !app.is_sqlite() {
        deliveries::release(&tx, deliveries::Release::OverAt(now)).await?;
    }
    tx.commit().await
}

/// Puts back what is held under `token`: for a quiet stop.
pub async fn put_back(app: &App, token: i64) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    deliveries::release(&tx, deliveries::Release::Of(token)).await?;
    tx.commit().await
}
