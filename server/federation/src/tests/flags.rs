//! What those are told who report from elsewhere.

use chrono::{Datelike, TimeDelta};
use serde_json::{Value, json};
use stadtbote_core::Error;
use stadtbote_core::actions::Moderator;
use stadtbote_core::actions::answers::answer_notices;
use stadtbote_core::actions::decisions::{answer_complaint, complain, decide};
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{notifiers, transparency, upkeep};
use stadtbote_core::domain::ids::{CaseId, NoticeId};
use stadtbote_core::domain::moderation::{Ground, Lane, Measure, NewDecision, NewMeasure};
use stadtbote_core::domain::notifiers::Kind;
use stadtbote_core::store::{case_events, cases, complaints, notices};

use super::world::{World, made_up};

const RITA: &str = "https://snac.example/rita";
const SERVER: &str = "https://mastodon.example/actor";

async fn moderator(world: &World, name: &str) -> Moderator {
    let new = NewPerson {
        email: format!("{name}@stadt.example"),
        name: String::new(),
        administrator: false,
        moderator: true,
    };
    let (person, _) = staff::create(&world.app, None, new, None).await.expect("the person is new");
    let moderator = Moderator::find(&world.app, person.id).await.expect("the database answers");
    moderator.expect("the person moderates")
}

fn decision() -> NewDecision {
    NewDecision {
        measures: vec![],
        ground: Ground::None,
        citation: String::new(),
        facts: String::new(),
        redress: String::new(),
        category: "NOT_SPECIFIED_NOTICE".into(),
        untold: String::new(),
        unfounded: vec![],
    }
}

async fn flag(world: &World, actor: &str, number: u32) {
    flag_post(world, actor, number, 1001).await;
}

async fn flag_post(world: &World, actor: &str, number: u32, post: i64) {
    let us = &world.us.uri;
    let flag = json!({ "id": format!("{actor}/flags/{number}"), "type": "Flag", "actor": actor,
        "content": "Das stimmt nicht.", "object": [us, format!("{us}/statuses/{post}")] });
    assert!(world.send(&flag, actor).await.is_success());
    world.work().await;
}

async fn case(world: &World) -> CaseId {
    let open = cases::list_open(world.app.db(), 0, 10).await.expect("the database answers");
    assert_eq!(open.len(), 1);
    open[0].id
}

async fn happened(world: &World, case: CaseId, kind: &str) -> Vec<String> {
    let rows = case_events::list(world.app.db(), case, 50).await.expect("the database answers");
    rows.into_iter().filter(|row| row.kind == kind).map(|row| row.text).collect()
}

fn is_of_secret(letter: &char) -> bool {
    letter.is_ascii_alphanumeric() || "-_".contains(*letter)
}

/// The secret link that a message brings.
fn link(create: &Value) -> String {
    let html = create["object"]["content"].as_str().expect("it has a text");
    let (_, rest) = html.split_once("/report/status/").unwrap_or_else(|| panic!("{html} has no link"));
    rest.chars().take_while(is_of_secret).collect()
}

#[tokio::test]
async fn a_person_elsewhere_who_reports_is_told_that_it_came_and_what_was_decided() {
    let world = World::start_with(&[
        ("STADTBOTE__LIMITS__REQUESTS", "false"),
        ("STADTBOTE__MODERATION__ACCOUNT", "buergeramt"),
    ])
    .await;
    let (mo, ma) = (moderator(&world, "mo").await, moderator(&world, "ma").await);
    flag(&world, RITA, 1).await;

    let sent = world.sent("Create").await;
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["to"], &sent[0]["object"]["to"]), (&json!([RITA]), &json!([RITA])));
    assert!(sent[0]["cc"].as_array().is_none_or(Vec::is_empty), "{}", sent[0]);
    assert!(!sent[0].to_string().contains("stimmt nicht"), "what she wrote is not sent about");
    let case = case(&world).await;
    assert_eq!(happened(&world, case, "acknowledged").await, [""]);
    // She reports it twice, and is told once what was decided.
    flag(&world, RITA, 2).await;
    let decided = decide(&world.app, mo, case, Some(1), decision()).await.expect("it is whole");
    answer_notices(&world.app, decided.id, None).await.expect("it is decided");
    world.work().await;

    let sent = world.sent("Create").await;
    assert_eq!(sent.len(), 3);
    assert_eq!(happened(&world, case, "informed").await, ["1"]);
    let secret = link(&sent[2]);
    let rows = notices::list_by_link(world.app.db(), &stadtbote_core::app::secret_hash(&secret)).await;
    assert_eq!(rows.expect("the database answers")[0].case_id, case, "the link leads to her receipt");
    complain(&world.app, &secret, case, "Doch.").await.expect("she may");
    let complaint = complaints::list(world.app.db(), case).await.expect("the database answers").remove(0);
    answer_complaint(&world.app, ma, complaint.id, false, "Es bleibt dabei.").await.expect("another may");
    world.work().await;
    let sent = world.sent("Create").await;
    assert_eq!(sent.len(), 4);
    assert!(!sent[3].to_string().contains("Es bleibt"), "what was answered stands under the link alone");
    let told = world.ask_tables("SELECT COUNT(*) AS count FROM audit_log WHERE act = 'post published'").await;
    assert_eq!(told[0]["count"], json!(4));
}

#[tokio::test]
async fn a_server_that_reports_in_its_own_name_is_not_answered_nor_anybody_where_no_account_speaks() {
    let settings: [&[(&str, &str)]; 2] = [
        &[("STADTBOTE__LIMITS__REQUESTS", "false"), ("STADTBOTE__MODERATION__ACCOUNT", "buergeramt")],
        &[("STADTBOTE__LIMITS__REQUESTS", "false")],
    ];
    for (settings, who) in settings.into_iter().zip([SERVER, RITA]) {
        let world = World::start_with(settings).await;
        let mo = moderator(&world, "mo").await;
        let mut actor = made_up(SERVER);
        actor["type"] = json!("Application");
        world.show(actor);

        flag(&world, who, 1).await;
        let case = case(&world).await;
        let decided = decide(&world.app, mo, case, Some(1), decision()).await.expect("it is whole");
        answer_notices(&world.app, decided.id, None).await.expect("it is decided");
        world.work().await;

        assert_eq!(world.sent("Create").await.len(), 0, "{who}");
        let rows = notices::list(world.app.db(), case, 10).await.expect("the database answers");
        assert!(rows.iter().all(|row| row.link_hash.is_none() && row.ticket.is_none()), "{who}");
        assert_eq!(happened(&world, case, "informed").await, Vec::<String>::new());
    }
}

/// The open case about a post of ours.
async fn case_of(world: &World, post: i64) -> cases::Model {
    let case = cases::find_by_subject(world.app.db(), &format!("post {post}")).await;
    case.expect("the database answers").expect("there is a case")
}

/// Decides the case about a post of ours, and that all its reports are manifestly unfounded.
async fn unfounded(world: &World, by: Moderator, post: i64) -> NoticeId {
    let case = case_of(world, post).await;
    let rows = notices::list(world.app.db(), case.id, 10).await.expect("the database answers");
    let new = NewDecision { unfounded: rows.iter().map(|row| row.id).collect(), ..decision() };
    decide(&world.app, by, case.id, None, new).await.expect("it is whole");
    world.work().await;
    rows[0].id
}

#[tokio::test]
async fn whoever_often_reports_what_is_unfounded_is_warned_then_paused_and_may_complain() {
    let world = World::start_with(&[
        ("STADTBOTE__LIMITS__REQUESTS", "false"),
        ("STADTBOTE__MODERATION__ACCOUNT", "buergeramt"),
    ])
    .await;
    let (mo, ma) = (moderator(&world, "mo").await, moderator(&world, "ma").await);
    let app = &world.app;
    let standing = async || notifiers::standing(app, RITA).await.expect("the database answers");
    let take =
        async |notice, kind, days| notifiers::take(app, mo, notice, kind, days, "Immer dasselbe.").await;

    flag_post(&world, RITA, 1, 1001).await;
    let notice = unfounded(&world, mo, 1001).await;
    assert_eq!((standing().await.unfounded, standing().await.next()), (1, None));
    assert!(matches!(take(notice, Kind::Warning, 0).await, Err(Error::Conflict(_))), "once is not often");
    flag_post(&world, RITA, 2, 1009).await;
    unfounded(&world, mo, 1009).await;
    assert!(matches!(take(notice, Kind::Pause, 14).await, Err(Error::Conflict(_))), "a warning comes first");
    let before = world.sent("Create").await.len();
    let warning = take(notice, Kind::Warning, 0).await.expect("it is the next step");
    world.work().await;
    let sent = world.sent("Create").await;
    assert!(warning.told && sent.len() == before + 1 && sent[before]["to"] == json!([RITA]));
    assert!(matches!(take(notice, Kind::Pause, 14).await, Err(Error::Conflict(_))), "nothing came since");
    world.app.clock.advance(TimeDelta::minutes(1));
    flag_post(&world, RITA, 3, 1020).await;
    unfounded(&world, mo, 1020).await;
    let pause = take(notice, Kind::Pause, 30).await.expect("it is the next step");
    world.work().await;
    assert_eq!((pause.ends_at - pause.created_at).num_days(), 30);
    assert!(standing().await.is_paused);

    // What comes during the pause is kept and answered, but hurries nobody.
    flag_post(&world, RITA, 4, 1002).await;
    let case = case_of(&world, 1002).await;
    assert_eq!((Lane::of_number(case.lane), case.notices_count), (Lane::Unconfirmed, 1));
    let other = "https://misskey.example/users/9aaaaaaaaa";
    flag_post(&world, other, 5, 1002).await;
    let hurried = case_of(&world, 1002).await;
    assert_eq!((Lane::of_number(hurried.lane), hurried.notices_count), (Lane::Normal, 2));
    world.app.clock.advance(TimeDelta::days(1));
    flag_post(&world, RITA, 6, 1002).await;
    let after = case_of(&world, 1002).await;
    assert_eq!((after.lane, after.due_at, after.notices_count), (hurried.lane, hurried.due_at, 3));

    // Another person answers the complaint, and taking it back ends the pause.
    let sent = world.sent("Create").await;
    let link = sent
        .iter()
        .rev()
        .find_map(|create| {
            let (_, rest) = create["object"]["content"].as_str()?.split_once("/report/pause/")?;
            Some(rest.chars().take_while(is_of_secret).collect::<String>())
        })
        .expect("a message brought a link");
    assert!(notifiers::answer(app, ma, pause.id, true, "Stimmt.").await.is_err(), "nobody has complained");
    notifiers::complain(app, &link, "Es war ernst gemeint.").await.expect("she may");
    assert!(matches!(notifiers::complain(app, &link, "Doch!").await, Err(Error::Conflict(_))));
    assert!(matches!(notifiers::answer(app, mo, pause.id, true, "Nein.").await, Err(Error::Conflict(_))));
    notifiers::answer(app, ma, pause.id, true, "Stimmt.").await.expect("another may");
    world.work().await;
    assert!(!standing().await.is_paused);
    assert_eq!(world.sent("Create").await.len(), sent.len() + 1);

    // The year's figures, and what is left of her when all is over.
    let year = world.app.clock.now().year();
    let report = transparency::report(app, year).await.expect("it is reckoned").as_csv();
    for line in ["misuse,unfounded,3,count", "misuse,warning,1,count", "misuse,pause,1,count"] {
        assert!(report.contains(&format!("{year},{line}\n")), "{line}\n{report}");
    }
    world.app.clock.advance(TimeDelta::days(1200));
    upkeep::clean_up(app).await.expect("it is done");
    let left = world.ask_tables("SELECT notifier, reasons, complaint, answer FROM notifier_steps").await;
    assert_eq!(left.len(), 2);
    let nothing = json!({ "notifier": "", "reasons": "", "complaint": "", "answer": "" });
    assert!(left.iter().all(|row| *row == nothing), "{left:?}");
}

#[tokio::test]
async fn what_is_marked_unfounded_names_who_sent_it_and_goes_with_a_decision_that_is_taken_back() {
    let world = World::start().await;
    let (mo, ma) = (moderator(&world, "mo").await, moderator(&world, "ma").await);
    let mut actor = made_up(SERVER);
    actor["type"] = json!("Application");
    world.show(actor);
    flag_post(&world, SERVER, 1, 1001).await;
    let notice = unfounded(&world, mo, 1001).await;
    let standing =
        async |who: &str| notifiers::standing(&world.app, who).await.expect("the database answers");
    assert_eq!(
        standing("mastodon.example").await.unfounded,
        1,
        "of a server that has no name its domain counts"
    );

    notifiers::unmark(&world.app, ma, notice).await.expect("it was marked");
    assert_eq!(standing("mastodon.example").await.unfounded, 0);

    // Staff is not counted, nor whoever is restricted by the same decision.
    let hide = NewDecision {
        measures: vec![NewMeasure { what: Measure::Sensitive, days: None, institution: None }],
        ground: Ground::Rules,
        citation: "Netiquette".into(),
        facts: "Etwas".into(),
        redress: "Beschwerde".into(),
        unfounded: vec![notice],
        ..decision()
    };
    let case = case_of(&world, 1001).await;
    stadtbote_core::actions::cases::reopen(&world.app, mo, case.id).await.expect("it is decided");
    assert!(matches!(decide(&world.app, mo, case.id, None, hide).await, Err(Error::Invalid { .. })));
}
