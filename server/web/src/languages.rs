//! Names of the languages of posts.

use crate::language::{Language, Texts};
use crate::views::OptionView;

/// Tag, name in German, name in English; the ones most spoken in German cities, and Easy German.
const NAMES: [(&str, &str, &str); 24] = [
    ("de", "Deutsch", "German"),
    ("de-simple", "Leichte Sprache", "Easy German"),
    ("en", "Englisch", "English"),
    ("ar", "Arabisch", "Arabic"),
    ("bg", "Bulgarisch", "Bulgarian"),
    ("cs", "Tschechisch", "Czech"),
    ("da", "Dänisch", "Danish"),
    ("el", "Griechisch", "Greek"),
    ("es", "Spanisch", "Spanish"),
    ("fa", "Persisch", "Persian"),
    ("fr", "Französisch", "French"),
    ("hr", "Kroatisch", "Croatian"),
    ("it", "Italienisch", "Italian"),
    ("ku", "Kurdisch", "Kurdish"),
    ("nds", "Niederdeutsch", "Low German"),
    ("nl", "Niederländisch", "Dutch"),
    ("pl", "Polnisch", "Polish"),
    ("pt", "Portugiesisch", "Portuguese"),
    ("ro", "Rumänisch", "Romanian"),
    ("ru", "Russisch", "Russian"),
    ("sq", "Albanisch", "Albanian"),
    ("sr", "Serbisch", "Serbian"),
    ("tr", "Türkisch", "Turkish"),
    ("uk", "Ukrainisch", "Ukrainian"),
];

/// The name of a language, or nothing if we have none for it.
pub(crate) fn name(t: Texts, tag: &str) -> Option<&'static str> {
    let primary = tag.split('-').next().unwrap_or_default();
    let found = NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(tag));
    found.or_else(|| NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(primary))).map(
        |(_, german, english)| match t.language() {
            Language::German => *german,
            Language::English => *english,
        },
    )
}

/// The choice of languages for a post; a language that is not on the list is added.
pub(crate) fn options(t: Texts, chosen: &str) -> Vec<OptionView> {
    let mut tags: Vec<&str> = NAMES.iter().map(|(tag, ..)| *tag).collect();
    if !chosen.is_empty() && !tags.contains(&chosen) {
        tags.push(chosen);
    }
    let option = |tag: &str| OptionView {
        value: tag.to_owned(),
        label: name(t, tag).unwrap_or(tag).to_owned(),
        hint: String::new(),
        chosen: tag == chosen,
    };
    tags.into_iter().map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_a_name_can_still_be_chosen() {
        let options = options(Texts::new(Language::German), "ja");

        assert!(options.iter().any(|option| option.value == "ja" && option.chosen));
        assert_eq!(name(Texts::new(Language::German), "de-AT"), Some("Deutsch"));
        assert_eq!(name(Texts::new(Language::English), "de-simple"), Some("Easy German"));
    }
}
