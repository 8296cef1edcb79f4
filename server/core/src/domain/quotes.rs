//! Posts that quote others, and whether the quoted author agrees (FEP-044f).

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Where the consent to a quote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    /// Not asked, not answered or not looked at yet.
    Pending,
    /// The quoted author agrees.
    Accepted,
    /// The quoted author does not agree.
    Rejected,
    /// The quoted author agreed once.
    Revoked,
}

impl State {
    /// Its name in Mastodon's client API.
    pub fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Accepted => "accepted",
            State::Rejected => "rejected",
            State::Revoked => "revoked",
        }
    }

    /// What a No makes of it: who agreed once has taken that back.
    pub fn refused(self) -> State {
        match self {
            State::Accepted | State::Revoked => State::Revoked,
            State::Pending | State::Rejected => State::Rejected,
        }
    }
}

/// The link to a quoted post that stands before the text, for those who do not show quotes. Who does takes it away by
/// its class, as Mastodon does.
pub fn fallback(url: &str) -> String {
    let url = url.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    format!(
        "<p class=\"quote-inline\">RE: <a href=\"{url}\" rel=\"nofollow noopener\" target=\"_blank\">{url}</a></p>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_after_a_yes_is_a_revocation() {
        assert_eq!(State::Accepted.refused(), State::Revoked);
        assert_eq!(State::Pending.refused(), State::Rejected);
        assert_eq!(State::Rejected.refused(), State::Rejected);
    }

    #[test]
    fn the_link_can_not_break_out_of_its_attribute() {
        assert!(!fallback("https://far.example/\"><script>").contains("<script>"));
    }
}
