//! Claims jobs, runs them, and finishes or postpones them.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use metrics::{counter, histogram};
use stadtbote_core::actions::receive;
use stadtbote_core::app::Lease;
use stadtbote_core::domain::backoff::{JOB_ATTEMPTS, job_pause};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::{incoming, jobs};
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{is_for_a_person, run};
use crate::cause;

/// Jobs claimed with one transaction.
const BATCH: u64 = 32;
/// Jobs at once.
const AT_ONCE: usize = 16;
/// How often work is looked for without a bell: another process can't ring ours.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often leases are prolonged.
const RENEW_EVERY: Duration = Duration::from_secs(4);
/// A job that takes longer failed.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// How long jobs may go on after they were asked to stop.
const GRACE: Duration = Duration::from_secs(4);

/// Works until `stop`, then puts back what is not done.
pub async fn work(app: App, federation: Federation, stop: CancellationToken) {
    let mut desk = Desk::new(app, federation);
    let mut renewal = tokio::time::interval(RENEW_EVERY);
    loop {
        let pause = desk.fill().await;
        let is_out_of_work = desk.queue.is_empty();
        tokio::select! {
            () = stop.cancelled() => break,
            Some(done) = desk.running.join_next(), if !desk.running.is_empty() => desk.forget(done),
            () = desk.app.job_bell.notified(), if is_out_of_work => {}
            () = tokio::time::sleep(pause), if is_out_of_work => {}
            _ = renewal.tick() => desk.renew().await,
        }
    }
    desk.close().await;
}

/// A claimed job.
struct Work {
    lease: Lease,
    job: Job,
    attempts: u32,
}

/// The work in hand.
struct Desk {
    app: App,
    federation: Federation,
    /// Claimed, not yet begun.
    queue: VecDeque<Work>,
    /// Begun; each gives back its token.
    running: JoinSet<i64>,
    /// How many jobs are in hand under each token.
    tokens: HashMap<i64, usize>,
}

impl Desk {
    fn new(app: App, federation: Federation) -> Desk {
        Desk { app, federation, queue: VecDeque::new(), running: JoinSet::new(), tokens: HashMap::new() }
    }

    /// Begins as many jobs as may run at once; gives the time after which it is worth while to look again.
    async fn fill(&mut self) -> Duration {
        let mut pause = LOOK_EVERY;
        if self.queue.is_empty() && self.running.len() < AT_ONCE {
            match self.claim().await {
                Ok(until_next) => pause = until_next,
                Err(error) => tracing::warn!("No jobs can be claimed now: {}", cause(&error)),
            }
        }
        while self.running.len() < AT_ONCE
            && let Some(work) = self.queue.pop_front()
        {
            self.running.spawn(carry_out(self.app.clone(), self.federation.clone(), work));
        }
        pause
    }

    /// Claims what is due; gives the time until the next job is.
    async fn claim(&mut self) -> Result<Duration, Error> {
        let now = self.app.clock.now();
        // Looked at first, so that having nothing to do takes no write lock.
        match jobs::next_due(self.app.db()).await? {
            Some(at) if at <= now => {}
            Some(at) => return Ok((at - now).to_std().unwrap_or_default().min(LOOK_EVERY)),
            None => return Ok(LOOK_EVERY),
        }
        let token = random_token();
        let tx = self.app.begin_write().await?;
        let rows = jobs::claim(&tx, token, now, BATCH).await?;
        tx.commit().await?;
        for row in rows {
            let mut lease = Lease::new(row.id, token, None);
            match serde_json::from_str(&row.payload) {
                Ok(job) => {
                    if let Job::Receive { incoming } = job {
                        lease.incoming = Some(incoming);
                    }
                    *self.tokens.entry(token).or_default() += 1;
                    self.queue.push_back(Work { lease, job, attempts: row.attempts.unsigned_abs() });
                }
                Err(error) => {
                    let cause = format!("it can't be read: {error}");
                    park(&self.app, &lease, "unreadable", &cause).await?;
                }
            }
        }
        Ok(LOOK_EVERY)
    }

    /// A job is no longer in hand.
    fn forget(&mut self, done: Result<i64, JoinError>) {
        let Ok(token) = done else { return };
        if let Some(count) = self.tokens.get_mut(&token) {
            *count -= 1;
            if *count == 0 {
                self.tokens.remove(&token);
            }
        }
    }

    /// Prolongs the leases of all that is in hand.
    async fn renew(&self) {
        if self.tokens.is_empty() {
            return;
        }
        let tokens: Vec<i64> = self.tokens.keys().copied().collect();
        let renewed = async {
            let tx = self.app.begin_write().await?;
            jobs::renew(&tx, &tokens, self.app.clock.now() + jobs::LEASE).await?;
            tx.commit().await
        };
        if let Err(error) = renewed.await {
            tracing::warn!("The leases of jobs can't be prolonged now: {}", cause(&error));
        }
    }

    /// Lets the begun jobs end for a moment, and puts back the rest.
    async fn close(mut self) {
        let _ = tokio::time::timeout(GRACE, async {
            while let Some(done) = self.running.join_next().await {
                self.forget(done);
            }
        })
        .await;
        self.running.shutdown().await;
        if self.tokens.is_empty() {
            return;
        }
        let tokens: Vec<i64> = self.tokens.keys().copied().collect();
        let put_back = async {
            let tx = self.app.begin_write().await?;
            jobs::put_back(&tx, &tokens).await?;
            tx.commit().await
        };
        match put_back.await {
            Ok(()) => tracing::info!("The jobs in hand were put back"),
            Err(error) => tracing::warn!("The jobs in hand can't be put back: {}", cause(&error)),
        }
    }
}

/// Runs a job and sees to its end; gives back the token of its lease.
async fn carry_out(app: App, federation: Federation, work: Work) -> i64 {
    let Work { lease, job, attempts } = work;
    let kind = job.kind();
    let is_for_a_person = is_for_a_person(&job);
    let begin = Instant::now();

    let holder = app.holding(lease.clone());
    let done = tokio::time::timeout(LONGEST, run(&holder, &federation, job));
    let done = match AssertUnwindSafe(done).catch_unwind().await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Error::unexpected("it took too long")),
        Err(_) => Err(Error::unexpected("it broke off")),
    };
    histogram!("stadtbote_job_seconds", "kind" => kind).record(begin.elapsed().as_secs_f64());

    let ended = match done {
        Ok(()) => {
            counter!("stadtbote_jobs_total", "kind" => kind, "end" => "done").increment(1);
            finish(&holder, &lease).await
        }
        Err(error) if lease.has_ended() => {
            tracing::warn!(job.kind = kind, "A job failed after its effect was saved: {}", cause(&error));
            Ok(())
        }
        Err(error) => {
            let attempts = attempts + 1;
            if attempts < JOB_ATTEMPTS {
                postpone(&app, &lease, kind, attempts, &error).await
            } else if is_for_a_person && !matches!(error, Error::Remote(_)) {
                park(&app, &lease, kind, &cause(&error)).await
            } else {
                // Nobody here can mend another server, and a peer must not be able to fill the list of parked jobs.
                tracing::info!(job.kind = kind, "A job is given up: {}", cause(&error));
                counter!("stadtbote_jobs_total", "kind" => kind, "end" => "given_up").increment(1);
                receive::refuse(&holder, incoming::IGNORED, "another server did not answer").await
            }
        }
    };
    if let Err(error) = ended {
        // Its lease runs out, and then it is tried again.
        tracing::warn!(job.id = %lease.job, job.kind = kind, "The end of a job can't be saved: {}", cause(&error));
    }
    lease.token
}

/// Ends a job whose work needed no transaction.
async fn finish(holder: &App, lease: &Lease) -> Result<(), Error> {
    if lease.has_ended() {
        return Ok(());
    }
    holder.begin_write().await?.commit().await
}

async fn postpone(
    app: &App,
    lease: &Lease,
    kind: &'static str,
    attempts: u32,
    error: &Error,
) -> Result<(), Error> {
    let cause = cause(error);
    let now = app.clock.now();
    let pause = job_pause(attempts);
    tracing::warn!(
        job.id = %lease.job,
        job.kind = kind,
        "A job failed and is tried again in {} seconds: {cause}",
        pause.num_seconds()
    );
    counter!("stadtbote_jobs_total", "kind" => kind, "end" => "postponed").increment(1);
    let tx = app.begin_write().await?;
    jobs::postpone(&tx, lease, Some(now + pause), &cause, now).await?;
    tx.commit().await
}

async fn park(app: &App, lease: &Lease, kind: &'static str, cause: &str) -> Result<(), Error> {
    tracing::error!(
        job.id = %lease.job,
        job.kind = kind,
        "A job waits for a person: {cause}"
    );
    counter!("stadtbote_jobs_total", "kind" => kind, "end" => "parked").increment(1);
    let tx = app.begin_write().await?;
    jobs::postpone(&tx, lease, None, cause, app.clock.now()).await?;
    tx.commit().await
}

fn random_token() -> i64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers, or nothing here is safe");
    i64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use stadtbote_core::actions::upkeep;

    use super::*;
    use crate::testing::app;

    #[tokio::test]
    async fn what_is_due_is_done_and_queued_again() {
        let (app, _folder) = app().await;
        upkeep::schedule(&app, app.clock.now()).await.expect("it can be queued");
        let due = jobs::list_all(app.db()).await.expect("it can be read").remove(0);

        let stop = CancellationToken::new();
        let worker = tokio::spawn(work(app.clone(), Federation::new(app.clone()), stop.clone()));
        let next = loop {
            let left = jobs::list_all(app.db()).await.expect("it can be read");
            if let Some(next) = left.into_iter().find(|job| job.kind == due.kind && job.id != due.id) {
                break next;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        stop.cancel();
        worker.await.expect("it ends by itself");

        assert_eq!((next.kind.as_str(), next.attempts), ("clean_up", 0));
        assert!(next.run_at > app.clock.now());
    }

    #[tokio::test]
    async fn at_a_stop_what_was_not_begun_is_put_back_unharmed() {
        let (app, _folder) = app().await;
        upkeep::schedule(&app, app.clock.now()).await.expect("it can be queued");
        let mut desk = Desk::new(app.clone(), Federation::new(app.clone()));

        desk.claim().await.expect("the database is there");
        let held = jobs::list_all(app.db()).await.expect("it can be read").remove(0);
        desk.close().await;

        let back = jobs::list_all(app.db()).await.expect("it can be read").remove(0);
        assert!(held.lease_token.is_some());
        assert_eq!((back.lease_token, back.attempts), (None, 0));
    }

    #[tokio::test]
    async fn the_upkeep_never_runs_beside_itself() {
        let (app, _folder) = app().await;
        let mut desk = Desk::new(app.clone(), Federation::new(app.clone()));
        upkeep::schedule(&app, app.clock.now()).await.expect("it can be queued");
        desk.claim().await.expect("the database is there");

        upkeep::schedule(&app, app.clock.now()).await.expect("it can be queued");
        desk.claim().await.expect("the database is there");

        let mut rows = jobs::list_all(app.db()).await.expect("it can be read");
        rows.retain(|row| row.kind == Job::CleanUp.kind());
        let held: Vec<bool> = rows.iter().map(|row| row.lease_token.is_some()).collect();
        assert_eq!(held, [true, false]);
    }

    #[tokio::test]
    async fn a_job_whose_lease_was_lost_ends_without_effect() {
        let (app, _folder) = app().await;
        upkeep::schedule(&app, app.clock.now()).await.expect("it can be queued");
        let row = jobs::list_all(app.db()).await.expect("it can be read").remove(0);

        let lost = Lease::new(row.id, 7, None);
        let done = finish(&app.holding(lost.clone()), &lost).await;

        assert!(matches!(done, Err(Error::Conflict(_))));
        let left = jobs::list_all(app.db()).await.expect("it can be read");
        assert!(left.iter().any(|job| job.id == row.id));
    }
}
