//! What everything else is given: the database, the clock, the settings, the media store, the bell.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, Local, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use sea_orm::{DatabaseBackend, DatabaseConnection, DatabaseTransaction};
use tokio::sync::{Notify, Semaphore};

use crate::Error;
use crate::config::Config;
use crate::counted::Counted;
use crate::database::writer::{Turn, Writer};
use crate::database::{self, Connections};
use crate::domain::ids::{self, IncomingId, JobId};
use crate::fresh::{Version, Versions};
use crate::mail::Mailer;
use crate::media::{MediaStore, MediaWork};
use crate::store;

/// A handle to everything; cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
    lease: Option<Lease>,
}

/// What [`App`] leads to.
pub struct Inner {
    /// The settings in force.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Files of posts and profiles.
    pub media: MediaStore,
    /// Picture work, a bounded number at once.
    pub media_work: MediaWork,
    /// What is counted when it happens, until it is saved.
    pub counted: Counted,
    /// The way out for mail, if there is one.
    pub mailer: Option<Mailer>,
    /// Rung when a job was queued.
    pub job_bell: Notify,
    /// Rung when deliveries were queued.
    pub delivery_bell: Notify,
    /// Password hashing costs 19 MiB and a core: few at once, so that a flood of log-ins can't take the machine.
    pub(crate) password_slots: Semaphore,
    last_id: AtomicI64,
    read: DatabaseConnection,
    writer: Writer,
    versions: Arc<Versions>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    /// Opens the database and the media folder. With `create`, makes them where they are missing.
    pub async fn open(config: Config, create: bool) -> Result<App, Error> {
        let Connections { read, writer, watch } = database::connect(&config.database_url, create).await?;
        let media = MediaStore::new(&config.media_folder);
        Ok(App {
            inner: Arc::new(Inner {
                media,
                media_work: MediaWork::default(),
                mailer: Mailer::new(&config)?,
                clock: Clock { offset_seconds: AtomicI64::new(crate::testing::clock_offset()) },
                counted: Counted::default(),
                job_bell: Notify::new(),
                delivery_bell: Notify::new(),
                password_slots: Semaphore::new(2),
                last_id: AtomicI64::new(0),
                read,
                writer,
                versions: Arc::new(Versions::new(watch)),
                config,
            }),
            lease: None,
        })
    }

    /// The connection for reading.
    pub fn db(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection that migrations run on.
    pub fn migration_db(&self) -> &DatabaseConnection {
        self.writer.db()
    }

    /// The state of the database, for what is kept as long as it lasts (see [`crate::fresh`]).
    pub async fn version(&self) -> Result<Version, Error> {
        self.versions.now().await
    }

    /// Whether the database is a single file with one writer.
    pub fn is_sqlite(&self) -> bool {
        self.read.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Opens a transaction that will write.
    pub async fn begin_write(&self) -> Result<Tx, Error> {
        Ok(Tx { turn: self.writer.begin().await?, lease: self.lease.clone() })
    }

    /// The same app for the work on one job: the first transaction that commits also ends the job, so that its
    /// effects happen once.
    pub fn holding(&self, lease: Lease) -> App {
        App { inner: self.inner.clone(), lease: Some(lease) }
    }

    /// The same app, but the incoming activity of its job ends with this verdict.
    pub(crate) fn with_verdict(&self, state: &'static str, reason: &str) -> App {
        let mut app = self.clone();
        if let Some(lease) = &mut app.lease {
            lease.verdict = (state, Some(reason.to_owned()));
        }
        app
    }

    /// A new id, wrapped in its type: `app.id(PostId)`. Later ones of this process are greater, within a millisecond too:
    /// the order of jobs and deliveries stands on that.
    pub fn id<T>(&self, wrap: fn(i64) -> T) -> T {
        let drawn = ids::compose(self.clock.now(), chance());
        let next = |last: i64| Some(drawn.max(last.saturating_add(1)));
        match self.last_id.fetch_update(Ordering::AcqRel, Ordering::Acquire, next) {
            Ok(last) | Err(last) => wrap(drawn.max(last.saturating_add(1))),
        }
    }

    /// Ends all waiting: closes the connections.
    pub async fn close(&self) {
        let _ = self.read.clone().close().await;
        self.writer.close().await;
        self.versions.close().await;
    }
}

/// A job that is being worked on.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// What is written down of the incoming activity when the job ends.
    pub(crate) verdict: (&'static str, Option<String>),
    /// Proof that it is still ours.
    pub token: i64,
    /// The incoming activity that it works on, if any; it ends with the job.
    pub incoming: Option<IncomingId>,
    ended: Arc<AtomicBool>,
}

impl Lease {
    /// A lease on `job` with its token.
    pub fn new(job: JobId, token: i64, incoming: Option<IncomingId>) -> Lease {
        Lease { job, verdict: (store::incoming::DONE, None), token, incoming, ended: Arc::default() }
    }

    /// Whether a transaction has already ended the job.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it changes nothing.
pub struct Tx {
    turn: Turn,
    lease: Option<Lease>,
}

impl Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.turn.tx
    }
}

impl Tx {
    /// Makes it so. Within a job, the job ends in the same commit; if its lease was lost, nothing happens and the
    /// other holder's work counts.
    pub async fn commit(self) -> Result<(), Error> {
        if let Some(lease) = &self.lease
            && !lease.has_ended()
        {
            if !store::jobs::finish(&self.turn.tx, lease).await? {
                self.turn.rollback().await?;
                return Err(Error::Conflict("Somebody else does this job"));
            }
            self.turn.commit().await?;
            lease.ended.store(true, Ordering::Release);
            return Ok(());
        }
        self.turn.commit().await?;
        Ok(())
    }

    /// Commits a slice of long work without ending the job.
    pub(crate) async fn commit_part(self) -> Result<(), Error> {
        self.turn.commit().await?;
        Ok(())
    }
}

/// The time, which tests may move.
#[derive(Default)]
pub struct Clock {
    offset_seconds: AtomicI64,
}

impl Clock {
    /// Now, in microseconds, as both databases keep it.
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn now(&self) -> DateTime<Utc> {
        let offset = self.offset_seconds.load(Ordering::Relaxed) + crate::testing::clock_leap();
        let now = Utc::now() + TimeDelta::seconds(offset);
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The day of a moment, in the time zone of the machine.
    pub fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&Local).date_naive()
    }

    /// The hour of the day of a moment there, 0 to 23.
    pub fn hour(&self, moment: DateTime<Utc>) -> u32 {
        moment.with_timezone(&Local).hour()
    }

    /// The moment at which a day begins there. Where clocks are put forward at midnight, that is when they go on.
    pub fn begin_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let begin = [0, 1, 2]
            .into_iter()
            .find_map(|hours| (midnight + TimeDelta::hours(hours)).and_local_timezone(Local).earliest());
        begin.map_or_else(|| midnight.and_utc(), |begin| begin.to_utc())
    }

    /// Moves the clock forward (or back); for tests.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_seconds.fetch_add(by.num_seconds(), Ordering::Relaxed);
    }
}

/// Sixteen bits of chance.
pub fn chance() -> u16 {
    let mut bytes = [0; 2];
    fill_random(&mut bytes);
    u16::from_le_bytes(bytes)
}

/// A secret that nobody can guess, as 43 characters for an address or a header.
pub fn secret() -> String {
    use base64::Engine;
    let mut bytes = [0; 32];
    fill_random(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a secret: its SHA-256 in hex.
pub fn secret_hash(secret: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(secret.as_bytes()))
}

fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random numbers, or nothing here is safe");
}
