//! Every document of `tests/fixtures/federation` does what its line in `index.tsv` demands, and nothing else.
//!
//! `outcomes.txt` beside them says for each what must be there before (`given`), how it is answered (`answer`, where it
//! is not 202), and which facts come (`+`) and go (`-`). `not yet` stands where the demand is written down and not met: such
//! an entry fails as soon as it is met, so that the list can't grow old.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::json;
use stadtbote_core::store::follows;
use url::Url;

use super::world::{World, fixture, fixtures, note};
use crate::wire;

/// Who sends what names no actor.
const ANNA: &str = "https://mastodon.example/users/anna";

/// An entry of `outcomes.txt`.
#[derive(Clone, Debug, Default)]
struct Entry {
    file: String,
    is_not_yet: bool,
    given: Vec<String>,
    answer: Option<u16>,
    comes: BTreeSet<String>,
    goes: BTreeSet<String>,
}

fn entries() -> Vec<Entry> {
    let text = std::fs::read_to_string(fixtures().join("outcomes.txt")).expect("the outcomes are there");
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if line.ends_with(".json") && !line.starts_with("given ") {
            entries.push(Entry { file: line.to_owned(), ..Entry::default() });
            continue;
        }
        let entry = entries.last_mut().expect("the first line names a file");
        match line.split_once(' ') {
            Some(("given", given)) => entry.given.push(given.to_owned()),
            Some(("answer", status)) => entry.answer = Some(status.parse().expect("a status is a number")),
            Some(("+", fact)) => drop(entry.comes.insert(fact.to_owned())),
            Some(("-", fact)) => drop(entry.goes.insert(fact.to_owned())),
            Some(("not", "yet")) => entry.is_not_yet = true,
            _ => panic!("{line:?} says nothing"),
        }
    }
    entries
}

fn entry(file: &str) -> Entry {
    entries().into_iter().find(|entry| entry.file == file).expect("the file has an entry")
}

/// How each document comes, by `index.tsv`.
fn transports() -> Vec<(String, String)> {
    let index = std::fs::read_to_string(fixtures().join("index.tsv")).expect("the index is there");
    let rows = index.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| (row[0].to_owned(), row[2].to_owned())).collect()
}

/// Lets a document come in as it does: sent to the inbox, or asked for.
async fn come_in(world: &World, file: &str) -> StatusCode {
    let document = fixture(file);
    let (_, transport) =
        transports().into_iter().find(|(name, _)| name == file).expect("the index names the file");
    if transport == "POST inbox" {
        return world.send(&document, ANNA).await;
    }
    let key = wire::id(&document, "publicKey").filter(|_| transport == "GET key");
    let Some(address) = key.or(wire::id_of(&document)) else { return StatusCode::ACCEPTED };
    let address = Url::parse(address).expect("ids are addresses");
    world.show(document.clone());
    if file.contains("__collection__") {
        world.come_in_as_collection(&document).await;
    } else if transport.contains("actor") || transport.contains("key") {
        world.federation.fetch_account(&address).await.expect("its server answers");
    } else {
        world.federation.resolve(address.as_str()).await.expect("its server answers");
    }
    world.work().await;
    StatusCode::ACCEPTED
}

async fn prepare(world: &World, file: &str, given: &str) {
    if given.ends_with(".json") {
        come_in(world, given).await;
    } else if given == "its object" {
        world.send(&fixture(file)["object"], ANNA).await;
    } else if let Some(whom) = given.strip_prefix("a follow of ") {
        world.follow(whom, &format!("{}#follows/1", world.us.uri), follows::ACCEPTED).await;
    } else if let Some((uri, whom)) =
        given.strip_prefix("a request ").and_then(|rest| rest.split_once(" to "))
    {
        world.follow(whom, uri, follows::REQUESTED).await;
    } else if let Some(post) = given.strip_prefix("it can be fetched: ") {
        let (post, more) = match post.split_once(" answers ") {
            Some((post, parent)) => (post, json!({ "inReplyTo": parent })),
            None => (post, json!({})),
        };
        let (author, id) = post.split_once("/statuses/").expect("the author's address is part of it");
        world.show(note(author, id, more));
    } else if let Some((quoted, stamp)) =
        given.strip_prefix("1009 quotes ").and_then(|rest| rest.split_once(" by the stamp "))
    {
        world.consented_quote(1009, quoted, stamp).await;
    } else if let Some(count) = given.strip_suffix(" residents") {
        world.add_residents(count.parse().expect("it is a number")).await;
    } else {
        panic!("{given:?} can't be given");
    }
}

/// What an entry's document does, beside what it should do; empty if they are the same.
async fn difference(entry: &Entry) -> Vec<String> {
    let world = World::start().await;
    for given in &entry.given {
        prepare(&world, &entry.file, given).await;
    }
    if !entry.file.contains("__actor__") {
        world.meet(wire::id(&fixture(&entry.file), "actor").unwrap_or(ANNA)).await;
    }
    let before = world.facts().await;

    let answer = come_in(&world, &entry.file).await;

    let after = world.facts().await;
    let expected = entry.answer.unwrap_or(202);
    let mut lines = Vec::new();
    if answer.as_u16() != expected {
        lines.push(format!("answered {answer}, not {expected}"));
    }
    let mut compare = |real: BTreeSet<String>, wanted: &BTreeSet<String>, sign: char| {
        lines.extend(real.difference(wanted).map(|fact| format!("not wanted: {sign} {fact}")));
        lines.extend(wanted.difference(&real).map(|fact| format!("missing:    {sign} {fact}")));
    };
    compare(after.difference(&before).cloned().collect(), &entry.comes, '+');
    compare(before.difference(&after).cloned().collect(), &entry.goes, '-');
    lines
}

async fn check(entry: &Entry) -> Result<(), String> {
    let difference = difference(entry).await;
    match (entry.is_not_yet, difference.is_empty()) {
        (false, true) | (true, false) => Ok(()),
        (true, true) => Err(format!("{} does what it should: it is no longer `not yet`", entry.file)),
        (false, false) => Err(format!("{}\n  {}", entry.file, difference.join("\n  "))),
    }
}

#[tokio::test]
async fn every_document_of_other_servers_does_what_it_should() {
    let mut faults = Vec::new();
    for entry in entries().iter().filter(|entry| !entry.file.starts_with("attack__")) {
        faults.extend(check(entry).await.err());
    }

    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_document_has_an_outcome_and_every_attack_a_test() {
    let named: Vec<String> = entries().into_iter().map(|entry| entry.file).collect();
    let missing: Vec<String> =
        transports().into_iter().map(|(file, _)| file).filter(|file| !named.contains(file)).collect();
    let untested: Vec<&String> = named
        .iter()
        .filter(|file| file.starts_with("attack__") && !ATTACKS.contains(&file.as_str()))
        .collect();

    assert!(missing.is_empty(), "no outcome: {missing:#?}");
    assert!(untested.is_empty(), "no test: {untested:#?}");
}

macro_rules! attacks {
    ($($name:ident: $file:literal;)*) => {
        const ATTACKS: &[&str] = &[$($file),*];
        $(
            #[tokio::test]
            async fn $name() {
                assert_eq!(check(&entry($file)).await, Ok(()));
            }
        )*
    };
}

// The numbers are those of the catalogue of attacks.
attacks! {
    a02_one_of_several_authors_speaks_for_nobody_else: "attack__create__attributedto_list_mixed.json";
    a08_an_actor_can_not_show_the_key_of_another_host: "attack__actor__key_of_other_host.json";
    a30_a_document_that_reads_otherwise_than_it_was_signed_is_refused: "attack__ldsig__graph_wrapper.json";
    b01_nobody_changes_the_post_of_another: "attack__update__foreign_object.json";
    b03_nobody_deletes_our_posts: "attack__delete__foreign_object.json";
    b04_nobody_takes_back_what_another_did: "attack__undo__foreign_activity.json";
    b06_an_account_does_not_move_to_one_that_does_not_know_it: "attack__move__no_backlink.json";
    b11_what_is_for_followers_is_boosted_by_nobody_else: "attack__announce__private_of_ours.json";
    b13_a_poll_has_only_so_many_options: "attack__question__many_options.json";
    b29_c01_c03_an_inbox_is_on_the_host_of_its_actor: "attack__actor__inbox_internal.json";
    d01_what_could_act_in_a_page_is_taken_out: "attack__note__xss_bundle.json";
    d09_c19_a_flood_of_mentions_is_cut_off: "attack__note__mention_flood.json";
}
