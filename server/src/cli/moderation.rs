//! `stadtbote moderation`.

use chrono::NaiveDate;
use serde_json::{Value, json};
use stadtbote_core::App;
use stadtbote_core::actions::{case_export, statements, transparency};

use super::{Answer, Failure};

/// The records of the moderators.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Print the statements of reasons of a period for the DSA Transparency Database: each line is the body of one call
    ///
    /// Handles, addresses and known names are taken out; a person must read what is left before it is uploaded.
    ExportStatements {
        /// The first day (UTC), as 2026-01-01
        #[arg(long, value_name = "DAY")]
        from: NaiveDate,
        /// The last day (UTC)
        #[arg(long, value_name = "DAY")]
        to: NaiveDate,
    },
    /// Print a case with all that belongs to it as JSON: what was kept, reports, decisions, hashes
    ///
    /// Who reported stands in it. The hash of what is printed stands in the audit log.
    ExportCase {
        /// Its number, as 2026-0042
        number: String,
    },
    /// Print the figures of the yearly transparency report as CSV
    Report {
        /// Which year
        year: i32,
    },
}

/// Does it.
pub(super) async fn run(app: &App, command: Command) -> Result<Answer, Failure> {
    match command {
        Command::ExportStatements { from, to } => {
            let found = statements::list(app, from, to).await?;
            let json = json!({ "statements": serde_json::to_value(&found).unwrap_or(Value::Null) });
            Ok(Answer::new(statements::as_lines(&found).trim_end(), json))
        }
        Command::ExportCase { number } => {
            let file = case_export::export_numbered(app, &number).await?;
            let json = serde_json::from_str(&file.text).unwrap_or(Value::Null);
            Ok(Answer::new(file.text.trim_end(), json))
        }
        Command::Report { year } => {
            let report = transparency::report(app, year).await?;
            let json = serde_json::to_value(&report).unwrap_or(Value::Null);
            Ok(Answer::new(report.as_csv().trim_end(), json))
        }
    }
}
