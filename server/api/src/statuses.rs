//! `/api/v1/statuses`: posts.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::HeaderMap;
use serde::Deserialize;
use stadtbote_core::actions::media::Describe;
use stadtbote_core::actions::posts::{Door as Origin, Idempotency, Written};
use stadtbote_core::actions::{self, Member as Actor};
use stadtbote_core::app::secret_hash;
use stadtbote_core::domain::ids::{AccountId, MediaId, PostId};
use stadtbote_core::domain::policy::Policy;
use stadtbote_core::domain::poll::NewPoll;
use stadtbote_core::domain::post::{Draft, Visibility};
use stadtbote_core::domain::text::plain_from_html;
use stadtbote_core::store::posts::Model;
use stadtbote_core::store::{accounts, post_texts, posts, quotes};
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;

use crate::Door;
use crate::auth::{
    Client, Guest, Member, ReadAccounts, ReadStatuses, WriteAccounts, WriteBookmarks, WriteFavourites,
    WriteMutes, WriteStatuses,
};
use crate::error::ApiError;
use crate::input::{At, Body, Given, Part};
use crate::media::focus;
use crate::page::{Paging, Trail};
use crate::thread::{self, Bounds};
use crate::views::Id;
use crate::views::account;
use crate::views::relationship;
use crate::views::status::{self, Context, Status, StatusEdit, StatusSource};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/statuses", post(create))
        .route("/api/v1/statuses/{id}", get(show).put(update).patch(update).delete(delete))
        .route("/api/v1/statuses/{id}/context", get(show_context))
        .route("/api/v1/statuses/{id}/reblogged_by", get(list_boosting))
        .route("/api/v1/statuses/{id}/favourited_by", get(list_favouriting))
        .route("/api/v1/statuses/{id}/history", get(show_history))
        .route("/api/v1/statuses/{id}/source", get(show_source))
        .route("/api/v1/statuses/{id}/interaction_policy", put(update_policy))
        .route("/api/v1/statuses/{id}/quotes", get(list_quoting))
        .route("/api/v1/statuses/{id}/quotes/{quoting}/revoke", post(revoke_quote))
        .route("/api/v1/statuses/{id}/reblog", post(reblog))
        .route("/api/v1/statuses/{id}/unreblog", post(unreblog))
        .route("/api/v1/statuses/{id}/favourite", post(favourite))
        .route("/api/v1/statuses/{id}/unfavourite", post(unfavourite))
        .route("/api/v1/statuses/{id}/bookmark", post(bookmark))
        .route("/api/v1/statuses/{id}/unbookmark", post(unbookmark))
        .route("/api/v1/statuses/{id}/mute", post(mute))
        .route("/api/v1/statuses/{id}/unmute", post(unmute))
        .route("/api/v1/statuses/{id}/pin", post(pin))
        .route("/api/v1/statuses/{id}/unpin", post(unpin))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StatusForm {
    status: Given<String>,
    spoiler_text: Given<String>,
    sensitive: Given<bool>,
    visibility: Given<String>,
    language: Given<String>,
    in_reply_to_id: Given<i64>,
    media_ids: Given<Vec<i64>>,
    media_attributes: Given<Vec<Part<MediaForm>>>,
    poll: Given<Part<PollForm>>,
    quoted_status_id: Given<i64>,
    quote_approval_policy: Given<String>,
    scheduled_at: Given<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PollForm {
    options: Given<Vec<String>>,
    expires_in: Given<i64>,
    multiple: Given<bool>,
    hide_totals: Given<bool>,
}

impl From<PollForm> for NewPoll {
    fn from(form: PollForm) -> NewPoll {
        NewPoll {
            options: form.options.0.unwrap_or_default(),
            multiple: form.multiple.unwrap_or_default(),
            hide_totals: form.hide_totals.unwrap_or_default(),
            seconds: form.expires_in.unwrap_or_default(),
            panel: None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MediaForm {
    id: Given<i64>,
    description: Given<String>,
    focus: Given<String>,
}

impl StatusForm {
    /// What the form says, and what the account has set where it says nothing.
    ///
    /// Times are not offered yet. To publish without one would be too early.
    fn draft(self, member: &Actor) -> Result<Draft, ApiError> {
        if self.scheduled_at.0.is_some_and(|time| !time.is_empty()) {
            return Err(ApiError::unprocessable("Validation failed: Scheduled at can't be used here yet"));
        }
        let visibility = match self.visibility.0.filter(|name| !name.is_empty()) {
            Some(name) => Visibility::parse(&name).ok_or_else(|| {
                ApiError::unprocessable("Validation failed: Visibility is not included in the list")
            })?,
            None => member.account.default_visibility,
        };
        let warning = self.spoiler_text.0.unwrap_or_default();
        let media: Vec<MediaId> = self.media_ids.0.unwrap_or_default().into_iter().map(MediaId).collect();
        let written = self.status.0.unwrap_or_default();
        // A warning may stand alone, as with Mastodon; the post then says a dot.
        let is_warning_alone = written.trim().is_empty() && media.is_empty() && !warning.trim().is_empty();
        Ok(Draft {
            text: if is_warning_alone { ".".into() } else { written },
            sensitive: self
                .sensitive
                .unwrap_or(member.account.default_sensitive || !warning.trim().is_empty()),
            warning,
            visibility,
            language: self.language.0.unwrap_or_default(),
            in_reply_to: self.in_reply_to_id.map(PostId),
            media,
            poll: self.poll.0.map(|Part(poll)| poll.into()),
            quoted: self.quoted_status_id.map(PostId),
            quote_policy: policy(self.quote_approval_policy)?,
        })
    }
}

/// Who may quote, if that is said.
fn policy(name: Given<String>) -> Result<Option<Policy>, ApiError> {
    let Some(name) = name.0.filter(|name| !name.is_empty()) else { return Ok(None) };
    let refusal = "Validation failed: Quote approval policy is not included in the list";
    Policy::parse(&name).map(Some).ok_or_else(|| ApiError::unprocessable(refusal))
}

/// Writes a post. Where the member may not publish, it waits for somebody who may, and only the team sees it.
async fn create(
    State(app): State<App>,
    State(federation): State<Federation>,
    Member(member, _): Member<WriteStatuses>,
    headers: HeaderMap,
    Body(form): Body<StatusForm>,
) -> Result<Json<Status>, ApiError> {
    let draft = form.draft(&member)?;
    federation.resolve_handles(&draft.text).await;
    let idempotency = idempotency(&headers, &draft);
    let row = actions::posts::publish(&app, &member, Origin::Api, draft, idempotency).await?;
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

/// The key under which a repeat of the request makes no second post; it may be any text, so its hash is kept.
fn idempotency(headers: &HeaderMap, draft: &Draft) -> Option<Idempotency> {
    let key = headers.get("idempotency-key").filter(|key| !key.is_empty())?;
    let key = secret_hash(&String::from_utf8_lossy(key.as_bytes()));
    let body = serde_json::to_string(draft).ok()?;
    Some(Idempotency { key, body_hash: secret_hash(&body) })
}

/// One post; of drafts, those of one's own account.
async fn show(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Status>, ApiError> {
    let row = find(&app, guest.0.as_ref(), id).await?;
    Ok(Json(status::load_one(&app, guest.0.as_ref(), row).await?))
}

async fn find(app: &App, viewer: Option<&Actor>, id: PostId) -> Result<Model, ApiError> {
    if let Some(post) = posts::find_visible(app.db(), viewer.map(Actor::viewer), id).await? {
        return Ok(post);
    }
    let draft = match viewer {
        Some(member) => posts::find_unpublished(app.db(), member.account.id, id).await?,
        None => None,
    };
    draft.ok_or_else(ApiError::no_record)
}

/// Changes a post or a draft: what the form does not say is taken away, as with Mastodon, files too.
async fn update(
    State(app): State<App>,
    State(federation): State<Federation>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
    Body(mut form): Body<StatusForm>,
) -> Result<Json<Status>, ApiError> {
    let old = find(&app, Some(&member), id).await?;
    let described = form.media_attributes.0.take().unwrap_or_default();
    let described = described.into_iter().filter_map(|Part(file)| file.describe()).collect::<Vec<_>>();
    let draft = form.draft(&member)?;
    let draft = Draft {
        visibility: old.visibility,
        in_reply_to: old.in_reply_to_id,
        // The question of a post that is out stays what it was: who has voted has voted for that.
        poll: draft.poll.clone().filter(|_| !old.is_published()),
        ..draft
    };
    federation.resolve_handles(&draft.text).await;
    let written = Written { draft, described, version: None };
    let row = if old.is_published() {
        actions::posts::edit(&app, &member, Origin::Api, id, written).await?
    } else {
        actions::drafts::save(&app, &member, Some(id), written, true).await?
    };
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

impl MediaForm {
    fn describe(self) -> Option<(MediaId, Describe)> {
        let focus = self.focus.as_deref().and_then(focus);
        Some((
            MediaId(self.id.0?),
            Describe { description: self.description.0, focus, ..Describe::default() },
        ))
    }
}

/// Deletes a post or a draft. The answer is what was there, with the text as written, for those who write it anew.
async fn delete(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Status>, ApiError> {
    let row = find(&app, Some(&member), id).await?;
    let source = source(&app, &row).await?;
    let is_published = row.is_published();
    let view = status::load_one(&app, Some(&member), row).await?;
    if is_published {
        actions::posts::delete(&app, &member, id).await?;
    } else {
        actions::drafts::discard(&app, &member, id).await?;
    }
    Ok(Json(Status { text: Some(source.text), ..view }))
}

/// What stands around a post in its thread.
async fn show_context(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Context>, ApiError> {
    let viewer = guest.0.as_ref();
    let post = find(&app, viewer, id).await?;
    // Only for those who have signed in: a guest could have us ask other servers without end.
    if viewer.is_some() {
        actions::backfill::want_replies(&app, &post).await?;
    }
    let bounds = if viewer.is_some() { Bounds::MEMBER } else { Bounds::GUEST };
    let rows = posts::list_of_thread(app.db(), guest.viewer(), post.thread_id, 4096).await?;
    let rows = without_unwanted(&app, viewer, rows).await?;
    let (above, below) = thread::around(&post, rows, bounds);
    let count = above.len();
    let mut ancestors = status::load(&app, viewer, above.into_iter().chain(below).collect()).await?;
    let descendants = ancestors.split_off(count.min(ancestors.len()));
    Ok(Json(Context { ancestors, descendants }))
}

/// Leaves out whom the viewer blocks or mutes.
async fn without_unwanted(
    app: &App,
    viewer: Option<&Actor>,
    mut rows: Vec<Model>,
) -> Result<Vec<Model>, Error> {
    let Some(member) = viewer else { return Ok(rows) };
    let mut authors: Vec<AccountId> = rows.iter().map(|post| post.author_id).collect();
    authors.sort_unstable();
    authors.dedup();
    let relationships = relationship::load(app, member.account.id, &authors).await?;
    let unwanted: Vec<i64> =
        relationships.iter().filter(|it| it.blocking || it.muting).map(|it| it.id.0).collect();
    rows.retain(|post| !unwanted.contains(&post.author_id.0));
    Ok(rows)
}

/// Who boosted a post.
async fn list_boosting(
    State(app): State<App>,
    guest: Guest<ReadAccounts>,
    At(id): At<PostId>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let post = find(&app, guest.0.as_ref(), id).await?;
    let rows = accounts::list_boosting(app.db(), post.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}

/// Who likes a post.
async fn list_favouriting(
    State(app): State<App>,
    guest: Guest<ReadAccounts>,
    At(id): At<PostId>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let post = find(&app, guest.0.as_ref(), id).await?;
    let rows = accounts::list_favouriting(app.db(), post.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}

/// A post and how it once was.
async fn show_history(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Vec<StatusEdit>>, ApiError> {
    let post = find(&app, guest.0.as_ref(), id).await?;
    Ok(Json(status::load_history(&app, post).await?))
}

/// A post as it was written.
async fn show_source(
    State(app): State<App>,
    Client(identity, _): Client<ReadStatuses>,
    At(id): At<PostId>,
) -> Result<Json<StatusSource>, ApiError> {
    let post = find(&app, identity.member(), id).await?;
    Ok(Json(source(&app, &post).await?))
}

async fn source(app: &App, post: &Model) -> Result<StatusSource, Error> {
    let text = post_texts::find_main(app.db(), post.id).await?;
    let written =
        text.as_ref().map(|text| text.source.clone().unwrap_or_else(|| plain_from_html(&text.html)));
    Ok(StatusSource {
        id: Id(post.id.0),
        text: written.unwrap_or_default(),
        spoiler_text: text.map(|text| text.warning).unwrap_or_default(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PolicyForm {
    quote_approval_policy: Given<String>,
}

/// Changes who may quote a post.
async fn update_policy(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
    Body(form): Body<PolicyForm>,
) -> Result<Json<Status>, ApiError> {
    let policy = policy(form.quote_approval_policy)?;
    let policy = policy
        .ok_or_else(|| ApiError::unprocessable("Validation failed: Quote approval policy can't be blank"))?;
    let row = actions::quotes::set_policy(&app, &member, id, policy).await?;
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

/// The posts that quote a post with its author's consent.
async fn list_quoting(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<PostId>,
    paging: Paging<20>,
) -> Result<impl IntoResponse, ApiError> {
    let viewer = guest.0.as_ref();
    let post = find(&app, viewer, id).await?;
    let rows = quotes::list_quoting(app.db(), guest.viewer(), post.id, &paging.page()).await?;
    let links = paging.links(&app, Trail::People, rows.iter().map(|row| row.id.0));
    let rows = without_unwanted(&app, viewer, rows).await?;
    Ok((links, Json(status::load(&app, viewer, rows).await?)))
}

/// Takes back the consent to a quote; the answer is the post that quotes.
async fn revoke_quote(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    Path((id, quoting)): Path<(String, String)>,
) -> Result<Json<Status>, ApiError> {
    let read = |id: &str| id.parse::<PostId>().map_err(|_| ApiError::no_record());
    let row = actions::quotes::revoke(&app, &member, read(&id)?, read(&quoting)?).await?;
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReblogForm {
    visibility: Given<String>,
}

/// Boosts a post; the answer is the boost around it.
async fn reblog(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
    Body(form): Body<ReblogForm>,
) -> Result<Json<Status>, ApiError> {
    let visibility = form.visibility.as_deref().and_then(Visibility::parse);
    let row = actions::boosts::boost(&app, &member, id, visibility).await?;
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

/// Takes a boost back; the answer is what was boosted.
async fn unreblog(
    State(app): State<App>,
    Member(member, _): Member<WriteStatuses>,
    At(id): At<PostId>,
) -> Result<Json<Status>, ApiError> {
    let row = actions::boosts::unboost(&app, &member, id).await?;
    Ok(Json(status::load_one(&app, Some(&member), row).await?))
}

macro_rules! reactions {
    ($($(#[$doc:meta])* $name:ident: $scope:ty => $action:ident;)*) => {$(
        $(#[$doc])*
        async fn $name(
            State(app): State<App>,
            Member(member, _): Member<$scope>,
            At(id): At<PostId>,
        ) -> Result<Json<Status>, ApiError> {
            let row = actions::reactions::$action(&app, &member, id).await?;
            Ok(Json(status::load_one(&app, Some(&member), row).await?))
        }
    )*};
}

reactions! {
    /// Likes a post.
    favourite: WriteFavourites => favourite;
    /// Takes a like back.
    unfavourite: WriteFavourites => unfavourite;
    /// Bookmarks a post.
    bookmark: WriteBookmarks => bookmark;
    /// Takes a bookmark away.
    unbookmark: WriteBookmarks => unbookmark;
    /// Wants to hear no more of a thread.
    mute: WriteMutes => mute_thread;
    /// Wants to hear of a thread again.
    unmute: WriteMutes => unmute_thread;
    /// Pins a post to the profile.
    pin: WriteAccounts => pin;
    /// Takes a post off the profile's top.
    unpin: WriteAccounts => unpin;
}
