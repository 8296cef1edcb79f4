//! Answers of ours to posts whose authors say who may answer.

use serde_json::{Value, json};
use stadtbote_core::Error;
use stadtbote_core::actions::Member;
use stadtbote_core::actions::posts::{Door, publish};
use stadtbote_core::domain::post::{Draft, Visibility};
use stadtbote_core::store::{follows, posts};

use super::world::{World, create, draft, fixture, note, owner};

const BERTA: &str = "https://gts.example/users/berta";
const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A world in which berta, whom we follow, has written, with a follower of ours who would get our answer.
async fn world_where(policy: Value) -> (World, Member) {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.follow(BERTA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.send(&fixture("mastodon__follow__account.json"), BERTA).await;
    let policy = json!({ "interactionPolicy": { "canReply": policy } });
    world.send(&create(&note(BERTA, "1", policy)), BERTA).await;
    (world, owner)
}

async fn answer(world: &World, owner: &Member, visibility: Visibility) -> Result<posts::Model, Error> {
    let parent = posts::find_any_by_uri(world.app.db(), &format!("{BERTA}/statuses/1")).await;
    let parent = parent.expect("the database answers").expect("it came");
    let draft = Draft { in_reply_to: Some(parent.id), visibility, ..draft(None) };
    let post = publish(&world.app, owner, Door::Api, draft, None).await;
    world.work().await;
    post
}

fn verdict(kind: &str, actor: &str, object: &Value, result: Option<&str>) -> Value {
    json!({ "id": format!("{actor}/verdicts/{kind}"), "type": kind, "actor": actor, "object": object, "result": result })
}

#[tokio::test]
async fn who_has_to_ask_asks_and_nobody_else_gets_the_answer_before_there_is_a_yes() {
    let manual = json!({ "automaticApproval": [BERTA], "manualApproval": [PUBLIC] });
    let (world, owner) = world_where(manual).await;
    let post = answer(&world, &owner, Visibility::Public).await.expect("it may be asked for");
    let request = world.sent("ReplyRequest").await.remove(0);
    let before = world.sent("Create").await.len();

    let authorization = format!("{BERTA}/authorizations/1");
    let stranger = "https://mastodon.example/users/anna";
    let elsewhere = "https://mastodon.example/authorizations/1";
    world.send(&verdict("Accept", stranger, &request, Some(elsewhere)), stranger).await;
    let after_stranger = world.sent("Create").await.len();
    world.send(&verdict("Accept", BERTA, &request, Some(&authorization)), BERTA).await;

    assert_eq!(request["instrument"]["id"], post.uri);
    assert_eq!(request["object"], format!("{BERTA}/statuses/1"));
    assert_eq!((before, after_stranger), (0, 0));
    let sent = world.sent("Create").await.remove(0);
    assert_eq!(sent["object"]["replyAuthorization"], authorization);
}

#[tokio::test]
async fn an_answer_that_gets_a_no_stays_with_us() {
    let (world, owner) = world_where(json!({ "approvalRequired": [PUBLIC], "always": [] })).await;
    answer(&world, &owner, Visibility::Public).await.expect("it may be asked for");
    let request = world.sent("ReplyRequest").await.remove(0);

    world.send(&verdict("Reject", BERTA, &request["id"], None), BERTA).await;

    assert!(world.sent("Create").await.is_empty());
}

#[tokio::test]
async fn where_nobody_may_answer_nobody_does() {
    let (world, owner) = world_where(json!({ "automaticApproval": [BERTA] })).await;

    let refused = answer(&world, &owner, Visibility::Public).await;

    assert!(matches!(refused, Err(Error::Forbidden)));
    assert!(world.sent("Create").await.is_empty() && world.sent("ReplyRequest").await.is_empty());
}

#[tokio::test]
async fn who_may_answer_at_once_is_approved_later_and_shows_it() {
    let followers = json!({ "automaticApproval": [format!("{BERTA}/followers")] });
    let (world, owner) = world_where(followers).await;
    let post = answer(&world, &owner, Visibility::Public).await.expect("followers may");
    let sent = world.sent("Create").await.len();

    let authorization = format!("{BERTA}/authorizations/1");
    world.send(&verdict("Accept", BERTA, &json!(post.uri), Some(&authorization)), BERTA).await;

    assert_eq!((sent, world.sent("ReplyRequest").await.len()), (1, 0));
    assert_eq!(world.sent("Update").await[0]["object"]["replyAuthorization"], authorization);
}

#[tokio::test]
async fn a_closed_answer_is_not_carried_to_an_author_whom_it_does_not_name() {
    let (world, owner) = world_where(json!({ "manualApproval": [PUBLIC] })).await;

    answer(&world, &owner, Visibility::Direct).await.expect("it goes to nobody");

    assert!(world.sent("ReplyRequest").await.is_empty());
}
