//! `/api/v1/push/subscription`: where a client wants to be told of news.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::App;
use stadtbote_core::actions::push::{self, NewSubscription};

use crate::Door;
use crate::auth::{Client, Member, Push};
use crate::error::ApiError;
use crate::input::{Body, Given, Part};
use crate::views::Done;
use crate::views::push::{Alerts, WebPushSubscription};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/push/subscription", post(create).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SubscriptionForm {
    subscription: Given<Part<EndpointForm>>,
    data: Given<Part<DataForm>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EndpointForm {
    endpoint: Given<String>,
    keys: Given<Part<KeysForm>>,
    standard: Given<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KeysForm {
    p256dh: Given<String>,
    auth: Given<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DataForm {
    alerts: Given<Part<AlertsForm>>,
    policy: Given<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AlertsForm {
    mention: Given<bool>,
    status: Given<bool>,
    reblog: Given<bool>,
    follow: Given<bool>,
    follow_request: Given<bool>,
    favourite: Given<bool>,
    poll: Given<bool>,
    update: Given<bool>,
    #[serde(rename = "admin.sign_up")]
    admin_sign_up: Given<bool>,
    #[serde(rename = "admin.report")]
    admin_report: Given<bool>,
}

impl From<AlertsForm> for Alerts {
    fn from(form: AlertsForm) -> Alerts {
        let is_on = |given: Given<bool>| given.unwrap_or(false);
        Alerts {
            mention: is_on(form.mention),
            status: is_on(form.status),
            reblog: is_on(form.reblog),
            follow: is_on(form.follow),
            follow_request: is_on(form.follow_request),
            favourite: is_on(form.favourite),
            poll: is_on(form.poll),
            update: is_on(form.update),
            admin_sign_up: is_on(form.admin_sign_up),
            admin_report: is_on(form.admin_report),
        }
    }
}

/// Subscribes; what the token had subscribed before is replaced.
async fn create(
    State(app): State<App>,
    Client(identity, _): Client<Push>,
    Member(member, _): Member<Push>,
    Body(form): Body<SubscriptionForm>,
) -> Result<Json<WebPushSubscription>, ApiError> {
    let endpoint = form.subscription.0.map(|part| part.0).unwrap_or_default();
    let keys = endpoint.keys.0.map(|part| part.0).unwrap_or_default();
    let data = form.data.0.map(|part| part.0).unwrap_or_default();
    let alerts = Alerts::from(data.alerts.0.map(|part| part.0).unwrap_or_default());
    let new = NewSubscription {
        endpoint: endpoint.endpoint.0.unwrap_or_default(),
        public_key: keys.p256dh.0.unwrap_or_default(),
        auth: keys.auth.0.unwrap_or_default(),
        is_standard: endpoint.standard.unwrap_or(false),
        alerts: alerts.names(),
        policy: data.policy.0.unwrap_or_else(|| "all".into()),
    };
    let row = push::subscribe(&app, &member, identity.token.row.id, new).await?;
    Ok(Json(WebPushSubscription {
        id: row.id.0,
        endpoint: row.endpoint,
        standard: row.is_standard,
        server_key: push::public_key(&app).await?,
        alerts,
        policy: row.policy,
    }))
}

/// Ends the token's subscription.
async fn delete(
    State(app): State<App>,
    Client(identity, _): Client<Push>,
    _: Member<Push>,
) -> Result<Json<Done>, ApiError> {
    push::unsubscribe(&app, identity.token.row.id).await?;
    Ok(Json(Done {}))
}
