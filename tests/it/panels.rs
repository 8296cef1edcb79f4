//! Panels: polls in which people say something of themselves, from the template to the report.

use crate::outages::Calendar;
use chrono::TimeDelta;
use serde_json::json;
use stadtbote_core::domain::ids::{AccountId, PostId};
use stadtbote_core::domain::period::Period;
use stadtbote_core::store::{accounts, checks, poll_options, poll_votes, polls};
use stadtbote_tests::page::Page;
use stadtbote_tests::stadtbote::PASSWORD;
use stadtbote_tests::visitor::Visitor;

/// The panel on a page of the reach, in words; empty, if there is none.
fn panels(page: &Page) -> String {
    page.texts("section[aria-labelledby=panels]").join(" ")
}

async fn file(visitor: &mut Visitor, path: &str) -> String {
    visitor.open(path).await;
    let answer = visitor.answer.as_ref().expect("it was answered");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text.clone()
}

/// The real program, its clock set forward by a week. Most of the votes are only counted, without anybody who gave them.
#[tokio::test]
async fn a_panel_is_told_when_it_is_over_and_then_nobody_knows_who_said_what() {
    let mut calendar = Calendar::start().await;
    let (alice, bob) = (calendar.stadtbote.alice(), calendar.stadtbote.bob());
    calendar.quiet().await;
    let mut desk = calendar.stadtbote.visitor();
    desk.sign_in("alice@stadt.example", PASSWORD).await;
    let path = "/redaktion/@alice/write";
    let page = desk.open(path).await;
    let form = page.form("#schreiben").expect("there is a form");

    // Nobody has seen the template yet: so it is not sent, whatever was pressed.
    let page = desk.send(form.fill("panel", "residence").press("do", "publish")).await;
    let answers: Vec<String> =
        (1..=4).flat_map(|n| page.attributes(&format!("#option_{n}"), "value")).collect();
    assert_eq!(answers, ["Ja", "Nein, aber ich arbeite oder lerne hier", "Nein", ""]);
    assert!(page.text("textarea[name=text]").contains("Wohnen Sie in unserer Stadt?"));
    assert_eq!(alice.get("/api/v1/timelines/home").await.good(), json!([]));

    // Followers alone would not be everybody, and several answers would be no share.
    let form = page.form("#schreiben").expect("there is a form");
    let page = desk.send(form.clone().fill("visibility", "private").press("do", "publish")).await;
    assert!(page.text("#panel-e").contains("für alle sichtbar"), "{}", page.all_text());
    let form = page.form("#schreiben").expect("there is a form").fill("visibility", "public");
    let page = desk.send(form.clone().press("multiple", "1").press("do", "publish")).await;
    assert!(page.text("#panel-e").contains("nur eine Antwort"), "{}", page.all_text());
    desk.send(form.press("do", "publish")).await;
    let posts = alice.get("/api/v1/timelines/home").await.good();
    let id = posts[0]["poll"]["id"].as_str().expect("it asks").to_owned();
    let post = PostId(id.parse().expect("an id"));
    bob.post(&format!("/api/v1/polls/{id}/votes"), json!({ "choices": [0] })).await.good();
    {
        let app = calendar.stadtbote.app().await;
        let tx = app.begin_write().await.expect("the database answers");
        for (position, votes) in [(0, 131), (1, 51), (2, 31)] {
            for _ in 0..votes {
                poll_options::count_vote(&tx, post, position).await.expect("it is counted");
                polls::count_voter(&tx, post).await.expect("it is counted");
            }
        }
        tx.commit().await.expect("it is written");
    }
    let end = calendar.now() + TimeDelta::days(7) + TimeDelta::seconds(5);
    let (month, year) = {
        let day = calendar.stadtbote.app().await.clock.day(end);
        (Period::month(day).name(), Period::year(day).name())
    };
    let reach = format!("/redaktion/@alice/reach?period={month}");
    assert_eq!(panels(&desk.open(&reach).await), "", "it is not over");

    calendar.go_to(end).await;
    calendar.quiet().await;

    // Of the one who voted it is known that they did, but not what.
    let seen = bob.get(&format!("/api/v1/polls/{id}")).await.good();
    assert_eq!((&seen["voted"], &seen["own_votes"]), (&json!(true), &json!([])));
    assert_eq!(seen["options"][0]["votes_count"], 132);
    let app = calendar.stadtbote.app().await;
    let voter: AccountId =
        accounts::find_ours(app.db(), "bob").await.expect("it answers").expect("it is here").id;
    let kept = poll_votes::list_of_account(app.db(), voter, vec![post]).await.expect("it answers");
    assert_eq!(kept.iter().map(|row| row.position).collect::<Vec<_>>(), [poll_votes::FORGOTTEN]);
    assert_eq!(checks::list_differences(app.db(), 10).await.expect("they can be counted"), []);

    let mut desk = calendar.stadtbote.visitor();
    desk.sign_in("alice@stadt.example", PASSWORD).await;
    let told = panels(&desk.open(&reach).await);
    for part in [
        "Wohnen Sie in unserer Stadt?",
        "Wohnort, beendet am",
        "n = 214 Antworten",
        "Selbst ausgewählt",
        "„Ja“, mindestens 132 von 214",
        "62 %",
        "55 bis 68 %",
        "≥ 31",
        "Wie gemessen?",
    ] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    let table = file(&mut desk, &format!("/redaktion/@alice/reach.csv?period={month}")).await;
    let line = table.lines().find(|line| line.contains(",panel_residence,")).expect("it is told");
    assert!(line.contains(" Ja,132,lower_bound,"), "{line}");
    assert_eq!(table.matches(",panel_residence,").count(), 3);

    let report = desk.open(&format!("/redaktion/@alice/reach/report?period={year}")).await;
    assert!(panels(&report).contains("55 bis 68 %"), "{}", panels(&report));
    let outcomes = report.texts("section[aria-labelledby=outcomes] tbody tr").join("; ");
    assert!(outcomes.contains("Antworten in Panel-Umfragen") && outcomes.contains("214"), "{outcomes}");
    assert!(!report.text("#how-panel_answers").is_empty(), "it is defined");
    let data = file(&mut desk, &format!("/redaktion/@alice/reach/report.csv?period={year}")).await;
    assert!(data.contains(",panel_answers,214,count,lower_bound,1,"), "{data}");
    assert!(data.lines().any(|line| line.contains(",panel_residence ") && line.contains(": Nein,31,")));

    let page = desk.open(&format!("/redaktion/@bob/reach?period={month}")).await;
    assert_eq!(panels(&page), "", "it is not for others");
}
