//! What moderators' programs do.

use http::StatusCode;
use serde_json::json;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{Member, oauth};
use stadtbote_core::domain::permission::Role;
use stadtbote_core::domain::scope::Scopes;

use super::World;

/// The token of a person who moderates, and of one who does not, both with all that a token can have.
async fn tokens(world: &World) -> [String; 2] {
    let office = world.user("office").await;
    let mut tokens = Vec::new();
    for (name, moderator) in [("mo", true), ("anna", false)] {
        let new = NewPerson {
            email: format!("{name}@stadt.example"),
            name: String::new(),
            administrator: false,
            moderator,
        };
        let (person, _) = staff::create(&world.app, None, new, None).await.expect("the person is made");
        let account = office.member.account.id;
        staff::grant(&world.app, None, person.id, account, Role::Analyst).await.expect("the role is given");
        let member = Member::find(&world.app, person.id, account).await.expect("the database answers");
        let scopes = Scopes::parse("read write admin:read admin:write").expect("they exist");
        let member = member.expect("the role was given");
        tokens.push(oauth::create_member_token(&world.app, &member, &scopes).await.expect("it is made"));
    }
    [tokens[0].clone(), tokens[1].clone()]
}

#[tokio::test]
async fn f03_only_a_moderator_sees_reports_whatever_the_token_says() {
    let world = World::start().await;
    let [moderator, other] = tokens(&world).await;
    for path in ["/api/v1/admin/reports", "/api/v2/admin/accounts", "/api/v1/admin/domain_blocks"] {
        let status = async |token| world.ask("GET", path, token, None).await.status;
        assert_eq!(status(Some(&moderator)).await, StatusCode::OK, "{path}");
        assert_eq!(status(Some(&other)).await, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(status(None).await, StatusCode::UNAUTHORIZED, "{path}");
    }
    let user = world.user("someone").await;
    assert_eq!(world.get(&user, "/api/v1/admin/reports").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_report_is_taken_on_decided_and_opened_again() {
    let world = World::start().await;
    let [moderator, _] = tokens(&world).await;
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let post = world.post(&alice, "/api/v1/statuses", json!({ "status": "Unsinn" })).await.json;
    let body =
        json!({ "account_id": post["account"]["id"], "status_ids": [post["id"]], "comment": "Falsch" });
    world.post(&bob, "/api/v1/reports", body).await;
    let ask = async |method, path: &str, body| world.ask(method, path, Some(&moderator), body).await;

    let open = ask("GET", "/api/v1/admin/reports", None).await.json;
    let report = open[0].clone();
    assert_eq!((open.as_array().map(Vec::len), &report["comment"]), (Some(1), &json!("Falsch")));
    assert_eq!((&report["statuses"][0]["id"], &report["account"]["username"]), (&post["id"], &json!("bob")));
    let path = format!("/api/v1/admin/reports/{}", report["id"].as_str().unwrap_or_default());
    let mine = ask("POST", &format!("{path}/assign_to_self"), None).await.json;
    assert!(mine["assigned_account"].is_object());
    let nobody = ask("POST", &format!("{path}/unassign"), None).await.json;
    assert!(nobody["assigned_account"].is_null());

    let done = ask("POST", &format!("{path}/resolve"), None).await.json;
    assert_eq!(done["action_taken"], json!(true));
    assert_eq!(ask("GET", "/api/v1/admin/reports", None).await.json, json!([]));
    assert_eq!(ask("GET", "/api/v1/admin/reports?resolved=true", None).await.json[0]["id"], report["id"]);
    let again = ask("POST", &format!("{path}/reopen"), None).await.json;
    assert_eq!(again["action_taken"], json!(false));
    assert_eq!(ask("GET", "/api/v1/admin/reports/1", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_restricts_somebody_needs_its_reason_and_ours_are_not_restricted() {
    let world = World::start().await;
    let [moderator, _] = tokens(&world).await;
    let alice = world.user("alice").await;
    let path = format!("/api/v1/admin/accounts/{}/action", alice.member.account.id);
    let act = async |kind: &str, text: &str| {
        let body = json!({ "type": kind, "text": text });
        world.ask("POST", &path, Some(&moderator), Some(body)).await
    };

    let without = act("suspend", "").await;
    let ours = act("suspend", "Sie schreibt Unsinn").await;
    let unknown = act("disable", "Sie schreibt Unsinn").await;
    let harmless = act("none", "Nachgesehen").await;

    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ours.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(harmless.status, StatusCode::OK);
    let shown = world.ask("GET", path.trim_end_matches("/action"), Some(&moderator), None).await.json;
    assert_eq!((&shown["username"], &shown["suspended"]), (&json!("alice"), &json!(false)));
    let found =
        world.ask("GET", "/api/v2/admin/accounts?origin=local&username=ALICE", Some(&moderator), None).await;
    assert_eq!(found.json.as_array().map(Vec::len), Some(1));
    let remote = world.ask("GET", "/api/v2/admin/accounts?origin=remote", Some(&moderator), None).await;
    assert_eq!(remote.json, json!([]));
}

#[tokio::test]
async fn domains_are_decided_about_changed_and_lifted() {
    let world = World::start().await;
    let [moderator, _] = tokens(&world).await;
    let ask = async |method, path: &str, body| world.ask(method, path, Some(&moderator), body).await;

    let body = json!({ "domain": "Laut.Example", "severity": "silence", "public_comment": "zu laut" });
    let made = ask("POST", "/api/v1/admin/domain_blocks", Some(body)).await.json;
    assert_eq!((&made["domain"], &made["severity"]), (&json!("laut.example"), &json!("silence")));
    let path = format!("/api/v1/admin/domain_blocks/{}", made["id"].as_str().unwrap_or_default());
    let changed = ask("PUT", &path, Some(json!({ "severity": "suspend" }))).await.json;
    assert_eq!((&changed["severity"], &changed["public_comment"]), (&json!("suspend"), &json!("zu laut")));
    let list = ask("GET", "/api/v1/admin/domain_blocks", None).await.json;
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    let body = json!({ "domain": "bild.example", "severity": "noop", "reject_media": true });
    let noop = ask("POST", "/api/v1/admin/domain_blocks", Some(body)).await.json;
    let public = world.ask("GET", "/api/v1/instance/domain_blocks", None, None).await.json;
    let digest = stadtbote_core::app::secret_hash("laut.example");
    let expected =
        json!([{ "domain": "laut.example", "digest": digest, "severity": "suspend", "comment": "zu laut" }]);
    assert_eq!(public, expected, "everybody reads the reasons, and not what restricts nobody");
    let noop = format!("/api/v1/admin/domain_blocks/{}", noop["id"].as_str().unwrap_or_default());
    assert_eq!(ask("DELETE", &noop, None).await.status, StatusCode::OK);

    let own = ask("POST", "/api/v1/admin/domain_blocks", Some(json!({ "domain": "stadt.example" }))).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = ask("POST", "/api/v1/admin/domain_blocks", Some(json!({ "domain": "nothing" }))).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(ask("DELETE", &path, None).await.status, StatusCode::OK);
    assert_eq!(ask("DELETE", &path, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask("GET", "/api/v1/admin/domain_blocks", None).await.json, json!([]));
}

#[tokio::test]
async fn dashboards_read_the_numbers_of_the_pages() {
    let world = World::start().await;
    let [moderator, other] = tokens(&world).await;
    let alice = world.user("alice").await;
    let post = world.post(&alice, "/api/v1/statuses", json!({ "status": "Die Brücke ist offen" })).await.json;
    assert!(post["id"].is_string());
    stadtbote_core::actions::reach::roll_up(&world.app).await.expect("it can be counted");

    let asked = json!({ "keys": ["posts", "interactions", "nonsense"] });
    let measures = world.ask("POST", "/api/v1/admin/measures", Some(&moderator), Some(asked)).await.json;
    assert_eq!((&measures[0]["key"], &measures[0]["total"]), (&json!("posts"), &json!("1")));
    assert_eq!(measures[0]["data"].as_array().map(Vec::len), Some(30));
    assert_eq!(measures[0]["data"][29]["value"], "1");
    assert_eq!((&measures[1]["total"], measures.as_array().map(Vec::len)), (&json!("0"), Some(2)));

    for (start, end) in [
        ("2020-01-01", "2026-01-01"),
        ("+262142-12-31", "+262142-12-31"),
        ("-262143-01-01", "-262143-01-01"),
        ("2026-02-01", "2026-01-01"),
        ("soon", "later"),
    ] {
        let wrong = json!({ "keys": ["posts"], "start_at": start, "end_at": end });
        let wrong = world.ask("POST", "/api/v1/admin/measures", Some(&moderator), Some(wrong)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{start} {end}");
    }

    let asked = json!({ "keys": ["servers", "languages"], "limit": -5 });
    let dimensions = world.ask("POST", "/api/v1/admin/dimensions", Some(&moderator), Some(asked)).await.json;
    assert_eq!(dimensions[0], json!({ "key": "servers", "data": [] }));
    let retention = world.ask("POST", "/api/v1/admin/retention", Some(&moderator), Some(json!({}))).await;
    assert_eq!((retention.status, retention.json), (StatusCode::OK, json!([])));
    for path in ["/api/v1/admin/measures", "/api/v1/admin/dimensions", "/api/v1/admin/retention"] {
        let refused = world.ask("POST", path, Some(&other), Some(json!({ "keys": ["posts"] }))).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}
