//! The pages of the reach.

use askama::Template;

use crate::language::Texts;
use crate::plot::Lines;
use crate::report::{Block, Paper};
use crate::views::{Bench, FieldErrors, OptionView, Shell, When};

/// One number of the reach.
#[derive(Clone, Debug)]
pub(crate) struct MeasureCard {
    pub(crate) heading: String,
    pub(crate) value: String,
    /// How true it is, in a word and as a sign.
    pub(crate) truth: String,
    pub(crate) sign: &'static str,
    pub(crate) exact: bool,
    /// What it was before, or what belongs to it.
    pub(crate) note: String,
    pub(crate) how: String,
}

/// A row of numbers of two periods.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The same time a year ago; empty, where that is not told.
    pub(crate) year_ago: String,
    pub(crate) before: String,
    pub(crate) now: String,
    pub(crate) change: String,
}

/// A bar.
#[derive(Clone, Debug)]
pub(crate) struct BarRow {
    pub(crate) name: String,
    /// Its length in percent of the longest.
    pub(crate) share: i64,
    pub(crate) amount: String,
}

/// An account, post, hashtag or language with its numbers.
#[derive(Clone, Debug)]
pub(crate) struct PartRow {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) numbers: Vec<String>,
}

/// What people said of themselves in a panel.
#[derive(Clone, Debug)]
pub(crate) struct PanelView {
    /// The beginning of the post that asked, its language and its page.
    pub(crate) question: String,
    pub(crate) lang: Option<String>,
    pub(crate) href: String,
    /// Who asked, where several accounts did.
    pub(crate) account: Option<String>,
    /// What it was about, when it was over, how many answered.
    pub(crate) facts: String,
    /// There are enough answers to tell shares.
    pub(crate) is_enough: bool,
    pub(crate) rows: Vec<PanelRow>,
    /// The table in words.
    pub(crate) summary: String,
}

/// An answer of a panel.
#[derive(Clone, Debug)]
pub(crate) struct PanelRow {
    pub(crate) name: String,
    /// How many gave it, in words and as a number.
    pub(crate) votes: String,
    pub(crate) number: i64,
    /// Which part of the answers it is, and in which range that lies; nothing, where there are too few.
    pub(crate) share: Option<String>,
    pub(crate) range: Option<String>,
    /// The same in percent, for drawing.
    pub(crate) percent: i64,
    pub(crate) low: i64,
    pub(crate) width: i64,
}

/// How fine the plot is.
#[derive(Clone, Debug)]
pub(crate) struct GrainLink {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) chosen: bool,
}

/// Which campaign a page is about.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    /// `#stadtfest`.
    pub(crate) tag: String,
    /// The page of the account or server.
    pub(crate) back: String,
    /// It has addresses, of which too little is known to be told.
    pub(crate) has_quiet_links: bool,
}

/// Whom posts reached.
#[derive(Template)]
#[template(path = "staff/reach.html")]
pub(crate) struct ReachPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    /// The account; none: the whole server.
    pub(crate) name: Option<String>,
    /// The hashtag, if it is about a campaign, and where the whole stands.
    pub(crate) campaign: Option<Campaign>,
    pub(crate) here: String,
    pub(crate) file: String,
    /// How fine the plot can be; empty, where there is no choice.
    pub(crate) grains: Vec<GrainLink>,
    /// What people said of themselves in panels of the last year.
    pub(crate) panels: Vec<PanelView>,
    /// The report of the quarter or year.
    pub(crate) report: String,
    pub(crate) periods: Vec<OptionView>,
    pub(crate) is_empty: bool,
    /// Every second piece is stressed.
    pub(crate) answer: Vec<String>,
    pub(crate) measures: Vec<MeasureCard>,
    pub(crate) chart: Lines,
    pub(crate) chart_caption: String,
    pub(crate) chart_summary: String,
    pub(crate) days: Vec<Row>,
    pub(crate) period: String,
    /// The same in short, for the head of a table.
    pub(crate) name_now: String,
    /// The period before, if anything is known of it.
    pub(crate) before: Option<String>,
    pub(crate) name_before: Option<String>,
    /// The same a year earlier, if that is told and another.
    pub(crate) name_year_ago: Option<String>,
    /// Both are whole and can be compared.
    pub(crate) is_over: bool,
    pub(crate) rows: Vec<Row>,
    /// Reactions by hour, and how many there were.
    pub(crate) hours: Vec<BarRow>,
    pub(crate) hours_n: String,
    /// What the server's work costs.
    pub(crate) energy: Vec<Row>,
    pub(crate) reactors: Vec<BarRow>,
    /// When it was told where followers are, as a sentence.
    pub(crate) followers_told: String,
    pub(crate) followers: Vec<BarRow>,
    pub(crate) software: Vec<BarRow>,
    pub(crate) accounts: Vec<PartRow>,
    pub(crate) posts: Vec<PartRow>,
    pub(crate) tags: Vec<PartRow>,
    pub(crate) languages: Vec<PartRow>,
    pub(crate) floor: String,
    pub(crate) version: String,
}

/// A campaign address.
#[derive(Clone, Debug)]
pub(crate) struct LinkRow {
    /// The place where it stands.
    pub(crate) label: String,
    pub(crate) address: String,
    pub(crate) target: String,
    pub(crate) since: When,
    /// At least so often; none: that can't be told.
    pub(crate) clicks: Option<String>,
    /// The campaign that it belongs to.
    pub(crate) campaign: Option<CampaignLink>,
    pub(crate) is_ended: bool,
    pub(crate) svg: String,
    pub(crate) png: String,
    pub(crate) end_action: Option<String>,
}

/// A campaign and its page.
#[derive(Clone, Debug)]
pub(crate) struct CampaignLink {
    pub(crate) tag: String,
    pub(crate) href: String,
}

/// Campaign addresses.
#[derive(Template)]
#[template(path = "staff/links.html")]
pub(crate) struct LinksPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) total: String,
    pub(crate) links: Vec<LinkRow>,
    pub(crate) floor: String,
    /// Where another is made, for those who may.
    pub(crate) action: Option<String>,
    pub(crate) place: String,
    pub(crate) target: String,
    pub(crate) tag: String,
}

/// Whom one post reached.
#[derive(Template)]
#[template(path = "staff/reach_post.html")]
pub(crate) struct ReachOfPostPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) back: String,
    /// The post's public page.
    pub(crate) href: String,
    pub(crate) lang: Option<String>,
    pub(crate) text: String,
    pub(crate) when: When,
    /// Every second piece is stressed.
    pub(crate) answer: Vec<String>,
    pub(crate) measures: Vec<MeasureCard>,
    /// Why a number is missing.
    pub(crate) note: Option<String>,
    /// Reactions by day.
    pub(crate) days: Vec<Row>,
}

/// What can be written for a stage of a report.
#[derive(Clone, Debug)]
pub(crate) struct ReportText {
    pub(crate) id: &'static str,
    pub(crate) label: String,
    /// What is asked.
    pub(crate) hint: String,
    /// What is prepared.
    pub(crate) text: String,
}

/// A report of a quarter or a year.
#[derive(Template)]
#[template(path = "staff/report.html")]
pub(crate) struct ReportPage {
    pub(crate) t: Texts,
    pub(crate) shell: Shell,
    pub(crate) bench: Bench,
    pub(crate) errors: FieldErrors,
    pub(crate) here: String,
    /// The page of the reach.
    pub(crate) back: String,
    pub(crate) periods: Vec<OptionView>,
    pub(crate) paper: Paper,
    /// Where the files are; the form is sent to the first.
    pub(crate) pdf: String,
    pub(crate) ods: String,
    pub(crate) csv: String,
    pub(crate) texts: Vec<ReportText>,
    /// Most characters of each of them.
    pub(crate) most: usize,
}
