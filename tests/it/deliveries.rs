//! What goes out to other servers: to whom, in what order, and what a bad neighbour can do.

use serde_json::{Value, json};
use stadtbote_core::domain::ids::{JobId, PostId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::{jobs, post_texts};
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

/// Mastodon takes the first language of the map for that of the post, so a sorted map would call German posts Arabic.
#[tokio::test]
async fn several_languages_go_out_in_their_order_and_the_first_is_the_text() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    let body = json!({ "status": "Müll & mehr", "spoiler_text": "Hinweis", "language": "de" });
    let post = post(&alice, body).await;
    stadtbote.network().wait_for(1, |one| is_about(one, "Create", &post)).await;

    let id = PostId(post["id"].as_str().and_then(|id| id.parse().ok()).expect("it has an id"));
    let app = stadtbote.app().await;
    let tx = app.begin_write().await.expect("the database answers");
    for (language, html, warning) in [
        ("tr", "<p>Çöp</p>", ""),
        ("ar", "<p>نفايات</p>", "ملاحظة"),
        ("en", "<p>Waste &amp; more</p>", "Note"),
    ] {
        let text = post_texts::Model {
            post_id: id,
            language: language.to_owned(),
            is_main: false,
            warning: warning.to_owned(),
            source: None,
            html: html.to_owned(),
            emojis: None,
        };
        post_texts::insert(&tx, text).await.expect("there is room");
    }
    let job = Job::DistributeUpdate { post: id, version: 1 };
    jobs::enqueue(&tx, app.id(JobId), &job, None, app.clock.now()).await.expect("it is queued");
    tx.commit().await.expect("it is written");
    let arrivals = stadtbote.network().wait_for(1, |one| is_about(one, "Update", &post)).await;

    let path =
        post["uri"].as_str().and_then(|uri| uri.find("/users/").map(|at| &uri[at..])).expect("an address");
    let fetched = stadtbote.stranger().get_with(path, &[("accept", "application/activity+json")]).await;
    for bytes in [String::from_utf8_lossy(&arrivals[0].body), fetched.text.into()] {
        let content = concat!(
            r#""content":"<p>Müll &amp; mehr</p>","contentMap":{"de":"<p>Müll &amp; mehr</p>","#,
            r#""ar":"<p>نفايات</p>","en":"<p>Waste &amp; more</p>","tr":"<p>Çöp</p>"}"#
        );
        assert!(bytes.contains(content), "{bytes}");
        assert!(bytes.contains(r#""summaryMap":{"de":"Hinweis","ar":"ملاحظة","en":"Note"}"#), "{bytes}");
    }
}

#[tokio::test]
async fn a_thread_that_begins_here_is_kept_here_as_far_as_everybody_may_see_it() {
    let stadtbote = Stadtbote::start().await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let root = post(&alice, json!({ "status": "Frage" })).await;
    let answer = async |client: &Client, visibility: &str| {
        post(client, json!({ "status": "Antwort", "in_reply_to_id": root["id"], "visibility": visibility }))
            .await
    };
    let open = answer(&bob, "unlisted").await;
    answer(&bob, "private").await;
    let hidden_root = post(&alice, json!({ "status": "Unter uns", "visibility": "private" })).await;
    let path = |uri: &Value| {
        let uri = uri.as_str().expect("an address");
        uri[uri.find("/users/").expect("it is ours")..].to_owned()
    };
    let fetch = async |path: &str| {
        stadtbote.stranger().get_with(path, &[("accept", "application/activity+json")]).await
    };

    let context = fetch(&path(&root["uri"])).await.good()["context"].clone();
    assert_eq!(fetch(&path(&open["uri"])).await.good()["context"], context);
    let collection = fetch(&path(&context)).await.good();
    let page = fetch(&path(&collection["first"])).await.good();

    assert_eq!(collection["attributedTo"], stadtbote.actor("alice"));
    assert_eq!(page["items"], json!([root["uri"], open["uri"]]));
    // GoToSocial reads answers only from a page that stands in the post itself.
    let replies = fetch(&path(&root["uri"])).await.good()["replies"].clone();
    assert_eq!(
        (&replies["first"]["type"], &replies["first"]["items"]),
        (&json!("CollectionPage"), &json!([open["uri"]]))
    );
    // The server itself has said nothing.
    assert_eq!(fetch("/actor/outbox").await.good()["totalItems"], 0);
    for nothing in [&open, &hidden_root] {
        assert_eq!(fetch(&format!("{}/context", path(&nothing["uri"]))).await.status, 404);
    }
}

#[tokio::test]
async fn a_report_that_is_passed_on_does_not_say_who_reported() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let found = alice.get("/api/v1/notifications").await.good()[0]["account"].clone();
    let report = async |forward: bool| {
        let body = json!({ "account_id": found["id"], "comment": "Werbung", "forward": forward });
        alice.post("/api/v1/reports", body).await.good()
    };

    assert_eq!(report(false).await["forwarded"], false);
    assert_eq!(report(true).await["forwarded"], true);
    let arrivals = stadtbote.network().wait_for(1, |one| one.kind() == "Flag").await;
    stadtbote.rest().await;

    let flags = stadtbote.network().arrivals().iter().filter(|one| one.kind() == "Flag").count();
    assert_eq!(flags, 1, "only what is to be passed on is");
    let flag = arrivals[0].activity();
    assert_eq!((&flag["content"], &flag["object"]), (&json!("Werbung"), &json!([rita.uri()])));
    let body = String::from_utf8_lossy(&arrivals[0].body);
    assert!(!body.contains("alice"), "{body}");
    let signer = flag["actor"].as_str().expect("somebody says it");
    assert_eq!(arrivals[0].signature, Signature::Good(format!("{signer}#main-key")));
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
