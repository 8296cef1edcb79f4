//! Disk, memory, files, connections, names and the database itself: one of them runs short.
//!
//! All of it is tried on the real program in a process of its own. What is not done then is answered with 503 and a time
//! after which to come again, never with a fault of ours; what needs nothing of it goes on; and when there is enough again,
//! so does the rest, without a restart.

use crate::crashes::{assert_whole, create_of, publish, with_followers};
use serde_json::json;
use stadtbote_core::store::{deliveries, hosts};
use stadtbote_tests::client::{Answer, Client};
use stadtbote_tests::database::hold_table;
use stadtbote_tests::program::HOST;
use stadtbote_tests::seed::host;
use stadtbote_tests::stadtbote::{Stadtbote, eventually, eventually_within};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PICTURE: &[u8] = include_bytes!("../fixtures/media/colour-8bit.avif");

async fn try_to_post(client: &Client) -> Answer {
    client.post("/api/v1/statuses", json!({ "status": "Wichtig" })).await
}

/// What is said when something runs short: a sentence, and when to come again.
fn assert_put_off(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.text);
    assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{:?}", answer.headers);
    assert_eq!(answer.json["error"], "The server can't do this right now. Try again in a moment.");
}

async fn own_posts(client: &Client) -> usize {
    let own = client.get("/api/v1/accounts/verify_credentials").await.good();
    let path = format!("/api/v1/accounts/{}/statuses?limit=40", own["id"].as_str().expect("an id"));
    client.get(&path).await.good().as_array().expect("posts are a list").len()
}

/// On PostgreSQL the disk is that of another program, and not ours to fill.
#[tokio::test]
async fn with_a_full_disk_reading_goes_on_and_so_does_writing_once_there_is_room() {
    let stadtbote = Stadtbote::start().await;
    if !stadtbote.program().is_on_sqlite() {
        return;
    }
    let (alice, door) = (stadtbote.alice(), stadtbote.door());
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let post = publish(&alice).await;
    stadtbote.rest().await;
    let id = stadtbote.program().id();

    // No file may grow or be written beyond its first page.
    stadtbote.program().limit_now("--fsize=4096:");
    for _ in 0..3 {
        assert_put_off(&try_to_post(&alice).await);
    }
    let like = rita.like(post["uri"].as_str().expect("an address"));
    assert_eq!(rita.send(&door, "/inbox", &like).await.as_u16(), 503);
    assert_eq!(own_posts(&alice).await, 1);
    assert_eq!(stadtbote.stranger().get("/health").await.status.as_u16(), 200);
    assert_eq!(stadtbote.stranger().get("/@alice").await.status.as_u16(), 200);

    stadtbote.program().limit_now("--fsize=unlimited:");
    let next = eventually_within(Duration::from_secs(60), "it writes again", async || {
        let answer = try_to_post(&alice).await;
        answer.status.is_success().then_some(answer.json)
    })
    .await;
    assert!(rita.send(&door, "/inbox", &like).await.is_success());
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&next)).await;
    stadtbote.rest().await;

    assert_eq!(stadtbote.program().id(), id, "it was not started again");
    assert_eq!(own_posts(&alice).await, 2, "what was put off did not happen");
    assert_whole(&stadtbote).await;
}

#[tokio::test]
async fn where_no_file_can_be_kept_uploads_are_put_off_and_posts_go_out() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let upload = async || alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURE, "Ein Haus").await;
    upload().await.good();
    let folder = stadtbote.program().path("media");
    let aside = stadtbote.program().path("media-aside");

    std::fs::rename(&folder, &aside).expect("it is there");
    std::fs::write(&folder, "not a folder").expect("there is room");
    let put_off = upload().await;
    let posted = try_to_post(&alice).await;
    std::fs::remove_file(&folder).expect("it is there");
    std::fs::rename(&aside, &folder).expect("it is there");

    assert_put_off(&put_off);
    posted.good();
    upload().await.good();
    assert_whole(&stadtbote).await;
}

#[tokio::test]
async fn with_little_room_left_pictures_of_others_are_given_up_first() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let avatar = "https://far.example/avatar.png";
    stadtbote.network().show_picture(avatar, include_bytes!("../../server/api/assets/avatar.png"));
    let mut actor = rita.document();
    actor["icon"] = json!({ "type": "Image", "url": avatar });
    stadtbote.network().show(&rita.uri(), actor);
    let post = publish(&alice).await;
    let uri = post["uri"].as_str().expect("an address");
    stadtbote.rest().await;

    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set("media.reserve_megabytes", "1048576");
    stadtbote.program_mut().serve().await;
    stadtbote.program().wait_for_line("less than 1048576 MB left").await;
    let answer = rita.reply(uri, &stadtbote.actor("alice"), "<p>Danke</p>");
    assert!(rita.send(&door, "/inbox", &rita.create(&answer)).await.is_success());
    let path = format!("/api/v1/statuses/{}/context", post["id"].as_str().expect("an id"));
    let answer =
        eventually("it is stored", async || alice.get(&path).await.good()["descendants"].get(0).cloned())
            .await;
    alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURE, "Ein Haus").await.good();
    let copy =
        answer["account"]["avatar"].as_str().expect("an address").replace(&format!("https://{HOST}"), "");
    assert_eq!(stadtbote.stranger().get(&copy).await.status.as_u16(), 404, "{copy}");

    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set("media.reserve_megabytes", "0");
    stadtbote.program_mut().serve().await;
    assert_eq!(stadtbote.stranger().get(&copy).await.status.as_u16(), 200, "{copy}");
}

/// On SQLite the whole file is held against writing, on PostgreSQL the posts against everything.
#[tokio::test]
async fn while_somebody_holds_the_database_requests_are_put_off_and_nothing_is_lost() {
    let stadtbote = Stadtbote::start().await;
    let (alice, door) = (stadtbote.alice(), stadtbote.door());
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let held = Duration::from_secs(20);
    let (mut locked, mut holder) = (None, None);
    let begin = Instant::now();
    if stadtbote.program().is_on_sqlite() {
        locked = Some(stadtbote.app().await.begin_write().await.expect("nobody else writes"));
    } else {
        holder = Some(hold_table(stadtbote.program().database_url(), "posts", held));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    // Several at once: who stands in line does not wait for the line and then for the lock.
    let mut asked = JoinSet::new();
    for _ in 0..4 {
        let alice = alice.clone();
        asked.spawn(async move {
            let begin = Instant::now();
            (try_to_post(&alice).await, begin.elapsed())
        });
    }
    for (answer, took) in asked.join_all().await {
        assert_put_off(&answer);
        assert!(took < Duration::from_secs(10), "it took {took:?}");
    }
    assert_eq!(stadtbote.stranger().get("/health").await.status.as_u16(), 200);

    if let Some(locked) = locked.take() {
        drop(locked);
    }
    if let Some(mut holder) = holder.take() {
        tokio::time::sleep(held.saturating_sub(begin.elapsed())).await;
        holder.wait().expect("it is ours");
    }
    let post = eventually("it writes at once", async || {
        let answer = try_to_post(&alice).await;
        answer.status.is_success().then_some(answer.json)
    })
    .await;
    let like = rita.like(post["uri"].as_str().expect("an address"));
    assert!(rita.send(&door, "/inbox", &like).await.is_success());
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
    stadtbote.rest().await;
    assert_eq!(own_posts(&alice).await, 1);
    assert_whole(&stadtbote).await;
}

/// There are ten connections to PostgreSQL, and one writer on SQLite.
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_requests_at_once_are_answered_or_put_off_and_the_server_says_how_it_is_meanwhile() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.wait_for_keys("alice").await;

    let mut asked = JoinSet::new();
    for number in 0..500 {
        let alice = alice.clone();
        asked.spawn(async move {
            match number % 4 {
                0 => try_to_post(&alice).await,
                1 => alice.get("/api/v1/timelines/home").await,
                2 => alice.get("/api/v1/notifications").await,
                _ => alice.get("/@alice").await,
            }
        });
    }
    let mut said = Vec::new();
    while said.is_empty() || (said.len() < 10 && !asked.is_empty()) {
        said.push(stadtbote.stranger().get("/health").await.status.as_u16());
        if asked.try_join_next().is_some_and(|answer| answer.is_err()) {
            panic!("a request broke off");
        }
    }
    let answers = asked.join_all().await;

    assert!(said.iter().all(|status| [200, 503].contains(status)), "{said:?}");
    for answer in &answers {
        assert!([200, 503].contains(&answer.status.as_u16()), "{}: {}", answer.status, answer.text);
    }
    assert!(answers.iter().any(|answer| answer.status.as_u16() == 200));
    stadtbote.rest().await;
    assert_whole(&stadtbote).await;
}

#[tokio::test]
async fn with_few_files_to_open_connections_wait_and_the_server_lives() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().limit("--nofile=256");
    stadtbote.program_mut().serve().await;

    // More than half of the files; the others wait to be taken.
    let mut idle = Vec::new();
    for _ in 0..220 {
        idle.push(TcpStream::connect(stadtbote.program().address()).await.expect("the system takes it"));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(stadtbote.program_mut().is_alive());
    drop(idle);

    let post = publish(&alice).await;
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
    stadtbote.rest().await;
}

/// It runs for 40 of every 200 milliseconds.
#[tokio::test]
async fn with_a_fifth_of_a_processor_a_post_still_reaches_everybody_once() {
    let (mut stadtbote, inboxes) = with_followers(50, 4).await;
    let (alice, id) = (stadtbote.alice(), stadtbote.program().id());
    let slowly = async {
        loop {
            stadtbote.program().freeze();
            tokio::time::sleep(Duration::from_millis(160)).await;
            stadtbote.program().thaw();
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    let work = async {
        let post = publish(&alice).await;
        stadtbote.network().wait_for(inboxes.len(), |one| one.id() == create_of(&post)).await;
        post
    };

    let post = tokio::select! {
        post = work => post,
        () = slowly => unreachable!("it has no end"),
    };
    stadtbote.program().thaw();

    stadtbote.rest().await;
    let tallies = stadtbote.network().tallies(&create_of(&post));
    assert!(tallies.len() >= inboxes.len(), "{} of {}", tallies.len(), inboxes.len());
    assert!(tallies.values().all(|tally| tally.taken == 1), "{tallies:?}");
    assert!(stadtbote.program_mut().is_alive());
    assert_eq!(stadtbote.program().id(), id, "it was not started again");
    assert_whole(&stadtbote).await;
}

#[tokio::test]
async fn c28_a_thousand_activities_of_a_megabyte_at_once_take_no_gigabyte() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.follower("rita@far.example", "alice").await, stadtbote.door());
    stadtbote.rest().await;
    let head = format!(
        "POST /inbox HTTP/1.1\r\nhost: {}\r\ncontent-type: application/activity+json\r\ncontent-length: 1000000\r\n\r\n",
        door.host
    );
    let body = vec![b' '; 999_000];

    // All but their ends, so that all of them are there at once.
    let mut sending = JoinSet::new();
    for _ in 0..700 {
        let (head, body, address) = (head.clone(), body.clone(), door.address);
        sending.spawn(async move {
            let mut stream = TcpStream::connect(address).await.ok()?;
            stream.write_all(head.as_bytes()).await.ok()?;
            // Whoever is put off may be cut off as well.
            let _ = tokio::time::timeout(Duration::from_secs(8), stream.write_all(&body)).await;
            Some(stream)
        });
    }
    let open = sending.join_all().await;
    let memory = stadtbote.program().mebibytes();

    assert!(memory < 512, "{memory} MiB");
    let like = rita.activity("Like", json!("https://far.example/nothing"));
    assert!(rita.send(&door, "/inbox", &like).await.is_success(), "what is small is taken meanwhile");
    publish(&alice).await;
    drop(open);
    stadtbote.rest().await;
}

#[tokio::test]
async fn a_log_that_takes_nothing_holds_up_nothing() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().write_errors_to(Path::new("/dev/full"));
    stadtbote.program_mut().set("log.level", "debug");
    stadtbote.program_mut().serve().await;

    let post = publish(&alice).await;
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
    stadtbote.rest().await;
    let (status, _) = stadtbote.program_mut().stop().await;
    assert_eq!(status.code(), Some(0));
}

/// A pipe holds some 64 KiB, and four times as much may wait; the lines of forty posts are more, at this level.
#[tokio::test]
async fn a_log_that_nobody_reads_holds_up_nothing_and_says_what_is_missing_once_somebody_does() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    stadtbote.program_mut().stop().await;
    let pipe = stadtbote.program().path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "the pipe cannot be made");
    // Open at both ends, so that nobody who writes waits for a reader, and none is told that there is none.
    let mut reader = std::fs::File::options().read(true).write(true).open(&pipe).expect("it was just made");
    stadtbote.program_mut().write_errors_to(&pipe);
    stadtbote.program_mut().set("log.level", "trace");
    stadtbote.program_mut().serve().await;

    for _ in 0..5 {
        let mut all = JoinSet::new();
        for _ in 0..8 {
            let alice = alice.clone();
            all.spawn(async move { publish(&alice).await });
        }
        for post in all.join_all().await {
            stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
        }
    }
    assert_eq!(stadtbote.stranger().get("/@alice").await.status.as_u16(), 200);
    stadtbote.rest().await;
    let id = stadtbote.program().id();

    // Somebody reads on, and what is written now comes whole.
    let read = std::thread::spawn(move || {
        use std::io::{BufRead, BufReader};
        let mut lines = Vec::new();
        for line in BufReader::new(&mut reader).split(b'\n') {
            let line = String::from_utf8(line.expect("the pipe can be read")).expect("lines are text");
            let is_last = line.ends_with("Stopped");
            lines.push(line);
            if is_last {
                break;
            }
        }
        lines
    });
    let post = publish(&alice).await;
    stadtbote.network().wait_for(1, |one| one.id() == create_of(&post)).await;
    assert_eq!(stadtbote.program().id(), id, "it was not started again");
    let (status, took) = stadtbote.program_mut().stop().await;
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?} to stop");
    let lines = read.join().expect("it does not panic");
    assert!(lines.iter().any(|line| line.contains("lines of the log are missing")), "{} lines", lines.len());
}

/// The same without anybody who ever reads: what can't be written does not keep it from ending.
#[tokio::test]
async fn a_log_that_nobody_ever_reads_does_not_hold_up_the_end() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.program_mut().stop().await;
    let pipe = stadtbote.program().path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "the pipe cannot be made");
    let _open = std::fs::File::options().read(true).write(true).open(&pipe).expect("it was just made");
    stadtbote.program_mut().write_errors_to(&pipe);
    stadtbote.program_mut().set("log.level", "trace");
    stadtbote.program_mut().serve().await;

    publish(&alice).await;
    let (status, took) = stadtbote.program_mut().stop().await;

    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?} to stop");
}

/// Under another setting the names of the hosts lead nowhere.
#[tokio::test]
async fn where_no_name_is_found_deliveries_wait_and_no_host_is_given_up() {
    let (mut stadtbote, inboxes) = with_followers(5, 1).await;
    let alice = stadtbote.alice();
    let found = stadtbote.network().resolve_setting().to_string();
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set("federation.resolve", "{}");
    stadtbote.program_mut().serve().await;

    let post = publish(&alice).await;
    let db = stadtbote.app().await.db().clone();
    eventually("each host was tried", async || {
        let all = deliveries::list_all(&db).await.expect("the database answers");
        let tried = all.iter().filter(|one| one.state == deliveries::WAITING && one.attempts > 0).count();
        (tried >= inboxes.len()).then_some(())
    })
    .await;
    for number in 0..5 {
        let host = hosts::find(&db, &host(number)).await.expect("the database answers").expect("it is known");
        assert!(host.unavailable_at.is_none() && host.failures > 0);
    }

    stadtbote.program_mut().kill();
    stadtbote.program_mut().set("federation.resolve", &found);
    stadtbote.program_mut().set_clock(Duration::from_secs(60));
    stadtbote.program_mut().serve().await;
    eventually("every inbox has the post", async || {
        let tallies = stadtbote.network().tallies(&create_of(&post));
        inboxes.iter().all(|inbox| tallies.get(inbox).is_some_and(|tally| tally.taken == 1)).then_some(())
    })
    .await;
    stadtbote.rest().await;
}
