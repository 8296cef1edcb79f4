//! Every route that clients lean on, from the list of the Mastodon API.

use http::Method;
use serde_json::json;
use stadtbote_tests::client::{Answer, Client};
use stadtbote_tests::stadtbote::Stadtbote;

/// Core routes that Stadtbote doesn't have yet. Whoever builds one takes it off this list.
const MISSING: [&str; 0] = [];

/// A line of the list.
struct Route {
    method: Method,
    path: &'static str,
    auth: &'static str,
    need: &'static str,
}

impl Route {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether only a person's token opens it.
    fn is_for_people(&self) -> bool {
        self.auth == "user" && self.path.starts_with("/api/")
    }

    /// The path with something in the place of each parameter.
    fn path_with(&self, value: &str) -> String {
        let parts = self.path.split('/').map(|part| if part.starts_with(':') { value } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    async fn ask(&self, client: &Client, value: &str) -> Answer {
        let path = self.path_with(value);
        match self.method {
            Method::POST => client.post(&path, json!({})).await,
            Method::PUT => client.put(&path, json!({})).await,
            Method::PATCH => client.patch(&path, json!({})).await,
            Method::DELETE => client.delete(&path).await,
            _ => client.get(&path).await,
        }
    }
}

fn routes() -> Vec<Route> {
    include_str!("../fixtures/mastodon-api/endpoints.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&'static str> = line.split('\t').collect();
            let method = fields[0].parse().expect("the first field is a method");
            Route { method, path: fields[1], auth: fields[4], need: fields[9] }
        })
        .collect()
}

#[tokio::test]
async fn every_core_route_of_people_is_there_and_asks_for_a_token() {
    let stadtbote = Stadtbote::start().await;
    let stranger = stadtbote.stranger();

    let mut wrong = Vec::new();
    for route in routes().iter().filter(|route| route.need == "core" && route.is_for_people()) {
        let answer = route.ask(&stranger, "1").await;
        let is_there = answer.status == 401 && answer.json["error"].is_string();
        if is_there == MISSING.contains(&route.name().as_str()) {
            wrong.push(format!("{}: {} {}", route.name(), answer.status, answer.text));
        }
    }

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn every_core_route_for_all_is_there() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (post, account) = {
        let post = alice.post("/api/v1/statuses", json!({ "status": "Hallo #stadt" })).await.good();
        let text = |value: &serde_json::Value| value.as_str().expect("an id is text").to_owned();
        (text(&post["id"]), text(&post["account"]["id"]))
    };

    let mut wrong = Vec::new();
    let is_wanted = |route: &&Route| {
        route.need == "core" && route.method == Method::GET && route.path.starts_with("/api/")
    };
    for route in routes().iter().filter(is_wanted) {
        let value = match route.path.split('/').nth(3) {
            Some("statuses") => &post,
            Some("accounts") => &account,
            Some("tags" | "timelines") => "stadt",
            _ => continue,
        };
        if route.path.contains("/list/") || route.path.ends_with("/search") {
            continue;
        }
        let answer = route.ask(&alice, value).await;
        if answer.status != 200 || answer.json.is_null() {
            wrong.push(format!("{}: {} {}", route.name(), answer.status, answer.text));
        }
    }

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn no_route_fails_on_nonsense() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    let mut wrong = Vec::new();
    for route in
        routes().iter().filter(|route| !route.path.contains("streaming") && !route.path.contains("revoke"))
    {
        for value in ["1", "0", "-1", "x", "99999999999999999999999", "%00", "%F0%9F%8F%B3", "..%2f"] {
            let answer = route.ask(&alice, value).await;
            if answer.status.is_server_error() {
                wrong.push(format!("{} with {value}: {} {}", route.name(), answer.status, answer.text));
            }
        }
    }

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[tokio::test]
async fn f23_a_nul_is_no_fault_of_ours_wherever_it_stands() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let stranger = stadtbote.stranger();
    let mut visitor = stadtbote.visitor();

    for path in [
        "/@a%00b",
        "/@alice/%00",
        "/@alice.rss?x=%00",
        "/tags/%00",
        "/users/%00",
        "/users/alice/statuses/%00",
        "/.well-known/webfinger?resource=https://stadt.example/%00",
        "/.well-known/webfinger?resource=acct:%00@stadt.example",
        "/auth/invitation/%00",
        "/media/%00",
        "/api/v1/tags/%00",
        "/oauth/authorize?client_id=%00",
        "/nothing%00",
    ] {
        let answer = stranger.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {} {}", answer.status, answer.text);
    }
    visitor.sign_in("alice\0@stadt.example", "wrong\0wrong").await;
    assert!(visitor.status.is_client_error(), "{}", visitor.status);
}
