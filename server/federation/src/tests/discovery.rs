//! How the server itself is found, and what it says that it can do.

use http::StatusCode;

use super::world::World;

const RFC9421: &str = "https://datatracker.ietf.org/doc/html/rfc9421";

#[tokio::test]
async fn the_actor_of_the_server_is_found_by_the_address_of_the_server() {
    let world = World::start().await;
    for resource in ["https://stadt.example/", "https://stadt.example", "acct:stadt.example@stadt.example"] {
        let (status, found) = world.get(&format!("/.well-known/webfinger?resource={resource}")).await;

        assert_eq!(status, StatusCode::OK, "{resource}");
        let links = found["links"].as_array().expect("there are links");
        let service = "https://www.w3.org/ns/activitystreams#Service";
        let link = links.iter().find(|link| link["rel"] == service).expect("it is a link");
        assert_eq!(link["href"], "https://stadt.example/actor");
    }
    let elsewhere = world.get("/.well-known/webfinger?resource=https://mastodon.example/").await;
    let ours = world.get("/.well-known/webfinger?resource=acct:buergeramt@stadt.example").await;
    assert_eq!(elsewhere.0, StatusCode::NOT_FOUND);
    assert!(!ours.1.to_string().contains("activitystreams#Service"), "an account is not the server");
}

#[tokio::test]
async fn actors_say_which_signatures_are_understood() {
    let world = World::start().await;

    let ours = world.get(&world.us.uri).await.1;
    let server = world.get("/actor").await.1;

    assert_eq!(ours["generator"]["implements"][0]["href"], RFC9421);
    assert_eq!(ours["generator"]["id"], server["id"]);
    assert_eq!(server["implements"], ours["generator"]["implements"]);
}
