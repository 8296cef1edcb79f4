//! Decisions about whole servers, for moderators: what is decided, what would be lost, lists in and out.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use stadtbote_core::actions::domains::{self as actions, Loss};
use stadtbote_core::domain::blocklist::{Entry, LONGEST_REASON, Severity};
use stadtbote_core::domain::ids::PersonId;
use stadtbote_core::store::{domain_policies, persons};
use stadtbote_core::{App, Error};

use super::{Area, bench, moderation_tabs};
use crate::error::OrPage;
use crate::moderation as words;
use crate::pages::moderation::{DomainPage, DomainRow, DomainsPage, PreviewView};
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::times;
use crate::views::{FieldErrors, OptionView};

/// Where they are.
pub(crate) const DOMAINS: &str = "/redaktion/moderation/domains";
/// Domains on one page.
const PER_PAGE: u64 = 50;

/// Shows what is decided.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    page(&app, &moderator).await.or_page(&app, &moderator.asked)
}

async fn page(app: &App, moderator: &Moderator) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let search = moderator.asked.parameter("q").unwrap_or_default().trim().to_lowercase();
    let number = moderator.asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number: u64 = u64::clamp(number, 1, 10_000);
    let mut rows =
        domain_policies::list_page(app.db(), &search, (number - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let has_more = rows.len() as u64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let losses = actions::losses(app, &names).await?;
    let people =
        persons::list_by_ids(app.db(), rows.iter().filter_map(|row| row.person_id).collect()).await?;
    let people: HashMap<PersonId, String> =
        people.into_iter().map(|person| (person.id, person.shown_name().to_owned())).collect();
    let view = |(row, loss): (&domain_policies::Model, Loss)| {
        let day = times::day(t, row.created_at);
        let who = row.person_id.and_then(|id| people.get(&id));
        DomainRow {
            name: row.name.clone(),
            severity: words::severity(t, &row.severity),
            class: class(&row.severity),
            more: words::domain_rejects(t, row.reject_media, row.reject_reports),
            reason: row.public_reason.clone(),
            note: row.private_note.clone(),
            since: match who {
                Some(name) => t.with_two("domain-since-by", "day", day, "name", name),
                None => t.with("domain-since", "day", day),
            },
            loss: words::loss(t, &loss),
            edit: href("/new", &[("domain", &row.name)]),
        }
    };
    let turned = |page: u64| href("", &[("q", &search), ("page", &page.to_string())]);
    let content = DomainsPage {
        t,
        shell: moderator.asked.shell(app, &t.say("domains"), true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors: FieldErrors::default(),
        tabs: moderation_tabs(app, t, DOMAINS).await?,
        domains: rows.iter().zip(losses).map(view).collect(),
        before: (number > 1).then(|| turned(number - 1)),
        after: has_more.then(|| turned(number + 1)),
        search,
    };
    Ok(private_page(StatusCode::OK, &moderator.asked, &content))
}

/// An address of this part of the workbench.
pub(super) fn href(path: &str, query: &[(&str, &str)]) -> String {
    format!("{DOMAINS}{path}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
}

/// The colour of a severity.
pub(super) fn class(severity: &str) -> &'static str {
    match Severity::parse(severity) {
        Some(Severity::Suspend) => "danger",
        Some(Severity::Silence) => "warning",
        Some(Severity::Noop) | None => "info",
    }
}

/// A decision as it is typed.
#[derive(Default)]
struct Typed {
    name: String,
    severity: String,
    reject_media: bool,
    reject_reports: bool,
    reason: String,
    note: String,
}

/// Shows the form, with what is decided about a domain that a link names.
pub(crate) async fn show_new(State(app): State<App>, moderator: Moderator) -> Answer {
    let answer = async {
        let name = moderator.asked.parameter("domain").unwrap_or_default();
        let known = domain_policies::find(app.db(), &name).await?;
        let typed = known.map(|row| Typed {
            name: row.name,
            severity: row.severity,
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            reason: row.public_reason,
            note: row.private_note,
        });
        let typed = typed.unwrap_or(Typed { name, ..Typed::default() });
        form(&app, &moderator, typed, FieldErrors::default(), None).await
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Shows what would be lost, and decides once that was seen.
pub(crate) async fn create(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    decide(&app, &moderator, &sent).await.or_page(&app, &moderator.asked)
}

async fn decide(app: &App, moderator: &Moderator, sent: &Sent) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let mut typed = Typed {
        name: sent.text("domain").to_owned(),
        severity: sent.text("severity").to_owned(),
        reject_media: sent.is_ticked("reject_media"),
        reject_reports: sent.is_ticked("reject_reports"),
        reason: sent.text("reason").to_owned(),
        note: sent.text("note").to_owned(),
    };
    let mut errors = FieldErrors::default();
    match actions::named(app, &typed.name) {
        Ok(name) => typed.name = name,
        Err(Error::Invalid { reason, .. }) if reason.contains("own") => {
            errors.add("domain", t.say("domain-own"));
        }
        Err(_) => errors.add("domain", t.say("domain-wrong")),
    }
    let severity = Severity::parse(&typed.severity);
    if severity.is_none() {
        errors.add("severity", t.say("domain-severity-missing"));
    } else if severity == Some(Severity::Noop) && !typed.reject_media && !typed.reject_reports {
        errors.add("severity", t.say("domain-nothing"));
    }
    for (id, text) in [("reason", &typed.reason), ("note", &typed.note)] {
        if text.chars().count() > LONGEST_REASON {
            errors.add(id, t.say("domain-text-long"));
        }
    }
    if typed.reason.is_empty() {
        errors.add("reason", t.say("domain-reason-missing"));
    }
    let (Some(severity), true) = (severity, errors.is_empty()) else {
        return form(app, moderator, typed, errors, None).await;
    };
    match sent.text("do") {
        "confirm" => {
            let entry = Entry {
                name: typed.name.clone(),
                severity,
                reject_media: typed.reject_media,
                reject_reports: typed.reject_reports,
                public_reason: typed.reason,
            };
            actions::put(app, Some(moderator.person.id), entry, &typed.note).await?;
            Ok(see_other(&href("", &[("done", "domain-decided"), ("q", &typed.name)])))
        }
        "back" => form(app, moderator, typed, errors, None).await,
        _ => {
            let loss = actions::loss(app, &typed.name).await?;
            let before = domain_policies::find(app.db(), &typed.name).await?;
            let preview = PreviewView {
                severity: words::severity(t, severity.name()),
                class: class(severity.name()),
                hint: words::severity_hint(t, severity.name()),
                more: words::domain_rejects(t, typed.reject_media, typed.reject_reports),
                loss: words::losses(t, &loss),
                before: before.map(|row| words::severity(t, &row.severity)),
            };
            form(app, moderator, typed, errors, Some(preview)).await
        }
    }
}

async fn form(
    app: &App,
    moderator: &Moderator,
    typed: Typed,
    errors: FieldErrors,
    preview: Option<PreviewView>,
) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("domain-new"),
        false => t.with("title-error", "title", t.say("domain-new")),
    };
    let option = |severity: Severity| OptionView {
        value: severity.name().to_owned(),
        label: words::severity(t, severity.name()),
        hint: words::severity_hint(t, severity.name()),
        chosen: typed.severity == severity.name(),
    };
    let content = DomainPage {
        t,
        shell: moderator.asked.shell(app, &title, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors,
        severities: Severity::ALL.into_iter().rev().map(option).collect(),
        severity: typed.severity.clone(),
        domain: typed.name,
        reject_media: typed.reject_media,
        reject_reports: typed.reject_reports,
        reason: typed.reason,
        note: typed.note,
        preview,
    };
    Ok(private_page(status, &moderator.asked, &content))
}

/// Takes back what was decided about a domain.
pub(crate) async fn lift(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    let answer = async {
        if !actions::lift(&app, Some(moderator.person.id), sent.text("domain")).await? {
            return Err(Error::NotFound("Domain"));
        }
        Ok(see_other(&href("", &[("done", "domain-lifted")])))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// All decisions as a list in Mastodon's form.
pub(crate) async fn export(State(app): State<App>, moderator: Moderator) -> Answer {
    let list = actions::export(&app).await.or_page(&app, &moderator.asked)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"domain_blocks.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, list).into_response())
}
