//! Figures of the reach as tables for other programs: each row with its period, its level of truth and the version of its
//! definition. No row says anything of a person.

use serde_json::{Value, json};
use stadtbote_core::actions::reach::Figures;
use stadtbote_core::domain::panels::Panel;
use stadtbote_core::domain::reach::{DEFINITIONS, Measure, Truth};

/// The head of the table.
pub(crate) const COLUMNS: [&str; 8] =
    ["period", "first_day", "last_day", "measure", "part", "value", "truth", "definitions"];

/// A number.
struct Line {
    measure: &'static str,
    /// Empty for the sum; else what it is a part of, as `kind:name`.
    part: String,
    value: i64,
    truth: Truth,
}

fn lines(figures: &Figures) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |measure: &'static str, part: String, value: i64, truth: Truth| {
        lines.push(Line { measure, part, value, truth });
    };
    for (measure, value) in &figures.amounts {
        add(measure.name(), String::new(), *value, measure.truth());
    }
    if let Some(here) = figures.followers_here {
        add(Measure::Followers.name(), "region".to_owned(), here, Truth::AtLeast);
    }
    for (measure, part, cells) in [
        (Measure::Followers, "server", &figures.followers_by_host),
        (Measure::Followers, "software", &figures.followers_by_software),
        (Measure::Reactors, "server", &figures.reactors_by_host),
    ] {
        for cell in cells {
            add(measure.name(), format!("{part}:{}", cell.name), cell.amount, Truth::AtLeast);
        }
    }
    for (kind, parts) in [("tag", &figures.tags), ("language", &figures.languages)] {
        for part in parts {
            for (measure, value) in &part.amounts {
                add(measure.name(), format!("{kind}:{}", part.name), *value, measure.truth());
            }
        }
    }
    for panel in &figures.panels {
        let measure = match panel.panel {
            Panel::Residence => "panel_residence",
            Panel::Age => "panel_age",
        };
        for (answer, votes) in &panel.answers {
            let part = format!("panel:{} {} {answer}", panel.closed_on, panel.post);
            add(measure, part, *votes, Truth::AtLeast);
        }
    }
    for day in &figures.days {
        add("reactions", format!("day:{}", day.day), day.reactions, Truth::AtLeast);
        if let Some(followers) = day.followers {
            add(Measure::Followers.name(), format!("day:{}", day.day), followers, Truth::Exact);
        }
    }
    lines
}

/// The table as CSV (RFC 4180, UTF-8). `tag`: the campaign that the figures are of, if they are not of everything.
///
/// # Errors
/// Memory can't be written to.
pub(crate) fn csv(figures: &Figures, tag: Option<&str>) -> Result<String, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(COLUMNS)?;
    let definitions = DEFINITIONS.to_string();
    let period = figures.period;
    let (name, first, last) = (period.name(), period.first().to_string(), period.last().to_string());
    for line in lines(figures) {
        let value = line.value.to_string();
        let part = match (tag, line.part) {
            (None, part) => part,
            (Some(tag), part) if part.is_empty() => format!("tag:{tag}"),
            (Some(tag), part) => format!("tag:{tag} {part}"),
        };
        file.write_record([
            &name,
            &first,
            &last,
            line.measure,
            &part,
            &value,
            line.truth.name(),
            &definitions,
        ])?;
    }
    let bytes = file.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same as JSON.
pub(crate) fn json(figures: &Figures) -> Value {
    let line = |line: Line| json!({ "measure": line.measure, "part": line.part, "value": line.value, "truth": line.truth.name() });
    json!({
        "period": figures.period.name(),
        "first_day": figures.period.first().to_string(),
        "last_day": figures.period.last().to_string(),
        "definitions": DEFINITIONS,
        "values": lines(figures).into_iter().map(line).collect::<Vec<_>>(),
    })
}
