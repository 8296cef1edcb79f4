//! The door: signing in and out, setting up, invitations, letting client programs in.

pub(crate) mod authorize;
pub(crate) mod invitation;
pub(crate) mod session;
pub(crate) mod set_up;

use stadtbote_core::domain::password;

use crate::language::Texts;
use crate::views::FieldErrors;

/// Checks a new password and its repetition.
fn check_passwords(t: Texts, errors: &mut FieldErrors, email: &str, chosen: &str, again: &str) {
    if chosen.chars().count() < password::SHORTEST {
        errors.add("password", t.say("password-short"));
    } else if password::fault(chosen, email).is_some() {
        errors.add("password", t.say("password-weak"));
    } else if chosen != again {
        errors.add("password_again", t.say("password-differs"));
    }
}

/// The page of ours that somebody is sent to after the sign-in; anything else leads to the workbench.
fn next_page(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_path && !next.chars().any(char::is_control) { next } else { "/redaktion" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d10_the_sign_in_leads_to_pages_of_ours_only() {
        assert_eq!(next_page("/oauth/authorize?client_id=1"), "/oauth/authorize?client_id=1");
        for foreign in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(next_page(foreign), "/redaktion", "{foreign}");
        }
    }
}
