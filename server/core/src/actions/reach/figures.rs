//! What pages, answers and files tell of the reach: the one place that numbers come from.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::domain::ids::AccountId;
use crate::domain::period::Period;
use crate::domain::reach::{Kind, Measure, REACTIONS};
use crate::store::{reach_cells, reach_days, reach_months};
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
    fn accounts(&self) -> Vec<AccountId> {
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

/// The figures of a period.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Which period.
    pub period: Period,
    /// What there is of each measure. A measure that nothing feeds is not there.
    pub amounts: BTreeMap<Measure, i64>,
    /// Each day of the period that has begun.
    pub days: Vec<OfDay>,
    /// Where followers are: at least so many on each server, told at the end of the last month that is over.
    pub followers_by_host: Vec<Cell>,
    /// The same by the software that their servers run.
    pub followers_by_software: Vec<Cell>,
    /// Where those are who reacted.
    pub reactors_by_host: Vec<Cell>,
}

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

/// The figures of a period, with four questions however much there is.
///
/// A month that several accounts share, or several months of one, are put together so that what is told stays true: the
/// accounts that reacted are at least as many as in the largest month.
pub async fn figures(app: &App, whose: &Whose, period: Period) -> Result<Figures, Error> {
    let accounts = whose.accounts();
    let (first, until) = (period.first().to_string(), period.until().to_string());
    let days = reach_days::Days { first: &first, until: &until };
    let sums = reach_days::list_of_accounts(app.db(), &accounts, days).await?;

    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    let mut by_day: HashMap<String, (i64, Option<i64>)> = HashMap::new();
    // Of what stands at the end of a day, the last day that is known counts, for each account by itself.
    let mut standing: HashMap<(AccountId, Measure), (String, i64)> = HashMap::new();
    for sum in sums {
        let Some(measure) = Measure::parse(&sum.measure) else { continue };
        let day = by_day.entry(sum.subject.clone()).or_default();
        match measure.kind() {
            Kind::Standing => {
                *day.1.get_or_insert(0) += sum.amount;
                let last = standing.entry((sum.account_id, measure)).or_default();
                if sum.subject > last.0 {
                    *last = (sum.subject, sum.amount);
                }
            }
            _ => {
                *amounts.entry(measure).or_default() += sum.amount;
                if REACTIONS.contains(&measure) {
                    day.0 += sum.amount;
                }
            }
        }
    }
    for ((_, measure), (_, amount)) in standing {
        *amounts.entry(measure).or_default() += amount;
    }
    amounts.extend(of_months(app, whose, period).await?);

    let today = app.clock.day(app.clock.now());
    let days = period.days().take_while(|day| *day <= today).map(|day| {
        let (reactions, followers) = by_day.get(&day.to_string()).copied().unwrap_or_default();
        OfDay { day, reactions, followers }
    });
    let months: Vec<String> = period.list_months().into_iter().map(Period::name).collect();
    let cells = reach_cells::list(app.db(), &accounts, months).await?;
    Ok(Figures {
        period,
        amounts,
        days: days.collect(),
        followers_by_host: standing_cells(&cells, |cell| Some(&cell.host)),
        followers_by_software: standing_cells(&cells, |cell| cell.software.as_ref()),
        reactors_by_host: largest_cells(&cells),
    })
}

/// What is found for whole months.
async fn of_months(app: &App, whose: &Whose, period: Period) -> Result<BTreeMap<Measure, i64>, Error> {
    let account = match whose {
        Whose::Account(account) => *account,
        Whose::All(_) => reach_months::WHOLE_SERVER,
    };
    let months: Vec<String> = period.list_months().into_iter().map(Period::name).collect();
    let is_one = months.len() == 1;
    let mut amounts: BTreeMap<Measure, i64> = BTreeMap::new();
    for row in reach_months::list(app.db(), &[account], months).await? {
        let Some(measure) = Measure::parse(&row.measure) else { continue };
        let amount = amounts.entry(measure).or_default();
        match measure {
            // Who reacted in two months counts once.
            Measure::Reactors => *amount = row.amount.max(*amount),
            Measure::Questions | Measure::Answered => *amount += row.amount,
            _ if is_one => *amount = row.amount,
            // The middle of a year is not made of those of its months.
            _ => {
                amounts.remove(&measure);
            }
        }
    }
    Ok(amounts)
}

/// Followers by `name`, as told for the last month of which something is told.
fn standing_cells(
    cells: &[reach_cells::Model],
    name: impl Fn(&reach_cells::Model) -> Option<&String>,
) -> Vec<Cell> {
    let of_followers = || cells.iter().filter(|cell| cell.measure == Measure::Followers.name());
    let last = of_followers().map(|cell| &cell.month).max();
    let mut amounts: BTreeMap<&String, i64> = BTreeMap::new();
    for cell in of_followers().filter(|cell| Some(&cell.month) == last) {
        if let Some(name) = name(cell) {
            *amounts.entry(name).or_default() += cell.amount;
        }
    }
    largest_first(amounts)
}

/// Who reacted by server: of several months or accounts, the largest number is sure.
fn largest_cells(cells: &[reach_cells::Model]) -> Vec<Cell> {
    let mut amounts: BTreeMap<&String, i64> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| cell.measure == Measure::Reactors.name()) {
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
