//! Quotes of the account's posts: taking back the consent to one.

use axum::extract::{Path, State};
use stadtbote_core::App;
use stadtbote_core::actions::quotes;
use stadtbote_core::domain::ids::PostId;

use crate::error::OrPage;
use crate::request::Member;
use crate::respond::{Answer, see_other};
use crate::sent::Sent;

/// Takes the consent to a quote back.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path((_, id, quoting)): Path<(String, i64, i64)>,
    member: Member,
    _sent: Sent,
) -> Answer {
    let done = quotes::revoke(&app, &member.acting, PostId(id), PostId(quoting)).await;
    done.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address("/inbox?done=quote-revoked")))
}
