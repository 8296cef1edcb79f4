//! Sends visitors to their own server, to follow or answer from there.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::App;
use stadtbote_core::domain::handle::Handle;
use url::Url;

use crate::pages::public::{Destination, InteractionPage};
use crate::request::Visitor;
use crate::respond::{open_page, see_other};
use crate::views::FieldErrors;

/// Leads to `authorize_interaction` of the visitor's server.
///
/// From a form of ours it goes there at once. Whoever came by a link from elsewhere sees first where it leads, so that
/// this is no open redirect.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let t = visitor.asked.t;
    let address = visitor.asked.parameter("address").unwrap_or_default();
    let uri = visitor.asked.parameter("uri").unwrap_or_default();
    let destination = destination(&address, &own(&app, &uri));
    let is_from_here = visitor.asked.headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    if let Some(destination) = destination.as_ref().filter(|_| is_from_here) {
        return see_other(&destination.href);
    }
    let mut errors = FieldErrors::default();
    let title = match &destination {
        Some(destination) => t.with("interaction-title", "host", &destination.host),
        None => {
            errors.add("adr", t.say("interaction-form"));
            t.with("title-error", "title", t.say("interaction-wrong"))
        }
    };
    let shell = visitor.shell(&app, &title);
    let is_wrong = destination.is_none();
    let mut response = open_page(&InteractionPage { t, shell, destination, uri, address, errors });
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// Only things of ours are passed on.
fn own(app: &App, uri: &str) -> String {
    let base = app.config.server.address("/");
    if uri.starts_with(&base) { uri.to_owned() } else { base }
}

fn destination(address: &str, uri: &str) -> Option<Destination> {
    let host = host(address)?;
    let mut url = Url::parse(&format!("https://{host}/authorize_interaction")).ok()?;
    url.query_pairs_mut().append_pair("uri", uri);
    Some(Destination { host, href: url.into() })
}

/// The server in `@name@server`; an address of a profile page is understood as well.
fn host(address: &str) -> Option<String> {
    if let Ok(url) = Url::parse(address.trim())
        && url.scheme() == "https"
    {
        return url.domain().map(str::to_owned);
    }
    Handle::parse(address)?.domain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_server() {
        let found = destination("@lesefuchs@mastodon.example", "https://stadt.example/users/stadt");

        let found = found.expect("the address is right");
        assert_eq!(found.host, "mastodon.example");
        assert_eq!(
            found.href,
            "https://mastodon.example/authorize_interaction?uri=https%3A%2F%2Fstadt.example%2Fusers%2Fstadt"
        );
        assert_eq!(host("https://mastodon.example/@lesefuchs").as_deref(), Some("mastodon.example"));
    }

    #[test]
    fn what_is_no_address_leads_nowhere() {
        for wrong in ["", "lesefuchs", "@lesefuchs@", "@a@127.0.0.1", "javascript:alert(1)", "@a@b@c.example"]
        {
            assert!(host(wrong).is_none(), "{wrong}");
        }
    }
}
