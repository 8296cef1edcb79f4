//! Posts, from being written to being deleted.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use stadtbote_core::domain::permission::Role;

use super::{Answer, User, World};

async fn write(world: &World, user: &User, text: &str) -> String {
    let answer = world.post(user, "/api/v1/statuses", json!({ "status": text })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json);
    answer.text("/id")
}

async fn write_with_key(world: &World, user: &User, key: &str, text: &str) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/api/v1/statuses")
        .header("authorization", format!("Bearer {}", user.token))
        .header("idempotency-key", key)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("status={text}")));
    world.send(request.expect("it is well made")).await
}

#[tokio::test]
async fn a_post_is_published_and_shown_to_everybody() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let form = json!({
        "status": "Hallo @bob, heute #Lesung https://stadt.example/x",
        "spoiler_text": "Termin",
        "language": "de",
        "visibility": "public",
    });

    let made = world.post(&alice, "/api/v1/statuses", form).await;
    let id = made.text("/id");
    let seen = world.get_as_guest(&format!("/api/v1/statuses/{id}")).await;
    let public = world.get_as_guest("/api/v1/timelines/public?local=true").await;
    let tagged = world.get_as_guest("/api/v1/timelines/tag/lesung").await;
    let notified = world.get(&bob, "/api/v1/notifications").await;

    assert_eq!(made.json["mentions"][0]["acct"], "bob");
    assert_eq!(made.json["tags"][0], json!({ "name": "lesung", "url": "https://stadt.example/tags/lesung" }));
    assert_eq!(made.json["sensitive"], true);
    assert_eq!(made.json["favourited"], false);
    assert!(made.text("/content").contains(&made.text("/tags/0/url")));
    assert!(made.text("/content").contains(&made.text("/mentions/0/url")));
    assert_eq!(seen.json.get("favourited"), None);
    assert_eq!(seen.json["spoiler_text"], "Termin");
    assert_eq!((public.ids(), tagged.ids()), (vec![id.clone()], vec![id.clone()]));
    assert_eq!((notified.json[0]["type"].as_str(), notified.text("/0/status/id")), (Some("mention"), id));
}

#[tokio::test]
async fn a_blank_post_is_refused_and_so_is_what_is_not_offered_yet() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let blank = world.post(&alice, "/api/v1/statuses", json!({ "status": " " })).await;
    let long = world.post(&alice, "/api/v1/statuses", json!({ "status": "x".repeat(5001) })).await;
    let poll = world
        .post(&alice, "/api/v1/statuses", json!({ "status": "x", "poll": { "options": ["a", "b"] } }))
        .await;
    let later =
        world.post(&alice, "/api/v1/statuses", json!({ "status": "x", "scheduled_at": "2099-01-01" })).await;
    let odd = world.post(&alice, "/api/v1/statuses", json!({ "status": "x", "visibility": "local" })).await;
    let warning = world.post(&alice, "/api/v1/statuses", json!({ "spoiler_text": "nur das" })).await;

    assert_eq!(blank.text("/error"), "Validation failed: Text can't be blank");
    for refused in [blank, long, poll, later, odd] {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(warning.status, StatusCode::OK);
    assert_eq!(world.get_as_guest("/api/v1/timelines/public").await.ids(), [warning.text("/id")]);
}

#[tokio::test]
async fn f20_the_same_request_makes_one_post() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let first = write_with_key(&world, &alice, "k1", "a").await;
    let second = write_with_key(&world, &alice, "k1", "a").await;
    let other = write_with_key(&world, &alice, "k1", "b").await;
    let next = write_with_key(&world, &alice, "k2", "a").await;

    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(first.text("/id"), second.text("/id"));
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(first.text("/id"), next.text("/id"));
}

#[tokio::test]
async fn the_same_request_several_times_at_once_makes_one_post() {
    let world = World::start().await;
    let alice = world.user("alice").await;

    let write = || write_with_key(&world, &alice, "k", "a");
    let (a, b, c, d) = tokio::join!(write(), write(), write(), write());

    let id = a.text("/id");
    for answer in [b, c, d] {
        assert_eq!((answer.status, answer.text("/id")), (StatusCode::OK, id.clone()));
    }
    assert_eq!(world.get_as_guest("/api/v1/timelines/public").await.ids(), [id]);
}

#[tokio::test]
async fn e09_an_authors_post_waits_and_only_the_team_sees_it() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let author = world.colleague(&alice, Role::Author).await;

    let id = write(&world, &author, "Entwurf").await;
    let address = format!("/api/v1/statuses/{id}");
    let own = world.get(&author, &address).await;
    let colleague = world.get(&alice, &address).await;
    let stranger = world.get(&bob, &address).await;
    let guest = world.get_as_guest(&address).await;
    let public = world.get_as_guest("/api/v1/timelines/public").await;
    let home = world.get(&alice, "/api/v1/timelines/home").await;
    let changed = world.ask("PUT", &address, Some(&author.token), Some(json!({ "status": "Besser" }))).await;
    let gone = world.ask("DELETE", &address, Some(&author.token), None).await;

    assert_eq!((own.status, colleague.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!((stranger.status, guest.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!((public.ids().len(), home.ids().len()), (0, 0));
    assert_eq!((changed.text("/id"), changed.text("/content")), (id, "<p>Besser</p>".into()));
    assert_eq!((gone.status, gone.text("/text")), (StatusCode::OK, "Besser".into()));
    assert_eq!(world.get(&author, &address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn f17_roles_say_who_may_do_what() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let id = write(&world, &bob, "Von Bob").await;
    let analyst = world.colleague(&alice, Role::Analyst).await;
    let author = world.colleague(&alice, Role::Author).await;
    let community = world.colleague(&alice, Role::Community).await;

    for (user, address, expected) in [
        (&analyst, format!("/api/v1/statuses/{id}/favourite"), StatusCode::FORBIDDEN),
        (&author, format!("/api/v1/statuses/{id}/favourite"), StatusCode::FORBIDDEN),
        (&community, format!("/api/v1/statuses/{id}/favourite"), StatusCode::OK),
        (&community, format!("/api/v1/statuses/{id}/reblog"), StatusCode::FORBIDDEN),
        (&alice, format!("/api/v1/statuses/{id}/reblog"), StatusCode::OK),
        (&author, format!("/api/v1/accounts/{}/follow", bob.id()), StatusCode::FORBIDDEN),
    ] {
        let answer = world.post(user, &address, json!({})).await;
        assert_eq!(answer.status, expected, "{:?} {address}: {}", user.member.role, answer.json);
    }
    let write = world.post(&analyst, "/api/v1/statuses", json!({ "status": "x" })).await;
    let profile = json!({ "display_name": "x" });
    let profile =
        world.ask("PATCH", "/api/v1/accounts/update_credentials", Some(&author.token), Some(profile)).await;
    assert_eq!((write.status, profile.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
}

#[tokio::test]
async fn an_edit_keeps_what_was_and_a_deletion_gives_the_text_back() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let id = write(&world, &alice, "Erste Fassung").await;
    let address = format!("/api/v1/statuses/{id}");

    let source = world.get(&alice, &format!("{address}/source")).await;
    let edited =
        world.ask("PUT", &address, Some(&alice.token), Some(json!({ "status": "Zweite Fassung" }))).await;
    let history = world.get_as_guest(&format!("{address}/history")).await;
    let deleted = world.ask("DELETE", &address, Some(&alice.token), None).await;
    let after = world.get_as_guest(&address).await;

    assert_eq!((source.text("/text"), source.text("/spoiler_text")), ("Erste Fassung".into(), String::new()));
    assert!(edited.json["edited_at"].is_string());
    assert_eq!(
        (history.text("/0/content"), history.text("/1/content")),
        ("<p>Erste Fassung</p>".into(), "<p>Zweite Fassung</p>".into())
    );
    assert_eq!((deleted.status, deleted.text("/text")), (StatusCode::OK, "Zweite Fassung".into()));
    assert_eq!((after.status, after.text("/error")), (StatusCode::NOT_FOUND, "Record not found".into()));
}

#[tokio::test]
async fn reactions_change_the_post_and_repeat_without_harm() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let id = write(&world, &bob, "Von Bob").await;
    let act =
        async |verb: &str| world.post(&alice, &format!("/api/v1/statuses/{id}/{verb}"), json!({})).await.json;

    act("favourite").await;
    let favourite = act("favourite").await;
    act("bookmark").await;
    act("mute").await;
    act("reblog").await;
    let boost = act("reblog").await;
    let likers = world.get_as_guest(&format!("/api/v1/statuses/{id}/favourited_by")).await;
    let boosters = world.get_as_guest(&format!("/api/v1/statuses/{id}/reblogged_by")).await;
    let favourites = world.get(&alice, "/api/v1/favourites").await;
    let bookmarks = world.get(&alice, "/api/v1/bookmarks?limit=1").await;

    assert_eq!((&favourite["favourited"], &favourite["favourites_count"]), (&json!(true), &json!(1)));
    assert_eq!(boost["reblog"]["id"], json!(id));
    assert_eq!(boost["reblog"]["reblogs_count"], 1);
    for flag in ["favourited", "bookmarked", "muted", "reblogged"] {
        assert_eq!(boost["reblog"][flag], true, "{flag}");
    }
    assert_eq!((likers.ids(), boosters.ids()), (vec![alice.id()], vec![alice.id()]));
    assert_eq!((favourites.ids(), bookmarks.ids()), (vec![id.clone()], vec![id.clone()]));
    assert!(bookmarks.link().contains("rel=\"next\"") && !favourites.link().contains("rel=\"next\""));
    assert!(likers.link().contains("since_id="));
    for (verb, flag) in [
        ("unfavourite", "favourited"),
        ("unbookmark", "bookmarked"),
        ("unmute", "muted"),
        ("unreblog", "reblogged"),
    ] {
        let post = act(verb).await;
        assert_eq!((&post["id"], &post[flag]), (&json!(id), &json!(false)), "{verb}");
    }
}

#[tokio::test]
async fn only_own_posts_are_pinned() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let (own, other) = (write(&world, &alice, "a").await, write(&world, &bob, "b").await);
    write(&world, &alice, "c").await;

    let pinned = world.post(&alice, &format!("/api/v1/statuses/{own}/pin"), json!({})).await;
    let refused = world.post(&alice, &format!("/api/v1/statuses/{other}/pin"), json!({})).await;
    let list = world.get_as_guest(&format!("/api/v1/accounts/{}/statuses?pinned=true", alice.id())).await;

    assert_eq!(pinned.json["pinned"], true);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(list.ids(), [own]);
}

#[tokio::test]
async fn the_context_stands_around_the_post() {
    let world = World::start().await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let root = write(&world, &alice, "Frage").await;
    let answer = async |user: &User, to: &str, text: &str| {
        let form = json!({ "status": text, "in_reply_to_id": to });
        world.post(user, "/api/v1/statuses", form).await.text("/id")
    };
    let middle = answer(&bob, &root, "Antwort").await;
    let last = answer(&alice, &middle, "Danke").await;

    let context = world.get_as_guest(&format!("/api/v1/statuses/{middle}/context")).await;
    world.post(&alice, &format!("/api/v1/accounts/{}/mute", bob.id()), json!({})).await;
    let muted = world.get(&alice, &format!("/api/v1/statuses/{root}/context")).await;

    let ids =
        |list: &Value| list.as_array().map(|it| it.iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
    assert_eq!(ids(&context.json["ancestors"]), Some(vec![json!(root)]));
    assert_eq!(ids(&context.json["descendants"]), Some(vec![json!(last)]));
    assert_eq!(ids(&muted.json["descendants"]), Some(vec![]));
}

#[tokio::test]
async fn pages_lead_to_each_other_and_keep_their_parameters() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.insert(0, write(&world, &alice, &n.to_string()).await);
    }

    let first = world.get_as_guest("/api/v1/timelines/public?limit=2&local=1").await;
    let next = format!("/api/v1/timelines/public?limit=2&local=1&max_id={}", ids[1]);
    let second = world.get_as_guest(&next).await;
    let newer = world.get_as_guest(&format!("/api/v1/timelines/public?limit=2&min_id={}", ids[4])).await;
    let newest = world.get_as_guest(&format!("/api/v1/timelines/public?limit=2&since_id={}", ids[4])).await;

    assert_eq!(first.ids(), ids[0..2]);
    assert!(
        first.link().contains(&format!("<https://stadt.example{next}>; rel=\"next\"")),
        "{}",
        first.link()
    );
    assert!(first.link().contains(&format!("min_id={}>; rel=\"prev\"", ids[0])));
    assert_eq!(second.ids(), ids[2..4]);
    assert_eq!(newer.ids(), ids[2..4]);
    assert_eq!(newest.ids(), ids[0..2]);
}

#[tokio::test]
async fn e01_private_and_direct_posts_are_for_those_meant() {
    let world = World::start().await;
    let (alice, bob, carol) = (world.user("alice").await, world.user("bob").await, world.user("carol").await);
    world.post(&bob, &format!("/api/v1/accounts/{}/follow", alice.id()), json!({})).await;
    let post = async |visibility: &str| {
        let form = json!({ "status": "an @carol", "visibility": visibility });
        world.post(&alice, "/api/v1/statuses", form).await.text("/id")
    };
    let (private, direct) = (post("private").await, post("direct").await);
    let author = world.colleague(&carol, Role::Author).await;

    let sees =
        async |user: &User, id: &str| world.get(user, &format!("/api/v1/statuses/{id}")).await.status == 200;
    assert!(sees(&bob, &private).await && !sees(&bob, &direct).await);
    assert!(sees(&carol, &private).await && sees(&carol, &direct).await);
    assert!(sees(&author, &private).await && !sees(&author, &direct).await);
    let conversations = world.get(&carol, "/api/v1/conversations").await;
    assert_eq!(conversations.text("/0/last_status/id"), direct);
    assert_eq!(conversations.text("/0/accounts/0/id"), alice.id());
    assert_eq!(conversations.json[0]["unread"], true);
    assert_eq!(world.get(&author, "/api/v1/conversations").await.json, json!([]));
}

#[tokio::test]
async fn files_are_uploaded_described_and_attached() {
    let world = World::start().await;
    let alice = world.user("alice").await;
    let picture = include_bytes!("../../assets/avatar.png");
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nEin Kopf\r\n\
        --b\r\nContent-Disposition: form-data; name=\"focus\"\r\n\r\n0.5,-0.5\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
        .to_vec();
    body.extend_from_slice(picture);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri("/api/v2/media")
        .header("authorization", format!("Bearer {}", alice.token))
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::from(body));

    let file = world.send(request.expect("it is well made")).await;
    let id = file.text("/id");
    let address = format!("/api/v1/media/{id}");
    let shown = world.get(&alice, &address).await;
    let described =
        world.ask("PUT", &address, Some(&alice.token), Some(json!({ "description": "Ein Umriss" }))).await;
    let post = world.post(&alice, "/api/v1/statuses", json!({ "status": "", "media_ids": [id] })).await;
    let attached = world.get(&alice, &address).await;
    let author = world.colleague(&alice, Role::Author).await;
    let change = json!({
        "status": "neu",
        "media_ids": [id],
        "media_attributes": [{ "id": id, "description": "Ein Mensch" }],
    });
    let edit = format!("/api/v1/statuses/{}", post.text("/id"));
    let refused = world.ask("PUT", &edit, Some(&author.token), Some(change.clone())).await;
    let unchanged = world.get_as_guest(&edit).await;
    let edited = world.ask("PUT", &edit, Some(&alice.token), Some(change)).await;
    let history = world.get_as_guest(&format!("{edit}/history")).await;
    let none = world.post(&alice, "/api/v2/media", json!({})).await;

    assert_eq!(file.status, StatusCode::OK, "{}", file.json);
    assert_eq!(
        (file.json["type"].as_str(), file.json["meta"]["original"]["size"].as_str()),
        (Some("image"), Some("400x400"))
    );
    assert_eq!(file.json["meta"]["focus"], json!({ "x": 0.5, "y": -0.5 }));
    assert!(file.text("/url").starts_with("https://stadt.example/media/"));
    assert_eq!(shown.text("/description"), "Ein Kopf");
    assert_eq!(described.text("/description"), "Ein Umriss");
    assert_eq!(post.text("/media_attachments/0/description"), "Ein Umriss");
    assert_eq!(attached.status, StatusCode::NOT_FOUND);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(unchanged.text("/media_attachments/0/description"), "Ein Umriss");
    assert_eq!(edited.text("/media_attachments/0/description"), "Ein Mensch");
    assert_eq!(history.text("/0/media_attachments/0/description"), "Ein Umriss");
    assert_eq!(history.text("/1/media_attachments/0/description"), "Ein Mensch");
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}
