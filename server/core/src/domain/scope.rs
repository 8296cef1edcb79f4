//! OAuth scopes, as Mastodon has them (`reference`: Mastodon's documentation, “OAuth scopes”).

/// What a token may be used for; kept as the words that were granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

const READ: [&str; 11] = [
    "accounts",
    "blocks",
    "bookmarks",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
    "search",
    "statuses",
];
const WRITE: [&str; 13] = [
    "accounts",
    "blocks",
    "bookmarks",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "statuses",
];
const ADMIN: [&str; 3] = ["accounts", "domain_blocks", "reports"];
const FOLLOW: [&str; 3] = ["follows", "blocks", "mutes"];

impl Scopes {
    /// Reads scopes separated by spaces or `+`; none if one of them does not exist. Nothing at all means `read`.
    pub fn parse(text: &str) -> Option<Scopes> {
        let mut scopes: Vec<String> = Vec::new();
        for word in text.split([' ', '+', '\n', '\t']).filter(|word| !word.is_empty()) {
            if !exists(word) {
                return None;
            }
            if !scopes.iter().any(|scope| scope == word) {
                scopes.push(word.to_owned());
            }
        }
        if scopes.is_empty() {
            scopes.push("read".into());
        }
        Some(Scopes(scopes))
    }

    /// Every scope that there is.
    pub fn known() -> Vec<String> {
        let parts = |verb: &'static str, parts: &'static [&'static str]| {
            std::iter::once(verb.to_owned()).chain(parts.iter().map(move |part| format!("{verb}:{part}")))
        };
        let others = ["follow", "push", "profile"].map(str::to_owned);
        let admin = parts("admin:read", &ADMIN).chain(parts("admin:write", &ADMIN));
        parts("read", &READ).chain(parts("write", &WRITE)).chain(others).chain(admin).collect()
    }

    /// The words, in the order in which they were asked for.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether `needed` (`write:statuses`) is covered.
    pub fn allow(&self, needed: &str) -> bool {
        self.0.iter().any(|granted| covers(granted, needed))
    }

    /// Whether every scope in `wanted` is covered by these.
    pub fn contain(&self, wanted: &Scopes) -> bool {
        wanted.0.iter().all(|scope| self.allow(scope))
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

fn exists(word: &str) -> bool {
    match word.split_once(':') {
        None => matches!(word, "read" | "write" | "follow" | "push" | "profile"),
        Some(("read", part)) => READ.contains(&part),
        Some(("write", part)) => WRITE.contains(&part),
        Some(("admin", what)) => match what.split_once(':') {
            None => matches!(what, "read" | "write"),
            Some((verb, part)) => matches!(verb, "read" | "write") && ADMIN.contains(&part),
        },
        Some(_) => false,
    }
}

fn covers(granted: &str, needed: &str) -> bool {
    if granted == needed {
        return true;
    }
    if needed.starts_with("admin:") {
        return needed.rsplit_once(':').is_some_and(|(wide, _)| granted == wide);
    }
    match needed.split_once(':') {
        Some((verb, part)) => granted == verb || (granted == "follow" && FOLLOW.contains(&part)),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_scope_covers_its_parts_and_not_the_reverse() {
        let wide = Scopes::parse("read write").expect("both exist");
        let narrow = Scopes::parse("read:statuses").expect("it exists");

        assert!(wide.allow("write:media"));
        assert!(narrow.allow("read:statuses"));
        assert!(!narrow.allow("read:accounts"));
        assert!(!narrow.allow("read"));
        assert!(wide.contain(&narrow));
        assert!(!narrow.contain(&wide));
    }

    #[test]
    fn follow_opens_follows_blocks_and_mutes_only() {
        let follow = Scopes::parse("follow").expect("it exists");

        assert!(follow.allow("write:follows") && follow.allow("read:mutes") && follow.allow("write:blocks"));
        assert!(!follow.allow("read:statuses"));
    }

    #[test]
    fn unknown_scopes_are_refused_and_none_means_read() {
        assert_eq!(Scopes::parse("read fly"), None);
        for unknown in ["admin:read:ip_blocks", "admin:delete", "admin", "admin:read:"] {
            assert_eq!(Scopes::parse(unknown), None, "{unknown}");
        }
        assert_eq!(Scopes::parse("").map(|s| s.to_string()).as_deref(), Some("read"));
        assert_eq!(Scopes::parse("read+write read").map(|s| s.to_string()).as_deref(), Some("read write"));
    }
}
