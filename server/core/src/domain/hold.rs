//! When a post from elsewhere waits for a moderator before anybody sees it. Every rule is off unless the settings say
//! otherwise; what somebody writes whom one of ours follows is never held.

use chrono::TimeDelta;
use serde::Deserialize;

/// When posts are held; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Limits {
    /// Most accounts of ours that one post may name.
    #[serde(rename = "hold_mentions_per_post")]
    pub mentions_a_post: u32,
    /// Most mentions of accounts of ours that one account may send in an hour.
    #[serde(rename = "hold_mentions_per_hour")]
    pub mentions_an_hour: u32,
    /// How many days an account must be known, before its first answer to us is shown at once.
    #[serde(rename = "hold_first_reply_days")]
    pub first_reply_days: u32,
}

impl Limits {
    /// Whether any rule is on.
    pub fn is_any(self) -> bool {
        self != Limits::default()
    }
}

/// Why a post is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It names too many of us, or its author did so too often within an hour.
    Mentions,
    /// It is the first that its author, who is new, says to one of us.
    FirstReply,
}

impl Rule {
    /// Its name in the database and in the record of deeds.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Mentions => "mentions",
            Rule::FirstReply => "first_reply",
        }
    }

    /// What the rule did, in German where `language` is, else in English.
    pub fn sentence(self, language: &str) -> &'static str {
        match (self, language.split('-').next()) {
            (Rule::Mentions, Some("de")) => {
                "Automatisch zurückgehalten: Der Beitrag nennt sehr viele Konten der Stadt, oder sein Konto tat das in einer \
                 Stunde."
            }
            (Rule::FirstReply, Some("de")) => {
                "Automatisch zurückgehalten: Es ist die erste Antwort eines neuen Kontos."
            }
            (Rule::Mentions, _) => {
                "Held automatically: the post names very many accounts of the city, or its account did so within an hour."
            }
            (Rule::FirstReply, _) => "Held automatically: it is the first answer of a new account.",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Rule> {
        [Rule::Mentions, Rule::FirstReply].into_iter().find(|rule| rule.name() == name)
    }
}

/// A post from elsewhere, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// How many accounts of ours it names.
    pub mentions: u32,
    /// How many accounts of ours its author has named within the hour, with these.
    pub mentions_in_the_hour: u32,
    /// Whether it answers one of ours.
    pub answers_us: bool,
    /// How long its author has been known: to us, or by its own word where that is less.
    pub known_for: TimeDelta,
    /// Whether anything that its author said to us before is shown.
    pub has_spoken: bool,
}

/// The rule that holds a post back, if one does.
pub fn rule(limits: Limits, post: Arrived) -> Option<Rule> {
    let is_over = |count: u32, most: u32| most > 0 && count > most;
    if is_over(post.mentions, limits.mentions_a_post)
        || (post.mentions > 0 && is_over(post.mentions_in_the_hour, limits.mentions_an_hour))
    {
        return Some(Rule::Mentions);
    }
    let is_new = post.known_for < TimeDelta::days(i64::from(limits.first_reply_days));
    let speaks_to_us = post.answers_us || post.mentions > 0;
    (is_new && speaks_to_us && !post.has_spoken).then_some(Rule::FirstReply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_held_beyond_the_numbers_and_never_without_them() {
        let on = Limits { mentions_a_post: 3, mentions_an_hour: 10, first_reply_days: 7 };
        let calm = Arrived {
            mentions: 1,
            mentions_in_the_hour: 1,
            answers_us: false,
            known_for: TimeDelta::days(30),
            has_spoken: false,
        };
        let new = Arrived { known_for: TimeDelta::days(6), ..calm };

        assert_eq!(rule(on, calm), None);
        assert_eq!(rule(on, Arrived { mentions: 3, ..calm }), None);
        assert_eq!(rule(on, Arrived { mentions: 4, ..calm }), Some(Rule::Mentions));
        assert_eq!(rule(on, Arrived { mentions_in_the_hour: 11, ..calm }), Some(Rule::Mentions));
        assert_eq!(rule(on, Arrived { mentions_in_the_hour: 11, mentions: 0, ..calm }), None);
        assert_eq!(rule(on, new), Some(Rule::FirstReply));
        assert_eq!(rule(on, Arrived { has_spoken: true, ..new }), None);
        assert_eq!(rule(on, Arrived { mentions: 0, ..new }), None);
        assert_eq!(rule(on, Arrived { mentions: 0, answers_us: true, ..new }), Some(Rule::FirstReply));
        let flood = Arrived { mentions: 99, mentions_in_the_hour: 999, known_for: TimeDelta::zero(), ..calm };
        assert_eq!(rule(Limits::default(), flood), None);
        assert!(!Limits::default().is_any() && on.is_any());
        for rule in [Rule::Mentions, Rule::FirstReply] {
            assert_eq!(Rule::parse(rule.name()), Some(rule));
        }
    }
}
