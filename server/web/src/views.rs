//! What pages show, dressed for reading: plain owned values, every text final.

use crate::language::{Language, Texts};

/// The server as its pages name it.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The city's name.
    pub(crate) name: String,
    /// The host in the browser's address bar.
    pub(crate) host: String,
    /// The language of the city.
    pub(crate) lang: String,
    /// Where the source code is, if that is known.
    pub(crate) source: Option<String>,
}

impl Site {
    /// The language of the city's names, where it must be said because the page speaks another one.
    pub(crate) fn foreign(&self, t: Texts) -> Option<&str> {
        (self.lang != t.tag()).then_some(self.lang.as_str())
    }
}

/// What surrounds every page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) site: Site,
    /// The page's title, with "Fehler:" in front where there are errors.
    pub(crate) title: String,
    /// This page in each language.
    pub(crate) languages: Vec<LanguageLink>,
    /// The visitor has a session.
    pub(crate) signed_in: bool,
    /// The token that every form sends back.
    pub(crate) csrf: String,
}

/// A link to this page in one language.
#[derive(Clone, Debug)]
pub(crate) struct LanguageLink {
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

impl LanguageLink {
    /// A link to `path` (with its `query`, if any) for each language.
    pub(crate) fn all(path: &str, query: Option<&str>, current: Language) -> Vec<Self> {
        let kept: Vec<&str> = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && *pair != "lang" && !pair.starts_with("lang="))
            .collect();
        Language::ALL
            .into_iter()
            .map(|language| {
                let mut pairs = kept.clone();
                let chosen = format!("lang={}", language.tag());
                pairs.push(&chosen);
                Self {
                    tag: language.tag(),
                    name: language.name(),
                    href: format!("{path}?{}", pairs.join("&")),
                    current: language == current,
                }
            })
            .collect()
    }
}

/// A moment, for people and for machines.
#[derive(Clone, Debug)]
pub(crate) struct When {
    pub(crate) text: String,
    /// RFC 3339, for `datetime`.
    pub(crate) datetime: String,
}

/// An account as it is named on a page.
#[derive(Clone, Debug)]
pub(crate) struct AccountCard {
    pub(crate) name: String,
    /// The name with pictures in place of words, where its server shows some; escaped.
    pub(crate) name_html: Option<String>,
    /// `@name@host`.
    pub(crate) handle: String,
    /// The account's page.
    pub(crate) href: String,
    pub(crate) avatar: Option<String>,
    /// One of ours: an institution of the city.
    pub(crate) official: bool,
    /// Shown as a circle; institutions are squares.
    pub(crate) round: bool,
    /// The language that it mostly writes in, where that is known.
    pub(crate) lang: Option<String>,
}

impl AccountCard {
    /// The form that reports this account.
    pub(crate) fn report_href(&self) -> String {
        report_href(&self.href)
    }

    /// `@name`, the part of the handle before a possible line break.
    pub(crate) fn handle_name(&self) -> &str {
        self.handle.rfind('@').filter(|at| *at > 0).map_or(&self.handle, |at| &self.handle[..at])
    }

    /// `@host`, the part of the handle after a possible line break.
    pub(crate) fn handle_host(&self) -> &str {
        self.handle.rfind('@').filter(|at| *at > 0).map_or("", |at| &self.handle[at..])
    }

    /// The language of its name, where it must be said because the page speaks another one.
    ///
    /// Without it browsers break long names by the rules of the wrong language, or not at all.
    pub(crate) fn foreign<'a>(&'a self, t: Texts, site: &'a Site) -> Option<&'a str> {
        let lang = self.lang.as_deref().or_else(|| self.official.then_some(site.lang.as_str()))?;
        (lang != t.tag()).then_some(lang)
    }

    /// The letter that stands in for a missing picture.
    pub(crate) fn initial(&self) -> String {
        self.name
            .chars()
            .chain(self.handle.chars())
            .find(|letter| letter.is_alphanumeric())
            .map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
    }
}

/// A verified or unverified line of an account's profile.
#[derive(Clone, Debug)]
pub(crate) struct FieldView {
    pub(crate) name: String,
    /// Cleaned HTML.
    pub(crate) html: String,
    pub(crate) verified: bool,
}

/// How an attachment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Picture,
    /// A silent, looping film.
    Animation,
    Film,
    Sound,
    /// Offered as a link only.
    Other,
}

/// An attachment of a post.
#[derive(Clone, Debug)]
pub(crate) struct MediaView {
    pub(crate) kind: MediaKind,
    pub(crate) mime: String,
    pub(crate) url: String,
    /// The server that has it, where that is another one; no browser asks it before somebody says so.
    pub(crate) elsewhere: Option<String>,
    pub(crate) preview: Option<String>,
    pub(crate) description: Option<String>,
    /// It says nothing that a description could say.
    pub(crate) decorative: bool,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// The class of the part that is kept in view where the picture is cut; none for the middle.
    pub(crate) focus: Option<&'static str>,
}

impl MediaView {
    /// The description for `alt`, empty where the picture is decoration or nobody described it.
    pub(crate) fn alt(&self) -> &str {
        self.description.as_deref().unwrap_or_default()
    }

    /// The picture to show in the page.
    pub(crate) fn shown(&self) -> &str {
        self.preview.as_deref().unwrap_or(&self.url)
    }
}

/// Who may read a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisibilityView {
    Public,
    Unlisted,
    Followers,
    Direct,
}

impl VisibilityView {
    /// Its name in one or two words.
    pub(crate) fn name(self, t: Texts) -> String {
        match self {
            Self::Public => t.say("visibility-public-short"),
            Self::Unlisted => t.say("visibility-unlisted-short"),
            Self::Followers => t.say("visibility-followers-short"),
            Self::Direct => t.say("visibility-direct-short"),
        }
    }
}

/// A post as it is read.
#[derive(Clone, Debug)]
pub(crate) struct PostView {
    pub(crate) id: String,
    pub(crate) author: AccountCard,
    /// The post's own page, here or where it came from.
    pub(crate) href: String,
    pub(crate) when: When,
    pub(crate) edited: Option<When>,
    /// Cleaned HTML.
    pub(crate) html: String,
    pub(crate) warning: Option<String>,
    /// Its media are covered although there is no warning.
    pub(crate) sensitive: bool,
    pub(crate) lang: Option<String>,
    /// `ltr`, `rtl` or `auto`.
    pub(crate) dir: &'static str,
    pub(crate) visibility: VisibilityView,
    pub(crate) media: Vec<MediaView>,
    pub(crate) poll: Option<PollView>,
    pub(crate) replies: u64,
    pub(crate) boosts: u64,
    pub(crate) favourites: u64,
    pub(crate) pinned: bool,
    /// Who shared it, where it stands in somebody else's list.
    pub(crate) shared_by: Option<AccountCard>,
    /// What it quotes, if the quoted author agrees and the reader may see it.
    pub(crate) quote: Option<QuoteView>,
}

impl PostView {
    /// The form that reports this post.
    pub(crate) fn report_href(&self) -> String {
        report_href(&self.href)
    }
}

/// The form that reports what stands at an address of ours.
fn report_href(address: &str) -> String {
    let url: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("/report?url={url}")
}

/// A quoted post, in short.
#[derive(Clone, Debug)]
pub(crate) struct QuoteView {
    pub(crate) author: AccountCard,
    /// The post's own page, here or where it came from.
    pub(crate) href: String,
    pub(crate) when: When,
    /// Its text, cut off where it is long; its warning instead, where it carries one.
    pub(crate) text: String,
    /// `text` is a warning.
    pub(crate) is_warning: bool,
    pub(crate) lang: Option<String>,
    /// `ltr`, `rtl` or `auto`.
    pub(crate) dir: &'static str,
}

/// A question that a post asks.
#[derive(Clone, Debug)]
pub(crate) struct PollView {
    pub(crate) options: Vec<PollOptionView>,
    /// How many have voted, or how many votes there are where its server does not say that.
    pub(crate) votes: u64,
    /// When it ends or ended, if ever.
    pub(crate) ends: Option<When>,
    pub(crate) closed: bool,
    /// Several options may be chosen.
    pub(crate) multiple: bool,
    /// The counts are not shown before the end.
    pub(crate) hidden: bool,
}

/// What can be chosen in a poll.
#[derive(Clone, Debug)]
pub(crate) struct PollOptionView {
    pub(crate) title: String,
    /// How many of those who voted chose it, in percent.
    pub(crate) percent: u64,
}

/// A post in a thread.
#[derive(Clone, Debug)]
pub(crate) struct ReplyView {
    pub(crate) post: PostView,
    /// It answers another answer.
    pub(crate) nested: bool,
    /// One of our accounts wrote it.
    pub(crate) own: bool,
}

/// Links to the neighbouring pages of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

/// A link of a row of views or of a side bar.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// A mistake in a form, with the id of the field it stands beside.
#[derive(Clone, Debug)]
pub(crate) struct FieldError {
    pub(crate) field: String,
    pub(crate) text: String,
}

/// The mistakes in a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldErrors(pub(crate) Vec<FieldError>);

impl FieldErrors {
    /// What is wrong with a field.
    pub(crate) fn of(&self, field: impl AsRef<str>) -> Option<&str> {
        self.0.iter().find(|error| error.field == field.as_ref()).map(|error| error.text.as_str())
    }

    /// Nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes a mistake.
    pub(crate) fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), text: text.into() });
    }

    /// The number of mistakes.
    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

/// An entry of the workbench's side bar.
#[derive(Clone, Debug)]
pub(crate) struct NavItem {
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) label: String,
    pub(crate) current: bool,
    /// How much waits there.
    pub(crate) waiting: u64,
    /// What waits there, in a word.
    pub(crate) unit: String,
}

/// Counting what waits ends here: more than this is “many”.
pub(crate) const MOST_COUNTED: u64 = 99;

impl NavItem {
    /// How much waits there, as it is written.
    pub(crate) fn shown(&self) -> String {
        shown_count(self.waiting)
    }
}

/// A number of things that wait, as it is written.
pub(crate) fn shown_count(number: u64) -> String {
    match number {
        0..=MOST_COUNTED => number.to_string(),
        _ => format!("{MOST_COUNTED}+"),
    }
}

/// What surrounds every page of the workbench.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    /// Who works here.
    pub(crate) person: String,
    /// The account worked for, on pages that work for one.
    pub(crate) account: Option<AccountCard>,
    /// The other accounts that the person may work for.
    pub(crate) others: Vec<AccountChoice>,
    pub(crate) items: Vec<NavItem>,
    /// What belongs to the server and not to one account.
    pub(crate) server_items: Vec<NavItem>,
    /// Where the brand leads.
    pub(crate) start: String,
    /// The public page of the account.
    pub(crate) public_page: Option<String>,
    /// The public address isn't https, so nothing is sent to other servers.
    pub(crate) federation_off: bool,
    /// What was just done.
    pub(crate) notice: Option<String>,
}

/// An account to choose, with what the person may do there.
#[derive(Clone, Debug)]
pub(crate) struct AccountChoice {
    /// Its value in a form.
    pub(crate) value: String,
    pub(crate) account: AccountCard,
    /// What the person may do there, in a sentence.
    pub(crate) may: String,
    /// Its page in the workbench.
    pub(crate) href: String,
    pub(crate) chosen: bool,
}

/// A choice of a list.
#[derive(Clone, Debug)]
pub(crate) struct OptionView {
    pub(crate) value: String,
    pub(crate) label: String,
    /// What follows from it; empty where nothing needs saying.
    pub(crate) hint: String,
    pub(crate) chosen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_link_keeps_the_rest_of_the_query() {
        let links = LanguageLink::all("/@stadt", Some("lang=de&before=12"), Language::German);

        assert_eq!(links[1].href, "/@stadt?before=12&lang=en");
        assert!(links[0].current && !links[1].current);
    }
}
