//! What comes more than once, at once or in the wrong order, on the way in and on the way out.
//!
//! All of it is tried on the real program; where a retry is waited for, it is started again with its clock set forward.

use crate::deliveries::is_about;
use chrono::{TimeDelta, Utc};
use futures::StreamExt;
use serde_json::{Value, json};
use stadtbote_core::store::{checks, incoming};
use stadtbote_tests::client::Client;
use stadtbote_tests::network::{Arrival, Mode};
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::Stadtbote;

async fn post(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

fn path(post: &Value) -> String {
    format!("/api/v1/statuses/{}", post["id"].as_str().expect("a post has an id"))
}

async fn notifications(client: &Client, kind: &str) -> usize {
    let all = client.get(&format!("/api/v1/notifications?limit=80&types[]={kind}")).await.good();
    all.as_array().expect("notifications are a list").len()
}

#[tokio::test]
async fn a_thousand_copies_a_hundred_at_once_are_taken_and_are_one() {
    const COPIES: usize = 1000;
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hallo").await;
    let uri = post["uri"].as_str().expect("a post has an address");
    let note = rita.reply(uri, &stadtbote.actor("alice"), "<p>Ich auch</p>");
    let (create, like) = (rita.create(&note), rita.like(uri));

    // Three requests, copied.
    let sent = [(&create, "/inbox"), (&create, "/users/alice/inbox"), (&like, "/inbox")];
    let requests = sent.map(|(activity, path)| {
        let body = activity.to_string().into_bytes();
        (rita.sign(&door, path, &body), path, body)
    });
    let copies = (0..COPIES).map(|number| {
        let ((headers, path, body), rita, door) = (requests[number % 3].clone(), &rita, &door);
        async move { rita.post(door, path, headers, body).await }
    });
    // A hundred at any moment: with all of them the slowest would wait longer for the database than a busy machine lets
    // them, and be asked to come again.
    let answers: Vec<_> = futures::stream::iter(copies).buffer_unordered(100).collect().await;

    let taken = answers.iter().filter(|status| status.is_success()).count();
    let others: Vec<_> = answers.iter().filter(|status| !status.is_success()).take(3).collect();
    assert_eq!(taken, COPIES, "{others:?}");
    stadtbote.rest().await;
    let db = stadtbote.app().await.db();
    for activity in [&create, &like] {
        let id = activity["id"].as_str().expect("an id");
        let kept = incoming::find_by_activity(db, "far.example", id).await.expect("it can be read");
        assert_eq!(kept.map(|row| row.state), Some(incoming::DONE.to_owned()));
    }
    let now = alice.get(&path(&post)).await.good();
    assert_eq!((&now["favourites_count"], &now["replies_count"]), (&json!(1), &json!(1)));
    assert_eq!(notifications(&alice, "favourite").await, 1);
    assert_eq!(notifications(&alice, "mention").await, 1);
    let context = alice.get(&format!("{}/context", path(&post))).await.good();
    assert_eq!(context["descendants"].as_array().map(Vec::len), Some(1));
    assert!(checks::list_differences(db, 10).await.expect("they can be counted").is_empty());
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let insert = |shorter: Vec<usize>| {
        (0..count).map(move |place| {
            let mut order = shorter.clone();
            order.insert(place, count - 1);
            order
        })
    };
    orders(count - 1).into_iter().flat_map(insert).collect()
}

/// The life of an answer to a post of alice's: written, changed, liked, no longer liked, deleted.
fn life_of_an_answer(rita: &Person, post: &Value, alice: &str) -> [Value; 5] {
    let note = rita.reply(post["uri"].as_str().expect("a post has an address"), alice, "<p>Eins</p>");
    let mut changed = note.clone();
    changed["content"] = json!("<p>Zwei</p>");
    changed["updated"] = json!(Utc::now().to_rfc3339());
    let mut update = rita.activity("Update", changed);
    update["to"] = note["to"].clone();
    update["cc"] = note["cc"].clone();
    let like = rita.like(note["id"].as_str().expect("a note has an address"));
    let delete = rita.activity("Delete", json!({ "id": note["id"], "type": "Tombstone" }));
    [rita.create(&note), update, like.clone(), rita.undo(&like), delete]
}

#[tokio::test]
async fn b24_the_life_of_an_answer_ends_the_same_in_each_of_its_120_orders() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let door = stadtbote.door();
    let post = post(&alice, "Hallo").await;
    let orders = orders(5);
    assert_eq!(orders.len(), 120);

    // What one actor sent is worked on in the order in which it came, so each answer has an author of its own.
    let (door, actor) = (&door, stadtbote.actor("alice"));
    let told = orders.iter().enumerate().map(|(number, order)| {
        let rita = stadtbote.network().person(&format!("rita{number}@far.example"));
        let life = life_of_an_answer(&rita, &post, &actor);
        async move {
            for &step in order {
                let status = rita.send(door, "/inbox", &life[step]).await;
                assert!(status.is_success(), "{status}");
            }
            life[0]["object"]["id"].as_str().expect("a note has an address").to_owned()
        }
    });
    let notes: Vec<String> = futures::stream::iter(told).buffered(8).collect().await;
    stadtbote.rest().await;

    for (note, order) in notes.iter().zip(&orders) {
        let found = alice.get(&format!("/api/v2/search?type=statuses&q={note}")).await.good();
        assert_eq!(found["statuses"], json!([]), "{note} in the order {order:?}");
    }
    let now = alice.get(&path(&post)).await.good();
    assert_eq!((&now["replies_count"], &now["favourites_count"]), (&json!(0), &json!(0)));
    let context = alice.get(&format!("{}/context", path(&post))).await.good();
    assert_eq!(context["descendants"], json!([]));
    let told = alice.get("/api/v1/notifications?limit=80").await.good();
    assert_eq!(told, json!([]), "nobody is told of what is gone");
    let db = stadtbote.app().await.db();
    assert!(checks::list_differences(db, 10).await.expect("they can be counted").is_empty());
}

#[tokio::test]
async fn an_answer_is_there_as_long_as_its_deletion_has_not_come() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice, "Hallo").await;

    // The same life without its end, so that the other test is known to take away something.
    for order in [[0, 1, 2, 3], [3, 2, 1, 0]] {
        let life = life_of_an_answer(&rita, &post, &stadtbote.actor("alice"));
        for step in order {
            rita.send(&door, "/inbox", &life[step]).await;
        }
    }
    stadtbote.rest().await;

    let context = alice.get(&format!("{}/context", path(&post))).await.good();
    let answers = context["descendants"].as_array().expect("answers are a list");
    let seen: Vec<_> = answers.iter().map(|one| (&one["content"], &one["favourites_count"])).collect();
    assert_eq!(seen, [(&json!("<p>Zwei</p>"), &json!(0)), (&json!("<p>Zwei</p>"), &json!(0))]);
    assert_eq!(notifications(&alice, "mention").await, 2);
}

/// Kills the program and starts it so much later.
async fn later(stadtbote: &mut Stadtbote, by: TimeDelta) {
    stadtbote.program_mut().kill();
    stadtbote.program_mut().set_clock(by.to_std().expect("time goes forward"));
    stadtbote.program_mut().serve().await;
}

/// What reached far.example about a post, with the answers.
fn about(stadtbote: &Stadtbote, post: &Value) -> Vec<(String, Option<u16>)> {
    let kinds = ["Create", "Update", "Delete"];
    let is_about = |one: &Arrival| kinds.iter().any(|kind| is_about(one, kind, post));
    let all = stadtbote.network().arrivals_at("far.example");
    all.iter().filter(|one| is_about(one)).map(|one| (one.kind(), one.answer)).collect()
}

/// A post that far.example did not take.
fn refused() -> (String, Option<u16>) {
    ("Create".to_owned(), Some(401))
}

#[tokio::test]
async fn a_change_waits_for_the_post_that_was_not_taken_and_the_newest_wins() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    // Not taken, but nothing says that the host is down: what follows might go out at once.
    stadtbote.network().answers_posts("far.example", Mode::Status(401));

    let first = post(&alice, "Eins").await;
    // Signed in the one way and in the other.
    stadtbote.network().wait_for(2, |one| is_about(one, "Create", &first)).await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    alice.put(&path(&first), json!({ "status": "Zwei" })).await.good();
    alice.put(&path(&first), json!({ "status": "Drei" })).await.good();
    let other = post(&alice, "Etwas anderes").await;
    stadtbote.network().wait_for(1, |one| one.is_taken() && is_about(one, "Create", &other)).await;
    assert_eq!(about(&stadtbote, &first), [refused(), refused()]);

    later(&mut stadtbote, TimeDelta::minutes(1)).await;
    stadtbote.network().wait_for(1, |one| one.is_taken() && is_about(one, "Update", &first)).await;
    stadtbote.rest().await;

    let seen = about(&stadtbote, &first);
    let taken: Vec<&str> =
        seen.iter().filter(|(_, answer)| *answer == Some(202)).map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(taken, ["Create", "Update"], "{seen:?}");
    let last = stadtbote.network().arrivals_at("far.example").pop().expect("something arrived");
    assert_eq!(last.activity()["object"]["content"], "<p>Drei</p>");
}

#[tokio::test]
async fn a_post_that_was_not_taken_is_never_sent_after_its_deletion() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::Status(401));

    let first = post(&alice, "Ein Irrtum").await;
    stadtbote.network().wait_for(2, |one| is_about(one, "Create", &first)).await;
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    alice.put(&path(&first), json!({ "status": "Noch ein Irrtum" })).await.good();
    alice.delete(&path(&first)).await.good();
    stadtbote.network().wait_for(1, |one| one.is_taken() && is_about(one, "Delete", &first)).await;
    stadtbote.rest().await;
    later(&mut stadtbote, TimeDelta::days(1)).await;
    let last = post(&alice, "Danach").await;
    stadtbote.network().wait_for(1, |one| is_about(one, "Create", &last)).await;
    stadtbote.rest().await;

    let seen = about(&stadtbote, &first);
    assert_eq!(seen, [refused(), refused(), ("Delete".to_owned(), Some(202))]);
}
