//! Client programs and what they sign in with.

use serde::Serialize;

use super::Id;

/// Mastodon's `Application`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Application {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) website: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) redirect_uri: String,
    pub(crate) vapid_key: String,
}

/// Mastodon's `CredentialApplication`: what a client gets when it registers, and never again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CredentialApplication {
    #[serde(flatten)]
    pub(crate) application: Application,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) client_secret_expires_at: u64,
}

/// Mastodon's `Token`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Token {
    pub(crate) access_token: String,
    pub(crate) token_type: &'static str,
    pub(crate) scope: String,
    pub(crate) created_at: i64,
}

/// The claims of `/oauth/userinfo`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UserInfo {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) name: String,
    pub(crate) preferred_username: String,
    pub(crate) profile: String,
    pub(crate) picture: String,
}

/// What RFC 8414 says about us.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OAuthMetadata {
    pub(crate) issuer: String,
    pub(crate) service_documentation: &'static str,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) app_registration_endpoint: String,
    pub(crate) revocation_endpoint: String,
    pub(crate) userinfo_endpoint: String,
    pub(crate) scopes_supported: Vec<String>,
    pub(crate) response_types_supported: [&'static str; 1],
    pub(crate) response_modes_supported: [&'static str; 1],
    pub(crate) grant_types_supported: [&'static str; 2],
    pub(crate) token_endpoint_auth_methods_supported: [&'static str; 2],
    pub(crate) code_challenge_methods_supported: [&'static str; 1],
}
