//! How many follow those who shared a post of ours: asked for afterwards, few at a time, and told only if all is known.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::reach;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::reach::Potential;
use stadtbote_core::store::posts;

use super::world::{World, made_up};

fn sharer(number: usize) -> String {
    format!("https://gts.example/users/sharer{number}")
}

/// What a server says of the followers of an account.
fn followers(uri: &str, total: i64) -> Value {
    json!({ "id": format!("{uri}/followers"), "type": "OrderedCollection", "totalItems": total })
}

async fn share(world: &World, actor: Value) {
    let uri = actor["id"].as_str().expect("it has an address").to_owned();
    world.show(actor);
    let announce = json!({
        "id": format!("{uri}/boosts/1"),
        "type": "Announce",
        "actor": uri,
        "object": format!("{}/statuses/1001", world.us.uri),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    assert_eq!(world.send(&announce, &uri).await, StatusCode::ACCEPTED);
}

/// Counts once and does what follows; gives the collections of followers that were asked for.
async fn count(world: &World) -> Vec<String> {
    world.work().await;
    world.asked();
    reach::roll_up(&world.app).await.expect("it can be counted");
    world.work().await;
    world.asked().into_iter().filter(|address| !address.contains("nodeinfo")).collect()
}

async fn potential(world: &World) -> Potential {
    let post = posts::find_any(world.app.db(), PostId(1001)).await.expect("the database answers");
    reach::of_post(&world.app, &post.expect("it is there")).await.expect("it can be told").potential
}

#[tokio::test]
async fn the_most_that_a_post_can_have_come_before_is_told_once_all_of_it_is_known() {
    let world = World::start().await;
    for number in 0..4 {
        share(&world, made_up(&sharer(number))).await;
        world.show(followers(&sharer(number), 100));
    }
    count(&world).await;
    assert_eq!(potential(&world).await, Potential::Few, "one of four could be told from the rest");

    share(&world, made_up(&sharer(4))).await;
    assert_eq!(count(&world).await, [format!("{}/followers", sharer(4))], "the others are known");
    assert_eq!(potential(&world).await, Potential::Unknown { known: 4, boosters: 5 });

    // Who did not say it is not asked again at once.
    world.show(followers(&sharer(4), 7));
    assert!(count(&world).await.is_empty());
    world
        .put_into_tables(
            "UPDATE follower_counts SET read_at = '2026-01-02T00:00:00+00:00' WHERE amount IS NULL",
        )
        .await;
    assert_eq!(count(&world).await.len(), 1);
    assert_eq!(potential(&world).await, Potential::AtMost { boosters: 5, followers: 407 });
}

#[tokio::test]
async fn of_one_server_few_are_asked_at_once_and_nobody_else_for_them() {
    let world = World::start().await;
    for number in 0..12 {
        share(&world, made_up(&sharer(number))).await;
    }
    // An account that names the collection of somebody else.
    let mut actor = made_up("https://evil.example/u/sharer");
    actor["followers"] = json!("https://mastodon.example/users/tom/followers");
    share(&world, actor).await;

    let first = count(&world).await;
    let second = count(&world).await;

    assert_eq!((first.len(), second.len()), (10, 2), "{first:?} {second:?}");
    assert!(first.iter().chain(&second).all(|address| address.starts_with("https://gts.example/")));
    assert!(count(&world).await.is_empty());
}
