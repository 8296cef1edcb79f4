//! Push messages to client programs: who wants them, and the key that we sign them with (RFC 8292).

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
    check(&new)?;
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

/// Ends the subscription of a token; that there is none is fine.
pub async fn unsubscribe(app: &App, token: TokenId) -> Result<(), Error> {
    let tx = app.begin_write().await?;
    push_subscriptions::delete(&tx, token).await?;
    tx.commit().await
}

fn check(new: &NewSubscription) -> Result<(), Error> {
    let is_address = Url::parse(&new.endpoint).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if !is_address || new.endpoint.len() > 2000 {
        return Err(Error::invalid("Endpoint", "is not a valid URL"));
    }
    let length = |text: &str| LENIENT.decode(text.replace('+', "-").replace('/', "_")).map(|bytes| bytes.len());
    if length(&new.public_key) != Ok(65) || length(&new.auth) != Ok(16) {
        return Err(Error::invalid("Keys", "are not valid"));
    }
    if !matches!(new.policy.as_str(), "all" | "followed" | "follower" | "none") {
        return Err(Error::invalid("Policy", "must be all, followed, follower or none"));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription() -> NewSubscription {
        NewSubscription {
            endpoint: "https://push.example/1".into(),
            public_key: URL_SAFE_NO_PAD.encode([4; 65]),
            auth: format!("{}==", URL_SAFE_NO_PAD.encode([1; 16])),
            is_standard: true,
            alerts: vec!["mention"],
            policy: "all".into(),
        }
    }

    #[test]
    fn a_subscription_needs_an_address_and_whole_keys() {
        assert!(check(&subscription()).is_ok());
        assert!(check(&NewSubscription { endpoint: "http://push.example".into(), ..subscription() }).is_err());
        assert!(check(&NewSubscription { public_key: "abc".into(), ..subscription() }).is_err());
        assert!(check(&NewSubscription { auth: String::new(), ..subscription() }).is_err());
        assert!(check(&NewSubscription { policy: "some".into(), ..subscription() }).is_err());
    }
}
