//! Other servers that are down, busy, slow or confused, for minutes or for days.
//!
//! All of it is tried on the real program. Where days pass, the program is killed and started again with its clock set
//! forward, each time to the moment that it has planned its next attempt for: nothing is missed that would happen if it
//! ran all the time, and what it plans is proven to survive a kill.

use crate::deliveries::is_about;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use stadtbote_core::domain::job::Job;
use stadtbote_core::store::{deliveries, hosts, jobs};
use stadtbote_tests::authority::Fault;
use stadtbote_tests::client::Client;
use stadtbote_tests::keys::ActorKey;
use stadtbote_tests::network::{Arrival, Mode, Signature};
use stadtbote_tests::person::Person;
use stadtbote_tests::program::free_address;
use stadtbote_tests::seed;
use stadtbote_tests::stadtbote::{Stadtbote, eventually};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// More attempts in one stretch of time than any schedule plans.
const FAR_TOO_OFTEN: usize = 60;

/// Sends one delivery at a time to each host. With more, posts that go out together may overtake each other on the way,
/// though never a change its post.
const ONE_AT_ONCE: (&str, &str) = ("federation.deliveries_at_once_per_host", "1");

/// A city and its time.
pub(crate) struct Calendar {
    pub(crate) stadtbote: Stadtbote,
    /// By how much the program's clock is ahead of the machine's.
    ahead: TimeDelta,
    /// When the program was started again, and what had arrived until then: for the message of a failing test.
    diary: Vec<String>,
}

impl Calendar {
    pub(crate) async fn start() -> Calendar {
        Calendar::start_with(&[]).await
    }

    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Calendar {
        let stadtbote = Stadtbote::start_with(settings).await;
        Calendar { stadtbote, ahead: TimeDelta::zero(), diary: Vec::new() }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.ahead
    }

    /// When the program means to send next, if anything waits.
    async fn next_attempt(&self) -> Option<DateTime<Utc>> {
        hosts::next_due(self.stadtbote.app().await.db()).await.expect("the hosts can be read")
    }

    /// The time at which a host is tried next.
    async fn due(&self, host: &str) -> DateTime<Utc> {
        let found = hosts::find(self.stadtbote.app().await.db(), host).await.expect("the hosts can be read");
        found.and_then(|host| host.due_at).expect("something waits for the host")
    }

    /// Waits until all that is due now is done.
    pub(crate) async fn quiet(&self) {
        let db = self.stadtbote.app().await.db();
        eventually("nothing is due", async || {
            let now = self.now();
            let all = jobs::list_all(db).await.expect("the jobs can be read");
            let is_at_work = all.iter().any(|job| job.lease_token.is_some() || job.run_at <= now);
            // A clean-up goes on for a while after its job has ended; then the next one is planned.
            let is_kept = all.iter().any(|job| job.kind == Job::CleanUp.kind());
            // What waits for a host is either in hand or due, unless the host is left alone.
            let all = deliveries::list_all(db).await.expect("the deliveries can be read");
            let is_sending = all.iter().any(|one| one.state == deliveries::LEASED);
            let due = all.iter().filter(|one| one.state == deliveries::WAITING && one.run_at <= now);
            let names = due.map(|one| one.host.clone()).collect();
            let hosts = hosts::list_by_names(db, names).await.expect("the hosts can be read");
            let is_due = hosts.iter().any(|host| host.closed_until.is_none_or(|until| until <= now));
            (!is_at_work && is_kept && !is_sending && !is_due).then_some(())
        })
        .await;
    }

    /// Kills the program when it has nothing in hand, and starts it at a later time.
    pub(crate) async fn go_to(&mut self, at: DateTime<Utc>) {
        self.quiet().await;
        let ahead = TimeDelta::seconds((at - Utc::now()).num_seconds() + 1).max(self.ahead);
        self.ahead = ahead;
        let arrivals = self.stadtbote.network().arrivals().len();
        self.diary.push(format!("{arrivals} arrivals until {}", self.now()));
        let program = self.stadtbote.program_mut();
        program.kill();
        program.set_clock(ahead.to_std().expect("time goes forward"));
        program.serve().await;
    }

    /// Lives on until `end`, through every attempt that is planned until then.
    async fn live_until(&mut self, end: DateTime<Utc>) {
        for _ in 0..FAR_TOO_OFTEN {
            self.quiet().await;
            match self.next_attempt().await.filter(|due| *due < end) {
                Some(due) => self.go_to(due).await,
                None => return self.go_to(end).await,
            }
        }
        panic!("more than {FAR_TOO_OFTEN} attempts: {:#?}", self.diary);
    }

    /// Somebody elsewhere sends something harmless that is signed at the program's time.
    async fn hear_from(&self, person: &Person) {
        let (door, body) = (self.stadtbote.door(), person.follow(&self.stadtbote.actor("alice")).to_string());
        let key = person.key_id();
        let signed = |body: &[u8]| {
            ActorKey::shared().sign_at(self.now(), &key, "POST", &door.host, "/inbox", Some(body))
        };
        let status = person.post(&door, "/inbox", signed(body.as_bytes()), body.clone().into()).await;
        assert!(status.is_success(), "{status}");
    }

    /// What `doctor` says of other servers.
    fn diagnosis(&self) -> Value {
        let output = self.stadtbote.program().run(&["doctor", "--json"], "");
        let all: Vec<Value> = serde_json::from_slice(&output.stdout).expect("doctor prints a list");
        all.into_iter().find(|one| one["check"] == "hosts").expect("doctor looks at the hosts")
    }
}

async fn post(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

fn path(post: &Value) -> String {
    format!("/api/v1/statuses/{}", post["id"].as_str().expect("a post has an id"))
}

fn uri(post: &Value) -> String {
    post["uri"].as_str().expect("a post has an address").to_owned()
}

/// What a host took, by kind and subject, in the order in which it came.
fn taken(stadtbote: &Stadtbote, host: &str) -> Vec<(String, String)> {
    let about = |one: &Arrival| {
        let object = one.activity()["object"].clone();
        object["id"].as_str().or(object.as_str()).unwrap_or_default().to_owned()
    };
    let all = stadtbote.network().arrivals_at(host);
    all.iter().filter(|one| one.is_taken()).map(|one| (one.kind(), about(one))).collect()
}

fn creates(taken: Vec<(String, String)>) -> Vec<String> {
    taken.into_iter().filter(|(kind, _)| kind == "Create").map(|(_, about)| about).collect()
}

#[tokio::test]
async fn a_host_that_is_back_within_a_week_gets_everything_once_and_in_order() {
    let mut calendar = Calendar::start_with(&[ONE_AT_ONCE]).await;
    let alice = calendar.stadtbote.alice();
    let rita = calendar.stadtbote.follower("rita@far.example", "alice").await;
    calendar.quiet().await;
    let begin = calendar.now();
    let before = calendar.stadtbote.network().arrivals_at("far.example").len();
    calendar.stadtbote.network().answers_posts("far.example", Mode::Down);

    let mut posts = vec![post(&alice, "Geändert").await, post(&alice, "Gelöscht").await];
    for day in 1..=7 {
        while posts.len() < day * 50 / 7 {
            posts.push(post(&alice, &format!("Meldung {}", posts.len())).await);
        }
        if day == 3 {
            alice.put(&path(&posts[0]), json!({ "status": "Zum ersten Mal geändert" })).await.good();
            alice.put(&path(&posts[0]), json!({ "status": "Zum zweiten Mal geändert" })).await.good();
            alice.delete(&path(&posts[1])).await.good();
        }
        let end = if day == 7 { TimeDelta::hours(166) } else { TimeDelta::days(day as i64) };
        calendar.live_until(begin + end).await;
    }
    let attempts = calendar.stadtbote.network().arrivals_at("far.example").len() - before;
    assert!((10..=25).contains(&attempts), "{attempts} attempts: {:#?}", calendar.diary);

    let is_back = calendar.now();
    calendar.stadtbote.network().answers_posts("far.example", Mode::Ok);
    calendar.hear_from(&rita).await;
    calendar.quiet().await;

    let taken = taken(&calendar.stadtbote, "far.example");
    let (changed, deleted) = (uri(&posts[0]), uri(&posts[1]));
    let of = |uri: &str| -> Vec<&str> {
        taken.iter().filter(|(_, about)| about == uri).map(|(kind, _)| kind.as_str()).collect()
    };
    assert_eq!(of(&changed), ["Create", "Update"], "two changes are sent as one");
    assert_eq!(of(&deleted), ["Delete"], "what is gone is not sent first");
    let expected: Vec<String> = posts.iter().map(uri).filter(|uri| *uri != deleted).collect();
    assert_eq!(expected.len(), 49);
    // Seven a day, and the last of all on the last day.
    let day =
        |uri: &String| posts.iter().position(|post| self::uri(post) == *uri).map(|place| (place / 7).min(6));
    let creates = creates(taken);
    assert_eq!(creates.iter().collect::<HashSet<_>>(), expected.iter().collect(), "each");
    assert_eq!(creates.len(), expected.len(), "once");
    // Posts of one moment are made ready side by side, so their order is by chance; that of the days is not.
    let days: Vec<_> = creates.iter().map(day).collect();
    assert!(days.is_sorted(), "in order: {days:?}");
    let arrivals = calendar.stadtbote.network().arrivals_at("far.example");
    let update = arrivals.iter().find(|one| one.kind() == "Update").expect("it was taken");
    assert_eq!(update.activity()["object"]["content"], "<p>Zum zweiten Mal geändert</p>");
    // Servers refuse signatures that are older than some minutes: they must be of now, not of the day of the post.
    let date = update.headers["date"].to_str().expect("it is text");
    let date = DateTime::parse_from_rfc2822(date).expect("it is a date").to_utc();
    assert!((date - is_back).num_minutes().abs() < 5, "signed at {date}, sent at {is_back}");
}

#[tokio::test]
async fn a_host_that_is_down_longer_is_shown_to_the_operator_and_asked_once_a_day_until_it_speaks() {
    let metrics = free_address("127.0.0.1").to_string();
    let mut calendar = Calendar::start_with(&[("server.metrics_listen", &metrics), ONE_AT_ONCE]).await;
    let alice = calendar.stadtbote.alice();
    let rita = calendar.stadtbote.follower("rita@far.example", "alice").await;
    calendar.stadtbote.follower("uma@near.example", "alice").await;
    calendar.quiet().await;
    let begin = calendar.now();
    let attempts = |calendar: &Calendar| calendar.stadtbote.network().arrivals_at("far.example").len();
    // The numbers are taken every few seconds.
    let unavailable = async |count: u32| {
        eventually("the operator can count the servers that are away", async || {
            let page = reqwest::get(format!("http://{metrics}/metrics")).await.ok()?.text().await.ok()?;
            let line = page.lines().find(|line| line.starts_with("stadtbote_hosts_unavailable "))?;
            (line.rsplit_once(' ')?.1.parse() == Ok(count)).then_some(())
        })
        .await
    };
    unavailable(0).await;
    assert_eq!(calendar.diagnosis()["state"], "ok");
    calendar.stadtbote.network().answers_posts("far.example", Mode::Down);

    let old = post(&alice, "Am ersten Tag").await;
    calendar.live_until(begin + TimeDelta::days(8)).await;

    unavailable(1).await;
    let diagnosis = calendar.diagnosis();
    assert_eq!(diagnosis["state"], "warning");
    let message = diagnosis["message"].as_str().expect("it says something");
    assert!(message.contains("far.example") && !message.contains("near.example"), "{message}");
    let all = deliveries::list_all(calendar.stadtbote.app().await.db()).await.expect("they can be read");
    let given_up: Vec<_> = all.iter().filter(|one| one.state == deliveries::EXPIRED).collect();
    assert_eq!(given_up.len(), 1, "the post of the first day is given up, and that is kept");
    assert_eq!(given_up[0].host, "far.example");

    let before = attempts(&calendar);
    let mut later = Vec::new();
    for day in 8..=10 {
        later.push(post(&alice, &format!("Am Tag {day}")).await);
        calendar.live_until(begin + TimeDelta::days(day) + TimeDelta::hours(23)).await;
    }
    let probes = attempts(&calendar) - before;
    assert!((2..=3).contains(&probes), "{probes} attempts in three days: {:#?}", calendar.diary);

    calendar.stadtbote.network().answers_posts("far.example", Mode::Ok);
    calendar.hear_from(&rita).await;
    calendar.quiet().await;

    let at_far = taken(&calendar.stadtbote, "far.example");
    assert!(!creates(at_far.clone()).contains(&uri(&old)), "what was given up is not sent any more");
    assert_eq!(creates(at_far.clone()), later.iter().map(uri).collect::<Vec<_>>());
    let profile = ("Update".to_owned(), calendar.stadtbote.actor("alice"));
    assert_eq!(at_far.iter().filter(|one| **one == profile).count(), 1, "it missed how alice looks now");
    let expected: Vec<String> = std::iter::once(&old).chain(&later).map(uri).collect();
    assert_eq!(creates(taken(&calendar.stadtbote, "near.example")), expected, "others never waited");
    assert_eq!(calendar.diagnosis()["state"], "ok");
    let now = calendar.now();
    calendar.go_to(now).await;
    unavailable(0).await;
}

#[tokio::test]
async fn a_busy_host_is_left_alone_as_long_as_it_asks_but_no_longer_than_a_day() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    let hosts = ["seconds.example", "date.example", "garbage.example", "decade.example"];
    for host in hosts {
        calendar.stadtbote.follower(&format!("rita@{host}"), "alice").await;
    }
    calendar.quiet().await;
    let begin = calendar.now();
    let date = begin + TimeDelta::minutes(10);
    let asked = ["120", &date.format("%a, %d %b %Y %H:%M:%S GMT").to_string(), "soon", "315360000"];
    for (host, asked) in hosts.iter().zip(asked) {
        calendar.stadtbote.network().answers_posts(host, Mode::Busy(asked.to_owned()));
    }

    let post = post(&alice, "Hallo").await;
    let is_ours = |one: &Arrival| is_about(one, "Create", &post);
    calendar.stadtbote.network().wait_for(4, is_ours).await;
    calendar.quiet().await;
    let end = calendar.now();

    let second = TimeDelta::seconds(1);
    let is_between = |at: DateTime<Utc>, earliest: DateTime<Utc>, latest: DateTime<Utc>| {
        assert!((earliest..=latest).contains(&at), "{at} is not between {earliest} and {latest}");
    };
    is_between(calendar.due("seconds.example").await, begin + second * 120, end + second * 150);
    is_between(calendar.due("date.example").await, date - second, end + second * 750);
    is_between(calendar.due("garbage.example").await, begin + second * 24, end + second * 36);
    is_between(
        calendar.due("decade.example").await,
        begin + TimeDelta::hours(24),
        end + TimeDelta::hours(29),
    );

    // What is planned is kept: after a minute only the one is asked whose wish nobody can read.
    let count = |calendar: &Calendar, host: &str| {
        calendar.stadtbote.network().arrivals_at(host).iter().filter(|one| is_ours(one)).count()
    };
    calendar.go_to(begin + second * 60).await;
    calendar.quiet().await;
    assert_eq!(hosts.map(|host| count(&calendar, host)), [1, 1, 2, 1]);

    for host in hosts {
        calendar.stadtbote.network().answers_posts(host, Mode::Ok);
    }
    calendar.live_until(end + TimeDelta::hours(30)).await;
    assert_eq!(hosts.map(|host| count(&calendar, host)), [2, 2, 3, 2]);
    let create = format!("{}/activity", uri(&post));
    assert_eq!(calendar.stadtbote.network().taken(&create).len(), 4);
}

#[tokio::test]
async fn a_host_that_finds_us_too_fast_is_given_time_and_gets_everything_and_others_do_not_wait() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    calendar.stadtbote.follower("rita@strict.example", "alice").await;
    calendar.stadtbote.follower("uma@near.example", "alice").await;
    calendar.quiet().await;
    let strict = Mode::Sometimes { status: 429, of_ten: 3 };
    calendar.stadtbote.network().answers_posts("strict.example", strict);
    let begin = calendar.now();

    let mut expected = HashSet::new();
    for number in 0..20 {
        expected.insert(uri(&post(&alice, &format!("Meldung {number}")).await));
    }
    calendar.quiet().await;

    let at = |calendar: &Calendar, host: &str| -> Vec<Arrival> {
        calendar
            .stadtbote
            .network()
            .arrivals_at(host)
            .into_iter()
            .filter(|one| one.kind() == "Create")
            .collect()
    };
    assert_eq!(creates(taken(&calendar.stadtbote, "near.example")).len(), 20, "nobody else waits");

    // Whenever it says that we are too fast, nothing more comes but what is under way, until the pause is over.
    let mut seen = 0;
    let mut pauses = 0;
    while creates(taken(&calendar.stadtbote, "strict.example")).len() < 20 {
        calendar.quiet().await;
        let came = at(&calendar, "strict.example").split_off(seen);
        seen += came.len();
        let first = came.iter().position(|one| one.answer == Some(429));
        let after = first.map_or(0, |first| came.len() - first - 1);
        assert!(after < 4, "{after} requests came after a 429 and before any pause");
        pauses += usize::from(first.is_some());
        assert!(pauses < FAR_TOO_OFTEN, "{:#?}", calendar.stadtbote.network().summary());
        if let Some(due) = calendar.next_attempt().await {
            calendar.go_to(due).await;
        }
        calendar.quiet().await;
    }

    assert!(pauses > 2, "it was asked {pauses} times to go slower");
    let all: Vec<String> = creates(taken(&calendar.stadtbote, "strict.example"));
    assert_eq!(all.len(), 20, "none came twice");
    assert_eq!(all.into_iter().collect::<HashSet<_>>(), expected);
    assert!(calendar.now() - begin < TimeDelta::hours(12), "it took until {}", calendar.now());
}

#[tokio::test]
async fn c12_a_tenth_of_all_hosts_that_answer_a_byte_in_ten_seconds_holds_up_nobody() {
    const ALL: usize = 200;
    const TARPITS: usize = 20;
    // Fewer places than tarpits: if each of these kept its place until it is given up, the others would wait a minute.
    let settings = [("federation.deliveries_at_once", "5")];
    let stadtbote = Stadtbote::start_with(&settings).await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    seed::followers(stadtbote.app().await, "alice", ALL, 1).await;
    let tarpits: HashSet<String> = (0..ALL).step_by(ALL / TARPITS).map(seed::host).collect();
    for host in &tarpits {
        stadtbote.network().answers_posts(host, Mode::Tarpit);
    }

    let post = post(&alice, "An alle").await;
    // The one who followed first, and a follower on each host that is no tarpit.
    let healthy = 1 + ALL - TARPITS;
    let arrivals = stadtbote.network().wait_for(healthy, |one| is_about(one, "Create", &post)).await;

    let hosts: HashSet<&str> = arrivals.iter().map(|one| one.host.as_str()).collect();
    assert_eq!((arrivals.len(), hosts.len()), (healthy, healthy), "each once");
    let held = stadtbote.network().arrivals().into_iter().filter(|one| tarpits.contains(&one.host)).count();
    assert!(held >= 5, "only {held} places were held meanwhile");
    eventually("all but the tarpits are done, and none of these is given up for ever", async || {
        let open = stadtbote.waiting().await.into_iter().filter(|one| one.starts_with("delivery"));
        (open.count() == TARPITS).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_slow_host_has_four_requests_under_way_at_most() {
    const TIME: Duration = Duration::from_millis(300);
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.rest().await;
    stadtbote.network().answers_posts("far.example", Mode::Slow(TIME));

    // One after the other: each wakes the host again while it is full.
    for number in 0..12 {
        post(&alice, &format!("Meldung {number}")).await;
    }
    let arrivals = stadtbote.network().wait_for(12, |one| one.kind() == "Create").await;

    let mut times: Vec<Instant> = arrivals.iter().map(|one| one.at).collect();
    times.sort();
    for five in times.windows(5) {
        let between = five[4] - five[0];
        assert!(between >= TIME, "the fifth came {between:?} after the first, which was not answered yet");
    }
}

#[tokio::test]
async fn a_host_that_does_not_know_our_key_for_two_hours_gets_the_post_after_all() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    calendar.stadtbote.follower("rita@far.example", "alice").await;
    calendar.quiet().await;
    calendar.stadtbote.network().answers_posts("far.example", Mode::Status(401));
    let begin = calendar.now();

    let post = post(&alice, "Hallo").await;
    calendar.live_until(begin + TimeDelta::hours(2)).await;
    calendar.quiet().await;
    let arrivals = |calendar: &Calendar| {
        let all = calendar.stadtbote.network().arrivals_at("far.example");
        // Each attempt knocks twice, the second time with the other form of signature.
        let is_first_knock = |one: &Arrival| !one.headers.contains_key("signature-input");
        all.into_iter()
            .filter(|one| is_about(one, "Create", &post) && is_first_knock(one))
            .collect::<Vec<_>>()
    };
    let refused = arrivals(&calendar).len();
    assert!((5..=8).contains(&refused), "{refused} attempts in two hours");

    calendar.stadtbote.network().answers_posts("far.example", Mode::Ok);
    calendar.live_until(begin + TimeDelta::hours(6)).await;

    let arrivals = arrivals(&calendar);
    assert_eq!(arrivals.len(), refused + 1);
    assert!(arrivals.last().is_some_and(Arrival::is_taken));
    let ids: HashSet<String> = arrivals.iter().map(Arrival::id).collect();
    assert_eq!(ids.len(), 1, "each attempt is the same activity");
    assert!(calendar.stadtbote.waiting().await.is_empty());
}

#[tokio::test]
async fn what_waits_while_the_keys_are_replaced_goes_out_under_the_new_ones() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    for host in ["far.example", "near.example"] {
        calendar.stadtbote.follower(&format!("rita@{host}"), "alice").await;
    }
    calendar.quiet().await;
    calendar.stadtbote.network().answers_posts("far.example", Mode::Status(503));
    let begin = calendar.now();
    let mut posts = Vec::new();
    for number in 0..5 {
        posts.push(post(&alice, &format!("Meldung {number}")).await);
    }
    calendar.quiet().await;
    let key_of = |one: &Arrival| match &one.signature {
        Signature::Good(key) => key.clone(),
        Signature::Bad(why) => panic!("{why}"),
    };
    let old: HashSet<String> =
        calendar.stadtbote.network().arrivals_at("near.example").iter().map(key_of).collect();

    calendar.stadtbote.program().order(&["account", "replace-keys", "alice"], "");
    calendar.stadtbote.network().answers_posts("far.example", Mode::Ok);
    let so_far = calendar.stadtbote.network().arrivals().len();
    calendar.live_until(begin + TimeDelta::hours(2)).await;

    let later = calendar.stadtbote.network().arrivals().split_off(so_far);
    let new: HashSet<String> = later.iter().map(key_of).collect();
    assert_eq!((old.len(), new.len()), (1, 1));
    assert!(old.is_disjoint(&new), "{old:?} and {new:?}");
    let taken = taken(&calendar.stadtbote, "far.example");
    let arrived: HashSet<String> = creates(taken.clone()).into_iter().collect();
    assert_eq!(arrived, posts.iter().map(uri).collect(), "none is lost");
    assert!(taken.contains(&("Update".to_owned(), calendar.stadtbote.actor("alice"))), "followers are told");
}

#[tokio::test]
async fn after_days_in_which_we_were_away_every_server_that_somebody_follows_from_or_on_hears_of_us_at_once()
{
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    let hosts = ["far.example", "near.example", "third.example", "read.example"];
    for host in &hosts[..3] {
        calendar.stadtbote.follower(&format!("rita@{host}"), "alice").await;
    }
    // On one of them somebody is followed too, and on one nobody follows.
    for host in ["far.example", "read.example"] {
        let read = calendar.stadtbote.network().person(&format!("paul@{host}"));
        let found =
            alice.get(&format!("/api/v2/search?q=paul@{host}&resolve=true&type=accounts")).await.good();
        let id = found["accounts"][0]["id"].as_str().expect("paul is found").to_owned();
        alice.post(&format!("/api/v1/accounts/{id}/follow"), json!({})).await.good();
        let follows = |one: &Arrival| one.kind() == "Follow" && one.host == host;
        let follow = calendar.stadtbote.network().wait_for(1, follows).await[0].activity();
        read.send(&calendar.stadtbote.door(), "/inbox", &read.activity("Accept", follow)).await;
    }
    calendar.quiet().await;
    let begin = calendar.now();
    let profile = ("Update".to_owned(), calendar.stadtbote.actor("alice"));
    let told = |calendar: &Calendar| {
        let count = |host| taken(&calendar.stadtbote, host).iter().filter(|one| **one == profile).count();
        hosts.map(count)
    };

    calendar.go_to(begin + TimeDelta::days(2)).await;
    calendar.quiet().await;
    assert_eq!(told(&calendar), [0; 4], "a short absence is nothing to speak of");

    calendar.go_to(begin + TimeDelta::days(10)).await;
    calendar.quiet().await;
    assert_eq!(told(&calendar), [1; 4]);

    calendar.go_to(begin + TimeDelta::days(10) + TimeDelta::hours(2)).await;
    calendar.quiet().await;
    assert_eq!(told(&calendar), [1; 4], "once is enough");
}

#[tokio::test]
async fn a_connection_that_breaks_and_a_certificate_that_is_wrong_are_no_answer_and_tried_again() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    let hosts = ["cut.example", "old.example", "wrong.example"];
    let modes = [Mode::Reset, Mode::BadCertificate(Fault::Expired), Mode::BadCertificate(Fault::WrongName)];
    for (host, mode) in hosts.into_iter().zip(modes) {
        calendar.stadtbote.follower(&format!("rita@{host}"), "alice").await;
        calendar.quiet().await;
        calendar.stadtbote.network().answers_posts(host, mode);
    }
    // Started again, for what was connected before has seen a better certificate.
    calendar.go_to(calendar.now() + TimeDelta::seconds(1)).await;
    let begin = calendar.now();
    let creates_at = |calendar: &Calendar, post: &Value, host: &str| {
        let mut all = calendar.stadtbote.network().arrivals_at(host);
        all.retain(|one| is_about(one, "Create", post));
        all
    };

    let post = post(&alice, "Hallo").await;
    calendar.live_until(begin + TimeDelta::minutes(5)).await;
    for host in hosts {
        let is_reached = host == hosts[0];
        assert_eq!(creates_at(&calendar, &post, host).len() >= 2, is_reached, "{host}");
        assert!(is_reached || creates_at(&calendar, &post, host).is_empty(), "nothing is said to {host}");
        calendar.stadtbote.network().answers_posts(host, Mode::Ok);
    }
    calendar.live_until(begin + TimeDelta::hours(2)).await;
    calendar.quiet().await;

    for host in hosts {
        let creates = creates_at(&calendar, &post, host);
        assert_eq!(creates.iter().filter(|one| one.is_taken()).count(), 1, "{host}");
        assert!(creates.iter().all(|one| one.body == creates[0].body), "a repeat says the same");
    }
    assert!(calendar.stadtbote.waiting().await.is_empty());
}

async fn followers(client: &Client) -> u64 {
    let own = client.get("/api/v1/accounts/verify_credentials").await.good();
    own["followers_count"].as_u64().expect("a count is a number")
}

#[tokio::test]
async fn whose_inbox_is_gone_is_a_follower_until_the_profile_is_gone_too() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for handle in ["gone@far.example", "moved@near.example", "lost@third.example"] {
        stadtbote.follower(handle, "alice").await;
    }
    // One is gone; one has only a broken inbox; of one the server knows nothing now, which may be its mistake.
    let network = stadtbote.network();
    network.answers_posts("far.example", Mode::Status(410));
    network.answers_looks("far.example", Mode::Status(410));
    network.answers_posts("near.example", Mode::Status(410));
    network.answers_posts("third.example", Mode::Status(404));
    network.answers_looks("third.example", Mode::Status(404));

    let text = "@gone@far.example @moved@near.example @lost@third.example Guten Tag";
    let direct = json!({ "status": text, "visibility": "direct" });
    let direct = alice.post("/api/v1/statuses", direct).await.good();
    network.wait_for(3, |one| is_about(one, "Create", &direct)).await;

    eventually("the one who is gone follows no more", async || (followers(&alice).await == 2).then_some(()))
        .await;
    stadtbote.rest().await;
    assert_eq!(followers(&alice).await, 2, "the others were looked at too, and stay");
    for host in ["far.example", "near.example", "third.example"] {
        let looked = network.looks().iter().filter(|look| look.host == host).count();
        assert!(looked > 0, "{host} was asked for the profile");
        network.answers_posts(host, Mode::Ok);
    }
    let next = post(&alice, "Für alle").await;
    network.wait_for(2, |one| one.is_taken() && is_about(one, "Create", &next)).await;
    stadtbote.rest().await;
    let is_next = |host: &str| network.arrivals_at(host).iter().any(|one| is_about(one, "Create", &next));
    assert_eq!(["far.example", "near.example", "third.example"].map(is_next), [false, true, true]);
}

#[tokio::test]
async fn a_shared_inbox_that_is_gone_takes_no_follower_with_it() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    for handle in ["rita@far.example", "tom@far.example"] {
        stadtbote.follower(handle, "alice").await;
    }
    stadtbote.network().answers_posts("far.example", Mode::Status(410));

    let first = post(&alice, "Eins").await;
    stadtbote.network().wait_for(1, |one| is_about(one, "Create", &first)).await;
    stadtbote.rest().await;

    assert_eq!(followers(&alice).await, 2);
    stadtbote.network().answers_posts("far.example", Mode::Ok);
    let second = post(&alice, "Zwei").await;
    stadtbote.network().wait_for(1, |one| one.is_taken() && is_about(one, "Create", &second)).await;
    stadtbote.rest().await;
    assert!(creates(taken(&stadtbote, "far.example")).contains(&uri(&second)));
}

/// The inboxes of a host lead elsewhere. One has named new ones meanwhile; another names those of a stranger, which is no
/// actor that anybody may have.
#[tokio::test]
async fn what_an_inbox_sends_elsewhere_goes_to_the_one_that_its_owner_names_on_the_same_host() {
    let mut calendar = Calendar::start().await;
    let alice = calendar.stadtbote.alice();
    let mut people = Vec::new();
    for handle in ["rita@moved.example", "tom@moved.example", "uma@sold.example"] {
        people.push(calendar.stadtbote.follower(handle, "alice").await);
    }
    calendar.quiet().await;
    // Somebody who was looked at within the last hour is not looked at again.
    calendar.go_to(calendar.now() + TimeDelta::hours(2)).await;
    let network = calendar.stadtbote.network();
    let thief = "https://thief.example/inbox";
    for host in ["moved.example", "sold.example"] {
        let from = ["/inbox", "/users/rita/inbox", "/users/tom/inbox", "/users/uma/inbox"];
        let from = from.map(str::to_owned).to_vec();
        network.answers_posts(host, Mode::Moved { from, to: thief.to_owned() });
    }
    for person in &people[..2] {
        let mut document = person.document();
        document["inbox"] = json!(format!("{}/new-inbox", person.uri()));
        document["endpoints"]["sharedInbox"] = json!("https://moved.example/new-inbox");
        network.show(&person.uri(), document);
    }
    let mut document = people[2].document();
    document["inbox"] = json!(thief);
    network.show(&people[2].uri(), document);

    let begin = calendar.now();
    let direct = json!({ "status": "@rita@moved.example Guten Tag", "visibility": "direct" });
    let direct = alice.post("/api/v1/statuses", direct).await.good();
    calendar.quiet().await;
    let open = post(&alice, "Für alle").await;
    calendar.live_until(begin + TimeDelta::hours(3)).await;

    let network = calendar.stadtbote.network();
    let paths = |host: &str, post: &Value| -> Vec<String> {
        let mut all = network.arrivals_at(host);
        all.retain(|one| one.is_taken() && is_about(one, "Create", post));
        all.into_iter().map(|one| one.path).collect()
    };
    assert_eq!(paths("moved.example", &open), ["/new-inbox"]);
    assert_eq!(paths("moved.example", &direct), ["/users/rita/new-inbox"]);
    assert_eq!(paths("sold.example", &open), Vec::<String>::new());
    assert!(network.arrivals_at("thief.example").is_empty());
    let looks = network.looks().into_iter().filter(|look| look.host == "sold.example");
    let looks = looks.filter(|look| look.path == "/users/uma").count();
    assert!((2..=5).contains(&looks), "once as she came, and then once an hour at most: {looks}");

    // What is taken back goes where it went.
    alice.delete(&path(&open)).await.good();
    calendar
        .stadtbote
        .network()
        .wait_for(1, |one| one.is_taken() && one.path == "/new-inbox" && is_about(one, "Delete", &open))
        .await;
}

/// The real program: its question for the follower's key is cut off, as by a server that closes a connection in the moment
/// in which it is used.
#[tokio::test]
async fn a_question_that_is_cut_off_is_put_once_more_and_not_for_ever() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.network().answers_looks("far.example", Mode::CutFirst(1));
    stadtbote.follower("rita@far.example", "alice").await;

    let uma = stadtbote.network().person("uma@near.example");
    stadtbote.network().answers_looks("near.example", Mode::Reset);
    let follow = uma.follow(&stadtbote.actor("alice"));
    let status = uma.send(&stadtbote.door(), "/inbox", &follow).await;
    assert_eq!(status.as_u16(), 503);
    let looks = stadtbote.network().looks();
    assert_eq!(looks.iter().filter(|look| look.host == "near.example").count(), 2);
}
