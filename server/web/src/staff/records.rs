//! What goes out of the house, for administrators: statements of reasons, access and erasure.

use axum::extract::State;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use http::StatusCode;
use stadtbote_core::actions::{statements, subjects};
use stadtbote_core::store::subjects::Why;
use stadtbote_core::{App, Error};

use super::{Area, bench};
use crate::error::OrPage;
use crate::language::Texts;
use crate::pages::staff::{ErasedView, RecordsPage};
use crate::request::Administrator;
use crate::respond::{Answer, download, private_page};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// What the forms of the page hold.
#[derive(Default)]
struct Typed {
    from: Option<String>,
    to: Option<String>,
    actor: String,
    erased: Option<ErasedView>,
}

/// Shows what there is.
pub(crate) async fn show(State(app): State<App>, admin: Administrator) -> Answer {
    records(&app, &admin, FieldErrors::default(), Typed::default()).await.or_page(&app, &admin.asked)
}

/// Gives the statements of reasons of a period as a file.
pub(crate) async fn export(State(app): State<App>, admin: Administrator) -> Answer {
    let answer = async {
        let [from, to] = ["from", "to"].map(|name| admin.asked.parameter(name).unwrap_or_default());
        let days = [&from, &to].map(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
        if let [Some(first), Some(last)] = days
            && first <= last
            && statements::period(first, last).is_ok()
        {
            let found = statements::list(&app, first, last).await?;
            let name = format!("statements-{first}-{last}.jsonl");
            return Ok(download(&name, "application/jsonl", statements::as_lines(&found)));
        }
        let mut errors = FieldErrors::default();
        let wrong = if days[0].is_none() { "from" } else { "to" };
        errors.add(wrong, admin.asked.t.say("records-day-wrong"));
        records(&app, &admin, errors, Typed { from: Some(from), to: Some(to), ..Typed::default() }).await
    };
    answer.await.or_page(&app, &admin.asked)
}

/// Hands out what is kept of somebody elsewhere, or erases it.
pub(crate) async fn subject(State(app): State<App>, admin: Administrator, sent: Sent) -> Answer {
    let t = admin.asked.t;
    let answer = async {
        let actor = sent.text("actor").to_owned();
        let mut errors = FieldErrors::default();
        let wants_erasure = sent.text("do") == "erase";
        if !actor.starts_with("https://") {
            errors.add("actor", t.say("subject-actor-wrong"));
        } else if wants_erasure && !sent.is_ticked("sure") {
            errors.add("sure", t.say("subject-erase-unsure"));
        }
        if !errors.is_empty() {
            return records(&app, &admin, errors, Typed { actor, ..Typed::default() }).await;
        }
        let done = match wants_erasure {
            true => subjects::erase(&app, Some(admin.person.id), &actor).await.map(Err),
            false => subjects::export(&app, &actor).await.map(Ok),
        };
        match done {
            Ok(Ok(document)) => Ok(download("subject.json", "application/json", format!("{document:#}\n"))),
            Ok(Err(erasure)) => {
                let erased = Some(erased(t, erasure));
                records(&app, &admin, errors, Typed { erased, ..Typed::default() }).await
            }
            Err(Error::Invalid { .. }) => {
                errors.add("actor", t.say("subject-actor-wrong"));
                records(&app, &admin, errors, Typed { actor, ..Typed::default() }).await
            }
            Err(error) => Err(error),
        }
    };
    answer.await.or_page(&app, &admin.asked)
}

fn erased(t: Texts, erasure: subjects::Erasure) -> ErasedView {
    let why = |why: Why| match why {
        Why::Address => t.say("subject-kept-address"),
        Why::Case => t.say("subject-kept-case"),
        Why::Protection => t.say("subject-kept-protection"),
        Why::Others => t.say("subject-kept-others"),
        Why::Repeats => t.say("subject-kept-repeats"),
    };
    ErasedView {
        actor: erasure.actor,
        known: erasure.known,
        gone: erasure.erased.into_iter().map(|count| (count.place, t.number(count.rows))).collect(),
        kept: erasure
            .kept
            .into_iter()
            .map(|kept| (kept.place, t.number(kept.rows), why(kept.reason)))
            .collect(),
    }
}

async fn records(
    app: &App,
    admin: &Administrator,
    errors: FieldErrors,
    typed: Typed,
) -> Result<Response, Error> {
    let t = admin.asked.t;
    let today = app.clock.now().date_naive();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title =
        if errors.is_empty() { t.say("records") } else { t.with("title-error", "title", t.say("records")) };
    let content = RecordsPage {
        t,
        shell: admin.asked.shell(app, &title, true),
        bench: bench(app, &admin.asked, &admin.person, Area::Records).await?,
        errors,
        from: typed.from.unwrap_or_else(|| format!("{}-01-01", today.year())),
        to: typed.to.unwrap_or_else(|| today.to_string()),
        actor: typed.actor,
        erased: typed.erased,
    };
    Ok(private_page(status, &admin.asked, &content))
}
