//! The sums of days and months.
//!
//! Nothing is written down about a reaction when it comes: what is stored anyway is counted afterwards, the last days again
//! and again, until a day is closed. So a late or repeated run changes nothing, and the work grows with what is new, not with
//! what there is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::potential::want_follower_counts;
use crate::domain::floor;
use crate::domain::ids::{AccountId, JobId, PostId, made_at};
use crate::domain::job::Job;
use crate::domain::period::Period;
use crate::domain::reach::{Kind, Measure, REACTIONS, median};
use crate::store::reach::{OfHost, Span};
use crate::store::{
    accounts, facts, hosts, jobs, post_tags, posts, reach, reach_cells, reach_days, reach_months, tags,
};
use crate::{App, Error};

/// How often sums are made.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// A day is counted again for so many days: reactions come late, and deliveries are tried again.
const OPEN_DAYS: u64 = 2;
/// Most days that one run counts.
const MOST_DAYS: usize = 40;
/// What is found for whole months.
const OF_MONTHS: [Measure; 4] =
    [Measure::Reactors, Measure::Questions, Measure::Answered, Measure::MinutesToAnswer];
/// Most ids asked for at once.
const AT_ONCE: usize = 500;

/// Counts the days that are not closed and the months that they lie in, tells what may be told of a month that is over, and
/// queues the next time.
pub async fn roll_up(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let today = app.clock.day(now);
    let first = match facts::find(app.db(), facts::REACH_COUNTED_TO).await?.and_then(|day| day.parse().ok()) {
        Some(day) => day,
        None => first_day(app, now).await?,
    };
    let begin = first.checked_sub_days(Days::new(OPEN_DAYS)).unwrap_or(first);
    let days: Vec<NaiveDate> = begin.iter_days().take_while(|day| *day <= today).take(MOST_DAYS).collect();
    let mut months = BTreeSet::new();
    for day in &days {
        count_day(app, *day, *day == today).await?;
        months.insert(Period::month(*day));
    }
    for month in months {
        count_month(app, month).await?;
        if month.until() <= today {
            tell_month(app, month).await?;
        }
    }
    want_follower_counts(app).await?;
    let is_done = days.last().is_none_or(|day| *day == today);
    schedule(app, if is_done { now + EVERY } else { now }).await
}

/// Sees to it that sums are made, at `at` if that is not queued already.
pub async fn schedule(app: &App, at: DateTime<Utc>) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    jobs::enqueue_at(&tx, app.id(JobId), &Job::RollUpReach, None, app.clock.now(), at).await?;
    tx.commit().await
}

/// The day from which there is something to count.
async fn first_day(app: &App, now: DateTime<Utc>) -> Result<NaiveDate, Error> {
    let ours = accounts::list_ours(app.db()).await?;
    let first = ours.iter().map(|account| account.created_at).min().unwrap_or(now);
    Ok(app.clock.day(first))
}

/// Sums of one day, by whose they are, what they are about and what they count.
pub(super) type Sums = BTreeMap<(AccountId, &'static str, String, Measure), i64>;

async fn count_day(app: &App, day: NaiveDate, is_today: bool) -> Result<(), Error> {
    let span = Span { from: app.clock.begin_of(day), until: app.clock.begin_of(day + Days::new(1)) };
    let db = app.db();
    let mut of_posts: Vec<(PostId, AccountId, Measure, i64)> = Vec::new();
    for post in reach::list_published(db, span).await? {
        let (has_media, is_described) = (post.media > 0, post.media > 0 && post.bare == 0);
        of_posts.push((post.post_id, post.account_id, Measure::Posts, 1));
        of_posts.push((post.post_id, post.account_id, Measure::WithMedia, i64::from(has_media)));
        of_posts.push((post.post_id, post.account_id, Measure::Described, i64::from(is_described)));
    }
    for measure in REACTIONS {
        let counted = reach::count_reactions(db, measure, span).await?;
        of_posts.extend(counted.into_iter().map(|row| (row.post_id, row.account_id, measure, row.amount)));
    }
    let ours = accounts::list_ours(db).await?;
    let followers: HashMap<AccountId, i64> =
        ours.iter().map(|account| (account.id, account.followers_count)).collect();
    for row in reach::list_deliveries(db, span).await? {
        of_posts.push((row.post_id, row.account_id, Measure::Sent, 1));
        of_posts.push((row.post_id, row.account_id, Measure::Delivered, row.delivered));
        of_posts.push((row.post_id, row.account_id, Measure::Undelivered, row.undelivered));
        of_posts.push((row.post_id, row.account_id, Measure::BytesSent, row.bytes));
        of_posts.push((
            row.post_id,
            row.account_id,
            Measure::FollowersReached,
            reached(row.followers, followers.get(&row.account_id).copied(), app.config.reach_floor),
        ));
    }
    of_posts.retain(|(.., amount)| *amount > 0);

    let mut sums = sums_of_posts(app, of_posts).await?;
    for row in reach::count_new_followers(db, span).await? {
        sums.insert((row.account_id, reach_days::ACCOUNT, String::new(), Measure::NewFollowers), row.amount);
    }
    let mut hours = Sums::new();
    for row in reach::count_by_hour(db, &REACTIONS, span).await? {
        let hour = app.clock.hour(DateTime::from_timestamp(row.hour * 3600, 0).unwrap_or_default());
        let key = (row.account_id, reach_days::HOUR, format!("{hour:02}"), Measure::Reactions);
        *hours.entry(key).or_default() += row.amount;
    }
    sums.extend(hours);
    if is_today {
        for account in &ours {
            let key = (account.id, reach_days::ACCOUNT, String::new(), Measure::Followers);
            sums.insert(key, account.followers_count);
        }
    }

    let name = day.to_string();
    let found = Measure::ALL.iter().filter(|measure| measure.kind() == Kind::Found);
    let rows = rows_of(sums, &name);
    let tx = app.begin_write().await?;
    reach_days::delete_found(&tx, &name, found.map(|measure| measure.name())).await?;
    reach_days::put(&tx, rows).await?;
    facts::put(&tx, facts::REACH_COUNTED_TO, &name).await?;
    tx.commit().await
}

/// Followers behind the servers that took a post, as they may be told: how many all are, anybody can read, and those behind the
/// others may be few.
pub(super) fn reached(followers: i64, all: Option<i64>, floor: u32) -> i64 {
    let (followers, all) = (followers.max(0).unsigned_abs(), all.unwrap_or_default().max(0).unsigned_abs());
    i64::try_from(floor::at_least(followers, all, floor)).unwrap_or(i64::MAX)
}

/// Sums of a day as they are written down.
pub(super) fn rows_of(sums: Sums, day: &str) -> Vec<reach_days::Model> {
    let row =
        |((account_id, kind, subject, measure), amount): ((_, &str, _, Measure), _)| reach_days::Model {
            account_id,
            kind: kind.to_owned(),
            day: day.to_owned(),
            subject,
            measure: measure.name().to_owned(),
            amount,
        };
    sums.into_iter().map(row).collect()
}

/// Adds what posts have to their accounts, hashtags and languages.
pub(super) async fn sums_of_posts(
    app: &App,
    counted: Vec<(PostId, AccountId, Measure, i64)>,
) -> Result<Sums, Error> {
    let ids: Vec<PostId> =
        counted.iter().map(|(post, ..)| *post).collect::<BTreeSet<_>>().into_iter().collect();
    let mut languages: HashMap<PostId, String> = HashMap::new();
    let mut names: HashMap<PostId, Vec<String>> = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        for post in posts::list_any(app.db(), ids.to_vec()).await? {
            languages.extend(post.language.map(|language| (post.id, language)));
        }
        let uses = post_tags::list_of_posts(app.db(), ids.to_vec()).await?;
        let used: BTreeSet<_> = uses.iter().map(|row| row.tag_id).collect();
        for used in Vec::from_iter(used).chunks(AT_ONCE) {
            for tag in tags::list_by_ids(app.db(), used.to_vec()).await? {
                for row in uses.iter().filter(|row| row.tag_id == tag.id) {
                    names.entry(row.post_id).or_default().push(tag.name.clone());
                }
            }
        }
    }
    let mut sums = Sums::new();
    for (post, account, measure, amount) in counted {
        let mut add = |kind: &'static str, subject: String| {
            *sums.entry((account, kind, subject, measure)).or_default() += amount;
        };
        add(reach_days::ACCOUNT, String::new());
        add(reach_days::POST, post.to_string());
        if let Some(language) = languages.get(&post) {
            add(reach_days::LANGUAGE, language.clone());
        }
        for name in names.get(&post).into_iter().flatten() {
            add(reach_days::TAG, name.clone());
        }
    }
    Ok(sums)
}

async fn count_month(app: &App, month: Period) -> Result<(), Error> {
    let span = span_of(app, month);
    let mut found: BTreeMap<(AccountId, Measure), i64> = BTreeMap::new();
    for row in reach::count_reactors(app.db(), &REACTIONS, span).await? {
        *found.entry((row.account_id, Measure::Reactors)).or_default() += row.amount;
    }
    let in_all = reach::count_reactors_in_all(app.db(), &REACTIONS, span).await?;
    found.insert((reach_months::WHOLE_SERVER, Measure::Reactors), in_all);

    let mut minutes: BTreeMap<AccountId, Vec<i64>> = BTreeMap::new();
    for question in reach::list_questions(app.db(), span).await? {
        for account in [question.account_id, reach_months::WHOLE_SERVER] {
            *found.entry((account, Measure::Questions)).or_default() += 1;
            let Some(answer) = question.answer_id else { continue };
            *found.entry((account, Measure::Answered)).or_default() += 1;
            let took = (made_at(answer) - question.asked_at).num_minutes().max(0);
            minutes.entry(account).or_default().push(took);
        }
    }
    for (account, minutes) in minutes {
        if let Some(middle) = median(minutes) {
            found.insert((account, Measure::MinutesToAnswer), middle);
        }
    }
    let name = month.name();
    let rows = found.into_iter().map(|((account_id, measure), amount)| reach_months::Model {
        account_id,
        month: name.clone(),
        measure: measure.name().to_owned(),
        amount,
    });
    let rows = rows.collect();
    let tx = app.begin_write().await?;
    reach_months::put(&tx, &name, OF_MONTHS.map(Measure::name), rows).await?;
    tx.commit().await
}

/// Tells where people are, of a month that is over; a month is told once.
async fn tell_month(app: &App, month: Period) -> Result<(), Error> {
    let name = month.name();
    let told = facts::find(app.db(), facts::REACH_TOLD_TO).await?;
    if told.is_some_and(|told| told >= name) {
        return Ok(());
    }
    let span = span_of(app, month);
    let least = app.config.reach_floor;
    let followers = reach::count_followers_by_host(app.db(), span.until).await?;
    let mut rows = Vec::new();
    for (account, parts) in by_account(followers) {
        let total: i64 = parts.iter().map(|(_, amount)| amount).sum();
        if may_tell_followers(app, account, &name, total).await? {
            rows.push(cell(account, &name, Measure::Followers, reach_cells::ALL, total, least));
            rows.extend(cells(account, &name, Measure::Followers, parts, least));
        }
    }
    for (account, parts) in by_account(reach::count_reactors(app.db(), &REACTIONS, span).await?) {
        rows.extend(cells(account, &name, Measure::Reactors, parts, least));
    }
    for (account, parts) in clicks_by_link(app, month).await? {
        rows.extend(cells(account, &name, Measure::Clicks, parts, least));
    }
    let used: BTreeSet<String> = rows.iter().map(|row| row.host.clone()).collect();
    let mut software = HashMap::new();
    for names in Vec::from_iter(used).chunks(AT_ONCE) {
        let known = hosts::list_by_names(app.db(), names.to_vec()).await?;
        software.extend(known.into_iter().filter_map(|host| Some((host.name, host.software?))));
    }
    for row in &mut rows {
        row.software = software.get(&row.host).cloned();
    }
    let tx = app.begin_write().await?;
    reach_cells::tell(&tx, rows).await?;
    facts::put(&tx, facts::REACH_TOLD_TO, &name).await?;
    tx.commit().await
}

/// Whether it may be told again where the followers of an account are: since it was told last, enough must have come or gone.
async fn may_tell_followers(app: &App, account: AccountId, month: &str, total: i64) -> Result<bool, Error> {
    let last = reach_cells::last_month(app.db(), &[account], Measure::Followers.name(), month).await?;
    let Some(last) = last.into_iter().next() else { return Ok(true) };
    let told = reach_cells::list(app.db(), &[account], vec![last.month.clone()]).await?;
    let all =
        told.iter().find(|cell| cell.measure == Measure::Followers.name() && cell.host == reach_cells::ALL);
    let (Some(all), Some(then), Some(now)) = (all, Period::parse(&last.month), Period::parse(month)) else {
        return Ok(false);
    };
    let since = Span { from: app.clock.begin_of(then.until()), until: app.clock.begin_of(now.until()) };
    let new = reach::count_new_followers(app.db(), since).await?;
    let came = new.iter().filter(|row| row.account_id == account).map(|row| row.amount).sum::<i64>();
    let went = all.amount + came - total;
    Ok(floor::may_tell_again(came.max(0).unsigned_abs(), went.max(0).unsigned_abs(), app.config.reach_floor))
}

/// How often the campaign addresses of each account were opened in a month.
async fn clicks_by_link(app: &App, month: Period) -> Result<Split, Error> {
    let ours: Vec<AccountId> =
        accounts::list_ours(app.db()).await?.into_iter().map(|account| account.id).collect();
    let (first, until) = (month.first().to_string(), month.until().to_string());
    let days = reach_days::Days { first: &first, until: &until };
    let mut split = Split::new();
    for sum in reach_days::sum_by_subject(app.db(), &ours, reach_days::LINK, days).await? {
        split.entry(sum.account_id).or_default().push((Some(sum.subject), sum.amount));
    }
    Ok(split)
}

/// Of each account the parts with their names; a part without one is told of nowhere, but belongs to the total.
type Split = BTreeMap<AccountId, Vec<(Option<String>, i64)>>;

/// People by their server. Those here are a part without a name.
fn by_account(parts: Vec<OfHost>) -> Split {
    let mut split = Split::new();
    for part in parts {
        split.entry(part.account_id).or_default().push((part.host, part.amount));
    }
    split
}

/// What may be told of parts.
fn cells(
    account: AccountId,
    month: &str,
    measure: Measure,
    parts: Vec<(Option<String>, i64)>,
    least: u32,
) -> Vec<reach_cells::Model> {
    let sizes: Vec<u64> = parts.iter().map(|(_, amount)| amount.unsigned_abs()).collect();
    let told = parts.into_iter().zip(floor::tell(&sizes, least));
    let row = |((name, _), told): ((Option<String>, i64), Option<u64>)| {
        let amount = i64::try_from(told?).unwrap_or(i64::MAX);
        Some(cell(account, month, measure, &name?, amount, least))
    };
    told.filter_map(row).collect()
}

fn cell(
    account_id: AccountId,
    month: &str,
    measure: Measure,
    host: &str,
    amount: i64,
    least: u32,
) -> reach_cells::Model {
    reach_cells::Model {
        account_id,
        month: month.to_owned(),
        measure: measure.name().to_owned(),
        host: host.to_owned(),
        software: None,
        amount,
        floor: i32::try_from(least).unwrap_or(i32::MAX),
    }
}

fn span_of(app: &App, period: Period) -> Span {
    Span { from: app.clock.begin_of(period.first()), until: app.clock.begin_of(period.until()) }
}
