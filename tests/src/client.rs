//! A client of the Mastodon door, which holds one token or none.

use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use std::net::SocketAddr;

/// What a door answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: bytes::Bytes,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null if it is none.
    pub json: Value,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Answer {
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.expect("the body comes whole");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, bytes, text, json }
    }

    /// The JSON of an answer that must be a good one.
    pub fn good(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.json
    }

    /// A header; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The address to which a `Link` header points with this relation.
    pub fn link(&self, relation: &str) -> Option<String> {
        let wanted = format!("rel=\"{relation}\"");
        self.header("link").split(',').find_map(|part| {
            let (address, attributes) = part.split_once('>')?;
            attributes.contains(&wanted).then(|| address.trim().trim_start_matches('<').to_owned())
        })
    }
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    host: String,
    token: Option<String>,
    http: reqwest::Client,
}

impl Client {
    /// A client of the Stadtbote that listens at `address` and is known as `host`.
    pub fn new(address: SocketAddr, host: &str, token: Option<String>) -> Client {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Client {
            address,
            host: host.to_owned(),
            token,
            http: http.expect("the client needs nothing from outside"),
        }
    }

    /// The token that it holds; empty if it has none.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    /// Reads with further headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, None).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, &[], Some(body)).await
    }

    /// Posts JSON to a server that may be gone; none if it did not answer.
    pub async fn try_post(&self, path: &str, body: Value) -> Option<Answer> {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.ok()?;
        Some(Answer::read(response).await)
    }

    /// Posts JSON with further headers.
    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.ask(Method::POST, path, headers, Some(body)).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, &[], Some(body)).await
    }

    /// Patches with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, &[], Some(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &[], None).await
    }

    /// Uploads a file with a description, as clients do.
    pub async fn upload(&self, path: &str, name: &str, kind: &str, file: &[u8], description: &str) -> Answer {
        let limit = "a-line-that-no-file-holds";
        let mut body = Vec::new();
        let head = format!(
            "--{limit}\r\ncontent-disposition: form-data; name=\"description\"\r\n\r\n{description}\r\n\
             --{limit}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{limit}--\r\n").as_bytes());

        let request = self.request(Method::POST, path);
        let request = request.header("content-type", format!("multipart/form-data; boundary={limit}"));
        Answer::read(request.body(body).send().await.expect("Stadtbote answers every request")).await
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Answer::read(request.send().await.expect("Stadtbote answers every request")).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let own = format!("https://{}", self.host);
        let path = path.strip_prefix(&own).unwrap_or(path);
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        let request = request.header("host", &self.host);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}
