//! Who is still a reader when something for readers goes out: looked at when it is queued, and before each attempt.

use std::time::Duration;

use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::network::{Arrival, Mode};
use stadtbote_tests::stadtbote::{Stadtbote, eventually};

/// Writes a post for followers.
async fn for_followers(author: &Client, text: &str) -> Value {
    author.post("/api/v1/statuses", json!({ "status": text, "visibility": "private" })).await.good()
}

async fn block(author: &Client, handle: &str) {
    let found = author.get(&format!("/api/v1/accounts/search?q={handle}")).await.good();
    let id = found[0]["id"].as_str().expect("an account has an id");
    author.post(&format!("/api/v1/accounts/{id}/block"), json!({})).await.good();
}

fn is_about(arrival: &Arrival, post: &Value) -> bool {
    arrival.activity()["object"]["id"] == post["uri"]
}

/// The paths of `far.example` at which something about a post came in and was taken.
fn taken_at(stadtbote: &Stadtbote, post: &Value) -> Vec<String> {
    let arrivals = stadtbote.network().arrivals_at("far.example");
    let taken = arrivals.into_iter().filter(|one| one.is_taken() && is_about(one, post));
    let mut paths: Vec<String> = taken.map(|one| one.path).collect();
    paths.sort();
    paths
}

/// Waits until the delivery of a post to `far.example` failed once.
async fn wait_for_failure(stadtbote: &Stadtbote, post: &Value) {
    stadtbote.network().wait_for(1, |one| one.host == "far.example" && is_about(one, post)).await;
    eventually("the failure is written down", async || {
        stadtbote.waiting().await.iter().any(|line| line.contains("far.example: 500")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_post_for_followers_reaches_a_host_once_by_its_shared_inbox() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for handle in ["rita@far.example", "tom@far.example"] {
        stadtbote.follower(handle, "alice").await;
    }

    let post = for_followers(&alice, "Unter uns").await;
    stadtbote.rest().await;

    assert_eq!(taken_at(&stadtbote, &post), ["/inbox"]);
}

#[tokio::test]
async fn somebody_named_on_a_host_without_followers_gets_a_post_for_followers_personally() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("uma@other.example", "alice").await;
    stadtbote.rita();

    let post = for_followers(&alice, "@rita@far.example Unter uns").await;
    stadtbote.rest().await;

    assert_eq!(taken_at(&stadtbote, &post), ["/users/rita/inbox"]);
}

#[tokio::test]
async fn e06_a_host_that_does_not_know_yet_of_a_block_gets_new_posts_for_followers_personally() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    let tom = stadtbote.follower("tom@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::Status(500));

    block(&alice, "rita@far.example").await;
    let post = for_followers(&alice, "Ohne Rita").await;
    eventually("the host has failed", async || {
        stadtbote.waiting().await.iter().any(|line| line.contains("far.example: 500")).then_some(())
    })
    .await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    let like = tom.like(post["uri"].as_str().expect("an address"));
    eventually("everything has arrived", async || {
        // A sign of life makes what waits due.
        tom.send(&stadtbote.door(), "/inbox", &like).await;
        (!taken_at(&stadtbote, &post).is_empty()).then_some(())
    })
    .await;
    stadtbote.rest().await;

    assert_eq!(taken_at(&stadtbote, &post), ["/users/tom/inbox"]);
    let kinds: Vec<String> =
        stadtbote.network().arrivals_at("far.example").iter().map(Arrival::kind).collect();
    assert!(["Reject", "Block"].iter().all(|kind| kinds.iter().any(|seen| seen == kind)), "{kinds:?}");
}

#[tokio::test]
async fn a_post_for_followers_that_waits_for_a_shared_inbox_goes_to_personal_ones_after_a_block() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    let tom = stadtbote.follower("tom@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::Status(500));

    let post = for_followers(&alice, "Für alle, die folgen").await;
    wait_for_failure(&stadtbote, &post).await;
    block(&alice, "rita@far.example").await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    tom.send(&stadtbote.door(), "/inbox", &tom.like(post["uri"].as_str().expect("an address"))).await;
    stadtbote.rest().await;

    assert_eq!(taken_at(&stadtbote, &post), ["/users/tom/inbox"]);
    // And its end reaches those who got it.
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
    alice.delete(&path).await.good();
    stadtbote.rest().await;
    assert!(taken_at(&stadtbote, &post).contains(&"/users/tom/inbox".to_owned()));
    let deletes = stadtbote.network().arrivals_at("far.example");
    assert!(deletes.iter().any(|one| one.kind() == "Delete" && one.path == "/users/tom/inbox"));
}

#[tokio::test]
async fn e06_who_unfollows_while_a_post_for_followers_waits_does_not_get_it() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let follow = rita.follow(&stadtbote.actor("alice"));
    stadtbote.network().answers_posts("far.example", Mode::Status(500));

    let post = for_followers(&alice, "Für alle, die folgen").await;
    wait_for_failure(&stadtbote, &post).await;
    // While the Undo is worked on the host stays down, so that nothing overtakes it.
    rita.send(&stadtbote.door(), "/inbox", &rita.undo(&follow)).await;
    eventually("the follow has ended", async || {
        let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
        (account["followers_count"] == 0).then_some(())
    })
    .await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    rita.send(&stadtbote.door(), "/inbox", &rita.like(post["uri"].as_str().expect("an address"))).await;
    stadtbote.rest().await;

    assert!(taken_at(&stadtbote, &post).is_empty(), "{:#?}", stadtbote.network().summary());
}

#[tokio::test]
async fn an_account_that_is_gone_gets_nothing_that_still_waits_for_it() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.rita();
    stadtbote.follower("tom@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::Status(500));

    let direct = json!({ "status": "@rita@far.example Nur für Sie", "visibility": "direct" });
    let direct = alice.post("/api/v1/statuses", direct).await.good();
    wait_for_failure(&stadtbote, &direct).await;
    let end = rita.activity("Delete", json!(rita.uri()));
    rita.send(&stadtbote.door(), "/inbox", &end).await;
    eventually("the account is gone", async || {
        let found = alice.get("/api/v1/accounts/search?q=rita@far.example").await.good();
        found.as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    // What anybody else of the host says makes what waits for it due.
    let sentinel = stadtbote.network().person("tom@far.example");
    sentinel.send(&stadtbote.door(), "/inbox", &sentinel.follow(&stadtbote.actor("alice"))).await;
    stadtbote.rest().await;
    tokio::time::sleep(Duration::from_millis(200)).await;

    assert!(taken_at(&stadtbote, &direct).is_empty(), "{:#?}", stadtbote.network().summary());
}
