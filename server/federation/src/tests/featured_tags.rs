//! Hashtags on profiles: ours as others read them, theirs as we do.

use std::sync::atomic::{AtomicU32, Ordering};

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::featured_tags as actions;
use stadtbote_core::store::{accounts, featured_tags, follows};

use super::world::{World, made_up, owner};

const RITA: &str = "https://snac.example/rita";
const FOLLOW: &str = "https://stadt.example/users/buergeramt#follows/1";

/// What is kept of the hashtags on a profile elsewhere.
async fn shown(world: &World) -> Vec<String> {
    let account = accounts::find_by_uri(world.app.db(), RITA).await.expect("the database answers");
    let rows = featured_tags::list_with_tags(world.app.db(), account.expect("it is known").id).await;
    rows.expect("the database answers").into_iter().map(|(_, tag)| tag.shown).collect()
}

/// An account whose profile shows hashtags, in a collection of their own or within.
fn rita(featured: Value) -> Value {
    let mut actor = made_up(RITA);
    actor["featured"] = json!(format!("{RITA}/featured"));
    actor["featuredTags"] = featured;
    actor
}

fn hashtag(name: &str) -> Value {
    json!({ "type": "Hashtag", "name": name, "href": format!("{RITA}/tagged/{name}") })
}

fn collection(items: &[Value]) -> Value {
    json!({ "id": format!("{RITA}/tags"), "type": "Collection", "totalItems": items.len(), "items": items })
}

/// An id that no other activity has.
fn new_id() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{RITA}#activities/{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn changed(actor: &Value) -> Value {
    json!({ "id": new_id(), "type": "Update", "actor": RITA, "object": actor })
}

fn activity(kind: &str, tag: &Value, target: &str) -> Value {
    json!({ "id": new_id(), "type": kind, "actor": RITA, "object": tag, "target": target })
}

#[tokio::test]
async fn a_hashtag_on_our_profile_is_told_and_its_change_is_sent() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.follow(RITA, FOLLOW, follows::ACCEPTED).await;
    world
        .send(
            &json!({ "id": format!("{RITA}#f"), "type": "Follow", "actor": RITA, "object": world.us.uri }),
            RITA,
        )
        .await;

    actions::feature(&world.app, &owner, "Bürgerhaushalt").await.expect("the owner may");
    world.work().await;
    let actor = world.get(&world.us.uri).await;
    let address = actor.1["featuredTags"].as_str().expect("the actor names it").to_owned();
    let told = world.get(&address).await;
    actions::unfeature(&world.app, &owner, "bürgerhaushalt").await.expect("the owner may");
    world.work().await;
    let empty = world.get(&address).await;
    let instance = world.get("https://stadt.example/actor").await;

    assert_eq!(address, "https://stadt.example/users/buergeramt/collections/tags");
    assert_eq!(told.0, StatusCode::OK);
    assert_eq!((&told.1["type"], &told.1["totalItems"]), (&json!("Collection"), &json!(1)));
    assert_eq!(
        told.1["items"],
        json!([{
            "type": "Hashtag", "href": "https://stadt.example/tags/bürgerhaushalt", "name": "#Bürgerhaushalt",
        }])
    );
    assert_eq!((&empty.1["totalItems"], &empty.1["items"]), (&json!(0), &json!([])));
    assert_eq!(instance.1.get("featuredTags"), None);
    assert_eq!(world.sent("Update").await.len(), 2);
}

#[tokio::test]
async fn the_hashtags_of_somebody_who_is_followed_are_read_and_kept_as_they_are_now() {
    let world = World::start().await;
    let address = format!("{RITA}/tags");
    let wrong = json!({ "type": "Note", "name": "Kein" });
    world.show(rita(json!(address)));
    world.show(collection(&[hashtag("#Rhein"), wrong, json!(7), hashtag("Brücken")]));
    world.follow(RITA, FOLLOW, follows::REQUESTED).await;

    let accept = json!({ "id": format!("{RITA}#a"), "type": "Accept", "actor": RITA, "object": FOLLOW });
    world.send(&accept, RITA).await;
    let first = shown(&world).await;
    let many: Vec<Value> = (0..40).map(|number| hashtag(&format!("t{number}"))).collect();
    world.send(&changed(&rita(collection(&many))), RITA).await;
    let most = shown(&world).await;
    world.hide(&address);
    world.send(&changed(&rita(json!(address))), RITA).await;
    let unreadable = shown(&world).await;
    world.send(&changed(&rita(collection(&[]))), RITA).await;

    assert_eq!(first, ["Rhein", "Brücken"]);
    assert_eq!(most.len(), 10);
    assert_eq!(unreadable, most, "what can't be read stays as it was");
    assert_eq!(shown(&world).await, [""; 0]);
}

#[tokio::test]
async fn hashtags_of_somebody_whom_nobody_follows_or_on_another_host_are_not_asked_for() {
    let world = World::start().await;
    world.show(rita(json!(null)));
    world.meet(RITA).await;
    world.asked();

    world.send(&changed(&rita(json!(format!("{RITA}/tags")))), RITA).await;
    let of_a_stranger = world.asked();
    world.follow(RITA, FOLLOW, follows::ACCEPTED).await;
    world.send(&changed(&rita(json!("https://evil.example/tags"))), RITA).await;
    let elsewhere = world.asked();

    assert!(of_a_stranger.iter().all(|asked| !asked.ends_with("/tags")), "{of_a_stranger:?}");
    assert!(elsewhere.iter().all(|asked| !asked.contains("evil.example")), "{elsewhere:?}");
}

#[tokio::test]
async fn one_hashtag_is_put_on_a_profile_or_taken_off_by_its_owner_alone() {
    let world = World::start().await;
    let featured = format!("{RITA}/featured");
    world.show(rita(json!(null)));
    world.follow(RITA, FOLLOW, follows::ACCEPTED).await;

    world.send(&activity("Add", &hashtag("#Rhein"), &featured), RITA).await;
    let added = shown(&world).await;
    world.send(&activity("Remove", &hashtag("#RHEIN"), "https://gts.example/featured"), RITA).await;
    let of_another = shown(&world).await;
    world.send(&activity("Remove", &hashtag("#rhein"), &featured), RITA).await;

    assert_eq!(added, ["Rhein"]);
    assert_eq!(of_another, ["Rhein"]);
    assert_eq!(shown(&world).await, [""; 0]);
}
