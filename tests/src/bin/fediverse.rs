//! Gives a server a past: `fediverse NAME SERVERS PEOPLE POSTS DAYS` writes one of that size into the database that the
//! settings in the environment name, and counts it. For benchmarks, and for looking at pages. The program must not run.

use stadtbote_core::App;
use stadtbote_core::config::Config;
use stadtbote_tests::chance::Chance;
use stadtbote_tests::fediverse::{Size, count_since, simulate};
use std::time::Instant;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, servers, people, posts, days] = arguments.as_slice() else {
        panic!("fediverse NAME SERVERS PEOPLE POSTS DAYS");
    };
    let number = |text: &String| text.parse::<u64>().expect("it is a number");
    let (servers, people, posts, days) = (number(servers), number(people), number(posts), number(days));
    let config = Config::load(None, std::env::vars()).expect("the settings are right");
    let app = App::open(config, true).await.expect("the database can be opened");
    let size = Size { servers, people, posts, days };
    let truth = simulate(&app, &[name], size, &mut Chance::announced()).await;
    let begin = Instant::now();
    count_since(&app, days + 1).await;
    println!("{} reactions, counted in {:.1} s", truth.reactions.len(), begin.elapsed().as_secs_f64());
    app.close().await;
}
