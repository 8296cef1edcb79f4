//! Following: ask, end, let in, turn away.

use crate::actions::Member;
use crate::actions::notifications::notify;
use crate::app::Tx;
use crate::domain::ids::{AccountId, FollowId, JobId};
use crate::domain::job::{Job, Message};
use crate::domain::language;
use crate::domain::permission::Act;
use crate::store::{accounts, blocks, follows, jobs, list_members, notifications};
use crate::{App, Error};

/// How a follow is meant; what is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Whether boosts are shown at home.
    pub show_boosts: Option<bool>,
    /// Whether each post is notified.
    pub notify: Option<bool>,
    /// Only posts in these languages; empty for all.
    pub languages: Option<Vec<String>>,
}

/// Follows an account, or changes how it is followed.
pub async fn request(
    app: &App,
    member: &Member,
    target: AccountId,
    wishes: Wishes,
) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let me = member.account.id;
    let tx = app.begin_write().await?;
    let target = target_of(&tx, member, target).await?;
    if blocks::is_between(&*tx, me, target.id).await? {
        return Err(Error::Forbidden);
    }
    if let Some(mut follow) = follows::find(&*tx, me, target.id).await? {
        follow.show_boosts = wishes.show_boosts.unwrap_or(follow.show_boosts);
        follow.notify = wishes.notify.unwrap_or(follow.notify);
        if let Some(languages) = &wishes.languages {
            follow.languages = tags(languages);
        }
        follows::update(&tx, follow).await?;
    } else {
        begin(app, &tx, &member.account, &target, wishes).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(target)
}

async fn begin(
    app: &App,
    tx: &Tx,
    follower: &accounts::Model,
    target: &accounts::Model,
    wishes: Wishes,
) -> Result<(), Error> {
    let me = follower.id;
    let id = app.id(FollowId);
    let is_at_once = target.is_ours() && !target.locked;
    let follow = follows::Model {
        id,
        follower_id: me,
        followed_id: target.id,
        state: if is_at_once { follows::ACCEPTED } else { follows::REQUESTED }.into(),
        uri: app.config.server.address(&format!("/users/{}/follows/{id}", follower.username)),
        show_boosts: wishes.show_boosts.unwrap_or(true),
        notify: wishes.notify.unwrap_or(false),
        languages: wishes.languages.as_deref().and_then(tags),
        created_at: app.clock.now(),
    };
    let uri = follow.uri.clone();
    follows::insert_once(tx, follow).await?;
    if is_at_once {
        accounts::count_follow(tx, me, target.id, 1).await?;
        notify(app, tx, target.id, "follow", me, None).await?;
    } else if target.is_ours() {
        notify(app, tx, target.id, "follow_request", me, None).await?;
    } else {
        send(app, tx, me, target, Message::Follow { uri }).await?;
    }
    Ok(())
}

/// Puts a follow of `target` in the place of another, meant in the same way: whoever was followed has moved.
pub(crate) async fn replace(
    app: &App,
    tx: &Tx,
    old: &follows::Model,
    from: &accounts::Model,
    target: &accounts::Model,
) -> Result<(), Error> {
    let Some(follower) = accounts::find(&**tx, old.follower_id).await?.filter(accounts::Model::is_ours)
    else {
        return Ok(());
    };
    end_in(app, tx, old).await?;
    send(app, tx, follower.id, from, Message::UndoFollow { uri: old.uri.clone() }).await?;
    let is_known = follows::find(&**tx, follower.id, target.id).await?.is_some();
    if is_known || follower.id == target.id || blocks::is_between(&**tx, follower.id, target.id).await? {
        return Ok(());
    }
    let languages = old.languages.as_deref().unwrap_or_default().split(' ').map(str::to_owned).collect();
    let wishes =
        Wishes { show_boosts: Some(old.show_boosts), notify: Some(old.notify), languages: Some(languages) };
    begin(app, tx, &follower, target, wishes).await
}

/// No longer follows an account, or takes the wish back.
pub async fn end(app: &App, member: &Member, target: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let target = target_of(&tx, member, target).await?;
    if let Some(follow) = follows::find(&*tx, member.account.id, target.id).await? {
        end_in(app, &tx, &follow).await?;
        send(app, &tx, member.account.id, &target, Message::UndoFollow { uri: follow.uri }).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(target)
}

/// Ends a follow with what hangs on it.
pub(crate) async fn end_in(_app: &App, tx: &Tx, follow: &follows::Model) -> Result<(), Error> {
    if !follows::delete(tx, follow.id).await? {
        return Ok(());
    }
    if follow.state == follows::ACCEPTED {
        accounts::count_follow(tx, follow.follower_id, follow.followed_id, -1).await?;
    }
    list_members::delete_of(tx, follow.follower_id, follow.followed_id).await?;
    for kind in ["follow", "follow_request"] {
        notifications::take_back(tx, follow.followed_id, kind, follow.follower_id, None).await?;
    }
    Ok(())
}

/// Lets somebody in who asked to follow.
pub async fn accept(app: &App, member: &Member, follower: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let (follower, mut follow) = asked(&tx, member, follower).await?;
    follow.state = follows::ACCEPTED.into();
    let uri = follow.uri.clone();
    follows::update(&tx, follow).await?;
    accounts::count_follow(&tx, follower.id, member.account.id, 1).await?;
    notifications::take_back(&tx, member.account.id, "follow_request", follower.id, None).await?;
    notify(app, &tx, member.account.id, "follow", follower.id, None).await?;
    send(app, &tx, member.account.id, &follower, Message::AcceptFollow { uri }).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(follower)
}

/// Turns somebody away who asked to follow.
pub async fn reject(app: &App, member: &Member, follower: AccountId) -> Result<accounts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let (follower, follow) = asked(&tx, member, follower).await?;
    end_in(app, &tx, &follow).await?;
    send(app, &tx, member.account.id, &follower, Message::RejectFollow { uri: follow.uri }).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(follower)
}

async fn asked(
    tx: &Tx,
    member: &Member,
    follower: AccountId,
) -> Result<(accounts::Model, follows::Model), Error> {
    let account = accounts::find(&**tx, follower).await?.ok_or(Error::NotFound("Record"))?;
    let follow = follows::find(&**tx, follower, member.account.id).await?;
    let follow =
        follow.filter(|follow| follow.state == follows::REQUESTED).ok_or(Error::NotFound("Record"))?;
    Ok((account, follow))
}

/// The account meant, if it can be followed, blocked or muted at all.
pub(crate) async fn target_of(tx: &Tx, member: &Member, target: AccountId) -> Result<accounts::Model, Error> {
    let target = accounts::find(&**tx, target).await?.ok_or(Error::NotFound("Record"))?;
    if target.is_instance() || target.deleted_at.is_some() {
        return Err(Error::NotFound("Record"));
    }
    if target.id == member.account.id {
        return Err(Error::Forbidden);
    }
    Ok(target)
}

/// Says something to one account elsewhere.
pub(crate) async fn send(
    app: &App,
    tx: &Tx,
    from: AccountId,
    to: &accounts::Model,
    what: Message,
) -> Result<(), Error> {
    if !to.is_ours() && app.config.server.federates() {
        jobs::enqueue(tx, app.id(JobId), &Job::Send { from, to: to.id, what }, None, app.clock.now()).await?;
    }
    Ok(())
}

fn tags(languages: &[String]) -> Option<String> {
    let tags: Vec<String> = languages.iter().filter_map(|tag| language::parse(tag)).collect();
    (!tags.is_empty()).then(|| tags.join(" "))
}
