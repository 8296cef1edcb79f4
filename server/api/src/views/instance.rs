//! How the server introduces itself.

use serde::Serialize;
use serde_json::{Value, json};
use stadtbote_core::domain::blocklist::Severity;
use stadtbote_core::store::{domain_policies, featured_tags};

use super::account::Account;

/// The level of Mastodon's API that is met in full: clients believe that what came before it is there.
const LEVEL: &str = "4.2.0";

/// Mastodon's `DomainBlock`: what everybody may know of a decision about a server.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DomainBlock {
    pub(crate) domain: String,
    pub(crate) digest: String,
    pub(crate) severity: &'static str,
    pub(crate) comment: String,
}

/// A decision about a server; none where it restricts nobody's accounts.
pub(crate) fn domain_block(row: domain_policies::Model) -> Option<DomainBlock> {
    let severity = Severity::parse(&row.severity).filter(|severity| *severity != Severity::Noop)?;
    Some(DomainBlock {
        digest: stadtbote_core::app::secret_hash(&row.name),
        severity: severity.name(),
        comment: row.public_reason,
        domain: row.name,
    })
}

/// What is said about the server.
pub(crate) struct Facts {
    /// The domain in handles.
    pub(crate) domain: String,
    /// The public address, without a slash at its end.
    pub(crate) address: String,
    /// Where the source code is; the public address where nobody said it, for clients insist on one.
    pub(crate) source: String,
    /// Its name.
    pub(crate) title: String,
    /// A sentence about it.
    pub(crate) description: String,
    /// Its language.
    pub(crate) language: String,
    /// Whom to write to; empty for nobody.
    pub(crate) email: String,
    /// Most characters of a post.
    pub(crate) max_characters: usize,
    /// Most files on a post.
    pub(crate) max_media: usize,
    /// Types of files that are taken.
    pub(crate) mime_types: Vec<&'static str>,
    /// Most bytes of a picture, and of a film.
    pub(crate) most_bytes: (usize, usize),
    /// Most pixels of a picture, and of a film's frame.
    pub(crate) most_pixels: (u64, u64),
    /// Most frames of a film in a second.
    pub(crate) max_frame_rate: u32,
    /// Most characters of a description.
    pub(crate) max_description: usize,
    /// The key of push messages.
    pub(crate) vapid_key: String,
    /// Our accounts, those that wrote in the last weeks, our posts, and the servers that we know.
    pub(crate) counts: [u64; 4],
    /// Whom to ask.
    pub(crate) contact: Option<Account>,
}

impl Facts {
    fn version(&self) -> String {
        format!("{LEVEL} (compatible; Stadtbote {})", env!("CARGO_PKG_VERSION"))
    }

    /// Where live events will be; until then clients that try it are told 404 and ask from time to time.
    fn streaming(&self) -> String {
        self.address.replacen("http", "ws", 1)
    }

    fn thumbnail(&self) -> String {
        format!("{}/headers/original/missing.png", self.address)
    }

    fn media_limits(&self) -> Value {
        json!({
            "supported_mime_types": self.mime_types,
            "description_limit": self.max_description,
            "image_size_limit": self.most_bytes.0,
            "image_matrix_limit": self.most_pixels.0,
            "video_size_limit": self.most_bytes.1,
            "video_frame_rate_limit": self.max_frame_rate,
            "video_matrix_limit": self.most_pixels.1,
        })
    }

    /// Mastodon's `Instance`.
    pub(crate) fn instance(&self) -> Value {
        let [_, active, ..] = self.counts;
        let open = json!({ "local": "public", "remote": "public" });
        json!({
            "domain": self.domain,
            "title": self.title,
            "version": self.version(),
            "source_url": self.source,
            "description": self.description,
            "wrapstodon": null,
            "usage": { "users": { "active_month": active } },
            "thumbnail": { "url": self.thumbnail(), "description": "" },
            "icon": [],
            "languages": [self.language],
            "configuration": {
                "urls": {
                    "streaming": self.streaming(),
                    "status": null,
                    "about": self.address,
                    "privacy_policy": null,
                    "terms_of_service": null,
                },
                "vapid": { "public_key": self.vapid_key },
                "accounts": {
                    "max_display_name_length": 30,
                    "max_note_length": 500,
                    "max_avatar_description_length": self.max_description,
                    "max_header_description_length": self.max_description,
                    "max_featured_tags": featured_tags::MOST,
                    "max_pinned_statuses": 5,
                    "max_profile_fields": 4,
                    "profile_field_name_limit": 255,
                    "profile_field_value_limit": 255,
                },
                "statuses": {
                    "max_characters": self.max_characters,
                    "max_media_attachments": self.max_media,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": self.media_limits(),
                "polls": polls(),
                "translation": { "enabled": false },
                "timelines_access": {
                    "live_feeds": open,
                    "hashtag_feeds": open,
                    "trending_link_feeds": { "local": "authenticated", "remote": "disabled" },
                },
                "limited_federation": false,
            },
            "registrations": {
                "enabled": false,
                "approval_required": false,
                "reason_required": null,
                "message": null,
                "min_age": null,
                "url": null,
            },
            "api_versions": { "mastodon": 1, "stadtbote": 1 },
            "contact": { "email": self.email, "account": self.contact },
            "rules": [],
        })
    }

    /// Mastodon's first `Instance`, which most clients still ask for.
    pub(crate) fn first_instance(&self) -> Value {
        let [accounts, _, posts, hosts] = self.counts;
        json!({
            "uri": self.domain,
            "title": self.title,
            "short_description": self.description,
            "description": self.description,
            "email": self.email,
            "version": self.version(),
            "urls": { "streaming_api": self.streaming() },
            "stats": { "user_count": accounts, "status_count": posts, "domain_count": hosts },
            "thumbnail": self.thumbnail(),
            "languages": [self.language],
            "registrations": false,
            "approval_required": false,
            "invites_enabled": false,
            "configuration": {
                "accounts": { "max_featured_tags": featured_tags::MOST },
                "statuses": {
                    "max_characters": self.max_characters,
                    "max_media_attachments": self.max_media,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": self.media_limits(),
                "polls": polls(),
            },
            "contact_account": self.contact,
            "rules": [],
        })
    }
}

/// The limits of polls, which typed clients insist on reading.
fn polls() -> Value {
    json!({
        "max_options": 4,
        "max_characters_per_option": 50,
        "min_expiration": 300,
        "max_expiration": 2_629_746,
    })
}
