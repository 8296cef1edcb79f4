//! A database for one test alone: a SQLite file in its folder, or a database of its own on the PostgreSQL cluster that
//! `STADTBOTE_TEST_POSTGRES` names.

use std::path::Path;
use std::process::Command;

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
            Ok(cluster) if !cluster.is_empty() => on_postgres(&cluster),
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

fn on_postgres(cluster: &str) -> Database {
    let name = format!("test_{}", crate::random_name());
    assert!(psql(cluster, &format!("CREATE DATABASE {name}")), "{POSTGRES} must allow to create databases");

    let mut url = url::Url::parse(cluster).expect("the variable holds a postgres:// address");
    url.set_path(&name);
    Database { url: url.to_string(), on_cluster: Some((cluster.to_owned(), name)) }
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
