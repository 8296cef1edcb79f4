//! What others make us fetch and work on: section C of the catalogue. What the client refuses is tested beside it.

use std::sync::atomic::{AtomicU32, Ordering};

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::store::follows;

use super::{ANNA, MALLORY, US, activity, changes, note, ours};
use crate::from_wire;
use crate::tests::world::{World, made_up};

#[tokio::test]
async fn c16_json_that_is_none_or_bears_what_no_text_may_is_no_fault_of_ours() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let key = format!("{MALLORY}#main-key");
    let like = activity("Like", MALLORY, json!(ours(1001))).to_string();
    let utf_16: Vec<u8> = like.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let before = world.facts().await;

    for body in [
        vec![b'['; 1_000_000],
        [vec![b'['; 100_000], vec![b']'; 100_000]].concat(),
        format!("{{\"a\":{}{}}}", "{\"a\":".repeat(5000), "}".repeat(5000)).into_bytes(),
        [&b"\xef\xbb\xbf"[..], like.as_bytes()].concat(),
        utf_16,
        like.replace("Like", "Li\u{0}ke").into_bytes(),
        like.replace("attack", "\\ud800").into_bytes(),
        like.replace("\"to\"", "\"n\":1e999,\"to\"").into_bytes(),
        [like.as_bytes(), b"\xff"].concat(),
        b"\"\xc3\x28\"".to_vec(),
    ] {
        assert_eq!(world.post(&body, &key).await, StatusCode::BAD_REQUEST, "{:?}", &body[..20]);
    }

    assert!(changes(&world, &before).await.is_empty());
}

/// A document with every text in it, at any depth, replaced in turn.
fn replaced(document: &Value, by: &str) -> Vec<Value> {
    fn paths(value: &Value, path: String, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(path),
            Value::Array(values) => {
                values.iter().enumerate().for_each(|(at, value)| paths(value, format!("{path}/{at}"), found));
            }
            Value::Object(object) => {
                object.iter().for_each(|(name, value)| paths(value, format!("{path}/{name}"), found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    paths(document, String::new(), &mut found);
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let replace = |path: String| {
        let mut document = document.clone();
        let place = document.pointer_mut(&path).expect("it was found there");
        *place = json!(format!("{}{by}", place.as_str().unwrap_or_default()));
        // Each is something new, for what was seen before is passed over.
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let document = document.to_string().replace("#attack-", &format!("#attack-{number}-"));
        let document = document.replace("example/notes/1", &format!("example/notes/1-{number}"));
        serde_json::from_str(&document).expect("it is JSON as before")
    };
    found.into_iter().map(replace).collect()
}

#[tokio::test]
async fn c16_what_a_database_keeps_in_no_text_is_in_none_that_it_is_given() {
    let world = World::start().await;
    let mut actor = made_up(MALLORY);
    actor["name"] = json!("Mallory");
    actor["summary"] = json!("<p>Hallo</p>");
    actor["url"] = json!("https://evil.example/@mallory");
    actor["icon"] = json!({ "type": "Image", "url": "https://evil.example/i.png" });
    actor["endpoints"] = json!({ "sharedInbox": "https://evil.example/inbox" });
    actor["featured"] = json!("https://evil.example/u/mallory/featured");
    actor["movedTo"] = json!("https://evil.example/u/other");
    actor["attachment"] = json!([{ "type": "PropertyValue", "name": "Web", "value": "x" }]);
    world.show(actor.clone());
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let key = format!("{MALLORY}#main-key");
    let mut post = note(MALLORY, "https://evil.example/notes/1");
    for (name, value) in [
        ("url", json!("https://evil.example/@mallory/1")),
        ("summary", json!("Warnung")),
        ("contentMap", json!({ "de": "<p>Hallo</p>" })),
        ("inReplyTo", json!("https://mastodon.example/users/anna/statuses/none")),
        ("published", json!("2026-08-01T09:00:00Z")),
        ("quoteUrl", json!("https://mastodon.example/users/anna/statuses/none")),
        ("oneOf", json!([{ "type": "Note", "name": "Ja" }])),
        (
            "attachment",
            json!([{ "type": "Image", "mediaType": "image/png", "url": "https://evil.example/a.png", "name": "x", "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj" }]),
        ),
        (
            "tag",
            json!([{ "type": "Mention", "href": US, "name": "@x" }, { "type": "Hashtag", "name": "#x" }]),
        ),
    ] {
        post[name] = value;
    }
    let mut question = post.clone();
    question["type"] = json!("Question");
    let short = note(MALLORY, "https://evil.example/notes/1");
    let mut article = short.clone();
    article["type"] = json!("Article");
    article["name"] = json!("Titel");
    article["summary"] = json!("Kurz");
    let mut flag = activity("Flag", MALLORY, json!([US, ours(1001)]));
    flag["content"] = json!("Grund");
    let mut pin = activity("Add", MALLORY, json!("https://evil.example/notes/1"));
    pin["target"] = json!("https://evil.example/u/mallory/featured");
    let vote = json!({
        "id": "https://evil.example/votes/1", "type": "Note", "attributedTo": MALLORY, "name": "Ja",
        "inReplyTo": ours(1002), "to": [US],
    });

    let nasty = "\u{0}x\u{202e}\r\n\u{1b}[2J";
    for good in [
        activity("Create", MALLORY, question.clone()),
        activity("Create", MALLORY, article.clone()),
        activity("Create", MALLORY, vote.clone()),
        activity("Update", MALLORY, short.clone()),
        activity("Update", MALLORY, actor.clone()),
        activity("Follow", MALLORY, json!(US)),
        activity("Like", MALLORY, json!(ours(1001))),
        activity("Announce", MALLORY, json!(ours(1001))),
        activity("Announce", MALLORY, short.clone()),
        activity("Undo", MALLORY, activity("Like", MALLORY, json!(ours(1001)))),
        activity("Undo", MALLORY, json!("https://evil.example/likes/1")),
        activity("Delete", MALLORY, json!("https://evil.example/notes/2")),
        activity("Accept", MALLORY, json!("https://stadt.example/f/1")),
        flag.clone(),
        pin.clone(),
        activity("Undo", MALLORY, activity("Block", MALLORY, json!(US))),
        activity("Block", MALLORY, json!(US)),
        activity("Undo", MALLORY, activity("Block", MALLORY, json!(US))),
    ] {
        for activity in replaced(&good, nasty) {
            let answer = world.post(activity.to_string().as_bytes(), &key).await;
            assert!(!answer.is_server_error(), "{answer} for {activity}");
        }
    }

    let facts = world.facts().await;
    assert!(
        facts.iter().filter(|fact| fact.starts_with("public post evil.example")).count() > 10,
        "{facts:#?}"
    );
    assert!(!facts.iter().any(|fact| fact.contains('\0') || fact.contains('\u{1b}')), "{facts:#?}");
}

#[tokio::test]
async fn c18_a_thread_is_followed_upwards_only_so_far_and_in_no_circle() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let at = |number: u32| format!("{ANNA}/statuses/{number}");
    for number in 1..=200 {
        let mut above = note(ANNA, &at(number));
        above["inReplyTo"] = json!(at(if number == 200 { 1 } else { number + 1 }));
        world.show(above);
    }
    let mut circle = note(ANNA, &at(900));
    circle["inReplyTo"] = json!(at(901));
    world.show(circle.clone());
    let mut back = note(ANNA, &at(901));
    back["inReplyTo"] = json!(at(900));
    world.show(back);
    world.asked();

    let mut reply = note(ANNA, &at(0));
    reply["inReplyTo"] = json!(at(1));
    world.send(&activity("Create", ANNA, reply), ANNA).await;
    let chain = world.asked().len();
    world.send(&activity("Create", ANNA, circle), ANNA).await;
    let in_circle = world.asked().len();

    assert!((1..=20).contains(&chain), "{chain} documents were asked for");
    assert!(in_circle <= 2, "{in_circle} documents were asked for");
}

#[tokio::test]
async fn c19_c20_one_activity_makes_us_ask_nobody_for_much() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let victim = |number: usize| format!("https://mastodon.example/victims/{number}");
    let mut post = note(MALLORY, "https://evil.example/notes/1");
    let tags = |number: usize| {
        [
            json!({ "type": "Mention", "href": victim(number), "name": "@x@mastodon.example" }),
            json!({ "type": "Emoji", "name": ":x:", "icon": { "type": "Image", "url": victim(number) } }),
            json!({ "type": "Link", "href": victim(number), "mediaType": "application/activity+json" }),
        ]
    };
    post["tag"] = (0..300).flat_map(tags).collect();
    post["to"] = (0..900).map(victim).map(Value::String).chain([json!(crate::wire::PUBLIC)]).collect();
    post["content"] =
        json!((0..900).map(|number| format!("<a href=\"{}\">x</a>", victim(number))).collect::<String>());
    post["inReplyTo"] = json!(victim(1));
    post["quoteUrl"] = json!(victim(2));
    post["attachment"] = (0..900).map(|number| json!({ "type": "Image", "url": victim(number) })).collect();
    world.asked();

    world.send(&activity("Create", MALLORY, post), MALLORY).await;
    world.send(&activity("Update", MALLORY, made_up(MALLORY)), MALLORY).await;

    let asked = world.asked();
    assert!(asked.len() <= 10, "{asked:?}");
}

#[tokio::test]
async fn c23_measures_that_make_no_sense_are_left_out() {
    let world = World::start().await;
    let anna = world.meet(ANNA).await;
    let with = |name: &str, value: Value| {
        let mut post = note(ANNA, &format!("{ANNA}/statuses/1"));
        post["attachment"] = json!({ "type": "Image", "url": "https://mastodon.example/a.png", name: value });
        from_wire::post(&post, &anna).expect("it is a post").files.remove(0)
    };
    let good = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";

    assert_eq!(with("blurhash", json!(good)).blurhash.as_deref(), Some(good));
    for hash in [
        json!("x".repeat(10_000)),
        json!("LEHV6nWB2yk8pyo0adR*.7kCMdn"),
        json!("LEHV6nWB2yk8pyo0adR*.7kCMd\"<"),
        json!(""),
        json!(7),
        json!("ä".repeat(14)),
    ] {
        assert_eq!(with("blurhash", hash.clone()).blurhash, None, "{hash}");
    }
    for point in [
        json!([1e9, 0]),
        json!([-2, 0]),
        json!(["NaN", 0]),
        json!([0]),
        json!([null, null]),
        json!("0,0"),
        json!({}),
    ] {
        assert_eq!(with("focalPoint", point.clone()).focus, None, "{point}");
    }
    for number in [json!(-1), json!(0), json!(1e300), json!(i64::MAX), json!("9"), json!(1.5)] {
        assert_eq!(with("width", number.clone()).width, None, "{number}");
        assert_eq!(with("height", number.clone()).height, None, "{number}");
    }
}

#[tokio::test]
async fn c24_very_many_emoji_and_one_with_a_very_long_name_change_nothing() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let emoji = |name: &str| json!({ "type": "Emoji", "name": name, "icon": { "type": "Image", "url": "https://169.254.169.254/latest" } });
    let mut post = note(MALLORY, "https://evil.example/notes/1");
    post["tag"] =
        (0..5000).map(|number| emoji(&format!(":e{number}:"))).chain([emoji(&"x".repeat(100_000))]).collect();
    let before = world.facts().await;
    world.asked();

    world.send(&activity("Create", MALLORY, post), MALLORY).await;

    assert_eq!(
        changes(&world, &before).await,
        ["+ public post evil.example/notes/1 by evil.example/u/mallory in und: <p>Hallo</p>"]
    );
    assert!(world.asked().is_empty());
}
