//! What dashboards read.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// `Admin::Measure`.
#[derive(Debug, Serialize)]
pub(crate) struct AdminMeasure {
    pub(crate) key: String,
    pub(crate) unit: Option<String>,
    pub(crate) total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) human_value: Option<String>,
    pub(crate) previous_total: Option<String>,
    pub(crate) data: Vec<AdminDatum>,
}

/// What there was on a day.
#[derive(Debug, Serialize)]
pub(crate) struct AdminDatum {
    pub(crate) date: DateTime<Utc>,
    pub(crate) value: String,
}

/// `Admin::Dimension`.
#[derive(Debug, Serialize)]
pub(crate) struct AdminDimension {
    pub(crate) key: String,
    pub(crate) data: Vec<AdminSum>,
}

/// A part.
#[derive(Debug, Serialize)]
pub(crate) struct AdminSum {
    pub(crate) key: String,
    pub(crate) human_key: String,
    pub(crate) value: String,
}
