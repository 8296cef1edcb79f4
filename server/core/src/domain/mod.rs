//! The rules: values in, verdict out. No database, no clock, no chance; time is an argument.

pub mod backoff;
pub mod blocklist;
pub mod copies;
pub mod emoji;
pub mod filter;
pub mod followers_digest;
pub mod handle;
pub mod hold;
pub mod hosts;
pub mod html;
pub mod ids;
pub mod job;
pub mod language;
pub mod moderation;
pub mod password;
pub mod permission;
pub mod policy;
pub mod poll;
pub mod post;
pub mod quotes;
pub mod scope;
pub mod text;
