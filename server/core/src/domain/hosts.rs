//! Names of servers.

use std::net::IpAddr;

/// Second parts of names under which the registries of countries register, as in `city.co.uk`: there the domain is one part
/// longer. The list of all such endings has thousands of lines and changes; these are most of those that are in use.
const SHARED: [&str; 16] = [
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gv", "ne", "net", "nom", "or", "org",
    "sch",
];

/// The domain that a server belongs to: the part of its name that somebody has paid for, as nearly as can be told without
/// the list of all endings. All servers below it count as one, for whoever has a domain has as many names below it as they
/// want. `a.b.city.example:8443` gives `city.example`; an address of numbers gives itself.
pub fn domain_of(name: &str) -> &str {
    if name.starts_with('[') {
        return name;
    }
    let host = name.split(':').next().unwrap_or_default().trim_end_matches('.');
    if host.parse::<IpAddr>().is_ok() {
        return host;
    }
    let mut parts = host.rsplit('.');
    let (last, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_shared = last.len() == 2 && SHARED.contains(&second);
    let dots = if is_shared { 3 } else { 2 };
    match host.rmatch_indices('.').nth(dots - 1) {
        Some((at, _)) => &host[at + 1..],
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c29_all_names_below_a_domain_are_one() {
        for (name, domain) in [
            ("city.example", "city.example"),
            ("a.city.example", "city.example"),
            ("a.b.c.city.example:8443", "city.example"),
            ("a.city.example.", "city.example"),
            ("one.city.co.uk", "city.co.uk"),
            ("two.town.co.uk", "town.co.uk"),
            ("wien.gv.at", "wien.gv.at"),
            ("co.uk", "co.uk"),
            ("a.co.example", "co.example"),
            ("localhost", "localhost"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:8443", "192.0.2.7"),
            ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
            ("", ""),
            ("...", ""),
        ] {
            assert_eq!(domain_of(name), domain, "{name}");
        }
    }
}
