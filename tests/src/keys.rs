//! Signatures of HTTP requests as the fediverse makes them, written apart from the server's own code so that the two
//! check each other.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use http::HeaderMap;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The header in which a signature travels.
const SIGNATURE: &str = "signature";
/// The header that says what is signed, as RFC 9421 has it.
const SIGNATURE_INPUT: &str = "signature-input";

/// An RSA key of a remote actor.
pub struct ActorKey {
    pair: KeyPair,
    public_pem: String,
}

impl ActorKey {
    /// The key that all pretended actors share, because making one takes long.
    pub fn shared() -> &'static ActorKey {
        static KEY: OnceLock<ActorKey> = OnceLock::new();
        KEY.get_or_init(ActorKey::new)
    }

    /// A new key, for the one who pretends to be somebody else or who changes keys.
    pub fn new() -> ActorKey {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("the machine has randomness");
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("an RSA key has a DER form");
        let public_pem = pem("PUBLIC KEY", spki.as_ref());
        ActorKey { pair, public_pem }
    }

    /// The public half, as actors show it.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The headers that sign a request at this moment.
    pub fn sign(&self, key_id: &str, method: &str, host: &str, path: &str, body: Option<&[u8]>) -> HeaderMap {
        self.sign_at(Utc::now(), key_id, method, host, path, body)
    }

    /// The headers that sign a request as if it were `now`.
    pub fn sign_at(
        &self,
        now: DateTime<Utc>,
        key_id: &str,
        method: &str,
        host: &str,
        path: &str,
        body: Option<&[u8]>,
    ) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut names = vec!["(request-target)", "host", "date"];
        insert(&mut headers, "host", host);
        insert(&mut headers, "date", &now.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        if let Some(body) = body {
            names.extend(["digest", "content-type"]);
            insert(&mut headers, "digest", &digest_of(body));
            insert(&mut headers, "content-type", "application/activity+json");
        }

        let text = signing_text(&names, method, path, &headers).expect("each named header was just set");
        let signature = self.sign_text(&text);
        let value = format!(
            "keyId=\"{key_id}\",algorithm=\"rsa-sha256\",headers=\"{}\",signature=\"{}\"",
            names.join(" "),
            BASE64_STANDARD.encode(signature)
        );
        insert(&mut headers, SIGNATURE, &value);
        headers
    }
}

impl ActorKey {
    /// The headers that sign a POST at this moment as RFC 9421 has it.
    pub fn sign_message(&self, key_id: &str, host: &str, path: &str, body: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        insert(&mut headers, "host", host);
        insert(&mut headers, "content-digest", &content_digest_of(body));
        insert(&mut headers, "content-type", "application/activity+json");

        let names = ["@method", "@target-uri", "content-digest"];
        let parameters = format!(
            "(\"@method\" \"@target-uri\" \"content-digest\");created={};keyid=\"{key_id}\"",
            Utc::now().timestamp()
        );
        let text =
            message_text(&names, &parameters, "POST", path, &headers).expect("each header was just set");
        let signature = BASE64_STANDARD.encode(self.sign_text(&text));
        insert(&mut headers, SIGNATURE_INPUT, &format!("sig1={parameters}"));
        insert(&mut headers, SIGNATURE, &format!("sig1=:{signature}:"));
        headers
    }

    fn sign_text(&self, text: &str) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("the key is long enough for SHA-256");
        signature
    }
}

impl Default for ActorKey {
    fn default() -> Self {
        ActorKey::new()
    }
}

/// What a signature says.
pub(crate) struct Claim {
    pub(crate) key_id: String,
    signature: Vec<u8>,
    form: Form,
}

/// What is signed, by the form of the signature.
enum Form {
    /// Draft-cavage: the names.
    Cavage(Vec<String>),
    /// RFC 9421: the names, and all that stands behind the label.
    Message(Vec<String>, String),
}

impl Claim {
    /// Takes the headers apart.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Claim, String> {
        match headers.contains_key(SIGNATURE_INPUT) {
            true => Claim::read_message(headers),
            false => Claim::read_cavage(headers),
        }
    }

    fn read_cavage(headers: &HeaderMap) -> Result<Claim, String> {
        let value = header(headers, SIGNATURE)?;
        let field = |name: &str| {
            value.split(',').find_map(|part| {
                let (key, value) = part.trim().split_once('=')?;
                (key == name).then(|| value.trim_matches('"').to_owned())
            })
        };
        let signature = field("signature").ok_or("the signature is missing")?;
        let names = field("headers").ok_or("the list of headers is missing")?;

        Ok(Claim {
            key_id: field("keyId").ok_or("the keyId is missing")?,
            signature: BASE64_STANDARD.decode(signature).map_err(|_| "the signature is not base64")?,
            form: Form::Cavage(names.split(' ').map(str::to_owned).collect()),
        })
    }

    fn read_message(headers: &HeaderMap) -> Result<Claim, String> {
        let (label, parameters) =
            header(headers, SIGNATURE_INPUT)?.split_once('=').ok_or("the Signature-Input has no label")?;
        let signature = header(headers, SIGNATURE)?
            .strip_prefix(&format!("{label}=:"))
            .and_then(|rest| rest.strip_suffix(':'))
            .ok_or("the signature has another label")?;
        let names = parameters.strip_prefix('(').and_then(|rest| rest.split(')').next());
        let names = names.ok_or("the list of components is missing")?.split(' ');
        let key_id = parameters.split(';').find_map(|part| part.strip_prefix("keyid=\""));

        Ok(Claim {
            key_id: key_id.ok_or("the keyid is missing")?.trim_end_matches('"').to_owned(),
            signature: BASE64_STANDARD.decode(signature).map_err(|_| "the signature is not base64")?,
            form: Form::Message(
                names.map(|name| name.trim_matches('"').to_owned()).collect(),
                parameters.to_owned(),
            ),
        })
    }

    /// Checks a POST as strict servers do: target, host, time and digest signed, the time near, the digest true.
    pub(crate) fn check(
        &self,
        public_pem: &str,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), String> {
        let text = match &self.form {
            Form::Cavage(names) => check_cavage(names, method, path, headers, body)?,
            Form::Message(names, parameters) => {
                check_message(names, parameters, method, path, headers, body)?
            }
        };
        let der = der_of(public_pem).ok_or("the public key is not PEM")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .verify(text.as_bytes(), &self.signature)
            .map_err(|_| "the signature does not fit the key".to_owned())
    }
}

/// Checks all but the signature; gives the text that must be signed.
fn check_cavage(
    names: &[String],
    method: &str,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, String> {
    must_cover(names, &["(request-target)", "host", "date", "digest"])?;
    let date = header(headers, "date")?;
    let date = DateTime::parse_from_rfc2822(date).map_err(|_| "the date cannot be read")?;
    must_be_near(date.to_utc())?;
    if header(headers, "digest")? != digest_of(body) {
        return Err("the digest is not that of the body".to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    signing_text(&names, method, path, headers)
}

/// The same after RFC 9421, as Mastodon does it.
fn check_message(
    names: &[String],
    parameters: &str,
    method: &str,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, String> {
    must_cover(names, &["@method", "@target-uri", "content-digest"])?;
    let created = parameters.split(';').find_map(|part| part.strip_prefix("created="));
    let created = created.and_then(|seconds| DateTime::from_timestamp(seconds.parse().ok()?, 0));
    must_be_near(created.ok_or("the time cannot be read")?)?;
    if header(headers, "content-digest")? != content_digest_of(body) {
        return Err("the digest is not that of the body".to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    message_text(&names, parameters, method, path, headers)
}

fn must_cover(names: &[String], needed: &[&str]) -> Result<(), String> {
    match needed.iter().find(|needed| !names.iter().any(|name| name == *needed)) {
        Some(missing) => Err(format!("{missing} is not signed")),
        None => Ok(()),
    }
}

fn must_be_near(time: DateTime<Utc>) -> Result<(), String> {
    match (Utc::now() - time).num_seconds().abs() {
        0..=300 => Ok(()),
        _ => Err("the time is more than five minutes off".to_owned()),
    }
}

/// The `Content-Digest` header of a body.
fn content_digest_of(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(digest::digest(&digest::SHA256, body)))
}

fn message_text(
    names: &[&str],
    parameters: &str,
    method: &str,
    path: &str,
    headers: &HeaderMap,
) -> Result<String, String> {
    let mut text = String::new();
    for name in names {
        let value = match *name {
            "@method" => method.to_owned(),
            "@target-uri" => format!("https://{}{path}", header(headers, "host")?),
            name => header(headers, name)?.to_owned(),
        };
        text.push_str(&format!("\"{name}\": {value}\n"));
    }
    Ok(format!("{text}\"@signature-params\": {parameters}"))
}

/// An Ed25519 key with which a remote actor proves documents (FEP-8b32).
pub struct DocumentKey(Ed25519KeyPair);

impl DocumentKey {
    /// A new key.
    pub fn new() -> DocumentKey {
        DocumentKey(Ed25519KeyPair::generate().expect("the machine has randomness"))
    }

    /// The public half, as actors show it in `assertionMethod`.
    pub fn multikey(&self, key_id: &str, owner: &str) -> Value {
        let bytes = [&[0xed, 0x01], self.0.public_key().as_ref()].concat();
        json!({
            "id": key_id,
            "type": "Multikey",
            "controller": owner,
            "publicKeyMultibase": format!("z{}", bs58::encode(bytes).into_string()),
        })
    }

    /// A document with a proof of this key.
    pub fn prove(&self, key_id: &str, document: &Value) -> Value {
        let mut proof = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
            "verificationMethod": key_id,
            "proofPurpose": "assertionMethod",
        });
        let hash = |value: &Value| digest::digest(&digest::SHA256, canonical(value).as_bytes());
        let signed = [hash(&proof).as_ref(), hash(document).as_ref()].concat();
        let value = bs58::encode(self.0.sign(&signed).as_ref()).into_string();
        proof["proofValue"] = json!(format!("z{value}"));
        let mut proven = document.clone();
        proven["proof"] = proof;
        proven
    }
}

impl Default for DocumentKey {
    fn default() -> Self {
        DocumentKey::new()
    }
}

/// The canonical form of a document of texts whose names are ASCII: that is all that tests need.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let members: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", json!(name), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        value => value.to_string(),
    }
}

/// The `Digest` header of a body.
pub fn digest_of(body: &[u8]) -> String {
    format!("SHA-256={}", BASE64_STANDARD.encode(digest::digest(&digest::SHA256, body)))
}

fn signing_text(names: &[&str], method: &str, path: &str, headers: &HeaderMap) -> Result<String, String> {
    let lines: Result<Vec<String>, String> = names
        .iter()
        .map(|&name| match name {
            "(request-target)" => Ok(format!("(request-target): {} {path}", method.to_lowercase())),
            _ => Ok(format!("{name}: {}", header(headers, name)?)),
        })
        .collect();
    Ok(lines?.join("\n"))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| format!("the header {name} is missing"))
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, value.parse().expect("what tests sign is plain ASCII"));
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn der_of(pem: &str) -> Option<Vec<u8>> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_ID: &str = "https://far.example/users/rita#main-key";

    #[test]
    fn a_signed_request_passes_its_own_check() {
        let headers = ActorKey::shared().sign(KEY_ID, "POST", "social.stadt.example", "/inbox", Some(b"{}"));

        let claim = Claim::read(&headers).expect("the header is whole");

        assert_eq!(claim.key_id, KEY_ID);
        assert_eq!(claim.check(ActorKey::shared().public_pem(), "POST", "/inbox", &headers, b"{}"), Ok(()));
    }

    #[test]
    fn a_message_that_is_signed_passes_its_own_check() {
        let headers = ActorKey::shared().sign_message(KEY_ID, "social.stadt.example", "/inbox", b"{}");

        let claim = Claim::read(&headers).expect("the headers are whole");
        let check =
            |path, body| claim.check(ActorKey::shared().public_pem(), "POST", path, &headers, body).is_ok();

        assert_eq!(claim.key_id, KEY_ID);
        assert!(check("/inbox", b"{}") && !check("/inbox", b"[]") && !check("/outbox", b"{}"));
    }

    #[test]
    fn a_changed_body_path_or_key_is_noticed() {
        let headers = ActorKey::shared().sign(KEY_ID, "POST", "social.stadt.example", "/inbox", Some(b"{}"));
        let claim = Claim::read(&headers).expect("the header is whole");
        let other = ActorKey::new();

        assert!(claim.check(ActorKey::shared().public_pem(), "POST", "/inbox", &headers, b"[]").is_err());
        assert!(claim.check(ActorKey::shared().public_pem(), "POST", "/outbox", &headers, b"{}").is_err());
        assert!(claim.check(other.public_pem(), "POST", "/inbox", &headers, b"{}").is_err());
    }
}
