//! Others who ask before they like, answer or boost a post of ours (GoToSocial).

use http::StatusCode;
use serde_json::{Value, json};

use super::world::{World, note};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const ANNA: &str = "https://mastodon.example/users/anna";
const BERTA: &str = "https://gts.example/users/berta";
const OURS: &str = "https://stadt.example/users/buergeramt/statuses/1001";
/// A post of ours that only followers may see.
const CLOSED: &str = "https://stadt.example/users/buergeramt/statuses/2001";

fn asks(kind: &str, post: &str, instrument: &Value) -> Value {
    json!({
        "id": format!("{BERTA}/interaction_requests/{kind}"),
        "type": kind,
        "actor": BERTA,
        "object": post,
        "instrument": instrument,
    })
}

fn like(post: &str) -> Value {
    json!({ "id": format!("{BERTA}/liked/1"), "type": "Like", "actor": BERTA, "object": post })
}

fn boost(post: &str) -> Value {
    json!({
        "id": format!("{BERTA}/boosts/1"),
        "type": "Announce",
        "actor": BERTA,
        "object": post,
        "to": [PUBLIC],
        "cc": [format!("{BERTA}/followers")],
    })
}

/// How many answers were sent, yes and no.
async fn answers(world: &World) -> (usize, usize) {
    (world.sent("Accept").await.len(), world.sent("Reject").await.len())
}

#[tokio::test]
async fn who_asks_to_like_answer_or_boost_does_so_and_gets_an_authorisation_that_can_be_fetched() {
    let us = json!({ "type": "Mention", "href": "https://stadt.example/users/buergeramt" });
    let reply = note(BERTA, "1", json!({ "inReplyTo": OURS, "tag": [us] }));
    let about = "gts.example/users/berta about";
    let cases = [
        (
            "LikeRequest",
            like(OURS),
            "LikeAuthorization",
            format!("favourite for buergeramt from {about} ours/1001"),
        ),
        (
            "ReplyRequest",
            reply,
            "ReplyAuthorization",
            format!("mention for buergeramt from {about} gts.example/users/berta/statuses/1"),
        ),
        (
            "AnnounceRequest",
            boost(OURS),
            "AnnounceAuthorization",
            format!("reblog for buergeramt from {about} ours/1001"),
        ),
    ];
    let world = World::start().await;
    for (kind, instrument, authorization, told) in cases {
        let request = asks(kind, OURS, &instrument);

        assert_eq!(world.send(&request, BERTA).await, StatusCode::ACCEPTED);

        let answer = world.sent("Accept").await.pop().expect("it is answered");
        assert_eq!(answer["to"], json!([BERTA]));
        assert_eq!(answer["object"]["id"], request["id"]);
        assert_eq!(
            (&answer["object"]["type"], &answer["object"]["instrument"]),
            (&json!(kind), &instrument["id"])
        );
        let (status, shown) = world.get(answer["result"].as_str().expect("it names one")).await;
        assert_eq!((status, &shown["id"]), (StatusCode::OK, &answer["result"]));
        assert_eq!((&shown["type"], &shown["attributedTo"]), (&json!(authorization), &json!(world.us.uri)));
        assert_eq!(
            (&shown["interactingObject"], &shown["interactionTarget"]),
            (&instrument["id"], &json!(OURS))
        );
        let facts = world.facts().await;
        assert!(facts.contains(&format!("notification: {told}")), "{told}: {facts:#?}");
    }
    assert_eq!(answers(&world).await, (3, 0));
}

#[tokio::test]
async fn what_was_taken_back_is_authorised_no_more() {
    let world = World::start().await;
    world.send(&asks("LikeRequest", OURS, &like(OURS)), BERTA).await;
    let result = world.sent("Accept").await[0]["result"].as_str().expect("it names one").to_owned();

    let undo =
        json!({ "id": format!("{BERTA}/undo/1"), "type": "Undo", "actor": BERTA, "object": like(OURS) });
    world.send(&undo, BERTA).await;

    assert_eq!(world.get(&result).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_blocked_gets_a_no() {
    let world = World::start().await;
    let block =
        json!({ "id": format!("{BERTA}/blocks/1"), "type": "Block", "actor": BERTA, "object": world.us.uri });
    world.send(&block, BERTA).await;

    world.send(&asks("LikeRequest", OURS, &like(OURS)), BERTA).await;
    world.send(&asks("AnnounceRequest", OURS, &boost(OURS)), BERTA).await;

    assert_eq!(answers(&world).await, (0, 2));
    assert_eq!(world.sent("Reject").await[0]["object"]["instrument"], like(OURS)["id"]);
}

#[tokio::test]
async fn nobody_learns_by_asking_that_a_closed_post_is_there() {
    let world = World::start().await;

    world.send(&asks("LikeRequest", CLOSED, &like(CLOSED)), BERTA).await;
    world.send(&asks("AnnounceRequest", CLOSED, &boost(CLOSED)), BERTA).await;

    assert_eq!(answers(&world).await, (0, 0));
    assert!(!world.facts().await.iter().any(|fact| fact.contains("favourite") || fact.contains("boost")));
}

#[tokio::test]
async fn nobody_asks_in_the_name_of_another_or_for_one_post_with_another() {
    let world = World::start().await;
    let other = "https://stadt.example/users/buergeramt/statuses/1009";
    let of_another =
        json!({ "id": format!("{ANNA}/liked/1"), "type": "Like", "actor": ANNA, "object": OURS });
    let foreign_note = note(ANNA, "1", json!({ "inReplyTo": OURS }));
    let mut passed_off = note(BERTA, "1", json!({ "inReplyTo": OURS }));
    passed_off["attributedTo"] = json!(ANNA);
    world.meet(BERTA).await;
    let before = world.facts().await;

    let cases = [
        ("LikeRequest", of_another),
        ("LikeRequest", like(other)),
        ("ReplyRequest", foreign_note),
        ("ReplyRequest", passed_off),
        ("AnnounceRequest", boost(other)),
        ("AnnounceRequest", json!(boost(OURS)["id"])),
        ("LikeRequest", Value::Null),
    ];
    for (number, (kind, instrument)) in cases.into_iter().enumerate() {
        let mut request = asks(kind, OURS, &instrument);
        request["id"] = json!(format!("{BERTA}/interaction_requests/{number}"));
        assert_eq!(world.send(&request, BERTA).await, StatusCode::ACCEPTED);
    }

    assert_eq!(answers(&world).await, (0, 0));
    let mut kept = world.facts().await;
    kept.retain(|fact| {
        !before.contains(fact) && !fact.contains(" ignored: ") && !fact.contains(" refused: ")
    });
    assert!(kept.is_empty(), "{kept:#?}");
}

#[tokio::test]
async fn an_authorisation_says_nothing_of_what_not_everybody_may_see() {
    let world = World::start().await;
    let closed = note(BERTA, "1", json!({ "inReplyTo": OURS, "to": [world.us.uri], "cc": [] }));
    world.send(&asks("ReplyRequest", OURS, &closed), BERTA).await;

    let result = world.sent("Accept").await[0]["result"].as_str().expect("it names one").to_owned();
    assert_eq!(world.get(&result).await.0, StatusCode::NOT_FOUND);
    for guess in ["like_authorizations/1", "announce_authorizations/1001", "reply_authorizations/x"] {
        assert_eq!(world.get(&format!("{}/{guess}", world.us.uri)).await.0, StatusCode::NOT_FOUND);
    }
}
