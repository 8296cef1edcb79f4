//! What is kept must never be older than what was written, and for nobody but the one who asked.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::staff;

use super::World;

#[tokio::test]
async fn what_is_kept_gives_way_to_what_is_written() {
    let world = World::start().await;
    let press = world.user("press").await;
    let see = async || {
        let public = world.get_as_guest("/api/v1/timelines/public").await.ids();
        (public, world.get(&press, "/api/v1/timelines/home").await.ids())
    };

    let empty = see().await;
    let again = see().await;
    let post = world.post(&press, "/api/v1/statuses", json!({ "status": "new" })).await.text("/id");
    let there = see().await;
    world.ask("DELETE", &format!("/api/v1/statuses/{post}"), Some(&press.token), None).await;
    let gone = see().await;

    assert_eq!((empty.0.len(), empty.1.len()), (0, 0));
    assert_eq!(again, empty);
    assert_eq!(there, (vec![post.clone()], vec![post]));
    assert_eq!(gone, empty);
}

#[tokio::test]
async fn b32_an_answer_is_kept_for_the_one_who_asked() {
    let world = World::start().await;
    let (press, library) = (world.user("press").await, world.user("library").await);
    let post = world.post(&press, "/api/v1/statuses", json!({ "status": "new" })).await.text("/id");
    world.post(&press, &format!("/api/v1/statuses/{post}/favourite"), json!({})).await;

    let address = format!("/api/v1/statuses/{post}");
    for _ in 0..2 {
        assert_eq!(world.get(&press, &address).await.json["favourited"], json!(true));
        assert_eq!(world.get(&library, &address).await.json["favourited"], json!(false));
        assert_eq!(world.get_as_guest(&address).await.json.get("favourited"), None::<&Value>);
    }
}

#[tokio::test]
async fn headers_are_kept_with_the_answer_and_counted_apart() {
    let world = World::start_with(&[]).await;
    let press = world.user("press").await;
    for n in 0..3 {
        world.post(&press, "/api/v1/statuses", json!({ "status": format!("post {n}") })).await;
    }

    let first = world.get_as_guest("/api/v1/timelines/public?limit=2").await;
    let second = world.get_as_guest("/api/v1/timelines/public?limit=2").await;

    assert!(first.link().contains("max_id="), "{}", first.link());
    assert_eq!(first.link(), second.link());
    assert_eq!(first.json, second.json);
    let left =
        |answer: &super::Answer| answer.headers["x-ratelimit-remaining"].to_str().map(str::to_owned).ok();
    assert_ne!(left(&first), left(&second));
}

#[tokio::test]
async fn b26_who_leaves_is_known_no_longer_at_the_next_request() {
    let world = World::start().await;
    let press = world.user("press").await;

    let before = world.get(&press, "/api/v1/timelines/home").await.status;
    staff::leave(&world.app, None, press.member.person).await.expect("the person is there");
    let after = world.get(&press, "/api/v1/timelines/home").await.status;

    assert_eq!((before, after), (StatusCode::OK, StatusCode::UNAUTHORIZED));
}
