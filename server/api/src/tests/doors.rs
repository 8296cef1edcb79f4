//! What is true of every address.

use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::World;

/// The rows of the reference that this door answers.
fn core_routes() -> Vec<(Method, String, bool)> {
    let table =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/mastodon-api/endpoints.tsv"));
    let elsewhere = ["/oauth/authorize", "/.well-known/webfinger", "/.well-known/nodeinfo", "/nodeinfo/2.0"];
    let ours_too = [
        "GET /api/v1/apps/verify_credentials",
        "GET /api/v1/preferences",
        "GET /api/v1/announcements",
        "GET /api/v1/scheduled_statuses",
        "POST /oauth/revoke",
        "GET /oauth/userinfo",
        "POST /oauth/userinfo",
        "GET /.well-known/oauth-authorization-server",
    ];
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let (method, path, auth, need) = (columns[0], columns[1], columns[4], columns[9]);
            let is_ours = (need == "core" && !elsewhere.contains(&path))
                || ours_too.contains(&format!("{method} {path}").as_str());
            is_ours.then(|| {
                (method.parse().expect("it is a method"), path.to_owned(), matches!(auth, "user" | "app"))
            })
        })
        .collect()
}

/// An address with its variable parts filled in by something that is not there.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with(':') { "7" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_core_route_is_there_and_those_that_need_a_token_say_401_without_one() {
    let world = World::start().await;

    let routes = core_routes();

    assert!(routes.len() > 90, "{}", routes.len());
    for (method, path, needs_token) in routes {
        let answer = world.ask(method.as_str(), &filled(&path), None, None).await;
        assert_ne!(answer.json, json!({ "error": "Not Found" }), "{method} {path}");
        assert_eq!(
            answer.status == StatusCode::UNAUTHORIZED
                && answer.json["error"] == "The access token is invalid",
            needs_token,
            "{method} {path}: {} {}",
            answer.status,
            answer.json
        );
    }
}

#[tokio::test]
async fn f23_nothing_sent_to_any_route_breaks_it() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let bodies = [
        json!({}),
        json!({"status": {"a": []}, "id": [[]], "q": 7, "home": [], "subscription": "x", "data": {"alerts": 3}, "media_ids": {"x": {}},
            "keywords_attributes": [[], 1, {"id": "x"}], "context": {"a": 1}, "limit": {}, "grant_type": ["a"]}),
        json!({"status": "x".repeat(70_000), "title": "y".repeat(70_000), "comment": "z".repeat(70_000), "account_id": "99999999999999999999",
            "in_reply_to_id": -1, "media_ids": [9_223_372_036_854_775_807_i64], "expires_in": "999999999999", "duration": 999_999_999_999_i64,
            "context": ["home"], "home": {"last_read_id": "q".repeat(5000)}, "client_name": "c".repeat(9000), "redirect_uris": "::"}),
    ];

    for (method, path, _) in core_routes() {
        for id in ["7", "-1", "99999999999999999999", "%00", "x%ff", "ä"] {
            let path = path.split('/').map(|part| if part.starts_with(':') { id } else { part });
            let address = format!("{}?{HOSTILE_QUERY}", path.collect::<Vec<_>>().join("/"));
            for body in &bodies {
                let answer =
                    world.ask(method.as_str(), &address, Some(&alice.token), Some(body.clone())).await;
                let what = (&method, &address, answer.status, &answer.json);
                assert!(!answer.status.is_server_error(), "{what:?} {body:.80}");
            }
            if !address.contains(id) {
                break;
            }
        }
    }
    // And what was kept of it can be shown.
    for (method, path, _) in core_routes().into_iter().filter(|(method, ..)| method == Method::GET) {
        let answer = world.get(&alice, &filled(&path)).await;
        assert!(!answer.status.is_server_error(), "{method} {path}: {} {}", answer.status, answer.json);
    }
}

const HOSTILE_QUERY: &str = "limit=-5&max_id=zzz&min_id=99999999999999999999999&offset=-3&id[]=&id[a]=1&q=%25_%5C\
    &type=accounts&tagged=%20&types[]=x&any[]=&timeline=home";

#[tokio::test]
async fn an_unknown_address_is_404_in_json_and_a_known_one_with_another_method_too() {
    let world = World::start().await;

    for (method, address) in [
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v9/x/y"),
        ("DELETE", "/api/v1/instance"),
        ("POST", "/api/v1/polls/1/nothing"),
    ] {
        let answer = world.ask(method, address, None, None).await;
        assert_eq!(
            (answer.status, answer.json),
            (StatusCode::NOT_FOUND, json!({ "error": "Not Found" })),
            "{address}"
        );
    }
}

#[tokio::test]
async fn browsers_on_any_origin_may_ask_and_read_errors_too() {
    let world = World::start().await;
    let preflight = Request::builder()
        .method("OPTIONS")
        .uri("/api/v1/statuses")
        .header("origin", "https://client.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,idempotency-key");

    let allowed = world.send(preflight.body(axum::body::Body::empty()).expect("it is well made")).await;
    let refused = world.ask("GET", "/api/v1/timelines/home", None, None).await;

    assert_eq!(allowed.status, StatusCode::OK);
    assert_eq!(allowed.headers["access-control-allow-headers"], "authorization,content-type,idempotency-key");
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers["access-control-allow-origin"], "*");
    assert!(
        refused.headers["access-control-expose-headers"].to_str().is_ok_and(|names| names.contains("Link"))
    );
}

#[tokio::test]
async fn f19_who_asks_too_often_has_to_wait() {
    let world = World::start_with(&[]).await;

    let first = world.get_as_guest("/api/v1/custom_emojis").await;
    for _ in 0..299 {
        world.get_as_guest("/api/v1/custom_emojis").await;
    }
    let last = world.get_as_guest("/api/v1/custom_emojis").await;

    assert_eq!(first.headers["x-ratelimit-limit"], "300");
    assert_eq!(first.headers["x-ratelimit-remaining"], "299");
    assert_eq!(
        (last.status, last.json),
        (StatusCode::TOO_MANY_REQUESTS, json!({ "error": "Too many requests" }))
    );
    assert!(last.headers.contains_key("retry-after"));
    assert_eq!(last.headers["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn what_stadtbote_does_not_have_is_an_empty_list() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    for address in [
        "/api/v1/custom_emojis",
        "/api/v1/trends/tags",
        "/api/v1/trends/statuses",
        "/api/v1/trends/links",
        "/api/v1/announcements",
        "/api/v2/suggestions",
        "/api/v1/scheduled_statuses",
        "/api/v2/filters",
        "/api/v1/lists",
        "/api/v1/followed_tags",
        "/api/v1/follow_requests",
        "/api/v1/notifications",
        "/api/v1/conversations",
    ] {
        let answer = world.get(&alice, address).await;
        assert_eq!((answer.status, answer.json), (StatusCode::OK, json!([])), "{address}");
    }
}

#[tokio::test]
async fn the_server_says_what_it_is() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    world.post(&alice, "/api/v1/statuses", json!({ "status": "Guten Tag" })).await;

    let second = world.get_as_guest("/api/v2/instance").await;
    let first = world.get_as_guest("/api/v1/instance").await;

    assert_eq!(second.json["domain"], "stadt.example");
    assert_eq!(second.json["configuration"]["statuses"]["max_characters"], 5000);
    assert_eq!(second.json["usage"]["users"]["active_month"], 1);
    assert!(second.text("/version").starts_with("4.2.0 (compatible; Stadtbote "));
    assert_eq!(second.text("/configuration/vapid/public_key").len(), 87);
    assert_eq!(first.json["stats"], json!({ "user_count": 1, "status_count": 1, "domain_count": 0 }));
    assert_eq!(first.json["uri"], "stadt.example");
}

#[tokio::test]
async fn a_picture_stands_for_none() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let account = world.get_as_guest(&format!("/api/v1/accounts/{}", alice.id())).await;
    let avatar = account.text("/avatar");
    let answer = world.get_as_guest(avatar.trim_start_matches("https://stadt.example")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "image/png");
    assert_eq!(answer.json, Value::Null);
}
