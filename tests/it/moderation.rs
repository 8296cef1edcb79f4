//! From a report to a decision and what it does, and back. What moderators do on their pages is done here in process, on the
//! database of the running program.

use crate::outages::Calendar;
use chrono::{Datelike, TimeDelta};
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};
use stadtbote_core::actions::decisions::{answer_complaint, complain, decide};
use stadtbote_core::actions::notices::{FormNotice, Receipt, take_form};
use stadtbote_core::actions::{Moderator, cases as case_actions, measures as measure_actions, transparency};
use stadtbote_core::domain::ids::CaseId;
use stadtbote_core::domain::moderation::{Ground, Lane, Measure, NewDecision, NewMeasure};
use stadtbote_core::store::{
    accounts, blocks, case_events, case_snapshots, cases, checks, complaints, domain_policies, measures,
    notices, persons,
};
use stadtbote_core::{App, Error};
use stadtbote_tests::client::Client;
use stadtbote_tests::person::Person;
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote, eventually, eventually_within};
use stadtbote_tests::visitor::Visitor;
use std::time::{Duration, Instant};

pub(crate) async fn moderator(stadtbote: &Stadtbote, name: &str) -> Moderator {
    let email = format!("{name}@stadt.example");
    stadtbote.program().order(&["staff", "create", &email, "--password-stdin", "--moderator"], PASSWORD);
    let app = stadtbote.app().await;
    let person = persons::find_by_email(app.db(), &email).await.expect("the database answers");
    let person = person.expect("the person was made").id;
    Moderator::find(app, person).await.expect("the database answers").expect("the person moderates")
}

/// A decision with all that it needs.
pub(crate) fn decision(measures: &[(Measure, Option<i64>)]) -> NewDecision {
    let measure =
        |(what, days): &(Measure, Option<i64>)| NewMeasure { what: *what, days: *days, institution: None };
    NewDecision {
        measures: measures.iter().map(measure).collect(),
        ground: Ground::Rules,
        citation: "Netiquette, Nummer 3".into(),
        facts: "Die Antwort besteht aus einem Schimpfwort.".into(),
        redress: "Sie können sich sechs Monate lang beschweren.".into(),
        category: "ILLEGAL_OR_HARMFUL_SPEECH".into(),
        untold: String::new(),
        unfounded: vec![],
    }
}

pub(crate) fn form(address: &str) -> FormNotice {
    FormNotice {
        addresses: address.into(),
        question: "insult".into(),
        reason: "Das ist eine Beleidigung.".into(),
        email: "leserin@post.example".into(),
        locale: "de".into(),
        in_good_faith: true,
        ..FormNotice::default()
    }
}

async fn report(app: &App, address: &str) -> Receipt {
    take_form(app, form(address), "192.0.2.1").await.expect("the form is right")
}

pub(crate) async fn open_cases(app: &App) -> Vec<cases::Model> {
    cases::list_open(app.db(), 0, 100).await.expect("the database answers")
}

pub(crate) async fn first_case(app: &App) -> CaseId {
    open_cases(app).await.first().expect("there is a case").id
}

async fn measures_of(app: &App, case: CaseId) -> Vec<measures::Model> {
    measures::list(app.db(), case).await.expect("the database answers")
}

pub(crate) fn id_of(post: &Value) -> &str {
    post["id"].as_str().expect("it has an id")
}

pub(crate) async fn write(client: &Client, text: &str) -> Value {
    client.post("/api/v1/statuses", json!({ "status": text })).await.good()
}

/// Rita answers a post of Alice's; gives the post and the answer as the API shows them.
pub(crate) async fn answered(stadtbote: &Stadtbote, alice: &Client, rita: &Person) -> (Value, Value) {
    let post = write(alice, "Guten Morgen").await;
    stadtbote.wait_for_keys("alice").await;
    let uri = post["uri"].as_str().expect("it has one");
    let note = rita.reply(uri, &stadtbote.actor("alice"), "<p>Unsinn</p>");
    rita.send(&stadtbote.door(), "/inbox", &rita.create(&note)).await;
    let answer = eventually("the answer is there", async || answers(alice, &post).await.pop()).await;
    (post, answer)
}

pub(crate) async fn answers(client: &Client, post: &Value) -> Vec<Value> {
    let context = client.get(&format!("/api/v1/statuses/{}/context", id_of(post))).await.good();
    context["descendants"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn ten_reports_from_three_sources_are_one_case_and_one_decision_answers_all() {
    let stadtbote = Stadtbote::start().await;
    let (alice, bob) = (stadtbote.alice(), stadtbote.bob());
    let moderator = moderator(&stadtbote, "mo").await;
    let post = write(&alice, "Der Haushalt ist beschlossen").await;
    let account = post["account"]["id"].clone();
    stadtbote.wait_for_keys("alice").await;
    let app = stadtbote.app().await;

    for _ in 0..3 {
        let body = json!({ "account_id": account, "status_ids": [id_of(&post)], "comment": "Falsch" });
        bob.post("/api/v1/reports", body).await.good();
    }
    for handle in ["rita@far.example", "tom@far.example", "uma@other.example"] {
        let person = stadtbote.network().person(handle);
        let flag = person.activity("Flag", json!([stadtbote.actor("alice"), post["uri"]]));
        assert!(person.send(&stadtbote.door(), "/inbox", &flag).await.is_success());
    }
    let url = post["url"].as_str().expect("it has a page");
    let mut receipts = Vec::new();
    for address in
        [url, post["uri"].as_str().expect("it has an address"), &format!("{url}#p{}", id_of(&post)), url]
    {
        receipts.push(report(app, address).await);
    }
    let case = eventually("all are there", async || {
        open_cases(app).await.into_iter().find(|case| case.notices_count == 10)
    })
    .await;

    assert_eq!(open_cases(app).await.len(), 1);
    let rows = notices::list(app.db(), case.id, 100).await.expect("the database answers");
    let count = |source: &str| rows.iter().filter(|row| row.source == source).count();
    assert_eq!([notices::CLIENT, notices::SERVER, notices::FORM].map(count), [3, 3, 4]);
    let kept = case_snapshots::list(app.db(), case.id).await.expect("the database answers");
    assert_eq!(kept.len(), 1);
    assert!(kept[0].body.contains("Der Haushalt ist beschlossen"));
    let all: std::collections::HashSet<_> = receipts.iter().map(|receipt| &receipt.link).collect();
    assert_eq!(all.len(), 4);
    assert!(receipts[0].ticket.starts_with(&case.number));

    decide(app, moderator, case.id, Some(1), NewDecision { measures: vec![], ..decision(&[]) })
        .await
        .expect("nothing is wrong with it");
    assert!(open_cases(app).await.is_empty());

    // Reviewed at this version: who reports it now is joined to what was decided.
    report(app, url).await;
    assert!(open_cases(app).await.is_empty());
    alice
        .put(
            &format!("/api/v1/statuses/{}", id_of(&post)),
            json!({ "status": "Der Haushalt ist verschoben" }),
        )
        .await
        .good();
    report(app, url).await;
    let again = open_cases(app).await;
    assert_eq!((again.len(), again[0].id, again[0].notices_count), (1, case.id, 12));
    let kept = case_snapshots::list(app.db(), case.id).await.expect("the database answers");
    assert_eq!(kept.len(), 2);
}

#[tokio::test]
async fn a_hidden_answer_is_gone_everywhere_until_the_decision_is_taken_back() {
    let stadtbote = Stadtbote::start().await;
    let (alice, rita) = (stadtbote.alice(), stadtbote.rita());
    let moderators = [moderator(&stadtbote, "mo").await, moderator(&stadtbote, "ma").await];
    let (post, answer) = answered(&stadtbote, &alice, &rita).await;
    let app = stadtbote.app().await;
    let page = format!("/@alice/{}", id_of(&post));
    let receipt = report(app, answer["uri"].as_str().expect("it has an address")).await;
    let case = first_case(app).await;
    let shows = async || {
        let text = stadtbote.visitor().open(&page).await.all_text();
        let one = alice.get(&format!("/api/v1/statuses/{}", id_of(&answer))).await.status.is_success();
        let replies =
            alice.get(&format!("/api/v1/statuses/{}", id_of(&post))).await.good()["replies_count"].as_i64();
        let notes = alice.get("/api/v1/notifications").await.good();
        let told = notes.as_array().is_some_and(|notes| !notes.is_empty());
        (text.contains("Unsinn"), answers(&alice, &post).await.len(), one, replies, told)
    };
    assert_eq!(shows().await, (true, 1, true, Some(1), true));

    decide(app, moderators[0], case, Some(1), decision(&[(Measure::Hide, None)])).await.expect("it is whole");
    assert_eq!(shows().await, (false, 0, false, Some(0), false));
    assert_eq!(checks::list_differences(app.db(), 10).await.expect("they can be counted"), []);

    complain(app, &receipt.link, case, "Die Antwort war harmlos.").await.expect("the link is right");
    let again = complain(app, &receipt.link, case, "Noch einmal").await;
    assert!(matches!(again, Err(Error::Conflict(_))));
    let stranger = complain(app, "x", case, "Ich auch").await;
    assert!(matches!(stranger, Err(Error::NotFound(_))));
    let complaint = complaints::list(app.db(), case).await.expect("the database answers")[0].id;
    let by_the_same = answer_complaint(app, moderators[0], complaint, true, "Doch nicht so schlimm").await;
    assert!(matches!(by_the_same, Err(Error::Conflict(_))), "{by_the_same:?}");
    assert_eq!(shows().await.1, 0);
    answer_complaint(app, moderators[1], complaint, true, "Das war keine Beleidigung.")
        .await
        .expect("it is another");
    assert_eq!(shows().await, (true, 1, true, Some(1), true));
    assert_eq!(checks::list_differences(app.db(), 10).await.expect("they can be counted"), []);
}

#[tokio::test]
async fn what_is_deleted_while_it_is_hidden_is_counted_once() {
    let stadtbote = Stadtbote::start().await;
    let (alice, rita) = (stadtbote.alice(), stadtbote.rita());
    let moderator = moderator(&stadtbote, "mo").await;
    let (post, answer) = answered(&stadtbote, &alice, &rita).await;
    let app = stadtbote.app().await;
    let uri = answer["uri"].as_str().expect("it has an address");
    report(app, uri).await;
    let case = first_case(app).await;
    decide(app, moderator, case, Some(1), decision(&[(Measure::Hide, Some(3))])).await.expect("it is whole");

    rita.send(&stadtbote.door(), "/inbox", &rita.activity("Delete", json!(uri))).await;
    stadtbote.rest().await;
    let measure = measures_of(app, case).await[0].id;
    measure_actions::end_early(app, moderator, measure).await.expect("it can end");

    assert!(answers(&alice, &post).await.is_empty());
    assert_eq!(checks::list_differences(app.db(), 10).await.expect("they can be counted"), []);
}

/// The real program, its clock set forward by 14 days.
#[tokio::test]
async fn a_block_ends_by_itself() {
    let mut calendar = Calendar::start().await;
    let (alice, rita) = (calendar.stadtbote.alice(), calendar.stadtbote.rita());
    calendar.stadtbote.bob();
    let moderator = moderator(&calendar.stadtbote, "mo").await;
    let (post, answer) = answered(&calendar.stadtbote, &alice, &rita).await;
    let app = calendar.stadtbote.app().await.clone();
    report(&app, answer["uri"].as_str().expect("it has an address")).await;
    let case = first_case(&app).await;
    decide(&app, moderator, case, None, decision(&[(Measure::Block, None)])).await.expect("it is whole");
    let blocked = async || {
        let rows = measures_of(&app, case).await;
        let target = rows[0].account_id.expect("it is about an account");
        let mut count = 0;
        for account in accounts::list_ours(app.db()).await.expect("the database answers") {
            let block = blocks::find(app.db(), account.id, target).await.expect("the database answers");
            count += usize::from(block.is_some());
        }
        count
    };
    assert_eq!(blocked().await, 2, "for both accounts of the city");
    let page = format!("/@alice/{}", id_of(&post));
    assert!(
        calendar.stadtbote.visitor().open(&page).await.all_text().contains("Guten Morgen"),
        "reading is free"
    );

    calendar.go_to(calendar.now() + TimeDelta::days(14) + TimeDelta::minutes(1)).await;
    calendar.quiet().await;

    assert_eq!(blocked().await, 0);
    let rows = measures_of(&app, case).await;
    assert!(rows[0].ended_at.is_some() && rows[0].ended_by.is_none());
    let events = case_events::list(app.db(), case, 10).await.expect("the database answers");
    assert_eq!((events[0].kind.as_str(), events[0].person_id), ("ended", None));
    let arrivals = calendar.stadtbote.network().arrivals_at("far.example");
    let count = |kind: &str| arrivals.iter().filter(|one| one.kind() == kind).count();
    assert_eq!((count("Block"), count("Undo")), (2, 2));
}

/// The real program, its clock set forward.
#[tokio::test]
async fn what_cases_decide_about_a_domain_lies_over_what_stood_before_and_ends_by_itself() {
    let mut calendar = Calendar::start().await;
    let (alice, rita) = (calendar.stadtbote.alice(), calendar.stadtbote.rita());
    let moderator = moderator(&calendar.stadtbote, "mo").await;
    let (post, answer) = answered(&calendar.stadtbote, &alice, &rita).await;
    let app = calendar.stadtbote.app().await.clone();
    report(&app, answer["uri"].as_str().expect("it has an address")).await;
    let case = first_case(&app).await;
    let number = open_cases(&app).await[0].number.clone();
    let order = |calendar: &Calendar, arguments: &[&str]| {
        calendar.stadtbote.program().order(&[&["domain"], arguments].concat(), "")
    };
    let stands = async || {
        let row = domain_policies::find(app.db(), "far.example").await.expect("the database answers");
        row.map(|row| (row.severity, row.reject_media, row.public_reason, row.private_note))
    };
    let by_case = |severity: &str, media: bool| {
        Some((severity.to_owned(), media, "Netiquette, Nummer 3".to_owned(), number.clone()))
    };

    let both = decision(&[(Measure::LimitDomain, Some(14)), (Measure::RejectMedia, Some(30))]);
    decide(&app, moderator, case, None, both).await.expect("it is whole");
    assert_eq!(stands().await, by_case("silence", true));
    case_actions::reopen(&app, moderator, case).await.expect("it is decided");
    let out = decision(&[(Measure::SuspendDomain, Some(3))]);
    decide(&app, moderator, case, None, out).await.expect("it is whole");
    assert_eq!(stands().await, by_case("suspend", true));
    eventually("nothing of it is shown", async || answers(&alice, &post).await.is_empty().then_some(()))
        .await;

    // One after the other ends, and what is left stands.
    for (days, left) in [(4, by_case("silence", true)), (11, by_case("noop", true)), (16, None)] {
        calendar.go_to(calendar.now() + TimeDelta::days(days)).await;
        calendar.quiet().await;
        assert_eq!(stands().await, left, "after {days} days more");
    }
    assert_eq!(answers(&alice, &post).await.len(), 1);
    let rows = measures_of(&app, case).await;
    assert!(rows.iter().all(|row| row.domain.as_deref() == Some("far.example") && row.ended_at.is_some()));

    // What a person decided by hand before is what remains; who decides by hand again has the last word.
    order(&calendar, &["limit", "far.example", "--reason", "zu laut"]);
    let by_hand = stands().await;
    case_actions::reopen(&app, moderator, case).await.expect("it is decided");
    let out = decision(&[(Measure::SuspendDomain, None)]);
    decide(&app, moderator, case, None, out.clone()).await.expect("it is whole");
    assert_eq!(stands().await.map(|row| (row.0, row.2)), Some(("suspend".into(), "zu laut".into())));
    let measure = measures_of(&app, case).await.pop().expect("it was decided").id;
    measure_actions::end_early(&app, moderator, measure).await.expect("it can end");
    assert_eq!(stands().await, by_hand);
    case_actions::reopen(&app, moderator, case).await.expect("it is decided");
    decide(&app, moderator, case, None, out).await.expect("it is whole");
    order(&calendar, &["lift", "far.example"]);
    let measure = measures_of(&app, case).await.pop().expect("it was decided");
    assert!(measure.ended_at.is_some());
    assert_eq!(stands().await, None);
}

#[tokio::test]
async fn covered_pictures_stay_covered_and_a_suspended_account_is_gone_until_it_is_not() {
    let stadtbote = Stadtbote::start().await;
    let (alice, rita) = (stadtbote.alice(), stadtbote.rita());
    let moderator = moderator(&stadtbote, "mo").await;
    let (post, answer) = answered(&stadtbote, &alice, &rita).await;
    let app = stadtbote.app().await;
    report(app, answer["uri"].as_str().expect("it has an address")).await;
    let case = first_case(app).await;
    let both = decision(&[(Measure::Sensitive, None), (Measure::Suspend, None)]);
    decide(app, moderator, case, Some(1), both).await.expect("it is whole");
    assert!(answers(&alice, &post).await.is_empty());

    let rows = measures_of(app, case).await;
    let of = |kind: &str| rows.iter().find(|row| row.kind == kind).expect("it was decided").id;
    measure_actions::end_early(app, moderator, of("suspend")).await.expect("it can end");
    let shown = answers(&alice, &post).await;
    assert_eq!((shown.len(), &shown[0]["sensitive"]), (1, &json!(true)));

    let mut note =
        rita.reply(post["uri"].as_str().expect("it has one"), &stadtbote.actor("alice"), "<p>Doch</p>");
    note["id"] = answer["uri"].clone();
    note["updated"] = json!(chrono::Utc::now().to_rfc3339());
    let mut update = rita.create(&note);
    update["type"] = json!("Update");
    update["id"] = json!(rita.new_uri("updates"));
    rita.send(&stadtbote.door(), "/inbox", &update).await;
    let shown = eventually("the change is there", async || {
        answers(&alice, &post).await.pop().filter(|answer| answer["content"] == "<p>Doch</p>")
    })
    .await;
    assert_eq!(shown["sensitive"], json!(true));
    let stale = decide(app, moderator, case, Some(1), decision(&[])).await;
    assert!(matches!(stale, Err(Error::Conflict(_))));

    measure_actions::end_early(app, moderator, of("sensitive")).await.expect("it can end");
    assert_eq!(answers(&alice, &post).await[0]["sensitive"], json!(false));
}

#[tokio::test]
async fn a_server_that_reports_too_much_is_counted_and_fills_no_table() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let post = write(&alice, "Guten Morgen").await;
    stadtbote.wait_for_keys("alice").await;
    let app = stadtbote.app().await;
    let rita = stadtbote.rita();
    for _ in 0..14 {
        let flag = rita.activity("Flag", json!([stadtbote.actor("alice"), post["uri"]]));
        assert!(rita.send(&stadtbote.door(), "/inbox", &flag).await.is_success());
    }
    let case = eventually("all are counted", async || {
        open_cases(app).await.into_iter().find(|case| case.notices_count == 14)
    })
    .await;
    let rows = notices::list(app.db(), case.id, 100).await.expect("the database answers");
    assert_eq!(rows.len(), 10);
    assert_eq!(open_cases(app).await.len(), 1);

    let form = take_form(
        app,
        FormNotice { honeypot: "x".into(), ..form("https://nirgends.example/1") },
        "192.0.2.9",
    )
    .await;
    form.expect("what a program may have written is kept all the same");
    let lanes: Vec<Lane> = open_cases(app).await.iter().map(|case| Lane::of_number(case.lane)).collect();
    assert_eq!(lanes, [Lane::Normal, Lane::Unconfirmed]);
}

/// How many reports the flood has: 600, or what `STADTBOTE_FLAGS=10000` says. With more the figures are worth reading.
fn flags() -> usize {
    std::env::var("STADTBOTE_FLAGS").map_or(600, |text| text.parse().expect("STADTBOTE_FLAGS is a number"))
}

/// Fifty servers report one post, beside people who use the form and somebody who just answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_reports_is_counted_to_the_last_and_keeps_nobody_else_waiting() {
    const HOSTS: usize = 50;
    const FORMS: usize = 20;
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    moderator(&stadtbote, "mo").await;
    let post = write(&alice, "Der Haushalt ist beschlossen").await;
    stadtbote.wait_for_keys("alice").await;
    let app = stadtbote.app().await;
    let mut mo = stadtbote.visitor();
    mo.sign_in("mo@stadt.example", PASSWORD).await;
    let people: Vec<Person> =
        (0..HOSTS).map(|number| stadtbote.network().person(&format!("mod@host{number}.example"))).collect();
    let mut looks = Vec::new();
    let mut look = async |mo: &mut Visitor| {
        let begin = Instant::now();
        let text = mo.open("/redaktion/moderation").await.all_text();
        looks.push(begin.elapsed());
        text
    };

    let begin = Instant::now();
    let report = |number: usize| {
        let person = &people[number % HOSTS];
        let flag = person.activity("Flag", json!([stadtbote.actor("alice"), post["uri"]]));
        let door = stadtbote.door();
        async move { person.send(&door, "/inbox", &flag).await }
    };
    let flood = async {
        let sent = stream::iter(0..flags()).map(report).buffer_unordered(16).collect::<Vec<_>>().await;
        (sent, begin.elapsed())
    };
    let others = async {
        let tom = stadtbote.network().person("tom@near.example");
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (begin, uri) = (Instant::now(), post["uri"].as_str().expect("it has an address"));
        let note = tom.reply(uri, &stadtbote.actor("alice"), "<p>Danke</p>");
        let answer = tom.send(&stadtbote.door(), "/inbox", &tom.create(&note)).await;
        eventually("the answer is there", async || answers(&alice, &post).await.pop()).await;
        let took = begin.elapsed();
        for number in 0..FORMS {
            let form = form(post["url"].as_str().expect("it has a page"));
            take_form(app, form, &format!("192.0.2.{number}")).await.expect("the form is never dropped");
            look(&mut mo).await;
        }
        (answer, took)
    };
    let ((sent, sending), (answer, answered)) = futures::future::join(flood, others).await;
    let all = flags() + FORMS;
    let case = eventually_within(Duration::from_secs(300), "all are counted", async || {
        open_cases(app).await.into_iter().find(|case| case.notices_count == all as i64)
    })
    .await;
    let counted = begin.elapsed();

    assert!(answer.is_success());
    assert!(sent.iter().all(|status| status.as_u16() == 202), "whoever sends too much is answered like all");
    assert_eq!(open_cases(app).await.len(), 1);
    let rows = notices::list(app.db(), case.id, 10_000).await.expect("the database answers");
    let count = |source: &str| rows.iter().filter(|row| row.source == source).count();
    assert_eq!(count(notices::SERVER), flags().min(HOSTS * 10), "ten of each host have a row");
    assert_eq!(count(notices::FORM), FORMS);
    let year = app.clock.now().year();
    let told = transparency::report(app, year).await.expect("it is reckoned").as_csv();
    for (name, expected) in
        [("total", all), ("server", flags()), ("counted_only", flags() - flags().min(HOSTS * 10))]
    {
        let line = format!("{year},notices,{name},{expected},count\n");
        assert!(told.contains(&line), "the report of the year counts all of them: {line}{told}");
    }
    stadtbote.rest().await;
    let text = look(&mut mo).await;
    assert!(text.contains(&case.number), "{text}");
    looks.sort();
    eprintln!(
        "{} reports of {HOSTS} hosts: sent in {sending:?}, counted after {counted:?}; an answer of another host was \
         there after {answered:?}; the queue took {:?}, at most {:?}",
        flags(),
        looks[looks.len() / 2],
        looks[looks.len() - 1],
    );
}

#[tokio::test]
async fn a_form_that_lacks_something_says_what_and_one_that_comes_too_often_waits() {
    let stadtbote = Stadtbote::start().await;
    let app = stadtbote.app().await;
    let field = async |form: FormNotice| match take_form(app, form, "192.0.2.1").await {
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("it was taken: {other:?}"),
    };
    let right = form("https://stadt.example/@nobody");
    assert_eq!(field(FormNotice { addresses: " \n".into(), ..right.clone() }).await, "Address");
    assert_eq!(
        field(FormNotice { addresses: "javascript:alert(1)".into(), ..right.clone() }).await,
        "Address"
    );
    assert_eq!(field(FormNotice { question: "x".into(), ..right.clone() }).await, "Question");
    assert_eq!(field(FormNotice { reason: "".into(), ..right.clone() }).await, "Reason");
    assert_eq!(field(FormNotice { email: "x".into(), ..right.clone() }).await, "E-mail");
    assert_eq!(field(FormNotice { in_good_faith: false, ..right.clone() }).await, "Good faith");
    assert!(open_cases(app).await.is_empty());

    for _ in 0..20 {
        take_form(app, right.clone(), "192.0.2.1").await.expect("it is right");
    }
    assert!(matches!(take_form(app, right.clone(), "192.0.2.1").await, Err(Error::TooMany(_))));
    take_form(app, right, "192.0.2.2").await.expect("others are not kept waiting");
    assert_eq!(open_cases(app).await.len(), 1, "an address of ours at which nothing is");
}

/// The real program, its clock set forward to four fifths of the time.
#[tokio::test]
async fn a_case_that_is_due_soon_is_marked() {
    let mut calendar = Calendar::start().await;
    let mo = moderator(&calendar.stadtbote, "mo").await;
    let app = calendar.stadtbote.app().await.clone();
    report(&app, "https://far.example/1").await;
    report(&app, "https://far.example/2").await;
    let all = open_cases(&app).await;
    case_actions::put_into_lane(&app, mo, all[1].id, Lane::Danger).await.expect("it is open");
    assert_eq!(open_cases(&app).await.iter().map(|case| case.id).collect::<Vec<_>>(), [all[1].id, all[0].id]);
    case_actions::assign(&app, mo, all[0].id, Some(mo)).await.expect("it is open");
    decide(&app, mo, all[0].id, None, decision(&[])).await.expect("it is whole");

    calendar.go_to(calendar.now() + TimeDelta::hours(20)).await;
    calendar.quiet().await;
    calendar.go_to(calendar.now() + TimeDelta::days(9)).await;
    calendar.quiet().await;

    let reminded = async |case| {
        let case = cases::find(app.db(), case).await.expect("the database answers").expect("it is there");
        case.reminded_at.is_some()
    };
    assert_eq!((reminded(all[1].id).await, reminded(all[0].id).await), (true, false));
}

#[tokio::test]
async fn a_domain_that_is_shut_out_is_gone_and_comes_back_as_it_was() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    let rita = stadtbote.follower("rita@far.example", "alice").await;
    let tom = stadtbote.network().person("tom@sub.far.example");
    let (post, _) = answered(&stadtbote, &alice, &rita).await;
    let uri = post["uri"].as_str().expect("it has one");
    let below = tom.reply(uri, &stadtbote.actor("alice"), "<p>Von weiter unten</p>");
    tom.send(&stadtbote.door(), "/inbox", &tom.create(&below)).await;
    eventually("both are there", async || (answers(&alice, &post).await.len() == 2).then_some(())).await;
    let order = |arguments: &[&str]| stadtbote.program().order(&[&["domain"], arguments].concat(), "");
    let counts = order(&["preview", "far.example"]);
    assert!(counts.contains("2 accounts") && counts.contains("1 of them follow us"), "{counts}");

    order(&["suspend", "far.example", "--reason", "Hetze"]);
    eventually("nothing of it is shown", async || answers(&alice, &post).await.is_empty().then_some(()))
        .await;
    for person in [&rita, &tom] {
        // What was found out about a host is good for some seconds.
        eventually("whoever is shut out is turned away", async || {
            let like = person.send(&stadtbote.door(), "/inbox", &person.like(uri)).await;
            (like.as_u16() == 403).then_some(())
        })
        .await;
    }
    let before = stadtbote.network().arrivals_at("far.example").len();
    write(&alice, "Nicht für alle").await;
    eventually("it went to whom it may go", async || {
        let waiting = stadtbote.waiting().await;
        waiting.iter().all(|one| one.starts_with("delivery to far.example")).then_some(())
    })
    .await;
    assert_eq!(stadtbote.network().arrivals_at("far.example").len(), before);
    let list = order(&["export"]);
    assert!(list.contains("far.example,suspend,false,false,Hetze,false"), "{list}");

    order(&["lift", "far.example"]);
    eventually("all is shown again", async || (answers(&alice, &post).await.len() == 2).then_some(())).await;
    write(&alice, "Wieder für alle").await;
    stadtbote.network().wait_for(1, |one| one.host == "far.example" && one.kind() == "Create").await;
}

#[tokio::test]
async fn a_list_of_domains_is_looked_at_before_it_is_taken_over() {
    let stadtbote = Stadtbote::start().await;
    let alice = stadtbote.alice();
    stadtbote.follower("rita@far.example", "alice").await;
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("list.csv");
    let path = file.display().to_string();
    let list = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n\
                far.example,silence,true,true,zu laut,false\nstadt.example,suspend,false,false,,false\n";
    std::fs::write(&file, list).expect("there is room");
    let run =
        |arguments: &[&str]| stadtbote.program().run(&[&["domain", "import", &path], arguments].concat(), "");

    let look = run(&["--dry-run"]);
    let text = String::from_utf8_lossy(&look.stdout).into_owned();
    assert!(
        text.contains("far.example silence (new): 1 follow us") && text.contains("nothing was changed"),
        "{text}"
    );
    let refused = run(&[]);
    assert!(!refused.status.success(), "our own domain is not to be shut out");
    assert!(stadtbote.program().order(&["domain", "list"], "").starts_with("Nothing"));

    std::fs::write(&file, list.lines().take(2).collect::<Vec<_>>().join("\n")).expect("there is room");
    assert!(run(&[]).status.success());
    assert_eq!(
        stadtbote.program().order(&["domain", "list"], ""),
        "far.example silence, no media, no reports: zu laut"
    );

    // Its reports are passed over, its pictures too, and whoever comes from there is limited from the start.
    let post = write(&alice, "Guten Morgen").await;
    let tom = stadtbote.network().person("tom@far.example");
    let flag = tom.activity("Flag", json!([stadtbote.actor("alice"), post["uri"]]));
    assert!(tom.send(&stadtbote.door(), "/inbox", &flag).await.is_success());
    let mut note =
        tom.reply(post["uri"].as_str().expect("it has one"), &stadtbote.actor("alice"), "<p>Hallo</p>");
    note["attachment"] =
        json!([{ "type": "Image", "mediaType": "image/png", "url": "https://far.example/a.png" }]);
    tom.send(&stadtbote.door(), "/inbox", &tom.create(&note)).await;
    let answer = eventually("the answer is there", async || answers(&alice, &post).await.pop()).await;
    assert_eq!(answer["media_attachments"], json!([]));
    stadtbote.rest().await;
    assert!(open_cases(stadtbote.app().await).await.is_empty());
    let told = alice.get("/api/v1/notifications?types[]=mention").await.good();
    assert_eq!(told, json!([]), "nobody is told of who is limited and not followed");
    let row =
        accounts::find_by_uri(stadtbote.app().await.db(), &tom.uri()).await.expect("the database answers");
    assert!(row.expect("he is known").limited_at.is_some());
}

#[tokio::test]
async fn those_who_report_the_same_at_one_moment_share_a_case() {
    let stadtbote = Stadtbote::start().await;
    let app = stadtbote.app().await;

    let report = |number: usize| async move {
        let address = format!("https://far.example/{}", number % 2);
        take_form(app, form(&address), &format!("192.0.2.{number}")).await
    };
    let receipts = futures::future::join_all((0..16).map(report)).await;

    assert!(receipts.iter().all(Result::is_ok), "{receipts:?}");
    let mut counts: Vec<_> =
        open_cases(app).await.into_iter().map(|case| (case.number, case.notices_count)).collect();
    counts.sort();
    let year = chrono::Utc::now().format("%Y");
    assert_eq!(counts, [(format!("{year}-0001"), 8), (format!("{year}-0002"), 8)]);
}

#[tokio::test]
async fn what_two_decisions_do_ends_with_the_second() {
    let stadtbote = Stadtbote::start().await;
    let (alice, tom) = (stadtbote.alice(), stadtbote.network().person("tom@sub.far.example"));
    let moderator = moderator(&stadtbote, "mo").await;
    let (post, answer) = answered(&stadtbote, &alice, &tom).await;
    let app = stadtbote.app().await;
    report(app, answer["uri"].as_str().expect("it has an address")).await;
    let case = first_case(app).await;
    let both = decision(&[(Measure::Sensitive, None), (Measure::Limit, None)]);
    decide(app, moderator, case, None, both.clone()).await.expect("it is whole");
    case_actions::reopen(app, moderator, case).await.expect("it is decided");
    decide(app, moderator, case, None, both).await.expect("it is whole");
    let order = |arguments: &[&str]| stadtbote.program().order(&[&["domain"], arguments].concat(), "");
    order(&["limit", "far.example", "--reason", "zu laut"]);
    order(&["limit", "sub.far.example", "--reason", "zu laut"]);
    stadtbote.rest().await;
    let state = async || {
        let shown = answers(&alice, &post).await.pop().expect("it is shown");
        let row = accounts::find_by_uri(app.db(), &tom.uri()).await.expect("the database answers");
        (shown["sensitive"] == json!(true), row.expect("he is known").limited_at.is_some())
    };
    assert_eq!(state().await, (true, true));

    let rows = measures_of(app, case).await;
    for (at, covered) in [(0, true), (2, false)] {
        measure_actions::end_early(app, moderator, rows[at].id).await.expect("it can end");
        assert_eq!(state().await.0, covered, "the cover after measure {at}");
    }
    // Four things limit Tom: two decisions about him, and two about domains, one above the other.
    measure_actions::end_early(app, moderator, rows[1].id).await.expect("it can end");
    order(&["lift", "far.example"]);
    stadtbote.rest().await;
    assert!(state().await.1);
    measure_actions::end_early(app, moderator, rows[3].id).await.expect("it can end");
    assert!(state().await.1, "his domain is limited still");
    order(&["lift", "sub.far.example"]);
    stadtbote.rest().await;
    assert!(!state().await.1);
}

#[tokio::test]
async fn what_is_held_and_was_meant_for_few_is_shown_to_moderators_without_its_words() {
    let stadtbote = Stadtbote::start_with(&[("moderation.hold_first_reply_days", "1")]).await;
    let post = stadtbote.alice().post("/api/v1/statuses", json!({ "status": "Fragen?" })).await.good();
    let uri = post["uri"].as_str().expect("a post has an address");
    moderator(&stadtbote, "mod").await;
    let (rita, alice) = (stadtbote.rita(), stadtbote.actor("alice"));
    let open = rita.reply(uri, &alice, "<p>Für alle</p>");
    let mut direct = rita.reply(uri, &alice, "<p>Nur für dich</p>");
    direct["to"] = json!([alice]);
    direct["cc"] = json!([]);
    for note in [open, direct] {
        assert!(rita.send(&stadtbote.door(), "/inbox", &rita.create(&note)).await.is_success());
    }
    stadtbote.rest().await;
    let mut visitor = stadtbote.visitor();
    visitor.sign_in("mod@stadt.example", PASSWORD).await;

    let page = visitor.open("/redaktion/moderation/held").await.all_text();

    assert!(page.contains("Für alle"), "{page}");
    assert!(!page.contains("Nur für dich") && page.contains("nicht für alle ist"), "{page}");
    // What stays hidden is decided in a case, with all that a restriction needs.
    let held = visitor.open("/redaktion/moderation/held").await;
    let open = held.form("form:has([value='case post'])").expect("one was for everybody");
    let case = visitor.send(open.press("do", "case post")).await;
    assert!(case.all_text().contains("Automatisch zurückgehalten"), "{}", case.all_text());
    let form = case.form("form[aria-labelledby=c3]").expect("it can be decided");
    let bare = visitor.send(form.fill("redress", "").press("measure", "hide")).await;
    assert!(bare.all_text().contains("Nennen Sie die Regel oder das Gesetz"), "{}", bare.all_text());
    let form = bare.form("form[aria-labelledby=c3]").expect("it can be decided");
    let whole = form.press("ground", "rules").fill("citation", "Nummer 3").fill("facts", "Werbung.");
    let whole = whole.fill("redress", "Beschwerde").press("measure", "limit_domain");
    let decided = visitor.send(whole).await.all_text();
    assert!(decided.contains("hat entschieden") && decided.contains("nur auf Nachfrage zeigen"), "{decided}");
    let public = visitor.open("/about/domains").await.all_text();
    assert!(public.contains("far.example") && public.contains("Nummer 3"), "{public}");
    let left = visitor.open("/redaktion/moderation/held").await.all_text();
    assert!(!left.contains("Für alle") && left.contains("nicht für alle ist"), "{left}");
}
