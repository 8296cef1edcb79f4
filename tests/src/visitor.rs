//! A browser without script: keeps cookies, follows redirects, fills in forms.

use crate::client::Answer;
use crate::page::{Form, Page};
use http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// How many redirects in a row are still sane.
const REDIRECTS: usize = 5;

/// Somebody with a browser.
pub struct Visitor {
    address: SocketAddr,
    host: String,
    cookies: BTreeMap<String, String>,
    http: reqwest::Client,
    /// The path of the page that is open.
    pub path: String,
    /// How the last page was answered.
    pub status: StatusCode,
    /// The last answer.
    pub answer: Option<Answer>,
}

impl Visitor {
    /// A visitor of the Stadtbote that listens at `address` and is known as `host`.
    pub fn new(address: SocketAddr, host: &str) -> Visitor {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Visitor {
            address,
            host: host.to_owned(),
            cookies: BTreeMap::new(),
            http: http.expect("the client needs nothing from outside"),
            path: "/".to_owned(),
            status: StatusCode::OK,
            answer: None,
        }
    }

    /// Opens a page.
    pub async fn open(&mut self, path: &str) -> Page {
        self.go(Method::GET, path.to_owned(), None).await
    }

    /// Sends a form from the page that is open.
    pub async fn send(&mut self, form: Form) -> Page {
        let action = if form.action.is_empty() { self.path.clone() } else { form.action };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&form.fields);
        let query = query.finish();
        match form.method.as_str() {
            "POST" => self.go(Method::POST, action, Some(query)).await,
            _ => self.go(Method::GET, format!("{action}?{query}"), None).await,
        }
    }

    /// Signs in through the page for that.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let page = self.open("/auth/sign_in").await;
        let form = page.form("form[action='/auth/sign_in']").expect("the page has a form to sign in");
        self.send(form.fill("email", email).fill("password", password)).await
    }

    /// A cookie that it was given.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Throws all cookies away.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    async fn go(&mut self, mut method: Method, mut path: String, mut body: Option<String>) -> Page {
        for _ in 0..REDIRECTS {
            let own = format!("https://{}", self.host);
            path = path.strip_prefix(&own).unwrap_or(&path).to_owned();
            let answer = self.ask(&method, &path, body.take()).await;
            self.path.clone_from(&path);
            self.status = answer.status;
            let next = answer.header("location").to_owned();
            let text = answer.text.clone();
            self.answer = Some(answer);
            if !self.status.is_redirection() {
                return Page::read(&text);
            }
            path = next;
            method = Method::GET;
        }
        panic!("{path} goes round in a circle");
    }

    async fn ask(&mut self, method: &Method, path: &str, body: Option<String>) -> Answer {
        let mut request = self.http.request(method.clone(), format!("http://{}{path}", self.address));
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request
            .header("host", &self.host)
            .header("accept", "text/html")
            .header("accept-language", "de")
            .header("cookie", cookies.join("; "));
        if let Some(body) = body {
            request = request
                .header("origin", format!("https://{}", self.host))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        let answer = Answer::read(request.send().await.expect("Stadtbote answers every request")).await;
        self.keep_cookies(&answer);
        answer
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap_or_default();
            let Some((name, value)) = text.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if text.to_lowercase().contains("max-age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
