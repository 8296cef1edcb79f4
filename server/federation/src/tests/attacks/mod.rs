//! Attacks that others suffered, by their numbers in the catalogue of attack cases (`docs/SECURITY.md` lists them all):
//! what is tried, and that nothing comes of it but what is written here.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::world::World;
use crate::wire::PUBLIC;

mod content;
mod fetching;
mod floods;
mod identity;
mod ownership;
mod visibility;

/// Who attacks.
const MALLORY: &str = "https://evil.example/u/mallory";
/// Who is attacked, or does what anybody does.
const ANNA: &str = "https://mastodon.example/users/anna";
/// Our account.
const US: &str = "https://stadt.example/users/buergeramt";

/// Something that `actor` does, with an id of its own.
fn activity(kind: &str, actor: &str, object: Value) -> Value {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let id = format!("{actor}#attack-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    json!({ "id": id, "type": kind, "actor": actor, "to": [PUBLIC], "object": object })
}

/// A public note that names our account.
fn note(author: &str, id: &str) -> Value {
    json!({
        "id": id,
        "type": "Note",
        "attributedTo": author,
        "to": [PUBLIC],
        "cc": [US],
        "content": "<p>Hallo</p>",
        "tag": [{ "type": "Mention", "href": US, "name": "@buergeramt@stadt.example" }],
    })
}

/// A post of ours: 1001 is public, 1002 a question, 2001 for followers only.
fn ours(id: u32) -> String {
    format!("{US}/statuses/{id}")
}

/// What has come (`+`) and gone (`-`) since then.
async fn changes(world: &World, before: &BTreeSet<String>) -> Vec<String> {
    let after = world.facts().await;
    let come = after.difference(before).map(|fact| format!("+ {fact}"));
    come.chain(before.difference(&after).map(|fact| format!("- {fact}"))).collect()
}
