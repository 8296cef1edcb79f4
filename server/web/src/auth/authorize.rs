//! The question whether a client program may use an account: `/oauth/authorize`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use stadtbote_core::actions::oauth::{self, OUT_OF_BAND, Request, RequestFault, RequestParameters};
use stadtbote_core::actions::{self};
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::scope::Scopes;
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};
use url::Url;

use crate::dress;
use crate::error::{OrPage, Refusal, error_page};
use crate::language::Texts;
use crate::pages::door::{CodePage, ConsentPage};
use crate::request::{Asked, Staff};
use crate::respond::{Answer, private_page, with_form_action};
use crate::sent::Sent;
use crate::staff::roles;
use crate::views::{AccountChoice, FieldErrors};

/// The parameters of a program's request, which travel through the form.
const PARAMETERS: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Shows what a program wants and asks for whom.
pub(crate) async fn show(State(app): State<App>, staff: Staff) -> Answer {
    let asked = &staff.asked;
    let parameters = parameters(|name| asked.parameter(name));
    match oauth::check_request(&app, parameters.clone()).await.or_page(&app, asked)? {
        Ok(request) => consent(&app, &staff, &request, &parameters).await.or_page(&app, asked),
        Err(fault) => Err(refuse(&app, asked, &parameters, &fault)),
    }
}

/// Takes the answer: sends the program its code, or the news that it was denied.
pub(crate) async fn create(State(app): State<App>, staff: Staff, sent: Sent) -> Answer {
    let asked = &staff.asked;
    let parameters = parameters(|name| Some(sent.raw(name).to_owned()).filter(|value| !value.is_empty()));
    let request = match oauth::check_request(&app, parameters.clone()).await.or_page(&app, asked)? {
        Ok(request) => request,
        Err(fault) => return Err(refuse(&app, asked, &parameters, &fault)),
    };
    if sent.text("answer") != "allow" {
        return Ok(deny(&app, asked, &request));
    }
    let account =
        sent.text("account").parse().map(AccountId).map_err(|_| Error::Forbidden).or_page(&app, asked)?;
    let member = actions::Member::find(&app, staff.person.id, account).await.or_page(&app, asked)?;
    let member = member.ok_or(Error::Forbidden).or_page(&app, asked)?;
    let code = oauth::authorize(&app, &member, &request).await.or_page(&app, asked)?;
    if request.redirect_uri == OUT_OF_BAND {
        return Ok(code_page(&app, asked, &request, code));
    }
    Ok(send_back(&request.redirect_uri, &[("code", &code)], request.state.as_deref()))
}

fn parameters(value: impl Fn(&str) -> Option<String>) -> RequestParameters {
    let text = |name: &str| value(name).unwrap_or_default();
    RequestParameters {
        response_type: text("response_type"),
        client_id: text("client_id"),
        redirect_uri: text("redirect_uri"),
        scope: text("scope"),
        state: value("state"),
        code_challenge: value("code_challenge"),
        code_challenge_method: value("code_challenge_method"),
    }
}

async fn consent(
    app: &App,
    staff: &Staff,
    request: &Request,
    parameters: &RequestParameters,
) -> Result<Response, Error> {
    let t = staff.asked.t;
    let mut choices = Vec::new();
    for (account, membership) in accounts::list_of_person(app.db(), staff.person.id).await? {
        choices.push(AccountChoice {
            value: account.id.to_string(),
            account: dress::account(&account),
            may: roles::consequence(t, membership.role()),
            href: String::new(),
            chosen: choices.is_empty(),
        });
    }
    let title = t.with("consent-title", "app", &request.client.name);
    let content = ConsentPage {
        t,
        shell: staff.asked.shell(app, &title, true),
        errors: FieldErrors::default(),
        app: request.client.name.clone(),
        website: request.client.website.clone(),
        person: staff.person.shown_name().to_owned(),
        accounts: choices,
        may: may(t, &request.scopes),
        may_not: may_not(t, &request.scopes),
        target: target(t, &request.redirect_uri),
        hidden: hidden(parameters),
    };
    let form_action = match source(&request.redirect_uri) {
        Some(source) => format!("'self' {source}"),
        None => "'self'".to_owned(),
    };
    Ok(with_form_action(private_page(StatusCode::OK, &staff.asked, &content), &form_action))
}

fn hidden(parameters: &RequestParameters) -> Vec<(&'static str, String)> {
    let values = [
        Some(&parameters.response_type),
        Some(&parameters.client_id),
        Some(&parameters.redirect_uri),
        Some(&parameters.scope),
        parameters.state.as_ref(),
        parameters.code_challenge.as_ref(),
        parameters.code_challenge_method.as_ref(),
    ];
    PARAMETERS.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?.clone()))).collect()
}

/// What a program may do with these scopes, in sentences.
fn may(t: Texts, scopes: &Scopes) -> Vec<String> {
    let has = |word: &str| scopes.words().iter().any(|scope| scope == word);
    let parts = |verb: &str| -> Vec<String> {
        scopes
            .words()
            .iter()
            .filter_map(|word| word.split_once(':').filter(|(found, _)| *found == verb))
            .map(|(_, part)| part_name(t, part))
            .collect()
    };
    let mut lines = Vec::new();
    if has("profile") {
        lines.push(t.say("scope-profile"));
    }
    if has("read") {
        lines.push(t.say("scope-read"));
    } else if !parts("read").is_empty() {
        lines.push(t.with("scope-read-some", "what", parts("read").join(", ")));
    }
    if has("write") {
        lines.push(t.say("scope-write"));
    } else if !parts("write").is_empty() {
        lines.push(t.with("scope-write-some", "what", parts("write").join(", ")));
    }
    if has("follow") && !has("write") {
        lines.push(t.say("scope-follow"));
    }
    if has("push") {
        lines.push(t.say("scope-push"));
    }
    if scopes.words().iter().any(|word| word.starts_with("admin:write")) {
        lines.push(t.say("scope-moderate"));
    } else if scopes.words().iter().any(|word| word.starts_with("admin:")) {
        lines.push(t.say("scope-read-reports"));
    }
    lines
}

/// What a program may not do, in sentences: what the scopes leave out, and what no scope covers.
fn may_not(t: Texts, scopes: &Scopes) -> Vec<String> {
    let mut lines = Vec::new();
    if !scopes.allow("read:statuses") {
        lines.push(t.say("scope-not-read"));
    }
    if !scopes.allow("write:statuses") {
        lines.push(t.say("scope-not-write"));
    }
    lines.push(t.say("scope-not-team"));
    lines.push(t.say("scope-not-server"));
    lines
}

fn part_name(t: Texts, part: &str) -> String {
    match part {
        "accounts" => t.say("part-accounts"),
        "blocks" => t.say("part-blocks"),
        "bookmarks" => t.say("part-bookmarks"),
        "conversations" => t.say("part-conversations"),
        "favourites" => t.say("part-favourites"),
        "filters" => t.say("part-filters"),
        "follows" => t.say("part-follows"),
        "lists" => t.say("part-lists"),
        "media" => t.say("part-media"),
        "mutes" => t.say("part-mutes"),
        "notifications" => t.say("part-notifications"),
        "reports" => t.say("part-reports"),
        "search" => t.say("part-search"),
        "statuses" => t.say("part-statuses"),
        other => other.to_owned(),
    }
}

/// Where the answer goes, as people can check it.
fn target(t: Texts, redirect_uri: &str) -> String {
    if redirect_uri == OUT_OF_BAND {
        return t.say("consent-shows-code");
    }
    match Url::parse(redirect_uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.host_str().unwrap_or_default().to_owned(),
        Ok(url) => t.with("consent-app-on-device", "scheme", url.scheme()),
        Err(_) => redirect_uri.to_owned(),
    }
}

/// The redirect as a source of the content security policy.
fn source(redirect_uri: &str) -> Option<String> {
    let url = Url::parse(redirect_uri).ok()?;
    match url.scheme() {
        "http" | "https" => Some(url.origin().ascii_serialization()),
        "urn" => None,
        scheme => Some(format!("{scheme}:")),
    }
}

/// What is wrong is told to the program, unless the address that would be told is not its own.
fn refuse(app: &App, asked: &Asked, parameters: &RequestParameters, fault: &RequestFault) -> Response {
    match fault {
        RequestFault::UnknownClient | RequestFault::WrongRedirect => {
            error_page(app, asked, StatusCode::BAD_REQUEST)
        }
        _ if parameters.redirect_uri == OUT_OF_BAND => error_page(app, asked, StatusCode::BAD_REQUEST),
        fault => {
            let error = fault.to_string();
            send_back(&parameters.redirect_uri, &[("error", &error)], parameters.state.as_deref())
        }
    }
}

fn deny(app: &App, asked: &Asked, request: &Request) -> Response {
    if request.redirect_uri == OUT_OF_BAND {
        return Refusal::from(Error::Forbidden).page(app, asked);
    }
    send_back(&request.redirect_uri, &[("error", "access_denied")], request.state.as_deref())
}

fn code_page(app: &App, asked: &Asked, request: &Request, code: String) -> Response {
    let t = asked.t;
    let content = CodePage {
        t,
        shell: asked.shell(app, &t.say("code-title"), true),
        errors: FieldErrors::default(),
        app: request.client.name.clone(),
        code,
    };
    private_page(StatusCode::OK, asked, &content)
}

/// Sends the browser to the program. Its query stays as it is, to the letter.
fn send_back(redirect_uri: &str, values: &[(&str, &str)], state: Option<&str>) -> Response {
    let mut pairs = values.to_vec();
    pairs.extend(state.map(|state| ("state", state)));
    let added = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let sign = if redirect_uri.contains('?') { '&' } else { '?' };
    match HeaderValue::from_str(&format!("{redirect_uri}{sign}{added}")) {
        Ok(location) => (
            StatusCode::FOUND,
            [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_query_of_the_redirect_survives() {
        let location = |uri: &str| {
            let response = send_back(uri, &[("code", "a b")], Some("x&y"));
            response.headers()[header::LOCATION].to_str().expect("the address is text").to_owned()
        };

        assert_eq!(location("tusky://oauth"), "tusky://oauth?code=a+b&state=x%26y");
        assert_eq!(location("https://c.example/?q=%20"), "https://c.example/?q=%20&code=a+b&state=x%26y");
    }

    #[test]
    fn a_program_that_may_read_everything_may_read_private_messages_and_the_page_says_so() {
        let t = Texts::new(Language::German);
        let scopes = Scopes::parse("read write follow push").expect("these scopes exist");

        assert_eq!(may(t, &scopes), [t.say("scope-read"), t.say("scope-write"), t.say("scope-push")]);
        assert_eq!(may_not(t, &scopes), [t.say("scope-not-team"), t.say("scope-not-server")]);
    }

    #[test]
    fn f03_only_what_was_asked_for_is_granted() {
        let t = Texts::new(Language::German);
        let scopes = Scopes::parse("read:accounts").expect("this scope exists");

        assert_eq!(may(t, &scopes), ["Teile des Kontos lesen: Konten"]);
        assert_eq!(may_not(t, &scopes).len(), 4);
    }

    #[test]
    fn the_policy_lets_the_form_lead_to_the_program() {
        assert_eq!(source("tusky://oauth").as_deref(), Some("tusky:"));
        assert_eq!(source("https://c.example:8443/x?y").as_deref(), Some("https://c.example:8443"));
        assert_eq!(source(OUT_OF_BAND), None);
    }
}
