//! Values that are true as long as nothing was written.
//!
//! Making a page or recognising a token takes many questions; whether anything at all was committed since they were
//! asked takes one, whoever wrote: this process, another one, or a command on the command line. So what is kept can't
//! be stale, and nothing has to say what it depends on (`docs/decisions/0006-fresh-values.md`).

use std::collections::HashMap;
use std::future::Future;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;
use tokio::sync::{OnceCell, oneshot};

use crate::{Error, store};

/// What depends on the time, such as a mute that ends, may be this much behind.
const LIFE: Duration = Duration::from_secs(1);

/// A state of the database: whoever sees the same one twice knows that nothing was committed in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(Arc<str>);

impl Version {
    /// For what may be a second old, whatever was written.
    fn any() -> Version {
        static ANY: LazyLock<Version> = LazyLock::new(|| Version("any".into()));
        ANY.clone()
    }
}

/// Tells the state of the database. All who ask while a question is on its way share the next one.
pub(crate) struct Versions {
    db: DatabaseConnection,
    waiting: Mutex<Waiting>,
    /// A connection that replaces a broken one may count from the beginning.
    failures: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    asked: Vec<oneshot::Sender<Option<Version>>>,
    is_answering: bool,
}

impl Versions {
    /// `db` must stay the same one connection on SQLite, where each counts for itself.
    pub(crate) fn new(db: DatabaseConnection) -> Versions {
        Versions { db, waiting: Mutex::default(), failures: AtomicU64::new(0) }
    }

    /// The state now: of a question that began after this was called.
    pub(crate) async fn now(self: &Arc<Self>) -> Result<Version, Error> {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut waiting = lock(&self.waiting);
            waiting.asked.push(answer);
            !mem::replace(&mut waiting.is_answering, true)
        };
        if is_first {
            // Apart, so that it goes on for the others when the one who began it goes away.
            tokio::spawn(self.clone().answer());
        }
        answered
            .await
            .ok()
            .flatten()
            .ok_or_else(|| Error::Unavailable("the database does not tell its state".into()))
    }

    /// Ends the connection.
    pub(crate) async fn close(&self) {
        let _ = self.db.clone().close().await;
    }

    async fn answer(self: Arc<Self>) {
        loop {
            let asked = {
                let mut waiting = lock(&self.waiting);
                if waiting.asked.is_empty() {
                    waiting.is_answering = false;
                    return;
                }
                mem::take(&mut waiting.asked)
            };
            let version = match store::version(&self.db).await {
                Ok(told) => Some(Version(format!("{} {told}", self.failures.load(Ordering::Relaxed)).into())),
                Err(error) => {
                    self.failures.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(%error, "The database does not tell its state");
                    None
                }
            };
            for answer in asked {
                let _ = answer.send(version.clone());
            }
        }
    }
}

/// Values by key, each made once for a state of the database; a bounded number of them.
pub struct Fresh<V> {
    slots: Mutex<HashMap<String, Arc<Slot<V>>>>,
    most: usize,
}

struct Slot<V> {
    version: Version,
    begun: Instant,
    value: OnceCell<V>,
}

impl<V: Clone> Fresh<V> {
    /// Keeps at most this many values.
    pub fn new(most: usize) -> Fresh<V> {
        Fresh { slots: Mutex::default(), most }
    }

    /// The value for `key` in the state `version`; `make` is awaited unless it is there. Whoever asks while it is being
    /// made waits for it. A failure is not kept.
    ///
    /// `version` must have been told before anything else was read.
    pub async fn get<E>(
        &self,
        version: &Version,
        key: String,
        make: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        let slot = self.slot(version, key);
        slot.value.get_or_try_init(|| make).await.cloned()
    }

    /// The value for `key`, at most a second old; `make` is awaited unless there is one.
    pub async fn recent<E>(&self, key: &str, make: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        self.get(&Version::any(), key.to_owned(), make).await
    }

    fn slot(&self, version: &Version, key: String) -> Arc<Slot<V>> {
        let mut slots = lock(&self.slots);
        if let Some(slot) = slots.get(&key)
            && slot.version == *version
            && slot.begun.elapsed() < LIFE
        {
            return slot.clone();
        }
        // What is true no longer only takes room.
        slots.retain(|_, slot| slot.version == *version && slot.begun.elapsed() < LIFE);
        if slots.len() >= self.most {
            slots.clear();
        }
        let slot = Arc::new(Slot { version: version.clone(), begun: Instant::now(), value: OnceCell::new() });
        slots.insert(key, slot.clone());
        slot
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::AtomicUsize;

    use tokio::task::JoinSet;

    use super::*;
    use crate::store::facts;
    use crate::testing::app;

    #[tokio::test]
    async fn the_state_is_the_same_until_something_is_committed() {
        let (app, _folder) = app().await;

        let before = app.version().await.expect("it is told");
        let untouched = app.version().await.expect("it is told");
        let tx = app.begin_write().await.expect("its turn comes");
        facts::put(&tx, "name", "value").await.expect("it can be written");
        tx.commit().await.expect("it is committed");
        let after = app.version().await.expect("it is told");

        assert_eq!(before, untouched);
        assert_ne!(before, after);
    }

    #[tokio::test]
    async fn many_who_ask_at_once_are_all_told() {
        let (app, _folder) = app().await;

        let mut asked = JoinSet::new();
        for _ in 0..100 {
            let app = app.clone();
            asked.spawn(async move { app.version().await.expect("it is told") });
        }
        let told = asked.join_all().await;

        assert_eq!(told.len(), 100);
        assert!(told.iter().all(|version| *version == told[0]));
    }

    fn version(name: &str) -> Version {
        Version(name.into())
    }

    #[tokio::test]
    async fn a_value_is_made_once_for_each_state() {
        let (fresh, made) = (Fresh::new(2), AtomicUsize::new(0));
        let get = async |state: &str, key: &str| {
            let make = async { Ok::<_, Infallible>(made.fetch_add(1, Ordering::Relaxed)) };
            let Ok(value) = fresh.get(&version(state), key.to_owned(), make).await;
            value
        };

        assert_eq!((get("1", "a").await, get("1", "a").await), (0, 0));
        assert_eq!((get("2", "a").await, get("1", "a").await), (1, 2));
        // There is room for two; the third takes the place of all.
        assert_eq!((get("1", "b").await, get("1", "c").await, get("1", "a").await), (3, 4, 5));
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let fresh = Fresh::new(2);

        let failed = fresh.get(&version("1"), "a".into(), async { Err("no") }).await;
        let made = fresh.get(&version("1"), "a".into(), async { Ok::<_, &str>(7) }).await;

        assert_eq!((failed, made), (Err("no"), Ok(7)));
    }
}
