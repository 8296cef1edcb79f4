//! Asking other hosts who stands behind a handle (RFC 7033), and whether an actor's handle leads back to it.
//!
//! The rules are Mastodon's, so that an account has the same handle here as there: exactly two accepted types
//! of the `self` link; if the answer names another subject, that subject's domain is asked once and has to
//! confirm it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use thiserror::Error;
use url::{Host, Url};

use crate::{
    address,
    client::{Client, Fetched, RequestError},
};

const JRD: &str = "application/jrd+json, application/json";
const XRD: &str = "application/xrd+xml, application/xml, text/xml";
/// Longest user name that is asked for, in bytes; Mastodon's own are at most 30 characters long.
const MAX_USER_LENGTH: usize = 255;

/// What a handle leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The actor's address, an https URL with a host name.
    pub actor_uri: Url,
    /// The user name as its own domain spells it.
    pub subject_user: String,
    /// The domain of the handle, in ASCII lower case; it need not be the actor's host.
    pub subject_domain: String,
}

/// Why a handle leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebfingerError {
    /// What was asked for is no handle.
    #[error("this is not a handle")]
    Handle,
    /// The host could not be asked.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The host knows nobody of that name (404).
    #[error("the host knows nobody of that name")]
    NotFound,
    /// The account was deleted (410).
    #[error("the account was deleted")]
    Gone,
    /// The host answered with another status than 200, 404 or 410.
    #[error("the host answered {0}")]
    Status(u16),
    /// The answer is not what the protocol says.
    #[error("the answer cannot be used: {0}")]
    Malformed(&'static str),
    /// The subject is not confirmed by its own domain, or the handle leads to another actor.
    #[error("the handle does not lead back")]
    Mismatch,
}

impl WebfingerError {
    /// Whether asking again would bring the same answer.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            Self::Handle
            | Self::NotFound
            | Self::Gone
            | Self::Malformed(_)
            | Self::Mismatch
            | Self::Request(RequestError::Refused(_) | RequestError::TooLarge) => true,
            Self::Status(status) => (400..500).contains(status) && !matches!(status, 401 | 408 | 429),
            Self::Request(_) => false,
        }
    }
}

/// Finds the actor behind `user@domain`. Not signed, as everybody may ask.
///
/// # Errors
/// A [`WebfingerError`].
pub async fn lookup(
    client: &Client,
    user: &str,
    domain: &str,
    now: DateTime<Utc>,
) -> Result<Discovered, WebfingerError> {
    let asked = Handle::new(user, domain).ok_or(WebfingerError::Handle)?;
    let first = ask(client, &asked, now).await?;
    if first.subject.is(&asked) {
        return Ok(first.into());
    }
    let second = ask(client, &first.subject, now).await?;
    if second.subject.is(&first.subject) { Ok(second.into()) } else { Err(WebfingerError::Mismatch) }
}

/// A link whose address is made by filling in words in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// What the link leads to.
    pub rel: String,
    /// The address with its gaps.
    pub template: String,
}

/// Most templates of one answer that are looked at.
const MOST_TEMPLATES: usize = 64;

/// What the domain of `user@domain` lets its people do, as it says. Not signed, as everybody may ask.
///
/// # Errors
/// A [`WebfingerError`].
pub async fn templates(
    client: &Client,
    user: &str,
    domain: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Template>, WebfingerError> {
    let asked = Handle::new(user, domain).ok_or(WebfingerError::Handle)?;
    let body = fetch(client, &asked, now).await?;
    let answer: Templates = serde_json::from_slice(&body).map_err(|_| WebfingerError::Malformed("JSON"))?;
    let template = |link: TemplateLink| Some(Template { rel: link.rel?, template: link.template? });
    Ok(answer.links.into_iter().filter_map(template).take(MOST_TEMPLATES).collect())
}

/// Finds out the handle of an actor and makes sure that it leads back to it.
///
/// `webfinger_property` is the actor's `webfinger` (FEP-2c59), which wins over `preferred_username` at
/// `host`.
///
/// # Errors
/// A [`WebfingerError`]; on any of them the handle must not be believed.
pub async fn confirm(
    client: &Client,
    actor_uri: &Url,
    preferred_username: &str,
    host: &str,
    webfinger_property: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Discovered, WebfingerError> {
    let (user, domain) = match webfinger_property {
        Some(handle) => split(handle).ok_or(WebfingerError::Handle)?,
        None => (preferred_username, host),
    };
    let discovered = lookup(client, user, domain, now).await?;
    if discovered.actor_uri == *actor_uri { Ok(discovered) } else { Err(WebfingerError::Mismatch) }
}

/// `user@domain`, checked; compared without case.
#[derive(Debug, Clone)]
struct Handle {
    user: String,
    domain: String,
}

impl Handle {
    fn new(user: &str, domain: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if user.is_empty() || user.len() > MAX_USER_LENGTH || !user.bytes().all(is_allowed) {
            return None;
        }
        let Host::Domain(domain) = Host::parse(domain).ok()? else {
            return None;
        };
        Some(Self { user: user.to_owned(), domain })
    }

    fn is(&self, other: &Self) -> bool {
        self.user.eq_ignore_ascii_case(&other.user) && self.domain == other.domain
    }
}

#[derive(Debug)]
struct Answer {
    subject: Handle,
    actor_uri: Url,
}

impl From<Answer> for Discovered {
    fn from(answer: Answer) -> Self {
        Self {
            actor_uri: answer.actor_uri,
            subject_user: answer.subject.user,
            subject_domain: answer.subject.domain,
        }
    }
}

async fn ask(client: &Client, handle: &Handle, now: DateTime<Utc>) -> Result<Answer, WebfingerError> {
    read_jrd(&fetch(client, handle, now).await?)
}

/// What the domain of a handle answers.
async fn fetch(client: &Client, handle: &Handle, now: DateTime<Utc>) -> Result<Vec<u8>, WebfingerError> {
    let base = Url::parse(&format!("https://{}/", handle.domain)).map_err(|_| WebfingerError::Handle)?;
    let resource = format!("acct:{}@{}", handle.user, handle.domain);

    let mut url = base.clone();
    url.set_path("/.well-known/webfinger");
    url.set_query(Some(&format!("resource={resource}")));
    let mut fetched = client.get(&url, JRD, None, now).await?;
    if fetched.status == 404 {
        // A domain that cannot serve WebFinger itself may say in its host-meta who does.
        let url = ask_host_meta(client, base, &resource, now).await?;
        fetched = client.get(&url, JRD, None, now).await?;
    }
    check_status(&fetched)?;
    Ok(fetched.body.to_vec())
}

async fn ask_host_meta(
    client: &Client,
    mut base: Url,
    resource: &str,
    now: DateTime<Utc>,
) -> Result<Url, WebfingerError> {
    base.set_path("/.well-known/host-meta");
    let fetched = client.get(&base, XRD, None, now).await?;
    if fetched.status != 200 {
        return Err(WebfingerError::NotFound);
    }
    let text = std::str::from_utf8(&fetched.body).map_err(|_| WebfingerError::NotFound)?;
    let template = lrdd_template(text).ok_or(WebfingerError::NotFound)?;
    Url::parse(&template.replace("{uri}", resource)).map_err(|_| WebfingerError::Malformed("template"))
}

fn check_status(fetched: &Fetched) -> Result<(), WebfingerError> {
    match fetched.status {
        200 => Ok(()),
        404 => Err(WebfingerError::NotFound),
        410 => Err(WebfingerError::Gone),
        status => Err(WebfingerError::Status(status)),
    }
}

#[derive(Deserialize)]
struct Jrd {
    subject: String,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    rel: String,
    #[serde(rename = "type")]
    media_type: Option<String>,
    href: Option<String>,
}

#[derive(Deserialize)]
struct Templates {
    #[serde(default)]
    links: Vec<TemplateLink>,
}

#[derive(Deserialize)]
struct TemplateLink {
    rel: Option<String>,
    template: Option<String>,
}

fn read_jrd(body: &[u8]) -> Result<Answer, WebfingerError> {
    const ACCEPTED: [&str; 2] = [
        "application/activity+json",
        r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
    ];

    let jrd: Jrd = serde_json::from_slice(body).map_err(|_| WebfingerError::Malformed("JSON"))?;
    let subject = jrd.subject.strip_prefix("acct:").and_then(split);
    let subject = subject.and_then(|(user, domain)| Handle::new(user, domain));
    let subject = subject.ok_or(WebfingerError::Malformed("subject"))?;
    let is_self = |link: &&Link| {
        link.rel == "self"
            && link.media_type.as_deref().is_some_and(|media_type| ACCEPTED.contains(&media_type))
    };
    let href = jrd.links.iter().find(is_self).and_then(|link| link.href.as_deref());
    let actor_uri = href.and_then(|href| Url::parse(href).ok()).filter(|url| address::check_url(url).is_ok());
    Ok(Answer { subject, actor_uri: actor_uri.ok_or(WebfingerError::Malformed("self link"))? })
}

/// The two halves of `user@domain`.
fn split(handle: &str) -> Option<(&str, &str)> {
    handle.split_once('@').filter(|(user, domain)| !user.is_empty() && !domain.contains('@'))
}

/// The template of the first `lrdd` link in a host-meta document.
///
/// Not a reader of XML: it finds elements by their opening and their attributes, which is all that this one
/// document needs. It comes from the domain that it speaks for, so reading more into it than it says would
/// deceive nobody.
fn lrdd_template(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(start) = rest.find("<Link") {
        let (element, after) = rest[start + "<Link".len()..].split_once('>')?;
        rest = after;
        let template = attribute(element, "template").filter(|template| template.contains("{uri}"));
        if attribute(element, "rel") == Some("lrdd")
            && let Some(template) = template
        {
            return Some(template.replace("&amp;", "&"));
        }
    }
    None
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = element;
    loop {
        let (found, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        if found.trim() == name {
            return Some(value);
        }
        rest = after;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use axum::{
        Json, Router,
        extract::Request,
        http::StatusCode,
        response::{IntoResponse, Response},
    };
    use serde_json::json;

    use super::*;
    use proptest::{
        collection::vec,
        prelude::{ProptestConfig, Strategy, prop_oneof, proptest},
        prop_assert,
    };
    use std::collections::HashMap;

    use crate::test_network::{self, now, url};

    /// Answers for `host` and the resource asked for.
    async fn client(answer: fn(&str, &str) -> Response) -> Client {
        let router = Router::new().fallback(async move |request: Request| {
            let host = request.uri().host().unwrap_or_default();
            answer(host, request.uri().path_and_query().unwrap().as_str())
        });
        Client::new(&test_network::start(router).await.settings).unwrap()
    }

    fn jrd(subject: &str, actor: &str) -> Response {
        let link = json!({ "rel": "self", "type": "application/activity+json", "href": actor });
        Json(json!({ "subject": subject, "links": [link] })).into_response()
    }

    fn rita() -> Discovered {
        Discovered {
            actor_uri: url("https://web.example/users/rita"),
            subject_user: "Rita".to_owned(),
            subject_domain: "far.example".to_owned(),
        }
    }

    #[test]
    fn whatever_is_answered_leads_to_a_public_address_or_nowhere() {
        let text = prop_oneof![
            proptest::sample::select(vec![
                "acct:rita@far.example",
                "acct:rita@127.0.0.1",
                "acct:@",
                "self",
                "application/activity+json",
                "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
                "https://far.example/users/rita",
                "https://127.0.0.1/users/rita",
                "https://far.example:22/",
                "javascript:x",
                "<Link rel=\"lrdd\" template=\"https://far.example/?{uri}\"/>",
                "<Link rel='lrdd'",
                "",
                "\0",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,12}",
        ];
        let link = vec((proptest::sample::select(vec!["rel", "type", "href", "x"]), text.clone()), 0..5);
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };

        proptest!(config, |(subject in text.clone(), links in vec(link, 0..4), noise in vec(text, 0..6), cut in 0_usize..400)| {
            let links: Vec<HashMap<&str, String>> =
                links.into_iter().map(|link| link.into_iter().collect()).collect();
            let whole = json!({ "subject": subject, "links": links }).to_string().into_bytes();
            for body in [&whole[..], &whole[..cut.min(whole.len())]] {
                if let Ok(answer) = read_jrd(body) {
                    prop_assert!(address::check_url(&answer.actor_uri).is_ok());
                    prop_assert!(Handle::new(&answer.subject.user, &answer.subject.domain).is_some());
                }
            }
            let _ = lrdd_template(&noise.concat());
        });
    }

    #[tokio::test]
    async fn a_handle_leads_to_an_actor_in_the_spelling_of_its_domain() {
        let client = client(|_, path| {
            assert_eq!(path, "/.well-known/webfinger?resource=acct:rita@far.example");
            jrd("acct:Rita@FAR.example", "https://web.example/users/rita")
        });
        let client = client.await;

        assert_eq!(lookup(&client, "rita", "Far.Example", now()).await, Ok(rita()));
    }

    #[tokio::test]
    async fn another_subject_counts_once_its_own_domain_confirms_it() {
        let client = client(|_, _| jrd("acct:Rita@far.example", "https://web.example/users/rita")).await;

        assert_eq!(lookup(&client, "rita", "web.example", now()).await, Ok(rita()));
    }

    #[tokio::test]
    async fn b28_another_subject_that_its_domain_does_not_confirm_is_refused() {
        let client = client(|host, _| match host {
            "evil.example" => jrd("acct:rita@far.example", "https://evil.example/users/rita"),
            _ => jrd("acct:rita@web.example", "https://web.example/users/rita"),
        });
        let client = client.await;

        assert_eq!(lookup(&client, "rita", "evil.example", now()).await, Err(WebfingerError::Mismatch));
    }

    #[tokio::test]
    async fn b27_b28_an_actor_whose_handle_leads_to_somebody_else_is_not_confirmed() {
        let client = client(|_, _| jrd("acct:Rita@far.example", "https://web.example/users/rita")).await;
        let confirm = async |actor: &str, property: Option<&str>| {
            confirm(&client, &url(actor), "rita", "web.example", property, now()).await
        };

        assert_eq!(confirm("https://web.example/users/rita", None).await, Ok(rita()));
        assert_eq!(confirm("https://web.example/users/rita", Some("rita@far.example")).await, Ok(rita()));
        assert_eq!(confirm("https://web.example/users/mallory", None).await, Err(WebfingerError::Mismatch));
        assert_eq!(
            confirm("https://web.example/users/rita", Some("rita")).await,
            Err(WebfingerError::Handle)
        );
    }

    #[tokio::test]
    async fn host_meta_is_asked_only_where_webfinger_is_not_found() {
        let client = client(|host, path| {
            match (host, path.split('?').next().unwrap_or_default()) {
            ("far.example", "/.well-known/host-meta") => concat!(
                r#"<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">"#,
                r#"<Link rel="other" template="https://evil.example/{uri}"/>"#,
                r#"<Link type='application/xrd+xml' rel='lrdd' template='https://web.example/finger?a=1&amp;r={uri}'/></XRD>"#,
            )
            .into_response(),
            ("web.example", "/finger") => {
                assert_eq!(path, "/finger?a=1&r=acct:rita@far.example");
                jrd("acct:Rita@far.example", "https://web.example/users/rita")
            }
            ("far.example", _) => StatusCode::NOT_FOUND.into_response(),
            ("web.example", "/.well-known/webfinger") => StatusCode::GONE.into_response(),
            _ => StatusCode::IM_A_TEAPOT.into_response(),
        }
        });
        let client = client.await;

        assert_eq!(lookup(&client, "rita", "far.example", now()).await, Ok(rita()));
        assert_eq!(lookup(&client, "rita", "web.example", now()).await, Err(WebfingerError::Gone));
        assert_eq!(lookup(&client, "rita", "evil.example", now()).await, Err(WebfingerError::Status(418)));
    }

    #[test]
    fn only_the_two_types_of_mastodon_make_a_self_link() {
        let read = |links: serde_json::Value| {
            let body = json!({ "subject": "acct:rita@far.example", "links": links }).to_string();
            read_jrd(body.as_bytes()).map(|answer| answer.actor_uri)
        };
        let link = |media_type: &str, href: &str| json!({ "rel": "self", "type": media_type, "href": href });
        let ld = r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;

        let several = json!([
            link("text/html", "https://far.example/1"),
            link("application/json", "https://far.example/2"),
            link(ld, "https://far.example/3"),
            link("application/activity+json", "https://far.example/4")
        ]);
        assert_eq!(read(several), Ok(url("https://far.example/3")));
        assert!(read(json!([link("application/ld+json", "https://far.example/1")])).is_err());
        assert!(read(json!([link("application/activity+json", "http://far.example/1")])).is_err());
        assert!(read(json!([link("application/activity+json", "https://127.0.0.1/1")])).is_err());
        assert!(read(json!([{ "rel": "self", "type": 1, "href": "https://far.example/1" }])).is_err());
        assert!(read(json!([])).is_err());
    }

    #[test]
    fn what_is_no_handle_is_not_asked_for() {
        for (user, domain) in [
            ("", "far.example"),
            ("ri ta", "far.example"),
            ("rita&x=1", "far.example"),
            ("rita", ""),
            ("rita", "127.0.0.1"),
            ("rita", "far.example/evil"),
            ("rita", "far.example:22"),
            ("rita", "a@far.example"),
        ] {
            assert!(Handle::new(user, domain).is_none(), "{user}@{domain}");
        }
    }
}
