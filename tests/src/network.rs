//! A pretended fediverse: any number of hosts behind one TLS socket, which answer as they are told and remember all
//! that reaches them.
//!
//! Stadtbote finds it by `federation.resolve` and trusts it by `federation.trusted_ca_file`.

mod answers;

use crate::authority::Fault;
use crate::network::answers::{State, listen, lock};
use crate::person::Person;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The type under which actors and posts are shown.
pub(crate) const ACTIVITY_JSON: &str = "application/activity+json";

/// How a host behaves.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// It takes everything.
    #[default]
    Ok,
    /// It takes everything, late.
    Slow(Duration),
    /// It takes the request and answers one byte in ten seconds.
    Tarpit,
    /// It takes the request and never answers.
    Hang,
    /// It takes the request and cuts the connection.
    Reset,
    /// It always answers with this status.
    Status(u16),
    /// It answers 503 and this `Retry-After`.
    Busy(String),
    /// It answers 503 so many times, then it takes everything.
    FailFirst(usize),
    /// It takes so many requests and cuts the connection, then it takes everything.
    CutFirst(usize),
    /// It takes so many requests without an answer, then it takes everything.
    HangFirst(usize),
    /// It answers so many of ten requests with this status, and takes the others.
    Sometimes {
        /// The status.
        status: u16,
        /// So many of ten.
        of_ten: usize,
    },
    /// Nobody is there: the connection ends before anything is said, and counts as an arrival without an answer.
    Down,
    /// It answers 401 until then.
    UnauthorizedUntil(Instant),
    /// It answers 401 to all that is not well signed after RFC 9421.
    WantsMessageSignatures,
    /// It sends the asker to this address.
    Redirect(String),
    /// It sends to this address whoever posts to one of these paths, and takes everything else.
    Moved {
        /// The paths.
        from: Vec<String>,
        /// The address.
        to: String,
    },
    /// Its certificate is wrong.
    BadCertificate(Fault),
}

/// What was found out about the signature of something that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is good, and made with this key.
    Good(String),
    /// It is missing or wrong, for this reason.
    Bad(String),
}

/// A POST that reached a host.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The host that it was for.
    pub host: String,
    /// The path, which tells a personal inbox from a shared one.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    /// When it was there.
    pub at: Instant,
    /// Whose signature it bears.
    pub signature: Signature,
    /// What was answered; none if nothing was.
    pub answer: Option<u16>,
}

impl Arrival {
    /// The activity; null if the body is no JSON.
    pub fn activity(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The id of the activity; empty if there is none.
    pub fn id(&self) -> String {
        self.activity()["id"].as_str().unwrap_or_default().to_owned()
    }

    /// The type of the activity; empty if there is none.
    pub fn kind(&self) -> String {
        self.activity()["type"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the host took it.
    pub fn is_taken(&self) -> bool {
        self.answer.is_some_and(|answer| (200..300).contains(&answer))
    }
}

/// How often one activity reached one inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// So often it came.
    pub came: usize,
    /// So often it was taken.
    pub taken: usize,
}

/// A read that reached a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The host that was asked.
    pub host: String,
    /// What it was asked for, with the query.
    pub path: String,
    /// Whether the request was signed.
    pub is_signed: bool,
}

/// The pretended fediverse.
pub struct Network {
    address: SocketAddr,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

impl Network {
    /// Opens the network on a free port of a loopback address of its own.
    pub async fn start() -> Network {
        let listener = TcpListener::bind("127.0.0.10:0").await.expect("loopback has free ports");
        let address = listener.local_addr().expect("it listens");
        let state = Arc::new(State::default());
        let listening = tokio::spawn(listen(listener, state.clone()));
        Network { address, state, listening }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells where the actors of a host can be read, so that signatures of theirs can be checked.
    pub fn trusts(&self, host: &str, address: SocketAddr) {
        lock(&self.state.homes).insert(host.to_owned(), address);
    }

    /// Somebody who lives here, such as `rita@far.example`; made on the first call.
    pub fn person(&self, handle: &str) -> Person {
        let person = Person::new(handle);
        self.show(&person.uri(), person.document());
        lock(&self.state.people).entry(person.handle()).or_insert(person).clone()
    }

    /// Shows a document under its address, from now on.
    pub fn show(&self, uri: &str, document: Value) {
        lock(&self.state.documents).insert(uri.to_owned(), document);
    }

    /// Lets a host show a picture.
    pub fn show_picture(&self, uri: &str, bytes: &[u8]) {
        lock(&self.state.files).insert(uri.to_owned(), bytes.to_vec());
    }

    /// Takes a document away again.
    pub fn hide(&self, uri: &str) {
        lock(&self.state.documents).remove(uri);
    }

    /// Sets how a host answers POSTs.
    pub fn answers_posts(&self, host: &str, mode: Mode) {
        lock(&self.state.failures).remove(host);
        lock(&self.state.posts).insert(host.to_owned(), mode);
    }

    /// Sets how a host answers reads.
    pub fn answers_looks(&self, host: &str, mode: Mode) {
        lock(&self.state.looks).insert(host.to_owned(), mode);
    }

    /// Everything that arrived so far, oldest first.
    pub fn arrivals(&self) -> Vec<Arrival> {
        lock(&self.state.arrivals).clone()
    }

    /// How much arrived so far.
    pub fn count(&self) -> usize {
        lock(&self.state.arrivals).len()
    }

    /// What arrived at one host, oldest first.
    pub fn arrivals_at(&self, host: &str) -> Vec<Arrival> {
        self.arrivals().into_iter().filter(|arrival| arrival.host == host).collect()
    }

    /// How often an activity was taken, by host.
    pub fn taken(&self, activity_id: &str) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for arrival in self.arrivals() {
            if arrival.is_taken() && arrival.id() == activity_id {
                *counts.entry(arrival.host).or_default() += 1;
            }
        }
        counts
    }

    /// How often an activity came and how often it was taken, by inbox.
    pub fn tallies(&self, activity_id: &str) -> HashMap<String, Tally> {
        lock(&self.state.tallies).get(activity_id).cloned().unwrap_or_default()
    }

    /// Every read so far, oldest first.
    pub fn looks(&self) -> Vec<Look> {
        lock(&self.state.seen).clone()
    }

    /// Waits for so many arrivals that `is_wanted`, and gives them; panics after thirty seconds.
    pub async fn wait_for(&self, count: usize, is_wanted: impl Fn(&Arrival) -> bool) -> Vec<Arrival> {
        let limit = Instant::now() + Duration::from_secs(30);
        loop {
            let changed = self.state.changed.notified();
            let found: Vec<Arrival> =
                self.arrivals().into_iter().filter(|arrival| is_wanted(arrival)).collect();
            if found.len() >= count {
                return found;
            }
            let left = limit.saturating_duration_since(Instant::now());
            if tokio::time::timeout(left, changed).await.is_err() {
                panic!("{} of {count} arrived; all that came: {:#?}", found.len(), self.summary());
            }
        }
    }

    /// One line for each arrival, for the message of a failing test.
    pub fn summary(&self) -> Vec<String> {
        self.arrivals()
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {} → {:?}, {:?}",
                    one.host,
                    one.path,
                    one.kind(),
                    one.id(),
                    one.answer,
                    one.signature
                )
            })
            .collect()
    }

    /// What Stadtbote must have set so that it finds this network: the value of `federation.resolve`.
    pub fn resolve_setting(&self) -> Value {
        let address = self.address.to_string();
        json!({ "*.sink.test": address, "*.example": address })
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
