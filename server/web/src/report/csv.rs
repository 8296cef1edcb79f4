//! The figures of a report as a table for other programs: each with its period, its unit, its level of truth and the version of
//! its definition.

use stadtbote_core::actions::reach::Report;
use stadtbote_core::domain::indicators::{Indicator, Stage, Unit};
use stadtbote_core::domain::reach::{DEFINITIONS, Truth};
use stadtbote_core::domain::text::no_formula;

/// The head of the table.
const COLUMNS: [&str; 12] = [
    "period",
    "first_day",
    "last_day",
    "is_over",
    "account",
    "stage",
    "indicator",
    "value",
    "unit",
    "truth",
    "n",
    "definitions",
];

/// The table as CSV (RFC 4180, UTF-8). An empty value is not known; an empty `n` is the value itself. The name of an account
/// stands where a number is only of that one.
///
/// # Errors
/// Memory can't be written to.
pub(crate) fn csv(report: &Report) -> Result<String, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(COLUMNS)?;
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let mut write = |period: stadtbote_core::domain::period::Period, account: &str, one: &Indicator| {
        let is_over = if period.until() <= report.today { "true" } else { "false" };
        file.write_record([
            period.name().as_str(),
            &period.first().to_string(),
            &period.last().to_string(),
            is_over,
            account,
            one.stage.name(),
            one.name,
            &number(one.value),
            one.unit.name(),
            one.truth.name(),
            &number(one.n),
            &DEFINITIONS.to_string(),
        ])
    };
    for (now, _) in &report.indicators {
        write(report.period, "", now)?;
    }
    for before in report.indicators.iter().filter_map(|(_, before)| before.as_ref()) {
        write(report.period.previous(), "", before)?;
    }
    for (account, indicators) in &report.accounts {
        let name = no_formula(&account.display_name);
        for one in indicators.iter().filter(|one| one.name != "people") {
            write(report.period, &name, one)?;
        }
    }
    for panel in &report.panels {
        let account = report.accounts.iter().find(|(account, _)| account.id == panel.account);
        let name = account.map_or_else(String::new, |(account, _)| no_formula(&account.display_name));
        for (answer, votes) in &panel.answers {
            let one = format!("panel_{} {} {}: {answer}", panel.panel.name(), panel.closed_on, panel.post);
            file.write_record([
                report.period.name().as_str(),
                &report.period.first().to_string(),
                &report.period.last().to_string(),
                if report.is_over() { "true" } else { "false" },
                &name,
                Stage::Outcomes.name(),
                &one,
                &votes.to_string(),
                Unit::Count.name(),
                Truth::AtLeast.name(),
                &panel.n().to_string(),
                &DEFINITIONS.to_string(),
            ])?;
        }
    }
    let bytes = file.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
