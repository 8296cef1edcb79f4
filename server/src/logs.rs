//! The log, on standard error.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use stadtbote_core::Error;
use stadtbote_core::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Begins to log, once in a process.
pub fn start(log: &Log) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&log.level).map_err(|_| {
        Error::Unexpected(format!(
            "Setting log.level is {:?}: it must be error, warn, info, debug, trace or a filter",
            log.level
        ))
    })?;
    // Where standard error takes nothing any more, as on a full disk, there is nobody to tell that to.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let lines = lines.log_internal_errors(false);
    // A second start in the same process keeps the first log.
    let _ = match log.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// A panic is a line of the log like others, so that machines can read it.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("without a message");
    tracing::error!(place, "A part of the program broke off: {message}");
}
