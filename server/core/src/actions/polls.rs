//! Polls of ours, and votes, by ours and by others.

use chrono::{DateTime, TimeDelta, Utc};

use crate::actions::notifications::notify;
use crate::actions::{Member, follows as follow_actions};
use crate::app::Tx;
use crate::domain::ids::{AccountId, JobId, PostId, RowId};
use crate::domain::job::{Job, Message};
use crate::domain::permission::Act;
use crate::domain::poll::{Ballot, NewPoll, Refusal};
use crate::store::{accounts, jobs, poll_options, poll_votes, polls, posts};
use crate::{App, Error};

/// How long votes are gathered before others are told of the new counts.
const RESULTS_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Chooses options of a poll, by their places, and tells its server.
pub async fn vote(app: &App, member: &Member, id: PostId, choices: &[i32]) -> Result<posts::Model, Error> {
    member.must(Act::Interact)?;
    let tx = app.begin_write().await?;
    let post =
        posts::find_visible(&*tx, Some(member.viewer()), id).await?.ok_or(Error::NotFound("Record"))?;
    let mut votes = Vec::new();
    for choice in choices {
        let row = app.id(RowId);
        let address = format!("/users/{}#votes/{row}", member.account.username);
        votes.push((*choice, app.config.server.address(&address)));
    }
    let author = accounts::find(&*tx, post.author_id).await?.ok_or(Error::NotFound("Record"))?;
    cast(app, &tx, &post, member.account.id, &votes).await?.map_err(told)?;
    if let Some(at) = polls::find(&*tx, post.id).await?.and_then(|poll| poll.closes_at) {
        close_at(app, &tx, post.id, at).await?;
    }
    for (position, uri) in votes {
        let what = Message::Vote { uri, post: post.id, position };
        follow_actions::send(app, &tx, member.account.id, &author, what).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// What a person is told whose vote does not count; the words are Mastodon's.
fn told(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Closed => Error::invalid("The poll", "has already ended"),
        Refusal::Unknown => Error::invalid("The chosen vote option", "does not exist"),
        Refusal::Own => Error::invalid("You", "can't vote in your own polls"),
        Refusal::Already => Error::invalid("You", "have already voted on this poll"),
    }
}

/// Counts votes, each with the place of its option and its address; all of them or none.
pub(crate) async fn cast(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    voter: AccountId,
    votes: &[(i32, String)],
) -> Result<Result<(), Refusal>, Error> {
    let Some(poll) = polls::find_locked(tx, post.id).await? else { return Ok(Err(Refusal::Unknown)) };
    let now = app.clock.now();
    let before: Vec<i32> = poll_votes::list_of_account(&**tx, voter, vec![post.id])
        .await?
        .into_iter()
        .map(|row| row.position)
        .collect();
    let ballot = Ballot {
        is_closed: poll.is_closed(now),
        multiple: poll.multiple,
        is_own: post.author_id == voter,
        options: poll_options::list_of_posts(&**tx, vec![post.id]).await?.len(),
        before: &before,
    };
    let choices: Vec<i32> = votes.iter().map(|(position, _)| *position).collect();
    if let Err(refusal) = ballot.judge(&choices) {
        return Ok(Err(refusal));
    }
    for (position, uri) in votes {
        let row = poll_votes::Model {
            id: app.id(RowId),
            post_id: post.id,
            account_id: voter,
            position: *position,
            uri: uri.clone(),
            created_at: now,
        };
        if poll_votes::insert_once(tx, row).await? {
            poll_options::count_vote(tx, post.id, *position).await?;
        }
    }
    if before.is_empty() && poll.voters_count.is_some() {
        polls::count_voter(tx, post.id).await?;
    }
    let is_ours = accounts::find(&**tx, post.author_id).await?.is_some_and(|author| author.is_ours());
    if is_ours && app.config.server.federates() {
        let job = Job::DistributePoll { post: post.id };
        jobs::enqueue_at(tx, app.id(JobId), &job, None, now, now + RESULTS_AFTER).await?;
    }
    Ok(Ok(()))
}

/// Puts a question under a new post of ours. That of a draft is not open yet: its time runs from when it comes out.
pub(crate) async fn ask(app: &App, tx: &Tx, post: &posts::Model, new: &NewPoll) -> Result<(), Error> {
    let closes_at = post.is_published().then(|| app.clock.now() + TimeDelta::seconds(new.seconds));
    let row = polls::Model {
        post_id: post.id,
        multiple: new.multiple,
        hide_totals: new.hide_totals,
        closes_at,
        voters_count: Some(0),
        open_for: closes_at.is_none().then_some(new.seconds),
        panel: new.panel,
    };
    if let Some(at) = closes_at {
        close_at(app, tx, post.id, at).await?;
    }
    polls::insert(tx, row).await?;
    for (position, title) in (0..).zip(&new.options) {
        let title = title.trim().to_owned();
        let option = poll_options::Model { post_id: post.id, position, title, votes_count: 0 };
        poll_options::insert(tx, option).await?;
    }
    Ok(())
}

/// Takes the question of a draft away: nobody has voted yet.
pub(crate) async fn remove_of_draft(tx: &Tx, post: PostId) -> Result<(), Error> {
    poll_options::delete_of_post(tx, post).await?;
    Ok(polls::delete_of_post(tx, post).await?)
}

async fn close_at(app: &App, tx: &Tx, post: PostId, at: DateTime<Utc>) -> Result<(), Error> {
    let job = Job::ClosePoll { post };
    Ok(jobs::enqueue_at(tx, app.id(JobId), &job, None, app.clock.now(), at).await?)
}

/// A poll is over: those of ours who asked or voted hear of it, and everybody who has it hears the last counts.
///
/// Its server may have moved the end meanwhile; then it is waited for again. Of a panel it is forgotten who said what of
/// themselves: only the counts are told, and nobody votes any more.
pub async fn close(app: &App, id: PostId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let post = posts::find_any(&*tx, id).await?.filter(|post| post.is_published());
    let (Some(post), Some(poll)) = (post, polls::find_locked(&tx, id).await?) else {
        return tx.commit().await;
    };
    let now = app.clock.now();
    if !poll.is_closed(now) {
        if let Some(at) = poll.closes_at {
            close_at(app, &tx, id, at).await?;
        }
        return tx.commit().await;
    }
    let author = accounts::find(&*tx, post.author_id).await?;
    let is_ours = author.is_some_and(|author| author.is_ours());
    if is_ours && poll.panel.is_some() && !poll.multiple {
        poll_votes::forget_choices(&tx, id).await?;
    }
    let mut told = poll_votes::list_voters_here(&tx, id).await?;
    told.extend(is_ours.then_some(post.author_id));
    for account in told {
        notify(app, &tx, account, "poll", post.author_id, Some(&post)).await?;
    }
    if is_ours && app.config.server.federates() {
        jobs::enqueue(&tx, app.id(JobId), &Job::DistributePoll { post: id }, None, now).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}
