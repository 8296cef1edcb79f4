//! Connections: how many, how patient we are with each, and how they end.
//!
//! `axum::serve` waits for ever for a request that never comes whole, and for a reader who never reads. Here each step
//! has a limit of time: the head of a request, the next piece of its body (`guard.rs`), the next piece of the answer.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Most connections at once, where the system allows us that many open files.
const MOST: u64 = 4096;
/// More open files than this are of no use: connections of others, ours to others, the database.
const FILES: u64 = 16_384;
/// How long to wait when the system refuses a connection, most likely because we have no file left to open.
const AFTER_REFUSAL: Duration = Duration::from_millis(200);
/// Most bytes of the head of a request.
const HEAD: usize = 64 * 1024;

/// How long we wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the whole head of a request. On a connection that is kept open, this is also how long the next request may
    /// be waited for.
    pub(super) head: Duration,
    /// For somebody who takes nothing of what we write.
    pub(super) write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { head: Duration::from_secs(30), write: Duration::from_secs(30) }
    }
}

/// Takes connections until `stop`, then lets the requests that run end.
///
/// Where there are too many, new ones wait in the system's queue until one ends.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: CancellationToken,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.head).max_header_size(HEAD);
    let places = Arc::new(Semaphore::new(most()));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            next = next => next,
        };
        match (place, accepted) {
            (Ok(place), Ok((stream, peer))) => {
                // Small answers must not wait for the acknowledgement of those before.
                let _ = stream.set_nodelay(true);
                let (builder, router, stop) = (builder.clone(), router.clone(), stop.clone());
                connections.spawn(async move {
                    answer(&builder, stream, peer, router, patience, stop).await;
                    drop(place);
                });
            }
            (_, Err(error)) if is_of_one_connection(&error) => {}
            (_, Err(error)) => {
                tracing::error!("A connection could not be taken: {error}");
                sleep(AFTER_REFUSAL).await;
            }
            // Never closed.
            (Err(_), _) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Asks the system for as many open files as it allows: many still give each program 1,024 at first, out of care for
/// programs that we are not.
pub(super) fn allow_files() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(FILES, |most| most.min(FILES));
    if limit.current.is_some_and(|now| now < wanted) {
        let raised = Rlimit { current: Some(wanted), maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::debug!(%error, "The system allows no more open files");
        }
    }
}

/// At most half of the files that we may open: the rest is for the database, pictures and requests of our own.
fn most() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from((files / 2).clamp(1, MOST)).unwrap_or(1)
}

/// Whether an error says nothing of the listener: somebody hung up before we came.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn answer(
    builder: &http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Patience,
    stop: CancellationToken,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let stream = Stream { stream, patience: patience.write, waiting: None };
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("A connection of {peer} ended: {error}");
    }
}

/// A connection whose other side must go on reading.
struct Stream {
    stream: TcpStream,
    patience: Duration,
    /// Runs while the other side takes nothing.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting =
            self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;
    use tokio::time::timeout;

    use super::*;

    const SHORT: Duration = Duration::from_millis(300);
    const LONG: Duration = Duration::from_secs(10);

    struct Server {
        address: SocketAddr,
        stop: CancellationToken,
        task: JoinHandle<()>,
    }

    async fn start() -> Server {
        async fn late() -> &'static str {
            sleep(SHORT).await;
            "late"
        }
        let router = Router::new()
            .route(
                "/",
                get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
            )
            .route("/late", get(late))
            .route("/large", get(|| async { Body::from(vec![7; 64 << 20]) }))
            .route("/echo", post(|body: Bytes| async { body }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let address = listener.local_addr().expect("it listens");
        let stop = CancellationToken::new();
        let patience = Patience { head: SHORT, write: SHORT };
        let task = tokio::spawn(serve(listener, router, patience, stop.clone()));
        Server { address, stop, task }
    }

    impl Server {
        async fn connect(&self, text: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.expect("it listens");
            stream.write_all(text.as_bytes()).await.expect("it reads");
            stream
        }
    }

    async fn rest_of(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        let read = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("it ends");
        read.expect("it ends well");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[tokio::test]
    async fn requests_behind_each_other_are_answered_in_order_on_one_connection() {
        let server = start().await;

        let mut stream = server
            .connect(
                "GET /late HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
                 GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            )
            .await;
        let answers = rest_of(&mut stream).await;

        let places: Vec<_> =
            ["\r\n\r\nlate", "\r\n\r\nabc", "\r\n\r\n127.0.0.1"].map(|text| answers.find(text)).into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{answers}");
    }

    #[tokio::test]
    async fn c13_a_head_that_does_not_come_whole_ends_the_connection() {
        let server = start().await;

        let mut begun = server.connect("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
        let mut silent = server.connect("").await;

        assert!(!rest_of(&mut begun).await.contains("200 OK"));
        assert_eq!(rest_of(&mut silent).await, "");
    }

    #[tokio::test]
    async fn a_connection_is_kept_for_the_next_request_for_a_while() {
        let server = start().await;
        let mut stream = server.connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut first = vec![0; 12];
        stream.read_exact(&mut first).await.expect("it answers");

        sleep(SHORT / 3).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is still open");

        assert!(rest_of(&mut stream).await.contains("HTTP/1.1 200 OK"));
    }

    #[tokio::test]
    async fn c32_a_head_that_is_too_large_is_refused() {
        let server = start().await;

        let mut stream =
            server.connect(&format!("GET / HTTP/1.1\r\nX-Large: {}\r\n\r\n", "x".repeat(HEAD))).await;
        let mut answer = vec![0; 12];
        stream.read_exact(&mut answer).await.expect("it answers");

        assert_eq!(answer, b"HTTP/1.1 431");
    }

    #[tokio::test]
    async fn who_does_not_read_the_answer_is_cut_off() {
        let server = start().await;
        let stream = server.connect("GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;

        sleep(SHORT / 3).await;
        server.stop.cancel();

        timeout(LONG, server.task).await.expect("nothing holds it up").expect("it did not break off");
        drop(stream);
    }

    #[tokio::test]
    async fn at_a_stop_requests_that_run_are_answered_and_idle_connections_end() {
        let server = start().await;
        let mut idle = server.connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut busy = server.connect("GET /late HTTP/1.1\r\nHost: x\r\n\r\n").await;
        sleep(SHORT / 6).await;

        server.stop.cancel();

        assert!(rest_of(&mut busy).await.ends_with("late"));
        assert!(rest_of(&mut idle).await.ends_with("127.0.0.1"));
        timeout(LONG, server.task).await.expect("nothing holds it up").expect("it did not break off");
        assert!(TcpStream::connect(server.address).await.is_err());
    }
}
