//! From ActivityStreams to our words, suspicious of every field.

use serde_json::Value;
use stadtbote_core::actions::receive::accounts::RemoteAccount;
use stadtbote_core::actions::receive::posts::{RemoteFile, RemotePoll, RemotePost};
use stadtbote_core::actions::receive::quotes::{RemotePolicy, RemoteQuote};
use stadtbote_core::domain::emoji::{self, Emoji};
use stadtbote_core::domain::policy::{Groups, Policy};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::text::escape;
use stadtbote_core::domain::{handle, text};
use stadtbote_core::store::accounts;

use crate::keys;
use crate::wire::{self, address, address_of, flag, host, id, ids, is_a, is_public, is_same_host, list};

/// Object types that are shown as a post, by their text.
const POSTS: [&str; 2] = ["Note", "Question"];
/// Object types that are shown as a post by title, short text and link. Mastodon knows most of them and leaves the text out
/// (`activity.rb`, `CONVERTED_TYPES`).
const CONVERTED: [&str; 7] = ["Article", "Page", "Event", "Video", "Audio", "Image", "Document"];
/// A text of at most so many characters is shown whole where only an extract of longer ones is.
const EXTRACT: usize = 500;

/// Whether an object is shown as a post.
pub(crate) fn is_post(object: &Value) -> bool {
    POSTS.iter().chain(&CONVERTED).any(|kind| is_a(object, kind))
}

/// Whether a document describes an account.
pub(crate) fn is_actor(document: &Value) -> bool {
    ["Person", "Service", "Organization", "Group", "Application"].iter().any(|kind| is_a(document, kind))
}

/// The account that a document describes, but for its handle's domain, which WebFinger confirms; none if it could not
/// be one: everything that it is reached by must be on its own host.
pub(crate) fn account(document: &Value) -> Option<RemoteAccount> {
    if !is_actor(document) {
        return None;
    }
    let uri = wire::https(document.get("id")?.as_str()?)?;
    let own = |address: &String| is_same_host(address, &uri);
    let inbox = id(document, "inbox").and_then(wire::https).filter(own)?;
    let username =
        wire::text(document, "preferredUsername").filter(|name| handle::is_remote_username(name))?.to_owned();
    let host = host(&uri)?;
    let is_foreign = |key: &&Value| {
        wire::id(key, "owner").is_some_and(|owner| owner != uri)
            || wire::id_of(key).is_some_and(|id| !is_same_host(id, &uri))
    };
    // Who shows the key of another wants to be taken for them.
    if list(document, "publicKey").iter().any(is_foreign) {
        return None;
    }
    let endpoints = document.get("endpoints").unwrap_or(&Value::Null);
    let shared_inbox = id(endpoints, "sharedInbox").or_else(|| id(document, "sharedInbox"));
    Some(RemoteAccount {
        url: address(document, "url").filter(own).unwrap_or_else(|| uri.clone()),
        domain: host.clone(),
        host,
        username,
        kind: ["Service", "Organization", "Group", "Application"]
            .iter()
            .find(|kind| is_a(document, kind))
            .unwrap_or(&"Person")
            .to_lowercase(),
        display_name: wire::text(document, "name").unwrap_or_default().to_owned(),
        note: wire::text(document, "summary").unwrap_or_default().to_owned(),
        fields: list(document, "attachment")
            .into_iter()
            .filter(|field| is_a(field, "PropertyValue"))
            .filter_map(|field| {
                Some((wire::text(field, "name")?.to_owned(), wire::text(field, "value")?.to_owned()))
            })
            .collect(),
        emojis: emojis(document),
        avatar: address(document, "icon"),
        header: address(document, "image"),
        inbox,
        shared_inbox: shared_inbox.and_then(wire::https).filter(own),
        followers: id(document, "followers").and_then(wire::https).filter(own),
        featured: id(document, "featured").and_then(wire::https).filter(own),
        locked: flag(document, "manuallyApprovesFollowers"),
        discoverable: flag(document, "discoverable"),
        indexable: flag(document, "indexable"),
        published: wire::time(document, "published"),
        moved_to: id(document, "movedTo").and_then(wire::https),
        suspended: flag(document, "suspended"),
        keys: keys::published(document, &uri),
        uri,
    })
}

/// The author of a post: the person among those it is attributed to (PeerTube names the channel beside them), else the
/// first. Nobody if one of them is on another host: who writes with somebody elsewhere can't speak for both.
pub(crate) fn author_of(object: &Value) -> Option<String> {
    let uri = wire::id_of(object)?;
    let authors = list(object, "attributedTo");
    if !ids(object, "attributedTo").iter().all(|author| is_same_host(author, uri)) {
        return None;
    }
    let author = authors.iter().find(|author| is_a(author, "Person")).or(authors.first())?;
    wire::id_of(author).map(str::to_owned)
}

/// The post that an object describes; none if it could not be one by `author`.
pub(crate) fn post(object: &Value, author: &accounts::Model) -> Option<RemotePost> {
    if !is_post(object) {
        return None;
    }
    let uri = wire::https(wire::id_of(object)?)?;
    if !is_same_host(&uri, &author.uri) || author_of(object).as_deref() != Some(author.uri.as_str()) {
        return None;
    }
    let url = page_of(object).filter(|url| is_same_host(url, &uri)).unwrap_or_else(|| uri.clone());
    let to = ids(object, "to");
    let cc = ids(object, "cc");
    let mentions: Vec<String> = list(object, "tag")
        .into_iter()
        .filter(|tag| is_a(tag, "Mention"))
        .filter_map(|tag| wire::https(wire::text(tag, "href")?))
        .collect();
    let tags = list(object, "tag")
        .into_iter()
        .filter(|tag| is_a(tag, "Hashtag"))
        .filter_map(|tag| wire::text(tag, "name").map(|name| name.trim_start_matches('#').to_owned()))
        .collect();
    let is_converted = CONVERTED.iter().any(|kind| is_a(object, kind));
    let mut files: Vec<RemoteFile> = list(object, "attachment").into_iter().filter_map(file).collect();
    let (html, warning) = if is_converted {
        if files.is_empty() {
            files.extend(picture_of(object));
        }
        (converted(object, &url), "")
    } else {
        (with_quote(object, content(object)), wire::words(object, "summary").unwrap_or_default())
    };
    Some(RemotePost {
        visibility: visibility(&to, &cc, author),
        addressed: to.iter().chain(&cc).filter(|id| !is_public(id)).cloned().collect(),
        language: language_of(object),
        warning: warning.trim_matches('\u{200b}').to_owned(),
        html,
        sensitive: flag(object, "sensitive"),
        in_reply_to: id(object, "inReplyTo").and_then(wire::https),
        published: wire::time(object, "published"),
        updated: wire::time(object, "updated"),
        mentions,
        tags,
        emojis: emojis(object),
        files,
        poll: poll(object),
        quote: quote(object, &uri),
        policy: policy(object, author),
        author: author.clone(),
        uri,
        url,
    })
}

/// The pictures that a document names for words in it. Only what stands in its texts is kept of them.
fn emojis(document: &Value) -> Vec<Emoji> {
    let named = list(document, "tag").into_iter().filter(|tag| is_a(tag, "Emoji"));
    let named = named.filter_map(|tag| {
        let shortcode = emoji::shortcode(wire::text(tag, "name")?)?.to_owned();
        Some(Emoji { shortcode, url: address(tag, "icon")? })
    });
    named.collect()
}

/// Who may see what is addressed like this. What is addressed to nobody is for nobody: never public by default.
pub(crate) fn visibility(to: &[String], cc: &[String], author: &accounts::Model) -> Visibility {
    let is_followers = |id: &String| author.followers.as_ref() == Some(id);
    if to.iter().any(|id| is_public(id)) {
        Visibility::Public
    } else if cc.iter().any(|id| is_public(id)) {
        Visibility::Unlisted
    } else if to.iter().chain(cc).any(is_followers) {
        Visibility::Private
    } else {
        Visibility::Direct
    }
}

/// The question that a Question asks.
fn poll(object: &Value) -> Option<RemotePoll> {
    let [one, any] = ["oneOf", "anyOf"].map(|name| list(object, name));
    let multiple = !any.is_empty();
    let options: Vec<(String, i64)> = if multiple { any } else { one }
        .into_iter()
        .filter_map(|option| {
            let votes = option.get("replies").and_then(|replies| replies.get("totalItems")?.as_i64());
            Some((wire::text(option, "name")?.to_owned(), votes.unwrap_or(0)))
        })
        .collect();
    let voters_count = object.get("votersCount").and_then(Value::as_i64);
    let closes_at = wire::time(object, "closed").or_else(|| wire::time(object, "endTime"));
    let is_poll = is_a(object, "Question") && !options.is_empty();
    is_poll.then_some(RemotePoll { options, multiple, closes_at, voters_count })
}

/// A vote: a note by `voter` with a name and no text, in answer to the question. The question's address, what was chosen,
/// and the vote's own address. Some servers write an empty text, and snac a lone line break.
pub(crate) fn vote(object: &Value, voter: &accounts::Model) -> Option<(String, String, String)> {
    let is_silent =
        || wire::words(object, "content").is_none_or(|content| text::plain_from_html(content).is_empty());
    let chosen = wire::text(object, "name").filter(|_| is_silent())?;
    let uri = wire::id_of(object).filter(|uri| is_same_host(uri, &voter.uri))?;
    if !is_a(object, "Note") || author_of(object).as_deref() != Some(voter.uri.as_str()) {
        return None;
    }
    Some((id(object, "inReplyTo")?.to_owned(), chosen.to_owned(), uri.to_owned()))
}

/// The page of an object: among several addresses the one that is HTML.
fn page_of(object: &Value) -> Option<String> {
    let links = list(object, "url");
    let page = links.iter().find(|link| wire::text(link, "mediaType") == Some("text/html"));
    page.and_then(|link| address_of(link)).or_else(|| address(object, "url"))
}

/// The text as HTML; Markdown is shown as it is written.
fn content(object: &Value) -> String {
    let content = wire::words(object, "content").unwrap_or_default();
    match wire::text(object, "mediaType") {
        Some("text/plain" | "text/markdown") => paragraphs(content),
        _ => content.to_owned(),
    }
}

/// What a post quotes. BookWyrm's `quote` is a text, not an address, and counts for nothing.
fn quote(object: &Value, uri: &str) -> Option<RemoteQuote> {
    let (quoted, is_legacy) = quoted(object)?;
    let stamp = id(object, "quoteAuthorization").and_then(wire::https).filter(|_| !is_legacy);
    (quoted != uri).then_some(RemoteQuote { uri: quoted, is_legacy, stamp })
}

/// The address of a quoted post, and whether it stands only in an older spelling: Misskey's, Fedibird's, or the link of
/// FEP-e232.
fn quoted(object: &Value) -> Option<(String, bool)> {
    if let Some(quoted) = id(object, "quote").and_then(wire::https) {
        return Some((quoted, false));
    }
    let older = ["_misskey_quote", "quoteUrl", "quoteUri"];
    let older = older.iter().find_map(|name| id(object, name).and_then(wire::https));
    let is_quote = |link: &&&Value| {
        is_a(link, "Link")
            && list(link, "rel").iter().any(|rel| rel.as_str().is_some_and(|rel| QUOTE_LINKS.contains(&rel)))
    };
    let linked = || list(object, "tag").iter().find(is_quote).and_then(|link| address_of(link));
    older.or_else(linked).map(|quoted| (quoted, true))
}

/// What a link to a quoted post calls its relation.
const QUOTE_LINKS: [&str; 3] = [
    "https://misskey-hub.net/ns#_misskey_quote",
    "https://w3id.org/fep/044f#quote",
    "https://www.w3.org/ns/activitystreams#quoteUrl",
];

/// Who may quote and answer a post (FEP-044f, GoToSocial's `interactionPolicy`).
fn policy(object: &Value, author: &accounts::Model) -> Option<RemotePolicy> {
    let said = object.get("interactionPolicy").filter(|said| said.is_object())?;
    let one = |name: &str| -> Option<Policy> {
        let said = said.get(name).filter(|said| said.is_object())?;
        // The second names are those of GoToSocial before 0.21.
        let groups = |names: [&str; 2]| {
            names.iter().fold(Groups::NOBODY, |all, name| all.and(groups(said, name, author)))
        };
        Some(Policy {
            automatic: groups(["automaticApproval", "always"]),
            manual: groups(["manualApproval", "approvalRequired"]),
        })
    };
    Some(RemotePolicy { quote: one("canQuote").unwrap_or(Policy::NOBODY), reply: one("canReply") })
}

/// The groups that a property names. The author needs no naming.
fn groups(said: &Value, name: &str, author: &accounts::Model) -> Groups {
    let following = author.followers.as_ref().map(|followers| followers.replace("/followers", "/following"));
    let mut all = Groups::NOBODY;
    for id in ids(said, name) {
        all = all.and(match id {
            id if is_public(&id) => Groups::PUBLIC,
            id if id == author.uri => Groups::NOBODY,
            id if author.followers.as_ref() == Some(&id) => Groups::FOLLOWERS,
            id if following.as_ref() == Some(&id) => Groups::FOLLOWING,
            _ => Groups::OTHERS,
        });
    }
    all
}

/// Adds the link to a quoted post, unless the text has it already: most servers write it there for those that show no
/// quotes.
fn with_quote(object: &Value, html: String) -> String {
    let Some(quoted) = quoted(object).map(|(quoted, _)| quoted) else { return html };
    if html.contains("quote-inline") || html.contains(&escape(&quoted)) || html.contains(&quoted) {
        return html;
    }
    let quoted = escape(&quoted);
    format!("{html}<p class=\"quote-inline\">RE: <a href=\"{quoted}\">{quoted}</a></p>")
}

/// The language: the key of `contentMap` whose text is `content` (GoToSocial's rule), else the first (Mastodon's), else
/// what Lemmy and PeerTube call `language`.
fn language_of(object: &Value) -> Option<String> {
    let content = wire::text(object, "content");
    let named = || wire::text(object.get("language")?, "identifier").map(str::to_owned);
    let Some(map) = object.get("contentMap").and_then(Value::as_object) else { return named() };
    let same = map.iter().find(|(_, text)| content.is_some() && text.as_str() == content);
    same.or_else(|| map.iter().next()).map(|(language, _)| language.clone())
}

/// Title, short text and links of what is not a note. The text is the preview (FEP-b2b8), the summary or the content.
fn converted(object: &Value, url: &str) -> String {
    let title = wire::words(object, "name").map(text::plain_from_html).unwrap_or_default();
    let mut html = match title.trim() {
        "" => String::new(),
        title => format!("<p><strong>{}</strong></p>", escape(title)),
    };
    let preview = object.get("preview").map(content).unwrap_or_default();
    let summary = wire::words(object, "summary").unwrap_or_default().to_owned();
    let body = [preview, summary, content(object)].into_iter().find(|body| !body.trim().is_empty());
    let body = body.unwrap_or_default();
    let plain = text::plain_from_html(&body);
    if plain.chars().count() > EXTRACT {
        html.push_str(&paragraphs(&text::excerpt(&plain, EXTRACT)));
    } else if body.trim_start().starts_with('<') {
        html.push_str(&body);
    } else {
        html.push_str(&paragraphs(&plain));
    }
    let links = list(object, "attachment").into_iter().filter(|attached| is_a(attached, "Link"));
    let links = links.filter_map(address_of).take(1).chain([url.to_owned()]);
    for url in links.map(|url| escape(&url)) {
        html.push_str(&format!("<p><a href=\"{url}\">{url}</a></p>"));
    }
    html
}

/// Plain text as HTML, a paragraph a line.
fn paragraphs(plain: &str) -> String {
    let lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("<p>{}</p>", escape(line))).collect()
}

/// The picture of what is not a note: its `image`, or its `icon`, which is the still of a film.
fn picture_of(object: &Value) -> Option<RemoteFile> {
    let url = address(object, "image").or_else(|| address(object, "icon"))?;
    Some(RemoteFile {
        url,
        kind: "image".to_owned(),
        mime: String::new(),
        description: String::new(),
        width: None,
        height: None,
        blurhash: None,
        focus: None,
        duration: None,
    })
}

fn file(attachment: &Value) -> Option<RemoteFile> {
    if !["Document", "Image", "Video", "Audio"].iter().any(|kind| is_a(attachment, kind)) {
        return None;
    }
    let link = list(attachment, "url").into_iter().find(|url| url.is_object());
    let url = address_of(attachment)?;
    let mime =
        wire::text(attachment, "mediaType").or_else(|| link.and_then(|link| wire::text(link, "mediaType")));
    let is_mime = |mime: &&str| mime.len() <= 100 && mime.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let mime = mime.filter(is_mime).unwrap_or_default().to_lowercase();
    let kind = match mime.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ if is_a(attachment, "Image") => "image",
        _ => "unknown",
    };
    let number =
        |name: &str| attachment.get(name).and_then(Value::as_i64).filter(|n| (1..100_000).contains(n));
    let focus = attachment.get("focalPoint").and_then(Value::as_array).and_then(|point| {
        let place =
            |index: usize| point.get(index).and_then(Value::as_f64).filter(|n| (-1.0..=1.0).contains(n));
        Some((place(0)?, place(1)?))
    });
    Some(RemoteFile {
        url,
        kind: kind.to_owned(),
        mime,
        description: wire::text(attachment, "name")
            .or(wire::text(attachment, "summary"))
            .unwrap_or_default()
            .to_owned(),
        width: number("width").map(|n| n as i32),
        height: number("height").map(|n| n as i32),
        blurhash: wire::text(attachment, "blurhash").filter(|hash| is_blurhash(hash)).map(str::to_owned),
        focus,
        duration: None,
    })
}

/// Whether a text is a blurred preview: digits to the base of 83, as many as its first one demands. Programs paint it
/// without asking.
fn is_blurhash(text: &str) -> bool {
    const DIGITS: &str =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

    let size = text.chars().next().and_then(|first| DIGITS.find(first)).filter(|size| *size < 81);
    let length = size.map(|size| 4 + 2 * (size % 9 + 1) * (size / 9 + 1));
    length == Some(text.len()) && text.chars().all(|digit| DIGITS.contains(digit))
}
