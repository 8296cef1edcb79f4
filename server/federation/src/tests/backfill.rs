//! What was said before we were there, and how little anybody can make of our looking for it.

use serde_json::{Value, json};
use stadtbote_core::actions::backfill::want_replies;
use stadtbote_core::store::{follows, posts};

use super::world::{World, create, note};

const ANNA: &str = "https://mastodon.example/users/anna";
const BERTA: &str = "https://gts.example/users/berta";

async fn is_here(world: &World, uri: &str) -> bool {
    posts::find_any_by_uri(world.app.db(), uri).await.expect("the database answers").is_some()
}

/// A followed account has posted something with these answers.
async fn world_with(replies: Value) -> (World, posts::Model) {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    let post = note(ANNA, "1", json!({ "replies": replies }));
    world.show(post.clone());
    world.send(&create(&post), ANNA).await;
    world.asked();
    let post = posts::find_any_by_uri(world.app.db(), &format!("{ANNA}/statuses/1")).await;
    (world, post.expect("the database answers").expect("it came"))
}

async fn look(world: &World, post: &posts::Model) -> Vec<String> {
    want_replies(&world.app, post).await.expect("it can be queued");
    world.work().await;
    world.asked()
}

fn reply(author: &str, id: &str, parent: &str) -> Value {
    note(author, id, json!({ "inReplyTo": parent }))
}

#[tokio::test]
async fn answers_are_fetched_from_their_own_servers_and_not_again_at_once() {
    let parent = format!("{ANNA}/statuses/1");
    let (theirs, stranger) = (format!("{BERTA}/statuses/2"), format!("{BERTA}/statuses/3"));
    let passed_off = reply(BERTA, "4", &parent);
    let items =
        json!([theirs, stranger, passed_off, "https://stadt.example/users/buergeramt/statuses/1001", 7]);
    let (world, post) = world_with(json!({ "type": "Collection", "first": { "items": items } })).await;
    world.show(reply(BERTA, "2", &parent));
    world.show(note(BERTA, "3", json!({})));

    let first = look(&world, &post).await;
    let second = look(&world, &post).await;

    assert!(is_here(&world, &theirs).await);
    assert!(!is_here(&world, &stranger).await, "it answers nothing that is here");
    assert!(!is_here(&world, &format!("{BERTA}/statuses/4")).await, "its own server knows nothing of it");
    assert!(first.contains(&theirs));
    assert!(second.is_empty(), "{second:?}");
}

#[tokio::test]
async fn c17_c19_an_endless_collection_ends_and_so_does_one_that_leads_back() {
    for target in [|_: usize| 0, |page: usize| page + 1] {
        let pages = format!("{ANNA}/statuses/1/replies");
        let (world, post) = world_with(json!(format!("{pages}?page=0"))).await;
        for page in 0..100 {
            let items: Vec<String> =
                (0..20).map(|item| format!("https://evil.example/{page}/{item}")).collect();
            world.show(json!({
                "id": format!("{pages}?page={page}"), "type": "CollectionPage", "items": items,
                "next": format!("{pages}?page={}", target(page)),
            }));
        }

        let asked = look(&world, &post).await;

        assert!(asked.iter().filter(|asked| asked.contains("/replies")).count() <= 5, "{asked:?}");
        assert!(asked.len() <= 50, "{}", asked.len());
    }
}

#[tokio::test]
async fn a_page_on_another_host_is_not_asked_for() {
    let (world, post) = world_with(json!("https://evil.example/replies")).await;

    let asked = look(&world, &post).await;

    assert!(asked.iter().all(|asked| !asked.contains("evil.example")), "{asked:?}");
}

#[tokio::test]
async fn pages_within_pages_within_one_document_end() {
    let mut page = json!({ "type": "CollectionPage", "items": [] });
    for _ in 0..100 {
        page = json!({ "type": "CollectionPage", "items": ["https://evil.example/1"], "next": page });
    }
    let (world, post) = world_with(page).await;

    assert!(look(&world, &post).await.len() <= 10);
}

#[tokio::test]
async fn a_chain_of_answers_without_end_is_followed_upwards_only_so_far() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.meet(BERTA).await;
    for number in 1..200 {
        let parent = format!("{BERTA}/statuses/{}", number + 1);
        world.show(reply(BERTA, &number.to_string(), &parent));
    }
    let boost = json!({
        "id": format!("{ANNA}#boost"), "type": "Announce", "actor": ANNA, "object": format!("{BERTA}/statuses/1"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });

    world.send(&boost, ANNA).await;

    let asked = world.asked().len();
    assert!((10..=40).contains(&asked), "{asked}");
}

#[tokio::test]
async fn of_somebody_newly_followed_the_newest_public_posts_are_here() {
    let world = World::start().await;
    let mut actor = json!({
        "id": BERTA, "type": "Person", "preferredUsername": "berta", "inbox": format!("{BERTA}/inbox"),
        "followers": format!("{BERTA}/followers"), "outbox": format!("{BERTA}/outbox"),
    });
    actor["publicKey"] = json!({ "id": format!("{BERTA}#k"), "owner": BERTA, "publicKeyPem": "" });
    world.show(actor);
    world.meet(BERTA).await;
    let mut closed = note(BERTA, "500", json!({}));
    (closed["to"], closed["cc"]) = (json!([format!("{BERTA}/followers")]), json!([]));
    let mut of_another = create(&note(ANNA, "1", json!({})));
    of_another["actor"] = json!(BERTA);
    let boost = json!({ "type": "Announce", "actor": BERTA, "object": format!("{ANNA}/statuses/2") });
    let mut entries = vec![create(&closed), of_another, boost];
    entries.extend((0..30).map(|number| create(&note(BERTA, &(600 + number).to_string(), json!({})))));
    world.show(
        json!({ "id": format!("{BERTA}/outbox"), "type": "OrderedCollection", "orderedItems": entries }),
    );
    world.follow(BERTA, "https://stadt.example/users/buergeramt#follows/1", follows::REQUESTED).await;
    let follow = "https://stadt.example/users/buergeramt#follows/1";

    world
        .send(
            &json!({ "id": format!("{BERTA}#a"), "type": "Accept", "actor": BERTA, "object": follow }),
            BERTA,
        )
        .await;

    let facts = world.facts().await;
    let posts: Vec<_> = facts.iter().filter(|fact| fact.contains(" post gts.example")).collect();
    assert_eq!(posts.len(), 8, "{posts:#?}");
    assert!(!is_here(&world, &format!("{BERTA}/statuses/500")).await);
    assert!(!is_here(&world, &format!("{ANNA}/statuses/1")).await);
    assert!(facts.iter().all(|fact| !fact.starts_with("notification")));
}
