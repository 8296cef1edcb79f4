//! Several processes, and the database beside them: one of them fails, the others go on.
//!
//! All of it is tried on the real program. What needs one database does nothing where the tests are on the other.

use serde_json::{Value, json};
use stadtbote_core::store::deliveries::{self, DELIVERED, LEASED};
use stadtbote_core::store::{hosts, jobs};
use stadtbote_tests::client::Client;
use stadtbote_tests::database::Cluster;
use stadtbote_tests::network::Mode;
use stadtbote_tests::program::free_address;
use stadtbote_tests::seed::{self, host};
use stadtbote_tests::stadtbote::{Stadtbote, eventually, eventually_within};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Requests that may be under way at once: `federation.deliveries_at_once`.
const IN_FLIGHT: usize = 64;
/// Ten times what a fan-out takes, the end of leases included.
const LONG: Duration = Duration::from_secs(150);

async fn publish(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

fn create_of(post: &Value) -> String {
    format!("{}/activity", post["uri"].as_str().expect("a post has an address"))
}

/// How many inboxes took a post.
fn taken(stadtbote: &Stadtbote, post: &Value) -> usize {
    stadtbote.network().tallies(&create_of(post)).values().filter(|tally| tally.taken > 0).count()
}

/// Which inboxes took a post more than once, and how often.
fn repeated(stadtbote: &Stadtbote, post: &Value) -> HashMap<String, usize> {
    let tallies = stadtbote.network().tallies(&create_of(post));
    tallies
        .into_iter()
        .filter(|(_, tally)| tally.taken > 1)
        .map(|(inbox, tally)| (inbox, tally.taken))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_during_a_fan_out_is_found_again_and_nothing_is_lost() {
    let Some(cluster) = Cluster::start() else { return };
    let mut stadtbote = Stadtbote::start_with(&[("database.url", &cluster.url())]).await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let inboxes = seed::followers(stadtbote.app().await, "alice", 100, 10).await;
    for number in 0..100 {
        stadtbote.network().answers_posts(&host(number), Mode::Slow(Duration::from_millis(200)));
    }
    let id = stadtbote.program().id();

    let post = publish(&alice, "Wichtig").await;
    let path = format!("/api/v1/statuses/{}/bookmark", post["id"].as_str().expect("an id"));
    for part in [100, 400] {
        eventually_within(LONG, "the fan-out goes on", async || {
            (taken(&stadtbote, &post) > part).then_some(())
        })
        .await;
        cluster.kill();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let meanwhile = alice.try_post(&path, json!({})).await.expect("the program survives");
        assert!(meanwhile.status.is_server_error(), "{}", meanwhile.status);
        cluster.resume();
        let begin = Instant::now();
        eventually("it writes again", async || {
            let answer = alice.try_post(&path, json!({})).await?;
            answer.status.is_success().then_some(())
        })
        .await;
        assert!(begin.elapsed() < Duration::from_secs(10), "it took {:?}", begin.elapsed());
    }

    eventually_within(LONG, "every inbox has the post", async || {
        (taken(&stadtbote, &post) == inboxes.len() + 1).then_some(())
    })
    .await;
    eventually_within(LONG, "nothing waits", async || stadtbote.waiting().await.is_empty().then_some(()))
        .await;
    let repeats: usize = repeated(&stadtbote, &post).values().map(|taken| taken - 1).sum();
    assert!(repeats <= 2 * IN_FLIGHT, "{repeats} were sent twice");
    assert!(stadtbote.program_mut().is_alive());
    assert_eq!(stadtbote.program().id(), id);
    eprintln!("2 kills of the database: 0 lost, {repeats} repeated");
    drop(stadtbote);
}

#[tokio::test(flavor = "multi_thread")]
async fn g10_a_worker_that_freezes_loses_its_leases_and_what_it_says_later_counts_for_nothing() {
    let mut stadtbote = Stadtbote::start().await;
    if stadtbote.program().is_on_sqlite() {
        return;
    }
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let inboxes = seed::followers(stadtbote.app().await, "alice", 200, 5).await;
    for number in 0..200 {
        stadtbote.network().answers_posts(&host(number), Mode::Slow(Duration::from_millis(400)));
    }
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().launch("web");
    stadtbote.program_mut().wait_until_healthy().await;
    let (mut first, mut second) = (stadtbote.program().beside(), stadtbote.program().beside());
    for worker in [&mut first, &mut second] {
        worker.launch("worker");
        worker.wait_until_healthy().await;
    }
    let db = stadtbote.app().await.db();
    let held = async |token: Option<i64>| {
        let all = deliveries::list_all(db).await.expect("the database answers");
        let is_wanted = |row: &deliveries::Model| token.is_none() || row.lease_token == token;
        all.into_iter().filter(|row| row.state == LEASED && is_wanted(row)).collect::<Vec<_>>()
    };

    // Only the first is awake at first: so its token is known.
    second.freeze();
    let post = publish(&alice, "Wichtig").await;
    let token = eventually("the first worker sends", async || held(None).await.first()?.lease_token).await;
    second.thaw();
    eventually_within(LONG, "the second worker sends too", async || {
        held(None).await.iter().any(|row| row.lease_token != Some(token)).then_some(())
    })
    .await;
    first.freeze();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let lost: Vec<String> = held(Some(token)).await.into_iter().map(|row| row.inbox).collect();
    eventually_within(LONG, "the second worker does what the first held too", async || {
        (taken(&stadtbote, &post) == inboxes.len() + 1 && held(None).await.is_empty()).then_some(())
    })
    .await;
    first.thaw();
    let (status, _) = first.stop().await;

    assert_eq!(status.code(), Some(0));
    assert!((1..=IN_FLIGHT).contains(&lost.len()), "{} were in hand", lost.len());
    for (inbox, taken) in repeated(&stadtbote, &post) {
        assert!(lost.contains(&inbox) && taken == 2, "{inbox} took it {taken} times");
    }
    for row in deliveries::list_all(db).await.expect("the database answers") {
        assert_eq!((row.state.as_str(), row.attempts), (DELIVERED, 1), "{}", row.inbox);
    }
    let post = publish(&alice, "Danach").await;
    eventually_within(LONG, "it goes on", async || {
        (taken(&stadtbote, &post) == inboxes.len() + 1).then_some(())
    })
    .await;
    stadtbote.rest().await;
    eprintln!("{} leases were lost", lost.len());
}

#[tokio::test]
async fn on_sqlite_there_is_one_process_and_it_does_all() {
    let stadtbote = Stadtbote::start().await;
    if !stadtbote.program().is_on_sqlite() {
        return;
    }

    for (role, reason) in
        [("web", "On SQLite"), ("worker", "On SQLite"), ("all", "Another server already runs")]
    {
        let mut other = stadtbote.program().beside();
        other.launch(role);
        assert_eq!(other.wait_for_end().await.code(), Some(1), "{role}");
        assert!(other.log().contains(reason), "{role}: {}", other.log());
    }

    assert_eq!(stadtbote.stranger().get("/health").await.status, 200);
}

/// Here the test itself is the second process.
#[tokio::test]
async fn a_process_that_freezes_within_a_transaction_does_not_hold_up_the_others() {
    let stadtbote = Stadtbote::start().await;
    if stadtbote.program().is_on_sqlite() {
        return;
    }
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;

    let app = stadtbote.app().await;
    let frozen = app.begin_write().await.expect("the database answers");
    let names = ["far.example".to_owned()];
    hosts::wake(&frozen, &names, 1, app.clock.now()).await.expect("nobody else holds it");
    let post = publish(&alice, "Wichtig").await;
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;

    assert!(frozen.commit().await.is_err(), "what it changed fell away");
    stadtbote.rest().await;
}

/// The clock is moved on between the tries, which takes a restart.
#[tokio::test]
async fn c27_a_task_that_panics_is_parked_after_five_tries_while_the_others_go_on() {
    let metrics = free_address("127.0.0.1").to_string();
    let mut stadtbote = Stadtbote::start_with(&[("server.metrics_listen", &metrics)]).await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let db = stadtbote.app().await.db().clone();
    let broken = async || {
        let all = jobs::list_all(&db).await.expect("the database answers");
        all.into_iter().find(|job| job.kind == "distribute_profile")
    };
    stadtbote.program_mut().panic_at(Some("distribute_profile"));
    stadtbote.program_mut().kill();
    stadtbote.program_mut().serve().await;

    alice.patch("/api/v1/accounts/update_credentials", json!({ "display_name": "Presse" })).await.good();
    for tries in 1..=5 {
        let post = publish(&alice, "Etwas anderes").await;
        stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
        eventually("it was tried", async || (broken().await?.attempts == tries).then_some(())).await;
        let is_parked = broken().await.is_some_and(|job| job.parked_at.is_some());
        assert_eq!(is_parked, tries == 5, "after {tries} tries");
        if tries < 5 {
            // The pauses are 5, 20, 80 and 320 seconds.
            let ahead = [6, 30, 120, 450][usize::try_from(tries).expect("it is small") - 1];
            stadtbote.program_mut().set_clock(Duration::from_secs(ahead));
            stadtbote.program_mut().kill();
            stadtbote.program_mut().serve().await;
        }
    }

    assert!(stadtbote.program_mut().is_alive());
    eventually_within(Duration::from_secs(60), "the metric shows it", async || {
        let answer = reqwest::get(format!("http://{metrics}/metrics")).await.ok()?.text().await.ok()?;
        answer.lines().any(|line| line == "stadtbote_jobs_parked 1").then_some(())
    })
    .await;
    let doctor = stadtbote.program().run(&["doctor"], "");
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("distribute_profile"), "{doctor:?}");
    let updates = stadtbote.network().arrivals().into_iter().filter(|one| one.kind() == "Update").count();
    assert_eq!(updates, 0, "what was parked had no effect");
}
