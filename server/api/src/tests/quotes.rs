//! Quotes of posts of ours by others of ours, as clients see them.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, User, World};

async fn write(world: &World, user: &User, form: Value) -> String {
    let answer = world.post(user, "/api/v1/statuses", form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
    answer.text("/id")
}

async fn quote(world: &World, user: &User, quoted: &str) -> Answer {
    let form = json!({ "status": "Lesenswert", "quoted_status_id": quoted });
    world.post(user, "/api/v1/statuses", form).await
}

async fn state_seen_by(world: &World, user: &User, post: &str) -> (String, Value) {
    let seen = world.get(user, &format!("/api/v1/statuses/{post}")).await;
    (seen.text("/quote/state"), seen.json["quote"]["quoted_status"]["id"].clone())
}

#[tokio::test]
async fn a_quote_of_a_public_post_is_accepted_at_once_and_counted() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = write(&world, &alice, json!({ "status": "Neue Öffnungszeiten" })).await;

    let quoting = quote(&world, &bob, &post).await;
    let again = quote(&world, &alice, &quoting.text("/id")).await;

    assert_eq!(quoting.text("/quote/state"), "accepted");
    assert_eq!(quoting.text("/quote/quoted_status/id"), post);
    assert!(quoting.text("/content").contains("quote-inline"));
    assert_eq!(again.text("/quote/quoted_status/quote/quoted_status_id"), post);
    let seen = world.get_as_guest(&format!("/api/v1/statuses/{post}")).await;
    assert_eq!(seen.json["quotes_count"], 1);
    let listed = world.get(&alice, &format!("/api/v1/statuses/{post}/quotes")).await;
    assert_eq!(listed.ids(), [quoting.text("/id")]);
    let told = world.get(&alice, "/api/v1/notifications").await;
    assert_eq!((told.text("/0/type"), told.text("/0/status/id")), ("quote".into(), quoting.text("/id")));
}

#[tokio::test]
async fn who_may_quote_is_said_and_kept() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let form = json!({ "status": "Nur hier", "quote_approval_policy": "nobody" });
    let closed = write(&world, &alice, form).await;
    let form = json!({ "status": "Für die, die folgen", "quote_approval_policy": "followers" });
    let half = write(&world, &alice, form).await;
    let open = write(&world, &alice, json!({ "status": "Für alle" })).await;

    let approval = async |user: &User, post: &str| {
        world.get(user, &format!("/api/v1/statuses/{post}")).await.json["quote_approval"].clone()
    };
    let stranger = approval(&bob, &half).await;
    assert_eq!(quote(&world, &bob, &closed).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quote(&world, &bob, &half).await.status, StatusCode::FORBIDDEN);
    world.post(&bob, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;

    assert_eq!(stranger, json!({ "automatic": ["followers"], "manual": [], "current_user": "denied" }));
    assert_eq!(approval(&bob, &half).await["current_user"], "automatic");
    assert_eq!(approval(&alice, &closed).await["current_user"], "automatic");
    assert_eq!(approval(&bob, &open).await["automatic"], json!(["public"]));
    assert_eq!(quote(&world, &bob, &half).await.text("/quote/state"), "accepted");
}

#[tokio::test]
async fn a_policy_can_be_changed_by_the_author_alone() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = write(&world, &alice, json!({ "status": "Für alle" })).await;
    let address = format!("/api/v1/statuses/{post}/interaction_policy");
    let put = async |user: &User, policy: &str| {
        let body = json!({ "quote_approval_policy": policy });
        world.ask("PUT", &address, Some(&user.token), Some(body)).await
    };

    assert_eq!(put(&bob, "nobody").await.status, StatusCode::NOT_FOUND);
    assert_eq!(put(&alice, "friends").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = put(&alice, "nobody").await;

    assert_eq!(changed.json["quote_approval"]["automatic"], json!([]));
    assert_eq!(changed.json["edited_at"], Value::Null);
    assert_eq!(quote(&world, &bob, &post).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn e05_what_is_not_for_everybody_can_not_be_quoted() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    world.post(&bob, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;
    let form = json!({ "status": "Nur für Follower", "visibility": "private" });
    let closed = write(&world, &alice, form).await;
    let direct = write(&world, &alice, json!({ "status": "@carol leise", "visibility": "direct" })).await;

    assert_eq!(quote(&world, &bob, &closed).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quote(&world, &alice, &closed).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quote(&world, &bob, &direct).await.status, StatusCode::NOT_FOUND);
    assert_eq!(quote(&world, &bob, "1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e05_a_quote_shows_nobody_what_they_may_not_see() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let (carol, dora) = (world.user("carol").await, world.user("dora").await);
    let post = write(&world, &alice, json!({ "status": "Neue Öffnungszeiten" })).await;
    let quoting = quote(&world, &bob, &post).await.text("/id");
    world.post(&alice, &format!("/api/v1/accounts/{}/block", carol.id()), json!({})).await;
    world.post(&dora, &format!("/api/v1/accounts/{}/mute", alice.id()), json!({})).await;

    let to_carol = state_seen_by(&world, &carol, &quoting).await;
    let to_dora = state_seen_by(&world, &dora, &quoting).await;
    let to_bob = state_seen_by(&world, &bob, &quoting).await;
    let address = format!("/api/v1/statuses/{post}");
    world.ask("DELETE", &address, Some(&alice.token), None).await;
    let gone = state_seen_by(&world, &bob, &quoting).await;

    assert_eq!(to_carol, ("unauthorized".into(), Value::Null));
    assert_eq!(to_dora, ("muted_account".into(), Value::Null));
    assert_eq!(to_bob, ("accepted".into(), json!(post)));
    assert_eq!(gone, ("deleted".into(), Value::Null));
    assert_eq!(world.get(&carol, &format!("{address}/quotes")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn consent_is_taken_back_by_the_quoted_author_alone() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = write(&world, &alice, json!({ "status": "Neue Öffnungszeiten" })).await;
    let quoting = quote(&world, &bob, &post).await.text("/id");
    let address = format!("/api/v1/statuses/{post}/quotes/{quoting}/revoke");

    assert_eq!(world.post(&bob, &address, json!({})).await.status, StatusCode::NOT_FOUND);
    let odd = world.post(&alice, &format!("/api/v1/statuses/{post}/quotes/x/revoke"), json!({})).await;
    let revoked = world.post(&alice, &address, json!({})).await;

    assert_eq!(odd.status, StatusCode::NOT_FOUND);
    assert_eq!((revoked.text("/id"), revoked.text("/quote/state")), (quoting.clone(), "revoked".into()));
    assert_eq!(state_seen_by(&world, &bob, &quoting).await, ("revoked".into(), Value::Null));
    assert_eq!(world.get(&alice, "/api/v1/notifications").await.ids().len(), 0);
}

#[tokio::test]
async fn who_quotes_a_post_hears_that_it_was_changed_and_an_edit_keeps_the_quote() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = write(&world, &alice, json!({ "status": "Neue Öffnungszeiten" })).await;
    let quoting = quote(&world, &bob, &post).await.text("/id");
    let edit = async |user: &User, post: &str, text: &str| {
        let body = json!({ "status": text });
        world.ask("PUT", &format!("/api/v1/statuses/{post}"), Some(&user.token), Some(body)).await
    };

    edit(&alice, &post, "Neue Öffnungszeiten ab Mai").await;
    let edited = edit(&bob, &quoting, "Sehr lesenswert").await;

    let told = world.get(&bob, "/api/v1/notifications").await;
    assert_eq!((told.text("/0/type"), told.text("/0/status/id")), ("quoted_update".into(), quoting));
    assert_eq!(
        (edited.text("/quote/state"), edited.text("/quote/quoted_status/id")),
        ("accepted".into(), post)
    );
    assert!(edited.text("/content").contains("quote-inline"));
}

#[tokio::test]
async fn an_account_says_once_for_all_its_posts_who_may_quote_them() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let before = write(&world, &alice, json!({ "status": "Vorher" })).await;
    let change = json!({ "source": { "quote_policy": "nobody" } });

    let own =
        world.ask("PATCH", "/api/v1/accounts/update_credentials", Some(&alice.token), Some(change)).await;
    // The token acts for the account as it is now.
    let preferences = world.get(&alice, "/api/v1/preferences").await;
    let after = write(&world, &alice, json!({ "status": "Nachher" })).await;
    let form = json!({ "status": "Doch", "quote_approval_policy": "public" });
    let said = write(&world, &alice, form).await;
    let odd = json!({ "source": { "quote_policy": "friends" } });
    let odd = world.ask("PATCH", "/api/v1/accounts/update_credentials", Some(&alice.token), Some(odd)).await;

    assert_eq!(own.text("/source/quote_policy"), "nobody");
    assert_eq!(preferences.json["posting:default:quote_policy"], "nobody");
    let allowed = async |post: &str| quote(&world, &bob, post).await.status;
    assert_eq!(allowed(&before).await, StatusCode::OK);
    assert_eq!(allowed(&after).await, StatusCode::FORBIDDEN);
    assert_eq!(allowed(&said).await, StatusCode::OK);
    assert_eq!(odd.text("/source/quote_policy"), "nobody");
}
