//! Whom posts reached, held against a Fediverse of which everything is known.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use stadtbote_core::App;
use stadtbote_core::actions::reach::{self, Figures, Whose, figures};
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::period::{Grain, Period};
use stadtbote_core::domain::reach::{DEFINITIONS, Measure, REACTIONS, median};
use stadtbote_core::store::{accounts, facts, follows};
use stadtbote_tests::chance::Chance;
use stadtbote_tests::fediverse::{Size, Truth, count_since, simulate, wait_for_first_count};
use stadtbote_tests::stadtbote::{PASSWORD, Stadtbote};
use std::collections::{BTreeMap, BTreeSet};

/// The smallest group that is told of.
const FLOOR: i64 = 5;

/// A few months, for what does not depend on more.
const SHORT: Size = Size { servers: 40, people: 600, posts: 40, days: 100 };

/// Eighteen months; as large as `STADTBOTE_SIMULATION=full` asks for only where somebody asks.
fn size() -> Size {
    match std::env::var("STADTBOTE_SIMULATION").is_ok_and(|asked| asked == "full") {
        true => Size { servers: 200, people: 20_000, posts: 1_000, days: 548 },
        false => Size { servers: 40, people: 600, posts: 120, days: 548 },
    }
}

/// A city of two accounts with a history, all of it counted.
struct World {
    /// It must run as long as it is asked.
    stadtbote: Stadtbote,
    truth: Truth,
    alice: AccountId,
    bob: AccountId,
}

impl World {
    async fn simulated() -> World {
        World::simulated_with(&[], SHORT).await
    }

    async fn simulated_with(settings: &[(&str, &str)], size: Size) -> World {
        let stadtbote = Stadtbote::start_with(settings).await;
        stadtbote.alice();
        stadtbote.bob();
        let app = stadtbote.app().await;
        wait_for_first_count(app).await;
        let truth = simulate(app, &["alice", "bob"], size, &mut Chance::announced()).await;
        let mut ids = Vec::new();
        for name in ["alice", "bob"] {
            ids.push(accounts::find_ours(app.db(), name).await.expect("it answers").expect("it is here").id);
        }
        count_since(app, size.days + 1).await;
        World { truth, alice: ids[0], bob: ids[1], stadtbote }
    }

    async fn app(&self) -> &App {
        self.stadtbote.app().await
    }

    fn both(&self) -> Whose {
        Whose::All(vec![self.alice, self.bob])
    }
}

/// What must be told of some accounts over a period, worked out from what is known.
struct Expected<'a> {
    app: &'a App,
    truth: &'a Truth,
    accounts: Vec<AccountId>,
    period: Period,
}

impl Expected<'_> {
    fn is_in(&self, account: AccountId, at: DateTime<Utc>) -> bool {
        let day = self.app.clock.day(at);
        self.accounts.contains(&account) && self.period.first() <= day && day < self.period.until()
    }

    fn amounts(&self) -> BTreeMap<Measure, i64> {
        let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
        let mut add = |measure: Measure, amount: i64| {
            if amount > 0 {
                *amounts.entry(measure).or_default() += amount;
            }
        };
        for post in self.truth.posts.iter().filter(|post| self.is_in(post.account, post.at)) {
            add(Measure::Posts, 1);
            add(Measure::WithMedia, i64::from(post.picture.is_some()));
            add(Measure::Described, i64::from(post.picture == Some(true)));
            let (delivered, undelivered) = post.delivered.unwrap_or_default();
            add(Measure::Sent, i64::from(post.delivered.is_some()));
            add(Measure::Delivered, delivered);
            add(Measure::Undelivered, undelivered);
        }
        for reaction in self.truth.reactions.iter().filter(|one| self.is_in(one.account, one.at)) {
            add(reaction.measure, 1);
        }
        for (_, followed, at) in &self.truth.follows {
            add(Measure::NewFollowers, i64::from(self.is_in(*followed, *at)));
        }
        for question in self.truth.questions.iter().filter(|one| self.is_in(one.account, one.at)) {
            add(Measure::Questions, 1);
            add(Measure::Answered, i64::from(question.answered_after.is_some()));
        }
        amounts
    }

    /// Who reacted, by server.
    fn reactors(&self) -> BTreeMap<&str, BTreeSet<usize>> {
        let mut reactors: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for one in self.truth.reactions.iter().filter(|one| self.is_in(one.account, one.at)) {
            reactors.entry(&self.truth.people[one.who].host).or_default().insert(one.who);
        }
        reactors
    }

    /// Followers at the end of a day, by server.
    fn followers(&self, account: AccountId, before: DateTime<Utc>) -> BTreeMap<&str, i64> {
        let mut followers: BTreeMap<&str, i64> = BTreeMap::new();
        for (who, followed, at) in &self.truth.follows {
            if *followed == account && *at < before {
                *followers.entry(&self.truth.people[*who].host).or_default() += 1;
            }
        }
        followers
    }

    fn middle(&self) -> Option<i64> {
        let asked = self.truth.questions.iter().filter(|one| self.is_in(one.account, one.at));
        median(asked.filter_map(|one| one.answered_after).collect())
    }
}

/// The measures that have no truth in a simulation, as they are counted when they happen, and those that are checked apart.
const APART: [Measure; 6] = [
    Measure::Followers,
    Measure::Reactors,
    Measure::MinutesToAnswer,
    Measure::FollowersReached,
    Measure::BytesSent,
    Measure::CpuTime,
];

fn without_apart(figures: &Figures) -> BTreeMap<Measure, i64> {
    figures.amounts.iter().filter(|(measure, _)| !APART.contains(measure)).map(|(m, n)| (*m, *n)).collect()
}

#[tokio::test]
async fn what_is_told_of_the_reach_is_the_truth_or_bounds_it_as_it_says() {
    let world = World::simulated_with(&[], size()).await;
    let app = world.app().await;
    let today = app.clock.day(app.clock.now());
    let mut periods = vec![Period::year(today), Period::quarter(today).previous()];
    let mut month = Period::month(today);
    for _ in 0..18 {
        periods.push(month);
        month = month.previous();
    }
    let mut checked = 0;
    for (whose, accounts) in [
        (Whose::Account(world.alice), vec![world.alice]),
        (Whose::Account(world.bob), vec![world.bob]),
        (world.both(), vec![world.alice, world.bob]),
    ] {
        for period in &periods {
            let expected = Expected { app, truth: &world.truth, accounts: accounts.clone(), period: *period };
            let told = figures(app, &whose, *period).await.expect("it can be told");

            assert_eq!(without_apart(&told), expected.amounts(), "{whose:?} {}", period.name());
            let reactors: BTreeSet<usize> = expected.reactors().into_values().flatten().collect();
            let reactors = i64::try_from(reactors.len()).expect("few people");
            let told_reactors = told.amount(Measure::Reactors).unwrap_or_default();
            assert!(told_reactors <= reactors, "{whose:?} {}", period.name());
            if period.months() == 1 {
                assert_eq!(told_reactors, reactors, "{whose:?} {}", period.name());
                assert_eq!(
                    told.amount(Measure::MinutesToAnswer),
                    expected.middle(),
                    "{whose:?} {}",
                    period.name()
                );
            }
            let by_hour: i64 = told.hours.map_or(0, |hours| hours.iter().sum());
            assert!(by_hour == told.reactions() || (by_hour == 0 && told.reactions() < 20), "{by_hour}");
            let of_days: i64 = told.days.iter().map(|day| day.reactions).sum();
            assert_eq!(of_days, told.reactions());
            let all: i64 =
                REACTIONS.iter().filter_map(|measure| expected.amounts().get(measure).copied()).sum();
            assert_eq!(told.reactions(), all);
            checked += all;
        }
    }
    assert!(checked > 1000, "there must be something to count");
}

#[tokio::test]
async fn where_people_are_is_told_of_groups_alone_and_of_a_month_once() {
    let world = World::simulated().await;
    let app = world.app().await;
    let last = Period::month(app.clock.day(app.clock.now())).previous();
    let expected = Expected { app, truth: &world.truth, accounts: vec![world.alice], period: last };

    let told = figures(app, &Whose::Account(world.alice), last).await.expect("it can be told");

    let followers = expected.followers(world.alice, app.clock.begin_of(last.until()));
    assert!(!told.followers_by_host.is_empty() && !told.followers_by_software.is_empty());
    for cell in &told.followers_by_host {
        let truth = followers[cell.name.as_str()];
        assert!(
            cell.amount >= FLOOR && cell.amount < truth && truth - cell.amount <= FLOOR,
            "{cell:?} of {truth}"
        );
    }
    let reactors = expected.reactors();
    for cell in &told.reactors_by_host {
        let truth = i64::try_from(reactors[cell.name.as_str()].len()).expect("few people");
        assert!(
            cell.amount >= FLOOR && cell.amount < truth && truth - cell.amount <= FLOOR,
            "{cell:?} of {truth}"
        );
    }
    let on_servers: i64 = told.followers_by_host.iter().map(|cell| cell.amount).sum();
    let with_software: i64 = told.followers_by_software.iter().map(|cell| cell.amount).sum();
    assert_eq!(
        on_servers, with_software,
        "software is told of the same people, so that nothing can be subtracted"
    );

    // Somebody unfollows, and all is counted again: what was told of the month stays.
    let gone = world
        .truth
        .follows
        .iter()
        .find(|(_, followed, _)| *followed == world.alice)
        .expect("somebody follows");
    let tx = app.begin_write().await.expect("its turn comes");
    let follow =
        follows::find(&*tx, world.truth.people[gone.0].id, world.alice).await.expect("it can be read");
    follows::delete(&tx, follow.expect("it is there").id).await.expect("it can be taken back");
    tx.commit().await.expect("nothing stands against it");
    count_again(app).await;
    let again = figures(app, &Whose::Account(world.alice), last).await.expect("it can be told");
    assert_eq!(told.followers_by_host, again.followers_by_host);
}

async fn count_again(app: &App) {
    let day = app.clock.day(app.clock.now() - TimeDelta::days(40)).to_string();
    let tx = app.begin_write().await.expect("its turn comes");
    facts::put(&tx, facts::REACH_COUNTED_TO, &day).await.expect("it can be written");
    tx.commit().await.expect("nothing stands against it");
    for _ in 0..3 {
        reach::roll_up(app).await.expect("it can be counted");
    }
}

#[tokio::test]
async fn counting_again_changes_nothing() {
    let world = World::simulated().await;
    let app = world.app().await;
    let year = Period::year(app.clock.day(app.clock.now()));

    let once = figures(app, &world.both(), year).await.expect("it can be told");
    count_again(app).await;
    let twice = figures(app, &world.both(), year).await.expect("it can be told");

    assert_eq!(once.amounts, twice.amounts);
    assert_eq!(once.days, twice.days);
}

/// A browser that opens an address.
const BROWSER: [(&str, &str); 4] = [
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0"),
    ("accept", "text/html,application/xhtml+xml"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];
/// A server that looks at what it is going to show a preview of.
const PREVIEW: [(&str, &str); 2] =
    [("user-agent", "http.rb/5.2.0 (Mastodon/4.6.0; +https://far.example/) Bot"), ("accept", "text/html")];

#[tokio::test]
async fn previews_are_not_people_and_people_leave_a_number_alone() {
    let mut stadtbote = Stadtbote::start().await;
    let post = stadtbote.alice().post("/api/v1/statuses", json!({ "status": "Stadtfest" })).await.good();
    let page = format!("/@alice/{}", post["id"].as_str().expect("an id"));
    let mut alice = stadtbote.visitor();
    alice.sign_in("alice@stadt.example", PASSWORD).await;
    let form =
        alice.open("/redaktion/@alice/links").await.form("form[action$=links]").expect("there is a form");
    let wrong = alice.send(form.fill("label", "Plakat").fill("target", "javascript:alert(1)")).await;
    assert!(wrong.all_text().contains("https://"), "the address is refused with what to do");
    let form = wrong.form("form[action$=links]").expect("there is a form");
    let made =
        alice.send(form.fill("label", "Plakat Bahnhof").fill("target", "https://city.example/fest")).await;
    let address = made.texts("li .mono").into_iter().next().expect("the address is shown");
    let path = address.strip_prefix("https://social.stadt.example").expect("it is one of ours").to_owned();
    let svg = made.attributes("a[href$=svg]", "href").into_iter().next().expect("there is a code");
    assert!(alice.open(&svg).await.attributes("svg", "viewBox").len() == 1, "the code is a picture");

    let stranger = stadtbote.stranger();
    for _ in 0..3000 {
        let answer = stranger.get_with(&path, &PREVIEW).await;
        assert_eq!(answer.header("location"), "https://city.example/fest");
    }
    for _ in 0..7 {
        stranger.get_with(&path, &BROWSER).await;
        stranger.get_with(&page, &BROWSER).await;
        stranger.get_with("/@alice", &BROWSER).await;
        stranger.get_with(&page, &PREVIEW).await;
    }
    let feed = [("user-agent", "Feedbin feed-id:1 - 142 subscribers")];
    stranger.get_with("/@alice.rss", &feed).await;
    // What was counted is saved when the program stops.
    stadtbote.program_mut().stop().await;
    stadtbote.program_mut().serve().await;

    let app = stadtbote.app().await;
    let account = accounts::find_ours(app.db(), "alice").await.expect("it answers").expect("it is here").id;
    let this = Period::month(app.clock.day(app.clock.now()));
    let told = figures(app, &Whose::Account(account), this).await.expect("it can be told");
    let amounts = [Measure::Clicks, Measure::Views, Measure::FeedReaders].map(|measure| told.amount(measure));
    assert_eq!(amounts, [Some(7), Some(14), Some(142)]);
    let has_views = told.posts.iter().any(|part| part.amount(Measure::Views) > 0);
    assert!(!has_views, "who knows the languages of posts could add them up");
    let links = alice.open("/redaktion/@alice/links").await;
    assert!(links.all_text().contains("Zusammen 7-mal"), "{}", links.all_text());
    // The one place is not told before the month is over, only the sum that anybody may know.
    assert!(links.all_text().contains("noch nichts zu nennen"));

    let form = links.form("form[action$=end]").expect("it can be ended");
    alice.send(form).await;
    assert_eq!(stranger.get_with(&path, &BROWSER).await.status, 410);
    assert_eq!(stranger.get_with("/k/nothing", &BROWSER).await.status, 404);
}

#[tokio::test]
async fn the_pages_begin_with_their_answer_and_say_how_true_it_is() {
    let world = World::simulated().await;
    let app = world.app().await;
    let mut alice = world.stadtbote.visitor();
    alice.sign_in("alice@stadt.example", PASSWORD).await;
    let last = Period::month(app.clock.day(app.clock.now())).previous();
    let told = figures(app, &Whose::Account(world.alice), last).await.expect("it can be told");
    let reactors = told.amount(Measure::Reactors).expect("somebody reacted");

    let page = alice.open(&format!("/redaktion/@alice/reach?period={}", last.name())).await;

    assert!(
        page.text(".answer b").contains(&format!("mindestens {reactors} Konten")),
        "{}",
        page.text(".answer")
    );
    assert_eq!(page.texts(".chart").len(), 1);
    assert!(page.texts(".measure .truth").iter().all(|truth| !truth.is_empty()));
    // Every chart is a table as well.
    assert_eq!(page.texts("details section table tbody tr").len(), last.days().count());

    alice.open(&format!("/redaktion/@alice/reach.csv?period={}", last.name())).await;
    let text = alice.answer.as_ref().expect("it was answered").text.clone();
    assert!(text.starts_with("period,first_day,last_day,measure,part,value,truth,definitions"), "{text}");
    assert!(text.contains(&format!(",reactors,,{reactors},lower_bound,{DEFINITIONS}")), "{text}");

    // Who does not belong to it, sees nothing of it; the whole server is for administrators.
    let mut bob = world.stadtbote.visitor();
    bob.sign_in("bob@stadt.example", PASSWORD).await;
    bob.open("/redaktion/@alice/reach").await;
    assert_eq!(bob.answer.as_ref().expect("it was answered").status, 403);
    bob.open("/redaktion/reach").await;
    assert_eq!(bob.answer.as_ref().expect("it was answered").status, 403);
}

#[tokio::test]
async fn what_is_open_is_what_the_pages_tell_and_nothing_before_a_month_is_over() {
    let world = World::simulated_with(&[("reach.open_data", "true")], SHORT).await;
    let app = world.app().await;
    let last = Period::month(app.clock.day(app.clock.now())).previous();
    let told = figures(app, &world.both(), last).await.expect("it can be told");
    let stranger = world.stadtbote.stranger();

    let file = stranger.get(&format!("/open-data/reach-{}.json", last.name())).await.good();
    let sums = file["values"].as_array().expect("there are numbers").iter().filter(|line| line["part"] == "");
    let sums: BTreeMap<&str, i64> = sums
        .map(|line| (line["measure"].as_str().expect("a name"), line["value"].as_i64().expect("a number")))
        .collect();
    let expected: BTreeMap<&str, i64> =
        told.amounts.iter().map(|(measure, value)| (measure.name(), *value)).collect();
    assert_eq!(sums, expected);

    let table = stranger.get(&format!("/open-data/reach-{}.csv", last.name())).await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let columns = stranger.get("/open-data/datapackage.json").await.good();
    let fields = columns["resources"][0]["schema"]["fields"].as_array().expect("there are fields");
    let names: Vec<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
    assert_eq!(table.text.lines().next(), Some(names.join(",").as_str()));

    let entry = stranger.get("/open-data/catalog.jsonld").await.good();
    let files = entry["@graph"][2]["dcat:distribution"].as_array().expect("there are files");
    assert!(files.len() >= 6, "{}", files.len());
    for file in files.iter().take(2) {
        let address = file["dcat:downloadURL"]["@id"].as_str().expect("an address");
        let path = address.strip_prefix("https://social.stadt.example").expect("it is ours");
        assert_eq!(stranger.get(path).await.status, 200, "{path}");
    }
    assert!(stranger.get("/open-data/catalog.ttl").await.text.contains("a dcat:Dataset"));

    // No row says anything of few, nor of anybody.
    for line in file["values"].as_array().expect("there are numbers") {
        let part = line["part"].as_str().expect("a part");
        if part.starts_with("server:") || part.starts_with("software:") {
            assert!(line["value"].as_i64() >= Some(FLOOR), "{line}");
        }
    }
    assert!(!file.to_string().contains("/users/") && !table.text.contains('@'));

    let this = Period::month(app.clock.day(app.clock.now()));
    assert_eq!(stranger.get(&format!("/open-data/reach-{}.csv", this.name())).await.status, 404);
    for wrong in ["reach-.csv", "reach-2026.csv", "reach-1999-01.csv", "x", "reach-2026-q3.json"] {
        assert_eq!(stranger.get(&format!("/open-data/{wrong}")).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn nothing_is_open_unless_the_city_says_so() {
    let stadtbote = Stadtbote::start().await;

    assert_eq!(stadtbote.stranger().get("/open-data/catalog.jsonld").await.status, 404);
}

#[tokio::test]
async fn a_plot_has_days_weeks_or_months_that_add_up_to_the_same() {
    let world = World::simulated().await;
    let app = world.app().await;
    let mut alice = world.stadtbote.visitor();
    alice.sign_in("alice@stadt.example", PASSWORD).await;
    let last = Period::month(app.clock.day(app.clock.now())).previous();
    let quarter = Period::quarter(last.first());
    let told = figures(app, &Whose::Account(world.alice), quarter).await.expect("it can be told");
    assert!(told.reactions() > 0);
    let last_day = told.days.last().expect("it has begun").day;
    let address = |period: Period, grain: &str| {
        format!("/redaktion/@alice/reach?period={}&grain={grain}", period.name())
    };

    for grain in [Grain::Day, Grain::Week, Grain::Month] {
        let page = alice.open(&address(quarter, grain.name())).await;
        let numbers = page.texts("details section table tbody td:nth-of-type(1)");
        assert_eq!(numbers.len(), grain.place(quarter, last_day) + 1, "{grain:?}");
        let sum: i64 =
            numbers.iter().map(|number| number.replace('.', "").parse::<i64>().expect("a number")).sum();
        assert_eq!(sum, told.reactions(), "{grain:?}");
        let chosen = page.attributes(".chips a[aria-current]", "href");
        assert!(chosen.len() == 1 && chosen[0].contains(&format!("grain={}", grain.name())), "{chosen:?}");
    }
    let weeks = alice.open(&address(quarter, "week")).await;
    assert!(weeks.texts("details section table tbody th").iter().all(|name| name.starts_with("Woche ab ")));
    // A month has days alone, whatever the address says.
    let month = alice.open(&address(last, "week")).await;
    assert!(month.texts(".chips a").is_empty());
    assert_eq!(month.texts("details section table tbody tr").len(), last.days().count());
    let year = alice.open(&address(Period::year(last.first()), "decade")).await;
    assert!(year.texts("details section table tbody tr").len() <= 12, "an unknown one is the usual one");
}

#[tokio::test]
async fn a_campaign_has_a_file_that_tells_what_its_page_tells() {
    let world = World::simulated().await;
    let app = world.app().await;
    // In which month somebody reacts is left to chance.
    let year = Period::year(app.clock.day(app.clock.now()));
    let mut of_years = Vec::new();
    for year in [year, year.previous()] {
        let told = reach::campaign(app, &Whose::Account(world.alice), "stadtfest", year).await;
        of_years.push(told.expect("it can be told"));
    }
    let told = of_years.into_iter().max_by_key(|told| told.reactions()).expect("there are two");
    let last = told.period;
    assert!(told.reactions() > 0);
    let path = format!("/redaktion/@alice/reach/campaigns/stadtfest/reach.csv?period={}", last.name());
    let mut alice = world.stadtbote.visitor();
    alice.sign_in("alice@stadt.example", PASSWORD).await;
    let page =
        alice.open(&format!("/redaktion/@alice/reach/campaigns/stadtfest?period={}", last.name())).await;
    assert_eq!(page.attributes("a[href*='reach.csv']", "href"), std::slice::from_ref(&path));

    alice.open(&path).await;
    let answer = alice.answer.as_ref().expect("it was answered");
    let named = format!("attachment; filename*=UTF-8''reach-alice-stadtfest-{}.csv", last.name());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-disposition"), named);
    for (measure, amount) in &told.amounts {
        let row = format!(",{},tag:stadtfest,{amount},{},", measure.name(), measure.truth().name());
        assert!(answer.text.contains(&row), "{row} is not in: {}", answer.text);
    }
    let days = answer.text.lines().filter(|line| line.contains(",reactions,tag:stadtfest day:"));
    assert_eq!(days.count(), told.days.len());

    // A hashtag may have any letters, and nobody else reads it.
    let other = "/redaktion/@alice/reach/campaigns/m%C3%BCllabfuhr/reach.csv";
    alice.open(other).await;
    let answer = alice.answer.as_ref().expect("it was answered");
    assert!(answer.header("content-disposition").contains("reach-alice-m%C3%BCllabfuhr-"));
    let mut bob = world.stadtbote.visitor();
    bob.sign_in("bob@stadt.example", PASSWORD).await;
    bob.open(&path).await;
    assert_eq!(bob.answer.as_ref().expect("it was answered").status, 403);
}
