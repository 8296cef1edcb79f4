//! Sharing a post of others. It stands under the account's name afterwards, so it is asked for on a page of its own.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use stadtbote_core::actions::boosts;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::permission::Act;
use stadtbote_core::store::posts as store_posts;
use stadtbote_core::{App, Error};

use super::{Area, bench_for};
use crate::dress;
use crate::error::OrPage;
use crate::pages::staff::SharePage;
use crate::request::Member;
use crate::respond::{Answer, private_page, see_other};
use crate::sent::Sent;
use crate::views::FieldErrors;

/// Asks whether a post is to be shared.
pub(crate) async fn ask(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
) -> Answer {
    page(&app, &member, PostId(id)).await.or_page(&app, &member.asked)
}

/// Shares a post, or takes that back.
pub(crate) async fn update(
    State(app): State<App>,
    Path((_, id)): Path<(String, i64)>,
    member: Member,
    sent: Sent,
) -> Answer {
    let done = match sent.text("share") {
        "off" => boosts::unboost(&app, &member.acting, PostId(id)).await.map(|_| "unshared"),
        _ => boosts::boost(&app, &member.acting, PostId(id), None).await.map(|_| "shared"),
    };
    let done = done.or_page(&app, &member.asked)?;
    Ok(see_other(&member.address(&format!("/posts?done={done}"))))
}

/// Whether the member may share this post.
pub(crate) fn may_share(member: &Member, post: &store_posts::Model) -> bool {
    member.may(Act::Publish)
        && post.visibility.is_open()
        && post.boost_of_id.is_none()
        && post.author_id != member.acting.account.id
}

async fn page(app: &App, member: &Member, id: PostId) -> Result<Response, Error> {
    let t = member.asked.t;
    let viewer = member.acting.viewer();
    let row = store_posts::find_visible(app.db(), Some(viewer), id).await?.ok_or(Error::NotFound("Post"))?;
    if !may_share(member, &row) {
        return Err(Error::Forbidden);
    }
    let shared = store_posts::boosted_among(app.db(), member.acting.account.id, vec![id]).await?;
    let post = dress::posts(app, t, Some(viewer), &[row]).await?.pop().ok_or(Error::NotFound("Post"))?;
    let content = SharePage {
        t,
        shell: member.asked.shell(app, &t.say("share-title"), true),
        bench: bench_for(app, member, Area::Inbox).await?,
        errors: FieldErrors::default(),
        account: dress::account(&member.acting.account),
        post,
        shared: !shared.is_empty(),
        action: member.address(&format!("/posts/{id}/share")),
        back: member.address("/inbox"),
    };
    Ok(private_page(StatusCode::OK, &member.asked, &content))
}
