//! People and offices, and what they are to each other.

use http::StatusCode;
use serde_json::{Value, json};

use super::World;

#[tokio::test]
async fn a_profile_is_changed_with_its_fields_and_settings() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let form = json!({
        "display_name": "Stadtbibliothek",
        "note": "Bücher & mehr",
        "bot": "true",
        "locked": "1",
        "fields_attributes": { "0": { "name": "Web", "value": "https://stadt.example" }, "1": { "name": "", "value": "" } },
        "source": { "privacy": "unlisted", "language": "en", "sensitive": "false" },
    });

    let changed =
        world.ask("PATCH", "/api/v1/accounts/update_credentials", Some(&alice.token), Some(form)).await;
    let own = world.get(&alice, "/api/v1/accounts/verify_credentials").await;
    let preferences = world.get(&alice, "/api/v1/preferences").await;

    assert_eq!(changed.status, StatusCode::OK, "{}", changed.json);
    assert_eq!(changed.json, own.json);
    assert_eq!(own.text("/display_name"), "Stadtbibliothek");
    assert_eq!(own.text("/note"), "<p>Bücher &amp; mehr</p>");
    assert_eq!(own.text("/source/note"), "Bücher & mehr");
    assert_eq!((&own.json["bot"], &own.json["locked"]), (&json!(true), &json!(true)));
    assert_eq!(own.json["fields"].as_array().map(Vec::len), Some(1));
    assert_eq!(own.text("/source/fields/0/value"), "https://stadt.example");
    assert_eq!(own.text("/role/name"), "owner");
    assert_eq!(preferences.text("/posting:default:visibility"), "unlisted");
    assert_eq!(preferences.text("/posting:default:language"), "en");
}

#[tokio::test]
async fn a_profile_of_another_is_shown_without_its_settings() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let shown = world.get_as_guest(&format!("/api/v1/accounts/{}", alice.id())).await;
    let unknown = world.get_as_guest("/api/v1/accounts/1").await;

    assert_eq!(shown.text("/acct"), "alice");
    assert_eq!(shown.json.get("source"), None);
    assert_eq!((unknown.status, unknown.text("/error")), (StatusCode::NOT_FOUND, "Record not found".into()));
}

#[tokio::test]
async fn following_blocking_and_muting_show_in_the_relationship() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let act = async |verb: &str, form: Value| {
        world.post(&alice, &format!("/api/v1/accounts/{}/{verb}", bob.id()), form).await.json
    };

    let followed = act("follow", json!({ "reblogs": false, "notify": "true", "languages": ["de"] })).await;
    let noted = act("note", json!({ "comment": "Kollege" })).await;
    let muted = act("mute", json!({ "notifications": "0", "duration": "60" })).await;
    let followers = world.get_as_guest(&format!("/api/v1/accounts/{}/followers", bob.id())).await;
    let following = world.get_as_guest(&format!("/api/v1/accounts/{}/following", alice.id())).await;
    let mutes = world.get(&alice, "/api/v1/mutes").await;
    let theirs = world.get(&bob, &format!("/api/v1/accounts/relationships?id={}", alice.id())).await;
    let blocked = act("block", json!({})).await;
    let blocks = world.get(&alice, "/api/v1/blocks").await;
    let unblocked = act("unblock", json!({})).await;
    let unmuted = act("unmute", json!({})).await;

    assert_eq!(
        (&followed["following"], &followed["showing_reblogs"], &followed["notifying"]),
        (&json!(true), &json!(false), &json!(true))
    );
    assert_eq!(followed["languages"], json!(["de"]));
    assert_eq!(noted["note"], "Kollege");
    assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(false)));
    assert!(muted["muting_expires_at"].is_string());
    assert_eq!((followers.ids(), following.ids()), (vec![alice.id()], vec![bob.id()]));
    assert!(mutes.json[0]["mute_expires_at"].is_string());
    assert_eq!(theirs.json[0]["followed_by"], true);
    assert_eq!((&blocked["blocking"], &blocked["following"]), (&json!(true), &json!(false)));
    assert_eq!(blocks.ids(), [bob.id()]);
    assert_eq!((&unblocked["blocking"], &unmuted["muting"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn relationships_are_a_list_for_one_too_and_leave_out_strangers() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let old = world.with_token(alice.member.clone(), "follow").await;
    let address = format!("/api/v1/accounts/relationships?id[]={}&id[]=7&id[]=nonsense", bob.id());

    let list = world.get(&alice, &address).await;
    let refused = world.get(&old, &address).await;

    assert_eq!(list.ids(), [bob.id()]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn e07_a_locked_account_lets_in_or_turns_away() {
    let world = World::start().await;
    let (alice, bob, carol) = (world.user("alice").await, world.user("bob").await, world.user("carol").await);
    world
        .ask(
            "PATCH",
            "/api/v1/accounts/update_credentials",
            Some(&alice.token),
            Some(json!({ "locked": true })),
        )
        .await;
    let follow = format!("/api/v1/accounts/{}/follow", alice.id());

    let asked = world.post(&bob, &follow, json!({})).await;
    world.post(&carol, &follow, json!({})).await;
    let requests = world.get(&alice, "/api/v1/follow_requests").await;
    let count = world.get(&alice, "/api/v1/accounts/verify_credentials").await;
    let let_in =
        world.post(&alice, &format!("/api/v1/follow_requests/{}/authorize", bob.id()), json!({})).await;
    let turned_away =
        world.post(&alice, &format!("/api/v1/follow_requests/{}/reject", carol.id()), json!({})).await;
    let again =
        world.post(&alice, &format!("/api/v1/follow_requests/{}/reject", carol.id()), json!({})).await;

    assert_eq!((&asked.json["requested"], &asked.json["following"]), (&json!(true), &json!(false)));
    assert_eq!(requests.ids(), [carol.id(), bob.id()]);
    assert_eq!(count.json["source"]["follow_requests_count"], 2);
    assert_eq!(let_in.json["followed_by"], true);
    assert_eq!(turned_away.json["followed_by"], false);
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e14_hidden_collections_are_shown_to_their_owner_only() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    world.post(&bob, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;
    let hide = json!({ "hide_collections": true });
    world.ask("PATCH", "/api/v1/accounts/update_credentials", Some(&alice.token), Some(hide)).await;
    let address = format!("/api/v1/accounts/{}/followers", alice.id());

    assert_eq!(world.get_as_guest(&address).await.json, json!([]));
    assert_eq!(world.get(&alice, &address).await.ids(), [bob.id()]);
}

#[tokio::test]
async fn people_posts_and_hashtags_are_found() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = world.post(&alice, "/api/v1/statuses", json!({ "status": "Neu: #Bücherbus" })).await;

    let typed = world.get(&bob, "/api/v1/accounts/search?q=ali").await;
    let all = world.get_as_guest("/api/v2/search?q=ali").await;
    let tags = world.get_as_guest("/api/v2/search?q=%23b%C3%BCcher&type=hashtags").await;
    let by_page = world.get(&bob, &format!("/api/v2/search?q={}&resolve=true", post.text("/url"))).await;
    let by_uri = world.get(&bob, &format!("/api/v2/search?q={}", post.text("/uri"))).await;
    let person = world.get(&bob, "/api/v2/search?q=https://stadt.example/@alice").await;
    let guest = world.get_as_guest("/api/v2/search?q=x&resolve=true").await;

    assert_eq!(typed.ids(), [alice.id()]);
    assert_eq!(all.text("/accounts/0/id"), alice.id());
    assert_eq!(tags.text("/hashtags/0/name"), "bücherbus");
    assert_eq!(tags.json["hashtags"][0]["history"][0]["uses"], "1");
    assert_eq!(
        (by_page.text("/statuses/0/id"), by_uri.text("/statuses/0/id")),
        (post.text("/id"), post.text("/id"))
    );
    assert_eq!(person.text("/accounts/0/id"), alice.id());
    assert_eq!(guest.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_report_is_kept() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = world.post(&bob, "/api/v1/statuses", json!({ "status": "Unsinn" })).await.text("/id");
    let form = json!({ "account_id": bob.id(), "status_ids": [post], "comment": "Bitte ansehen", "category": "spam" });

    let report = world.post(&alice, "/api/v1/reports", form).await;
    let nobody = world.post(&alice, "/api/v1/reports", json!({ "account_id": "7" })).await;

    assert_eq!((&report.json["category"], &report.json["action_taken"]), (&json!("spam"), &json!(false)));
    assert_eq!(report.json["status_ids"], json!([post]));
    assert_eq!(report.text("/target_account/id"), bob.id());
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}
