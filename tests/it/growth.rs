//! Very much at once: what is thrown away, threads without end, followers by the thousand, somebody who goes.
//!
//! All of it is tried on the real program, small; `STADTBOTE_ROWS=200000` makes what is thrown away or taken back larger.

use crate::crashes::{assert_whole, create_of, publish, uri, with_followers};
use crate::deliveries::is_about;
use serde_json::{Value, json};
use stadtbote_core::store::{accounts, retention};
use stadtbote_tests::client::Client;
use stadtbote_tests::database::{Cluster, execute};
use stadtbote_tests::network::Mode;
use stadtbote_tests::program::HOST;
use stadtbote_tests::seed::{self, host};
use stadtbote_tests::stadtbote::{Stadtbote, eventually, eventually_within};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const PNG: &[u8] = include_bytes!("../../server/api/assets/avatar.png");
/// How long something may take that takes some seconds where nothing else runs, for each so many rows.
const LONG: Duration = Duration::from_secs(120);
/// Older than anything is kept.
const LONG_AGO: &str = "2020-01-01T00:00:00+00:00";

/// How many rows: 4,000, or what `STADTBOTE_ROWS` says.
fn rows() -> usize {
    std::env::var("STADTBOTE_ROWS").map_or(4_000, |text| text.parse().expect("STADTBOTE_ROWS is a number"))
}

fn patience() -> Duration {
    LONG * u32::try_from(1 + rows() / 20_000).expect("there are not so many")
}

/// The numbers from 1 to `count` as `n.i`, in front of a SELECT.
fn numbers(count: usize) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})")
}

/// Posts of others, as many accounts as a tenth of them; a hundred on each host.
fn posts_of_others(count: usize) -> String {
    let uri = "'https://host' || (i / 100) || '.sink.test/users/p' || i";
    let many = numbers(count / 10);
    format!(
        "INSERT INTO accounts (id, username, domain, host, uri, url, kind, inbox, created_at, fetched_at)
         {many} SELECT i, 'p' || i, 'host' || (i / 100) || '.sink.test', 'host' || (i / 100) || '.sink.test', {uri}, {uri}, 'person',
             {uri} || '/inbox', '{LONG_AGO}', '{LONG_AGO}' FROM n;
         INSERT INTO posts (id, uri, url, author_id, visibility, state, thread_id, published_at, received_at)
         {posts} SELECT i, 'https://host0.sink.test/' || i, 'https://host0.sink.test/' || i, 1 + i % {accounts}, 'public',
             'published', i, '{LONG_AGO}', '{LONG_AGO}' FROM n;
         INSERT INTO post_texts (post_id, language, is_main, html)
         {posts} SELECT i, 'de', TRUE, '<p>Guten Tag</p>' FROM n;
         UPDATE accounts SET posts_count = (SELECT COUNT(*) FROM posts p WHERE p.author_id = accounts.id) WHERE host IS NOT NULL;",
        posts = numbers(count),
        accounts = count / 10,
    )
}

/// Somebody who writes, and somebody who reads, one request after the other.
struct Traffic {
    is_over: Arc<AtomicBool>,
    at_work: [JoinHandle<Vec<Duration>>; 2],
}

impl Traffic {
    fn begin(stadtbote: &Stadtbote) -> Traffic {
        let is_over: Arc<AtomicBool> = Arc::default();
        let ask = |client: Client, is_writing: bool| {
            let is_over = Arc::clone(&is_over);
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let begin = Instant::now();
                    let answer = match is_writing {
                        true => client.post("/api/v1/statuses", json!({ "status": "Meldung" })).await,
                        false => client.get("/api/v1/timelines/public?limit=40").await,
                    };
                    assert!(answer.status.is_success(), "{}: {}", answer.status, answer.text);
                    times.push(begin.elapsed());
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                times
            })
        };
        let at_work = [ask(stadtbote.alice(), true), ask(stadtbote.alice(), false)];
        Traffic { is_over, at_work }
    }

    /// Ends it; says how long all but one in twenty took, and the longest, of writing and of reading.
    async fn end(self) -> String {
        self.is_over.store(true, Ordering::Relaxed);
        let mut said = Vec::new();
        for (name, work) in ["writing", "reading"].into_iter().zip(self.at_work) {
            let mut times = work.await.expect("every request was answered well");
            times.sort();
            let most = times.get(times.len() * 19 / 20).copied().unwrap_or_default();
            let longest = times.last().copied().unwrap_or_default();
            said.push(format!(
                "{name}: {} requests, 95 % within {most:?}, all within {longest:?}",
                times.len()
            ));
        }
        said.join("; ")
    }
}

/// The ids of what came in and the posts of a tenth as many accounts.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_time_is_thrown_away_in_slices_while_others_write_and_read() {
    let count = rows();
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.wait_for_keys("alice").await;
    stadtbote.rest().await;
    stadtbote.program_mut().stop().await;
    execute(
        stadtbote.program().database_url(),
        &format!(
            "{} INSERT INTO incoming (id, host, activity_id, actor, kind, body, state, received_at)
             {} SELECT i, 'far.example', 'https://far.example/' || i, 'https://far.example/users/rita', 'Create', '', 'done',
                 '{LONG_AGO}' FROM n;",
            posts_of_others(count),
            numbers(count),
        ),
    );
    let quiet = {
        stadtbote.program_mut().set("retention.incoming_days", "3650");
        stadtbote.program_mut().serve().await;
        let traffic = Traffic::begin(&stadtbote);
        tokio::time::sleep(Duration::from_secs(2)).await;
        traffic.end().await
    };
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set("retention.incoming_days", "30");
    // The next upkeep is due.
    stadtbote.program_mut().set_clock(Duration::from_secs(2 * 60 * 60));
    stadtbote.program_mut().serve().await;

    let traffic = Traffic::begin(&stadtbote);
    let db = stadtbote.app().await.db().clone();
    let begin = Instant::now();
    eventually_within(patience(), "all is thrown away", async || {
        let all = retention::list(&db).await.expect("the database answers");
        let gone: i64 = all.iter().filter(|row| row.class == "incoming").map(|row| row.count).sum();
        (gone == count as i64).then_some(())
    })
    .await;
    let took = begin.elapsed();
    let busy = traffic.end().await;

    let log = stadtbote.program().log();
    let slices: Vec<usize> = log
        .lines()
        .filter(|line| line.contains("Thrown away") && line.contains("class=\"incoming\""))
        .map(|line| line.rsplit_once("count=").and_then(|(_, count)| count.parse().ok()).expect("a number"))
        .collect();
    assert_eq!(slices.iter().sum::<usize>(), count);
    assert!(slices.iter().all(|slice| *slice <= 1_000), "{slices:?}");
    assert!(slices.len() >= count / 1_000, "{slices:?}");
    stadtbote.rest().await;
    assert_whole(&stadtbote).await;
    eprintln!("{count} rows thrown away in {} slices within {took:?}", slices.len());
    eprintln!("before: {quiet}\nmeanwhile: {busy}");
}

/// Posts, a picture and a profile of rita's, to which alice has reacted; her server says that she is gone.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_elsewhere_who_is_deleted_while_others_write_and_read_is_gone_everywhere() {
    // Each takes a dozen statements.
    let count = rows() / 8;
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let avatar = "https://far.example/avatar.png";
    let park = "https://far.example/park.png";
    for picture in [avatar, park] {
        stadtbote.network().show_picture(picture, PNG);
    }
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let mut actor = rita.document();
    actor["icon"] = json!({ "type": "Image", "url": avatar });
    stadtbote.network().show(&rita.uri(), actor.clone());
    let door = stadtbote.door();
    let mut update = rita.activity("Update", actor);
    update["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
    assert!(rita.send(&door, "/inbox", &update).await.is_success());
    let post = publish(&alice).await;
    let mut answer = rita.reply(uri(&post), &stadtbote.actor("alice"), "<p>Unverwechselbar</p>");
    answer["attachment"] =
        json!([{ "type": "Image", "mediaType": "image/png", "url": park, "name": "Ein Park" }]);
    assert!(rita.send(&door, "/inbox", &rita.create(&answer)).await.is_success());
    let id = post["id"].as_str().expect("an id").to_owned();
    let context = format!("/api/v1/statuses/{id}/context");
    let kept: Value = eventually("it is stored", async || {
        let context = alice.get(&context).await.good();
        context["descendants"]
            .get(0)
            .filter(|one| one["account"]["avatar"].to_string().contains(HOST))
            .cloned()
    })
    .await;
    let path =
        |address: &Value| address.as_str().expect("an address").replace(&format!("https://{HOST}"), "");
    let pictures = [path(&kept["account"]["avatar"]), path(&kept["media_attachments"][0]["preview_url"])];
    for picture in &pictures {
        assert_eq!(stadtbote.stranger().get(picture).await.status.as_u16(), 200, "{picture}");
    }
    let page = format!("/@alice/{id}");
    assert!(stadtbote.stranger().get(&page).await.text.contains("Unverwechselbar"));
    let db = stadtbote.app().await.db().clone();
    let row =
        accounts::find_by_uri(&db, &rita.uri()).await.expect("the database answers").expect("she is known");
    execute(
        stadtbote.program().database_url(),
        &format!(
            "INSERT INTO posts (id, uri, url, author_id, visibility, state, thread_id, published_at, received_at)
             {many} SELECT i, 'https://far.example/' || i, 'https://far.example/' || i, {author}, 'public', 'published', i,
                 '{LONG_AGO}', '{LONG_AGO}' FROM n;
             INSERT INTO post_texts (post_id, language, is_main, html)
             {many} SELECT i, 'de', TRUE, '<p>Unverwechselbar</p>' FROM n;
             UPDATE accounts SET posts_count = posts_count + {count} WHERE id = {author};",
            many = numbers(count),
            author = row.id,
        ),
    );

    let traffic = Traffic::begin(&stadtbote);
    let begin = Instant::now();
    stadtbote.network().answers_looks("far.example", Mode::Status(410));
    let delete = rita.activity("Delete", json!(rita.uri()));
    assert!(rita.send(&door, "/inbox", &delete).await.is_success());
    eventually_within(patience(), "she is gone", async || {
        let row = accounts::find(&db, row.id).await.expect("the database answers")?;
        row.deleted_at.map(|_| ())
    })
    .await;
    let took = begin.elapsed();
    let busy = traffic.end().await;
    stadtbote.rest().await;

    for picture in &pictures {
        assert_eq!(stadtbote.stranger().get(picture).await.status.as_u16(), 404, "{picture}");
    }
    assert_eq!(alice.get(&context).await.good()["descendants"], json!([]));
    for path in [page.as_str(), "/@alice", "/@alice.rss", "/api/v1/timelines/public?limit=40"] {
        let shown = stadtbote.stranger().get(path).await;
        assert!(shown.status.is_success() && !shown.text.contains("Unverwechselbar"), "{path}");
    }
    for (asked, of) in
        [("rita", "accounts"), ("Unverwechselbar", "statuses"), ("https://far.example/1", "statuses")]
    {
        let found = alice.get(&format!("/api/v2/search?q={asked}")).await.good();
        assert_eq!(found[of], json!([]), "{asked}");
    }
    assert_eq!(alice.get("/api/v1/notifications").await.good(), json!([]));
    let own = alice.get("/api/v1/accounts/verify_credentials").await.good();
    assert_eq!(own["followers_count"], 0);
    assert_whole(&stadtbote).await;
    eprintln!("an account with {count} posts was gone after {took:?}; meanwhile {busy}");
}

/// Half of those who got the posts follow no longer when these are deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_reaches_every_inbox_that_ever_had_the_post_while_others_write_and_read() {
    const HOSTS: usize = 60;
    const POSTS: usize = 5;
    let (stadtbote, inboxes) = with_followers(HOSTS, 1).await;
    let alice = stadtbote.alice();
    let mut posts = Vec::new();
    for _ in 0..POSTS {
        posts.push(publish(&alice).await);
    }
    for post in &posts {
        stadtbote.network().wait_for(HOSTS + 1, |one| one.id() == create_of(post)).await;
    }
    stadtbote.rest().await;
    let hosts: Vec<String> = (0..HOSTS / 2).map(|number| format!("'{}'", host(number))).collect();
    let left = format!("SELECT id FROM accounts WHERE host IN ({})", hosts.join(", "));
    execute(
        stadtbote.program().database_url(),
        &format!(
            "DELETE FROM follows WHERE follower_id IN ({left});
             UPDATE accounts SET following_count = 0 WHERE id IN ({left});
             UPDATE accounts SET followers_count = followers_count - {} WHERE host IS NULL AND username = 'alice';",
            HOSTS / 2
        ),
    );

    let traffic = Traffic::begin(&stadtbote);
    for post in &posts {
        let path = format!("/api/v1/statuses/{}", post["id"].as_str().expect("an id"));
        alice.delete(&path).await.good();
    }
    for post in &posts {
        let delete = format!("{}#delete", uri(post));
        eventually_within(LONG, "every inbox has the deletion", async || {
            let tallies = stadtbote.network().tallies(&delete);
            inboxes.iter().all(|inbox| tallies.get(inbox).is_some_and(|tally| tally.taken == 1)).then_some(())
        })
        .await;
    }
    let busy = traffic.end().await;
    eventually_within(LONG, "nothing waits", async || stadtbote.waiting().await.is_empty().then_some(()))
        .await;

    for post in &posts {
        let id = post["id"].as_str().expect("an id");
        let api = stadtbote.stranger().get(&format!("/api/v1/statuses/{id}")).await;
        let page = stadtbote.stranger().get(&format!("/@alice/{id}")).await;
        assert!([404, 410].contains(&api.status.as_u16()), "{}", api.status);
        assert!([404, 410].contains(&page.status.as_u16()), "{}", page.status);
        assert!(!stadtbote.stranger().get("/@alice.rss").await.text.contains(id));
    }
    assert_whole(&stadtbote).await;
    eprintln!("{POSTS} deletions reached {} inboxes; meanwhile {busy}", inboxes.len());
}

/// 10,000 answers on 1,000 pages, all of which can be had.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_thread_of_ten_thousand_answers_few_are_fetched_while_others_write_and_read() {
    const PAGES: usize = 1_000;
    const ON_EACH: usize = 10;
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.wait_for_keys("alice").await;
    let rita = stadtbote.network().person("rita@thread.example");
    let mut note = rita.note("<p>Ein Faden</p>");
    let root = note["id"].as_str().expect("an id").to_owned();
    note["replies"] = json!({ "id": format!("{root}/replies"), "type": "Collection",
        "first": format!("{root}/replies/0") });
    stadtbote.network().show(&root, note.clone());
    for page in 0..PAGES {
        let mut items = Vec::new();
        for _ in 0..ON_EACH {
            let mut answer = rita.note("<p>Eine Antwort</p>");
            answer["inReplyTo"] = json!(root);
            // Whoever follows each answer to its own answers finds no end at all.
            answer["replies"] = note["replies"].clone();
            let uri = answer["id"].as_str().expect("an id").to_owned();
            stadtbote.network().show(&uri, answer);
            items.push(uri);
        }
        let mut document = json!({ "@context": "https://www.w3.org/ns/activitystreams", "type": "CollectionPage",
            "id": format!("{root}/replies/{page}"), "partOf": format!("{root}/replies"), "items": items });
        if page + 1 < PAGES {
            document["next"] = json!(format!("{root}/replies/{}", page + 1));
        }
        stadtbote.network().show(&format!("{root}/replies/{page}"), document);
    }
    stadtbote.rest().await;

    let traffic = Traffic::begin(&stadtbote);
    let found = alice.get(&format!("/api/v2/search?resolve=true&q={root}")).await.good();
    let id = found["statuses"][0]["id"].as_str().expect("it is found").to_owned();
    let context = format!("/api/v1/statuses/{id}/context");
    let begin = Instant::now();
    alice.get(&context).await.good();
    eventually_within(LONG, "some answers are there", async || {
        let answers = alice.get(&context).await.good()["descendants"].as_array().map_or(0, Vec::len);
        (answers > 0 && stadtbote.waiting().await.is_empty()).then_some(())
    })
    .await;
    let took = begin.elapsed();
    let busy = traffic.end().await;
    stadtbote.rest().await;

    let answers = alice.get(&context).await.good()["descendants"].as_array().map_or(0, Vec::len);
    let looks = stadtbote.network().looks();
    let pages = looks.iter().filter(|look| look.path.contains("/replies")).count();
    let notes = looks.iter().filter(|look| look.path.contains("/statuses/")).count() - pages;
    assert!(pages <= 500, "{pages} pages");
    assert!(notes <= 1_000, "{notes} posts");
    assert!(answers <= notes);
    assert_whole(&stadtbote).await;
    eprintln!(
        "{answers} answers from {pages} pages, {notes} posts fetched, within {took:?}; meanwhile {busy}"
    );
}

/// PostgreSQL says what it was asked: 2,000 followers on 200 hosts, or ten times as many by `STADTBOTE_HOSTS=2000`.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_to_many_hosts_costs_few_statements_for_each() {
    let hosts = std::env::var("STADTBOTE_HOSTS")
        .map_or(200, |text| text.parse::<usize>().expect("STADTBOTE_HOSTS is a number"));
    let Some(cluster) = Cluster::start() else { return };
    let mut stadtbote = Stadtbote::start_with(&[("database.url", &cluster.url())]).await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    let inboxes = seed::followers_who_share(stadtbote.app().await, "alice", hosts, 10).await;
    stadtbote.program_mut().stop().await;
    execute(&cluster.url(), "ALTER DATABASE postgres SET log_statement = 'all'");
    stadtbote.program_mut().serve().await;
    stadtbote.rest().await;
    let asked = || {
        let log = cluster.log();
        log.lines().filter(|line| line.contains("LOG:  execute") || line.contains("LOG:  statement")).count()
    };

    let (before, begin) = (asked(), Instant::now());
    let post = publish(&alice).await;
    eventually_within(LONG, "every inbox has the post", async || {
        let tallies = stadtbote.network().tallies(&create_of(&post));
        inboxes.iter().all(|inbox| tallies.get(inbox).is_some_and(|tally| tally.taken == 1)).then_some(())
    })
    .await;
    stadtbote.rest().await;
    let (statements, took) = (asked() - before, begin.elapsed());

    eprintln!(
        "a post to {} followers on {hosts} hosts took {statements} statements and {took:?}",
        inboxes.len()
    );
    // 5,000 for 2,000 hosts, and what the program asks all the time.
    let always = 200 + 20 * took.as_secs() as usize;
    assert!(statements <= always + hosts * 5 / 2, "{statements} statements");
    assert!(stadtbote.network().arrivals().iter().any(|one| is_about(one, "Create", &post)));
}
