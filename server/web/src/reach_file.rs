//! Figures of the reach as a table for other programs: each row with its period, its level of truth and the version of its
//! definition. No row says anything of a person.

use stadtbote_core::actions::reach::Figures;
use stadtbote_core::domain::reach::{DEFINITIONS, Measure, Truth};

/// The head of the table.
pub(crate) const COLUMNS: [&str; 8] =
    ["period", "first_day", "last_day", "measure", "part", "value", "truth", "definitions"];

/// The table as CSV (RFC 4180, UTF-8).
///
/// # Errors
/// Memory can't be written to.
pub(crate) fn csv(figures: &Figures) -> Result<String, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(COLUMNS)?;
    let definitions = DEFINITIONS.to_string();
    let (name, first, last) =
        (figures.period.name(), figures.period.first().to_string(), figures.period.last().to_string());
    let mut row = |measure: &str, part: &str, value: i64, truth: Truth| {
        let value = value.to_string();
        file.write_record([&name, &first, &last, measure, part, &value, truth.name(), &definitions])
    };
    for (measure, value) in &figures.amounts {
        row(measure.name(), "", *value, measure.truth())?;
    }
    for (measure, part, cells) in [
        (Measure::Followers, "server", &figures.followers_by_host),
        (Measure::Followers, "software", &figures.followers_by_software),
        (Measure::Reactors, "server", &figures.reactors_by_host),
    ] {
        for cell in cells {
            row(measure.name(), &format!("{part}:{}", cell.name), cell.amount, Truth::AtLeast)?;
        }
    }
    for (kind, parts) in [("tag", &figures.tags), ("language", &figures.languages)] {
        for part in parts {
            for (measure, value) in &part.amounts {
                row(measure.name(), &format!("{kind}:{}", part.name), *value, measure.truth())?;
            }
        }
    }
    for day in &figures.days {
        row("reactions", &format!("day:{}", day.day), day.reactions, Truth::AtLeast)?;
        if let Some(followers) = day.followers {
            row(Measure::Followers.name(), &format!("day:{}", day.day), followers, Truth::Exact)?;
        }
    }
    let bytes = file
        .into_inner()
        .map_err(|error| csv::Error::from(std::io::Error::from(error.into_error().kind())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
