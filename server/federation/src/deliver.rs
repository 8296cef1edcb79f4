//! Sending: claim what is due host by host, sign at the moment of sending, write down how it ended.
//!
//! A delivery that stays silent for a second leaves the fast places to others, so that servers that never answer
//! can't hold up those that do. A place is free again only when its outcome is in the database: then a crash repeats at
//! most what was in flight.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use metrics::counter;
use stadtbote_core::Error;
use stadtbote_core::actions::outgoing::{self as actions, Ended, Instead, Sign};
use stadtbote_core::domain::backoff;
use stadtbote_core::domain::ids::{DeliveryId, OutgoingId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::deliveries::{self, Claimed, Outcome};
use stadtbote_core::store::{accounts, hosts, outgoing};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::audience::{self, Reach};
use crate::client::{Answer, RequestError};
use crate::{Federation, synchronization};

/// After this a delivery counts as slow.
const FAST: Duration = Duration::from_secs(1);
/// How many slow deliveries there may be beside the fast ones, for each fast place.
const SLOW_PER_FAST: usize = 4;
/// How often leases are renewed.
const RENEWAL: Duration = Duration::from_secs(4);
/// How long outcomes are gathered before they are written.
const GATHERING: Duration = Duration::from_millis(10);
/// What is written down of an answer 429.
const TOO_FAST: &str = "429";
/// How long an account is not looked at again whose inbox leads elsewhere.
const LOOKED_AT: TimeDelta = TimeDelta::hours(1);
/// How many accounts are looked at whose shared inbox leads elsewhere, after each such answer.
const LOOKS: u64 = 20;
/// How long requests in flight may still end when the server stops. Two seconds less than everything may take: what did
/// not end is put back after that.
const DRAIN: Duration = Duration::from_secs(6);

/// What one request came to.
struct Done {
    claimed: Claimed,
    begun: DateTime<Utc>,
    result: Result<Answer, Failure>,
}

/// Why a request was not made or not answered.
enum Failure {
    /// The request failed.
    Request(RequestError),
    /// The activity is no longer to be sent.
    Withdrawn(&'static str),
    /// It goes to these inboxes instead.
    Personally(Vec<String>),
    /// Something of ours was missing.
    Ours(String),
}

impl Federation {
    /// Delivers until `stop`, then lets what is in flight end and puts the rest back.
    pub async fn deliver(&self, stop: CancellationToken) {
        if !self.app().config.server.federates() {
            return;
        }
        let token = i64::from_le_bytes(random_token());
        let mut deliverer = Deliverer {
            federation: self.clone(),
            token,
            flying: JoinSet::new(),
            begun: HashMap::new(),
            too_fast: HashMap::new(),
            bodies: HashMap::new(),
        };
        deliverer.run(stop).await;
    }
}

struct Deliverer {
    federation: Federation,
    token: i64,
    flying: JoinSet<Done>,
    begun: HashMap<DeliveryId, Instant>,
    /// When a host said that we are too fast, and how long it wants to be left alone.
    too_fast: HashMap<String, (Instant, Option<TimeDelta>)>,
    bodies: HashMap<OutgoingId, Bytes>,
}

impl Deliverer {
    async fn run(&mut self, stop: CancellationToken) {
        let app = self.federation.app().clone();
        let mut renewal = tokio::time::interval(RENEWAL);
        let mut may_be_more = true;
        loop {
            if may_be_more && self.free_places() > 0 {
                // What a claim that is broken off has taken is put back with the rest.
                let claimed = tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    claimed = self.claim() => claimed,
                };
                match claimed {
                    Ok(found) => may_be_more = found,
                    Err(error) => {
                        tracing::error!(cause = ?error, "Deliveries could not be claimed");
                        may_be_more = false;
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
                if may_be_more && self.free_places() > 0 && self.flying.is_empty() {
                    continue;
                }
            }
            let pause = self.pause().await;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = renewal.tick() => self.renew().await,
                Some(done) = self.flying.join_next(), if !self.flying.is_empty() => {
                    self.gather(done).await;
                    may_be_more = true;
                }
                () = app.delivery_bell.notified() => may_be_more = true,
                () = tokio::time::sleep(pause) => may_be_more = true,
            }
        }
        self.drain().await;
    }

    /// How long to wait when nothing else happens: until the next host is due, a second at most beside other
    /// processes, and a moment when only slow requests hold the places.
    async fn pause(&self) -> Duration {
        if !self.begun.is_empty() {
            return Duration::from_millis(200);
        }
        let app = self.federation.app();
        let longest = Duration::from_secs(if app.is_sqlite() { 5 } else { 1 });
        match hosts::next_due(app.db()).await {
            Ok(Some(due)) => {
                (due - app.clock.now()).to_std().unwrap_or_default().clamp(Duration::from_millis(5), longest)
            }
            _ => longest,
        }
    }

    fn free_places(&self) -> usize {
        let most = self.federation.app().config.federation.deliveries_at_once;
        let slow = self.begun.values().filter(|begun| begun.elapsed() > FAST).count();
        let fast = self.begun.len() - slow;
        most.saturating_sub(fast + slow.saturating_sub(most * SLOW_PER_FAST))
    }

    /// Takes what is due and begins to send it; says whether there was anything.
    async fn claim(&mut self) -> Result<bool, Error> {
        let app = self.federation.app().clone();
        let per_host = app.config.federation.deliveries_at_once_per_host;
        let most = self.free_places() as u64;
        let claimed = actions::claim(&app, self.token, most, i32::try_from(per_host).unwrap_or(4)).await?;
        if claimed.is_empty() {
            self.bodies.clear();
            return Ok(false);
        }
        let missing: Vec<OutgoingId> =
            claimed.iter().map(|row| row.outgoing_id).filter(|id| !self.bodies.contains_key(id)).collect();
        if !missing.is_empty() {
            self.bodies.retain(|id, _| claimed.iter().any(|row| row.outgoing_id == *id));
            for row in outgoing::list_by_ids(app.db(), missing).await? {
                self.bodies.insert(row.id, Bytes::from(row.body));
            }
        }
        let reaches = match audience::look_again(&app, &claimed).await {
            Ok(reaches) => reaches.into_iter().map(Some).collect(),
            Err(error) => {
                tracing::error!(cause = ?error, "The recipients of deliveries could not be looked at");
                vec![None; claimed.len()]
            }
        };
        for (row, reach) in claimed.into_iter().zip(reaches) {
            let body = self.bodies.get(&row.outgoing_id).cloned().unwrap_or_default();
            let id = row.id;
            let federation = self.federation.clone();
            let begun = federation.app().clock.now();
            self.flying.spawn(async move {
                let attempt = async {
                    match reach {
                        Some(Reach::Send) => federation.attempt(&row, body).await,
                        Some(Reach::Nobody(why)) => Err(Failure::Withdrawn(why)),
                        Some(Reach::Personally(inboxes)) => Err(Failure::Personally(inboxes)),
                        None => Err(Failure::Ours("its recipients could not be looked at".into())),
                    }
                };
                let result = AssertUnwindSafe(attempt).catch_unwind().await;
                let result = result.unwrap_or_else(|_| Err(Failure::Ours("it broke off".into())));
                Done { claimed: row, begun, result }
            });
            self.begun.insert(id, Instant::now());
        }
        Ok(true)
    }

    /// Gathers outcomes for a moment and writes them in one transaction.
    async fn gather(&mut self, first: Result<Done, tokio::task::JoinError>) {
        let mut done = vec![first];
        let until = tokio::time::Instant::now() + GATHERING;
        let most = self.federation.app().config.federation.deliveries_at_once / 2 + 1;
        while done.len() < most {
            match tokio::time::timeout_at(until, self.flying.join_next()).await {
                Ok(Some(next)) => done.push(next),
                _ => break,
            }
        }
        let now = self.federation.app().clock.now();
        let mut ids = Vec::new();
        let mut ended = Vec::new();
        let (mut gone, mut elsewhere) = (Vec::new(), BTreeSet::new());
        for done in done {
            match done {
                Ok(done) => {
                    ids.push(done.claimed.id);
                    match done.result.as_ref().map_or(0, |answer| answer.status) {
                        404 | 410 => gone.push(done.claimed.inbox.clone()),
                        300..=399 => {
                            elsewhere.insert((done.claimed.host.clone(), done.claimed.inbox.clone()));
                        }
                        _ => {}
                    }
                    ended.push(judge(&done, now));
                }
                // Only at a stop: what was cut off is put back there.
                Err(error) => tracing::warn!(cause = ?error, "A delivery was cut off"),
            }
        }
        self.heed_too_fast(&mut ended);
        stadtbote_core::testing::fail_point("deliver: before the outcome is saved");
        // Until the database takes them: an outcome that is dropped would keep its row leased for as long as we renew.
        while let Err(error) = actions::settle(self.federation.app(), self.token, ended.clone()).await {
            tracing::error!(cause = ?error, "Outcomes of deliveries could not be written");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        self.federation.keep_signature_forms().await;
        for end in &ended {
            counter!("stadtbote_deliveries_total", "outcome" => class_of(&end.outcome)).increment(1);
        }
        for id in ids {
            self.begun.remove(&id);
        }
        if self.begun.is_empty() {
            self.too_fast.clear();
        }
        for inbox in gone {
            self.refresh_owner(&inbox).await;
        }
        for (host, inbox) in elsewhere {
            if let Err(error) = self.refresh_owners(&host, &inbox).await {
                tracing::warn!(cause = ?error, "Refreshes could not be queued");
            }
        }
    }

    /// A host that answered 429 is left alone, whatever it took of what was under way already: one good answer beside it
    /// would open it again at once, and it would never be served more slowly.
    fn heed_too_fast(&mut self, ended: &mut [Ended]) {
        for end in ended.iter() {
            if let (Sign::Failed(asked), TOO_FAST) = (end.sign, end.outcome.answer.as_str()) {
                self.too_fast.insert(end.host.clone(), (Instant::now(), asked));
            }
        }
        for end in ended {
            let begun = self.begun.get(&end.outcome.id);
            if let Some((said, asked)) = self.too_fast.get(&end.host)
                && begun.is_some_and(|begun| begun < said)
            {
                end.sign = Sign::Failed(*asked);
            }
        }
    }

    /// Somebody's inbox is gone: their server is asked whether they are.
    async fn refresh_owner(&self, inbox: &str) {
        let app = self.federation.app();
        let queued = async {
            if let Some(account) = accounts::find_by_inbox(app.db(), inbox).await? {
                stadtbote_core::actions::upkeep::queue(app, &Job::RefreshAccount { account: account.id })
                    .await?;
            }
            Ok::<(), Error>(())
        };
        if let Err(error) = queued.await {
            tracing::warn!(cause = ?error, "A refresh could not be queued");
        }
    }

    /// An inbox leads elsewhere, where nothing is sent. Those whose it is are asked where theirs is now; what waits for the
    /// old one follows then ([`stadtbote_core::actions::receive::accounts::put`]).
    async fn refresh_owners(&self, host: &str, inbox: &str) -> Result<(), Error> {
        let app = self.federation.app();
        let before = app.clock.now() - LOOKED_AT;
        let own = accounts::find_by_inbox(app.db(), inbox).await?;
        let own = own.filter(|owner| owner.fetched_at.is_none_or(|at| at < before));
        let sharing = accounts::list_sharing(app.db(), host, inbox, before, LOOKS).await?;
        for account in own.into_iter().chain(sharing) {
            let job = Job::RefreshAccount { account: account.id };
            stadtbote_core::actions::upkeep::queue(app, &job).await?;
        }
        Ok(())
    }

    async fn renew(&self) {
        if self.begun.is_empty() && self.federation.app().is_sqlite() {
            return;
        }
        let held: Vec<DeliveryId> = self.begun.keys().copied().collect();
        if let Err(error) = actions::renew(self.federation.app(), self.token, held).await {
            tracing::error!(cause = ?error, "Leases of deliveries could not be renewed");
        }
    }

    async fn drain(&mut self) {
        let until = tokio::time::Instant::now() + DRAIN;
        while !self.flying.is_empty() {
            match tokio::time::timeout_at(until, self.flying.join_next()).await {
                Ok(Some(done)) => self.gather(done).await,
                _ => break,
            }
        }
        self.flying.abort_all();
        if let Err(error) = actions::put_back(self.federation.app(), self.token).await {
            tracing::error!(cause = ?error, "Deliveries could not be put back");
        }
    }
}

impl Federation {
    /// Makes one attempt. Whether it may be made at all is looked at again now.
    async fn attempt(&self, row: &Claimed, body: Bytes) -> Result<Answer, Failure> {
        if body.is_empty() {
            return Err(Failure::Withdrawn("deleted"));
        }
        let Ok(inbox) = Url::parse(&row.inbox) else { return Err(Failure::Withdrawn("not an address")) };
        let key =
            self.signing_key(row.account_id).await.map_err(|error| Failure::Ours(format!("{error:?}")))?;
        let network = self.network().await.map_err(|error| Failure::Ours(format!("{error:?}")))?;
        let more = synchronization::header(self.app(), row).await;
        let more = more.map_err(|error| Failure::Ours(format!("{error:?}")))?;
        let now = self.app().clock.now();
        let length = body.len() as u64;
        let answer = network.client.post_signed_with(&inbox, body, &more, &key, now).await;
        if answer.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status)) {
            counter!("stadtbote_delivered_bytes_total").increment(length);
        }
        answer.map_err(Failure::Request)
    }
}

/// What an answer means for the delivery and for its host.
///
/// 401 is tried again (our key or a clock may be behind), like 408, 429 and faults of the server; every other 4xx and
/// 501 is final (Mastodon's rule, `app/workers/activitypub/delivery_worker.rb`). A redirect is not followed, but tried again:
/// the owner may name another inbox by then.
fn judge(done: &Done, now: DateTime<Utc>) -> Ended {
    let claimed = &done.claimed;
    let end = |state, answer: String, sign| Ended {
        outcome: Outcome { id: claimed.id, state, run_at: None, answer },
        host: claimed.host.clone(),
        sign,
        begun: done.begun,
        instead: None,
    };
    match &done.result {
        Ok(answer) => {
            let text = answer.status.to_string();
            let asked = answer.retry_after.and_then(|asked| TimeDelta::from_std(asked).ok());
            match answer.status {
                200..=299 => end(deliveries::DELIVERED, text, Sign::Well),
                401 | 408 | 300..=399 => again(done, text, Sign::Well, asked, now),
                501 => end(deliveries::REFUSED, text, Sign::Well),
                // Whoever finds us too fast asks for a pause, whether it says how long or not.
                429 => again(done, text, Sign::Failed(Some(asked.unwrap_or_default())), asked, now),
                500..=599 => again(done, text, Sign::Failed(asked), asked, now),
                _ => end(deliveries::REFUSED, text, Sign::Well),
            }
        }
        Err(Failure::Withdrawn(why)) => end(deliveries::CANCELLED, (*why).into(), Sign::Nothing),
        Err(Failure::Personally(inboxes)) => Ended {
            instead: Some(Instead { of: claimed.clone(), inboxes: inboxes.clone() }),
            ..end(deliveries::CANCELLED, "personal inboxes instead".into(), Sign::Nothing)
        },
        Err(Failure::Ours(cause)) => {
            tracing::warn!(%cause, "A delivery could not be attempted");
            again(done, "not attempted".into(), Sign::Nothing, None, now)
        }
        Err(Failure::Request(RequestError::Refused(refusal))) => {
            end(deliveries::REFUSED, format!("not allowed: {refusal:?}"), Sign::Nothing)
        }
        Err(Failure::Request(error)) => again(done, error.to_string(), Sign::Failed(None), None, now),
    }
}

fn again(done: &Done, answer: String, sign: Sign, asked: Option<TimeDelta>, now: DateTime<Utc>) -> Ended {
    let claimed = &done.claimed;
    let answer: String = answer.chars().take(200).collect();
    let attempts = u32::try_from(claimed.attempts).unwrap_or(0) + 1;
    let is_over = now - claimed.created_at >= backoff::DELIVERY_LIFE;
    let run_at = now + backoff::pause(attempts, asked, stadtbote_core::app::chance());
    let (state, run_at) =
        if is_over { (deliveries::EXPIRED, None) } else { (deliveries::WAITING, Some(run_at)) };
    if is_over {
        tracing::warn!(host = %claimed.host, %answer, "Delivery given up after seven days");
    }
    Ended {
        outcome: Outcome { id: claimed.id, state, run_at, answer },
        host: claimed.host.clone(),
        sign,
        begun: done.begun,
        instead: None,
    }
}

fn class_of(outcome: &Outcome) -> &'static str {
    match outcome.state {
        deliveries::WAITING => "try_again",
        state => state,
    }
}

fn random_token() -> [u8; 8] {
    let mut token = [0; 8];
    for pair in token.chunks_mut(2) {
        pair.copy_from_slice(&stadtbote_core::app::chance().to_le_bytes());
    }
    token
}
