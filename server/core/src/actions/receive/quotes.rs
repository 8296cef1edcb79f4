//! Quotes by posts of others, and what others say to ours.

use super::ring;
use crate::actions::notifications::notify;
use crate::actions::quotes as quote_actions;
use crate::app::Tx;
use crate::domain::ids::{JobId, PostId};
use crate::domain::job::{Job, Message};
use crate::domain::policy::{Policy, Verdict};
use crate::domain::quotes::State;
use crate::store::{accounts, jobs, notifications, post_policies, posts, quotes};
use crate::{App, Error};

/// Most quotes of one post that came before it and are looked at when it comes.
const MOST_WAITING: u64 = 100;
/// Most quotes that one stamp is taken away from.
const MOST_STAMPED: u64 = 20;

/// A quote as the server of the post that quotes describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteQuote {
    /// The address of the quoted post.
    pub uri: String,
    /// Whether it is named by an older spelling only, which knows of no consent.
    pub is_legacy: bool,
    /// Where the consent of the quoted author is said to be.
    pub stamp: Option<String>,
}

/// Who may quote and answer a post, as its server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemotePolicy {
    /// Who may quote.
    pub quote: Policy,
    /// Who may answer; none where nothing is said of it.
    pub reply: Option<Policy>,
}

/// Writes down what is said of a post.
pub(super) async fn put_policy(tx: &Tx, post: PostId, policy: Option<RemotePolicy>) -> Result<(), Error> {
    match policy {
        Some(policy) => {
            let row = post_policies::Model::new(post, policy.quote, policy.reply);
            Ok(post_policies::put(tx, row).await?)
        }
        None => Ok(post_policies::delete_of_post(tx, post).await?),
    }
}

/// Writes down what a post quotes now. `may_ask`: whether the quoted post and the consent may be fetched; else a quote
/// within a quote within a quote would have us fetch without end.
pub(super) async fn renew(
    app: &App,
    tx: &Tx,
    post: &posts::Model,
    remote: Option<&RemoteQuote>,
    may_ask: bool,
) -> Result<(), Error> {
    let old = quotes::find(&**tx, post.id).await?;
    if let Some(old) = old.as_ref().filter(|old| remote.is_none_or(|remote| remote.uri != old.quoted_uri)) {
        if let Some(quoted) = old.quoted_account_id {
            notifications::take_back(tx, quoted, "quote", old.account_id, Some(old.post_id)).await?;
        }
        quotes::delete_of_post(tx, post.id).await?;
    }
    let Some(remote) = remote else { return Ok(()) };
    let quoted = posts::find_any_by_uri(&**tx, &remote.uri).await?.filter(|one| one.boost_of_id.is_none());
    let author = match &quoted {
        Some(quoted) => accounts::find(&**tx, quoted.author_id).await?,
        None => None,
    };
    let is_ours = author.as_ref().is_some_and(accounts::Model::is_ours);
    let same = old.filter(|old| old.quoted_uri == remote.uri);
    let state = match &same {
        // Consent to quotes of ours is ours to give, whatever the post says of it.
        Some(old) if is_ours => old.state,
        Some(old) if old.stamp_uri == remote.stamp => old.state,
        // Another stamp counts once it was looked at.
        Some(_) | None => State::Pending,
    };
    let row = quotes::Model {
        post_id: post.id,
        account_id: post.author_id,
        quoted_id: quoted.as_ref().map(|quoted| quoted.id),
        quoted_account_id: quoted.as_ref().map(|quoted| quoted.author_id),
        quoted_uri: remote.uri.clone(),
        state: at_once(state, post, quoted.as_ref()),
        is_legacy: remote.is_legacy,
        request_uri: same.as_ref().and_then(|old| old.request_uri.clone()),
        stamp_uri: remote.stamp.clone().filter(|_| !is_ours),
        created_at: same.as_ref().map_or(app.clock.now(), |old| old.created_at),
    };
    let is_open_question = row.state == State::Pending && !is_ours && !remote.is_legacy;
    let is_unknown = quoted.is_none();
    quotes::put(tx, row).await?;
    if may_ask && is_open_question && (is_unknown || remote.stamp.is_some()) {
        let job = Job::VerifyQuote { post: post.id };
        jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
    }
    Ok(())
}

/// What needs nobody's consent: one's own post that everybody may see may be quoted; what not everybody may see may not.
fn at_once(state: State, post: &posts::Model, quoted: Option<&posts::Model>) -> State {
    match quoted {
        Some(quoted) if !quoted.visibility.is_open() => state.refused(),
        Some(quoted) if quoted.author_id == post.author_id && quoted.is_published() => State::Accepted,
        _ => state,
    }
}

/// A post is here now: quotes of it that came before are tied to it.
pub(super) async fn adopt(app: &App, tx: &Tx, quoted: &posts::Model) -> Result<(), Error> {
    for row in quotes::adopt(tx, quoted, MOST_WAITING).await? {
        let Some(post) = posts::find_any(&**tx, row.post_id).await? else { continue };
        let state = at_once(row.state, &post, Some(quoted));
        let tied = quotes::Model {
            quoted_id: Some(quoted.id),
            quoted_account_id: Some(quoted.author_id),
            state,
            ..row
        };
        let has_stamp = tied.stamp_uri.is_some() && state == State::Pending;
        quotes::put(tx, tied).await?;
        if has_stamp {
            let job = Job::VerifyQuote { post: post.id };
            jobs::enqueue(tx, app.id(JobId), &job, None, app.clock.now()).await?;
        }
    }
    Ok(())
}

/// The stamp of a quote was looked at: it is good, or not. Nothing happens if the quote is another meanwhile.
pub async fn judge(app: &App, seen: &quotes::Model, is_good: bool) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = quotes::find(&*tx, seen.post_id).await?;
    let same = row.filter(|row| row.stamp_uri == seen.stamp_uri && row.quoted_uri == seen.quoted_uri);
    if let Some(row) = same {
        let state = if is_good { State::Accepted } else { row.state.refused() };
        quotes::put(&tx, quotes::Model { state, ..row }).await?;
    }
    tx.commit().await
}

/// What `actor` asks for: that its post at `instrument` may quote `quoted`, a post of ours. The answer is queued: consent
/// if the policy of the post says so and the post really quotes ours, else a refusal.
///
/// `known`: the post that quotes, if it is here.
pub async fn request(
    app: &App,
    actor: &accounts::Model,
    quoted: PostId,
    instrument: &str,
    known: Option<PostId>,
    uri: &str,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let Some(quoted) = posts::find_any(&*tx, quoted).await? else { return tx.commit().await };
    let Some(author) = accounts::find(&*tx, quoted.author_id).await?.filter(accounts::Model::is_ours) else {
        return tx.commit().await;
    };
    if !quoted.is_published() || !quoted.visibility.is_open() {
        // Whoever asks may not know that there is such a post.
        return tx.commit().await;
    }
    let post = match known {
        Some(known) => posts::find_any(&*tx, known).await?,
        None => None,
    };
    let post = post.filter(|post| post.author_id == actor.id && post.is_published());
    let row = match &post {
        Some(post) => quotes::find(&*tx, post.id).await?,
        None => None,
    };
    let row = row.filter(|row| row.quoted_id == Some(quoted.id));
    let may = quote_actions::verdict(&tx, &quoted, &author, actor.id).await? == Verdict::Automatic;
    let what = match (post, row) {
        (Some(post), Some(row)) if may && row.state != State::Revoked => {
            let is_new = row.state != State::Accepted;
            let request_uri = Some(uri.to_owned());
            // A consent has been asked for, so the quote is one of the new kind, however it was spelled.
            let row = quotes::Model { state: State::Accepted, is_legacy: false, request_uri, ..row };
            quotes::put(&tx, row).await?;
            if is_new {
                notify(app, &tx, author.id, "quote", actor.id, Some(&post)).await?;
            }
            Message::AcceptQuote { uri: uri.to_owned(), post: post.id }
        }
        (_, row) => {
            if let Some(row) = row {
                let state = row.state.refused();
                quotes::put(&tx, quotes::Model { state, ..row }).await?;
            }
            let instrument = instrument.to_owned();
            Message::RejectQuote { uri: uri.to_owned(), quoted: quoted.id, instrument }
        }
    };
    quote_actions::say(app, &tx, author.id, actor.id, what).await?;
    ring(app, tx).await
}

/// `actor` answers what we have asked: our post may quote its post, with a stamp, or may not.
///
/// Nothing happens unless it is the quoted author, and a yes counts only while we wait for it.
pub async fn answer(
    app: &App,
    actor: &accounts::Model,
    post: PostId,
    stamp: Option<&str>,
) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    let row = quotes::find(&*tx, post).await?.filter(|row| row.quoted_account_id == Some(actor.id));
    let Some((row, post)) = row.zip(posts::find_any(&*tx, post).await?) else { return tx.commit().await };
    let old = row.state;
    let row = match stamp {
        Some(stamp) if old == State::Pending => {
            quotes::Model { state: State::Accepted, stamp_uri: Some(stamp.to_owned()), ..row }
        }
        Some(_) => row,
        None => quotes::Model { state: old.refused(), stamp_uri: None, ..row },
    };
    let is_told = row.state != old && (row.state == State::Accepted || old == State::Accepted);
    quotes::put(&tx, row).await?;
    if is_told && post.is_published() {
        quote_actions::tell_of_change(app, &tx, post).await?;
    }
    ring(app, tx).await
}

/// `actor` takes back the consent that stands at `stamp`. Says whether there was any.
pub async fn revoke(app: &App, actor: &accounts::Model, stamp: &str) -> Result<bool, Error> {
    let tx = app.begin_write().await?;
    let rows = quotes::list_by_stamp(&*tx, stamp, MOST_STAMPED).await?;
    let mut is_known = false;
    for row in rows.into_iter().filter(|row| row.quoted_account_id == Some(actor.id)) {
        is_known = true;
        let state = row.state.refused();
        let Some(post) = posts::find_any(&*tx, row.post_id).await? else { continue };
        quotes::put(&tx, quotes::Model { state, stamp_uri: None, ..row }).await?;
        let author = accounts::find(&*tx, post.author_id).await?;
        if post.is_published() && author.is_some_and(|author| author.is_ours()) {
            quote_actions::tell_of_change(app, &tx, post).await?;
        }
    }
    if !is_known {
        // The transaction ends the job, and there is still something to do.
        drop(tx);
        return Ok(false);
    }
    ring(app, tx).await?;
    Ok(true)
}
