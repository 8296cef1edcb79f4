//! Reports that staff types in: letters, orders, and what it saw itself.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::notices::{self as actions, TypedNotice};
use stadtbote_core::store::notices;
use stadtbote_core::{App, Error};

use super::cases::address;
use super::{Area, bench};
use crate::error::OrPage;
use crate::moderation as words;
use crate::pages::moderation::TypedPage;
use crate::request::Moderator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, OptionView};

/// Shows the form.
pub(crate) async fn show_new(State(app): State<App>, moderator: Moderator) -> Answer {
    let blank = TypedNotice {
        source: String::new(),
        address: moderator.asked.parameter("url").unwrap_or_default(),
        question: String::new(),
        reason: String::new(),
        name: String::new(),
        email: String::new(),
        is_trusted: false,
        is_danger: false,
    };
    form(&app, &moderator, &blank, FieldErrors::default()).await.or_page(&app, &moderator.asked)
}

/// Takes in what was typed.
pub(crate) async fn create(State(app): State<App>, moderator: Moderator, sent: Sent) -> Answer {
    let t = moderator.asked.t;
    let typed = TypedNotice {
        source: sent.text("source").to_owned(),
        address: sent.text("address").to_owned(),
        question: sent.text("question").to_owned(),
        reason: sent.text("reason").to_owned(),
        name: sent.text("name").to_owned(),
        email: sent.text("email").to_owned(),
        is_trusted: sent.is_ticked("trusted"),
        is_danger: sent.is_ticked("danger"),
    };
    let mut errors = FieldErrors::default();
    for (field, _) in typed.faults() {
        let (id, sentence) = match field {
            "Source" => ("source", t.say("type-in-source-missing")),
            "Address" if typed.address.is_empty() => ("address", t.say("report-address-missing")),
            "Address" => ("address", t.say("type-in-address-wrong")),
            "Question" => ("question", t.say("report-question-missing")),
            "Reason" if typed.reason.is_empty() => ("reason", t.say("report-reason-missing")),
            "Reason" => ("reason", t.say("report-reason-long")),
            "Name" => ("name", t.say("report-name-long")),
            _ => ("email", t.say("report-name-long")),
        };
        errors.add(id, sentence);
    }
    if !errors.is_empty() {
        return form(&app, &moderator, &typed, errors).await.or_page(&app, &moderator.asked);
    }
    let case = actions::type_in(&app, moderator.acting, typed).await.or_page(&app, &moderator.asked)?;
    Ok(see_other(&address(&case, "?done=case-typed")))
}

async fn form(
    app: &App,
    moderator: &Moderator,
    typed: &TypedNotice,
    errors: FieldErrors,
) -> Result<Response, Error> {
    let t = moderator.asked.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("type-in-title"),
        false => t.with("title-error", "title", t.say("type-in-title")),
    };
    let source = |source: &str| OptionView {
        value: source.to_owned(),
        label: words::source(t, source),
        hint: String::new(),
        chosen: typed.source == source,
    };
    let content = TypedPage {
        t,
        shell: moderator.asked.shell(app, &title, true),
        bench: bench(app, &moderator.asked, &moderator.person, Area::Moderation).await?,
        errors,
        sources: [notices::LETTER, notices::AUTHORITY, notices::OWN].map(source).to_vec(),
        address: typed.address.clone(),
        questions: words::questions(t, &typed.question),
        reason: typed.reason.clone(),
        name: typed.name.clone(),
        email: typed.email.clone(),
        trusted: typed.is_trusted,
        danger: typed.is_danger,
    };
    Ok(private_page(status, &moderator.asked, &content))
}
