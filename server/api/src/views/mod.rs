//! What we answer: one struct for each of Mastodon's entities, complete in every field.
//!
//! Typed clients fail on a missing key and on `null` where none is due. So a key that may be absent is skipped here
//! and nowhere else, and what Stadtbote does not have stands as the empty value that Mastodon would send.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod application;
pub(crate) mod conversation;
pub(crate) mod emoji;
pub(crate) mod filter;
pub(crate) mod instance;
pub(crate) mod list;
pub(crate) mod marker;
pub(crate) mod media;
pub(crate) mod notification;
pub(crate) mod poll;
pub(crate) mod preferences;
pub(crate) mod push;
pub(crate) mod quote;
pub(crate) mod reach;
pub(crate) mod relationship;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod tag;
#[cfg(test)]
mod tests;

/// An id: a text, since JavaScript can't count to 2⁶³.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) i64);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A time, always UTC and with exactly three decimals: clients on phones read no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A day, without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) DateTime<Utc>);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.date_naive())
    }
}

/// A midnight: the day as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Midnight(pub(crate) DateTime<Utc>);

impl Serialize for Midnight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%Y-%m-%dT00:00:00.000Z"))
    }
}

/// A list of something that Stadtbote does not have.
pub(crate) type Empty = [(); 0];

/// An empty list.
pub(crate) const EMPTY: Empty = [];

/// `null`: something that Stadtbote does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Nothing;

/// `{}`: done, and nothing to say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Done {}
