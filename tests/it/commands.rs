//! The commands and settings that scripts rely on.

use serde_json::Value;
use stadtbote_tests::database::Database;
use stadtbote_tests::program::{HOST, Program};
use stadtbote_tests::stadtbote::Stadtbote;

fn code(program: &Program, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = program.run(arguments, "");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn wrong_use_ends_with_2_and_failure_with_1() {
    let program = Program::of(HOST, Database::empty);

    assert_eq!(code(&program, &["fly"]).0, Some(2));
    assert_eq!(code(&program, &["account", "create"]).0, Some(2));
    let (status, out, err) = code(&program, &["account", "create", "alice", "--display-name", "Alice"]);
    assert_eq!((status, out.as_str()), (Some(1), ""), "without a database: {err}");
    assert!(!err.is_empty());
}

#[tokio::test]
async fn an_unknown_setting_is_named() {
    let mut program = Program::new();
    program.set("server.colour", "blue");

    let (status, _, err) = code(&program, &["config"]);

    assert_ne!(status, Some(0));
    assert!(err.to_lowercase().contains("colour"), "{err}");
}

#[tokio::test]
async fn the_settings_are_shown_without_secrets() {
    let mut program = Program::new();
    program.set("database.url", "postgres://stadt:geheim@127.0.0.1/stadt");

    let (status, out, err) = code(&program, &["config"]);

    assert_eq!(status, Some(0), "{err}");
    assert!(out.contains("https://social.stadt.example"), "{out}");
    assert!(!out.contains("geheim"), "{out}");
}

#[tokio::test]
async fn the_commands_make_accounts_people_and_tokens_beside_the_server() {
    let stadtbote = Stadtbote::start().await;

    let alice = stadtbote.alice();
    let made =
        stadtbote.program().order(&["account", "create", "park", "--display-name", "Park", "--json"], "");

    let account = alice.get("/api/v1/accounts/verify_credentials").await.good();
    assert_eq!(account["username"], "alice");
    let made: Value = serde_json::from_str(&made).expect("--json prints JSON");
    assert!(made.to_string().contains("https://social.stadt.example/users/park"), "{made}");
    let (status, _, err) =
        code(stadtbote.program(), &["account", "create", "PARK", "--display-name", "Again"]);
    assert_eq!(status, Some(1), "a name is given out once: {err}");
}

#[tokio::test]
async fn the_doctor_is_content_with_a_healthy_city() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();

    let (status, out, err) = code(stadtbote.program(), &["doctor"]);

    assert_eq!(status, Some(0), "{out}{err}");
}

#[tokio::test]
async fn b26_f04_who_leaves_loses_every_token_at_once() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    stadtbote.program().order(&["staff", "leave", "alice@stadt.example"], "");

    assert_eq!(alice.get("/api/v1/accounts/verify_credentials").await.status, 401);
}

#[tokio::test]
async fn another_public_address_stops_the_start_with_a_sentence() {
    let mut stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    stadtbote.program_mut().stop().await;

    stadtbote.program_mut().set("server.public_url", "https://elsewhere.example");
    let (status, _, err) = code(stadtbote.program(), &["serve"]);

    assert_eq!(status, Some(1), "{err}");
    assert!(err.contains("social.stadt.example"), "{err}");
}

#[tokio::test]
async fn g10_a_second_server_is_refused_on_a_sqlite_file_and_welcome_on_postgresql() {
    let stadtbote = Stadtbote::start().await;
    let mut second = stadtbote.program().beside();

    if stadtbote.program().is_on_sqlite() {
        let (status, _, err) = code(&second, &["serve"]);
        assert_eq!(status, Some(1), "{err}");
    } else {
        second.serve().await;
        let (status, _) = second.stop().await;
        assert_eq!(status.code(), Some(0));
    }
}
