//! Pictures of what is reported: kept with the case, as they were.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stadtbote_core::actions::case_export::export_numbered;
use stadtbote_core::actions::notices::{FormNotice, take_form};
use stadtbote_core::store::{case_files, cases};

use super::world::{World, create, note};

const ANNA: &str = "https://mastodon.example/users/anna";
const PNG: &[u8] = include_bytes!("../../../api/assets/avatar.png");

fn form(address: &str) -> FormNotice {
    FormNotice {
        addresses: address.into(),
        question: "insult".into(),
        reason: "Das ist eine Beleidigung.".into(),
        locale: "de".into(),
        in_good_faith: true,
        ..FormNotice::default()
    }
}

#[tokio::test]
async fn the_pictures_of_what_is_reported_stay_when_their_author_deletes_them() {
    let world = World::start().await;
    world.show_file("https://mastodon.example/park.png", PNG);
    world.show_file("https://mastodon.example/text.png", b"<script>alert(1)</script>");
    let picture = |name: &str| {
        json!({ "type": "Image", "mediaType": "image/png",
        "url": format!("https://mastodon.example/{name}.png"), "name": name })
    };
    let more = json!({
        "content": "<p>Unsinn</p>",
        "inReplyTo": "https://stadt.example/users/buergeramt/statuses/1001",
        "attachment": [picture("park"), picture("nirgends"), picture("text")],
    });
    let note = note(ANNA, "1", more);
    let uri = note["id"].as_str().expect("it has an address").to_owned();
    world.send(&create(&note), ANNA).await;
    world.work().await;

    take_form(&world.app, form(&uri), "192.0.2.1").await.expect("the form is right");
    let db = world.app.db();
    let case = cases::list_open(db, 0, 1).await.expect("the database answers").remove(0).id;
    assert_eq!(
        case_files::list(db, case).await.expect("the database answers"),
        [],
        "a report waits for nobody"
    );
    world.work().await;

    let files = case_files::list(db, case).await.expect("the database answers");
    let said: Vec<_> = files.iter().map(|file| (file.position, file.description.as_str())).collect();
    assert_eq!(said, [(0, "park"), (1, "nirgends"), (2, "text")]);
    assert_eq!(files[0].hash, hex::encode(Sha256::digest(PNG)));
    assert!(files[0].mime.starts_with("image/") && files[0].failure.is_empty());
    assert!(files[1].failure.contains("404") && files[1].hash.is_empty(), "{:?}", files[1]);
    assert!(files[2].mime.is_empty() && !files[2].hash.is_empty(), "what is no picture is shown as none");

    let delete = json!({ "type": "Delete", "id": format!("{uri}#delete"), "actor": ANNA, "object": uri });
    world.send(&delete, ANNA).await;
    world.work().await;
    let kept = case_files::find(db, case, files[0].version, 0).await.expect("the database answers");
    let kept = kept.expect("it was kept");
    assert_eq!(kept.original.as_deref(), Some(PNG));
    assert!(kept.shown.is_some_and(|shown| shown != PNG), "what is shown was written anew");

    // The case as a file says of each what it is, so that nobody need believe us.
    let number = cases::find(db, case).await.expect("the database answers").expect("it is there").number;
    let export = export_numbered(&world.app, &number).await.expect("it can be written down");
    let export: Value = serde_json::from_str(&export.text).expect("it is JSON");
    let said = |at: usize| {
        let file = &export["kept_files"][at];
        (file["sha256"].as_str().unwrap_or_default().to_owned(), file["size"].as_u64())
    };
    assert_eq!(said(0), (hex::encode(Sha256::digest(PNG)), Some(PNG.len() as u64)));
    assert_eq!(said(1), (String::new(), None));
    assert!(export["kept_files"][1]["failure"].as_str().is_some_and(|why| why.contains("404")));
    assert_eq!(export["kept_files"].as_array().map(Vec::len), Some(3));

    // Whoever reports it again causes no second fetch.
    world.asked();
    take_form(&world.app, form(&uri), "192.0.2.2").await.expect("the form is right");
    world.work().await;
    assert!(!world.asked().iter().any(|asked| asked.contains("park.png")));
}
