//! Signing in and out.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::sign_in;
use stadtbote_core::client_address::ClientAddress;
use stadtbote_core::{App, Error};

use super::next_page;
use crate::error::{OrPage, Refusal};
use crate::pages::door::SignInPage;
use crate::request::{Asked, Visitor};
use crate::respond::{Answer, add_cookie, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Shows the sign-in form; whoever is signed in goes on at once.
pub(crate) async fn show(State(app): State<App>, mut visitor: Visitor) -> Response {
    let next = visitor.asked.parameter("next").unwrap_or_default();
    if visitor.person.is_some() {
        return see_other(next_page(&next));
    }
    visitor.asked.open_door();
    form(&app, &visitor.asked, StatusCode::OK, FieldErrors::default(), "", &next)
}

/// Signs in.
pub(crate) async fn create(
    State(app): State<App>,
    client: Option<Extension<ClientAddress>>,
    mut visitor: Visitor,
    sent: Sent,
) -> Answer {
    let (email, next) = (sent.text("email"), sent.text("next"));
    let from = client.map_or_else(|| "unknown".to_owned(), |Extension(client)| client.0.to_string());
    let session = match sign_in::sign_in(&app, email, sent.raw("password"), &from).await {
        Ok(session) => session,
        Err(error @ (Error::SignInNeeded | Error::TooMany(_))) => {
            let t = visitor.asked.t;
            let mut errors = FieldErrors::default();
            let status = match error {
                Error::TooMany(_) => {
                    errors.add("password", t.say("sign-in-too-often"));
                    StatusCode::TOO_MANY_REQUESTS
                }
                _ => {
                    errors.add("password", t.say("sign-in-wrong"));
                    StatusCode::UNPROCESSABLE_ENTITY
                }
            };
            visitor.asked.open_door();
            return Err(form(&app, &visitor.asked, status, errors, email, next));
        }
        Err(error) => return Err(Refusal::from(error).page(&app, &visitor.asked)),
    };
    let mut response = see_other(next_page(next));
    add_cookie(&mut response, &visitor.asked.session_cookie(&session));
    Ok(response)
}

/// Signs out.
pub(crate) async fn delete(State(app): State<App>, visitor: Visitor, _sent: Sent) -> Answer {
    if let Some(session) = visitor.asked.session() {
        sign_in::sign_out(&app, session).await.or_page(&app, &visitor.asked)?;
    }
    let mut response = see_other("/auth/sign_in");
    add_cookie(&mut response, &visitor.asked.no_session_cookie());
    Ok(response)
}

fn form(
    app: &App,
    asked: &Asked,
    status: StatusCode,
    errors: FieldErrors,
    email: &str,
    next: &str,
) -> Response {
    let t = asked.t;
    let title = match errors.is_empty() {
        true => t.say("sign-in"),
        false => t.with("title-error", "title", t.say("sign-in")),
    };
    let content = SignInPage {
        t,
        shell: asked.shell(app, &title, false),
        errors,
        notice: None,
        email: email.to_owned(),
        next: next.to_owned(),
    };
    private_page(status, asked, &content)
}
