//! How the hosts of the pretended network answer.

use crate::authority::{Authority, Fault};
use crate::keys::Claim;
use crate::network::{ACTIVITY_JSON, Arrival, Look, Mode, Signature, Tally};
use crate::person::Person;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a tarpit takes for each byte.
const DRIP: Duration = Duration::from_secs(10);

/// What all hosts together know and were told.
#[derive(Default)]
pub(super) struct State {
    pub(super) posts: Mutex<HashMap<String, Mode>>,
    pub(super) looks: Mutex<HashMap<String, Mode>>,
    pub(super) failures: Mutex<HashMap<String, usize>>,
    pub(super) documents: Mutex<HashMap<String, Value>>,
    /// What is no document.
    pub(super) files: Mutex<HashMap<String, Vec<u8>>>,
    pub(super) people: Mutex<HashMap<String, Person>>,
    pub(super) arrivals: Mutex<Vec<Arrival>>,
    /// By activity, then by inbox: counted as they come, since tests with thousands of arrivals ask often.
    pub(super) tallies: Mutex<HashMap<String, HashMap<String, Tally>>>,
    pub(super) seen: Mutex<Vec<Look>>,
    pub(super) homes: Mutex<HashMap<String, SocketAddr>>,
    pub(super) keys: Mutex<HashMap<String, String>>,
    pub(super) changed: Notify,
    pub(super) client: reqwest::Client,
}

/// Accepts until it is aborted; its connections end with it.
pub(super) async fn listen(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((tcp, _)) = accepted {
                    connections.spawn(connect(tcp, state.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Speaks with one connection: who is asked for decides about certificate and manners.
async fn connect(tcp: TcpStream, state: Arc<State>) {
    let _ = tcp.set_nodelay(true);
    let Ok(hello) = LazyConfigAcceptor::new(Default::default(), tcp).await else { return };
    let Some(name) = hello.client_hello().server_name().map(str::to_owned) else { return };
    let manners = lock(&state.posts).get(&name).cloned().unwrap_or_default();
    let fault = match manners {
        Mode::BadCertificate(fault) => fault,
        _ => Fault::None,
    };
    if matches!(manners, Mode::Down) {
        return state.note(nothing_said(&name, "nobody is there"));
    }
    let is_tarpit = matches!(manners, Mode::Tarpit);
    let config = Authority::of_this_run().server_config(&name, !is_tarpit, fault);
    let Ok(stream) = hello.into_stream(config).await else { return };

    if is_tarpit {
        return drip(stream, &name, &state).await;
    }
    let service = service_fn(move |request| answer(state.clone(), request));
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// Reads what comes and answers a byte at a time, the status line included.
async fn drip(mut stream: TlsStream<TcpStream>, host: &str, state: &State) {
    let mut seen = vec![0; 16_384];
    if stream.read(&mut seen).await.is_err() {
        return;
    }
    state.note(nothing_said(host, "a tarpit does not look"));
    for &byte in b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n" {
        tokio::time::sleep(DRIP).await;
        if stream.write_all(&[byte]).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// Somebody came, and nothing was read.
fn nothing_said(host: &str, reason: &str) -> Arrival {
    Arrival {
        host: host.to_owned(),
        path: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        at: Instant::now(),
        signature: Signature::Bad(reason.to_owned()),
        answer: None,
    }
}

/// What ends a connection on purpose.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
    let (mut parts, body) = request.into_parts();
    if let Some(authority) = parts.uri.authority() {
        let value = authority.as_str().parse().expect("an authority is a valid header");
        parts.headers.insert(HOST, value);
    }
    let host = header(&parts.headers, HOST).split(':').next().unwrap_or_default().to_owned();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();

    if parts.method == Method::POST {
        return receive(&state, host, path, parts.headers, body).await;
    }
    lock(&state.seen).push(Look {
        host: host.clone(),
        path: path.clone(),
        is_signed: parts.headers.contains_key("signature"),
    });
    let mode = lock(&state.looks).get(&host).cloned().unwrap_or_default();
    match state.behave(&host, mode).await? {
        Some(response) => Ok(response),
        None => Ok(state.document(&host, &path)),
    }
}

async fn receive(
    state: &State,
    host: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, Cut> {
    let at = Instant::now();
    let signature = match state.check(&path, &headers, &body).await {
        Ok(key_id) => Signature::Good(key_id),
        Err(reason) => Signature::Bad(reason),
    };
    let mode = lock(&state.posts).get(&host).cloned().unwrap_or_default();
    let mode = state.first(&host, mode);
    let is_message = headers.contains_key("signature-input") && matches!(signature, Signature::Good(_));
    let mode = match mode {
        Mode::WantsMessageSignatures if !is_message => Mode::Status(401),
        Mode::Moved { from, to } if from.contains(&path) => Mode::Redirect(to),
        mode => mode,
    };
    let mut arrival = Arrival { host, path, headers, body, at, signature, answer: None };
    if matches!(mode, Mode::Hang | Mode::Reset | Mode::Down) {
        state.note(arrival.clone());
    }

    let response = match state.behave(&arrival.host, mode).await? {
        Some(response) => response,
        None => empty(StatusCode::ACCEPTED),
    };
    arrival.answer = Some(response.status().as_u16());
    state.note(arrival);
    Ok(response)
}

impl State {
    fn note(&self, arrival: Arrival) {
        let inbox = format!("https://{}{}", arrival.host, arrival.path);
        let mut tallies = lock(&self.tallies);
        let tally = tallies.entry(arrival.id()).or_default().entry(inbox).or_default();
        tally.came += 1;
        tally.taken += usize::from(arrival.is_taken());
        drop(tallies);
        lock(&self.arrivals).push(arrival);
        self.changed.notify_waiters();
    }

    /// What a mode that changes with time comes to now.
    fn first(&self, host: &str, mode: Mode) -> Mode {
        let Mode::HangFirst(count) = mode else { return mode };
        let mut failures = lock(&self.failures);
        let so_far = failures.entry(host.to_owned()).or_default();
        *so_far += 1;
        if *so_far <= count { Mode::Hang } else { Mode::Ok }
    }

    /// Does what the mode says; none means that the request is to be answered properly.
    async fn behave(&self, host: &str, mode: Mode) -> Result<Option<Response<Full<Bytes>>>, Cut> {
        Ok(match mode {
            Mode::Ok | Mode::BadCertificate(_) | Mode::WantsMessageSignatures | Mode::Moved { .. } => None,
            Mode::Slow(time) => {
                tokio::time::sleep(time).await;
                None
            }
            Mode::Tarpit | Mode::Hang | Mode::HangFirst(_) => std::future::pending().await,
            Mode::Reset | Mode::Down => return Err(Cut),
            Mode::Status(code) => {
                Some(empty(StatusCode::from_u16(code).expect("tests name statuses that exist")))
            }
            Mode::Busy(after) => {
                let mut response = empty(StatusCode::SERVICE_UNAVAILABLE);
                response.headers_mut().insert(RETRY_AFTER, after.parse().expect("a header can carry it"));
                Some(response)
            }
            Mode::CutFirst(count) => {
                let mut failures = lock(&self.failures);
                let so_far = failures.entry(host.to_owned()).or_default();
                *so_far += 1;
                if *so_far <= count {
                    return Err(Cut);
                }
                None
            }
            Mode::FailFirst(count) => {
                let mut failures = lock(&self.failures);
                let so_far = failures.entry(host.to_owned()).or_default();
                *so_far += 1;
                (*so_far <= count).then(|| empty(StatusCode::SERVICE_UNAVAILABLE))
            }
            Mode::Sometimes { status, of_ten } => {
                let mut failures = lock(&self.failures);
                let number = failures.entry(host.to_owned()).or_default();
                // Spread over the ten, the first among them.
                let fails = *number * of_ten % 10 < of_ten;
                *number += 1;
                fails.then(|| empty(StatusCode::from_u16(status).expect("tests name statuses that exist")))
            }
            Mode::UnauthorizedUntil(end) => (Instant::now() < end).then(|| empty(StatusCode::UNAUTHORIZED)),
            Mode::Redirect(to) => {
                let mut response = empty(StatusCode::TEMPORARY_REDIRECT);
                response.headers_mut().insert(LOCATION, to.parse().expect("an address is a valid header"));
                Some(response)
            }
        })
    }

    /// Checks a signature against the key that its owner shows; gives the key's id.
    async fn check(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<String, String> {
        let claim = Claim::read(headers)?;
        let cached = lock(&self.keys).get(&claim.key_id).cloned();
        let key = match cached {
            Some(key) => key,
            None => self.fetch_key(&claim.key_id).await?,
        };
        claim.check(&key, "POST", path, headers, body)?;
        lock(&self.keys).insert(claim.key_id.clone(), key);
        Ok(claim.key_id)
    }

    async fn fetch_key(&self, key_id: &str) -> Result<String, String> {
        let url =
            url::Url::parse(key_id).map_err(|error| format!("the key id {key_id} is no address: {error}"))?;
        let host = url.host_str().unwrap_or_default();
        let home = lock(&self.homes).get(host).copied().ok_or_else(|| format!("{host} is unknown here"))?;

        let body = self
            .client
            .get(format!("http://{home}{}", url.path()))
            .header(HOST, host)
            .header(ACCEPT, ACTIVITY_JSON)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| format!("the actor {key_id} cannot be read: {error}"))?
            .bytes()
            .await
            .map_err(|error| format!("the actor {key_id} breaks off: {error}"))?;
        let actor: Value = serde_json::from_slice(&body)
            .map_err(|error| format!("the actor {key_id} is no JSON: {error}"))?;
        if actor["publicKey"]["id"] != key_id {
            return Err(format!("the actor shows another key than {key_id}"));
        }
        actor["publicKey"]["publicKeyPem"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("{key_id} has no PEM"))
    }

    fn document(&self, host: &str, path: &str) -> Response<Full<Bytes>> {
        let plain = path.split('?').next().unwrap_or_default();
        if let Some(document) = lock(&self.documents).get(&format!("https://{host}{path}")) {
            return json_response(ACTIVITY_JSON, document);
        }
        if let Some(file) = lock(&self.files).get(&format!("https://{host}{path}")) {
            let mut response = Response::new(Full::new(Bytes::from(file.clone())));
            response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("image/png"));
            return response;
        }
        match plain {
            "/.well-known/webfinger" => self.webfinger(host, path),
            "/.well-known/nodeinfo" => json_response(
                "application/json",
                &json!({ "links": [{
                    "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
                    "href": format!("https://{host}/nodeinfo/2.0"),
                }] }),
            ),
            "/nodeinfo/2.0" => json_response("application/json", &nodeinfo()),
            _ => match plain.rsplit_once('/') {
                Some((actor, "followers" | "following" | "outbox" | "featured")) if self.has(host, actor) => {
                    json_response(ACTIVITY_JSON, &empty_collection(&format!("https://{host}{plain}")))
                }
                _ => empty(StatusCode::NOT_FOUND),
            },
        }
    }

    fn has(&self, host: &str, actor_path: &str) -> bool {
        lock(&self.documents).contains_key(&format!("https://{host}{actor_path}"))
    }

    fn webfinger(&self, host: &str, path: &str) -> Response<Full<Bytes>> {
        let asked = url::Url::parse(&format!("https://{host}{path}")).ok().and_then(|url| {
            url.query_pairs().find(|(name, _)| name == "resource").map(|(_, value)| value.into_owned())
        });
        let people = lock(&self.people);
        let person = asked.as_deref().and_then(|resource| {
            let handle = resource.strip_prefix("acct:").unwrap_or(resource);
            people.get(handle).or_else(|| people.values().find(|person| person.uri() == resource))
        });
        match person {
            Some(person) => json_response("application/jrd+json", &person.webfinger()),
            None => empty(StatusCode::NOT_FOUND),
        }
    }
}

fn nodeinfo() -> Value {
    json!({
        "version": "2.0",
        "software": { "name": "pretended", "version": "1.0.0" },
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": [] },
        "openRegistrations": false,
        "usage": { "users": { "total": 1 }, "localPosts": 0 },
        "metadata": {},
    })
}

fn empty_collection(id: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": "OrderedCollection",
        "totalItems": 0,
        "orderedItems": [],
    })
}

fn json_response(kind: &'static str, document: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(document.to_string())));
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    response
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A panic of one test may not hide behind the poisoned lock of another.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
