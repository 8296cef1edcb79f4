//! What an account keeps for itself: lists, filters, hashtags, markers, push subscriptions.

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::domain::permission::Role;

use super::World;

#[tokio::test]
async fn a_list_shows_the_posts_of_those_on_it() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    world.post(&alice, &format!("/api/v1/accounts/{}/follow", bob.id()), json!({})).await;
    let post = world.post(&bob, "/api/v1/statuses", json!({ "status": "x" })).await.text("/id");

    let list = world.post(&alice, "/api/v1/lists", json!({ "title": "Ämter" })).await.text("/id");
    let accounts = format!("/api/v1/lists/{list}/accounts");
    let added = world.post(&alice, &accounts, json!({ "account_ids": [bob.id()] })).await;
    let stranger = world.post(&alice, &accounts, json!({ "account_ids": ["7"] })).await;
    let members = world.get(&alice, &format!("{accounts}?limit=0")).await;
    let of_bob = world.get(&alice, &format!("/api/v1/accounts/{}/lists", bob.id())).await;
    let timeline = world.get(&alice, &format!("/api/v1/timelines/list/{list}")).await;
    let others = world.get(&bob, &format!("/api/v1/timelines/list/{list}")).await;
    let address = format!("/api/v1/lists/{list}");
    let renamed = json!({ "title": "Häuser", "replies_policy": "none", "exclusive": "true" });
    let renamed = world.ask("PUT", &address, Some(&alice.token), Some(renamed)).await;
    let removed = format!("{accounts}?account_ids[]={}", bob.id());
    world.ask("DELETE", &removed, Some(&alice.token), None).await;
    let empty = world.get(&alice, &accounts).await;
    let deleted = world.ask("DELETE", &address, Some(&alice.token), None).await;

    assert_eq!((added.status, added.json), (StatusCode::OK, json!({})));
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert_eq!(
        (members.ids(), of_bob.ids(), timeline.ids()),
        (vec![bob.id()], vec![list.clone()], vec![post])
    );
    assert_eq!(others.status, StatusCode::NOT_FOUND);
    assert_eq!(
        renamed.json,
        json!({ "id": list, "title": "Häuser", "replies_policy": "none", "exclusive": true })
    );
    assert_eq!(empty.json, json!([]));
    assert_eq!(deleted.json, json!({}));
    assert_eq!(world.get(&alice, "/api/v1/lists").await.json, json!([]));
}

#[tokio::test]
async fn a_filter_marks_the_posts_it_meets() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = world.post(&bob, "/api/v1/statuses", json!({ "status": "Fußball heute" })).await.text("/id");
    let form = json!({
        "title": "Sport",
        "context": ["home", "public"],
        "filter_action": "hide",
        "expires_in": 3600,
        "keywords_attributes": [{ "keyword": "fußball", "whole_word": "true" }],
    });

    let filter = world.post(&alice, "/api/v2/filters", form).await;
    let seen = world.get(&alice, &format!("/api/v1/statuses/{post}")).await;
    let address = format!("/api/v2/filters/{}", filter.text("/id"));
    let change = json!({ "expires_in": "", "keywords_attributes": [
        { "id": filter.text("/keywords/0/id"), "_destroy": true },
        { "keyword": "handball", "whole_word": false },
    ] });
    let changed = world.ask("PUT", &address, Some(&alice.token), Some(change)).await;
    let after = world.get(&alice, &format!("/api/v1/statuses/{post}")).await;
    let wrong = world.post(&alice, "/api/v2/filters", json!({ "title": "x", "context": ["nowhere"] })).await;
    let deleted = world.ask("DELETE", &address, Some(&alice.token), None).await;

    assert_eq!(filter.json["context"], json!(["home", "public"]));
    assert!(filter.json["expires_at"].is_string());
    assert_eq!(seen.json["filtered"][0]["keyword_matches"], json!(["fußball"]));
    assert_eq!(seen.json["filtered"][0]["filter"]["filter_action"], "hide");
    assert_eq!(seen.json["filtered"][0]["filter"].get("keywords"), None);
    assert_eq!(
        (&changed.json["expires_at"], changed.text("/keywords/0/keyword")),
        (&Value::Null, "handball".into())
    );
    assert_eq!(after.json["filtered"], json!([]));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(deleted.json, json!({}));
}

#[tokio::test]
async fn a_followed_hashtag_brings_posts_home() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);

    let followed = world.post(&alice, "/api/v1/tags/Rhein/follow", json!({})).await;
    let post = world.post(&bob, "/api/v1/statuses", json!({ "status": "Am #rhein" })).await.text("/id");
    let home = world.get(&alice, "/api/v1/timelines/home").await;
    let list = world.get(&alice, "/api/v1/followed_tags").await;
    let shown = world.get_as_guest("/api/v1/tags/RHEIN").await;
    let unfollowed = world.post(&alice, "/api/v1/tags/rhein/unfollow", json!({})).await;
    let odd = world.get_as_guest("/api/v1/tags/a%20b").await;

    assert_eq!((followed.text("/name"), &followed.json["following"]), ("rhein".into(), &json!(true)));
    assert_eq!(home.ids(), [post]);
    assert_eq!(list.text("/0/name"), "rhein");
    assert_eq!(shown.json.get("following"), None);
    assert_eq!(shown.json["history"].as_array().map(Vec::len), Some(7));
    assert_eq!((shown.text("/history/0/uses"), shown.text("/history/0/accounts")), ("1".into(), "1".into()));
    assert_eq!(unfollowed.json["following"], false);
    assert_eq!(odd.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tag_timeline_takes_others_along_and_leaves_some_out() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let mut ids = Vec::new();
    for text in ["#a", "#b", "#a #c"] {
        ids.push(world.post(&alice, "/api/v1/statuses", json!({ "status": text })).await.text("/id"));
    }

    let any = world.get_as_guest("/api/v1/timelines/tag/a?any[]=b").await;
    let all = world.get_as_guest("/api/v1/timelines/tag/a?all[]=c").await;
    let none = world.get_as_guest("/api/v1/timelines/tag/a?none[]=c").await;

    assert_eq!(any.ids(), [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    assert_eq!(all.ids(), [ids[2].clone()]);
    assert_eq!(none.ids(), [ids[0].clone()]);
}

#[tokio::test]
async fn markers_remember_how_far_somebody_read() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let moved = world.post(&alice, "/api/v1/markers", json!({ "home": { "last_read_id": "5" } })).await;
    world.post(&alice, "/api/v1/markers", json!({ "home": { "last_read_id": 7 } })).await;
    let both = world.get(&alice, "/api/v1/markers?timeline[]=home&timeline[]=notifications").await;
    let none = world.get(&alice, "/api/v1/markers").await;

    assert_eq!((moved.text("/home/last_read_id"), &moved.json["home"]["version"]), ("5".into(), &json!(1)));
    assert_eq!((both.text("/home/last_read_id"), &both.json["home"]["version"]), ("7".into(), &json!(2)));
    assert_eq!(both.json.get("notifications"), None);
    assert_eq!(none.json, json!({}));
}

#[tokio::test]
async fn notifications_are_listed_by_kind_and_cleared() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = world.post(&alice, "/api/v1/statuses", json!({ "status": "x" })).await.text("/id");
    world.post(&bob, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;
    world.post(&bob, &format!("/api/v1/statuses/{post}/favourite"), json!({})).await;

    let all = world.get(&alice, "/api/v1/notifications?limit=2").await;
    let follows = world.get(&alice, "/api/v1/notifications?types[]=follow").await;
    let others = world.get(&alice, "/api/v1/notifications?exclude_types[]=follow&account_id=7").await;
    let one = world.get(&alice, &format!("/api/v1/notifications/{}", all.text("/0/id"))).await;
    let foreign = world.get(&bob, &format!("/api/v1/notifications/{}", all.text("/0/id"))).await;
    let cleared = world.post(&alice, "/api/v1/notifications/clear", json!({})).await;

    assert_eq!((all.text("/0/type"), all.text("/1/type")), ("favourite".into(), "follow".into()));
    assert_eq!(all.json[1].get("status"), None);
    assert_eq!(all.text("/0/group_key"), format!("ungrouped-{}", all.text("/0/id")));
    assert!(all.link().contains("rel=\"next\"") && all.link().contains("min_id="));
    assert_eq!((follows.ids().len(), others.ids().len()), (1, 0));
    assert_eq!(one.text("/status/id"), post);
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(cleared.json, json!({}));
    assert_eq!(world.get(&alice, "/api/v1/notifications").await.json, json!([]));
}

#[tokio::test]
async fn a_push_subscription_is_kept_for_its_token() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let instance = world.get_as_guest("/api/v2/instance").await;
    // Any point on the curve will do, and this is one.
    let point = instance.text("/configuration/vapid/public_key");
    let subscription = |auth: &str| {
        json!({
            "subscription": {
                "endpoint": "https://push.example/1",
                "keys": { "p256dh": point, "auth": auth },
                "standard": true,
            },
            "data": { "alerts": { "mention": "true", "admin.report": false }, "policy": "followed" },
        })
    };

    let made =
        world.post(&alice, "/api/v1/push/subscription", subscription("AAAAAAAAAAAAAAAAAAAAAA==")).await;
    let replaced =
        world.post(&alice, "/api/v1/push/subscription", subscription("AAAAAAAAAAAAAAAAAAAAAA")).await;
    let wrong = world.post(&alice, "/api/v1/push/subscription", subscription("A")).await;
    let deleted = world.ask("DELETE", "/api/v1/push/subscription", Some(&alice.token), None).await;
    let again = world.ask("DELETE", "/api/v1/push/subscription", Some(&alice.token), None).await;

    assert_eq!(made.status, StatusCode::OK, "{}", made.json);
    assert!(made.json["id"].is_i64());
    assert_eq!(
        (&made.json["alerts"]["mention"], &made.json["alerts"]["follow"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(made.json["server_key"], instance.json["configuration"]["vapid"]["public_key"]);
    assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.json);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((deleted.json, again.json), (json!({}), json!({})));
}

#[tokio::test]
async fn a_hashtag_on_the_profile_is_shown_to_everybody_with_its_uses() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    for (status, visibility) in [("#Rhein", "public"), ("#rhein #Brücke", "unlisted"), ("#rhein", "private")]
    {
        let form = json!({ "status": status, "visibility": visibility });
        assert_eq!(world.post(&alice, "/api/v1/statuses", form).await.status, StatusCode::OK);
    }

    let suggested = world.get(&alice, "/api/v1/featured_tags/suggestions").await;
    let made = world.post(&alice, "/api/v1/featured_tags", json!({ "name": "#Rhein" })).await;
    let again = world.post(&alice, "/api/v1/featured_tags", json!({ "name": "rhein" })).await;
    let rest = world.get(&alice, "/api/v1/featured_tags/suggestions").await;
    let unused = world.post(&alice, "/api/v1/tags/Fest/feature", json!({})).await;
    let of_alice = format!("/api/v1/accounts/{}/featured_tags", alice.id());
    let shown = world.get_as_guest(&of_alice).await;
    let own = world.get(&alice, "/api/v1/featured_tags").await;
    let unfeatured = world.post(&alice, "/api/v1/tags/fest/unfeature", json!({})).await;
    let address = format!("/api/v1/featured_tags/{}", made.text("/id"));
    let deleted = world.ask("DELETE", &address, Some(&alice.token), None).await;
    let twice = world.ask("DELETE", &address, Some(&alice.token), None).await;

    assert_eq!((suggested.text("/0/name"), suggested.text("/1/name")), ("rhein".into(), "brücke".into()));
    assert_eq!(rest.json.as_array().map(Vec::len), Some(1));
    assert_eq!((made.text("/name"), made.text("/statuses_count")), ("Rhein".into(), "2".into()));
    assert_eq!(made.text("/url"), "https://stadt.example/tags/rhein");
    assert_eq!(made.text("/last_status_at"), world.app.clock.now().date_naive().to_string());
    assert_eq!(again.json, made.json);
    assert_eq!((unused.text("/name"), &unused.json["featuring"]), ("fest".into(), &json!(true)));
    assert_eq!(shown.json.as_array().map(Vec::len), Some(2));
    assert_eq!(shown.json, own.json);
    assert_eq!(
        (shown.text("/1/statuses_count"), &shown.json[1]["last_status_at"]),
        ("0".into(), &Value::Null)
    );
    assert_eq!(unfeatured.json["featuring"], false);
    assert_eq!((deleted.json, twice.status), (json!({}), StatusCode::NOT_FOUND));
    assert_eq!(world.get_as_guest(&of_alice).await.json, json!([]));
}

#[tokio::test]
async fn a_profile_has_ten_hashtags_and_only_who_may_change_it_puts_them_there() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let author = world.colleague(&alice, Role::Author).await;
    let reader = world.with_token(alice.member.clone(), "read write:follows").await;
    let feature = |name: &str| json!({ "name": name });

    let by_author = world.post(&author, "/api/v1/featured_tags", feature("a")).await;
    let by_reader = world.post(&reader, "/api/v1/tags/a/feature", json!({})).await;
    for number in 0..10 {
        let done = world.post(&alice, "/api/v1/featured_tags", feature(&format!("tag{number}"))).await;
        assert_eq!(done.status, StatusCode::OK);
    }
    let too_many = world.post(&alice, "/api/v1/featured_tags", feature("tag10")).await;
    let first = world.get(&alice, "/api/v1/featured_tags").await;
    let wrong = world.post(&alice, "/api/v1/featured_tags", feature("a b")).await;
    let address = format!("/api/v1/featured_tags/{}", first.text("/0/id"));
    let by_bob = world.ask("DELETE", &address, Some(&bob.token), None).await;

    assert_eq!((by_author.status, by_reader.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert_eq!(too_many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(by_bob.status, StatusCode::NOT_FOUND);
    assert_eq!(first.json.as_array().map(Vec::len), Some(10));
}
