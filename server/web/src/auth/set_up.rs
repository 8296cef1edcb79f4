//! Setting up the server: the first administrator and the first account.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::accounts_of_ours::NewAccount;
use stadtbote_core::actions::staff;
use stadtbote_core::domain::password::is_email;
use stadtbote_core::{App, Error};

use super::check_passwords;
use super::invitation::used_up;
use crate::error::OrPage;
use crate::pages::door::SetUpPage;
use crate::request::{Asked, Visitor};
use crate::respond::{Answer, add_cookie, private_page, see_other};
use crate::sent::Sent;
use crate::staff::accounts::check_account;
use crate::views::FieldErrors;

/// Shows the form.
pub(crate) async fn show(State(app): State<App>, Path(token): Path<String>, mut visitor: Visitor) -> Answer {
    visitor.asked.open_door();
    if !staff::is_set_up_open(&app, &token).await.or_page(&app, &visitor.asked)? {
        return Err(used_up(&app, &visitor.asked));
    }
    Ok(form(&app, &visitor.asked, StatusCode::OK, FieldErrors::default(), &token, &Sent::default()))
}

/// Makes both, and signs the administrator in.
pub(crate) async fn create(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Answer {
    let asked = &visitor.asked;
    let t = asked.t;
    let (email, password) = (sent.text("email"), sent.raw("password"));
    let first = NewAccount {
        username: sent.text("username").trim_start_matches('@').to_owned(),
        display_name: sent.text("display_name").to_owned(),
        kind: "organization".to_owned(),
        institution: Some(sent.text("institution").to_owned()),
    };
    let mut errors = FieldErrors::default();
    if !is_email(email) {
        errors.add("email", t.say("email-wrong"));
    }
    check_passwords(t, &mut errors, email, password, sent.raw("password_again"));
    check_account(t, &mut errors, &first);
    if !errors.is_empty() {
        return Err(form(&app, asked, StatusCode::UNPROCESSABLE_ENTITY, errors, &token, &sent));
    }
    match staff::set_up(&app, &token, email, password, first).await {
        Err(Error::NotFound(_)) => Err(used_up(&app, asked)),
        made => {
            let (session, account) = made.or_page(&app, asked)?;
            let mut response = see_other(&format!("/redaktion/@{}/inbox", account.username));
            add_cookie(&mut response, &asked.session_cookie(&session));
            Ok(response)
        }
    }
}

fn form(
    app: &App,
    asked: &Asked,
    status: StatusCode,
    errors: FieldErrors,
    token: &str,
    sent: &Sent,
) -> Response {
    let t = asked.t;
    let title = match errors.is_empty() {
        true => t.say("set-up-title"),
        false => t.with("title-error", "title", t.say("set-up-title")),
    };
    let content = SetUpPage {
        t,
        shell: asked.shell(app, &title, false),
        errors,
        action: format!("/auth/set_up/{token}"),
        domain: app.config.server.account_domain.clone(),
        email: sent.text("email").to_owned(),
        institution: sent.text("institution").to_owned(),
        display_name: sent.text("display_name").to_owned(),
        username: sent.text("username").to_owned(),
    };
    private_page(status, asked, &content)
}
