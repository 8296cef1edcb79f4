//! What can happen to the program while it works.

use crate::program::{PATIENCE, Program};
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

    fn disturb(&mut self, variable: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.insert(variable.to_owned(), value.to_owned()),
            None => self.settings.remove(variable),
        };
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
