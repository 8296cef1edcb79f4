//! What can happen to the program while it works.

use crate::program::{PATIENCE, Program};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

impl Program {
    /// From the next start on it ends at this fail-point as a power cut would end it, or at none.
    pub fn break_at(&mut self, point: Option<&str>) {
        self.disturb("STADTBOTE_FAIL_POINT", point);
    }

    /// From the next start on it panics at this point, or at none.
    pub fn panic_at(&mut self, point: Option<&str>) {
        self.disturb("STADTBOTE_PANIC_POINT", point);
    }

    /// From the next start on its clock is wrong by so much.
    pub fn set_clock(&mut self, ahead: Duration) {
        self.disturb("STADTBOTE_CLOCK_OFFSET_SECONDS", Some(&ahead.as_secs().to_string()));
    }

    /// Lets the clock of the running server leap to being wrong by so many seconds, forward or back. It must have been told
    /// before its start, by a first call.
    pub fn let_clock_leap(&mut self, seconds: i64) {
        let (file, new) = (self.path("clock-leap"), self.path("clock-leap.new"));
        // Whoever reads it finds the one number or the other.
        std::fs::write(&new, seconds.to_string()).expect("there is room");
        std::fs::rename(&new, &file).expect("the folder is there");
        self.disturb("STADTBOTE_CLOCK_LEAP_FILE", Some(&file.display().to_string()));
    }

    fn disturb(&mut self, variable: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.insert(variable.to_owned(), value.to_owned()),
            None => self.settings.remove(variable),
        };
    }

    /// From the next start on the system allows it no more than this, as an argument of `prlimit`: `--nofile=256`.
    pub fn limit(&mut self, limit: &str) {
        self.limits = vec![limit.to_owned()];
    }

    /// From now on the system allows the running server no more than this, as an argument of `prlimit`.
    pub fn limit_now(&self, limit: &str) {
        let id = self.id().expect("the server runs").to_string();
        let done = Command::new("prlimit").args(["--pid", &id, limit]).status();
        assert!(done.is_ok_and(|status| status.success()), "the limit cannot be set");
    }

    /// From the next start on standard error goes there.
    pub fn write_errors_to(&mut self, path: &Path) {
        self.error_to = Some(path.to_owned());
    }

    /// How many mebibytes of memory the running server has in use.
    pub fn mebibytes(&self) -> u64 {
        let id = self.id().expect("the server runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("the process is there");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("it has memory");
        let kibibytes: u64 =
            line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
        kibibytes / 1024
    }

    /// Waits until the server has ended by itself.
    pub async fn wait_for_end(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            let child = self.child.as_mut().expect("the server was started");
            if let Some(status) = child.try_wait().expect("the child is ours") {
                self.child = None;
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "the program does not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Whether the server that was started still runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Stops the clock of the process, as a machine does that is short of everything: it does nothing and holds on to
    /// what it has.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets a frozen process go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.id().expect("the server runs").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal cannot be sent");
    }
}
