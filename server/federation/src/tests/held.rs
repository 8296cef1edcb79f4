//! Posts that a rule holds back until a moderator looks.

use chrono::{Datelike, TimeDelta};
use serde_json::{Value, json};
use stadtbote_core::actions::held::About;
use stadtbote_core::actions::measures::end_early;
use stadtbote_core::actions::notices::{FormNotice, TypedNotice, take_form, type_in};
use stadtbote_core::actions::reports::{self, NewReport};
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{Member, Moderator, decisions, held, statements, transparency};
use stadtbote_core::domain::ids::{CaseId, PostId};
use stadtbote_core::domain::moderation::{Ground, Measure, NewDecision, NewMeasure};
use stadtbote_core::store::held_posts::{self, Whose};
use stadtbote_core::store::posts::Viewer;
use stadtbote_core::store::{
    Page, audit_log, case_events, case_snapshots, cases, checks, measures, notices, notifications, posts,
};

use super::world::{World, create, made_up, note};

const NEW: &str = "https://mastodon.example/users/neu";
const OTHER: &str = "https://mastodon.example/users/auch-neu";

async fn start(settings: &[(&str, &str)]) -> (World, Moderator) {
    let mut all = vec![("STADTBOTE__LIMITS__REQUESTS", "false")];
    all.extend_from_slice(settings);
    let world = World::start_with(&all).await;
    world.show(made_up(NEW));
    world.show(made_up(OTHER));
    let new = NewPerson {
        email: "mo@stadt.example".into(),
        name: String::new(),
        administrator: false,
        moderator: true,
    };
    let (person, _) = staff::create(&world.app, None, new, None).await.expect("the person is new");
    let moderator = Moderator::find(&world.app, person.id).await.expect("the database answers");
    (world, moderator.expect("the person moderates"))
}

/// A post that names these accounts of ours, and answers one of our posts.
fn answer(author: &str, id: &str, names: &[&str]) -> Value {
    let tags = names.iter().map(|uri| json!({ "type": "Mention", "href": uri, "name": "@x" }));
    let more = json!({
        "inReplyTo": "https://stadt.example/users/buergeramt/statuses/1001",
        "content": "<p>Antwort</p>",
        "cc": names,
        "tag": tags.collect::<Vec<_>>(),
    });
    note(author, id, more)
}

async fn send(world: &World, note: &Value) -> PostId {
    let author = note["attributedTo"].as_str().expect("it has an author");
    assert!(world.send(&create(note), author).await.is_success());
    world.work().await;
    let uri = note["id"].as_str().expect("it has an address");
    posts::find_any_by_uri(world.app.db(), uri).await.expect("the database answers").expect("it is kept").id
}

/// Whether a post is shown, how many answers ours says it has, and how many notifications our account sees.
async fn seen(world: &World, post: PostId) -> (bool, i64, usize) {
    let db = world.app.db();
    let shown = posts::find_visible(db, None, post).await.expect("the database answers").is_some();
    let ours = posts::find_any(db, PostId(1001)).await.expect("the database answers").expect("it is there");
    let viewer = Viewer { account: world.us.id, may_read_direct: true };
    let which = notifications::Which::default();
    let told = notifications::list(db, viewer, &which, world.app.clock.now(), &Page::newest(50)).await;
    // The posts that this world begins with were never counted.
    let mut differences = checks::list_differences(db, 10).await.expect("they can be counted");
    differences.retain(|one| one.subject != world.us.uri);
    assert_eq!(differences, []);
    (shown, ours.replies_count, told.expect("the database answers").len())
}

async fn waiting(world: &World) -> Vec<(PostId, String)> {
    let rows = held_posts::list(world.app.db(), 0, 50).await.expect("the database answers");
    rows.into_iter().map(|row| (row.post_id, row.rule)).collect()
}

#[tokio::test]
async fn nothing_is_held_unless_the_settings_say_so() {
    let (world, _) = start(&[]).await;

    let post = send(&world, &answer(NEW, "1", &[&world.us.uri.clone()])).await;

    assert_eq!(seen(&world, post).await, (true, 1, 1));
    assert_eq!(waiting(&world).await, []);
}

#[tokio::test]
async fn the_first_answer_of_somebody_new_waits_and_the_next_ones_follow_it() {
    let (world, by) = start(&[("STADTBOTE__MODERATION__HOLD_FIRST_REPLY_DAYS", "7")]).await;
    let us = world.us.uri.clone();

    let first = send(&world, &answer(NEW, "1", &[&us])).await;
    let second = send(&world, &answer(NEW, "2", &[&us])).await;
    assert_eq!(seen(&world, first).await, (false, 0, 0), "held: nowhere shown, not counted, nobody told");
    assert_eq!(waiting(&world).await.len(), 2);

    held::show(&world.app, by, Whose::Post(first)).await.expect("it is held");
    assert_eq!(seen(&world, first).await, (true, 1, 1));
    let third = send(&world, &answer(NEW, "3", &[&us])).await;
    assert_eq!(seen(&world, third).await, (true, 2, 2), "who was let through once is not held again");
    assert_eq!(waiting(&world).await, [(second, "first_reply".to_owned())]);

    // Of others nothing is let through by that.
    let other = send(&world, &answer(OTHER, "4", &[&us])).await;
    assert_eq!(seen(&world, other).await, (false, 2, 2));
    let at_once = held::show(&world.app, by, Whose::Host("mastodon.example".into())).await;
    assert_eq!(at_once.expect("they are held"), 2);
    assert_eq!(waiting(&world).await, []);
    assert_eq!(seen(&world, other).await, (true, 4, 4));
    let log = audit_log::list_unsealed(world.app.db(), 50).await.expect("the database answers");
    let acts: Vec<_> = log.iter().filter(|row| row.act == "post held").collect();
    assert_eq!(acts.len(), 3);
    assert!(acts.iter().all(|row| row.person_id.is_none() && row.facts.contains("first_reply")));

    // What its author deletes waits no more.
    let gone = send(&world, &answer("https://snac.example/rita", "5", &[&us])).await;
    assert_eq!(waiting(&world).await.len(), 1);
    let uri =
        posts::find_any(world.app.db(), gone).await.expect("the database answers").expect("it is there").uri;
    let delete = json!({ "type": "Delete", "id": format!("{uri}#delete"), "actor": "https://snac.example/rita",
        "object": uri });
    world.send(&delete, "https://snac.example/rita").await;
    assert_eq!(waiting(&world).await, []);
    assert_eq!(seen(&world, gone).await, (false, 4, 4));
}

#[tokio::test]
async fn who_has_been_known_long_enough_is_not_held() {
    let (world, _) = start(&[("STADTBOTE__MODERATION__HOLD_FIRST_REPLY_DAYS", "7")]).await;
    world.meet(NEW).await;
    world.app.clock.advance(TimeDelta::days(8));

    let post = send(&world, &answer(NEW, "1", &[])).await;

    assert!(seen(&world, post).await.0);
}

#[tokio::test]
async fn whoever_names_many_of_us_at_once_or_within_an_hour_is_held() {
    let settings = [
        ("STADTBOTE__MODERATION__HOLD_MENTIONS_PER_POST", "3"),
        ("STADTBOTE__MODERATION__HOLD_MENTIONS_PER_HOUR", "6"),
    ];
    let (world, by) = start(&settings).await;
    world.add_residents(10).await;
    let residents: Vec<String> =
        (0..10).map(|n| world.us.uri.replace("buergeramt", &format!("u{n}"))).collect();
    let names = |count: usize| residents.iter().take(count).map(String::as_str).collect::<Vec<_>>();

    let few = send(&world, &answer(NEW, "1", &names(3))).await;
    let many = send(&world, &answer(OTHER, "2", &names(4))).await;
    assert_eq!((seen(&world, few).await.0, seen(&world, many).await.0), (true, false));

    let sixth = send(&world, &answer(NEW, "3", &names(3))).await;
    let seventh = send(&world, &answer(NEW, "4", &names(1))).await;
    assert_eq!((seen(&world, sixth).await.0, seen(&world, seventh).await.0), (true, false));
    let without = send(&world, &answer(NEW, "5", &[])).await;
    assert!(seen(&world, without).await.0, "an answer that names nobody is no flood");
    assert!(waiting(&world).await.iter().all(|(_, rule)| rule == "mentions"));

    // A name that is added by an edit counts as one that was there from the start.
    let mut edit = answer(NEW, "5", &names(2));
    edit["updated"] = json!(world.app.clock.now().to_rfc3339());
    let update =
        json!({ "type": "Update", "id": "https://mastodon.example/u/5", "actor": NEW, "object": edit });
    world.send(&update, NEW).await;
    assert!(!seen(&world, without).await.0);

    assert_eq!(
        held::show(&world.app, by, Whose::Author(world.meet(NEW).await.id)).await.expect("it works"),
        2
    );
    assert!(seen(&world, without).await.0 && seen(&world, seventh).await.0 && !seen(&world, many).await.0);
    world.app.clock.advance(TimeDelta::hours(2));
    let later = send(&world, &answer(NEW, "6", &names(2))).await;
    assert!(seen(&world, later).await.0);
}

/// Decides an open case with these measures.
async fn decide(world: &World, by: Moderator, case: CaseId, measures: &[Measure]) {
    let measure = |what: &Measure| NewMeasure { what: *what, days: None, institution: None };
    let decision = NewDecision {
        measures: measures.iter().map(measure).collect(),
        ground: Ground::Rules,
        citation: "Netiquette, Nummer 3".into(),
        facts: "Werbung".into(),
        redress: "Sie können sich beschweren.".into(),
        category: "SCAMS_AND_FRAUD".into(),
        untold: String::new(),
        unfounded: vec![],
    };
    decisions::decide(&world.app, by, case, None, decision).await.expect("it is whole");
    world.work().await;
}

#[tokio::test]
async fn what_stays_hidden_is_decided_in_a_case_that_says_a_rule_held_it() {
    let settings = [
        ("STADTBOTE__MODERATION__HOLD_FIRST_REPLY_DAYS", "7"),
        ("STADTBOTE__MODERATION__ACCOUNT", "buergeramt"),
    ];
    let (world, by) = start(&settings).await;
    let (us, db) = (world.us.uri.clone(), world.app.db());
    let mut posts_of = Vec::new();
    for (author, id) in [(NEW, "1"), (OTHER, "2")] {
        posts_of.push(send(&world, &answer(author, id, &[&us])).await);
    }
    let [hidden, shown] = posts_of[..] else { panic!("two were sent") };

    let case = held::open_case(&world.app, by, hidden, About::Post).await.expect("it is held");

    assert_eq!(waiting(&world).await, [(shown, "first_reply".to_owned())], "it waits in its case alone");
    let none = held::show(&world.app, by, Whose::Post(hidden)).await.expect("it is asked for");
    assert_eq!(none, 0, "what is in a case is decided there");
    let events: Vec<_> = case_events::list(db, case.id, 50).await.expect("the database answers");
    assert!(
        events.iter().any(|row| row.kind == "held" && row.text == "first_reply" && row.person_id.is_none())
    );
    let said = notices::list(db, case.id, 10).await.expect("the database answers");
    assert_eq!(said.iter().map(|row| row.source.as_str()).collect::<Vec<_>>(), ["own"]);
    assert!(said[0].text.starts_with("Automatisch zurückgehalten"), "{}", said[0].text);
    let again = held::open_case(&world.app, by, hidden, About::Post).await.expect("it is held still");
    assert_eq!(again.id, case.id);

    // Without ground and facts nothing is decided, and the author is told why.
    let before = world.sent("Create").await.len();
    let bare = NewDecision {
        measures: vec![NewMeasure { what: Measure::Hide, days: None, institution: None }],
        ground: Ground::None,
        citation: String::new(),
        facts: String::new(),
        redress: String::new(),
        category: "SCAMS_AND_FRAUD".into(),
        untold: String::new(),
        unfounded: vec![],
    };
    assert!(decisions::decide(&world.app, by, case.id, None, bare).await.is_err());
    decide(&world, by, case.id, &[Measure::Hide]).await;
    assert!(!seen(&world, hidden).await.0);
    let sent = world.sent("Create").await;
    assert_eq!(sent.len(), before + 1);
    assert_eq!(sent[before]["to"], json!([NEW]));
    let stated =
        statements::list(&world.app, world.app.clock.now().date_naive(), world.app.clock.now().date_naive());
    let stated = stated.await.expect("the database answers");
    assert_eq!(
        stated.iter().map(|one| (one.automated_detection, one.source_type)).collect::<Vec<_>>(),
        [("Yes", "SOURCE_VOLUNTARY")]
    );

    // What is decided not to be hidden appears with the decision, and those whom it names are told then.
    let case = held::open_case(&world.app, by, shown, About::Post).await.expect("it is held");
    assert_eq!(waiting(&world).await, []);
    decide(&world, by, case.id, &[]).await;
    assert_eq!(seen(&world, shown).await, (true, 1, 1));

    // So it is where the decision to hide is undone.
    let rows = measures::list(db, again.id).await.expect("the database answers");
    end_early(&world.app, by, rows[0].id).await.expect("it can end");
    assert!(seen(&world, hidden).await.0);
    assert_eq!(seen(&world, shown).await, (true, 2, 2), "the one whom it names is told now");

    let year = world.app.clock.now().year();
    let report = transparency::report(&world.app, year).await.expect("it is reckoned").as_csv();
    assert!(report.contains(&format!("{year},automation,held,2,count\n")), "{report}");
}

#[tokio::test]
async fn what_was_meant_for_few_is_decided_by_its_author_alone_and_whom_we_shut_out_waits_for_nobody() {
    let (world, by) = start(&[("STADTBOTE__MODERATION__HOLD_FIRST_REPLY_DAYS", "7")]).await;
    let us = world.us.uri.clone();
    let mut direct = answer(NEW, "1", &[&us]);
    direct["to"] = json!([us]);
    direct["cc"] = json!([]);
    let post = send(&world, &direct).await;

    assert!(held::open_case(&world.app, by, post, About::Post).await.is_err(), "its words are kept nowhere");
    let case = held::open_case(&world.app, by, post, About::Author).await.expect("its author is known");
    let kept = case_snapshots::list(world.app.db(), case.id).await.expect("the database answers");
    assert!(kept.iter().all(|row| !row.body.contains("Antwort")), "{kept:?}");
    assert_eq!(waiting(&world).await.len(), 1, "a case about the author decides nothing about the post");

    decide(&world, by, case.id, &[Measure::Suspend]).await;
    assert_eq!(waiting(&world).await, [], "of whom nothing is shown");
    let rows = measures::list(world.app.db(), case.id).await.expect("the database answers");
    end_early(&world.app, by, rows[0].id).await.expect("it can end");
    assert_eq!(waiting(&world).await.len(), 1);
    assert!(!seen(&world, post).await.0);
}

#[tokio::test]
async fn moderators_find_what_is_hidden_by_its_address_and_nobody_else_does() {
    let (world, by) = start(&[("STADTBOTE__MODERATION__HOLD_FIRST_REPLY_DAYS", "7")]).await;
    let note = answer(NEW, "1", &[]);
    let post = send(&world, &note).await;
    let address = note["id"].as_str().expect("it has an address").to_owned();
    let form = FormNotice {
        addresses: address.clone(),
        question: "insult".into(),
        reason: "Unsinn".into(),
        in_good_faith: true,
        ..FormNotice::default()
    };
    let typed = TypedNotice {
        source: "own".into(),
        address,
        question: "other".into(),
        reason: "Gesehen".into(),
        name: String::new(),
        email: String::new(),
        is_trusted: false,
        is_danger: false,
    };

    take_form(&world.app, form, "192.0.2.1").await.expect("the form is right");
    let case = type_in(&world.app, by, typed).await.expect("it is whole");

    assert_eq!(case.post_id, Some(post));
    let all = cases::list_open(world.app.db(), 0, 10).await.expect("the database answers");
    let posts: Vec<_> = all.iter().map(|case| case.post_id).collect();
    assert!(posts.contains(&None) && posts.len() == 2, "the form tells nobody what is here: {posts:?}");

    let member = super::world::owner(&world).await;
    let report = || NewReport {
        target: case.account_id.expect("it has an author"),
        posts: vec![post],
        comment: "Unsinn".into(),
        category: "other".into(),
        forward: false,
        rule_ids: vec![],
    };
    let named = |row: &stadtbote_core::store::reports::Model| row.posts();
    let (row, _) = reports::create(&world.app, &member, report()).await.expect("it is one");
    assert_eq!(named(&row), []);
    let moderating = Member { person: by.person, ..member };
    let (row, _) = reports::create(&world.app, &moderating, report()).await.expect("it is one");
    assert_eq!(named(&row), [post]);
}
