//! Client programs and their tokens (RFC 6749, RFC 7636, RFC 7009, as Mastodon has them).

use base64::Engine;
use chrono::TimeDelta;
use sha2::Digest;
use subtle::ConstantTimeEq;
use url::Url;

use crate::actions::Member;
use crate::app::{secret, secret_hash};
use crate::domain::ids::{OauthAppId, PersonId, RowId, TokenId};
use crate::domain::scope::Scopes;
use crate::store::{oauth_apps, oauth_codes, oauth_tokens};
use crate::{App, Error};

/// The redirect that shows the code on a page.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
/// How long a code works.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// A token that was not used this long ends.
pub const TOKEN_REST: TimeDelta = TimeDelta::days(90);

/// A client program that introduces itself.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Its name for people.
    pub name: String,
    /// Its home page.
    pub website: Option<String>,
    /// Where it may be sent back to.
    pub redirect_uris: Vec<String>,
    /// What it may ever ask for.
    pub scopes: Scopes,
}

/// Registers a client program; gives its row and its secret, which is told only now.
pub async fn create_app(app: &App, new: NewApp) -> Result<(oauth_apps::Model, String), Error> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("Name", "must have between 1 and 60 characters"));
    }
    if new.redirect_uris.is_empty() || new.redirect_uris.len() > 20 {
        return Err(Error::invalid("Redirect URI", "must be between 1 and 20"));
    }
    if !new.redirect_uris.iter().all(|uri| is_redirect(uri)) {
        return Err(Error::invalid("Redirect URI", "must be an absolute URI."));
    }
    let website = new.website.filter(|site| site.starts_with("https://") || site.starts_with("http://"));
    let secret_text = secret();
    let row = oauth_apps::Model {
        id: app.id(OauthAppId),
        name: name.to_owned(),
        website: website.filter(|site| site.len() <= 2000),
        redirect_uris: new.redirect_uris.join("\n"),
        scopes: new.scopes.to_string(),
        client_id: secret(),
        client_secret_hash: secret_hash(&secret_text),
        created_at: app.clock.now(),
    };
    let tx = app.begin_write().await?;
    oauth_apps::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok((row, secret_text))
}

/// Whether a program may be sent back to `uri`: absolute, without a fragment, and nothing that runs in the browser.
fn is_redirect(uri: &str) -> bool {
    if uri == OUT_OF_BAND {
        return true;
    }
    match Url::parse(uri) {
        Ok(url) => {
            uri.len() <= 2000
                && url.fragment().is_none()
                && !matches!(url.scheme(), "data" | "javascript" | "vbscript" | "file" | "blob" | "about")
        }
        Err(_) => false,
    }
}

/// What a program asks of a person.
#[derive(Clone, Debug)]
pub struct Request {
    /// The program.
    pub client: oauth_apps::Model,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What it wants to do.
    pub scopes: Scopes,
    /// Given back with the answer.
    pub state: Option<String>,
    /// PKCE S256.
    pub challenge: Option<String>,
}

/// What is wrong with a program's request. The first two must not be told to the redirect address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// No such program.
    #[error("invalid_client")]
    UnknownClient,
    /// The redirect address is not one of the program's.
    #[error("invalid_redirect_uri")]
    WrongRedirect,
    /// Only `response_type=code` is there.
    #[error("unsupported_response_type")]
    ResponseType,
    /// It wants more than it registered for.
    #[error("invalid_scope")]
    Scope,
    /// PKCE other than S256.
    #[error("invalid_request")]
    Challenge,
}

/// The raw parameters of `/oauth/authorize`.
#[derive(Clone, Debug, Default)]
pub struct RequestParameters {
    /// `response_type`.
    pub response_type: String,
    /// `client_id`.
    pub client_id: String,
    /// `redirect_uri`.
    pub redirect_uri: String,
    /// `scope`.
    pub scope: String,
    /// `state`.
    pub state: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
}

/// Checks a program's request.
pub async fn check_request(
    app: &App,
    asked: RequestParameters,
) -> Result<Result<Request, RequestFault>, Error> {
    let Some(client) = oauth_apps::find_by_client_id(app.db(), &asked.client_id).await? else {
        return Ok(Err(RequestFault::UnknownClient));
    };
    if !client.allows_redirect(&asked.redirect_uri) {
        return Ok(Err(RequestFault::WrongRedirect));
    }
    if asked.response_type != "code" {
        return Ok(Err(RequestFault::ResponseType));
    }
    let registered = Scopes::parse(&client.scopes).ok_or_else(|| Error::unexpected("stored scopes"))?;
    let Some(scopes) = Scopes::parse(&asked.scope).filter(|scopes| registered.contain(scopes)) else {
        return Ok(Err(RequestFault::Scope));
    };
    let challenge = asked.code_challenge.filter(|challenge| !challenge.is_empty());
    let is_plausible = |challenge: &String| (43..=128).contains(&challenge.len());
    if challenge.is_some()
        && (asked.code_challenge_method.as_deref() != Some("S256")
            || !challenge.as_ref().is_some_and(is_plausible))
    {
        return Ok(Err(RequestFault::Challenge));
    }
    Ok(Ok(Request { client, redirect_uri: asked.redirect_uri, scopes, state: asked.state, challenge }))
}

/// The member allows it; gives the code.
pub async fn authorize(app: &App, member: &Member, request: &Request) -> Result<String, Error> {
    let code = secret();
    let row = oauth_codes::Model {
        id: app.id(RowId),
        code_hash: secret_hash(&code),
        app_id: request.client.id,
        person_id: member.person,
        account_id: member.account.id,
        redirect_uri: request.redirect_uri.clone(),
        scopes: request.scopes.to_string(),
        challenge: request.challenge.clone(),
        expires_at: app.clock.now() + CODE_LIFE,
        token_id: None,
    };
    let tx = app.begin_write().await?;
    oauth_codes::insert(&tx, row).await?;
    tx.commit().await?;
    Ok(code)
}

/// The program with that public name, if the secret is right (or, where a program proves itself by PKCE, not given).
pub async fn client(
    app: &App,
    client_id: &str,
    client_secret: Option<&str>,
) -> Result<Option<oauth_apps::Model>, Error> {
    let found = oauth_apps::find_by_client_id(app.db(), client_id).await?;
    Ok(found.filter(|client| match client_secret {
        Some(given) => is_same(&secret_hash(given), &client.client_secret_hash),
        None => true,
    }))
}

/// Exchanges a code for a token; none if the code, the program, the redirect or the verifier is wrong.
pub async fn exchange(
    app: &App,
    client: &oauth_apps::Model,
    knows_secret: bool,
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Option<(oauth_tokens::Model, String)>, Error> {
    let now = app.clock.now();
    let tx = app.begin_write().await?;
    let Some(code) = oauth_codes::find(&tx, &secret_hash(code), now).await? else { return Ok(None) };
    if let Some(token) = code.token_id {
        // Somebody else has it too, and nobody can tell who was first (RFC 6749, 4.1.2).
        oauth_tokens::delete(&tx, token).await?;
        oauth_codes::delete(&tx, code.id).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let is_proven = match &code.challenge {
        Some(challenge) => verifier.is_some_and(|verifier| is_same(&challenge_of(verifier), challenge)),
        None => knows_secret,
    };
    if code.app_id != client.id || code.redirect_uri != redirect_uri || !is_proven {
        // A code that somebody else tried to use is spent all the same.
        oauth_codes::delete(&tx, code.id).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let token = secret();
    let row = oauth_tokens::Model {
        id: app.id(TokenId),
        token_hash: secret_hash(&token),
        app_id: Some(client.id),
        person_id: Some(code.person_id),
        account_id: Some(code.account_id),
        scopes: code.scopes,
        created_at: now,
        used_at: now,
    };
    if !oauth_codes::mark_used(&tx, code.id, row.id).await? {
        return Ok(None);
    }
    oauth_tokens::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(Some((row, token)))
}

/// A token for the program itself, without a person.
pub async fn create_app_token(
    app: &App,
    client: &oauth_apps::Model,
    scopes: &Scopes,
) -> Result<(oauth_tokens::Model, String), Error> {
    create_token(app, Some(client.id), None, scopes).await
}

/// A token for a member, for scripts (`app` none) or for a program.
pub async fn create_member_token(app: &App, member: &Member, scopes: &Scopes) -> Result<String, Error> {
    Ok(create_token(app, None, Some(member), scopes).await?.1)
}

async fn create_token(
    app: &App,
    client: Option<OauthAppId>,
    member: Option<&Member>,
    scopes: &Scopes,
) -> Result<(oauth_tokens::Model, String), Error> {
    let now = app.clock.now();
    let token = secret();
    let row = oauth_tokens::Model {
        id: app.id(TokenId),
        token_hash: secret_hash(&token),
        app_id: client,
        person_id: member.map(|member| member.person),
        account_id: member.map(|member| member.account.id),
        scopes: scopes.to_string(),
        created_at: now,
        used_at: now,
    };
    let tx = app.begin_write().await?;
    oauth_tokens::insert(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok((row, token))
}

/// A token that is in force.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its row.
    pub row: oauth_tokens::Model,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// The token with that secret, unless it rested too long. Its use is remembered by the hour.
pub async fn token(app: &App, secret: &str) -> Result<Option<Token>, Error> {
    let now = app.clock.now();
    let Some(row) = oauth_tokens::find(app.db(), &secret_hash(secret)).await? else { return Ok(None) };
    if now - row.used_at > TOKEN_REST {
        return Ok(None);
    }
    if now - row.used_at > TimeDelta::hours(1) {
        let tx = app.begin_write().await?;
        oauth_tokens::mark_used(&tx, row.id, now).await?;
        tx.commit().await?;
    }
    let Some(scopes) = Scopes::parse(&row.scopes) else { return Ok(None) };
    Ok(Some(Token { row, scopes }))
}

/// Ends a token; false if it belongs to another program. An unknown token is fine (RFC 7009, 2.2).
pub async fn revoke(app: &App, client: &oauth_apps::Model, secret: &str) -> Result<bool, Error> {
    let Some(row) = oauth_tokens::find(app.db(), &secret_hash(secret)).await? else { return Ok(true) };
    if row.app_id != Some(client.id) {
        return Ok(false);
    }
    let tx = app.begin_write().await?;
    oauth_tokens::delete(&tx, row.id).await?;
    tx.commit().await?;
    Ok(true)
}

/// Who a token stands for.
pub fn person_of(token: &Token) -> Option<PersonId> {
    token.row.person_id
}

fn challenge_of(verifier: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()))
}

fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f01_redirects_that_run_in_the_browser_are_refused() {
        assert!(is_redirect("https://client.example/callback?x=1"));
        assert!(is_redirect("tusky://oauth"));
        assert!(is_redirect("http://localhost:1234/"));
        assert!(is_redirect(OUT_OF_BAND));
        assert!(!is_redirect("javascript:alert(1)"));
        assert!(!is_redirect("data:text/html,x"));
        assert!(!is_redirect("/relative"));
        assert!(!is_redirect("https://client.example/#fragment"));
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
