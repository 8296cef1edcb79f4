//! The door as clients meet it: requests in, answers out, with a database of its own behind it.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::{Router, middleware};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request, StatusCode};
use sea_orm_migration::MigratorTrait;
use serde_json::Value;
use stadtbote_core::App;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{Member, oauth};
use stadtbote_core::client_address::ClientAddress;
use stadtbote_core::config::Config;
use stadtbote_core::domain::permission::Role;
use stadtbote_core::domain::scope::Scopes;
use stadtbote_federation::Federation;
use tower::ServiceExt;

mod accounts;
mod admin;
mod attacks;
mod doors;
mod kept;
mod lists;
mod oauth_flow;
mod polls;
mod quotes;
mod statuses;

/// A server with nobody in it.
pub(crate) struct World {
    pub(crate) app: App,
    router: Router,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A database of its own on a PostgreSQL cluster, which is thrown away with all of them after the tests.
fn database_on(cluster: &str, name: &str) -> String {
    let command = format!("CREATE DATABASE {name}");
    let made = std::process::Command::new("psql").args(["--quiet", "-d", cluster, "-c", &command]).status();
    assert!(made.is_ok_and(|status| status.success()), "the cluster makes the database {name}");
    let mut address = url::Url::parse(cluster).expect("the variable holds an address");
    address.set_path(name);
    address.to_string()
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn link(&self) -> &str {
        self.headers.get("link").and_then(|link| link.to_str().ok()).unwrap_or_default()
    }

    /// A text in the answer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        match self.json.pointer(pointer).and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => panic!("{pointer} is no text in {} {}", self.status, self.json),
        }
    }

    /// The ids of a list.
    pub(crate) fn ids(&self) -> Vec<String> {
        let Some(items) = self.json.as_array() else { panic!("{} {} is no list", self.status, self.json) };
        items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
    }
}

/// Somebody with a token.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) member: Member,
    pub(crate) token: String,
}

impl User {
    /// The id of the account.
    pub(crate) fn id(&self) -> String {
        self.member.account.id.to_string()
    }
}

impl World {
    pub(crate) async fn start() -> World {
        World::start_with(&[("STADTBOTE__LIMITS__REQUESTS", "false")]).await
    }

    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> World {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // A process may have the number of an earlier one: the time tells them apart.
        let time = UNIX_EPOCH.elapsed().expect("the machine's clock is set").as_micros();
        let name = format!("stadtbote-api-{}-{time}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        let cluster = std::env::var("STADTBOTE_TEST_POSTGRES").ok().filter(|cluster| !cluster.is_empty());
        let database = match &cluster {
            Some(cluster) => database_on(cluster, &name.replace('-', "_")),
            None => format!("sqlite://{}", folder.join("db").display()),
        };
        let setting = |name: &str, value: String| (name.to_owned(), value);
        let mut environment = vec![
            setting("STADTBOTE__SERVER__PUBLIC_URL", "https://stadt.example".into()),
            setting("STADTBOTE__DATABASE__URL", database),
            setting("STADTBOTE__MEDIA__URL", format!("file://{}", folder.join("media").display())),
        ];
        environment.extend(settings.iter().map(|(name, value)| setting(name, (*value).to_owned())));
        let config = Config::load(None, environment).expect("the settings are right");
        let app = App::open(config, true).await.expect("the database opens");
        stadtbote_migrations::Migrator::up(app.migration_db(), None).await.expect("the migrations run");
        let federation = Federation::new(app.clone());
        let router = crate::router(app.clone(), federation).layer(middleware::from_fn(crate::cors));
        World { router, app, folder }
    }

    /// An account with an owner.
    pub(crate) async fn user(&self, name: &str) -> User {
        let new = NewPerson {
            email: format!("{name}@stadt.example"),
            name: name.into(),
            administrator: false,
            moderator: false,
        };
        let (person, _) = staff::create(&self.app, None, new, None).await.expect("the person is made");
        let new = NewAccount {
            username: name.into(),
            display_name: name.to_uppercase(),
            kind: "organization".into(),
            institution: None,
        };
        let account =
            accounts_of_ours::create(&self.app, new, Some(person.id)).await.expect("the account is made");
        let member = Member::find(&self.app, person.id, account.id).await.expect("the database answers");
        self.with_token(member.expect("the owner is a member"), "read write follow push").await
    }

    /// Another member of the account.
    pub(crate) async fn colleague(&self, of: &User, role: Role) -> User {
        let new = NewPerson {
            email: format!("{}-{}@stadt.example", role.name(), of.member.account.username),
            name: String::new(),
            administrator: false,
            moderator: false,
        };
        let (person, _) = staff::create(&self.app, None, new, None).await.expect("the person is made");
        staff::grant(&self.app, None, person.id, of.member.account.id, role)
            .await
            .expect("the role is given");
        let member =
            Member::find(&self.app, person.id, of.member.account.id).await.expect("the database answers");
        self.with_token(member.expect("the role was given"), "read write follow push").await
    }

    /// The same member with a token for these scopes.
    pub(crate) async fn with_token(&self, member: Member, scopes: &str) -> User {
        let scopes = Scopes::parse(scopes).expect("they exist");
        let token = oauth::create_member_token(&self.app, &member, &scopes).await.expect("the token is made");
        User { member, token }
    }

    pub(crate) async fn get(&self, user: &User, address: &str) -> Answer {
        self.ask("GET", address, Some(&user.token), None).await
    }

    pub(crate) async fn get_as_guest(&self, address: &str) -> Answer {
        self.ask("GET", address, None, None).await
    }

    pub(crate) async fn post(&self, user: &User, address: &str, body: Value) -> Answer {
        self.ask("POST", address, Some(&user.token), Some(body)).await
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        address: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("the request is well made")).await
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ClientAddress(Ipv4Addr::new(192, 0, 2, 1).into()));
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body ends");
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, json }
    }
}
