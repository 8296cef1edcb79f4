//! Lists of domains that somebody here has subscribed to: they suggest, and nothing more.

use chrono::TimeDelta;
use stadtbote_core::Error;
use stadtbote_core::actions::staff::{self, NewPerson};
use stadtbote_core::actions::{Moderator, domain_lists as actions};
use stadtbote_core::domain::ids::RowId;
use stadtbote_core::store::{domain_list_entries as entries, domain_lists, domain_policies, persons};

use super::world::World;

const LIST: &str = "https://mastodon.example/liste.csv";

async fn moderator(world: &World) -> Moderator {
    let email = "mo@stadt.example";
    let new = NewPerson { email: email.into(), name: String::new(), administrator: false, moderator: true };
    staff::create(&world.app, None, new, None).await.expect("the person is new");
    let person = persons::find_by_email(world.app.db(), email).await.expect("the database answers");
    let found = Moderator::find(&world.app, person.expect("it was made").id).await;
    found.expect("the database answers").expect("the person moderates")
}

async fn waiting(world: &World, list: RowId) -> Vec<(String, String)> {
    let rows = entries::list_waiting(world.app.db(), list, None, 100).await.expect("the database answers");
    rows.into_iter().map(|row| (row.name, row.state)).collect()
}

async fn decided(world: &World) -> Vec<(String, String)> {
    let rows = domain_policies::list(world.app.db()).await.expect("the database answers");
    rows.into_iter().map(|row| (row.name, row.severity)).collect()
}

async fn failure(world: &World, list: RowId) -> String {
    let row = domain_lists::find(world.app.db(), list).await.expect("the database answers");
    row.expect("it is there").failure
}

async fn a_day_later(world: &World) {
    world.app.clock.advance(TimeDelta::days(1) + TimeDelta::minutes(1));
    world.work().await;
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect()
}

#[tokio::test]
async fn a_subscribed_list_suggests_and_a_person_decides_line_by_line() {
    let world = World::start().await;
    let by = moderator(&world).await;
    world.show_file(LIST, b"#domain,#severity,#public_comment\na.example,suspend,Hetze\nb.example,silence,\nc.example,suspend,\n");
    let list = actions::subscribe(&world.app, by, "", LIST).await.expect("it is an address");
    world.work().await;

    let all = [("a.example", "open"), ("b.example", "open"), ("c.example", "open")];
    assert_eq!(waiting(&world, list).await, pairs(&all));
    assert_eq!(decided(&world).await, [], "a list decides nothing");
    let again = actions::subscribe(&world.app, by, "", LIST).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");

    // What is not on the list can't be taken over from it.
    let names = ["a.example", "b.example", "x.example"].map(str::to_owned).to_vec();
    assert_eq!(actions::accept(&world.app, by, list, names).await.expect("it is there"), 2);
    actions::dismiss(&world.app, by, list, vec!["c.example".into()]).await.expect("it is there");
    assert_eq!(decided(&world).await, pairs(&[("a.example", "suspend"), ("b.example", "silence")]));
    let row = domain_policies::find(world.app.db(), "a.example").await.expect("the database answers");
    let row = row.expect("it is decided");
    assert_eq!((row.public_reason.as_str(), row.person_id), ("Hetze", Some(by.person)));

    // The same again says nothing new; a change does, also of what was dismissed.
    a_day_later(&world).await;
    assert_eq!(waiting(&world, list).await, []);
    world.show_file(LIST, b"domain,severity\nb.example,suspend\nc.example,silence\nd.example,noop\n");
    a_day_later(&world).await;
    let changed =
        [("a.example", "gone"), ("b.example", "open"), ("c.example", "open"), ("d.example", "open")];
    assert_eq!(waiting(&world, list).await, pairs(&changed));
    assert_eq!(decided(&world).await, pairs(&[("a.example", "suspend"), ("b.example", "silence")]));

    actions::accept(&world.app, by, list, vec!["a.example".into()]).await.expect("it is there");
    assert_eq!(decided(&world).await, pairs(&[("b.example", "silence")]));
    actions::remove(&world.app, by, list).await.expect("it is there");
    assert_eq!(decided(&world).await, pairs(&[("b.example", "silence")]), "what was taken over stays");
    a_day_later(&world).await;
}

#[tokio::test]
async fn a_list_that_goes_away_or_is_none_changes_nothing_and_says_so() {
    let world = World::start().await;
    let by = moderator(&world).await;
    world.show_file(LIST, b"a.example\nb.example\n");
    let list = actions::subscribe(&world.app, by, "Nachbarn", LIST).await.expect("it is an address");
    world.work().await;
    actions::accept(&world.app, by, list, vec!["a.example".into()]).await.expect("it is there");
    let before = (waiting(&world, list).await, decided(&world).await);
    assert_eq!(failure(&world, list).await, "");

    let large = "long.example\n".repeat(200_000);
    for (said, why) in [
        (&b"<!DOCTYPE html><title>Umgezogen</title>"[..], "no domain"),
        (b"", "names no domain"),
        (b"a.example\nstadt\n", "Line 2"),
        (b"\xff\xfe\x00", "no text"),
        (large.as_bytes(), ""),
    ] {
        world.show_file(LIST, said);
        a_day_later(&world).await;
        let reason = failure(&world, list).await;
        assert!(!reason.is_empty() && reason.contains(why), "{reason}");
        assert_eq!((waiting(&world, list).await, decided(&world).await), before);
    }
    world.show_file(LIST, b"a.example\nb.example\n");
    a_day_later(&world).await;
    assert_eq!(failure(&world, list).await, "");

    for address in
        ["https://mastodon.example/nirgends.csv", "https://private.example/l.csv", "https://127.0.0.1/l"]
    {
        let list = actions::subscribe(&world.app, by, "", address).await.expect("it is an address");
        world.work().await;
        assert!(!failure(&world, list).await.is_empty(), "{address}");
        assert_eq!(waiting(&world, list).await, []);
    }
    for wrong in ["http://web.example/l.csv", "file:///etc/passwd", "liste", ""] {
        let refused = actions::subscribe(&world.app, by, "", wrong).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{wrong}: {refused:?}");
    }
}

#[tokio::test]
async fn a_list_that_was_read_in_is_done_with_its_last_line() {
    let world = World::start().await;
    let by = moderator(&world).await;
    let wrong = actions::read_in(&world.app, by, "Datei", "kein\n").await;
    assert!(matches!(wrong, Err(Error::Invalid { .. })), "{wrong:?}");

    let list =
        actions::read_in(&world.app, by, "Datei", "a.example\nstadt.example\n").await.expect("it is one");
    let names = vec!["a.example".to_owned(), "stadt.example".to_owned()];
    let own = actions::accept(&world.app, by, list, names).await;
    assert!(matches!(own, Err(Error::Invalid { .. })), "our own domain is not to be shut out: {own:?}");
    assert_eq!(decided(&world).await, [], "all or none");
    actions::dismiss(&world.app, by, list, vec!["stadt.example".into()]).await.expect("it is there");
    actions::accept(&world.app, by, list, vec!["a.example".into()]).await.expect("it is there");

    assert_eq!(domain_lists::list(world.app.db()).await.expect("the database answers"), []);
}
