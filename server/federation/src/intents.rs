//! Activity intents (FEP-3b86): where somebody's own server lets them do something with a thing on another.
//!
//! A server names in its WebFinger answers a template for each thing that can be done; in place of a word in braces comes
//! what it is to be done with. Before that there was one template for all, of OStatus, which most servers still name.

use std::time::Duration;

use serde_json::{Value, json};
use stadtbote_core::Error;
use stadtbote_core::config::Server;
use stadtbote_core::domain::handle::Handle;
use stadtbote_core::store::hosts;
use url::{Url, form_urlencoded};

use crate::webfinger::Template;
use crate::{Federation, address, webfinger};

const NAMESPACE: &str = "https://w3id.org/fep/3b86/";
const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";
/// How long somebody waits for their server to say where to go.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many look-ups run at once: they are asked for by everybody who reads.
pub(crate) const AT_ONCE: usize = 8;

/// What somebody wants to do from their own server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Follow an account.
    Follow,
    /// Answer a post.
    Answer,
    /// Share a post.
    Share,
    /// Like a post.
    Like,
}

impl Intent {
    /// Every intent.
    pub const ALL: [Intent; 4] = [Intent::Follow, Intent::Answer, Intent::Share, Intent::Like];

    /// The word for it in addresses of ours.
    pub fn name(self) -> &'static str {
        match self {
            Intent::Follow => "follow",
            Intent::Answer => "answer",
            Intent::Share => "share",
            Intent::Like => "like",
        }
    }

    /// The intent with that word.
    pub fn parse(name: &str) -> Option<Intent> {
        Intent::ALL.into_iter().find(|intent| intent.name() == name)
    }

    /// The relations that lead to it, the best first, each with the word that the thing takes the place of. The last ones
    /// open the thing, so that it can be done from there.
    fn relations(self) -> [(String, &'static str); 3] {
        let fep = |kind: &str| format!("{NAMESPACE}{kind}");
        let object = (fep("Object"), "object");
        let subscribe = (SUBSCRIBE.to_owned(), "uri");
        match self {
            Intent::Follow => [(fep("Follow"), "object"), subscribe, object],
            Intent::Answer => [(fep("Create"), "inReplyTo"), object, subscribe],
            Intent::Share => [(fep("Announce"), "object"), object, subscribe],
            Intent::Like => [(fep("Like"), "object"), object, subscribe],
        }
    }
}

/// What our own pages let people do, as links of a WebFinger answer.
pub(crate) fn ours(server: &Server) -> Vec<Value> {
    let templates = [
        (SUBSCRIBE.to_owned(), "uri={uri}".to_owned()),
        (format!("{NAMESPACE}Object"), "uri={object}".to_owned()),
        (format!("{NAMESPACE}Follow"), "intent=follow&uri={object}".to_owned()),
        (format!("{NAMESPACE}Like"), "intent=like&uri={object}".to_owned()),
        (format!("{NAMESPACE}Announce"), "intent=share&uri={object}".to_owned()),
        (format!("{NAMESPACE}Create"), "intent=answer&uri={inReplyTo}".to_owned()),
    ];
    let link = |(rel, query): (String, String)| json!({ "rel": rel, "template": server.address(&format!("/authorize_interaction?{query}")) });
    templates.into_iter().map(link).collect()
}

impl Federation {
    /// Where the server of `handle` lets its people do this with the thing at `uri`; none if it names no way, or there is
    /// nobody of that name. Nothing is kept.
    ///
    /// # Errors
    /// [`Error::Remote`] if its server did not answer, [`Error::TooMany`] if too many ask at this moment.
    pub async fn way_to(&self, handle: &Handle, intent: Intent, uri: &str) -> Result<Option<Url>, Error> {
        let app = self.app();
        let Some(domain) = handle.domain.as_deref().filter(|_| app.config.server.federates()) else {
            return Ok(None);
        };
        if hosts::is_suspended(app.db(), domain).await? {
            return Ok(None);
        }
        let Ok(_place) = self.inner.intent_places.try_acquire() else { return Err(Error::TooMany(10)) };
        let client = &self.network().await?.client;
        let asked = webfinger::templates(client, &handle.username, domain, app.clock.now());
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(templates)) => {
                Ok(choose(&templates, intent, uri).filter(|url| client.check_url(url).is_ok()))
            }
            Ok(Err(error)) if error.is_final() => Ok(None),
            Ok(Err(error)) => Err(Error::Remote(error.to_string())),
            Err(_) => Err(Error::Remote("its server did not answer in time".into())),
        }
    }
}

fn choose(templates: &[Template], intent: Intent, uri: &str) -> Option<Url> {
    intent.relations().iter().find_map(|(rel, word)| {
        let named = templates.iter().filter(|template| template.rel.eq_ignore_ascii_case(rel));
        let marker = format!("{{{word}}}");
        named
            .filter(|named| named.template.contains(&marker))
            .find_map(|named| fill(&named.template, word, uri))
    })
}

/// A template with `value` in place of one word, and nothing in place of all others; none if it does not make a public
/// https address whose host it names itself.
fn fill(template: &str, word: &str, value: &str) -> Option<Url> {
    let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        // What is put in must not become part of the host.
        if filled.is_empty() && !before.strip_prefix("https://").is_some_and(|host| host.contains('/')) {
            return None;
        }
        let (name, after) = after.split_once('}')?;
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return None;
        }
        filled.push_str(before);
        if name == word {
            filled.push_str(&encoded);
        }
        rest = after;
    }
    filled.push_str(rest);
    let url = Url::parse(&filled).ok()?;
    address::check_url(&url).is_ok().then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "https://stadt.example/users/stadt/statuses/1";

    fn template(rel: &str, template: &str) -> Template {
        Template { rel: rel.to_owned(), template: template.to_owned() }
    }

    fn chosen(templates: &[Template], intent: Intent) -> Option<String> {
        choose(templates, intent, POST).map(|url| url.to_string())
    }

    #[test]
    fn the_way_for_what_is_wanted_comes_before_the_one_for_everything() {
        let templates = [
            template(SUBSCRIBE, "https://a.example/authorize_interaction?uri={uri}"),
            template(
                "https://w3id.org/fep/3b86/Like",
                "https://a.example/like?on-success={on-success}&id={object}",
            ),
            template("https://w3id.org/fep/3b86/Create", "https://a.example/share?text={content}"),
        ];
        let post = "https%3A%2F%2Fstadt.example%2Fusers%2Fstadt%2Fstatuses%2F1";

        let opened = Some(format!("https://a.example/authorize_interaction?uri={post}"));
        assert_eq!(
            chosen(&templates, Intent::Like),
            Some(format!("https://a.example/like?on-success=&id={post}"))
        );
        assert_eq!(chosen(&templates, Intent::Follow), opened);
        assert_eq!(chosen(&templates, Intent::Answer), opened, "the form for a new post answers nothing");
        assert_eq!(chosen(&[], Intent::Follow), None);
    }

    #[test]
    fn a_template_leads_nowhere_but_to_a_public_address_that_it_names_itself() {
        for wrong in [
            "http://a.example/?uri={uri}",
            "https://{uri}/",
            "https://a.example{uri}",
            "https://127.0.0.1/?uri={uri}",
            "https://user:word@a.example/?uri={uri}",
            "javascript:alert('{uri}')",
            "//a.example/?uri={uri}",
            "https://a.example/?uri={uri",
            "https://a.example/{?uri}{uri}",
            "https://a.example/?nothing",
            "{uri}",
            "",
        ] {
            let found = chosen(&[template(SUBSCRIBE, wrong)], Intent::Follow);
            assert_eq!(found, None, "{wrong}");
        }
        let long = format!("https://a.example/{}?uri={{uri}}", "a".repeat(4096));
        assert_eq!(chosen(&[template(SUBSCRIBE, &long)], Intent::Follow), None);
    }

    #[test]
    fn every_intent_is_found_by_its_word() {
        for intent in Intent::ALL {
            assert_eq!(Intent::parse(intent.name()), Some(intent));
        }
        assert_eq!(Intent::parse("eat"), None);
    }
}
