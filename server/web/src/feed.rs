//! RSS 2.0, as feed readers and Outlook read it.

use std::fmt::Write;

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http::header;

use crate::views::{MediaKind, MediaView};

/// A feed.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) title: String,
    /// The page that the feed belongs to.
    pub(crate) link: String,
    /// The feed's own address.
    pub(crate) address: String,
    pub(crate) description: String,
    pub(crate) picture: Option<String>,
    pub(crate) items: Vec<Item>,
}

/// A post in a feed.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) published: DateTime<Utc>,
    /// Cleaned HTML; after a content warning only the warning and a link.
    pub(crate) html: String,
    pub(crate) tags: Vec<String>,
    /// Files with absolute addresses.
    pub(crate) media: Vec<MediaView>,
}

impl IntoResponse for Feed {
    fn into_response(self) -> Response {
        (
            [
                (header::CONTENT_TYPE, "application/rss+xml; charset=utf-8"),
                (header::CACHE_CONTROL, "no-cache"),
            ],
            self.xml(),
        )
            .into_response()
    }
}

impl Feed {
    /// The feed as XML.
    pub(crate) fn xml(&self) -> String {
        let mut xml = String::with_capacity(1024 + self.items.len() * 1024);
        xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n");
        element(&mut xml, "title", &self.title);
        element(&mut xml, "description", &self.description);
        element(&mut xml, "link", &self.link);
        let _ = writeln!(
            xml,
            "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}\"/>",
            escape(&self.address)
        );
        if let Some(picture) = &self.picture {
            xml.push_str("<image>\n");
            element(&mut xml, "url", picture);
            element(&mut xml, "title", &self.title);
            element(&mut xml, "link", &self.link);
            xml.push_str("</image>\n");
        }
        if let Some(newest) = self.items.first() {
            element(&mut xml, "lastBuildDate", &newest.published.to_rfc2822());
        }
        element(&mut xml, "generator", "Stadtbote");
        for item in &self.items {
            item.write(&mut xml);
        }
        xml.push_str("</channel>\n</rss>\n");
        xml
    }
}

impl Item {
    fn write(&self, xml: &mut String) {
        xml.push_str("<item>\n");
        let _ = writeln!(xml, "<guid isPermaLink=\"true\">{}</guid>", escape(&self.link));
        element(xml, "link", &self.link);
        element(xml, "title", &self.title);
        element(xml, "pubDate", &self.published.to_rfc2822());
        element(xml, "description", &self.html);
        for media in &self.media {
            let medium = match media.kind {
                MediaKind::Picture => "image",
                MediaKind::Animation | MediaKind::Film => "video",
                MediaKind::Sound => "audio",
                MediaKind::Other => "document",
            };
            let _ = writeln!(
                xml,
                "<media:content url=\"{}\" type=\"{}\" medium=\"{medium}\">",
                escape(&media.url),
                escape(&media.mime)
            );
            xml.push_str("<media:rating scheme=\"urn:simple\">nonadult</media:rating>\n");
            if !media.alt().is_empty() {
                let _ = writeln!(
                    xml,
                    "<media:description type=\"plain\">{}</media:description>",
                    escape(media.alt())
                );
            }
            xml.push_str("</media:content>\n");
        }
        for tag in &self.tags {
            element(xml, "category", tag);
        }
        xml.push_str("</item>\n");
    }
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "<{name}>{}</{name}>", escape(text));
}

/// Text for XML: signs escaped, and what XML forbids left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(sign),
            control if control < ' ' || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d19_text_can_not_break_out_of_its_element() {
        let item = Item {
            link: "https://stadt.example/@stadt/1".to_owned(),
            title: "</title><script>".to_owned(),
            published: DateTime::UNIX_EPOCH,
            html: "<p>a &amp; b\u{0}</p>".to_owned(),
            tags: vec!["x".to_owned()],
            media: Vec::new(),
        };
        let feed = Feed {
            title: "Stadt".to_owned(),
            link: "https://stadt.example/@stadt".to_owned(),
            address: "https://stadt.example/@stadt.rss".to_owned(),
            description: String::new(),
            picture: None,
            items: vec![item],
        };

        let xml = feed.xml();

        assert!(xml.contains("<title>&lt;/title&gt;&lt;script&gt;</title>"));
        assert!(xml.contains("<description>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</description>"));
        assert!(xml.contains("<pubDate>Thu, 1 Jan 1970 00:00:00 +0000</pubDate>"));
    }
}
