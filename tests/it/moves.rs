//! Accounts that move here and away.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_tests::network::Arrival;
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::{Stadtbote, eventually};

/// The handles that bob follows.
async fn followed_by_bob(stadtbote: &Stadtbote) -> Vec<String> {
    let bob = stadtbote.bob();
    let id = bob.get("/api/v1/accounts/verify_credentials").await.good()["id"].clone();
    let path = format!("/api/v1/accounts/{}/following", id.as_str().expect("an id"));
    let followed = bob.get(&path).await.good();
    followed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["acct"].as_str().unwrap_or_default().into())
        .collect()
}

fn move_of(person: &Person, target: &str) -> Value {
    let mut activity = person.activity("Move", json!(person.uri()));
    activity["target"] = json!(target);
    activity
}

#[tokio::test]
async fn who_moves_here_brings_those_of_ours_who_followed_if_the_new_account_knows_the_old_one() {
    let stadtbote = Stadtbote::start().await;
    let (_, bob) = (stadtbote.alice(), stadtbote.bob());
    let old = stadtbote.follower("old@old.example", "bob").await;
    stadtbote.rest().await;
    let follower = bob.get("/api/v1/notifications").await.good()[0]["account"]["id"].clone();
    let path = format!("/api/v1/accounts/{}/follow", follower.as_str().expect("an id"));
    bob.post(&path, json!({})).await.good();
    let follow = stadtbote.network().wait_for(1, |one| one.kind() == "Follow").await[0].activity();
    old.send(&stadtbote.door(), "/inbox", &old.activity("Accept", follow)).await;
    eventually("bob follows", async || (!followed_by_bob(&stadtbote).await.is_empty()).then_some(())).await;
    let alice = stadtbote.actor("alice");

    old.send(&stadtbote.door(), "/inbox", &move_of(&old, &alice)).await;
    stadtbote.rest().await;
    assert_eq!(followed_by_bob(&stadtbote).await, ["old@old.example"], "alice does not know the old account");

    stadtbote.follower("rita@far.example", "alice").await;
    let said = stadtbote.program().order(&["account", "alias", "alice", &old.uri()], "");
    assert!(said.contains(&old.uri()), "{said}");
    let told =
        stadtbote.network().wait_for(1, |one| one.kind() == "Update" && one.host == "far.example").await;
    assert_eq!(told[0].activity()["object"]["alsoKnownAs"], json!([old.uri()]));
    old.send(&stadtbote.door(), "/inbox", &move_of(&old, &alice)).await;
    eventually("bob follows alice", async || (followed_by_bob(&stadtbote).await == ["alice"]).then_some(()))
        .await;
}

/// On several threads, for the network must answer while a command runs.
#[tokio::test(flavor = "multi_thread")]
async fn who_moves_away_tells_the_followers_and_writes_no_more() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    let new = stadtbote.network().person("new@new.example");
    let uma = stadtbote.network().person("uma@near.example");
    stadtbote.rest().await;
    let run = || stadtbote.program().run(&["account", "move", "alice", "@new@new.example"], "");

    let refused = run();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("must first name") && why.contains(&stadtbote.actor("alice")), "{why}");
    let mut document = new.document();
    document["alsoKnownAs"] = json!([stadtbote.actor("alice")]);
    stadtbote.network().show(&new.uri(), document);
    let done = run();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));

    stadtbote.network().wait_for(1, |one| one.kind() == "Move").await;
    let told: Vec<Arrival> = stadtbote.network().arrivals_at("far.example");
    let told: Vec<Value> = told
        .iter()
        .map(Arrival::activity)
        .filter(|one| one["type"] == "Move" || one["type"] == "Update")
        .collect();
    assert_eq!(told[0]["object"]["movedTo"], new.uri(), "the profile comes first");
    assert_eq!(
        (&told[1]["object"], &told[1]["target"]),
        (&json!(stadtbote.actor("alice")), &json!(new.uri()))
    );

    let post = alice.post("/api/v1/statuses", json!({ "status": "Noch etwas" })).await;
    assert_eq!(post.status, StatusCode::UNPROCESSABLE_ENTITY);
    let me = alice.get("/api/v1/accounts/verify_credentials").await.good();
    let path = format!("/api/v1/accounts/{}", me["id"].as_str().expect("an id"));
    assert_eq!(alice.get(&path).await.good()["moved"]["acct"], "new@new.example");
    let page = stadtbote.stranger().get_with("/@alice", &[("accept", "text/html")]).await;
    assert!(page.text.contains("@new") && page.text.contains("umgezogen"), "{}", page.text);
    uma.send(&stadtbote.door(), "/inbox", &uma.follow(&stadtbote.actor("alice"))).await;
    stadtbote.network().wait_for(1, |one| one.kind() == "Reject" && one.host == "near.example").await;
    assert!(!run().status.success(), "it has just moved");
}
