//! Reading ActivityStreams documents, in which every property may be a value, an object, a list, null or missing.

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

/// The IRI that stands for everybody.
pub(crate) const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// The ActivityStreams context.
pub(crate) const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";
/// The media type of everything that we send.
pub(crate) const MEDIA_TYPE: &str = "application/activity+json; charset=utf-8";

/// Most entries of a list that are looked at.
const MOST: usize = 1000;

/// A property as a list: nothing, one or many values.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value.get(name) {
        None | Some(Value::Null) => vec![],
        Some(Value::Array(values)) => values.iter().filter(|value| !value.is_null()).take(MOST).collect(),
        Some(value) => vec![value],
    }
}

/// The id that a value is or has. A text with control characters is none: no database takes a NUL, and no line of a log a
/// line break.
pub(crate) fn id_of(value: &Value) -> Option<&str> {
    let id = match value {
        Value::String(id) => Some(id.as_str()),
        Value::Object(object) => object.get("id").or_else(|| object.get("@id")).and_then(Value::as_str),
        _ => None,
    };
    id.filter(|id| !id.contains(char::is_control))
}

/// The id of the first value of a property.
pub(crate) fn id<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    list(value, name).into_iter().find_map(id_of)
}

/// The ids of all values of a property.
pub(crate) fn ids(value: &Value, name: &str) -> Vec<String> {
    list(value, name).into_iter().filter_map(id_of).map(str::to_owned).collect()
}

/// The first text of a property, which may be a value with a language (`{"@value": "…"}`).
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    list(value, name).into_iter().find_map(|value| value.get("@value").unwrap_or(value).as_str())
}

/// The text of a property, or where there is none, the first in its map of languages (`contentMap` of `content`).
pub(crate) fn words<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    let mapped = || value.get(format!("{name}Map"))?.as_object()?.values().find_map(Value::as_str);
    text(value, name).or_else(mapped)
}

/// Whether a document is of a type; it may be of several.
pub(crate) fn is_a(value: &Value, kind: &str) -> bool {
    list(value, "type").into_iter().any(|value| value.as_str() == Some(kind))
}

/// The first type of a document.
pub(crate) fn kind(value: &Value) -> Option<&str> {
    text(value, "type")
}

/// A property that is true or false; missing is false.
pub(crate) fn flag(value: &Value, name: &str) -> bool {
    matches!(value.get(name), Some(Value::Bool(true)))
}

/// A time, whatever its offset, which Threads writes without a colon.
pub(crate) fn time(value: &Value, name: &str) -> Option<DateTime<Utc>> {
    let text = text(value, name)?;
    let time = DateTime::parse_from_rfc3339(text);
    let time = time.or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    time.ok().map(|time| time.with_timezone(&Utc))
}

/// An https address, in the first value of a property that is or has one: a text, a link, a picture.
pub(crate) fn address(value: &Value, name: &str) -> Option<String> {
    list(value, name).into_iter().find_map(address_of)
}

/// The https address that a value is or has.
pub(crate) fn address_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => Some(text.as_str()),
        Value::Object(object) => object
            .get("href")
            .or_else(|| object.get("url"))
            .map(|inner| if inner.is_array() { &inner[0] } else { inner })
            .and_then(|inner| inner.as_str().or_else(|| inner.get("href").and_then(Value::as_str))),
        _ => None,
    }?;
    https(text)
}

/// An https address, as it is written, if it is one. What a reader of addresses passes over in silence, such as a line
/// break within, makes it none.
pub(crate) fn https(text: &str) -> Option<String> {
    let is_clean = text.len() <= 2048 && !text.contains(|c: char| c.is_control() || c.is_whitespace());
    let url = Url::parse(text).ok().filter(|_| is_clean)?;
    (url.scheme() == "https" && url.host_str().is_some()).then(|| text.to_owned())
}

/// The host of an address, in lower case, with a port where it has an unusual one.
pub(crate) fn host(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.to_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Whether two addresses are on the same host.
pub(crate) fn is_same_host(one: &str, other: &str) -> bool {
    host(one).is_some_and(|one| host(other).as_deref() == Some(&one))
}

/// Whether an id stands for everybody, in any of the three spellings.
pub(crate) fn is_public(id: &str) -> bool {
    matches!(id, PUBLIC | "as:Public" | "Public")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_property_may_be_a_value_an_object_a_list_or_missing() {
        let document = json!({ "a": "x", "b": { "id": "y" }, "c": ["x", { "id": "y" }, null, 7], "d": null });

        assert_eq!(ids(&document, "a"), ["x"]);
        assert_eq!(ids(&document, "b"), ["y"]);
        assert_eq!(ids(&document, "c"), ["x", "y"]);
        assert!(ids(&document, "d").is_empty());
        assert!(ids(&document, "e").is_empty());
    }

    #[test]
    fn a_text_may_stand_in_a_value_or_in_a_map_of_languages() {
        let document = json!({ "name": { "@value": "a", "@language": "de" }, "contentMap": { "de": "b" } });

        assert_eq!(words(&document, "name"), Some("a"));
        assert_eq!(words(&document, "content"), Some("b"));
        assert_eq!(words(&document, "summary"), None);
    }

    #[test]
    fn an_offset_may_lack_its_colon() {
        let document =
            json!({ "a": "2026-08-01T09:00:00+0000", "b": "2026-08-01T11:00:00+02:00", "c": "soon" });

        assert!(time(&document, "a").is_some());
        assert_eq!(time(&document, "a"), time(&document, "b"));
        assert_eq!(time(&document, "c"), None);
    }

    #[test]
    fn d20_only_clean_https_addresses_count() {
        assert_eq!(
            address(&json!({ "url": [{ "type": "Link", "href": "https://a.example/x" }] }), "url").as_deref(),
            Some("https://a.example/x")
        );
        assert_eq!(address(&json!({ "icon": { "url": "javascript:alert(1)" } }), "icon"), None);
        assert_eq!(address(&json!({ "icon": "http://a.example/" }), "icon"), None);
        for odd in
            ["https://a.example/\n", " https://a.example/", "https://a.exa\tmple/", "https://a.example/\0"]
        {
            assert_eq!(https(odd), None, "{odd:?}");
        }
        for odd in ["https://a.example/\n", "\u{1b}[2J", "\0"] {
            assert_eq!(id_of(&json!({ "id": odd })), None, "{odd:?}");
        }
    }
}
