//! Polls, from the question to the last counts.

use crate::outages::Calendar;
use chrono::TimeDelta;
use serde_json::{Value, json};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::{checks, poll_options, polls};
use stadtbote_tests::client::Client;
use stadtbote_tests::stadtbote::Stadtbote;

async fn ask(client: &Client) -> Value {
    let poll = json!({ "options": ["Park", "Markt"], "expires_in": 86_400 });
    client.post("/api/v1/statuses", json!({ "status": "Wo fehlt eine Bank?", "poll": poll })).await.good()
}

async fn vote(client: &Client, post: &Value) {
    let path = format!("/api/v1/polls/{}/votes", post["poll"]["id"].as_str().expect("it has an id"));
    client.post(&path, json!({ "choices": [1] })).await.good();
}

/// The real program, its clock set forward by a day.
#[tokio::test]
async fn when_a_poll_is_over_who_asked_and_who_voted_hear_of_it_and_the_last_counts_go_out() {
    let mut calendar = Calendar::start().await;
    let (alice, bob) = (calendar.stadtbote.alice(), calendar.stadtbote.bob());
    calendar.stadtbote.follower("rita@far.example", "alice").await;
    let post = ask(&alice).await;
    vote(&bob, &post).await;
    let told = async |client: &Client| client.get("/api/v1/notifications?types[]=poll").await.good();
    calendar.quiet().await;
    assert_eq!(told(&alice).await, json!([]), "it is not over");

    calendar.go_to(calendar.now() + TimeDelta::days(1) + TimeDelta::seconds(5)).await;
    calendar.quiet().await;

    for client in [&alice, &bob] {
        let told = told(client).await;
        assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
        assert_eq!(told[0]["status"]["poll"]["expired"], true);
        assert_eq!(told[0]["account"]["username"], "alice");
    }
    let updates: Vec<Value> = calendar
        .stadtbote
        .network()
        .arrivals_at("far.example")
        .iter()
        .filter(|one| one.kind() == "Update")
        .map(|one| one.activity()["object"].clone())
        .collect();
    let last = updates.last().expect("the last counts came");
    assert_eq!(last["closed"], last["endTime"]);
    assert_eq!((&last["votersCount"], &last["oneOf"][1]["replies"]["totalItems"]), (&json!(1), &json!(1)));
}

/// In process: on the database of the running program.
#[tokio::test]
async fn a_poll_that_counts_wrongly_is_found() {
    let stadtbote = Stadtbote::start().await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let post = ask(&alice).await;
    vote(&bob, &post).await;
    let app = stadtbote.app().await;
    let found = async || checks::list_differences(app.db(), 10).await.expect("they can be counted");
    assert_eq!(found().await, []);

    let id = PostId(post["id"].as_str().and_then(|id| id.parse().ok()).expect("it has an id"));
    let tx = app.begin_write().await.expect("the database answers");
    poll_options::count_vote(&tx, id, 0).await.expect("it is counted");
    polls::count_voter(&tx, id).await.expect("it is counted");
    tx.commit().await.expect("it is written");

    let found = found().await;
    let found: Vec<_> = found.iter().map(|one| (one.counter.as_str(), one.kept, one.counted)).collect();
    assert_eq!(found, [("votes", 1, 0), ("voters", 2, 1)]);
}
