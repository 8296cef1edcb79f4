//! Starts a city, gives a script all it needs to visit it, and ends with the script's exit code.
//!
//! `world [--empty] [--secure] [--past] COMMAND ARGUMENT…` runs the command with the variables that [`main`] sets. With
//! `--empty` nobody has signed up yet, as on the first day; with `--past` the city has eighteen months behind it; with
//! `--secure` the city wants all requests to be signed, and the script
//! finds `WORLD_SECURE` set. On failure the server's log is printed.

use stadtbote_core::App;
use stadtbote_core::config::Config;
use stadtbote_tests::authority::Authority;
use stadtbote_tests::chance::Chance;
use stadtbote_tests::fediverse::{Size, count_since, simulate, wait_for_first_count};
use stadtbote_tests::front::Front;
use stadtbote_tests::program::{HOST, Program, free_address};
use std::process::ExitCode;
use tokio::process::Command;

/// The host of the real peer.
const PEER: &str = "peer.example";
/// What the member of staff signs in with.
const EMAIL: &str = "alice@stadt.example";
const PASSWORD: &str = "correct horse battery staple";

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut is_asked = |option: &str| {
        let is_asked = arguments.first().is_some_and(|first| first == option);
        arguments.drain(..usize::from(is_asked));
        is_asked
    };
    let (is_empty, is_secure) = (is_asked("--empty"), is_asked("--secure"));
    let has_past = is_asked("--past");
    let Some((command, arguments)) = arguments.split_first() else {
        eprintln!("usage: world [--empty] [--secure] [--past] COMMAND ARGUMENT…");
        return ExitCode::from(2);
    };

    let peer_address = free_address("127.0.0.30");
    let mut program = Program::new();
    program.set("federation.resolve", &format!("{{\"{PEER}\": \"{peer_address}\"}}"));
    if has_past {
        program.set("reach.open_data", "true");
    }
    if is_secure {
        program.set("federation.authorized_fetch", "true");
    }
    let opened = program.serve().await;
    let front = Front::start(HOST, program.address()).await;
    eprintln!("world: Stadtbote answered after {} ms", opened.as_millis());

    let mut script = Command::new(command);
    script.args(arguments);
    if is_secure {
        script.env("WORLD_SECURE", "1");
    }
    if !is_empty {
        settle(&program);
        if has_past {
            remember(&program).await;
        }
        let token = program.order(
            &[
                "token",
                "create",
                "--staff",
                EMAIL,
                "--account",
                "alice",
                "--scopes",
                "read write follow push",
            ],
            "",
        );
        script.env("WORLD_TOKEN", token);
    }

    let authority = program.path("authority.pem");
    let peer = Authority::of_this_run().identity(&[PEER]);
    std::fs::write(program.path("peer.pem"), peer.certificate).expect("the folder can be written to");
    std::fs::write(program.path("peer.key"), peer.key).expect("the folder can be written to");
    let names = format!("{{\"{HOST}\": \"{}\", \"{PEER}\": \"{peer_address}\"}}", front.address());
    script
        .env("WORLD_URL", format!("https://{HOST}"))
        .env("WORLD_NAMES", names)
        .env("WORLD_PLAIN", program.address().to_string())
        .env("WORLD_FOLDER", program.path(""))
        .env("WORLD_LOG", program.log_path())
        .env("WORLD_EMAIL", EMAIL)
        .env("WORLD_PASSWORD", PASSWORD)
        .env("WORLD_ACCOUNT", "alice")
        .env("WORLD_PEER", PEER)
        .env("WORLD_PEER_LISTEN", peer_address.to_string())
        .env("WORLD_AUTHORITY", &authority)
        .env("NODE_EXTRA_CA_CERTS", &authority)
        .env("SSL_CERT_FILE", &authority)
        .env("REQUESTS_CA_BUNDLE", &authority);
    let status = script.status().await;

    let status = status.expect("the command can be started");
    if status.success() {
        return ExitCode::SUCCESS;
    }
    eprintln!("world: {command} ended with {status}; the server's log was:\n{}", program.log());
    ExitCode::FAILURE
}

/// The account of a city office and the person who writes for it.
fn settle(program: &Program) {
    program.order(
        &["account", "create", "alice", "--display-name", "Stadt Musterstadt", "--type", "organization"],
        "",
    );
    program.order(&["staff", "create", EMAIL, "--admin", "--password-stdin"], PASSWORD);
    program.order(&["staff", "grant", EMAIL, "--account", "alice", "--role", "owner"], "");
}

/// Gives the office a past.
async fn remember(program: &Program) {
    let config = Config::load(None, program.settings()).expect("the settings are right");
    let app = App::open(config, false).await.expect("the database is there");
    let size = Size { servers: 40, people: 1500, posts: 400, days: 548 };
    wait_for_first_count(&app).await;
    simulate(&app, &["alice"], size, &mut Chance::announced()).await;
    count_since(&app, size.days + 1).await;
    app.close().await;
}
