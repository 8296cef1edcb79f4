//! Which software other servers run (NodeInfo), so that it can be told later what kinds of servers a post reached; and how
//! many accounts of ours are active, which ours tells.

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use serde::Deserialize;
use stadtbote_core::actions::hosts::{self, Software};
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};
use url::Url;

use crate::Federation;
use crate::client::Client;

const JSON: &str = "application/json";
/// How many servers are asked at the same time.
const SIDE_BY_SIDE: usize = 8;
/// Most characters that are kept of a name or a version.
const LONGEST: usize = 60;
/// What the addresses of the versions that are understood begin with; in all of them the software stands in the same place.
const SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema/";

/// How long a count of active accounts is told before it is counted anew.
const COUNTED_FOR: TimeDelta = TimeDelta::hours(1);

/// Accounts of ours that posted, or that somebody worked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active {
    counted_at: DateTime<Utc>,
    /// In the last 30 days.
    pub(crate) month: u64,
    /// In the last 180 days.
    pub(crate) half_a_year: u64,
}

impl Federation {
    /// How many accounts of ours are active, counted at most once an hour.
    pub(crate) async fn active(&self) -> Result<Active, Error> {
        let now = self.app().clock.now();
        let mut kept = self.inner.active.lock().await;
        if let Some(active) = kept.filter(|active| now - active.counted_at < COUNTED_FOR) {
            return Ok(active);
        }
        let count = |days| accounts::count_active(self.app().db(), now - TimeDelta::days(days));
        let active = Active { counted_at: now, month: count(30).await?, half_a_year: count(180).await? };
        *kept = Some(active);
        Ok(active)
    }

    /// Asks the servers that were not asked for long.
    pub(crate) async fn look_up_hosts(&self, app: &App) -> Result<(), Error> {
        if !app.config.server.federates() {
            return Ok(());
        }
        let client = self.client().await?;
        let names = hosts::list_to_look_up(app).await?;
        let asked = futures::stream::iter(names).map(async |host| {
            let software = ask(client, &host, app).await;
            (host, software)
        });
        let found: Vec<_> = asked.buffer_unordered(SIDE_BY_SIDE).collect().await;
        hosts::keep_software(app, found).await
    }
}

/// The software of a host; none if it does not say it in a way that is understood.
async fn ask(client: &Client, host: &str, app: &App) -> Option<Software> {
    let get = async |url: &Url| {
        let fetched = client.get(url, JSON, None, app.clock.now()).await.ok()?;
        (fetched.status == 200).then_some(fetched.body)
    };
    let links = get(&Url::parse(&format!("https://{host}/.well-known/nodeinfo")).ok()?).await?;
    read(&get(&newest(&links)?).await?)
}

/// The address of the newest version that a host offers.
fn newest(links: &[u8]) -> Option<Url> {
    #[derive(Deserialize)]
    struct Links {
        links: Vec<Link>,
    }
    #[derive(Deserialize)]
    struct Link {
        rel: String,
        href: String,
    }

    let links: Links = serde_json::from_slice(links).ok()?;
    let known = links.links.into_iter().filter(|link| link.rel.starts_with(SCHEMA));
    Url::parse(&known.max_by(|one, other| one.rel.cmp(&other.rel))?.href).ok()
}

fn read(info: &[u8]) -> Option<Software> {
    #[derive(Deserialize)]
    struct Info {
        software: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
        #[serde(default)]
        version: String,
    }

    let Named { name, version } = serde_json::from_slice::<Info>(info).ok()?.software;
    let name = plain(&name).to_lowercase();
    (!name.is_empty()).then(|| Software { name, version: plain(&version) })
}

/// One short line of visible characters.
fn plain(text: &str) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_is_understood_is_asked_for() {
        let links = br#"{"links":[
            {"rel":"http://nodeinfo.diaspora.software/ns/schema/2.0","href":"https://far.example/2.0"},
            {"rel":"https://www.w3.org/ns/activitystreams#Application","href":"https://far.example/actor"},
            {"rel":"http://nodeinfo.diaspora.software/ns/schema/2.1","href":"https://far.example/2.1"}]}"#;

        assert_eq!(newest(links).unwrap().as_str(), "https://far.example/2.1");
        for useless in
            [&b"[]"[..], b"{}", br#"{"links":[]}"#, br#"{"links":[{"rel":"x","href":"y"}]}"#, b"\xff"]
        {
            assert_eq!(newest(useless), None);
        }
    }

    #[test]
    fn name_and_version_are_short_and_plain_whatever_comes() {
        let software = |info: &str| read(info.as_bytes());
        let long = format!(r#"{{"software":{{"name":"{}","version":"1"}}}}"#, "x".repeat(5000));

        let mastodon = Software { name: "mastodon".into(), version: "4.5.2".into() };
        assert_eq!(software(r#"{"software":{"name":" Mastodon\n","version":"4.5.2"}}"#), Some(mastodon));
        assert_eq!(software(&long).unwrap().name.len(), LONGEST);
        assert_eq!(software(r#"{"software":{"name":"snac"}}"#).unwrap().version, "");
        for useless in [r#"{"software":{"name":" "}}"#, r#"{"software":"mastodon"}"#, "[]", "{}", ""] {
            assert_eq!(software(useless), None);
        }
    }
}
