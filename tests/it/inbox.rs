//! What comes in from other servers: who is believed, what it does, and that it does it once.

use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::keys::{ActorKey, digest_of};
use stadtbote_tests::stadtbote::{Stadtbote, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Writes a public post and gives it.
async fn post(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

fn uri(post: &Value) -> &str {
    post["uri"].as_str().expect("a post has an address")
}

async fn notifications(client: &Client) -> Vec<Value> {
    let all = client.get("/api/v1/notifications").await.good();
    all.as_array().expect("notifications are a list").clone()
}

async fn favourites(client: &Client, post: &Value) -> u64 {
    let id = post["id"].as_str().expect("a post has an id");
    let post = client.get(&format!("/api/v1/statuses/{id}")).await.good();
    post["favourites_count"].as_u64().expect("a count is a number")
}

/// Sends something harmless and waits for its effect, so that everything sent before was dealt with too.
async fn wait_until_all_is_read(stadtbote: &Stadtbote) {
    stadtbote.follower("last@far.example", "alice").await;
}

#[tokio::test]
async fn a_follow_is_accepted_and_counted() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    stadtbote.follower("rita@far.example", "alice").await;

    let arrivals = stadtbote.network().arrivals();
    assert_eq!(arrivals.len(), 1, "{:?}", stadtbote.network().summary());
    let key = format!("{}#main-key", stadtbote.actor("alice"));
    assert_eq!(arrivals[0].signature, stadtbote_tests::network::Signature::Good(key));
    let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
    assert_eq!(account["followers_count"], 1);
    let found = notifications(&alice).await;
    assert_eq!(
        (&found[0]["type"], &found[0]["account"]["acct"]),
        (&json!("follow"), &json!("rita@far.example"))
    );
}

#[tokio::test]
async fn a28_what_is_not_signed_by_its_sender_is_refused_and_changes_nothing() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hello").await;
    let body = rita.like(uri(&post)).to_string().into_bytes();
    let path = "/users/alice/inbox";
    let good = rita.sign(&door, path, &body);

    let mut unsigned = good.clone();
    unsigned.remove("signature");
    let mut garbage = good.clone();
    let value = good["signature"].to_str().expect("it is text").replace("signature=\"", "signature=\"AAAA");
    garbage.insert("signature", value.parse().expect("it is a header"));
    let other_key = ActorKey::new().sign(&rita.key_id(), "POST", &door.host, path, Some(&body));
    let other_path = rita.sign(&door, "/inbox", &body);
    let mut other_digest = good.clone();
    other_digest.insert("digest", digest_of(b"something else").parse().expect("it is a header"));
    let long_ago = Utc::now() - TimeDelta::days(2);
    let old = ActorKey::shared().sign_at(long_ago, &rita.key_id(), "POST", &door.host, path, Some(&body));
    let wrong = [unsigned, garbage, other_key, other_path, other_digest, old];
    for (number, headers) in wrong.into_iter().enumerate() {
        let status = rita.post(&door, path, headers, body.clone()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "case {number}");
    }

    wait_until_all_is_read(&stadtbote).await;
    assert_eq!(favourites(&alice, &post).await, 0);
}

#[tokio::test]
async fn a07_nobody_can_speak_for_another() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, mallory) = (stadtbote.rita(), stadtbote.network().person("mallory@evil.example"));
    let post = post(&alice, "Hello").await;

    let status = mallory.send(&stadtbote.door(), "/inbox", &rita.like(uri(&post))).await;

    assert!(status.is_client_error() || status == StatusCode::ACCEPTED, "{status}");
    wait_until_all_is_read(&stadtbote).await;
    assert_eq!(favourites(&alice, &post).await, 0);
}

#[tokio::test]
async fn nobody_can_use_up_the_ids_of_another_host() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, mallory) = (stadtbote.rita(), stadtbote.network().person("mallory@evil.example"));
    let post = post(&alice, "Hello").await;
    let like = rita.like(uri(&post));
    let mut stolen = mallory.like(uri(&post));
    stolen["id"] = like["id"].clone();

    mallory.send(&stadtbote.door(), "/inbox", &stolen).await;
    wait_until_all_is_read(&stadtbote).await;
    assert_eq!(favourites(&alice, &post).await, 0, "an id of far.example came from evil.example");

    rita.send(&stadtbote.door(), "/inbox", &like).await;
    eventually("the Like of its owner counts", async || (favourites(&alice, &post).await == 1).then_some(()))
        .await;
}

#[tokio::test]
async fn a_like_that_comes_many_times_at_once_counts_once() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hello").await;
    let like = rita.like(uri(&post));

    let answers = join_all((0..50).map(|_| rita.send(&door, "/inbox", &like))).await;

    assert!(answers.iter().all(|status| status.is_success()), "{answers:?}");
    wait_until_all_is_read(&stadtbote).await;
    assert_eq!(favourites(&alice, &post).await, 1);
    let likes = notifications(&alice).await;
    assert_eq!(likes.iter().filter(|one| one["type"] == "favourite").count(), 1);
}

#[tokio::test]
async fn a_like_can_be_taken_back() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hello").await;
    let like = rita.like(uri(&post));

    rita.send(&door, "/inbox", &like).await;
    eventually("the Like counts", async || (favourites(&alice, &post).await == 1).then_some(())).await;
    rita.send(&door, "/inbox", &rita.undo(&like)).await;

    eventually("the Like is gone", async || (favourites(&alice, &post).await == 0).then_some(())).await;
}

#[tokio::test]
async fn an_answer_stands_in_the_thread_until_it_is_deleted() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hello").await;
    let path = format!("/api/v1/statuses/{}/context", post["id"].as_str().expect("an id"));
    let note = rita.reply(uri(&post), &stadtbote.actor("alice"), "<p>Why?</p><script>x()</script>");

    rita.send(&door, "/inbox", &rita.create(&note)).await;
    let answer = eventually("the answer is there", async || {
        let context = alice.get(&path).await.good();
        context["descendants"].get(0).cloned()
    })
    .await;
    assert_eq!(answer["content"], "<p>Why?</p>");
    assert_eq!(notifications(&alice).await[0]["type"], "mention");

    rita.send(&door, "/inbox", &rita.activity("Delete", json!({ "id": note["id"], "type": "Tombstone" })))
        .await;

    eventually("the answer is gone", async || {
        let context = alice.get(&path).await.good();
        context["descendants"].as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
}

#[tokio::test]
async fn b24_a_deletion_that_comes_first_keeps_the_post_away() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hello").await;
    let note = rita.reply(uri(&post), &stadtbote.actor("alice"), "<p>Never mind</p>");

    let delete = rita.activity("Delete", json!({ "id": note["id"], "type": "Tombstone" }));
    rita.send(&door, "/inbox", &delete).await;
    rita.send(&door, "/inbox", &rita.create(&note)).await;

    wait_until_all_is_read(&stadtbote).await;
    let id = post["id"].as_str().expect("an id");
    let context = alice.get(&format!("/api/v1/statuses/{id}/context")).await.good();
    assert_eq!(context["descendants"], json!([]));
}

#[tokio::test]
async fn g01_what_makes_no_sense_is_no_fault_of_ours() {
    let stadtbote = Stadtbote::start().await;
    let _alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());

    for body in
        ["", "{", "[]", "null", "\"x\"", "{}", r#"{"type":"Like"}"#, r#"{"id":1,"type":{},"actor":[]}"#]
    {
        let headers = rita.sign(&door, "/inbox", body.as_bytes());
        let status = rita.post(&door, "/inbox", headers, body.into()).await;
        assert!(status.is_client_error() || status == StatusCode::ACCEPTED, "{body} was answered {status}");
    }
    for object in
        [json!(null), json!(7), json!("https://nowhere.example/1"), json!([[]]), json!({ "id": {} })]
    {
        for kind in
            ["Follow", "Like", "Announce", "Create", "Update", "Delete", "Undo", "Accept", "Move", "Nonsense"]
        {
            let status = rita.send(&door, "/inbox", &rita.activity(kind, object.clone())).await;
            assert!(status.is_client_error() || status == StatusCode::ACCEPTED, "{kind} {object}: {status}");
        }
    }

    wait_until_all_is_read(&stadtbote).await;
}

#[tokio::test]
async fn c14_g01_a_body_without_end_is_cut_off() {
    let stadtbote = Stadtbote::start().await;
    let _alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let mut stream = TcpStream::connect(door.address).await.expect("it listens");

    let signed = rita.sign(&door, "/inbox", b"");
    let signature = signed["signature"].to_str().expect("it is text");
    let head = format!(
        "POST /inbox HTTP/1.1\r\nhost: {}\r\nsignature: {signature}\r\ncontent-length: 5000000000\r\n\r\n",
        door.host
    );
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = [0; 64];
    let length = stream.read(&mut answer).await.expect("it answers");

    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}
