//! What programs and people of ours must not reach: by the numbers of the catalogue of attack cases (`docs/SECURITY.md`).

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use stadtbote_core::actions::oauth::{self, RequestFault, RequestParameters};

use super::{User, World};

/// A picture of somebody's.
async fn upload(world: &World, user: &User) -> String {
    let mut body =
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n".to_vec();
    body.extend_from_slice(include_bytes!("../../assets/avatar.png"));
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::post("/api/v2/media")
        .header("authorization", format!("Bearer {}", user.token))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(body));
    world.send(request.expect("it is well made")).await.text("/id")
}

async fn write(world: &World, user: &User, form: Value) -> String {
    world.post(user, "/api/v1/statuses", form).await.text("/id")
}

#[tokio::test]
async fn d13_f16_what_belongs_to_one_is_not_there_for_another() {
    let world = World::start().await;
    let (alice, mallory) = (world.user("alice").await, world.user("mallory").await);
    world.post(&mallory, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;
    let list = world.post(&alice, "/api/v1/lists", json!({ "title": "Ämter" })).await.text("/id");
    let form =
        json!({ "title": "Sport", "context": ["home"], "keywords_attributes": [{ "keyword": "ball" }] });
    let filter = world.post(&alice, "/api/v2/filters", form).await.text("/id");
    let media = upload(&world, &alice).await;
    let notification = world.get(&alice, "/api/v1/notifications").await.text("/0/id");
    let post = write(&world, &alice, json!({ "status": "nur für mich", "visibility": "direct" })).await;
    let public = write(&world, &alice, json!({ "status": "für alle" })).await;

    for (method, address, body) in [
        ("PUT", format!("/api/v1/lists/{list}"), json!({ "title": "x" })),
        ("DELETE", format!("/api/v1/lists/{list}"), json!({})),
        ("GET", format!("/api/v1/lists/{list}/accounts"), json!({})),
        ("POST", format!("/api/v1/lists/{list}/accounts"), json!({ "account_ids": [alice.id()] })),
        ("GET", format!("/api/v1/timelines/list/{list}"), json!({})),
        ("PUT", format!("/api/v2/filters/{filter}"), json!({ "title": "x" })),
        ("DELETE", format!("/api/v2/filters/{filter}"), json!({})),
        ("GET", format!("/api/v1/media/{media}"), json!({})),
        ("PUT", format!("/api/v1/media/{media}"), json!({ "description": "x" })),
        ("GET", format!("/api/v1/notifications/{notification}"), json!({})),
        ("GET", format!("/api/v1/statuses/{post}"), json!({})),
        ("GET", format!("/api/v1/statuses/{post}/source"), json!({})),
        ("GET", format!("/api/v1/statuses/{post}/history"), json!({})),
        ("GET", format!("/api/v1/statuses/{post}/context"), json!({})),
        ("POST", format!("/api/v1/statuses/{post}/reblog"), json!({})),
        ("POST", format!("/api/v1/statuses/{post}/favourite"), json!({})),
        ("POST", format!("/api/v1/statuses/{post}/bookmark"), json!({})),
    ] {
        let answer = world.ask(method, &address, Some(&mallory.token), Some(body)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {address}: {}", answer.json);
    }
    let with_their_picture = json!({ "status": "x", "media_ids": [media] });
    let answer = world.post(&mallory, "/api/v1/statuses", with_their_picture.clone()).await;
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.json);
    for method in ["PUT", "DELETE"] {
        let address = format!("/api/v1/statuses/{public}");
        let answer = world.ask(method, &address, Some(&mallory.token), Some(json!({ "status": "x" }))).await;
        assert!(answer.status.is_client_error(), "{method} {}", answer.status);
    }

    // And a picture is in one post only.
    assert_eq!(
        world.post(&alice, "/api/v1/statuses", with_their_picture.clone()).await.status,
        StatusCode::OK
    );
    let again = world.post(&alice, "/api/v1/statuses", with_their_picture).await;
    assert!(again.status.is_client_error(), "{} {}", again.status, again.json);
}

#[tokio::test]
async fn e02_e04_e05_what_is_for_followers_is_in_no_thread_search_or_boost_of_others() {
    let world = World::start().await;
    let (alice, mallory) = (world.user("alice").await, world.user("mallory").await);
    let public = write(&world, &alice, json!({ "status": "Brücke gesperrt" })).await;
    let form = json!({ "status": "Brücke geheim", "visibility": "private", "in_reply_to_id": public });
    let private = write(&world, &alice, form).await;

    let context = format!("/api/v1/statuses/{public}/context");
    assert_eq!(world.get(&alice, &context).await.json["descendants"][0]["id"], private.as_str());
    assert_eq!(world.get(&mallory, &context).await.json["descendants"], json!([]));
    assert_eq!(world.get_as_guest(&context).await.json["descendants"], json!([]));
    for query in ["geheim", &format!("https://stadt.example/users/alice/statuses/{private}")] {
        let address = format!("/api/v2/search?type=statuses&resolve=true&q={query}");
        assert_eq!(world.get(&mallory, &address).await.json["statuses"], json!([]), "{query}");
    }
    let boost = world.post(&mallory, &format!("/api/v1/statuses/{private}/reblog"), json!({})).await;
    assert_eq!(boost.status, StatusCode::NOT_FOUND);
    world.ask("DELETE", &format!("/api/v1/statuses/{public}"), Some(&alice.token), None).await;
    let search = world.get(&alice, "/api/v2/search?type=statuses&q=gesperrt").await;
    assert_eq!(search.json["statuses"], json!([]));
}

#[tokio::test]
async fn f01_f02_a_program_is_sent_back_only_to_where_it_said_and_proves_itself_by_s256() {
    let world = World::start().await;
    let redirect = "https://client.example/callback?x=1";
    let form = json!({ "client_name": "Client", "redirect_uris": [redirect, "client://callback"], "scopes": "read" });
    let client = world.ask("POST", "/api/v1/apps", None, Some(form)).await;
    let asked = |redirect: &str| RequestParameters {
        response_type: "code".into(),
        client_id: client.text("/client_id"),
        redirect_uri: redirect.into(),
        scope: "read".into(),
        state: None,
        code_challenge: None,
        code_challenge_method: None,
    };
    let fault = async |asked: RequestParameters| {
        oauth::check_request(&world.app, asked).await.expect("the database answers").err()
    };

    for good in [redirect, "client://callback"] {
        assert_eq!(fault(asked(good)).await, None, "{good}");
    }
    for other in [
        "https://client.example/callback",
        "https://client.example/callback?x=1&y=2",
        "https://client.example/callback/../evil?x=1",
        "https://client.example/Callback?x=1",
        "https://client.example:444/callback?x=1",
        "https://client.example@evil.example/callback?x=1",
        "https://client.example.evil.example/callback?x=1",
        "https://client.example/callback?x=1#fragment",
        "http://client.example/callback?x=1",
        "client://callback/more",
        " https://client.example/callback?x=1",
        "https://client.example/callback?x=1 client://callback",
        "https://client.example/callback?x=1\nclient://callback",
        "urn:ietf:wg:oauth:2.0:oob",
        "",
    ] {
        assert_eq!(fault(asked(other)).await, Some(RequestFault::WrongRedirect), "{other:?}");
    }
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for (method, challenge) in
        [(Some("plain"), challenge), (None, challenge), (Some("s256"), challenge), (Some("S256"), "short")]
    {
        let mut asked = asked(redirect);
        (asked.code_challenge, asked.code_challenge_method) =
            (Some(challenge.into()), method.map(str::to_owned));
        assert_eq!(fault(asked).await, Some(RequestFault::Challenge), "{method:?}");
    }
    for (scope, kind) in [("read write", "code"), ("admin", "code"), ("read", "token")] {
        let asked = RequestParameters { scope: scope.into(), response_type: kind.into(), ..asked(redirect) };
        assert!(fault(asked).await.is_some(), "{scope} {kind}");
    }
}
