//! What people write: finding mentions, hashtags and links in it, measuring it, and making HTML of it.
//!
//! The rules are Mastodon's (`Account::MENTION_RE`, `Tag::HASHTAG_RE`, `Extractor`, `TextFormatter`,
//! `StatusLengthValidator` of its 4.5), because a text must mean the same on every server that it reaches. Everything
//! here is total: any text goes in, something sensible comes out.

use std::collections::HashSet;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// How many characters each http(s) address counts, however long it is.
pub const URL_LENGTH: usize = 23;

/// How many characters of an address are shown before it is cut with an ellipsis.
const SHOWN_URL_CHARACTERS: usize = 30;

/// What [`scan`] found in a text, in the order of the text and without overlaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scanned {
    /// The finds.
    pub entities: Vec<Entity>,
}

/// One find of [`scan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Where it stands, in bytes; the `@` or `#` belongs to it.
    pub range: Range<usize>,
    /// What it is.
    pub kind: EntityKind,
}

/// What a find of [`scan`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityKind {
    /// `@user` or `@user@domain`.
    Mention(Mention),
    /// `#tag`: the tag as written, without `#`.
    Hashtag(String),
    /// An http or https address, as written.
    Url(String),
}

/// A mention as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mention {
    /// The part before the second `@`.
    pub username: String,
    /// The part after the second `@`, not yet normalised; `None` means this server.
    pub domain: Option<String>,
}

impl Mention {
    /// The handle as written, without the first `@`: `user` or `user@domain`.
    pub fn handle(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{}@{domain}", self.username),
            None => self.username.clone(),
        }
    }
}

impl Scanned {
    /// Each mention once (compared without regard to ASCII case), in order of appearance.
    pub fn mentions(&self) -> Vec<&Mention> {
        let mut seen = HashSet::new();
        self.entities
            .iter()
            .filter_map(|entity| match &entity.kind {
                EntityKind::Mention(mention) => Some(mention),
                _ => None,
            })
            .filter(|mention| seen.insert(mention.handle().to_lowercase()))
            .collect()
    }

    /// Each hashtag once (compared by [`normalise_tag`]), as first written, in order of appearance.
    pub fn hashtags(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.entities
            .iter()
            .filter_map(|entity| match &entity.kind {
                EntityKind::Hashtag(tag) => Some(tag.as_str()),
                _ => None,
            })
            .filter(|tag| seen.insert(normalise_tag(tag)))
            .collect()
    }

    /// Each address once, in order of appearance.
    pub fn urls(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.entities
            .iter()
            .filter_map(|entity| match &entity.kind {
                EntityKind::Url(url) => Some(url.as_str()),
                _ => None,
            })
            .filter(|url| seen.insert(*url))
            .collect()
    }
}

/// A mention whose account was found, for [`render`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedMention {
    /// The handle as written in the text: `user` or `user@domain` (compared without regard to case).
    pub handle: String,
    /// The account's name without domain, as its server spells it.
    pub username: String,
    /// The account's page for people.
    pub url: String,
}

/// Finds mentions, hashtags and http(s) addresses.
pub fn scan(text: &str) -> Scanned {
    let mut entities = urls(text);
    let taken: Vec<Range<usize>> = entities.iter().map(|entity| entity.range.clone()).collect();
    let mut next_url = 0;
    let mut position = 0;
    while let Some(offset) = text[position..].find(['@', '#']) {
        let start = position + offset;
        position = start + 1;
        while taken.get(next_url).is_some_and(|url| url.end <= start) {
            next_url += 1;
        }
        if let Some(url) = taken.get(next_url).filter(|url| url.contains(&start)) {
            position = url.end;
            continue;
        }
        let before = text[..start].chars().next_back();
        let found = if text[start..].starts_with('@') {
            mention_at(text, start, before)
        } else {
            hashtag_at(text, start, before)
        };
        if let Some(entity) = found {
            position = entity.range.end;
            entities.push(entity);
        }
    }
    entities.sort_by_key(|entity| entity.range.start);
    let mut end = 0;
    entities.retain(|entity| {
        let free = entity.range.start >= end;
        if free {
            end = entity.range.end;
        }
        free
    });
    Scanned { entities }
}

/// Makes HTML of a text: paragraphs at blank lines, line breaks, links, mentions, hashtags, all else escaped.
///
/// `tag_url` gives the page of a hashtag. A mention that isn't among `mentions` stays text. Where two mentioned accounts
/// have the same name, their whole handles are shown. A blank text gives an empty string.
pub fn render(text: &str, mentions: &[ResolvedMention], tag_url: impl Fn(&str) -> String) -> String {
    let text = tidy(text);
    let mut inline = String::with_capacity(text.len() * 2);
    let mut last = 0;
    for entity in scan(&text).entities {
        escape_into(&text[last..entity.range.start], &mut inline);
        match &entity.kind {
            EntityKind::Url(url) => link_into(url, &mut inline),
            EntityKind::Hashtag(tag) => {
                inline.push_str("<a href=\"");
                escape_into(&tag_url(tag), &mut inline);
                inline.push_str("\" class=\"mention hashtag\" rel=\"tag\">#<span>");
                escape_into(tag, &mut inline);
                inline.push_str("</span></a>");
            }
            EntityKind::Mention(mention) => mention_into(mention, mentions, &mut inline),
        }
        last = entity.range.end;
    }
    escape_into(&text[last..], &mut inline);

    paragraphs(&inline)
}

/// How long a text is as Mastodon measures it: in graphemes, an http(s) address counting [`URL_LENGTH`] and
/// `@user@domain` as much as `@user`.
pub fn count(text: &str) -> usize {
    let mut short = String::with_capacity(text.len());
    let mut last = 0;
    for entity in scan(text).entities {
        short.push_str(&text[last..entity.range.start]);
        match &entity.kind {
            EntityKind::Url(_) => short.extend(std::iter::repeat_n('x', URL_LENGTH)),
            EntityKind::Mention(mention) => {
                short.push('@');
                short.push_str(&mention.username);
            }
            EntityKind::Hashtag(_) => short.push_str(&text[entity.range.clone()]),
        }
        last = entity.range.end;
    }
    short.push_str(&text[last..]);
    short.graphemes(true).count()
}

/// The form in which two spellings of one hashtag are equal: without `#`, compatibility-composed (NFKC), lower case.
///
/// Accents stay: unlike Mastodon, which also folds `ö` to `o`, `#Köln` and `#Koln` are two tags here.
pub fn normalise_tag(tag: &str) -> String {
    let tag = tag.strip_prefix('#').unwrap_or(tag);
    // Letter by letter, because lowering a whole word would spell a final sigma differently from one further in.
    let lower: String =
        tag.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect();
    lower.nfkc().collect()
}

/// The text of an HTML fragment: paragraphs parted by blank lines, breaks and list items by line ends, tags gone,
/// entities decoded. What is marked `invisible` stays, so that addresses are whole.
pub fn plain_from_html(html: &str) -> String {
    let mut plain = Plain::default();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        plain.push_escaped(&rest[..open]);
        rest = &rest[open..];
        let Some((tag, after)) = read_tag(rest) else {
            plain.push_escaped("<");
            rest = &rest[1..];
            continue;
        };
        rest = after;
        match tag.name.as_str() {
            "br" => plain.line_end(),
            "script" | "style" | "template" | "noscript" if !tag.is_closing => {
                rest = skip_to_closing(rest, &tag.name);
            }
            "p" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" => {
                plain.part(2)
            }
            "div" | "li" | "tr" => plain.part(1),
            _ => {}
        }
    }
    plain.push_escaped(rest);
    plain.text.trim().to_owned()
}

/// The beginning of a text on one line: white space runs become single spaces, and if it is longer than `max` graphemes
/// it is cut, at a word's end if one is near, and ends in `…` (which counts).
pub fn excerpt(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut starts = line.grapheme_indices(true).map(|(start, _)| start);
    if max == 0 {
        return String::new();
    }
    let Some(cut) = starts.clone().nth(max - 1) else { return line };
    if starts.nth(max).is_none() {
        return line;
    }
    let head = &line[..cut];
    let end = match head.rfind(' ') {
        Some(space) if !line[cut..].starts_with(' ') && space * 3 >= head.len() * 2 => space,
        _ => head.len(),
    };
    format!("{}…", head[..end].trim_end_matches([' ', ',', ';', ':', '.', '-', '–']))
}

/// Parts already escaped text into `<p>` at blank lines and puts `<br>` at other line ends.
pub(crate) fn paragraphs(inline: &str) -> String {
    let mut html = String::with_capacity(inline.len() + 16);
    let mut in_paragraph = false;
    for line in inline.split('\n') {
        if line.trim().is_empty() {
            if in_paragraph {
                html.push_str("</p>");
            }
            in_paragraph = false;
            continue;
        }
        html.push_str(if in_paragraph { "<br>" } else { "<p>" });
        html.push_str(line);
        in_paragraph = true;
    }
    if in_paragraph {
        html.push_str("</p>");
    }
    html
}

/// The text without what HTML may not carry, and with `\n` as its only line end.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn urls(text: &str) -> Vec<Entity> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let ends = |c: char| {
        // Letters that turn the direction of reading would show another address than the one that opens.
        c.is_whitespace() || c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut found = Vec::new();
    let mut position = 0;
    for part in text.split(ends) {
        let links = finder.links(part).filter(|link| is_web_address(link.as_str()));
        found.extend(links.map(|link| Entity {
            range: position + link.start()..position + link.end(),
            kind: EntityKind::Url(link.as_str().to_owned()),
        }));
        position += part.len();
        position += text[position..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn is_web_address(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else { return false };
    let is_web = matches!(url.scheme(), "http" | "https");
    // A name without a dot is a machine on somebody's desk.
    is_web
        && url.host().is_some_and(
            |host| !matches!(host, url::Host::Domain(name) if !name.trim_end_matches('.').contains('.')),
        )
}

fn mention_at(text: &str, start: usize, before: Option<char>) -> Option<Entity> {
    if before.is_some_and(|c| c == '=' || c == '/' || is_word(c)) {
        return None;
    }
    let user_start = start + 1;
    let user_end = user_start + dotted(&text[user_start..], |c| c.is_ascii_alphanumeric() || c == '_');
    if user_end == user_start {
        return None;
    }
    let username = text[user_start..user_end].to_owned();
    let mut end = user_end;
    let mut domain = None;
    if text[user_end..].starts_with('@') {
        let length = dotted(&text[user_end + 1..], is_word);
        if length > 0 {
            end = user_end + 1 + length;
            domain = Some(text[user_end + 1..end].to_owned());
        }
    }
    let after = &text[end..];
    // What goes on like this is an address or a word with an accent, of which the mention would be a torn-off piece.
    if after.starts_with("://") || after.starts_with(['@', '＠']) || after.starts_with(is_accented_latin) {
        return None;
    }
    Some(Entity { range: start..end, kind: EntityKind::Mention(Mention { username, domain }) })
}

/// The length in bytes of runs of `allowed` characters joined by dots and hyphens, at the start of the text.
fn dotted(text: &str, allowed: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    for (position, c) in text.char_indices() {
        if allowed(c) {
            end = position + c.len_utf8();
        } else if !matches!(c, '.' | '-') || end == 0 {
            break;
        }
    }
    end
}

fn hashtag_at(text: &str, start: usize, before: Option<char>) -> Option<Entity> {
    if before.is_some_and(|c| matches!(c, '=' | '/' | ')') || is_letter_or_digit(c)) {
        return None;
    }
    let rest = &text[start + 1..];
    let length = tag_length(rest)?;
    let tag = rest[..length].to_owned();
    Some(Entity { range: start..start + 1 + length, kind: EntityKind::Hashtag(tag) })
}

/// The length in bytes of the hashtag at the start of the text.
///
/// Either words joined by separators, with a letter or separator somewhere between the first and the last character; or
/// one word with a letter in it. So a number alone is none, but `1·2` is.
fn tag_length(rest: &str) -> Option<usize> {
    let run: Vec<(usize, char)> =
        rest.char_indices().take_while(|(_, c)| is_word(*c) || is_separator(*c)).collect();
    if !run.first().is_some_and(|(_, c)| is_word(*c)) {
        return None;
    }
    let last = run.iter().rposition(|(_, c)| is_word(*c))?;
    let end = |index: usize| run.get(index).map(|(position, c)| position + c.len_utf8());
    let inner = run.get(1..last).unwrap_or_default();
    if inner.iter().any(|(_, c)| c.is_alphabetic() || is_separator(*c)) {
        return end(last);
    }
    let word = run.iter().take_while(|(_, c)| is_word(*c)).count();
    run.iter().take(word).any(|(_, c)| c.is_alphabetic()).then(|| end(word - 1)).flatten()
}

/// Letters, marks, decimal digits and connecting punctuation: `[[:word:]]` of Ruby's regular expressions.
fn is_word(c: char) -> bool {
    is_letter_or_digit(c)
        || is_combining_mark(c)
        || matches!(c, '_' | '‿' | '⁀' | '⁔' | '︳' | '︴' | '﹍'..='﹏' | '＿')
}

fn is_letter_or_digit(c: char) -> bool {
    // `²`, `½` and `①` are numbers to Unicode, but no digits.
    let is_other_number = matches!(c, '²' | '³' | '¹' | '¼'..='¾' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}'
        | '\u{2150}'..='\u{215f}' | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}'
        | '\u{3192}'..='\u{3195}' | '\u{3220}'..='\u{3229}' | '\u{3248}'..='\u{324f}' | '\u{3251}'..='\u{325f}'
        | '\u{3280}'..='\u{3289}' | '\u{32b1}'..='\u{32bf}');
    c.is_alphanumeric() && !is_other_number
}

/// The characters that may join the parts of a hashtag: `_`, middle dot, katakana middle dot, zero-width non-joiner.
fn is_separator(c: char) -> bool {
    matches!(c, '_' | '\u{b7}' | '\u{30fb}' | '\u{200c}')
}

fn is_accented_latin(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphabetic()
}

fn link_into(url: &str, html: &mut String) {
    let after_scheme = url.find("://").map_or(0, |position| position + 3);
    let after_www = match url.get(after_scheme..after_scheme + 4) {
        Some(www) if www.eq_ignore_ascii_case("www.") => after_scheme + 4,
        _ => after_scheme,
    };
    let (prefix, shown) = url.split_at(after_www);
    let cut = shown.char_indices().nth(SHOWN_URL_CHARACTERS).map(|(position, _)| position);
    let (visible, hidden) = shown.split_at(cut.unwrap_or(shown.len()));
    html.push_str("<a href=\"");
    escape_into(url, html);
    html.push_str("\" rel=\"nofollow noopener\" target=\"_blank\"><span class=\"invisible\">");
    escape_into(prefix, html);
    html.push_str("</span><span class=\"");
    html.push_str(if cut.is_some() { "ellipsis" } else { "" });
    html.push_str("\">");
    escape_into(visible, html);
    html.push_str("</span><span class=\"invisible\">");
    escape_into(hidden, html);
    html.push_str("</span></a>");
}

fn mention_into(mention: &Mention, resolved: &[ResolvedMention], html: &mut String) {
    let handle = mention.handle();
    let lower = handle.to_lowercase();
    let Some(found) = resolved.iter().find(|other| other.handle.to_lowercase() == lower) else {
        html.push('@');
        escape_into(&handle, html);
        return;
    };
    let has_namesake = resolved.iter().any(|other| {
        other.url != found.url && other.username.to_lowercase() == found.username.to_lowercase()
    });
    html.push_str("<span class=\"h-card\"><a href=\"");
    escape_into(&found.url, html);
    html.push_str("\" class=\"u-url mention\">@<span>");
    escape_into(if has_namesake { &handle } else { &found.username }, html);
    html.push_str("</span></a></span>");
}

/// A text as it may stand in a cell of a table (CSV): one that a spreadsheet would take for a formula gets a `'` in front.
pub fn no_formula(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

/// Text as HTML that shows it as it is.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    escape_into(text, &mut html);
    html
}

/// Appends text so that HTML shows it as it is, in content and in quoted attributes alike.
pub(crate) fn escape_into(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
}

#[derive(Default)]
struct Plain {
    text: String,
    owed_line_ends: usize,
}

impl Plain {
    fn push_escaped(&mut self, escaped: &str) {
        let decoded = decode_entities(escaped);
        // White space between blocks is the author's indentation, not text.
        if decoded.is_empty() || (self.owed_line_ends > 0 && decoded.trim().is_empty()) {
            return;
        }
        let at_start = std::mem::take(&mut self.owed_line_ends) > 0;
        self.text.push_str(if at_start { decoded.trim_start_matches(['\n', ' ', '\t']) } else { &decoded });
    }

    fn line_end(&mut self) {
        self.text.push('\n');
    }

    fn part(&mut self, line_ends: usize) {
        if self.text.is_empty() {
            return;
        }
        let present = self.text.len() - self.text.trim_end_matches('\n').len();
        self.text.extend(std::iter::repeat_n('\n', line_ends.saturating_sub(present)));
        self.owed_line_ends = line_ends;
    }
}

struct Tag {
    name: String,
    is_closing: bool,
}

/// The tag or comment at the start of the text, and what comes after it; `None` if the `<` there is just text.
fn read_tag(text: &str) -> Option<(Tag, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let after = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        return Some((Tag { name: String::new(), is_closing: false }, after));
    }
    let inner = text.strip_prefix('<')?;
    let (is_closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    let mut quote = None;
    for (position, byte) in inner.bytes().enumerate().skip(name_end) {
        match (quote, byte) {
            (None, b'>') => return Some((Tag { name, is_closing }, &inner[position + 1..])),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // A tag that never ends swallows the rest, as browsers do.
    Some((Tag { name, is_closing }, ""))
}

fn skip_to_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(position) = rest.find("</") {
        rest = &rest[position..];
        let is_it = rest.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if is_it {
            return rest;
        }
        rest = &rest[2..];
    }
    ""
}

fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('&') {
        decoded.push_str(&rest[..position]);
        rest = &rest[position..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                decoded.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    }
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "laquo" => '«',
        "raquo" => '»',
        "euro" => '€',
        "copy" => '©',
        "middot" => '·',
        "bull" => '•',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        _ => return None,
    };
    Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag_url(tag: &str) -> String {
        format!("https://stadt.example/tags/{tag}")
    }

    fn handles(text: &str) -> Vec<String> {
        scan(text).mentions().into_iter().map(Mention::handle).collect()
    }

    fn tags(text: &str) -> Vec<String> {
        scan(text).hashtags().into_iter().map(str::to_owned).collect()
    }

    fn urls(text: &str) -> Vec<String> {
        scan(text).urls().into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn mentions_are_found_where_mastodon_finds_them() {
        assert_eq!(handles("@rita @Rita @bob@far.example, hi"), ["rita", "bob@far.example"]);
        assert_eq!(handles("(@a.b-c@x.y-z.example) und @d."), ["a.b-c@x.y-z.example", "d"]);
        assert_eq!(handles("@user@köln.example."), ["user@köln.example"]);
        assert_eq!(handles("@userさん"), ["user"]);
        assert_eq!(handles("mail@example.org foo/@bar x=@y ü@z @bürger @a://b @"), Vec::<String>::new());
        assert_eq!(handles("https://far.example/@rita https://x.example/?a=(@b)"), Vec::<String>::new());
        assert_eq!(handles("@a@ @b@@c"), ["c"]);
    }

    #[test]
    fn hashtags_are_found_in_every_script_and_numbers_alone_are_none() {
        assert_eq!(tags("#Köln #köln #2024 #2024er #a_b (#x)"), ["Köln", "2024er", "a_b", "x"]);
        assert_eq!(
            tags("#北京 #ひらがな #हिन्दी #العربية #ไทย"),
            ["北京", "ひらがな", "हिन्दी", "العربية", "ไทย"]
        );
        assert_eq!(
            tags("#スター・ウォーズ #l·l #1·2 #ab· #می‌خواهم"),
            ["スター・ウォーズ", "l·l", "1·2", "ab", "می‌خواهم"]
        );
        assert_eq!(tags("a#b /#c =#d )#e # #_ #·a ##f"), ["f"]);
        assert_eq!(tags("#m² #tag, #tag! #a-b"), ["m", "tag", "a"]);
        assert_eq!(tags("https://x.example/#anker https://x.example/a#b"), Vec::<String>::new());
    }

    #[test]
    fn only_whole_http_addresses_are_links() {
        assert_eq!(urls("(siehe https://de.example/wiki/A_(B)). Und"), ["https://de.example/wiki/A_(B)"]);
        assert_eq!(
            urls("http://x.example, HTTPS://Y.example/?q=1&r=2!"),
            ["http://x.example", "HTTPS://Y.example/?q=1&r=2"]
        );
        assert_eq!(urls("https://straße.example/weg/ü"), ["https://straße.example/weg/ü"]);
        assert_eq!(
            urls("ftp://x.example example.org javascript:alert(1) http://desk xhttp://y.example"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn text_becomes_the_html_that_mastodon_makes() {
        let html = render("a\n\nb\nc & <d>\r\n \r\n\r\ne", &[], tag_url);
        assert_eq!(html, "<p>a</p><p>b<br>c &amp; &lt;d&gt;</p><p>e</p>");
        assert_eq!(render(" \n ", &[], tag_url), "");
    }

    #[test]
    fn links_are_shortened_to_thirty_characters() {
        let html = render("https://www.stadt.example/aktuelles/2026/wasser", &[], tag_url);
        assert_eq!(
            html,
            "<p><a href=\"https://www.stadt.example/aktuelles/2026/wasser\" rel=\"nofollow noopener\" target=\"_blank\">\
             <span class=\"invisible\">https://www.</span><span class=\"ellipsis\">stadt.example/aktuelles/2026/w</span>\
             <span class=\"invisible\">asser</span></a></p>"
        );
        let html = render("https://x.example/\"'", &[], tag_url);
        assert!(
            html.contains("<span class=\"\">x.example/</span><span class=\"invisible\"></span></a>&quot;"),
            "{html}"
        );
    }

    #[test]
    fn mentions_and_hashtags_become_links_and_unknown_mentions_stay_text() {
        let rita = ResolvedMention {
            handle: "rita@far.example".into(),
            username: "rita".into(),
            url: "https://far.example/@rita".into(),
        };
        let html = render("@Rita@far.example @who #Köln", std::slice::from_ref(&rita), tag_url);
        assert_eq!(
            html,
            "<p><span class=\"h-card\"><a href=\"https://far.example/@rita\" class=\"u-url mention\">@<span>rita</span></a>\
             </span> @who <a href=\"https://stadt.example/tags/Köln\" class=\"mention hashtag\" rel=\"tag\">\
             #<span>Köln</span></a></p>"
        );
        let near = ResolvedMention {
            handle: "rita".into(),
            username: "rita".into(),
            url: "https://stadt.example/@rita".into(),
        };
        let html = render("@rita @rita@far.example", &[rita, near], tag_url);
        assert!(
            html.contains("@<span>rita</span>") && html.contains("@<span>rita@far.example</span>"),
            "{html}"
        );
    }

    #[test]
    fn length_counts_graphemes_addresses_as_23_and_mentions_without_domain() {
        assert_eq!(count("abc"), 3);
        assert_eq!(count("👩‍👩‍👧‍👦e\u{301}"), 2);
        assert_eq!(count("https://x.example/a/very/long/path/that/goes/on/and/on"), 23);
        assert_eq!(count("x https://y.de"), 25);
        assert_eq!(count("@rita@far.example hi"), 8);
        assert_eq!(count("example.org"), 11);
    }

    #[test]
    fn two_spellings_of_a_tag_are_equal() {
        assert_eq!(normalise_tag("#KÖLN"), normalise_tag("ko\u{308}ln"));
        assert_eq!(normalise_tag("ＡＢＣ"), "abc");
        assert_eq!(normalise_tag("ΟΔΟΣ"), normalise_tag("οδος"));
        assert_ne!(normalise_tag("Köln"), normalise_tag("Koln"));
    }

    #[test]
    fn html_becomes_plain_text() {
        let html = "<p>Hallo <b>du</b> &amp; ich</p>\n<p>a<br>b<br />c</p><ul><li>1</li><li>2</li></ul>";
        assert_eq!(plain_from_html(html), "Hallo du & ich\n\na\nb\nc\n\n1\n2");
        let link = render("siehe https://www.stadt.example/aktuelles/2026/wasser", &[], tag_url);
        assert_eq!(plain_from_html(&link), "siehe https://www.stadt.example/aktuelles/2026/wasser");
        assert_eq!(
            plain_from_html("a<script>alert(1)</script>b<!-- c -->d 1 < 2 &unknown; &#x1F600;&#0;"),
            "abd 1 < 2 &unknown; 😀&#0;"
        );
        assert_eq!(plain_from_html("<a href='>'>x</a><p"), "x");
    }

    #[test]
    fn an_excerpt_ends_at_a_word_and_never_exceeds_its_length() {
        assert_eq!(excerpt("a\n b", 10), "a b");
        assert_eq!(excerpt("abcdef", 6), "abcdef");
        assert_eq!(excerpt("abcdefg", 6), "abcde…");
        assert_eq!(excerpt("Das Wasser, es steigt weiter", 20), "Das Wasser, es…");
        assert_eq!(excerpt("x", 0), "");
    }

    /// Puts pieces together at random; a fixed seed, so that a failure can be repeated.
    fn random_text(seed: &mut u64) -> String {
        const PIECES: &[&str] = &[
            "@",
            "#",
            "a",
            "ü",
            "1",
            " ",
            "\n",
            "\r\n",
            ".",
            "-",
            "_",
            "·",
            "\u{200c}",
            "・",
            "https://",
            "http://www.",
            "x.example",
            "/",
            "(",
            ")",
            "<",
            ">",
            "&",
            "\"",
            "'",
            "=",
            "日本",
            "\u{301}",
            "👩‍👩‍👧",
            "\u{202e}",
            "\0",
            "<script>",
            "</p>",
            "&lt;",
            ":",
            "?",
            "javascript:",
            "@rita",
            "@bob@far.example",
            "#tag",
            "\u{2028}",
            "<br",
            "<!--",
            "-->",
            "&#x",
            ";",
            "é",
        ];
        let mut next = || {
            *seed ^= *seed << 13;
            *seed ^= *seed >> 7;
            *seed ^= *seed << 17;
            *seed
        };
        (0..next() % 24).map(|_| PIECES[(next() % PIECES.len() as u64) as usize]).collect()
    }

    #[test]
    fn d01_whatever_is_written_only_our_own_elements_come_out() {
        let mut seed = 0x5eed_0001;
        let rita = ResolvedMention {
            handle: "rita".into(),
            username: "ri<ta".into(),
            url: "https://x.example/\"><b>".into(),
        };
        for _ in 0..20_000 {
            let text = random_text(&mut seed);
            let scanned = scan(&text);
            for pair in scanned.entities.windows(2) {
                assert!(pair[0].range.end <= pair[1].range.start, "{text:?}");
            }
            for entity in &scanned.entities {
                assert!(
                    text.get(entity.range.clone()).is_some_and(|part| !part.contains(char::is_whitespace)),
                    "{text:?}"
                );
            }
            let html = render(&text, std::slice::from_ref(&rita), |tag| format!("https://x.example/{tag}"));
            for tag in html.split('<').skip(1) {
                let name: String = tag.chars().take_while(|c| *c != ' ' && *c != '>').collect();
                assert!(
                    ["p", "/p", "br", "a", "/a", "span", "/span"].contains(&name.as_str()),
                    "{text:?} {html}"
                );
            }
            assert_eq!(html.matches("<p>").count(), html.matches("</p>").count());
            assert_eq!(html.matches("<a ").count(), html.matches("</a>").count());
            assert!(!html.contains('\0') && !html.contains('\n'));
            assert!(count(&text) <= text.chars().count() + 23 * scanned.entities.len());
            assert!(excerpt(&text, 7).graphemes(true).count() <= 7, "{text:?}");
            plain_from_html(&text);
            normalise_tag(&text);
        }
    }

    #[test]
    fn c26_a_hostile_text_of_a_million_characters_takes_no_noticeable_time() {
        let started = std::time::Instant::now();
        for piece in
            ["@", "#", "@a", "#a", "a", "<", "&", "(", "http://", "https://a.b/(", "·", "#1", "@a@b", "- "]
        {
            let text = piece.repeat(300_000 / piece.len());
            scan(&text);
            plain_from_html(&text);
        }
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }
}
