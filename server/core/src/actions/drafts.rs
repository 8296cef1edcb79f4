//! Drafts: kept, handed in, released, thrown away.

use serde_json::json;

use crate::actions::posts::content::{attached, clear_content, describe, prepare, write_content};
use crate::actions::posts::{Door, Written, insert, may_publish, must_be_version};
use crate::actions::{Member, audit, polls as poll_actions, quotes as quote_actions};
use crate::app::Tx;
use crate::domain::ids::PostId;
use crate::domain::permission::Act;
use crate::domain::post::{Draft, State};
use crate::store::{
    idempotency_keys, media, mentions, polls, post_policies, post_tags, post_texts, posts, quotes,
};
use crate::{App, Error};

/// Keeps a draft, a new one or a changed one. `waiting` hands it in for release.
pub async fn save(
    app: &App,
    member: &Member,
    existing: Option<PostId>,
    written: impl Into<Written>,
    waiting: bool,
) -> Result<posts::Model, Error> {
    member.must(Act::Write)?;
    let written = written.into();
    let state = if waiting { State::Waiting } else { State::Draft };
    let tx = app.begin_write().await?;
    let post = match existing {
        Some(id) => {
            let post = posts::find_unpublished(&*tx, member.account.id, id)
                .await?
                .ok_or(Error::NotFound("Draft"))?;
            must_be_version(&post, written.version)?;
            let attached = attached(&tx, post.id).await?;
            describe(&tx, member, written.described, &attached).await?;
            let quoted = quote_actions::find_still_quoted(&tx, post.id).await?;
            let draft = Draft { quoted, ..written.draft };
            let content = prepare(app, &tx, member, Door::Api, draft, &attached).await?;
            let post = posts::Model {
                state,
                visibility: content.draft.visibility,
                sensitive: content.draft.sensitive,
                language: Some(content.draft.language.clone()),
                version: post.version + 1,
                edited_at: None,
                ..post
            };
            posts::update(&tx, post.clone()).await?;
            clear_content(&tx, post.id).await?;
            write_content(&tx, post.id, &content).await?;
            poll_actions::remove_of_draft(&tx, post.id).await?;
            if let Some(poll) = &content.draft.poll {
                poll_actions::ask(app, &tx, &post, poll).await?;
            }
            if let Some(policy) = content.draft.quote_policy {
                post_policies::put(&tx, post_policies::Model::new(post.id, policy, None)).await?;
            }
            post
        }
        None => {
            describe(&tx, member, written.described, &[]).await?;
            let content = prepare(app, &tx, member, Door::Api, written.draft, &[]).await?;
            insert(app, &tx, member, &content, state).await?
        }
    };
    tx.commit().await?;
    Ok(post)
}

/// Releases a draft as it stands: it comes out now, under a new id, so that it stands where it belongs in time.
///
/// `version` is the one that was read; if somebody made another since, nothing comes out.
pub async fn release(
    app: &App,
    member: &Member,
    door: Door,
    id: PostId,
    version: Option<i64>,
) -> Result<posts::Model, Error> {
    let tx = app.begin_write().await?;
    let old = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    must_be_version(&old, version)?;
    let attached = attached(&tx, old.id).await?;
    let draft = draft_of(&tx, &old, &attached).await?;
    let post = bring_out(app, &tx, member, door, &old, draft).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Releases a draft with its last changes: either both happen or neither.
pub async fn release_changed(
    app: &App,
    member: &Member,
    door: Door,
    id: PostId,
    written: impl Into<Written>,
) -> Result<posts::Model, Error> {
    let written = written.into();
    let tx = app.begin_write().await?;
    let old = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    must_be_version(&old, written.version)?;
    let attached = attached(&tx, old.id).await?;
    describe(&tx, member, written.described, &attached).await?;
    let post = bring_out(app, &tx, member, door, &old, written.draft).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Puts a published post in the place of a draft.
async fn bring_out(
    app: &App,
    tx: &Tx,
    member: &Member,
    door: Door,
    old: &posts::Model,
    draft: Draft,
) -> Result<posts::Model, Error> {
    media::detach(tx, old.id).await?;
    let kept = post_policies::find(&**tx, old.id).await?.map(|policy| policy.quote());
    let draft = Draft {
        quoted: quote_actions::find_still_quoted(tx, old.id).await?,
        quote_policy: draft.quote_policy.or(kept),
        ..draft
    };
    let content = prepare(app, tx, member, door, draft, &[]).await?;
    if !may_publish(tx, member, content.parent.as_ref()).await? {
        return Err(Error::Forbidden);
    }
    let post = insert(app, tx, member, &content, State::Published).await?;
    let post = posts::Model { written_by: old.written_by, app_id: old.app_id, ..post };
    posts::update(tx, post.clone()).await?;
    idempotency_keys::follow(tx, old.id, post.id).await?;
    let facts = json!({
        "draft": old.id.to_string(),
        "version": old.version,
        "written_by": old.written_by.map(|person| person.to_string()),
    });
    audit::write(app, tx, Some(member.person), "post released", post.id, facts).await?;
    remove_unpublished(tx, old).await?;
    Ok(post)
}

/// Throws a draft away.
pub async fn discard(app: &App, member: &Member, id: PostId) -> Result<(), Error> {
    member.must(Act::Write)?;
    let tx = app.begin_write().await?;
    let post = posts::find_unpublished(&*tx, member.account.id, id).await?.ok_or(Error::NotFound("Draft"))?;
    media::detach(&tx, post.id).await?;
    remove_unpublished(&tx, &post).await?;
    tx.commit().await
}

/// What a draft says, read back from where it is kept.
async fn draft_of(tx: &Tx, post: &posts::Model, files: &[media::Model]) -> Result<Draft, Error> {
    let text = post_texts::find_main(&**tx, post.id).await?.ok_or(Error::NotFound("Draft"))?;
    Ok(Draft {
        text: text.source.unwrap_or_default(),
        warning: text.warning,
        sensitive: post.sensitive,
        visibility: post.visibility,
        language: post.language.clone().unwrap_or_default(),
        in_reply_to: post.in_reply_to_id,
        media: files.iter().map(|file| file.id).collect(),
        poll: polls::find_written(&**tx, post.id).await?,
        quoted: quote_actions::find_still_quoted(tx, post.id).await?,
        quote_policy: post_policies::find(&**tx, post.id).await?.map(|policy| policy.quote()),
    })
}

/// Takes an unpublished post away whole: nobody else ever saw it.
async fn remove_unpublished(tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    post_texts::delete_of_post(tx, post.id).await?;
    mentions::delete_of_post(tx, post.id).await?;
    post_tags::delete_of_post(tx, post.id).await?;
    idempotency_keys::delete_of_post(tx, post.id).await?;
    poll_actions::remove_of_draft(tx, post.id).await?;
    quotes::delete_of_post(tx, post.id).await?;
    post_policies::delete_of_post(tx, post.id).await?;
    Ok(posts::delete_unpublished(tx, post.id).await?)
}
