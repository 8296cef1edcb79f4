//! What becomes of what other servers send, from the signed request to what is kept: with a database of its own, and a
//! network that shows what the senders would.

mod attacks;
mod backfill;
mod copies;
mod discovery;
mod domain_lists;
mod evidence;
mod featured_tags;
mod fixtures;
mod flags;
mod follower_counts;
mod held;
mod intents;
mod interactions;
mod nodeinfo;
mod properties;
mod quotes;
mod reply_approvals;
mod retention;
mod senders;
mod subjects;
mod synchronization;
mod world;
