//! Pictures of others, as readers see them.

use serde_json::{Value, json};
use stadtbote_tests::program::HOST;
use stadtbote_tests::stadtbote::{Stadtbote, eventually};

const PNG: &[u8] = include_bytes!("../../server/api/assets/avatar.png");

/// The real program: an answer with pictures for words, an avatar and a photograph.
#[tokio::test]
async fn pages_and_clients_get_pictures_of_others_from_here_alone() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let post = alice.post("/api/v1/statuses", json!({ "status": "Guten Morgen" })).await.good();
    let at = |name: &str| format!("https://far.example/{name}.png");
    for name in ["avatar", "heart", "park"] {
        stadtbote.network().show_picture(&at(name), PNG);
    }
    let rita = stadtbote.rita();
    let heart =
        json!({ "type": "Emoji", "name": ":heart:", "icon": { "type": "Image", "url": at("heart") } });
    let mut actor = rita.document();
    actor["name"] = json!("Rita :heart:");
    actor["icon"] = json!({ "type": "Image", "url": at("avatar") });
    actor["tag"] = json!([heart]);
    stadtbote.network().show(&rita.uri(), actor);
    let uri = post["uri"].as_str().expect("it has one");
    let mut answer = rita.reply(uri, &stadtbote.actor("alice"), "<p>Danke :heart:</p>");
    answer["tag"].as_array_mut().expect("it names alice").push(heart);
    answer["attachment"] =
        json!([{ "type": "Image", "mediaType": "image/png", "url": at("park"), "name": "Ein Park" }]);
    rita.send(&stadtbote.door(), "/inbox", &rita.create(&answer)).await;

    let path = format!("/api/v1/statuses/{}/context", post["id"].as_str().expect("it has one"));
    let answer: Value = eventually("the answer is there", async || {
        let context = alice.get(&path).await.good();
        context["descendants"].get(0).cloned()
    })
    .await;
    let page = format!("/@alice/{}", post["id"].as_str().expect("it has one"));
    let page = stadtbote.visitor().open(&page).await;
    let shown = page.attributes("img", "src");
    let described = page.attributes("img", "alt");

    assert_eq!(answer["account"]["display_name"], "Rita :heart:");
    assert_eq!(answer["media_attachments"][0]["url"], at("park"));
    let [emoji, name, avatar, preview] = [
        &answer["emojis"][0]["url"],
        &answer["account"]["emojis"][0]["static_url"],
        &answer["account"]["avatar"],
        &answer["media_attachments"][0]["preview_url"],
    ]
    .map(|address| address.as_str().expect("it is an address").to_owned());
    let ours = format!("https://{HOST}");
    for address in [emoji, name, avatar, preview] {
        let path = address.strip_prefix(&ours).unwrap_or_else(|| panic!("{address} is not ours"));
        assert_eq!(alice.get(path).await.header("content-type").split('/').next(), Some("image"), "{path}");
        assert!(shown.iter().any(|one| one == path), "{path} is not among {shown:?}");
    }
    assert!(shown.iter().all(|one| one.starts_with('/')), "{shown:?}");
    assert!(
        [":heart:", "Ein Park"].iter().all(|text| described.iter().any(|one| one == text)),
        "{described:?}"
    );
}
