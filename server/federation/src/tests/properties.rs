//! What is true whatever comes, tried with what chance makes of the pieces that real documents are made of.
//!
//! `PROPTEST_CASES` says how many of each are tried; docs/CONVENTIONS.md.

use std::cell::Cell;
use std::collections::BTreeSet;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Map, Value, json};
use stadtbote_core::domain::ids::{AccountId, FollowId, PostId, RowId};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::store::{accounts, blocks, follows, mentions};
use tokio::runtime::Runtime;

use super::world::{World, made_up};
use crate::signatures::{self, SignedRequest};
use crate::test_network::{now, public_pem};
use crate::wire::PUBLIC;
use crate::{audience, from_wire, to_wire};

const MALLORY: &str = "https://evil.example/u/mallory";
const US: &str = "https://stadt.example/users/buergeramt";

/// As many cases as are asked for, without a file of those that failed: each is printed in its smallest form.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// A value without others within.
fn leaf() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "x",
        "de",
        "\0",
        "Ja",
        "true",
        "\u{202e}",
        "image/png",
        "2026-08-01T09:00:00Z",
        "9999-12-31T23:59:59+14:00",
        "<p>Hallo <script>x()</script><a href=\"javascript:x()\">x</a></p>",
        "as:Public",
        PUBLIC,
        US,
        "https://stadt.example/users/buergeramt/statuses/1001",
        "https://stadt.example/users/buergeramt/statuses/1002",
        "https://stadt.example/users/buergeramt/statuses/2001",
        "https://stadt.example/actor",
        MALLORY,
        "https://evil.example/notes/1",
        "https://evil.example/u/mallory/followers",
        "https://mastodon.example/users/anna",
        "https://mastodon.example/users/anna/statuses/1",
        "https://evil.example@mastodon.example/",
        "https://",
        "acct:mallory@evil.example",
        "did:key:z6Mk",
        "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    ];
    prop_oneof![
        8 => proptest::sample::select(texts.to_vec()).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => "\\PC{0,12}".prop_map(Value::from),
    ]
}

/// A property's name.
fn name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "id",
        "actor",
        "object",
        "target",
        "to",
        "cc",
        "bto",
        "content",
        "contentMap",
        "summary",
        "name",
        "tag",
        "attachment",
        "url",
        "href",
        "inReplyTo",
        "attributedTo",
        "published",
        "updated",
        "oneOf",
        "anyOf",
        "endTime",
        "closed",
        "votersCount",
        "replies",
        "totalItems",
        "icon",
        "image",
        "mediaType",
        "publicKey",
        "owner",
        "publicKeyPem",
        "inbox",
        "preferredUsername",
        "followers",
        "featured",
        "endpoints",
        "sharedInbox",
        "alsoKnownAs",
        "movedTo",
        "quoteUrl",
        "blurhash",
        "focalPoint",
        "width",
        "sensitive",
        "language",
        "preview",
        "proof",
        "suspended",
        "@id",
        "@value",
        "@context",
        "de",
    ])
}

/// A kind of thing, mostly one that is known.
fn kind() -> impl Strategy<Value = Value> {
    let kinds = [
        "Create",
        "Update",
        "Delete",
        "Follow",
        "Accept",
        "Reject",
        "Undo",
        "Like",
        "EmojiReact",
        "Announce",
        "Block",
        "Flag",
        "Add",
        "Remove",
        "Move",
        "Note",
        "Question",
        "Article",
        "Video",
        "Image",
        "Document",
        "Person",
        "Group",
        "Mention",
        "Hashtag",
        "Emoji",
        "Link",
        "PropertyValue",
        "Tombstone",
        "Nonsense",
    ];
    prop_oneof![
        9 => proptest::sample::select(kinds.to_vec()).prop_map(Value::from),
        1 => vec(proptest::sample::select(kinds.to_vec()), 0..3).prop_map(Value::from),
    ]
}

/// Whatever can be made of them, some levels deep.
fn thing() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 48, 6, |inner| {
        let object = (kind(), vec((name(), inner.clone()), 0..6)).prop_map(|(kind, properties)| {
            let mut object: Map<String, Value> =
                properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            object.insert("type".to_owned(), kind);
            Value::Object(object)
        });
        prop_oneof![1 => vec(inner, 0..4).prop_map(Value::from), 3 => object]
    })
}

/// An activity of Mallory's, or what should be one.
fn activity() -> impl Strategy<Value = Value> {
    (thing(), kind(), proptest::option::weighted(0.9, Just(MALLORY)), any::<u32>(), thing()).prop_map(
        |(mut activity, kind, actor, number, object)| {
            if let Value::Object(properties) = &mut activity {
                properties.insert("type".to_owned(), kind);
                properties.insert("id".to_owned(), json!(format!("{MALLORY}#{number}")));
                properties.entry("object").or_insert(object);
                if let Some(actor) = actor {
                    properties.insert("actor".to_owned(), json!(actor));
                }
            }
            activity
        },
    )
}

#[test]
fn whatever_comes_into_the_inbox_has_an_outcome_and_touches_nothing_of_ours() {
    let runtime = Runtime::new().expect("there are threads");
    let world = runtime.block_on(World::start());
    runtime.block_on(world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED));
    let ours = async || {
        let facts = world.facts().await;
        facts.into_iter().filter(|fact| fact.contains(" post ours/")).collect::<BTreeSet<String>>()
    };
    let before = runtime.block_on(ours());
    let key = format!("{MALLORY}#main-key");

    proptest!(config(), |(activity in activity())| {
        let answer = runtime.block_on(world.post(activity.to_string().as_bytes(), &key));
        prop_assert!(matches!(answer.as_u16(), 202 | 400 | 401 | 403), "{}", answer);
    });

    let facts = runtime.block_on(world.facts());
    assert_eq!(runtime.block_on(ours()), before);
    assert!(
        !facts.iter().any(|fact| fact.contains("<script") || fact.contains("\"javascript:")),
        "{facts:#?}"
    );
}

/// A piece of a header of a signature, of either form.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "keyId=\"https://far.example/users/rita#main-key\"",
        "algorithm=\"rsa-sha256\"",
        "algorithm=\"hs2019\"",
        "headers=\"(request-target) host date digest\"",
        "headers=\"(request-target) (created) host digest\"",
        "headers=\"host host\"",
        "signature=\"AAAA\"",
        "signature=\"====\"",
        "created=1785574800",
        "created=99999999999999999999",
        "expires=-1",
        "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created=1785574800;keyid=\"https://far.example/k\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=1785574800;keyid=\"https://far.example/k\";alg=\"ed25519\"",
        "sig1=:AAAA:",
        "sig2=:AAAA:",
        "sig1=()",
        "Signature ",
        ";expires=1",
        ";sf",
        ",",
        " ",
        "\"",
        "\\",
        "=",
        "(",
        ")",
        ":",
    ];
    prop_oneof![
        6 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => "[ -~]{0,10}",
    ]
}

/// A header out of such pieces.
fn signature_header() -> impl Strategy<Value = (&'static str, String)> {
    let names = ["signature", "signature-input", "authorization", "digest", "content-digest", "date", "host"];
    (proptest::sample::select(names.to_vec()), vec(piece(), 0..8), prop_oneof![Just(","), Just("")])
        .prop_map(|(name, pieces, between)| (name, pieces.join(between)))
}

#[test]
fn no_signature_out_of_pieces_is_good_and_none_breaks_its_reader() {
    let key = signatures::keys::PublicKey::from_text(public_pem()).expect("it is a key");

    proptest!(config(), |(lines in vec(signature_header(), 0..6), query in "[ -~]{0,10}")| {
        let mut headers = HeaderMap::new();
        for (name, value) in &lines {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers.entry(header::HOST).or_insert(HeaderValue::from_static("stadt.example"));
        let path = format!("/inbox?{query}");
        let request = SignedRequest {
            method: &Method::POST,
            path_and_query: &path,
            headers: &headers,
            body: b"{}",
            expected_hosts: &["stadt.example"],
        };
        if let Ok(parsed) = signatures::parse(&headers) {
            prop_assert!(parsed.key_id().starts_with("https://"));
            if let Ok(checked) = parsed.check(&request, now()) {
                prop_assert!(checked.verify(&key).is_err());
            }
        }
    });
}

fn visibility() -> impl Strategy<Value = Visibility> {
    use Visibility::{Direct, Private, Public, Unlisted};
    proptest::sample::select(vec![Public, Unlisted, Private, Direct])
}

#[test]
fn what_is_addressed_is_read_as_it_was_meant_and_names_nobody_else() {
    let runtime = Runtime::new().expect("there are threads");
    let world = runtime.block_on(World::start());
    let everybody = ["anna", "berta", "carl", "dora"].map(|name| {
        let actor = made_up(&format!("https://mastodon.example/users/{name}"));
        let uri = actor["id"].as_str().expect("it has an id").to_owned();
        accounts::Model { uri, ..world.us.clone() }
    });
    let followers = world.us.followers.clone().expect("ours have followers");

    proptest!(config(), |(meant in visibility(), named in proptest::sample::subsequence(everybody.to_vec(), 0..=4))| {
        let (to, cc) = to_wire::addressing(&world.us, meant, &named);

        prop_assert_eq!(from_wire::visibility(&to, &cc, &world.us), meant);
        for id in to.iter().chain(&cc) {
            let is_meant = (id == PUBLIC && meant.is_open())
                || (*id == followers && meant != Visibility::Direct)
                || named.iter().any(|account| account.uri == *id);
            prop_assert!(is_meant, "{id}");
        }
    });
}

#[test]
fn what_is_not_addressed_to_everybody_is_never_open() {
    let runtime = Runtime::new().expect("there are threads");
    let world = runtime.block_on(World::start());
    let author = accounts::Model {
        uri: MALLORY.to_owned(),
        host: Some("evil.example".to_owned()),
        followers: Some(format!("{MALLORY}/followers")),
        ..world.us.clone()
    };

    proptest!(config(), |(to in thing(), cc in thing(), more in thing())| {
        let note = json!({
            "id": "https://evil.example/notes/1", "type": "Note", "attributedTo": MALLORY, "to": to, "cc": cc,
            "audience": more, "bto": more, "content": "x",
        });
        let post = from_wire::post(&note, &author).expect("it is a post");
        let named = |name: &str| crate::wire::ids(&note, name);
        let is_public = |ids: Vec<String>| ids.iter().any(|id| crate::wire::is_public(id));
        match post.visibility {
            Visibility::Public => prop_assert!(is_public(named("to"))),
            Visibility::Unlisted => prop_assert!(is_public(named("cc"))),
            Visibility::Private | Visibility::Direct => {
                prop_assert!(!is_public(named("to")) && !is_public(named("cc")));
                let to_followers = [named("to"), named("cc")].concat().contains(&format!("{MALLORY}/followers"));
                prop_assert_eq!(post.visibility == Visibility::Private, to_followers);
            }
        }
    });
}

/// What somebody is to an account of ours.
#[derive(Clone, Copy, Debug)]
struct Tie {
    follows: Option<&'static str>,
    is_named: bool,
    is_blocked: bool,
}

fn tie() -> impl Strategy<Value = Tie> {
    let follows = prop_oneof![Just(None), Just(Some(follows::ACCEPTED)), Just(Some(follows::REQUESTED))];
    (follows, any::<bool>(), proptest::bool::weighted(0.2)).prop_map(|(follows, is_named, is_blocked)| Tie {
        // Who is blocked follows no longer.
        follows: follows.filter(|_| !is_blocked),
        is_named,
        is_blocked,
    })
}

/// Ties the others to an account of ours and to a post of it.
async fn put_ties(
    world: &World,
    us: &accounts::Model,
    post: PostId,
    others: &[accounts::Model],
    ties: &[Tie],
) {
    let now = world.app.clock.now();
    let tx = world.app.begin_write().await.expect("the database can be written to");
    let named: Vec<AccountId> =
        others.iter().zip(ties).filter(|(_, tie)| tie.is_named).map(|(other, _)| other.id).collect();
    mentions::insert(&tx, post, &named).await.expect("nobody is named yet");
    for (other, tie) in others.iter().zip(ties) {
        if let Some(state) = tie.follows {
            let row = follows::Model {
                id: world.app.id(FollowId),
                follower_id: other.id,
                followed_id: us.id,
                state: state.into(),
                uri: format!("{}#follows/{}", other.uri, us.id),
                show_boosts: true,
                notify: false,
                languages: None,
                created_at: now,
            };
            follows::insert_once(&tx, row).await.expect("nobody follows yet");
        }
        if tie.is_blocked {
            let row = blocks::Model {
                id: world.app.id(RowId),
                account_id: us.id,
                target_id: other.id,
                uri: String::new(),
                created_at: now,
            };
            blocks::insert_once(&tx, row).await.expect("nobody is blocked yet");
        }
    }
    tx.commit().await.expect("nothing stands against it");
}

#[test]
fn what_is_not_for_everybody_goes_to_no_inbox_but_those_of_its_readers() {
    let runtime = Runtime::new().expect("there are threads");
    let world = runtime.block_on(World::start());
    // Two to a host, of which one has a shared inbox.
    let mut others = Vec::new();
    for uri in [
        "https://mastodon.example/users/a",
        "https://mastodon.example/users/b",
        "https://evil.example/u/c",
        "https://evil.example/u/d",
    ] {
        let mut actor = made_up(uri);
        if uri.contains("mastodon") {
            actor["endpoints"] = json!({ "sharedInbox": "https://mastodon.example/inbox" });
        }
        world.show(actor);
        others.push(runtime.block_on(world.meet(uri)));
    }
    let number = Cell::new(0);

    proptest!(config(), |(visibility in visibility(), ties in vec(tie(), 4))| {
        number.set(number.get() + 1);
        let (us, post) = runtime.block_on(world.another(number.get(), visibility));
        runtime.block_on(put_ties(&world, &us, post.id, &others, &ties));

        let inboxes = runtime.block_on(audience::of_post(&world.app, &post, &us)).expect("the database answers");

        let is_follower = |tie: &Tie| tie.follows == Some(follows::ACCEPTED);
        for inbox in &inboxes {
            let here = |other: &&accounts::Model| {
                other.inbox == *inbox || other.shared_inbox.as_ref() == Some(inbox)
            };
            let readers: Vec<&Tie> =
                others.iter().zip(&ties).filter(|(other, _)| here(other)).map(|(_, tie)| tie).collect();
            let is_shared = others.iter().any(|other| other.shared_inbox.as_ref() == Some(inbox));
            let may = match visibility {
                // What everybody may read may go to whoever is concerned.
                Visibility::Public | Visibility::Unlisted => {
                    readers.iter().any(|tie| is_follower(tie) || tie.is_named)
                }
                Visibility::Private if is_shared => readers.iter().any(|tie| is_follower(tie)),
                Visibility::Private => readers.iter().any(|tie| is_follower(tie) || (tie.is_named && !tie.is_blocked)),
                Visibility::Direct => !is_shared && readers.iter().any(|tie| tie.is_named && !tie.is_blocked),
            };
            prop_assert!(may, "{} gets what is {:?}: {:?}", inbox, visibility, ties);
        }
        if visibility != Visibility::Direct {
            for (other, tie) in others.iter().zip(&ties).filter(|(_, tie)| is_follower(tie)) {
                let is_reached = inboxes.contains(&other.inbox)
                    || other.shared_inbox.as_ref().is_some_and(|shared| inboxes.contains(shared));
                prop_assert!(is_reached, "{} gets nothing: {:?}", other.uri, tie);
            }
        }
    });
}
