//! The one HTTP client that leaves the house.
//!
//! It speaks only https to public hosts: the form of every URL is checked before a request, the address at
//! the moment of connecting (so that a name which changes its address in between gains nothing), and both
//! again at each redirect. Size, time and number are bounded. Connections are kept for reuse, but only for a
//! bounded number of hosts.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING},
};
use ipnet::IpNet;
use rustls::ClientConfig;
use thiserror::Error;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use url::Url;

pub use self::answers::{Answer, Fetched, MAX_BODY, MAX_PICTURE, RequestError};
use self::{
    answers::{answer, classify, drain, is_broken_off, read, redirect_target},
    connect::{Resolver, build, tls_config},
};
use crate::{
    address::{self, Refusal},
    signatures::{
        forms::{Form, Forms, Learned},
        keys::SigningKey,
    },
};

mod answers;
mod connect;

/// Most redirects that a GET follows.
const MAX_REDIRECTS: usize = 3;

/// Hosts whose connections are kept for reuse, where the system allows us that many open files; beyond that all idle ones
/// are closed and the count begins anew. A connection costs some 30 KiB, and a new one more work than the request.
const MAX_POOLED_HOSTS: u64 = 2048;

/// What the client has to know. From the section `federation` of the settings.
#[derive(Debug, Clone, Default)]
pub struct ClientSettings {
    /// Networks that may be reached although they are private.
    pub allowed_private_networks: Vec<IpNet>,
    /// Names (`host.test`) or endings of names (`*.sink.test`) and the address that stands for them. The
    /// address may have any port, and has to be inside `allowed_private_networks`.
    pub resolve: HashMap<String, SocketAddr>,
    /// Certificates in PEM that are trusted beside the system's.
    pub trusted_ca_file: Option<PathBuf>,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Most GETs that run at once towards one host; at least 1.
    pub requests_at_once_per_host: usize,
}

/// Why a client could not be made from its settings.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file of trusted certificates cannot be read.
    #[error("federation.trusted_ca_file {path} cannot be read: {reason}")]
    TrustedCaFile {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The system has no trusted certificates, and the settings name none.
    #[error("the system has no trusted certificates (install ca-certificates)")]
    NoTrustedCertificates,
    /// The user agent cannot stand in a header.
    #[error("the user agent cannot stand in a header")]
    UserAgent,
    /// The library refused.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    connect: Duration,
    total: Duration,
    pooled_hosts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10), pooled_hosts: pooled_hosts() }
    }
}

/// At most a quarter of the files that we may open: most hosts take one connection, some take several.
fn pooled_hosts() -> usize {
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from((files / 4).clamp(1, MAX_POOLED_HOSTS)).unwrap_or(1)
}

/// The guarded client. A clone is the same client.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    limits: Limits,
    tls: ClientConfig,
    user_agent: HeaderValue,
    resolver: Arc<Resolver>,
    pool: Mutex<Pool>,
    gates: Mutex<HashMap<String, Arc<Semaphore>>>,
    gate_width: usize,
    forms: Mutex<Forms>,
}

/// The library's client with the hosts that it may hold connections to. It has a limit for each host but none
/// for all, and deliveries go to thousands of them in a minute; so it is replaced when it has seen enough.
/// Requests under way keep the old one until they end.
struct Pool {
    client: reqwest::Client,
    hosts: HashSet<String>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Client")
    }
}

impl Client {
    /// Makes the client; reads certificates from the disk.
    ///
    /// # Errors
    /// A [`SettingsError`] that says which setting to mend.
    pub fn new(settings: &ClientSettings) -> Result<Self, SettingsError> {
        Self::with_limits(settings, Limits::default())
    }

    fn with_limits(settings: &ClientSettings, limits: Limits) -> Result<Self, SettingsError> {
        let user_agent = HeaderValue::try_from(&settings.user_agent).map_err(|_| SettingsError::UserAgent)?;
        let tls = tls_config(settings)?;
        let resolver = Arc::new(Resolver {
            allowed: settings.allowed_private_networks.clone(),
            configured: settings
                .resolve
                .iter()
                .map(|(name, address)| (name.to_ascii_lowercase(), *address))
                .collect(),
            lookups: Arc::new(Semaphore::new(connect::MAX_LOOKUPS)),
        });
        let client = build(&tls, &user_agent, &resolver, limits)?;
        Ok(Self(Arc::new(Inner {
            limits,
            tls,
            user_agent,
            resolver,
            pool: Mutex::new(Pool { client, hosts: HashSet::new() }),
            gates: Mutex::new(HashMap::new()),
            gate_width: settings.requests_at_once_per_host.max(1),
            forms: Mutex::default(),
        })))
    }

    /// Takes up which hosts wanted requests signed after RFC 9421, and since when.
    pub(crate) fn recall_forms(&self, known: Vec<(String, DateTime<Utc>)>) {
        lock(&self.0.forms).recall(known);
    }

    /// What was found out about how hosts want requests signed, since this was last asked.
    pub(crate) fn take_learned(&self) -> Vec<Learned> {
        lock(&self.0.forms).take_news()
    }

    /// Checks a URL by the rules that every request obeys; what it leads to is checked when connecting.
    ///
    /// # Errors
    /// The [`Refusal`] that a request would meet.
    pub fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        let host = address::check_url(url)?;
        let resolver = &self.0.resolver;
        // A closed network may use any names; there the check of addresses has to do.
        if address::is_public_name(host)
            || resolver.configured(host).is_some()
            || !resolver.allowed.is_empty()
        {
            return Ok(());
        }
        Err(Refusal::Host)
    }

    /// Gets a document, following up to three redirects, each checked by the same rules and signed anew.
    ///
    /// `accept` is the header of that name; `now` is the time that the signature begins with. A signed request that is
    /// not let in is tried once more: in the other form, or, where the URL has a query, with the query left out of the
    /// signature, as some peers check.
    ///
    /// # Errors
    /// A [`RequestError`]; an answer with any status is no error.
    pub async fn get(
        &self,
        url: &Url,
        accept: &str,
        signer: Option<&SigningKey>,
        now: DateTime<Utc>,
    ) -> Result<Fetched, RequestError> {
        let accept = HeaderValue::try_from(accept).map_err(|error| RequestError::Other(error.to_string()))?;
        let get = self.get_following(url, &accept, signer, MAX_BODY, now);
        timeout(self.0.limits.total, get).await.map_err(|_| RequestError::Timeout)?
    }

    /// Gets a picture, unsigned, by the rules of [`Client::get`], but of up to [`MAX_PICTURE`] bytes.
    ///
    /// # Errors
    /// A [`RequestError`]; an answer with any status is no error.
    pub async fn get_picture(&self, url: &Url, now: DateTime<Utc>) -> Result<Fetched, RequestError> {
        let accept = HeaderValue::from_static("image/png,image/jpeg,image/webp,image/avif,image/gif");
        let get = self.get_following(url, &accept, None, MAX_PICTURE, now);
        timeout(self.0.limits.total, get).await.map_err(|_| RequestError::Timeout)?
    }

    /// Posts an activity, signed at `now`, and never follows a redirect. If it is not let in it is tried once more, signed
    /// in the other form.
    ///
    /// # Errors
    /// A [`RequestError`]; an answer with any status is no error.
    pub async fn post_signed(
        &self,
        inbox: &Url,
        body: Bytes,
        key: &SigningKey,
        now: DateTime<Utc>,
    ) -> Result<Answer, RequestError> {
        self.post_signed_with(inbox, body, &HeaderMap::new(), key, now).await
    }

    /// The same with `more` headers, which the signature covers.
    ///
    /// # Errors
    /// A [`RequestError`]; an answer with any status is no error.
    pub(crate) async fn post_signed_with(
        &self,
        inbox: &Url,
        body: Bytes,
        more: &HeaderMap,
        key: &SigningKey,
        now: DateTime<Utc>,
    ) -> Result<Answer, RequestError> {
        self.check_url(inbox)?;
        let knocks = self.post_knocking(inbox, &body, more, key, now);
        let response = timeout(self.0.limits.total, knocks).await.map_err(|_| RequestError::Timeout)??;
        Ok(answer(response, now).await)
    }

    /// Knocks once, and a second time if that may open.
    async fn post_knocking(
        &self,
        inbox: &Url,
        body: &Bytes,
        more: &HeaderMap,
        key: &SigningKey,
        now: DateTime<Utc>,
    ) -> Result<reqwest::Response, RequestError> {
        let start = Instant::now();
        let sign =
            |form, now| key.sign_post_with(form, inbox, body, more, now).map_err(|_| RequestError::Signing);
        let first = self.first_form(inbox, now);
        let response = self.post_once(inbox, sign(first, now)?, body.clone()).await?;
        let Some(second) = second_form(first, &response) else { return Ok(response) };

        drain(response).await;
        let later = now + TimeDelta::from_std(start.elapsed()).unwrap_or_default();
        let response = self.post_once(inbox, sign(second, later)?, body.clone()).await?;
        if response.status().is_success() {
            self.learn(inbox, second, now);
        }
        Ok(response)
    }

    /// The form that is tried first with a host.
    fn first_form(&self, url: &Url, now: DateTime<Utc>) -> Form {
        lock(&self.0.forms).first(url.host_str().unwrap_or_default(), now)
    }

    /// Writes down that a host let in this form and not the other.
    fn learn(&self, url: &Url, form: Form, now: DateTime<Utc>) {
        lock(&self.0.forms).learn(url.host_str().unwrap_or_default(), form, now);
    }

    /// Posts something under given headers, and never follows a redirect.
    ///
    /// # Errors
    /// A [`RequestError`]; an answer with any status is no error.
    pub async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        now: DateTime<Utc>,
    ) -> Result<Answer, RequestError> {
        self.check_url(url)?;
        let request = self.post_once(url, headers, body);
        let response = timeout(self.0.limits.total, request).await.map_err(|_| RequestError::Timeout)??;
        Ok(answer(response, now).await)
    }

    async fn post_once(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<reqwest::Response, RequestError> {
        let request = self.pooled(url).post(url.clone()).headers(headers).body(body);
        request.header(ACCEPT_ENCODING, "identity").send().await.map_err(|error| classify(&error))
    }

    async fn get_following(
        &self,
        url: &Url,
        accept: &HeaderValue,
        signer: Option<&SigningKey>,
        most: usize,
        now: DateTime<Utc>,
    ) -> Result<Fetched, RequestError> {
        let start = Instant::now();
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            url.set_fragment(None);
            self.check_url(&url)?;
            let _permit = self.permit(&url).await?;
            let now = now + TimeDelta::from_std(start.elapsed()).unwrap_or_default();

            let response = match signer {
                Some(key) => self.get_signed(&url, accept, key, now).await?,
                None => self.get_once(&url, accept, HeaderMap::new()).await?,
            };
            match redirect_target(&response, &url)? {
                Some(target) => url = target,
                None => return read(response, url, most, now).await,
            }
        }
        Err(Refusal::Redirects.into())
    }

    /// Knocks once, and a second time if that may open.
    async fn get_signed(
        &self,
        url: &Url,
        accept: &HeaderValue,
        key: &SigningKey,
        now: DateTime<Utc>,
    ) -> Result<reqwest::Response, RequestError> {
        let sign = |form, url: &Url| key.sign_get(form, url, now).map_err(|_| RequestError::Signing);
        let first = self.first_form(url, now);
        let response = self.get_once(url, accept, sign(first, url)?).await?;
        let Some(second) = second_form(first, &response) else { return Ok(response) };

        if first == Form::Cavage && url.query().is_some() && !asks_for_message_signatures(&response) {
            let mut without_query = url.clone();
            without_query.set_query(None);
            return self.get_once(url, accept, sign(first, &without_query)?).await;
        }
        let response = self.get_once(url, accept, sign(second, url)?).await?;
        if response.status().is_success() || response.status().is_redirection() {
            self.learn(url, second, now);
        }
        Ok(response)
    }

    async fn get_once(
        &self,
        url: &Url,
        accept: &HeaderValue,
        headers: HeaderMap,
    ) -> Result<reqwest::Response, RequestError> {
        let ask = || {
            let request = self.pooled(url).get(url.clone()).headers(headers.clone());
            request.header(ACCEPT, accept).header(ACCEPT_ENCODING, "identity").send()
        };
        let mut answer = ask().await;
        if answer.as_ref().is_err_and(is_broken_off) {
            answer = ask().await;
        }
        answer.map_err(|error| classify(&error))
    }

    /// The library's client for requests to the host of `url`.
    fn pooled(&self, url: &Url) -> reqwest::Client {
        let host = url.host_str().unwrap_or_default();
        let mut pool = lock(&self.0.pool);
        if !pool.hosts.contains(host) {
            if pool.hosts.len() >= self.0.limits.pooled_hosts
                && let Ok(client) = build(&self.0.tls, &self.0.user_agent, &self.0.resolver, self.0.limits)
            {
                *pool = Pool { client, hosts: HashSet::new() };
            }
            pool.hosts.insert(host.to_owned());
        }
        pool.client.clone()
    }

    /// A permission to have one more GET under way to the host of `url`.
    async fn permit(&self, url: &Url) -> Result<OwnedSemaphorePermit, RequestError> {
        /// Gates that are kept although nobody stands at them; beyond that they are cleared away.
        const MAX_IDLE_GATES: usize = 256;

        let gate = {
            let mut gates = lock(&self.0.gates);
            if gates.len() > MAX_IDLE_GATES {
                gates.retain(|_, gate| Arc::strong_count(gate) > 1);
            }
            let host = url.host_str().unwrap_or_default().to_owned();
            Arc::clone(gates.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.0.gate_width))))
        };
        gate.acquire_owned().await.map_err(|error| RequestError::Other(error.to_string()))
    }

    /// A client of the library with the same rules for addresses, for `activitypub_federation` to hold. No
    /// request is made with it: `fetch.rs` answers them before they get there.
    pub(crate) fn spare(&self) -> Result<reqwest::Client, SettingsError> {
        build(&self.0.tls, &self.0.user_agent, &self.0.resolver, self.0.limits)
    }
}

/// The form to sign a request in that was not let in; none if there is no point in that.
///
/// After RFC 9421 also where an answer of another kind asks for it (`Accept-Signature`). Who does not know it may call a
/// request that bears it malformed.
fn second_form(first: Form, response: &reqwest::Response) -> Option<Form> {
    let status = response.status();
    match first {
        Form::Cavage if status == StatusCode::UNAUTHORIZED => Some(Form::Message),
        Form::Cavage if status.is_client_error() && asks_for_message_signatures(response) => {
            Some(Form::Message)
        }
        Form::Message if status == StatusCode::UNAUTHORIZED || status == StatusCode::BAD_REQUEST => {
            Some(Form::Cavage)
        }
        _ => None,
    }
}

/// RFC 9421, 5.1.
fn asks_for_message_signatures(response: &reqwest::Response) -> bool {
    response.headers().contains_key("accept-signature")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded here is whole at every moment, so a panic elsewhere does no harm to it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
