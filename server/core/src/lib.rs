//! The inside of Stadtbote: everything that is true, remembered and done.
//!
//! - [`domain`] holds the rules: plain, synchronous, without clock or chance.
//! - [`store`] is the only room that speaks to the database.
//! - [`actions`] is what Stadtbote does: each action is one transaction, and what must follow from it is a job saved
//!   in that same transaction.
//! - [`media`] works on pictures and films.
//! - [`mail`] sends mail.
//! - [`fresh`] keeps what takes many questions, as long as nothing was written.
//!
//! Nothing in here knows Mastodon JSON, HTML pages or ActivityPub.

pub mod actions;
pub mod app;
pub mod client_address;
pub mod config;
pub mod counted;
mod database;
pub mod domain;
pub mod error;
pub mod fresh;
pub mod mail;
pub mod media;
pub mod store;
pub mod testing;

pub use app::App;
pub use error::Error;
