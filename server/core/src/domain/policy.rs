//! Who may quote a post, and who may answer it, as its author says.
//!
//! The words are those of FEP-044f and GoToSocial (`interactionPolicy`): a policy names groups of people for whom the author
//! agrees at once, and groups who are told after the author was asked.

use serde::{Deserialize, Serialize};

/// Groups of people, as a sum of the constants below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Groups(pub i32);

impl Groups {
    /// Nobody but the author.
    pub const NOBODY: Groups = Groups(0);
    /// Everybody.
    pub const PUBLIC: Groups = Groups(1);
    /// Those who follow the author.
    pub const FOLLOWERS: Groups = Groups(2);
    /// Those whom the author follows.
    pub const FOLLOWING: Groups = Groups(4);
    /// Groups or people that we do not know.
    pub const OTHERS: Groups = Groups(8);

    /// Each group with its name in Mastodon's client API.
    const NAMES: [(Groups, &'static str); 4] = [
        (Groups::OTHERS, "unsupported_policy"),
        (Groups::PUBLIC, "public"),
        (Groups::FOLLOWERS, "followers"),
        (Groups::FOLLOWING, "following"),
    ];

    /// These groups and those.
    pub fn and(self, more: Groups) -> Groups {
        Groups(self.0 | more.0)
    }

    /// Whether a group is among these.
    pub fn has(self, group: Groups) -> bool {
        self.0 & group.0 != 0
    }

    /// Their names in Mastodon's client API.
    pub fn names(self) -> Vec<&'static str> {
        Groups::NAMES.into_iter().filter(|(group, _)| self.has(*group)).map(|(_, name)| name).collect()
    }

    fn hold(self, who: Relation) -> bool {
        self.has(Groups::PUBLIC)
            || self.has(Groups::FOLLOWERS) && who.follows
            || self.has(Groups::FOLLOWING) && who.is_followed
    }
}

/// What others do with a post, and what its author may want to be asked for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interaction {
    /// To like it.
    Like,
    /// To answer it.
    Reply,
    /// To boost it.
    Boost,
}

/// How somebody stands to an author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// It is the author.
    pub is_author: bool,
    /// Follows the author.
    pub follows: bool,
    /// Is followed by the author.
    pub is_followed: bool,
}

/// What a policy says to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, at once.
    Automatic,
    /// The author must be asked.
    Manual,
    /// The policy names people whom we can't tell.
    Unknown,
    /// No.
    Denied,
}

impl Verdict {
    /// Its name in Mastodon's client API.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Automatic => "automatic",
            Verdict::Manual => "manual",
            Verdict::Unknown => "unknown",
            Verdict::Denied => "denied",
        }
    }
}

/// For whom an author agrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// At once.
    pub automatic: Groups,
    /// After the author was asked.
    pub manual: Groups,
}

impl Policy {
    /// Nobody but the author.
    pub const NOBODY: Policy = Policy { automatic: Groups::NOBODY, manual: Groups::NOBODY };
    /// Everybody.
    pub const PUBLIC: Policy = Policy { automatic: Groups::PUBLIC, manual: Groups::NOBODY };

    /// Those who follow the author.
    pub const FOLLOWERS: Policy = Policy { automatic: Groups::FOLLOWERS, manual: Groups::NOBODY };

    /// The policies that an author of ours chooses from, with their names in Mastodon's client API.
    pub const NAMED: [(Policy, &'static str); 3] =
        [(Policy::PUBLIC, "public"), (Policy::FOLLOWERS, "followers"), (Policy::NOBODY, "nobody")];

    /// The policy of that name in Mastodon's client API.
    pub fn parse(name: &str) -> Option<Policy> {
        Policy::NAMED.into_iter().find(|(_, known)| *known == name).map(|(policy, _)| policy)
    }

    /// Its name, as far as one of the three says it.
    pub fn name(self) -> &'static str {
        let exact = Policy::NAMED.into_iter().find(|(policy, _)| *policy == self);
        exact.map_or("nobody", |(_, name)| name)
    }

    /// What it says to `who`, by Mastodon's rule: what is known to be allowed, then what may be asked for.
    pub fn verdict(self, who: Relation) -> Verdict {
        if who.is_author || self.automatic.hold(who) {
            Verdict::Automatic
        } else if self.manual.hold(who) {
            Verdict::Manual
        } else if self.automatic.and(self.manual).has(Groups::OTHERS) {
            Verdict::Unknown
        } else {
            Verdict::Denied
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: Relation = Relation { is_author: false, follows: false, is_followed: false };

    #[test]
    fn an_author_may_always_and_a_stranger_only_where_everybody_may() {
        let author = Relation { is_author: true, ..STRANGER };

        assert_eq!(Policy::NOBODY.verdict(author), Verdict::Automatic);
        assert_eq!(Policy::NOBODY.verdict(STRANGER), Verdict::Denied);
        assert_eq!(Policy::PUBLIC.verdict(STRANGER), Verdict::Automatic);
    }

    #[test]
    fn a_group_holds_those_who_belong_to_it() {
        let policy = Policy { automatic: Groups::FOLLOWERS, manual: Groups::FOLLOWING };

        assert_eq!(policy.verdict(Relation { follows: true, ..STRANGER }), Verdict::Automatic);
        assert_eq!(policy.verdict(Relation { is_followed: true, ..STRANGER }), Verdict::Manual);
        assert_eq!(policy.verdict(STRANGER), Verdict::Denied);
    }

    #[test]
    fn whom_we_do_not_know_the_policy_may_mean() {
        let policy = Policy { automatic: Groups::OTHERS, manual: Groups::NOBODY };

        assert_eq!(policy.verdict(STRANGER), Verdict::Unknown);
        assert_eq!(policy.automatic.names(), ["unsupported_policy"]);
    }

    #[test]
    fn only_three_policies_have_names() {
        assert_eq!(
            Policy::parse("followers").map(|policy| policy.automatic.names()),
            Some(vec!["followers"])
        );
        assert_eq!(Policy::parse("friends"), None);
    }
}
