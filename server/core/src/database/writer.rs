//! Transactions that write.
//!
//! SQLite has one writer and syncs the file at each commit. Writes that wait for their turn therefore share one
//! transaction, each in a savepoint: the first one leaves its transaction open for those behind it, and all of them
//! hear that they are done once it is committed. Who is alone pays nothing for it; whoever fails takes nobody along. On
//! PostgreSQL writers are beside each other, and the database itself lets them share a sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::sqlite::Single;

/// How long a write waits for its turn at most.
const PATIENCE: Duration = Duration::from_secs(6);

/// How long it is tried at least to open a transaction once its turn has come.
const LEAST: Duration = Duration::from_millis(500);

/// Opens transactions that write.
pub(crate) struct Writer {
    db: DatabaseConnection,
    /// The line, on SQLite.
    desk: Option<Arc<Desk>>,
}

/// Where writers of SQLite stand in line; the lock is fair.
struct Desk {
    sqlite: Single,
    shared: Arc<Mutex<Option<Shared>>>,
    waiting: AtomicUsize,
}

/// A transaction that was left open for those who waited.
struct Shared {
    tx: DatabaseTransaction,
    outcome: watch::Sender<Option<bool>>,
}

/// A transaction and, on SQLite, the turn that it has.
pub(crate) struct Turn {
    // Before the seat, so that a rollback goes out before the next one begins.
    pub(crate) tx: DatabaseTransaction,
    seat: Option<Seat>,
}

struct Seat {
    guard: OwnedMutexGuard<Option<Shared>>,
    desk: Arc<Desk>,
}

impl Writer {
    /// `db` must speak to `sqlite`.
    pub(crate) fn on_sqlite(db: DatabaseConnection, sqlite: Single) -> Writer {
        let desk = Desk { sqlite, shared: Arc::default(), waiting: AtomicUsize::default() };
        Writer { db, desk: Some(Arc::new(desk)) }
    }

    pub(crate) fn on_postgres(db: DatabaseConnection) -> Writer {
        Writer { db, desk: None }
    }

    /// The connection, for what is done before anything else.
    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Waits for its turn.
    pub(crate) async fn begin(&self) -> Result<Turn, DbErr> {
        let Some(desk) = &self.desk else {
            return Ok(Turn { tx: self.db.begin().await?, seat: None });
        };
        let begun = Instant::now();
        let seat = desk.clone().seat().await?;
        let tx = match &*seat.guard {
            Some(shared) => shared.tx.begin().await?,
            // Another process may hold the file: whoever waited for the turn does not wait as long again for that.
            None => {
                let left = PATIENCE.saturating_sub(begun.elapsed()).max(LEAST);
                tokio::time::timeout(left, self.db.begin()).await.map_err(|_| busy())??
            }
        };
        desk.sqlite.check()?;
        Ok(Turn { tx, seat: Some(seat) })
    }

    /// Ends all waiting: closes the connection.
    pub(crate) async fn close(&self) {
        match &self.desk {
            Some(desk) => desk.sqlite.tidy().await,
            None => drop(self.db.clone().close().await),
        }
    }
}

impl Desk {
    async fn seat(self: Arc<Self>) -> Result<Seat, DbErr> {
        let in_line = InLine::new(&self);
        let guard = tokio::time::timeout(PATIENCE, self.shared.clone().lock_owned()).await;
        drop(in_line);
        let guard = guard.map_err(|_| DbErr::Custom("too many writes wait".into()))?;
        Ok(Seat { guard, desk: self })
    }

    /// Commits what was left open, behind all who wait now.
    async fn close(self: Arc<Self>) {
        let mut guard = self.shared.lock().await;
        let Some(Shared { tx, outcome }) = guard.take() else { return };
        let committed = self.commit(tx).await;
        if let Err(error) = &committed {
            tracing::error!(%error, "Writes that shared a transaction are lost; whoever asked for them was told");
        }
        outcome.send_replace(Some(committed.is_ok()));
    }

    async fn commit(&self, tx: DatabaseTransaction) -> Result<(), DbErr> {
        tx.commit().await?;
        self.sqlite.check()
    }
}

/// Counted as long as it waits, even if it gives up.
struct InLine<'a>(&'a AtomicUsize);

impl InLine<'_> {
    fn new(desk: &Desk) -> InLine<'_> {
        desk.waiting.fetch_add(1, Ordering::AcqRel);
        InLine(&desk.waiting)
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Turn {
    /// Returns once it is on disk.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match self.seat {
            Some(seat) => seat.commit(self.tx).await,
            None => self.tx.commit().await,
        }
    }

    /// Changes nothing.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.tx.rollback().await
    }
}

impl Seat {
    async fn commit(self, tx: DatabaseTransaction) -> Result<(), DbErr> {
        let Seat { mut guard, desk } = self;
        let mut outcome = match &*guard {
            Some(shared) => {
                let outcome = shared.outcome.subscribe();
                desk.commit(tx).await?;
                outcome
            }
            None if desk.waiting.load(Ordering::Acquire) == 0 => {
                // Apart: nobody may have the next turn before it is done, even if the one who asked goes away.
                let alone = tokio::spawn(async move {
                    let _turn = guard;
                    desk.commit(tx).await
                });
                return alone.await.unwrap_or_else(|_| Err(lost()));
            }
            None => {
                let (outcome, told) = watch::channel(None);
                *guard = Some(Shared { tx, outcome });
                tokio::spawn(desk.close());
                told
            }
        };
        drop(guard);
        match outcome.wait_for(Option::is_some).await.map(|told| *told) {
            Ok(Some(true)) => Ok(()),
            _ => Err(lost()),
        }
    }
}

fn busy() -> DbErr {
    DbErr::Custom("another process holds the database".into())
}

fn lost() -> DbErr {
    DbErr::Custom("the transaction that this write shared was not committed".into())
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use crate::store::facts;
    use crate::testing::app;

    #[tokio::test(flavor = "multi_thread")]
    async fn writes_at_once_all_happen_but_for_those_that_give_up() {
        let (app, _folder) = app().await;

        let mut writes = JoinSet::new();
        for n in 0..60 {
            let app = app.clone();
            writes.spawn(async move {
                let tx = app.begin_write().await.expect("its turn comes");
                facts::put(&tx, &format!("fact {n}"), "true").await.expect("it can be written");
                match n % 3 {
                    // Dropped, as by an error.
                    0 => {}
                    // Given up by the one who asked, while it waits for the shared commit or after.
                    1 => drop(tokio::time::timeout(std::time::Duration::ZERO, tx.commit()).await),
                    _ => tx.commit().await.expect("it is committed"),
                }
            });
        }
        writes.join_all().await;

        for n in 0..60 {
            let fact = facts::find(app.db(), &format!("fact {n}")).await.expect("it can be read");
            match n % 3 {
                0 => assert_eq!(fact, None, "fact {n}"),
                1 => {}
                _ => assert!(fact.is_some(), "fact {n}"),
            }
        }
        // Nothing is left open: the next one has its turn.
        let tx = app.begin_write().await.expect("its turn comes");
        facts::put(&tx, "last", "true").await.expect("it can be written");
        tx.commit().await.expect("it is committed");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_said_to_be_done_can_be_read() {
        let (app, _folder) = app().await;

        let mut writes = JoinSet::new();
        for n in 0..40 {
            let app = app.clone();
            writes.spawn(async move {
                let name = format!("fact {n}");
                let tx = app.begin_write().await.expect("its turn comes");
                facts::put(&tx, &name, "true").await.expect("it can be written");
                tx.commit().await.expect("it is committed");
                facts::find(app.db(), &name).await.expect("it can be read").is_some()
            });
        }

        assert!(writes.join_all().await.into_iter().all(|seen| seen));
    }
}
