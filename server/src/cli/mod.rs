//! The command line: a file for each command.
//!
//! Standard output carries only the result; everything else goes to standard error. A command ends with 0 when it is
//! done, with 1 when it failed and with 2 when it was used wrongly.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use serde_json::Value;
use stadtbote_core::config::{Config, ConfigError};
use stadtbote_core::media::apart;
use stadtbote_core::store::{accounts, persons};
use stadtbote_core::{App, Error};

use crate::{cause, logs, migrate};

mod account;
mod audit;
mod config;
mod doctor;
mod domain;
mod jobs;
mod migrations;
mod moderation;
mod picture;
mod serve;
mod staff;
mod subject;
mod token;

/// How long work on pictures, which can't be broken off, may keep the process from ending.
const LAST_WORK: Duration = Duration::from_millis(500);

/// A Mastodon-compatible ActivityPub server for cities.
#[derive(Parser)]
#[command(name = "stadtbote", version)]
struct Arguments {
    /// A file with settings that differ from the defaults
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (also without a command)
    Serve(serve::Arguments),
    /// Bring the database up to date
    Migrate,
    /// Check everything
    Doctor(doctor::Arguments),
    /// Print the settings in force, secrets hidden
    Config,
    /// Accounts of this server
    #[command(subcommand)]
    Account(account::Command),
    /// People who work here
    #[command(subcommand)]
    Staff(staff::Command),
    /// Jobs that failed too often
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// What is decided about whole domains
    #[command(subcommand)]
    Domain(domain::Command),
    /// The record of who did what
    #[command(subcommand)]
    Audit(audit::Command),
    /// The records of the moderators
    #[command(subcommand)]
    Moderation(moderation::Command),
    /// What is kept of people elsewhere
    #[command(subcommand)]
    Subject(subject::Command),
    /// Tokens for scripts
    #[command(subcommand)]
    Token(token::Command),
    /// Decode one picture from standard input, for the server
    #[command(name = apart::ARGUMENT, hide = true)]
    DecodeAvif,
}

/// What a command did, for people and for scripts.
struct Answer {
    text: String,
    json: Value,
    /// Whether it is what the operator hoped for.
    is_good: bool,
}

impl Answer {
    fn new(text: impl Into<String>, json: Value) -> Answer {
        Answer { text: text.into(), json, is_good: true }
    }
}

/// Why a command failed: one sentence for the operator.
struct Failure(String);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(cause(&error))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Failure(error.to_string())
    }
}

impl From<sea_orm_migration::DbErr> for Failure {
    fn from(error: sea_orm_migration::DbErr) -> Self {
        Error::from(error).into()
    }
}

/// Runs the command that the program was called with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Some(Command::DecodeAvif)) {
        return picture::run();
    }
    // Also where the file was replaced by a newer one meanwhile.
    apart::use_program("/proc/self/exe".into());
    let as_json = arguments.json;
    let done = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let done = runtime.block_on(run(arguments));
            runtime.shutdown_timeout(LAST_WORK);
            done
        }
        Err(error) => Err(Failure(format!("The program can't begin: {error}"))),
    };
    let code = match done {
        Ok(answer) => {
            let shown = if as_json { format!("{:#}", answer.json) } else { answer.text };
            print(&shown);
            if answer.is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(Failure(sentence)) => {
            logs::show(&format!("stadtbote: {sentence}"));
            ExitCode::FAILURE
        }
    };
    logs::finish();
    code
}

/// Whoever closed standard output does not want to hear more.
fn print(shown: &str) {
    use std::io::Write;
    if !shown.is_empty() {
        let _ = writeln!(std::io::stdout(), "{shown}");
    }
}

async fn run(arguments: Arguments) -> Result<Answer, Failure> {
    let file = arguments.config.as_deref();
    match arguments.command.unwrap_or(Command::Serve(serve::Arguments::default())) {
        // Dealt with before there was a runtime.
        Command::DecodeAvif => Ok(Answer::new("", Value::Null)),
        Command::Config => config::run(file),
        Command::Doctor(asked) => doctor::run(load(file), asked).await,
        Command::Serve(asked) => serve::run(load(file)?, config::shown(file)?, asked).await,
        Command::Migrate => migrations::run(load(file)?).await,
        Command::Account(command) => account::run(&open(file).await?, command).await,
        Command::Staff(command) => staff::run(&open(file).await?, command).await,
        Command::Jobs(command) => jobs::run(&open(file).await?, command).await,
        Command::Domain(command) => domain::run(&open(file).await?, command).await,
        Command::Audit(command) => audit::run(&open(file).await?, command).await,
        Command::Moderation(command) => moderation::run(&open(file).await?, command).await,
        Command::Subject(command) => subject::run(&open(file).await?, command).await,
        Command::Token(command) => token::run(&open(file).await?, command).await,
    }
}

/// The variables of the environment; what is no UTF-8 is none of ours.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// The settings in force; the log begins with them.
fn load(file: Option<&Path>) -> Result<Config, Failure> {
    let config = Config::load(file, environment())?;
    logs::start(&config.log)?;
    Ok(config)
}

/// The database for a command beside the server: it must be there and up to date.
async fn open(file: Option<&Path>) -> Result<App, Failure> {
    let app = App::open(load(file)?, false).await?;
    if !migrate::pending(&app).await?.is_empty() {
        return Err(Failure("The database is not up to date: run `stadtbote migrate` first".into()));
    }
    Ok(app)
}

/// The account of ours that a command names.
async fn account_named(app: &App, name: &str) -> Result<accounts::Model, Failure> {
    let username = name.trim_start_matches('@');
    let found = accounts::find_ours(app.db(), username).await?.filter(|account| account.deleted_at.is_none());
    found.ok_or_else(|| Failure(format!("There is no account {username} on this server")))
}

/// The person who works here and whom a command names.
async fn person_named(app: &App, email: &str) -> Result<persons::Model, Failure> {
    let found = persons::find_by_email(app.db(), email).await?.filter(|person| person.left_at.is_none());
    found.ok_or_else(|| Failure(format!("Nobody with the address {email} works here")))
}
