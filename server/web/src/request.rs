//! Who asks, in which language, and what they may do.
//!
//! A handler that acts for an account takes [`Member`]: without it there is no account to act for.

use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::request::Parts;
use stadtbote_core::actions::{self, sign_in};
use stadtbote_core::app::{secret, secret_hash};
use stadtbote_core::domain::permission::{Act, ServerAct, may_on_server};
use stadtbote_core::store::{accounts, persons};
use stadtbote_core::{App, Error};

use crate::error::Refusal;
use crate::language::{Language, Texts};
use crate::protection::{cookie, set_cookie};
use crate::views::{LanguageLink, Shell, Site};

/// The cookie of a session.
pub(crate) const SESSION: &str = "stadtbote_session";
/// The cookie that forms before the sign-in are bound to.
pub(crate) const DOOR: &str = "stadtbote_door";
/// The cookie that remembers a chosen language.
pub(crate) const LANG: &str = "lang";

/// What was asked for, and how to answer.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) t: Texts,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    /// The secret of the session, if there is one; nobody looked whether it is in force.
    session: Option<String>,
    door: Option<String>,
    /// There was no door cookie; the answer must set this one where it holds a form.
    is_new_door: bool,
    is_secure: bool,
}

impl Asked {
    /// Reads the request's head.
    pub(crate) fn read(parts: &mut Parts, app: &App) -> Self {
        // A nested router cuts its own part off the address that handlers see.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let query = uri.query().map(str::to_owned);
        let chosen = query
            .as_deref()
            .and_then(|query| parameter(query, LANG))
            .or_else(|| cookie(&parts.headers, LANG));
        let accepted = parts.headers.get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let door = cookie(&parts.headers, DOOR);
        Self {
            t: Texts::new(Language::choose(chosen.as_deref(), accepted)),
            path: uri.path().to_owned(),
            query,
            session: cookie(&parts.headers, SESSION),
            door,
            is_new_door: false,
            is_secure: app.config.server.federates(),
            headers: parts.headers.clone(),
        }
    }

    /// A value of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.query.as_deref().and_then(|query| parameter(query, name)).filter(|value| !value.is_empty())
    }

    /// The secret of the session, whether or not it is in force.
    pub(crate) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Makes sure that a form on the answer can be bound to this browser, signed in or not.
    pub(crate) fn open_door(&mut self) {
        if self.session.is_none() && self.door.is_none() {
            self.door = Some(secret());
            self.is_new_door = true;
        }
    }

    /// The cookie that an answer with a form must set, if any.
    pub(crate) fn door_cookie(&self) -> Option<String> {
        let door = self.door.as_deref().filter(|_| self.is_new_door)?;
        Some(set_cookie(DOOR, door, None, self.is_secure))
    }

    /// The cookie of a new session.
    pub(crate) fn session_cookie(&self, secret: &str) -> String {
        set_cookie(SESSION, secret, Some(sign_in::SESSION_LIFE.num_seconds()), self.is_secure)
    }

    /// The line that takes the session's cookie away.
    pub(crate) fn no_session_cookie(&self) -> String {
        set_cookie(SESSION, "", Some(0), self.is_secure)
    }

    /// The token for forms on the answer; empty where there is nothing to bind it to.
    pub(crate) fn token(&self) -> String {
        self.session.as_ref().or(self.door.as_ref()).map(|bound| token_of(bound)).unwrap_or_default()
    }

    /// Whether a form's token belongs to this browser.
    ///
    /// Both cookies count: a form that was opened before the sign-in in another tab is still ours.
    pub(crate) fn accepts_token(&self, token: &str) -> bool {
        let bound = [self.session.as_ref(), self.door.as_ref()];
        !token.is_empty() && bound.into_iter().flatten().any(|bound| token_of(bound) == token)
    }

    /// What surrounds a page with this title.
    pub(crate) fn shell(&self, app: &App, title: &str, is_signed_in: bool) -> Shell {
        let site = Site::of(app);
        let title = if title.is_empty() { site.name.clone() } else { format!("{title} – {}", site.name) };
        Shell {
            title,
            languages: LanguageLink::all(&self.path, self.query.as_deref(), self.t.language()),
            signed_in: is_signed_in,
            csrf: self.token(),
            site,
        }
    }
}

/// The hash of the hash, so that the token on a page never is what the database keeps of a session.
fn token_of(bound: &str) -> String {
    secret_hash(&format!("form {}", secret_hash(bound)))
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs.into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

impl Site {
    /// The server as its settings name it.
    pub(crate) fn of(app: &App) -> Self {
        let server = &app.config.server;
        Self {
            name: app.config.instance.title.clone(),
            host: server.host(),
            lang: app.config.instance.language.clone(),
            source: server.source_url.as_ref().map(ToString::to_string),
        }
    }
}

/// Somebody who reads, signed in or not.
pub(crate) struct Visitor {
    pub(crate) asked: Asked,
    pub(crate) person: Option<persons::Model>,
}

impl Visitor {
    /// What surrounds a page with this title.
    pub(crate) fn shell(&self, app: &App, title: &str) -> Shell {
        self.asked.shell(app, title, self.person.is_some())
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut asked = Asked::read(parts, app);
        let person = match asked.session() {
            Some(session) => match sign_in::person_of(app, session).await {
                Ok(person) => person,
                Err(error) => return Err(Refusal::from(error).page(app, &asked)),
            },
            None => None,
        };
        if person.is_none() {
            asked.session = None;
        }
        Ok(Self { asked, person })
    }
}

/// A person of the staff who is signed in.
pub(crate) struct Staff {
    pub(crate) asked: Asked,
    pub(crate) person: persons::Model,
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let is_reading = matches!(parts.method, http::Method::GET | http::Method::HEAD);
        let Visitor { asked, person } = Visitor::from_request_parts(parts, app).await?;
        match person {
            Some(person) => Ok(Self { asked, person }),
            None => Err(sign_in_first(&asked, is_reading)),
        }
    }
}

/// Sends to the sign-in, and back to this page afterwards if it was one.
fn sign_in_first(asked: &Asked, is_reading: bool) -> Response {
    if !is_reading {
        return Redirect::to("/auth/sign_in").into_response();
    }
    let here = match &asked.query {
        Some(query) => format!("{}?{query}", asked.path),
        None => asked.path.clone(),
    };
    let next = serde_urlencoded::to_string([("next", here)]).unwrap_or_default();
    Redirect::to(&format!("/auth/sign_in?{next}")).into_response()
}

/// A person who acts for the account named in the path.
pub(crate) struct Member {
    pub(crate) asked: Asked,
    pub(crate) person: persons::Model,
    pub(crate) acting: actions::Member,
}

impl Member {
    /// Whether the person may do `act` for the account.
    pub(crate) fn may(&self, act: Act) -> bool {
        self.acting.may(act)
    }

    /// An address of the workbench for this account; `path` begins with a slash or is empty.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("/redaktion/@{}{path}", self.acting.account.username)
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Staff { asked, person } = Staff::from_request_parts(parts, app).await?;
        let path =
            RawPathParams::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let name = path.iter().find(|(name, _)| *name == "account").map(|(_, value)| value.to_owned());
        match find_member(app, &person, name.as_deref().unwrap_or_default()).await {
            Ok(acting) => Ok(Self { asked, person, acting }),
            Err(error) => Err(Refusal::from(error).page(app, &asked)),
        }
    }
}

/// The person as a member of the account of that name.
pub(crate) async fn find_member(
    app: &App,
    person: &persons::Model,
    name: &str,
) -> Result<actions::Member, Error> {
    let username = name.strip_prefix('@').ok_or(Error::NotFound("Account"))?;
    let account = accounts::find_ours(app.db(), username).await?.ok_or(Error::NotFound("Account"))?;
    actions::Member::find(app, person.id, account.id).await?.ok_or(Error::Forbidden)
}

/// A person who decides about what is reported.
pub(crate) struct Moderator {
    pub(crate) asked: Asked,
    pub(crate) person: persons::Model,
    pub(crate) acting: actions::Moderator,
}

impl FromRequestParts<App> for Moderator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Staff { asked, person } = Staff::from_request_parts(parts, app).await?;
        match actions::Moderator::find(app, person.id).await {
            Ok(Some(acting)) => Ok(Self { asked, person, acting }),
            Ok(None) => Err(Refusal::from(Error::Forbidden).page(app, &asked)),
            Err(error) => Err(Refusal::from(error).page(app, &asked)),
        }
    }
}

/// A person who sets up accounts and people.
pub(crate) struct Administrator {
    pub(crate) asked: Asked,
    pub(crate) person: persons::Model,
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Staff { asked, person } = Staff::from_request_parts(parts, app).await?;
        if may_on_server(person.server_roles(), ServerAct::ManagePeople) {
            Ok(Self { asked, person })
        } else {
            Err(Refusal::from(Error::Forbidden).page(app, &asked))
        }
    }
}
