//! Posts that a rule holds back until a moderator looks.

use chrono::TimeDelta;
use serde_json::{Value, json};
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{Moderator, held};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::store::held_posts::{self, Whose};
use stadtbote_core::store::posts::Viewer;
use stadtbote_core::store::{Page, audit_log, checks, notifications, posts};

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
    let rows = held_posts::list(world.app.db(), true, 0, 50).await.expect("the database answers");
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
    held::hide(&world.app, by, Whose::Host("mastodon.example".into())).await.expect("they are held");
    assert_eq!(waiting(&world).await, []);
    assert_eq!(seen(&world, other).await, (false, 2, 2));
    held::show(&world.app, by, Whose::Post(other)).await.expect("it can be shown after all");
    assert_eq!(seen(&world, other).await, (true, 3, 3));
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
    assert_eq!(seen(&world, gone).await, (false, 3, 3));
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
