//! What a client sent: query, form, JSON and multipart alike, merged into one.

use std::collections::HashMap;
use std::str::FromStr;

use axum::body::Body as Incoming;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::ApiError;

mod lenient;
mod params;

pub(crate) use lenient::{Given, Part, duration, whole};

/// Most bytes of a request that brings no file.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Most parts of a multipart form.
const MOST_PARTS: usize = 200;

/// The parameters of a request, wherever the client put them; those in the body win over those in the address.
///
/// Mastodon takes all of them on all methods, and clients make use of it: DELETE with a body, POST with a query.
pub(crate) struct Body<T>(pub(crate) T);

/// Parameters and files, at most `MOST` bytes in all.
pub(crate) struct Upload<T, const MOST: usize> {
    /// The parameters that are no files.
    pub(crate) form: T,
    files: HashMap<String, Bytes>,
}

impl<T, const MOST: usize> Upload<T, MOST> {
    /// Takes out the file of that name, if it came and is not empty.
    pub(crate) fn file(&mut self, name: &str) -> Option<Bytes> {
        self.files.remove(name).filter(|bytes| !bytes.is_empty())
    }
}

/// The parameters in the address alone.
pub(crate) struct Query<T>(pub(crate) T);

/// The one variable part of an address: an id or a name. What can be neither is not found.
pub(crate) struct At<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::no_record())?;
        // A database may not be able to look for NUL.
        let value = (!text.contains('\0')).then(|| text.parse().ok()).flatten();
        value.map(At).ok_or_else(ApiError::no_record)
    }
}

/// Why a request can't be read; the sentence is for the author of the client.
#[derive(Debug)]
pub(crate) struct Malformed(&'static str);

impl From<Malformed> for ApiError {
    fn from(malformed: Malformed) -> Self {
        ApiError::bad_request(malformed.0)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let upload = Upload::<T, MOST_BYTES>::from_request(request, state).await?;
        Ok(Body(upload.form))
    }
}

impl<T: DeserializeOwned, S: Send + Sync, const MOST: usize> FromRequest<S> for Upload<T, MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let mut tree = from_query(&parts)?;
        let (own, files) = from_body(&parts, body, MOST).await?;
        tree.extend(own);
        Ok(Upload { form: read(tree)?, files })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Query(read(from_query(parts)?)?))
    }
}

fn read<T: DeserializeOwned>(tree: Map<String, Value>) -> Result<T, ApiError> {
    let tree = Value::Object(params::clean(tree)?);
    serde_json::from_value(tree).map_err(|_| ApiError::bad_request("Bad Request"))
}

fn from_query(parts: &Parts) -> Result<Map<String, Value>, ApiError> {
    let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned();
    Ok(params::from_pairs(pairs)?)
}

type Sent = (Map<String, Value>, HashMap<String, Bytes>);

async fn from_body(parts: &Parts, body: Incoming, most: usize) -> Result<Sent, ApiError> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "multipart/form-data" {
        return from_multipart(kind, body, most).await;
    }
    let is_json = essence == "application/json" || essence.ends_with("+json");
    if !is_json && essence != "application/x-www-form-urlencoded" {
        return Ok((Map::new(), HashMap::new()));
    }
    let bytes = axum::body::to_bytes(body, most.min(MOST_BYTES)).await.map_err(|_| ApiError::too_large())?;
    let tree = if is_json { from_json(&bytes)? } else { from_form(&bytes)? };
    Ok((tree, HashMap::new()))
}

fn from_form(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    Ok(params::from_pairs(url::form_urlencoded::parse(bytes).into_owned())?)
}

/// Some clients say `application/json` on requests without a body; that is no mistake.
fn from_json(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Ok(Map::new()),
        Err(_) => Err(ApiError::bad_request("The JSON in the request can't be read")),
    }
}

async fn from_multipart(kind: &str, body: Incoming, most: usize) -> Result<Sent, ApiError> {
    let boundary = multer::parse_boundary(kind).map_err(unreadable)?;
    let limits = multer::SizeLimit::new().whole_stream(most as u64);
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut form = multer::Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut pairs = Vec::new();
    let mut files = HashMap::new();
    for count in 0.. {
        let Some(part) = form.next_field().await.map_err(unreadable)? else { break };
        if count == MOST_PARTS {
            return Err(ApiError::bad_request("Too many parameters"));
        }
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(unreadable)?;
        if is_file {
            files.insert(name, bytes);
        } else if bytes.len() > MOST_BYTES {
            return Err(ApiError::too_large());
        } else {
            let text = String::from_utf8(bytes.into())
                .map_err(|_| ApiError::bad_request("A parameter is not UTF-8"))?;
            pairs.push((name, text));
        }
    }
    Ok((params::from_pairs(pairs)?, files))
}

fn unreadable(error: multer::Error) -> ApiError {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            ApiError::too_large()
        }
        _ => ApiError::bad_request("The form in the request can't be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Form {
        status: Given<String>,
        sensitive: Given<bool>,
        media_ids: Given<Vec<i64>>,
        poll: Given<Part<Poll>>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Poll {
        options: Given<Vec<String>>,
        expires_in: Given<i64>,
    }

    fn request(address: &str, kind: &str, body: impl Into<Incoming>) -> Request {
        let request = Request::builder().method("DELETE").uri(address).header(CONTENT_TYPE, kind);
        request.body(body.into()).expect("the request is well made")
    }

    async fn form(request: Request) -> Result<Form, StatusCode> {
        Body::<Form>::from_request(request, &()).await.map(|Body(form)| form).map_err(|error| error.status())
    }

    fn expected() -> Form {
        Form {
            status: Given(Some("Grüße".into())),
            sensitive: Given(Some(false)),
            media_ids: Given(Some(vec![1, 2])),
            poll: Given(Some(Part(Poll {
                options: Given(Some(vec!["ja".into(), "nein".into()])),
                expires_in: Given(Some(300)),
            }))),
        }
    }

    #[tokio::test]
    async fn form_json_and_multipart_say_the_same_with_part_of_it_in_the_address() {
        let address = "/x?status=overridden&sensitive=false&unknown=1";
        let urlencoded = "status=Gr%C3%BC%C3%9Fe&media_ids[]=1&media_ids[]=2&poll[options][]=ja\
            &poll[options][]=nein&poll[expires_in]=300";
        let json = r#"{"status": "Grüße", "media_ids": [1, "2"], "poll": {"options": ["ja", "nein"],
            "expires_in": 300}, "in_reply_to_id": null}"#;
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let multipart = [
            part("status", "Grüße"),
            part("media_ids[]", "1"),
            part("media_ids[]", "2"),
            part("poll[options][]", "ja"),
            part("poll[options][]", "nein"),
            part("poll[expires_in]", "300"),
            "--b--\r\n".into(),
        ]
        .concat();

        let kinds = [
            ("application/x-www-form-urlencoded", urlencoded.to_owned()),
            ("application/json; charset=utf-8", json.to_owned()),
            ("multipart/form-data; boundary=b", multipart),
        ];

        for (kind, body) in kinds {
            assert_eq!(form(request(address, kind, body)).await, Ok(expected()), "{kind}");
        }
    }

    #[tokio::test]
    async fn unreadable_and_oversized_bodies_are_refused() {
        let json = "application/json";

        assert_eq!(form(request("/x", json, "{")).await, Err(StatusCode::BAD_REQUEST));
        assert_eq!(form(request("/x", json, "[".repeat(100_000))).await, Err(StatusCode::BAD_REQUEST));
        assert_eq!(form(request("/x", json, r#"{"status": "\u0000"}"#)).await, Err(StatusCode::BAD_REQUEST));
        assert_eq!(form(request("/x", "multipart/form-data", "x")).await, Err(StatusCode::BAD_REQUEST));
        assert_eq!(
            form(request("/x", json, " ".repeat(MOST_BYTES + 1))).await,
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        );
    }

    #[tokio::test]
    async fn a_body_that_is_none_is_empty() {
        assert_eq!(form(request("/x", "application/json", "")).await, Ok(Form::default()));
        assert_eq!(form(request("/x", "application/json", "[]")).await, Ok(Form::default()));
        assert_eq!(form(request("/x", "text/plain", "status=a")).await, Ok(Form::default()));
    }

    #[tokio::test]
    async fn files_are_kept_apart_from_parameters() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\u{1}\u{2}\r\n\
            --b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nx\r\n--b--\r\n";
        let request = request("/x", "multipart/form-data; boundary=b", body);

        let mut upload = Upload::<Form, 1000>::from_request(request, &()).await.expect("it is well made");

        assert_eq!(upload.form.status, Given(Some("x".into())));
        assert_eq!(upload.file("file").as_deref(), Some(&[1, 2][..]));
        assert_eq!(upload.file("other"), None);
    }
}
