//! What a password must be.

/// Fewest characters; length is what counts (BSI ORP.4, NIST SP 800-63B).
pub const SHORTEST: usize = 12;

/// What is wrong with a password, if anything: too short, too long to hash, or just the mail address again.
pub fn fault(password: &str, email: &str) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!("must have at least {SHORTEST} characters"));
    }
    if password.len() > 1024 {
        return Some("must be shorter than 1,024 bytes".into());
    }
    if password.eq_ignore_ascii_case(email) || password.chars().all(|c| password.starts_with(c)) {
        return Some("is too easy to guess".into());
    }
    None
}

/// Whether this looks like a mail address: one `@`, something before it, a domain after it.
pub fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.rsplit_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && !name.contains('@') && super::handle::parse_domain(domain).is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_silly_passwords_are_refused() {
        assert!(fault("kurz", "a@b.example").is_some());
        assert!(fault("aaaaaaaaaaaaaaaa", "a@b.example").is_some());
        assert!(fault("presse@stadt.example", "Presse@stadt.example").is_some());
        assert!(fault("ein langer Satz reicht", "a@b.example").is_none());
    }

    #[test]
    fn mail_addresses_are_recognised() {
        assert!(is_email("presse@stadt.example"));
        assert!(!is_email("presse"));
        assert!(!is_email("a@b"));
        assert!(!is_email("a b@c.example"));
    }
}
