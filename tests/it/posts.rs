//! What a client posts, and what becomes of it.

use serde_json::{Value, json};
use stadtbote_tests::client::Client;
use stadtbote_tests::stadtbote::Stadtbote;

async fn post(client: &Client, body: Value) -> Value {
    client.post("/api/v1/statuses", body).await.good()
}

#[tokio::test]
async fn a_blank_post_is_refused_and_nothing_is_queued() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.rest().await;

    let answer = alice.post("/api/v1/statuses", json!({ "status": " " })).await;

    assert_eq!(answer.status, 422);
    assert_eq!(answer.json, json!({ "error": "Validation failed: Text can't be blank" }));
    assert!(stadtbote.waiting().await.is_empty());
}

#[tokio::test]
async fn a_post_at_the_limit_is_taken_and_one_above_is_not() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    let full = alice.post("/api/v1/statuses", json!({ "status": "ß".repeat(5000) })).await;
    let over = alice.post("/api/v1/statuses", json!({ "status": "ß".repeat(5001) })).await;

    assert_eq!(full.status, 200, "{}", full.text);
    assert_eq!(over.status, 422, "{}", over.text);
}

#[tokio::test]
async fn d03_text_is_shown_as_text_and_links_as_links() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    let text = "<b>5 & 6</b>\nhttps://stadt.example/a?b=1&c=2 #Müll-Abfuhr";
    let post = post(&alice, json!({ "status": text })).await;

    let content = post["content"].as_str().expect("content is text");
    assert!(content.contains("&lt;b&gt;5 &amp; 6&lt;/b&gt;<br"), "{content}");
    assert!(content.contains("href=\"https://stadt.example/a?b=1&amp;c=2\""), "{content}");
    assert!(content.contains("https://social.stadt.example/tags/"), "{content}");
}

#[tokio::test]
async fn the_same_request_twice_is_one_post() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let key = [("idempotency-key", "morgens")];

    let first = alice.post_with("/api/v1/statuses", &key, json!({ "status": "Eins" })).await.good();
    let again = alice.post_with("/api/v1/statuses", &key, json!({ "status": "Eins" })).await.good();
    let other = alice.post_with("/api/v1/statuses", &key, json!({ "status": "Zwei" })).await;

    assert_eq!(first["id"], again["id"]);
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn lists_are_turned_over_without_gap_or_repeat() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let mut made = Vec::new();
    for number in 0..7 {
        made.push(post(&alice, json!({ "status": format!("Nummer {number}") })).await["id"].clone());
    }
    made.reverse();

    let mut seen = Vec::new();
    let mut next = Some("/api/v1/timelines/home?limit=3".to_owned());
    while let Some(path) = next {
        let answer = alice.get(&path).await;
        next = answer.link("next");
        let page = answer.good().as_array().expect("a page is a list").clone();
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|post| post["id"].clone()));
        assert!(seen.len() <= made.len(), "a post came twice");
    }

    assert_eq!(seen, made);
}

#[tokio::test]
async fn d11_a_picture_loses_where_it_was_taken_and_keeps_its_description() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let picture = jpeg_with_place();
    assert!(holds(&picture, b"GPS-SECRET"));

    let media =
        alice.upload("/api/v2/media", "platz.jpg", "image/jpeg", &picture, "Der Marktplatz").await.good();
    let post = post(&alice, json!({ "status": "Markt", "media_ids": [media["id"]] })).await;

    assert_eq!(post["media_attachments"][0]["description"], "Der Marktplatz");
    let url = post["media_attachments"][0]["url"].as_str().expect("a picture has an address");
    let file = stadtbote.stranger().get(url).await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-type").starts_with("image/"), "{:?}", file.headers);
    assert!(!file.text.contains("GPS-SECRET"));
}

#[tokio::test]
async fn a06_what_is_no_picture_is_refused() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();

    for (name, kind, file) in [
        ("x.svg", "image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".as_slice()),
        ("x.html", "text/html", b"<script>x()</script>"),
        ("x.png", "image/png", b"\x89PNG\r\n\x1a\nbroken"),
        ("x.jpg", "image/jpeg", b""),
    ] {
        let answer = alice.upload("/api/v2/media", name, kind, file, "").await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text);
    }
}

fn holds(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

/// A JPEG of one grey square with an EXIF block that says something.
fn jpeg_with_place() -> Vec<u8> {
    let plain = include_bytes!("../fixtures/media/grey.jpg");
    let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0GPS-SECRET";
    let length = u16::try_from(exif.len() + 2).expect("it is short").to_be_bytes();
    let (start, rest) = plain.split_at(2);
    [start, &[0xff, 0xe1], &length, exif, rest].concat()
}
