//! A city hall that others write to, and what can be seen of it.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use http::{HeaderMap, StatusCode, Uri, header};
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::Member;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};
use stadtbote_core::actions::keys::{self, NewKey};
use stadtbote_core::actions::receive;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::app::Lease;
use stadtbote_core::config::Config;
use stadtbote_core::domain::followers_digest::followers_digest;
use stadtbote_core::domain::ids::{AccountId, FollowId, PostId};
use stadtbote_core::domain::job::Job;
use stadtbote_core::domain::permission::Role;
use stadtbote_core::domain::post::{Draft, Visibility};
use stadtbote_core::domain::quotes::State as QuoteState;
use stadtbote_core::store::{
    account_keys, accounts, follows, jobs, poll_options, polls, post_texts, posts, quotes,
};
use tempfile::TempDir;
use tower::ServiceExt;
use url::Url;

use crate::inbox::Request;
use crate::signatures::forms::Form;
use crate::test_network::{self, Network, public_pem, signing_key};
use crate::{Federation, from_wire, routes, wire};

/// Where the documents of real servers lie.
pub(super) fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/federation"))
}

/// One of them.
pub(super) fn fixture(file: &str) -> Value {
    let text = std::fs::read_to_string(fixtures().join(file)).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

/// The hosts that the documents are from.
const HOSTS: [&str; 20] = [
    "akkoma.example",
    "blog.example",
    "bookwyrm.example",
    "bridgy.example",
    "evil.example",
    "friendica.example",
    "ghost.example",
    "gts.example",
    "hubzilla.example",
    "lemmy.example",
    "mastodon.example",
    "misskey.example",
    "mitra.example",
    "mobilizon.example",
    "peertube.example",
    "pixelfed.example",
    "pleroma.example",
    "sharkey.example",
    "snac.example",
    "www.threads.example",
];

/// The account that others write to.
const OURS: &str = "buergeramt";

/// A server with one account, `buergeramt`, and its posts 1001, 1009 and 1020 (public), 1002 (a question) and 2001 (for
/// followers only).
pub(super) struct World {
    pub(super) app: App,
    pub(super) federation: Federation,
    pub(super) us: accounts::Model,
    shown: Arc<Shown>,
    _network: Network,
    _folder: TempDir,
}

/// What other servers show, by address, and what they were asked for.
#[derive(Default)]
struct Shown {
    documents: Mutex<HashMap<String, Value>>,
    /// Files that are no documents, as they come over the wire.
    files: Mutex<HashMap<String, Vec<u8>>>,
    /// Whom handles lead to that lead to somebody else than their name says.
    handles: Mutex<HashMap<String, String>>,
    /// What was asked for.
    asked: Mutex<Vec<String>>,
}

impl Shown {
    /// What actors and posts of the fixtures say of themselves, and actors that are named without a document.
    fn begin() -> Shown {
        let shown = Shown::default();
        let mut files: Vec<String> = std::fs::read_dir(fixtures())
            .expect("the folder is there")
            .filter_map(|file| file.ok()?.file_name().into_string().ok())
            .filter(|file| !file.starts_with("attack__"))
            .collect();
        files.sort();
        for file in files {
            if file.contains("__actor__") && !file.contains("key_stub") {
                shown.put(fixture(&file));
            } else if file.contains("__create__") {
                shown.put(fixture(&file)["object"].take());
            }
        }
        for (moved, from) in [
            ("https://gts.example/users/anna", "https://mastodon.example/users/anna"),
            ("https://sharkey.example/users/9bbbbbbbbb", "https://misskey.example/users/9aaaaaaaaa"),
        ] {
            let mut actor = made_up(moved);
            actor["alsoKnownAs"] = json!([from]);
            shown.put(actor);
        }
        shown.put(made_up("https://evil.example/u/mallory"));
        shown.put(made_up("https://peertube.example/accounts/stadttv"));
        shown.put(made_up("https://snac.example/rita"));
        shown
    }

    fn put(&self, document: Value) {
        if let Some(id) = wire::id_of(&document) {
            self.put_at(id.to_owned(), document);
        }
    }

    fn put_at(&self, address: String, document: Value) {
        self.documents.lock().expect("nobody fails here").insert(address, document);
    }

    fn get(&self, address: &str) -> Option<Value> {
        self.documents.lock().expect("nobody fails here").get(address).cloned()
    }

    /// Whom a handle leads to.
    fn behind(&self, handle: &str) -> Option<String> {
        if let Some(uri) = self.handles.lock().expect("nobody fails here").get(handle) {
            return Some(uri.clone());
        }
        let documents = self.documents.lock().expect("nobody fails here");
        let actor = documents.values().find(|actor| {
            let uri = wire::id_of(actor).unwrap_or_default();
            let name = wire::text(actor, "preferredUsername").unwrap_or_default();
            let at_home = format!("{name}@{}", handle_domain(&wire::host(uri).unwrap_or_default()));
            from_wire::is_actor(actor) && wire::text(actor, "webfinger").unwrap_or(&at_home) == handle
        });
        actor.and_then(wire::id_of).map(str::to_owned)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let database = &self.app.config.database_url;
        if database.starts_with("postgres") {
            FREE.lock().expect("nobody fails here").push(database.clone());
        }
    }
}

impl World {
    pub(super) async fn start() -> World {
        World::start_with(&[("STADTBOTE__LIMITS__REQUESTS", "false")]).await
    }

    /// Starts with these settings.
    pub(super) async fn start_with(more: &[(&str, &str)]) -> World {
        let shown = Arc::new(Shown::begin());
        let router = Router::new().fallback(show).with_state(shown.clone());
        let names: Vec<&str> = HOSTS.iter().copied().chain(["threads.example", "www.w3.org"]).collect();
        let network = test_network::start_as(router, &["h2", "http/1.1"], &names).await;
        let folder = TempDir::new().expect("there is room for a folder");
        let app = open(&network, &folder, more).await;
        let new = NewAccount {
            username: OURS.into(),
            display_name: "Bürgeramt".into(),
            kind: "organization".into(),
            institution: None,
        };
        let us = accounts_of_ours::create(&app, new, None).await.expect("the account is made");
        let instance = keys::instance(&app).await.expect("the instance actor is made");
        let new = |account: AccountId| NewKey {
            algorithm: account_keys::RSA,
            account,
            private_key: test_network::private_pkcs8().to_vec(),
            public_key: public_pem().to_owned(),
        };
        keys::put(&app, vec![new(us.id), new(instance.id)]).await.expect("the keys are kept");
        let federation = Federation::new(app.clone());
        let world = World { app, federation, us, shown, _network: network, _folder: folder };
        for (id, visibility) in [
            (1001, Visibility::Public),
            (1002, Visibility::Public),
            (1009, Visibility::Public),
            (1020, Visibility::Public),
            (2001, Visibility::Private),
        ] {
            world.write(PostId(id), visibility).await;
        }
        world.ask(PostId(1002), &["Ja", "Nein"]).await;
        world.work().await;
        world
    }

    /// Makes a question of a post of ours.
    async fn ask(&self, post: PostId, titles: &[&str]) {
        let tx = self.app.begin_write().await.expect("the database can be written to");
        let poll = polls::Model {
            post_id: post,
            multiple: false,
            hide_totals: false,
            closes_at: Some(self.app.clock.now() + TimeDelta::days(1)),
            voters_count: Some(0),
            open_for: None,
            panel: None,
        };
        polls::insert(&tx, poll).await.expect("the post asks nothing yet");
        for (position, title) in (0..).zip(titles) {
            let option =
                poll_options::Model { post_id: post, position, title: (*title).into(), votes_count: 0 };
            poll_options::insert(&tx, option).await.expect("the option is new");
        }
        tx.commit().await.expect("nothing stands against it");
    }

    /// Adds an account of ours with one post.
    pub(super) async fn another(
        &self,
        number: u32,
        visibility: Visibility,
    ) -> (accounts::Model, posts::Model) {
        let name = format!("another{number}");
        let uri = self.us.uri.replace(OURS, &name);
        let author = accounts::Model {
            id: self.app.id(AccountId),
            inbox: format!("{uri}/inbox"),
            url: self.us.url.replace(OURS, &name),
            followers: Some(format!("{uri}/followers")),
            username: name,
            uri,
            ..self.us.clone()
        };
        let tx = self.app.begin_write().await.expect("the database can be written to");
        accounts::insert(&tx, author.clone()).await.expect("the name is free");
        tx.commit().await.expect("nothing stands against it");
        let id = self.app.id(PostId);
        self.write_as(&author, id, visibility).await;
        let post = posts::find_any(self.app.db(), id).await.expect("the database answers");
        (author, post.expect("it was just written"))
    }

    /// A post of ours under an id that the documents name.
    async fn write(&self, id: PostId, visibility: Visibility) {
        self.write_as(&self.us, id, visibility).await;
    }

    async fn write_as(&self, author: &accounts::Model, id: PostId, visibility: Visibility) {
        let now = self.app.clock.now();
        let uri = format!("{}/statuses/{id}", author.uri);
        let row = posts::Model {
            url: format!("{}/{id}", author.url),
            language: Some("de".into()),
            ..posts::Model::published(id, author.id, uri, visibility, now)
        };
        let text = post_texts::Model {
            post_id: id,
            language: "de".into(),
            is_main: true,
            warning: String::new(),
            source: Some(String::new()),
            html: "<p>Hallo</p>".into(),
            emojis: None,
        };
        let tx = self.app.begin_write().await.expect("the database can be written to");
        posts::insert(&tx, row).await.expect("the id is free");
        post_texts::insert(&tx, text).await.expect("the post has no text yet");
        tx.commit().await.expect("nothing stands against it");
    }

    /// Makes an account elsewhere known, under a key that the tests hold.
    pub(super) async fn meet(&self, uri: &str) -> accounts::Model {
        if let Some(known) = accounts::find_by_uri(self.app.db(), uri).await.expect("the database answers") {
            return known;
        }
        let document = self.shown(uri);
        let remote =
            from_wire::account(&with_our_key(document)).unwrap_or_else(|| panic!("{uri} is an account"));
        receive::accounts::put(&self.app, remote).await.expect("the account is kept")
    }

    /// Lets a server show a document, at its id or at the address of the key that it is asked for.
    pub(super) fn show(&self, document: Value) {
        match document.get("inbox") {
            None if document.get("publicKey").is_some() => {
                let key = wire::id(&document, "publicKey").expect("the key has an id").to_owned();
                self.shown.put_at(key, document);
            }
            _ => self.shown.put(document),
        }
    }

    /// Lets a collection of its owner be read as it is on its occasion: an outbox after a follow, answers when a post is
    /// read.
    pub(super) async fn come_in_as_collection(&self, collection: &Value) {
        let id = wire::id_of(collection).expect("it has an id");
        let owner = id.split_once('?').map_or(id, |(id, _)| id);
        if let Some(owner) = owner.strip_suffix("/outbox") {
            let mut actor = self.shown.get(owner).expect("it is shown");
            actor["outbox"] = json!(id);
            self.shown.put(actor);
            let account = self.meet(owner).await;
            self.federation.fetch_outbox(account.id).await.expect("nothing fails here");
        } else if let Some(owner) = owner.strip_suffix("/followers_synchronization") {
            let account = self.meet(owner).await;
            let listed = wire::ids(collection, "orderedItems");
            let digest = followers_digest(listed.iter().map(String::as_str));
            let compared = self.federation.sync_followers(&self.app, account.id, id, &digest).await;
            compared.expect("nothing fails here");
            self.work().await;
        } else if let Some(owner) = owner.strip_suffix("/replies") {
            let mut post = self.shown.get(owner).expect("it is shown");
            post["replies"] = json!(id);
            self.shown.put(post);
            let post = posts::find_any_by_uri(self.app.db(), owner).await.expect("the database answers");
            self.federation.want_replies(post.map(|post| post.id)).await.expect("nothing fails here");
        }
    }

    /// The activities of that type that we have sent or are to send, oldest first.
    pub(super) async fn sent(&self, kind: &str) -> Vec<Value> {
        let query = format!("SELECT body FROM outgoing WHERE kind = '{kind}' ORDER BY id");
        let statement = Statement::from_string(self.app.db().get_database_backend(), query);
        let rows = self.app.db().query_all_raw(statement).await.expect("the question is well put");
        let bodies = rows.iter().map(|row| row.try_get::<String>("", "body").expect("it is a text"));
        bodies.map(|body| serde_json::from_str(&body).expect("we wrote it")).collect()
    }

    /// Lets a server show a file.
    pub(super) fn show_file(&self, address: &str, bytes: &[u8]) {
        self.shown.files.lock().expect("nobody fails here").insert(address.to_owned(), bytes.to_vec());
    }

    /// What is answered to whoever asks for a document of ours.
    pub(super) async fn get(&self, address: &str) -> (StatusCode, Value) {
        let path = address.strip_prefix("https://stadt.example").unwrap_or(address);
        let request = http::Request::get(path).header(header::HOST, "stadt.example").body(Body::empty());
        let router = routes::router(self.federation.clone());
        let answer =
            router.oneshot(request.expect("it is a request")).await.expect("a router always answers");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("it is short");
        (parts.status, serde_json::from_slice(&body).expect("it is JSON"))
    }

    /// What an actor shows of itself.
    pub(super) fn shown(&self, uri: &str) -> Value {
        self.shown.get(uri).unwrap_or_else(|| made_up(uri))
    }

    /// Lets a server show nothing at an address any more.
    pub(super) fn hide(&self, address: &str) {
        self.shown.documents.lock().expect("nobody fails here").remove(address);
    }

    /// Lets a handle lead to an actor, whatever their names are.
    pub(super) fn lead(&self, handle: &str, uri: &str) {
        self.shown.handles.lock().expect("nobody fails here").insert(handle.to_owned(), uri.to_owned());
    }

    /// What other servers were asked for since the last question.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shown.asked.lock().expect("nobody fails here"))
    }

    /// Shuts a host out, as an operator would.
    pub(super) async fn shut_out(&self, host: &str) {
        let command = format!(
            "INSERT INTO hosts (name, policy, class, failures, failure_days) VALUES ('{host}', 'suspended', 1, 0, 0) \
             ON CONFLICT (name) DO UPDATE SET policy = 'suspended'"
        );
        let statement = Statement::from_string(self.app.db().get_database_backend(), command);
        let tx = self.app.begin_write().await.expect("the database can be written to");
        tx.execute_raw(statement).await.expect("the policy is one");
        tx.commit().await.expect("nothing stands against it");
    }

    /// Lets our account follow somebody elsewhere, or ask to.
    pub(super) async fn follow(&self, whom: &str, uri: &str, state: &str) {
        let followed = self.meet(whom).await;
        let now = self.app.clock.now();
        let row = follows::Model {
            id: self.app.id(FollowId),
            follower_id: self.us.id,
            followed_id: followed.id,
            state: state.into(),
            uri: uri.into(),
            show_boosts: true,
            notify: false,
            languages: None,
            created_at: now,
        };
        let tx = self.app.begin_write().await.expect("the database can be written to");
        follows::insert_once(&tx, row).await.expect("nobody follows twice");
        tx.commit().await.expect("nothing stands against it");
    }

    /// A post of ours quotes another with its author's consent.
    pub(super) async fn consented_quote(&self, id: i64, quoted: &str, stamp: &str) {
        let quoted = posts::find_any_by_uri(self.app.db(), quoted).await.expect("the database answers");
        let quoted = quoted.expect("the quoted post is here");
        let row = quotes::Model {
            post_id: PostId(id),
            account_id: self.us.id,
            quoted_id: Some(quoted.id),
            quoted_account_id: Some(quoted.author_id),
            quoted_uri: quoted.uri,
            state: QuoteState::Accepted,
            is_legacy: false,
            request_uri: Some(format!("{}/quote_requests/{id}", self.us.uri)),
            stamp_uri: Some(stamp.into()),
            created_at: self.app.clock.now(),
        };
        let tx = self.app.begin_write().await.expect("the database can be written to");
        quotes::put(&tx, row).await.expect("the post is there");
        tx.commit().await.expect("nothing stands against it");
    }

    /// Adds so many accounts of ours, `u0` and on, as a flood of mentions would name.
    pub(super) async fn add_residents(&self, count: usize) {
        let tx = self.app.begin_write().await.expect("the database can be written to");
        for number in 0..count {
            let name = format!("u{number}");
            let uri = self.us.uri.replace(OURS, &name);
            let row = accounts::Model {
                id: self.app.id(AccountId),
                inbox: format!("{uri}/inbox"),
                url: self.us.url.replace(OURS, &name),
                username: name,
                uri,
                ..self.us.clone()
            };
            accounts::insert(&tx, row).await.expect("the name is free");
        }
        tx.commit().await.expect("nothing stands against it");
    }

    /// Sends an activity to the shared inbox, signed by its actor (or by `signer`, where it names none), and waits for
    /// what it causes; gives the answer.
    pub(super) async fn send(&self, activity: &Value, signer: &str) -> StatusCode {
        self.send_with(activity, signer, HeaderMap::new()).await
    }

    /// The same with more headers.
    pub(super) async fn send_with(&self, activity: &Value, signer: &str, more: HeaderMap) -> StatusCode {
        let actor = wire::id(activity, "actor").unwrap_or(signer);
        let account = self.meet(actor).await;
        let document = self.shown(actor);
        let key = wire::id(&document, "publicKey").expect("every actor has a key");
        assert_eq!(account.uri, actor);
        self.post_with(activity.to_string().as_bytes(), key, &more).await
    }

    /// Sends a body to the shared inbox, signed under the id of a key whoever it belongs to, and waits for what it causes.
    pub(super) async fn post(&self, body: &[u8], key: &str) -> StatusCode {
        self.post_with(body, key, &HeaderMap::new()).await
    }

    async fn post_with(&self, body: &[u8], key: &str, more: &HeaderMap) -> StatusCode {
        let headers = self.signed_with(body, key, "/inbox", more);
        let answer =
            self.federation.take(Request { path_and_query: "/inbox", headers: &headers, body }).await;
        self.work().await;
        answer
    }

    /// The headers of a signed request to one of our inboxes.
    pub(super) fn signed(&self, body: &[u8], key: &str, path: &str) -> HeaderMap {
        self.signed_with(body, key, path, &HeaderMap::new())
    }

    fn signed_with(&self, body: &[u8], key: &str, path: &str, more: &HeaderMap) -> HeaderMap {
        let inbox = Url::parse(&format!("https://stadt.example{path}")).expect("it is an address");
        let signed = signing_key(key).sign_post_with(Form::Cavage, &inbox, body, more, self.app.clock.now());
        let mut headers = signed.expect("the key of the tests signs");
        headers.insert(header::HOST, header::HeaderValue::from_static("stadt.example"));
        headers
    }

    /// Does all that is due.
    pub(super) async fn work(&self) {
        for token in 1.. {
            let tx = self.app.begin_write().await.expect("the database can be written to");
            let due = jobs::claim(&tx, token, self.app.clock.now(), 100).await.expect("jobs can be claimed");
            tx.commit().await.expect("nothing stands against it");
            if due.is_empty() {
                return;
            }
            for row in due {
                let job: Job = serde_json::from_str(&row.payload).expect("we wrote it");
                let incoming = match job {
                    Job::Receive { incoming } => Some(incoming),
                    _ => None,
                };
                let lease = Lease::new(row.id, token, incoming);
                let holder = self.app.holding(lease.clone());
                self.federation.run(&holder, job).await.expect("nothing fails here");
                if !lease.has_ended() {
                    let tx = holder.begin_write().await.expect("the database can be written to");
                    tx.commit().await.expect("the job is still ours");
                }
            }
        }
    }

    /// What is in the tables, as an operator would ask for it: an object a row.
    pub(super) async fn ask_tables(&self, query: &str) -> Vec<Value> {
        let statement = Statement::from_string(self.app.db().get_database_backend(), query);
        let rows = JsonValue::find_by_statement(statement).all(self.app.db()).await;
        rows.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Puts something into the tables that no door brings.
    pub(super) async fn put_into_tables(&self, command: &str) {
        let done = self.app.migration_db().execute_unprepared(command).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// All that can be seen, a fact a line. Addresses of ours are shortened, and all lack their `https://`.
    pub(super) async fn facts(&self) -> BTreeSet<String> {
        let mut facts = BTreeSet::new();
        for query in FACTS {
            let statement = Statement::from_string(self.app.db().get_database_backend(), query.to_owned());
            let rows = self.app.db().query_all_raw(statement).await.expect("the question is well put");
            for row in rows {
                let line: String = row.try_get("", "line").expect("it is a text");
                facts.insert(shortened(&line));
            }
        }
        facts
    }
}

/// What is looked at: each question gives lines.
const FACTS: [&str; 12] = [
    "SELECT 'account ' || uri || ' ' || username || '@' || domain || ' (' || kind || ') ' || coalesce(shared_inbox, inbox)
            || CASE WHEN suspended_elsewhere THEN ', suspended' ELSE '' END
            || coalesce(', moved to ' || moved_to, '')
            || CASE WHEN deleted_at IS NULL THEN '' ELSE ', gone' END AS line
       FROM accounts WHERE host IS NOT NULL",
    "SELECT follows.state || ' follow of ' || followed.uri || ' by ' || follower.uri AS line
       FROM follows JOIN accounts follower ON follower.id = follower_id JOIN accounts followed ON followed.id = followed_id",
    "SELECT 'block of ' || target.uri || ' by ' || blocker.uri AS line
       FROM blocks JOIN accounts blocker ON blocker.id = account_id JOIN accounts target ON target.id = target_id",
    "SELECT 'favourite of ' || posts.uri || ' by ' || accounts.uri AS line
       FROM favourites JOIN accounts ON accounts.id = account_id JOIN posts ON posts.id = post_id",
    "SELECT visibility || ' post ' || posts.uri || ' by ' || accounts.uri || ' in ' || coalesce(posts.language, 'und')
            || CASE WHEN sensitive THEN ', sensitive' ELSE '' END
            || CASE WHEN edited_at IS NULL THEN '' ELSE ', edited' END
            || coalesce(', answers ' || in_reply_to_uri, '') || ': '
            || CASE WHEN warning = '' THEN '' ELSE '[' || warning || '] ' END || html AS line
       FROM posts JOIN accounts ON accounts.id = author_id JOIN post_texts ON post_texts.post_id = posts.id
      WHERE posts.state = 'published'",
    "SELECT 'poll of ' || posts.uri || ': ' || CASE WHEN multiple THEN 'several' ELSE 'one' END || ' of '
            || (SELECT count(*) FROM poll_options WHERE poll_options.post_id = polls.post_id) || ', '
            || coalesce(cast(voters_count AS TEXT), '?') || ' voters'
            || CASE WHEN closes_at IS NULL THEN '' ELSE ', closes' END AS line
       FROM polls JOIN posts ON posts.id = post_id
     UNION ALL
     SELECT 'option ' || title || ' of ' || posts.uri || ': ' || votes_count
       FROM poll_options JOIN posts ON posts.id = post_id WHERE position < 3
     UNION ALL
     SELECT 'vote for option ' || position || ' of ' || posts.uri || ' by ' || accounts.uri
       FROM poll_votes JOIN posts ON posts.id = post_id JOIN accounts ON accounts.id = account_id",
    "SELECT boosts.visibility || ' boost of ' || posts.uri || ' by ' || accounts.uri AS line
       FROM posts boosts JOIN posts ON posts.id = boosts.boost_of_id JOIN accounts ON accounts.id = boosts.author_id
      WHERE boosts.state = 'published'",
    "SELECT media.kind || ' ' || remote_url || ' of ' || posts.uri || CASE WHEN description = '' THEN '' ELSE ': ' || description END AS line
       FROM media JOIN posts ON posts.id = post_id
     UNION ALL
     SELECT 'tag ' || tags.name || ' of ' || posts.uri FROM post_tags JOIN tags ON tags.id = tag_id JOIN posts ON posts.id = post_id
     UNION ALL
     SELECT 'mention of ' || accounts.uri || ' in ' || posts.uri
       FROM mentions JOIN accounts ON accounts.id = account_id JOIN posts ON posts.id = post_id
      WHERE posts.state = 'published' AND NOT (host IS NULL AND username LIKE 'u%')
     UNION ALL
     SELECT 'residents mentioned: ' || cast(count(*) AS TEXT) FROM mentions JOIN accounts ON accounts.id = account_id
      WHERE host IS NULL AND username LIKE 'u%'
     UNION ALL
     SELECT 'residents notified: ' || cast(count(*) AS TEXT) FROM notifications JOIN accounts ON accounts.id = account_id
      WHERE host IS NULL AND username LIKE 'u%'
     UNION ALL
     SELECT 'pin of ' || posts.uri || ' by ' || accounts.uri
       FROM pins JOIN accounts ON accounts.id = account_id JOIN posts ON posts.id = post_id
     UNION ALL
     SELECT 'hashtag ' || shown || ' on the profile of ' || accounts.uri
       FROM featured_tags JOIN accounts ON accounts.id = account_id JOIN tags ON tags.id = tag_id",
    "SELECT 'notification: ' || notifications.kind || ' for ' || ours.username || ' from ' || theirs.uri || coalesce(' about ' || posts.uri, '') AS line
       FROM notifications JOIN accounts ours ON ours.id = account_id JOIN accounts theirs ON theirs.id = from_id
            LEFT JOIN posts ON posts.id = post_id
      WHERE ours.username NOT LIKE 'u%'",
    "SELECT kind || ' ' || state || ': ' || reason AS line FROM incoming WHERE reason IS NOT NULL
     UNION ALL
     SELECT 'report of ' || target.uri || ' by ' || reporter.uri || ' about ' || post_ids || ': ' || comment
       FROM reports JOIN accounts reporter ON reporter.id = reporter_id JOIN accounts target ON target.id = target_id",
    "SELECT 'quote of ' || quoted_uri || ' by ' || posts.uri || ': ' || quotes.state
            || CASE WHEN is_legacy THEN ', by an older name' ELSE '' END AS line
       FROM quotes JOIN posts ON posts.id = post_id",
    "SELECT 'sent ' || outgoing.kind || ' of ' || outgoing.subject || ' to ' || deliveries.inbox AS line
       FROM outgoing JOIN deliveries ON deliveries.outgoing_id = outgoing.id
     UNION ALL
     SELECT 'remembered as gone: ' || uri FROM gone",
];

fn shortened(line: &str) -> String {
    let ours = format!("https://stadt.example/users/{OURS}");
    let line = line
        .replace(&format!("{ours}/statuses/"), "ours/")
        .replace("https://stadt.example/users/", "")
        .replace("https://", "")
        .replace('\n', "\\n");
    // The number of a new follow of ours is another each time.
    match line.split_once("/follows/1").and_then(|(before, after)| Some((before, after.split_once(' ')?.1))) {
        Some((before, after)) if before.ends_with(OURS) => format!("{before}/follows/N {after}"),
        _ => line,
    }
}

async fn open(network: &Network, folder: &TempDir, more: &[(&str, &str)]) -> App {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let database = match std::env::var("STADTBOTE_TEST_POSTGRES").ok().filter(|cluster| !cluster.is_empty()) {
        Some(cluster) => on_cluster(&cluster),
        None => format!("sqlite://{}", path("stadtbote.db")),
    };
    let settings = &network.settings;
    let authority = settings.trusted_ca_file.as_ref().expect("the network has an authority");
    let settings = [
        ("STADTBOTE__SERVER__PUBLIC_URL", "https://stadt.example".to_owned()),
        ("STADTBOTE__DATABASE__URL", database),
        ("STADTBOTE__MEDIA__URL", format!("file://{}", path("media"))),
        ("STADTBOTE__FEDERATION__RESOLVE", json!(settings.resolve).to_string()),
        ("STADTBOTE__FEDERATION__ALLOWED_PRIVATE_NETWORKS", r#"["127.0.0.1/32"]"#.to_owned()),
        ("STADTBOTE__FEDERATION__TRUSTED_CA_FILE", authority.display().to_string()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value)).into_iter();
    let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::load(None, settings.chain(more)).expect("the settings are right");
    let app = App::open(config, true).await.expect("the database opens");
    stadtbote_migrations::Migrator::up(app.migration_db(), None).await.expect("the migrations run");
    app
}

/// A database on a PostgreSQL cluster that nobody else uses. To make one takes seconds, to empty one takes none: what a
/// world leaves behind is given to the next. All of them are thrown away with the cluster after the tests.
fn on_cluster(cluster: &str) -> String {
    if let Some(free) = FREE.lock().expect("nobody fails here").pop() {
        psql(&free, EMPTY_ALL);
        return free;
    }
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    // A process may have the number of an earlier one: the time tells them apart.
    let time = UNIX_EPOCH.elapsed().expect("the machine's clock is set").as_micros();
    let name = format!("federation_{}_{time}_{number}", std::process::id());
    psql(cluster, &format!("CREATE DATABASE {name}"));
    let mut address = Url::parse(cluster).expect("the variable holds an address");
    address.set_path(&name);
    address.to_string()
}

/// Databases whose world has ended.
static FREE: Mutex<Vec<String>> = Mutex::new(Vec::new());

const EMPTY_ALL: &str = "DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'
); END $$";

fn psql(database: &str, command: &str) {
    let done = Command::new("psql").args(["--quiet", "-d", database, "-c", command]).status();
    assert!(done.is_ok_and(|status| status.success()), "{database} does: {command}");
}

/// A public note.
pub(super) fn note(author: &str, id: &str, more: Value) -> Value {
    let mut note = json!({
        "id": format!("{author}/statuses/{id}"),
        "type": "Note",
        "attributedTo": author,
        "to": [wire::PUBLIC],
        "cc": [format!("{author}/followers")],
        "published": "2026-08-01T09:15:00Z",
        "content": "<p>Wichtig!</p>",
    });
    note.as_object_mut().expect("it is one").extend(more.as_object().expect("it is one").clone());
    note
}

pub(super) fn create(note: &Value) -> Value {
    let id = note["id"].as_str().expect("it has one");
    json!({
        "id": format!("{id}/activity"), "type": "Create", "actor": note["attributedTo"], "to": note["to"], "object": note,
    })
}

/// Somebody who may do everything for our account.
pub(super) async fn owner(world: &World) -> Member {
    let new = NewPerson {
        email: "owner@stadt.example".into(),
        name: "Owner".into(),
        administrator: false,
        moderator: false,
    };
    let (person, _) = staff::create(&world.app, None, new, None).await.expect("the person is made");
    staff::grant(&world.app, None, person.id, world.us.id, Role::Owner).await.expect("the role is given");
    let member = Member::find(&world.app, person.id, world.us.id).await.expect("the database answers");
    member.expect("the role was given")
}

pub(super) fn draft(quoted: Option<PostId>) -> Draft {
    Draft {
        text: "Lesenswert".into(),
        warning: String::new(),
        sensitive: false,
        visibility: Visibility::Public,
        language: "de".into(),
        in_reply_to: None,
        media: vec![],
        poll: None,
        quoted,
        quote_policy: None,
    }
}

/// An actor of whom only the address is known.
pub(super) fn made_up(uri: &str) -> Value {
    let last = uri.rsplit(['/', '=']).find(|part| !part.is_empty()).unwrap_or_default();
    let name: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
    json!({
        "id": uri,
        "type": "Person",
        "preferredUsername": name,
        "inbox": format!("{uri}/inbox"),
        "followers": format!("{uri}/followers"),
        "publicKey": { "id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": public_pem() },
    })
}

fn with_our_key(mut actor: Value) -> Value {
    let mut key = wire::list(&actor, "publicKey").into_iter().next().cloned().expect("every actor has a key");
    key["publicKeyPem"] = json!(public_pem());
    actor["publicKey"] = key;
    actor
}

/// Threads has its actors on another host than that of their handles.
fn handle_domain(host: &str) -> String {
    host.replace("www.", "")
}

/// What the other servers answer.
async fn show(State(shown): State<Arc<Shown>>, headers: HeaderMap, uri: Uri) -> Response {
    let host = match uri.host() {
        Some(host) => host.to_owned(),
        None => headers[header::HOST].to_str().unwrap_or_default().to_owned(),
    };
    let host = host.split(':').next().unwrap_or_default();
    let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    if uri.path() == "/.well-known/webfinger" {
        let asked = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let asked = asked.into_owned().find(|(name, _)| name == "resource").map(|(_, value)| value);
        let handle = asked.as_deref().and_then(|asked| asked.strip_prefix("acct:")).unwrap_or_default();
        let handle = &handle_domain(handle);
        let Some(uri) = shown.behind(handle) else { return StatusCode::NOT_FOUND.into_response() };
        let answer = json!({
            "subject": format!("acct:{handle}"),
            "links": [
                { "rel": "self", "type": "application/activity+json", "href": uri },
                {
                    "rel": "http://ostatus.org/schema/1.0/subscribe",
                    "template": format!("https://{host}/authorize_interaction?uri={{uri}}"),
                },
            ],
        });
        return ([(header::CONTENT_TYPE, "application/jrd+json")], answer.to_string()).into_response();
    }
    let address = format!("https://{host}{path}");
    shown.asked.lock().expect("nobody fails here").push(address.clone());
    if let Some(bytes) = shown.files.lock().expect("nobody fails here").get(&address) {
        return ([(header::CONTENT_TYPE, "image/png")], bytes.clone()).into_response();
    }
    match shown.get(&address) {
        Some(document) => {
            let kind = [(header::CONTENT_TYPE, "application/activity+json")];
            (kind, Body::from(document.to_string())).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
