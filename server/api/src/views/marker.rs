//! How far somebody has read.

use serde::Serialize;
use stadtbote_core::store::markers;

use super::Time;

/// Mastodon's `Marker`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Marker {
    pub(crate) last_read_id: String,
    pub(crate) version: i32,
    pub(crate) updated_at: Time,
}

/// The markers of the timelines that have one.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Markers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) home: Option<Marker>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notifications: Option<Marker>,
}

impl From<Vec<markers::Model>> for Markers {
    fn from(rows: Vec<markers::Model>) -> Markers {
        let mut markers = Markers::default();
        for row in rows {
            let marker = Marker {
                last_read_id: row.last_read_id,
                version: row.version,
                updated_at: Time(row.updated_at),
            };
            match row.timeline.as_str() {
                "home" => markers.home = Some(marker),
                _ => markers.notifications = Some(marker),
            }
        }
        markers
    }
}
