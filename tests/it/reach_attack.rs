//! Somebody who reads all that is told of the reach, through every door and for many months, and subtracts everything from
//! everything.
//!
//! They know the totals at any time, who came and when, which servers there are, and the rule by which parts are told. They
//! think of every world in which they would have read the same. A group below the floor is recovered, if it has one size in all
//! of these worlds.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::domain::floor;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::period::Period;
use stadtbote_core::domain::reach::Measure;
use stadtbote_core::store::{accounts, campaign_links, persons, reach_cells, reach_days};
use stadtbote_tests::chance::Chance;
use stadtbote_tests::client::Client;
use stadtbote_tests::fediverse::{
    Size, Truth, count_since, count_without_telling, host, simulate, wait_for_first_count,
};
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote};
use stadtbote_tests::visitor::Visitor;
use std::collections::{BTreeMap, BTreeSet};

const FLOOR: u32 = 5;
/// Few servers and few people: every world can be thought of.
const SIZE: Size = Size { servers: 3, people: 64, posts: 12, days: 190 };
const NAMES: [&str; 2] = ["alice", "bob"];
/// How often each of three posters was read in a month.
const CLICKS: [i64; 3] = [31, 4, 12];

/// A city and what is true of it.
struct City {
    stadtbote: Stadtbote,
    truth: Truth,
    ours: BTreeMap<&'static str, AccountId>,
    months: Vec<Period>,
}

impl City {
    /// `told`: whether parts are told as the program does; else the usual way, exactly where there are five, and nothing below.
    async fn new(told: bool) -> City {
        let stadtbote = Stadtbote::start_with(&[
            ("reach.open_data", "true"),
            ("reach.regional_servers", &format!("[\"{}\"]", host(1))),
        ])
        .await;
        stadtbote.alice();
        stadtbote.bob();
        let program = stadtbote.program();
        program.order(
            &["staff", "create", "chief@stadt.example", "--admin", "--moderator", "--password-stdin"],
            PASSWORD,
        );
        for name in NAMES {
            program
                .order(&["staff", "grant", "chief@stadt.example", "--account", name, "--role", "owner"], "");
        }
        let app = stadtbote.app().await;
        wait_for_first_count(app).await;
        let truth = simulate(app, &NAMES, SIZE, &mut Chance::announced()).await;
        let mut ours = BTreeMap::new();
        for name in NAMES {
            let account = accounts::find_ours(app.db(), name).await.expect("it answers");
            ours.insert(name, account.expect("it is here").id);
        }
        let mut months = Vec::new();
        let mut month = Period::month(app.clock.day(app.clock.now())).previous();
        while months.len() < 5 {
            months.insert(0, month);
            month = month.previous();
        }
        put_up_posters(app, ours["alice"], &months).await;
        match told {
            true => count_since(app, SIZE.days + 1).await,
            false => count_without_telling(app, SIZE.days + 1).await,
        }
        let city = City { truth, ours, months, stadtbote };
        if !told {
            city.tell_as_usual().await;
        }
        city
    }

    /// Followers of an account at the end of a month, by server.
    fn followers(&self, account: AccountId, before: DateTime<Utc>) -> Vec<u64> {
        let mut sizes = vec![0; 3];
        for (who, followed, at) in &self.truth.follows {
            if *followed == account && *at < before {
                sizes[self.server_of(*who)] += 1;
            }
        }
        sizes
    }

    /// Who reacted in a month, by server.
    fn reactors(&self, account: AccountId, from: DateTime<Utc>, before: DateTime<Utc>) -> Vec<u64> {
        let is_in = |at: DateTime<Utc>| from <= at && at < before;
        let those = self.truth.reactions.iter().filter(|one| one.account == account && is_in(one.at));
        let mut sizes = vec![0; 3];
        for who in those.map(|one| one.who).collect::<BTreeSet<_>>() {
            sizes[self.server_of(who)] += 1;
        }
        sizes
    }

    fn server_of(&self, who: usize) -> usize {
        (0..3).find(|number| host(*number as u64) == self.truth.people[who].host).expect("there are three")
    }

    async fn spans(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let clock = &self.stadtbote.app().await.clock;
        self.months
            .iter()
            .map(|month| (clock.begin_of(month.first()), clock.begin_of(month.until())))
            .collect()
    }

    async fn tell_as_usual(&self) {
        let app = self.stadtbote.app().await;
        let mut rows = Vec::new();
        for (month, (from, before)) in self.months.iter().zip(self.spans().await) {
            for account in self.ours.values() {
                let row = |measure: Measure, host: String, amount: u64| reach_cells::Model {
                    account_id: *account,
                    month: month.name(),
                    measure: measure.name().to_owned(),
                    host,
                    software: None,
                    amount: amount.cast_signed(),
                    floor: 5,
                };
                let followers = self.followers(*account, before);
                rows.push(row(Measure::Followers, reach_cells::ALL.to_owned(), followers.iter().sum()));
                for (measure, sizes) in [
                    (Measure::Followers, followers),
                    (Measure::Reactors, self.reactors(*account, from, before)),
                ] {
                    for (server, told) in usual(&sizes).into_iter().enumerate() {
                        rows.extend(told.map(|told| row(measure, host(server as u64), told)));
                    }
                }
            }
        }
        let tx = app.begin_write().await.expect("its turn comes");
        reach_cells::tell(&tx, rows).await.expect("it can be written");
        tx.commit().await.expect("nothing stands against it");
    }
}

/// Three posters of one account, each for a campaign of its own.
async fn put_up_posters(app: &App, account: AccountId, months: &[Period]) {
    let person = persons::find_by_email(app.db(), "alice@stadt.example").await.expect("it answers");
    let tx = app.begin_write().await.expect("its turn comes");
    let mut rows = Vec::new();
    for (number, clicks) in CLICKS.into_iter().enumerate() {
        let code = format!("poster{number}");
        let link = campaign_links::Model {
            id: app.id(stadtbote_core::domain::ids::RowId),
            account_id: account,
            code: code.clone(),
            target: "https://city.example/fest".to_owned(),
            label: format!("Plakat {number}"),
            tag: Some(format!("fest{number}")),
            created_by: person.as_ref().expect("she is here").id,
            created_at: app.clock.now(),
            ended_at: None,
        };
        campaign_links::insert(&tx, link).await.expect("the code is free");
        for month in months {
            for (kind, subject) in [(reach_days::LINK, code.as_str()), (reach_days::ACCOUNT, "")] {
                rows.push(reach_days::Model {
                    account_id: account,
                    kind: kind.to_owned(),
                    day: (month.first() + chrono::Days::new(3)).to_string(),
                    subject: subject.to_owned(),
                    measure: Measure::Clicks.name().to_owned(),
                    amount: clicks,
                });
            }
        }
    }
    reach_days::add(&tx, sums(rows)).await.expect("it can be written");
    tx.commit().await.expect("nothing stands against it");
}

/// Rows of the same key as one.
fn sums(rows: Vec<reach_days::Model>) -> Vec<reach_days::Model> {
    let mut found: BTreeMap<(String, String, String), reach_days::Model> = BTreeMap::new();
    for row in rows {
        let key = (row.kind.clone(), row.day.clone(), row.subject.clone());
        match found.get_mut(&key) {
            Some(sum) => sum.amount += row.amount,
            None => {
                found.insert(key, row);
            }
        }
    }
    found.into_values().collect()
}

/// Exactly, where there are as many as the floor: what statistics mostly do.
fn usual(parts: &[u64]) -> Vec<Option<u64>> {
    parts.iter().map(|part| Some(*part).filter(|part| *part >= u64::from(FLOOR))).collect()
}

/// What was read of an account and a month.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    /// Followers as they were told last, by server, and the month of that.
    followers: Vec<Option<u64>>,
    followers_of: Option<String>,
    reactors: Vec<Option<u64>>,
    /// In all.
    reacted: u64,
    came: u64,
    clicks: Vec<Option<u64>>,
}

/// Reads everything.
struct Reader {
    visitor: Visitor,
    dashboard: Client,
    anybody: Client,
}

impl Reader {
    async fn of(city: &City) -> Reader {
        let mut visitor = city.stadtbote.visitor();
        visitor.sign_in("chief@stadt.example", PASSWORD).await;
        let program = city.stadtbote.program();
        let token = program.order(
            &[
                "token",
                "create",
                "--staff",
                "chief@stadt.example",
                "--account",
                "alice",
                "--scopes",
                "read admin:read",
            ],
            "",
        );
        let host = stadtbote_tests::program::HOST;
        let dashboard = Client::new(program.address(), host, Some(token));
        Reader { visitor, dashboard, anybody: city.stadtbote.stranger() }
    }

    /// A table as rows of measure, part and value.
    async fn table(&mut self, path: &str) -> Vec<(String, String, i64)> {
        self.visitor.open(path).await;
        let text = self.visitor.answer.as_ref().expect("it was answered").text.clone();
        let row = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[3].to_owned(), fields[4].to_owned(), fields[5].parse().expect("a number"))
        };
        text.lines().skip(1).map(row).collect()
    }

    /// What a file, a page and the campaigns of an account tell of a month; they must agree.
    async fn read(&mut self, whose: &str, month: Period) -> Read {
        let rows = self.table(&format!("{whose}/reach.csv?period={}", month.name())).await;
        no_split_of_readers(&rows);
        let of = |measure: Measure| {
            let is_it = |row: &&(String, String, i64)| row.0 == measure.name() && row.1.is_empty();
            rows.iter().find(is_it).map_or(0, |row| row.2.unsigned_abs())
        };
        let by_server = |measure: Measure| -> Vec<Option<u64>> {
            let told = |server: u64| {
                let part = format!("server:{}", host(server));
                let row = rows.iter().find(|row| row.0 == measure.name() && row.1 == part);
                row.map(|row| row.2.unsigned_abs())
            };
            (0..3).map(told).collect()
        };
        let page = self.visitor.open(&format!("{whose}/reach?period={}", month.name())).await;
        for (section, measure) in [("followers", Measure::Followers), ("reactors", Measure::Reactors)] {
            let selector = format!("section[aria-labelledby={section}] tbody");
            let names = page.texts(&format!("{selector} th"));
            let amounts = page.texts(&format!("{selector} td.r"));
            let shown: BTreeMap<String, String> = names.into_iter().zip(amounts).collect();
            for (server, told) in by_server(measure).into_iter().enumerate() {
                assert_eq!(
                    shown.get(&host(server as u64)).and_then(|text| text.parse().ok()),
                    told,
                    "{whose} {}: page and file tell the same",
                    month.name()
                );
            }
        }
        // What is told by software and region is worked out from what is told by server.
        let sum = |vector: &[Option<u64>]| vector.iter().flatten().sum::<u64>();
        let software = rows.iter().filter(|row| row.1.starts_with("software:")).map(|row| row.2).sum::<i64>();
        let followers = by_server(Measure::Followers);
        assert!(software == 0 || software.unsigned_abs() == sum(&followers));
        let region = rows.iter().find(|row| row.1 == "region").map_or(0, |row| row.2.unsigned_abs());
        assert_eq!(region, followers[1].unwrap_or_default());

        let mut clicks = Vec::new();
        for poster in 0..3 {
            let path = format!("{whose}/reach/campaigns/fest{poster}?period={}", month.name());
            let page = self.visitor.open(&path).await;
            let cards: BTreeMap<String, String> =
                page.texts(".measure h3").into_iter().zip(page.texts(".measure .v")).collect();
            let told = cards.get("Aufrufe über Kampagnenadressen").and_then(|text| text.parse().ok());
            let path = format!("{whose}/reach/campaigns/fest{poster}/reach.csv?period={}", month.name());
            let file = self.table(&path).await;
            assert!(file.iter().all(|row| row.0 != Measure::Views.name()), "{path}");
            let of_file = file.iter().find(|row| row.0 == Measure::Clicks.name());
            assert_eq!(of_file.map(|row| row.2.unsigned_abs()), told, "{path}: page and file tell the same");
            clicks.push(told);
        }
        let told_of = page_says_when(&page.text("section[aria-labelledby=followers]"));
        Read {
            followers_of: told_of,
            reactors: by_server(Measure::Reactors),
            reacted: of(Measure::Reactors),
            came: of(Measure::NewFollowers),
            followers,
            clicks,
        }
    }
}

/// Whose pages were read, by whom and how often, is told of no language and no campaign: that is no public number.
fn no_split_of_readers(rows: &[(String, String, i64)]) {
    for (measure, part, _) in rows {
        let is_of_people = measure == Measure::Views.name() || measure == Measure::Clicks.name();
        assert!(!is_of_people || part.is_empty(), "{measure} of {part}");
    }
}

/// `Stand: Ende Oktober 2026.`
fn page_says_when(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let (_, rest) = text.split_once("Stand: Ende ")?;
    let (when, _) = rest.split_once('.')?;
    let (month, year) = when.split_once(' ')?;
    let number = MONTHS.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{number:02}"))
}

type World = Vec<u64>;
/// What is told of each of three parts.
type Told = Vec<Option<u64>>;

/// All worlds of three parts with that total in which the same would have been told.
fn worlds(total: u64, told: Option<&[Option<u64>]>, rule: impl Fn(&[u64]) -> Vec<Option<u64>>) -> Vec<World> {
    let mut found = Vec::new();
    for one in 0..=total {
        for other in 0..=total - one {
            let world = vec![one, other, total - one - other];
            if told.is_none_or(|told| rule(&world) == told) {
                found.push(world);
            }
        }
    }
    found
}

/// Whether one can become the other while so many come and the rest goes.
fn can_become(before: &[u64], after: &[u64], came: u64) -> bool {
    let more: u64 = before.iter().zip(after).map(|(before, after)| after.saturating_sub(*before)).sum();
    let (then, now): (u64, u64) = (before.iter().sum(), after.iter().sum());
    more <= came && then + came >= now
}

/// How many parts and changes below the floor have one size in all these worlds, one list for each month.
fn recovered(mut months: Vec<Vec<World>>, came: &[u64]) -> usize {
    for step in 1..months.len() {
        let before = months[step - 1].clone();
        months[step].retain(|after| before.iter().any(|before| can_become(before, after, came[step])));
    }
    for step in (1..months.len()).rev() {
        let after = months[step].clone();
        months[step - 1].retain(|before| after.iter().any(|after| can_become(before, after, came[step])));
    }
    let is_small = |size: i64| (1..i64::from(FLOOR)).contains(&size.abs());
    let sure = |sizes: &BTreeSet<i64>| sizes.len() == 1 && sizes.first().is_some_and(|size| is_small(*size));
    let mut count = 0;
    for (step, worlds) in months.iter().enumerate() {
        assert!(!worlds.is_empty(), "what is true must be among what is possible");
        for part in 0..3 {
            let sizes = worlds.iter().map(|world| world[part].cast_signed()).collect();
            count += usize::from(sure(&sizes));
            let Some(before) = step.checked_sub(1).map(|before| &months[before]) else { continue };
            let mut changes = BTreeSet::new();
            for (one, other) in before.iter().flat_map(|one| worlds.iter().map(move |other| (one, other))) {
                if can_become(one, other, came[step]) {
                    changes.insert(other[part].cast_signed() - one[part].cast_signed());
                }
                if changes.len() > 1 {
                    break;
                }
            }
            count += usize::from(sure(&changes));
        }
    }
    count
}

/// Reads all of a city through every door and attacks it; gives how many small groups were recovered, and how many parts were
/// told at all.
async fn attack(city: &City, rule: impl Fn(&[u64]) -> Vec<Option<u64>> + Copy) -> (usize, usize) {
    let mut reader = Reader::of(city).await;
    let spans = city.spans().await;
    let (mut found, mut told) = (0, 0);
    let mut all: BTreeMap<String, Vec<(Told, Told)>> = BTreeMap::new();
    for (name, account) in &city.ours {
        let mut followers = Vec::new();
        let mut came = Vec::new();
        let mut reads = Vec::new();
        for month in &city.months {
            reads.push(reader.read(&format!("/redaktion/@{name}"), *month).await);
        }
        for (step, read) in reads.iter().enumerate() {
            // The number of followers anybody may have written down at the end of each month.
            let total = city.followers(*account, spans[step].1).iter().sum();
            let month = city.months[step].name();
            let is_of_this = read.followers_of.as_ref() == Some(&month);
            followers.push(worlds(total, is_of_this.then_some(read.followers.as_slice()), rule));
            came.push(read.came);
            told += read.followers.iter().chain(&read.reactors).flatten().count();
            found += recovered(vec![worlds(read.reacted, Some(&read.reactors), rule)], &[0]);
            if *name == "alice" {
                let clicks = CLICKS.iter().sum::<i64>().unsigned_abs();
                let told_clicks = read.clicks.clone();
                // Nothing is told of links where all is told the usual way.
                if told_clicks.iter().any(Option::is_some) {
                    told += told_clicks.iter().flatten().count();
                    found += recovered(vec![worlds(clicks, Some(&told_clicks), rule)], &[0]);
                }
            }
            all.entry(month).or_default().push((read.followers.clone(), read.reactors.clone()));
        }
        found += recovered(followers, &came);
    }
    for month in &city.months {
        the_whole_is_worked_out_from_its_parts(&mut reader, *month, &all[&month.name()]).await;
    }
    (found, told)
}

/// What is told of the whole server adds nothing: it is the sum or the largest of what is told of its accounts. So do open data
/// and dashboards.
async fn the_whole_is_worked_out_from_its_parts(reader: &mut Reader, month: Period, parts: &[(Told, Told)]) {
    let rows = reader.table(&format!("/redaktion/reach.csv?period={}", month.name())).await;
    no_split_of_readers(&rows);
    let open = reader.anybody.get(&format!("/open-data/reach-{}.json", month.name())).await.good();
    let lines = open["values"].as_array().expect("there are numbers").iter().map(|line| {
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        (text("measure"), text("part"), line["value"].as_i64().expect("a number"))
    });
    assert_eq!(lines.collect::<Vec<_>>(), rows, "open data are what the page's file is");
    let asked = json!({
        "keys": ["servers", "software", "languages"],
        "start_at": month.first().to_string(),
        "end_at": month.last().to_string(),
    });
    let dashboard = reader.dashboard.post("/api/v1/admin/dimensions", asked.clone()).await.good();
    let servers: BTreeMap<String, u64> = dashboard[0]["data"]
        .as_array()
        .expect("there are servers")
        .iter()
        .map(|row| {
            let number = row["value"].as_str().and_then(|text| text.parse().ok());
            (row["key"].as_str().expect("a name").to_owned(), number.expect("a number"))
        })
        .collect();
    for server in 0..3 {
        let name = host(server as u64);
        let of = |measure: Measure| {
            let part = format!("server:{name}");
            let row = rows.iter().find(|row| row.0 == measure.name() && row.1 == part);
            row.map_or(0, |row| row.2.unsigned_abs())
        };
        let followers: u64 = parts.iter().filter_map(|(followers, _)| followers[server]).sum();
        let reactors = parts.iter().filter_map(|(_, reactors)| reactors[server]).max();
        assert_eq!(of(Measure::Followers), followers);
        assert_eq!(of(Measure::Reactors), reactors.unwrap_or_default());
        assert_eq!(servers.get(&name).copied().unwrap_or_default(), followers, "{}", month.name());
    }
    // Measures by day are totals, and nobody can come back.
    let measures = reader.dashboard.post("/api/v1/admin/measures", json!({
        "keys": ["interactions", "new_followers", "posts", "views", "instance_followers", "tag_servers"],
        "start_at": asked["start_at"], "end_at": asked["end_at"],
    })).await.good();
    let keys: Vec<&Value> =
        measures.as_array().expect("there are measures").iter().map(|one| &one["key"]).collect();
    assert_eq!(keys, ["interactions", "new_followers", "posts", "views"]);
    let came: i64 =
        rows.iter().find(|row| row.0 == "new_followers" && row.1.is_empty()).map_or(0, |row| row.2);
    assert_eq!(measures[1]["total"], came.to_string());
    let retention = reader.dashboard.post("/api/v1/admin/retention", asked).await.good();
    assert_eq!(retention, json!([]));
}

#[tokio::test]
async fn nobody_finds_a_small_group_by_subtracting_all_that_every_door_tells() {
    let city = City::new(true).await;

    let (found, told) = attack(&city, |parts| floor::tell(parts, FLOOR)).await;

    let of_posters = 2 * city.months.len();
    assert!(told > of_posters, "{told} parts are told: there is something to subtract");
    assert_eq!(found, 0, "small groups that can be worked out");
}

#[tokio::test]
async fn the_attack_finds_small_groups_where_parts_are_told_the_usual_way() {
    let city = City::new(false).await;

    let (found, _) = attack(&city, usual).await;

    assert!(found > 0, "an attack that finds nothing here shows nothing elsewhere");
}
