//! The pages of the moderators.

use askama::Template;

use crate::language::Texts;
use crate::views::{Bench, FieldErrors, MediaView, OptionView, Shell, Tab, When};

/// How the time of something stands: a colour with a shape and words.
#[derive(Clone, Debug)]
pub(crate) struct LightView {
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
}

/// A case in the queue.
#[derive(Clone, Debug)]
pub(crate) struct CaseRow {
    pub(crate) number: String,
    pub(crate) href: String,
    /// What is reported, in one line.
    pub(crate) subject: String,
    /// Whose it is.
    pub(crate) handle: String,
    pub(crate) question: String,
    /// How many reports, from where.
    pub(crate) reports: String,
    pub(crate) lane: String,
    /// Somebody may be in danger.
    pub(crate) danger: bool,
    /// None once it is decided.
    pub(crate) light: Option<LightView>,
    pub(crate) decided: Option<When>,
    /// Who has it.
    pub(crate) assignee: Option<String>,
}

/// The cases that wait, or those that are decided.
#[derive(Template)]
#[template(path = "moderation/queue.html")]
pub(crate) struct QueuePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) tabs: Vec<Tab>,
    /// Shows those that wait.
    pub(crate) waiting: bool,
    pub(crate) cases: Vec<CaseRow>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// What was reported, as it was kept, or as it is now.
#[derive(Clone, Debug)]
pub(crate) struct KeptView {
    pub(crate) author: String,
    pub(crate) handle: String,
    /// When it was published.
    pub(crate) published: Option<When>,
    pub(crate) warning: String,
    /// Cleaned HTML.
    pub(crate) html: String,
    pub(crate) lang: Option<String>,
    pub(crate) dir: &'static str,
    pub(crate) options: Vec<String>,
    pub(crate) address: String,
    /// Its pictures and films: what they are, what was said of them.
    pub(crate) files: Vec<String>,
    /// Its pictures that were kept with the case.
    pub(crate) pictures: Vec<EvidenceView>,
    /// When it was kept; none for what stands there now.
    pub(crate) taken: Option<When>,
    pub(crate) hash: String,
}

/// A picture that was kept with a case.
#[derive(Clone, Debug)]
pub(crate) struct EvidenceView {
    /// The copy that is looked at.
    pub(crate) shown: Option<String>,
    /// The file as it was had.
    pub(crate) original: Option<String>,
    pub(crate) description: String,
    /// Its SHA-256.
    pub(crate) hash: String,
    /// Why there is none.
    pub(crate) failure: Option<String>,
}

/// One report.
#[derive(Clone, Debug)]
pub(crate) struct NoticeView {
    pub(crate) when: When,
    /// Who reports, as far as that is known.
    pub(crate) by: String,
    pub(crate) question: String,
    pub(crate) text: String,
    pub(crate) trusted: bool,
    /// Whether and how whoever reports elsewhere is answered.
    pub(crate) answer: Option<String>,
    /// That whoever reports was found to send unfounded reports, and where that is read.
    pub(crate) notifier: Option<(String, String)>,
}

/// The reports from one source.
#[derive(Clone, Debug)]
pub(crate) struct SourceView {
    /// How many, and by which way.
    pub(crate) heading: String,
    pub(crate) first: When,
    pub(crate) trusted: bool,
    pub(crate) notices: Vec<NoticeView>,
}

/// A measure of a decision.
#[derive(Clone, Debug)]
pub(crate) struct MeasureView {
    pub(crate) name: String,
    /// How long it holds or held.
    pub(crate) time: String,
    /// Where it is ended before its time.
    pub(crate) end_action: Option<String>,
}

/// A complaint about a decision.
#[derive(Clone, Debug)]
pub(crate) struct CaseComplaintView {
    /// Whose it is.
    pub(crate) heading: String,
    pub(crate) when: When,
    pub(crate) text: String,
    /// Where it is answered; none where this person may not, or it is.
    pub(crate) action: Option<String>,
    /// The field of the reasons.
    pub(crate) field: String,
    pub(crate) typed: String,
    /// What was decided about it, by whom and when.
    pub(crate) answer: Option<String>,
    pub(crate) reasons: String,
}

/// A decision that was taken.
#[derive(Clone, Debug)]
pub(crate) struct DecisionView {
    pub(crate) id: String,
    pub(crate) when: When,
    pub(crate) by: String,
    pub(crate) reversed: Option<String>,
    pub(crate) measures: Vec<MeasureView>,
    pub(crate) ground: Option<String>,
    pub(crate) category: String,
    pub(crate) facts: String,
    pub(crate) redress: String,
    pub(crate) complain_until: String,
    pub(crate) complaints: Vec<CaseComplaintView>,
}

/// The form of a decision.
#[derive(Clone, Debug)]
pub(crate) struct DecisionForm {
    /// The reports of which it is known who sent them: to be ticked where they are manifestly unfounded.
    pub(crate) unfounded: Vec<OptionView>,
    /// The version of the post that was read.
    pub(crate) version: Option<String>,
    pub(crate) measures: Vec<OptionView>,
    /// What can be done to the whole domain; none where the account is ours, or nobody is known.
    pub(crate) domain: Option<DomainMeasures>,
    /// How long a block lasts; empty where nobody can be blocked.
    pub(crate) block_days: Vec<OptionView>,
    /// For which institution; empty where there is no choice.
    pub(crate) institutions: Vec<OptionView>,
    /// How long the other measures last; empty where there are none that end.
    pub(crate) days: Vec<OptionView>,
    pub(crate) grounds: Vec<OptionView>,
    pub(crate) citation: String,
    pub(crate) facts: String,
    pub(crate) redress: String,
    pub(crate) templates: Vec<Tab>,
    /// How whoever is concerned is told; none where nobody is known.
    pub(crate) tell: Option<String>,
    /// Whether they are.
    pub(crate) tells: bool,
    /// Why they are not.
    pub(crate) untold: String,
    pub(crate) categories: Vec<OptionView>,
}

/// What can be done to the whole domain of an account.
#[derive(Clone, Debug)]
pub(crate) struct DomainMeasures {
    pub(crate) heading: String,
    /// What would be shown or reached no more: a sentence each.
    pub(crate) loss: Vec<String>,
    pub(crate) measures: Vec<OptionView>,
    /// Whether something of it was ticked.
    pub(crate) is_open: bool,
}

/// A day by which something is due.
#[derive(Clone, Debug)]
pub(crate) struct DeadlineView {
    pub(crate) name: String,
    pub(crate) light: LightView,
    /// How much of the time is over, in percent.
    pub(crate) over: Option<u64>,
}

/// Something that happened in a case.
#[derive(Clone, Debug)]
pub(crate) struct EventView {
    pub(crate) when: When,
    pub(crate) text: String,
    /// A note that somebody wrote.
    pub(crate) note: Option<String>,
}

/// A case.
#[derive(Template)]
#[template(path = "moderation/case.html")]
pub(crate) struct CasePage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) number: String,
    /// The address of this page, where its forms begin.
    pub(crate) here: String,
    pub(crate) question: String,
    pub(crate) lane: String,
    pub(crate) danger: bool,
    /// None once it is decided.
    pub(crate) light: Option<LightView>,
    /// What kind of object it is.
    pub(crate) kind: String,
    /// How it was kept last.
    pub(crate) kept: KeptView,
    /// How it was kept before that, oldest first.
    pub(crate) earlier: Vec<KeptView>,
    /// How it is now, if it was changed since.
    pub(crate) current: Option<KeptView>,
    /// A rule holds it back.
    pub(crate) held: bool,
    /// Whether it was changed, in a sentence.
    pub(crate) state: String,
    pub(crate) media: Vec<MediaView>,
    pub(crate) thread_href: String,
    /// The thread is elsewhere.
    pub(crate) elsewhere: bool,
    pub(crate) reports: String,
    pub(crate) sources: Vec<SourceView>,
    pub(crate) decisions: Vec<DecisionView>,
    pub(crate) form: Option<DecisionForm>,
    pub(crate) assignee: Option<String>,
    /// The person who reads has the case.
    pub(crate) mine: bool,
    pub(crate) moderators: Vec<OptionView>,
    pub(crate) deadlines: Vec<DeadlineView>,
    pub(crate) events: Vec<EventView>,
    /// What was sent about it, in sentences.
    pub(crate) mails: Vec<EventView>,
    pub(crate) lanes: Vec<OptionView>,
    /// A note that could not be taken.
    pub(crate) note: String,
}

/// The form by which staff types in a report.
#[derive(Template)]
#[template(path = "moderation/new.html")]
pub(crate) struct TypedPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) sources: Vec<OptionView>,
    pub(crate) address: String,
    pub(crate) questions: Vec<OptionView>,
    pub(crate) reason: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) trusted: bool,
    pub(crate) danger: bool,
}

/// What is decided about a server.
#[derive(Clone, Debug)]
pub(crate) struct DomainRow {
    pub(crate) name: String,
    pub(crate) severity: String,
    pub(crate) class: &'static str,
    /// What is not taken from it beside.
    pub(crate) more: Vec<String>,
    /// Everybody may read it.
    pub(crate) reason: String,
    /// Only moderators read it.
    pub(crate) note: String,
    /// Since when, by whom.
    pub(crate) since: String,
    /// How much of it is known here.
    pub(crate) loss: String,
    pub(crate) edit: String,
}

/// What is decided about servers.
#[derive(Template)]
#[template(path = "moderation/domains.html")]
pub(crate) struct DomainsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) search: String,
    pub(crate) domains: Vec<DomainRow>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// What a decision about a server would do.
#[derive(Clone, Debug)]
pub(crate) struct PreviewView {
    pub(crate) severity: String,
    pub(crate) class: &'static str,
    pub(crate) hint: String,
    pub(crate) more: Vec<String>,
    /// What is known of it here.
    pub(crate) loss: Vec<String>,
    /// What is decided until now.
    pub(crate) before: Option<String>,
}

/// The form of a decision about a server, and what it would do before it is confirmed.
#[derive(Template)]
#[template(path = "moderation/domain.html")]
pub(crate) struct DomainPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) domain: String,
    pub(crate) severities: Vec<OptionView>,
    pub(crate) severity: String,
    pub(crate) reject_media: bool,
    pub(crate) reject_reports: bool,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) preview: Option<PreviewView>,
}

/// A list of domains.
#[derive(Clone, Debug)]
pub(crate) struct DomainListRow {
    pub(crate) name: String,
    /// Empty for one that somebody has read in.
    pub(crate) url: String,
    pub(crate) href: String,
    /// How many lines wait.
    pub(crate) waiting: String,
    /// When it was had last.
    pub(crate) had: String,
    /// Why it could not be had.
    pub(crate) failure: Option<String>,
    pub(crate) remove: String,
}

/// The lists that suggest decisions.
#[derive(Template)]
#[template(path = "moderation/domain_lists.html")]
pub(crate) struct DomainListsPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) lists: Vec<DomainListRow>,
    pub(crate) url: String,
    pub(crate) text: String,
}

/// A line of a list that waits for a person.
#[derive(Clone, Debug)]
pub(crate) struct SuggestionRow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What is suggested.
    pub(crate) what: String,
    pub(crate) class: &'static str,
    pub(crate) more: Vec<String>,
    /// What is decided until now.
    pub(crate) now: String,
    pub(crate) reason: String,
    pub(crate) loss: String,
}

/// What a list suggests.
#[derive(Template)]
#[template(path = "moderation/domain_list.html")]
pub(crate) struct DomainListPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) name: String,
    pub(crate) here: String,
    pub(crate) lines: Vec<SuggestionRow>,
    pub(crate) after: Option<String>,
}

/// A post that a rule holds back.
#[derive(Clone, Debug)]
pub(crate) struct HeldRow {
    /// Its number, for the forms.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) handle: String,
    /// Why it is held.
    pub(crate) rule: String,
    pub(crate) when: When,
    pub(crate) warning: String,
    /// Cleaned HTML.
    pub(crate) html: String,
    pub(crate) lang: Option<String>,
    pub(crate) dir: &'static str,
    /// Whom it answers and names, and how old its author is, in one line.
    pub(crate) about: String,
    /// How many of the same author wait, where there are more.
    pub(crate) of_author: Option<String>,
    pub(crate) author: String,
    pub(crate) host: String,
    /// Where it is decided about the server.
    pub(crate) domain: String,
    /// What the button sends that opens a case.
    pub(crate) case: &'static str,
}

/// The posts that rules hold back.
#[derive(Template)]
#[template(path = "moderation/held.html")]
pub(crate) struct HeldPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) posts: Vec<HeldRow>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A post of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct ThreadRow {
    pub(crate) kept: KeptView,
    /// Nobody else sees it.
    pub(crate) hidden: bool,
    /// The case is about it.
    pub(crate) reported: bool,
}

/// The conversation around a post that is hidden.
#[derive(Template)]
#[template(path = "moderation/thread.html")]
pub(crate) struct ThreadPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) number: String,
    pub(crate) case: String,
    pub(crate) posts: Vec<ThreadRow>,
}

/// A warning or a pause of somebody who reports.
#[derive(Clone, Debug)]
pub(crate) struct StepView {
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) when: When,
    pub(crate) by: String,
    /// Until when.
    pub(crate) time: String,
    pub(crate) reasons: String,
    /// Whether they were told.
    pub(crate) told: String,
    pub(crate) in_force: bool,
    /// The page of whoever it is about.
    pub(crate) href: String,
    pub(crate) who: String,
    /// Empty where there is none.
    pub(crate) complaint: String,
    /// The person who reads may answer the complaint.
    pub(crate) may_answer: bool,
    /// Another person has to.
    pub(crate) waits_for_another: bool,
    /// The field of the answer.
    pub(crate) field: String,
    pub(crate) typed: String,
    pub(crate) outcome: Option<String>,
    pub(crate) answer: String,
}

/// A report that is manifestly unfounded.
#[derive(Clone, Debug)]
pub(crate) struct UnfoundedView {
    pub(crate) id: String,
    /// The number of its case.
    pub(crate) case: String,
    pub(crate) href: String,
    pub(crate) when: When,
}

/// How somebody who reports stands.
#[derive(Template)]
#[template(path = "moderation/notifier.html")]
pub(crate) struct NotifierPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) here: String,
    pub(crate) case: String,
    pub(crate) case_href: String,
    pub(crate) name: String,
    /// How many of their reports were unfounded.
    pub(crate) sentence: String,
    pub(crate) often: bool,
    /// They are warned, and nothing came since.
    pub(crate) waits: bool,
    /// They may be warned now.
    pub(crate) may_warn: bool,
    /// They may be paused now.
    pub(crate) may_pause: bool,
    pub(crate) days: Vec<OptionView>,
    pub(crate) reasons: String,
    pub(crate) unfounded: Vec<UnfoundedView>,
    pub(crate) steps: Vec<StepView>,
}

/// All warnings and pauses.
#[derive(Template)]
#[template(path = "moderation/notifiers.html")]
pub(crate) struct NotifiersPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) steps: Vec<StepView>,
}
