//! Activity intents: what our pages announce, and where the servers of visitors lead.

use http::StatusCode;
use serde_json::json;
use stadtbote_core::Error;
use stadtbote_core::domain::handle::Handle;

use super::world::World;
use crate::Intent;

#[tokio::test]
async fn what_our_pages_let_people_do_stands_in_webfinger() {
    let world = World::start().await;

    let found = world.get("/.well-known/webfinger?resource=acct:buergeramt@stadt.example").await;
    let instance = world.get("/.well-known/webfinger?resource=acct:stadt.example@stadt.example").await;

    assert_eq!((found.0, instance.0), (StatusCode::OK, StatusCode::OK));
    let links = found.1["links"].as_array().expect("there are links");
    let template =
        |rel: &str| links.iter().find(|link| link["rel"] == rel).map(|link| link["template"].clone());
    let base = "https://stadt.example/authorize_interaction";
    assert_eq!(
        template("http://ostatus.org/schema/1.0/subscribe"),
        Some(json!(format!("{base}?uri={{uri}}")))
    );
    assert_eq!(
        template("https://w3id.org/fep/3b86/Follow"),
        Some(json!(format!("{base}?intent=follow&uri={{object}}")))
    );
    assert_eq!(
        template("https://w3id.org/fep/3b86/Create"),
        Some(json!(format!("{base}?intent=answer&uri={{inReplyTo}}")))
    );
    assert!(!instance.1.to_string().contains("authorize_interaction"), "nobody signs in as the server");
}

#[tokio::test]
async fn a_visitor_is_led_where_the_own_server_says_and_nowhere_else() {
    let world = World::start().await;
    let us = world.us.uri.clone();
    let way = async |handle: &str| {
        let handle = Handle::parse(handle).expect("it is a handle");
        world.federation.way_to(&handle, Intent::Follow, &us).await
    };

    let anna = way("anna@mastodon.example").await.expect("its server answers");
    let nobody = way("nobody@mastodon.example").await.expect("its server answers");
    let silent = way("anna@unknown.example").await;
    world.shut_out("mastodon.example").await;
    let shut_out = way("anna@mastodon.example").await.expect("nobody is asked");

    assert_eq!(
        anna.map(|url| url.to_string()).as_deref(),
        Some(
            "https://mastodon.example/authorize_interaction?uri=https%3A%2F%2Fstadt.example%2Fusers%2Fbuergeramt"
        )
    );
    assert_eq!((nobody, shut_out), (None, None));
    assert!(matches!(silent, Err(Error::Remote(_))), "{silent:?}");
}
