//! The program is killed, stopped and started again: nothing that was promised is lost.
//!
//! All of it is tried on the real program, in a process of its own, which is killed as a power cut would kill it.
//! `STADTBOTE_KILLS=100` makes the long tests longer, `STADTBOTE_SEED` repeats what one of them left to chance;
//! `cargo nextest` ends tests after three minutes, `cargo test -p stadtbote-tests --test it` does not.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::outgoing::{self, Ended, NewOutgoing, Sign};
use stadtbote_core::domain::ids::DeliveryId;
use stadtbote_core::domain::job::Class;
use stadtbote_core::store::deliveries::{self, Claimed, LEASED, Outcome};
use stadtbote_core::store::{accounts, checks, hosts, jobs, media};
use stadtbote_tests::chance::Chance;
use stadtbote_tests::client::Client;
use stadtbote_tests::database::Database;
use stadtbote_tests::network::{Arrival, Mode, Signature, Tally};
use stadtbote_tests::person::{Door, Person};
use stadtbote_tests::program::{HOST, Program};
use stadtbote_tests::seed::{self, host};
use stadtbote_tests::stadtbote::{Stadtbote, eventually, eventually_within};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Requests that may be under way at once, and so repeated after a kill: `federation.deliveries_at_once`.
const IN_FLIGHT: usize = 64;
/// How long a fan-out may take in which hosts fail at first; they are asked again after half a minute or two minutes.
const LONG: Duration = Duration::from_secs(170);
/// How soon there must be deliveries again once the program answers.
const RECOVERY: Duration = Duration::from_secs(15);

const PICTURE: &[u8] = include_bytes!("../fixtures/media/alpha.avif");

/// How often the long tests kill.
fn kills() -> usize {
    std::env::var("STADTBOTE_KILLS").map_or(10, |text| text.parse().expect("STADTBOTE_KILLS is a number"))
}

pub(crate) async fn publish(client: &Client) -> Value {
    client.post("/api/v1/statuses", json!({ "status": "Wichtig" })).await.good()
}

pub(crate) fn uri(post: &Value) -> &str {
    post["uri"].as_str().expect("a post has an address")
}

/// The id of the Create of a post.
pub(crate) fn create_of(post: &Value) -> String {
    format!("{}/activity", uri(post))
}

fn is_create_of(arrival: &Arrival, post: &Value) -> bool {
    arrival.kind() == "Create" && arrival.activity()["object"]["id"] == post["uri"]
}

/// How an activity was repeated: so many times more than each inbox once.
fn repeats(tallies: &HashMap<String, Tally>) -> usize {
    tallies.values().map(|tally| tally.taken.saturating_sub(1)).sum()
}

/// A city whose alice is followed from far.example, and from so many hosts by so many each.
pub(crate) async fn with_followers(hosts: usize, on_each: usize) -> (Stadtbote, Vec<String>) {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    // The first one is real, so that alice's key is known to the network before anything is killed.
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let inboxes = seed::followers(stadtbote.app().await, "alice", hosts, on_each).await;
    (stadtbote, inboxes)
}

/// What must be so when everything was done: no counter is wrong, nothing is held, nothing waits for a person.
pub(crate) async fn assert_whole(stadtbote: &Stadtbote) {
    let db = stadtbote.app().await.db();
    let differences = checks::list_differences(db, 10).await.expect("the database answers");
    assert!(differences.is_empty(), "{differences:?}");
    let damages = checks::list_damages(db).await.expect("the database answers");
    assert!(damages.is_empty(), "{damages:?}");
    assert_eq!(jobs::count_parked(db).await.expect("the database answers"), 0);
    stadtbote.rest().await;
}

/// The real program: 2,000 personal inboxes on 200 hosts, of which one in twenty refuses and one in a hundred hangs at
/// first.
#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_moment_of_a_fan_out_lose_nothing_and_repeat_only_what_was_in_flight() {
    let (kills, mut chance, begin) = (kills(), Chance::announced(), Instant::now());
    let (mut stadtbote, inboxes) = with_followers(200, 10).await;
    let alice = stadtbote.alice();
    let is_well = |number: usize| number % 20 != 7 && number % 100 != 42;
    let bad: Vec<usize> = (0..200).filter(|&number| !is_well(number)).collect();
    for &number in &bad {
        let mode = if number % 100 == 42 { Mode::Hang } else { Mode::Status(503) };
        stadtbote.network().answers_posts(&host(number), mode);
    }
    let well: HashSet<String> = (0..200).filter(|&number| is_well(number)).map(host).collect();
    let is_at_well = |inbox: &str| well.iter().any(|host| inbox.contains(&format!("//{host}/")));
    let at_well: Vec<&String> = inboxes.iter().filter(|inbox| is_at_well(inbox)).collect();
    let tallies = |stadtbote: &Stadtbote, post: &Value| stadtbote.network().tallies(&create_of(post));

    let mut posts = vec![publish(&alice).await];
    let (mut killed, mut under_way) = (0, HashSet::new());
    while killed < kills {
        // Either at any time, while it starts too, or in the middle of sending, for which another lease may have to end.
        let (latest, further) = match chance.below(2) {
            0 => (Duration::from_millis(chance.below(1_500)), usize::MAX),
            _ => (Duration::from_secs(20), 1 + chance.below(150) as usize),
        };
        let (since, before) = (Instant::now(), stadtbote.network().count());
        while since.elapsed() < latest && stadtbote.network().count() - before < further {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let sent = tallies(&stadtbote, &posts[posts.len() - 1]);
        if at_well.iter().all(|&inbox| sent.contains_key(inbox)) {
            // A kill counts only while a post is on its way.
            stadtbote.program_mut().wait_until_healthy().await;
            posts.push(publish(&alice).await);
            continue;
        }
        stadtbote.program_mut().kill();
        killed += 1;
        under_way.extend(leases(&stadtbote).await);
        if killed == 5 {
            bad.iter().for_each(|&number| stadtbote.network().answers_posts(&host(number), Mode::Ok));
        }
        let so_far: usize = posts.iter().map(|post| repeats(&tallies(&stadtbote, post))).sum();
        assert!(so_far <= under_way.len(), "{so_far} repeats of {} that were under way", under_way.len());
        stadtbote.program_mut().launch("all");
    }
    stadtbote.program_mut().wait_until_healthy().await;

    let lost = |post: &Value| {
        let sent = tallies(&stadtbote, post);
        inboxes.iter().filter(|&inbox| sent.get(inbox).is_none_or(|tally| tally.taken == 0)).count()
    };
    eventually_within(LONG, "every inbox has every post", async || {
        posts.iter().all(|post| lost(post) == 0).then_some(())
    })
    .await;
    eventually_within(LONG, "nothing waits", async || stadtbote.waiting().await.is_empty().then_some(()))
        .await;
    let repeated: usize = posts.iter().map(|post| repeats(&tallies(&stadtbote, post))).sum();
    let under_way = under_way.len();
    assert!(repeated <= under_way, "{repeated} repeats of {under_way} that were under way");
    assert!(repeated <= kills * IN_FLIGHT, "{repeated} repeats after {kills} kills");
    let arrivals = stadtbote.network().arrivals();
    for post in &posts {
        let creates: Vec<&Arrival> = arrivals.iter().filter(|one| is_create_of(one, post)).collect();
        let ids: HashSet<String> = creates.iter().map(|one| one.id()).collect();
        assert_eq!(ids, HashSet::from([create_of(post)]), "a post goes out under one id");
        assert!(creates.iter().all(|one| one.body == creates[0].body), "a repeat says the same");
        assert!(creates.iter().all(|one| matches!(one.signature, Signature::Good(_))));
    }
    assert_whole(&stadtbote).await;
    eprintln!(
        "{killed} kills, {} posts to {} inboxes: 0 lost, {repeated} of {under_way} under way repeated, {} s",
        posts.len(),
        inboxes.len(),
        begin.elapsed().as_secs()
    );
}

/// The deliveries that are in somebody's hand, with the tokens of their leases.
async fn leases(stadtbote: &Stadtbote) -> HashSet<(DeliveryId, i64)> {
    let all = deliveries::list_all(stadtbote.app().await.db()).await.expect("the database answers");
    let held = all.into_iter().filter(|row| row.state == LEASED);
    held.filter_map(|row| Some((row.id, row.lease_token?))).collect()
}

/// In process: only the queue, on the database of a program that was stopped.
#[tokio::test]
async fn however_much_waits_no_more_is_taken_in_hand_than_there_are_places() {
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.program_mut().stop().await;
    let app = stadtbote.app().await;
    for number in 0..4 {
        queue(app, number, (0..20).map(host).collect()).await;
    }

    let first = outgoing::claim(app, 1, 8, 4).await.expect("the database answers");
    let second = outgoing::claim(app, 1, 64, 4).await.expect("the database answers");

    assert_eq!(first.len(), 8);
    assert_eq!(second.len(), 12 * 4, "those that are in hand already are left alone");
}

/// In process: only the queue, on the database of a program that was stopped.
#[tokio::test]
async fn what_fails_together_at_one_host_counts_as_one_failure_and_three_close_it() {
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.program_mut().stop().await;
    let app = stadtbote.app().await;
    for number in 0..6 {
        queue(app, number, vec![host(0)]).await;
    }
    let seen =
        async || hosts::find(app.db(), &host(0)).await.expect("the database answers").expect("it is known");

    let claimed = outgoing::claim(app, 1, 64, 4).await.expect("the database answers");
    assert_eq!(claimed.len(), 4);
    let begun = app.clock.now();
    for one in &claimed {
        tokio::time::sleep(Duration::from_millis(2)).await;
        outgoing::settle(app, 1, vec![failure(app, one, begun)]).await.expect("the database answers");
    }
    assert_eq!(seen().await.failures, 1);

    // Still open, but asked with one at a time.
    for failures in [2, 3] {
        let claimed = outgoing::claim(app, 1, 64, 4).await.expect("the database answers");
        assert_eq!(claimed.len(), 1, "before failure {failures}");
        let begun = app.clock.now();
        outgoing::settle(app, 1, vec![failure(app, &claimed[0], begun)]).await.expect("the database answers");
        assert_eq!(seen().await.failures, failures);
    }
    let pause = seen().await.closed_until.expect("it is closed") - app.clock.now();
    assert!(pause > TimeDelta::seconds(20) && pause <= TimeDelta::seconds(36), "left alone for {pause}");
}

/// In process: only the queue, on the database of a program that was stopped.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_for_a_host_while_an_outcome_is_saved_is_not_forgotten() {
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.program_mut().stop().await;
    let app = stadtbote.app().await;
    queue(app, 0, vec![host(0)]).await;
    let first = outgoing::claim(app, 1, 64, 4).await.expect("the database answers").remove(0);
    let now = app.clock.now();
    let mut second = deliveries::list_all(app.db()).await.expect("the database answers").remove(0);
    second.id = app.id(DeliveryId);
    second.inbox = format!("https://{}/another", host(0));
    second.state = deliveries::WAITING.to_owned();
    (second.lease_token, second.lease_until) = (None, None);

    // Somebody has queued it and not committed yet when the outcome of the first one comes.
    let tx = app.begin_write().await.expect("the database answers");
    deliveries::insert_many(&tx, vec![second], now).await.expect("there is room");
    let outcome =
        Outcome { id: first.id, state: deliveries::DELIVERED, run_at: None, answer: "202".to_owned() };
    let ended = Ended { outcome, host: first.host, sign: Sign::Well, begun: now, instead: None };
    let saving = tokio::spawn({
        let app = app.clone();
        async move { outgoing::settle(&app, 1, vec![ended]).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    tx.commit().await.expect("nobody is in the way");
    saving.await.expect("it ends").expect("the database answers");

    let claimed = outgoing::claim(app, 1, 64, 4).await.expect("the database answers");
    assert_eq!(claimed.len(), 1, "the host knows that something waits for it");
}

/// Queues an activity of alice's for somebody on each of these hosts.
async fn queue(app: &App, number: usize, hosts: Vec<String>) {
    let alice = accounts::find_ours(app.db(), "alice").await.expect("the database answers");
    let new = NewOutgoing {
        activity_id: format!("https://{HOST}/{number}"),
        kind: "Create",
        account: alice.expect("she is there").id,
        post: None,
        subject: format!("https://{HOST}/{number}"),
        class: Class::Normal,
        body: "{}".to_owned(),
    };
    let inboxes = hosts.iter().map(|host| format!("https://{host}/inbox")).collect();
    outgoing::queue(app, new, inboxes).await.expect("the database answers");
}

/// A delivery that was answered 503.
fn failure(app: &App, claimed: &Claimed, begun: DateTime<Utc>) -> Ended {
    let run_at = Some(app.clock.now() + TimeDelta::seconds(30));
    let outcome = Outcome { id: claimed.id, state: deliveries::WAITING, run_at, answer: "503".to_owned() };
    Ended { outcome, host: claimed.host.clone(), sign: Sign::Failed(None), begun, instead: None }
}

/// The real program.
#[tokio::test]
async fn a_crash_between_the_commit_and_the_first_request_delays_the_post_and_no_more() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    restart(&mut stadtbote, Some("publish: after the commit")).await;

    let answer = alice.try_post("/api/v1/statuses", json!({ "status": "Wichtig" })).await;
    stadtbote.program_mut().wait_for_end().await;
    assert!(answer.is_none(), "{answer:?}");
    let early = stadtbote.network().arrivals().iter().filter(|one| one.kind() == "Create").count();
    stadtbote.program_mut().break_at(None);
    stadtbote.program_mut().serve().await;
    let begin = Instant::now();
    let arrivals = stadtbote.network().wait_for(1, |one| one.kind() == "Create").await;

    assert_eq!(early, 0);
    assert!(begin.elapsed() < RECOVERY, "it took {:?}", begin.elapsed());
    let posts = posts_of_alice(&alice).await;
    assert_eq!(posts.len(), 1);
    assert_eq!(arrivals[0].id(), create_of(&posts[0]));
    stadtbote.rest().await;
    assert_eq!(
        stadtbote.network().tallies(&create_of(&posts[0])).values().map(|tally| tally.came).sum::<usize>(),
        1
    );
    assert_whole(&stadtbote).await;
}

/// The real program.
#[tokio::test]
async fn a_crash_before_the_commit_leaves_nothing_behind() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    restart(&mut stadtbote, Some("publish: before the commit")).await;

    let answer = alice.try_post("/api/v1/statuses", json!({ "status": "Wichtig" })).await;
    stadtbote.program_mut().wait_for_end().await;
    stadtbote.program_mut().break_at(None);
    stadtbote.program_mut().serve().await;

    assert!(answer.is_none(), "{answer:?}");
    assert_eq!(stadtbote.waiting().await, Vec::<String>::new());
    assert_eq!(posts_of_alice(&alice).await, Vec::<Value>::new());
    // What is published afterwards is the only thing that anybody ever hears of.
    let post = publish(&alice).await;
    stadtbote.network().wait_for(1, |one| is_create_of(one, &post)).await;
    stadtbote.rest().await;
    let creates = stadtbote.network().arrivals().into_iter().filter(|one| one.kind() == "Create");
    assert_eq!(creates.map(|one| one.id()).collect::<Vec<_>>(), [create_of(&post)]);
    assert_whole(&stadtbote).await;
}

/// The real program.
#[tokio::test]
async fn a_crash_after_the_answer_of_a_peer_repeats_the_same_activity_once() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    restart(&mut stadtbote, Some("deliver: before the outcome is saved")).await;

    // The end may come before the answer.
    alice.try_post("/api/v1/statuses", json!({ "status": "Wichtig" })).await;
    stadtbote.program_mut().wait_for_end().await;
    let before = stadtbote.network().arrivals().into_iter().filter(|one| one.kind() == "Create").count();
    stadtbote.program_mut().break_at(None);
    stadtbote.program_mut().serve().await;
    let begin = Instant::now();
    let post = posts_of_alice(&alice).await.remove(0);
    let creates = stadtbote.network().wait_for(2, |one| is_create_of(one, &post)).await;

    assert_eq!(before, 1);
    assert!(begin.elapsed() < RECOVERY, "it took {:?}", begin.elapsed());
    stadtbote.rest().await;
    assert_eq!(stadtbote.network().arrivals().iter().filter(|one| is_create_of(one, &post)).count(), 2);
    assert!(creates.iter().all(|one| one.is_taken() && one.id() == create_of(&post)));
    assert_eq!(creates[0].body, creates[1].body);
    assert_whole(&stadtbote).await;
}

/// Stops the program in order and starts it so that it ends at a fail-point.
async fn restart(stadtbote: &mut Stadtbote, point: Option<&str>) {
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().break_at(point);
    stadtbote.program_mut().serve().await;
}

/// What alice has published, by her own timeline.
async fn posts_of_alice(alice: &Client) -> Vec<Value> {
    let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
    let path = format!("/api/v1/accounts/{}/statuses", account["id"].as_str().expect("an id"));
    alice.get(&path).await.good().as_array().expect("posts are a list").clone()
}

/// Sends an activity again and again, as peers do, until it is taken.
async fn send_until_taken(person: Person, door: Door, activity: Value) {
    loop {
        match person.try_send(&door, "/inbox", &activity).await {
            Some(status) if status.is_success() => return,
            Some(status) => assert!(status.is_server_error(), "{status}"),
            None => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How many activities came in whose work is not done.
async fn unread(stadtbote: &Stadtbote) -> usize {
    let all = jobs::list_all(stadtbote.app().await.db()).await.expect("the database answers");
    all.iter().filter(|job| job.kind == "receive").count()
}

/// The real program: fifty activities a round, five kills in each, every kill while there is work.
#[tokio::test(flavor = "multi_thread")]
async fn kills_while_activities_come_in_lose_none_that_was_taken_and_count_each_once() {
    let (kills, mut chance, begin) = (kills(), Chance::announced(), Instant::now());
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.wait_for_keys("alice").await;
    let post = publish(&alice).await;
    let (door, actor) = (stadtbote.door(), stadtbote.actor("alice"));

    let (mut killed, mut sent) = (0, 0_usize);
    while killed < kills {
        let mut sending = JoinSet::new();
        for _ in 0..50 {
            let person = stadtbote.network().person(&format!("p{sent}@far.example"));
            let activity = match sent % 5 {
                0 | 1 => person.like(uri(&post)),
                2 => person.announce(uri(&post)),
                3 => person.create(&person.reply(uri(&post), &actor, "<p>Danke</p>")),
                _ => person.follow(&actor),
            };
            sent += 1;
            sending.spawn(send_until_taken(person, door.clone(), activity));
        }
        for _ in 0..5 {
            let pause = Duration::from_millis(chance.below(400));
            tokio::time::sleep(pause).await;
            if sending.is_empty() && unread(&stadtbote).await == 0 {
                break;
            }
            stadtbote.program_mut().kill();
            killed += 1;
            stadtbote.program_mut().launch("all");
            while sending.try_join_next().is_some() {}
        }
        stadtbote.program_mut().wait_until_healthy().await;
        sending.join_all().await;
    }

    let of_five = sent as u64 / 5;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
    eventually_within(LONG, "everything was worked on", async || {
        (unread(&stadtbote).await == 0).then_some(())
    })
    .await;
    let post = alice.get(&path).await.good();
    let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
    let counts = ["favourites_count", "reblogs_count", "replies_count"].map(|name| post[name].as_u64());
    let counts = [counts[0], counts[1], counts[2], account["followers_count"].as_u64()];
    let counts = counts.map(|count| count.expect("a count is a number"));
    assert_eq!(counts, [2 * of_five, of_five, of_five, of_five]);
    assert_eq!(notifications(&alice).await, sent);
    assert_whole(&stadtbote).await;
    eprintln!("{killed} kills, {sent} activities: 0 lost, 0 counted twice, {} s", begin.elapsed().as_secs());
}

/// How many notifications somebody has.
async fn notifications(client: &Client) -> usize {
    let (mut count, mut path) = (0, "/api/v1/notifications?limit=80".to_owned());
    loop {
        let page = client.get(&path).await.good();
        let page = page.as_array().expect("notifications are a list");
        let Some(last) = page.last() else { return count };
        count += page.len();
        path = format!("/api/v1/notifications?limit=80&max_id={}", last["id"].as_str().expect("an id"));
    }
}

/// The real program: a fan-out to 300 inboxes, a tenth of which begin to hang; Likes come in and a client writes meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_under_load_it_ends_within_ten_seconds_and_loses_nothing_that_was_taken() {
    let (mut stadtbote, inboxes) = with_followers(100, 3).await;
    let alice = stadtbote.alice();
    let tallies = |stadtbote: &Stadtbote, post: &Value| stadtbote.network().tallies(&create_of(post));
    // Making them takes longer than the fan-out.
    let people: Vec<Person> =
        (0..60).map(|number| stadtbote.network().person(&format!("p{number}@far.example"))).collect();
    let post = publish(&alice).await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));

    let (mut likes, mut writes, stopped) = (JoinSet::new(), JoinSet::new(), Arc::new(AtomicBool::new(false)));
    for (number, person) in (0..).zip(people) {
        let (door, like) = (stadtbote.door(), person.like(uri(&post)));
        likes.spawn(async move {
            tokio::time::sleep(Duration::from_millis(20 * number)).await;
            person.try_send(&door, "/inbox", &like).await.is_some_and(|status| status.is_success())
        });
    }
    let (writer, bookmark, is_stopped) = (alice.clone(), format!("{path}/bookmark"), stopped.clone());
    writes.spawn(async move {
        while !is_stopped.load(Ordering::Relaxed) {
            writer.try_post(&bookmark, json!({})).await;
        }
    });
    eventually("the fan-out is under way", async || {
        (tallies(&stadtbote, &post).values().filter(|tally| tally.taken > 0).count() > 60).then_some(())
    })
    .await;
    let sent = tallies(&stadtbote, &post);
    let open = |number: &usize| !sent.contains_key(&inboxes[number * 3 + 2]);
    let hanging: Vec<usize> = (0..100).filter(open).take(10).collect();
    for &number in &hanging {
        stadtbote.network().answers_posts(&host(number), Mode::Hang);
    }
    eventually("something hangs", async || {
        tallies(&stadtbote, &post).values().any(|tally| tally.came > tally.taken).then_some(())
    })
    .await;
    let (status, time) = stadtbote.program_mut().stop().await;
    stopped.store(true, Ordering::Relaxed);

    assert_eq!(status.code(), Some(0));
    assert!(time < Duration::from_secs(10), "it took {time:?}");
    let before = tallies(&stadtbote, &post);
    assert!(
        before.values().filter(|tally| tally.taken > 0).count() < inboxes.len(),
        "it stopped in the middle"
    );
    let answered = likes.join_all().await.into_iter().filter(|is_good| *is_good).count();
    for number in hanging {
        stadtbote.network().answers_posts(&host(number), Mode::Ok);
    }
    stadtbote.program_mut().serve().await;
    eventually_within(LONG, "every inbox has the post", async || {
        let sent = tallies(&stadtbote, &post);
        inboxes.iter().all(|inbox| sent.get(inbox).is_some_and(|tally| tally.taken > 0)).then_some(())
    })
    .await;
    assert_whole(&stadtbote).await;
    let repeated = repeats(&tallies(&stadtbote, &post));
    assert!(repeated <= IN_FLIGHT, "{repeated} were sent twice");
    let counted = alice.get(&path).await.good()["favourites_count"].as_u64().expect("a count is a number");
    assert!((answered as u64..=60).contains(&counted), "{counted} Likes count of {answered} that were taken");
}

/// The real program.
#[tokio::test]
async fn what_hangs_when_it_is_asked_to_stop_is_put_back_and_nothing_else_is_repeated() {
    let (mut stadtbote, inboxes) = with_followers(20, 1).await;
    stadtbote.network().answers_posts(&host(0), Mode::Hang);
    let post = publish(&stadtbote.alice()).await;
    stadtbote.network().wait_for(21, |one| is_create_of(one, &post)).await;

    let (status, time) = stadtbote.program_mut().stop().await;

    assert_eq!(status.code(), Some(0));
    assert!(time < Duration::from_secs(10), "it took {time:?}");
    assert_eq!(leases(&stadtbote).await, HashSet::new());
    stadtbote.network().answers_posts(&host(0), Mode::Ok);
    stadtbote.program_mut().serve().await;
    stadtbote.network().wait_for(22, |one| is_create_of(one, &post)).await;
    stadtbote.rest().await;
    let tallies = stadtbote.network().tallies(&create_of(&post));
    for inbox in &inboxes {
        let came = if *inbox == inboxes[0] { 2 } else { 1 };
        assert_eq!(tallies[inbox], Tally { came, taken: 1 }, "{inbox}");
    }
    assert_whole(&stadtbote).await;
}

/// Killed at twelve moments spread over the time that it takes.
#[tokio::test]
async fn a_kill_while_the_database_is_brought_up_to_date_leaves_nothing_half_done() {
    const MOMENTS: u32 = 12;
    let program = Program::of(HOST, Database::empty);
    let begin = Instant::now();
    program.order(&["migrate"], "");
    let whole = begin.elapsed();
    let migrate = |program: &Program| -> usize {
        let applied: Value =
            serde_json::from_str(&program.order(&["migrate", "--json"], "")).expect("--json prints JSON");
        applied["applied"].as_array().expect("a list").len()
    };

    let mut in_time = 0;
    for moment in 0..MOMENTS {
        let mut program = Program::of(HOST, Database::empty);
        program.launch("all");
        tokio::time::sleep(whole * moment / MOMENTS).await;
        program.kill();

        in_time += usize::from(migrate(&program) > 0);
        program.serve().await;
        program.stop().await;
        assert_eq!(migrate(&program), 0);
    }
    assert!(in_time > 0, "all were killed when it was over");
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_pictures_are_taken_in_leave_no_picture_without_its_files() {
    let (kills, mut chance) = (kills(), Chance::announced());
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let upload = |alice: Client| async move {
        alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURE, "Ein Bild").await
    };

    let mut taken = vec![upload(alice.clone()).await];
    for _ in 0..kills {
        let mut uploads = JoinSet::new();
        (0..4).for_each(|_| drop(uploads.spawn(upload(alice.clone()))));
        tokio::time::sleep(Duration::from_millis(chance.below(120))).await;
        stadtbote.program_mut().kill();
        while let Some(answer) = uploads.join_next().await {
            // One that was cut off has ended its task.
            taken.extend(answer.ok());
        }
        stadtbote.program_mut().serve().await;
    }

    let app = stadtbote.app().await;
    let later = Utc::now() + TimeDelta::days(1);
    let rows = media::list_forgotten(app.db(), later, 1_000).await.expect("the database answers");
    for row in &rows {
        for key in [&row.file, &row.preview_file] {
            let key = key.as_deref().expect("a picture has both");
            assert!(app.media.read(key).await.expect("the folder is there").is_some(), "{key} is missing");
        }
    }
    let ids: HashSet<String> = rows.iter().map(|row| row.id.to_string()).collect();
    for answer in &taken {
        let picture: Value = serde_json::from_str(&answer.text).expect("an answer is JSON");
        assert!(ids.contains(picture["id"].as_str().expect("an id")), "{picture} was told and is gone");
    }
    println!("{} of {} were told, {} are kept", taken.len(), 1 + 4 * kills, rows.len());
}
