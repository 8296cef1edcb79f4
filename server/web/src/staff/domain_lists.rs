//! Lists of domains that suggest decisions: subscribed to, or read in. A person ticks each line.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::domain_lists as actions;
use stadtbote_core::actions::domains::{self, Loss};
use stadtbote_core::domain::ids::RowId;
use stadtbote_core::store::{domain_list_entries as entries, domain_lists, domain_policies};
use stadtbote_core::{App, Error};

use super::domains::{DOMAINS, class, href};
use super::{Area, bench};
use crate::error::OrPage;
use crate::moderation as words;
use crate::pages::moderation::{DomainListPage, DomainListRow, DomainListsPage, SuggestionRow};
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::times;
use crate::views::FieldErrors;

/// Suggestions on one page.
const PER_PAGE: u64 = 50;
/// The largest file that is read in.
const LARGEST_LIST: usize = 5 * 1024 * 1024;

/// What was typed that can't be taken.
#[derive(Default)]
struct Typed {
    url: String,
    text: String,
}

/// Shows the lists.
pub(crate) async fn list(State(app): State<App>, moderator: Moderator) -> Answer {
    page(&app, &moderator, FieldErrors::default(), Typed::default()).await.or_page(&app, &moderator.asked)
}

/// Subscribes to a list, or reads one in.
pub(crate) async fn create(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    add(&app, &moderator, &sent).await.or_page(&app, &moderator.asked)
}

async fn add(app: &App, moderator: &Moderator, sent: &Sent) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let mut errors = FieldErrors::default();
    if sent.text("do") == "subscribe" {
        let url = sent.text("url").to_owned();
        return match actions::subscribe(app, moderator.acting, "", &url).await {
            Ok(_) => Ok(see_other(&href("/lists", &[("done", "list-added")]))),
            Err(Error::Invalid { .. }) => {
                errors.add("url", t.say("list-url-wrong"));
                page(app, moderator, errors, Typed { url, ..Typed::default() }).await
            }
            Err(error) => Err(error),
        };
    }
    let file = sent.file("file");
    let text = match file {
        Some(file) if file.is_too_large || file.bytes.len() > LARGEST_LIST => {
            errors.add("file", t.say("list-file-large"));
            return page(app, moderator, errors, Typed::default()).await;
        }
        Some(file) => String::from_utf8_lossy(&file.bytes).into_owned(),
        None => sent.raw("text").to_owned(),
    };
    let name = t.with("list-read-in", "day", times::day(t, app.clock.now()));
    match actions::read_in(app, moderator.acting, &name, &text).await {
        Ok(list) => Ok(see_other(&href(&format!("/lists/{list}"), &[("done", "list-added")]))),
        Err(Error::Invalid { reason, .. }) => {
            let field = if file.is_some() { "file" } else { "text" };
            errors.add(field, t.with("list-wrong", "reason", reason.to_string()));
            let text = if file.is_some() { String::new() } else { text };
            page(app, moderator, errors, Typed { text, ..Typed::default() }).await
        }
        Err(error) => Err(error),
    }
}

async fn page(
    app: &App,
    moderator: &Moderator,
    errors: FieldErrors,
    typed: Typed,
) -> Result<Response, Error> {
    let (t, now) = (moderator.asked.t, app.clock.now());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("domain-lists"),
        false => t.with("title-error", "title", t.say("domain-lists")),
    };
    let waiting = entries::count_waiting(app.db()).await?;
    let view = |row: domain_lists::Model| {
        let waiting = waiting.iter().find(|one| one.list_id == row.id).map_or(0, |one| one.count);
        let had = match (row.tried_at, row.fetched_at) {
            _ if row.url.is_none() => t.say("list-by-hand"),
            (_, Some(at)) => t.with("list-had", "when", times::near(t, at, now).text),
            (Some(_), None) => t.say("list-never-had"),
            (None, None) => t.say("list-not-yet"),
        };
        DomainListRow {
            href: format!("{DOMAINS}/lists/{}", row.id),
            remove: format!("{DOMAINS}/lists/{}/remove", row.id),
            name: row.name,
            url: row.url.unwrap_or_default(),
            waiting: t.count("list-waiting", waiting.unsigned_abs()),
            had,
            failure: (!row.failure.is_empty()).then(|| {
                let when = row.tried_at.map(|at| times::near(t, at, now).text).unwrap_or_default();
                t.with_two("list-failure", "when", when, "reason", row.failure)
            }),
        }
    };
    let content = DomainListsPage {
        t,
        shell: moderator.asked.shell(app, &title, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors,
        lists: domain_lists::list(app.db()).await?.into_iter().map(view).collect(),
        url: typed.url,
        text: typed.text,
    };
    Ok(private_page(status, &moderator.asked, &content))
}

async fn find(app: &App, list: i64) -> Result<domain_lists::Model, Error> {
    domain_lists::find(app.db(), RowId(list)).await?.ok_or(Error::NotFound("List"))
}

/// Shows what a list suggests.
pub(crate) async fn show(State(app): State<App>, Path(list): Path<i64>, moderator: Moderator) -> Answer {
    suggestions(&app, &moderator, list).await.or_page(&app, &moderator.asked)
}

async fn suggestions(app: &App, moderator: &Moderator, list: i64) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let list = find(app, list).await?;
    let after = moderator.asked.parameter("after");
    let mut rows = entries::list_waiting(app.db(), list.id, after, PER_PAGE + 1).await?;
    let has_more = rows.len() as u64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let losses = domains::losses(app, &names).await?;
    let decided = domain_policies::list_by_names(app.db(), rows.iter().map(|row| row.name.clone()).collect());
    let decided: HashMap<String, domain_policies::Model> =
        decided.await?.into_iter().map(|row| (row.name.clone(), row)).collect();
    let view = |(at, (row, loss)): (usize, (&entries::Model, Loss))| {
        let now = decided.get(&row.name).map(|policy| words::severity(t, &policy.severity));
        let is_gone = row.state == entries::GONE;
        SuggestionRow {
            id: format!("line-{at}"),
            name: row.name.clone(),
            what: match is_gone {
                true => t.say("suggest-lift"),
                false => words::severity(t, &row.severity),
            },
            class: if is_gone { "success" } else { class(&row.severity) },
            more: match is_gone {
                true => Vec::new(),
                false => words::domain_rejects(t, row.reject_media, row.reject_reports),
            },
            now: match (now, is_gone) {
                (_, true) => t.say("suggest-gone"),
                (Some(now), false) => t.with("suggest-now", "severity", now),
                (None, false) => t.say("suggest-new"),
            },
            reason: row.public_reason.clone(),
            loss: words::loss(t, &loss),
        }
    };
    let last = rows.last().map(|row| row.name.clone()).unwrap_or_default();
    let content = DomainListPage {
        t,
        shell: moderator.asked.shell(app, &list.name, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors: FieldErrors::default(),
        here: format!("{DOMAINS}/lists/{}", list.id),
        lines: rows.iter().zip(losses).enumerate().map(view).collect(),
        after: has_more.then(|| href(&format!("/lists/{}", list.id), &[("after", &last)])),
        name: list.name,
    };
    Ok(private_page(StatusCode::OK, &moderator.asked, &content))
}

/// Takes over the lines that are ticked, or dismisses them.
pub(crate) async fn update(
    State(app): State<App>,
    Path(list): Path<i64>,
    moderator: Moderator,
    sent: Sent,
) -> Answer {
    let answer = async {
        let row = find(&app, list).await?;
        let names: Vec<String> = sent.all("line").take(PER_PAGE as usize).map(str::to_owned).collect();
        let done = match (names.is_empty(), sent.text("do")) {
            (true, _) => "nothing-ticked",
            (false, "accept") => {
                actions::accept(&app, moderator.acting, row.id, names).await?;
                "lines-accepted"
            }
            _ => {
                actions::dismiss(&app, moderator.acting, row.id, names).await?;
                "lines-dismissed"
            }
        };
        // A list that was read in is gone with its last line.
        let is_there = domain_lists::find(app.db(), row.id).await?.is_some();
        let path = if is_there { format!("/lists/{}", row.id) } else { "/lists".to_owned() };
        Ok::<_, Error>(see_other(&href(&path, &[("done", done)])))
    };
    answer.await.or_page(&app, &moderator.asked)
}

/// Forgets a list.
pub(crate) async fn remove(
    State(app): State<App>,
    Path(list): Path<i64>,
    moderator: Moderator,
    _sent: Sent,
) -> Answer {
    let answer = async {
        actions::remove(&app, moderator.acting, RowId(list)).await?;
        Ok::<_, Error>(see_other(&href("/lists", &[("done", "list-removed")])))
    };
    answer.await.or_page(&app, &moderator.asked)
}
