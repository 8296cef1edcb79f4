//! The yearly transparency report: a page, and a table for programs.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use stadtbote_core::actions::transparency as actions;
use stadtbote_core::domain::transparency::{Report, Section, Value};
use stadtbote_core::{App, Error};

use crate::error::OrPage;
use crate::language::Texts;
use crate::moderation as words;
use crate::pages::public::{ReportSection, TransparencyPage};
use crate::request::Visitor;
use crate::respond::{Answer, page};
use crate::times;
use crate::views::Tab;

/// Shows the report of a year, of this one if none is named.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Answer {
    let answer = async {
        let t = visitor.asked.t;
        let report = asked(&app, &visitor).await?;
        let years = actions::years(&app).await?;
        let tab = |year: &i32| Tab {
            href: format!("/transparency?year={year}"),
            label: year.to_string(),
            current: *year == report.year,
        };
        let title = t.with("transparency-title", "year", report.year.to_string());
        Ok::<Response, Error>(page(
            StatusCode::OK,
            &content(t, visitor.shell(&app, &title), &report, years.iter().map(tab).collect()),
        ))
    };
    answer.await.or_page(&app, &visitor.asked)
}

/// The same as a table (CSV).
pub(crate) async fn table(State(app): State<App>, visitor: Visitor) -> Answer {
    let answer = async {
        let report = asked(&app, &visitor).await?;
        let name = format!("attachment; filename=\"transparency-{}.csv\"", report.year);
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
        ];
        Ok::<Response, Error>((headers, report.as_csv()).into_response())
    };
    answer.await.or_page(&app, &visitor.asked)
}

async fn asked(app: &App, visitor: &Visitor) -> Result<Report, Error> {
    let year = match visitor.asked.parameter("year") {
        Some(year) => year.parse().map_err(|_| Error::NotFound("Report"))?,
        None => actions::years(app).await?.first().copied().unwrap_or_default(),
    };
    actions::report(app, year).await
}

/// The page of a report.
pub(crate) fn content(
    t: Texts,
    shell: crate::views::Shell,
    report: &Report,
    years: Vec<Tab>,
) -> TransparencyPage {
    TransparencyPage {
        t,
        shell,
        year: report.year.to_string(),
        so_far: (!report.is_whole).then(|| times::full(t, report.made_at)),
        csv: format!("/transparency.csv?year={}", report.year),
        years,
        empty: report.is_empty(),
        sections: report.sections.iter().filter_map(|one| section(t, one)).collect(),
    }
}

/// Sections of which only those figures are shown that are more than nothing: the others are many.
const SHORTENED: [&str; 3] = ["decisions_by_category", "measures_by_rules", "measures_by_law"];

fn section(t: Texts, section: &Section) -> Option<ReportSection> {
    let is_short = SHORTENED.contains(&section.name.as_str());
    let figures: Vec<(String, String)> = section
        .figures
        .iter()
        .filter(|figure| !is_short || figure.value != Value::Count(0))
        .map(|figure| (figure_name(t, &section.name, &figure.name), shown(t, figure.value)))
        .collect();
    (!figures.is_empty()).then(|| ReportSection {
        id: section.name.clone(),
        title: t.say(&format!("transparency-{}", section.name)),
        hint: match section.name.as_str() {
            "notices" => t.say("transparency-notices-hint"),
            "automation" => t.say("transparency-automation-hint"),
            "times" => t.say("transparency-times-hint"),
            "domains" => t.say("transparency-domains-hint"),
            _ => String::new(),
        },
        times: section.name == "times",
        figures,
    })
}

/// The name of a figure of a section.
pub(crate) fn figure_name(t: Texts, section: &str, name: &str) -> String {
    match section {
        "decisions_by_category" => words::category(t, name),
        "measures" | "measures_by_rules" | "measures_by_law" => words::measure(t, name),
        "orders" | "notices_by_category" if name != "total" => words::question_of(t, name),
        _ => t.say(&format!("figure-{name}")),
    }
}

/// A figure as it is written.
pub(crate) fn shown(t: Texts, value: Value) -> String {
    match value {
        Value::Count(count) => t.number(count),
        Value::Minutes(None) => t.say("figure-none"),
        Value::Minutes(Some(0)) => t.say("figure-at-once"),
        Value::Minutes(Some(minutes)) if minutes < 48 * 60 => t.count("span-hours", minutes / 60),
        Value::Minutes(Some(minutes)) => t.count("span-days", minutes / (24 * 60)),
    }
}
