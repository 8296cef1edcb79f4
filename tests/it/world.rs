//! The test world itself: what the other tests lean on must hold.

use serde_json::json;
use stadtbote_tests::authority::{Authority, Fault};
use stadtbote_tests::front::Front;
use stadtbote_tests::keys::ActorKey;
use stadtbote_tests::network::{Mode, Network, Signature};
use std::time::Duration;

/// Another server, which reads and posts over TLS as Stadtbote does.
fn visitor(network: &Network, hosts: &[&str]) -> reqwest::Client {
    let authority = Authority::of_this_run().pem().as_bytes();
    let authority = reqwest::Certificate::from_pem(authority).expect("the authority is PEM");
    let mut builder = reqwest::Client::builder()
        .tls_certs_only([authority])
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(2));
    for host in hosts {
        builder = builder.resolve(host, network.address());
    }
    builder.build().expect("the client can be built")
}

fn at(network: &Network, address: &str) -> String {
    address.replacen(".example", &format!(".example:{}", network.address().port()), 1)
}

#[tokio::test]
async fn a_pretended_person_can_be_found_and_read() {
    let network = Network::start().await;
    let rita = network.person("rita@far.example");
    let client = visitor(&network, &["far.example"]);

    let found = client
        .get(at(&network, "https://far.example/.well-known/webfinger?resource=acct:rita@far.example"))
        .send()
        .await
        .expect("the network answers");
    let actor = client.get(at(&network, &rita.uri())).send().await.expect("the network answers");
    let nobody = client.get(at(&network, "https://far.example/users/x")).send().await;

    assert!(found.text().await.expect("text").contains(&rita.uri()));
    assert!(actor.text().await.expect("text").contains("BEGIN PUBLIC KEY"));
    assert_eq!(nobody.expect("the network answers").status(), 404);
    assert_eq!(network.looks().len(), 3);
}

#[tokio::test]
async fn an_arrival_is_counted_and_its_signature_judged() {
    let network = Network::start().await;
    network.person("rita@far.example");
    let client = visitor(&network, &["far.example"]);
    let body = json!({ "id": "https://social.stadt.example/1", "type": "Create" }).to_string();
    let key_id = "https://social.stadt.example/users/alice#main-key";

    let headers = ActorKey::shared().sign(key_id, "POST", "far.example", "/inbox", Some(body.as_bytes()));
    let answer = client
        .post(at(&network, "https://far.example/inbox"))
        .headers(headers)
        .body(body)
        .send()
        .await
        .expect("the network answers");

    assert_eq!(answer.status(), 202);
    let arrivals = network.wait_for(1, |arrival| arrival.host == "far.example").await;
    assert_eq!(arrivals[0].kind(), "Create");
    assert_eq!(arrivals[0].signature, Signature::Bad("social.stadt.example is unknown here".to_owned()));
    assert_eq!(network.taken("https://social.stadt.example/1").get("far.example"), Some(&1));
}

#[tokio::test]
async fn hosts_behave_as_they_are_told() {
    let network = Network::start().await;
    let hosts =
        ["busy.example", "new.example", "cut.example", "mute.example", "moved.example", "old.example"];
    network.answers_posts("busy.example", Mode::Busy("120".to_owned()));
    network.answers_posts("new.example", Mode::FailFirst(1));
    network.answers_posts("cut.example", Mode::Reset);
    network.answers_posts("mute.example", Mode::Tarpit);
    network.answers_posts("moved.example", Mode::Redirect("https://far.example/inbox".to_owned()));
    network.answers_posts("old.example", Mode::BadCertificate(Fault::Expired));
    let client = visitor(&network, &hosts);
    let post = |host: &str| client.post(at(&network, &format!("https://{host}/inbox"))).body("{}").send();

    let busy = post("busy.example").await.expect("it answers");
    assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().ok()), (503, Some("120")));
    assert_eq!(post("new.example").await.expect("it answers").status(), 503);
    assert_eq!(post("new.example").await.expect("it answers").status(), 202);
    assert_eq!(post("moved.example").await.expect("it answers").status(), 307);
    assert!(post("cut.example").await.expect_err("it cuts").is_request());
    assert!(post("mute.example").await.expect_err("it drips").is_timeout());
    assert!(post("old.example").await.expect_err("nobody trusts it").is_connect());
    assert_eq!(network.arrivals_at("cut.example").len(), 1);
    assert_eq!(network.arrivals_at("mute.example").len(), 1);
    assert_eq!(network.arrivals_at("old.example").len(), 0);
}

#[tokio::test]
async fn the_front_hands_on_what_it_decrypts() {
    let behind = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
    let address = behind.local_addr().expect("it listens");
    let router = axum::Router::new().route("/", axum::routing::get(|| async { "from behind" }));
    tokio::spawn(async move { axum::serve(behind, router).await });
    let front = Front::start("social.stadt.example", address).await;

    let authority = Authority::of_this_run().pem().as_bytes();
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(authority).expect("the authority is PEM")])
        .resolve("social.stadt.example", front.address())
        .build()
        .expect("the client can be built");
    let url = format!("https://social.stadt.example:{}/", front.address().port());
    let answer = client.get(url).send().await.expect("the front answers");

    assert_eq!(answer.text().await.expect("text"), "from behind");
}
