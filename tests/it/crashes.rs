//! The program is killed, stopped and started again: nothing that was promised is lost.

use serde_json::{Value, json};
use stadtbote_tests::network::Mode;
use stadtbote_tests::stadtbote::Stadtbote;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

const HOSTS: usize = 40;

/// A city with a follower on each of so many hosts.
async fn with_followers() -> Stadtbote {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    for number in 0..HOSTS {
        stadtbote.follower(&format!("rita@host{number}.sink.test"), "alice").await;
        let slow = Mode::Slow(Duration::from_millis(5 * number as u64));
        stadtbote.network().answers_posts(&format!("host{number}.sink.test"), slow);
    }
    stadtbote
}

/// How often each host took the Create of a post, once all have it.
async fn taken(stadtbote: &Stadtbote, post: &Value) -> HashMap<String, usize> {
    let id = format!("{}/activity", post["uri"].as_str().expect("a post has an address"));
    let network = stadtbote.network();
    let hosts = || network.taken(&id).into_keys().collect::<HashSet<_>>();
    stadtbote_tests::stadtbote::eventually("every host has the post", async || {
        (hosts().len() == HOSTS).then_some(())
    })
    .await;
    network.taken(&id)
}

#[tokio::test]
async fn a_kill_in_the_middle_of_sending_loses_nothing_and_repeats_little() {
    let mut stadtbote = with_followers().await;
    let alice = stadtbote.alice();

    for after in [0, 20, 60, 120] {
        let post = alice.post("/api/v1/statuses", json!({ "status": "Wichtig" })).await.good();
        tokio::time::sleep(Duration::from_millis(after)).await;
        stadtbote.program_mut().kill();
        let opened = stadtbote.program_mut().serve().await;

        let counts = taken(&stadtbote, &post).await;
        let repeats: usize = counts.values().map(|count| count - 1).sum();
        assert!(repeats <= 64, "{repeats} were sent twice after a kill at {after} ms");
        assert!(opened < Duration::from_secs(10), "the restart took {opened:?}");
    }
}

#[tokio::test]
async fn a_kill_while_activities_come_in_loses_none_that_was_taken_and_counts_each_once() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let post = alice.post("/api/v1/statuses", json!({ "status": "Hallo" })).await.good();
    let (door, uri) = (stadtbote.door(), post["uri"].as_str().expect("an address").to_owned());

    let mut taken = 0;
    for round in 0..3 {
        for number in 0..15 {
            let person = stadtbote.network().person(&format!("p{round}x{number}@far.example"));
            let status = person.send(&door, "/inbox", &person.like(&uri)).await;
            assert!(status.is_success(), "{status}");
            taken += 1;
        }
        stadtbote.program_mut().kill();
        stadtbote.program_mut().serve().await;
    }

    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
    stadtbote_tests::stadtbote::eventually("every Like counts", async || {
        (alice.get(&path).await.good()["favourites_count"] == taken).then_some(())
    })
    .await;
    let page = alice.get("/api/v1/notifications?types[]=favourite&limit=80").await.good();
    assert_eq!(page.as_array().map(Vec::len), Some(taken));
}

#[tokio::test]
async fn asked_to_stop_it_stops_within_ten_seconds_and_finishes_later() {
    let mut stadtbote = with_followers().await;
    let alice = stadtbote.alice();
    let post = alice.post("/api/v1/statuses", json!({ "status": "Wichtig" })).await.good();

    let (status, time) = stadtbote.program_mut().stop().await;

    assert_eq!(status.code(), Some(0));
    assert!(time < Duration::from_secs(10), "it took {time:?}");
    stadtbote.program_mut().serve().await;
    taken(&stadtbote, &post).await;
}
