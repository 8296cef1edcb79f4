//! Filters: whether a text contains what somebody does not want to read.

/// Whether `keyword` stands in `text`, whatever the case. As a whole word, it must not go on where it begins or ends
/// with a letter or digit; beside a sign (`#sport!`) there is no such border, as with Mastodon.
pub fn matches(keyword: &str, whole_word: bool, text: &str) -> bool {
    let (keyword, text) = (keyword.to_lowercase(), text.to_lowercase());
    if keyword.is_empty() {
        return false;
    }
    if !whole_word {
        return text.contains(&keyword);
    }
    let is_word = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let begins_as_word = is_word(keyword.chars().next());
    let ends_as_word = is_word(keyword.chars().next_back());
    text.match_indices(&keyword).any(|(at, found)| {
        let goes_before = begins_as_word && is_word(text[..at].chars().next_back());
        let goes_on = ends_as_word && is_word(text[at + found.len()..].chars().next());
        !goes_before && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whatever_its_case() {
        assert!(matches("FUSSBALL", false, "Frauenfußball? fussballplatz"));
        assert!(matches("Straße", true, "Die STRASSE ist zu, die Straße auch"));
        assert!(!matches("", false, "alles"));
    }

    #[test]
    fn a_whole_word_does_not_go_on() {
        assert!(matches("bad", true, "Das Bad ist zu."));
        assert!(!matches("bad", true, "Badeverbot im Freibad"));
        assert!(matches("bad", false, "Badeverbot"));
        assert!(matches("ö", true, "ö"));
        assert!(!matches("l", true, "köln"));
    }

    #[test]
    fn beside_a_sign_there_is_no_border() {
        assert!(matches("#bad", true, "x#bad y"));
        assert!(!matches("#bad", true, "#badeverbot"));
    }
}
