//! ActivityPub: the door through which Stadtbote speaks with other servers, and the one HTTP client that
//! leaves the house.

pub mod address;
pub mod client;
pub mod fetch;
pub mod signatures;
pub mod webfinger;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod test_network;
