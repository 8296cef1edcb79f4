//! The one HTTP client that leaves the house.
//!
//! It speaks only https to public hosts: the form of every URL is checked before a request, the address at
//! the moment of connecting (so that a name which changes its address in between gains nothing), and both
//! again at each redirect. Size, time and number are bounded. Connections are kept for reuse, but only for a
//! bounded number of hosts.

use std::{
    collections::{HashMap, HashSet},
    error::Error as StdError,
    io,
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, TimeDelta, Utc};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use thiserror::Error;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use url::Url;

use crate::{
    address::{self, HTTPS_PORT, Refusal},
    signatures::{
        self,
        forms::{Form, Forms, Learned},
        keys::SigningKey,
    },
};

/// Most bytes of a response's body, counted as they arrive (nothing is decompressed).
pub const MAX_BODY: usize = 1024 * 1024;

/// Most redirects that a GET follows.
const MAX_REDIRECTS: usize = 3;

/// Hosts whose connections are kept for reuse, where the system allows us that many open files; beyond that all idle ones
/// are closed and the count begins anew. A connection costs some 30 KiB, and a new one more work than the request.
const MAX_POOLED_HOSTS: u64 = 2048;

/// Look-ups of names that may run at once. They block a thread each, and a name server may take its time.
const MAX_LOOKUPS: usize = 128;

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

/// Why a request came to nothing. Texts in it are for the log, not for the world.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// Our own rules forbid it; trying again changes nothing unless the host changes.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The name does not lead to any address.
    #[error("the name could not be resolved")]
    Dns,
    /// No connection came about, or it broke, or what came over it was not HTTP.
    #[error("no connection: {0}")]
    Connect(String),
    /// The certificate or the handshake was not acceptable.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Connecting took 5 s, or all together 10 s.
    #[error("the host took too long")]
    Timeout,
    /// The body is larger than [`MAX_BODY`].
    #[error("the answer is too large")]
    TooLarge,
    /// Our key could not sign.
    #[error("the request could not be signed")]
    Signing,
    /// Anything else, such as a body that breaks off or is compressed although we asked that it should not
    /// be.
    #[error("the request failed: {0}")]
    Other(String),
}

/// What a GET brought, after redirects; with any status.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where the answer came from, without a fragment.
    pub final_url: Url,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`, if there is exactly one and it is text.
    pub content_type: Option<String>,
    /// The `Retry-After`, as in [`Answer`].
    pub retry_after: Option<Duration>,
    /// The body, at most [`MAX_BODY`] bytes.
    pub body: Bytes,
}

/// What a host said to a POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; a redirect is an answer like any other.
    pub status: u16,
    /// How long the host asks us to wait, however absurd; `None` also if it cannot be read.
    pub retry_after: Option<Duration>,
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
            lookups: Arc::new(Semaphore::new(MAX_LOOKUPS)),
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
        let get = self.get_following(url, &accept, signer, now);
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
                None => return read(response, url, now).await,
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

#[allow(clippy::disallowed_methods, reason = "this is the guarded client that the ban points to")]
fn build(
    tls: &ClientConfig,
    user_agent: &HeaderValue,
    resolver: &Arc<Resolver>,
    limits: Limits,
) -> Result<reqwest::Client, SettingsError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .user_agent(user_agent)
        .dns_resolver(Arc::clone(resolver))
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_max_idle_per_host(4)
        .pool_idle_timeout(Duration::from_secs(20))
        .http1_max_headers(100)
        .http2_max_header_list_size(64 * 1024)
        .build()
        .map_err(|error| SettingsError::Client(error.to_string()))
}

fn tls_config(settings: &ClientSettings) -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &settings.trusted_ca_file {
        let failed = |reason: String| SettingsError::TrustedCaFile { path: path.clone(), reason };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| failed(error.to_string()))?;
        let mut added = 0;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
            added += 1;
        }
        if added == 0 {
            return Err(failed("there is no certificate in it".to_owned()));
        }
    }
    if roots.is_empty() {
        return Err(SettingsError::NoTrustedCertificates);
    }

    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // A delivery to a host follows the last one by minutes: resuming its session spares both sides most of
    // the handshake.
    config.resumption = rustls::client::Resumption::in_memory_sessions(2048);
    Ok(config)
}

/// Turns names into addresses, and drops those we may not connect to. What it gives is what is connected to.
struct Resolver {
    allowed: Vec<IpNet>,
    configured: HashMap<String, SocketAddr>,
    lookups: Arc<Semaphore>,
}

impl Resolver {
    /// The address written down for a name: for itself first, then for its longest ending.
    fn configured(&self, name: &str) -> Option<SocketAddr> {
        if let Some(address) = self.configured.get(name) {
            return Some(*address);
        }
        let mut ending = name;
        while let Some((_, parent)) = ending.split_once('.') {
            if let Some(address) = self.configured.get(&format!("*.{parent}")) {
                return Some(*address);
            }
            ending = parent;
        }
        None
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_ascii_lowercase();
        if let Some(address) = self.configured(&name) {
            let checked = address::check_configured(address, &self.allowed);
            return Box::pin(async move {
                checked?;
                Ok(Box::new(std::iter::once(address)) as Addrs)
            });
        }

        let allowed = self.allowed.clone();
        let lookups = Arc::clone(&self.lookups);
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            let found = tokio::task::spawn_blocking(move || {
                // The thread goes on after a timeout, so the permit is its own.
                let _permit = permit;
                (name.as_str(), HTTPS_PORT).to_socket_addrs().map(Vec::from_iter)
            });
            let found = found.await??;
            Ok(Box::new(allowed_addresses(found, &allowed)?.into_iter()) as Addrs)
        })
    }
}

/// Those of a name's addresses that we may connect to; the first refusal if there is none left.
fn allowed_addresses(found: Vec<SocketAddr>, allowed: &[IpNet]) -> Result<Vec<SocketAddr>, Refusal> {
    let mut refusal = None;
    let mut kept = Vec::new();
    for address in found {
        match address::check_resolved(address, allowed) {
            Ok(()) => kept.push(address),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    match refusal {
        Some(refusal) if kept.is_empty() => Err(refusal),
        _ => Ok(kept),
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

/// What a host has said to a POST.
async fn answer(response: reqwest::Response, now: DateTime<Utc>) -> Answer {
    let answer =
        Answer { status: response.status().as_u16(), retry_after: retry_after(response.headers(), now) };
    // Outside of the time limit: an answer that has come is not lost because its end is slow.
    drain(response).await;
    answer
}

fn redirect_target(response: &reqwest::Response, from: &Url) -> Result<Option<Url>, RequestError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = single(response.headers(), LOCATION).ok_or(Refusal::RedirectTarget)?;
    Ok(Some(from.join(location).map_err(|_| Refusal::RedirectTarget)?))
}

async fn read(
    mut response: reqwest::Response,
    url: Url,
    now: DateTime<Utc>,
) -> Result<Fetched, RequestError> {
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(RequestError::Other("the answer is compressed".to_owned()));
    }
    let too_large = |length: usize| length > MAX_BODY;
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, too_large)) {
        return Err(RequestError::TooLarge);
    }

    let status = response.status().as_u16();
    let content_type = single(response.headers(), CONTENT_TYPE).map(str::to_owned);
    let retry_after = retry_after(response.headers(), now);
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
        if too_large(body.len() + chunk.len()) {
            return Err(RequestError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched { final_url: url, status, content_type, retry_after, body: body.freeze() })
}

/// Reads the small rest of an answer that nobody needs, so that its connection can be used again.
async fn drain(mut response: reqwest::Response) {
    let reading = async {
        let mut length = 0;
        while length < 16 * 1024
            && let Ok(Some(chunk)) = response.chunk().await
        {
            length += chunk.len();
        }
    };
    // The answer is known already: whoever dawdles now loses the connection, not the delivery.
    let _ = timeout(Duration::from_millis(500), reading).await;
}

/// The text of a header that comes exactly once.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok().map(str::trim)
}

/// `Retry-After` as seconds or as a date; a date in the past is no wait at all.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = single(headers, RETRY_AFTER)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let until = signatures::parse_http_date(text)? - now;
    Some(until.to_std().unwrap_or_default())
}

/// Whether a connection that stood was closed before an answer came. A kept one may be closed in the moment in which it is
/// used again; a GET may then be sent once more (RFC 9110, section 9.2.2), and fronts such as HAProxy count on it.
fn is_broken_off(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

fn classify(error: &reqwest::Error) -> RequestError {
    let mut innermost: &(dyn StdError + 'static) = error;
    loop {
        if let Some(found) = classify_cause(innermost) {
            return found;
        }
        match innermost.source() {
            Some(source) => innermost = source,
            None => break,
        }
    }
    if error.is_timeout() {
        RequestError::Timeout
    } else if error.is_dns() {
        RequestError::Dns
    } else if error.is_request() {
        RequestError::Connect(innermost.to_string())
    } else {
        RequestError::Other(innermost.to_string())
    }
}

fn classify_cause(cause: &(dyn StdError + 'static)) -> Option<RequestError> {
    if let Some(refusal) = cause.downcast_ref::<Refusal>() {
        return Some(RequestError::Refused(refusal.clone()));
    }
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(RequestError::Tls(tls.to_string()));
    }
    // An I/O error hides what it wraps from `source`.
    classify_cause(cause.downcast_ref::<io::Error>()?.get_ref()?)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded here is whole at every moment, so a panic elsewhere does no harm to it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{
        Router,
        body::Body,
        extract::Request,
        response::{IntoResponse, Redirect},
        routing::{get, post},
    };
    use futures::{StreamExt, stream};
    use http::{Method, Version};

    use super::*;
    use crate::{
        signatures::{SignedRequest, keys::PublicKey},
        test_network::{self, now, url},
    };

    async fn start(router: Router) -> Client {
        Client::new(&test_network::start(router).await.settings).unwrap()
    }

    async fn failure(client: &Client, target: &str) -> RequestError {
        client.get(&url(target), "*/*", None, now()).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_configured_name_leads_to_its_address_and_http_2_is_spoken() {
        let router = Router::new().route("/", get(async |version: Version| format!("{version:?}")));
        let client = start(router).await;

        let fetched = client.get(&url("https://a.sink.test/#part"), "*/*", None, now()).await.unwrap();

        assert_eq!((fetched.status, fetched.body.as_ref()), (200, b"HTTP/2.0".as_slice()));
        assert_eq!(fetched.final_url, url("https://a.sink.test/"));
    }

    #[tokio::test]
    async fn a_host_without_http_2_is_spoken_to_in_http_1_1() {
        let router = Router::new().route("/", get(async |version: Version| format!("{version:?}")));
        let network = test_network::start_with_protocols(router, &["http/1.1"]).await;
        let client = Client::new(&network.settings).unwrap();

        let fetched = client.get(&url("https://far.example/"), "*/*", None, now()).await.unwrap();

        assert_eq!(fetched.body.as_ref(), b"HTTP/1.1");
    }

    #[tokio::test]
    async fn c06_a_private_address_is_refused_however_it_is_reached() {
        let router = Router::new()
            .route("/there", get(async || Redirect::to("https://private.example/")))
            .route("/literal", get(async || Redirect::to("https://127.0.0.1/")))
            .route("/plain", get(async || Redirect::to("http://far.example/")))
            .route("/port", get(async || Redirect::to("https://far.example:22/")));
        let client = start(router).await;

        let address = |address: &str| RequestError::Refused(Refusal::Address(address.parse().unwrap()));
        assert_eq!(failure(&client, "https://private.example/").await, address("127.0.0.99"));
        assert_eq!(failure(&client, "https://far.example/there").await, address("127.0.0.99"));
        assert_eq!(failure(&client, "https://far.example/literal").await, Refusal::Host.into());
        assert_eq!(failure(&client, "https://far.example/plain").await, Refusal::Scheme.into());
        assert_eq!(failure(&client, "https://far.example/port").await, Refusal::Port(22).into());
    }

    #[tokio::test]
    async fn c05_a_name_is_judged_by_the_addresses_that_are_looked_up() {
        let network = test_network::start(Router::new()).await;
        let mut settings = network.settings.clone();
        settings.allowed_private_networks = vec!["10.0.0.0/8".parse().unwrap()];
        let client = Client::new(&settings).unwrap();

        let refused = failure(&client, "https://localhost/").await;

        assert!(
            matches!(refused, RequestError::Refused(Refusal::Address(address)) if address.is_loopback()),
            "{refused}"
        );
    }

    #[test]
    fn c05_of_several_addresses_only_the_public_ones_are_connected_to() {
        let public = "8.8.8.8:443".parse().unwrap();
        let private = "[::1]:443".parse().unwrap();

        assert_eq!(allowed_addresses(vec![private, public], &[]), Ok(vec![public]));
        assert_eq!(allowed_addresses(vec![private], &[]), Err(Refusal::Address("::1".parse().unwrap())));
    }

    #[tokio::test]
    async fn c01_a_name_that_cannot_be_public_is_not_looked_up() {
        let network = test_network::start(Router::new()).await;
        let mut settings = network.settings.clone();
        settings.allowed_private_networks.clear();
        let client = Client::new(&settings).unwrap();

        assert_eq!(failure(&client, "https://metadata.internal/").await, Refusal::Host.into());
    }

    #[tokio::test]
    async fn c06_three_redirects_are_followed_and_a_fourth_is_not() {
        let next = async |request: Request| {
            let number: u32 = request.uri().path()[1..].parse().unwrap();
            match number {
                0 => "there".into_response(),
                number => Redirect::to(&format!("/{}", number - 1)).into_response(),
            }
        };
        let client = start(Router::new().route("/{number}", get(next))).await;

        let fetched = client.get(&url("https://far.example/3"), "*/*", None, now()).await.unwrap();

        assert_eq!(fetched.final_url, url("https://far.example/0"));
        assert_eq!(failure(&client, "https://far.example/4").await, Refusal::Redirects.into());
    }

    #[tokio::test]
    async fn c07_a_redirected_request_is_signed_for_the_host_that_it_goes_to() {
        let router = Router::new()
            .route("/here", get(async || Redirect::to("https://web.example/there?page=1")))
            .route("/there", get(async |request: Request| verdict(&request, "web.example").to_owned()));
        let client = start(router).await;

        let key = test_network::signing_key("https://stadt.example/actor#main-key");
        let fetched = client.get(&url("https://far.example/here"), "*/*", Some(&key), now()).await.unwrap();

        assert_eq!(fetched.body.as_ref(), b"signed");
    }

    /// Whether a GET is signed for `host`.
    fn verdict(request: &Request, host: &str) -> &'static str {
        let mut headers = request.headers().clone();
        if let Some(authority) = request.uri().authority() {
            headers.insert("host", authority.as_str().parse().unwrap());
        }
        let path_and_query = request.uri().path_and_query().unwrap().as_str();
        let request = SignedRequest {
            method: &Method::GET,
            path_and_query,
            headers: &headers,
            body: b"",
            expected_hosts: &[host],
        };
        let key = PublicKey::from_pem(test_network::public_pem()).unwrap();
        let checked = signatures::parse(&headers).and_then(|parsed| parsed.check(&request, now()));
        checked.and_then(|checked| checked.verify(&key)).map_or("not signed", |()| "signed")
    }

    #[tokio::test]
    async fn a_signed_request_that_is_not_let_in_is_tried_once_more_without_its_query_signed() {
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        let answer = async move |request: Request| {
            count.fetch_add(1, Ordering::SeqCst);
            let path_only = Request::builder().uri("https://far.example/here").body(()).unwrap();
            let (mut parts, body) = request.into_parts();
            parts.uri = path_only.uri().clone();
            match verdict(&Request::from_parts(parts, body), "far.example") {
                "signed" => StatusCode::OK,
                _ => StatusCode::UNAUTHORIZED,
            }
        };
        let client = start(Router::new().route("/here", get(answer))).await;
        let key = test_network::signing_key("https://stadt.example/actor#main-key");

        let signed =
            client.get(&url("https://far.example/here?a=1"), "*/*", Some(&key), now()).await.unwrap();
        assert_eq!((signed.status, arrived.swap(0, Ordering::SeqCst)), (200, 2));
        let unsigned = client.get(&url("https://far.example/here?a=1"), "*/*", None, now()).await.unwrap();
        assert_eq!((unsigned.status, arrived.load(Ordering::SeqCst)), (401, 1));
    }

    #[tokio::test]
    async fn a_post_arrives_with_a_signature_that_holds_and_its_retry_after_is_read() {
        let inbox = async |uri: http::Uri, mut headers: HeaderMap, body: Bytes| {
            assert_eq!(headers.get("host"), None);
            assert_eq!(headers[ACCEPT_ENCODING], "identity");
            assert_eq!(headers["user-agent"], "Stadtbote/test");
            assert_eq!(headers[CONTENT_TYPE], "application/activity+json");
            headers.insert("host", uri.host().unwrap().parse().unwrap());
            let request = SignedRequest {
                method: &Method::POST,
                path_and_query: uri.path(),
                headers: &headers,
                body: &body,
                expected_hosts: &["far.example"],
            };
            let checked = signatures::parse(&headers).unwrap().check(&request, now()).unwrap();
            checked.verify(&PublicKey::from_pem(test_network::public_pem()).unwrap()).unwrap();
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "30")])
        };
        let client = start(Router::new().route("/inbox", post(inbox))).await;

        let key = test_network::signing_key("https://stadt.example/users/amt#main-key");
        let answer = client.post_signed(&url("https://far.example/inbox"), "{}".into(), &key, now()).await;

        assert_eq!(answer, Ok(Answer { status: 503, retry_after: Some(Duration::from_secs(30)) }));
    }

    /// A host that lets in one form only, and whose other answers have these headers; it counts what comes.
    fn lets_in(form: Form, refusal: StatusCode, asks: bool) -> (Router, Arc<AtomicUsize>) {
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        let answer = async move |request: Request| {
            count.fetch_add(1, Ordering::SeqCst);
            let is_message = request.headers().contains_key("signature-input");
            if is_message == (form == Form::Message) {
                return StatusCode::ACCEPTED.into_response();
            }
            let wanted = r#"sig1=("@method" "@target-uri");created;keyid"#;
            let headers: HeaderMap = asks
                .then(|| (HeaderName::from_static("accept-signature"), wanted.parse().unwrap()))
                .into_iter()
                .collect();
            (refusal, headers).into_response()
        };
        (Router::new().route("/inbox", get(answer.clone()).post(answer)), arrived)
    }

    #[tokio::test]
    async fn a_host_that_wants_the_other_form_gets_it_and_is_remembered() {
        let (router, arrived) = lets_in(Form::Message, StatusCode::UNAUTHORIZED, false);
        let client = start(router).await;
        let key = test_network::signing_key("https://stadt.example/users/amt#main-key");
        let inbox = url("https://far.example/inbox");
        let post = async || client.post_signed(&inbox, "{}".into(), &key, now()).await.unwrap().status;

        assert_eq!((post().await, arrived.swap(0, Ordering::SeqCst)), (202, 2));
        let learned = Learned { host: "far.example".to_owned(), message_since: Some(now()) };
        assert_eq!(client.take_learned(), [learned]);
        assert_eq!((post().await, arrived.swap(0, Ordering::SeqCst)), (202, 1));
        let fetched = client.get(&inbox, "*/*", Some(&key), now()).await.unwrap();
        assert_eq!((fetched.status, arrived.swap(0, Ordering::SeqCst)), (202, 1));
        assert!(client.take_learned().is_empty());
    }

    #[tokio::test]
    async fn a_host_that_wants_draft_cavage_again_is_forgotten() {
        let (router, arrived) = lets_in(Form::Cavage, StatusCode::BAD_REQUEST, false);
        let client = start(router).await;
        client.recall_forms(vec![("far.example".to_owned(), now())]);
        let key = test_network::signing_key("https://stadt.example/actor#main-key");
        let get = async || {
            client.get(&url("https://far.example/inbox"), "*/*", Some(&key), now()).await.unwrap().status
        };

        assert_eq!((get().await, arrived.swap(0, Ordering::SeqCst)), (202, 2));
        assert_eq!(client.take_learned(), [Learned { host: "far.example".to_owned(), message_since: None }]);
        assert_eq!((get().await, arrived.swap(0, Ordering::SeqCst)), (202, 1));
    }

    #[tokio::test]
    async fn the_other_form_is_tried_where_it_is_asked_for_and_no_more_than_once() {
        let key = test_network::signing_key("https://stadt.example/actor#main-key");
        let knocks = async |form, refusal, asks, target: &str| {
            let (router, arrived) = lets_in(form, refusal, asks);
            let client = start(router).await;
            let got = client.get(&url(target), "*/*", Some(&key), now()).await.unwrap().status;
            let got_after = arrived.swap(0, Ordering::SeqCst);
            let other = test_network::signing_key("https://stadt.example/users/amt#main-key");
            let posted = client.post_signed(&url(target), "{}".into(), &other, now()).await.unwrap().status;
            (got, got_after, posted, arrived.load(Ordering::SeqCst))
        };
        let (plain, query) = ("https://far.example/inbox", "https://far.example/inbox?a=1");

        let asked = knocks(Form::Message, StatusCode::FORBIDDEN, true, plain).await;
        assert_eq!(asked, (202, 2, 202, 1));
        let not_asked = knocks(Form::Message, StatusCode::FORBIDDEN, false, plain).await;
        assert_eq!(not_asked, (403, 1, 403, 1));
        // With a query the same form is tried without it, unless the other is asked for.
        let with_query = knocks(Form::Message, StatusCode::UNAUTHORIZED, false, query).await;
        assert_eq!(with_query, (401, 2, 202, 2));
        let asked = knocks(Form::Message, StatusCode::UNAUTHORIZED, true, query).await;
        assert_eq!(asked, (202, 2, 202, 1));

        let closed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&closed);
        let refuse = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            StatusCode::UNAUTHORIZED
        };
        let client = start(Router::new().route("/inbox", post(refuse))).await;
        let answer = client.post_signed(&url(plain), "{}".into(), &key, now()).await.unwrap();
        assert_eq!((answer.status, closed.load(Ordering::SeqCst)), (401, 2));
        assert!(client.take_learned().is_empty());
    }

    #[tokio::test]
    async fn c07_g03_a_post_does_not_follow_a_redirect() {
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        let router = Router::new()
            .route("/inbox", post(async || Redirect::temporary("/other")))
            .route("/other", post(async move || count.fetch_add(1, Ordering::SeqCst).to_string()));
        let client = start(router).await;

        let key = test_network::signing_key("https://stadt.example/users/amt#main-key");
        let answer =
            client.post_signed(&url("https://far.example/inbox"), "{}".into(), &key, now()).await.unwrap();

        assert_eq!(answer, Answer { status: 307, retry_after: None });
        assert_eq!(arrived.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn c14_a_body_over_the_limit_is_refused_whether_its_length_is_said_or_not() {
        let chunks = || stream::iter((0..17).map(|_| Ok::<_, io::Error>(Bytes::from(vec![b' '; 64 * 1024]))));
        let router = Router::new()
            .route("/said", get(async || vec![b' '; MAX_BODY + 1]))
            .route("/unsaid", get(async move || Body::from_stream(chunks())))
            .route("/just", get(async || vec![b' '; MAX_BODY]));
        let client = start(router).await;

        assert_eq!(failure(&client, "https://far.example/said").await, RequestError::TooLarge);
        assert_eq!(failure(&client, "https://far.example/unsaid").await, RequestError::TooLarge);
        let fetched = client.get(&url("https://far.example/just"), "*/*", None, now()).await.unwrap();
        assert_eq!(fetched.body.len(), MAX_BODY);
    }

    #[tokio::test]
    async fn c12_a_body_that_trickles_runs_into_the_time_limit() {
        let trickle =
            || stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"{"))]).chain(stream::pending());
        let router = Router::new().route("/", get(async move || Body::from_stream(trickle())));
        let network = test_network::start(router).await;
        let limits = Limits { total: Duration::from_millis(500), ..Limits::default() };
        let client = Client::with_limits(&network.settings, limits).unwrap();

        assert_eq!(failure(&client, "https://far.example/").await, RequestError::Timeout);
    }

    #[tokio::test]
    async fn c15_a_compressed_answer_is_refused() {
        let router = Router::new().route("/", get(async || ([(CONTENT_ENCODING, "gzip")], "bomb")));
        let client = start(router).await;

        assert!(matches!(failure(&client, "https://far.example/").await, RequestError::Other(_)));
    }

    #[tokio::test]
    async fn g05_a_certificate_of_an_unknown_authority_and_a_closed_port_are_told_apart() {
        let network = test_network::start(Router::new()).await;
        let mut settings = network.settings.clone();
        let stranger = test_network::start(Router::new()).await;
        settings.trusted_ca_file = stranger.settings.trusted_ca_file.clone();
        settings.resolve.insert("closed.example".to_owned(), "127.0.0.1:1".parse().unwrap());
        let client = Client::new(&settings).unwrap();

        let unknown = failure(&client, "https://far.example/").await;
        assert!(matches!(unknown, RequestError::Tls(_)), "{unknown:?}");
        assert!(matches!(failure(&client, "https://closed.example/").await, RequestError::Connect(_)));
        assert_eq!(failure(&client, "https://nowhere.invalid/").await, RequestError::Dns);
    }

    #[tokio::test]
    async fn one_host_is_asked_only_so_many_things_at_once() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let highest = Arc::clone(&most);
        let slow = async move || {
            highest.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            running.fetch_sub(1, Ordering::SeqCst);
        };
        let client = start(Router::new().route("/", get(slow))).await;

        let target = url("https://far.example/");
        futures::future::join_all((0..6).map(|_| client.get(&target, "*/*", None, now()))).await;

        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn connections_are_kept_for_a_bounded_number_of_hosts() {
        let network = test_network::start(Router::new()).await;
        let client =
            Client::with_limits(&network.settings, Limits { pooled_hosts: 2, ..Limits::default() }).unwrap();

        for number in 0..5 {
            client.get(&url(&format!("https://{number}.sink.test/")), "*/*", None, now()).await.unwrap();
        }

        assert!(lock(&client.0.pool).hosts.len() <= 2);
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date_and_garbage_is_not_read() {
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).unwrap())]);
            retry_after(&headers, now()).map(|wait| wait.as_secs())
        };

        assert_eq!(read("120"), Some(120));
        assert_eq!(read("Sat, 01 Aug 2026 09:02:00 GMT"), Some(120));
        assert_eq!(read("Sat, 01 Aug 2026 08:00:00 GMT"), Some(0));
        for garbage in ["", "soon", "-1", "1.5", "99999999999999999999999", "Sat, 32 Aug 2026 09:02:00 GMT"] {
            assert_eq!(read(garbage), None, "{garbage}");
        }
    }
}
