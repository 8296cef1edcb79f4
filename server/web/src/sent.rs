//! What a form sent: fields and files, with the proof that it was one of our forms.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::Response;
use http::header;
use stadtbote_core::{App, Error};

use crate::error::Refusal;
use crate::request::Asked;

/// The largest file that a form takes: a film as [`stadtbote_core::media::Limits`] allows it.
pub(crate) const LARGEST_FILE: usize = 99 * 1024 * 1024;
/// The most fields that a form has.
const MOST_FIELDS: usize = 200;

/// A file of a form.
#[derive(Clone, Debug)]
pub(crate) struct SentFile {
    pub(crate) field: String,
    pub(crate) bytes: Bytes,
    /// Larger than is taken; its bytes were thrown away.
    pub(crate) is_too_large: bool,
}

/// The fields and files of a form whose token was right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    fields: Vec<(String, String)>,
    files: Vec<SentFile>,
}

impl Sent {
    /// A field without the white space around it; empty if it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was sent, with plain line ends; empty if it is missing.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A file that was chosen.
    pub(crate) fn file(&self, name: &str) -> Option<&SentFile> {
        self.files.iter().find(|file| file.field == name)
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (asked, sent) = read(request, app).await?;
        if asked.accepts_token(sent.raw("csrf")) {
            Ok(sent)
        } else {
            Err(Refusal::from(Error::Forbidden).page(app, &asked))
        }
    }
}

/// A form that acts for nobody: it needs no token, so that it can be sent by people who have no cookie of ours.
pub(crate) struct OpenForm(pub(crate) Sent);

impl FromRequest<App> for OpenForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (_, sent) = read(request, app).await?;
        Ok(Self(sent))
    }
}

async fn read(request: Request, app: &App) -> Result<(Asked, Sent), Response> {
    let (mut parts, body) = request.into_parts();
    let asked = Asked::read(&mut parts, app);
    let request = Request::from_parts(parts, body);
    let sent = match is_multipart(&request) {
        true => read_multipart(request, app).await,
        false => read_urlencoded(request, app).await,
    };
    match sent {
        Ok(sent) => Ok((asked, sent)),
        Err(refusal) => Err(refusal.page(app, &asked)),
    }
}

fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

async fn read_urlencoded(request: Request, app: &App) -> Result<Sent, Refusal> {
    let body = Bytes::from_request(request, app).await.map_err(|_| Refusal::TooLarge)?;
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&body).map_err(|_| Refusal::Unreadable)?;
    if fields.len() > MOST_FIELDS {
        return Err(Refusal::TooLarge);
    }
    let fields = fields.into_iter().map(|(name, value)| (name, plain_lines(&value))).collect();
    Ok(Sent { fields, files: Vec::new() })
}

async fn read_multipart(request: Request, app: &App) -> Result<Sent, Refusal> {
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| Refusal::Unreadable)?;
    let mut sent = Sent::default();
    while let Some(mut part) = parts.next_field().await.map_err(|_| Refusal::TooLarge)? {
        let name = part.name().unwrap_or_default().to_owned();
        if sent.fields.len() + sent.files.len() >= MOST_FIELDS {
            return Err(Refusal::TooLarge);
        }
        if part.file_name().is_none() {
            let value = part.text().await.map_err(|_| Refusal::TooLarge)?;
            sent.fields.push((name, plain_lines(&value)));
            continue;
        }
        let mut bytes = Vec::new();
        let mut is_too_large = false;
        while let Some(chunk) = part.chunk().await.map_err(|_| Refusal::TooLarge)? {
            is_too_large = is_too_large || bytes.len() + chunk.len() > LARGEST_FILE;
            if is_too_large {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        // A file field that was left alone is sent with nothing in it.
        if is_too_large || !bytes.is_empty() {
            sent.files.push(SentFile { field: name, bytes: bytes.into(), is_too_large });
        }
    }
    Ok(sent)
}

/// Browsers send `\r\n`; a post is written with `\n`. No browser sends a NUL, and no database takes one.
fn plain_lines(value: &str) -> String {
    value.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}
