//! Reporting by the form, and the receipt.

use http::{StatusCode, header};

use super::{Browser, World, write};

/// A whole report of the page at that address.
pub(super) fn report(address: &str) -> [(&'static str, &str); 6] {
    [
        ("addresses", address),
        ("question", "insult"),
        ("reason", "Hier wird jemand beschimpft."),
        ("name", ""),
        ("email", "lesefuchs@post.example"),
        ("good_faith", "1"),
    ]
}

#[tokio::test]
async fn anybody_reports_without_account_and_without_cookie() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    write(&mut alice, &world, "Die Brücke ist offen.", "public").await;
    let mut visitor = Browser::default();

    let home = visitor.get(&world, "/@stadt").await;
    let way = super::between(&home.body, "href=\"/report?url=", "\"").expect("a post has a way to report it");
    let form = visitor.get(&world, &format!("/report?url={way}")).await;
    let sent = visitor.post(&world, "/report", &report("https://stadt.example/@stadt")).await;
    let receipt = visitor.get(&world, sent.location()).await;

    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("\nhttps://stadt.example/@stadt/"), "{}", form.body);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(sent.location().starts_with("/report/status/"));
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(receipt.body.contains("Hier wird jemand beschimpft."), "{}", receipt.body);
    assert!(!receipt.body.contains("lesefuchs@post.example"));
    assert!(visitor.cookies.is_empty(), "reporting sets a cookie");
    for seen in [&sent, &receipt] {
        assert_eq!(seen.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(seen.headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(seen.headers["x-robots-tag"], "noindex");
    }
}

#[tokio::test]
async fn a_report_that_is_not_whole_comes_back_with_all_that_was_typed() {
    let world = World::founded().await;
    let mut visitor = Browser::default();
    let fields = [("addresses", "keine Adresse"), ("reason", ""), ("name", "Rita Feld"), ("email", "rita")];

    let wrong = visitor.post(&world, "/report", &fields).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("<title>Fehler: "), "{}", wrong.body);
    for field in ["addresses", "question", "reason", "email", "good_faith"] {
        assert!(wrong.body.contains(&format!("<a href=\"#{field}\">")), "{field}");
        assert!(wrong.body.contains(&format!(" id=\"{field}\"")), "{field}");
        assert!(wrong.body.contains(&format!("id=\"{field}-e\"")), "{field}");
    }
    assert!(wrong.body.contains("keine Adresse") && wrong.body.contains("value=\"Rita Feld\""));
}

#[tokio::test]
async fn reports_from_one_connection_are_limited_and_nothing_is_lost() {
    let world = World::founded().await;
    let mut visitor = Browser::default();
    for _ in 0..20 {
        let taken = visitor.post(&world, "/report", &report("https://stadt.example/@stadt")).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER);
    }

    let refused = visitor.post(&world, "/report", &report("https://stadt.example/@stadt")).await;

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    assert!(refused.body.contains("Hier wird jemand beschimpft."));
}

#[tokio::test]
async fn a_link_that_nobody_was_given_shows_nothing() {
    let world = World::founded().await;
    let mut visitor = Browser::default();

    let shown = visitor.get(&world, "/report/status/abc").await;
    let sent = visitor.post(&world, "/report/status/abc", &[("number", "1"), ("complaint_1", "x")]).await;

    assert_eq!((shown.status, sent.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(shown.headers[header::REFERRER_POLICY], "no-referrer");
}
