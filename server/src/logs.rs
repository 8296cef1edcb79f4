//! The log, on standard error.
//!
//! Whatever is logged is handed to a thread that writes. Where standard error takes nothing, as a pipe that nobody reads, only
//! that thread waits; lines for which there is no more room meanwhile are counted and left out.

use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stadtbote_core::Error;
use stadtbote_core::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// How many bytes of lines may wait to be written.
const ROOM: usize = 256 << 10;
/// How long the end of the program, or of a part of it, waits until all lines are written.
const PATIENCE: Duration = Duration::from_secs(1);

/// Begins to log, once in a process.
pub fn start(log: &Log) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&log.level).map_err(|_| {
        Error::Unexpected(format!(
            "Setting log.level is {:?}: it must be error, warn, info, debug, trace or a filter",
            log.level
        ))
    })?;
    LINES.begin().map_err(|error| Error::Unexpected(format!("The log can't begin: {error}")))?;
    // Where standard error takes nothing any more, as on a full disk, there is nobody to tell that to.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Entrance(&LINES));
    let lines = lines.log_internal_errors(false);
    // A second start in the same process keeps the first log.
    let _ = match log.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Shows a line to the person who reads along, as it is, in its place among the lines of the log.
pub fn show(line: &str) {
    LINES.add(format!("{line}\n").as_bytes());
}

/// Waits until all lines are written, a second at most: before the program ends.
pub fn finish() {
    LINES.finish(PATIENCE);
}

/// A panic is a line of the log like others, so that machines can read it.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("without a message");
    tracing::error!(place, "A part of the program broke off: {message}");
    // It may have been the part that everything else depends on.
    finish();
}

static LINES: Lines = Lines::new();

/// Lines on their way to standard error.
struct Lines {
    waiting: Mutex<Waiting>,
    /// Something came, or all of it is written.
    changed: Condvar,
}

struct Waiting {
    bytes: Vec<u8>,
    /// How many lines had no room.
    left_out: u64,
    is_begun: bool,
    is_writing: bool,
}

impl Lines {
    const fn new() -> Lines {
        let waiting = Waiting { bytes: Vec::new(), left_out: 0, is_begun: false, is_writing: false };
        Lines { waiting: Mutex::new(waiting), changed: Condvar::new() }
    }

    /// Starts the thread that writes, unless it is there.
    fn begin(&'static self) -> io::Result<()> {
        let mut waiting = self.lock();
        if !waiting.is_begun {
            std::thread::Builder::new().name("log".into()).spawn(|| self.write_to(&mut io::stderr()))?;
            waiting.is_begun = true;
        }
        Ok(())
    }

    /// Adds lines if there is room for them. Before the log has begun they are written at once.
    fn add(&self, lines: &[u8]) {
        let mut waiting = self.lock();
        if !waiting.is_begun {
            let _ = io::stderr().write_all(lines);
        } else if waiting.bytes.len() + lines.len() > ROOM {
            waiting.left_out += 1;
        } else {
            waiting.bytes.extend_from_slice(lines);
            self.changed.notify_all();
        }
    }

    /// Writes what comes, for ever.
    fn write_to(&self, out: &mut impl Write) {
        loop {
            let (lines, left_out) = self.take();
            // What standard error does not take is lost: nobody can be told.
            let _ = out.write_all(&lines);
            if left_out > 0 {
                tracing::warn!("{left_out} lines of the log are missing before this one: nobody read them");
            }
            self.lock().is_writing = false;
            self.changed.notify_all();
        }
    }

    /// Waits for lines, and takes all of them; also how many found no room.
    fn take(&self) -> (Vec<u8>, u64) {
        let is_idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && waiting.left_out == 0;
        let waiting = self.changed.wait_while(self.lock(), is_idle);
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        waiting.is_writing = true;
        (std::mem::take(&mut waiting.bytes), std::mem::take(&mut waiting.left_out))
    }

    fn finish(&self, patience: Duration) {
        let is_busy = |waiting: &mut Waiting| waiting.is_writing || !waiting.bytes.is_empty();
        drop(self.changed.wait_timeout_while(self.lock(), patience, is_busy));
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an event of the log goes in, whole.
struct Entrance(&'static Lines);

impl Write for Entrance {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
