//! How a client gets a token, and what it opens.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use stadtbote_core::actions::oauth::{self, RequestParameters};
use stadtbote_core::actions::staff;

use super::{Answer, User, World};

const CALLBACK: &str = "tusky://callback?x=1";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn register(world: &World, scopes: &str) -> Value {
    let form = json!({
        "client_name": "Tusky",
        "redirect_uris": format!("{CALLBACK}\nurn:ietf:wg:oauth:2.0:oob"),
        "scopes": scopes,
        "website": "https://tusky.example",
    });
    let answer = world.ask("POST", "/api/v1/apps", None, Some(form)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
    answer.json
}

/// The person says yes on the page.
async fn consent(world: &World, user: &User, client: &Value, scope: &str, with_pkce: bool) -> String {
    let asked = RequestParameters {
        response_type: "code".into(),
        client_id: client["client_id"].as_str().unwrap_or_default().into(),
        redirect_uri: CALLBACK.into(),
        scope: scope.into(),
        state: None,
        code_challenge: with_pkce.then(|| CHALLENGE.into()),
        code_challenge_method: with_pkce.then(|| "S256".into()),
    };
    let request = oauth::check_request(&world.app, asked).await.expect("the database answers");
    let request = request.expect("the request is right");
    oauth::authorize(&world.app, &user.member, &request).await.expect("the code is made")
}

async fn exchange(world: &World, client: &Value, code: &str, more: Value) -> Answer {
    let mut form = json!({
        "grant_type": "authorization_code",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "redirect_uri": CALLBACK,
        "code": code,
    });
    if let (Value::Object(form), Value::Object(more)) = (&mut form, more) {
        form.extend(more);
    }
    world.ask("POST", "/oauth/token", None, Some(form)).await
}

#[tokio::test]
async fn a_client_introduces_itself() {
    let world = World::start().await;

    let client = register(&world, "read write follow push").await;

    assert_eq!(client["name"], "Tusky");
    assert_eq!(client["redirect_uris"], json!([CALLBACK, "urn:ietf:wg:oauth:2.0:oob"]));
    assert_eq!(client["scopes"], json!(["read", "write", "follow", "push"]));
    assert_eq!(client["client_secret_expires_at"], 0);
}

#[tokio::test]
async fn a_client_that_asks_for_nonsense_is_told_so() {
    let world = World::start().await;
    let error = async |form: Value| {
        let answer = world.ask("POST", "/api/v1/apps", None, Some(form)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        answer.text("/error")
    };

    assert!(
        error(json!({ "client_name": "x", "redirect_uris": CALLBACK, "scopes": "read fly" }))
            .await
            .contains("Scopes")
    );
    assert!(
        error(json!({ "client_name": "x", "redirect_uris": "javascript:x" })).await.contains("Redirect URI")
    );
    assert!(error(json!({ "redirect_uris": CALLBACK })).await.contains("Name"));
}

#[tokio::test]
async fn f02_a_code_works_once_and_only_for_whom_it_was_made() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let client = register(&world, "read write").await;
    let other = register(&world, "read write").await;

    let code = consent(&world, &alice, &client, "read", false).await;
    let token = exchange(&world, &client, &code, json!({})).await;
    let secret = token.text("/access_token");
    let with_token =
        async || world.ask("GET", "/api/v1/accounts/verify_credentials", Some(&secret), None).await.status;
    let before = with_token().await;
    let again = exchange(&world, &client, &code, json!({})).await;
    let after = with_token().await;
    let code = consent(&world, &alice, &client, "read", false).await;
    let stolen = exchange(&world, &other, &code, json!({})).await;
    let code = consent(&world, &alice, &client, "read", false).await;
    let elsewhere = exchange(&world, &client, &code, json!({ "redirect_uri": "tusky://callback" })).await;
    let wrong = exchange(&world, &client, "x", json!({ "client_secret": "wrong" })).await;

    assert_eq!(token.status, StatusCode::OK);
    assert_eq!((&token.json["token_type"], &token.json["scope"]), (&json!("Bearer"), &json!("read")));
    assert!(token.json["created_at"].is_i64());
    assert_eq!(token.headers["cache-control"], "no-store");
    assert_eq!((before, after), (StatusCode::OK, StatusCode::UNAUTHORIZED));
    for refused in [again, stolen, elsewhere] {
        assert_eq!(
            (refused.status, refused.text("/error").as_str()),
            (StatusCode::BAD_REQUEST, "invalid_grant")
        );
    }
    assert_eq!((wrong.status, wrong.text("/error").as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
}

#[tokio::test]
async fn f02_pkce_is_asked_for_where_it_was_promised() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let client = register(&world, "read").await;

    let code = consent(&world, &alice, &client, "read", true).await;
    let without = exchange(&world, &client, &code, json!({})).await;
    let code = consent(&world, &alice, &client, "read", true).await;
    let with = exchange(&world, &client, &code, json!({ "code_verifier": VERIFIER })).await;

    assert_eq!(without.status, StatusCode::BAD_REQUEST);
    assert_eq!(with.status, StatusCode::OK);
}

#[tokio::test]
async fn f03_a_clients_own_token_opens_what_is_nobodys() {
    let world = World::start().await;
    let client = register(&world, "read write").await;
    let basic = format!(
        "{}:{}",
        client["client_id"].as_str().unwrap_or_default(),
        client["client_secret"].as_str().unwrap_or_default()
    );
    let request = Request::builder()
        .method("POST")
        .uri("/oauth/token")
        .header("authorization", format!("Basic {}", STANDARD.encode(basic)))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("grant_type=client_credentials"));

    let token = world.send(request.expect("it is well made")).await.text("/access_token");
    let app = world.ask("GET", "/api/v1/apps/verify_credentials", Some(&token), None).await;
    let home = world.ask("GET", "/api/v1/timelines/home", Some(&token), None).await;
    let public = world.ask("GET", "/api/v1/timelines/public", Some(&token), None).await;

    assert_eq!((app.status, app.text("/name").as_str()), (StatusCode::OK, "Tusky"));
    assert_eq!(home.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(home.text("/error"), "This method requires an authenticated user");
    assert_eq!(public.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_opens_only_what_it_was_granted() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let reader = world.with_token(alice.member.clone(), "read:statuses").await;

    let home = world.get(&reader, "/api/v1/timelines/home").await;
    let blocks = world.get(&reader, "/api/v1/blocks").await;
    let write = world.post(&reader, "/api/v1/statuses", json!({ "status": "x" })).await;

    assert_eq!(home.status, StatusCode::OK);
    for refused in [blocks, write] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(refused.text("/error"), "This action is outside the authorized scopes");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_where_none_is_needed_too() {
    let world = World::start().await;

    let answer = world.ask("GET", "/api/v1/timelines/public", Some("wrong"), None).await;

    assert_eq!(
        (answer.status, answer.text("/error").as_str()),
        (StatusCode::UNAUTHORIZED, "The access token is invalid")
    );
}

#[tokio::test]
async fn f04_a_token_ends_when_it_is_revoked_and_when_the_person_leaves() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let client = register(&world, "read").await;
    let code = consent(&world, &alice, &client, "read", false).await;
    let token = exchange(&world, &client, &code, json!({})).await.text("/access_token");
    let revoke =
        json!({ "token": token, "client_id": client["client_id"], "client_secret": client["client_secret"] });

    let before = world.ask("GET", "/api/v1/timelines/home", Some(&token), None).await;
    let revoked = world.ask("POST", "/oauth/revoke", None, Some(revoke.clone())).await;
    let again = world.ask("POST", "/oauth/revoke", None, Some(revoke)).await;
    let after = world.ask("GET", "/api/v1/timelines/home", Some(&token), None).await;
    staff::leave(&world.app, None, bob.member.person).await.expect("bob leaves");
    let left = world.get(&bob, "/api/v1/timelines/home").await;

    assert_eq!(before.status, StatusCode::OK);
    assert_eq!((revoked.status, revoked.json), (StatusCode::OK, json!({})));
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    assert_eq!(left.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_somebody_is_is_told_to_those_who_may_know() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let profile = world.with_token(alice.member.clone(), "profile").await;

    let info = world.get(&profile, "/oauth/userinfo").await;
    let own = world.get(&profile, "/api/v1/accounts/verify_credentials").await;
    let refused = world.get(&alice, "/oauth/userinfo").await;
    let metadata = world.get_as_guest("/.well-known/oauth-authorization-server").await;

    assert_eq!(info.text("/sub"), "https://stadt.example/users/alice");
    assert_eq!(own.status, StatusCode::OK);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(metadata.json["code_challenge_methods_supported"], json!(["S256"]));
}
