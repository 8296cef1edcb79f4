//! Subscriptions to push messages.

use serde::Serialize;

/// Mastodon's `WebPushSubscription`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WebPushSubscription {
    /// A number, unlike every other id, in spite of Mastodon's documentation: so Mastodon sends it and so clients
    /// read it.
    pub(crate) id: i64,
    pub(crate) endpoint: String,
    pub(crate) standard: bool,
    pub(crate) server_key: String,
    pub(crate) alerts: Alerts,
    pub(crate) policy: String,
}

/// What is pushed.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Alerts {
    pub(crate) mention: bool,
    pub(crate) status: bool,
    pub(crate) reblog: bool,
    pub(crate) follow: bool,
    pub(crate) follow_request: bool,
    pub(crate) favourite: bool,
    pub(crate) poll: bool,
    pub(crate) update: bool,
    #[serde(rename = "admin.sign_up")]
    pub(crate) admin_sign_up: bool,
    #[serde(rename = "admin.report")]
    pub(crate) admin_report: bool,
}

impl Alerts {
    /// What is pushed, from its names.
    pub(crate) fn named(names: &str) -> Alerts {
        let is_on = |name| names.split(' ').any(|on| on == name);
        Alerts {
            mention: is_on("mention"),
            status: is_on("status"),
            reblog: is_on("reblog"),
            follow: is_on("follow"),
            follow_request: is_on("follow_request"),
            favourite: is_on("favourite"),
            poll: is_on("poll"),
            update: is_on("update"),
            admin_sign_up: is_on("admin.sign_up"),
            admin_report: is_on("admin.report"),
        }
    }

    /// The names of what is pushed.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        [
            (self.mention, "mention"),
            (self.status, "status"),
            (self.reblog, "reblog"),
            (self.follow, "follow"),
            (self.follow_request, "follow_request"),
            (self.favourite, "favourite"),
            (self.poll, "poll"),
            (self.update, "update"),
            (self.admin_sign_up, "admin.sign_up"),
            (self.admin_report, "admin.report"),
        ]
        .into_iter()
        .filter_map(|(is_on, name)| is_on.then_some(name))
        .collect()
    }
}
