//! Answers to posts whose authors want to be asked (GoToSocial's `ReplyRequest`).

use serde_json::{Value, json};
use stadtbote_core::domain::ids::PostId;
use stadtbote_core::domain::job::Message;
use stadtbote_core::store::{accounts, posts, reply_approvals};
use stadtbote_core::{App, Error};

use crate::to_wire::{Activity, note, with_context};
use crate::wire;

/// Adds to an answer of ours where its approval stands, for those who ask for one.
pub(crate) async fn describe(app: &App, note: &mut Value, post: &posts::Model) -> Result<(), Error> {
    if post.in_reply_to_id.is_none() {
        return Ok(());
    }
    let row = reply_approvals::find(app.db(), post.id).await?;
    let row = row.filter(|row| row.state == reply_approvals::ACCEPTED);
    if let Some(authorization) = row.and_then(|row| row.authorization_uri) {
        // The second name is that of GoToSocial before 0.21.
        for name in ["replyAuthorization", "approvedBy"] {
            note[name] = json!(authorization);
        }
    }
    Ok(())
}

/// Whether an answer of ours waits for a yes, or got a no.
pub(crate) async fn is_held(app: &App, post: PostId) -> Result<bool, Error> {
    let row = reply_approvals::find(app.db(), post).await?;
    Ok(row.is_some_and(|row| row.is_held()))
}

/// The question, with the answer that it is about; none if that is gone, or something else is to be said.
pub(crate) async fn message(
    app: &App,
    from: &accounts::Model,
    to: &accounts::Model,
    what: &Message,
) -> Result<Option<(Activity, Option<posts::Model>)>, Error> {
    let Message::ReplyRequest { post } = what else { return Ok(None) };
    let Some(post) = posts::find_any(app.db(), *post).await?.filter(posts::Model::is_published) else {
        return Ok(None);
    };
    let id = request_uri(from, post.id);
    let document = json!({
        "id": id,
        "type": "ReplyRequest",
        "actor": from.uri,
        "to": [to.uri],
        "object": post.in_reply_to_uri,
        "instrument": note(app, &post, from).await?,
    });
    let activity =
        Activity { kind: "ReplyRequest", subject: id.clone(), document: with_context(document), id };
    Ok(Some((activity, Some(post))))
}

fn request_uri(from: &accounts::Model, post: PostId) -> String {
    format!("{}/reply_requests/{post}", from.uri)
}

/// The answer of ours that an Accept or Reject is about: named by our request, by itself or by its Create.
pub(crate) async fn asked(app: &App, object: &Value) -> Result<Option<PostId>, Error> {
    let kind = wire::kind(object);
    if kind.is_some_and(|kind| !["ReplyRequest", "Note", "Question", "Create"].contains(&kind)) {
        return Ok(None);
    }
    let Some(id) = wire::id_of(object) else { return Ok(None) };
    let own = |post: Option<posts::Model>| async {
        let Some(post) = post.filter(|post| post.is_published() && post.in_reply_to_id.is_some()) else {
            return Ok::<_, Error>(None);
        };
        let author = accounts::find(app.db(), post.author_id).await?.filter(accounts::Model::is_ours);
        Ok(author.map(|author| (post, author)))
    };
    if let Some((_, number)) = id.rsplit_once("/reply_requests/") {
        let Ok(number) = number.parse::<PostId>() else { return Ok(None) };
        let found = own(posts::find_any(app.db(), number).await?).await?;
        return Ok(found
            .filter(|(post, author)| request_uri(author, post.id) == id)
            .map(|(post, _)| post.id));
    }
    let uri = id.strip_suffix("/activity").unwrap_or(id);
    Ok(own(posts::find_any_by_uri(app.db(), uri).await?).await?.map(|(post, _)| post.id))
}
