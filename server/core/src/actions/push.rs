//! Push messages to client programs: who wants them, and the key that we sign them with (RFC 8292).

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use crate::actions::Member;
use crate::domain::ids::{RowId, TokenId};
use crate::domain::permission::Act;
use crate::store::{facts, push_subscriptions};
use crate::{App, Error};

/// Base64 for addresses, with or without padding: clients send both.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where a client program wants to be told of what.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    /// The address of its push service.
    pub endpoint: String,
    /// Its public key, as base64.
    pub public_key: String,
    /// The secret that it shares with us, as base64.
    pub auth: String,
    /// Whether it reads the encryption of RFC 8291 rather than its draft.
    pub is_standard: bool,
    /// The kinds of notifications that it wants.
    pub alerts: Vec<&'static str>,
    /// `all`, `followed`, `follower` or `none`: from whom.
    pub policy: String,
}

/// Subscribes a token, in place of what it had subscribed before.
pub async fn subscribe(
    app: &App,
    member: &Member,
    token: TokenId,
    new: NewSubscription,
) -> Result<push_subscriptions::Model, Error> {
    member.must(Act::Read)?;
    let new = checked(new)?;
    let row = push_subscriptions::Model {
        id: app.id(RowId),
        token_id: token,
        account_id: member.account.id,
        endpoint: new.endpoint,
        public_key: new.public_key,
        auth: new.auth,
        is_standard: new.is_standard,
        alerts: new.alerts.join(" "),
        policy: new.policy,
        created_at: app.clock.now(),
    };
    let tx = app.begin_write().await?;
    push_subscriptions::put(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes of what the subscription of a token tells, and from whom.
pub async fn change(
    app: &App,
    token: TokenId,
    alerts: Vec<&'static str>,
    policy: String,
) -> Result<push_subscriptions::Model, Error> {
    check_policy(&policy)?;
    let tx = app.begin_write().await?;
    let row = push_subscriptions::find(&*tx, token).await?.ok_or(Error::NotFound("Record"))?;
    let row = push_subscriptions::Model { alerts: alerts.join(" "), policy, ..row };
    push_subscriptions::put(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// Ends the subscription of a token; that there is none is fine.
pub async fn unsubscribe(app: &App, token: TokenId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    push_subscriptions::delete(&tx, token).await?;
    tx.commit().await
}

/// Ends one subscription, because its push service did.
pub async fn end(app: &App, subscription: RowId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    push_subscriptions::delete_by_id(&tx, subscription).await?;
    tx.commit().await
}

/// The subscription with its keys written in one way, if they are keys and the rest is right too.
fn checked(new: NewSubscription) -> Result<NewSubscription, Error> {
    let is_address = Url::parse(&new.endpoint).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if !is_address || new.endpoint.len() > 2000 {
        return Err(Error::invalid("Endpoint", "is not a valid URL"));
    }
    let read = |text: &str| LENIENT.decode(text.replace('+', "-").replace('/', "_")).ok();
    let public_key = read(&new.public_key).filter(|key| key.len() == 65 && is_on_curve(key));
    let auth = read(&new.auth).filter(|auth| auth.len() == 16);
    let (Some(public_key), Some(auth)) = (public_key, auth) else {
        return Err(Error::invalid("Keys", "are not valid"));
    };
    check_policy(&new.policy)?;
    let write = |bytes| URL_SAFE_NO_PAD.encode(bytes);
    Ok(NewSubscription { public_key: write(public_key), auth: write(auth), ..new })
}

fn check_policy(policy: &str) -> Result<(), Error> {
    match policy {
        "all" | "followed" | "follower" | "none" => Ok(()),
        _ => Err(Error::invalid("Policy", "must be all, followed, follower or none")),
    }
}

fn is_on_curve(key: &[u8]) -> bool {
    ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, key)).is_ok()
}

/// The key that push services know us by, as base64. It is made when it is first asked for and must never change.
pub async fn public_key(app: &App) -> Result<String, Error> {
    if let Some(key) = facts::find(app.db(), facts::PUSH_PUBLIC_KEY).await? {
        return Ok(key);
    }
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(Error::unexpected)?;
    let private = pair.to_pkcs8v1().map_err(Error::unexpected)?;
    let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());

    let tx = app.begin_write().await?;
    // Somebody else may have been first.
    if let Some(key) = facts::find(&*tx, facts::PUSH_PUBLIC_KEY).await? {
        return Ok(key);
    }
    facts::put(&tx, facts::PUSH_PRIVATE_KEY, &URL_SAFE_NO_PAD.encode(private.as_ref())).await?;
    facts::put(&tx, facts::PUSH_PUBLIC_KEY, &public).await?;
    tx.commit().await?;
    Ok(public)
}

/// The private half of [`public_key`], as PKCS #8.
pub async fn private_key(app: &App) -> Result<Vec<u8>, Error> {
    public_key(app).await?;
    let key = facts::find(app.db(), facts::PUSH_PRIVATE_KEY).await?;
    let key = key.ok_or_else(|| Error::unexpected("the private key of push messages is gone"))?;
    URL_SAFE_NO_PAD.decode(key).map_err(Error::unexpected)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The receiver's key of RFC 8291, appendix A.
    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    fn subscription() -> NewSubscription {
        NewSubscription {
            endpoint: "https://push.example/1".into(),
            public_key: KEY.into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
            is_standard: true,
            alerts: vec!["mention"],
            policy: "all".into(),
        }
    }

    #[test]
    fn a_subscription_needs_an_address_and_whole_keys() {
        let is_good = |new| checked(new).is_ok();

        assert!(is_good(subscription()));
        assert!(!is_good(NewSubscription { endpoint: "http://push.example".into(), ..subscription() }));
        assert!(!is_good(NewSubscription { public_key: "abc".into(), ..subscription() }));
        let nowhere = URL_SAFE_NO_PAD.encode([4; 65]);
        assert!(!is_good(NewSubscription { public_key: nowhere, ..subscription() }));
        assert!(!is_good(NewSubscription { auth: String::new(), ..subscription() }));
        assert!(!is_good(NewSubscription { policy: "some".into(), ..subscription() }));
    }

    #[test]
    fn keys_are_kept_in_one_way_however_they_are_written() {
        let written = NewSubscription {
            public_key: format!("{}=", KEY.replace('-', "+").replace('_', "/")),
            auth: "BTBZMqHH6r4Tts7J/aSIgg==".into(),
            ..subscription()
        };

        let kept = checked(written).ok().map(|kept| (kept.public_key, kept.auth));

        assert_eq!(kept, Some((subscription().public_key, subscription().auth)));
    }
}
