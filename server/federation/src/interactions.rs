//! Likes, answers and boosts of our posts that others ask for before they are passed on (GoToSocial's `LikeRequest`,
//! `ReplyRequest` and `AnnounceRequest`), and where our yes stands.

use serde_json::{Value, json};
use stadtbote_core::actions::receive::interactions as effects;
use stadtbote_core::domain::job::Message;
use stadtbote_core::domain::policy::Interaction;
use stadtbote_core::store::{accounts, posts};
use stadtbote_core::{App, Error};

use crate::to_wire::{Activity, answer_id, with_context};

/// The words for an interaction: the request's type, the authorisation's type, and the folder of our authorisations.
fn words(interaction: Interaction) -> (&'static str, &'static str, &'static str) {
    match interaction {
        Interaction::Like => ("LikeRequest", "LikeAuthorization", "like_authorizations"),
        Interaction::Reply => ("ReplyRequest", "ReplyAuthorization", "reply_authorizations"),
        Interaction::Boost => ("AnnounceRequest", "AnnounceAuthorization", "announce_authorizations"),
    }
}

fn authorization_uri(author: &accounts::Model, interaction: Interaction, number: i64) -> String {
    format!("{}/{}/{number}", author.uri, words(interaction).2)
}

/// The answer to a request; none if something else is to be said, or our post is gone.
pub(crate) async fn message(
    app: &App,
    from: &accounts::Model,
    to: &accounts::Model,
    what: &Message,
) -> Result<Option<Activity>, Error> {
    let Message::AnswerInteraction { uri, interaction, post, instrument, number } = what else {
        return Ok(None);
    };
    let Some(post) = posts::find_any(app.db(), *post).await?.filter(posts::Model::is_published) else {
        return Ok(None);
    };
    let (kind, verb) = if number.is_some() { ("Accept", "accepts") } else { ("Reject", "rejects") };
    let id = answer_id(from, verb, uri);
    let mut document = json!({
        "id": id,
        "type": kind,
        "actor": from.uri,
        "to": [to.uri],
        "object": {
            "id": uri,
            "type": words(*interaction).0,
            "actor": to.uri,
            "object": post.uri,
            "instrument": instrument,
        },
    });
    if let Some(number) = number {
        document["result"] = json!(authorization_uri(from, *interaction, *number));
    }
    Ok(Some(Activity { kind, subject: uri.clone(), document: with_context(document), id }))
}

/// An authorisation of ours; none if there is no such thing any more.
pub(crate) async fn authorization_document(
    app: &App,
    author: &accounts::Model,
    interaction: Interaction,
    number: i64,
) -> Result<Option<Value>, Error> {
    let permitted = effects::permitted(app, author, interaction, number).await?;
    Ok(permitted.map(|permitted| {
        with_context(json!({
            "id": authorization_uri(author, interaction, number),
            "type": words(interaction).1,
            "attributedTo": author.uri,
            "interactingObject": permitted.instrument,
            "interactionTarget": permitted.post,
        }))
    }))
}
