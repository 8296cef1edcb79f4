//! Settings: the documented defaults compiled in, then a file, then the environment.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use lettre::message::Mailbox;
use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

use crate::domain::floor;
use crate::domain::hold::Limits;

const DEFAULTS: &str = include_str!("../../../config/default.toml");
const PREFIX: &str = "STADTBOTE__";

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The part that says where we are.
    pub server: Server,
    /// How the server introduces itself.
    pub instance: Instance,
    /// How mail leaves, if it does.
    pub mail: Option<Mail>,
    /// The name of the account of ours that writes to people elsewhere about decisions; empty for none.
    pub moderation_account: String,
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Whether `serve` migrates.
    pub database_migrate: bool,
    /// The folder of pictures and films.
    pub media_folder: PathBuf,
    /// Most bytes of copies of pictures of others.
    pub copies_bytes: u64,
    /// How many bytes of the disk with pictures and films stay free of copies.
    pub reserve_bytes: u64,
    /// Rules for posts.
    pub posts: Posts,
    /// How we reach others.
    pub federation: Federation,
    /// When posts from elsewhere wait for a moderator.
    pub moderation: Limits,
    /// Whether clients are held to a number of requests.
    pub limit_requests: bool,
    /// Most activities in a minute of one domain.
    pub activities_a_minute: u32,
    /// Most activities in a minute of one account elsewhere.
    pub activities_a_minute_of_one: u32,
    /// Most follows of one account in an hour by one domain that are accepted without a person.
    pub follows_an_hour: u32,
    /// How many days ended deliveries are kept.
    pub keep_deliveries_days: u32,
    /// How many days the ids of incoming activities are kept.
    pub keep_incoming_days: u32,
    /// The smallest group of people that is told of where figures are split up.
    pub reach_floor: u32,
    /// Servers of the region: names, with all below them.
    pub regional_servers: Vec<String>,
    /// Whether figures of the reach are published as open data.
    pub open_data: bool,
    /// How many days notifications are kept.
    pub keep_notifications_days: u32,
    /// How many days it is kept who reported, after nobody can complain any more.
    pub keep_notifiers_days: u32,
    /// How many days decided cases are kept.
    pub keep_cases_days: u32,
    /// How the log speaks.
    pub log: Log,
}

/// Where the server is.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address that is listened at.
    pub listen: SocketAddr,
    /// The public address, without a path.
    pub public_url: Url,
    /// The domain in handles, in lower case.
    pub account_domain: String,
    /// Where metrics are served.
    pub metrics_listen: Option<SocketAddr>,
    /// Where the source code is, if anybody said so.
    pub source_url: Option<Url>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Server {
    /// The host of the public address, with its port where it has one.
    pub fn host(&self) -> String {
        let host = self.public_url.host_str().unwrap_or_default();
        match self.public_url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The public address of `path`, which begins with a slash.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Whether we speak with other servers: only under https.
    pub fn federates(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// How the server introduces itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// Its name.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// Whom to write to; empty for nobody.
    pub contact_email: String,
    /// The language where nothing else is said.
    pub language: String,
}

/// How mail leaves.
#[derive(Clone)]
pub struct Mail {
    /// The server that takes it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub tls: MailTls,
    /// Name and password, where it asks for them.
    pub login: Option<(String, String)>,
    /// Who writes.
    pub from: Mailbox,
}

/// How the connection to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte.
    Wrapped,
    /// STARTTLS, or nothing is sent.
    Upgraded,
    /// Not at all: it runs on this machine.
    Local,
}

impl std::fmt::Debug for Mail {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail by {}:{} ({:?})", self.host, self.port, self.tls)
    }
}

/// Rules for posts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posts {
    /// Most characters of a post.
    pub max_characters: usize,
    /// Where a picture must have a description.
    pub require_alt_text: RequireAltText,
}

/// Where a picture must have a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequireAltText {
    /// Nowhere.
    Off,
    /// In the workbench.
    Workbench,
    /// In the workbench and for client programs.
    Everywhere,
}

/// How we reach others.
#[derive(Clone, Debug)]
pub struct Federation {
    /// Private networks that may be reached.
    pub allowed_private_networks: Vec<IpNet>,
    /// Addresses for names.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Certificates trusted beside those of the system.
    pub trusted_ca_file: Option<PathBuf>,
    /// Whether others must sign what they ask for.
    pub authorized_fetch: bool,
    /// Deliveries at once.
    pub deliveries_at_once: usize,
    /// Deliveries at once to one host.
    pub deliveries_at_once_per_host: usize,
}

/// How the log speaks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level or a filter.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Why the settings can't be used: one line that names the key, the value and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

fn wrong(key: &str, value: impl std::fmt::Display, right: &str) -> ConfigError {
    ConfigError(format!("Setting {key} is {value}: {right}"))
}

impl Config {
    /// Reads the defaults, then `file`, then `environment` (names and values; names without our prefix are passed
    /// over).
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        Config::check(&merged(file, environment)?)
    }

    fn check(table: &Table) -> Result<Config, ConfigError> {
        let public_url = public_url(text(table, "server", "public_url"))?;
        let account_domain = match text(table, "server", "account_domain") {
            "" => public_url.host_str().unwrap_or_default().to_lowercase(),
            domain => match crate::domain::handle::parse_domain(domain) {
                Some(parsed) => parsed,
                None => {
                    return Err(wrong(
                        "server.account_domain",
                        quoted(domain),
                        "it must be a domain like city.example",
                    ));
                }
            },
        };
        let database_url = text(table, "database", "url").to_owned();
        if !["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            let scheme = database_url.split(':').next().unwrap_or_default();
            return Err(wrong(
                "database.url",
                quoted(&format!("{scheme}:…")),
                "it must begin with sqlite:// or postgres://",
            ));
        }
        let media_url = text(table, "media", "url");
        let Some(media_folder) = media_url.strip_prefix("file://").filter(|path| !path.is_empty()) else {
            return Err(wrong("media.url", quoted(media_url), "it must be file:// and a path"));
        };
        let instance: Instance = section(table, "instance")?;
        if crate::domain::language::parse(&instance.language).is_none() {
            return Err(wrong(
                "instance.language",
                quoted(&instance.language),
                "it must be a language tag like de or en",
            ));
        }
        let posts: Posts = section(table, "posts")?;
        if !(1..=100_000).contains(&posts.max_characters) {
            return Err(wrong(
                "posts.max_characters",
                posts.max_characters,
                "it must be between 1 and 100000",
            ));
        }
        Ok(Config {
            server: Server {
                listen: address(table, "server", "listen")?.ok_or_else(|| {
                    wrong("server.listen", "empty", "it must be an address and a port like 127.0.0.1:8080")
                })?,
                public_url,
                account_domain,
                metrics_listen: address(table, "server", "metrics_listen")?,
                source_url: source_url(text(table, "server", "source_url"))?,
                trusted_proxies: networks(table, "server", "trusted_proxies")?,
            },
            instance,
            mail: mail(table)?,
            moderation_account: text(table, "moderation", "account").trim_start_matches('@').to_lowercase(),
            database_url,
            database_migrate: table["database"]["migrate"].as_bool().unwrap_or(true),
            media_folder: PathBuf::from(media_folder),
            regional_servers: names(table, "reach", "regional_servers")?,
            open_data: table["reach"]["open_data"].as_bool().unwrap_or(false),
            reach_floor: number(table, "reach", "smallest_group", i64::from(floor::LEAST), 1000)? as u32,
            copies_bytes: number(table, "media", "copies_megabytes", 16, 1_048_576)? as u64 * 1024 * 1024,
            reserve_bytes: number(table, "media", "reserve_megabytes", 0, 1_048_576)? as u64 * 1024 * 1024,
            posts,
            federation: Federation {
                allowed_private_networks: networks(table, "federation", "allowed_private_networks")?,
                resolve: resolve(table)?,
                trusted_ca_file: Some(text(table, "federation", "trusted_ca_file"))
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from),
                authorized_fetch: table["federation"]["authorized_fetch"].as_bool().unwrap_or(false),
                deliveries_at_once: number(table, "federation", "deliveries_at_once", 1, 1024)?,
                deliveries_at_once_per_host: number(
                    table,
                    "federation",
                    "deliveries_at_once_per_host",
                    1,
                    64,
                )?,
            },
            moderation: section(table, "moderation")?,
            limit_requests: table["limits"]["requests"].as_bool().unwrap_or(true),
            activities_a_minute_of_one: number(
                table,
                "limits",
                "activities_per_minute_of_one",
                10,
                1_000_000,
            )? as u32,
            activities_a_minute: number(table, "limits", "activities_per_minute", 60, 1_000_000)? as u32,
            follows_an_hour: number(table, "limits", "follows_per_hour", 1, 1_000_000)? as u32,
            keep_deliveries_days: number(table, "retention", "deliveries_days", 8, 3650)? as u32,
            keep_incoming_days: number(table, "retention", "incoming_days", 8, 3650)? as u32,
            keep_notifications_days: number(table, "retention", "notifications_days", 30, 36_500)? as u32,
            keep_notifiers_days: number(table, "retention", "notifiers_days", 1, 36_500)? as u32,
            // The report of a year is kept by itself when the next one is half over, from cases that are still there.
            keep_cases_days: number(table, "retention", "cases_days", 730, 36_500)? as u32,
            log: section(table, "log")?,
        })
    }

    /// The settings in force as a table, secrets hidden.
    pub fn shown(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Table, ConfigError> {
        let mut table = merged(file, environment)?;
        Config::check(&table)?;
        for (section, name) in [("database", "url"), ("mail", "smtp_url")] {
            if let Some(Value::String(url)) = table.get_mut(section).and_then(|section| section.get_mut(name))
                && !url.is_empty()
            {
                *url = without_password(url);
            }
        }
        Ok(table)
    }
}

/// An address with its password hidden, for people to read.
pub fn without_password(address: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) if url.password().is_some() => match url.set_password(Some("***")) {
            Ok(()) => url.to_string(),
            Err(()) => "***".into(),
        },
        Ok(_) => address.to_owned(),
        Err(_) if address.starts_with("sqlite://") => address.to_owned(),
        Err(_) => "***".into(),
    }
}

fn merged(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Table, ConfigError> {
    let mut table: Table = DEFAULTS.parse().expect("the compiled-in defaults are valid TOML, tested");
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("Settings file {}: {error}", path.display())))?;
        let own: Table = text.parse().map_err(|error| {
            ConfigError(format!("Settings file {}: {error}", path.display()).trim().replace('\n', " "))
        })?;
        for (section, values) in own {
            let Value::Table(values) = values else {
                return Err(ConfigError(format!(
                    "Setting {section} is unknown: settings stand in sections like [server]"
                )));
            };
            for (name, value) in values {
                set(&mut table, &section, &name, value)?;
            }
        }
    }
    for (variable, text) in environment {
        let Some(path) = variable.strip_prefix(PREFIX) else { continue };
        let path = path.to_lowercase();
        let Some((section, name)) = path.split_once("__") else {
            return Err(ConfigError(format!("Setting {variable} is unknown: see config/default.toml")));
        };
        let value = from_environment(&table, section, name, &text)?;
        set(&mut table, section, name, value)?;
    }
    Ok(table)
}

/// Replaces a setting by one of the same type.
fn set(table: &mut Table, section: &str, name: &str, value: Value) -> Result<(), ConfigError> {
    let key = format!("{section}.{name}");
    let Some(old) = table.get_mut(section).and_then(|values| values.get_mut(name)) else {
        return Err(ConfigError(format!(
            "Setting {key} is unknown: see config/default.toml for those there are"
        )));
    };
    if !old.same_type(&value) {
        return Err(wrong(&key, &value, &format!("it must be {}", type_name(old))));
    }
    *old = value;
    Ok(())
}

fn from_environment(table: &Table, section: &str, name: &str, text: &str) -> Result<Value, ConfigError> {
    let key = format!("{section}.{name}");
    let Some(old) = table.get(section).and_then(|values| values.get(name)) else {
        return Err(ConfigError(format!(
            "Setting {key} is unknown: see config/default.toml for those there are"
        )));
    };
    let parsed = match old {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        _ => serde_json::from_str::<Value>(text).ok().filter(|value| value.same_type(old)),
    };
    parsed.ok_or_else(|| wrong(&key, quoted(text), &format!("it must be {}", type_name(old))))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list like [\"…\"]",
        _ => "a map like {\"…\": \"…\"}",
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn text<'a>(table: &'a Table, section: &str, name: &str) -> &'a str {
    table[section][name].as_str().unwrap_or_default()
}

fn number(table: &Table, section: &str, name: &str, least: i64, most: i64) -> Result<usize, ConfigError> {
    let value = table[section][name].as_integer().unwrap_or_default();
    if (least..=most).contains(&value) {
        return Ok(value as usize);
    }
    Err(wrong(&format!("{section}.{name}"), value, &format!("it must be between {least} and {most}")))
}

fn address(table: &Table, section: &str, name: &str) -> Result<Option<SocketAddr>, ConfigError> {
    let value = text(table, section, name);
    if value.is_empty() {
        return Ok(None);
    }
    let parsed = value.replace("localhost", "127.0.0.1").parse().map(Some);
    parsed.map_err(|_| {
        wrong(
            &format!("{section}.{name}"),
            quoted(value),
            "it must be an address and a port like 127.0.0.1:8080",
        )
    })
}

fn networks(table: &Table, section: &str, name: &str) -> Result<Vec<IpNet>, ConfigError> {
    let values = table[section][name].as_array().cloned().unwrap_or_default();
    let parse = |value: &Value| {
        value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
            wrong(&format!("{section}.{name}"), value, "it must be a list of networks like \"10.0.0.0/8\"")
        })
    };
    values.iter().map(parse).collect()
}

fn names(table: &Table, section: &str, name: &str) -> Result<Vec<String>, ConfigError> {
    let values = table[section][name].as_array().cloned().unwrap_or_default();
    let read = |value: &Value| {
        let text = value.as_str().map(|text| text.trim().to_lowercase());
        text.filter(|text| !text.is_empty() && !text.contains(['/', ' ', '@'])).ok_or_else(|| {
            wrong(&format!("{section}.{name}"), value, "it must be a list of names like \"ruhr.example\"")
        })
    };
    values.iter().map(read).collect()
}

fn resolve(table: &Table) -> Result<BTreeMap<String, SocketAddr>, ConfigError> {
    let values = table["federation"]["resolve"].as_table().cloned().unwrap_or_default();
    let parse = |(name, value): (String, Value)| match value.as_str().and_then(|text| text.parse().ok()) {
        Some(address) => Ok((name.to_lowercase(), address)),
        None => Err(wrong(
            "federation.resolve",
            value,
            "each name needs an address and a port like 127.0.0.10:8443",
        )),
    };
    values.into_iter().map(parse).collect()
}

fn public_url(text: &str) -> Result<Url, ConfigError> {
    let right = "it must be https:// and a host, without a path";
    let url = Url::parse(text).map_err(|_| wrong("server.public_url", quoted(text), right))?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if is_plain { Ok(url) } else { Err(wrong("server.public_url", quoted(text), right)) }
}

fn mail(table: &Table) -> Result<Option<Mail>, ConfigError> {
    let smtp_url = text(table, "mail", "smtp_url");
    if smtp_url.is_empty() {
        return Ok(None);
    }
    // The address is not repeated: a password may stand in it.
    let wrong_url = || {
        wrong(
            "mail.smtp_url",
            "unusable",
            "it must be smtps:// or smtp://, mostly name:password@, and a host",
        )
    };
    let url = Url::parse(smtp_url).map_err(|_| wrong_url())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong_url)?.to_owned();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let (tls, port) = match url.scheme() {
        "smtps" => (MailTls::Wrapped, 465),
        "smtp" if is_here => (MailTls::Local, 25),
        "smtp" => (MailTls::Upgraded, 587),
        _ => return Err(wrong_url()),
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong_url());
    }
    let read = |text: &str| {
        percent_encoding::percent_decode_str(text).decode_utf8().map(Into::into).map_err(|_| wrong_url())
    };
    let login = match url.password() {
        Some(password) => Some((read(url.username())?, read(password)?)),
        None if url.username().is_empty() => None,
        None => return Err(wrong_url()),
    };
    let from = text(table, "mail", "from");
    let right = "it must be an address like stadtbote@city.example, as there is a mail.smtp_url";
    let from = from.parse().map_err(|_| wrong("mail.from", quoted(from), right))?;
    Ok(Some(Mail { host, port: url.port().unwrap_or(port), tls, login, from }))
}

fn source_url(told: &str) -> Result<Option<Url>, ConfigError> {
    // What Cargo.toml says, where it says it.
    let text = if told.is_empty() { option_env!("CARGO_PKG_REPOSITORY").unwrap_or_default() } else { told };
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.map(Some).ok_or_else(|| {
        wrong("server.source_url", quoted(text), "it must be https://, a host and mostly a path")
    })
}

fn section<T: serde::de::DeserializeOwned>(table: &Table, name: &'static str) -> Result<T, ConfigError> {
    T::deserialize(table[name].clone()).map_err(|error| {
        ConfigError(format!("Settings in [{name}]: {}", error.to_string().trim().replace('\n', " ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(None, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_valid() {
        let config = load(&[]).expect("defaults load");

        assert_eq!(config.server.public_url.as_str(), "http://localhost:8080/");
        assert_eq!(config.server.account_domain, "localhost");
        assert!(!config.server.federates());
    }

    #[test]
    fn the_environment_wins_and_lists_are_json() {
        let config = load(&[
            ("STADTBOTE__SERVER__PUBLIC_URL", "https://social.city.example"),
            ("STADTBOTE__SERVER__ACCOUNT_DOMAIN", "City.example"),
            ("STADTBOTE__FEDERATION__ALLOWED_PRIVATE_NETWORKS", "[\"127.0.0.0/8\"]"),
            ("STADTBOTE__FEDERATION__RESOLVE", "{\"*.sink.test\": \"127.0.0.10:8443\"}"),
            ("UNRELATED", "x"),
        ])
        .expect("settings load");

        assert_eq!(config.server.account_domain, "city.example");
        assert_eq!(config.server.address("/users/a"), "https://social.city.example/users/a");
        assert_eq!(config.federation.resolve["*.sink.test"].port(), 8443);
    }

    #[test]
    fn the_place_of_the_source_code_is_an_address_or_unknown() {
        let source =
            |text| load(&[("STADTBOTE__SERVER__SOURCE_URL", text)]).map(|config| config.server.source_url);

        assert_eq!(
            source("https://code.city.example/stadtbote").map(|url| url.map(String::from)),
            Ok(Some("https://code.city.example/stadtbote".into()))
        );
        assert!(source("").is_ok());
        assert!(source("javascript:alert(1)").is_err());
        assert!(source("here").is_err());
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_value_and_what_would_be_right() {
        for (variable, value, expected) in [
            (
                "STADTBOTE__SERVER__LISTEN",
                "here",
                "Setting server.listen is \"here\": it must be an address and a port like 127.0.0.1:8080",
            ),
            (
                "STADTBOTE__SERVER__COLOUR",
                "red",
                "Setting server.colour is unknown: see config/default.toml for those there are",
            ),
            (
                "STADTBOTE__POSTS__MAX_CHARACTERS",
                "many",
                "Setting posts.max_characters is \"many\": it must be a whole number",
            ),
            (
                "STADTBOTE__LIMITS__REQUESTS",
                "maybe",
                "Setting limits.requests is \"maybe\": it must be true or false",
            ),
            (
                "STADTBOTE__SERVER__PUBLIC_URL",
                "https://city.example/social",
                "Setting server.public_url is \"https://city.example/social\": it must be https:// and a host, without a path",
            ),
        ] {
            assert_eq!(load(&[(variable, value)]).expect_err("it is wrong"), expected);
        }
    }

    #[test]
    fn mail_needs_a_server_that_keeps_secrets_and_somebody_who_writes() {
        let mail = |url, from| {
            load(&[("STADTBOTE__MAIL__SMTP_URL", url), ("STADTBOTE__MAIL__FROM", from)])
                .map(|config| config.mail.map(|mail| (mail.host, mail.port, mail.tls, mail.login)))
        };
        let from = "Stadt <bote@stadt.example>";
        let login = Some(("bote".to_owned(), "a@b:c/d".to_owned()));
        let host = "mail.stadt.example".to_owned();

        assert_eq!(mail("", ""), Ok(None));
        let wrapped = mail("smtps://bote:a%40b%3Ac%2Fd@mail.stadt.example", from);
        assert_eq!(wrapped, Ok(Some((host.clone(), 465, MailTls::Wrapped, login))));
        let upgraded = mail("smtp://mail.stadt.example:2525", from);
        assert_eq!(upgraded, Ok(Some((host, 2525, MailTls::Upgraded, None))));
        let here = mail("smtp://127.0.0.1:1025", from);
        assert_eq!(here, Ok(Some(("127.0.0.1".into(), 1025, MailTls::Local, None))));
        for wrong in
            ["mail.stadt.example", "http://x:geheim@y", "smtp://", "smtps://x:geheim@y/z", "smtps://x@y"]
        {
            let error = mail(wrong, from).expect_err("it is wrong");
            assert!(error.starts_with("Setting mail.smtp_url") && !error.contains("geheim"), "{error}");
        }
        for wrong in ["", "bote", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"] {
            let error = mail("smtps://mail.stadt.example", wrong).expect_err("nobody writes");
            assert!(error.starts_with("Setting mail.from"), "{error}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let variables = [
            ("STADTBOTE__MAIL__SMTP_URL", "smtps://bote:geheim@mail.stadt.example"),
            ("STADTBOTE__MAIL__FROM", "bote@stadt.example"),
        ];
        let shown = Config::shown(None, variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(!shown.expect("settings load").to_string().contains("geheim"));
        assert!(!format!("{:?}", load(&variables)).contains("geheim"));
        assert_eq!(without_password("postgres://u:secret@db/x"), "postgres://u:***@db/x");
        assert_eq!(without_password("sqlite://data/x.db"), "sqlite://data/x.db");
    }
}
