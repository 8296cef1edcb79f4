//! More than anybody needs, from one server or from a swarm below one domain: cases B07, C28 and C29 of the catalogue.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::outgoing::{self, NewOutgoing};
use stadtbote_core::actions::receive::{self, NewIncoming};
use stadtbote_core::domain::ids::{IncomingId, JobId, PostId};
use stadtbote_core::domain::job::{Class, Job};
use stadtbote_core::store::{accounts, deliveries, follows, jobs};

use super::{ANNA, MALLORY, US, activity, ours};
use crate::inbox::Request;
use crate::inflow::MOST_WAITING;
use crate::tests::world::World;

const ACTIVITIES: (&str, &str) = ("STADTBOTE__LIMITS__ACTIVITIES_PER_MINUTE", "60");
const FOLLOWS: (&str, &str) = ("STADTBOTE__LIMITS__FOLLOWS_PER_HOUR", "5");

fn like(actor: &str) -> Value {
    activity("Like", actor, json!(ours(1001)))
}

/// Sends an activity signed with its actor's key, and leaves the work on it for later.
async fn knock(world: &World, activity: &Value) -> StatusCode {
    let key = format!("{}#main-key", activity["actor"].as_str().expect("somebody does it"));
    let body = activity.to_string();
    let headers = world.signed(body.as_bytes(), &key, "/inbox");
    let request = Request { path_and_query: "/inbox", headers: &headers, body: body.as_bytes() };
    world.federation.take(request).await
}

#[tokio::test]
async fn c28_what_is_too_much_is_refused_for_now_before_anything_is_fetched_and_taken_when_it_comes_again() {
    let world = World::start_with(&[ACTIVITIES]).await;
    for known in [ANNA, MALLORY] {
        world.meet(known).await;
    }

    let mut answers = Vec::new();
    for _ in 0..70 {
        answers.push(knock(&world, &like(MALLORY)).await);
    }
    let taken = answers.iter().filter(|answer| **answer == StatusCode::ACCEPTED).count();
    // One comes back in each second that the test has taken.
    assert!((60..70).contains(&taken), "{taken}");
    let refused = like(MALLORY);
    let mut answer = StatusCode::ACCEPTED;
    for _ in 0..70 {
        answer = knock(&world, &refused).await;
        if answer == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    let stranger = "https://evil.example/u/stranger";
    world.asked();

    assert_eq!(knock(&world, &like(stranger)).await, StatusCode::TOO_MANY_REQUESTS);
    assert!(world.asked().is_empty(), "no key is fetched for it");
    assert_eq!(knock(&world, &like(ANNA)).await, StatusCode::ACCEPTED, "others are heard");
    if answer == StatusCode::TOO_MANY_REQUESTS {
        world.app.clock.advance(TimeDelta::seconds(60));
        assert_eq!(knock(&world, &refused).await, StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn c28_an_account_that_sends_too_much_is_refused_and_others_of_its_server_are_heard() {
    let of_one = ("STADTBOTE__LIMITS__ACTIVITIES_PER_MINUTE_OF_ONE", "10");
    let world = World::start_with(&[of_one]).await;
    let other = "https://evil.example/u/other";
    for known in [MALLORY, other] {
        world.meet(known).await;
    }

    let mut answers = Vec::new();
    for _ in 0..30 {
        answers.push(knock(&world, &like(MALLORY)).await);
    }
    let taken = answers.iter().filter(|answer| **answer == StatusCode::ACCEPTED).count();

    // One comes back in each six seconds that the test has taken.
    assert!((10..25).contains(&taken), "{taken}");
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(knock(&world, &like(other)).await, StatusCode::ACCEPTED);
    world.app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(knock(&world, &like(MALLORY)).await, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn c28_what_others_forge_in_a_servers_name_uses_up_nothing_of_its_allowance() {
    let world = World::start_with(&[ACTIVITIES]).await;
    world.meet(ANNA).await;
    let key = format!("{ANNA}#main-key");

    for _ in 0..100 {
        let (body, other) = (like(ANNA).to_string(), like(ANNA).to_string());
        let mut headers = world.signed(body.as_bytes(), &key, "/inbox");
        let signature = world.signed(other.as_bytes(), &key, "/inbox")["signature"].clone();
        headers.insert("signature", signature);
        let request = Request { path_and_query: "/inbox", headers: &headers, body: body.as_bytes() };
        assert_eq!(world.federation.take(request).await, StatusCode::UNAUTHORIZED);
    }

    assert_eq!(knock(&world, &like(ANNA)).await, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn c28_behind_a_long_line_of_one_server_nobody_else_waits_and_the_line_has_an_end() {
    let world = World::start_with(&[]).await;
    world.meet(MALLORY).await;
    let now = world.app.clock.now();
    let tx = world.app.begin_write().await.expect("the database can be written to");
    for number in 0..MOST_WAITING {
        let job = Job::Receive { incoming: world.app.id(IncomingId) };
        // Many actors and one that sends much: the work on what one actor did is done in its order.
        let lane = format!("actor {MALLORY}{}", number % 100);
        jobs::enqueue_in_turn(&tx, world.app.id(JobId), &job, lane, "evil.example".into(), now)
            .await
            .expect("it can be queued");
    }
    tx.commit().await.expect("nothing stands against it");

    assert_eq!(knock(&world, &like(MALLORY)).await, StatusCode::TOO_MANY_REQUESTS);
    let new = NewIncoming {
        host: "mastodon.example".into(),
        source: "mastodon.example".into(),
        is_forwarded: false,
        activity_id: format!("{ANNA}#1"),
        actor: ANNA.into(),
        kind: "Like".into(),
        body: "{}".into(),
        is_known: true,
    };
    assert!(receive::store(&world.app, new).await.expect("it is stored"));
    let tx = world.app.begin_write().await.expect("the database can be written to");
    let later = world.app.clock.now();
    let post = Job::DistributePost { post: PostId(1001) };
    jobs::enqueue(&tx, world.app.id(JobId), &post, None, later).await.expect("it can be queued");
    let claimed = jobs::claim(&tx, 7, later, 32).await.expect("the database answers");
    tx.commit().await.expect("nothing stands against it");

    let of = |source: Option<&str>| claimed.iter().filter(|job| job.source.as_deref() == source).count();
    assert_eq!(of(Some("mastodon.example")), 1, "whoever sent one does not wait for thousands");
    assert_eq!(of(None), 1, "nor does what we have to say");
    assert!((1..=16).contains(&of(Some("evil.example"))), "{}", of(Some("evil.example")));
}

#[tokio::test]
async fn c29_all_names_below_one_domain_have_one_allowance() {
    let world = World::start_with(&[ACTIVITIES]).await;

    let mut refused = 0;
    for number in 0..70 {
        let uri = format!("https://n{number}.evil.example/users/one");
        world.meet(&uri).await;
        refused += usize::from(knock(&world, &like(&uri)).await == StatusCode::TOO_MANY_REQUESTS);
    }

    assert!(refused > 0);
    world.meet(ANNA).await;
    assert_eq!(knock(&world, &like(ANNA)).await, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn b07_whoever_comes_after_very_many_of_one_domain_waits_for_a_person() {
    let world = World::start_with(&[FOLLOWS]).await;
    let follow = async |uri: &str| {
        world.meet(uri).await;
        world.send(&activity("Follow", uri, json!(US)), uri).await;
        let account = accounts::find_by_uri(world.app.db(), uri).await.expect("the database answers");
        let id = account.expect("they were met").id;
        let found = follows::find(world.app.db(), id, world.us.id).await.expect("the database answers");
        found.expect("they asked").state
    };

    for number in 0..5 {
        let uri = format!("https://n{number}.evil.example/users/one");
        assert_eq!(follow(&uri).await, follows::ACCEPTED, "{number}");
    }
    assert_eq!(follow("https://n6.evil.example/users/one").await, follows::REQUESTED);
    assert_eq!(follow("https://evil.example/users/one").await, follows::REQUESTED);
    assert_eq!(follow("https://notevil.example/users/one").await, follows::ACCEPTED);
    assert_eq!(follow(ANNA).await, follows::ACCEPTED, "others are let in");
    let facts = world.facts().await;
    let told = facts.iter().filter(|fact| fact.starts_with("notification: follow_request")).count();
    assert_eq!(told, 2, "{facts:#?}");
    assert_eq!(facts.iter().filter(|fact| fact.starts_with("sent Accept")).count(), 7);

    world.app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(follow("https://n7.evil.example/users/one").await, follows::ACCEPTED);
    assert_eq!(follow("https://n6.evil.example/users/one").await, follows::REQUESTED, "a person decides");
}

#[tokio::test]
async fn g08_what_waits_for_a_host_that_is_shut_out_or_for_one_below_it_is_thrown_away() {
    let world = World::start().await;
    let new = |number: usize| NewOutgoing {
        activity_id: format!("https://stadt.example/{number}"),
        kind: "Create",
        account: world.us.id,
        post: None,
        subject: format!("https://stadt.example/{number}"),
        class: Class::Normal,
        body: "{}".into(),
    };
    let hosts = ["evil.example", "n1.evil.example", "a.b.evil.example", "notevil.example"];
    for number in 0..250 {
        let inboxes = hosts.iter().map(|host| format!("https://{host}/inbox")).collect();
        outgoing::queue(&world.app, new(number), inboxes).await.expect("it can be queued");
    }

    world.shut_out("evil.example").await;
    let claimed = outgoing::claim(&world.app, 1, 64, 4).await.expect("the database answers");

    assert_eq!(claimed.len(), 4);
    assert!(claimed.iter().all(|one| one.host == "notevil.example"));
    let left = async |host: &str| {
        let all = deliveries::list_all(world.app.db()).await.expect("the database answers");
        all.iter().filter(|one| one.host == host && one.state != deliveries::CANCELLED).count()
    };
    for host in &hosts[..3] {
        assert_eq!(left(host).await, 0, "{host}");
    }
    assert_eq!(left("notevil.example").await, 250);

    // What is queued later goes the same way.
    let later = vec!["https://n2.evil.example/inbox".to_owned()];
    outgoing::queue(&world.app, new(1_000), later).await.expect("it can be queued");
    assert!(outgoing::claim(&world.app, 1, 64, 4).await.expect("the database answers").is_empty());
    assert_eq!(left("n2.evil.example").await, 0);
}
