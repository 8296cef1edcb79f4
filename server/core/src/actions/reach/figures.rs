//! What pages, answers and files tell of the reach: the one place that numbers come from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};

use super::panels::{OfPanel, panels};
use crate::domain::ids::{AccountId, PostId};
use crate::domain::period::Period;
use crate::domain::reach::{Kind, LEAST_FOR_HOURS, Measure, REACTIONS};
use crate::store::hosts::with_names_above;
use crate::store::{campaign_links, post_tags, reach_cells, reach_days, reach_months, tags};
use crate::{App, Error};

/// Whose reach.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    /// One account's.
    Account(AccountId),
    /// That of all these accounts: the whole server.
    All(Vec<AccountId>),
}

impl Whose {
    pub(super) fn accounts(&self) -> Vec<AccountId> {
        match self {
            Whose::Account(account) => vec![*account],
            Whose::All(accounts) => accounts.clone(),
        }
    }
}

/// What was done on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfDay {
    /// The day.
    pub day: NaiveDate,
    /// Reactions of all kinds. One account may react more than once.
    pub reactions: i64,
    /// Followers at its end, where that is known.
    pub followers: Option<i64>,
}

/// A part of a number: what is told of one server or one software.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The server or the software.
    pub name: String,
    /// At least so many.
    pub amount: i64,
}

/// What one account, post, hashtag or language has of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The id of the account or post, the hashtag or the language.
    pub name: String,
    /// What there is of each measure.
    pub amounts: BTreeMap<Measure, i64>,
}

impl Part {
    /// How much there is of a measure.
    pub fn amount(&self, measure: Measure) -> i64 {
        self.amounts.get(&measure).copied().unwrap_or_default()
    }

    /// Reactions of all kinds.
    pub fn reactions(&self) -> i64 {
        REACTIONS.iter().map(|measure| self.amount(*measure)).sum()
    }
}

/// The figures of a period.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Which period.
    pub period: Period,
    /// What there is of each measure. A measure that nothing feeds is not there.
    pub amounts: BTreeMap<Measure, i64>,
    /// Each day of the period that has begun.
    pub days: Vec<OfDay>,
    /// The last month at whose end it was told where followers are.
    pub followers_told: Option<Period>,
    /// Where followers are: at least so many on each server, as it was told then.
    pub followers_by_host: Vec<Cell>,
    /// The same by the software that their servers run.
    pub followers_by_software: Vec<Cell>,
    /// At least so many of the followers are on servers of the region; nothing, where none are named.
    pub followers_here: Option<i64>,
    /// In each month, half of the answers took no longer than this, in minutes: so it was with half of all of them.
    pub answers_within: Option<i64>,
    /// Reactions by the hour of the day, 0 to 23; nothing, where there are too few to say anything.
    pub hours: Option<[i64; 24]>,
    /// Where those are who reacted.
    pub reactors_by_host: Vec<Cell>,
    /// The accounts, where there are several.
    pub accounts: Vec<Part>,
    /// Posts that were published or reacted to, those with most reactions first; at most ten.
    pub posts: Vec<Part>,
    /// Hashtags of such posts.
    pub tags: Vec<Part>,
    /// Languages of such posts.
    pub languages: Vec<Part>,
    /// Panels that were over in the period, the last first.
    pub panels: Vec<OfPanel>,
}

/// Most posts, hashtags and languages that are told of.
const MOST_PARTS: usize = 10;
/// Most ids asked for at once.
const AT_ONCE: usize = 500;

impl Figures {
    /// How much there is of a measure; nothing, where it is not fed.
    pub fn amount(&self, measure: Measure) -> Option<i64> {
        self.amounts.get(&measure).copied()
    }

    /// Reactions of all kinds.
    pub fn reactions(&self) -> i64 {
        REACTIONS.iter().filter_map(|measure| self.amount(*measure)).sum()
    }
}

/// The figures of a period, with thirteen questions however much there is.
pub async fn figures(app: &App, whose: &Whose, period: Period) -> Result<Figures, Error> {
    let accounts = whose.accounts();
    let (first, until) = (period.first().to_string(), period.until().to_string());
    let days = reach_days::Days { first: &first, until: &until };
    Ok(Figures {
        hours: hours(app, &accounts, days).await?,
        posts: list_parts(app, &accounts, reach_days::POST, days).await?,
        tags: list_parts(app, &accounts, reach_days::TAG, days).await?,
        languages: list_parts(app, &accounts, reach_days::LANGUAGE, days).await?,
        ..whole_figures(app, whose, period).await?
    })
}

/// The same without hours, posts, hashtags and languages: what another period is compared with, with six questions.
///
/// A month that several accounts share, or several months of one, are put together so that what is told stays true: the
/// accounts that reacted are at least as many as in the largest month.
pub async fn whole_figures(app: &App, whose: &Whose, period: Period) -> Result<Figures, Error> {
    let accounts = whose.accounts();
    let until = period.until().to_string();
    // The day before as well: who was there then, and is no longer, has gone.
    let eve = (period.first() - Days::new(1)).to_string();
    let with_eve = reach_days::Days { first: &eve, until: &until };
    let (sums, of_eve): (Vec<_>, Vec<_>) = reach_days::list_of_accounts(app.db(), &accounts, with_eve)
        .await?
        .into_iter()
        .partition(|sum| sum.subject != eve);

    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    let mut by_day: HashMap<String, (i64, Option<i64>)> = HashMap::new();
    let mut by_account: BTreeMap<AccountId, BTreeMap<Measure, i64>> = BTreeMap::new();
    // Of what stands at the end of a day, the last day that is known counts, for each account by itself.
    let mut standing: HashMap<(AccountId, Measure), (String, i64)> = HashMap::new();
    for sum in sums {
        let Some(measure) = Measure::parse(&sum.measure) else { continue };
        let day = by_day.entry(sum.subject.clone()).or_default();
        match measure.kind() {
            Kind::Standing => {
                if measure == Measure::Followers {
                    *day.1.get_or_insert(0) += sum.amount;
                }
                let last = standing.entry((sum.account_id, measure)).or_default();
                if sum.subject > last.0 {
                    *last = (sum.subject, sum.amount);
                }
            }
            _ => {
                *amounts.entry(measure).or_default() += sum.amount;
                *by_account.entry(sum.account_id).or_default().entry(measure).or_default() += sum.amount;
                if REACTIONS.contains(&measure) {
                    day.0 += sum.amount;
                }
            }
        }
    }
    for ((account, measure), (_, amount)) in standing {
        *amounts.entry(measure).or_default() += amount;
        by_account.entry(account).or_default().insert(measure, amount);
    }
    for sum in of_eve.iter().filter(|sum| sum.measure == Measure::Followers.name()) {
        let of_account = by_account.entry(sum.account_id).or_default();
        let new = of_account.get(&Measure::NewFollowers).copied().unwrap_or_default();
        let Some(now) = of_account.get(&Measure::Followers) else { continue };
        let lost = (sum.amount + new - now).max(0);
        of_account.insert(Measure::LostFollowers, lost);
        *amounts.entry(Measure::LostFollowers).or_default() += lost;
    }
    let months: Vec<String> = period.list_months().into_iter().map(Period::name).collect();
    let asked: Vec<AccountId> = accounts.iter().copied().chain([reach_months::WHOLE_SERVER]).collect();
    let rows = reach_months::list(app.db(), &asked, months.clone()).await?;
    let of =
        |account: AccountId| of_months(rows.iter().filter(|row| row.account_id == account), months.len());
    for account in &accounts {
        by_account.entry(*account).or_default().extend(of(*account));
    }
    let together = match whose {
        Whose::Account(account) => *account,
        Whose::All(_) => reach_months::WHOLE_SERVER,
    };
    amounts.extend(of(together));
    let minutes = Measure::MinutesToAnswer.name();
    let took = rows.iter().filter(|row| row.account_id == together && row.measure == minutes);
    let answers_within = took.map(|row| row.amount).max();

    let last = Period::month(period.last()).name();
    let told = reach_cells::last_month(app.db(), &accounts, Measure::Followers.name(), &last).await?;
    let told: BTreeMap<AccountId, String> =
        told.into_iter().map(|told| (told.account_id, told.month)).collect();
    let asked = told.values().cloned().chain(months).collect::<BTreeSet<_>>().into_iter().collect();
    let cells = reach_cells::list(app.db(), &accounts, asked).await?;
    let of_followers: Vec<&reach_cells::Model> = cells
        .iter()
        .filter(|cell| cell.measure == Measure::Followers.name() && cell.host != reach_cells::ALL)
        .filter(|cell| told.get(&cell.account_id) == Some(&cell.month))
        .collect();
    let followers_by_host = added(&of_followers, |cell| Some(&cell.host));
    let is_here = |cell: &&Cell| {
        let above = with_names_above(&cell.name);
        app.config.regional_servers.iter().any(|name| above.contains(&name.as_str()))
    };
    let here: i64 = followers_by_host.iter().filter(is_here).map(|cell| cell.amount).sum();
    Ok(Figures {
        period,
        amounts,
        answers_within,
        followers_here: (!app.config.regional_servers.is_empty()).then_some(here),
        days: days(app, period, &by_day),
        followers_told: told.values().max().and_then(|month| Period::parse(month)),
        followers_by_host,
        followers_by_software: added(&of_followers, |cell| cell.software.as_ref()),
        hours: None,
        reactors_by_host: largest_cells(&cells, &period.list_months()),
        accounts: match whose {
            Whose::Account(_) => vec![],
            Whose::All(_) => {
                parts(by_account.into_iter().map(|(id, amounts)| (id.to_string(), amounts)), usize::MAX)
            }
        },
        posts: vec![],
        tags: vec![],
        languages: vec![],
        panels: panels(app, whose, period, period).await?,
    })
}

/// Each day that has begun, with its reactions and followers.
fn days(app: &App, period: Period, by_day: &HashMap<String, (i64, Option<i64>)>) -> Vec<OfDay> {
    let today = app.clock.day(app.clock.now());
    let days = period.days().take_while(|day| *day <= today).map(|day| {
        let (reactions, followers) = by_day.get(&day.to_string()).copied().unwrap_or_default();
        OfDay { day, reactions, followers }
    });
    days.collect()
}

/// The figures of a campaign: of the posts with a hashtag (in its comparable form) and of the addresses that belong to it. How
/// often these were opened is told of whole months.
pub async fn campaign(app: &App, whose: &Whose, tag: &str, period: Period) -> Result<Figures, Error> {
    let accounts = whose.accounts();
    let (first, until) = (period.first().to_string(), period.until().to_string());
    let days_asked = reach_days::Days { first: &first, until: &until };
    let rows = reach_days::list_of_subject(app.db(), &accounts, reach_days::TAG, tag, days_asked).await?;
    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    let mut by_day: HashMap<String, (i64, Option<i64>)> = HashMap::new();
    for row in rows {
        let Some(measure) = Measure::parse(&row.measure).filter(|measure| *measure != Measure::Views) else {
            continue;
        };
        *amounts.entry(measure).or_default() += row.amount;
        if REACTIONS.contains(&measure) {
            by_day.entry(row.day).or_default().0 += row.amount;
        }
    }
    let links = campaign_links::list_of_tag(app.db(), &accounts, tag).await?;
    let codes: BTreeSet<&String> = links.iter().map(|link| &link.code).collect();
    let months = period.list_months().into_iter().map(Period::name).collect();
    let cells = reach_cells::list(app.db(), &accounts, months).await?;
    let of_links =
        cells.iter().filter(|cell| cell.measure == Measure::Clicks.name() && codes.contains(&cell.host));
    let clicks: i64 = of_links.map(|cell| cell.amount).sum();
    if clicks > 0 {
        amounts.insert(Measure::Clicks, clicks);
    }
    let sums = reach_days::sum_by_subject(app.db(), &accounts, reach_days::POST, days_asked).await?;
    let mut posts = parts_of(sums, usize::MAX);
    let ids: Vec<PostId> = posts.iter().filter_map(|part| part.name.parse().ok()).collect();
    let found = tags::find(app.db(), tag).await?;
    let mut tagged = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        let uses = post_tags::list_of_posts(app.db(), ids.to_vec()).await?;
        let is_it = |row: &&post_tags::Model| found.as_ref().is_some_and(|tag| tag.id == row.tag_id);
        tagged.extend(uses.iter().filter(is_it).map(|row| row.post_id.to_string()));
    }
    posts.retain(|part| tagged.contains(&part.name));
    posts.truncate(MOST_PARTS);
    Ok(Figures {
        period,
        amounts,
        days: days(app, period, &by_day),
        followers_told: None,
        followers_by_host: vec![],
        followers_by_software: vec![],
        followers_here: None,
        hours: None,
        answers_within: None,
        reactors_by_host: vec![],
        accounts: vec![],
        posts,
        tags: vec![],
        languages: vec![],
        panels: vec![],
    })
}

/// Whether any address belongs to a campaign.
pub async fn has_links(app: &App, whose: &Whose, tag: &str) -> Result<bool, Error> {
    Ok(!campaign_links::list_of_tag(app.db(), &whose.accounts(), tag).await?.is_empty())
}

/// What several months together have.
fn of_months<'a>(
    rows: impl Iterator<Item = &'a reach_months::Model>,
    months: usize,
) -> BTreeMap<Measure, i64> {
    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    for row in rows {
        match Measure::parse(&row.measure) {
            // Who reacted in two months counts once.
            Some(Measure::Reactors) => {
                let amount = amounts.entry(Measure::Reactors).or_default();
                *amount = row.amount.max(*amount);
            }
            // The middle of a year is not made of those of its months.
            Some(Measure::MinutesToAnswer) if months > 1 => {}
            Some(measure) => *amounts.entry(measure).or_default() += row.amount,
            None => {}
        }
    }
    amounts
}

async fn list_parts(
    app: &App,
    accounts: &[AccountId],
    kind: &str,
    days: reach_days::Days<'_>,
) -> Result<Vec<Part>, Error> {
    let views = Measure::Views.name();
    let by: Vec<&str> = REACTIONS.iter().map(|measure| measure.name()).collect();
    let sums = reach_days::sum_of_most(app.db(), accounts, kind, days, &by, views, MOST_PARTS as u64).await?;
    Ok(parts_of(sums, MOST_PARTS))
}

/// Who read what is no public number, so it is told of no group.
fn parts_of(sums: Vec<reach_days::Sum>, most: usize) -> Vec<Part> {
    let mut found: BTreeMap<String, BTreeMap<Measure, i64>> = BTreeMap::new();
    for sum in sums {
        let Some(measure) = Measure::parse(&sum.measure).filter(|measure| *measure != Measure::Views) else {
            continue;
        };
        *found.entry(sum.subject).or_default().entry(measure).or_default() += sum.amount;
    }
    parts(found.into_iter(), most)
}

async fn hours(
    app: &App,
    accounts: &[AccountId],
    days: reach_days::Days<'_>,
) -> Result<Option<[i64; 24]>, Error> {
    let mut hours = [0; 24];
    for sum in reach_days::sum_by_subject(app.db(), accounts, reach_days::HOUR, days).await? {
        if let Some(hour) = sum.subject.parse::<usize>().ok().and_then(|hour| hours.get_mut(hour)) {
            *hour += sum.amount;
        }
    }
    let is_enough = hours.iter().sum::<i64>() >= i64::try_from(LEAST_FOR_HOURS).unwrap_or(i64::MAX);
    Ok(is_enough.then_some(hours))
}

/// Parts, those with most reactions first.
fn parts(found: impl Iterator<Item = (String, BTreeMap<Measure, i64>)>, most: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = found.map(|(name, amounts)| Part { name, amounts }).collect();
    parts.sort_by(|one, other| {
        other.reactions().cmp(&one.reactions()).then_with(|| one.name.cmp(&other.name))
    });
    parts.truncate(most);
    parts
}

/// Followers by `name`, those of all accounts together.
fn added(cells: &[&reach_cells::Model], name: impl Fn(&reach_cells::Model) -> Option<&String>) -> Vec<Cell> {
    let mut amounts: BTreeMap<&String, i64> = BTreeMap::new();
    for cell in cells {
        if let Some(name) = name(cell) {
            *amounts.entry(name).or_default() += cell.amount;
        }
    }
    largest_first(amounts)
}

/// Who reacted by server: of several months or accounts, the largest number is sure.
fn largest_cells(cells: &[reach_cells::Model], months: &[Period]) -> Vec<Cell> {
    let months: BTreeSet<String> = months.iter().map(|month| month.name()).collect();
    let mut amounts: BTreeMap<&String, i64> = BTreeMap::new();
    let is_asked =
        |cell: &&reach_cells::Model| cell.measure == Measure::Reactors.name() && months.contains(&cell.month);
    for cell in cells.iter().filter(is_asked) {
        let amount = amounts.entry(&cell.host).or_default();
        *amount = cell.amount.max(*amount);
    }
    largest_first(amounts)
}

fn largest_first(amounts: BTreeMap<&String, i64>) -> Vec<Cell> {
    let mut cells: Vec<Cell> =
        amounts.into_iter().map(|(name, amount)| Cell { name: name.clone(), amount }).collect();
    cells.sort_by(|one, other| other.amount.cmp(&one.amount).then_with(|| one.name.cmp(&other.name)));
    cells
}
