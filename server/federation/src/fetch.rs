//! Fetching ActivityPub documents, through `activitypub_federation`.
//!
//! The crate asks, parses and compares a document's `id` with where it came from. What it would do less
//! carefully than we want it never gets to do: its requests are answered by a layer that holds our guarded
//! client, which follows redirects, signs at each of them, and lets through only a 200 with a content type
//! that is ActivityPub's, in the one form that the crate knows. Its debug mode is on, for outside of it ports
//! and private addresses are refused whatever we set; all that it relaxes is checked by our client.

use std::sync::{Arc, PoisonError, RwLock};

use activitypub_federation::{
    FEDERATION_CONTENT_TYPE,
    config::{FederationConfig, UrlVerifier},
    error::Error as CrateError,
    fetch::fetch_object_http,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use http::{Extensions, header::CONTENT_TYPE};
use mime::Mime;
use reqwest::{Request, Response, ResponseBuilderExt};
use reqwest_middleware::{ClientBuilder, Error as LayerError, Middleware, Next};
use serde_json::Value;
use thiserror::Error;
use url::Url;

use crate::{
    address::Refusal,
    client::{Client, RequestError},
    signatures::keys::SigningKey,
};

/// The `Accept` header for ActivityPub documents; Mastodon's and Misskey's in one.
const ACCEPT: &str =
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;

/// The IRI of ActivityStreams, which the profile of an `application/ld+json` has to name.
const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";

/// Where the time comes from: `app.clock`.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The place where the instance actor's key is put once there is one; a clone is the same place.
///
/// Keys are made after the start, so fetches before that go out unsigned.
#[derive(Debug, Clone, Default)]
pub struct InstanceKey(Arc<RwLock<Option<Arc<SigningKey>>>>);

impl InstanceKey {
    /// Puts a key in, or another in its place.
    pub fn set(&self, key: Arc<SigningKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// The key, if there is one yet.
    pub fn get(&self) -> Option<Arc<SigningKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A document from another host.
#[derive(Debug, Clone)]
pub struct Document {
    /// The document's `id`, which is also where it was served from, after redirects.
    pub id: Url,
    /// The whole document; an object.
    pub value: Value,
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The host could not be asked.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The address is our own; we never fetch from ourselves.
    #[error("the document is our own")]
    Local,
    /// The host answered with another status than 200; 404 and 410 mean that there is no such document (any
    /// more).
    #[error("the host answered {0}")]
    Status(u16),
    /// The answer does not call itself ActivityPub.
    #[error("the answer is not an ActivityPub document")]
    ContentType,
    /// The answer is not a JSON object.
    #[error("the answer is not a JSON object")]
    Json,
    /// The document has no `id`, or one that it was not served from, neither at first nor when that was
    /// asked.
    #[error("the document's id is not its address")]
    Id,
    /// The library failed in another way; the text is for the log.
    #[error("the document could not be fetched: {0}")]
    Other(String),
}

/// Fetches documents. A clone is the same fetcher.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    own_hosts: Arc<[String]>,
    config: FederationConfig<()>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fetcher")
    }
}

impl Fetcher {
    /// Makes a fetcher. `own_hosts` are the names that are ours (of `public_url` and the account domain), in
    /// lower case; the first is the one of `public_url`.
    ///
    /// # Errors
    /// [`FetchError::Other`] if the library cannot be set up.
    pub async fn new(
        client: Client,
        own_hosts: Vec<String>,
        instance_key: InstanceKey,
        clock: Clock,
    ) -> Result<Self, FetchError> {
        let other = |error: String| FetchError::Other(error);
        let own_hosts: Arc<[String]> = own_hosts.into();
        let gate = Gate { client: client.clone(), own_hosts: Arc::clone(&own_hosts), instance_key, clock };
        let spare = client.spare().map_err(|error| other(error.to_string()))?;
        let config = FederationConfig::builder()
            .domain(own_hosts.first().cloned().unwrap_or_default())
            .app_data(())
            .client(ClientBuilder::new(spare).with(gate.clone()).build())
            .url_verifier(Box::new(gate))
            .debug(true)
            .allow_http_urls(false)
            // The document, and once more where its id says.
            .http_fetch_limit(2)
            .build()
            .await
            .map_err(|error| other(error.to_string()))?;
        Ok(Self { client, own_hosts, config })
    }

    /// Fetches the document at `url`, signed by the instance actor.
    ///
    /// What comes back was served by the host of its own `id`, from the URL that is its `id`: where the
    /// answer to `url` (or to where `url` redirects) names another `id`, that one is asked once, and only on
    /// the host that answered.
    ///
    /// # Errors
    /// A [`FetchError`].
    pub async fn fetch_object(&self, url: &Url) -> Result<Document, FetchError> {
        let mut url = url.clone();
        url.set_fragment(None);
        // Asked here as well, because the crate's error would not say which rule it was.
        self.client.check_url(&url).map_err(RequestError::from)?;
        if is_own(&self.own_hosts, &url) {
            return Err(FetchError::Local);
        }
        let fetched =
            fetch_object_http::<(), Value>(&url, &self.config.to_request_data()).await.map_err(translate)?;

        let id = fetched.object.get("id").and_then(Value::as_str).and_then(|id| Url::parse(id).ok());
        match id {
            Some(id) if id == fetched.url => Ok(Document { id, value: fetched.object }),
            _ => Err(FetchError::Id),
        }
    }
}

/// Whether a content type is one of ActivityPub's: `application/activity+json` with any parameters, or
/// `application/ld+json` whose `profile` names ActivityStreams.
///
/// Anything else could be a file that somebody uploaded to the host (Mastodon GHSA-jhrq-qvrm-qr36).
pub fn is_activity_type(content_type: &str) -> bool {
    let Ok(mime) = content_type.parse::<Mime>() else {
        return false;
    };
    match mime.essence_str() {
        "application/activity+json" => true,
        "application/ld+json" => mime.get_param("profile").is_some_and(|profile| {
            profile.as_str().split_ascii_whitespace().any(|profile| profile == ACTIVITY_STREAMS)
        }),
        _ => false,
    }
}

/// Stands between the crate and the network.
#[derive(Clone)]
struct Gate {
    client: Client,
    own_hosts: Arc<[String]>,
    instance_key: InstanceKey,
    clock: Clock,
}

impl Gate {
    async fn answer(&self, url: &Url) -> Result<Response, FetchError> {
        let key = self.instance_key.get();
        let fetched = self.client.get(url, ACCEPT, key.as_deref(), (self.clock)()).await?;
        if is_own(&self.own_hosts, &fetched.final_url) {
            return Err(FetchError::Local);
        }
        if fetched.status != 200 {
            return Err(FetchError::Status(fetched.status));
        }
        if !fetched.content_type.as_deref().is_some_and(is_activity_type) {
            return Err(FetchError::ContentType);
        }
        // Made anew rather than passed on: the crate would follow a `Location` even on a 200.
        http::Response::builder()
            .header(CONTENT_TYPE, FEDERATION_CONTENT_TYPE)
            .url(fetched.final_url)
            .body(fetched.body)
            .map(Response::from)
            .map_err(|error| FetchError::Other(error.to_string()))
    }
}

#[async_trait]
impl Middleware for Gate {
    async fn handle(
        &self,
        request: Request,
        _extensions: &mut Extensions,
        _next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        self.answer(request.url()).await.map_err(LayerError::middleware)
    }
}

#[async_trait]
impl UrlVerifier for Gate {
    async fn verify(&self, url: &Url) -> Result<(), CrateError> {
        let refused = |_: Refusal| CrateError::UrlVerificationError("not a public https URL");
        self.client.check_url(url).map_err(refused)
    }
}

fn is_own(own_hosts: &[String], url: &Url) -> bool {
    url.host_str().is_some_and(|host| own_hosts.iter().any(|own| own == host))
}

fn translate(error: CrateError) -> FetchError {
    match error {
        CrateError::ReqwestMiddleware(LayerError::Middleware(error)) => {
            error.downcast::<FetchError>().unwrap_or_else(|error| FetchError::Other(error.to_string()))
        }
        CrateError::RequestLimit | CrateError::FetchWrongId(_) => FetchError::Id,
        // Of the URLs that the crate looks at by itself only the `id` of an answer has not been checked
        // before.
        CrateError::UrlVerificationError(_) => FetchError::Id,
        CrateError::FetchInvalidContentType(_) => FetchError::ContentType,
        // The crate's own text has the whole document in it.
        CrateError::ParseFetchedObject(..) | CrateError::Utf8(_) => FetchError::Json,
        CrateError::ObjectDeleted(_) => FetchError::Status(410),
        CrateError::NotFound => FetchError::Local,
        error => FetchError::Other(error.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Mutex;

    use axum::{
        Router,
        extract::Path,
        http::{HeaderMap, Uri, header::LOCATION},
        response::{IntoResponse, Redirect},
        routing::get,
    };
    use serde_json::json;

    use super::*;
    use crate::{
        signatures,
        test_network::{self, Network, now, url},
    };

    async fn fetcher(network: &Network, key: InstanceKey) -> Fetcher {
        let client = Client::new(&network.settings).unwrap();
        Fetcher::new(client, vec!["stadt.example".to_owned()], key, Arc::new(now)).await.unwrap()
    }

    fn activity(value: Value) -> axum::response::Response {
        ([(CONTENT_TYPE, "application/activity+json; charset=UTF-8")], value.to_string()).into_response()
    }

    async fn fetch(router: Router, target: &str) -> Result<Document, FetchError> {
        let network = test_network::start(router).await;
        fetcher(&network, InstanceKey::default()).await.fetch_object(&url(target)).await
    }

    /// A document whose path says which id it claims.
    fn claiming() -> Router {
        let claim =
            async |Path(host): Path<String>| activity(json!({ "id": format!("https://{host}/users/rita") }));
        Router::new()
            .route("/claims/{host}", get(claim))
            .route(
                "/users/rita",
                get(async || activity(json!({ "id": "https://far.example/users/rita", "name": "Rita" }))),
            )
            .route("/moved", get(async || Redirect::to("https://web.example/users/rita")))
            .route("/local", get(async || Redirect::to("https://stadt.example/users/rita")))
            .route(
                "/twice",
                get(async || {
                    let body = r#"{"id":"https://evil.example/1","id":"https://far.example/twice"}"#;
                    ([(CONTENT_TYPE, "application/activity+json")], body)
                }),
            )
    }

    #[tokio::test]
    async fn a_document_is_given_with_its_id() {
        let document = fetch(claiming(), "https://far.example/users/rita#main-key").await.unwrap();

        assert_eq!(document.id, url("https://far.example/users/rita"));
        assert_eq!(document.value["name"], "Rita");
    }

    #[tokio::test]
    async fn a03_another_id_on_the_same_host_is_fetched_once() {
        let document = fetch(claiming(), "https://far.example/claims/far.example").await.unwrap();

        assert_eq!(document.value["name"], "Rita");
    }

    #[tokio::test]
    async fn a03_an_id_is_not_chased_from_document_to_document() {
        let next = async |Path(number): Path<u32>| {
            activity(json!({ "id": format!("https://far.example/{}", number + 1) }))
        };
        let router = Router::new().route("/{number}", get(next));

        assert_eq!(fetch(router, "https://far.example/1").await.unwrap_err(), FetchError::Id);
    }

    #[tokio::test]
    async fn a03_a04_an_id_on_another_host_than_the_one_that_answered_is_refused() {
        assert_eq!(
            fetch(claiming(), "https://evil.example/claims/far.example").await.unwrap_err(),
            FetchError::Id
        );
        assert_eq!(fetch(claiming(), "https://far.example/moved").await.unwrap_err(), FetchError::Id);
        assert_eq!(fetch(claiming(), "https://far.example/twice").await.unwrap_err(), FetchError::Id);
    }

    #[tokio::test]
    async fn nothing_is_fetched_from_ourselves() {
        assert_eq!(
            fetch(claiming(), "https://stadt.example/users/rita").await.unwrap_err(),
            FetchError::Local
        );
        assert_eq!(fetch(claiming(), "https://far.example/local").await.unwrap_err(), FetchError::Local);
    }

    #[tokio::test]
    async fn the_reason_of_a_failure_comes_through_the_crate() {
        let router = Router::new()
            .route("/gone", get(async || http::StatusCode::GONE))
            .route(
                "/html",
                get(async || ([(CONTENT_TYPE, "text/html")], r#"{"id":"https://far.example/html"}"#)),
            )
            .route("/torn", get(async || ([(CONTENT_TYPE, "application/activity+json")], r#"{"id":"#)))
            .route("/private", get(async || Redirect::to("https://private.example/")));
        let network = test_network::start(router).await;
        let fetcher = fetcher(&network, InstanceKey::default()).await;
        let failure = async |path: &str| {
            fetcher.fetch_object(&url(&format!("https://far.example/{path}"))).await.unwrap_err()
        };

        assert_eq!(failure("gone").await, FetchError::Status(410));
        assert_eq!(failure("html").await, FetchError::ContentType);
        assert_eq!(failure("torn").await, FetchError::Json);
        let private = RequestError::Refused(Refusal::Address("127.0.0.99".parse().unwrap()));
        assert_eq!(failure("private").await, FetchError::Request(private));
    }

    #[tokio::test]
    async fn a_location_beside_a_document_is_not_followed() {
        let answer = async || {
            let headers = [(LOCATION, "https://evil.example/"), (CONTENT_TYPE, "application/activity+json")];
            (headers, json!({ "id": "https://far.example/here" }).to_string())
        };

        let document =
            fetch(Router::new().route("/here", get(answer)), "https://far.example/here").await.unwrap();

        assert_eq!(document.id, url("https://far.example/here"));
    }

    #[tokio::test]
    async fn a_fetch_is_signed_by_the_instance_actor_as_soon_as_it_has_a_key() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let answer = async move |uri: Uri, headers: HeaderMap| {
            let key_id = signatures::parse(&headers).ok().map(|parsed| parsed.key_id().to_owned());
            log.lock().unwrap().push(key_id);
            activity(json!({ "id": format!("https://far.example{}", uri.path()) }))
        };
        let network = test_network::start(Router::new().route("/here", get(answer))).await;
        let key = InstanceKey::default();
        let fetcher = fetcher(&network, key.clone()).await;

        fetcher.fetch_object(&url("https://far.example/here")).await.unwrap();
        key.set(Arc::new(test_network::signing_key("https://stadt.example/actor#main-key")));
        fetcher.fetch_object(&url("https://far.example/here")).await.unwrap();

        assert_eq!(*seen.lock().unwrap(), [None, Some("https://stadt.example/actor#main-key".to_owned())]);
    }

    #[test]
    fn a05_only_content_types_of_activitypub_are_accepted() {
        for accepted in [
            "application/activity+json",
            "application/activity+json;charset=UTF-8",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://example.com/ns https://www.w3.org/ns/activitystreams""#,
        ] {
            assert!(is_activity_type(accepted), "{accepted}");
        }
        for refused in [
            "application/json",
            "text/html",
            "image/png",
            "application/ld+json",
            "",
            "application/activity+jsonx",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams-evil""#,
        ] {
            assert!(!is_activity_type(refused), "{refused}");
        }
    }
}
