//! What is decided about whole servers, with the reasons that everybody may read.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::store::domain_policies;
use stadtbote_core::{App, Error};

use crate::error::OrPage;
use crate::pages::public::{DecidedDomain, DomainsPage};
use crate::request::Visitor;
use crate::respond::{Answer, page};
use crate::{moderation as words, times};

/// Domains on one page.
const PER_PAGE: u64 = 100;

/// Shows them, in the order of their names.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Answer {
    domains(&app, &visitor).await.or_page(&app, &visitor.asked)
}

async fn domains(app: &App, visitor: &Visitor) -> Result<Response, Error> {
    let t = visitor.asked.t;
    let number: u64 = visitor.asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let number = number.clamp(1, 10_000);
    let mut rows = domain_policies::list_page(app.db(), "", (number - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let has_more = rows.len() as u64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let view = |row: domain_policies::Model| DecidedDomain {
        severity: words::severity(t, &row.severity),
        more: words::domain_rejects(t, row.reject_media, row.reject_reports).join(", "),
        since: times::day(t, row.created_at),
        reason: row.public_reason,
        name: row.name,
    };
    let content = DomainsPage {
        t,
        shell: visitor.shell(app, &t.say("about-domains")),
        domains: rows.into_iter().map(view).collect(),
        before: (number > 1).then(|| format!("/about/domains?page={}", number - 1)),
        after: has_more.then(|| format!("/about/domains?page={}", number + 1)),
    };
    Ok(page(StatusCode::OK, &content))
}
