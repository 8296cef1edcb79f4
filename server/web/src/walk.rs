//! Walks through the door with a real database behind it.

mod bench;
mod domains;
mod errors;
mod moderation;
mod records;
mod reports;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use sea_orm_migration::MigratorTrait;
use stadtbote_core::App;
use stadtbote_core::actions::accounts_of_ours::NewAccount;
use stadtbote_core::actions::oauth::{NewApp, create_app};
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::config::Config;
use stadtbote_core::domain::permission::Role;
use stadtbote_core::domain::scope::Scopes;
use stadtbote_core::store::{accounts, persons};
use tower::ServiceExt;

const PASSWORD: &str = "ein langer Satz reicht";

/// A server with an administrator who owns the account `stadt`.
struct World {
    app: App,
    router: Router,
    folder: std::path::PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A browser: it keeps cookies and finds the token on the last page.
#[derive(Default)]
struct Browser {
    cookies: Vec<(String, String)>,
    token: String,
}

struct Seen {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

impl Seen {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl World {
    async fn start(public_url: &str) -> World {
        let folder = std::env::temp_dir().join(format!("stadtbote-web-{}", stadtbote_core::app::secret()));
        let settings = [
            ("STADTBOTE__SERVER__PUBLIC_URL", public_url.to_owned()),
            ("STADTBOTE__DATABASE__URL", format!("sqlite://{}", folder.join("test.db").display())),
            ("STADTBOTE__MEDIA__URL", format!("file://{}", folder.join("media").display())),
            ("STADTBOTE__INSTANCE__TITLE", "Stadt Musterhausen".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        let config = Config::load(None, settings).expect("the settings are right");
        let app = App::open(config, true).await.expect("the database opens");
        stadtbote_migrations::Migrator::up(app.migration_db(), None).await.expect("the schema is new");
        World {
            router: crate::router(app.clone(), stadtbote_federation::Federation::new(app.clone())),
            app,
            folder,
        }
    }

    async fn founded() -> World {
        let world = World::start("https://stadt.example").await;
        let link = staff::offer_set_up(&world.app).await.expect("it works").expect("there is nobody yet");
        let token = link.rsplit('/').next().expect("the link ends in the token").to_owned();
        let first = NewAccount {
            username: "stadt".into(),
            display_name: "Stadt Musterhausen".into(),
            kind: "organization".into(),
            institution: Some("Amt für Kommunikation".into()),
        };
        staff::set_up(&world.app, &token, "alice@stadt.example", PASSWORD, first).await.expect("it works");
        world
    }

    async fn person(&self, email: &str, role: Role) {
        let new =
            NewPerson { email: email.into(), name: String::new(), administrator: false, moderator: false };
        let (person, _) = staff::create(&self.app, None, new, Some(PASSWORD)).await.expect("it works");
        let account =
            accounts::find_ours(self.app.db(), "stadt").await.expect("it works").expect("it is there");
        staff::grant(&self.app, None, person.id, account.id, role).await.expect("it works");
    }

    /// Somebody who can sign in and works for no account.
    async fn colleague(&self, email: &str) {
        let new =
            NewPerson { email: email.into(), name: String::new(), administrator: false, moderator: false };
        staff::create(&self.app, None, new, Some(PASSWORD)).await.expect("it works");
    }

    async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = Browser::default();
        browser.sign_in(self, email).await;
        browser.get(self, "/redaktion/@stadt/inbox").await;
        browser
    }
}

impl Browser {
    async fn sign_in(&mut self, world: &World, email: &str) {
        self.get(world, "/auth/sign_in").await;
        let seen = self.post(world, "/auth/sign_in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    }

    async fn send(&mut self, world: &World, request: http::request::Builder, body: Vec<u8>) -> Seen {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, "stadt.example")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, cookies.join("; "))
            .body(Body::from(body))
            .expect("the request is right");
        let response = world.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie is text");
            let (name, value) =
                line.split(';').next().and_then(|pair| pair.split_once('=')).expect("it is a pair");
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let body = to_bytes(body, usize::MAX).await.expect("the body is whole");
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some(token) = between(&body, "name=\"csrf\" value=\"", "\"") {
            self.token = token.to_owned();
        }
        Seen { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&mut self, world: &World, path: &str) -> Seen {
        self.send(world, Request::get(path), Vec::new()).await
    }

    async fn post(&mut self, world: &World, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.token.clone();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        let body = serde_urlencoded::to_string(fields).expect("the fields are text");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "https://stadt.example");
        self.send(world, request, body.into_bytes()).await
    }

    async fn post_file(
        &mut self,
        world: &World,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Seen {
        let mut body = Vec::new();
        let token = self.token.clone();
        for (name, value) in fields.iter().copied().chain([("csrf", token.as_str())]) {
            body.extend(
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .into_bytes(),
            );
        }
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n",
            file.0
        );
        body.extend(head.into_bytes());
        body.extend(file.1);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(world, request, body).await
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(found, _)| found)
}

/// A picture of eight by eight points.
fn png() -> Vec<u8> {
    hex::decode(concat!(
        "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc000000314944415478da6dc2",
        "4111804000c4b02a41094aaa0425284144dfa708039b09e14c9733ddcea4333dcef43ad3e74cc7f907d8e662c1",
        "df4c32610000000049454e44ae426082",
    ))
    .expect("this is hex")
}

const PUBLIC: [(&str, &str); 3] = [("language", "de"), ("visibility", "public"), ("do", "publish")];

async fn write(browser: &mut Browser, world: &World, text: &str, visibility: &str) -> Seen {
    browser.get(world, "/redaktion/@stadt/write").await;
    let fields = [("text", text), ("language", "de"), ("visibility", visibility), ("do", "publish")];
    browser.post(world, "/redaktion/@stadt/write", &fields).await
}

#[tokio::test]
async fn f18_a_server_is_set_up_in_the_browser_once() {
    let world = World::start("https://stadt.example").await;
    let link = staff::offer_set_up(&world.app).await.expect("it works").expect("there is nobody yet");
    let path = link.strip_prefix("https://stadt.example").expect("the link is ours");
    let mut browser = Browser::default();
    let fields = [
        ("email", "alice@stadt.example"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("institution", "Amt für Kommunikation"),
        ("display_name", "Stadt Musterhausen"),
        ("username", "stadt"),
    ];

    let form = browser.get(&world, path).await;
    let wrong = browser.post(&world, path, &[("email", "alice"), ("password", "kurz")]).await;
    let right = browser.post(&world, path, &fields).await;
    let inbox = browser.get(&world, right.location()).await;
    let again = Browser::default().get(&world, path).await;

    assert_eq!(form.status, StatusCode::OK);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("<title>Fehler: "), "{}", wrong.body);
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/redaktion/@stadt/inbox"));
    assert_eq!(inbox.status, StatusCode::OK);
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_public_post_stands_on_the_page_in_the_feed_and_under_its_hashtag() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let written = write(&mut alice, &world, "Die Brücke ist offen. #Straßenfest", "public").await;

    let mut visitor = Browser::default();
    let page = visitor.get(&world, "/@stadt").await;
    let feed = visitor.get(&world, "/@stadt.rss").await;
    let tag = visitor.get(&world, "/tags/stra%C3%9Fenfest").await;
    let home = visitor.get(&world, "/").await;

    assert_eq!(written.location(), "/redaktion/@stadt/posts?done=published");
    for seen in [&page, &feed, &tag, &home] {
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.body.contains("Die Brücke ist offen."), "{}", seen.body);
    }
    assert!(feed.headers[header::CONTENT_TYPE].to_str().is_ok_and(|kind| kind.contains("rss+xml")));
    assert!(page.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(page.headers.get(header::SET_COOKIE).is_none(), "reading sets a cookie");
}

#[tokio::test]
async fn what_is_not_public_is_on_no_page_and_in_no_feed() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    write(&mut alice, &world, "Nur für Folgende", "private").await;
    write(&mut alice, &world, "Nur für Genannte", "direct").await;
    let list = alice.get(&world, "/redaktion/@stadt/posts").await;
    let ids: Vec<&str> =
        list.body.split("/posts/").skip(1).filter_map(|rest| rest.split('/').next()).collect();

    let mut visitor = Browser::default();
    for path in ["/", "/@stadt", "/@stadt/with_replies", "/@stadt.rss"] {
        let seen = visitor.get(&world, path).await;

        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(!seen.body.contains("Nur für"), "{path}");
    }
    assert!(!ids.is_empty());
    for id in ids {
        assert_eq!(visitor.get(&world, &format!("/@stadt/{id}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_deleted_post_is_gone() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    write(&mut alice, &world, "Die Brücke ist offen.", "public").await;
    let list = alice.get(&world, "/redaktion/@stadt/posts").await;
    let id = between(&list.body, "/posts/", "/edit").expect("the post is there").to_owned();
    let path = format!("/@stadt/{id}");

    let before = Browser::default().get(&world, &path).await;
    alice.get(&world, &format!("/redaktion/@stadt/posts/{id}/delete")).await;
    let deleted = alice.post(&world, &format!("/redaktion/@stadt/posts/{id}/delete"), &[]).await;
    let after = Browser::default().get(&world, &path).await;

    assert_eq!(before.status, StatusCode::OK);
    assert_eq!(deleted.location(), "/redaktion/@stadt/posts?done=deleted");
    assert_eq!(after.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_picture_without_a_description_is_asked_for_and_not_lost() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    alice.get(&world, "/redaktion/@stadt/write").await;
    let fields: Vec<_> = [("text", "Ein Bild")].into_iter().chain(PUBLIC).collect();

    let asked = alice.post_file(&world, "/redaktion/@stadt/write", &fields, ("file_1", &png())).await;
    let id = between(&asked.body, "name=\"media\" value=\"", "\"").expect("the picture is kept").to_owned();
    let described = format!("description_of_{id}");
    let more = [("media", id.as_str()), (described.as_str(), "Eine Brücke")];
    let fields: Vec<_> = fields.into_iter().chain(more).collect();
    let taken = alice.post(&world, "/redaktion/@stadt/write", &fields).await;
    let page = Browser::default().get(&world, "/@stadt").await;

    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.body);
    assert!(asked.body.contains("aria-invalid=\"true\""));
    assert_eq!(taken.location(), "/redaktion/@stadt/posts?done=published", "{}", taken.body);
    assert!(page.body.contains("alt=\"Eine Brücke\""));
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_post() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let form = alice.get(&world, "/redaktion/@stadt/write").await;
    let key = between(&form.body, "name=\"key\" value=\"", "\"").expect("the form has a key").to_owned();
    let fields: Vec<_> = [("text", "Nur einmal"), ("key", key.as_str())].into_iter().chain(PUBLIC).collect();

    let first = alice.post(&world, "/redaktion/@stadt/write", &fields).await;
    let second = alice.post(&world, "/redaktion/@stadt/write", &fields).await;

    assert_eq!(first.location(), "/redaktion/@stadt/posts?done=published");
    assert_eq!(second.location(), first.location());
    let page = Browser::default().get(&world, "/@stadt").await;
    assert_eq!(page.body.matches("Nur einmal").count(), 1);
}

#[tokio::test]
async fn a_change_that_somebody_else_made_meanwhile_is_not_lost() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    write(&mut alice, &world, "Erste Fassung", "public").await;
    let list = alice.get(&world, "/redaktion/@stadt/posts").await;
    let id = between(&list.body, "/posts/", "/edit").expect("the post is there").to_owned();
    let path = format!("/redaktion/@stadt/posts/{id}/edit");
    let fields = |text| [("text", text), ("version", "1"), ("language", "de"), ("do", "publish")];

    let first = alice.post(&world, &path, &fields("Zweite Fassung")).await;
    let late = alice.post(&world, &path, &fields("Dritte Fassung")).await;

    assert_eq!(first.location(), "/redaktion/@stadt/posts?done=changed");
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.body.contains("Dritte Fassung"), "what was written is lost");
    assert!(Browser::default().get(&world, "/@stadt").await.body.contains("Zweite Fassung"));
}

#[tokio::test]
async fn an_author_hands_in_and_somebody_else_releases() {
    let world = World::founded().await;
    world.person("bob@stadt.example", Role::Author).await;
    let mut bob = world.signed_in("bob@stadt.example").await;
    let mut alice = world.signed_in("alice@stadt.example").await;

    let handed_in = write(&mut bob, &world, "Von Bob", "public").await;
    let drafts = bob.get(&world, "/redaktion/@stadt/drafts").await;
    let id = between(&drafts.body, "/posts/", "/edit").expect("the draft is there").to_owned();
    let release = format!("/redaktion/@stadt/posts/{id}/release");
    let refused = bob.post(&world, &release, &[("version", "1")]).await;
    alice.get(&world, "/redaktion/@stadt/drafts").await;
    let released = alice.post(&world, &release, &[("version", "1")]).await;

    assert_eq!(handed_in.location(), "/redaktion/@stadt/drafts?done=waiting");
    assert!(!drafts.body.contains(&release), "the button is shown to somebody who may not release");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(released.location(), "/redaktion/@stadt/posts?done=published");
}

#[tokio::test]
async fn a_stranger_reaches_no_page_of_the_workbench() {
    let world = World::founded().await;
    world.colleague("carol@stadt.example").await;
    let mut carol = Browser::default();
    carol.sign_in(&world, "carol@stadt.example").await;

    for path in ["inbox", "write", "drafts", "posts", "members", "profile", "requests", "decisions"] {
        let path = format!("/redaktion/@stadt/{path}");

        let nobody = Browser::default().get(&world, &path).await;
        let stranger = carol.get(&world, &path).await;

        assert!(nobody.location().starts_with("/auth/sign_in?next="), "{path}");
        assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/redaktion/people", "/redaktion/accounts"] {
        assert_eq!(carol.get(&world, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn f05_a_form_without_the_token_or_from_elsewhere_changes_nothing() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let fields: Vec<_> = [("text", "Fremd")].into_iter().chain(PUBLIC).collect();

    let token = std::mem::replace(&mut alice.token, "x".into());
    let without = alice.post(&world, "/redaktion/@stadt/write", &fields).await;
    alice.token = token;
    let body =
        serde_urlencoded::to_string([("csrf", alice.token.as_str()), ("text", "Fremd")]).expect("it is text");
    let foreign = Request::post("/redaktion/@stadt/write")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "https://evil.example");
    let foreign = alice.send(&world, foreign, body.into_bytes()).await;

    assert_eq!(without.status, StatusCode::FORBIDDEN);
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(!Browser::default().get(&world, "/@stadt").await.body.contains("Fremd"));
}

#[tokio::test]
async fn f14_a_wrong_password_says_nothing_about_who_exists() {
    let world = World::founded().await;

    let mut answers = Vec::new();
    for email in ["alice@stadt.example", "nobody@stadt.example"] {
        let mut browser = Browser::default();
        browser.get(&world, "/auth/sign_in").await;
        let seen =
            browser.post(&world, "/auth/sign_in", &[("email", email), ("password", "falsch falsch")]).await;
        answers.push((seen.status, seen.body.replace(email, "").replace(&browser.token, "")));
    }

    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn the_workbench_says_when_there_is_no_federation() {
    let world = World::start("http://localhost:8080").await;
    let link = staff::offer_set_up(&world.app).await.expect("it works").expect("there is nobody yet");
    let token = link.rsplit('/').next().expect("the link ends in the token").to_owned();
    let first = NewAccount {
        username: "stadt".into(),
        display_name: "Stadt".into(),
        kind: "organization".into(),
        institution: None,
    };
    let set_up = staff::set_up(&world.app, &token, "alice@stadt.example", PASSWORD, first).await;
    let (session, _) = set_up.expect("it works");
    let mut alice =
        Browser { cookies: vec![(crate::request::SESSION.into(), session)], ..Browser::default() };

    let inbox = alice.get(&world, "/redaktion/@stadt/inbox").await;

    assert!(inbox.body.contains("Andere Server erreichen Sie noch nicht"));
}

#[tokio::test]
async fn pages_speak_the_language_that_was_chosen() {
    let world = World::founded().await;
    let mut browser = Browser::default();

    let german = browser.get(&world, "/@stadt").await;
    let english = browser.get(&world, "/@stadt?lang=en").await;
    let still = browser.get(&world, "/@stadt").await;

    assert!(german.body.contains("<html lang=\"de\"") && german.body.contains("Folgen"));
    assert!(english.body.contains("<html lang=\"en\"") && english.body.contains("Follow"));
    assert!(still.body.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn f17_members_come_change_and_go_but_an_owner_stays() {
    let world = World::founded().await;
    world.person("bob@stadt.example", Role::Author).await;
    let new = NewPerson {
        email: "carol@stadt.example".into(),
        name: String::new(),
        administrator: false,
        moderator: false,
    };
    let (carol, _) = staff::create(&world.app, None, new, Some(PASSWORD)).await.expect("it works");
    let alice_id = persons::find_by_email(world.app.db(), "alice@stadt.example").await.expect("it works");
    let alice_id = alice_id.expect("she is there").id;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut bob = world.signed_in("bob@stadt.example").await;
    let team = "/redaktion/@stadt/members";

    let unknown = alice.post(&world, team, &[("email", "x@stadt.example"), ("role", "author")]).await;
    let by_bob = bob.post(&world, team, &[("email", "carol@stadt.example"), ("role", "owner")]).await;
    let added = alice.post(&world, team, &[("email", "carol@stadt.example"), ("role", "author")]).await;
    let changed = alice.post(&world, &format!("{team}/{}", carol.id), &[("role", "approver")]).await;
    let last = alice.post(&world, &format!("{team}/{alice_id}/remove"), &[]).await;
    let removed = alice.post(&world, &format!("{team}/{}/remove", carol.id), &[]).await;

    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(by_bob.status, StatusCode::FORBIDDEN);
    assert_eq!(added.location(), "/redaktion/@stadt/members?done=member-added");
    assert_eq!(changed.location(), "/redaktion/@stadt/members?done=member-changed");
    assert_eq!(last.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(removed.location(), "/redaktion/@stadt/members?done=member-removed");
}

#[tokio::test]
async fn an_administrator_makes_people_and_accounts() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;

    let made = alice.post(&world, "/redaktion/people", &[("email", "dora@stadt.example")]).await;
    let link =
        between(&made.body, "https://stadt.example/auth/invitation/", "\"").expect("the link is shown");
    let path = format!("/auth/invitation/{link}");
    let mut dora = Browser::default();
    dora.get(&world, &path).await;
    let chosen = dora.post(&world, &path, &[("password", PASSWORD), ("password_again", PASSWORD)]).await;
    let account = [
        ("username", "bibliothek"),
        ("display_name", "Stadtbibliothek"),
        ("institution", "Stadtbibliothek"),
        ("type", "organization"),
    ];
    let founded = alice.post(&world, "/redaktion/accounts", &account).await;
    let again = alice.post(&world, "/redaktion/accounts", &account).await;

    assert_eq!(chosen.location(), "/redaktion");
    assert_eq!(founded.location(), "/redaktion/@bibliothek/profile?done=account-created");
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Browser::default().get(&world, "/@bibliothek").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_program_is_let_in_or_turned_away() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let account = accounts::find_ours(world.app.db(), "stadt").await.expect("it works").expect("it is there");
    let new = NewApp {
        name: "Tusky".into(),
        website: None,
        redirect_uris: vec!["tusky://oauth".into()],
        scopes: Scopes::parse("read write follow push").expect("these scopes exist"),
    };
    let (client, _) = create_app(&world.app, new).await.expect("it works");
    let asked = [
        ("response_type", "code"),
        ("client_id", client.client_id.as_str()),
        ("redirect_uri", "tusky://oauth"),
        ("scope", "read write"),
        ("state", "x"),
    ];
    let query = serde_urlencoded::to_string(asked).expect("it is text");
    let id = account.id.to_string();

    let consent = alice.get(&world, &format!("/oauth/authorize?{query}")).await;
    let answer =
        |answer| asked.into_iter().chain([("account", id.as_str()), ("answer", answer)]).collect::<Vec<_>>();
    let allowed = alice.post(&world, "/oauth/authorize", &answer("allow")).await;
    let denied = alice.post(&world, "/oauth/authorize", &answer("deny")).await;
    let foreign = alice.get(&world, &format!("/oauth/authorize?{}", query.replace("tusky", "evil"))).await;

    let policy = consent.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("it is text");
    assert!(policy.contains("form-action 'self' tusky:;"), "{policy}");
    assert!(consent.body.contains("auch private Nachrichten"));
    assert!(allowed.location().starts_with("tusky://oauth?code="), "{}", allowed.location());
    assert!(allowed.location().ends_with("&state=x"));
    assert_eq!(denied.location(), "tusky://oauth?error=access_denied&state=x");
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
}
