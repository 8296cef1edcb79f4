//! `/api/v1/push/subscription`: where a client wants to be told of news.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::actions::push::{self, NewSubscription};
use stadtbote_core::store::push_subscriptions;
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{Client, Member, Push};
use crate::error::ApiError;
use crate::input::{Body, Given, Part};
use crate::views::Done;
use crate::views::push::{Alerts, WebPushSubscription};

pub(crate) fn routes() -> Router<Door> {
    Router::new().route("/api/v1/push/subscription", get(show).post(create).put(update).delete(delete))
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

impl DataForm {
    /// What is to be told, and from whom.
    fn read(self) -> (Vec<&'static str>, String) {
        let alerts = Alerts::from(self.alerts.0.map(|part| part.0).unwrap_or_default());
        (alerts.names(), self.policy.0.unwrap_or_else(|| "all".into()))
    }
}

/// The token's subscription.
async fn show(
    State(app): State<App>,
    Client(identity, _): Client<Push>,
    _: Member<Push>,
) -> Result<Json<WebPushSubscription>, ApiError> {
    let found = push_subscriptions::find(app.db(), identity.token.row.id).await.map_err(Error::from)?;
    view(&app, found.ok_or(Error::NotFound("Record"))?).await
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
    let (alerts, policy) = data.read();
    let new = NewSubscription {
        endpoint: endpoint.endpoint.0.unwrap_or_default(),
        public_key: keys.p256dh.0.unwrap_or_default(),
        auth: keys.auth.0.unwrap_or_default(),
        is_standard: endpoint.standard.unwrap_or(false),
        alerts,
        policy,
    };
    view(&app, push::subscribe(&app, &member, identity.token.row.id, new).await?).await
}

/// Changes of what is told, and from whom.
async fn update(
    State(app): State<App>,
    Client(identity, _): Client<Push>,
    _: Member<Push>,
    Body(form): Body<SubscriptionForm>,
) -> Result<Json<WebPushSubscription>, ApiError> {
    let (alerts, policy) = form.data.0.map(|part| part.0).unwrap_or_default().read();
    view(&app, push::change(&app, identity.token.row.id, alerts, policy).await?).await
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

async fn view(app: &App, row: push_subscriptions::Model) -> Result<Json<WebPushSubscription>, ApiError> {
    Ok(Json(WebPushSubscription {
        id: row.id.0,
        endpoint: row.endpoint,
        standard: row.is_standard,
        server_key: push::public_key(app).await?,
        alerts: Alerts::named(&row.alerts),
        policy: row.policy,
    }))
}
