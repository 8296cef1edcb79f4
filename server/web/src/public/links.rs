//! Campaign addresses: they lead on, and count that somebody came.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, header};
use stadtbote_core::counted::Seen;
use stadtbote_core::store::campaign_links;
use stadtbote_core::{App, Error};

use crate::counted::is_opened;
use crate::error::OrPage;
use crate::request::Visitor;
use crate::respond::Answer;

/// Leads to where the address points.
pub(crate) async fn open(State(app): State<App>, Path(code): Path<String>, visitor: Visitor) -> Answer {
    lead(&app, &code, &visitor).await.or_page(&app, &visitor.asked)
}

async fn lead(app: &App, code: &str, visitor: &Visitor) -> Result<Response, Error> {
    // Whoever types it from a poster may write it large.
    let code = code.to_ascii_lowercase();
    let link = campaign_links::find_by_code(app.db(), &code).await?.ok_or(Error::NotFound("Page"))?;
    if link.ended_at.is_some() {
        return Err(Error::Gone("Page"));
    }
    if visitor.person.is_none() && is_opened(&visitor.asked.headers) {
        app.counted.add(Seen::Link(code));
    }
    let mut response = Redirect::to(&link.target).into_response();
    // A browser that kept it would not be counted again.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
