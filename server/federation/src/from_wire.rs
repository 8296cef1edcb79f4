//! From ActivityStreams to our words, suspicious of every field.

use serde_json::Value;
use stadtbote_core::actions::receive::{RemoteAccount, RemoteFile, RemotePost};
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::{handle, text};
use stadtbote_core::store::accounts;

use crate::keys;
use crate::wire::{self, address, address_of, flag, host, id, ids, is_a, is_public, is_same_host, list};

/// Object types that are shown as a post, by their text.
const POSTS: [&str; 2] = ["Note", "Question"];
/// Object types that are shown as a post by title and link, as Mastodon does (`activity.rb`, `CONVERTED_TYPES`).
const CONVERTED: [&str; 6] = ["Article", "Page", "Event", "Video", "Audio", "Image"];

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
        keys: keys::published(document, &uri),
        uri,
    })
}

/// The author of a post: the first of those it is attributed to that is on the post's own host.
pub(crate) fn author_of(object: &Value) -> Option<String> {
    let uri = wire::id_of(object)?;
    ids(object, "attributedTo").into_iter().find(|author| is_same_host(author, uri))
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
    let url = address(object, "url").filter(|url| is_same_host(url, &uri)).unwrap_or_else(|| uri.clone());
    let to = ids(object, "to");
    let cc = ids(object, "cc");
    let mentions: Vec<String> = list(object, "tag")
        .into_iter()
        .filter(|tag| is_a(tag, "Mention"))
        .filter_map(|tag| wire::text(tag, "href").map(str::to_owned))
        .collect();
    let tags = list(object, "tag")
        .into_iter()
        .filter(|tag| is_a(tag, "Hashtag"))
        .filter_map(|tag| wire::text(tag, "name").map(|name| name.trim_start_matches('#').to_owned()))
        .collect();
    let is_converted = CONVERTED.iter().any(|kind| is_a(object, kind));
    let (html, warning) = if is_converted {
        (converted(object, &url), wire::text(object, "summary").filter(|_| flag(object, "sensitive")))
    } else {
        (content(object), wire::text(object, "summary"))
    };
    Some(RemotePost {
        visibility: visibility(&to, &cc, author),
        addressed: to.iter().chain(&cc).filter(|id| !is_public(id)).cloned().collect(),
        language: language_of(object),
        warning: warning.unwrap_or_default().trim_matches('\u{200b}').to_owned(),
        html,
        sensitive: flag(object, "sensitive"),
        in_reply_to: id(object, "inReplyTo").and_then(wire::https),
        published: wire::time(object, "published"),
        updated: wire::time(object, "updated"),
        mentions,
        tags,
        files: list(object, "attachment").into_iter().filter_map(file).collect(),
        author: author.clone(),
        uri,
        url,
    })
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

fn content(object: &Value) -> String {
    wire::text(object, "content")
        .or_else(|| object.get("contentMap")?.as_object()?.values().find_map(Value::as_str))
        .unwrap_or_default()
        .to_owned()
}

/// The language: the key of `contentMap` whose text is `content` (GoToSocial's rule), else the first (Mastodon's).
fn language_of(object: &Value) -> Option<String> {
    let map = object.get("contentMap")?.as_object()?;
    let content = wire::text(object, "content");
    let same = map.iter().find(|(_, text)| content.is_some() && text.as_str() == content);
    same.or_else(|| map.iter().next()).map(|(language, _)| language.clone())
}

/// Title, short text and link of what is not a note.
fn converted(object: &Value, url: &str) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let title = wire::text(object, "name").map(text::plain_from_html).unwrap_or_default();
    let summary = wire::text(object, "summary").map(text::plain_from_html).unwrap_or_default();
    let mut html = String::new();
    for line in [title, text::excerpt(&summary, 500)] {
        if !line.trim().is_empty() {
            html.push_str(&format!("<p>{}</p>", escape(line.trim())));
        }
    }
    let url = escape(url);
    html.push_str(&format!("<p><a href=\"{url}\">{url}</a></p>"));
    html
}

fn file(attachment: &Value) -> Option<RemoteFile> {
    if !["Document", "Image", "Video", "Audio"].iter().any(|kind| is_a(attachment, kind)) {
        return None;
    }
    let link = list(attachment, "url").into_iter().find(|url| url.is_object());
    let url = address_of(attachment)?;
    let mime =
        wire::text(attachment, "mediaType").or_else(|| link.and_then(|link| wire::text(link, "mediaType")));
    let mime = mime.unwrap_or_default().to_lowercase();
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
    let is_blurhash = |hash: &&str| (6..=100).contains(&hash.len()) && hash.is_ascii();
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
        blurhash: wire::text(attachment, "blurhash").filter(is_blurhash).map(str::to_owned),
        focus,
        duration: None,
    })
}
