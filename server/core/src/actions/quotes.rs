//! Quotes by and of posts of ours, and the consent to them (FEP-044f).
//!
//! Only what everybody may see can be quoted, and only a post that everybody may see can quote somebody else: the one
//! would show a closed post to strangers, the other would tell the quoted author of it.

use crate::actions::notifications::notify;
use crate::actions::{Member, posts as post_actions};
use crate::app::Tx;
use crate::domain::ids::{AccountId, JobId, PostId};
use crate::domain::job::{Job, Message};
use crate::domain::permission::Act;
use crate::domain::policy::{Policy, Relation, Verdict};
use crate::domain::quotes::State;
use crate::store::{accounts, blocks, follows, jobs, notifications, post_policies, posts, quotes};
use crate::{App, Error};

/// Most quoting posts whose authors are told that the quoted post changed.
const MOST_TOLD: u64 = 1000;

/// The post that a draft wants to quote, if `member` may see it; of a boost, what it boosts.
pub(crate) async fn find_quoted(tx: &Tx, member: &Member, id: PostId) -> Result<Option<posts::Model>, Error> {
    let viewer = Some(member.viewer());
    let post = posts::find_visible(&**tx, viewer, id).await?.ok_or(Error::NotFound("Record"))?;
    match post.boost_of_id {
        Some(original) => {
            posts::find_visible(&**tx, viewer, original).await?.map(Some).ok_or(Error::NotFound("Record"))
        }
        None => Ok(Some(post)),
    }
}

/// What a post of ours quotes, as long as that is there for everybody.
pub(crate) async fn find_still_quoted(tx: &Tx, post: PostId) -> Result<Option<PostId>, Error> {
    let Some(quoted) = quotes::find(&**tx, post).await?.and_then(|row| row.quoted_id) else {
        return Ok(None);
    };
    Ok(posts::find_visible(&**tx, None, quoted).await?.map(|quoted| quoted.id))
}

/// Writes down what a post of ours quotes. If it comes out, its author must be allowed to, or asks to be.
pub(crate) async fn quote(
    app: &App,
    tx: &Tx,
    member: &Member,
    post: &posts::Model,
    quoted: &posts::Model,
) -> Result<(), Error> {
    let me = &member.account;
    let mut row = quotes::Model {
        post_id: post.id,
        account_id: me.id,
        quoted_id: Some(quoted.id),
        quoted_account_id: Some(quoted.author_id),
        quoted_uri: quoted.uri.clone(),
        state: State::Pending,
        is_legacy: false,
        request_uri: None,
        stamp_uri: None,
        created_at: app.clock.now(),
    };
    if !post.is_published() {
        return Ok(quotes::put(tx, row).await?);
    }
    let is_own = quoted.author_id == me.id;
    if !is_own && !post.visibility.is_open() {
        return Err(Error::invalid("Quoted status", "can't be quoted in a post that not everybody may see"));
    }
    let Some(author) = accounts::find(&**tx, quoted.author_id).await? else {
        return Err(Error::NotFound("Record"));
    };
    match verdict(tx, quoted, &author, me.id).await? {
        Verdict::Denied => return Err(Error::Forbidden),
        Verdict::Automatic if author.is_ours() => {
            row.state = State::Accepted;
            quotes::put(tx, row).await?;
            notify(app, tx, author.id, "quote", me.id, Some(post)).await?;
        }
        // Nobody of ours is asked: what a policy of ours does not allow is not allowed.
        _ if author.is_ours() => return Err(Error::Forbidden),
        _ => {
            row.request_uri = Some(format!("{}/quote_requests/{}", me.uri, post.id));
            quotes::put(tx, row).await?;
            say(app, tx, me.id, author.id, Message::QuoteRequest { post: post.id }).await?;
        }
    }
    Ok(())
}

/// Whether `who` may quote a post of `author`.
pub(crate) async fn verdict(
    tx: &Tx,
    post: &posts::Model,
    author: &accounts::Model,
    who: AccountId,
) -> Result<Verdict, Error> {
    if !post.is_published() || !post.visibility.is_open() || post.boost_of_id.is_some() {
        return Ok(Verdict::Denied);
    }
    if blocks::find(&**tx, author.id, who).await?.is_some() {
        return Ok(Verdict::Denied);
    }
    let said = post_policies::find(&**tx, post.id).await?;
    let policy = said.map_or(unsaid(author.is_ours()), |said| said.quote());
    Ok(policy.verdict(relation(tx, author.id, who).await?))
}

/// Who may quote a post that says nothing of it: of ours everybody, of others nobody (FEP-044f).
pub fn unsaid(is_ours: bool) -> Policy {
    if is_ours { Policy::PUBLIC } else { Policy::NOBODY }
}

/// How `who` stands to `author`.
pub(crate) async fn relation(tx: &Tx, author: AccountId, who: AccountId) -> Result<Relation, Error> {
    let accepted = |follow: Option<follows::Model>| follow.is_some_and(|row| row.state == follows::ACCEPTED);
    Ok(Relation {
        is_author: author == who,
        follows: accepted(follows::find(&**tx, who, author).await?),
        is_followed: accepted(follows::find(&**tx, author, who).await?),
    })
}

/// Changes who may quote a post from now on. Quotes that are there stay.
pub async fn set_policy(
    app: &App,
    member: &Member,
    id: PostId,
    policy: Policy,
) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post = own(&tx, member, id).await?;
    let reply = post_policies::find(&*tx, id).await?.and_then(|said| said.reply());
    post_policies::put(&tx, post_policies::Model::new(id, policy, reply)).await?;
    let post = tell_of_change(app, &tx, post).await?;
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(post)
}

/// Takes back the consent to a quote of a post of ours. Gives the post that quotes.
pub async fn revoke(app: &App, member: &Member, id: PostId, quoting: PostId) -> Result<posts::Model, Error> {
    member.must(Act::Publish)?;
    let tx = app.begin_write().await?;
    let post = own(&tx, member, id).await?;
    let row = quotes::find(&*tx, quoting).await?.filter(|row| row.quoted_id == Some(post.id));
    let row = row.ok_or(Error::NotFound("Record"))?;
    let viewer = Some(member.viewer());
    let other = posts::find_visible(&*tx, viewer, quoting).await?.ok_or(Error::NotFound("Record"))?;
    if row.state != State::Revoked {
        quotes::put(&tx, quotes::Model { state: State::Revoked, ..row }).await?;
        notifications::take_back(&tx, member.account.id, "quote", other.author_id, Some(other.id)).await?;
        let author = accounts::find(&*tx, other.author_id).await?;
        if author.as_ref().is_some_and(accounts::Model::is_ours) {
            tell_of_change(app, &tx, other.clone()).await?;
        } else {
            let what = Message::RevokeQuote { post: quoting };
            say(app, &tx, member.account.id, other.author_id, what).await?;
        }
    }
    tx.commit().await?;
    app.job_bell.notify_one();
    Ok(other)
}

/// Tells those of ours who quote a post that it was changed.
pub(crate) async fn tell_quoting(app: &App, tx: &Tx, post: &posts::Model) -> Result<(), Error> {
    for row in quotes::list_ours_quoting(&**tx, post.id, MOST_TOLD).await? {
        let Some(quoting) = posts::find_any(&**tx, row.post_id).await? else { continue };
        let told = Some(&quoting);
        notify(app, tx, row.account_id, "quoted_update", post.author_id, told).await?;
    }
    Ok(())
}

/// Tells everybody who has a post of ours that something about it changed that is not its text.
pub(crate) async fn tell_of_change(app: &App, tx: &Tx, post: posts::Model) -> Result<posts::Model, Error> {
    let post = posts::Model { version: post.version + 1, ..post };
    posts::update(tx, post.clone()).await?;
    let job = Job::DistributeUpdate { post: post.id, version: post.version };
    post_actions::distribute(app, tx, &job).await?;
    Ok(post)
}

/// Queues what one of ours says to somebody elsewhere.
pub(crate) async fn say(
    app: &App,
    tx: &Tx,
    from: AccountId,
    to: AccountId,
    what: Message,
) -> Result<(), Error> {
    if app.config.server.federates() {
        jobs::enqueue(tx, app.id(JobId), &Job::Send { from, to, what }, None, app.clock.now()).await?;
    }
    Ok(())
}

async fn own(tx: &Tx, member: &Member, id: PostId) -> Result<posts::Model, Error> {
    let post = posts::find_visible(&**tx, Some(member.viewer()), id).await?;
    post.filter(|post| post.author_id == member.account.id && post.boost_of_id.is_none())
        .ok_or(Error::NotFound("Record"))
}
