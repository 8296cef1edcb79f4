//! Which language a page speaks, and its sentences.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "de",
        // The marks that fluent puts around each value would end up in titles and in attributes.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static GERMAN: LanguageIdentifier = langid!("de");
static ENGLISH: LanguageIdentifier = langid!("en");

/// A language in which all pages exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    German,
    English,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub(crate) const ALL: [Self; 2] = [Self::German, Self::English];

    /// The language's tag for `lang` attributes.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// The language's name in itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
        }
    }

    /// The language that a tag such as `en-GB` stands for.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language to answer in: what the visitor chose, or else what the browser prefers, or else German.
    pub(crate) fn choose(chosen: Option<&str>, accept_language: Option<&str>) -> Self {
        chosen
            .and_then(Self::from_tag)
            .or_else(|| accept_language.and_then(Self::preferred))
            .unwrap_or(Self::German)
    }

    fn preferred(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.split(',') {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(Self::from_tag) else { continue };
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// The sentences of one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts {
    language: Language,
}

impl Texts {
    /// The sentences in `language`.
    pub(crate) const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language spoken here.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The language's tag for `lang` attributes.
    pub(crate) const fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// A sentence without blanks.
    pub(crate) fn say(&self, key: &str) -> String {
        LOCALES.lookup(self.identifier(), key)
    }

    /// A sentence with one blank filled in.
    pub(crate) fn with(&self, key: &str, name: &'static str, value: impl Fill) -> String {
        self.fill(key, [(name, value.fill())])
    }

    /// A sentence with two blanks filled in.
    pub(crate) fn with_two(
        &self,
        key: &str,
        first: &'static str,
        first_value: impl Fill,
        second: &'static str,
        second_value: impl Fill,
    ) -> String {
        self.fill(key, [(first, first_value.fill()), (second, second_value.fill())])
    }

    /// A day or a moment in words.
    pub(crate) fn date(
        &self,
        key: &str,
        weekday: &str,
        day: u32,
        month: &str,
        year: i32,
        time: &str,
    ) -> String {
        self.fill(
            key,
            [
                ("weekday", weekday.fill()),
                ("day", day.to_string().fill()),
                ("month", month.fill()),
                ("year", year.to_string().fill()),
                ("time", time.fill()),
            ],
        )
    }

    /// A sentence about a number: `$n` decides about the plural, `$shown` is the number as it is written.
    pub(crate) fn count(&self, key: &str, number: impl Borrow<u64>) -> String {
        let number = *number.borrow();
        self.fill(key, [("n", FluentValue::from(number)), ("shown", FluentValue::from(self.number(number)))])
    }

    /// A whole number with the language's sign between thousands.
    pub(crate) fn number(&self, number: impl Borrow<u64>) -> String {
        let separator = match self.language {
            Language::German => '.',
            Language::English => ',',
        };
        let digits = number.borrow().to_string();
        let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                shown.push(separator);
            }
            shown.push(digit);
        }
        shown
    }

    fn fill<const N: usize>(&self, key: &str, blanks: [(&'static str, FluentValue<'static>); N]) -> String {
        let blanks: HashMap<Cow<'static, str>, FluentValue<'static>> =
            blanks.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        LOCALES.lookup_with_args(self.identifier(), key, &blanks)
    }

    fn identifier(&self) -> &'static LanguageIdentifier {
        match self.language {
            Language::German => &GERMAN,
            Language::English => &ENGLISH,
        }
    }
}

/// What can stand in a sentence's blank.
pub(crate) trait Fill {
    /// The value as fluent takes it.
    fn fill(&self) -> FluentValue<'static>;
}

impl Fill for str {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Fill for String {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

impl Fill for u64 {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Fill for usize {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl<T: Fill + ?Sized> Fill for &T {
    fn fill(&self) -> FluentValue<'static> {
        (**self).fill()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn a_choice_beats_the_browser_and_the_browser_beats_german() {
        assert_eq!(Language::choose(Some("en"), Some("de")), Language::English);
        assert_eq!(Language::choose(Some("tr"), Some("fr, en-GB;q=0.8, de;q=0.5")), Language::English);
        assert_eq!(Language::choose(None, Some("de-AT, en;q=0.9")), Language::German);
        assert_eq!(Language::choose(None, Some("en;q=0, fr")), Language::German);
        assert_eq!(Language::choose(None, None), Language::German);
    }

    #[test]
    fn thousands_are_parted_as_the_language_does_it() {
        assert_eq!(Texts::new(Language::German).number(3412_u64), "3.412");
        assert_eq!(Texts::new(Language::English).number(1_234_567_u64), "1,234,567");
        assert_eq!(Texts::new(Language::German).number(999_u64), "999");
    }

    #[test]
    fn every_sentence_that_a_page_says_exists_in_both_languages() {
        let mut keys = Vec::new();
        for folder in ["templates", "src"] {
            collect(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).as_path(), &mut keys);
        }

        let missing: Vec<_> = keys
            .iter()
            .flat_map(|key| [(key, &GERMAN), (key, &ENGLISH)])
            .filter(|(key, language)| {
                let found = LOCALES.lookup_single_language::<&str>(language, key, None);
                // Blanks that nobody filled are an error too, but not one of these.
                found.is_err_and(|error| !error.to_string().starts_with("Fluent errors"))
            })
            .map(|(key, language)| format!("{language}: {key}"))
            .collect();

        assert!(keys.len() > 100, "the search for sentences finds too few of them");
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn both_languages_have_the_same_sentences_with_the_same_blanks() {
        assert_eq!(sentences("de"), sentences("en"));
    }

    fn sentences(language: &str) -> BTreeMap<String, BTreeSet<String>> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
        let mut sentences: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in std::fs::read_dir(folder).expect("the locales can be read") {
            let path = entry.expect("the locales can be read").path();
            let mut key = String::new();
            for line in std::fs::read_to_string(path).expect("the locales are text").lines() {
                if line.starts_with('#') {
                    continue;
                }
                if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                    key = name.to_owned();
                }
                let blanks = line.split('$').skip(1);
                let blanks = blanks.filter_map(|rest| rest.split([' ', '}']).next()).map(str::to_owned);
                sentences.entry(key.clone()).or_default().extend(blanks);
            }
        }
        sentences
    }

    fn collect(folder: &std::path::Path, keys: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the crate's folders can be read") {
            let path = entry.expect("the crate's folders can be read").path();
            if path.is_dir() {
                collect(&path, keys);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the crate's files are text");
            for call in [".say(\"", ".with(\"", ".with_two(\"", ".count(\""] {
                let found = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
                keys.extend(found.filter(|key| !key.is_empty()).map(str::to_owned));
            }
        }
    }
}
