//! `stadtbote serve`.

use serde_json::Value;
use stadtbote_core::actions::audit;
use stadtbote_core::config::Config;
use tokio::signal::unix::{SignalKind, signal};

use super::{Answer, Failure};
use crate::serve::{Part, start};

/// How to run.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Which part of the work this process does; on SQLite always all
    #[arg(long, value_enum, default_value = "all")]
    role: Part,
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments { role: Part::All }
    }
}

/// Runs the server until it is asked to stop.
pub(super) async fn run(config: Config, settings: Value, asked: Arguments) -> Result<Answer, Failure> {
    let cannot = |error| Failure(format!("Signals can't be received: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;

    let mut running = start(config, asked.role).await?;
    audit::write_settings(&running.app, settings).await?;

    let is_broken = tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        // Half a server is worse than one that is started again.
        () = running.broken() => true,
    };
    tracing::info!("Stopping");
    running.stop().await;
    tracing::info!("Stopped");
    if is_broken {
        return Err(Failure("A part of the server broke off, see the log: start it again".into()));
    }
    Ok(Answer::new("", Value::Null))
}
