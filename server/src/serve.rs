//! A server from its start to its end.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use stadtbote_core::actions::{accounts_of_ours, staff};
use stadtbote_core::config::Config;
use stadtbote_core::store::deliveries::{self, Release};
use stadtbote_core::store::jobs as queue;
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::jobs::{schedule, worker};
use crate::serve::connections::Patience;
use crate::{logs, metrics, migrate};

mod connections;
mod doors;
mod files;
mod guard;
mod health;
mod negotiation;

/// How long everything may take to end before it is broken off.
const STOP_WITHIN: Duration = Duration::from_secs(8);
/// How long closing the database may take after that.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Which part of the work a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Answers requests.
    Web,
    /// Does jobs and sends deliveries; answers `/health` alone.
    Worker,
    /// Both.
    All,
}

impl Part {
    fn answers(self) -> bool {
        self != Part::Worker
    }

    fn works(self) -> bool {
        self != Part::Web
    }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it works on.
    pub app: App,
    /// What speaks with other servers.
    pub federation: Federation,
    /// Cancelled to make it stop.
    pub stop: CancellationToken,
    tasks: JoinSet<()>,
    /// Held as long as the process runs, so that no second one works on the same file.
    _lock: Option<File>,
}

/// Starts a server: when this returns, it answers.
pub async fn start(config: Config, part: Part) -> Result<Running, Error> {
    connections::allow_files();
    outlive_full_files()?;
    let app = App::open(config, true).await?;
    let lock = lock(&app, part)?;
    make_media_folder(&app)?;
    migrate_or_check(&app).await?;
    accounts_of_ours::check_foundation(&app).await?;
    if app.is_sqlite() {
        release_all(&app).await?;
    }
    if let Some(address) = app.config.server.metrics_listen {
        metrics::start(address)?;
    }
    let listen = app.config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Error::Unexpected(format!("The server can't listen at {listen} (server.listen): {error}"))
    })?;
    let address = listener.local_addr().map_err(Error::unexpected)?;

    let (federation, stop) = (Federation::new(app.clone()), CancellationToken::new());
    let mut tasks = JoinSet::new();
    let router = match part.answers() {
        true => doors::all(&app, &federation),
        false => doors::health_only(&app),
    };
    tasks.spawn(connections::serve(listener, router, Patience::default(), stop.clone()));
    if part.answers() {
        tasks.spawn(schedule::save_counts(app.clone(), stop.clone()));
    }
    if part.works() {
        tasks.spawn(worker::work(app.clone(), federation.clone(), stop.clone()));
        tasks.spawn(schedule::keep(app.clone(), stop.clone()));
        let (deliverer, stop) = (federation.clone(), stop.clone());
        tasks.spawn(async move { deliverer.deliver(stop).await });
    }
    if app.config.server.metrics_listen.is_some() {
        tasks.spawn(metrics::keep(app.clone(), stop.clone()));
    }
    tracing::info!("Listening at http://{address} for {}", app.config.server.public_url);
    if part.answers() {
        offer_set_up(&app).await?;
    }
    Ok(Running { address, app, federation, stop, tasks, _lock: lock })
}

impl Running {
    /// Waits until a part of it broke off, which never happens while all is well.
    pub async fn broken(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if ended.is_err() {
                return;
            }
        }
        std::future::pending().await
    }

    /// Stops: what runs may end, what is in hand is put back, what takes too long is broken off.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!("Some requests or jobs did not end in time and were broken off");
            self.tasks.shutdown().await;
        }
        let _ = tokio::time::timeout(CLOSE_WITHIN, self.app.close()).await;
    }
}

/// A file that may grow no further, by a limit of the system, is an error of the write and not the end of the program.
fn outlive_full_files() -> Result<(), Error> {
    let limit = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // Whoever listens once is never ended by the signal again.
    signal(limit).map(drop).map_err(Error::unexpected)
}

/// Makes sure that this is the only server on a SQLite file; with PostgreSQL there may be several.
fn lock(app: &App, part: Part) -> Result<Option<File>, Error> {
    let Some(path) = app.config.database_url.strip_prefix("sqlite://") else { return Ok(None) };
    if part != Part::All {
        return Err(Error::Unexpected(
            "On SQLite there is one process that does all: start without --role, or set database.url to PostgreSQL"
                .into(),
        ));
    }
    let path = PathBuf::from(format!("{path}.lock"));
    let file = File::options().create(true).append(true).open(&path).map_err(|error| {
        Error::Unexpected(format!("The lock file {} can't be opened: {error}", path.display()))
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(Error::Unexpected(format!(
            "Another server already runs on this database (it holds {}): stop it first",
            path.display()
        ))),
    }
}

/// Makes the folder of pictures and films where it is missing.
pub(crate) fn make_media_folder(app: &App) -> Result<(), Error> {
    let folder = &app.config.media_folder;
    std::fs::create_dir_all(folder)
        .map_err(|error| Error::Unexpected(format!("Can't make the folder {}: {error}", folder.display())))
}

async fn migrate_or_check(app: &App) -> Result<(), Error> {
    if app.config.database_migrate {
        for name in migrate::apply(app).await? {
            tracing::info!("The database was brought up to date: {name}");
        }
        return Ok(());
    }
    match migrate::pending(app).await?.as_slice() {
        [] => Ok(()),
        pending => Err(Error::Unexpected(format!(
            "The database is not up to date ({} to go) and database.migrate is off: run `stadtbote migrate` first",
            pending.len()
        ))),
    }
}

/// On SQLite nobody else can hold anything: what a crash left in hand is free at once.
async fn release_all(app: &App) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let released = queue::release(&tx, None).await? + deliveries::release(&tx, Release::All).await?;
    tx.commit().await?;
    if released > 0 {
        tracing::info!("{released} jobs and deliveries go on that were in hand at the last end");
    }
    Ok(())
}

/// Shows the set-up link while there is no administrator: as it is, for a person who reads along.
async fn offer_set_up(app: &App) -> Result<(), Error> {
    if let Some(link) = staff::offer_set_up(app).await? {
        logs::show(&format!("Nobody administers this server yet. Set it up within an hour: {link}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm_migration::sea_orm::ConnectionTrait;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::testing::config;

    async fn ask(address: SocketAddr, path: &str) -> String {
        let mut connection = TcpStream::connect(address).await.expect("it listens");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: social.stadt.example\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.expect("it answers");
        answer
    }

    #[tokio::test]
    async fn a_server_answers_once_it_has_started_and_ends_when_it_is_asked() {
        let (config, _folder) = config();

        let running = start(config, Part::All).await.expect("nothing is in the way");
        let (address, answer) = (running.address, ask(running.address, "/health").await);
        running.stop().await;

        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn there_is_one_server_on_a_sqlite_file_and_it_does_all() {
        let (config, _folder) = config();
        let refused = |part| {
            let config = config.clone();
            async move { start(config, part).await.err().map(|error| crate::cause(&error)).unwrap_or_default() }
        };

        assert!(refused(Part::Web).await.contains("SQLite"));
        let running = start(config.clone(), Part::All).await.expect("nothing is in the way");
        assert!(refused(Part::All).await.contains("Another server"));
        running.stop().await;
        start(config.clone(), Part::All).await.expect("the first one ended").stop().await;
    }

    #[tokio::test]
    async fn g09_an_older_program_does_not_touch_what_a_newer_one_has_changed() {
        let (config, _folder) = config();
        let running = start(config.clone(), Part::All).await.expect("nothing is in the way");
        let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_later', 0)";
        let migrations = running.app.migration_db();
        migrations.execute_unprepared(later).await.expect("the table is there");
        running.stop().await;

        let refused = start(config, Part::All).await.err();

        assert!(refused.is_some_and(|error| crate::cause(&error).contains("newer version of the program")));
    }

    #[tokio::test]
    async fn a_database_that_is_not_up_to_date_stops_the_start_where_it_may_not_migrate() {
        let (config, _folder) = config();

        let refused = start(Config { database_migrate: false, ..config }, Part::All).await.err();

        assert!(refused.is_some_and(|error| crate::cause(&error).contains("stadtbote migrate")));
    }
}
