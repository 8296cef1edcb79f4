//! Preferences.

use serde::Serialize;

/// Mastodon's `Preferences`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Preferences {
    #[serde(rename = "posting:default:visibility")]
    pub(crate) visibility: &'static str,
    #[serde(rename = "posting:default:sensitive")]
    pub(crate) sensitive: bool,
    #[serde(rename = "posting:default:language")]
    pub(crate) language: Option<String>,
    #[serde(rename = "posting:default:quote_policy")]
    pub(crate) quote_policy: &'static str,
    #[serde(rename = "reading:expand:media")]
    pub(crate) expand_media: &'static str,
    #[serde(rename = "reading:expand:spoilers")]
    pub(crate) expand_spoilers: bool,
    #[serde(rename = "reading:autoplay:gifs")]
    pub(crate) autoplay_gifs: bool,
}
