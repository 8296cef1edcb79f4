//! `stadtbote decode-avif`, which the server calls for each AVIF picture.

use std::io::{stdin, stdout};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use stadtbote_core::media::apart;

/// Most memory that a picture may take, and most seconds of a core.
const MEMORY: u64 = 1 << 30;
const SECONDS: u64 = 30;

/// Does it, within narrow bounds.
pub(super) fn run() -> ExitCode {
    for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS), (Resource::Core, 0)] {
        let bound = Rlimit { current: Some(most), maximum: Some(most) };
        if setrlimit(resource, bound).is_err() {
            return ExitCode::FAILURE;
        }
    }
    if apart::decode_one(stdin().lock(), stdout().lock()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
