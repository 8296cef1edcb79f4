//! `stadtbote jobs`.

use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::upkeep;
use stadtbote_core::domain::ids::JobId;
use stadtbote_core::store::jobs;

use super::{Answer, Failure};

/// Most jobs that are listed.
const MOST_LISTED: u64 = 1000;

/// What to do with jobs that failed too often.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show the jobs that failed too often and wait for a person, oldest first
    List,
    /// Try them again: those that are named, or all
    Retry {
        /// The numbers of jobs
        #[arg(value_name = "JOB")]
        ids: Vec<i64>,
    },
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::List => list(app).await,
        Command::Retry { ids } => {
            let named = Some(ids.iter().copied().map(JobId).collect()).filter(|_| !ids.is_empty());
            let count = upkeep::retry(app, named).await?;
            if count == 0 && !ids.is_empty() {
                return Err(Failure("None of these jobs waits for a person".into()));
            }
            Ok(Answer::new(format!("{count} jobs are tried again."), json!({ "retried": count })))
        }
    }
}

async fn list(app: &App) -> Result<Answer, Failure> {
    let parked = jobs::list_parked(app.db(), MOST_LISTED).await?;
    let line = |job: &jobs::Model| {
        let since = job.parked_at.unwrap_or(job.created_at).format("%Y-%m-%d %H:%M:%S UTC");
        format!("{} {} since {since}: {}", job.id, job.kind, job.last_error.as_deref().unwrap_or_default())
    };
    let value = |job: &jobs::Model| {
        json!({
            "id": job.id.to_string(),
            "kind": job.kind,
            "attempts": job.attempts,
            "parked_at": job.parked_at,
            "error": job.last_error,
        })
    };
    let text = match parked.as_slice() {
        [] => "No job waits for a person.".to_owned(),
        parked => parked.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    Ok(Answer::new(text, Value::Array(parked.iter().map(value).collect())))
}
