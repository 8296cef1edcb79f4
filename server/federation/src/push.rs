//! Tells the client programs of our people what came in (Web Push), whether we speak with other servers or not.
//!
//! A push address is a secret of its client program, so only its host is ever written to the log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::TimeDelta;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use stadtbote_core::actions::{self, Member, oauth};
use stadtbote_core::domain::copies::{Use, is_elsewhere};
use stadtbote_core::domain::ids::{NotificationId, RowId};
use stadtbote_core::domain::permission::Act;
use stadtbote_core::domain::post::Visibility;
use stadtbote_core::domain::text;
use stadtbote_core::store::{
    accounts, notifications, oauth_tokens, persons, post_texts, posts, push_subscriptions,
};
use stadtbote_core::{App, Error};
use url::Url;

use crate::Federation;
use crate::client::RequestError;
use crate::web_push::{self, Receiver};

/// How long a push service keeps a message for a telephone that is off; older news is no news.
const LIFE: TimeDelta = TimeDelta::hours(48);
/// How long a title and a body may be, in graphemes. A message must fit into one record, and relays need room too.
const TITLE: usize = 80;
const BODY: usize = 140;
/// The picture of accounts that have none, under the name that clients know.
const NO_AVATAR: &str = "/avatars/original/missing.png";

/// What a client program reads, under Mastodon's names.
#[derive(Debug, PartialEq, Serialize)]
struct Message {
    /// Empty: we keep only a hash of the token. A program knows by its own key which account is meant.
    access_token: &'static str,
    preferred_locale: String,
    /// A number, unlike every other id.
    notification_id: i64,
    notification_type: String,
    icon: String,
    title: String,
    body: String,
    #[serde(skip)]
    is_urgent: bool,
}

impl Federation {
    /// Tells one client program of a notification, if it still may know. A subscription that its push service has
    /// ended, ends here too.
    pub(crate) async fn push(
        &self,
        app: &App,
        notification: NotificationId,
        subscription: RowId,
    ) -> Result<(), Error> {
        let Some(subscription) = push_subscriptions::find_by_id(app.db(), subscription).await? else {
            return Ok(());
        };
        let Some(message) = message(app, &subscription, notification).await? else { return Ok(()) };
        // Without the lease: a key that must be made first does not end this job.
        let key = actions::push::private_key(self.app()).await?;
        let Some((endpoint, headers, body)) = request(app, &subscription, &message, &key)? else {
            return actions::push::end(app, subscription.id).await;
        };
        let host = endpoint.host_str().unwrap_or_default();
        match self.client().await?.post(&endpoint, headers, body, app.clock.now()).await {
            Ok(answer) => match answer.status {
                200..300 => Ok(()),
                408 | 429 => {
                    Err(Error::Remote(format!("the push service {host} answered {}", answer.status)))
                }
                400..500 => {
                    tracing::info!("The push service {host} ended a subscription with {}", answer.status);
                    actions::push::end(app, subscription.id).await
                }
                status => Err(Error::Remote(format!("the push service {host} answered {status}"))),
            },
            Err(RequestError::Refused(refusal)) => {
                tracing::info!("The push service {host} may not be reached: {refusal}");
                Ok(())
            }
            Err(error) => Err(Error::Remote(format!("the push service {host}: {error}"))),
        }
    }
}

/// What is said of a notification to the holder of a subscription's token; none if nothing may be said any more.
async fn message(
    app: &App,
    subscription: &push_subscriptions::Model,
    id: NotificationId,
) -> Result<Option<Message>, Error> {
    let (db, now) = (app.db(), app.clock.now());
    let Some(token) = oauth_tokens::find_by_id(db, subscription.token_id).await? else { return Ok(None) };
    let Some(person) = token.person_id.filter(|_| now - token.used_at <= oauth::TOKEN_REST) else {
        return Ok(None);
    };
    let member = Member::find(app, person, subscription.account_id).await?;
    let Some(member) = member.filter(|member| member.may(Act::Read)) else { return Ok(None) };
    // By the member's eyes: this also leaves out direct messages where the role does not read them.
    let Some(row) = notifications::find(db, member.viewer(), id, now).await? else { return Ok(None) };
    if now - row.created_at > LIFE {
        return Ok(None);
    }
    let Some(person) = persons::find(db, person).await? else { return Ok(None) };
    let from = accounts::find(db, row.from_id).await?;
    let Some(from) = from.filter(|from| !from.is_gone()) else {
        return Ok(None);
    };
    let (post, body) = match row.post_id {
        Some(post) => {
            let text = post_texts::find_main(db, post).await?;
            let said = text.map(|text| match text.warning.is_empty() {
                true => text::plain_from_html(&text.html),
                false => text.warning,
            });
            (posts::find_visible(db, Some(member.viewer()), post).await?, said.unwrap_or_default())
        }
        None => (None, text::plain_from_html(&from.note)),
    };
    let is_direct = post.is_some_and(|post| post.visibility == Visibility::Direct);
    let name = if from.display_name.is_empty() { &from.username } else { &from.display_name };
    let title = title(&person.locale, &row.kind, is_direct, &short(name, TITLE));
    Ok(Some(Message {
        access_token: "",
        preferred_locale: person.locale,
        notification_id: row.id.0,
        is_urgent: row.kind == "mention",
        notification_type: row.kind,
        icon: icon(app, &from),
        title,
        body: short(&body, BODY),
    }))
}

/// The beginning of a text: a grapheme may be of any size, so characters are counted too.
fn short(text: &str, graphemes: usize) -> String {
    text::excerpt(text, graphemes).chars().take(2 * graphemes).collect()
}

fn icon(app: &App, from: &accounts::Model) -> String {
    let path = match from.avatar.as_deref() {
        Some(elsewhere) if is_elsewhere(elsewhere) => Use::Avatar.path(from.id.0, elsewhere),
        Some(file) => format!("/media/{file}"),
        None => NO_AVATAR.to_owned(),
    };
    app.config.server.address(&path)
}

/// What happened, in the person's language.
fn title(locale: &str, kind: &str, is_direct: bool, name: &str) -> String {
    match (locale, kind) {
        ("de", "mention") if is_direct => format!("{name} hat Ihnen geschrieben"),
        ("de", "mention") => format!("{name} hat Sie erwähnt"),
        ("de", "status") => format!("{name} hat etwas veröffentlicht"),
        ("de", "reblog") => format!("{name} hat Ihren Beitrag geteilt"),
        ("de", "favourite") => format!("{name} hat Ihren Beitrag als Favorit markiert"),
        ("de", "follow") => format!("{name} folgt Ihnen jetzt"),
        ("de", "follow_request") => format!("{name} möchte Ihnen folgen"),
        ("de", "poll") => format!("Eine Umfrage von {name} ist beendet"),
        ("de", "quote") => format!("{name} hat Ihren Beitrag zitiert"),
        ("de", "quoted_update") => format!("{name} hat einen Beitrag geändert, den Sie zitieren"),
        ("de", "update") => format!("{name} hat einen Beitrag geändert"),
        ("de", _) => format!("Neues von {name}"),
        (_, "mention") if is_direct => format!("{name} wrote to you"),
        (_, "mention") => format!("{name} mentioned you"),
        (_, "status") => format!("{name} just posted"),
        (_, "reblog") => format!("{name} boosted your post"),
        (_, "favourite") => format!("{name} favourited your post"),
        (_, "follow") => format!("{name} is now following you"),
        (_, "follow_request") => format!("{name} wants to follow you"),
        (_, "poll") => format!("A poll by {name} has ended"),
        (_, "quote") => format!("{name} quoted your post"),
        (_, "quoted_update") => format!("{name} edited a post that you quote"),
        (_, "update") => format!("{name} edited a post"),
        _ => format!("News from {name}"),
    }
}

/// The request to the push service; none if the keys of the subscription are no keys.
fn request(
    app: &App,
    subscription: &push_subscriptions::Model,
    message: &Message,
    key: &[u8],
) -> Result<Option<(Url, HeaderMap, Bytes)>, Error> {
    let text = serde_json::to_vec(message).map_err(Error::unexpected)?;
    let Ok(endpoint) = Url::parse(&subscription.endpoint) else { return Ok(None) };
    let public_key = URL_SAFE_NO_PAD.decode(&subscription.public_key);
    let (Ok(public_key), Ok(auth)) = (public_key, URL_SAFE_NO_PAD.decode(&subscription.auth)) else {
        return Ok(None);
    };
    let receiver = Receiver { public_key: &public_key, auth: &auth };
    let sealed = match subscription.is_standard {
        true => web_push::seal(&receiver, &text),
        false => web_push::seal_by_draft(&receiver, &text),
    };
    let Ok(sealed) = sealed else { return Ok(None) };

    let contact = match app.config.instance.contact_email.as_str() {
        "" => app.config.server.public_url.to_string(),
        email => format!("mailto:{email}"),
    };
    let proof = web_push::prove(key, &endpoint, &contact, app.clock.now()).map_err(Error::unexpected)?;
    let mut headers = vec![
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (HeaderName::from_static("ttl"), LIFE.num_seconds().to_string()),
        (HeaderName::from_static("urgency"), if message.is_urgent { "high" } else { "normal" }.to_owned()),
    ];
    match sealed.beside {
        None => headers.extend([
            (CONTENT_ENCODING, "aes128gcm".to_owned()),
            (AUTHORIZATION, format!("vapid t={}, k={}", proof.token, proof.key)),
        ]),
        Some(beside) => headers.extend([
            (CONTENT_ENCODING, "aesgcm".to_owned()),
            (AUTHORIZATION, format!("WebPush {}", proof.token)),
            (HeaderName::from_static("encryption"), format!("salt={}", beside.salt)),
            (HeaderName::from_static("crypto-key"), format!("dh={};p256ecdsa={}", beside.key, proof.key)),
        ]),
    }
    let headers: Result<HeaderMap, _> =
        headers.into_iter().map(|(name, value)| Ok((name, HeaderValue::try_from(value)?))).collect();
    let headers = headers.map_err(|error: http::header::InvalidHeaderValue| Error::unexpected(error))?;
    Ok(Some((endpoint, headers, sealed.body.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_said_in_the_language_of_the_person() {
        assert_eq!(title("de", "mention", false, "Rita"), "Rita hat Sie erwähnt");
        assert_eq!(title("de", "mention", true, "Rita"), "Rita hat Ihnen geschrieben");
        assert_eq!(title("en", "follow", false, "Rita"), "Rita is now following you");
        assert_eq!(title("fr", "update", false, "Rita"), "Rita edited a post");
    }

    #[test]
    fn the_longest_message_fits_into_one_record_and_through_a_relay() {
        let graphemes = format!("e{}", "\u{0301}".repeat(4000));
        let message = Message {
            access_token: "",
            preferred_locale: "de".into(),
            notification_id: i64::MAX,
            notification_type: "follow_request".into(),
            icon: "x".repeat(1000),
            title: title("de", "favourite", false, &short(&"😀".repeat(500), TITLE)),
            body: short(&graphemes, BODY),
            is_urgent: false,
        };

        assert!(serde_json::to_vec(&message).is_ok_and(|text| text.len() < 2500));
    }
}
