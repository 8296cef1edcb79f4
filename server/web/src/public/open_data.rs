//! The reach as open data: a table for each month that is over, as CSV and JSON, with its schema (Frictionless Table Schema) and an
//! entry for catalogues (DCAT-AP.de 3.0, as JSON-LD and Turtle). What is in them says nothing of a person.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use http::{HeaderValue, header};
use serde_json::json;
use stadtbote_core::actions::reach::{Figures, Whose, figures};
use stadtbote_core::domain::period::Period;
use stadtbote_core::store::{accounts, reach_days};
use stadtbote_core::{App, Error};

use crate::catalog::{Catalog, Distribution};
use crate::dress;
use crate::error::OrPage;
use crate::reach_file;
use crate::request::Visitor;
use crate::respond::Answer;

/// Most months in the catalogue.
const MOST_MONTHS: usize = 36;

/// Shows `reach-2026-10.csv` and so on, the schema, or the catalogue.
pub(crate) async fn show(State(app): State<App>, Path(file): Path<String>, visitor: Visitor) -> Answer {
    answer(&app, &file).await.or_page(&app, &visitor.asked)
}

async fn answer(app: &App, file: &str) -> Result<Response, Error> {
    if !app.config.open_data {
        return Err(Error::NotFound("Page"));
    }
    let (mime, body) = match file {
        "catalog.jsonld" => ("application/ld+json", catalog(app).await?.json_ld().to_string()),
        "catalog.ttl" => ("text/turtle; charset=utf-8", catalog(app).await?.turtle()),
        "datapackage.json" => ("application/json", data_package(app).await?.to_string()),
        _ => {
            let name = file.strip_prefix("reach-").ok_or(Error::NotFound("Page"))?;
            let (month, kind) = name.rsplit_once('.').ok_or(Error::NotFound("Page"))?;
            let told = of_month(app, month).await?;
            match kind {
                "csv" => {
                    ("text/csv; charset=utf-8", reach_file::csv(&told, None).map_err(Error::unexpected)?)
                }
                "json" => ("application/json", reach_file::json(&told).to_string()),
                _ => return Err(Error::NotFound("Page")),
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        // Anybody may use it from a page of their own.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    Ok((headers, body).into_response())
}

/// The months that are over and of which something is known, the newest first.
async fn months(app: &App) -> Result<Vec<Period>, Error> {
    let first = reach_days::first_day(app.db()).await?.and_then(|day| day.parse::<NaiveDate>().ok());
    let Some(first) = first else { return Ok(vec![]) };
    let mut month = Period::month(app.clock.day(app.clock.now())).previous();
    let mut months = Vec::new();
    while month.until() > first && months.len() < MOST_MONTHS {
        months.push(month);
        month = month.previous();
    }
    Ok(months)
}

async fn of_month(app: &App, name: &str) -> Result<Figures, Error> {
    let month = Period::parse(name).filter(|period| period.months() == 1).ok_or(Error::NotFound("Page"))?;
    // What is not over may still change, and more often than small groups bear.
    if !months(app).await?.contains(&month) {
        return Err(Error::NotFound("Page"));
    }
    let ours = accounts::list_ours(app.db()).await?;
    figures(app, &Whose::All(ours.into_iter().map(|account| account.id).collect()), month).await
}

async fn catalog(app: &App) -> Result<Catalog, Error> {
    let address = |file: &str| dress::absolute(app, &format!("/open-data/{file}"));
    let files = |month: &Period| {
        ["csv", "json"].map(|kind| {
            let name = format!("reach-{}.{kind}", month.name());
            Distribution {
                address: address(&name),
                kind,
                month: month.name(),
                first: month.first(),
                last: month.last(),
            }
        })
    };
    let distributions: Vec<Distribution> = months(app).await?.iter().flat_map(files).collect();
    Ok(Catalog {
        address: address("catalog.jsonld"),
        dataset: address("datapackage.json"),
        publisher: app.config.instance.title.clone(),
        home: dress::absolute(app, "/"),
        contact: app.config.instance.contact_email.clone(),
        distributions,
        changed: app.clock.day(app.clock.now()),
    })
}

/// The tables and what their columns mean (Frictionless Data Package v1).
async fn data_package(app: &App) -> Result<serde_json::Value, Error> {
    let field = |name: &str, kind: &str, description: &str| json!({ "name": name, "type": kind, "description": description });
    let fields = json!([
        field("period", "yearmonth", "The month."),
        field("first_day", "date", "Its first day."),
        field("last_day", "date", "Its last day."),
        field("measure", "string", "What was counted; see the list of measures."),
        field("part", "string", "Empty for the sum; else what the number is a part of, as kind:name."),
        field("value", "integer", "How much there is."),
        field("truth", "string", "exact, lower_bound, upper_bound or estimate."),
        field("definitions", "integer", "The version of the definitions."),
    ]);
    let resource = |month: &Period| {
        let name = format!("reach-{}", month.name());
        json!({
            "name": name,
            "path": format!("{name}.csv"),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "profile": "tabular-data-resource",
            "schema": { "fields": fields, "missingValues": [] },
        })
    };
    Ok(json!({
        "profile": "tabular-data-package",
        "name": "reach",
        "title": "Reach of the posts of the city",
        "licenses": [{ "name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/", "title": "CC0 1.0" }],
        "resources": months(app).await?.iter().map(resource).collect::<Vec<_>>(),
    }))
}
