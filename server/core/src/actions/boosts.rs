//! Boosts by our accounts.

use crate::actions::Member;
use crate::actions::notifications::notify;
use crate::actions::posts::{distribute, remove};
use crate::domain::ids::PostId;
use crate::domain::job::Job;
use crate::domain::permission::Act;
use crate::domain::post::Visibility;
use crate::store::accounts;
use crate::store::posts::{self, Counter};
use crate::{App, Error};

/// Boosts a post: tells our followers of it. Gives the boost.
pub async fn boost(
    app: &App,
    member: &Member,
    id: PostId,
    visibility: Option<Visibility>,
) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let mut post =
        posts::find_visible(&*tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    if let Some(original) = post.boost_of_id {
        post = posts::find_visible(&*tx, Some(member.viewer()), original)
            .await?
            .ok_or(Error::NotFound("Record"))?;
    }
    let own = post.author_id == member.account.id;
    if !(post.visibility.is_open() || own && post.visibility == Visibility::Private) {
        return Err(Error::Forbidden);
    }
    if let Some(boost) = posts::find_boost(&*tx, post.id, member.account.id).await? {
        return Ok(boost);
    }
    let visibility = match post.visibility {
        Visibility::Private => Visibility::Private,
        _ => visibility.filter(|v| v.is_open()).unwrap_or(Visibility::Public),
    };
    let id = app.id(PostId);
    let address = format!("/users/{}/statuses/{id}/activity", member.account.username);
    let row = posts::Model {
        boost_of_id: Some(post.id),
        app_id: member.app,
        written_by: Some(member.person),
        released_by: Some(member.person),
        ..posts::Model::published(id, member.account.id, app.config.server.address(&address), visibility, now)
    };
    posts::insert(&tx, row.clone()).await?;
    posts::count(&tx, post.id, Counter::Boosts, 1).await?;
    accounts::count_post(&tx, member.account.id, 1, Some(now)).await?;
    notify(app, &tx, post.author_id, "reblog", member.account.id, Some(&post)).await?;
    distribute(app, &tx, &Job::DistributePost { post: row.id }).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(row)
}

/// Takes a boost back. Gives the post that was boosted.
pub async fn unboost(app: &App, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post =
        posts::find_visible(&*tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    let original = post.boost_of_id.unwrap_or(post.id);
    if let Some(boost) = posts::find_boost(&*tx, original, member.account.id).await? {
        remove(app, &tx, &boost, Some(member)).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    posts::find_visible(app.db(), Some(member.viewer()), original).await?.ok_or(Error::NotFound("Record"))
}
