//! Pictures of others, shown from here: whose, how often they are fetched, and when they are shown no more.

use axum::body::{Body, to_bytes};
use chrono::TimeDelta;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use stadtbote_core::domain::copies::Use;
use stadtbote_core::domain::emoji::{self, Emoji};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::{follows, media, post_texts, posts};
use tower::ServiceExt;

use super::world::{World, create, made_up, note};
use crate::routes;

const ANNA: &str = "https://mastodon.example/users/anna";
const HEART: &str = "https://mastodon.example/emoji/heart.png";
const PNG: &[u8] = include_bytes!("../../../api/assets/avatar.png");

async fn ask(world: &World, path: &str) -> (StatusCode, String, Vec<u8>) {
    let request = Request::get(path).header(header::HOST, "stadt.example").body(Body::empty());
    let router = routes::router(world.federation.clone());
    let answer = router.oneshot(request.expect("it is a request")).await.expect("a router always answers");
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let (status, kind) = (answer.status(), kind.unwrap_or_default().to_owned());
    (status, kind, to_bytes(answer.into_body(), usize::MAX).await.expect("it is whole").to_vec())
}

fn heart(url: &str) -> Value {
    json!({ "type": "Emoji", "name": ":heart:", "icon": { "type": "Image", "url": url } })
}

/// A note with an emoji and a picture, kept here. Gives its id.
async fn with_a_heart(world: &World, id: &str, url: &str) -> PostId {
    world.follow(ANNA, &format!("https://stadt.example/f/{id}"), follows::ACCEPTED).await;
    let picture =
        json!({ "type": "Image", "mediaType": "image/png", "url": "https://mastodon.example/park.png" });
    let more = json!({ "content": "<p>:heart: um 10:30</p>", "tag": [heart(url)], "attachment": [picture] });
    let note = note(ANNA, id, more);
    world.send(&create(&note), ANNA).await;
    let uri = note["id"].as_str().expect("it has one");
    posts::find_any_by_uri(world.app.db(), uri).await.expect("the database answers").expect("it is kept").id
}

#[tokio::test]
async fn emojis_are_kept_with_the_texts_that_use_them() {
    let world = World::start().await;
    let mut anna = made_up("https://mastodon.example/users/berta");
    anna["name"] = json!("Berta :heart:");
    anna["tag"] = json!([heart(HEART), { "type": "Emoji", "name": ":unused:", "icon": { "url": HEART } }]);
    world.show(anna);

    let id = with_a_heart(&world, "1", HEART).await;
    let berta = world.meet("https://mastodon.example/users/berta").await;

    let text = post_texts::find_main(world.app.db(), id).await.expect("the database answers");
    let kept = |kept: Option<String>| emoji::kept(kept.as_deref());
    let expected = [Emoji { shortcode: "heart".into(), url: HEART.into() }];
    assert_eq!(kept(text.expect("it says something").emojis), expected);
    assert_eq!(kept(berta.emojis), expected);
}

#[tokio::test]
async fn a_picture_is_fetched_once_and_written_anew() {
    let world = World::start().await;
    let id = with_a_heart(&world, "1", HEART).await;
    world.show_file(HEART, PNG);
    world.show_file("https://mastodon.example/park.png", PNG);
    world.asked();
    let path = Use::PostEmoji.path(id.0, HEART);

    let answers = futures::future::join_all((0..8).map(|_| ask(&world, &path))).await;
    let again = ask(&world, &path).await;
    let asked = world.asked();

    for (status, kind, bytes) in answers.iter().chain([&again]) {
        assert_eq!((*status, kind.starts_with("image/")), (StatusCode::OK, true));
        assert!(!bytes.is_empty() && bytes != PNG && *bytes == again.2);
    }
    assert_eq!(asked, [HEART]);
    let files = media::list_of_posts(world.app.db(), vec![id]).await.expect("the database answers");
    let attached = Use::Attached.path(files[0].id.0, "https://mastodon.example/park.png");
    assert_eq!(ask(&world, &attached).await.0, StatusCode::OK);
}

#[tokio::test]
async fn d15_only_what_is_shown_here_is_fetched() {
    let world = World::start().await;
    let id = with_a_heart(&world, "1", HEART).await;
    world.show_file(HEART, PNG);
    world.asked();

    let hash = Use::PostEmoji.hash(HEART);
    for path in [
        Use::PostEmoji.path(id.0, "https://mastodon.example/emoji/other.png"),
        Use::PostEmoji.path(1001, HEART),
        Use::AccountEmoji.path(id.0, HEART),
        Use::Avatar.path(world.us.id.0, HEART),
        format!("/copies/post_emojis/{}/{}", id.0, hash.to_uppercase()),
        format!("/copies/post_emojis/{}/..%2f..%2f{hash}", id.0),
        format!("/copies/secrets/{}/{hash}", id.0),
        format!("/copies/post_emojis/x/{hash}"),
    ] {
        let status = ask(&world, &path).await.0;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{path}: {status}");
    }
    assert!(world.asked().is_empty());
}

#[tokio::test]
async fn what_is_no_picture_is_not_shown_and_not_asked_for_again_for_a_while() {
    let world = World::start().await;
    let mut number = 0;
    for bytes in [
        &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"",
        &PNG[..100],
        &vec![0; 9 * 1024 * 1024],
    ] {
        number += 1;
        let url = format!("https://mastodon.example/emoji/{number}.png");
        let id = with_a_heart(&world, &number.to_string(), &url).await;
        world.show_file(&url, bytes);
        world.asked();
        let path = Use::PostEmoji.path(id.0, &url);

        assert_eq!(ask(&world, &path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ask(&world, &path).await.0, StatusCode::NOT_FOUND);
        assert_eq!(world.asked().len(), 1, "file {number}");

        world.app.clock.advance(TimeDelta::minutes(11));
        world.show_file(&url, PNG);
        assert_eq!(ask(&world, &path).await.0, StatusCode::OK, "file {number}");
    }
}

#[tokio::test]
async fn c05_a_picture_at_a_private_address_is_not_fetched() {
    let world = World::start().await;
    for url in ["https://169.254.169.254/latest.png", "https://localhost/a.png", "https://[::1]/a.png"] {
        let id = with_a_heart(&world, &url.len().to_string(), url).await;
        world.asked();

        assert_eq!(ask(&world, &Use::PostEmoji.path(id.0, url)).await.0, StatusCode::NOT_FOUND);
        assert!(world.asked().is_empty());
    }
}

#[tokio::test]
async fn what_is_gone_or_shut_out_is_shown_no_more() {
    let world = World::start().await;
    world.show_file(HEART, PNG);
    let deleted = with_a_heart(&world, "1", HEART).await;
    let left = with_a_heart(&world, "2", HEART).await;
    let path = |id: PostId| Use::PostEmoji.path(id.0, HEART);
    assert_eq!(ask(&world, &path(deleted)).await.0, StatusCode::OK);
    assert_eq!(ask(&world, &path(left)).await.0, StatusCode::OK);

    let delete = json!({
        "id": format!("{ANNA}/statuses/1/delete"), "type": "Delete", "actor": ANNA, "object": format!("{ANNA}/statuses/1"),
    });
    world.send(&delete, ANNA).await;
    assert_eq!(ask(&world, &path(deleted)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&world, &path(left)).await.0, StatusCode::OK);

    world.shut_out("mastodon.example").await;
    assert_eq!(ask(&world, &path(left)).await.0, StatusCode::NOT_FOUND);
}
