//! Who follows whom, compared with other servers.

use http::{HeaderMap, Method, header};
use serde_json::{Value, json};
use stadtbote_core::domain::followers_digest::followers_digest;
use stadtbote_core::domain::ids::{DeliveryId, OutgoingId};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::deliveries::Claimed;
use stadtbote_core::store::follows;
use url::Url;

use super::world::{World, create, fixture, note};
use crate::asker;
use crate::signatures::forms::Form;
use crate::signatures::keys::PublicKey;
use crate::signatures::{self, SignedRequest};
use crate::synchronization::{self, HEADER};
use crate::test_network::{now, public_pem, signing_key};
use crate::wire;

const ANNA: &str = "https://mastodon.example/users/anna";
const BERTA: &str = "https://gts.example/users/berta";
const US: &str = "https://stadt.example/users/buergeramt";

fn says(collection: &str, digest: &str, url: &str) -> HeaderMap {
    let value = format!("collectionId=\"{collection}\", digest=\"{digest}\", url=\"{url}\"");
    HeaderMap::from_iter([(HEADER, value.parse().expect("it is a header"))])
}

fn list(items: &[&str]) -> Value {
    let id = format!("{ANNA}/followers_synchronization");
    json!({ "id": id, "type": "OrderedCollection", "orderedItems": items })
}

fn closed(id: &str) -> Value {
    let mut note = note(ANNA, id, json!({}));
    (note["to"], note["cc"]) = (json!([format!("{ANNA}/followers")]), json!([]));
    create(&note)
}

async fn follow_facts(world: &World) -> Vec<String> {
    let facts = world.facts().await.into_iter();
    facts.filter(|fact| fact.contains(" follow of ") || fact.starts_with("sent Undo")).collect()
}

/// What becomes of our follow of anna when her server sends this beside a post, and shows that list.
async fn after(state: &str, headers: HeaderMap, shown: Value) -> (Vec<String>, Vec<String>) {
    let world = World::start().await;
    world.follow(ANNA, &format!("{US}#follows/1"), state).await;
    world.show(shown);

    world.send_with(&closed("1"), ANNA, headers).await;

    (follow_facts(&world).await, world.asked())
}

#[tokio::test]
async fn a_digest_that_is_ours_asks_for_nothing_and_another_ends_what_is_no_follow() {
    let (followers, url) = (format!("{ANNA}/followers"), format!("{ANNA}/followers_synchronization"));
    let (ours, none) = (followers_digest([US]), followers_digest([]));

    let same = after(follows::ACCEPTED, says(&followers, &ours, &url), list(&[])).await;
    let gone = after(follows::ACCEPTED, says(&followers, &none, &url), list(&[])).await;
    let other_time = after(follows::ACCEPTED, says(&followers, &none, &url), list(&[BERTA, US])).await;
    let cut_off = after(follows::ACCEPTED, says(&followers, &"ab".repeat(32), &url), list(&[])).await;

    assert_eq!((same.0.len(), same.1), (1, vec![]));
    assert_eq!(gone, (vec![], vec![url]));
    assert_eq!((other_time.0.len(), cut_off.0.len()), (1, 1));
}

#[tokio::test]
async fn who_was_let_in_and_did_not_hear_of_it_follows() {
    let (followers, url) = (format!("{ANNA}/followers"), format!("{ANNA}/followers_synchronization"));

    let facts =
        after(follows::REQUESTED, says(&followers, &followers_digest([US]), &url), list(&[US])).await.0;

    assert_eq!(facts, ["accepted follow of mastodon.example/users/anna by buergeramt"]);
}

#[tokio::test]
async fn a_header_about_somebody_else_or_with_a_list_elsewhere_counts_for_nothing() {
    let (followers, url) = (format!("{ANNA}/followers"), format!("{ANNA}/followers_synchronization"));
    let none = followers_digest([]);
    let mut twice = says(&followers, &none, &url);
    twice.append(HEADER, twice[HEADER].clone());
    for headers in [
        says(&format!("{BERTA}/followers"), &none, &url),
        says(&followers, &none, "https://evil.example/list"),
        says(&followers, "zz", &url),
        HeaderMap::from_iter([(HEADER, "collectionId=\"".parse().expect("it is a header"))]),
        twice,
    ] {
        let (facts, asked) = after(follows::ACCEPTED, headers, list(&[])).await;

        assert_eq!((facts.len(), asked), (1, vec![]));
    }
}

#[tokio::test]
async fn a_list_is_shown_only_to_the_host_that_its_people_live_on() {
    let world = World::start().await;
    for document in ["mastodon__follow__account.json", "gotosocial__follow__locked.json"] {
        world.send(&fixture(document), ANNA).await;
    }
    let url = Url::parse(&format!("{US}/followers_synchronization")).expect("it is an address");
    let ask = async |key: &str, path: &str| {
        let mut headers =
            signing_key(key).sign_get(Form::Cavage, &url, world.app.clock.now()).expect("it signs");
        headers.insert(header::HOST, "stadt.example".parse().expect("it is a header"));
        asker::asker(&world.federation, path, &headers).await.expect("the key is known")
    };

    let asker = ask(&format!("{ANNA}#main-key"), url.path()).await;
    let host = asker.as_deref().and_then(wire::host);
    let list = synchronization::collection(&world.app, &world.us, host.as_deref().unwrap_or_default()).await;

    assert_eq!(host.as_deref(), Some("mastodon.example"));
    assert_eq!(list.expect("the database answers")["orderedItems"], json!([ANNA]));
    assert_eq!(ask(&format!("{ANNA}#main-key"), "/users/other/followers_synchronization").await, None);
    let unsigned = asker::asker(&world.federation, url.path(), &HeaderMap::new()).await;
    assert_eq!(unsigned.expect("nothing is asked"), None);
}

#[tokio::test]
async fn e06_what_is_for_followers_goes_out_with_the_digest_of_those_who_live_there() {
    let world = World::start().await;
    for document in ["mastodon__follow__account.json", "gotosocial__follow__locked.json"] {
        world.send(&fixture(document), ANNA).await;
    }
    let row = |visibility, kind: &str| Claimed {
        id: DeliveryId(1),
        outgoing_id: OutgoingId(1),
        inbox: "https://mastodon.example/inbox".into(),
        host: "mastodon.example".into(),
        subject: String::new(),
        class: 0,
        attempts: 0,
        created_at: world.app.clock.now(),
        account_id: world.us.id,
        kind: kind.into(),
        post_id: None,
        visibility: Some(visibility),
    };
    let header =
        async |row: Claimed| synchronization::header(&world.app, &row).await.expect("the database answers");

    let sent = header(row(Visibility::Private, "Create")).await;

    let expected = says(
        &format!("{US}/followers"),
        &followers_digest([ANNA]),
        &format!("{US}/followers_synchronization"),
    );
    assert_eq!(sent, expected);
    assert!(header(row(Visibility::Public, "Create")).await.is_empty());
    assert!(header(row(Visibility::Private, "Delete")).await.is_empty());
}

#[test]
fn the_digest_is_signed_in_both_forms() {
    let inbox = Url::parse("https://far.example/inbox").expect("it is an address");
    let now = now();
    let more = says("https://stadt.example/f", &"0".repeat(64), "https://stadt.example/s");
    for form in [Form::Cavage, Form::Message] {
        let mut headers = signing_key("https://stadt.example/users/buergeramt#main-key")
            .sign_post_with(form, &inbox, b"{}", &more, now)
            .expect("it signs");
        headers.insert(header::HOST, "far.example".parse().expect("it is a header"));
        let is_good = |headers: &HeaderMap| {
            let request = SignedRequest {
                method: &Method::POST,
                path_and_query: "/inbox",
                headers,
                body: b"{}",
                expected_hosts: &["far.example"],
            };
            let checked = signatures::parse(headers).and_then(|parsed| parsed.check(&request, now));
            let key = PublicKey::from_pem(public_pem()).expect("it is a key");
            checked.is_ok_and(|checked| checked.verify(&key).is_ok())
        };

        assert!(is_good(&headers));
        headers.insert(HEADER, "collectionId=\"\"".parse().expect("it is a header"));
        assert!(!is_good(&headers));
    }
}
