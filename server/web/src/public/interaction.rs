//! Sends visitors to their own server, to follow, answer, share or like from there.

use axum::Extension;
use axum::extract::State;
use http::StatusCode;
use stadtbote_core::actions::look_ups;
use stadtbote_core::client_address::ClientAddress;
use stadtbote_core::domain::handle::Handle;
use stadtbote_core::{App, Error};
use stadtbote_federation::Intent;
use url::Url;

use crate::error::Refusal;
use crate::pages::public::{Destination, InteractionPage};
use crate::request::Visitor;
use crate::resolve::Resolver;
use crate::respond::{Answer, open_page, see_other};
use crate::views::FieldErrors;

/// Leads to where the visitor's server says that this is done.
///
/// From a form of ours it goes there at once. Whoever came by a link from elsewhere sees first where it leads, so that
/// this is no open redirect. The name is kept nowhere.
pub(crate) async fn show(
    State(app): State<App>,
    resolver: Resolver,
    client: Option<Extension<ClientAddress>>,
    visitor: Visitor,
) -> Answer {
    let t = visitor.asked.t;
    let parameter = |name: &str| visitor.asked.parameter(name).unwrap_or_default();
    let (address, uri, wish) = (parameter("address"), parameter("uri"), parameter("intent"));
    let intent = Intent::parse(&wish).unwrap_or(Intent::Follow);
    let client = client.map(|Extension(client)| client);
    let found = way(&app, &resolver, client, &address, intent, &own(&app, &uri)).await;
    let is_from_here = visitor.asked.headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    let (status, fault) = match &found {
        Ok(destination) if is_from_here => return Ok(see_other(&destination.href)),
        Ok(_) => (StatusCode::OK, None),
        Err(Lost::Wrong) => (StatusCode::UNPROCESSABLE_ENTITY, Some("interaction-form")),
        Err(Lost::NoWay) => (StatusCode::UNPROCESSABLE_ENTITY, Some("interaction-no-way")),
        Err(Lost::Silent) => (StatusCode::BAD_GATEWAY, Some("interaction-silent")),
        Err(Lost::TooOften) => (StatusCode::TOO_MANY_REQUESTS, Some("interaction-too-often")),
        Err(Lost::Broken(error)) => {
            return Err(Refusal::from(Error::unexpected(error)).page(&app, &visitor.asked));
        }
    };
    let mut errors = FieldErrors::default();
    if let Some(fault) = fault {
        errors.add("adr", t.say(fault));
    }
    let heading = match &found {
        Ok(destination) => t.with("interaction-title", "host", &destination.host),
        Err(Lost::Wrong) => t.say("interaction-wrong"),
        Err(_) => t.say("interaction-failed"),
    };
    let title = if fault.is_some() { t.with("title-error", "title", &heading) } else { heading.clone() };
    let shell = visitor.shell(&app, &title);
    let destination = found.ok();
    let intent = intent.name();
    let mut response =
        open_page(&InteractionPage { t, shell, heading, destination, uri, intent, address, errors });
    *response.status_mut() = status;
    Ok(response)
}

/// Why there is no way to the visitor's server.
enum Lost {
    /// What was typed is no address.
    Wrong,
    /// The server names no way, or nobody of that name.
    NoWay,
    /// The server did not answer.
    Silent,
    /// The visitor, or everybody, asks too often.
    TooOften,
    /// It is our fault.
    Broken(Error),
}

async fn way(
    app: &App,
    Extension(federation): &Resolver,
    client: Option<ClientAddress>,
    address: &str,
    intent: Intent,
    uri: &str,
) -> Result<Destination, Lost> {
    let handle = handle(address).ok_or(Lost::Wrong)?;
    let found = match look_ups::count(app, client).await {
        Ok(()) => federation.way_to(&handle, intent, uri).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(Some(url)) => {
            Ok(Destination { host: url.host_str().unwrap_or_default().to_owned(), href: url.into() })
        }
        Ok(None) => Err(Lost::NoWay),
        Err(Error::Remote(_)) => Err(Lost::Silent),
        Err(Error::TooMany(_)) => Err(Lost::TooOften),
        Err(error) => Err(Lost::Broken(error)),
    }
}

/// Only things of ours are passed on.
fn own(app: &App, uri: &str) -> String {
    let base = app.config.server.address("/");
    if uri.starts_with(&base) { uri.to_owned() } else { base }
}

/// The handle in `@name@server`; an address of a profile page is understood as well.
fn handle(address: &str) -> Option<Handle> {
    let address = address.trim();
    let handle = match Url::parse(address).ok().filter(|url| url.scheme() == "https") {
        Some(url) => {
            let name =
                url.path_segments()?.rfind(|part| !part.is_empty())?.trim_start_matches('@').to_owned();
            Handle::parse(&format!("{name}@{}", url.domain()?))
        }
        None => Handle::parse(address),
    };
    handle.filter(|handle| handle.domain.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_somebody_on_a_server() {
        for right in [
            "@lesefuchs@mastodon.example",
            " lesefuchs@Mastodon.example",
            "https://mastodon.example/@lesefuchs",
            "https://mastodon.example/users/lesefuchs/",
        ] {
            let found = handle(right).expect("the address is right");
            assert_eq!(found.to_string(), "lesefuchs@mastodon.example", "{right}");
        }
    }

    #[test]
    fn what_is_no_address_names_nobody() {
        for wrong in [
            "",
            "lesefuchs",
            "@lesefuchs@",
            "@a@127.0.0.1",
            "javascript:alert(1)",
            "@a@b@c.example",
            "https://mastodon.example",
            "https://127.0.0.1/@a",
        ] {
            assert!(handle(wrong).is_none(), "{wrong}");
        }
    }
}
