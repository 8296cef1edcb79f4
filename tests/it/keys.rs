//! Keys of others: fetched when they are wanted, and not because somebody makes us want them.

use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use stadtbote_tests::keys::ActorKey;
use stadtbote_tests::network::{Look, Mode};
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::Stadtbote;

/// Knocks in somebody's name; what is answered.
async fn knock(stadtbote: &Stadtbote, person: &Person) -> StatusCode {
    let follow = person.follow(&stadtbote.actor("alice"));
    person.send(&stadtbote.door(), "/inbox", &follow).await
}

fn looks_at(stadtbote: &Stadtbote, host: &str) -> Vec<Look> {
    stadtbote.network().looks().into_iter().filter(|look| look.host == host).collect()
}

#[tokio::test]
async fn c20_requests_in_the_name_of_a_broken_host_cost_one_fetch_for_each_key() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let rita = stadtbote.rita();
    stadtbote.network().answers_looks("far.example", Mode::Status(500));

    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(knock(&stadtbote, &rita).await);
    }

    assert!(answers.iter().all(|answer| *answer == 503), "{answers:?}");
    assert_eq!(looks_at(&stadtbote, "far.example").len(), 1);
}

#[tokio::test]
async fn a_key_that_is_not_there_is_not_asked_for_again_at_once() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let rita = stadtbote.rita();
    stadtbote.network().hide(&rita.uri());

    let answers = [knock(&stadtbote, &rita).await, knock(&stadtbote, &rita).await];

    assert_eq!(answers, [401, 401]);
    assert_eq!(looks_at(&stadtbote, "far.example").len(), 1);
}

#[tokio::test]
async fn a_host_that_can_not_be_reached_is_left_alone_after_some_tries_and_others_are_not() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.network().answers_looks("far.example", Mode::Reset);

    let mut answers = Vec::new();
    for number in 0..6 {
        let person = stadtbote.network().person(&format!("rita{number}@far.example"));
        answers.push(knock(&stadtbote, &person).await);
    }
    let other = knock(&stadtbote, &stadtbote.network().person("uma@other.example")).await;

    assert!(answers.iter().all(|answer| *answer == 503), "{answers:?}");
    let asked: std::collections::HashSet<String> =
        looks_at(&stadtbote, "far.example").into_iter().map(|look| look.path).collect();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!(other, 202);
}

#[tokio::test]
async fn those_who_want_the_same_key_at_the_same_time_wait_for_one_fetch() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let rita = stadtbote.rita();
    stadtbote.network().answers_looks("far.example", Mode::Slow(Duration::from_secs(1)));

    let answers = join_all((0..10).map(|_| knock(&stadtbote, &rita))).await;

    assert!(answers.iter().all(|answer| *answer == 202), "{answers:?}");
    let of_actor = looks_at(&stadtbote, "far.example").into_iter().filter(|look| look.path == "/users/rita");
    assert_eq!(of_actor.count(), 1);
    stadtbote.rest().await;
}

#[tokio::test]
async fn forged_requests_do_not_keep_somebody_known_from_being_heard() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.network().answers_looks("far.example", Mode::Status(500));
    let body = rita.like(&stadtbote.actor("alice")).to_string().into_bytes();
    let forged = ActorKey::new().sign(&rita.key_id(), "POST", &stadtbote.door().host, "/inbox", Some(&body));

    for _ in 0..3 {
        let answer = rita.post(&stadtbote.door(), "/inbox", forged.clone(), body.clone()).await;
        assert!([401, 503].contains(&answer.as_u16()), "{answer}");
    }

    assert_eq!(knock(&stadtbote, &rita).await, 202);
    stadtbote.rest().await;
}
