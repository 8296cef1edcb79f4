//! Questions: asked, answered once, and closed.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::drafts;
use stadtbote_core::actions::posts::Door;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::permission::Role;

use super::{Answer, User, World};

async fn ask(world: &World, user: &User, poll: Value) -> Answer {
    world.post(user, "/api/v1/statuses", json!({ "status": "Wo fehlt eine Bank?", "poll": poll })).await
}

async fn vote(world: &World, user: &User, poll: &str, choices: &[i64]) -> Answer {
    world.post(user, &format!("/api/v1/polls/{poll}/votes"), json!({ "choices": choices })).await
}

#[tokio::test]
async fn a_poll_is_asked_answered_once_and_counted() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);

    let asked = ask(&world, &alice, json!({ "options": ["Park", "Markt"], "expires_in": 300 })).await;
    let id = asked.text("/poll/id");
    let voted = vote(&world, &bob, &id, &[1]).await;
    let again = vote(&world, &bob, &id, &[0]).await;
    let seen = world.get_as_guest(&format!("/api/v1/polls/{id}")).await;
    let by_bob = world.get(&bob, &format!("/api/v1/statuses/{id}")).await;

    assert_eq!(asked.json["poll"]["voted"], true);
    assert_eq!((&voted.json["voted"], &voted.json["own_votes"]), (&json!(true), &json!([1])));
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.text("/error"), "Validation failed: You have already voted on this poll");
    assert_eq!((&seen.json["votes_count"], &seen.json["voters_count"]), (&json!(1), &json!(1)));
    assert_eq!(seen.json["options"][1], json!({ "title": "Markt", "votes_count": 1 }));
    assert_eq!(seen.json.get("own_votes"), None);
    assert_eq!(by_bob.json["poll"]["own_votes"], json!([1]));
}

#[tokio::test]
async fn b12_what_may_not_be_chosen_does_not_count() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let one = ask(&world, &alice, json!({ "options": ["Park", "Markt"], "expires_in": 300 })).await;
    let several = json!({ "options": ["Park", "Markt"], "expires_in": 300, "multiple": true });
    let several = ask(&world, &alice, several).await;
    let (one, several) = (one.text("/poll/id"), several.text("/poll/id"));

    let refused = [
        vote(&world, &bob, &one, &[0, 1]).await,
        vote(&world, &bob, &one, &[2]).await,
        vote(&world, &bob, &one, &[-1]).await,
        vote(&world, &bob, &one, &[]).await,
        vote(&world, &alice, &one, &[0]).await,
        vote(&world, &bob, &several, &[0, 0]).await,
    ];
    let both = vote(&world, &bob, &several, &[0, 1]).await;
    world.app.clock.advance(TimeDelta::seconds(301));
    let late = vote(&world, &bob, &one, &[0]).await;

    for answer in refused.iter().chain([&late]) {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.json);
    }
    assert_eq!(late.text("/error"), "Validation failed: The poll has already ended");
    assert_eq!((&both.json["votes_count"], &both.json["voters_count"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn hidden_counts_are_shown_once_the_poll_has_closed() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let poll = json!({ "options": ["Park", "Markt"], "expires_in": 300, "hide_totals": true });
    let id = ask(&world, &alice, poll).await.text("/poll/id");
    let address = format!("/api/v1/polls/{id}");

    let open = world.get_as_guest(&address).await;
    world.app.clock.advance(TimeDelta::seconds(301));
    let closed = world.get_as_guest(&address).await;

    assert_eq!(
        (&open.json["expired"], &open.json["options"][0]["votes_count"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(
        (&closed.json["expired"], &closed.json["options"][0]["votes_count"]),
        (&json!(true), &json!(0))
    );
}

#[tokio::test]
async fn a_poll_that_makes_no_sense_is_refused() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    for poll in [
        json!({ "options": ["Park"], "expires_in": 300 }),
        json!({ "options": ["Park", "Park"], "expires_in": 300 }),
        json!({ "options": ["Park", "Markt"], "expires_in": 1 }),
        json!({ "options": ["Park", "Markt"] }),
    ] {
        assert_eq!(ask(&world, &alice, poll).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(world.get_as_guest("/api/v1/timelines/public").await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn who_may_not_see_a_question_can_not_answer_it() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let poll = json!({ "options": ["Park", "Markt"], "expires_in": 300 });
    let body = json!({ "status": "Unter uns", "visibility": "private", "poll": poll });
    let id = world.post(&alice, "/api/v1/statuses", body).await.text("/poll/id");

    assert_eq!(vote(&world, &bob, &id, &[0]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&bob, &format!("/api/v1/polls/{id}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_poll_waits_with_its_draft_and_runs_from_when_that_comes_out() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let author = world.colleague(&alice, Role::Author).await;
    let first = json!({ "options": ["Park", "Markt"], "expires_in": 300 });
    let better =
        json!({ "options": ["Am Park", "Am Markt", "Am Fluss"], "expires_in": 600, "multiple": true });

    let waiting = ask(&world, &author, first).await;
    let draft = waiting.text("/id");
    let address = format!("/api/v1/statuses/{draft}");
    let change = json!({ "status": "Wo?", "poll": better });
    let changed = world.ask("PUT", &address, Some(&author.token), Some(change)).await;
    let unseen = world.get(&bob, &format!("/api/v1/polls/{draft}")).await;
    world.app.clock.advance(TimeDelta::hours(1));
    let id = PostId(draft.parse().expect("it is a number"));
    let out = drafts::release(&world.app, &alice.member, Door::Api, id, None).await.expect("alice may");
    let poll = world.get(&bob, &format!("/api/v1/polls/{}", out.id)).await;
    let voted = vote(&world, &bob, &out.id.to_string(), &[0, 2]).await;
    world.app.clock.advance(TimeDelta::seconds(601));
    let closed = world.get(&bob, &format!("/api/v1/polls/{}", out.id)).await;

    assert_eq!(waiting.status, StatusCode::OK, "{}", waiting.json);
    assert_eq!(
        (&waiting.json["poll"]["expires_at"], &waiting.json["poll"]["expired"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(changed.json["poll"]["options"].as_array().map(Vec::len), Some(3), "{}", changed.json);
    assert_eq!(unseen.status, StatusCode::NOT_FOUND);
    assert!(poll.json["expires_at"].is_string(), "{}", poll.json);
    assert_eq!((poll.text("/options/2/title"), &poll.json["multiple"]), ("Am Fluss".into(), &json!(true)));
    assert_eq!(voted.json["votes_count"], 2, "{}", voted.json);
    assert_eq!(closed.json["expired"], true);
}

#[tokio::test]
async fn a_draft_loses_its_poll_when_it_is_changed_without_one_and_when_it_is_thrown_away() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let author = world.colleague(&alice, Role::Author).await;
    let poll = || json!({ "options": ["Park", "Markt"], "expires_in": 300 });

    let first = ask(&world, &author, poll()).await.text("/id");
    let address = format!("/api/v1/statuses/{first}");
    let change = json!({ "status": "Doch keine Frage" });
    let without = world.ask("PUT", &address, Some(&author.token), Some(change)).await;
    let second = ask(&world, &author, poll()).await.text("/id");
    let address = format!("/api/v1/statuses/{second}");
    let gone = world.ask("DELETE", &address, Some(&author.token), None).await;

    assert_eq!((without.status, &without.json["poll"]), (StatusCode::OK, &Value::Null));
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.json);
    assert_eq!(world.get(&author, &address).await.status, StatusCode::NOT_FOUND);
}
