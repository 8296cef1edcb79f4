//! SQLite, asked where the question is.
//!
//! A question to SQLite takes some microseconds; handing it to a thread of its own and waking up again takes ten times
//! that. So a question is answered on the thread that asks it, and only what waits for the disk, a commit, goes to a
//! thread for such work (`docs/decisions/0008-sqlite-where-it-is-asked.md`).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{DbErr, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, RuntimeErr, Statement, Value};

/// How long one waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(6);
/// How often is tried whether the other process has finished.
const PAUSE: Duration = Duration::from_millis(5);
/// Connections for reading that are kept while nobody reads.
const KEPT: usize = 4;
/// From here on a question is worth a line in the log.
const SLOW: Duration = Duration::from_secs(1);

/// Opens the file; makes it with `create`.
fn open(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was answered with 200 or 202 survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -4000)?;
    // Without this promise a statement is compiled again whenever its LIMIT is given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

/// Connections for reading: as many as read at the same time.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Opens nothing yet.
    pub(crate) fn new(path: &Path) -> Readers {
        Readers { path: path.to_owned(), idle: Mutex::default() }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let connection = open(&self.path, false)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    fn with<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, DbErr>) -> Result<T, DbErr> {
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open().map_err(refused)?,
        };
        let answer = ask(&connection);
        let mut idle = lock(&self.idle);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        answer
    }
}

/// One connection, and the transactions that are open on it.
#[derive(Clone)]
pub(crate) struct Single {
    state: Arc<Mutex<State>>,
}

struct State {
    connection: Connection,
    /// The transactions that are open, each within the one before.
    levels: Vec<Level>,
    /// Counts the outermost ones.
    turn: u64,
    /// What a transaction could not do: sea-orm's trait has no way to say it.
    failure: Option<DbErr>,
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    Open,
    /// It was asked for, but could not be opened.
    Failed,
}

impl Single {
    /// Opens the file; makes it with `create`.
    pub(crate) fn open(path: &Path, create: bool) -> Result<Single, DbErr> {
        let connection = open(path, create).map_err(refused)?;
        Ok(Single {
            state: Arc::new(Mutex::new(State { connection, levels: vec![], turn: 0, failure: None })),
        })
    }

    /// Whether the last transaction was opened or ended as asked.
    pub(crate) fn check(&self) -> Result<(), DbErr> {
        lock(&self.state).failure.take().map_or(Ok(()), Err)
    }

    /// Brings everything into the file itself.
    pub(crate) async fn tidy(&self) {
        let state = self.state.clone();
        let tidied = tokio::task::spawn_blocking(move || {
            lock(&state).connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        });
        if let Ok(Err(error)) = tidied.await {
            tracing::warn!(%error, "The database could not be tidied up; nothing is lost");
        }
    }
}

impl State {
    /// Opens a transaction; says whether another process holds the lock just now, so that it is to be tried again.
    fn begin(&mut self, last_try: bool) -> bool {
        let begun = if self.has_broken_off() {
            // A savepoint would be a transaction of its own.
            Err(rusqlite::Error::InvalidQuery)
        } else if self.levels.is_empty() {
            // The lock is taken now: taken later, it would fail halfway through.
            self.connection
                .busy_timeout(Duration::ZERO)
                .and_then(|()| self.connection.execute_batch("BEGIN IMMEDIATE"))
        } else {
            self.connection.execute_batch(&format!("SAVEPOINT level_{}", self.levels.len()))
        };
        let _ = self.connection.busy_timeout(PATIENCE);
        self.failure = None;
        let level = match begun {
            Ok(()) => Level::Open,
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !last_try => {
                return true;
            }
            Err(error) => {
                self.failure = Some(refused(error));
                Level::Failed
            }
        };
        if self.levels.is_empty() {
            self.turn += 1;
        }
        self.levels.push(level);
        false
    }

    fn commit(&mut self) {
        // Only what goes wrong now is told: whoever gave up before has heard of theirs.
        self.failure = None;
        let ended = match self.levels.as_slice() {
            [Level::Open] => self.connection.execute_batch("COMMIT"),
            [outer @ .., Level::Open] => {
                self.connection.execute_batch(&format!("RELEASE level_{}", outer.len()))
            }
            _ => return self.rollback(),
        };
        match ended {
            Ok(()) => drop(self.levels.pop()),
            Err(error) => {
                self.failure = Some(refused(error));
                self.rollback();
            }
        }
    }

    fn rollback(&mut self) {
        let ended = match self.levels.as_slice() {
            _ if self.has_broken_off() => Ok(()),
            [Level::Open] => self.connection.execute_batch("ROLLBACK"),
            [outer @ .., Level::Open] => {
                let level = format!("level_{}", outer.len());
                self.connection.execute_batch(&format!("ROLLBACK TO {level}; RELEASE {level}"))
            }
            _ => Ok(()),
        };
        self.levels.pop();
        if let Err(error) = ended {
            tracing::error!(%error, "A transaction could not be taken back");
            self.failure = Some(refused(error));
        }
    }

    /// Whether an error, such as a full disk, has ended the transaction by itself.
    fn has_broken_off(&self) -> bool {
        self.levels.first() == Some(&Level::Open) && self.connection.is_autocommit()
    }

    fn ask<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, DbErr>) -> Result<T, DbErr> {
        if self.levels.last() == Some(&Level::Failed) || self.has_broken_off() {
            return Err(DbErr::Custom("the transaction is not open any more".into()));
        }
        ask(&self.connection)
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Readers {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        self.with(|connection| query(connection, &statement))
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        self.with(|connection| execute(connection, &statement))
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Single {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        lock(&self.state).ask(|connection| query(connection, &statement))
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        lock(&self.state).ask(|connection| execute(connection, &statement))
    }

    async fn begin(&self) {
        let begun = Instant::now();
        while lock(&self.state).begin(begun.elapsed() > PATIENCE) {
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn commit(&self) {
        let turn = {
            let mut state = lock(&self.state);
            if state.levels.len() > 1 {
                return state.commit();
            }
            state.turn
        };
        let state = self.state.clone();
        let committed = tokio::task::spawn_blocking(move || {
            let mut state = lock(&state);
            // If whoever asked has gone away meanwhile, what is open now is not theirs.
            if state.turn == turn {
                state.commit();
            }
        });
        if committed.await.is_err() {
            lock(&self.state).failure = Some(DbErr::Custom("the commit was broken off".into()));
        }
    }

    async fn rollback(&self) {
        lock(&self.state).rollback();
    }

    fn start_rollback(&self) {
        lock(&self.state).rollback();
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Readers")
    }
}

impl fmt::Debug for Single {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Single")
    }
}

fn execute(connection: &Connection, statement: &Statement) -> Result<ProxyExecResult, DbErr> {
    let begun = Instant::now();
    let changed = match &statement.values {
        // Several statements, as in a migration, have no values.
        None => connection.execute_batch(&statement.sql).map(|()| connection.changes()),
        Some(_) => prepare(connection, statement)
            .and_then(|mut prepared| prepared.raw_execute())
            .map(|changed| changed as u64),
    };
    note(statement, begun);
    Ok(ProxyExecResult::new(0, changed.map_err(refused)?))
}

fn query(connection: &Connection, statement: &Statement) -> Result<Vec<ProxyRow>, DbErr> {
    let begun = Instant::now();
    let found = prepare(connection, statement).and_then(|mut prepared| {
        let columns: Vec<(String, Kind)> = prepared
            .columns()
            .iter()
            .map(|column| (column.name().to_owned(), Kind::of(column.name(), column.decl_type())))
            .collect();
        let mut rows = prepared.raw_query();
        let mut found = vec![];
        while let Some(row) = rows.next()? {
            let mut values = BTreeMap::new();
            for (index, (name, kind)) in columns.iter().enumerate() {
                values.insert(name.clone(), kind.value(row.get_ref(index)?));
            }
            found.push(ProxyRow::new(values));
        }
        Ok(found)
    });
    note(statement, begun);
    found.map_err(refused)
}

fn prepare<'a>(connection: &'a Connection, statement: &Statement) -> rusqlite::Result<CachedStatement<'a>> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let values = statement.values.iter().flat_map(|values| &values.0);
    for (index, value) in values.enumerate() {
        prepared.raw_bind_parameter(index + 1, stored(value)?)?;
    }
    Ok(prepared)
}

fn note(statement: &Statement, begun: Instant) {
    let took = begun.elapsed();
    if took > SLOW {
        tracing::warn!(sql = statement.sql, ?took, "A question to the database took long");
    } else {
        tracing::trace!(sql = statement.sql, ?took, "A question to the database");
    }
}

/// What a column holds, by the word that a migration gave it.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Int,
    BigInt,
    Double,
    Text,
    Time,
    /// An expression has no declared type; what is in it says what it is.
    Any,
}

impl Kind {
    fn of(name: &str, declared: Option<&str>) -> Kind {
        match declared {
            Some("BIGINT") => Kind::BigInt,
            Some("TEXT") => Kind::Text,
            Some("timestamp_with_timezone_text") => Kind::Time,
            Some("BOOLEAN") => Kind::Bool,
            // The migrator's own table has a time in seconds, and no BIGINT for it.
            Some("INTEGER") if name == "applied_at" => Kind::BigInt,
            Some("INTEGER") => Kind::Int,
            Some("DOUBLE PRECISION") => Kind::Double,
            _ => Kind::Any,
        }
    }

    /// The value as sea-orm would have it for that type. What does not fit its column comes out as what it is, so that
    /// reading it fails.
    fn value(self, found: ValueRef<'_>) -> Value {
        match (self, found) {
            (Kind::Bool, ValueRef::Integer(number)) => Value::Bool(Some(number != 0)),
            (Kind::Int, ValueRef::Integer(number)) => {
                i32::try_from(number).map_or(Value::BigInt(Some(number)), |number| Value::Int(Some(number)))
            }
            (Kind::Double, ValueRef::Integer(number)) => Value::Double(Some(number as f64)),
            (_, ValueRef::Integer(number)) => Value::BigInt(Some(number)),
            (_, ValueRef::Real(number)) => Value::Double(Some(number)),
            (Kind::Time | Kind::Any, ValueRef::Text(text)) => {
                let text = String::from_utf8_lossy(text);
                match time(&text) {
                    Some(time) => Value::ChronoDateTimeUtc(Some(time)),
                    None => Value::String(Some(text.into_owned())),
                }
            }
            (_, ValueRef::Text(text)) => Value::String(Some(String::from_utf8_lossy(text).into_owned())),
            (_, ValueRef::Blob(bytes)) => Value::Bytes(Some(bytes.to_vec())),
            (_, ValueRef::Null) => Value::BigInt(None),
        }
    }
}

/// The time, if the text is one as [`stored`] writes it, and nothing else.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let is_ours = text.ends_with("+00:00") && text.as_bytes().get(10) == Some(&b'T');
    is_ours.then(|| text.parse().ok()).flatten()
}

/// How a value is stored. Existing databases are full of it: times sort as texts, as long as nobody changes it.
fn stored(value: &Value) -> rusqlite::Result<ToSqlOutput<'_>> {
    let owned = match value {
        Value::Bool(value) => value.map(|value| Stored::Integer(value.into())),
        Value::Int(value) => value.map(|value| Stored::Integer(value.into())),
        Value::BigInt(value) => value.map(Stored::Integer),
        Value::BigUnsigned(value) => match value.map(i64::try_from) {
            None => None,
            Some(Ok(value)) => Some(Stored::Integer(value)),
            Some(Err(error)) => return Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        },
        Value::Double(value) => value.map(Stored::Real),
        Value::ChronoDateTimeUtc(value) => {
            value.map(|time| Stored::Text(time.to_rfc3339_opts(SecondsFormat::AutoSi, false)))
        }
        Value::String(Some(text)) => return Ok(ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))),
        Value::Bytes(Some(bytes)) => return Ok(ToSqlOutput::Borrowed(ValueRef::Blob(bytes))),
        Value::String(None) | Value::Bytes(None) => None,
        // Without the value, which would stand in the log.
        _ => {
            let message = "no column holds values of this type on SQLite; see database/sqlite.rs";
            return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
        }
    };
    Ok(ToSqlOutput::Owned(owned.unwrap_or(Stored::Null)))
}

/// Whether a unique index refused the row.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    let DbErr::Query(RuntimeErr::Internal(words)) = error else { return false };
    words.starts_with("UNIQUE constraint failed")
}

/// SQLite's own words, which name tables and columns, never values.
fn refused(error: rusqlite::Error) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, TransactionTrait};
    use tempfile::TempDir;

    use super::*;

    const TABLE: &str = "CREATE TABLE things (id BIGINT PRIMARY KEY, number INTEGER, size DOUBLE PRECISION, \
        name TEXT UNIQUE, is_good BOOLEAN, made_at timestamp_with_timezone_text, bytes BLOB)";

    async fn through(sqlite: impl ProxyDatabaseTrait + 'static) -> DatabaseConnection {
        let sqlite: Box<dyn ProxyDatabaseTrait> = Box::new(sqlite);
        Database::connect_proxy(DatabaseBackend::Sqlite, Arc::new(sqlite)).await.expect("it is open")
    }

    async fn made() -> (Single, DatabaseConnection, TempDir) {
        let folder = TempDir::new().expect("there is room for a folder");
        let single = Single::open(&folder.path().join("test.db"), true).expect("the folder is ours");
        let db = through(single.clone()).await;
        db.execute_unprepared(TABLE).await.expect("the file is empty");
        (single, db, folder)
    }

    fn with(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(DatabaseBackend::Sqlite, sql, values)
    }

    async fn put(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
        db.execute_raw(with("INSERT INTO things (id) VALUES (?)", [id.into()])).await.map(drop)
    }

    async fn count(db: &impl ConnectionTrait) -> i64 {
        let row = db.query_one_raw(with("SELECT COUNT(*) AS count FROM things", [])).await;
        let row = row.expect("it can be asked").expect("there is a row");
        row.try_get("", "count").expect("a count is a number")
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-24T12:00:00.000123Z".parse().expect("a time")
    }

    #[tokio::test]
    async fn values_come_back_as_they_went_in() {
        let (_single, db, _folder) = made().await;
        let values = [
            i64::MAX.into(),
            7_i32.into(),
            0.25_f64.into(),
            "2026-11-24T12:00:00+00:00".into(),
            true.into(),
            noon().into(),
            vec![0_u8, 255].into(),
        ];

        db.execute_raw(with("INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?)", values))
            .await
            .expect("it fits");

        let row = db.query_one_raw(with("SELECT * FROM things", [])).await.expect("it can be asked");
        let row = row.expect("it is there");
        assert_eq!(row.try_get::<i64>("", "id"), Ok(i64::MAX));
        assert_eq!(row.try_get::<i32>("", "number"), Ok(7));
        assert_eq!(row.try_get::<f64>("", "size"), Ok(0.25));
        // A text stays one, even if it looks like a time.
        assert_eq!(row.try_get::<String>("", "name"), Ok("2026-11-24T12:00:00+00:00".into()));
        assert_eq!(row.try_get::<bool>("", "is_good"), Ok(true));
        assert_eq!(row.try_get::<DateTime<Utc>>("", "made_at"), Ok(noon()));
        assert_eq!(row.try_get::<Vec<u8>>("", "bytes"), Ok(vec![0, 255]));
    }

    #[tokio::test]
    async fn nothing_comes_back_as_none_and_expressions_as_what_they_are() {
        let (_single, db, _folder) = made().await;
        put(&db, 1).await.expect("it fits");

        let row = db.query_one_raw(with("SELECT * FROM things", [])).await.expect("it can be asked");
        let row = row.expect("it is there");
        assert_eq!(row.try_get::<Option<i32>>("", "number"), Ok(None));
        assert_eq!(row.try_get::<Option<String>>("", "name"), Ok(None));
        assert_eq!(row.try_get::<Option<DateTime<Utc>>>("", "made_at"), Ok(None));

        db.execute_raw(with("UPDATE things SET made_at = ?", [noon().into()])).await.expect("it fits");
        let ask = "SELECT MIN(made_at) AS first, SUM(id) AS sum, 'a' || 'b' AS text FROM things";
        let row = db.query_one_raw(with(ask, [])).await.expect("it can be asked").expect("it is there");
        assert_eq!(row.try_get::<Option<DateTime<Utc>>>("", "first"), Ok(Some(noon())));
        assert_eq!(row.try_get::<i64>("", "sum"), Ok(1));
        assert_eq!(row.try_get::<String>("", "text"), Ok("ab".into()));
    }

    #[tokio::test]
    async fn a_value_that_no_column_holds_is_refused_without_being_shown() {
        let (_single, db, _folder) = made().await;

        let refused = db.execute_raw(with("INSERT INTO things (id) VALUES (?)", ['x'.into()])).await;

        let words = refused.expect_err("there are no columns of single letters").to_string();
        assert!(words.contains("no column holds") && !words.contains('\''), "{words}");
    }

    #[tokio::test]
    async fn a_repeated_key_is_told_from_other_errors() {
        let (_single, db, _folder) = made().await;
        put(&db, 1).await.expect("it fits");

        let repeated = put(&db, 1).await.expect_err("the key is taken");
        let unknown =
            db.execute_unprepared("SELECT * FROM nothing").await.expect_err("there is no such table");

        assert!(is_duplicate(&repeated), "{repeated}");
        assert!(!is_duplicate(&unknown), "{unknown}");
    }

    #[tokio::test]
    async fn a_transaction_within_another_is_taken_back_alone() {
        let (single, db, _folder) = made().await;

        let outer = db.begin().await.expect("it is open");
        put(&outer, 1).await.expect("it fits");
        let dropped = outer.begin().await.expect("it is open");
        put(&dropped, 2).await.expect("it fits");
        drop(dropped);
        let kept = outer.begin().await.expect("it is open");
        put(&kept, 3).await.expect("it fits");
        kept.commit().await.expect("it is open");
        outer.commit().await.expect("it is open");

        single.check().expect("all went well");
        assert_eq!(count(&db).await, 2);
    }

    #[tokio::test]
    async fn what_was_not_committed_is_gone() {
        let (_single, db, _folder) = made().await;

        let tx = db.begin().await.expect("it is open");
        put(&tx, 1).await.expect("it fits");
        drop(tx);

        assert_eq!(count(&db).await, 0);
    }

    #[tokio::test]
    async fn a_commit_that_fails_is_told_and_leaves_nothing_open() {
        let (single, db, _folder) = made().await;
        let table = "CREATE TABLE parts (id BIGINT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)";
        db.execute_unprepared(table).await.expect("there is none");

        let tx = db.begin().await.expect("it is open");
        tx.execute_unprepared("INSERT INTO parts VALUES (7)").await.expect("it is looked at later");
        tx.commit().await.expect("sea-orm does not hear of it");

        single.check().expect_err("there is no thing 7");
        let tx = db.begin().await.expect("nothing is open");
        single.check().expect("nothing is open");
        put(&tx, 1).await.expect("it fits");
        tx.commit().await.expect("it is open");
        single.check().expect("it was committed");
        assert_eq!(count(&db).await, 1);
    }

    #[tokio::test]
    async fn what_an_error_broke_off_takes_nothing_more() {
        let (single, db, _folder) = made().await;

        let tx = db.begin().await.expect("it is open");
        put(&tx, 1).await.expect("it fits");
        // As a full disk would.
        lock(&single.state).connection.execute_batch("ROLLBACK").expect("it is open");
        put(&tx, 2).await.expect_err("it would stand alone");
        let within = tx.begin().await.expect("sea-orm does not hear of it");
        single.check().expect_err("it would stand alone");
        put(&within, 3).await.expect_err("it would stand alone");
        drop(within);
        tx.commit().await.expect("sea-orm does not hear of it");

        single.check().expect_err("it was not committed");
        assert_eq!(count(&db).await, 0);
    }

    #[tokio::test]
    async fn one_waits_for_another_process_that_writes() {
        let (single, db, folder) = made().await;
        let other = Single::open(&folder.path().join("test.db"), false).expect("it is there");
        let elsewhere = through(other).await;

        let theirs = elsewhere.begin().await.expect("nobody writes");
        put(&theirs, 1).await.expect("it fits");
        let (ours, ()) = tokio::join!(db.begin(), async {
            tokio::time::sleep(PAUSE * 3).await;
            theirs.commit().await.expect("it is open");
        });

        single.check().expect("it was its turn in the end");
        assert_eq!(count(&ours.expect("it is open")).await, 1);
    }

    #[tokio::test]
    async fn who_reads_cannot_write_and_sees_what_was_committed() {
        let (_single, db, folder) = made().await;
        let readers = through(Readers::new(&folder.path().join("test.db"))).await;

        let tx = db.begin().await.expect("it is open");
        put(&tx, 1).await.expect("it fits");
        assert_eq!(count(&readers).await, 0);
        tx.commit().await.expect("it is open");

        assert_eq!(count(&readers).await, 1);
        put(&readers, 2).await.expect_err("it only reads");
    }
}
