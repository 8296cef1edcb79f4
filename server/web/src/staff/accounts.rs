//! The accounts of the server, for administrators.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::accounts_of_ours::{self, NewAccount};
use stadtbote_core::domain::handle::{is_reserved, is_username};
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};

use super::{Area, bench};
use crate::error::OrPage;
use crate::language::Texts;
use crate::pages::staff::AccountsPage;
use crate::public::home::by_institution;
use crate::request::Administrator;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::{FieldErrors, OptionView};

/// Shows all accounts and the form for another.
pub(crate) async fn list(State(app): State<App>, admin: Administrator) -> Answer {
    page(&app, &admin, FieldErrors::default(), &Sent::default()).await.or_page(&app, &admin.asked)
}

/// Makes an account; who makes it is its owner.
pub(crate) async fn create(State(app): State<App>, admin: Administrator, sent: Sent) -> Answer {
    let t = admin.asked.t;
    let new = NewAccount {
        username: sent.text("username").trim_start_matches('@').to_owned(),
        display_name: sent.text("display_name").to_owned(),
        kind: sent.text("type").to_owned(),
        institution: Some(sent.text("institution").to_owned()),
    };
    let mut errors = FieldErrors::default();
    check_account(t, &mut errors, &new);
    if errors.of("username").is_none() {
        let taken = accounts::find_ours(app.db(), &new.username).await.or_page(&app, &admin.asked)?;
        if taken.is_some() {
            errors.add("username", t.say("username-taken"));
        }
    }
    if !errors.is_empty() {
        return page(&app, &admin, errors, &sent).await.or_page(&app, &admin.asked);
    }
    let account =
        accounts_of_ours::create(&app, new, Some(admin.person.id)).await.or_page(&app, &admin.asked)?;
    Ok(see_other(&format!("/redaktion/@{}/profile?done=account-created", account.username)))
}

/// Checks what was written about a new account.
pub(crate) fn check_account(t: Texts, errors: &mut FieldErrors, new: &NewAccount) {
    if new.institution.as_deref().is_none_or(str::is_empty) {
        errors.add("institution", t.say("institution-missing"));
    } else if new.institution.as_deref().is_some_and(|name| name.chars().count() > 100) {
        errors.add("institution", t.say("institution-long"));
    }
    if new.display_name.is_empty() {
        errors.add("display_name", t.say("display-name-missing"));
    } else if new.display_name.chars().count() > 100 {
        errors.add("display_name", t.say("display-name-long"));
    }
    if !is_username(&new.username) {
        errors.add("username", t.say("username-wrong"));
    } else if is_reserved(&new.username) {
        errors.add("username", t.say("username-reserved"));
    }
}

async fn page(app: &App, admin: &Administrator, errors: FieldErrors, sent: &Sent) -> Result<Response, Error> {
    let t = admin.asked.t;
    let chosen = match sent.text("type") {
        "" => "organization",
        chosen => chosen,
    };
    let kind = |value: &str, label: String, hint: String| OptionView {
        value: value.to_owned(),
        label,
        hint,
        chosen: value == chosen,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match errors.is_empty() {
        true => t.say("accounts"),
        false => t.with("title-error", "title", t.say("accounts")),
    };
    let content = AccountsPage {
        t,
        shell: admin.asked.shell(app, &title, true),
        bench: bench(app, &admin.asked, &admin.person, Area::Accounts).await?,
        errors,
        institutions: by_institution(app).await?,
        domain: app.config.server.account_domain.clone(),
        display_name: sent.text("display_name").to_owned(),
        username: sent.text("username").to_owned(),
        types: vec![
            kind("organization", t.say("type-organization"), t.say("type-organization-hint")),
            kind("service", t.say("type-service"), t.say("type-service-hint")),
            kind("person", t.say("type-person"), t.say("type-person-hint")),
        ],
        institution: sent.text("institution").to_owned(),
    };
    Ok(private_page(status, &admin.asked, &content))
}
