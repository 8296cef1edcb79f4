//! Who may do what: each right has one who has it and one who hasn't.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::stadtbote::{Stadtbote, eventually};

const ALL: &str = "read write follow push";

async fn is_public(stadtbote: &Stadtbote, text: &str) -> bool {
    stadtbote.stranger().get("/api/v1/timelines/public").await.text.contains(text)
}

async fn post(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

#[tokio::test]
async fn owners_and_approvers_publish_and_what_others_write_stays_inside() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();

    for (role, may_publish, may_write) in [
        ("owner", true, true),
        ("approver", true, true),
        ("author", false, true),
        ("community", false, true),
        ("analyst", false, false),
    ] {
        let person = stadtbote.colleague("alice", role, ALL);
        let text = format!("Geschrieben von {role}");

        let answer = person.post("/api/v1/statuses", json!({ "status": text })).await;

        let allowed = if may_write { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(answer.status, allowed, "{role}: {}", answer.text);
        assert_eq!(is_public(&stadtbote, &text).await, may_publish, "{role}");
    }
}

#[tokio::test]
async fn only_who_publishes_may_change_or_delete_what_is_published() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let post = post(&alice, "Hallo").await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));

    for role in ["author", "community", "analyst"] {
        let person = stadtbote.colleague("alice", role, ALL);
        assert_eq!(person.put(&path, json!({ "status": "Geändert" })).await.status, 403, "{role}");
        assert_eq!(person.post(&format!("{path}/pin"), json!({})).await.status, 403, "{role}");
        assert_eq!(person.delete(&path).await.status, 403, "{role}");
    }

    assert_eq!(alice.get(&path).await.good()["content"], "<p>Hallo</p>");
    let approver = stadtbote.colleague("alice", "approver", ALL);
    approver.put(&path, json!({ "status": "Geändert" })).await.good();
    approver.delete(&path).await.good();
    assert_eq!(alice.get(&path).await.status, 404);
}

#[tokio::test]
async fn f16_nobody_can_touch_what_belongs_to_another_account() {
    let stadtbote = Stadtbote::start().await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let post = post(&alice, "Hallo").await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));

    let changed = bob.put(&path, json!({ "status": "Von Bob" })).await;
    let deleted = bob.delete(&path).await;

    assert!(changed.status == 404 || changed.status == 403, "{}", changed.status);
    assert!(deleted.status == 404 || deleted.status == 403, "{}", deleted.status);
    assert_eq!(alice.get(&path).await.good()["content"], "<p>Hallo</p>");
    assert_eq!(bob.get(&path).await.good()["id"], post["id"]);
}

#[tokio::test]
async fn direct_messages_are_for_those_who_answer_them() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let mut note = rita.note("<p>Eine Frage im Vertrauen</p>");
    note["to"] = json!([stadtbote.actor("alice")]);
    note["cc"] = json!([]);
    note["tag"] = json!([{ "type": "Mention", "href": stadtbote.actor("alice") }]);
    rita.send(&door, "/users/alice/inbox", &rita.create(&note)).await;
    let found = eventually("the message is there", async || {
        let all = alice.get("/api/v1/notifications").await.good();
        all.as_array()?.iter().find(|one| one["type"] == "mention").cloned()
    })
    .await;
    let path = format!("/api/v1/statuses/{}", found["status"]["id"].as_str().expect("an id"));

    for (role, may_read) in
        [("owner", true), ("approver", true), ("community", true), ("author", false), ("analyst", false)]
    {
        let person = stadtbote.colleague("alice", role, ALL);
        for list in ["/api/v1/notifications", "/api/v1/conversations"] {
            let answer = person.get(list).await;
            assert_eq!(answer.text.contains("im Vertrauen"), may_read, "{role} {list}: {}", answer.text);
        }
        let expected = if may_read { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(person.get(&path).await.status, expected, "{role}");
    }
    assert_eq!(stadtbote.bob().get(&path).await.status, 404);
    assert_eq!(stadtbote.stranger().get(&path).await.status, 404);
}

#[tokio::test]
async fn f03_a_token_opens_no_more_than_its_scopes() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();

    let reader = stadtbote.colleague("alice", "owner", "read");
    assert_eq!(reader.post("/api/v1/statuses", json!({ "status": "Nein" })).await.status, 403);
    reader.get("/api/v1/timelines/home").await.good();

    let writer = stadtbote.colleague("alice", "owner", "write:statuses");
    writer.post("/api/v1/statuses", json!({ "status": "Ja" })).await.good();
    assert_eq!(writer.get("/api/v1/timelines/home").await.status, 403);
    assert_eq!(writer.post("/api/v1/lists", json!({ "title": "Nein" })).await.status, 403);
}

#[tokio::test]
async fn f17_a_role_that_ends_ends_at_once() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let approver = stadtbote.colleague("alice", "approver", ALL);
    post(&approver, "Noch darf ich").await;

    stadtbote.program().order(
        &["staff", "grant", "approver.of.alice@stadt.example", "--account", "alice", "--role", "analyst"],
        "",
    );

    let answer = approver.post("/api/v1/statuses", json!({ "status": "Jetzt nicht mehr" })).await;
    assert_eq!(answer.status, 403);
}
