//! Posts: who may see them, what a draft must be.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

use super::ids::{AccountId, MediaId, PostId};
use super::policy::Policy;
use super::poll::NewPoll;
use super::text;

/// Who may see a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody, also in public timelines.
    Public,
    /// Everybody, but not in public timelines.
    Unlisted,
    /// Followers and those mentioned.
    Private,
    /// Those mentioned.
    Direct,
}

impl Visibility {
    /// Every visibility, from widest to narrowest.
    pub const ALL: [Visibility; 4] =
        [Visibility::Public, Visibility::Unlisted, Visibility::Private, Visibility::Direct];

    /// Its name in the database and in the client API.
    pub fn name(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Unlisted => "unlisted",
            Visibility::Private => "private",
            Visibility::Direct => "direct",
        }
    }

    /// The visibility of that name.
    pub fn parse(name: &str) -> Option<Visibility> {
        Visibility::ALL.into_iter().find(|visibility| visibility.name() == name)
    }

    /// Whether everybody may see it.
    pub fn is_open(self) -> bool {
        matches!(self, Visibility::Public | Visibility::Unlisted)
    }
}

/// Where a post is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written; only the team sees it.
    Draft,
    /// Waits for somebody who may release it; only the team sees it.
    Waiting,
    /// Released for a later time.
    Scheduled,
    /// Out.
    Published,
    /// Only its address is left, so that it can't come back.
    Deleted,
}

/// A post before it exists, as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// The text as written.
    pub text: String,
    /// The content warning; empty for none.
    pub warning: String,
    /// Whether pictures are hidden until asked for.
    pub sensitive: bool,
    /// Who may see it.
    pub visibility: Visibility,
    /// Its language, as a BCP 47 tag.
    pub language: String,
    /// The post it answers.
    pub in_reply_to: Option<PostId>,
    /// Its files, in order, uploaded before.
    pub media: Vec<MediaId>,
    /// The question that it asks.
    pub poll: Option<NewPoll>,
    /// The post that it quotes.
    pub quoted: Option<PostId>,
    /// Who may quote it; where nothing is said, those whom the account names for all its posts.
    pub quote_policy: Option<Policy>,
}

/// Most files on a post (Mastodon shows four).
pub const MOST_MEDIA: usize = 4;

/// Most people that one post may name; more looks like a flood to peers.
pub const MOST_MENTIONS: usize = 50;

impl Draft {
    /// What is wrong with the draft, as the field and the reason that Mastodon clients know.
    pub fn fault(&self, most_characters: usize) -> Option<(&'static str, String)> {
        if self.text.trim().is_empty() && self.media.is_empty() {
            return Some(("Text", "can't be blank".into()));
        }
        if text::count(&self.text) + text::count(&self.warning) > most_characters {
            return Some(("Text", format!("character limit of {most_characters} exceeded")));
        }
        if self.media.len() > MOST_MEDIA {
            return Some(("Media", format!("can't be more than {MOST_MEDIA} files")));
        }
        if self.poll.is_some() && !self.media.is_empty() {
            return Some(("Media", "can't be attached to a poll".into()));
        }
        if let Some(fault) = self.poll.as_ref().and_then(NewPoll::fault) {
            return Some(fault);
        }
        // Its result is told; so it must be one that everybody may see.
        if self.poll.as_ref().is_some_and(|poll| poll.panel.is_some()) && !self.visibility.is_open() {
            return Some(("Visibility", "of a panel must be for everybody".into()));
        }
        if text::scan(&self.text).mentions().len() > MOST_MENTIONS {
            return Some(("Text", format!("can't mention more than {MOST_MENTIONS} people")));
        }
        None
    }
}

/// Whether an answer by somebody who may only answer goes to a person who wrote to the account:
/// the post answered must mention the account or answer it.
pub fn is_answer_to_a_citizen(
    account: AccountId,
    parent_author: AccountId,
    parent_mentions: &[AccountId],
) -> bool {
    parent_author != account && parent_mentions.contains(&account)
}

/// The narrower of two visibilities: an answer is never wider than what it answers needs.
pub fn narrower(a: Visibility, b: Visibility) -> Visibility {
    let place = |v: Visibility| Visibility::ALL.iter().position(|x| *x == v);
    if place(a) >= place(b) { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        Draft {
            text: text.into(),
            warning: String::new(),
            sensitive: false,
            visibility: Visibility::Public,
            language: "de".into(),
            in_reply_to: None,
            media: vec![],
            poll: None,
            quoted: None,
            quote_policy: None,
        }
    }

    #[test]
    fn a_blank_draft_is_refused_unless_it_has_a_picture() {
        assert!(draft(" \n").fault(5000).is_some());
        assert!(Draft { media: vec![MediaId(1)], ..draft("") }.fault(5000).is_none());
    }

    #[test]
    fn a_link_counts_23_characters() {
        let long = format!("https://stadt.example/{}", "a".repeat(200));

        assert!(draft(&long).fault(23).is_none());
        assert!(draft(&long).fault(22).is_some());
    }

    #[test]
    fn only_people_who_wrote_to_the_account_are_citizens_to_answer() {
        assert!(is_answer_to_a_citizen(AccountId(1), AccountId(2), &[AccountId(1)]));
        assert!(!is_answer_to_a_citizen(AccountId(1), AccountId(2), &[AccountId(3)]));
        assert!(!is_answer_to_a_citizen(AccountId(1), AccountId(1), &[AccountId(1)]));
    }
}
