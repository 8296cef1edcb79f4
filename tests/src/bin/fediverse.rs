//! Gives a server a past: `fediverse NAMES SERVERS PEOPLE POSTS DAYS` (names with commas between) writes one of that size into
//! the database that the settings in the environment name, and counts it. `fediverse sums NAMES DAYS` writes sums alone, as many
//! as there can be: each account publishes each day, and has of everything. For benchmarks, and for looking at pages. The program
//! must not run.

use chrono::TimeDelta;
use stadtbote_core::App;
use stadtbote_core::actions::reach::{Whose, figures, roll_up};
use stadtbote_core::config::Config;
use stadtbote_core::domain::period::Period;
use stadtbote_core::domain::reach::{Kind, Measure, REACTIONS};
use stadtbote_core::store::{accounts, reach_days};
use stadtbote_tests::chance::Chance;
use stadtbote_tests::fediverse::{Size, count_since, simulate};
use std::time::Instant;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, names, days] = arguments.as_slice()
        && mode == "sums"
    {
        return write_sums(names, days.parse().expect("it is a number")).await;
    }
    let [names, servers, people, posts, days] = arguments.as_slice() else {
        panic!("fediverse NAMES SERVERS PEOPLE POSTS DAYS");
    };
    let number = |text: &String| text.parse::<u64>().expect("it is a number");
    let (servers, people, posts, days) = (number(servers), number(people), number(posts), number(days));
    let config = Config::load(None, std::env::vars()).expect("the settings are right");
    let app = App::open(config, true).await.expect("the database can be opened");
    let size = Size { servers, people, posts, days };
    let truth = simulate(&app, &names.split(',').collect::<Vec<_>>(), size, &mut Chance::announced()).await;
    let (begin, before) = (Instant::now(), cpu());
    count_since(&app, days + 1).await;
    println!(
        "{} people, {} posts, {} reactions: all counted in {:.2} s, {:.2} CPU s",
        truth.people.len(),
        truth.posts.len(),
        truth.reactions.len(),
        begin.elapsed().as_secs_f64(),
        cpu() - before
    );
    // What is done each hour from now on, and what a page of a month and of a year costs.
    let account = Whose::Account(truth.posts.first().expect("there are posts").account);
    let today = app.clock.day(app.clock.now());
    for (name, period) in [("month", Period::month(today).previous()), ("year", Period::year(today))] {
        let (begin, before) = (Instant::now(), cpu());
        for _ in 0..REPEATED {
            figures(&app, &account, period).await.expect("it can be told");
        }
        report(&format!("figures of a {name}"), begin, before);
    }
    let (begin, before) = (Instant::now(), cpu());
    for _ in 0..REPEATED {
        roll_up(&app).await.expect("it can be counted");
    }
    report("counting the open days", begin, before);
    app.close().await;
}

/// Writes sums of as many days, up to today.
async fn write_sums(names: &str, days: i64) {
    let config = Config::load(None, std::env::vars()).expect("the settings are right");
    let app = App::open(config, true).await.expect("the database can be opened");
    let today = app.clock.day(app.clock.now());
    for name in names.split(',') {
        let account = accounts::find_ours(app.db(), name).await.expect("it answers").expect("it is here").id;
        let mut rows = Vec::new();
        for back in 0..days {
            let day = (today - TimeDelta::days(back)).to_string();
            let mut add = |kind: &str, subject: String, measure: Measure| {
                rows.push(reach_days::Model {
                    account_id: account,
                    kind: kind.to_owned(),
                    day: day.clone(),
                    subject,
                    measure: measure.name().to_owned(),
                    amount: back % 40 + 1,
                });
            };
            for measure in Measure::ALL.iter().filter(|measure| measure.kind() != Kind::Monthly) {
                add(reach_days::ACCOUNT, String::new(), *measure);
            }
            for measure in REACTIONS {
                add(reach_days::POST, (account.0 + back).to_string(), measure);
                add(reach_days::TAG, format!("tag{}", back % 30), measure);
            }
        }
        let tx = app.begin_write().await.expect("its turn comes");
        reach_days::put(&tx, rows).await.expect("they can be written");
        tx.commit().await.expect("nothing stands against it");
    }
    app.close().await;
}

/// How often each thing is done.
const REPEATED: u32 = 10;

fn report(what: &str, begin: Instant, before: f64) {
    let each = 1000.0 / f64::from(REPEATED);
    println!(
        "  {what}: {:.1} ms, {:.1} CPU ms",
        begin.elapsed().as_secs_f64() * each,
        (cpu() - before) * each
    );
}

/// CPU seconds of this process up to now, to the hundredth: a clock tick of Linux.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this is Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}
