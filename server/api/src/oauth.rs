//! `/api/v1/apps` and `/oauth`: how client programs introduce themselves and get tokens. The page on which a person
//! consents belongs to the browser door.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CACHE_CONTROL};
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use stadtbote_core::actions::oauth::{self, NewApp};
use stadtbote_core::actions::push;
use stadtbote_core::domain::scope::Scopes;
use stadtbote_core::store::{oauth_apps, oauth_tokens};
use stadtbote_core::{App, Error};

use crate::Door;
use crate::auth::{Any, Client, Member, UserInfo};
use crate::error::ApiError;
use crate::input::{Body, Given};
use crate::views::application::{
    Application, CredentialApplication, OAuthMetadata, Token, UserInfo as UserInfoView,
};
use crate::views::{Done, Id, account};

pub(crate) fn routes() -> Router<Door> {
    Router::new()
        .route("/api/v1/apps", post(create_app))
        .route("/api/v1/apps/verify_credentials", get(show_app))
        .route("/oauth/token", post(create_token))
        .route("/oauth/revoke", post(revoke))
        .route("/oauth/userinfo", get(show_person).post(show_person))
        .route("/.well-known/oauth-authorization-server", get(show_metadata))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AppForm {
    client_name: Given<String>,
    redirect_uris: Given<Vec<String>>,
    scopes: Given<Vec<String>>,
    website: Given<String>,
}

/// Registers a client.
async fn create_app(
    State(app): State<App>,
    Body(form): Body<AppForm>,
) -> Result<Json<CredentialApplication>, ApiError> {
    let scopes = Scopes::parse(&form.scopes.0.unwrap_or_default().join(" ")).ok_or_else(|| {
        ApiError::unprocessable("Validation failed: Scopes doesn't match configured on the server.")
    })?;
    let uris = form.redirect_uris.0.unwrap_or_default();
    let new = NewApp {
        name: form.client_name.0.unwrap_or_default(),
        website: form.website.0.filter(|site| !site.is_empty()),
        redirect_uris: uris.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect(),
        scopes,
    };
    let (row, client_secret) = oauth::create_app(&app, new).await?;
    Ok(Json(CredentialApplication {
        client_id: row.client_id.clone(),
        application: application(&app, row).await?,
        client_secret,
        client_secret_expires_at: 0,
    }))
}

/// The client behind a token.
async fn show_app(
    State(app): State<App>,
    Client(identity, _): Client<Any>,
) -> Result<Json<Application>, ApiError> {
    let id = identity.token.row.app_id.ok_or_else(ApiError::no_record)?;
    let row = oauth_apps::find(app.db(), id).await?.ok_or_else(ApiError::no_record)?;
    Ok(Json(application(&app, row).await?))
}

async fn application(app: &App, row: oauth_apps::Model) -> Result<Application, Error> {
    Ok(Application {
        id: Id(row.id.0),
        name: row.name,
        website: row.website,
        scopes: row.scopes.split(' ').map(str::to_owned).collect(),
        redirect_uris: row.redirect_uris.lines().map(str::to_owned).collect(),
        redirect_uri: row.redirect_uris,
        vapid_key: push::public_key(app).await?,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenForm {
    grant_type: Given<String>,
    client_id: Given<String>,
    client_secret: Given<String>,
    code: Given<String>,
    redirect_uri: Given<String>,
    code_verifier: Given<String>,
    scope: Given<String>,
    token: Given<String>,
}

/// Who a client says it is: in the body, or in the header as RFC 6749 (2.3.1) has it.
struct Credentials {
    client_id: String,
    client_secret: Option<String>,
}

impl Credentials {
    fn read(headers: &HeaderMap, form: &TokenForm) -> Credentials {
        let some = |given: &Given<String>| given.0.clone().filter(|text| !text.is_empty());
        let (client_id, client_secret) = match basic(headers) {
            Some((id, secret)) => (Some(id), Some(secret)),
            None => (some(&form.client_id), some(&form.client_secret)),
        };
        Credentials { client_id: client_id.unwrap_or_default(), client_secret }
    }

    async fn client(&self, app: &App) -> Result<Option<oauth_apps::Model>, Error> {
        oauth::client(app, &self.client_id, self.client_secret.as_deref()).await
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (kind, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let pair = STANDARD.decode(value.trim()).ok().filter(|_| kind.eq_ignore_ascii_case("basic"))?;
    let (id, secret) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    let decode = |text: &str| {
        let query = format!("x={text}");
        let text = url::form_urlencoded::parse(query.as_bytes()).next()?.1.into_owned();
        (!text.contains('\0')).then_some(text)
    };
    Some((decode(id)?, decode(secret)?))
}

/// A token must not be kept by anything between us and the client.
type NoStore = [(HeaderName, &'static str); 1];
const NO_STORE: NoStore = [(CACHE_CONTROL, "no-store")];

/// Gives a token for a code, or for the client itself.
async fn create_token(
    State(app): State<App>,
    headers: HeaderMap,
    Body(form): Body<TokenForm>,
) -> Result<(NoStore, Json<Token>), ApiError> {
    let grant_type = form.grant_type.0.clone().unwrap_or_default();
    if grant_type.is_empty() {
        return Err(bad("invalid_request", "Missing required parameter: grant_type."));
    }
    let credentials = Credentials::read(&headers, &form);
    let client = credentials.client(&app).await?.ok_or_else(unknown_client)?;
    let (row, access_token) = match grant_type.as_str() {
        "authorization_code" => by_code(&app, &client, credentials.client_secret.is_some(), &form).await?,
        "client_credentials" => {
            by_credentials(&app, &client, credentials.client_secret.is_some(), &form).await?
        }
        _ => {
            let text = "The authorization grant type is not supported by the authorization server.";
            return Err(bad("unsupported_grant_type", text));
        }
    };
    let token = Token {
        access_token,
        token_type: "Bearer",
        scope: row.scopes,
        created_at: row.created_at.timestamp(),
    };
    Ok((NO_STORE, Json(token)))
}

async fn by_code(
    app: &App,
    client: &oauth_apps::Model,
    knows_secret: bool,
    form: &TokenForm,
) -> Result<(oauth_tokens::Model, String), ApiError> {
    let code = form.code.as_deref().unwrap_or_default();
    let redirect_uri = form.redirect_uri.as_deref().unwrap_or_default();
    let verifier = form.code_verifier.as_deref();
    let token = oauth::exchange(app, client, knows_secret, code, redirect_uri, verifier).await?;
    token.ok_or_else(|| {
        bad(
            "invalid_grant",
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in \
             the authorization request, or was issued to another client.",
        )
    })
}

async fn by_credentials(
    app: &App,
    client: &oauth_apps::Model,
    knows_secret: bool,
    form: &TokenForm,
) -> Result<(oauth_tokens::Model, String), ApiError> {
    if !knows_secret {
        return Err(unknown_client());
    }
    let registered = Scopes::parse(&client.scopes).ok_or_else(|| Error::unexpected("stored scopes"))?;
    let asked = form.scope.as_deref().filter(|scope| !scope.trim().is_empty());
    let scopes = match asked {
        Some(scope) => Scopes::parse(scope).filter(|scopes| registered.contain(scopes)),
        // What is asked for by default is `read`, unless the client may not ask for it.
        None => Scopes::parse("read").filter(|read| registered.contain(read)).or(Some(registered)),
    };
    let invalid = || bad("invalid_scope", "The requested scope is invalid, unknown, or malformed.");
    Ok(oauth::create_app_token(app, client, &scopes.ok_or_else(invalid)?).await?)
}

fn bad(code: &'static str, description: &'static str) -> ApiError {
    ApiError::oauth(StatusCode::BAD_REQUEST, code, description)
}

fn unknown_client() -> ApiError {
    ApiError::oauth(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, or unsupported \
         authentication method.",
    )
}

/// Ends a token; one that is not known is fine.
async fn revoke(
    State(app): State<App>,
    headers: HeaderMap,
    Body(form): Body<TokenForm>,
) -> Result<Json<Done>, ApiError> {
    let refused = || {
        let text = "You are not authorized to revoke this token";
        ApiError::oauth(StatusCode::FORBIDDEN, "unauthorized_client", text)
    };
    let credentials = Credentials::read(&headers, &form);
    let client = credentials
        .client(&app)
        .await?
        .filter(|_| credentials.client_secret.is_some())
        .ok_or_else(refused)?;
    let token = form.token.as_deref().unwrap_or_default();
    if oauth::revoke(&app, &client, token).await? { Ok(Json(Done {})) } else { Err(refused()) }
}

/// Who somebody is, for programs that sign people in by us.
async fn show_person(State(app): State<App>, Member(member, _): Member<UserInfo>) -> Json<UserInfoView> {
    let view = account::view(&app, &member.account);
    Json(UserInfoView {
        iss: app.config.server.address("/"),
        sub: view.uri,
        name: view.display_name,
        preferred_username: view.username,
        profile: view.url,
        picture: view.avatar,
    })
}

/// What we can do, as RFC 8414 has it: clients look here whether PKCE is known.
async fn show_metadata(State(app): State<App>) -> Json<OAuthMetadata> {
    let address = |path: &str| app.config.server.address(path);
    Json(OAuthMetadata {
        issuer: address("/"),
        service_documentation: "https://docs.joinmastodon.org/",
        authorization_endpoint: address("/oauth/authorize"),
        token_endpoint: address("/oauth/token"),
        app_registration_endpoint: address("/api/v1/apps"),
        revocation_endpoint: address("/oauth/revoke"),
        userinfo_endpoint: address("/oauth/userinfo"),
        scopes_supported: Scopes::known(),
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: ["S256"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_may_show_its_secret_in_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, "Basic YWJjOmQlM0Fl".parse().expect("it is a header"));
        let form = TokenForm { client_id: Given(Some("other".into())), ..TokenForm::default() };

        let credentials = Credentials::read(&headers, &form);

        assert_eq!(credentials.client_id, "abc");
        assert_eq!(credentials.client_secret.as_deref(), Some("d:e"));
        // A NUL, which no database takes, is in no name.
        headers.insert(AUTHORIZATION, "Basic YQA6Yg==".parse().expect("it is a header"));
        assert_eq!(Credentials::read(&headers, &form).client_id, "other");
    }
}
