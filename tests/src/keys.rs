//! Signatures of HTTP requests as the fediverse makes them, written apart from the server's own code so that the two
//! check each other.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use std::sync::OnceLock;

/// The header in which a signature travels.
const SIGNATURE: &str = "signature";

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
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("the key is long enough for SHA-256");
        let value = format!(
            "keyId=\"{key_id}\",algorithm=\"rsa-sha256\",headers=\"{}\",signature=\"{}\"",
            names.join(" "),
            BASE64_STANDARD.encode(signature)
        );
        insert(&mut headers, SIGNATURE, &value);
        headers
    }
}

impl Default for ActorKey {
    fn default() -> Self {
        ActorKey::new()
    }
}

/// What a `Signature` header of the draft-cavage kind says.
pub(crate) struct Claim {
    pub(crate) key_id: String,
    headers: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    /// Takes the header apart.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Claim, String> {
        let value = headers
            .get(SIGNATURE)
            .ok_or("there is no Signature header")?
            .to_str()
            .map_err(|_| "the Signature header is not text")?;
        let field = |name: &str| {
            value.split(',').find_map(|part| {
                let (key, value) = part.trim().split_once('=')?;
                (key == name).then(|| value.trim_matches('"').to_owned())
            })
        };
        let signature = field("signature").ok_or("the signature is missing")?;

        Ok(Claim {
            key_id: field("keyId").ok_or("the keyId is missing")?,
            headers: field("headers")
                .ok_or("the list of headers is missing")?
                .split(' ')
                .map(str::to_owned)
                .collect(),
            signature: BASE64_STANDARD.decode(signature).map_err(|_| "the signature is not base64")?,
        })
    }

    /// Checks a POST as strict servers do: target, host, date and digest signed, the date near, the digest true.
    pub(crate) fn check(
        &self,
        public_pem: &str,
        method: &str,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), String> {
        for needed in ["(request-target)", "host", "date", "digest"] {
            if !self.headers.iter().any(|name| name == needed) {
                return Err(format!("{needed} is not signed"));
            }
        }
        let date = header(headers, "date")?;
        let date = DateTime::parse_from_rfc2822(date).map_err(|_| "the date cannot be read")?;
        if (Utc::now() - date.to_utc()).num_seconds().abs() > 300 {
            return Err("the date is more than five minutes off".to_owned());
        }
        if header(headers, "digest")? != digest_of(body) {
            return Err("the digest is not that of the body".to_owned());
        }

        let names: Vec<&str> = self.headers.iter().map(String::as_str).collect();
        let text = signing_text(&names, method, path, headers)?;
        let der = der_of(public_pem).ok_or("the public key is not PEM")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .verify(text.as_bytes(), &self.signature)
            .map_err(|_| "the signature does not fit the key".to_owned())
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
    fn a_changed_body_path_or_key_is_noticed() {
        let headers = ActorKey::shared().sign(KEY_ID, "POST", "social.stadt.example", "/inbox", Some(b"{}"));
        let claim = Claim::read(&headers).expect("the header is whole");
        let other = ActorKey::new();

        assert!(claim.check(ActorKey::shared().public_pem(), "POST", "/inbox", &headers, b"[]").is_err());
        assert!(claim.check(ActorKey::shared().public_pem(), "POST", "/outbox", &headers, b"{}").is_err());
        assert!(claim.check(other.public_pem(), "POST", "/inbox", &headers, b"{}").is_err());
    }
}
