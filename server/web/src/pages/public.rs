//! The pages that everybody may read.

use askama::Template;

use crate::language::Texts;
use crate::views::{
    AccountCard, FieldErrors, FieldView, OptionView, Paging, PostView, ReplyView, Shell, Tab, When,
};

/// An account's profile with its posts.
#[derive(Template)]
#[template(path = "public/profile.html")]
pub(crate) struct ProfilePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) account: AccountCard,
    /// The actor's id, which other servers know.
    pub(crate) uri: String,
    pub(crate) canonical: String,
    pub(crate) feed: String,
    /// Plain text for search engines.
    pub(crate) summary: String,
    /// The profile picture with its whole address, for link previews.
    pub(crate) picture: Option<String>,
    pub(crate) header: Option<String>,
    /// It has moved, and nobody can follow it any more.
    pub(crate) has_moved: bool,
    /// The account that this one has moved to.
    pub(crate) moved: Option<AccountCard>,
    /// Cleaned HTML.
    pub(crate) note: String,
    pub(crate) institution: String,
    /// The domain of the handle.
    pub(crate) domain: String,
    pub(crate) fields: Vec<FieldView>,
    /// The hashtags that the account shows.
    pub(crate) tags: Vec<TagLink>,
    pub(crate) posts_count: u64,
    pub(crate) followers_count: u64,
    pub(crate) since: When,
    pub(crate) tabs: Vec<Tab>,
    /// Pinned posts first, then the newest.
    pub(crate) posts: Vec<PostView>,
    pub(crate) paging: Paging,
    pub(crate) others: Vec<AccountCard>,
}

/// A hashtag with its page.
#[derive(Clone, Debug)]
pub(crate) struct TagLink {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// A post with its thread.
#[derive(Template)]
#[template(path = "public/post.html")]
pub(crate) struct PostPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) post: PostView,
    pub(crate) uri: String,
    pub(crate) canonical: String,
    pub(crate) summary: String,
    /// A picture with its whole address, for link previews.
    pub(crate) preview: Option<String>,
    /// The language of the post, in words.
    pub(crate) language_name: Option<String>,
    pub(crate) institution: String,
    /// The author has moved, and nobody can follow it any more.
    pub(crate) has_moved: bool,
    pub(crate) ancestors: Vec<ReplyView>,
    pub(crate) replies: Vec<ReplyView>,
}

/// The city's posts with a hashtag.
#[derive(Template)]
#[template(path = "public/tag.html")]
pub(crate) struct TagPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) tag: String,
    pub(crate) feed: String,
    pub(crate) posts: Vec<PostView>,
    pub(crate) paging: Paging,
}

/// An institution with its accounts.
#[derive(Clone, Debug)]
pub(crate) struct InstitutionView {
    pub(crate) name: String,
    pub(crate) accounts: Vec<AccountCard>,
}

/// The start page: the newest posts and all accounts.
#[derive(Template)]
#[template(path = "public/home.html")]
pub(crate) struct HomePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) institutions: Vec<InstitutionView>,
    pub(crate) posts: Vec<PostView>,
    pub(crate) paging: Paging,
}

/// Another server that a visitor is about to go to.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) host: String,
    pub(crate) href: String,
}

/// The step between us and the visitor's own server.
#[derive(Template)]
#[template(path = "public/interaction.html")]
pub(crate) struct InteractionPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) heading: String,
    /// Where the visitor goes, if there is a way.
    pub(crate) destination: Option<Destination>,
    pub(crate) uri: String,
    /// What the visitor wants to do there, in the word of its address.
    pub(crate) intent: &'static str,
    pub(crate) address: String,
    pub(crate) errors: FieldErrors,
}

/// The form by which anybody reports something.
#[derive(Template)]
#[template(path = "public/report.html")]
pub(crate) struct ReportPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) addresses: String,
    pub(crate) questions: Vec<OptionView>,
    pub(crate) reason: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) in_good_faith: bool,
    /// Whom to write to instead.
    pub(crate) contact: Option<String>,
}

/// What somebody who reported said against a decision, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct ComplaintView {
    pub(crate) when: When,
    pub(crate) text: String,
    /// What another person decided about it, in a sentence.
    pub(crate) answer: Option<String>,
    pub(crate) reasons: String,
}

/// What was decided about something that was reported.
#[derive(Clone, Debug)]
pub(crate) struct OutcomeView {
    pub(crate) when: When,
    /// The day on which it was taken back.
    pub(crate) reversed: Option<String>,
    /// What was done, in sentences.
    pub(crate) done: Vec<String>,
    pub(crate) ground: Option<String>,
    pub(crate) facts: String,
    pub(crate) redress: String,
    /// The last day to complain, as long as that is possible.
    pub(crate) complain_until: Option<String>,
    /// The field of the complaint.
    pub(crate) field: String,
    /// What was typed into it.
    pub(crate) typed: String,
    pub(crate) complaint: Option<ComplaintView>,
}

/// Something that was reported.
#[derive(Clone, Debug)]
pub(crate) struct ReportedView {
    pub(crate) number: usize,
    pub(crate) address: String,
    /// None while nobody has decided.
    pub(crate) outcome: Option<OutcomeView>,
}

/// How a report stands, for whoever has the link.
#[derive(Template)]
#[template(path = "public/receipt.html")]
pub(crate) struct ReceiptPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) ticket: String,
    /// The whole address of this page.
    pub(crate) link: String,
    /// Where a complaint goes.
    pub(crate) action: String,
    pub(crate) received: When,
    /// When a person looked at all that is not decided yet.
    pub(crate) looked: Option<When>,
    /// The day by which somebody looks.
    pub(crate) look_by: String,
    /// The day by which the rest is decided; none where all is.
    pub(crate) decide_by: Option<String>,
    pub(crate) question: String,
    pub(crate) reason: String,
    pub(crate) reported: Vec<ReportedView>,
    /// The address waits to be confirmed.
    pub(crate) unconfirmed: bool,
}

/// Where an address is confirmed to which we wrote.
#[derive(Template)]
#[template(path = "public/confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) ticket: String,
    pub(crate) heading: String,
    pub(crate) text: String,
    /// Where the button goes, as long as there is something to confirm.
    pub(crate) action: Option<String>,
}

/// What was decided and why, for whoever it restricts.
#[derive(Template)]
#[template(path = "public/statement.html")]
pub(crate) struct StatementPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    /// The number of the case.
    pub(crate) number: String,
    /// The whole address of this page.
    pub(crate) link: String,
    /// Where a complaint goes.
    pub(crate) action: String,
    /// What it is about.
    pub(crate) address: String,
    /// What made us look at it, in a sentence.
    pub(crate) cause: String,
    pub(crate) outcome: OutcomeView,
}

/// Why somebody who reported is warned or paused.
#[derive(Template)]
#[template(path = "public/pause.html")]
pub(crate) struct PausePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) errors: FieldErrors,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) when: When,
    pub(crate) reasons: String,
    /// The whole address of this page.
    pub(crate) link: String,
    /// Where a complaint goes.
    pub(crate) action: String,
    /// Until when one may complain; none where one has, or may not any more.
    pub(crate) complain_until: Option<String>,
    /// Empty where there is none.
    pub(crate) complaint: String,
    pub(crate) outcome: Option<String>,
    pub(crate) answer: String,
    pub(crate) typed: String,
}

/// Why a page can't be shown.
#[derive(Template)]
#[template(path = "public/error.html")]
pub(crate) struct ErrorPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) status: String,
    pub(crate) heading: String,
    pub(crate) text: String,
}

/// A table of the transparency report.
#[derive(Clone, Debug)]
pub(crate) struct ReportSection {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) hint: String,
    /// It tells of times, not of numbers.
    pub(crate) times: bool,
    /// What, and how many.
    pub(crate) figures: Vec<(String, String)>,
}

/// The transparency report of a year.
#[derive(Template)]
#[template(path = "public/transparency.html")]
pub(crate) struct TransparencyPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) year: String,
    /// When it was reckoned, where the year is not over.
    pub(crate) so_far: Option<When>,
    pub(crate) csv: String,
    pub(crate) years: Vec<Tab>,
    pub(crate) empty: bool,
    pub(crate) sections: Vec<ReportSection>,
}

/// What is decided about a server, for everybody.
#[derive(Clone, Debug)]
pub(crate) struct DecidedDomain {
    pub(crate) name: String,
    pub(crate) severity: String,
    /// What is not taken from it beside.
    pub(crate) more: String,
    pub(crate) reason: String,
    pub(crate) since: String,
}

/// What is decided about servers, for everybody.
#[derive(Template)]
#[template(path = "public/domains.html")]
pub(crate) struct DomainsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) domains: Vec<DecidedDomain>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}
