//! Choosing a password by a one-time link.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::staff;
use stadtbote_core::store::persons;
use stadtbote_core::{App, Error};

use super::check_passwords;
use crate::error::OrPage;
use crate::pages::door::InvitePage;
use crate::pages::public::ErrorPage;
use crate::request::{Asked, Visitor};
use crate::respond::{Answer, add_cookie, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Shows the form.
pub(crate) async fn show(State(app): State<App>, Path(token): Path<String>, mut visitor: Visitor) -> Answer {
    visitor.asked.open_door();
    match staff::invited(&app, &token).await.or_page(&app, &visitor.asked)? {
        Some(person) => {
            Ok(form(&app, &visitor.asked, StatusCode::OK, FieldErrors::default(), &token, &person))
        }
        None => Err(used_up(&app, &visitor.asked)),
    }
}

/// Sets the password and signs in.
pub(crate) async fn create(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Answer {
    let asked = &visitor.asked;
    let Some(person) = staff::invited(&app, &token).await.or_page(&app, asked)? else {
        return Err(used_up(&app, asked));
    };
    let mut errors = FieldErrors::default();
    let password = sent.raw("password");
    check_passwords(asked.t, &mut errors, &person.email, password, sent.raw("password_again"));
    if !errors.is_empty() {
        return Err(form(&app, asked, StatusCode::UNPROCESSABLE_ENTITY, errors, &token, &person));
    }
    match staff::accept_invitation(&app, &token, password).await {
        Err(Error::NotFound(_)) => Err(used_up(&app, asked)),
        accepted => {
            let session = accepted.or_page(&app, asked)?;
            let mut response = see_other("/redaktion");
            add_cookie(&mut response, &asked.session_cookie(&session));
            Ok(response)
        }
    }
}

/// The page for a link that works no more.
pub(crate) fn used_up(app: &App, asked: &Asked) -> Response {
    let t = asked.t;
    let heading = t.say("link-used");
    let shell = asked.shell(app, &heading, false);
    let content = ErrorPage { t, shell, status: "404".to_owned(), heading, text: t.say("link-used-hint") };
    private_page(StatusCode::NOT_FOUND, asked, &content)
}

fn form(
    app: &App,
    asked: &Asked,
    status: StatusCode,
    errors: FieldErrors,
    token: &str,
    person: &persons::Model,
) -> Response {
    let t = asked.t;
    let title = match errors.is_empty() {
        true => t.say("invite-title"),
        false => t.with("title-error", "title", t.say("invite-title")),
    };
    let content = InvitePage {
        t,
        shell: asked.shell(app, &title, false),
        errors,
        action: format!("/auth/invitation/{token}"),
        email: person.email.clone(),
    };
    private_page(status, asked, &content)
}
