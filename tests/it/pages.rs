//! The pages, as somebody without script sees them.

use serde_json::json;
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote};

#[tokio::test]
async fn reading_needs_no_cookie_and_shows_what_was_posted() {
    let stadtbote = Stadtbote::start().await;
    let post = stadtbote.alice().post("/api/v1/statuses", json!({ "status": "Guten Morgen" })).await.good();
    let mut visitor = stadtbote.visitor();

    let profile = visitor.open("/@alice").await;
    let path = format!("/@alice/{}", post["id"].as_str().expect("an id"));
    let page = visitor.open(&path).await;

    assert_eq!(profile.texts("h1"), ["Office of alice"]);
    assert!(profile.all_text().contains("Guten Morgen"));
    assert!(page.text(".prose").contains("Guten Morgen"));
    let answer = visitor.answer.as_ref().expect("it was answered");
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{:?}", answer.headers);
    assert!(!answer.header("content-security-policy").contains("unsafe"), "{:?}", answer.headers);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn what_is_not_for_everybody_is_on_no_page_and_in_no_answer() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let stranger = stadtbote.stranger();
    for visibility in ["private", "direct"] {
        let body = json!({ "status": "Nur intern", "visibility": visibility });
        let post = alice.post("/api/v1/statuses", body).await.good();
        let id = post["id"].as_str().expect("an id");

        let mut visitor = stadtbote.visitor();
        assert!(!visitor.open("/@alice").await.all_text().contains("Nur intern"));
        visitor.open(&format!("/@alice/{id}")).await;
        assert_eq!(visitor.status, 404, "{visibility}");
        assert_eq!(stranger.get(&format!("/api/v1/statuses/{id}")).await.status, 404, "{visibility}");
        let activity = [("accept", "application/activity+json")];
        assert_eq!(stranger.get_with(&format!("/users/alice/statuses/{id}"), &activity).await.status, 404);
        assert!(!visitor.open("/@alice.rss").await.all_text().contains("Nur intern"));
        assert!(!stranger.get("/api/v1/timelines/public").await.text.contains("Nur intern"));
        let outbox = stranger.get_with("/users/alice/outbox?page=true", &activity).await;
        assert!(!outbox.text.contains("Nur intern"));
    }
}

#[tokio::test]
async fn signing_in_opens_the_workbench_and_signing_out_closes_it() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = stadtbote.visitor();

    visitor.sign_in("alice@stadt.example", "wrong wrong wrong").await;
    visitor.open("/redaktion").await;
    assert_eq!(visitor.path.split('?').next(), Some("/auth/sign_in"));
    visitor.sign_in("alice@stadt.example", PASSWORD).await;
    let bench = visitor.open("/redaktion").await;
    assert_eq!(visitor.status, 200);
    assert!(visitor.path.starts_with("/redaktion"), "{}", visitor.path);

    let form = bench.form("form[action='/auth/sign_out']").expect("there is a way out");
    visitor.send(form).await;
    visitor.open("/redaktion").await;
    assert_eq!(visitor.path.split('?').next(), Some("/auth/sign_in"));
}

#[tokio::test]
async fn a_form_without_its_secret_does_nothing() {
    let stadtbote = Stadtbote::start().await;
    stadtbote.alice();
    let mut visitor = stadtbote.visitor();
    visitor.sign_in("alice@stadt.example", PASSWORD).await;
    let page = visitor.open("/redaktion/@alice/profile").await;

    let form = page.form("main form").expect("the profile can be changed");
    let form = form.fill("csrf", "guessed").fill("display_name", "Hijacked");
    visitor.send(form).await;

    assert!(visitor.status.is_client_error(), "{}", visitor.status);
    assert_eq!(visitor.open("/@alice").await.texts("h1"), ["Office of alice"]);
}
