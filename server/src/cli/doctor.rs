//! `stadtbote doctor`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use stadtbote_core::actions::{accounts_of_ours, keys, media};
use stadtbote_core::config::Config;
use stadtbote_core::domain::ids;
use stadtbote_core::store::{account_keys, accounts, checks, deliveries, hosts, jobs, posts};
use stadtbote_core::{App, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Answer, Failure};
use crate::{cause, migrate};

/// Free space below which it is a problem; the operator is warned before, below `media.reserve_megabytes`.
const NO_SPACE: u64 = 256 << 20;
/// The server must answer within this.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most differing counters of a kind that are named.
const MOST_NAMED: u64 = 5;

/// What to check.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only ask the running server whether it is well
    #[arg(long)]
    quick: bool,
    /// Also read every file of posts and profiles, and compare it with its checksum
    #[arg(long)]
    media: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    Warning,
    Problem,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Problem => "problem",
        }
    }
}

/// What was found out about one thing.
struct Finding {
    about: &'static str,
    state: State,
    sentence: String,
}

/// All that was found out.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, about: &'static str, state: State, sentence: impl Into<String>) {
        self.0.push(Finding { about, state, sentence: sentence.into() });
    }

    fn ok(&mut self, about: &'static str, sentence: impl Into<String>) {
        self.add(about, State::Ok, sentence);
    }

    fn answer(self) -> Answer {
        let line =
            |found: &Finding| format!("{:8} {:10} {}", found.state.name(), found.about, found.sentence);
        let value = |found: &Finding| json!({ "check": found.about, "state": found.state.name(), "message": found.sentence });
        let text = self.0.iter().map(line).collect::<Vec<_>>().join("\n");
        let json = Value::Array(self.0.iter().map(value).collect());
        let is_good = self.0.iter().all(|found| found.state != State::Problem);
        Answer { text, json, is_good }
    }
}

/// Checks everything that can be checked from here.
pub(super) async fn run(config: Result<Config, Failure>, asked: Arguments) -> Result<Answer, Failure> {
    let config = config?;
    let mut findings = Findings::default();
    if asked.quick {
        match ask_server(config.server.listen).await {
            Ok(()) => findings.ok("server", "The server is well."),
            Err(reason) => findings.add("server", State::Problem, reason),
        }
        return Ok(findings.answer());
    }
    check_settings(&config, &mut findings);
    check_folder(&config.media_folder, &mut findings);
    check_space(&config, &mut findings);
    match ask_server(config.server.listen).await {
        Ok(()) => findings.ok("server", "The server is well."),
        Err(reason) => findings.add("server", State::Warning, reason),
    }
    match App::open(config, false).await {
        Ok(app) => {
            findings.ok("database", "The database can be reached.");
            if is_up_to_date(&app, &mut findings).await {
                if let Err(error) = check_contents(&app, &mut findings).await {
                    findings.add("database", State::Problem, cause(&error));
                }
                if asked.media
                    && let Err(error) = check_files(&app, &mut findings).await
                {
                    findings.add("media", State::Problem, cause(&error));
                }
            }
        }
        Err(error) => findings.add("database", State::Problem, cause(&error)),
    }
    Ok(findings.answer())
}

/// Asks the running server whether it is well.
async fn ask_server(listen: SocketAddr) -> Result<(), String> {
    let address = SocketAddr::new(
        match listen.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        },
        listen.port(),
    );
    let ask = async {
        let mut connection = TcpStream::connect(address).await?;
        let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        connection.take(4096).read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    match tokio::time::timeout(PATIENCE, ask).await {
        Ok(Ok(answer)) if answer.starts_with(b"HTTP/1.1 200 ") => Ok(()),
        Ok(Ok(_)) => Err(format!("The server at {address} says that it is not well: look at its log.")),
        Ok(Err(error)) => Err(format!("No server answers at {address} ({error}): start it.")),
        Err(_) => Err(format!("The server at {address} does not answer: look at its log.")),
    }
}

fn check_settings(config: &Config, findings: &mut Findings) {
    if config.server.federates() {
        findings.ok("settings", format!("The server is {}.", config.server.public_url));
    } else {
        let sentence =
            "server.public_url is not https://, so nobody elsewhere can follow: fine for a test only.";
        findings.add("settings", State::Warning, sentence);
    }
    if config.instance.contact_email.is_empty() {
        let sentence = "instance.contact_email is empty: people do not know whom to write to.";
        findings.add("settings", State::Warning, sentence);
    }
    match &config.server.source_url {
        Some(source) => findings.ok("source", format!("The source code is said to be at {source}.")),
        None => {
            let sentence = "Nobody is told where the source code is, as the licence (AGPL) demands: set server.source_url.";
            findings.add("source", State::Warning, sentence);
        }
    }
    if let Some(file) = &config.federation.trusted_ca_file
        && let Err(error) = std::fs::read(file)
    {
        let sentence = format!("federation.trusted_ca_file {} can't be read: {error}.", file.display());
        findings.add("settings", State::Problem, sentence);
    }
}

fn check_folder(folder: &Path, findings: &mut Findings) {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => findings.ok("media", format!("{} can be written to.", folder.display())),
        Err(error) => {
            let sentence = format!("{} can't be written to ({error}): see to its rights.", folder.display());
            findings.add("media", State::Problem, sentence);
        }
    }
}

fn check_space(config: &Config, findings: &mut Findings) {
    let database = config.database_url.strip_prefix("sqlite://").and_then(|path| Path::new(path).parent());
    for folder in database.into_iter().chain([config.media_folder.as_path()]) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // A folder that is not there was told of already.
        let Ok(found) = rustix::fs::statvfs(folder) else { continue };
        let free = found.f_bavail.saturating_mul(found.f_frsize);
        let state = match free {
            free if free < NO_SPACE => State::Problem,
            free if free < config.reserve_bytes => State::Warning,
            _ => State::Ok,
        };
        let todo = if state == State::Ok { "" } else { ": make room" };
        findings.add("disk", state, format!("{} MB are free in {}{todo}.", free >> 20, folder.display()));
    }
}

async fn is_up_to_date(app: &App, findings: &mut Findings) -> bool {
    match migrate::pending(app).await {
        Ok(pending) if pending.is_empty() => {
            findings.ok("database", "The database is up to date.");
            true
        }
        Ok(pending) => {
            let sentence = format!("{} migrations are to go: run `stadtbote migrate`.", pending.len());
            findings.add("database", State::Problem, sentence);
            false
        }
        Err(error) => {
            findings.add("database", State::Problem, cause(&error));
            false
        }
    }
}

async fn check_mail(app: &App, findings: &mut Findings) -> Result<(), Error> {
    match &app.mailer {
        None => findings.ok("mail", "No mail is sent: mail.smtp_url is empty."),
        Some(mailer) => match mailer.check().await {
            Ok(()) => findings.ok("mail", "The mail server takes our mail."),
            Err(reason) => {
                let sentence = format!("No mail can be sent now, {reason}: look at mail.smtp_url.");
                findings.add("mail", State::Warning, sentence);
            }
        },
    }
    let name = app.config.moderation_account.as_str();
    if !name.is_empty() && accounts::find_ours(app.db(), name).await?.is_none() {
        let sentence = format!(
            "moderation.account is {name:?}, but there is no such account: people elsewhere are not told."
        );
        findings.add("mail", State::Warning, sentence);
    }
    Ok(())
}

async fn check_files(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let found = media::inspect_all(app).await?;
    let mut tell = |keys: &[String], what: &str| {
        if !keys.is_empty() {
            let named =
                keys.iter().take(MOST_NAMED as usize).map(String::as_str).collect::<Vec<_>>().join(", ");
            let sentence = format!("{} files {what}, take them from a backup: {named}.", keys.len());
            findings.add("media", State::Problem, sentence);
        }
    };
    tell(&found.missing, "are missing");
    tell(&found.damaged, "are damaged");
    if found.missing.is_empty() && found.damaged.is_empty() {
        findings.ok("media", format!("All {} files of posts and profiles are whole.", found.count));
    }
    Ok(())
}

async fn check_contents(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let damages = checks::list_damages(app.db()).await?;
    if !damages.is_empty() {
        let sentence = format!("The database file is damaged, restore a backup: {}.", damages.join("; "));
        findings.add("database", State::Problem, sentence);
    }
    match accounts_of_ours::check_foundation(app).await {
        Ok(()) => findings.ok("address", "The public address is the one that the server was founded under."),
        Err(error) => findings.add("address", State::Problem, format!("{}.", cause(&error))),
    }
    check_clock(app, findings).await?;
    check_mail(app, findings).await?;
    check_keys(app, findings).await?;
    check_counters(app, findings).await?;
    check_jobs(app, findings).await?;
    check_deliveries(app, findings).await
}

/// Ids hold the time at which they were made; none may be of tomorrow.
async fn check_clock(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let soon = app.clock.now() + chrono::TimeDelta::minutes(5);
    let is_behind = posts::newest_id(app.db()).await?.is_some_and(|newest| newest.0 > ids::first_at(soon));
    if is_behind {
        let sentence =
            "The clock is behind what was already written: set it right, or new posts sort before old ones.";
        findings.add("clock", State::Problem, sentence);
    } else {
        let now = app.clock.now();
        let shown = now.with_timezone(&chrono::Local);
        let (now, shown) = (now.format("%Y-%m-%d %H:%M:%S UTC"), shown.format("%H:%M (UTC%:z)"));
        findings.ok("clock", format!("It is {now}; pages say {shown}, the time zone of this command (TZ)."));
    }
    Ok(())
}

async fn check_keys(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let mut ours = accounts::list_ours(app.db()).await?;
    if !app.config.server.federates() || ours.is_empty() {
        return Ok(());
    }
    let instance = accounts::find_instance(app.db()).await?;
    let is_instance_missing = instance.is_none();
    ours.extend(instance);
    let without = keys::without_key(app, ours, account_keys::RSA).await?;
    if without.is_empty() && !is_instance_missing {
        findings.ok("keys", "Every account has its key.");
        return Ok(());
    }
    let waiting = jobs::count_waiting(app.db(), "make_keys").await?;
    if waiting > 0 {
        findings.add("keys", State::Warning, "Keys are still being made: the running server does that.");
    } else {
        let names: Vec<String> = without.iter().map(|account| account.acct()).collect();
        let sentence =
            format!("Keys are missing and nobody makes them ({}): nothing can be signed.", names.join(", "));
        findings.add("keys", State::Problem, sentence);
    }
    Ok(())
}

async fn check_counters(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let differences = checks::list_differences(app.db(), MOST_NAMED).await?;
    for found in &differences {
        let sentence = format!(
            "{} says {} {}, but there are {}: please report this.",
            found.subject, found.kept, found.counter, found.counted
        );
        findings.add("counters", State::Warning, sentence);
    }
    if differences.is_empty() {
        findings.ok("counters", "Every counter agrees with what it counts.");
    }
    Ok(())
}

async fn check_jobs(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let count = jobs::count_parked(app.db()).await?;
    if count == 0 {
        findings.ok("jobs", "No job waits for a person.");
        return Ok(());
    }
    for job in jobs::list_parked(app.db(), MOST_NAMED).await? {
        let cause = job.last_error.unwrap_or_default();
        findings.add(
            "jobs",
            State::Warning,
            format!("Job {} ({}) failed too often: {cause}", job.id, job.kind),
        );
    }
    let sentence = format!(
        "{count} jobs failed too often and wait for a person: remove the cause, then run `stadtbote jobs retry`."
    );
    findings.add("jobs", State::Warning, sentence);
    Ok(())
}

async fn check_deliveries(app: &App, findings: &mut Findings) -> Result<(), Error> {
    let unavailable = hosts::list_unavailable(app.db()).await?;
    if unavailable.is_empty() {
        findings.ok("hosts", "Every server that we send to was reached within a week.");
    } else {
        let names: Vec<&str> = unavailable.iter().take(10).map(|host| host.name.as_str()).collect();
        let sentence = format!(
            "{} servers could not be reached for a week and are tried once a day: {}.",
            unavailable.len(),
            names.join(", ")
        );
        findings.add("hosts", State::Warning, sentence);
    }
    let waiting: i64 = deliveries::summary(app.db()).await?.iter().map(|row| row.count).sum();
    findings.ok("deliveries", format!("{waiting} deliveries wait or are being sent."));
    Ok(())
}
