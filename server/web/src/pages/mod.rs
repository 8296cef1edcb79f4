//! The pages: each template with what it needs, and how a page becomes an answer.

pub(crate) mod door;
pub(crate) mod moderation;
pub(crate) mod public;
pub(crate) mod reach;
pub(crate) mod staff;
