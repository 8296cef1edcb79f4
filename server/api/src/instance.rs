//! `/api/v1/instance` and `/api/v2/instance`: what kind of server this is.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use chrono::TimeDelta;
use serde_json::Value;
use stadtbote_core::App;
use stadtbote_core::actions::{media, push};
use stadtbote_core::domain::post::MOST_MEDIA;
use stadtbote_core::media::{Kind, Limits};
use stadtbote_core::store::{accounts, domain_policies, hosts, posts};

use crate::Door;
use crate::error::ApiError;
use crate::views::instance::{DomainBlock, Facts, domain_block};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/instance", get(show_first))
        .route("/api/v2/instance", get(show))
        .route("/api/v1/instance/domain_blocks", get(list_domain_blocks))
}

async fn show(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    Ok(Json(facts(&app).await?.instance()))
}

async fn show_first(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    Ok(Json(facts(&app).await?.first_instance()))
}

/// Servers that are shut out or limited, with the reasons that everybody may read.
async fn list_domain_blocks(State(app): State<App>) -> Result<Json<Vec<DomainBlock>>, ApiError> {
    let rows = domain_policies::list(app.db()).await?;
    Ok(Json(rows.into_iter().filter_map(domain_block).collect()))
}

async fn facts(app: &App) -> Result<Facts, ApiError> {
    let (config, limits) = (&app.config, Limits::default());
    let a_month_ago = app.clock.now() - TimeDelta::weeks(4);
    let kinds = [Kind::Jpeg, Kind::Png, Kind::WebP, Kind::Gif, Kind::Avif, Kind::Mp4, Kind::WebM];
    Ok(Facts {
        domain: config.server.account_domain.clone(),
        address: config.server.address(""),
        source: match &config.server.source_url {
            Some(source) => source.to_string(),
            None => config.server.address(""),
        },
        title: config.instance.title.clone(),
        description: config.instance.description.clone(),
        language: config.instance.language.clone(),
        email: config.instance.contact_email.clone(),
        max_characters: config.posts.max_characters,
        max_media: MOST_MEDIA,
        mime_types: kinds.map(Kind::mime).to_vec(),
        most_bytes: (limits.picture_bytes, limits.video_bytes),
        most_pixels: (limits.picture_pixels, limits.video_pixels),
        max_frame_rate: limits.video_frame_rate,
        max_description: media::LONGEST_DESCRIPTION,
        vapid_key: push::public_key(app).await?,
        counts: [
            accounts::count_ours(app.db()).await?,
            accounts::count_active(app.db(), a_month_ago).await?,
            posts::count_ours(app.db()).await?,
            hosts::count(app.db()).await?,
        ],
        contact: None,
    })
}
