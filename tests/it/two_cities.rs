//! Two Stadtbotes that know each other only by their names: what one's people do reaches the other's, over TLS and with
//! real signatures on both sides.
//!
//! The first city is on SQLite whatever the run is on, the second on the database of the run: in the step `postgres` the
//! two databases meet. The second city's handles are of another domain than its server.

use serde_json::{Value, json};
use stadtbote_tests::client::{Answer, Client};
use stadtbote_tests::database::Database;
use stadtbote_tests::front::Front;
use stadtbote_tests::keys::ActorKey;
use stadtbote_tests::program::{HOST, Program};
use stadtbote_tests::stadtbote::{PASSWORD, eventually};

/// The server of the second city, and the domain of its handles.
const OTHER_HOST: &str = "rathaus.dorf.example";
const OTHER_DOMAIN: &str = "dorf.example";

/// A city and somebody who writes there.
struct City {
    program: Program,
    host: &'static str,
    domain: &'static str,
    _fronts: Vec<Front>,
    author: &'static str,
    client: Client,
}

impl City {
    /// Somebody who writes there, as the other city names them.
    fn acct(&self) -> String {
        format!("{}@{}", self.author, self.domain)
    }

    fn actor(&self) -> String {
        format!("https://{}/users/{}", self.host, self.author)
    }

    /// A further account, with a client.
    async fn somebody(&self, name: &str) -> Client {
        somebody(&self.program, self.host, name).await
    }

    /// Finds somebody elsewhere by what a person types, and gives the account.
    async fn find(&self, typed: &str) -> Option<Value> {
        let path = format!("/api/v2/search?type=accounts&resolve=true&q={typed}");
        self.client.get(&path).await.good()["accounts"].get(0).cloned()
    }

    /// The id that the other city's author has here.
    async fn id_of(&self, other: &City) -> String {
        let found = self.find(&format!("@{}", other.acct())).await.expect("the other city is there");
        text(&found["id"])
    }

    async fn relationship(&self, other: &City) -> Value {
        let path = format!("/api/v1/accounts/relationships?id[]={}", self.id_of(other).await);
        self.client.get(&path).await.good()[0].clone()
    }

    /// Follows the other city's author, and waits until that is accepted.
    async fn follow(&self, other: &City) {
        let path = format!("/api/v1/accounts/{}/follow", self.id_of(other).await);
        self.client.post(&path, json!({})).await.good();
        eventually("the Follow is accepted", async || {
            (self.relationship(other).await["following"] == true).then_some(())
        })
        .await;
    }

    async fn post(&self, body: Value) -> Value {
        self.client.post("/api/v1/statuses", body).await.good()
    }

    /// What is answered to a POST with any headers, right or wrong.
    async fn take(&self, path: &str, headers: http::HeaderMap, body: &str) -> u16 {
        let url = format!("http://{}{path}", self.program.address());
        let request = reqwest::Client::default().post(url).headers(headers).body(body.to_owned());
        request.send().await.expect("Stadtbote answers every request").status().as_u16()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}

async fn somebody(program: &Program, host: &str, name: &str) -> Client {
    let email = format!("{name}@staff.example");
    program.order(&["account", "create", name, "--display-name", &format!("Office of {name}")], "");
    program.order(&["staff", "create", &email, "--password-stdin"], PASSWORD);
    program.order(&["staff", "grant", &email, "--account", name, "--role", "owner"], "");
    let scopes = "read write follow";
    let arguments = ["token", "create", "--staff", &email, "--account", name, "--scopes", scopes];
    let client = Client::new(program.address(), host, Some(program.order(&arguments, "")));
    // Its keys are made a moment later; until then nobody elsewhere can look it up.
    let actor = format!("/users/{name}");
    eventually("the account has its keys", async || {
        let answer = client.get_with(&actor, &[("accept", "application/activity+json")]).await;
        (answer.status == 200).then_some(())
    })
    .await;
    client
}

/// Both cities, each with somebody who can be followed.
async fn two_cities() -> (City, City) {
    let mut programs = [Program::of(HOST, Database::sqlite), Program::of(OTHER_HOST, Database::new)];
    programs[1].set("server.account_domain", OTHER_DOMAIN);
    let fronts = [
        Front::start(HOST, programs[0].address()).await,
        Front::start(OTHER_HOST, programs[1].address()).await,
        Front::start(OTHER_DOMAIN, programs[1].address()).await,
    ];
    let names = json!({
        HOST: fronts[0].address().to_string(),
        OTHER_HOST: fronts[1].address().to_string(),
        OTHER_DOMAIN: fronts[2].address().to_string(),
    });
    for program in &mut programs {
        program.set("federation.resolve", &names.to_string());
        program.serve().await;
    }

    let ([first, second], [front, other_front, domain_front]) = (programs, fronts);
    let here = City {
        client: somebody(&first, HOST, "alice").await,
        program: first,
        host: HOST,
        domain: HOST,
        _fronts: vec![front],
        author: "alice",
    };
    let there = City {
        client: somebody(&second, OTHER_HOST, "bob").await,
        program: second,
        host: OTHER_HOST,
        domain: OTHER_DOMAIN,
        _fronts: vec![other_front, domain_front],
        author: "bob",
    };
    (here, there)
}

/// Both cities, whose authors follow each other.
async fn two_friends() -> (City, City) {
    let (here, there) = two_cities().await;
    here.follow(&there).await;
    there.follow(&here).await;
    (here, there)
}

/// The post from elsewhere with this address in somebody's home timeline, once it is there.
async fn at_home(client: &Client, post: &Value) -> Value {
    eventually("the post is in the home timeline", async || {
        let posts = client.get("/api/v1/timelines/home").await.good();
        posts.as_array()?.iter().find(|one| one["uri"] == post["uri"]).cloned()
    })
    .await
}

/// The notification of a kind from somebody, once it is there.
async fn told(client: &Client, kind: &str, acct: &str) -> Value {
    eventually(&format!("{acct} caused a notification: {kind}"), async || {
        let all = client.get("/api/v1/notifications").await.good();
        all.as_array()?.iter().find(|one| one["type"] == kind && one["account"]["acct"] == acct).cloned()
    })
    .await
}

async fn show(client: &Client, post: &Value) -> Answer {
    client.get(&format!("/api/v1/statuses/{}", text(&post["id"]))).await
}

/// The addresses of what somebody sees of an account, newest first.
async fn seen_of(client: &Client, id: &str) -> Vec<Value> {
    let posts = client.get(&format!("/api/v1/accounts/{id}/statuses")).await.good();
    posts.as_array().expect("posts are a list").iter().map(|post| post["uri"].clone()).collect()
}

#[tokio::test]
async fn each_follows_the_other_by_handle_and_reads_it_at_home() {
    let (here, there) = two_cities().await;
    assert!(here.program.is_on_sqlite());
    let is_asked = std::env::var("STADTBOTE_TEST_POSTGRES").is_ok_and(|cluster| !cluster.is_empty());
    assert_eq!(there.program.is_on_sqlite(), !is_asked);

    for (reader, writer) in [(&here, &there), (&there, &here)] {
        let found = reader.find(&format!("@{}", writer.acct())).await.expect("the handle leads there");
        assert_eq!((&found["acct"], &found["uri"]), (&json!(writer.acct()), &json!(writer.actor())));
        let by_host = reader.find(&format!("@{}@{}", writer.author, writer.host)).await;
        assert_eq!(by_host.map(|one| one["id"].clone()), Some(found["id"].clone()), "by the server's name");
        assert_eq!(reader.find(&format!("@nobody@{}", writer.domain)).await, None);

        reader.follow(writer).await;

        let told = told(&writer.client, "follow", &reader.acct()).await;
        assert_eq!(told["account"]["uri"], reader.actor());
        let own = writer.client.get("/api/v1/accounts/verify_credentials").await.good();
        assert_eq!(own["followers_count"], 1);
        let post = writer.post(json!({ "status": "Das Amt öffnet um 8 Uhr.", "language": "de" })).await;
        let arrived = at_home(&reader.client, &post).await;
        assert_eq!(arrived["content"], "<p>Das Amt öffnet um 8 Uhr.</p>");
        assert_eq!(arrived["account"]["acct"], writer.acct());
        assert_eq!(arrived["language"], "de");
        assert_eq!(arrived["url"], post["url"]);
    }

    for (one, other) in [(&here, &there), (&there, &here)] {
        let relationship = one.relationship(other).await;
        assert_eq!((&relationship["following"], &relationship["followed_by"]), (&json!(true), &json!(true)));
    }
}

#[tokio::test]
async fn an_answer_a_like_and_a_boost_are_told_to_the_author_and_can_be_taken_back() {
    let (here, there) = two_friends().await;

    for (writer, reader) in [(&here, &there), (&there, &here)] {
        let post = writer.post(json!({ "status": "Wer kommt mit?" })).await;
        let arrived = at_home(&reader.client, &post).await;
        let path = format!("/api/v1/statuses/{}", text(&arrived["id"]));
        let answer = json!({ "status": format!("@{} Ich!", writer.acct()), "in_reply_to_id": arrived["id"] });

        let answer = reader.post(answer).await;
        reader.client.post(&format!("{path}/favourite"), json!({})).await.good();
        reader.client.post(&format!("{path}/reblog"), json!({})).await.good();

        let mention = told(&writer.client, "mention", &reader.acct()).await;
        assert_eq!(mention["status"]["uri"], answer["uri"]);
        assert_eq!(mention["status"]["in_reply_to_id"], post["id"]);
        for kind in ["favourite", "reblog"] {
            let told = told(&writer.client, kind, &reader.acct()).await;
            assert_eq!(told["status"]["id"], post["id"], "{kind}");
        }
        let counted = show(&writer.client, &post).await.good();
        let counts = [&counted["replies_count"], &counted["favourites_count"], &counted["reblogs_count"]];
        assert_eq!(counts, [1, 1, 1]);

        reader.client.post(&format!("{path}/unfavourite"), json!({})).await.good();
        reader.client.post(&format!("{path}/unreblog"), json!({})).await.good();
        eventually("the Like and the boost are gone", async || {
            let counted = show(&writer.client, &post).await.good();
            (counted["favourites_count"] == 0 && counted["reblogs_count"] == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_change_and_a_deletion_reach_the_other_and_after_an_unfollow_nothing_does() {
    let (here, there) = two_friends().await;

    for (writer, reader) in [(&here, &there), (&there, &here)] {
        let post = writer.post(json!({ "status": "Am 1. Mai" })).await;
        let path = format!("/api/v1/statuses/{}", text(&post["id"]));
        let arrived = at_home(&reader.client, &post).await;

        writer.client.put(&path, json!({ "status": "Am 8. Mai" })).await.good();
        eventually("the change is there", async || {
            let now = show(&reader.client, &arrived).await.good();
            (now["content"] == "<p>Am 8. Mai</p>" && now["edited_at"].is_string()).then_some(())
        })
        .await;
        writer.client.delete(&path).await.good();
        eventually("the post is gone", async || {
            (show(&reader.client, &arrived).await.status == 404).then_some(())
        })
        .await;

        let id = reader.id_of(writer).await;
        reader.client.post(&format!("/api/v1/accounts/{id}/unfollow"), json!({})).await.good();
        eventually("nobody follows any more", async || {
            let own = writer.client.get("/api/v1/accounts/verify_credentials").await.good();
            (own["followers_count"] == 0).then_some(())
        })
        .await;
        let before = seen_of(&reader.client, &id).await;
        writer.post(json!({ "status": "Für die, die noch folgen" })).await;
        // What is said to the reader alone still comes, and then the post before it would have come too.
        let last = writer.post(json!({ "status": format!("@{} Schade", reader.acct()) })).await;
        told(&reader.client, "mention", &writer.acct()).await;
        let after = seen_of(&reader.client, &id).await;
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(after[0], last["uri"]);
    }
}

#[tokio::test]
async fn a_followers_only_post_and_a_direct_post_arrive_only_where_they_must() {
    let (here, there) = two_cities().await;
    let park = here.somebody("park").await;
    here.follow(&there).await;

    let private = there.post(json!({ "status": "Unter uns", "visibility": "private" })).await;
    let direct = format!("@park@{HOST} Nur für Sie");
    let direct = there.post(json!({ "status": direct, "visibility": "direct" })).await;

    let at_alice = at_home(&here.client, &private).await;
    assert_eq!(at_alice["visibility"], "private");
    assert_eq!(show(&park, &at_alice).await.status, 404, "park does not follow");
    let at_park = told(&park, "mention", &there.acct()).await["status"].clone();
    assert_eq!((&at_park["uri"], &at_park["visibility"]), (&direct["uri"], &json!("direct")));
    assert_eq!(show(&here.client, &at_park).await.status, 404, "alice is not named");
    let stranger = Client::new(here.program.address(), HOST, None);
    for post in [&at_alice, &at_park] {
        assert_eq!(show(&stranger, post).await.status, 404);
    }

    // Nobody there follows alice, so neither a post of hers for followers nor one to park may leave the house.
    here.post(json!({ "status": "Für Follower", "visibility": "private" })).await;
    here.post(json!({ "status": "@park Intern", "visibility": "direct" })).await;
    let open = here.post(json!({ "status": format!("@{} Guten Tag", there.acct()) })).await;
    let arrived = told(&there.client, "mention", &here.acct()).await["status"].clone();
    assert_eq!(arrived["uri"], open["uri"]);
    assert_eq!(arrived["account"]["statuses_count"], 1, "nothing else arrived");
}

#[tokio::test]
async fn neither_takes_what_is_not_signed_by_its_sender() {
    let (here, there) = two_friends().await;

    for (city, other) in [(&here, &there), (&there, &here)] {
        let post = city.post(json!({ "status": "Hallo" })).await;
        let like = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}#likes/1", other.actor()),
            "type": "Like",
            "actor": other.actor(),
            "object": post["uri"],
        });
        let (body, key) = (like.to_string(), ActorKey::new());
        let key_id = format!("{}#main-key", other.actor());

        for path in ["/inbox", &format!("/users/{}/inbox", city.author)] {
            // Well made, but not with the key that the other city shows.
            let stolen = key.sign(&key_id, "POST", city.host, path, Some(body.as_bytes()));
            let mut unsigned = stolen.clone();
            unsigned.remove("signature");
            let mut garbage = stolen.clone();
            let value = stolen["signature"].to_str().expect("it is text");
            let value = value.replace("signature=\"", "signature=\"AAAA");
            garbage.insert("signature", value.parse().expect("it is a header"));

            assert_eq!(city.take(path, unsigned, &body).await, 401, "{path}");
            assert_eq!(city.take(path, garbage, &body).await, 401, "{path}");
            assert_eq!(city.take(path, stolen, &body).await, 401, "{path}");
        }

        // What the other city signs is taken, and is all that counts.
        let arrived = at_home(&other.client, &post).await;
        let path = format!("/api/v1/statuses/{}/favourite", text(&arrived["id"]));
        other.client.post(&path, json!({})).await.good();
        told(&city.client, "favourite", &other.acct()).await;
        assert_eq!(show(&city.client, &post).await.good()["favourites_count"], 1);
    }
}
