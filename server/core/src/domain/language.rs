//! Languages of posts, as BCP 47 tags.

/// The tag in its usual spelling, or none if it is no tag: two or three letters, then parts of up to eight letters
/// and digits (`de`, `de-simple`, `zh-Hant`, `pt-BR`).
pub fn parse(text: &str) -> Option<String> {
    let mut parts = text.trim().split(['-', '_']);
    let first = parts.next()?;
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut tag = first.to_ascii_lowercase();
    for (count, part) in parts.enumerate() {
        if count == 3 || !(1..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

/// Whether the script of this language runs from right to left.
pub fn is_right_to_left(tag: &str) -> bool {
    matches!(
        tag.split('-').next(),
        Some("ar" | "fa" | "he" | "ur" | "ckb" | "dv" | "ps" | "sd" | "ug" | "yi")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_brought_to_their_usual_spelling() {
        assert_eq!(parse("DE").as_deref(), Some("de"));
        assert_eq!(parse("pt_br").as_deref(), Some("pt-BR"));
        assert_eq!(parse("zh-hant").as_deref(), Some("zh-Hant"));
        assert_eq!(parse("de-simple").as_deref(), Some("de-simple"));
        assert_eq!(parse("deutsch"), None);
        assert_eq!(parse("de-ü"), None);
    }
}
