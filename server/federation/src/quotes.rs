//! Quotes with consent (FEP-044f): what our posts say of them, what is asked and answered, stamps.
//!
//! A stamp (`QuoteAuthorization`) stands on the host of the quoted author and names three things: the author, the post that
//! quotes, the quoted post. Ours stand at `/users/NAME/quote_authorizations/ID`, where ID is that of the post that quotes.

use serde_json::{Value, json};
use stadtbote_core::actions::quotes as actions;
use stadtbote_core::actions::receive::quotes as effects;
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::job::Message;
use stadtbote_core::domain::policy::{Groups, Policy};
use stadtbote_core::domain::quotes::State;
use stadtbote_core::store::{accounts, post_policies, posts, quotes};
use stadtbote_core::{App, Error};
use url::Url;

use crate::Federation;
use crate::to_wire::{Activity, answer_id, note, with_context};
use crate::wire::{self, PUBLIC, is_same_host};

/// Adds to a note of ours what it quotes, and who may quote, like, answer and boost it.
pub(crate) async fn describe(
    app: &App,
    note: &mut Value,
    post: &posts::Model,
    author: &accounts::Model,
) -> Result<(), Error> {
    let policy = match post.visibility.is_open() {
        true => {
            post_policies::find(app.db(), post.id).await?.map_or(actions::unsaid(true), |said| said.quote())
        }
        false => Policy::NOBODY,
    };
    note["interactionPolicy"] =
        json!({ "canQuote": { "automaticApproval": named(policy.automatic, author) } });
    if post.visibility.is_open() {
        for what in ["canLike", "canReply", "canAnnounce"] {
            note["interactionPolicy"][what] = json!({ "automaticApproval": [PUBLIC] });
        }
    }
    let Some(row) = quotes::find(app.db(), post.id).await? else { return Ok(()) };
    let Some((quoted, quoted_author)) = subject(app, &row).await? else { return Ok(()) };
    if matches!(row.state, State::Rejected | State::Revoked) && quoted_author.id != author.id {
        // Without consent it is a link in the text, as the sender may link whatever is public.
        return Ok(());
    }
    for name in ["quote", "quoteUri", "_misskey_quote"] {
        note[name] = json!(quoted.uri);
    }
    let stamp = match quoted_author.is_ours() {
        true => (row.state == State::Accepted).then(|| stamp_uri(&quoted_author, post.id)),
        false => row.stamp_uri.filter(|_| row.state == State::Accepted),
    };
    if let Some(stamp) = stamp {
        note["quoteAuthorization"] = json!(stamp);
    }
    Ok(())
}

/// The groups of a policy of ours as addresses. Nobody is the author alone: an empty list is the same as none in JSON-LD,
/// and none may mean anything.
fn named(groups: Groups, author: &accounts::Model) -> Vec<String> {
    let followers = author.followers.clone().filter(|_| groups.has(Groups::FOLLOWERS));
    let everybody = groups.has(Groups::PUBLIC).then(|| PUBLIC.to_owned());
    let named: Vec<String> = everybody.into_iter().chain(followers).collect();
    if named.is_empty() { vec![author.uri.clone()] } else { named }
}

/// Where the consent of an account of ours to a quote stands.
fn stamp_uri(author: &accounts::Model, quoting: PostId) -> String {
    format!("{}/quote_authorizations/{quoting}", author.uri)
}

/// The quoted post, if everybody may see it, with its author.
async fn subject(app: &App, row: &quotes::Model) -> Result<Option<(posts::Model, accounts::Model)>, Error> {
    let Some(quoted) = row.quoted_id else { return Ok(None) };
    let Some(quoted) = posts::find_visible(app.db(), None, quoted).await? else { return Ok(None) };
    let author = accounts::find(app.db(), quoted.author_id).await?;
    Ok(author.map(|author| (quoted, author)))
}

/// A stamp of ours; none if there is no consent.
pub(crate) async fn stamp_document(
    app: &App,
    account: &accounts::Model,
    quoting: PostId,
) -> Result<Option<Value>, Error> {
    let row = quotes::find(app.db(), quoting).await?;
    let row = row.filter(|row| row.state == State::Accepted && row.quoted_account_id == Some(account.id));
    let Some(row) = row else { return Ok(None) };
    let Some((quoted, _)) = subject(app, &row).await? else { return Ok(None) };
    let Some(post) = posts::find_any(app.db(), quoting).await?.filter(posts::Model::is_published) else {
        return Ok(None);
    };
    Ok(Some(with_context(stamp(account, &post.uri, &quoted.uri, quoting))))
}

fn stamp(author: &accounts::Model, quoting_uri: &str, quoted_uri: &str, quoting: PostId) -> Value {
    json!({
        "id": stamp_uri(author, quoting),
        "type": "QuoteAuthorization",
        "attributedTo": author.uri,
        "interactingObject": quoting_uri,
        "interactionTarget": quoted_uri,
    })
}

/// What one of ours says of a quote to somebody elsewhere, with the post of ours that it carries; none if it is something
/// else, or its subject is gone.
pub(crate) async fn message(
    app: &App,
    from: &accounts::Model,
    to: &accounts::Model,
    what: &Message,
) -> Result<Option<(Activity, Option<posts::Model>)>, Error> {
    let act = |id: String, kind: &'static str, subject: &str, more: Value| {
        let mut document = json!({ "id": id, "type": kind, "actor": from.uri, "to": [to.uri] });
        if let (Value::Object(document), Value::Object(more)) = (&mut document, more) {
            document.extend(more);
        }
        Activity { kind, subject: subject.to_owned(), document: with_context(document), id }
    };
    let post = match what {
        Message::QuoteRequest { post }
        | Message::AcceptQuote { post, .. }
        | Message::RevokeQuote { post } => *post,
        Message::RejectQuote { uri, quoted, instrument } => {
            let Some(quoted) = posts::find_any(app.db(), *quoted).await? else { return Ok(None) };
            let asked = request(uri, &to.uri, &quoted.uri, json!(instrument));
            let refusal = act(answer_id(from, "rejects", uri), "Reject", uri, json!({ "object": asked }));
            return Ok(Some((refusal, None)));
        }
        _ => return Ok(None),
    };
    let Some(row) = quotes::find(app.db(), post).await? else { return Ok(None) };
    let Some(post) = posts::find_any(app.db(), post).await?.filter(posts::Model::is_published) else {
        return Ok(None);
    };
    Ok(match what {
        Message::QuoteRequest { .. } => {
            // Only of what everybody may read anyway is the quoted author told, with all that it says.
            let Some(uri) = row.request_uri.filter(|_| post.visibility.is_open()) else { return Ok(None) };
            let note = note(app, &post, from).await?;
            let asked = json!({ "object": row.quoted_uri, "instrument": note });
            Some((act(uri.clone(), "QuoteRequest", &uri, asked), Some(post)))
        }
        Message::AcceptQuote { uri, .. } if row.state == State::Accepted => {
            let asked = request(uri, &to.uri, &row.quoted_uri, json!(post.uri));
            let answer = json!({ "object": asked, "result": stamp_uri(from, post.id) });
            Some((act(answer_id(from, "accepts", uri), "Accept", uri, answer), None))
        }
        Message::RevokeQuote { .. } => {
            let uri = stamp_uri(from, post.id);
            let mut gone = act(
                format!("{uri}#delete"),
                "Delete",
                &uri,
                json!({ "object": stamp(from, &post.uri, &row.quoted_uri, post.id) }),
            );
            gone.document["to"] = json!([PUBLIC, to.uri]);
            Some((gone, None))
        }
        _ => None,
    })
}

fn request(uri: &str, actor: &str, object: &str, instrument: Value) -> Value {
    json!({ "id": uri, "type": "QuoteRequest", "actor": actor, "object": object, "instrument": instrument })
}

/// The post of ours that an answer to a QuoteRequest is about: named by the request's id, or by the post itself.
pub(crate) async fn asked(app: &App, object: &Value) -> Result<Option<PostId>, Error> {
    if wire::kind(object).is_some_and(|kind| kind != "QuoteRequest") {
        return Ok(None);
    }
    let by_id = match wire::id_of(object) {
        Some(uri) => quotes::find_by_request(app.db(), uri).await?,
        None => None,
    };
    let row = match (by_id, wire::id(object, "instrument")) {
        (Some(row), _) => Some(row),
        (None, Some(instrument)) => match posts::find_any_by_uri(app.db(), instrument).await? {
            Some(post) => quotes::find(app.db(), post.id).await?.filter(|row| row.request_uri.is_some()),
            None => None,
        },
        (None, None) => None,
    };
    let Some(row) = row else { return Ok(None) };
    let author = accounts::find(app.db(), row.account_id).await?;
    Ok(author.filter(accounts::Model::is_ours).map(|_| row.post_id))
}

impl Federation {
    /// Fetches what a post quotes, if it is not here, and looks at the stamp: at most the quoted post, its author and one
    /// document more.
    pub(crate) async fn verify_quote(&self, app: &App, post: PostId) -> Result<(), Error> {
        let Some(row) = quotes::find(app.db(), post).await? else { return Ok(()) };
        if row.quoted_id.is_none() {
            // What comes is tied to its quotes, and they are looked at again then, if there is a stamp.
            self.quoted_at(&row.quoted_uri).await?;
        }
        let Some(row) = quotes::find(app.db(), post).await?.filter(|row| row.state != State::Accepted) else {
            return Ok(());
        };
        let (Some(stamp), Some(author)) = (&row.stamp_uri, row.quoted_account_id) else { return Ok(()) };
        let Some(author) = accounts::find(app.db(), author).await?.filter(|author| !author.is_ours()) else {
            return Ok(());
        };
        let Some(quoting) = posts::find_any(app.db(), post).await?.filter(posts::Model::is_published) else {
            return Ok(());
        };
        let is_good = match Url::parse(stamp) {
            // Nobody else than the quoted author's host can say that the author agrees, so nobody else is asked.
            Ok(url) if is_same_host(stamp, &author.uri) => match self.fetch(&url).await? {
                Some(document) => says(&document.value, &author.uri, &quoting.uri, &row.quoted_uri),
                None => false,
            },
            _ => false,
        };
        effects::judge(app, &row, is_good).await
    }
}

/// Whether a stamp says that `author` lets `quoting` quote `quoted`.
fn says(stamp: &Value, author: &str, quoting: &str, quoted: &str) -> bool {
    wire::is_a(stamp, "QuoteAuthorization")
        && wire::id(stamp, "attributedTo") == Some(author)
        && wire::id(stamp, "interactingObject") == Some(quoting)
        && wire::id(stamp, "interactionTarget") == Some(quoted)
}
