//! Who speaks: section A of the catalogue.

use axum::body::Body;
use http::{Method, StatusCode, header};
use serde_json::json;
use stadtbote_core::store::{accounts, actor_keys, follows};
use tower::ServiceExt;
use url::Url;

use super::{ANNA, MALLORY, US, activity, changes, note, ours};
use crate::routes;
use crate::tests::world::{World, made_up};

#[tokio::test]
async fn a01_an_object_of_another_host_is_not_believed_because_it_came_along() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    world.follow(MALLORY, "https://stadt.example/f/2", follows::ACCEPTED).await;
    let forged = "https://mastodon.example/users/anna/statuses/never-written";
    let before = world.facts().await;

    for (kind, object) in [
        ("Create", note(ANNA, forged)),
        ("Create", note(MALLORY, forged)),
        ("Create", note(ANNA, "https://evil.example/notes/1")),
        ("Update", note(ANNA, forged)),
        ("Announce", note(ANNA, forged)),
        ("Announce", activity("Create", ANNA, note(ANNA, forged))),
        ("Create", json!(forged)),
    ] {
        assert_eq!(world.send(&activity(kind, MALLORY, object), MALLORY).await, StatusCode::ACCEPTED);
    }

    assert_eq!(
        changes(&world, &before).await,
        [
            "+ Announce ignored: unknown post",
            "+ Create ignored: no object",
            "+ Create refused: not the sender's post",
            "+ Update refused: not the sender's post",
        ]
    );
}

#[tokio::test]
async fn a01_of_a_post_that_came_along_the_copy_of_its_own_server_counts() {
    let world = World::start().await;
    world.follow(MALLORY, "https://stadt.example/f/1", follows::ACCEPTED).await;
    let (mut real, mut forged) =
        (note(ANNA, &format!("{ANNA}/statuses/1")), note(ANNA, &format!("{ANNA}/statuses/1")));
    real["content"] = json!("<p>Wahr</p>");
    forged["content"] = json!("<p>Gelogen</p>");
    world.show(real);

    world.send(&activity("Announce", MALLORY, forged), MALLORY).await;

    let facts = world.facts().await;
    assert!(facts.iter().any(|fact| fact.ends_with("<p>Wahr</p>")), "{facts:#?}");
    assert!(!facts.iter().any(|fact| fact.contains("Gelogen")), "{facts:#?}");
}

#[tokio::test]
async fn a07_nobody_signs_for_another_not_even_on_the_same_host() {
    let world = World::start().await;
    let neighbour = "https://evil.example/u/neighbour";
    for known in [MALLORY, ANNA, neighbour] {
        world.meet(known).await;
    }
    let before = world.facts().await;

    for victim in [ANNA, neighbour] {
        let like = activity("Like", victim, json!(ours(1001))).to_string();
        let answer = world.post(like.as_bytes(), &format!("{MALLORY}#main-key")).await;
        // Passed on without a proof: neither believed nor the fault of whoever passes it on.
        assert_eq!(answer, StatusCode::ACCEPTED);
    }

    assert!(changes(&world, &before).await.is_empty());
}

#[tokio::test]
async fn a23_an_actor_has_ten_keys_at_most() {
    let world = World::start().await;
    let mut actor = made_up(MALLORY);
    let pem = actor["publicKey"]["publicKeyPem"].clone();
    let key =
        |number: u32| json!({ "id": format!("{MALLORY}#{number}"), "owner": MALLORY, "publicKeyPem": pem });
    actor["publicKey"] = (0..900).map(key).collect();
    world.show(actor);

    world.federation.fetch_account(&Url::parse(MALLORY).expect("an address")).await.expect("it answers");

    let is_kept = async |number: u32| {
        let found = actor_keys::find(world.app.db(), &format!("{MALLORY}#{number}")).await;
        found.expect("the database answers").is_some()
    };
    assert!(is_kept(0).await && is_kept(9).await);
    assert!(!is_kept(10).await && !is_kept(899).await);
}

#[tokio::test]
async fn a25_a_key_of_ours_signs_nothing_that_comes_in_and_is_not_fetched() {
    let world = World::start().await;
    world.meet(MALLORY).await;
    let before = world.facts().await;
    world.asked();

    for key in [format!("{US}#main-key"), US.to_owned(), "https://stadt.example/actor#main-key".to_owned()] {
        for actor in [US, MALLORY] {
            let like = activity("Like", actor, json!(ours(1001))).to_string();
            assert_eq!(world.post(like.as_bytes(), &key).await, StatusCode::UNAUTHORIZED, "{key}");
        }
    }

    assert!(world.asked().is_empty());
    assert!(changes(&world, &before).await.is_empty());
}

#[tokio::test]
async fn a27_who_is_gone_may_delete_itself_and_nobody_else() {
    let world = World::start().await;
    world.follow(ANNA, "https://stadt.example/f/1", follows::ACCEPTED).await;
    world.meet(MALLORY).await;
    world.hide(MALLORY);
    world.hide(ANNA);
    world.asked();
    let before = world.facts().await;

    let of_another = activity("Delete", MALLORY, json!(ANNA));
    let of_a_stranger =
        activity("Delete", "https://evil.example/u/never-seen", json!("https://evil.example/u/never-seen"));
    let stranger_key = "https://evil.example/u/never-seen#main-key";
    assert_eq!(world.send(&of_another, MALLORY).await, StatusCode::ACCEPTED);
    assert_eq!(world.post(of_a_stranger.to_string().as_bytes(), stranger_key).await, StatusCode::ACCEPTED);
    assert_eq!(changes(&world, &before).await, ["+ Delete refused: not the sender's post"]);
    world.send(&activity("Delete", MALLORY, json!(MALLORY)), MALLORY).await;

    assert!(world.asked().is_empty());
    let is_gone = async |uri: &str| {
        let found = accounts::find_by_uri(world.app.db(), uri).await.expect("the database answers");
        found.expect("it is known").deleted_at.is_some()
    };
    assert!(is_gone(MALLORY).await && !is_gone(ANNA).await);
}

#[tokio::test]
async fn a28_c11_a_host_that_is_shut_out_is_so_under_each_of_its_names() {
    let world = World::start().await;
    world.meet(MALLORY).await;
    world.meet("https://sub.evil.example/u/mallory").await;
    world.meet("https://evil.example:8443/u/mallory").await;
    world.meet("https://notevil.example/u/mallory").await;
    world.shut_out("evil.example").await;
    let before = world.facts().await;

    for key in [
        "https://evil.example/u/mallory#main-key",
        "https://EVIL.example/u/mallory#main-key",
        "https://evil.example:443/u/mallory#main-key",
        "https://evil.example:8443/u/mallory#main-key",
        "https://evil.example./u/mallory#main-key",
        "https://sub.evil.example/u/mallory#main-key",
        "https://a.b.evil.example/u/mallory#main-key",
    ] {
        let actor = key.split('#').next().expect("a text has a beginning");
        let like = activity("Like", actor, json!(ours(1001))).to_string();
        let answer = world.post(like.as_bytes(), key).await;
        assert!(matches!(answer.as_u16(), 401 | 403), "{key} was answered {answer}");
    }

    assert!(changes(&world, &before).await.is_empty());
    let like = activity("Like", "https://notevil.example/u/mallory", json!(ours(1001)));
    assert_eq!(world.send(&like, MALLORY).await, StatusCode::ACCEPTED);
    assert_eq!(changes(&world, &before).await.len(), 2);
}

#[tokio::test]
async fn a28_a31_a32_no_inbox_takes_what_is_not_signed_for_it() {
    let world = World::start().await;
    world.meet(MALLORY).await;
    let router = routes::router(world.federation.clone());
    let body = activity("Like", MALLORY, json!(ours(1001))).to_string();
    let key = format!("{MALLORY}#main-key");
    let post = async |path: &str, signed_for: Option<&str>| {
        let mut request = http::Request::new(Body::from(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = path.parse().expect("it is a path");
        if let Some(path) = signed_for {
            *request.headers_mut() = world.signed(body.as_bytes(), &key, path);
        }
        let headers = request.headers_mut();
        headers.insert(header::HOST, "stadt.example".parse().expect("it is a header"));
        headers.insert(header::CONTENT_TYPE, "application/activity+json".parse().expect("it is a header"));
        router.clone().oneshot(request).await.expect("a router always answers").status()
    };
    let before = world.facts().await;
    let inboxes = ["/inbox", "/actor/inbox", "/users/buergeramt/inbox"];

    for inbox in inboxes {
        assert_eq!(post(inbox, None).await, StatusCode::UNAUTHORIZED, "{inbox}");
        for other in inboxes.iter().filter(|other| **other != inbox) {
            assert_eq!(post(inbox, Some(other)).await, StatusCode::UNAUTHORIZED, "{inbox} for {other}");
        }
        for odd in [format!("/{inbox}"), format!("{inbox}/"), format!("{inbox}/x")] {
            let answer = post(&odd, Some(inbox)).await;
            assert!(matches!(answer.as_u16(), 404 | 405), "{odd} was answered {answer}");
        }
        assert_eq!(
            post(&format!("{inbox}?x=1"), Some(&format!("{inbox}?x=2"))).await,
            StatusCode::UNAUTHORIZED
        );
    }
    world.work().await;
    assert!(changes(&world, &before).await.is_empty());

    for inbox in inboxes {
        assert_eq!(post(inbox, Some(inbox)).await, StatusCode::ACCEPTED, "{inbox}");
    }
}

#[tokio::test]
async fn a35_a_key_that_stands_twice_is_read_in_one_way_by_all() {
    let world = World::start().await;
    for known in [MALLORY, ANNA] {
        world.meet(known).await;
    }
    let before = world.facts().await;
    let key = format!("{MALLORY}#main-key");
    let post = ours(1001);

    // Whichever of the two counts, it must be the one that was signed for.
    for (first, second) in [(MALLORY, ANNA), (ANNA, MALLORY)] {
        let id = format!("{second}#twice");
        let body = format!(
            r#"{{"id":"{id}","type":"Like","actor":"{first}","actor":"{second}","object":"{post}"}}"#
        );
        assert_eq!(world.post(body.as_bytes(), &key).await, StatusCode::ACCEPTED);
    }

    assert_eq!(
        changes(&world, &before).await,
        [
            "+ favourite of ours/1001 by evil.example/u/mallory",
            "+ notification: favourite for buergeramt from evil.example/u/mallory about ours/1001",
        ]
    );
}
