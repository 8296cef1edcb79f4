//! Handles: `name` and `name@domain`.

use std::fmt;

/// A handle as people write it, parsed: `@press@city.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    /// The part before the second `@`, as written.
    pub username: String,
    /// The domain, in lower case; none means ours.
    pub domain: Option<String>,
}

impl Handle {
    /// Reads `name`, `@name`, `name@domain`, `@name@domain` or `acct:name@domain`.
    pub fn parse(text: &str) -> Option<Handle> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let text = text.strip_prefix('@').unwrap_or(text);
        let (username, domain) = match text.split_once('@') {
            Some((username, domain)) => (username, Some(domain)),
            None => (text, None),
        };
        if !is_remote_username(username) {
            return None;
        }
        let domain = match domain {
            Some(domain) => Some(parse_domain(domain)?),
            None => None,
        };
        Some(Handle { username: username.to_owned(), domain })
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => write!(f, "{}@{domain}", self.username),
            None => f.write_str(&self.username),
        }
    }
}

/// A domain name in its ASCII form and lower case, without port; none if it is no name of a host.
pub fn parse_domain(text: &str) -> Option<String> {
    match url::Host::parse(text).ok()? {
        url::Host::Domain(domain) if domain.len() <= 253 && domain.contains('.') => {
            Some(domain.to_lowercase())
        }
        _ => None,
    }
}

/// Whether `name` may become the name of one of our accounts: Misskey refuses others
/// (`^\w([\w-.]*\w)?$`), and dots are kept for the instance actor.
pub fn is_username(name: &str) -> bool {
    (1..=30).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Names that would stand in the way of addresses or speak with borrowed authority.
pub fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 12] = [
        "actor",
        "admin",
        "administrator",
        "api",
        "auth",
        "inbox",
        "oauth",
        "redaktion",
        "root",
        "stadtbote",
        "support",
        "users",
    ];
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

/// Whether a foreign account may be called `name`.
pub fn is_remote_username(name: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.';
    let outer = |c: char| c.is_alphanumeric() || c == '_';
    (1..=128).contains(&name.len())
        && name.chars().all(inner)
        && name.chars().next().is_some_and(outer)
        && name.chars().last().is_some_and(|c| outer(c) || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_read_in_every_spelling() {
        let full = Some(Handle { username: "Press".into(), domain: Some("city.example".into()) });

        assert_eq!(Handle::parse("@Press@City.example"), full);
        assert_eq!(Handle::parse("acct:Press@city.example"), full);
        assert_eq!(Handle::parse("press"), Some(Handle { username: "press".into(), domain: None }));
        assert_eq!(Handle::parse("a@127.0.0.1"), None);
        assert_eq!(Handle::parse("a@b@c.example"), None);
        assert_eq!(Handle::parse(""), None);
    }

    #[test]
    fn d08_our_names_are_plain() {
        assert!(is_username("stadtbibliothek"));
        assert!(!is_username("stadt.bibliothek"));
        assert!(!is_username(""));
        assert!(is_reserved("Admin"));
    }
}
