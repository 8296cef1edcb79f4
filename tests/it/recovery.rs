//! The database comes from a backup that was made during work.
//!
//! It is tried on the real program. `STADTBOTE_BACKUPS=50` makes so many backups before the one that is restored.

use crate::crashes::{assert_whole, create_of, publish, uri};
use chrono::TimeDelta;
use serde_json::{Value, json};
use stadtbote_core::store::deliveries::{self, DELIVERED, LEASED, WAITING};
use stadtbote_core::store::outgoing;
use stadtbote_tests::client::Client;
use stadtbote_tests::database::{self, Database};
use stadtbote_tests::network::{Mode, Signature};
use stadtbote_tests::person::{Door, Person};
use stadtbote_tests::program::{HOST, Program};
use stadtbote_tests::stadtbote::{Stadtbote, eventually};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

const PICTURE: &[u8] = include_bytes!("../fixtures/media/colour-8bit.avif");

fn backups() -> usize {
    std::env::var("STADTBOTE_BACKUPS").map_or(5, |text| text.parse().expect("STADTBOTE_BACKUPS is a number"))
}

/// What goes on while backups are made: one post after the other, and one Like after the other from somebody else each.
struct Work {
    posts: Arc<Mutex<Vec<Value>>>,
    likes: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    at_work: [JoinHandle<()>; 2],
}

impl Work {
    fn begin(alice: Client, people: Vec<Person>, door: Door, liked: String) -> Work {
        let (posts, likes, is_over) = (Arc::default(), Arc::default(), Arc::default());
        let (written, taken): (Arc<Mutex<Vec<Value>>>, Arc<AtomicUsize>) =
            (Arc::clone(&posts), Arc::clone(&likes));
        let (no_writing, no_sending): (Arc<AtomicBool>, Arc<AtomicBool>) =
            (Arc::clone(&is_over), Arc::clone(&is_over));
        let writing = tokio::spawn(async move {
            while !no_writing.load(Ordering::Relaxed) {
                let so_far = written.lock().expect("nobody panicked").len();
                let post = match so_far % 4 {
                    0 => publish_picture(&alice).await,
                    _ => publish(&alice).await,
                };
                written.lock().expect("nobody panicked").push(post);
            }
        });
        let sending = tokio::spawn(async move {
            for person in people {
                if no_sending.load(Ordering::Relaxed) {
                    return;
                }
                assert!(person.send(&door, "/inbox", &person.like(&liked)).await.is_success());
                taken.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        Work { posts, likes, is_over, at_work: [writing, sending] }
    }

    /// How many posts and Likes were acknowledged so far.
    fn so_far(&self) -> (usize, usize) {
        (self.posts.lock().expect("nobody panicked").len(), self.likes.load(Ordering::Relaxed))
    }

    async fn go_on(&self, further: usize) {
        let end = self.so_far().0 + further;
        eventually("the work goes on", async || (self.so_far().0 >= end).then_some(())).await;
    }

    /// Ends it; gives all posts, oldest first.
    async fn end(self) -> Vec<Value> {
        self.is_over.store(true, Ordering::Relaxed);
        for one in self.at_work {
            one.await.expect("it does not panic");
        }
        self.posts.lock().expect("nobody panicked").clone()
    }
}

async fn publish_picture(client: &Client) -> Value {
    let media = client.upload("/api/v2/media", "a.avif", "image/avif", PICTURE, "Ein Haus").await.good();
    let body = json!({ "status": "Ein Haus", "media_ids": [media["id"]] });
    client.post("/api/v1/statuses", body).await.good()
}

/// Where the picture of a post lies, if it has one.
fn picture(post: &Value) -> Option<String> {
    let url = post["media_attachments"][0]["url"].as_str()?;
    Some(url.replace(&format!("https://{HOST}"), ""))
}

/// The inboxes of this state, with the ids of the activities.
async fn deliveries_in(stadtbote: &Stadtbote, states: &[&str]) -> BTreeSet<(String, String)> {
    let db = stadtbote.app().await.db();
    let mut rows = deliveries::list_all(db).await.expect("the database answers");
    rows.retain(|row| states.contains(&row.state.as_str()));
    let activities = rows.iter().map(|row| row.outgoing_id).collect();
    let activities = outgoing::list_by_ids(db, activities).await.expect("the database answers");
    let id_of = |row: &deliveries::Model| {
        activities.iter().find(|one| one.id == row.outgoing_id).expect("it is kept").activity_id.clone()
    };
    rows.iter().map(|row| (id_of(row), row.host.clone())).collect()
}

fn path(post: &Value) -> String {
    format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"))
}

fn number(post: &Value) -> i64 {
    post["id"].as_str().and_then(|id| id.parse().ok()).expect("ids are numbers")
}

async fn key_of(stadtbote: &Stadtbote, name: &str) -> Value {
    let accept = [("accept", "application/activity+json")];
    let actor = stadtbote.stranger().get_with(&format!("/users/{name}"), &accept).await.good();
    assert!(actor["publicKey"]["publicKeyPem"].is_string());
    actor["publicKey"].clone()
}

fn copy_folder(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(done.is_ok_and(|status| status.success()), "{} cannot be copied", from.display());
}

/// A day passes between the backup and its restore on another machine.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_during_work_is_whole_and_nothing_is_sent_again_that_was_delivered_before() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.follower("nora@down.example", "alice").await;
    stadtbote.rest().await;
    stadtbote.network().answers_posts("down.example", Mode::Status(503));
    let first = publish(&alice).await;
    let key = key_of(&stadtbote, "alice").await;
    let people = (0..80).map(|number| stadtbote.network().person(&format!("p{number}@near.example")));
    let work = Work::begin(alice.clone(), people.collect(), stadtbote.door(), uri(&first).to_owned());

    // Each into a new place; the last one counts.
    let (mut before, mut after) = ((0, 0), (0, 0));
    let url = stadtbote.program().database_url().to_owned();
    let kept = |number: usize| stadtbote.program().path(&format!("backup-{number}"));
    let kept_media = |number: usize| stadtbote.program().path(&format!("backup-{number}-media"));
    for number in 0..backups() {
        work.go_on(4).await;
        before = work.so_far();
        let (url, to) = (url.clone(), kept(number));
        let (media, media_to) = (stadtbote.program().path("media"), kept_media(number));
        let in_order = move || {
            database::back_up(&url, &to);
            copy_folder(&media, &media_to);
        };
        tokio::task::spawn_blocking(in_order).await.expect("it does not panic");
        after = work.so_far();
    }
    let (backup, media) = (kept(backups() - 1), kept_media(backups() - 1));
    work.go_on(4).await;
    // Who follows now is not in the backup.
    stadtbote.follower("late@late.example", "alice").await;
    let posts = work.end().await;
    stadtbote
        .network()
        .wait_for(posts.len(), |one| one.host == "far.example" && one.kind() == "Create")
        .await;
    stadtbote.program_mut().kill();

    let mut program = Program::of(HOST, Database::empty);
    database::restore(&backup, program.database_url());
    copy_folder(&media, &program.path("media"));
    let day = TimeDelta::days(1);
    program.set_clock(day.to_std().expect("time goes forward"));
    let _former = stadtbote.move_into(program);
    let alice = stadtbote.alice();
    let delivered = deliveries_in(&stadtbote, &[DELIVERED]).await;
    let open = deliveries_in(&stadtbote, &[WAITING, LEASED]).await;
    stadtbote.network().answers_posts("down.example", Mode::Ok);
    let arrived = stadtbote.network().count();
    stadtbote.program_mut().serve().await;

    // The posts are those of one moment: the first so many, among them all that were acknowledged before.
    let mut held = Vec::new();
    for post in &posts {
        held.push(alice.get(&path(post)).await.status.is_success());
    }
    let count = held.iter().filter(|held| **held).count();
    assert!(held[..count].iter().all(|held| *held), "a gap: {held:?}");
    // One more may be saved and not answered yet.
    assert!((before.0..=after.0 + 1).contains(&count), "{count} posts, not {} to {}", before.0, after.0);
    // None misses its picture.
    let pictures: Vec<String> = posts[..count].iter().filter_map(picture).collect();
    assert!(!pictures.is_empty());
    for path in &pictures {
        let shown = stadtbote.stranger().get(path).await;
        assert_eq!(shown.status.as_u16(), 200, "{path}");
        assert!(shown.header("content-type").starts_with("image/"), "{path}");
    }
    let doctor = stadtbote.program().run(&["doctor", "--media"], "");
    let said = String::from_utf8_lossy(&doctor.stdout);
    assert!(said.contains("files of posts and profiles are whole"), "{said}");
    // So it is with the Likes, those included whose work was not done yet.
    eventually("nothing waits", async || stadtbote.waiting().await.is_empty().then_some(())).await;
    let likes =
        alice.get(&path(&first)).await.good()["favourites_count"].as_u64().expect("a number") as usize;
    assert!((before.1..=after.1 + 1).contains(&likes), "{likes} Likes, not {} to {}", before.1, after.1);
    assert_eq!(key_of(&stadtbote, "alice").await, key);

    // Other servers judge signatures by the time of this machine.
    stadtbote.rest().await;
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set_clock(Duration::ZERO);
    stadtbote.program_mut().serve().await;
    let next = publish(&alice).await;
    stadtbote.rest().await;

    // Of what is old only that comes which was not marked as delivered.
    let known: HashSet<String> = posts[..count].iter().chain([&first]).map(create_of).collect();
    let came: Vec<_> = stadtbote.network().arrivals().split_off(arrived);
    let old: Vec<_> = came.iter().filter(|one| known.contains(&one.id())).collect();
    for one in &old {
        assert!(!delivered.contains(&(one.id(), one.host.clone())), "{} again to {}", one.id(), one.host);
    }
    for (id, host) in open.iter().filter(|(id, _)| known.contains(id)) {
        let times = old.iter().filter(|one| one.id() == *id && one.host == *host).count();
        assert_eq!(times, 1, "{id} to {host}");
    }
    assert!(!delivered.is_empty() && old.iter().any(|one| one.host == "down.example"));

    // A new post has an id that was never there, and its signature is good, for all who followed at the backup.
    assert!(posts.iter().all(|post| number(post) < number(&next)));
    let mut readers: Vec<_> = came.iter().filter(|one| one.id() == create_of(&next)).collect();
    readers.sort_by(|one, other| one.host.cmp(&other.host));
    assert_eq!(
        readers.iter().map(|one| one.host.as_str()).collect::<Vec<_>>(),
        ["down.example", "far.example"]
    );
    assert!(readers.iter().all(|one| matches!(one.signature, Signature::Good(_))));
    assert_whole(&stadtbote).await;
    eprintln!(
        "{} backups during work; the last one holds {count} of {} posts, {} pictures, {likes} Likes, {} deliveries done and {} open",
        backups(),
        posts.len(),
        pictures.len(),
        delivered.len(),
        open.len()
    );
}
