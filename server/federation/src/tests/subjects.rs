//! What is kept of somebody elsewhere: handed out, and erased wherever it stands.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use stadtbote_core::actions::{audit, subjects as actions};
use stadtbote_core::domain::copies::Use;
use stadtbote_core::store::subjects::{self, Fate, Key, PLACES};
use stadtbote_core::store::{accounts, checks, follows};

use super::world::{World, create, made_up, note};

const RITA: &str = "https://snac.example/rita";
const TOM: &str = "https://mastodon.example/users/tom";
const PICTURE: &str = "https://snac.example/rita.png";
const NOW: &str = "2026-11-27T10:00:00+00:00";

/// Every column that refers to an account by a foreign key, as the database itself says.
const REFERENCES_SQLITE: &str =
    "SELECT s.name || '.' || k.\"from\" AS place FROM sqlite_schema s, pragma_foreign_key_list(s.name) k
    WHERE s.type = 'table' AND k.\"table\" = 'accounts'";
const REFERENCES_POSTGRES: &str = "SELECT c.conrelid::regclass::text || '.' || a.attname::text AS place
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass";
/// Every column of every table.
const COLUMNS_SQLITE: &str =
    "SELECT s.name AS place, i.name AS field FROM sqlite_schema s, pragma_table_info(s.name) i
    WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%'";
const COLUMNS_POSTGRES: &str =
    "SELECT table_name::text AS place, column_name::text AS field FROM information_schema.columns
    WHERE table_schema = 'public'";

/// Columns that speak of accounts without a foreign key. A new column of such a name has to be thought of.
const TELLING_NAMES: [&str; 5] = ["account_id", "actor", "inbox", "actor_uri", "reporter_id"];

/// Where the name of somebody may stand after all was erased, beside the places of the register that stay.
const LEFT: [&str; 8] = [
    // The bare address.
    "accounts.uri",
    "posts.uri",
    // Of posts of others, which say whom they answer or quote, or name.
    "posts.in_reply_to_uri",
    "quotes.quoted_uri",
    "quotes.stamp_uri",
    "post_texts.html",
    // What came; it goes by age.
    "incoming.actor",
    "incoming.activity_id",
];

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_else(|| panic!("{row} has a {name}"))
}

async fn references(world: &World) -> BTreeSet<String> {
    let query = if world.app.is_sqlite() { REFERENCES_SQLITE } else { REFERENCES_POSTGRES };
    world.ask_tables(query).await.iter().map(|row| text(row, "place").to_owned()).collect()
}

async fn columns(world: &World) -> Vec<(String, String)> {
    let query = if world.app.is_sqlite() { COLUMNS_SQLITE } else { COLUMNS_POSTGRES };
    let rows = world.ask_tables(query).await;
    rows.iter().map(|row| (text(row, "place").to_owned(), text(row, "field").to_owned())).collect()
}

/// The columns in which a text stands somewhere.
async fn where_is(world: &World, said: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (table, column) in columns(world).await {
        let query = format!(
            "SELECT COUNT(*) AS found FROM {table} WHERE lower(CAST({column} AS TEXT)) LIKE '%{said}%'"
        );
        if world.ask_tables(&query).await[0]["found"] != 0 {
            found.insert(format!("{table}.{column}"));
        }
    }
    found
}

/// Rita has done all that can be done here, and all has been done with her. Gives her account.
async fn known(world: &World) -> accounts::Model {
    let mut actor = made_up(RITA);
    actor["name"] = json!("Rita Beispiel :heart:");
    actor["icon"] = json!({ "type": "Image", "url": PICTURE });
    actor["tag"] =
        json!([{ "type": "Emoji", "name": ":heart:", "icon": { "url": "https://snac.example/heart.png" } }]);
    world.show(actor);
    world.show(made_up(TOM));
    let rita = world.meet(RITA).await;
    let tom = world.meet(TOM).await;
    let us = world.us.uri.clone();
    world.follow(RITA, &format!("{us}#follows/1"), follows::ACCEPTED).await;
    let activity = |kind: &str, object: Value| {
        let id = format!("{RITA}#{kind}");
        json!({ "id": id, "type": kind, "actor": RITA, "object": object, "to": [us] })
    };
    let more = json!({
        "content": "<p>Rita Beispiel schreibt</p>",
        "tag": [
            { "type": "Mention", "href": us, "name": "@buergeramt" },
            { "type": "Hashtag", "name": "#stadt", "href": "https://snac.example/tags/stadt" },
        ],
        "attachment": [{ "type": "Image", "mediaType": "image/png", "url": PICTURE, "name": "Rita Beispiel" }],
    });
    let hers = note(RITA, "1", more);
    world.send(&create(&hers), RITA).await;
    let answer = json!({
        "content": "<p>Rita Beispiel antwortet</p>",
        "inReplyTo": format!("{us}/statuses/1001"),
    });
    world.send(&create(&note(RITA, "2", answer)), RITA).await;
    for activity in [
        activity("Follow", json!(us)),
        activity("Like", json!(format!("{us}/statuses/1001"))),
        activity("Announce", json!(format!("{us}/statuses/1009"))),
        activity("Flag", json!([us, format!("{us}/statuses/1020")])),
        create(&json!({
            "id": format!("{RITA}/votes/1"), "type": "Note", "attributedTo": RITA, "to": us, "name": "Ja",
            "inReplyTo": format!("{us}/statuses/1002"),
        })),
    ] {
        assert_eq!(world.send(&activity, RITA).await, StatusCode::ACCEPTED);
    }
    // Tom answers her, and names her.
    let named = json!({
        "content": "<p>Liebe Rita</p>",
        "inReplyTo": format!("{RITA}/statuses/1"),
        "tag": [{ "type": "Mention", "href": RITA, "name": "@rita" }],
    });
    world.follow(TOM, &format!("{us}#follows/2"), follows::ACCEPTED).await;
    world.send(&create(&note(TOM, "3", named)), TOM).await;
    world.work().await;

    let (her, his, ours) = (rita.id, tom.id, world.us.id);
    let post =
        text_of(world, "SELECT CAST(id AS TEXT) AS said FROM posts WHERE uri LIKE '%rita/statuses/1'").await;
    let his_post =
        text_of(world, "SELECT CAST(id AS TEXT) AS said FROM posts WHERE uri LIKE '%tom/statuses/3'").await;
    for command in [
        format!("INSERT INTO actor_keys (key_id, account_id, public_key, fetched_at) VALUES ('{RITA}#other', {her}, 'x', '{NOW}')"),
        format!("INSERT INTO follower_counts (account_id, amount, read_at) VALUES ({her}, 41, '{NOW}')"),
        "INSERT INTO tags (id, name, shown) VALUES (7, 'rathaus', 'Rathaus')".into(),
        format!("INSERT INTO featured_tags (id, account_id, tag_id, created_at) VALUES (7, {her}, 7, '{NOW}')"),
        format!("INSERT INTO post_versions (id, post_id, version, snapshot, created_at) VALUES (7, {post}, 1, '{{\"author\":\"Rita Beispiel\"}}', '{NOW}')"),
        format!("INSERT INTO held_posts (post_id, author_id, rule, held_at) VALUES ({post}, {her}, 'mentions', '{NOW}')"),
        format!("INSERT INTO reply_fetches (post_id, fetched_at) VALUES ({post}, '{NOW}')"),
        format!("DELETE FROM post_policies WHERE post_id = {post}"),
        format!("INSERT INTO post_policies (post_id, quote_automatic, quote_manual) VALUES ({post}, 1, 0)"),
        format!("INSERT INTO quotes (post_id, account_id, quoted_uri, state, created_at) VALUES ({post}, {her}, 'https://x.example/1', 'pending', '{NOW}')"),
        format!("INSERT INTO quotes (post_id, account_id, quoted_id, quoted_account_id, quoted_uri, state, created_at)
                 VALUES ({his_post}, {his}, {post}, {her}, '{RITA}/statuses/1', 'accepted', '{NOW}')"),
        format!("INSERT INTO polls (post_id, multiple) VALUES ({post}, FALSE)"),
        format!("INSERT INTO poll_options (post_id, position, title) VALUES ({post}, 0, 'Rita Beispiel')"),
        format!("INSERT INTO pins (id, account_id, post_id, created_at) VALUES (7, {her}, {post}, '{NOW}')"),
        format!("INSERT INTO blocks (id, account_id, target_id, uri, created_at) VALUES (7, {her}, {ours}, '{RITA}#block', '{NOW}')"),
        format!("INSERT INTO blocks (id, account_id, target_id, uri, created_at) VALUES (8, {ours}, {her}, '{us}#block', '{NOW}')"),
        format!("INSERT INTO mutes (id, account_id, target_id, created_at) VALUES (7, {ours}, {her}, '{NOW}')"),
        format!("INSERT INTO account_notes (account_id, target_id, text) VALUES ({ours}, {her}, 'Rita Beispiel ruft an')"),
        format!("INSERT INTO lists (id, account_id, title, replies_policy, created_at) VALUES (7, {ours}, 'Nachbarn', 'list', '{NOW}')"),
        format!("INSERT INTO list_members (id, list_id, account_id) VALUES (7, 7, {her})"),
        format!("INSERT INTO post_recipients (post_id, inbox) VALUES (1001, '{RITA}/inbox')"),
        format!("INSERT INTO gone (uri, actor, ends_at) VALUES ('{RITA}/statuses/9', '{RITA}', '{NOW}')"),
        format!("INSERT INTO reports (id, reporter_id, target_id, category, comment, forward, post_ids, rule_ids, created_at)
                 VALUES (7, {ours}, {her}, 'other', 'Geheim', FALSE, '', '', '{NOW}')"),
        "INSERT INTO persons (id, email, created_at) VALUES (7, 'mo@stadt.example', '2026-01-01T00:00:00+00:00')".into(),
        format!("INSERT INTO cases (id, number, subject, account_id, url, state, lane, question, opened_at, due_at)
                 VALUES (7, '2026-0077', 'account {her}', {her}, '{RITA}', 'decided', 2, 'insult', '{NOW}', '{NOW}')"),
        format!("INSERT INTO case_snapshots (case_id, version, body, hash, taken_at) VALUES (7, 1, '{{\"uri\":\"{RITA}\"}}', 'x', '{NOW}')"),
        format!("INSERT INTO decisions (id, case_id, person_id, ground, category, complaint_until, created_at)
                 VALUES (7, 7, 7, 'rules', 'VIOLENCE', '{NOW}', '{NOW}')"),
        format!("INSERT INTO measures (id, decision_id, case_id, kind, account_id, created_at)
                 VALUES (7, 7, 7, 'limit', {her}, '{NOW}')"),
        format!("INSERT INTO notices (id, case_id, source, locale, question, text, name, email, created_at)
                 VALUES (7, 7, 'form', 'de', 'insult', 'Sie war es', 'Uwe Melder', 'uwe@post.example', '{NOW}')"),
        format!("INSERT INTO unfounded_notices (notice_id, case_id, notifier, person_id, created_at) VALUES (7, 7, '{RITA}', 7, '{NOW}')"),
        format!("INSERT INTO notifier_steps (id, notifier, kind, notice, reasons, person_id, created_at, ends_at)
                 VALUES (7, '{RITA}', 'warning', 7, 'Immer dasselbe', 7, '{NOW}', '{NOW}')"),
    ] {
        world.put_into_tables(&command).await;
    }
    rita
}

async fn text_of(world: &World, query: &str) -> String {
    text(&world.ask_tables(query).await[0], "said").to_owned()
}

#[tokio::test]
async fn every_table_that_refers_to_accounts_is_in_the_register() {
    let world = World::start().await;
    let listed: BTreeSet<String> = PLACES.iter().map(subjects::Place::name).collect();

    let mut found = references(&world).await;
    assert!(found.len() > 30, "the schema was read");
    for (table, column) in columns(&world).await {
        if table != "accounts" && TELLING_NAMES.contains(&column.as_str()) {
            found.insert(format!("{table}.{column}"));
        }
    }

    let missing: Vec<&String> = found.difference(&listed).collect();
    assert!(missing.is_empty(), "say in store/subjects.rs what becomes of these: {missing:?}");
    let known: BTreeSet<String> =
        columns(&world).await.into_iter().map(|(table, column)| format!("{table}.{column}")).collect();
    assert!(listed.is_subset(&known), "the register names what there is");
    assert_eq!(listed.len(), PLACES.len(), "and each once");
}

#[tokio::test]
async fn what_is_kept_of_somebody_is_handed_out_whole_but_for_what_others_said_in_confidence() {
    let world = World::start().await;
    known(&world).await;

    let document = actions::export(&world.app, RITA).await.expect("she is no account of ours");

    for place in PLACES.iter().filter(|place| place.fate != Fate::OnlyOurs) {
        let rows = document["data"][place.name()].as_array().map(Vec::len);
        assert!(rows > Some(0), "{} has nothing: {document:#}", place.name());
    }
    let said = document.to_string();
    for word in ["Rita Beispiel schreibt", "Rita Beispiel ruft an", PICTURE, "2026-0077", "Nachbarn"] {
        assert!(said.contains(word), "{word}");
    }
    for word in ["Uwe Melder", "uwe@post.example", "Sie war es", "Geheim", "mo@stadt.example"] {
        assert!(!said.contains(word), "{word}");
    }
    assert_eq!(document["data"]["accounts.id"][0]["locked"], false);
    assert_eq!(document["data"]["case_snapshots.case_id"][0]["body"]["uri"], RITA);
    assert_eq!(document["cut_off"], false);
}

#[tokio::test]
async fn what_is_erased_stands_nowhere_but_in_the_register_of_exceptions() {
    let world = World::start().await;
    world.show_file(PICTURE, include_bytes!("../../../api/assets/avatar.png"));
    let rita = known(&world).await;
    let hash = Use::Avatar.hash(PICTURE);
    let copy = stadtbote_core::media::picture::fill(
        include_bytes!("../../../api/assets/avatar.png"),
        240,
        240,
        &stadtbote_core::media::Limits::default(),
    );
    let copy = copy.expect("it is a picture");
    let key = format!("copies/{}/{hash}.{}", &hash[..2], copy.kind.extension());
    world.app.media.put(&key, copy.bytes).await.expect("there is room");
    let subject = subjects::find(world.app.db(), RITA).await.expect("the database answers");
    assert!(subject.own_inbox.is_some());
    for place in PLACES.iter().filter(|place| place.fate != Fate::OnlyOurs) {
        let count = subjects::count(world.app.db(), place, &subject).await.expect("the database answers");
        assert!(count > 0, "{} is tried", place.name());
    }
    let stood = where_is(&world, "rita beispiel").await;
    assert!(stood.len() >= 6, "{stood:?}");

    let erasure = actions::erase(&world.app, None, RITA).await.expect("she is no account of ours");
    world.work().await;

    assert!(erasure.known && erasure.copies > 0);
    assert!(erasure.kept.iter().any(|kept| kept.place == "blocks.target_id" && kept.rows == 1));
    assert!(erasure.erased.iter().any(|count| count.place == "favourites.account_id" && count.rows == 1));
    for place in PLACES {
        let count = subjects::count(world.app.db(), place, &subject).await.expect("the database answers");
        match place.fate {
            Fate::Kept(_) => assert!(count > 0, "{} stays", place.name()),
            Fate::Erased | Fate::OnlyOurs => assert_eq!(count, 0, "{} is empty", place.name()),
        }
    }
    let of_cases = [
        "cases",
        "case_snapshots",
        "decisions",
        "measures",
        "reports",
        "notices",
        "unfounded_notices",
        "notifier_steps",
        "case_events",
        "gone",
    ];
    let stays = |place: &String| {
        LEFT.contains(&place.as_str()) || of_cases.contains(&place.split('.').next().unwrap_or_default())
    };
    for said in ["snac.example/rita", "rita beispiel", "rita@snac"] {
        let left: Vec<String> =
            where_is(&world, said).await.into_iter().filter(|place| !stays(place)).collect();
        assert!(left.is_empty(), "{said}: {left:?}");
    }
    assert_eq!(world.app.media.read(&key).await.expect("the disk answers"), None);
    // What the world made by itself it did not count.
    let by_doors = |difference: &checks::Difference| {
        ["replies", "boosts", "favourites", "votes", "voters"].contains(&difference.counter.as_str())
    };
    let differences = checks::list_differences(world.app.db(), 10).await.expect("the database answers");
    assert_eq!(differences.into_iter().filter(by_doors).collect::<Vec<_>>(), []);
    let row = accounts::find(world.app.db(), rita.id).await.expect("the database answers");
    assert!(
        row.is_some_and(|row| row.deleted_at.is_some() && row.display_name.is_empty() && row.url.is_empty())
    );
    audit::seal(&world.app).await.expect("the database answers");
    let entry =
        world.ask_tables("SELECT act, subject, facts FROM audit_log WHERE act = 'subject erased'").await;
    assert_eq!((entry.len(), text(&entry[0], "subject")), (1, rita.id.to_string().as_str()));
    assert!(text(&entry[0], "facts").contains("favourites.account_id"));
    assert!(!text(&entry[0], "facts").contains("rita"), "no name stands where nothing can be erased");
}

#[tokio::test]
async fn what_was_erased_is_not_taken_in_again_and_nobody_of_ours_is_erased() {
    let world = World::start().await;
    known(&world).await;
    actions::erase(&world.app, None, RITA).await.expect("she is no account of ours");

    let again = note(RITA, "1", json!({ "content": "<p>Rita Beispiel schreibt</p>" }));
    world.send(&create(&again), RITA).await;
    let twice = actions::erase(&world.app, None, RITA).await.expect("that can be done again");
    let stranger =
        actions::erase(&world.app, None, "https://nobody.example/x").await.expect("nobody is known");
    let ours = actions::erase(&world.app, None, &world.us.uri).await;

    assert!(!where_is(&world, "rita beispiel").await.contains("post_texts.html"));
    assert_eq!(twice.erased.len(), 0, "{twice:?}");
    assert!(!stranger.known && stranger.erased.is_empty() && stranger.kept.is_empty());
    assert!(ours.is_err());
    assert!(actions::export(&world.app, &world.us.uri).await.is_err());
    let nobody = subjects::Subject { uri: String::new(), account: None, own_inbox: None };
    for place in PLACES.iter().filter(|place| place.key == Key::Account) {
        assert_eq!(subjects::count(world.app.db(), place, &nobody).await.expect("the database answers"), 0);
    }
}
