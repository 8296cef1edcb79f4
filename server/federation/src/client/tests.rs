use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use futures::{StreamExt, stream};
use http::{
    HeaderName, Method, Version,
    header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER},
};

use super::{answers::retry_after, connect::allowed_addresses, *};
use crate::{
    signatures::{self, SignedRequest, keys::PublicKey},
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

    let signed = client.get(&url("https://far.example/here?a=1"), "*/*", Some(&key), now()).await.unwrap();
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
    let trickle = || stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"{"))]).chain(stream::pending());
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
