//! Decisions about whole servers: looked at before they are taken, one by one or from lists.

use http::StatusCode;

use super::{Browser, World, between};

const DOMAINS: &str = "/redaktion/moderation/domains";

#[tokio::test]
async fn what_would_be_lost_is_seen_before_a_server_is_shut_out() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let path = format!("{DOMAINS}/new");
    let mut fields = vec![
        ("domain", "*.Laut.Example"),
        ("severity", "suspend"),
        ("reason", "Hetze <b>"),
        ("note", "Rechtsamt gefragt"),
    ];

    let empty = alice.get(&world, DOMAINS).await;
    let form = alice.get(&world, &path).await;
    fields.push(("do", "check"));
    let preview = alice.post(&world, &path, &fields).await;
    let nothing = alice.get(&world, DOMAINS).await;
    fields.pop();
    fields.push(("do", "confirm"));
    let decided = alice.post(&world, &path, &fields).await;
    let list = alice.get(&world, DOMAINS).await;
    let edit = alice.get(&world, &format!("{path}?domain=laut.example")).await;
    let mut visitor = Browser::default();
    let public = visitor.get(&world, "/about/domains").await;

    assert!(empty.body.contains("Über keinen Server"), "{}", empty.body);
    assert_eq!(form.status, StatusCode::OK);
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.body.contains("niemand von dort folgt uns"), "{}", preview.body);
    assert!(preview.body.contains("Entscheidung speichern"));
    assert!(!nothing.body.contains("laut.example"), "looking decides nothing");
    assert_eq!(
        decided.location(),
        format!("{DOMAINS}?done=domain-decided&q=laut.example"),
        "{}",
        decided.body
    );
    assert!(
        list.body.contains("Hetze &#60;b&#62;") && list.body.contains("Rechtsamt gefragt"),
        "{}",
        list.body
    );
    assert!(edit.body.contains("Rechtsamt gefragt"));
    assert!(public.body.contains("laut.example") && public.body.contains("Hetze"), "{}", public.body);
    assert!(!public.body.contains("Rechtsamt"), "an internal note is told to everybody");

    let csv = alice.get(&world, &format!("{DOMAINS}/export")).await;
    assert!(csv.body.contains("laut.example,suspend,false,false,Hetze <b>,false"), "{}", csv.body);
    let lifted = alice.post(&world, &format!("{DOMAINS}/lift"), &[("domain", "laut.example")]).await;
    assert_eq!(lifted.location(), format!("{DOMAINS}?done=domain-lifted"));
    let again = alice.post(&world, &format!("{DOMAINS}/lift"), &[("domain", "laut.example")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_decision_that_lacks_something_says_what() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    alice.get(&world, DOMAINS).await;
    let path = format!("{DOMAINS}/new");
    let whole = [("domain", "laut.example"), ("severity", "silence"), ("reason", "laut"), ("do", "confirm")];

    for (field, value) in [
        ("domain", "kein"),
        ("domain", "stadt.example"),
        ("severity", "x"),
        ("severity", "noop"),
        ("reason", ""),
    ] {
        let fields = whole.map(|(name, right)| (name, if name == field { value } else { right }));
        let seen = alice.post(&world, &path, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(seen.body.contains(&format!("<a href=\"#{field}\">")), "{field}: {}", seen.body);
    }
    assert!(alice.get(&world, DOMAINS).await.body.contains("Über keinen Server"));
    let stranger = Browser::default().post(&world, &path, &whole).await;
    assert_eq!(stranger.location(), "/auth/sign_in");
    let stranger = Browser::default().get(&world, DOMAINS).await;
    assert!(stranger.location().starts_with("/auth/sign_in"), "{}", stranger.body);
}

#[tokio::test]
async fn a_list_is_read_in_and_taken_over_line_by_line() {
    let world = World::founded().await;
    let mut alice = world.signed_in("alice@stadt.example").await;
    let lists = format!("{DOMAINS}/lists");
    alice.get(&world, &lists).await;

    let text = "#domain,#severity,#public_comment\na.example,suspend,Spam\nb.example,silence,\n";
    let wrong = alice.post(&world, &lists, &[("do", "read"), ("text", "kein\n")]).await;
    let bad = alice.post(&world, &lists, &[("do", "subscribe"), ("url", "http://x.example/l")]).await;
    let read = alice.post(&world, &lists, &[("do", "read"), ("text", text)]).await;
    let list = read.location().split('?').next().unwrap_or_default().to_owned();
    let lines = alice.get(&world, &list).await;
    let none = alice.post(&world, &list, &[("do", "accept")]).await;
    let one =
        alice.post(&world, &list, &[("do", "accept"), ("line", "a.example"), ("line", "x.example")]).await;
    let rest = alice.get(&world, &list).await;
    let domains = alice.get(&world, DOMAINS).await;
    let last = alice.post(&world, &list, &[("do", "dismiss"), ("line", "b.example")]).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("<a href=\"#text\">"), "{}", wrong.body);
    assert!(bad.body.contains("<a href=\"#url\">"), "{}", bad.body);
    assert!(between(&lines.body, "value=\"a.exa", "mple").is_some(), "{}", lines.body);
    assert_eq!(none.location(), format!("{list}?done=nothing-ticked"));
    assert_eq!(one.location(), format!("{list}?done=lines-accepted"));
    assert!(!rest.body.contains("a.example") && rest.body.contains("b.example"), "{}", rest.body);
    assert!(domains.body.contains("a.example") && !domains.body.contains("b.example"));
    assert_eq!(last.location(), format!("{lists}?done=lines-dismissed"));
    assert_eq!(alice.get(&world, &list).await.status, StatusCode::NOT_FOUND);
}
