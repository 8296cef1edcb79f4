//! Small pictures that stand for words in a text, as other servers define them.
//!
//! A text has `:shortcode:`, and the document that it comes in names a picture for it (`Emoji` in `tag`, as Mastodon does
//! it). They are kept with the text or the account that they came with: another server may mean something else by the same
//! word.

use serde::{Deserialize, Serialize};

/// A picture for a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// The word, without its colons.
    pub shortcode: String,
    /// The address of the picture, elsewhere.
    pub url: String,
}

/// Most pictures that are kept of one document.
const MOST: usize = 40;
/// Longest shortcode, in bytes.
const LONGEST: usize = 64;

/// The shortcode in a name such as `:heart:`, with or without colons. Mastodon's have letters, digits and `_`; Misskey and
/// Akkoma know `+` and `-` too.
pub fn shortcode(name: &str) -> Option<&str> {
    let name = name.strip_prefix(':').and_then(|name| name.strip_suffix(':')).unwrap_or(name);
    is_shortcode(name).then_some(name)
}

fn is_shortcode(word: &str) -> bool {
    (1..=LONGEST).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
}

/// Those of `named` that stand in one of `texts`, each once: nothing else is kept, however many a document names.
pub fn used(named: Vec<Emoji>, texts: &[&str]) -> Vec<Emoji> {
    if named.is_empty() {
        return named;
    }
    let mut words: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
    words.sort_unstable();
    words.dedup();
    let mut kept: Vec<Emoji> = Vec::new();
    for emoji in named {
        let is_new = |emoji: &Emoji| kept.iter().all(|known| known.shortcode != emoji.shortcode);
        if words.binary_search(&emoji.shortcode.as_str()).is_ok() && is_new(&emoji) {
            kept.push(emoji);
        }
        if kept.len() == MOST {
            break;
        }
    }
    kept
}

/// The words between two colons.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = text.split(':').collect();
    let last = parts.len() - 1;
    parts.into_iter().take(last).skip(1).filter(|word| is_shortcode(word))
}

/// As they are kept beside a text; none where there are none.
pub fn keep(emojis: &[Emoji]) -> Option<String> {
    (!emojis.is_empty()).then(|| serde_json::to_string(emojis).unwrap_or_default())
}

/// What was kept.
pub fn kept(kept: Option<&str>) -> Vec<Emoji> {
    kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
}

/// A cleaned HTML text with pictures, written by `picture`, in place of the words; nothing within a tag is touched.
pub fn show(html: &str, emojis: &[Emoji], picture: impl Fn(&Emoji) -> String) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        replace(&mut shown, &rest[..start], emojis, &picture);
        let end = end_of_tag(&rest[start..]) + start;
        shown.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    replace(&mut shown, rest, emojis, &picture);
    shown
}

/// A plain text without the words that stand for pictures, for where no picture can be.
pub fn without(text: &str, emojis: &[Emoji]) -> String {
    if emojis.is_empty() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    replace(&mut plain, text, emojis, &|_| String::new());
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the tag that a text begins with ends. A `>` within quotes does not end it.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quoted, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quoted = Some(byte),
            (Some(quote), byte) if byte == quote => quoted = None,
            _ => {}
        }
    }
    text.len()
}

fn replace(shown: &mut String, text: &str, emojis: &[Emoji], picture: &impl Fn(&Emoji) -> String) {
    let mut rest = text;
    while let Some(start) = rest.find(':') {
        let after = &rest[start + 1..];
        let word = after.find(':').map(|end| &after[..end]);
        match word.and_then(|word| emojis.iter().find(|emoji| emoji.shortcode == word)) {
            Some(emoji) => {
                shown.push_str(&rest[..start]);
                shown.push_str(&picture(emoji));
                rest = &after[emoji.shortcode.len() + 1..];
            }
            None => {
                shown.push_str(&rest[..=start]);
                rest = after;
            }
        }
    }
    shown.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emoji(shortcode: &str) -> Emoji {
        Emoji { shortcode: shortcode.into(), url: format!("https://far.example/{shortcode}.png") }
    }

    #[test]
    fn a_shortcode_is_a_short_word_with_or_without_colons() {
        assert_eq!(shortcode(":heart:"), Some("heart"));
        assert_eq!(shortcode("blob_cat-2"), Some("blob_cat-2"));
        let long = "x".repeat(LONGEST + 1);
        for none in ["", "::", ":", ":a b:", ":ä:", "<b>", "a:b", &long] {
            assert_eq!(shortcode(none), None, "{none}");
        }
    }

    #[test]
    fn only_what_stands_in_a_text_is_kept_once_and_not_too_many() {
        let named = ["a", "b", "a", "c"].map(emoji).to_vec();
        let many: Vec<Emoji> = (0..100).map(|number| emoji(&format!("e{number}"))).collect();
        let text: String = many.iter().map(|emoji| format!(":{}:", emoji.shortcode)).collect();

        assert_eq!(used(named, &["<p>:a: at 10:30:00</p>", "x :c:"]), ["a", "c"].map(emoji));
        assert_eq!(used(many, &[&text]).len(), MOST);
        assert_eq!(kept(keep(&[emoji("a")]).as_deref()), [emoji("a")]);
        assert_eq!(keep(&[]), None);
        assert_eq!(kept(Some("{")), []);
    }

    #[test]
    fn words_become_pictures_in_the_text_and_nowhere_else() {
        let emojis = [emoji("a"), emoji("b")];
        let show = |html: &str| show(html, &emojis, |emoji| format!("[{}]", emoji.shortcode));

        assert_eq!(show("<p>:a::b: 10:30 :a:</p>"), "<p>[a][b] 10:30 [a]</p>");
        assert_eq!(
            show(r#"<a title=">:a:" href="x:a:">::a: :c:</a>"#),
            r#"<a title=">:a:" href="x:a:">:[a] :c:</a>"#
        );
        assert_eq!(show("<p :a:"), "<p :a:");
        assert_eq!(show(":a"), ":a");
        assert_eq!(without(":a: Rita :b: :a:", &emojis), "Rita");
        assert_eq!(without(":c: Rita", &emojis), ":c: Rita");
    }
}
