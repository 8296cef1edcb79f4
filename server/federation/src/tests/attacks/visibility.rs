//! Who sees what: section E of the catalogue.

use axum::body::{Body, to_bytes};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::{accounts, follows, posts};
use tower::ServiceExt;

use super::{ANNA, MALLORY, US, activity, note, ours};
use crate::tests::world::World;
use crate::{routes, to_wire};

/// What is answered to whoever asks for an address of ours.
async fn ask(world: &World, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = http::Request::get(path).header(header::HOST, "stadt.example").body(Body::empty());
    let router = routes::router(world.federation.clone());
    let answer = router.oneshot(request.expect("it is a request")).await.expect("a router always answers");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("it is short");
    (parts.status, parts.headers, String::from_utf8(body.into()).expect("it is text"))
}

#[tokio::test]
async fn e01_what_is_not_for_everybody_is_as_if_it_were_not_there() {
    let world = World::start().await;

    for end in ["", "/activity", "/replies", "/replies?page=1", "/likes", "/shares", "/embed"] {
        let hidden = ask(&world, &format!("/users/buergeramt/statuses/2001{end}")).await;
        let missing = ask(&world, &format!("/users/buergeramt/statuses/999999{end}")).await;
        assert_eq!(hidden, missing, "{end}");
        assert_eq!(hidden.0, StatusCode::NOT_FOUND);
    }
    let (_, _, outbox) = ask(&world, "/users/buergeramt/outbox?page=true").await;
    assert!(outbox.contains(&ours(1001)) && !outbox.contains(&ours(2001)), "{outbox}");
}

#[tokio::test]
async fn e07_who_has_only_asked_to_follow_gets_nothing() {
    let world = World::start().await;
    let row = accounts::Model { locked: true, ..world.us.clone() };
    let tx = world.app.begin_write().await.expect("the database can be written to");
    accounts::update(&tx, row).await.expect("it is there");
    tx.commit().await.expect("nothing stands against it");

    world.send(&activity("Follow", MALLORY, json!(US)), MALLORY).await;

    let facts = world.facts().await;
    assert!(facts.contains("requested follow of buergeramt by evil.example/u/mallory"), "{facts:#?}");
    assert!(!facts.iter().any(|fact| fact.starts_with("sent Accept")), "{facts:#?}");
    let post = posts::find_any(world.app.db(), PostId(2001)).await.expect("the database answers");
    let inboxes = crate::audience::of_post(&world.app, &post.expect("it is there"), &world.us).await;
    assert!(inboxes.expect("the database answers").is_empty());
}

#[tokio::test]
async fn e11_an_edit_opens_nothing_that_was_closed() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let uri = format!("{ANNA}/statuses/1");
    let mut closed = note(ANNA, &uri);
    closed["to"] = json!([format!("{ANNA}/followers")]);
    world.send(&activity("Create", ANNA, closed), ANNA).await;

    world.send(&activity("Update", ANNA, note(ANNA, &uri)), ANNA).await;

    let post = posts::find_any_by_uri(world.app.db(), &uri)
        .await
        .expect("the database answers")
        .expect("it is there");
    assert_eq!((post.visibility, post.version), (Visibility::Private, 2));
}

#[tokio::test]
async fn e13_whoever_is_addressed_in_secret_stays_secret() {
    let world = World::start().await;
    let mut secret = note(ANNA, &format!("{ANNA}/statuses/1"));
    for (name, value) in
        [("to", json!([])), ("cc", json!([])), ("bto", json!([US])), ("bcc", json!([crate::wire::PUBLIC]))]
    {
        secret[name] = value;
    }
    world.send(&activity("Create", ANNA, secret), ANNA).await;

    let facts = world.facts().await;
    assert!(
        !facts
            .iter()
            .any(|fact| fact.starts_with("public post mastodon") || fact.starts_with("unlisted post")),
        "{facts:#?}"
    );
    for id in [1001, 1002, 2001] {
        let post = posts::find_any(world.app.db(), PostId(id)).await.expect("the database answers");
        let create = to_wire::create_activity(&world.app, &post.expect("it is there"), &world.us).await;
        let create = create.expect("it can be written").to_string();
        assert!(!create.contains("\"bto\"") && !create.contains("\"bcc\""), "{create}");
    }
}

#[tokio::test]
async fn e14_of_followers_only_the_number_is_told() {
    let world = World::start().await;
    world.send(&activity("Follow", MALLORY, json!(US)), MALLORY).await;

    for collection in ["followers", "following"] {
        for query in ["", "?page=1", "?page=true"] {
            let (status, _, body) = ask(&world, &format!("/users/buergeramt/{collection}{query}")).await;
            let body: Value = serde_json::from_str(&body).expect("it is JSON");
            assert_eq!(status, StatusCode::OK);
            assert!(
                body.get("items").is_none()
                    && body.get("orderedItems").is_none()
                    && body.get("first").is_none(),
                "{body}"
            );
        }
    }
    assert_eq!(ask(&world, "/users/buergeramt/blocks").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e15_only_what_is_the_same_for_everybody_may_be_kept_on_the_way() {
    let world = World::start().await;

    for path in ["/users/buergeramt", "/users/buergeramt/statuses/1001", "/users/buergeramt/outbox"] {
        let (status, headers, _) = ask(&world, path).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::VARY], "Accept", "{path}");
    }
    let (status, headers, _) = ask(&world, "/users/buergeramt/statuses/2001").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let cache = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(!cache.contains("public"), "{cache}");
}
