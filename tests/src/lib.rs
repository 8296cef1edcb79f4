//! The test world: a Stadtbote to start, a cast to act, a pretended remote network, a reader of pages.

#![allow(clippy::disallowed_methods, reason = "the test world has a clock and clients of its own")]

pub mod authority;
pub mod chance;
pub mod client;
pub mod database;
pub mod fediverse;
pub mod front;
pub mod keys;
pub mod network;
pub mod page;
pub mod person;
pub mod post_office;
pub mod program;
pub mod seed;
pub mod stadtbote;
pub mod telephone;
pub mod visitor;

/// A short name that nobody else has.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the machine has randomness");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
