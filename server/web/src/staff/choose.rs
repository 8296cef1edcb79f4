//! The choice of the account to work for.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::{App, Error};

use super::{Area, bench, cases};
use crate::error::OrPage;
use crate::pages::staff::ChoosePage;
use crate::request::{Member, Staff};
use crate::respond::{Answer, private_page, see_other};
use crate::views::FieldErrors;

/// Shows the accounts; whoever works for one only goes there at once, and who works for none but moderates to the queue.
pub(crate) async fn show(State(app): State<App>, staff: Staff) -> Answer {
    choose(&app, &staff).await.or_page(&app, &staff.asked)
}

/// Leads to what came in for an account.
pub(crate) async fn enter(member: Member) -> Response {
    see_other(&member.address("/inbox"))
}

async fn choose(app: &App, staff: &Staff) -> Result<Response, Error> {
    let t = staff.asked.t;
    let mut bench = bench(app, &staff.asked, &staff.person, Area::Choose).await?;
    let accounts = std::mem::take(&mut bench.others);
    if let [only] = accounts.as_slice()
        && staff.asked.parameter("choose").is_none()
    {
        return Ok(see_other(&only.href));
    }
    let moderates = bench.items.iter().any(|item| item.href == cases::QUEUE);
    if accounts.is_empty() && moderates {
        return Ok(see_other(cases::QUEUE));
    }
    let shell = staff.asked.shell(app, &t.say("choose-title"), true);
    let content = ChoosePage { t, shell, bench, errors: FieldErrors::default(), accounts };
    Ok(private_page(StatusCode::OK, &staff.asked, &content))
}
