//! What goes out to other servers: to whom, in what order, and what a bad neighbour can do.

use serde_json::{Value, json};
use stadtbote_tests::authority::Fault;
use stadtbote_tests::client::Client;
use stadtbote_tests::network::{Arrival, Mode, Signature};
use stadtbote_tests::stadtbote::Stadtbote;
use std::time::{Duration, Instant};

async fn post(client: &Client, body: Value) -> Value {
    client.post("/api/v1/statuses", body).await.good()
}

/// Whether an arrival is about a post.
pub(crate) fn is_about(arrival: &Arrival, kind: &str, post: &Value) -> bool {
    let activity = arrival.activity();
    activity["type"] == kind && (activity["object"] == post["uri"] || activity["object"]["id"] == post["uri"])
}

#[tokio::test]
async fn a_public_post_reaches_each_host_once_by_its_shared_inbox() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for handle in ["rita@far.example", "tom@far.example", "uma@other.example"] {
        stadtbote.follower(handle, "alice").await;
    }

    let post = post(&alice, json!({ "status": "Guten Morgen", "language": "de" })).await;
    let arrivals = stadtbote.network().wait_for(2, |one| is_about(one, "Create", &post)).await;

    let mut hosts: Vec<(&str, &str)> =
        arrivals.iter().map(|one| (one.host.as_str(), one.path.as_str())).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, [("far.example", "/inbox"), ("other.example", "/inbox")]);
    let key = format!("{}#main-key", stadtbote.actor("alice"));
    for arrival in &arrivals {
        assert_eq!(arrival.signature, Signature::Good(key.clone()));
        assert_eq!(arrival.headers["content-type"], "application/activity+json");
        let note = &arrival.activity()["object"];
        assert_eq!(note["content"], "<p>Guten Morgen</p>");
        assert_eq!(note["contentMap"], json!({ "de": "<p>Guten Morgen</p>" }));
        assert_eq!(note["attributedTo"], stadtbote.actor("alice"));
        assert_eq!(note["to"], json!(["https://www.w3.org/ns/activitystreams#Public"]));
    }
}

#[tokio::test]
async fn a_direct_post_reaches_the_one_it_names_and_nobody_else() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for handle in ["rita@far.example", "tom@far.example", "uma@other.example"] {
        stadtbote.follower(handle, "alice").await;
    }

    let direct =
        post(&alice, json!({ "status": "@rita@far.example Nur für Sie", "visibility": "direct" })).await;
    let open = post(&alice, json!({ "status": "Für alle" })).await;
    stadtbote.network().wait_for(2, |one| is_about(one, "Create", &open)).await;

    let arrivals = stadtbote.network().wait_for(1, |one| is_about(one, "Create", &direct)).await;
    let seen: Vec<_> = arrivals.iter().map(|one| (one.host.as_str(), one.path.as_str())).collect();
    assert_eq!(seen, [("far.example", "/users/rita/inbox")]);
    assert_eq!(arrivals[0].activity()["to"], json!(["https://far.example/users/rita"]));
}

#[tokio::test]
async fn a_change_and_a_deletion_follow_the_post_in_order() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;

    let post = post(&alice, json!({ "status": "Eins" })).await;
    stadtbote.network().wait_for(1, |one| is_about(one, "Create", &post)).await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
    alice.put(&path, json!({ "status": "Zwei" })).await.good();
    stadtbote.network().wait_for(1, |one| is_about(one, "Update", &post)).await;
    alice.delete(&path).await.good();
    stadtbote.network().wait_for(1, |one| is_about(one, "Delete", &post)).await;

    let kinds: Vec<String> = stadtbote.network().arrivals().iter().map(Arrival::kind).collect();
    assert_eq!(kinds, ["Accept", "Create", "Update", "Delete"]);
    let update = &stadtbote.network().arrivals()[2].activity()["object"];
    assert_eq!(update["content"], "<p>Zwei</p>");
    assert!(update["updated"].is_string());
}

#[tokio::test]
async fn who_is_deleted_before_being_sent_is_never_sent_late() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::Slow(Duration::from_millis(800)));

    let post = post(&alice, json!({ "status": "Ein Irrtum" })).await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
    alice.put(&path, json!({ "status": "Noch ein Irrtum" })).await.good();
    alice.delete(&path).await.good();

    // The Create may have been under way already; then the Delete follows it. A Delete alone does no harm.
    let sentinel = self::post(&alice, json!({ "status": "Danach" })).await;
    stadtbote.network().wait_for(1, |one| is_about(one, "Create", &sentinel)).await;
    let allowed: [&[&str]; 4] = [&[], &["Delete"], &["Create", "Delete"], &["Create", "Update", "Delete"]];
    stadtbote.rest().await;
    let is_ours =
        |one: &&Arrival| ["Create", "Update", "Delete"].iter().any(|kind| is_about(one, kind, &post));
    let about: Vec<String> =
        stadtbote.network().arrivals().iter().filter(is_ours).map(Arrival::kind).collect();
    assert!(allowed.iter().any(|kinds| about == *kinds), "{about:?}");
}

#[tokio::test]
async fn g07_silent_and_broken_hosts_do_not_hold_up_the_others() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for number in 0..30 {
        stadtbote.follower(&format!("rita@good{number}.sink.test"), "alice").await;
        stadtbote.follower(&format!("rita@bad{number}.sink.test"), "alice").await;
        let mode = match number % 5 {
            0 => Mode::Hang,
            1 => Mode::Tarpit,
            2 => Mode::Reset,
            3 => Mode::Status(500),
            _ => Mode::BadCertificate(Fault::WrongName),
        };
        stadtbote.network().answers_posts(&format!("bad{number}.sink.test"), mode);
    }

    let begin = Instant::now();
    let post = post(&alice, json!({ "status": "An alle" })).await;
    let is_good = |one: &Arrival| one.host.starts_with("good") && is_about(one, "Create", &post);
    let arrivals = stadtbote.network().wait_for(30, is_good).await;

    assert_eq!(arrivals.len(), 30);
    assert!(begin.elapsed() < Duration::from_secs(10), "it took {:?}", begin.elapsed());
}

#[tokio::test]
async fn a_post_is_not_sent_where_an_inbox_points_elsewhere() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.follower("uma@other.example", "alice").await;
    stadtbote
        .network()
        .answers_posts("far.example", Mode::Redirect("https://thief.example/inbox".to_owned()));

    let post = post(&alice, json!({ "status": "Hallo" })).await;
    stadtbote.network().wait_for(2, |one| is_about(one, "Create", &post)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    assert!(stadtbote.network().arrivals_at("thief.example").is_empty());
}

#[tokio::test]
async fn who_unfollows_gets_nothing_more() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.follower("uma@other.example", "alice").await;

    let undo = rita.undo(&rita.follow(&stadtbote.actor("alice")));
    rita.send(&stadtbote.door(), "/users/alice/inbox", &undo).await;
    stadtbote.follower("last@third.example", "alice").await;
    let post = post(&alice, json!({ "status": "Hallo" })).await;
    stadtbote.network().wait_for(2, |one| is_about(one, "Create", &post)).await;

    assert!(!stadtbote.network().arrivals_at("far.example").iter().any(|one| is_about(one, "Create", &post)));
}
