//! What stands in posts and profiles: section D of the catalogue. What is left of HTML is tested beside its cleaner.

use serde_json::json;
use stadtbote_core::store::{accounts, follows, media, posts};

use super::{ANNA, MALLORY, activity, note};
use crate::from_wire;
use crate::tests::world::{World, made_up};

#[tokio::test]
async fn d03_nothing_but_texts_of_posts_is_kept_as_html() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>\"><b>x</b>\u{202e}";
    let mut post = note(MALLORY, "https://evil.example/notes/1");
    post["type"] = json!("Question");
    post["summary"] = json!(nasty);
    post["oneOf"] = json!([{ "type": "Note", "name": nasty }]);
    post["attachment"] = json!([{ "type": "Image", "url": "https://evil.example/a.png", "name": nasty }]);
    post["tag"] = json!([{ "type": "Hashtag", "name": nasty }]);
    post["contentMap"] = json!({ nasty: "<p>Hallo</p>" });
    let mut profile = made_up(MALLORY);
    profile["name"] = json!(nasty);
    profile["attachment"] = json!([{ "type": "PropertyValue", "name": nasty, "value": nasty }]);

    world.send(&activity("Create", MALLORY, post), MALLORY).await;
    world.send(&activity("Update", MALLORY, profile), MALLORY).await;

    let facts = world.facts().await;
    let kept: Vec<&String> = facts.iter().filter(|fact| fact.contains("evil.example/notes/1")).collect();
    assert!(kept.len() >= 4, "{facts:#?}");
    for fact in kept {
        let text = fact.replace("<p>Hallo</p>", "");
        assert!(!text.contains('<') && !text.contains('\u{202e}') && !text.contains("alert(2)"), "{fact}");
    }
    let mallory = accounts::find_by_uri(world.app.db(), MALLORY).await.expect("the database answers");
    let mallory = mallory.expect("it is known");
    assert_eq!(mallory.display_name, "\">x");
    assert!(!mallory.fields.contains("<img") && !mallory.fields.contains("alert(2)"), "{}", mallory.fields);
}

#[tokio::test]
async fn d12_the_description_of_a_picture_is_cut_off() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let uri = format!("{ANNA}/statuses/1");
    let mut post = note(ANNA, &uri);
    post["attachment"] =
        json!([{ "type": "Image", "url": "https://mastodon.example/a.png", "name": "ä".repeat(300_000) }]);

    world.send(&activity("Create", ANNA, post), ANNA).await;

    let post = posts::find_any_by_uri(world.app.db(), &uri)
        .await
        .expect("the database answers")
        .expect("it is there");
    let files = media::list_of_posts(world.app.db(), vec![post.id]).await.expect("the database answers");
    assert_eq!(files[0].description.chars().count(), 10_000);
}

#[tokio::test]
async fn d14_what_is_no_picture_film_or_sound_is_only_a_link() {
    let world = World::start().await;
    let anna = world.meet(ANNA).await;
    let file = |kind: &str, mime: &str| {
        let mut post = note(ANNA, &format!("{ANNA}/statuses/1"));
        post["attachment"] = json!({ "type": kind, "mediaType": mime, "url": "https://mastodon.example/a" });
        from_wire::post(&post, &anna).expect("it is a post").files.pop().map(|file| file.kind)
    };

    for mime in ["application/x-msdownload", "text/html", "application/json", "", "image", "\u{0}"] {
        assert!(
            ["unknown", "image"].contains(&file("Document", mime).expect("it is a file").as_str()),
            "{mime}"
        );
    }
    assert_eq!(file("Document", "text/html").as_deref(), Some("unknown"));
    assert_eq!(file("Document", "image/png").as_deref(), Some("image"));
    for kind in ["Link", "Note", "PropertyValue", "Executable"] {
        assert_eq!(file(kind, "image/png"), None, "{kind}");
    }
}
