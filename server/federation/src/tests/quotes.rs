//! Quotes with consent, both ways. The numbers are those of the catalogue of attacks.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::posts::{Door, publish};
use stadtbote_core::actions::quotes;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::policy::Policy;
use stadtbote_core::domain::post::{Draft, Visibility};
use stadtbote_core::store::{follows, posts};

use super::world::{World, create, draft, fixture, note, owner};
use crate::quotes::stamp_document;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const ANNA: &str = "https://mastodon.example/users/anna";
const BERTA: &str = "https://gts.example/users/berta";
/// A post of ours that everybody may see.
const OURS: &str = "https://stadt.example/users/buergeramt/statuses/1001";
/// A post of ours that only followers may see.
const CLOSED: &str = "https://stadt.example/users/buergeramt/statuses/2001";

fn asks(quoted: &str, instrument: &Value) -> Value {
    json!({
        "id": format!("{ANNA}/quote_requests/1"),
        "type": "QuoteRequest",
        "actor": ANNA,
        "object": quoted,
        "instrument": instrument,
    })
}

fn stamp(author: &str, quoting: &str, quoted: &str) -> Value {
    json!({
        "id": format!("{author}/stamps/1"),
        "type": "QuoteAuthorization",
        "attributedTo": author,
        "interactingObject": quoting,
        "interactionTarget": quoted,
    })
}

/// The facts that name a quote.
async fn quotes_in(world: &World) -> Vec<String> {
    world.facts().await.into_iter().filter(|fact| fact.starts_with("quote of ")).collect()
}

async fn state_of(world: &World) -> String {
    let quotes = quotes_in(world).await;
    assert_eq!(quotes.len(), 1, "{quotes:?}");
    quotes[0].rsplit(": ").next().unwrap_or_default().to_owned()
}

async fn id_of(world: &World, uri: &str) -> PostId {
    let post = posts::find_any_by_uri(world.app.db(), uri).await.expect("the database answers");
    post.expect("the post is here").id
}

#[tokio::test]
async fn who_asks_to_quote_a_public_post_gets_a_stamp_that_can_be_fetched() {
    let world = World::start().await;
    let quoting = note(ANNA, "1", json!({ "quote": OURS }));

    world.send(&asks(OURS, &quoting), ANNA).await;

    let facts = world.facts().await;
    let address = "mastodon.example/users/anna/statuses/1";
    assert!(facts.contains(&format!("quote of ours/1001 by {address}: accepted")), "{facts:#?}");
    let told = format!("notification: quote for buergeramt from mastodon.example/users/anna about {address}");
    assert!(facts.contains(&told), "{facts:#?}");
    let accept = world.sent("Accept").await.pop().expect("it is answered");
    assert_eq!(accept["object"]["id"], format!("{ANNA}/quote_requests/1"));
    assert_eq!(accept["object"]["type"], "QuoteRequest");
    let id = id_of(&world, &format!("{ANNA}/statuses/1")).await;
    let stamp = stamp_document(&world.app, &world.us, id).await.expect("the database answers");
    let stamp = stamp.expect("there is one");
    assert_eq!(stamp["id"], accept["result"]);
    assert_eq!(stamp["interactingObject"], format!("{ANNA}/statuses/1"));
    assert_eq!(stamp["interactionTarget"], OURS);
    assert_eq!(stamp["attributedTo"], world.us.uri);
}

#[tokio::test]
async fn a_policy_that_lets_nobody_quote_is_answered_with_a_refusal() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.send(&fixture("mastodon__follow__account.json"), ANNA).await;
    quotes::set_policy(&world.app, &owner, PostId(1001), Policy::NOBODY).await.expect("it is ours");
    world.work().await;

    world.send(&asks(OURS, &note(ANNA, "1", json!({ "quote": OURS }))), ANNA).await;

    assert_eq!(world.sent("Reject").await[0]["object"]["instrument"], format!("{ANNA}/statuses/1"));
    assert_eq!(state_of(&world).await, "rejected");
    let update = &world.sent("Update").await[0]["object"];
    assert_eq!(update["interactionPolicy"]["canQuote"]["automaticApproval"], json!([world.us.uri]));
}

#[tokio::test]
async fn e05_a_post_for_followers_is_not_quotable_and_nobody_learns_that_it_is_there() {
    let world = World::start().await;

    world.send(&asks(CLOSED, &note(ANNA, "1", json!({ "quote": CLOSED }))), ANNA).await;

    assert!(world.sent("Accept").await.is_empty() && world.sent("Reject").await.is_empty());
    assert_eq!(state_of(&world).await, "rejected");
}

#[tokio::test]
async fn a_request_for_a_post_that_quotes_something_else_is_refused() {
    let world = World::start().await;
    let other = "https://stadt.example/users/buergeramt/statuses/1009";

    world.send(&asks(OURS, &note(ANNA, "1", json!({ "quote": other }))), ANNA).await;

    assert_eq!(world.sent("Reject").await.len(), 1);
    assert!(world.sent("Accept").await.is_empty());
    assert_eq!(state_of(&world).await, "pending");
}

#[tokio::test]
async fn b17_a_quote_without_consent_stays_a_link_whatever_it_claims() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    let claim = json!({ "quote": OURS, "quoteAuthorization": "https://evil.example/stamps/1" });

    world.send(&create(&note(ANNA, "1", claim)), ANNA).await;

    assert_eq!(state_of(&world).await, "pending");
    let link = world.facts().await.into_iter().find(|fact| fact.starts_with("public post mastodon"));
    assert!(link.is_some_and(|post| post.contains("quote-inline")));
}

#[tokio::test]
async fn b17_a_stamp_counts_only_from_the_host_of_the_quoted_author_and_for_that_very_quote() {
    let quoting = format!("{ANNA}/statuses/1");
    let quoted = format!("{BERTA}/statuses/9");
    let at = |uri: &str, mut stamp: Value| {
        stamp["id"] = json!(uri);
        (uri.to_owned(), stamp)
    };
    let own = format!("{BERTA}/stamps/1");
    let cases = [
        (at(&own, stamp(BERTA, &quoting, &quoted)), "accepted"),
        (at("https://evil.example/stamps/1", stamp(BERTA, &quoting, &quoted)), "rejected"),
        (at(&own, stamp(BERTA, &format!("{ANNA}/statuses/2"), &quoted)), "rejected"),
        (at(&own, stamp(BERTA, &quoting, &format!("{BERTA}/statuses/8"))), "rejected"),
        (at(&own, stamp("https://gts.example/users/other", &quoting, &quoted)), "rejected"),
        (at(&own, note(BERTA, "7", json!({}))), "rejected"),
    ];
    for ((address, stamp), expected) in cases {
        let world = World::start().await;
        world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
        world.meet(BERTA).await;
        world.show(note(BERTA, "9", json!({})));
        world.show(stamp);

        let claim = json!({ "quote": quoted, "quoteAuthorization": address });
        world.send(&create(&note(ANNA, "1", claim)), ANNA).await;

        assert_eq!(state_of(&world).await, expected, "{address}");
        let strangers = world.asked().into_iter().filter(|asked| asked.contains("evil.example"));
        assert_eq!(strangers.count(), 0, "nobody else is asked");
    }
}

#[tokio::test]
async fn b17_only_who_gave_a_stamp_takes_it_back() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.meet(BERTA).await;
    let (quoting, quoted) = (format!("{ANNA}/statuses/1"), format!("{BERTA}/statuses/9"));
    world.show(note(BERTA, "9", json!({})));
    world.show(stamp(BERTA, &quoting, &quoted));
    let claim = json!({ "quote": quoted, "quoteAuthorization": format!("{BERTA}/stamps/1") });
    world.send(&create(&note(ANNA, "1", claim)), ANNA).await;
    let gone = |actor: &str| {
        json!({
            "id": format!("{actor}#gone"), "type": "Delete", "actor": actor, "to": [PUBLIC],
            "object": format!("{BERTA}/stamps/1"),
        })
    };

    world.send(&gone("https://gts.example/users/anna"), ANNA).await;
    let before = state_of(&world).await;
    world.send(&gone(BERTA), BERTA).await;

    assert_eq!((before.as_str(), state_of(&world).await.as_str()), ("accepted", "revoked"));
}

#[tokio::test]
async fn b18_quotes_of_quotes_are_not_chased() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.meet(BERTA).await;
    let next = |number: u32| {
        let more = json!({
            "quote": format!("{BERTA}/statuses/{}", number + 1),
            "quoteAuthorization": format!("{BERTA}/statuses/{}", number + 1),
        });
        note(BERTA, &number.to_string(), more)
    };
    for number in 1..50 {
        world.show(next(number));
    }
    let first = json!({ "quote": format!("{BERTA}/statuses/1"), "quoteAuthorization": format!("{BERTA}/statuses/1") });

    world.send(&create(&note(ANNA, "1", first)), ANNA).await;

    let asked = world.asked();
    assert_eq!(asked.iter().filter(|asked| asked.contains("/statuses/2")).count(), 0, "{asked:?}");
    assert!(asked.len() <= 3, "{asked:?}");
}

#[tokio::test]
async fn b18_posts_that_quote_each_other_or_themselves_come_to_an_end() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.meet(BERTA).await;
    world.show(note(BERTA, "1", json!({ "quote": format!("{ANNA}/statuses/1") })));

    world.send(&create(&note(ANNA, "1", json!({ "quote": format!("{BERTA}/statuses/1") }))), ANNA).await;
    world.send(&create(&note(ANNA, "2", json!({ "quote": format!("{ANNA}/statuses/2") }))), ANNA).await;

    assert_eq!(quotes_in(&world).await.len(), 2);
    assert!(world.asked().len() <= 2);
}

#[tokio::test]
async fn b19_nobody_asks_for_the_post_of_another() {
    let world = World::start().await;
    let of_another = note(BERTA, "1", json!({ "quote": OURS }));
    let mut passed_off = note(ANNA, "1", json!({ "quote": OURS }));
    passed_off["attributedTo"] = json!(BERTA);

    for instrument in [of_another, passed_off] {
        assert_eq!(world.send(&asks(OURS, &instrument), ANNA).await, StatusCode::ACCEPTED);
        assert!(world.sent("Accept").await.is_empty());
        assert!(quotes_in(&world).await.is_empty());
    }
}

#[tokio::test]
async fn one_s_own_post_needs_no_consent() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.send(&create(&note(ANNA, "1", json!({}))), ANNA).await;

    let misskey = json!({ "_misskey_quote": format!("{ANNA}/statuses/1") });
    world.send(&create(&note(ANNA, "2", misskey)), ANNA).await;

    assert_eq!(state_of(&world).await, "accepted, by an older name");
}

#[tokio::test]
async fn a_post_of_ours_asks_before_it_quotes_and_shows_the_stamp_that_it_gets() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.send(&fixture("mastodon__create__public_note.json"), ANNA).await;
    world.send(&fixture("mastodon__follow__account.json"), ANNA).await;
    let quoted = format!("{ANNA}/statuses/115000000000000001");
    let draft = draft(Some(id_of(&world, &quoted).await));
    let post = publish(&world.app, &owner, Door::Api, draft, None).await.expect("it may be quoted");
    world.work().await;
    let asked = world.sent("QuoteRequest").await.remove(0);
    let waiting = crate::to_wire::note_document(&world.app, &post, &world.us).await.expect("it is there");
    let answer = |kind: &str, actor: &str, result: &str| json!({ "id": format!("{actor}#a{kind}{}", result.len()), "type": kind, "actor": actor, "object": asked["id"], "result": result });

    world.send(&answer("Accept", BERTA, &format!("{BERTA}/stamps/1")), BERTA).await;
    world.send(&answer("Accept", ANNA, "https://evil.example/stamps/1"), ANNA).await;
    let before = state_of(&world).await;
    let stamp = format!("{ANNA}/quote_authorizations/6");
    world.send(&answer("Accept", ANNA, &stamp), ANNA).await;

    assert_eq!(asked["object"], quoted);
    assert_eq!(asked["instrument"]["id"], post.uri);
    assert_eq!((&waiting["quote"], waiting.get("quoteAuthorization")), (&json!(quoted), None));
    assert_eq!(waiting["_misskey_quote"], waiting["quoteUri"]);
    assert!(
        waiting["content"].as_str().is_some_and(|text| text.starts_with("<p class=\"quote-inline\">RE: "))
    );
    assert_eq!((before.as_str(), state_of(&world).await.as_str()), ("pending", "accepted"));
    let update = world.sent("Update").await.remove(0);
    assert_eq!(update["object"]["quoteAuthorization"], stamp);
    assert_eq!(update["object"].get("updated"), None);

    world.send(&answer("Reject", ANNA, ""), ANNA).await;
    assert_eq!(state_of(&world).await, "revoked");
    let update = world.sent("Update").await.pop().expect("it is told");
    assert_eq!((update["object"].get("quote"), update["object"].get("quoteAuthorization")), (None, None));
}

#[tokio::test]
async fn a_post_that_says_nothing_of_quotes_or_lets_nobody_is_not_quoted_by_ours() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    let nobody = json!({ "interactionPolicy": { "canQuote": { "automaticApproval": [ANNA] } } });
    for (id, more) in [("1", json!({})), ("2", nobody)] {
        world.send(&create(&note(ANNA, id, more)), ANNA).await;
        let draft = draft(Some(id_of(&world, &format!("{ANNA}/statuses/{id}")).await));

        assert!(publish(&world.app, &owner, Door::Api, draft, None).await.is_err());
    }
    assert!(world.sent("QuoteRequest").await.is_empty());
}

#[tokio::test]
async fn a_post_that_not_everybody_may_see_does_not_tell_a_quoted_author_of_itself() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.follow(ANNA, "https://stadt.example/users/buergeramt#follows/1", follows::ACCEPTED).await;
    world.send(&fixture("mastodon__create__public_note.json"), ANNA).await;
    let quoted = id_of(&world, &format!("{ANNA}/statuses/115000000000000001")).await;

    for visibility in [Visibility::Private, Visibility::Direct] {
        let draft = Draft { visibility, ..draft(Some(quoted)) };
        assert!(publish(&world.app, &owner, Door::Api, draft, None).await.is_err());
    }
    world.work().await;

    assert!(world.sent("QuoteRequest").await.is_empty());
}

#[tokio::test]
async fn consent_that_we_take_back_is_told_and_the_stamp_is_gone() {
    let world = World::start().await;
    let owner = owner(&world).await;
    world.send(&asks(OURS, &note(ANNA, "1", json!({ "quote": OURS }))), ANNA).await;
    let quoting = id_of(&world, &format!("{ANNA}/statuses/1")).await;

    quotes::revoke(&world.app, &owner, PostId(1001), quoting).await.expect("it is a quote of ours");
    world.work().await;

    let gone = world.sent("Delete").await.remove(0);
    assert_eq!(gone["object"]["type"], "QuoteAuthorization");
    assert_eq!(gone["object"]["id"], world.sent("Accept").await[0]["result"]);
    assert_eq!(stamp_document(&world.app, &world.us, quoting).await.expect("the database answers"), None);
    assert_eq!(state_of(&world).await, "revoked");

    let mut again = asks(OURS, &json!(format!("{ANNA}/statuses/1")));
    again["id"] = json!(format!("{ANNA}/quote_requests/2"));
    world.send(&again, ANNA).await;
    assert_eq!(state_of(&world).await, "revoked");
    assert_eq!(world.sent("Reject").await.len(), 1);
}
