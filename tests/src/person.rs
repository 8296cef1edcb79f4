//! Somebody who lives on the pretended network: shows a profile and sends signed activities.

use crate::keys::ActorKey;
use crate::network::ACTIVITY_JSON;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What every document of ActivityStreams begins with.
const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

/// Where a Stadtbote takes requests: its socket, and the name by which the world knows it.
#[derive(Clone, Debug)]
pub struct Door {
    /// The socket, which speaks plain HTTP.
    pub address: SocketAddr,
    /// The host of its public address.
    pub host: String,
}

/// A remote actor.
#[derive(Clone)]
pub struct Person {
    name: String,
    host: String,
    made: Arc<AtomicUsize>,
    client: reqwest::Client,
}

impl Person {
    pub(crate) fn new(handle: &str) -> Person {
        let (name, host) = handle.split_once('@').expect("a handle is name@host");
        Person {
            name: name.to_owned(),
            host: host.to_owned(),
            made: Arc::default(),
            client: reqwest::Client::default(),
        }
    }

    /// Such as `rita@far.example`.
    pub fn handle(&self) -> String {
        format!("{}@{}", self.name, self.host)
    }

    /// The actor's address.
    pub fn uri(&self) -> String {
        format!("https://{}/users/{}", self.host, self.name)
    }

    /// The address of the key.
    pub fn key_id(&self) -> String {
        format!("{}#main-key", self.uri())
    }

    /// The path of the personal inbox.
    pub fn inbox_path(&self) -> String {
        format!("/users/{}/inbox", self.name)
    }

    /// The profile, as other servers read it.
    pub fn document(&self) -> Value {
        let uri = self.uri();
        json!({
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": format!("{} from {}", self.name, self.host),
            "summary": "<p>A pretended account.</p>",
            "url": format!("https://{}/@{}", self.host, self.name),
            "manuallyApprovesFollowers": false,
            "inbox": format!("{uri}/inbox"),
            "outbox": format!("{uri}/outbox"),
            "followers": format!("{uri}/followers"),
            "following": format!("{uri}/following"),
            "endpoints": { "sharedInbox": format!("https://{}/inbox", self.host) },
            "publicKey": {
                "id": self.key_id(),
                "owner": uri,
                "publicKeyPem": ActorKey::shared().public_pem(),
            },
        })
    }

    pub(crate) fn webfinger(&self) -> Value {
        json!({
            "subject": format!("acct:{}", self.handle()),
            "aliases": [self.uri()],
            "links": [
                { "rel": "self", "type": ACTIVITY_JSON, "href": self.uri() },
                {
                    "rel": "http://ostatus.org/schema/1.0/subscribe",
                    "template": format!("https://{}/authorize_interaction?uri={{uri}}", self.host),
                },
                {
                    "rel": "https://w3id.org/fep/3b86/Like",
                    "template": format!("https://{}/like?id={{object}}&next={{on-success}}", self.host),
                },
            ],
        })
    }

    /// An address of this person's own that was not used before.
    pub fn new_uri(&self, kind: &str) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}/{kind}/{number}", self.uri())
    }

    /// An activity of this person, with an id of its own.
    pub fn activity(&self, kind: &str, object: Value) -> Value {
        json!({
            "@context": CONTEXT,
            "id": self.new_uri("activities"),
            "type": kind,
            "actor": self.uri(),
            "object": object,
        })
    }

    /// A Follow of a local actor.
    pub fn follow(&self, actor: &str) -> Value {
        self.activity("Follow", json!(actor))
    }

    /// A Like of a post.
    pub fn like(&self, post: &str) -> Value {
        self.activity("Like", json!(post))
    }

    /// A public boost of a post.
    pub fn announce(&self, post: &str) -> Value {
        let mut announce = self.activity("Announce", json!(post));
        announce["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        announce["cc"] = json!([format!("{}/followers", self.uri())]);
        announce["published"] = json!(now());
        announce
    }

    /// What takes an activity back.
    pub fn undo(&self, activity: &Value) -> Value {
        self.activity("Undo", activity.clone())
    }

    /// A public note, without the Create around it.
    pub fn note(&self, html: &str) -> Value {
        let uri = self.new_uri("statuses");
        json!({
            "@context": CONTEXT,
            "id": uri,
            "type": "Note",
            "url": uri,
            "attributedTo": self.uri(),
            "content": html,
            "published": now(),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [format!("{}/followers", self.uri())],
        })
    }

    /// The Create of a note, addressed as the note is.
    pub fn create(&self, note: &Value) -> Value {
        let mut create = self.activity("Create", note.clone());
        create["id"] = json!(format!("{}/activity", note["id"].as_str().unwrap_or_default()));
        create["to"] = note["to"].clone();
        create["cc"] = note["cc"].clone();
        create["published"] = note["published"].clone();
        create
    }

    /// A public answer to a local post that mentions its author.
    pub fn reply(&self, post: &str, author: &str, html: &str) -> Value {
        let mut note = self.note(html);
        note["inReplyTo"] = json!(post);
        note["cc"] = json!([format!("{}/followers", self.uri()), author]);
        note["tag"] = json!([{ "type": "Mention", "href": author }]);
        note
    }

    /// Signs an activity as this person and posts it to a path of Stadtbote.
    pub async fn send(&self, door: &Door, path: &str, activity: &Value) -> StatusCode {
        let body = activity.to_string().into_bytes();
        let headers = self.sign(door, path, &body);
        self.post(door, path, headers, body).await
    }

    /// Sends an activity to a server that may be gone; none if it did not answer.
    pub async fn try_send(&self, door: &Door, path: &str, activity: &Value) -> Option<StatusCode> {
        let body = activity.to_string().into_bytes();
        let headers = self.sign(door, path, &body);
        let url = format!("http://{}{path}", door.address);
        let answer = self.client.post(url).headers(headers).body(body).send().await;
        answer.ok().map(|answer| answer.status())
    }

    /// The headers under which this person would post a body.
    pub fn sign(&self, door: &Door, path: &str, body: &[u8]) -> HeaderMap {
        ActorKey::shared().sign(&self.key_id(), "POST", &door.host, path, Some(body))
    }

    /// Posts a body under any headers, right or wrong.
    pub async fn post(&self, door: &Door, path: &str, headers: HeaderMap, body: Vec<u8>) -> StatusCode {
        let url = format!("http://{}{path}", door.address);
        let answer = self.client.post(url).headers(headers).body(body).send().await;
        answer.expect("Stadtbote answers every request").status()
    }
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
