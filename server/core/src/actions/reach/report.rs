//! What a report of a quarter or a year is made of: the figures that pages tell too, in a fixed set. Nothing is counted here.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::figures::{Figures, Whose, whole_figures};
use super::panels::OfPanel;
use crate::domain::indicators::{Indicator, Known, indicators};
use crate::domain::period::Period;
use crate::store::{accounts, memberships, persons, reach_days};
use crate::{App, Error};

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// Of which period.
    pub period: Period,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The day on which it was made.
    pub today: NaiveDate,
    /// The first day of which anything is known.
    pub counted_since: Option<NaiveDate>,
    /// The indicators, each with the one of the period before.
    pub indicators: Vec<(Indicator, Option<Indicator>)>,
    /// The accounts by name, if it is a report of all of them.
    pub accounts: Vec<(accounts::Model, Vec<Indicator>)>,
    /// The panels that were over in the period, the last first.
    pub panels: Vec<OfPanel>,
}

impl Report {
    /// The period is over.
    pub fn is_over(&self) -> bool {
        self.period.until() <= self.today
    }

    /// Something is known of the period before.
    pub fn has_before(&self) -> bool {
        self.counted_since.is_some_and(|first| first < self.period.first())
    }

    /// Both periods are whole, so that they can be compared.
    pub fn is_comparable(&self) -> bool {
        self.is_over() && self.counted_since.is_some_and(|first| first <= self.period.previous().first())
    }

    /// The indicator of that name.
    pub fn find(&self, name: &str) -> Option<&Indicator> {
        self.indicators.iter().map(|(now, _)| now).find(|now| now.name == name)
    }
}

/// The report of an account, or of all of them, with fifteen questions at most however many they are.
pub async fn report(app: &App, account: Option<&accounts::Model>, period: Period) -> Result<Report, Error> {
    let (known_accounts, people) = match account {
        Some(account) => (vec![], memberships::list_of_account(app.db(), account.id).await?.len()),
        None => (accounts::list_ours(app.db()).await?, persons::list(app.db()).await?.len()),
    };
    let whose = match account {
        Some(account) => Whose::Account(account.id),
        None => Whose::All(known_accounts.iter().map(|account| account.id).collect()),
    };
    let now = whole_figures(app, &whose, period).await?;
    let before = whole_figures(app, &whose, period.previous()).await?;
    let counted_since = reach_days::first_day(app.db()).await?.and_then(|day| day.parse().ok());
    let made_at = app.clock.now();
    let of = |figures: &Figures, people: Option<i64>| {
        indicators(&Known {
            amounts: &figures.amounts,
            people,
            answers_within: figures.answers_within,
            panels: counted(figures.panels.iter()),
            is_server: account.is_none(),
        })
    };
    let mut report = Report {
        period,
        made_at,
        today: app.clock.day(made_at),
        counted_since,
        indicators: Vec::new(),
        accounts: Vec::new(),
        panels: Vec::new(),
    };
    // Who had access before is not known: that is as it is today.
    let then = report.has_before().then(|| of(&before, None));
    report.indicators = of(&now, i64::try_from(people).ok())
        .into_iter()
        .enumerate()
        .map(|(place, now)| (now, then.as_ref().and_then(|then| then.get(place)).cloned()))
        .collect();
    let parts: HashMap<&str, _> = now.accounts.iter().map(|part| (part.name.as_str(), part)).collect();
    let nothing = std::collections::BTreeMap::new();
    let row = |account: accounts::Model| {
        let amounts = parts.get(account.id.to_string().as_str()).map_or(&nothing, |part| &part.amounts);
        let panels = counted(now.panels.iter().filter(|panel| panel.account == account.id));
        let known = Known { amounts, people: None, answers_within: None, panels, is_server: false };
        let found = indicators(&known);
        (account, found)
    };
    report.accounts = known_accounts.into_iter().map(row).collect();
    report.panels = now.panels;
    Ok(report)
}

/// How many panels there are, and how many answers to all of them.
fn counted<'a>(panels: impl Iterator<Item = &'a OfPanel>) -> (i64, i64) {
    panels.fold((0, 0), |(count, answers), panel| (count + 1, answers + panel.n()))
}
