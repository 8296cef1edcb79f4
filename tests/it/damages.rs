//! Bits that flip on a disk: what is damaged is said to be so, and not shown as if it were whole.
//!
//! All of it is tried on the real program.

use crate::crashes::{assert_whole, publish};
use serde_json::{Value, json};
use stadtbote_tests::database::Cluster;
use stadtbote_tests::program::HOST;
use stadtbote_tests::stadtbote::Stadtbote;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

const PICTURE: &[u8] = include_bytes!("../fixtures/media/colour-8bit.avif");
/// What both databases write at once, at most.
const PAGE: u64 = 8192;

/// Changes bytes of a file in its place.
fn change(file: &Path, at: u64, length: usize, change: impl Fn(u8) -> u8) {
    let mut file = File::options().read(true).write(true).open(file).expect("it is there");
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(at)).expect("it is long enough");
    file.read_exact(&mut bytes).expect("it is long enough");
    bytes.iter_mut().for_each(|byte| *byte = change(*byte));
    file.seek(SeekFrom::Start(at)).expect("it is long enough");
    file.write_all(&bytes).expect("there is room");
}

/// Whether the doctor is content, and what it says is a problem.
fn problems(stadtbote: &Stadtbote, arguments: &[&str]) -> (bool, Vec<String>) {
    let output = stadtbote.program().run(&[&["doctor", "--json"], arguments].concat(), "");
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).expect("doctor prints a list");
    let problems = all.iter().filter(|one| one["state"] == "problem");
    (output.status.success(), problems.map(|one| one["message"].to_string()).collect())
}

#[tokio::test]
async fn a_picture_that_is_damaged_or_gone_is_named_by_the_doctor() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let mut files = Vec::new();
    for _ in 0..3 {
        let media = alice.upload("/api/v2/media", "a.avif", "image/avif", PICTURE, "Ein Haus").await.good();
        let body = json!({ "status": "Ein Haus", "media_ids": [media["id"]] });
        alice.post("/api/v1/statuses", body).await.good();
        let key = media["url"].as_str().and_then(|url| url.strip_prefix(&format!("https://{HOST}/media/")));
        files.push(key.expect("it lies here").to_owned());
    }
    assert_eq!(problems(&stadtbote, &["--media"]), (true, vec![]));
    let media = stadtbote.program().path("media");
    let (damaged, missing) = (media.join(&files[0]), media.join(&files[1]));
    let whole = std::fs::read(&damaged).expect("it is there");

    change(&damaged, whole.len() as u64 / 2, 1, |byte| byte ^ 1);
    std::fs::rename(&missing, missing.with_extension("aside")).expect("it is there");

    let (is_content, said) = problems(&stadtbote, &["--media"]);
    assert!(!is_content);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("1 files are missing") && said[0].contains(&files[1]), "{said:?}");
    assert!(said[1].contains("1 files are damaged") && said[1].contains(&files[0]), "{said:?}");
    assert_eq!(problems(&stadtbote, &[]), (true, vec![]), "files are read only where that is asked for");
    let shown = stadtbote.stranger().get(&format!("/media/{}", files[1])).await;
    assert_eq!(shown.status.as_u16(), 404);

    // From a backup, as it says.
    std::fs::write(&damaged, whole).expect("there is room");
    std::fs::rename(missing.with_extension("aside"), &missing).expect("it is there");
    assert_eq!(problems(&stadtbote, &["--media"]), (true, vec![]));
}

/// A city with some posts, each of them of a page's length.
async fn city_with_posts(settings: &[(&str, &str)]) -> (Stadtbote, Vec<String>) {
    let stadtbote = Stadtbote::start_with(settings).await;
    let alice = stadtbote.alice();
    let mut paths = Vec::new();
    for number in 0..20 {
        let body = json!({ "status": format!("{number} {}", "Wort ".repeat(900)) });
        let post = alice.post("/api/v1/statuses", body).await.good();
        paths.push(format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id")));
    }
    stadtbote.rest().await;
    (stadtbote, paths)
}

/// Each post is shown as it was, or not at all; gives how many are.
async fn shown(stadtbote: &Stadtbote, paths: &[String], as_it_was: &[Value]) -> usize {
    let mut count = 0;
    for (path, expected) in paths.iter().zip(as_it_was) {
        let answer = stadtbote.stranger().get(path).await;
        match answer.status.as_u16() {
            200 => {
                assert_eq!(answer.json["content"], expected["content"], "{path}");
                count += 1;
            }
            status => assert!([500, 503].contains(&status), "{path}: {status}"),
        }
    }
    count
}

async fn all(stadtbote: &Stadtbote, paths: &[String]) -> Vec<Value> {
    let mut all = Vec::new();
    for path in paths {
        all.push(stadtbote.stranger().get(path).await.good());
    }
    all
}

/// The pages that hold the texts of posts are overwritten with noise.
#[tokio::test]
async fn a_damaged_page_of_a_sqlite_file_is_a_fault_and_not_a_text() {
    let (mut stadtbote, paths) = city_with_posts(&[]).await;
    if !stadtbote.program().is_on_sqlite() {
        return;
    }
    let as_it_was = all(&stadtbote, &paths).await;
    stadtbote.program_mut().stop().await;
    let file = stadtbote.program().path("stadtbote.db");
    let asked = Command::new("sqlite3")
        .arg(&file)
        .args([
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "SELECT (rootpage - 1) * (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'post_texts'",
        ])
        .output();
    let asked = String::from_utf8(asked.expect("sqlite3 is installed").stdout).expect("it prints text");
    let at: u64 = asked.lines().last().and_then(|line| line.parse().ok()).expect("a number");
    let whole = std::fs::read(&file).expect("it is there");

    change(&file, at, 100, |byte| byte ^ 0x5a);

    let (is_content, said) = problems(&stadtbote, &[]);
    assert!(!is_content && said.iter().any(|one| one.contains("damaged")), "{said:?}");
    stadtbote.program_mut().serve().await;
    let count = shown(&stadtbote, &paths, &as_it_was).await;
    assert!(count < paths.len(), "nothing was damaged");
    assert_eq!(stadtbote.stranger().get("/health").await.status.as_u16(), 200);
    assert!(stadtbote.program_mut().is_alive());
    stadtbote.program_mut().stop().await;

    for left in ["stadtbote.db-wal", "stadtbote.db-shm"] {
        let _ = std::fs::remove_file(stadtbote.program().path(left));
    }
    std::fs::write(&file, whole).expect("there is room");
    stadtbote.program_mut().serve().await;
    assert_eq!(shown(&stadtbote, &paths, &as_it_was).await, paths.len());
    publish(&stadtbote.alice()).await;
    stadtbote.rest().await;
    assert_whole(&stadtbote).await;
}

/// One bit in each page of the table that holds the texts of posts. PostgreSQL must have been made with checksums, as
/// `docs/OPERATING.md` says.
#[tokio::test]
async fn a_bit_that_flips_under_postgresql_is_a_fault_and_not_a_text() {
    let Some(cluster) = Cluster::start_with(&["--data-checksums"]) else { return };
    let (mut stadtbote, paths) = city_with_posts(&[("database.url", &cluster.url())]).await;
    let as_it_was = all(&stadtbote, &paths).await;
    let file = cluster.file_of("post_texts");
    stadtbote.program_mut().stop().await;
    cluster.stop();
    let pages = file.metadata().expect("it is there").len() / PAGE;

    for page in 0..pages {
        change(&file, page * PAGE + PAGE - 100, 1, |byte| byte ^ 1);
    }

    cluster.resume();
    stadtbote.program_mut().serve().await;
    assert_eq!(shown(&stadtbote, &paths, &as_it_was).await, 0);
    assert_eq!(stadtbote.stranger().get("/health").await.status.as_u16(), 200);
    for page in 0..pages {
        change(&file, page * PAGE + PAGE - 100, 1, |byte| byte ^ 1);
    }
    assert_eq!(shown(&stadtbote, &paths, &as_it_was).await, paths.len());
}
