//! What goes out: the transparency report, statements of reasons, a case as a file, access and erasure.

use http::{StatusCode, header};
use serde_json::Value;
use stadtbote_core::app::secret_hash;
use stadtbote_core::store::audit_log;

use super::moderation::{first_case, hidden, moderator, reported, version};
use super::{Browser, World};

const RECORDS: &str = "/redaktion/records";

#[tokio::test]
async fn the_report_of_a_year_counts_itself_and_is_there_for_everybody() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let mut visitor = Browser::default();

    let before = visitor.get(&world, "/transparency").await;
    reported(&world, &mut alice, &mut visitor).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;
    alice.post(&world, &case, &hidden(&version)).await;
    let after = Browser::default().get(&world, "/transparency").await;
    let table = visitor.get(&world, "/transparency.csv").await;

    assert!(before.body.contains("Nichts gemeldet, nichts entschieden"), "{}", before.body);
    assert_eq!(after.status, StatusCode::OK);
    assert!(!after.body.contains("Nichts gemeldet"), "{}", after.body);
    assert!(after.body.contains("Rechtswidrige oder schädliche Äußerungen</th><td class=\"r\">1<"));
    assert!(!after.body.contains("lesefuchs") && !after.body.contains("Schimpf"), "nobody is named");
    assert!(after.headers.get(header::SET_COOKIE).is_none());
    assert!(table.headers[header::CONTENT_TYPE].to_str().is_ok_and(|kind| kind.starts_with("text/csv")));
    for line in [",notices,form,1,count", ",measures_by_rules,hide,1,count", ",decisions,by_rules,1,count"] {
        assert!(table.body.contains(line), "{line}: {}", table.body);
    }
    for wrong in ["/transparency?year=1999", "/transparency?year=x", "/transparency.csv?year=9999999999"] {
        assert_eq!(visitor.get(&world, wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let home = visitor.get(&world, "/").await;
    assert!(home.body.contains("href=\"/transparency\""));
}

#[tokio::test]
async fn statements_are_a_file_for_administrators_and_name_nobody() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    let version = version(&world, &mut alice, &case).await;
    let mut fields = hidden(&version);
    fields.retain(|(name, _)| *name != "facts");
    fields.push(("facts", "@stadt@stadt.example beschimpft jemanden, siehe https://stadt.example/@stadt/1"));
    alice.post(&world, &case, &fields).await;
    let mut mo = moderator(&world, "mo@stadt.example").await;

    let page = alice.get(&world, RECORDS).await;
    let all = format!("{RECORDS}/statements?from=2026-01-01&to=2999-12-31");
    let file = alice.get(&world, &all).await;
    let none = alice.get(&world, &format!("{RECORDS}/statements?from=2020-01-01&to=2020-12-31")).await;
    let wrong = alice.get(&world, &format!("{RECORDS}/statements?from=2026-02-01&to=2026-01-01")).await;

    assert!(page.body.contains("Begründungen für die Transparenzdatenbank"), "{}", page.body);
    assert!(file.headers[header::CONTENT_DISPOSITION].to_str().is_ok_and(|said| said.contains("attachment")));
    let call: Value = serde_json::from_str(file.body.trim_end()).expect("a line is JSON");
    let statement = &call["statements"][0];
    assert_eq!(statement["decision_facts"], "[…] beschimpft jemanden, siehe […]");
    assert_eq!(statement["source_type"], "SOURCE_ARTICLE_16");
    assert_eq!(statement["decision_visibility"][0], "DECISION_VISIBILITY_CONTENT_DISABLED");
    assert!(!file.body.contains("lesefuchs"));
    assert_eq!(none.body, "");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("<a href=\"#to\">"), "{}", wrong.body);
    for path in [RECORDS, all.as_str()] {
        assert_eq!(mo.get(&world, path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(Browser::default().get(&world, path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[tokio::test]
async fn a_case_is_a_file_for_moderators_and_its_hash_is_on_record() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    reported(&world, &mut alice, &mut Browser::default()).await;
    let case = first_case(&world, &mut alice).await;
    world.colleague("ute@stadt.example").await;
    let mut ute = Browser::default();
    ute.sign_in(&world, "ute@stadt.example").await;

    let page = alice.get(&world, &case).await;
    let file = alice.post(&world, &format!("{case}/export"), &[]).await;
    let refused = ute.post(&world, &format!("{case}/export"), &[]).await;

    assert!(page.body.contains("Fall als Datei"));
    let whole: Value = serde_json::from_str(&file.body).expect("it is JSON");
    assert!(whole["snapshots"][0]["body"].as_str().is_some_and(|body| body.contains("gehört sich nicht")));
    assert_eq!(whole["snapshots"][0]["unchanged"], true);
    assert_eq!(whole["reports"][0]["email"], "lesefuchs@post.example");
    let entry = audit_log::last_of(world.app.db(), "case exported").await.expect("the database answers");
    let entry = entry.expect("it was written down");
    assert!(entry.facts.contains(&secret_hash(&file.body)));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn access_and_erasure_want_an_address_and_a_tick() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let path = format!("{RECORDS}/subject");
    alice.get(&world, RECORDS).await;
    let rita = ("actor", "https://far.example/users/rita");

    let wrong = alice.post(&world, &path, &[("actor", "rita"), ("do", "export")]).await;
    let unsure = alice.post(&world, &path, &[rita, ("do", "erase")]).await;
    let ours = alice
        .post(
            &world,
            &path,
            &[("actor", "https://stadt.example/users/stadt"), ("do", "erase"), ("sure", "1")],
        )
        .await;
    let handed = alice.post(&world, &path, &[rita, ("do", "export")]).await;
    let erased = alice.post(&world, &path, &[rita, ("do", "erase"), ("sure", "1")]).await;

    for (seen, field) in [(&wrong, "actor"), (&unsure, "sure"), (&ours, "actor")] {
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.body);
        assert!(seen.body.contains(&format!("<a href=\"#{field}\">")), "{}", seen.body);
    }
    let document: Value = serde_json::from_str(&handed.body).expect("it is JSON");
    assert_eq!(document["known"], false);
    assert!(erased.body.contains("ist hier nichts bekannt"), "{}", erased.body);
}
