//! Jobs that failed too often: the operator is told, and can have them tried again.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use stadtbote_core::App;
use stadtbote_core::app::Lease;
use stadtbote_core::config::Config;
use stadtbote_core::domain::ids::{JobId, PostId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::jobs;
use stadtbote_tests::stadtbote::Stadtbote;

#[tokio::test]
async fn a_job_that_failed_too_often_is_shown_with_its_cause_and_tried_again_on_demand() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.rest().await;
    let config = Config::load(None, stadtbote.program().settings()).expect("they are those of the program");
    let app = App::open(config, false).await.expect("the database is there");
    // As a worker leaves it behind.
    let long_ago: DateTime<Utc> = "2026-11-01T09:00:00Z".parse().expect("it is a time");
    let tx = app.begin_write().await.expect("the database is there");
    let job = Job::FetchPost { uri: "https://far.example/users/rita/statuses/1".into() };
    jobs::enqueue(&tx, JobId(7), &job, None, long_ago).await.expect("it is queued");
    let claimed = jobs::claim(&tx, 1, long_ago, 1).await.expect("it can be claimed");
    assert_eq!(claimed.len(), 1);
    let lease = Lease::new(JobId(7), 1, None);
    let parked = jobs::postpone(&tx, &lease, None, "the disk was full", long_ago).await;
    parked.expect("it is parked");
    tx.commit().await.expect("it is written");
    let order = |arguments: &[&str]| stadtbote.program().order(arguments, "");

    let listed = order(&["jobs", "list"]);
    let doctor = order(&["doctor"]);
    let retried: Value = serde_json::from_str(&order(&["jobs", "retry", "7", "--json"])).expect("it is JSON");
    stadtbote.rest().await;

    assert!(listed.starts_with("7 fetch_post since 2026-11-01 09:00:00 UTC: the disk was full"), "{listed}");
    assert!(
        doctor.contains("1 jobs failed too often") && doctor.contains("stadtbote jobs retry"),
        "{doctor}"
    );
    assert_eq!(retried["retried"], 1);
    assert_eq!(order(&["jobs", "list"]), "No job waits for a person.");
    assert!(!stadtbote.program().run(&["jobs", "retry", "7"], "").status.success());
    assert_eq!(order(&["jobs", "retry"]), "0 jobs are tried again.");
}

/// In process: only the queue, on the database of a program that was stopped.
#[tokio::test]
async fn what_is_due_later_holds_up_nothing_and_what_has_begun_is_asked_for_anew() {
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.program_mut().stop().await;
    let app = stadtbote.app().await;
    let now: DateTime<Utc> = "2026-11-01T09:00:00Z".parse().expect("it is a time");
    let later = now + TimeDelta::minutes(1);
    let (counts, delete) =
        (Job::DistributePoll { post: PostId(1) }, Job::DistributeDelete { post: PostId(1) });
    let queue = async |id: i64, job: &Job, run_at| {
        let tx = app.begin_write().await.expect("the database is there");
        jobs::enqueue_at(&tx, JobId(id), job, None, now, run_at).await.expect("it is queued");
        tx.commit().await.expect("it is written");
    };
    let claim = async |at| {
        let tx = app.begin_write().await.expect("the database is there");
        let claimed = jobs::claim(&tx, 1, at, 100).await.expect("they can be claimed");
        tx.commit().await.expect("it is written");
        claimed.iter().map(|row| row.id.0).filter(|id| *id < 10).collect::<Vec<_>>()
    };

    queue(1, &counts, later).await;
    queue(2, &delete, now).await;
    assert_eq!(claim(now).await, [2], "a vote gathered for a minute holds up no Delete");
    queue(3, &counts, later).await;
    let tx = app.begin_write().await.expect("the database is there");
    jobs::finish(&tx, &Lease::new(JobId(2), 1, None)).await.expect("it ends");
    tx.commit().await.expect("it is written");
    assert_eq!(claim(later).await, [1], "the same work waits only once");
    queue(4, &counts, later).await;
    assert_eq!(claim(later).await, Vec::<i64>::new(), "one after the other");
    let tx = app.begin_write().await.expect("the database is there");
    jobs::finish(&tx, &Lease::new(JobId(1), 1, None)).await.expect("it ends");
    tx.commit().await.expect("it is written");
    assert_eq!(claim(later).await, [4], "votes that came while the counts were told are told, too");
}
