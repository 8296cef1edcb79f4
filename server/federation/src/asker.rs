//! Who asks for a document: GETs that are signed.
//!
//! Where `federation.authorized_fetch` is set (Mastodon's "secure mode"), nothing but the account of the server itself is
//! given to who does not sign. A server that is shut out then reads nothing, and an account that was blocked finds nothing
//! of the one that blocked it. Pages stay open to everybody: this keeps posts out of other servers, not out of the world.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, header};
use stadtbote_core::Error;
use stadtbote_core::store::{accounts, blocks};

use crate::routes::Refused;
use crate::signatures::keys::PublicKey;
use crate::signatures::{self, SignedRequest};
use crate::{Federation, to_wire, wire};

/// The address of the account that signed a GET, if the signature is good and its host is not shut out.
pub(crate) async fn asker(
    federation: &Federation,
    path_and_query: &str,
    headers: &HeaderMap,
) -> Result<Option<String>, Error> {
    let own_host = federation.app().config.server.host();
    let signed = SignedRequest {
        method: &Method::GET,
        path_and_query,
        headers,
        body: &[],
        expected_hosts: &[&own_host],
    };
    let Ok(parsed) = signatures::parse(headers) else { return Ok(None) };
    let key_id = parsed.key_id().to_owned();
    let Ok(checked) = parsed.check(&signed, federation.app().clock.now()) else { return Ok(None) };
    let Some(host) = wire::host(&key_id) else { return Ok(None) };
    if federation.is_suspended(&host).await? {
        return Ok(None);
    }
    federation.owner_of(&key_id, |key: &PublicKey| checked.verify(key).is_ok()).await
}

/// Lets through who may read, if that is asked for.
pub(crate) async fn only_for_askers(
    State(federation): State<Federation>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    // A HEAD tells what is there as well as a GET does.
    let is_open = request.method() == Method::POST || path == "/actor";
    if is_open || !federation.app().config.federation.authorized_fetch {
        return next.run(request).await;
    }
    let name = path.strip_prefix("/users/").and_then(|rest| rest.split('/').next()).map(str::to_owned);
    let path_and_query = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let mut response = match may_read(&federation, &path_and_query, request.headers(), name.as_deref()).await
    {
        Ok(true) => next.run(request).await,
        Ok(false) => match stub(&federation, &path, name.as_deref()).await {
            Ok(Some(stub)) => stub,
            Ok(None) => Refused::Unsigned.into_response(),
            Err(error) => Refused::from(error).into_response(),
        },
        Err(Error::Remote(_)) => Refused::NotYet.into_response(),
        Err(error) => Refused::from(error).into_response(),
    };
    // What one may read another may not.
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Signature, Signature-Input"));
    response
}

/// Whether the request is signed by somebody whom the account of that name has not blocked.
async fn may_read(
    federation: &Federation,
    path_and_query: &str,
    headers: &HeaderMap,
    name: Option<&str>,
) -> Result<bool, Error> {
    let Some(asker) = asker(federation, path_and_query, headers).await? else { return Ok(false) };
    let db = federation.app().db();
    let (Some(name), Some(asker)) = (name, accounts::find_by_uri(db, &asker).await?) else { return Ok(true) };
    let Some(account) = accounts::find_ours(db, name).await? else { return Ok(true) };
    Ok(blocks::find(db, account.id, asker.id).await?.is_none())
}

/// What everybody may see of an account all the same: its keys, so that others can check what it says (as GoToSocial does).
async fn stub(federation: &Federation, path: &str, name: Option<&str>) -> Result<Option<Response>, Error> {
    let Some(name) = name.filter(|name| path.strip_prefix("/users/") == Some(*name)) else { return Ok(None) };
    let account = accounts::find_ours(federation.app().db(), name).await?;
    let Some(account) = account.filter(|account| account.deleted_at.is_none()) else { return Ok(None) };
    let Some(actor) = to_wire::actor(federation.app(), &account).await? else { return Ok(None) };
    let mut stub = serde_json::Map::new();
    for name in ["@context", "id", "type", "preferredUsername", "inbox", "publicKey", "assertionMethod"] {
        stub.extend(actor.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    Ok(Some(crate::routes::document(&stub.into())))
}
