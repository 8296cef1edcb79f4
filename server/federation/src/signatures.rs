//! Signatures of requests and of documents: made and checked here, over `aws-lc-rs`.
//!
//! - `cavage` makes and reads those after draft-cavage-12, `message` those after RFC 9421; `digests` compares a body
//!   with what is said of it.
//! - `proofs` reads those that documents carry in themselves.
//! - `forms` says in which of the two forms to sign; `replays` remembers what was seen.
//! - `keys` holds the keys.

mod cavage;
mod digests;
pub mod forms;
pub mod keys;
mod message;
pub(crate) mod proofs;
pub(crate) mod replays;

use base64::{
    alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, TimeDelta, Utc};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{DATE, HOST},
};
use thiserror::Error;
use url::Url;

use crate::address;
use forms::Form;
use keys::{Algorithm, KeyError, PublicKey, SigningKey};

/// The content type of every activity that we send, and what the signature of a POST covers.
pub const ACTIVITY_CONTENT_TYPE: &str = "application/activity+json";

/// How far a signature's time may be from ours, in either direction.
///
/// Mastodon's margin and Fedify's window; a narrower one loses peers whose clocks are wrong, a wider one only
/// helps replay.
pub const TIME_WINDOW: TimeDelta = TimeDelta::hours(1);

/// Longest header of a signature that is read, in bytes.
const MAX_HEADER_LENGTH: usize = 8192;

/// Most headers that a signature may cover; peers cover five or six.
const MAX_COVERED: usize = 32;

/// Base64 as peers write it: the standard alphabet, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a request was not accepted as signed. The text names the rule, never the request's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// There is neither a `Signature` nor an `Authorization: Signature` header.
    #[error("the request is not signed")]
    Missing,
    /// Two signatures, or `Signature` and `Authorization` that differ.
    #[error("the request has more than one signature")]
    Several,
    /// The header cannot be read, or lacks a parameter.
    #[error("the signature header is malformed")]
    Malformed,
    /// A parameter, or a name in the list of what is signed, comes twice.
    #[error("the signature header repeats itself")]
    Repeated,
    /// The key id is not an https URL on a host.
    #[error("the key id is not an https URL")]
    KeyId,
    /// An algorithm that is not accepted, or `(created)` with `rsa-sha256`.
    #[error("the signature's algorithm is not accepted")]
    Algorithm,
    /// The signature does not cover what it must.
    #[error("{0} is not signed")]
    NotCovered(&'static str),
    /// A signed header is absent, empty, repeated where it may come once, or not text.
    #[error("a signed header is absent, empty or repeated")]
    Header,
    /// The request was made for another host.
    #[error("the request is for another host")]
    Host,
    /// The time of the signature is missing, unreadable or more than [`TIME_WINDOW`] away.
    #[error("the signature's time is not near ours")]
    Time,
    /// The digest has no SHA-256 or SHA-512, or is not the body's.
    #[error("the digest is not that of the body")]
    Digest,
    /// The signature is not the key's.
    #[error("the signature does not match")]
    Mismatch,
}

/// A request as it arrived, for [`ParsedSignature::check`].
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query exactly as they were sent, not normalised.
    pub path_and_query: &'a str,
    /// All headers. Where the request came by HTTP/2 the caller has put `:authority` in as `host`.
    pub headers: &'a HeaderMap,
    /// The body as received.
    pub body: &'a [u8],
    /// The names by which we may be called, in lower case and without a port.
    pub expected_hosts: &'a [&'a str],
}

impl SignedRequest<'_> {
    /// Whether the request has a body, or might: such a one must be covered by a digest.
    fn has_body(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }

    /// The value of a header that is signed, several of one name joined; those that say for whom, when and over what a
    /// signature is may come but once.
    fn header(&self, name: &str) -> Result<String, SignatureError> {
        let mut texts = Vec::new();
        for value in self.headers.get_all(name) {
            let text = value.to_str().map_err(|_| SignatureError::Header)?.trim();
            if text.is_empty() {
                return Err(SignatureError::Header);
            }
            texts.push(text);
        }
        let may_repeat = name != HOST.as_str() && name != DATE.as_str() && name != "digest";
        if texts.is_empty() || (texts.len() > 1 && !may_repeat) {
            return Err(SignatureError::Header);
        }
        Ok(texts.join(", "))
    }

    /// A host as it is compared: in lower case, without the port of https.
    fn authority(host: &str) -> String {
        let host = host.to_ascii_lowercase();
        host.strip_suffix(":443").map(str::to_owned).unwrap_or(host)
    }

    /// Checks the host that the request names.
    fn check_host(&self, host: &str) -> Result<(), SignatureError> {
        let host = Self::authority(host);
        if self.expected_hosts.contains(&host.as_str()) { Ok(()) } else { Err(SignatureError::Host) }
    }
}

impl SigningKey {
    /// The headers to add to a GET of `url` at `now`.
    ///
    /// The host is signed as `url`'s host without a port, which is what the HTTP client sends by itself (as `:authority`
    /// in HTTP/2, where a `Host` beside it would be one too many).
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign_get(&self, form: Form, url: &Url, now: DateTime<Utc>) -> Result<HeaderMap, KeyError> {
        match form {
            Form::Cavage => cavage::sign_get(self, url, now),
            Form::Message => message::sign_get(self, url, now),
        }
    }

    /// The headers to add to a POST of `body` to `url` at `now`, its content type among them.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign_post(
        &self,
        form: Form,
        url: &Url,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<HeaderMap, KeyError> {
        self.sign_post_with(form, url, body, &HeaderMap::new(), now)
    }

    /// The same with `more` headers, which the signature covers; each name may come but once.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign_post_with(
        &self,
        form: Form,
        url: &Url,
        body: &[u8],
        more: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<HeaderMap, KeyError> {
        match form {
            Form::Cavage => cavage::sign_post(self, url, body, more, now),
            Form::Message => message::sign_post(self, url, body, more, now),
        }
    }
}

/// A signature that was read, and not yet believed.
#[derive(Debug, Clone)]
pub struct ParsedSignature {
    key_id: String,
    key_url: Url,
    algorithm: Algorithm,
    signature: Vec<u8>,
    covered: Covered,
}

/// What a signature covers, by the form that it has.
#[derive(Debug, Clone)]
enum Covered {
    Cavage(cavage::Covered),
    Message(message::Covered),
}

/// Reads the signature of a request: after RFC 9421 where it has a `Signature-Input`, else after draft-cavage.
///
/// # Errors
/// Any [`SignatureError`] up to [`SignatureError::Algorithm`]; all of them mean 401.
pub fn parse(headers: &HeaderMap) -> Result<ParsedSignature, SignatureError> {
    if headers.contains_key(message::SIGNATURE_INPUT) {
        message::parse(headers)
    } else {
        cavage::parse(headers)
    }
}

impl ParsedSignature {
    /// The key id as it was sent, to be compared with `publicKey.id`.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The key id as a URL: https, a host name, no port.
    pub fn key_url(&self) -> &Url {
        &self.key_url
    }

    /// The signature's bytes, with the key id what a memory of replays is kept by.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Checks all that can be known without the key, so that nobody can make us fetch keys for a request that
    /// is wrong anyway: what is covered, the host, the time and the digest.
    ///
    /// # Errors
    /// A [`SignatureError`]; all of them mean 401 ([`SignatureError::Host`] may be 421).
    pub fn check(
        &self,
        request: &SignedRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<CheckedSignature, SignatureError> {
        let texts = match &self.covered {
            Covered::Cavage(covered) => covered.check(request, now)?,
            Covered::Message(covered) => vec![covered.check(request, now)?],
        };
        Ok(CheckedSignature { texts, signature: self.signature.clone(), algorithm: self.algorithm })
    }
}

/// A signature for which all holds but one thing: that it is the key's.
///
/// It can be asked again with another key, when a peer has changed its own.
#[derive(Debug)]
pub struct CheckedSignature {
    /// The texts of which one must be the signed one.
    texts: Vec<String>,
    signature: Vec<u8>,
    algorithm: Algorithm,
}

impl CheckedSignature {
    /// Whether the signature was made by the owner of `key`.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        let matches =
            self.texts.iter().any(|text| key.verify(self.algorithm, text.as_bytes(), &self.signature));
        if matches { Ok(()) } else { Err(SignatureError::Mismatch) }
    }
}

fn key_url(key_id: &str) -> Option<Url> {
    if key_id.len() > address::MAX_URL_LENGTH || !is_header_text(key_id) {
        return None;
    }
    let url = Url::parse(key_id).ok()?;
    address::check_url(&url).ok()?;
    Some(url)
}

/// Whether a time is near enough to ours.
fn is_near(time: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - time).abs() <= TIME_WINDOW
}

/// Whether a signature's end is over.
///
/// Lemmy's signatures expire after ten seconds, which a clock half a minute off would undo: the window is added. It need
/// not be capped above, since the beginning has to be near too.
fn is_over(expires: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - expires > TIME_WINDOW
}

/// An HTTP date (RFC 9110, IMF-fixdate), as in `Date` and `Retry-After`.
pub(crate) fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads an HTTP date; the two forms that RFC 9110 calls obsolete are not read.
pub(crate) fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    // Chrono gives `GMT` as an offset of zero.
    DateTime::parse_from_rfc2822(text).ok().map(|time| time.to_utc())
}

fn value(text: String) -> Result<HeaderValue, KeyError> {
    HeaderValue::try_from(text).map_err(|_| KeyError::Failed)
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}
