//! Who may still say what, and whom it is for.

use serde_json::{Value, json};
use stadtbote_core::store::{follows, posts};

use super::world::{World, create, note};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const ANNA: &str = "https://mastodon.example/users/anna";
const OURS: &str = "https://stadt.example/users/buergeramt/statuses/1001";

fn act(kind: &str, object: &Value) -> Value {
    json!({ "id": format!("{ANNA}/acts/{kind}"), "type": kind, "actor": ANNA, "object": object })
}

#[tokio::test]
async fn who_is_suspended_by_moderators_says_nothing_new_and_may_take_back() {
    let world = World::start().await;
    let post = note(ANNA, "1", json!({ "inReplyTo": OURS }));
    let like = act("Like", &json!(OURS));
    world.send(&create(&post), ANNA).await;
    world.send(&like, ANNA).await;
    let suspend = "UPDATE accounts SET suspended_at = '2026-08-01T00:00:00+00:00' WHERE uri = ";
    world.put_into_tables(&format!("{suspend}'{ANNA}'")).await;

    world.send(&create(&note(ANNA, "2", json!({ "inReplyTo": OURS }))), ANNA).await;
    world.send(&act("Announce", &json!(OURS)), ANNA).await;
    let before = world.facts().await;
    world.send(&act("Undo", &like), ANNA).await;
    world.send(&act("Delete", &post["id"]), ANNA).await;

    assert!(before.contains("favourite of ours/1001 by mastodon.example/users/anna"), "{before:#?}");
    assert!(
        !before.iter().any(|fact| fact.contains("statuses/2 ") || fact.contains("boost of")),
        "{before:#?}"
    );
    let after = world.facts().await;
    assert!(!after.iter().any(|fact| fact.starts_with("favourite of")), "{after:#?}");
    let uri = post["id"].as_str().expect("it has one");
    let kept = posts::find_any_by_uri(world.app.db(), uri).await.expect("the database answers");
    assert!(kept.is_none_or(|post| !post.is_published()));
}

#[tokio::test]
async fn whom_a_post_is_for_may_stand_in_its_activity_alone() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    let visibility = async |id: &str, note: &Value| {
        let mut create = create(note);
        create["to"] = json!([PUBLIC]);
        world.send(&create, ANNA).await;
        let uri = format!("{ANNA}/statuses/{id}");
        let post = posts::find_any_by_uri(world.app.db(), &uri).await.expect("the database answers");
        post.map(|post| post.visibility.is_open())
    };
    let mut silent = note(ANNA, "1", json!({}));
    let map = silent.as_object_mut().expect("it is one");
    map.remove("to");
    map.remove("cc");
    let closed = note(ANNA, "2", json!({ "to": [format!("{ANNA}/followers")], "cc": [] }));

    assert_eq!(visibility("1", &silent).await, Some(true));
    assert_eq!(visibility("2", &closed).await, Some(false), "what the post says itself counts");
}
