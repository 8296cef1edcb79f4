//! Many servers at once of which some are down, slow or busy; and more waiting than can be sent soon.

use crate::crashes::{create_of, publish, uri, with_followers};
use serde_json::Value;
use stadtbote_core::actions::outgoing::{self, NewOutgoing};
use stadtbote_core::domain::job::Class;
use stadtbote_core::store::{accounts, deliveries};
use stadtbote_tests::network::Mode;
use stadtbote_tests::program::HOST;
use stadtbote_tests::seed::host;
use stadtbote_tests::stadtbote::{Stadtbote, eventually_within};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long something that takes a second or two may take on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// Publishes a post and waits until all of these inboxes have it; gives the time that took.
async fn reach(stadtbote: &Stadtbote, inboxes: &[String]) -> (Value, Duration) {
    let begin = Instant::now();
    let post = publish(&stadtbote.alice()).await;
    let create = create_of(&post);
    eventually_within(LONG, "every inbox has the post", async || {
        let tallies = stadtbote.network().tallies(&create);
        inboxes.iter().all(|inbox| tallies.get(inbox).is_some_and(|tally| tally.taken > 0)).then_some(())
    })
    .await;
    (post, begin.elapsed())
}

/// The real program: 1,000 hosts, of which one in ten is down, one in twenty takes 20 seconds for an answer, and one in
/// twenty says that it is busy.
#[tokio::test(flavor = "multi_thread")]
async fn healthy_hosts_have_a_post_within_twice_the_time_that_it_takes_when_all_are_healthy() {
    let (stadtbote, inboxes) = with_followers(1_000, 1).await;
    // Once with new connections, then as it is measured.
    reach(&stadtbote, &inboxes).await;
    let (_, all_well) = reach(&stadtbote, &inboxes).await;
    let mut healthy = Vec::new();
    for (number, inbox) in inboxes.iter().enumerate() {
        let mode = match number % 20 {
            0 | 1 => Mode::Down,
            2 => Mode::Slow(Duration::from_secs(20)),
            3 if number % 40 == 3 => Mode::Status(429),
            3 => Mode::Busy("30".to_owned()),
            _ => {
                healthy.push(inbox.clone());
                continue;
            }
        };
        stadtbote.network().answers_posts(&host(number), mode);
    }
    assert_eq!(healthy.len(), 800);

    let (_, some_ill) = reach(&stadtbote, &healthy).await;

    eprintln!("1,000 healthy hosts took {all_well:?}, 800 healthy ones among 200 others {some_ill:?}");
    // Who is silent leaves the fast places after a second, so on a fast machine that second is most of it.
    let most = 2 * all_well.max(Duration::from_secs(1));
    assert!(some_ill < most, "{some_ill:?} instead of {all_well:?}");
}

/// The real program, with 100,000 deliveries to 500 hosts that never answer, and later do.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_waiting_deliveries_hold_up_neither_start_nor_stop_nor_what_is_urgent() {
    const HOSTS: usize = 500;
    const ACTIVITIES: usize = 200;

    let (mut stadtbote, inboxes) = with_followers(HOSTS, 1).await;
    let (post, _) = reach(&stadtbote, &inboxes).await;
    stadtbote.program_mut().stop().await;
    for number in 0..HOSTS {
        stadtbote.network().answers_posts(&host(number), Mode::Hang);
    }
    for number in 0..ACTIVITIES {
        queue(&stadtbote, number, inboxes.clone()).await;
    }
    let states = async || {
        let mut states: HashMap<String, usize> = HashMap::new();
        let db = stadtbote.app().await.db();
        for row in deliveries::list_all(db).await.expect("the database answers") {
            *states.entry(row.state).or_default() += usize::from(row.subject.starts_with("backlog"));
        }
        states
    };
    assert_eq!(states().await[deliveries::WAITING], HOSTS * ACTIVITIES);

    let mut program = stadtbote.program().beside();
    let start = program.serve().await;
    // They all hang by now, as many as may.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let memory = program.mebibytes();
    let (status, stop) = program.stop().await;

    eprintln!("with 100,000 waiting: start {start:?}, stop {stop:?}, {memory} MiB");
    assert!(status.success(), "{status}");
    assert!(start < Duration::from_secs(10), "it took {start:?} to start");
    assert!(stop < Duration::from_secs(10), "it took {stop:?} to stop");
    assert!(memory < 256, "it holds {memory} MiB");
    let after = states().await;
    assert_eq!(after.get(deliveries::LEASED), None, "what is in hand is put back");
    assert_eq!(after[deliveries::WAITING], HOSTS * ACTIVITIES, "nothing is lost");

    for number in 0..HOSTS {
        stadtbote.network().answers_posts(&host(number), Mode::Ok);
    }
    stadtbote.program_mut().serve().await;
    let begin = Instant::now();
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("a post has an id"));
    stadtbote.alice().delete(&path).await.good();
    let delete = format!("{}#delete", uri(&post));
    eventually_within(Duration::from_secs(60), "every host heard of the deletion", async || {
        let tallies = stadtbote.network().tallies(&delete);
        (tallies.values().filter(|tally| tally.taken > 0).count() >= HOSTS).then_some(())
    })
    .await;

    let sent = stadtbote.network().arrivals().iter().filter(|one| one.id().contains("/backlog/")).count();
    eprintln!(
        "a deletion reached {HOSTS} hosts after {:?}, before all but {sent} of the others",
        begin.elapsed()
    );
    assert!(sent < HOSTS * ACTIVITIES / 2, "it overtook what waited");
}

/// Queues an activity of alice's for these inboxes.
async fn queue(stadtbote: &Stadtbote, number: usize, inboxes: Vec<String>) {
    let app = stadtbote.app().await;
    let alice = accounts::find_ours(app.db(), "alice").await.expect("the database answers");
    let new = NewOutgoing {
        activity_id: format!("https://{HOST}/backlog/{number}"),
        kind: "Create",
        account: alice.expect("alice is here").id,
        post: None,
        subject: format!("backlog {number}"),
        class: Class::Normal,
        body: format!(r#"{{"id":"https://{HOST}/backlog/{number}","type":"Create"}}"#),
    };
    outgoing::queue(app, new, inboxes).await.expect("there is room");
}
