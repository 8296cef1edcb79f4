//! The pages of the workbench.

use askama::Template;

use crate::language::Texts;
use crate::pages::public::{InstitutionView, OutcomeView};
use crate::views::{
    AccountCard, AccountChoice, Bench, FieldErrors, OptionView, Paging, PostView, ReplyView, Shell, Tab,
    VisibilityView, When,
};

/// The choice of the account to work for.
#[derive(Template)]
#[template(path = "staff/choose.html")]
pub(crate) struct ChoosePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) accounts: Vec<AccountChoice>,
}

/// Why a page of the workbench can't be shown.
#[derive(Template)]
#[template(path = "staff/error.html")]
pub(crate) struct BenchErrorPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) status: String,
    pub(crate) heading: String,
    pub(crate) text: String,
}

/// Something that came in.
#[derive(Clone, Debug)]
pub(crate) struct InboxEntry {
    pub(crate) from: AccountCard,
    pub(crate) when: When,
    /// What it is, in one or two words.
    pub(crate) kind: String,
    pub(crate) icon: &'static str,
    /// The badge's colour class.
    pub(crate) badge: &'static str,
    pub(crate) post: Option<PostView>,
    /// The post is one of ours that somebody liked or shared.
    pub(crate) about_own: bool,
    /// A private message.
    pub(crate) private: bool,
    pub(crate) answer_href: Option<String>,
    /// Where a request to follow is decided.
    pub(crate) requests_href: Option<String>,
    /// Where it is asked whether to share the post.
    pub(crate) share_href: Option<String>,
    /// Where the post is quoted.
    pub(crate) quote_href: Option<String>,
    /// Where the consent to a quote of ours is taken back.
    pub(crate) revoke_action: Option<String>,
    /// The account has shared the post.
    pub(crate) shared: bool,
    /// The person has not seen it yet.
    pub(crate) new: bool,
}

/// What came in.
#[derive(Template)]
#[template(path = "staff/inbox.html")]
pub(crate) struct InboxPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) today: String,
    pub(crate) write_href: Option<String>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) entries: Vec<InboxEntry>,
    pub(crate) paging: Paging,
}

/// A post being answered, with what stands around it.
#[derive(Clone, Debug)]
pub(crate) struct AnsweredView {
    /// What led to it, oldest first, without the last ones.
    pub(crate) earlier: Vec<ReplyView>,
    /// The posts just before it.
    pub(crate) before: Vec<ReplyView>,
    pub(crate) post: ReplyView,
    /// What was answered already.
    pub(crate) replies: Vec<ReplyView>,
    /// The account has answered it already.
    pub(crate) answered_already: bool,
}

/// A picture or film that the post already has.
#[derive(Clone, Debug)]
pub(crate) struct PictureRow {
    pub(crate) id: String,
    pub(crate) number: usize,
    pub(crate) preview: Option<String>,
    pub(crate) description: String,
    pub(crate) decorative: bool,
    pub(crate) film: bool,
    /// The nine parts of the picture, of which one is kept in view.
    pub(crate) parts: Vec<OptionView>,
}

impl PictureRow {
    /// The name of the choice of what is kept in view.
    pub(crate) fn focus_id(&self) -> String {
        format!("focus_of_{}", self.id)
    }

    /// The name and id of the description's field.
    pub(crate) fn description_id(&self) -> String {
        format!("description_of_{}", self.id)
    }
}

/// The form for a new post, an answer, a draft or a change.
#[derive(Template)]
#[template(path = "staff/write.html")]
pub(crate) struct WritePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) heading: String,
    pub(crate) saved: Option<String>,
    pub(crate) answered: Option<AnsweredView>,
    /// The post that is quoted.
    pub(crate) quoted: Option<PostView>,
    /// Who may quote this one.
    pub(crate) quotes: Vec<OptionView>,
    /// The question, as long as it can be changed.
    pub(crate) poll: Option<PollForm>,
    pub(crate) account: AccountCard,
    pub(crate) action: String,
    /// The version that the form was filled from, so that nobody's change is lost.
    pub(crate) version: Option<String>,
    /// A form sent twice makes one post.
    pub(crate) key: Option<String>,
    pub(crate) text: String,
    /// How many characters are left.
    pub(crate) count: String,
    pub(crate) description_required: bool,
    pub(crate) pictures: Vec<PictureRow>,
    /// The numbers of the pictures that can still be added.
    pub(crate) slots: Vec<usize>,
    /// The slot from which on they are folded away.
    pub(crate) second_slot: usize,
    /// The types of file that the first slot takes, and the others.
    pub(crate) accept: String,
    pub(crate) accept_more: String,
    /// A film can be added, because there is no picture yet.
    pub(crate) film_possible: bool,
    pub(crate) languages: Vec<OptionView>,
    /// The language that is chosen, so that browsers check the spelling by it.
    pub(crate) language: String,
    pub(crate) warning: String,
    pub(crate) visibilities: Vec<OptionView>,
    /// Said in place of a choice where the visibility can't be changed any more.
    pub(crate) fixed_visibility: Option<String>,
    pub(crate) published: bool,
    pub(crate) may_publish: bool,
    /// The pictures are covered until asked for.
    pub(crate) sensitive: bool,
    pub(crate) preview: Option<PostView>,
}

/// The question of a post, to be written.
#[derive(Clone, Debug)]
pub(crate) struct PollForm {
    /// What it can ask people about themselves.
    pub(crate) panels: Vec<OptionView>,
    /// As many as there can be, those that are not written empty.
    pub(crate) options: Vec<String>,
    pub(crate) multiple: bool,
    pub(crate) hide_totals: bool,
    /// For how long it can be open.
    pub(crate) times: Vec<OptionView>,
    /// There is a question already.
    pub(crate) open: bool,
}

/// A draft or a post in a list.
#[derive(Clone, Debug)]
pub(crate) struct PostRow {
    pub(crate) version: String,
    pub(crate) when: When,
    pub(crate) warning: Option<String>,
    pub(crate) excerpt: String,
    /// The language of the text.
    pub(crate) lang: Option<String>,
    pub(crate) visibility: VisibilityView,
    /// Who wrote it.
    pub(crate) by: Option<String>,
    /// Whose post it is, where the account shared it.
    pub(crate) shared_from: Option<String>,
    /// Its pictures and films, in words.
    pub(crate) media: Option<String>,
    pub(crate) answer: bool,
    /// Handed in for release.
    pub(crate) waiting: bool,
    pub(crate) pinned: bool,
    pub(crate) href: Option<String>,
    pub(crate) release_action: Option<String>,
    pub(crate) edit_href: Option<String>,
    pub(crate) pin_action: Option<String>,
    pub(crate) delete_href: Option<String>,
    pub(crate) unshare_action: Option<String>,
    /// Where it is quoted.
    pub(crate) quote_href: Option<String>,
}

/// The question whether a post of others is to be shared, or is to be shared no longer.
#[derive(Template)]
#[template(path = "staff/share.html")]
pub(crate) struct SharePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) account: AccountCard,
    pub(crate) post: PostView,
    pub(crate) shared: bool,
    pub(crate) action: String,
    pub(crate) back: String,
}

/// An account of ours, with what may be done for it with a thing that somebody came for.
#[derive(Clone, Debug)]
pub(crate) struct ActingChoice {
    pub(crate) account: AccountCard,
    /// `@name`, as the form sends it.
    pub(crate) value: String,
    pub(crate) follow: bool,
    /// Where it is answered.
    pub(crate) answer: Option<String>,
    /// Where it is shared.
    pub(crate) share: Option<String>,
    pub(crate) like: bool,
}

impl ActingChoice {
    /// Whether there is anything to do.
    pub(crate) fn is_any(&self) -> bool {
        self.follow || self.like || self.answer.is_some() || self.share.is_some()
    }
}

/// The question with which account something elsewhere is followed, answered, shared or liked.
#[derive(Template)]
#[template(path = "staff/interaction.html")]
pub(crate) struct InteractionPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) heading: String,
    pub(crate) account: Option<AccountCard>,
    pub(crate) post: Option<PostView>,
    /// The id of the one or the other.
    pub(crate) id: String,
    pub(crate) acting: Vec<ActingChoice>,
}

/// Drafts, or what is published.
#[derive(Template)]
#[template(path = "staff/posts.html")]
pub(crate) struct PostsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) empty: String,
    pub(crate) empty_hint: String,
    pub(crate) write_href: Option<String>,
    pub(crate) posts: Vec<PostRow>,
    pub(crate) paging: Paging,
}

/// The question whether a post is really to be deleted.
#[derive(Template)]
#[template(path = "staff/delete.html")]
pub(crate) struct DeletePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) post: PostView,
    pub(crate) published: bool,
    pub(crate) action: String,
    pub(crate) back: String,
}

/// A person who works for an account.
#[derive(Clone, Debug)]
pub(crate) struct MemberRow {
    pub(crate) name: String,
    pub(crate) you: bool,
    pub(crate) role: String,
    pub(crate) consequence: String,
    pub(crate) roles: Vec<OptionView>,
    pub(crate) change_action: String,
    pub(crate) remove_action: String,
}

/// Who works for an account, and as what.
#[derive(Template)]
#[template(path = "staff/members.html")]
pub(crate) struct MembersPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) account: AccountCard,
    pub(crate) members: Vec<MemberRow>,
    pub(crate) may_change: bool,
    pub(crate) add_action: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<OptionView>,
}

/// A person of the staff.
#[derive(Clone, Debug)]
pub(crate) struct PersonRow {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) you: bool,
    pub(crate) admin: bool,
    pub(crate) moderator: bool,
    /// No password has been chosen yet.
    pub(crate) invited: bool,
    pub(crate) left: Option<When>,
    /// The accounts and roles, in words.
    pub(crate) accounts: String,
    pub(crate) invite_action: Option<String>,
    pub(crate) leave_action: Option<String>,
}

/// A one-time link, shown once.
#[derive(Clone, Debug)]
pub(crate) struct OneTimeLink {
    pub(crate) email: String,
    pub(crate) href: String,
}

/// The staff, for administrators.
#[derive(Template)]
#[template(path = "staff/people.html")]
pub(crate) struct PeoplePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) link: Option<OneTimeLink>,
    pub(crate) people: Vec<PersonRow>,
    pub(crate) email: String,
}

/// The accounts, for administrators.
#[derive(Template)]
#[template(path = "staff/accounts.html")]
pub(crate) struct AccountsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) institutions: Vec<InstitutionView>,
    pub(crate) domain: String,
    pub(crate) display_name: String,
    pub(crate) username: String,
    pub(crate) types: Vec<OptionView>,
    pub(crate) institution: String,
}

/// A line of the profile form.
#[derive(Clone, Debug)]
pub(crate) struct FieldRow {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// How an account presents itself.
#[derive(Template)]
#[template(path = "staff/profile.html")]
pub(crate) struct ProfileSettingsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) account: AccountCard,
    pub(crate) action: String,
    pub(crate) display_name: String,
    pub(crate) note: String,
    pub(crate) fields: Vec<FieldRow>,
    pub(crate) header: Option<String>,
    pub(crate) locked: bool,
}

/// Somebody who would like to follow.
#[derive(Clone, Debug)]
pub(crate) struct RequestRow {
    pub(crate) from: AccountCard,
    pub(crate) action: String,
}

/// What was decided about an account.
#[derive(Clone, Debug)]
pub(crate) struct StatementRow {
    /// What it is about.
    pub(crate) address: String,
    /// Where a complaint goes.
    pub(crate) action: String,
    pub(crate) outcome: OutcomeView,
}

/// What was decided about an account, and why.
#[derive(Template)]
#[template(path = "staff/statements.html")]
pub(crate) struct StatementsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) statements: Vec<StatementRow>,
}

/// Who would like to follow an account that asks first, or that too many followed at once.
#[derive(Template)]
#[template(path = "staff/requests.html")]
pub(crate) struct RequestsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) account: AccountCard,
    pub(crate) account_asks_first: bool,
    pub(crate) requests: Vec<RequestRow>,
    pub(crate) paging: Paging,
}

/// What was erased of somebody, and what stays.
#[derive(Clone, Debug)]
pub(crate) struct ErasedView {
    pub(crate) actor: String,
    pub(crate) known: bool,
    /// Place and number of rows.
    pub(crate) gone: Vec<(String, String)>,
    /// Place, number of rows, and why.
    pub(crate) kept: Vec<(String, String, String)>,
}

/// What goes out of the house, for administrators.
#[derive(Template)]
#[template(path = "staff/records.html")]
pub(crate) struct RecordsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) actor: String,
    pub(crate) erased: Option<ErasedView>,
}
