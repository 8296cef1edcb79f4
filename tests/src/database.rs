//! A database for one test alone: a SQLite file in its folder, or a database of its own on the PostgreSQL cluster that
//! `STADTBOTE_TEST_POSTGRES` names.

use crate::program::free_address;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// The variable that names a PostgreSQL cluster on which the tests may create databases.
const POSTGRES: &str = "STADTBOTE_TEST_POSTGRES";

/// A database that ends with its test.
pub struct Database {
    url: String,
    on_cluster: Option<(String, String)>,
}

impl Database {
    /// Makes a database; SQLite puts its file into `folder`.
    pub fn new(folder: &Path) -> Database {
        match std::env::var(POSTGRES) {
            Ok(cluster) if !cluster.is_empty() => on_postgres(&cluster, "template1"),
            _ => Database::sqlite(folder),
        }
    }

    /// Makes a database without tables, even where those of the cluster begin with ours.
    pub fn empty(folder: &Path) -> Database {
        match std::env::var(POSTGRES) {
            Ok(cluster) if !cluster.is_empty() => on_postgres(&cluster, "template0"),
            _ => Database::sqlite(folder),
        }
    }

    /// Makes a SQLite file in `folder`, whatever the other tests of this run are on.
    pub fn sqlite(folder: &Path) -> Database {
        Database { url: format!("sqlite://{}", folder.join("stadtbote.db").display()), on_cluster: None }
    }

    /// What `database.url` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((cluster, name)) = &self.on_cluster {
            psql(cluster, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn on_postgres(cluster: &str, template: &str) -> Database {
    let name = format!("test_{}", crate::random_name());
    let made = psql(cluster, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
    assert!(made, "{POSTGRES} must allow to create databases");

    let mut url = url::Url::parse(cluster).expect("the variable holds a postgres:// address");
    url.set_path(&name);
    Database { url: url.to_string(), on_cluster: Some((cluster.to_owned(), name)) }
}

/// Holds a table of a PostgreSQL database so long, so that nobody else can read or write it.
pub fn hold_table(database: &str, table: &str, time: Duration) -> Child {
    let statement = format!(
        "BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({}); ROLLBACK",
        time.as_secs()
    );
    let held = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "-d", database, "-c", &statement])
        .stdout(Stdio::null())
        .spawn();
    held.expect("psql is installed where PostgreSQL is")
}

/// Runs statements that both databases understand, beside the program or while it is stopped.
pub fn execute(url: &str, statements: &str) {
    match url.strip_prefix("sqlite://") {
        Some(file) => {
            order(Command::new("sqlite3").args(["-bail", "-cmd", ".timeout 10000", file, statements]))
        }
        None => {
            let quietly = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "-d", url, "-c", statements];
            order(Command::new("psql").args(quietly).stdout(Stdio::null()));
        }
    }
}

/// Copies a database that is in use into a file, as `docs/OPERATING.md` says.
pub fn back_up(url: &str, to: &Path) {
    match url.strip_prefix("sqlite://") {
        Some(file) => order(Command::new("sqlite3").args([file, &format!("VACUUM INTO '{}'", to.display())])),
        None => order(Command::new("pg_dump").args(["--dbname", url, "--file"]).arg(to)),
    }
}

/// Lays down what [`back_up`] has kept, where no database is yet, or an empty one.
pub fn restore(from: &Path, url: &str) {
    match url.strip_prefix("sqlite://") {
        Some(file) => {
            std::fs::copy(from, file).expect("the backup can be copied");
        }
        None => order(
            Command::new("psql")
                .args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "-d", url, "-f"])
                .arg(from)
                .stdout(Stdio::null()),
        ),
    }
}

fn order(command: &mut Command) {
    let status = command.status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} failed");
}

fn psql(cluster: &str, statement: &str) -> bool {
    let outcome =
        Command::new("psql").args(["--quiet", "--no-psqlrc", "-d", cluster, "-c", statement]).output();
    let outcome = outcome.expect("psql is installed where PostgreSQL is");
    if !outcome.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&outcome.stderr));
    }
    outcome.status.success()
}

/// A PostgreSQL of a test's own, to be killed and started again. It keeps what it promised, as in a real city.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one; none where the tests are on SQLite.
    pub fn start() -> Option<Cluster> {
        Cluster::start_with(&[])
    }

    /// The same with further arguments of `initdb`.
    pub fn start_with(arguments: &[&str]) -> Option<Cluster> {
        std::env::var(POSTGRES).ok().filter(|cluster| !cluster.is_empty())?;
        let folder =
            TempDir::with_prefix("stadtbote-postgres-").expect("there is room for a temporary folder");
        let cluster = Cluster { folder, programs: newest_programs(), port: free_address("127.0.0.1").port() };
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(cluster.folder.path()).status();
            assert!(owned.is_ok_and(|status| status.success()), "the folder cannot be given away");
        }
        let to_make =
            ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
        cluster.order("initdb", &[&to_make, arguments].concat());
        cluster.resume();
        Some(cluster)
    }

    /// What `database.url` is set to.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it when everything is written.
    pub fn stop(&self) {
        self.order("pg_ctl", &["--mode=fast", "--wait", "stop"]);
    }

    /// What it has written into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The file that a table lies in.
    pub fn file_of(&self, table: &str) -> PathBuf {
        let ask = format!("SELECT pg_relation_filepath('{table}')");
        let asked = Command::new("psql").args(["-AtX", "-d", &self.url(), "-c", &ask]).output();
        let path = asked.expect("psql is installed where PostgreSQL is").stdout;
        self.folder.path().join("data").join(String::from_utf8_lossy(&path).trim())
    }

    /// Ends it at once; nothing is written any more.
    pub fn kill(&self) {
        self.order("pg_ctl", &["--mode=immediate", "--wait", "stop"]);
    }

    /// Starts it, and waits until it answers.
    pub fn resume(&self) {
        let folder = self.folder.path().display();
        let options = format!("--options=-p {} -k {folder} -c listen_addresses=127.0.0.1", self.port);
        self.order("pg_ctl", &["--wait", &format!("--log={folder}/log"), &options, "start"]);
    }

    /// PostgreSQL refuses to be run by root.
    fn order(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg(format!("--pgdata={}", self.folder.path().join("data").display()));
        // Its own output would be waited for as long as the server runs.
        let status = command.args(arguments).current_dir(self.folder.path()).stdout(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "{command:?} failed");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() {
            self.kill();
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// The newest of Debian's versions.
fn newest_programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let versions = versions.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = versions.filter_map(|version| version.parse::<u32>().ok()).max();
    PathBuf::from(format!(
        "/usr/lib/postgresql/{}/bin",
        newest.expect("a version of PostgreSQL is installed")
    ))
}
