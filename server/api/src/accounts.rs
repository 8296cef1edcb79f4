//! `/api/v1/accounts`: people and offices, and what one's own account is to them.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde::Deserialize;
use stadtbote_core::actions::accounts_of_ours::ProfileChange;
use stadtbote_core::actions::follows::Wishes;
use stadtbote_core::actions::{self, Member as Actor};
use stadtbote_core::domain::ids::AccountId;
use stadtbote_core::domain::policy::Policy;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::text::normalise_tag;
use stadtbote_core::store::posts::ByAuthor;
use stadtbote_core::store::{accounts, blocks, lists, posts};
use stadtbote_core::{App, Error};
use stadtbote_federation::Federation;

use crate::Door;
use crate::auth::{
    Guest, Member, Profile, ReadAccounts, ReadLists, ReadRelationships, ReadStatuses, WriteAccounts,
    WriteBlocks, WriteFollows, WriteMutes,
};
use crate::error::ApiError;
use crate::input::{At, Body, Given, Part, Query, Upload, duration};
use crate::page::{Paging, Trail};
use crate::search::ask_elsewhere;
use crate::views::account::{self, Account, CredentialAccount};
use crate::views::list::List;
use crate::views::relationship::{self, Relationship};
use crate::views::status;

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/accounts/verify_credentials", get(show_own))
        .route("/api/v1/accounts/update_credentials", patch(update_own))
        .route("/api/v1/accounts/relationships", get(list_relationships))
        .route("/api/v1/accounts/search", get(search))
        .route("/api/v1/accounts/{id}", get(show))
        .route("/api/v1/accounts/{id}/statuses", get(list_statuses))
        .route("/api/v1/accounts/{id}/followers", get(list_followers))
        .route("/api/v1/accounts/{id}/following", get(list_following))
        .route("/api/v1/accounts/{id}/lists", get(list_lists))
        .route("/api/v1/accounts/{id}/follow", post(follow))
        .route("/api/v1/accounts/{id}/unfollow", post(unfollow))
        .route("/api/v1/accounts/{id}/block", post(block))
        .route("/api/v1/accounts/{id}/unblock", post(unblock))
        .route("/api/v1/accounts/{id}/mute", post(mute))
        .route("/api/v1/accounts/{id}/unmute", post(unmute))
        .route("/api/v1/accounts/{id}/note", post(note))
}

/// The member's own account: the first thing that a client asks, and asks again.
async fn show_own(
    State(app): State<App>,
    Member(member, _): Member<Profile>,
) -> Result<Json<CredentialAccount>, ApiError> {
    Ok(Json(account::own(&app, &member).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProfileForm {
    display_name: Given<String>,
    note: Given<String>,
    locked: Given<bool>,
    bot: Given<bool>,
    discoverable: Given<bool>,
    indexable: Given<bool>,
    hide_collections: Given<bool>,
    avatar_description: Given<String>,
    header_description: Given<String>,
    fields_attributes: Given<Vec<Part<FieldForm>>>,
    source: Given<Part<SourceForm>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FieldForm {
    name: Given<String>,
    value: Given<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SourceForm {
    privacy: Given<String>,
    sensitive: Given<bool>,
    language: Given<String>,
    quote_policy: Given<String>,
}

impl From<ProfileForm> for ProfileChange {
    fn from(form: ProfileForm) -> ProfileChange {
        let source = form.source.0.map(|part| part.0).unwrap_or_default();
        let field = |Part(field): Part<FieldForm>| {
            (field.name.0.unwrap_or_default(), field.value.0.unwrap_or_default())
        };
        ProfileChange {
            display_name: form.display_name.0,
            note: form.note.0,
            fields: form.fields_attributes.0.map(|fields| fields.into_iter().map(field).collect()),
            avatar: None,
            avatar_description: form.avatar_description.0,
            header: None,
            header_description: form.header_description.0,
            locked: form.locked.0,
            bot: form.bot.0,
            discoverable: form.discoverable.0,
            indexable: form.indexable.0,
            hide_collections: form.hide_collections.0,
            default_visibility: source.privacy.as_deref().and_then(Visibility::parse),
            default_sensitive: source.sensitive.0,
            default_language: source.language.0,
            default_quotes: source.quote_policy.as_deref().and_then(Policy::parse),
        }
    }
}

/// Changes the member's own account.
async fn update_own(
    State(app): State<App>,
    Member(mut member, _): Member<WriteAccounts>,
    mut upload: Upload<ProfileForm, { 20 * 1024 * 1024 }>,
) -> Result<Json<CredentialAccount>, ApiError> {
    let (avatar, header) = (upload.file("avatar"), upload.file("header"));
    let mut change = ProfileChange::from(upload.form);
    if let Some(bytes) = avatar {
        change.avatar =
            Some(Some(actions::media::profile_picture(&app, &member, bytes.into(), 400, 400).await?));
    }
    if let Some(bytes) = header {
        change.header =
            Some(Some(actions::media::profile_picture(&app, &member, bytes.into(), 1500, 500).await?));
    }
    member.account = actions::accounts_of_ours::update_profile(&app, &member, change).await?;
    Ok(Json(account::own(&app, &member).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RelationshipsQuery {
    id: Given<Vec<i64>>,
    with_suspended: Given<bool>,
}

/// More accounts in one question than any client asks for.
const MOST_RELATIONSHIPS: usize = 200;

/// What the member's account is to others; who is not there is left out.
async fn list_relationships(
    State(app): State<App>,
    Member(member, _): Member<ReadRelationships>,
    Query(query): Query<RelationshipsQuery>,
) -> Result<Json<Vec<Relationship>>, ApiError> {
    let mut ids: Vec<AccountId> = query.id.0.unwrap_or_default().into_iter().map(AccountId).collect();
    ids.truncate(MOST_RELATIONSHIPS);
    let mut known = accounts::list_by_ids(app.db(), ids.clone()).await?;
    let with_suspended = query.with_suspended.unwrap_or(false);
    known.retain(|row| row.suspended_at.is_none() || with_suspended);
    let mut others: Vec<AccountId> = known.iter().map(|row| row.id).collect();
    others.sort_by_key(|id| ids.iter().position(|asked| asked == id));
    Ok(Json(relationship::load(&app, member.account.id, &others).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SearchQuery {
    q: Given<String>,
    offset: Given<i64>,
    resolve: Given<bool>,
    following: Given<bool>,
}

/// Accounts while their handle is being typed; those followed come first.
async fn search(
    State(app): State<App>,
    State(federation): State<Federation>,
    Member(member, _): Member<ReadAccounts>,
    paging: Paging<40>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Vec<Account>>, ApiError> {
    let text = query.q.0.unwrap_or_default();
    if query.resolve.unwrap_or(false) {
        ask_elsewhere(&federation, &text).await?;
    }
    let (limit, offset) = (paging.page().limit, query.offset.unwrap_or(0).unsigned_abs());
    let following = query.following.unwrap_or(false);
    let rows = accounts::search(app.db(), Some(member.account.id), &text, following, limit, offset).await?;
    Ok(Json(rows.iter().map(|row| account::view(&app, row)).collect()))
}

/// One account.
async fn show(
    State(app): State<App>,
    _: Guest<ReadAccounts>,
    At(id): At<AccountId>,
) -> Result<Json<Account>, ApiError> {
    Ok(Json(account::load_one(&app, &find(&app, id).await?).await?))
}

async fn find(app: &App, id: AccountId) -> Result<accounts::Model, Error> {
    let row = accounts::find(app.db(), id).await?.filter(|row| !row.is_instance());
    row.ok_or(Error::NotFound("Record"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StatusesQuery {
    pinned: Given<bool>,
    only_media: Given<bool>,
    exclude_replies: Given<bool>,
    exclude_reblogs: Given<bool>,
    exclude_direct: Given<bool>,
    tagged: Given<String>,
}

impl From<StatusesQuery> for ByAuthor {
    fn from(query: StatusesQuery) -> ByAuthor {
        ByAuthor {
            only_media: query.only_media.unwrap_or(false),
            exclude_replies: query.exclude_replies.unwrap_or(false),
            exclude_boosts: query.exclude_reblogs.unwrap_or(false),
            exclude_direct: query.exclude_direct.unwrap_or(false),
            pinned: query.pinned.unwrap_or(false),
            tag: query.tagged.as_deref().filter(|tag| !tag.is_empty()).map(normalise_tag),
        }
    }
}

/// The posts of an account.
async fn list_statuses(
    State(app): State<App>,
    guest: Guest<ReadStatuses>,
    At(id): At<AccountId>,
    paging: Paging<20>,
    Query(query): Query<StatusesQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let author = find(&app, id).await?;
    let rows =
        posts::list_by_author(app.db(), guest.viewer(), author.id, &query.into(), &paging.page()).await?;
    let links = paging.links(&app, Trail::Own, rows.iter().map(|post| post.id.0));
    Ok((links, Json(status::load(&app, guest.0.as_ref(), rows).await?)))
}

/// Who follows an account.
async fn list_followers(
    State(app): State<App>,
    guest: Guest<ReadAccounts>,
    At(id): At<AccountId>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = match shows_collections(&app, guest.0.as_ref(), id).await? {
        true => accounts::list_followers(app.db(), id, &paging.page()).await?,
        false => vec![],
    };
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}

/// Whom an account follows.
async fn list_following(
    State(app): State<App>,
    guest: Guest<ReadAccounts>,
    At(id): At<AccountId>,
    paging: Paging<40>,
) -> Result<impl IntoResponse, ApiError> {
    let rows = match shows_collections(&app, guest.0.as_ref(), id).await? {
        true => accounts::list_following(app.db(), id, &paging.page()).await?,
        false => vec![],
    };
    let links = paging.links(&app, Trail::People, rows.iter().map(|(cursor, _)| *cursor));
    Ok((links, Json(account::views(&app, &rows))))
}

/// Whether an account shows the viewer whom it follows and who follows it.
async fn shows_collections(app: &App, viewer: Option<&Actor>, id: AccountId) -> Result<bool, Error> {
    let row = find(app, id).await?;
    let me = viewer.map(|member| member.account.id);
    if me == Some(row.id) {
        return Ok(true);
    }
    let is_blocked = match me {
        Some(me) => blocks::find(app.db(), row.id, me).await?.is_some(),
        None => false,
    };
    Ok(!row.hide_collections && !is_blocked && row.suspended_at.is_none())
}

/// The member's lists that an account is on.
async fn list_lists(
    State(app): State<App>,
    Member(member, _): Member<ReadLists>,
    At(id): At<AccountId>,
) -> Result<Json<Vec<List>>, ApiError> {
    let rows = lists::list_with(app.db(), member.account.id, id).await?;
    Ok(Json(rows.into_iter().map(List::from).collect()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FollowForm {
    reblogs: Given<bool>,
    notify: Given<bool>,
    languages: Given<Vec<String>>,
}

/// Follows an account, or changes how.
async fn follow(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(id): At<AccountId>,
    Body(form): Body<FollowForm>,
) -> Result<Json<Relationship>, ApiError> {
    let wishes = Wishes { show_boosts: form.reblogs.0, notify: form.notify.0, languages: form.languages.0 };
    actions::follows::request(&app, &member, id, wishes).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

/// No longer follows an account.
async fn unfollow(
    State(app): State<App>,
    Member(member, _): Member<WriteFollows>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    actions::follows::end(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

/// Blocks an account.
async fn block(
    State(app): State<App>,
    Member(member, _): Member<WriteBlocks>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    actions::blocks::block(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

/// Ends a block.
async fn unblock(
    State(app): State<App>,
    Member(member, _): Member<WriteBlocks>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    actions::blocks::unblock(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MuteForm {
    notifications: Given<bool>,
    duration: Given<i64>,
}

/// Mutes an account; a duration of 0 is for ever.
async fn mute(
    State(app): State<App>,
    Member(member, _): Member<WriteMutes>,
    At(id): At<AccountId>,
    Body(form): Body<MuteForm>,
) -> Result<Json<Relationship>, ApiError> {
    let duration = form.duration.0.and_then(duration);
    actions::blocks::mute(&app, &member, id, form.notifications.unwrap_or(true), duration).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

/// Ends a mute.
async fn unmute(
    State(app): State<App>,
    Member(member, _): Member<WriteMutes>,
    At(id): At<AccountId>,
) -> Result<Json<Relationship>, ApiError> {
    actions::blocks::unmute(&app, &member, id).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NoteForm {
    comment: Given<String>,
}

/// Writes a note about an account that only the team sees.
async fn note(
    State(app): State<App>,
    Member(member, _): Member<WriteAccounts>,
    At(id): At<AccountId>,
    Body(form): Body<NoteForm>,
) -> Result<Json<Relationship>, ApiError> {
    actions::blocks::note(&app, &member, id, form.comment.as_deref().unwrap_or_default()).await?;
    Ok(Json(relationship::load_one(&app, member.account.id, id).await?))
}
