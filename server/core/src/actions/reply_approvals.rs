//! Answers to posts whose authors say who may answer (GoToSocial's interaction policies).
//!
//! Who may not answer is refused. Who has to ask does: the author gets the answer with the question, and nobody else gets
//! it before there is a yes. Whoever is named in a post may always answer it.

use crate::actions::Member;
use crate::actions::posts as post_actions;
use crate::actions::quotes::{relation, say, tell_of_change};
use crate::app::Tx;
use crate::domain::ids::{AccountId, PostId};
use crate::domain::job::{Job, Message};
use crate::domain::policy::Verdict;
use crate::store::{accounts, mentions, post_policies, posts, reply_approvals};
use crate::{App, Error};

/// Stops an answer that may not be, and asks where it has to.
pub(crate) async fn ask(
    app: &App,
    tx: &Tx,
    member: &Member,
    post: &posts::Model,
    parent: &posts::Model,
    named: &[accounts::Model],
) -> Result<(), Error> {
    let me = member.account.id;
    let Some(policy) = post_policies::find(&**tx, parent.id).await?.and_then(|said| said.reply()) else {
        return Ok(());
    };
    let is_theirs = accounts::find(&**tx, parent.author_id).await?.is_some_and(|author| !author.is_ours());
    if !is_theirs || is_named_in(tx, parent.id, me).await? {
        return Ok(());
    }
    match policy.verdict(relation(tx, parent.author_id, me).await?) {
        Verdict::Automatic => return Ok(()),
        Verdict::Denied => return Err(Error::Forbidden),
        Verdict::Manual | Verdict::Unknown => {}
    }
    // Who does not get the answer anyway must not get it with the question.
    if !post.visibility.is_open() && named.iter().all(|account| account.id != parent.author_id) {
        return Ok(());
    }
    let row = reply_approvals::Model {
        post_id: post.id,
        state: reply_approvals::PENDING.into(),
        is_asked: true,
        authorization_uri: None,
    };
    reply_approvals::put(tx, row).await?;
    say(app, tx, me, parent.author_id, Message::ReplyRequest { post: post.id }).await
}

/// `actor` says yes or no to an answer of ours to a post of its own. A yes comes with the address where it stands.
pub async fn judge(
    app: &App,
    actor: &accounts::Model,
    post: PostId,
    authorization: Option<&str>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let found = posts::find_any(&*tx, post).await?;
    let Some(post) =
        found.filter(|post| post.is_published() && post.in_reply_to_account_id == Some(actor.id))
    else {
        return tx.commit().await;
    };
    let old = reply_approvals::find(&*tx, post.id).await?;
    let was_held = old.as_ref().is_some_and(reply_approvals::Model::is_held);
    let state = if authorization.is_some() { reply_approvals::ACCEPTED } else { reply_approvals::REJECTED };
    let row = reply_approvals::Model {
        post_id: post.id,
        state: state.into(),
        is_asked: old.as_ref().is_some_and(|old| old.is_asked),
        authorization_uri: authorization.map(str::to_owned),
    };
    let is_same = old.as_ref() == Some(&row);
    reply_approvals::put(&tx, row).await?;
    if authorization.is_some() && was_held {
        post_actions::distribute(app, &tx, &Job::DistributePost { post: post.id }).await?;
    } else if authorization.is_some() && !is_same {
        tell_of_change(app, &tx, post).await?;
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(())
}

async fn is_named_in(tx: &Tx, post: PostId, account: AccountId) -> Result<bool, Error> {
    let named = mentions::list_of_posts(&**tx, vec![post]).await?;
    Ok(named.iter().any(|row| row.account_id == account))
}
