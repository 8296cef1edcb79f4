//! In which forms others sign, with which keys, and in which form we sign for them.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::keys::{ActorKey, DocumentKey};
use stadtbote_tests::network::{Look, Mode, Signature};
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::{Stadtbote, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A public post of alice.
async fn post(alice: &Client) -> Value {
    alice.post("/api/v1/statuses", json!({ "status": "Hello" })).await.good()
}

async fn favourites(alice: &Client, post: &Value) -> u64 {
    let id = post["id"].as_str().expect("a post has an id");
    let post = alice.get(&format!("/api/v1/statuses/{id}")).await.good();
    post["favourites_count"].as_u64().expect("a count is a number")
}

async fn is_liked(alice: &Client, post: &Value, times: u64) {
    eventually("the Like counts", async || (favourites(alice, post).await == times).then_some(())).await;
}

fn like_of(person: &Person, post: &Value) -> Value {
    person.like(post["uri"].as_str().expect("a post has an address"))
}

/// Sends an activity as `person` with a key that has another id than theirs usually has.
async fn send_with(stadtbote: &Stadtbote, person: &Person, key_id: &str, activity: &Value) -> StatusCode {
    let (door, body) = (stadtbote.door(), activity.to_string().into_bytes());
    let headers = ActorKey::shared().sign(key_id, "POST", &door.host, "/inbox", Some(&body));
    person.post(&door, "/inbox", headers, body).await
}

#[tokio::test]
async fn a_request_signed_after_rfc_9421_counts_and_one_that_was_changed_does_not() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice).await;
    let body = like_of(&rita, &post).to_string().into_bytes();
    let sign = |path: &str| ActorKey::shared().sign_message(&rita.key_id(), &door.host, path, &body);

    let mut uncovered = sign("/inbox");
    let input = uncovered["signature-input"].to_str().expect("it is text").replace(" \"content-digest\"", "");
    uncovered.insert("signature-input", input.parse().expect("it is a header"));
    let mut unsigned = sign("/inbox");
    unsigned.remove("signature");
    for wrong in [sign("/users/alice/inbox"), uncovered, unsigned] {
        assert_eq!(rita.post(&door, "/inbox", wrong, body.clone()).await, 401);
    }
    let other = like_of(&rita, &post).to_string().into_bytes();
    assert_eq!(rita.post(&door, "/inbox", sign("/inbox"), other).await, 401);
    assert_eq!(rita.post(&door, "/inbox", sign("/inbox"), body.clone()).await, 202);

    is_liked(&alice, &post, 1).await;
    stadtbote.rest().await;
}

#[tokio::test]
async fn a15_a_request_that_comes_again_as_it_was_is_not_worked_on_again() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (rita, door) = (stadtbote.rita(), stadtbote.door());
    let post = post(&alice).await;
    let like = like_of(&rita, &post);
    let body = like.to_string().into_bytes();
    let headers = rita.sign(&door, "/inbox", &body);

    assert_eq!(rita.post(&door, "/inbox", headers.clone(), body.clone()).await, 202);
    is_liked(&alice, &post, 1).await;
    rita.send(&door, "/inbox", &rita.undo(&like)).await;
    is_liked(&alice, &post, 0).await;

    assert_eq!(rita.post(&door, "/inbox", headers, body).await, 202);
    stadtbote.rest().await;
    assert_eq!(favourites(&alice, &post).await, 0);
}

#[tokio::test]
async fn a29_a33_what_somebody_passes_on_counts_only_with_a_proof_of_its_actor() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let (network, door) = (stadtbote.network(), stadtbote.door());
    let (rita, relay) = (stadtbote.rita(), network.person("relay@passes.example"));
    let post = post(&alice).await;
    let key = DocumentKey::new();
    let key_id = format!("{}#ed25519-key", rita.uri());
    let mut document = rita.document();
    document["assertionMethod"] = json!([key.multikey(&key_id, &rita.uri())]);
    network.show(&rita.uri(), document);
    let pass_on = async |activity: &Value| relay.send(&door, "/inbox", activity).await;

    let like = like_of(&rita, &post);
    let mut changed = key.prove(&key_id, &like);
    changed["id"] = json!(rita.new_uri("activities"));
    let mut nameless = like_of(&rita, &post);
    nameless.as_object_mut().expect("it is an object").remove("id");
    let others = format!("{}#ed25519-key", relay.uri());
    for unproven in [
        like.clone(),
        DocumentKey::new().prove(&key_id, &like),
        key.prove(&others, &like),
        changed,
        key.prove(&key_id, &nameless),
    ] {
        assert_eq!(pass_on(&unproven).await, 202);
    }
    stadtbote.rest().await;
    assert_eq!(favourites(&alice, &post).await, 0);

    assert_eq!(pass_on(&key.prove(&key_id, &like)).await, 202);
    is_liked(&alice, &post, 1).await;
    stadtbote.rest().await;
}

#[tokio::test]
async fn keys_are_found_under_each_id_that_peers_give_them() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let network = stadtbote.network();
    let post = post(&alice).await;
    let pem = ActorKey::shared().public_pem();
    let show = |person: &Person, key: Value| {
        let mut document = person.document();
        document["publicKey"] = key;
        network.show(&person.uri(), document);
    };

    // GoToSocial: the key's address shows a short form of the actor.
    let berta = network.person("berta@gts.example");
    let own_address = format!("{}/main-key", berta.uri());
    let key = json!({ "id": own_address, "owner": berta.uri(), "publicKeyPem": pem });
    let stub = json!({ "id": berta.uri(), "type": "Person", "preferredUsername": "berta", "publicKey": key });
    network.show(&own_address, stub);
    show(&berta, key);
    // A document of the key alone, which the actor only names.
    let karl = network.person("karl@keys.example");
    let apart = "https://keys.example/keys/1";
    network.show(apart, json!({ "id": apart, "type": "Key", "owner": karl.uri(), "publicKeyPem": pem }));
    show(&karl, json!(apart));
    // Hubzilla: the key has the id of the actor. Old PeerTubes: it has not, but the signature says so.
    let jan = network.person("jan@hubzilla.example");
    show(&jan, json!({ "id": jan.uri(), "owner": jan.uri(), "publicKeyPem": pem }));
    let vera = network.person("vera@peertube.example");
    // BookWyrm: a slash before the fragment.
    let nils = network.person("nils@bookwyrm.example");
    let with_slash = format!("{}/#main-key", nils.uri());
    network.show(&format!("{}/", nils.uri()), nils.document());
    show(&nils, json!({ "id": with_slash, "owner": nils.uri(), "publicKeyPem": pem }));

    let senders = [
        (&berta, own_address.as_str()),
        (&karl, apart),
        (&jan, &jan.uri()),
        (&vera, &vera.uri()),
        (&nils, &with_slash),
    ];
    for (count, (person, key_id)) in senders.into_iter().enumerate() {
        let answer = send_with(&stadtbote, person, key_id, &like_of(person, &post)).await;
        assert_eq!(answer, 202, "{key_id}");
        is_liked(&alice, &post, count as u64 + 1).await;
    }

    // A key that says that it is somebody's, and is not.
    let stolen = "https://keys.example/keys/2";
    network.show(stolen, json!({ "id": stolen, "type": "Key", "owner": karl.uri(), "publicKeyPem": pem }));
    assert_eq!(send_with(&stadtbote, &karl, stolen, &karl.follow(&stadtbote.actor("alice"))).await, 401);
    stadtbote.rest().await;
}

#[tokio::test]
async fn a26_a_changed_key_is_fetched_once_more_and_not_again_at_once() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let post = post(&alice).await;
    stadtbote.rest().await;
    // A key that was just fetched is not fetched again.
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().set_clock(Duration::from_secs(120));
    stadtbote.program_mut().serve().await;
    let (door, new) = (stadtbote.door(), ActorKey::new());
    let mut document = rita.document();
    document["publicKey"]["publicKeyPem"] = json!(new.public_pem());
    stadtbote.network().show(&rita.uri(), document);
    let looks = || {
        let is_actor = |look: &Look| look.host == "far.example" && look.path == "/users/rita";
        stadtbote.network().looks().iter().filter(|look| is_actor(look)).count()
    };
    let before = looks();
    let body = like_of(&rita, &post).to_string().into_bytes();
    let send = async |key: &ActorKey| {
        let headers = key.sign(&rita.key_id(), "POST", &door.host, "/inbox", Some(&body));
        rita.post(&door, "/inbox", headers, body.clone()).await
    };

    assert_eq!(send(&new).await, 202);
    assert_eq!(looks(), before + 1);
    let forger = ActorKey::new();
    for _ in 0..3 {
        assert_eq!(send(&forger).await, 401);
    }

    assert_eq!(looks(), before + 1, "the new key was just fetched");
    is_liked(&alice, &post, 1).await;
    stadtbote.rest().await;
}

#[tokio::test]
async fn a_host_that_wants_rfc_9421_gets_it_and_is_remembered_over_a_restart() {
    let mut stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    stadtbote.network().answers_posts("far.example", Mode::WantsMessageSignatures);
    let deliver = async |stadtbote: &Stadtbote| {
        let before = stadtbote.network().count();
        post(&alice).await;
        stadtbote.network().wait_for(1, |one| one.kind() == "Create" && one.is_taken()).await;
        stadtbote.rest().await;
        stadtbote.network().arrivals().split_off(before)
    };

    let knocks = deliver(&stadtbote).await;
    assert_eq!(knocks.iter().map(|one| one.answer).collect::<Vec<_>>(), [Some(401), Some(202)]);
    let key = format!("{}#main-key", stadtbote.actor("alice"));
    assert!(knocks.iter().all(|one| one.signature == Signature::Good(key.clone())), "{knocks:?}");
    assert_eq!(knocks[0].body, knocks[1].body);
    assert_eq!(deliver(&stadtbote).await.len(), 1);

    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().serve().await;

    let knocks = deliver(&stadtbote).await;
    assert_eq!(knocks.iter().map(|one| one.answer).collect::<Vec<_>>(), [Some(202)]);
}

#[tokio::test]
async fn where_others_must_sign_who_does_not_and_who_is_blocked_reads_nothing() {
    let stadtbote = Stadtbote::start_with(&[("federation.authorized_fetch", "true")]).await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let uma = stadtbote.network().person("uma@far.example");
    stadtbote.rest().await;
    let post = post(&alice).await;
    let uri = post["uri"].as_str().expect("a post has an address");
    let note = &uri[uri.find("/users/").expect("it is ours")..];
    let host = stadtbote.door().host;
    let fetch = async |path: &str, asker: Option<&Person>| {
        let signed = asker.map(|asker| ActorKey::shared().sign(&asker.key_id(), "GET", &host, path, None));
        let signed = signed.unwrap_or_default();
        let mut headers = vec![("accept", "application/activity+json")];
        for name in ["date", "signature"] {
            headers.extend(signed.get(name).and_then(|value| value.to_str().ok()).map(|value| (name, value)));
        }
        stadtbote.stranger().get_with(path, &headers).await
    };

    assert_eq!(fetch(note, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fetch("/users/alice/outbox", None).await.status, StatusCode::UNAUTHORIZED);
    let mut line = TcpStream::connect(stadtbote.program().address()).await.expect("it listens");
    let head = format!(
        "HEAD {note} HTTP/1.1\r\nHost: {host}\r\nAccept: application/activity+json\r\nConnection: close\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.expect("it is read");
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let signed = fetch(note, Some(&rita)).await;
    assert_eq!(signed.header("cache-control"), "private, no-store");
    assert_eq!(signed.good()["id"], post["uri"]);
    // Keys are for everybody, so that what alice says can be checked; so is the account of the server, which signs for us.
    let stub = fetch("/users/alice", None).await.good();
    assert!(stub.get("publicKey").is_some() && stub.get("name").is_none(), "{stub}");
    assert!(fetch("/users/alice", Some(&rita)).await.good().get("name").is_some());
    assert!(fetch("/actor", None).await.good().get("publicKey").is_some());
    let page =
        post["url"].as_str().and_then(|url| url.find("/@").map(|at| &url[at..])).expect("it has a page");
    assert_eq!(stadtbote.stranger().get_with(page, &[("accept", "text/html")]).await.status, StatusCode::OK);

    let follower = alice.get("/api/v1/notifications").await.good()[0]["account"].clone();
    let id = follower["id"].as_str().expect("an account has an id");
    alice.post(&format!("/api/v1/accounts/{id}/block"), json!({})).await.good();
    assert_eq!(fetch(note, Some(&rita)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fetch(note, Some(&uma)).await.status, StatusCode::OK);
}
