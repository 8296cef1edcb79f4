//! Who would like to follow an account that asks first.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::follows;
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::store::accounts;
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::dress;
use crate::error::OrPage;
use crate::pages::staff::{RequestRow, RequestsPage};
use crate::paging::{asked_page, turn};
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Requests on one page.
const REQUESTS_PER_PAGE: u64 = 40;

/// Shows who waits.
pub(crate) async fn list(State(app): State<App>, member: Member) -> Answer {
    requests(&app, &member).await.or_page(&app, &member.asked)
}

/// Lets somebody in or turns somebody away.
pub(crate) async fn answer(
    State(app): State<App>,
    Path((_, follower)): Path<(String, i64)>,
    member: Member,
    sent: Sent,
) -> Answer {
    let done = match sent.text("answer") {
        "accept" => follows::accept(&app, &member.acting, AccountId(follower)).await.map(|_| "accepted"),
        _ => follows::reject(&app, &member.acting, AccountId(follower)).await.map(|_| "rejected"),
    };
    let done = done.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address(&format!("/requests?done={done}"))))
}

async fn requests(app: &App, member: &Member) -> Result<Response, Error> {
    member.acting.must(Act::Interact)?;
    let t = member.asked.t;
    let page = asked_page(&member.asked, REQUESTS_PER_PAGE);
    let mut rows = accounts::list_requests(app.db(), member.acting.account.id, &page).await?;
    let paging = turn(&member.address("/requests"), &page, &mut rows, |(cursor, _)| *cursor);
    let content = RequestsPage {
        t,
        shell: member.asked.shell(app, &t.say("requests"), true),
        bench: bench_for(app, member, Area::Requests).await?,
        errors: FieldErrors::default(),
        account: dress::account(&member.acting.account),
        account_asks_first: member.acting.account.locked,
        requests: rows
            .iter()
            .map(|(_, from)| RequestRow {
                from: dress::account(from),
                action: member.address(&format!("/requests/{}", from.id)),
            })
            .collect(),
        paging,
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}
