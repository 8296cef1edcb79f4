//! What goes by age: each class after its time and not before, written down, and nothing that is still needed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use stadtbote_core::actions::{audit, case_export, transparency, upkeep};
use stadtbote_core::domain::transparency::Value;
use stadtbote_core::store::retention;

use super::world::World;

/// Every table that belongs to a case, or to what belongs to one, as the database itself says.
const OF_CASES_SQLITE: &str =
    "SELECT DISTINCT s.name AS place FROM sqlite_schema s, pragma_foreign_key_list(s.name) k
    WHERE s.type = 'table' AND k.\"table\" IN ('cases', 'decisions', 'notices', 'complaints', 'measures')";
const OF_CASES_POSTGRES: &str = "SELECT DISTINCT conrelid::regclass::text AS place FROM pg_constraint
    WHERE contype = 'f' AND confrelid IN ('cases'::regclass, 'decisions'::regclass, 'notices'::regclass,
        'complaints'::regclass, 'measures'::regclass)";

async fn count(world: &World, table: &str) -> i64 {
    let rows = world.ask_tables(&format!("SELECT COUNT(*) AS found FROM {table}")).await;
    rows[0]["found"].as_i64().expect("it is a number")
}

async fn clean_up(world: &World) {
    upkeep::clean_up(&world.app).await.expect("nothing stands against it");
}

/// What was thrown away, by class.
async fn written_down(world: &World) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in retention::list(world.app.db()).await.expect("the database answers") {
        *sums.entry(row.class).or_default() += row.count;
    }
    sums
}

/// A decided case of the past, with one of everything. `number` is its id and the end of its number.
async fn decided(world: &World, number: i64, measure: &str, ended: bool, outcome: &str) {
    let now = world.app.clock.now().to_rfc3339();
    let until = (world.app.clock.now() + TimeDelta::days(184)).to_rfc3339();
    let id = stadtbote_core::domain::ids::first_at(world.app.clock.now()) + number;
    let us = world.us.id;
    let end = if ended { format!("'{now}'") } else { "NULL".into() };
    for command in [
        "INSERT INTO persons (id, email, created_at) VALUES (7, 'mo@stadt.example', '2026-01-01T00:00:00+00:00')
             ON CONFLICT (id) DO NOTHING"
            .to_owned(),
        format!("INSERT INTO reports (id, reporter_id, target_id, category, comment, forward, post_ids, rule_ids, created_at)
                 VALUES ({number}, {us}, {us}, 'other', '', FALSE, '', '', '{now}')"),
        format!("INSERT INTO cases (id, number, subject, url, state, lane, question, opened_at, due_at, decided_at)
                 VALUES ({number}, '2026-{number:04}', 'address {number}', '', 'decided', 2, 'insult', '{now}', '{now}', '{now}')"),
        format!("INSERT INTO case_snapshots (case_id, version, body, hash, taken_at) VALUES ({number}, 1, '{{}}', 'x', '{now}')"),
        format!("INSERT INTO case_files (case_id, version, position, address, taken_at) VALUES ({number}, 1, 0, 'x', '{now}')"),
        format!("INSERT INTO mails (id, case_id, kind, recipient, subject, body, state, created_at)
                 VALUES ({number}, {number}, 'outcome', '', '', '', 'sent', '{now}')"),
        format!("INSERT INTO case_events (id, case_id, kind, created_at) VALUES ({number}, {number}, 'opened', '{now}')"),
        format!("INSERT INTO notices (id, case_id, source, locale, question, text, name, email, link_hash, report_id, created_at)
                 VALUES ({id}, {number}, 'form', 'de', 'insult', 'Unsinn', 'Rita', 'rita@post.example', 'hash', {number}, '{now}')"),
        format!("INSERT INTO unfounded_notices (notice_id, case_id, notifier, person_id, created_at)
                 VALUES ({id}, {number}, 'rita@post.example', 7, '{now}')"),
        format!("INSERT INTO notice_floods (case_id, day, count) VALUES ({number}, '2026-01-01', 3)"),
        format!("INSERT INTO decisions (id, case_id, person_id, ground, category, complaint_until, created_at)
                 VALUES ({id}, {number}, 7, 'rules', 'VIOLENCE', '{until}', '{now}')"),
        format!("INSERT INTO measures (id, decision_id, case_id, kind, created_at, ended_at)
                 VALUES ({id}, {id}, {number}, '{measure}', '{now}', {end})"),
        format!("INSERT INTO complaints (id, case_id, decision_id, notice_id, text, created_at, outcome, decided_at)
                 VALUES ({number}, {number}, {id}, {id}, 'Nein', '{now}', {outcome}, '{now}')"),
    ] {
        world.put_into_tables(&command).await;
    }
}

#[tokio::test]
async fn everything_that_belongs_to_a_case_goes_with_it() {
    let world = World::start().await;
    let query = if world.app.is_sqlite() { OF_CASES_SQLITE } else { OF_CASES_POSTGRES };

    let rows = world.ask_tables(query).await;
    let found: BTreeSet<&str> = rows.iter().filter_map(|row| row["place"].as_str()).collect();

    assert_eq!(found, retention::OF_A_CASE.into_iter().collect(), "say in store/retention.rs when they go");
}

#[tokio::test]
async fn decided_cases_go_when_their_time_is_over_and_their_figures_stay() {
    let world = World::start().await;
    decided(&world, 1, "hide", true, "'upheld'").await;
    decided(&world, 2, "hide", false, "'upheld'").await;
    decided(&world, 3, "delete", false, "'reversed'").await;
    decided(&world, 4, "limit", true, "NULL").await;
    world.put_into_tables("INSERT INTO case_numbers (year, last) VALUES (2026, 4)").await;
    let year = chrono::Datelike::year(&world.app.clock.now());
    let before = transparency::report(&world.app, year).await.expect("there is a report");

    world.app.clock.advance(TimeDelta::days(1094));
    clean_up(&world).await;
    assert_eq!(count(&world, "cases").await, 4);
    world.app.clock.advance(TimeDelta::days(2));
    clean_up(&world).await;

    let left = world.ask_tables("SELECT number FROM cases ORDER BY number").await;
    let left: Vec<&str> = left.iter().filter_map(|row| row["number"].as_str()).collect();
    assert_eq!(left, ["2026-0002", "2026-0004"], "a measure in force, and an open complaint");
    for table in retention::OF_A_CASE.into_iter().chain(["reports"]) {
        assert_eq!(count(&world, table).await, 2, "{table}");
    }
    assert_eq!(written_down(&world).await.get("cases"), Some(&2));
    audit::seal(&world.app).await.expect("the database answers");
    let entry = world.ask_tables("SELECT facts FROM audit_log WHERE act = 'cases erased'").await;
    assert!(entry[0]["facts"].as_str().is_some_and(|facts| facts.contains("2026-0001")));
    assert!(audit::verify(&world.app).await.expect("the database answers").fault.is_none());
    let after = transparency::report(&world.app, year).await.expect("there is a report");
    assert!(after.is_whole && !after.is_empty());
    assert_eq!(after.sections, before.sections);
}

#[tokio::test]
async fn who_reported_is_forgotten_a_year_after_nobody_can_complain_any_more() {
    let world = World::start().await;
    decided(&world, 1, "hide", false, "'upheld'").await;
    decided(&world, 2, "hide", false, "NULL").await;
    let known =
        "SELECT COUNT(*) AS found FROM notices WHERE name <> '' AND email <> '' AND link_hash IS NOT NULL";

    world.app.clock.advance(TimeDelta::days(184 + 364));
    clean_up(&world).await;
    assert_eq!(world.ask_tables(known).await[0]["found"], 2);
    world.app.clock.advance(TimeDelta::days(2));
    clean_up(&world).await;

    assert_eq!(world.ask_tables(known).await[0]["found"], 1, "the complaint is open");
    assert_eq!(count(&world, "notices").await, 2, "what they said stays");
    assert_eq!(written_down(&world).await.get("notifiers"), Some(&1));
}

#[tokio::test]
async fn what_is_technical_goes_by_its_age_in_slices_and_is_counted() {
    let world = World::start().await;
    let now = world.app.clock.now().to_rfc3339();
    let first = stadtbote_core::domain::ids::first_at(world.app.clock.now());
    let us = world.us.id;
    for table in ["incoming", "notifications", "outgoing", "deliveries"] {
        assert_eq!(count(&world, table).await, 0, "{table}");
    }
    for slice in 0..11 {
        let rows = |line: &dyn Fn(i64) -> String| {
            (0..100).map(|number| line(first + slice * 100 + number)).collect::<Vec<_>>().join(", ")
        };
        let incoming = rows(&|id| format!("({id}, 'far.example', '{id}', 'x', 'Like', '', 'done', '{now}')"));
        let notifications = rows(&|id| format!("({id}, {us}, 'follow', {us}, '{now}')"));
        for command in [
            format!(
                "INSERT INTO incoming (id, host, activity_id, actor, kind, body, state, received_at) VALUES {incoming}"
            ),
            format!(
                "INSERT INTO notifications (id, account_id, kind, from_id, created_at) VALUES {notifications}"
            ),
        ] {
            world.put_into_tables(&command).await;
        }
    }
    for (number, state, ended) in [(1, "delivered", format!("'{now}'")), (2, "waiting", "NULL".to_owned())] {
        let id = first + number;
        for command in [
            format!("INSERT INTO outgoing (id, activity_id, kind, account_id, subject, class, body, created_at)
                     VALUES ({id}, '{id}', 'Create', {us}, 'x', 1, '{{}}', '{now}')"),
            format!("INSERT INTO deliveries (id, outgoing_id, inbox, host, subject, state, class, run_at, created_at, ended_at)
                     VALUES ({id}, {id}, 'https://far.example/inbox', 'far.example', 'x', '{state}', 1, '{now}', '{now}', {ended})"),
        ] {
            world.put_into_tables(&command).await;
        }
    }
    world
        .put_into_tables(&format!("INSERT INTO throttles (key, count, ends_at) VALUES ('x', 1, '{now}')"))
        .await;

    world.app.clock.advance(TimeDelta::days(29));
    clean_up(&world).await;
    assert_eq!((count(&world, "incoming").await, count(&world, "deliveries").await), (1100, 2));
    world.app.clock.advance(TimeDelta::days(2));
    clean_up(&world).await;
    assert_eq!((count(&world, "incoming").await, count(&world, "deliveries").await), (0, 1));
    assert_eq!((count(&world, "outgoing").await, count(&world, "notifications").await), (1, 1100));
    world.app.clock.advance(TimeDelta::days(335));
    clean_up(&world).await;

    assert_eq!(count(&world, "notifications").await, 0);
    let sums = written_down(&world).await;
    for (class, sum) in
        [("incoming", 1100), ("notifications", 1100), ("deliveries", 1), ("outgoing", 1), ("throttles", 1)]
    {
        assert_eq!(sums.get(class), Some(&sum), "{class}: {sums:?}");
    }
}

#[tokio::test]
async fn a_case_is_one_file_with_its_hashes_and_the_report_counts_what_was_done() {
    let world = World::start().await;
    decided(&world, 1, "hide", true, "'reversed'").await;

    let file = case_export::export_numbered(&world.app, "2026-0001").await.expect("there is the case");
    let year = chrono::Datelike::year(&world.app.clock.now());
    let report = transparency::report(&world.app, year).await.expect("there is a report");

    let whole: serde_json::Value = serde_json::from_str(&file.text).expect("it is JSON");
    assert_eq!(whole["decisions"][0]["measures"][0]["what"], "hide");
    assert_eq!(whole["decisions"][0]["complaints"][0]["outcome"], "reversed");
    assert_eq!(whole["snapshots"][0]["unchanged"], false, "its hash is none of this body");
    assert!(case_export::export_numbered(&world.app, "2026-9999").await.is_err());
    let value = |section: &str, name: &str| {
        let section = report.sections.iter().find(|one| one.name == section).expect("there is the section");
        section.figures.iter().find(|one| one.name == name).expect("there is the figure").value
    };
    for (section, name, expected) in [
        ("notices", "form", 1),
        ("notices_by_category", "insult", 1),
        ("decisions", "by_rules", 1),
        ("decisions_by_category", "VIOLENCE", 1),
        ("measures_by_rules", "hide", 1),
        ("automation", "ended_in_time", 1),
        ("complaints", "received", 1),
        ("complaints", "reversed", 1),
        ("own_initiative", "measures_taken", 0),
        ("domains", "suspend", 0),
    ] {
        assert_eq!(value(section, name), Value::Count(expected), "{section} {name}");
    }
    assert_eq!(value("times", "decision"), Value::Minutes(Some(0)));
}
