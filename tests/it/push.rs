//! Push messages: who is told of what, in which form, and when a subscription ends.

use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::network::Mode;
use stadtbote_tests::stadtbote::Stadtbote;
use stadtbote_tests::telephone::{Telephone, claims};

/// Subscribes a client at a host; gives the telephone and the server's key.
async fn subscribe(client: &Client, host: &str, is_standard: bool, alerts: &[&str]) -> (Telephone, String) {
    let telephone = Telephone::new();
    let wish = telephone.subscription(&format!("https://{host}/send/secret"), is_standard, alerts);
    let answer = client.post("/api/v1/push/subscription", wish).await.good();
    (telephone, answer["server_key"].as_str().expect("the server has a key").to_owned())
}

/// Writes a public post and gives its address.
async fn post(client: &Client) -> String {
    let post =
        client.post("/api/v1/statuses", json!({ "status": "Der Markt beginnt um acht." })).await.good();
    post["uri"].as_str().expect("a post has an address").to_owned()
}

/// Rita sends something, and all that follows from it is done.
async fn send(stadtbote: &Stadtbote, activity: &Value) {
    let status = stadtbote.rita().send(&stadtbote.door(), "/inbox", activity).await;
    assert!(status.is_success(), "{status}");
    stadtbote.rest().await;
}

#[tokio::test]
async fn a_notification_is_pushed_in_the_form_and_to_whom_it_is_wanted() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let colleague = stadtbote.colleague("alice", "approver", "read write push");
    let third = stadtbote.colleague("alice", "analyst", "read push");
    let (new, key) = subscribe(&alice, "new.example", true, &["favourite", "follow"]).await;
    let (old, _) = subscribe(&colleague, "old.example", false, &["favourite"]).await;
    subscribe(&third, "other.example", true, &["follow"]).await;
    let uri = post(&alice).await;

    send(&stadtbote, &stadtbote.rita().like(&uri)).await;

    let network = stadtbote.network();
    assert!(network.arrivals_at("other.example").is_empty());
    for (host, telephone) in [("new.example", new), ("old.example", old)] {
        let arrivals = network.arrivals_at(host);
        assert_eq!(arrivals.len(), 1, "{:#?}", network.summary());
        let arrival = &arrivals[0];
        assert_eq!(arrival.path, "/send/secret");
        assert_eq!(arrival.headers["ttl"], "172800");
        assert_eq!(arrival.headers["urgency"], "normal");
        let claims = claims(arrival, &key);
        assert_eq!(claims["aud"], json!(format!("https://{host}")));
        let message = telephone.open(arrival);
        let id = message["notification_id"].as_i64().expect("the id is a number");
        assert_eq!(
            message,
            json!({
                "access_token": "",
                "preferred_locale": "de",
                "notification_id": id,
                "notification_type": "favourite",
                "icon": "https://social.stadt.example/avatars/original/missing.png",
                "title": "rita from far.example hat Ihren Beitrag als Favorit markiert",
                "body": "Der Markt beginnt um acht.",
            })
        );
        // As a program in JavaScript reads it.
        let read = message["notification_id"].as_f64().expect("the id is a number");
        let found = alice.get(&format!("/api/v1/notifications/{}", read as i64)).await.good();
        assert_eq!(found["type"], "favourite");
    }
}

#[tokio::test]
async fn a_subscription_that_its_push_service_ended_is_not_used_again() {
    let stadtbote = Stadtbote::start().await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    subscribe(&alice, "gone.example", true, &["favourite"]).await;
    subscribe(&bob, "busy.example", true, &["favourite"]).await;
    stadtbote.network().answers_posts("gone.example", Mode::Status(410));
    stadtbote.network().answers_posts("busy.example", Mode::FailFirst(1));

    for client in [&alice, &alice, &bob] {
        send(&stadtbote, &stadtbote.rita().like(&post(client).await)).await;
    }

    assert_eq!(stadtbote.network().arrivals_at("gone.example").len(), 1);
    let answers: Vec<_> =
        stadtbote.network().arrivals_at("busy.example").iter().map(|one| one.answer).collect();
    assert_eq!(answers, [Some(503), Some(202)]);
}

#[tokio::test]
async fn e08_a_direct_message_is_pushed_only_to_those_who_may_read_it() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let analyst = stadtbote.colleague("alice", "analyst", "read push");
    let (telephone, _) = subscribe(&alice, "owner.example", true, &["mention"]).await;
    subscribe(&analyst, "analyst.example", true, &["mention"]).await;
    let (rita, actor) = (stadtbote.rita(), stadtbote.actor("alice"));
    let mut note = rita.note("<p>Meine Nummer ist 110.</p>");
    note["to"] = json!([actor]);
    note["cc"] = json!([]);
    note["tag"] = json!([{ "type": "Mention", "href": actor }]);

    send(&stadtbote, &rita.create(&note)).await;

    let arrivals = stadtbote.network().arrivals_at("owner.example");
    assert_eq!(arrivals.len(), 1, "{:#?}", stadtbote.network().summary());
    assert_eq!(arrivals[0].headers["urgency"], "high");
    let message = telephone.open(&arrivals[0]);
    assert_eq!(message["title"], "rita from far.example hat Ihnen geschrieben");
    assert_eq!(message["body"], "Meine Nummer ist 110.");
    assert!(stadtbote.network().arrivals_at("analyst.example").is_empty());
}

#[tokio::test]
async fn nobody_is_told_who_left_or_who_wants_to_hear_only_from_others() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let left = stadtbote.colleague("alice", "approver", "read push");
    subscribe(&left, "left.example", true, &["favourite"]).await;
    let mut choosy = Telephone::new().subscription("https://choosy.example/", true, &["favourite"]);
    choosy["data"]["policy"] = json!("followed");
    alice.post("/api/v1/push/subscription", choosy.clone()).await.good();
    let uri = post(&alice).await;

    stadtbote.program().order(&["staff", "leave", "approver.of.alice@stadt.example"], "");
    send(&stadtbote, &stadtbote.rita().like(&uri)).await;

    assert!(stadtbote.network().arrivals_at("left.example").is_empty());
    assert!(stadtbote.network().arrivals_at("choosy.example").is_empty());

    choosy["data"]["policy"] = json!("all");
    alice.post("/api/v1/push/subscription", choosy).await.good();
    send(&stadtbote, &stadtbote.rita().announce(&uri)).await;
    send(&stadtbote, &stadtbote.rita().like(&post(&alice).await)).await;

    assert_eq!(stadtbote.network().arrivals_at("choosy.example").len(), 1);
}

#[tokio::test]
async fn a_server_that_speaks_with_no_other_pushes_all_the_same() {
    let stadtbote = Stadtbote::start_with(&[("server.public_url", "http://social.stadt.example")]).await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let (telephone, _) = subscribe(&alice, "push.example", true, &["follow"]).await;
    let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
    let id = account["id"].as_str().expect("an account has an id");

    bob.post(&format!("/api/v1/accounts/{id}/follow"), json!({})).await.good();
    stadtbote.rest().await;

    let arrivals = stadtbote.network().arrivals_at("push.example");
    assert_eq!(arrivals.len(), 1, "{:#?}", stadtbote.network().summary());
    assert_eq!(telephone.open(&arrivals[0])["title"], "Office of bob folgt Ihnen jetzt");
}

#[tokio::test]
async fn a_subscription_can_be_looked_at_changed_and_ended() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let path = "/api/v1/push/subscription";
    assert_eq!(alice.get(path).await.status, 404);
    subscribe(&alice, "push.example", true, &["favourite"]).await;

    let made = alice.get(path).await.good();
    let change = json!({ "data": { "policy": "follower", "alerts": { "follow": true } } });
    let changed = alice.put(path, change).await.good();

    assert_eq!((&made["alerts"]["favourite"], &made["alerts"]["follow"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&changed["alerts"]["favourite"], &changed["alerts"]["follow"]),
        (&json!(false), &json!(true))
    );
    assert_eq!((&changed["policy"], &changed["endpoint"]), (&json!("follower"), &made["endpoint"]));
    assert_eq!(alice.get(path).await.good(), changed);
    alice.delete(path).await.good();
    assert_eq!(alice.get(path).await.status, 404);
}
