//! HTTP signatures after draft-cavage-12 as the fediverse uses them: made and checked here, over
//! `http-signature-normalization` for the signed string and `aws-lc-rs` for RSA.
//!
//! The library's own reading of headers is not used: it splits values at commas inside quotes, lets the last
//! of two equal parameters win, checks times by the system's clock and can panic at a `created` beyond the
//! end of time. So a header is read and judged here, and only a list of names that we wrote ourselves is
//! handed on.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use aws_lc_rs::{
    digest,
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicEncryptingKey},
    signature::{
        KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512,
        RSA_PKCS1_SHA256, UnparsedPublicKey,
    },
};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use chrono::{DateTime, TimeDelta, Utc};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST},
};
use http_signature_normalization::verify::ParsedHeader;
use thiserror::Error;
use url::Url;

use crate::address;

/// The content type of every activity that we send, and what the signature of a POST covers.
pub const ACTIVITY_CONTENT_TYPE: &str = "application/activity+json";

/// How far a signature's time may be from ours, in either direction.
///
/// Mastodon's margin and Fedify's window; a narrower one loses peers whose clocks are wrong, a wider one only
/// helps replay.
pub const TIME_WINDOW: TimeDelta = TimeDelta::hours(1);

/// Longest `Signature` header that is read, in bytes.
const MAX_HEADER_LENGTH: usize = 8192;

/// Most headers that a signature may cover; peers cover five or six.
const MAX_COVERED: usize = 32;

/// Base64 as peers write it: the standard alphabet, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a key could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Neither a PEM of a public key nor, for our own, a PKCS#8 private key.
    #[error("the key cannot be read")]
    Malformed,
    /// Another kind of key than RSA, or not between 2048 and 8192 bits.
    #[error("the key is not RSA of 2048 to 8192 bits")]
    Unsuitable,
    /// The key id cannot stand in a header.
    #[error("the key id cannot stand in a header")]
    KeyId,
    /// The library failed, for lack of memory or randomness.
    #[error("the key could not be made")]
    Failed,
}

/// A fresh RSA key pair, as it is stored and as it is published.
pub struct GeneratedKey {
    /// The private key, PKCS#8 in DER.
    pub private_pkcs8: Vec<u8>,
    /// The public key, SubjectPublicKeyInfo in PEM, for `publicKeyPem`.
    pub public_pem: String,
}

/// Makes an RSA-2048 key pair; takes from 50 ms to about a second of CPU.
///
/// # Errors
/// [`KeyError::Failed`].
pub fn generate() -> Result<GeneratedKey, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Failed)?;
    let private = pair.as_der().map_err(|_| KeyError::Failed)?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Failed)?;

    let encoded = STANDARD.encode(public.as_ref());
    let mut public_pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for line in encoded.as_bytes().chunks(64) {
        public_pem.extend(line.iter().map(|&byte| char::from(byte)));
        public_pem.push('\n');
    }
    public_pem.push_str("-----END PUBLIC KEY-----\n");
    Ok(GeneratedKey { private_pkcs8: private.as_ref().to_vec(), public_pem })
}

/// A private key of ours with the id by which peers find its public half. Parsed once; share it in an `Arc`.
pub struct SigningKey {
    key_id: String,
    pair: KeyPair,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Reads a private key in PKCS#8 DER. `key_id` is the URL in `publicKey.id`.
    ///
    /// # Errors
    /// [`KeyError::KeyId`] for an id with quotes, spaces or control characters, [`KeyError::Unsuitable`] for
    /// other keys.
    pub fn from_pkcs8(key_id: String, der: &[u8]) -> Result<Self, KeyError> {
        if !is_header_text(&key_id) {
            return Err(KeyError::KeyId);
        }
        let pair = KeyPair::from_pkcs8(der).map_err(|_| KeyError::Unsuitable)?;
        Ok(Self { key_id, pair })
    }

    /// The URL in `publicKey.id`.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The headers to add to a GET of `url` at `now`: `date` and `signature`, over `(request-target) host
    /// date`.
    ///
    /// `Host` is signed as `url`'s host without a port, which is what the HTTP client sends by itself (as
    /// `:authority` in HTTP/2, where a `Host` beside it would be one too many).
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign_get(&self, url: &Url, now: DateTime<Utc>) -> Result<HeaderMap, KeyError> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, value(http_date(now))?);
        self.sign("get", url, &["(request-target)", "host", "date"], headers)
    }

    /// The headers to add to a POST of `body` to `url` at `now`: `date`, `digest`, `content-type` and
    /// `signature`, over `(request-target) host date digest content-type`.
    ///
    /// Exactly one digest, because Misskey reads no more.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign_post(&self, url: &Url, body: &[u8], now: DateTime<Utc>) -> Result<HeaderMap, KeyError> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, value(http_date(now))?);
        let hash = digest::digest(&digest::SHA256, body);
        headers.insert("digest", value(format!("SHA-256={}", STANDARD.encode(hash)))?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_CONTENT_TYPE));
        self.sign("post", url, &["(request-target)", "host", "date", "digest", "content-type"], headers)
    }

    fn sign(
        &self,
        method: &str,
        url: &Url,
        names: &[&str],
        mut headers: HeaderMap,
    ) -> Result<HeaderMap, KeyError> {
        let mut values: BTreeMap<String, String> = headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        values.insert("host".to_owned(), url.host_str().unwrap_or_default().to_owned());
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let text = signed_text(method, &target, &names.join(" "), values).ok_or(KeyError::Failed)?;

        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Failed)?;
        let header = format!(
            r#"keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{}""#,
            self.key_id,
            names.join(" "),
            STANDARD.encode(signature)
        );
        headers.insert("signature", value(header)?);
        Ok(headers)
    }
}

/// A peer's public RSA key, parsed once; a clone costs a reference count.
#[derive(Clone)]
pub struct PublicKey(Arc<ParsedPublicKey>);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PublicKey(RSA)")
    }
}

impl PublicKey {
    /// Reads `publicKeyPem`: SubjectPublicKeyInfo or PKCS#1, with any line ends (mbin's keys have CRLF).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for text that is no PEM, [`KeyError::Unsuitable`] for keys that are not RSA,
    /// shorter than 2048 or longer than 8192 bits (each check of a signature would cost too much), or that
    /// have anything behind them.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        /// Twice what 8192 bits need.
        const MAX_PEM_LENGTH: usize = 4096;

        let pem = pem.trim();
        if pem.len() > MAX_PEM_LENGTH {
            return Err(KeyError::Unsuitable);
        }
        let body = |kind: &str| {
            pem.strip_prefix(&format!("-----BEGIN {kind}-----"))
                .and_then(|rest| rest.strip_suffix(&format!("-----END {kind}-----")))
                .map(|body| body.split_ascii_whitespace().collect::<String>())
                .and_then(|body| BASE64.decode(body).ok())
        };
        let der = match body("PUBLIC KEY") {
            Some(der) => der,
            None => public_key_info(&body("RSA PUBLIC KEY").ok_or(KeyError::Malformed)?),
        };
        if !is_all_of_one_value(&der) {
            return Err(KeyError::Unsuitable);
        }
        // The type for encryption is the one that says at once whether the size is right.
        let sized = PublicEncryptingKey::from_der(&der).map_err(|_| KeyError::Unsuitable)?;
        if !(2048..=8192).contains(&sized.key_size_bits()) {
            return Err(KeyError::Unsuitable);
        }
        let parsed =
            ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).map_err(|_| KeyError::Unsuitable)?;
        Ok(Self(Arc::new(parsed)))
    }

    fn verify_sha256(&self, text: &str, signature: &[u8]) -> bool {
        self.0.verify_sig(text.as_bytes(), signature).is_ok()
    }

    fn verify_sha512(&self, text: &str, signature: &[u8]) -> bool {
        let der: &[u8] = (*self.0).as_ref();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA512, der).verify(text.as_bytes(), signature).is_ok()
    }
}

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
    /// A parameter, or a name in the list of signed headers, comes twice.
    #[error("the signature header repeats itself")]
    Repeated,
    /// The key id is not an https URL on a host.
    #[error("the key id is not an https URL")]
    KeyId,
    /// An algorithm other than `rsa-sha256` and `hs2019`, or `(created)` with `rsa-sha256`.
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
    /// `Digest` has no SHA-256 or SHA-512, or is not the body's.
    #[error("the digest is not that of the body")]
    Digest,
    /// The signature is not the key's.
    #[error("the signature does not match")]
    Mismatch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    RsaSha256,
    /// Whatever the key is for; for RSA SHA-256 and then SHA-512. An absent algorithm means the same.
    Hs2019,
}

/// A signature header that was read, and not yet believed.
#[derive(Debug, Clone)]
pub struct ParsedSignature {
    key_id: String,
    key_url: Url,
    algorithm: Algorithm,
    covered: Vec<String>,
    signature: Vec<u8>,
    created: Option<i64>,
    expires: Option<i64>,
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
}

/// Reads the signature of a request: `Signature` first, also `Authorization: Signature …`.
///
/// # Errors
/// Any [`SignatureError`] up to [`SignatureError::Algorithm`]; all of them mean 401.
pub fn parse(headers: &HeaderMap) -> Result<ParsedSignature, SignatureError> {
    let mut found: Option<&str> = None;
    let signatures = headers.get_all("signature").iter().map(|value| (value, false));
    let authorizations = headers.get_all(AUTHORIZATION).iter().map(|value| (value, true));
    let mut seen = [0; 2];
    for (value, is_authorization) in signatures.chain(authorizations) {
        let text = value.to_str().map_err(|_| SignatureError::Malformed)?.trim();
        let text = match (is_authorization, text.split_once(' ')) {
            (false, _) => text,
            (true, Some((scheme, rest))) if scheme.eq_ignore_ascii_case("signature") => rest.trim(),
            (true, _) => continue,
        };
        seen[usize::from(is_authorization)] += 1;
        if seen[usize::from(is_authorization)] > 1 || found.is_some_and(|earlier| earlier != text) {
            return Err(SignatureError::Several);
        }
        found = Some(text);
    }
    parse_value(found.ok_or(SignatureError::Missing)?)
}

fn parse_value(text: &str) -> Result<ParsedSignature, SignatureError> {
    let mut parameters = parameters(text)?;
    let mut take = |name: &str| parameters.remove(name);
    let seconds = |text: Option<String>| {
        text.map(|text| unix_seconds(&text).ok_or(SignatureError::Malformed)).transpose()
    };

    let key_id = take("keyid").ok_or(SignatureError::Malformed)?;
    let key_url = key_url(&key_id).ok_or(SignatureError::KeyId)?;
    let algorithm = match take("algorithm").map(|name| name.to_ascii_lowercase()).as_deref() {
        Some("rsa-sha256") => Algorithm::RsaSha256,
        Some("hs2019") | None => Algorithm::Hs2019,
        Some(_) => return Err(SignatureError::Algorithm),
    };
    let signature = take("signature").ok_or(SignatureError::Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| SignatureError::Malformed)?;
    if signature.is_empty() {
        return Err(SignatureError::Malformed);
    }

    let mut covered = Vec::new();
    for name in
        take("headers").unwrap_or_else(|| "date".to_owned()).to_ascii_lowercase().split_ascii_whitespace()
    {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if !matches!(name, "(request-target)" | "(created)" | "(expires)") && !name.bytes().all(is_name) {
            return Err(SignatureError::Malformed);
        }
        if covered.len() == MAX_COVERED {
            return Err(SignatureError::Malformed);
        }
        if covered.iter().any(|earlier| earlier == name) {
            return Err(SignatureError::Repeated);
        }
        covered.push(name.to_owned());
    }
    let (created, expires) = (seconds(take("created"))?, seconds(take("expires"))?);
    Ok(ParsedSignature { key_id, key_url, algorithm, covered, signature, created, expires })
}

/// `name="value", name=value` taken apart, names in lower case. Commas and spaces in quotes belong to the
/// value.
fn parameters(text: &str) -> Result<BTreeMap<String, String>, SignatureError> {
    if text.len() > MAX_HEADER_LENGTH {
        return Err(SignatureError::Malformed);
    }
    let mut found = BTreeMap::new();
    let mut rest = text.trim();
    loop {
        let (name, after) = rest.split_once('=').ok_or(SignatureError::Malformed)?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        {
            return Err(SignatureError::Malformed);
        }
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(SignatureError::Malformed)?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if value.contains('\\') {
            return Err(SignatureError::Malformed);
        }
        if found.insert(name.to_ascii_lowercase(), value.trim().to_owned()).is_some() {
            return Err(SignatureError::Repeated);
        }
        rest = after.trim();
        if rest.is_empty() {
            return Ok(found);
        }
        rest = rest.strip_prefix(',').ok_or(SignatureError::Malformed)?.trim_start();
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

fn unix_seconds(text: &str) -> Option<i64> {
    // Twelve digits last for 30,000 years and can be added to without thought.
    let is_number = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
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

/// A signature for which all holds but one thing: that it is the key's.
///
/// It can be asked again with another key, when a peer has changed its own.
#[derive(Debug)]
pub struct CheckedSignature {
    texts: Vec<String>,
    signature: Vec<u8>,
    algorithm: Algorithm,
}

impl ParsedSignature {
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
        for name in ["(request-target)", "host"] {
            if !self.covers(name) {
                return Err(SignatureError::NotCovered(name));
            }
        }
        if !self.covers("date") && !self.covers("(created)") {
            return Err(SignatureError::NotCovered("date"));
        }
        let must_have_digest = request.method != Method::GET && request.method != Method::HEAD;
        if must_have_digest && !self.covers("digest") {
            return Err(SignatureError::NotCovered("digest"));
        }

        let values = self.values(request.headers)?;
        self.check_time(&values, now)?;
        let host = values.get("host").map(|host| host.to_ascii_lowercase()).unwrap_or_default();
        let host = host.strip_suffix(":443").unwrap_or(&host);
        if !request.expected_hosts.contains(&host) {
            return Err(SignatureError::Host);
        }
        if let Some(digest) = values.get("digest") {
            check_digest(digest, request.body)?;
        }

        // Misskey, Pixelfed, BookWyrm and Mobilizon sign the path without its query.
        let method = request.method.as_str();
        let names = self.covered.join(" ");
        let path = request.path_and_query.split('?').next().unwrap_or_default();
        let mut targets = vec![request.path_and_query];
        if path != request.path_and_query {
            targets.push(path);
        }
        let texts = targets.into_iter().map(|target| signed_text(method, target, &names, values.clone()));
        let texts = texts.collect::<Option<Vec<_>>>().ok_or(SignatureError::Header)?;
        Ok(CheckedSignature { texts, signature: self.signature.clone(), algorithm: self.algorithm })
    }

    fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }

    /// The value of each covered header, several of one name joined as draft-cavage says.
    fn values(&self, headers: &HeaderMap) -> Result<BTreeMap<String, String>, SignatureError> {
        let mut values = BTreeMap::new();
        for name in &self.covered {
            let pseudo = match name.as_str() {
                "(request-target)" => continue,
                "(created)" => Some(self.created),
                "(expires)" => Some(self.expires),
                _ => None,
            };
            if let Some(seconds) = pseudo {
                // The draft forbids these where the algorithm is one of the old names.
                if self.algorithm == Algorithm::RsaSha256 {
                    return Err(SignatureError::Algorithm);
                }
                values.insert(name.clone(), seconds.ok_or(SignatureError::Header)?.to_string());
                continue;
            }
            let mut texts = Vec::new();
            for value in headers.get_all(name) {
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
            values.insert(name.clone(), texts.join(", "));
        }
        Ok(values)
    }

    /// Looks at every time that is covered. A time that is not covered could have been put there by anyone,
    /// so it counts for nothing.
    fn check_time(
        &self,
        values: &BTreeMap<String, String>,
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        let is_near = |time: DateTime<Utc>| (now - time).abs() <= TIME_WINDOW;
        if let Some(date) = values.get("date")
            && !parse_http_date(date).is_some_and(is_near)
        {
            return Err(SignatureError::Time);
        }
        let seconds = |covered: &str, seconds: Option<i64>| {
            if !self.covers(covered) {
                return Ok(None);
            }
            seconds
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
                .map(Some)
                .ok_or(SignatureError::Time)
        };
        if let Some(created) = seconds("(created)", self.created)?
            && !is_near(created)
        {
            return Err(SignatureError::Time);
        }
        // Lemmy's signatures expire after ten seconds, which a clock half a minute off would undo: the window
        // is added. It need not be capped above, since `created` or `date` already has to be near.
        if let Some(expires) = seconds("(expires)", self.expires)?
            && now - expires > TIME_WINDOW
        {
            return Err(SignatureError::Time);
        }
        Ok(())
    }
}

impl CheckedSignature {
    /// Whether the signature was made by the owner of `key`.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        let matches = self.texts.iter().any(|text| key.verify_sha256(text, &self.signature))
            || (self.algorithm == Algorithm::Hs2019
                && self.texts.iter().any(|text| key.verify_sha512(text, &self.signature)));
        if matches { Ok(()) } else { Err(SignatureError::Mismatch) }
    }
}

/// Compares a `Digest` header with the body: every SHA-256 and SHA-512 in it must be right, and there must be
/// one.
fn check_digest(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut seen = Vec::new();
    for part in header.split(',') {
        let (name, encoded) = part.trim().split_once('=').ok_or(SignatureError::Digest)?;
        let algorithm = match name.to_ascii_lowercase().as_str() {
            "sha-256" => &digest::SHA256,
            "sha-512" => &digest::SHA512,
            _ => continue,
        };
        let stated = BASE64.decode(encoded).map_err(|_| SignatureError::Digest)?;
        if seen.contains(&algorithm) || digest::digest(algorithm, body).as_ref() != stated {
            return Err(SignatureError::Digest);
        }
        seen.push(algorithm);
    }
    if seen.is_empty() { Err(SignatureError::Digest) } else { Ok(()) }
}

/// The string that is signed, made by `http-signature-normalization` from names that were checked before.
///
/// `None` if a named header has no value.
fn signed_text(
    method: &str,
    target: &str,
    names: &str,
    mut values: BTreeMap<String, String>,
) -> Option<String> {
    /// The library judges `date` by its own clock; ours has judged it already, so its window is made to let
    /// all pass.
    const FOREVER: Duration = Duration::from_secs(200 * 365 * 86_400);

    // `created` and `expires` come as values, not as parameters, so that the library does no arithmetic with
    // them.
    let header: ParsedHeader = format!(r#"keyId="-",headers="{names}",signature="-""#).parse().ok()?;
    let text = header.into_unvalidated(method, target, &mut values, HashSet::new()).ok()?;
    Some(text.validate(FOREVER).ok()?.signing_string().to_owned())
}

/// Whether a DER value ends where the bytes end. The library would not mind what comes behind it.
fn is_all_of_one_value(der: &[u8]) -> bool {
    let [_, first, rest @ ..] = der else {
        return false;
    };
    if *first < 0x80 {
        return usize::from(*first) == rest.len();
    }
    let Some((length, content)) = rest.split_at_checked(usize::from(*first & 0x7f)) else {
        return false;
    };
    let is_short = length.len() <= 4;
    is_short && length.iter().fold(0, |length, &byte| length << 8 | u64::from(byte)) == content.len() as u64
}

/// SubjectPublicKeyInfo around a PKCS#1 key (RFC 8017, appendix A.1), so that one reader suffices.
fn public_key_info(pkcs1: &[u8]) -> Vec<u8> {
    const RSA_ENCRYPTION: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut length: Vec<u8> =
            content.len().to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
        let mut encoded = vec![tag];
        if content.len() >= 0x80 {
            encoded.push(0x80 | u8::try_from(length.len()).unwrap_or(0x7f));
        } else if length.is_empty() {
            length.push(0);
        }
        encoded.extend(length);
        encoded.extend_from_slice(content);
        encoded
    }

    let bits = der(0x03, &[&[0], pkcs1].concat());
    der(0x30, &[&RSA_ENCRYPTION[..], &bits].concat())
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::RSA_PKCS1_SHA512;
    use http::HeaderName;

    use super::*;
    use crate::test_network::{now, public_pem, signing_key, url};

    const KEY_ID: &str = "https://far.example/users/rita#main-key";
    const BODY: &[u8] = br#"{"type":"Follow"}"#;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |&(name, value): &(&str, &str)| {
            (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        headers
    }

    fn digest_of(body: &[u8]) -> String {
        format!("SHA-256={}", STANDARD.encode(digest::digest(&digest::SHA256, body)))
    }

    /// The headers of a POST as any peer might make them: `text` is signed, `parameters` stand before the
    /// signature.
    fn signed(parameters: &str, text: &str, more: &[(&str, &str)]) -> HeaderMap {
        let mut signature = vec![0; 256];
        let pair = signing_key(KEY_ID).pair;
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        let header = format!(r#"keyId="{KEY_ID}",{parameters},signature="{}""#, STANDARD.encode(signature));
        let mut all = headers(&[("host", "stadt.example"), ("date", "Sat, 01 Aug 2026 09:00:00 GMT")]);
        all.insert("digest", digest_of(BODY).parse().unwrap());
        all.insert("signature", header.parse().unwrap());
        for (name, value) in headers(more) {
            all.insert(name.unwrap(), value);
        }
        all
    }

    const COVERED: &str = r#"headers="(request-target) host date digest""#;

    fn text() -> String {
        text_for("post /inbox")
    }

    fn text_for(target: &str) -> String {
        let digest = digest_of(BODY);
        format!(
            "(request-target): {target}\nhost: stadt.example\ndate: Sat, 01 Aug 2026 09:00:00 GMT\ndigest: {digest}"
        )
    }

    fn verdict_at(
        headers: &HeaderMap,
        path_and_query: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        let expected_hosts: &[&str] = &["stadt.example"];
        let request =
            SignedRequest { method: &Method::POST, path_and_query, headers, body: BODY, expected_hosts };
        parse(headers)?.check(&request, now)?.verify(&PublicKey::from_pem(public_pem()).unwrap())
    }

    fn verdict(headers: &HeaderMap) -> Result<(), SignatureError> {
        verdict_at(headers, "/inbox", now())
    }

    #[test]
    fn a_post_is_signed_over_exactly_the_string_that_mastodon_signs() {
        let inbox = url("https://mastodon.example/users/anna/inbox");

        let headers =
            signing_key("https://stadt.example/users/amt#main-key").sign_post(&inbox, BODY, now()).unwrap();

        let header = headers["signature"].to_str().unwrap();
        let (before, signature) = header.split_once(r#",signature=""#).unwrap();
        let expected = concat!(
            r#"keyId="https://stadt.example/users/amt#main-key",algorithm="rsa-sha256","#,
            r#"headers="(request-target) host date digest content-type""#,
        );
        assert_eq!(before, expected);
        let text = format!(
            "(request-target): post /users/anna/inbox\nhost: mastodon.example\ndate: Sat, 01 Aug 2026 09:00:00 GMT\n\
             digest: {}\ncontent-type: application/activity+json",
            digest_of(BODY)
        );
        let signature = STANDARD.decode(signature.trim_end_matches('"')).unwrap();
        assert!(PublicKey::from_pem(public_pem()).unwrap().verify_sha256(&text, &signature));
        assert_eq!(headers["digest"], digest_of(BODY));
    }

    #[test]
    fn a_get_is_signed_over_path_and_query_host_and_date() {
        let headers =
            signing_key(KEY_ID).sign_get(&url("https://mastodon.example/@anna?page=1#x"), now()).unwrap();

        let (_, signature) = headers["signature"].to_str().unwrap().split_once(r#",signature=""#).unwrap();
        let signature = STANDARD.decode(signature.trim_end_matches('"')).unwrap();
        let text = "(request-target): get /@anna?page=1\nhost: mastodon.example\ndate: Sat, 01 Aug 2026 09:00:00 GMT";
        assert!(PublicKey::from_pem(public_pem()).unwrap().verify_sha256(text, &signature));
        assert_eq!(headers.len(), 2);
    }

    #[test]
    fn what_we_sign_we_accept() {
        let mut headers =
            signing_key(KEY_ID).sign_post(&url("https://stadt.example/inbox"), BODY, now()).unwrap();
        headers.insert(HOST, "stadt.example".parse().unwrap());

        assert_eq!(verdict(&headers), Ok(()));
        assert_eq!(parse(&headers).unwrap().key_id(), KEY_ID);
    }

    #[test]
    fn other_ways_to_write_the_same_signature_are_accepted() {
        for parameters in [
            COVERED.to_owned(),
            r#"algorithm="rsa-sha256", headers="(request-target) Host Date Digest""#.to_owned(),
            format!(r#"algorithm="hs2019", {COVERED} , note="a, b=c""#),
            format!("{COVERED},opaque=1"),
        ] {
            assert_eq!(verdict(&signed(&parameters, &text(), &[])), Ok(()), "{parameters}");
        }
        assert_eq!(
            verdict(&signed(COVERED, &text(), &[("host", "Stadt.Example:443")])),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_signature_in_authorization_is_read_and_must_not_differ_from_the_other() {
        let good = signed(COVERED, &text(), &[]);
        let value = good["signature"].to_str().unwrap().to_owned();
        let with = |authorization: &str| {
            let mut headers = good.clone();
            headers.insert(AUTHORIZATION, authorization.parse().unwrap());
            headers
        };

        let mut alone = with(&format!("Signature {value}"));
        alone.remove("signature");
        assert_eq!(verdict(&alone), Ok(()));
        assert_eq!(verdict(&with(&format!("signature {value}"))), Ok(()));
        assert_eq!(verdict(&with("Bearer token")), Ok(()));
        assert_eq!(verdict(&with(&format!("Signature {value},x=1"))), Err(SignatureError::Several));
        let mut twice = good.clone();
        twice.append("signature", value.parse().unwrap());
        assert_eq!(verdict(&twice), Err(SignatureError::Several));
        assert_eq!(verdict(&HeaderMap::new()), Err(SignatureError::Missing));
    }

    #[test]
    fn a_header_that_repeats_itself_or_makes_no_sense_is_refused() {
        let error = |text: &str| parse_value(text).unwrap_err();
        let key = r#"keyId="https://far.example/k",signature="AAAA""#;

        assert_eq!(error(&format!(r#"{key},keyId="https://evil.example/k""#)), SignatureError::Repeated);
        assert_eq!(error(&format!(r#"{key},KEYID="https://evil.example/k""#)), SignatureError::Repeated);
        assert_eq!(error(&format!(r#"{key},headers="date",headers="host""#)), SignatureError::Repeated);
        assert_eq!(error(&format!(r#"{key},headers="host Host""#)), SignatureError::Repeated);
        for text in [
            "",
            ",",
            "=",
            "keyId",
            r#"keyId="https://far.example/k"#,
            r#"keyId="https://far.example/k""#,
            r#"signature="AAAA""#,
            &format!("{key},"),
            &format!("{key} x=1"),
            &format!(r#"{key},headers="a=b""#),
            &format!("{key},created=x"),
            &format!("{key},created=-1"),
            &format!("{key},expires=18446744073709551615"),
            r#"keyId="https://far.example/k",signature="????""#,
            r#"keyId="https://far.example/k",signature="""#,
            "sig1=:AAAA:",
            &"a=1,".repeat(3000),
            "ключ=1",
        ] {
            assert_eq!(error(text), SignatureError::Malformed, "{text}");
        }
    }

    #[test]
    fn a_key_id_that_is_no_https_url_on_a_host_is_refused() {
        let long = format!("https://far.example/{}", "k".repeat(10_000));
        for key_id in [
            "acct:rita@far.example",
            "data:text/plain,x",
            "file:///etc/passwd",
            "/users/rita",
            "http://far.example/k",
            "https://127.0.0.1/k",
            "https://far.example:22/k",
            "https://a@far.example/k",
            "javascript:alert(1)",
            &long[..2100],
        ] {
            let header = format!(r#"keyId="{key_id}",signature="AAAA""#);
            assert_eq!(parse_value(&header).unwrap_err(), SignatureError::KeyId, "{key_id}");
        }
        for key_id in ["https://far.example/users/rita/main-key", "https://far.example/users/rita/#main-key"]
        {
            assert!(parse_value(&format!(r#"keyId="{key_id}",signature="AAAA""#)).is_ok(), "{key_id}");
        }
    }

    #[test]
    fn other_algorithms_are_refused() {
        for algorithm in ["rsa-sha1", "none", "hmac-sha256", "ed25519", ""] {
            let headers = signed(&format!(r#"algorithm="{algorithm}",{COVERED}"#), &text(), &[]);
            assert_eq!(verdict(&headers), Err(SignatureError::Algorithm), "{algorithm}");
        }
    }

    #[test]
    fn sha_512_is_tried_only_where_the_algorithm_leaves_it_open() {
        let mut signature = vec![0; 256];
        let pair = signing_key(KEY_ID).pair;
        pair.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), text().as_bytes(), &mut signature).unwrap();
        let with = |parameters: &str| {
            let mut headers = signed(COVERED, &text(), &[]);
            let header =
                format!(r#"keyId="{KEY_ID}",{parameters},signature="{}""#, STANDARD.encode(&signature));
            headers.insert("signature", header.parse().unwrap());
            verdict(&headers)
        };

        assert_eq!(with(&format!(r#"algorithm="hs2019",{COVERED}"#)), Ok(()));
        assert_eq!(with(COVERED), Ok(()));
        assert_eq!(with(&format!(r#"algorithm="rsa-sha256",{COVERED}"#)), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_signature_that_leaves_out_target_host_time_or_digest_is_refused() {
        for (list, missing) in [
            ("host date digest", "(request-target)"),
            ("(request-target) date digest", "host"),
            ("(request-target) host digest", "date"),
            ("(request-target) host date", "digest"),
            ("", "(request-target)"),
        ] {
            let headers = signed(&format!(r#"headers="{list}""#), "", &[]);
            assert_eq!(verdict(&headers), Err(SignatureError::NotCovered(missing)));
        }
        assert_eq!(verdict(&signed("x=1", "", &[])), Err(SignatureError::NotCovered("(request-target)")));
    }

    #[test]
    fn a_covered_header_must_be_there_once_and_not_be_empty() {
        let list = r#"headers="(request-target) host date digest x-other""#;
        let empty = format!("{}\nx-other: ", text());
        assert_eq!(verdict(&signed(list, &text(), &[])), Err(SignatureError::Header));
        assert_eq!(verdict(&signed(list, &empty, &[("x-other", "")])), Err(SignatureError::Header));

        for name in ["host", "date", "digest"] {
            let mut headers = signed(COVERED, &text(), &[]);
            headers.append(name, headers[name].clone());
            assert_eq!(verdict(&headers), Err(SignatureError::Header), "{name}");
        }

        let mut headers = signed(list, &format!("{}\nx-other: a, b", text()), &[("x-other", "a")]);
        headers.append("x-other", "b".parse().unwrap());
        assert_eq!(verdict(&headers), Ok(()));
    }

    #[test]
    fn a_request_for_another_host_or_path_is_refused() {
        let elsewhere = text().replace("stadt.example", "other.example");
        assert_eq!(
            verdict(&signed(COVERED, &elsewhere, &[("host", "other.example")])),
            Err(SignatureError::Host)
        );
        assert_eq!(
            verdict_at(&signed(COVERED, &text(), &[]), "/users/amt/inbox", now()),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            verdict_at(&signed(COVERED, &text(), &[]), "//inbox", now()),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(verdict(&signed(COVERED, &text_for("get /inbox"), &[])), Err(SignatureError::Mismatch));
    }

    #[test]
    fn the_query_may_be_signed_or_left_out_but_not_changed() {
        let with = signed(COVERED, &text_for("post /inbox?a=1"), &[]);
        let without = signed(COVERED, &text(), &[]);

        assert_eq!(verdict_at(&with, "/inbox?a=1", now()), Ok(()));
        assert_eq!(verdict_at(&without, "/inbox?a=1", now()), Ok(()));
        assert_eq!(verdict_at(&with, "/inbox?a=2", now()), Err(SignatureError::Mismatch));
        assert_eq!(verdict_at(&with, "/inbox", now()), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_date_may_be_an_hour_off_in_either_direction_and_no_more() {
        let headers = signed(COVERED, &text(), &[]);
        let at = |seconds: i64| verdict_at(&headers, "/inbox", now() + TimeDelta::seconds(seconds));

        assert_eq!((at(-3600), at(3600)), (Ok(()), Ok(())));
        assert_eq!((at(-3601), at(3601)), (Err(SignatureError::Time), Err(SignatureError::Time)));
        assert_eq!(verdict(&signed(COVERED, &text(), &[("date", "yesterday")])), Err(SignatureError::Time));
    }

    /// The verdict on a signature with `(created)` and `(expires)` in place of a date, as Lemmy makes them.
    fn pseudo(algorithm: &str, created: i64, expires: i64) -> Result<(), SignatureError> {
        let list = r#"headers="(request-target) (created) (expires) host digest""#;
        let digest = digest_of(BODY);
        let text = format!(
            "(request-target): post /inbox\n(created): {created}\n(expires): {expires}\nhost: stadt.example\ndigest: {digest}"
        );
        let parameters = format!(r#"algorithm="{algorithm}",created="{created}",expires={expires},{list}"#);
        let mut headers = signed(&parameters, &text, &[]);
        headers.remove("date");
        verdict(&headers)
    }

    #[test]
    fn created_and_expires_are_read_with_hs2019_only() {
        let time = now().timestamp();

        assert_eq!(pseudo("hs2019", time, time + 10), Ok(()));
        assert_eq!(pseudo("hs2019", time - 60, time - 50), Ok(()));
        assert_eq!(pseudo("rsa-sha256", time, time + 10), Err(SignatureError::Algorithm));
    }

    #[test]
    fn created_and_expires_are_held_to_the_window_and_never_overflow() {
        let time = now().timestamp();

        assert_eq!(pseudo("hs2019", time - 3601, time + 10), Err(SignatureError::Time));
        assert_eq!(pseudo("hs2019", time + 3601, time + 7200), Err(SignatureError::Time));
        assert_eq!(pseudo("hs2019", time - 3600, time - 3601), Err(SignatureError::Time));
        assert_eq!(pseudo("hs2019", time - 3601, 999_999_999_999), Err(SignatureError::Time));
        assert_eq!(pseudo("hs2019", 999_999_999_999, 0), Err(SignatureError::Time));
        assert_eq!(pseudo("hs2019", time, 999_999_999_999), Ok(()));
    }

    #[test]
    fn created_counts_only_where_it_is_covered_and_there() {
        let list = r#"headers="(request-target) (created) host digest""#;
        assert_eq!(verdict(&signed(list, "", &[])), Err(SignatureError::Header));

        let unsigned = format!("created=1,expires=2,{COVERED}");
        assert_eq!(verdict(&signed(&unsigned, &text(), &[])), Ok(()));
    }

    #[test]
    fn the_digest_must_be_that_of_the_body() {
        let sha_256 = STANDARD.encode(digest::digest(&digest::SHA256, BODY));
        let sha_512 = STANDARD.encode(digest::digest(&digest::SHA512, BODY));
        let wrong = STANDARD.encode(digest::digest(&digest::SHA256, b"another body"));

        for accepted in [
            format!("SHA-256={sha_256}"),
            format!("sha-256={}", sha_256.trim_end_matches('=')),
            format!("SHA-512={sha_512}"),
            format!("MD5=AAAA,sha-512={sha_512}, SHA-256={sha_256}"),
        ] {
            assert_eq!(check_digest(&accepted, BODY), Ok(()), "{accepted}");
        }
        for refused in [
            format!("SHA-256={wrong}"),
            format!("SHA-256={sha_256},SHA-512={wrong}"),
            format!("SHA-256={sha_256},SHA-256={sha_256}"),
            format!("SHA-256={sha_512}"),
            format!("SHA-512={sha_256}"),
            "MD5=AAAA".to_owned(),
            "SHA-256=".to_owned(),
            "SHA-256".to_owned(),
            String::new(),
            "SHA-256=?".to_owned(),
        ] {
            assert_eq!(check_digest(&refused, BODY), Err(SignatureError::Digest), "{refused}");
        }
    }

    #[test]
    fn a_body_that_was_changed_after_signing_is_refused() {
        let headers = signed(
            COVERED,
            &text().replace(&digest_of(BODY), &digest_of(b"x")),
            &[("digest", &digest_of(b"x"))],
        );

        assert_eq!(verdict(&headers), Err(SignatureError::Digest));
    }

    #[test]
    fn another_key_does_not_fit() {
        let headers = signed(COVERED, &text(), &[]);
        let (method, body) = (&Method::POST, BODY);
        let request = SignedRequest {
            method,
            path_and_query: "/inbox",
            headers: &headers,
            body,
            expected_hosts: &["stadt.example"],
        };
        let checked = parse(&headers).unwrap().check(&request, now()).unwrap();
        let other = PublicKey::from_pem(&generate().unwrap().public_pem).unwrap();

        assert_eq!(checked.verify(&other), Err(SignatureError::Mismatch));
        assert_eq!(checked.verify(&PublicKey::from_pem(public_pem()).unwrap()), Ok(()));
    }

    fn pem(kind: &str, der: &[u8]) -> String {
        format!("-----BEGIN {kind}-----\r\n{}\r\n-----END {kind}-----\r\n", STANDARD.encode(der))
    }

    /// PKCS#1 with the given modulus and exponent, each less than 64 kB.
    fn pkcs1(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        fn der(tag: u8, content: &[u8]) -> Vec<u8> {
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            let length = match content.len() {
                0..0x80 => vec![length[1]],
                0x80..0x100 => vec![0x81, length[1]],
                _ => vec![0x82, length[0], length[1]],
            };
            [&[tag], &length[..], content].concat()
        }
        let integer = |bytes: &[u8]| der(0x02, &[&[0][usize::from(bytes[0] < 0x80)..], bytes].concat());
        der(0x30, &[integer(modulus), integer(exponent)].concat())
    }

    #[test]
    fn both_kinds_of_pem_are_read_with_any_line_ends() {
        let spki = public_pem();
        let pair = signing_key(KEY_ID).pair;
        let pkcs1 = pem("RSA PUBLIC KEY", pair.public_key().as_ref());
        let headers = signed(COVERED, &text(), &[]);
        let signature = parse(&headers).unwrap().signature;

        for pem in [
            spki.to_owned(),
            spki.replace('\n', "\r\n"),
            spki.trim().to_owned(),
            format!("\n {spki}\n\n"),
            pkcs1,
        ] {
            assert!(PublicKey::from_pem(&pem).unwrap().verify_sha256(&text(), &signature), "{pem}");
        }
    }

    #[test]
    fn keys_of_the_wrong_kind_or_size_are_refused() {
        let modulus = |bytes: usize| vec![0xff; bytes];
        let key = |bytes: usize, exponent: &[u8]| {
            PublicKey::from_pem(&pem("RSA PUBLIC KEY", &pkcs1(&modulus(bytes), exponent)))
        };

        assert!(key(256, &[1, 0, 1]).is_ok());
        assert!(key(1024, &[1, 0, 1]).is_ok());
        assert_eq!(key(64, &[1, 0, 1]).unwrap_err(), KeyError::Unsuitable);
        assert_eq!(key(255, &[1, 0, 1]).unwrap_err(), KeyError::Unsuitable);
        assert_eq!(key(1025, &[1, 0, 1]).unwrap_err(), KeyError::Unsuitable);
        assert_eq!(key(2048, &[1, 0, 1]).unwrap_err(), KeyError::Unsuitable);
        assert_eq!(key(256, &[1]).unwrap_err(), KeyError::Unsuitable);
        assert_eq!(key(256, &[2]).unwrap_err(), KeyError::Unsuitable);
    }

    #[test]
    fn pem_with_something_wrong_about_it_is_refused() {
        let der = BASE64
            .decode(public_pem().lines().filter(|line| !line.starts_with('-')).collect::<String>())
            .unwrap();
        let junk = [&der[..], &[0]].concat();
        let curve = rcgen::KeyPair::generate().unwrap().public_key_pem();

        for refused in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----",
            &pem("PUBLIC KEY", &junk),
            &pem("PUBLIC KEY", &der[..der.len() - 1]),
            &pem("PUBLIC KEY", &[]),
            &pem("RSA PUBLIC KEY", &der),
            &pem("PRIVATE KEY", &der),
            &format!("{}x", public_pem()),
            &curve,
            &"-----BEGIN PUBLIC KEY-----".repeat(1000),
        ] {
            assert!(PublicKey::from_pem(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_key_id_that_would_break_the_header_makes_no_signing_key() {
        let generated = generate().unwrap();
        for id in ["", "https://a.example/\"", "https://a.example/\r\nx: y", "https://a.example/ b"] {
            let made = SigningKey::from_pkcs8(id.to_owned(), &generated.private_pkcs8);
            assert_eq!(made.unwrap_err(), KeyError::KeyId, "{id}");
        }
        assert_eq!(SigningKey::from_pkcs8(KEY_ID.to_owned(), b"junk").unwrap_err(), KeyError::Unsuitable);
    }
}
