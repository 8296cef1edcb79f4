//! Keys: ours to sign with, those of others to verify with.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicEncryptingKey},
    signature::{
        ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
        RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA512, RsaEncoding,
        UnparsedPublicKey,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use thiserror::Error;

use super::{BASE64, is_header_text};

/// Why a key could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Neither a PEM nor a Multikey.
    #[error("the key cannot be read")]
    Malformed,
    /// Another kind of key than those that we take: RSA of 2048 to 8192 bits and, from others, Ed25519.
    #[error("the key is not RSA of 2048 to 8192 bits, nor Ed25519")]
    Unsuitable,
    /// The key id cannot stand in a header.
    #[error("the key id cannot stand in a header")]
    KeyId,
    /// The library failed, for lack of memory or randomness.
    #[error("the key could not be made")]
    Failed,
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSA with PKCS#1 v1.5 and SHA-256.
    RsaSha256,
    /// RSA with PSS and SHA-512, the salt as long as the hash (RFC 9421, 3.3.1).
    RsaPssSha512,
    /// Ed25519.
    Ed25519,
    /// Whatever the key is for; for RSA PKCS#1 v1.5 with SHA-256, or else with SHA-512. `hs2019` and an absent algorithm
    /// mean this.
    OfKey,
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

/// A fresh Ed25519 key pair, as it is stored and as it is published in `publicKeyMultibase`.
///
/// # Errors
/// [`KeyError::Failed`].
pub fn generate_ed25519() -> Result<(Vec<u8>, String), KeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Failed)?;
    let private = pair.to_pkcs8().map_err(|_| KeyError::Failed)?;
    let public = [&ED25519_MULTIKEY, pair.public_key().as_ref()].concat();
    Ok((private.as_ref().to_vec(), multibase(&public)))
}

/// A private key of ours for documents, with its id.
pub struct DocumentKey {
    key_id: String,
    pair: Ed25519KeyPair,
}

impl DocumentKey {
    /// Reads a private key in PKCS#8 DER.
    ///
    /// # Errors
    /// [`KeyError::Unsuitable`] for other keys.
    pub fn from_pkcs8(key_id: String, der: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| KeyError::Unsuitable)?;
        Ok(Self { key_id, pair })
    }

    /// The URL of its public half.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The signature of these bytes, in multibase.
    pub(super) fn sign(&self, bytes: &[u8]) -> String {
        multibase(self.pair.sign(bytes).as_ref())
    }
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

    /// The signature of a text, with PKCS#1 v1.5 and SHA-256.
    pub(super) fn sign(&self, text: &str) -> Result<Vec<u8>, KeyError> {
        self.sign_by(&RSA_PKCS1_SHA256, text)
    }

    /// The signature of a text in the given encoding.
    pub(super) fn sign_by(
        &self,
        encoding: &'static dyn RsaEncoding,
        text: &str,
    ) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Failed)?;
        Ok(signature)
    }
}

/// A peer's public key, parsed once; a clone costs a reference count.
#[derive(Clone)]
pub struct PublicKey {
    kind: Kind,
    parsed: Arc<ParsedPublicKey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    Ed25519,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PublicKey({:?})", self.kind)
    }
}

impl PublicKey {
    /// Reads a key as actors publish it: the PEM of a `publicKeyPem` or the Multikey of a `publicKeyMultibase`.
    ///
    /// # Errors
    /// As [`PublicKey::from_pem`] and [`PublicKey::from_multibase`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with('-') { Self::from_pem(text) } else { Self::from_multibase(text) }
    }

    /// Reads `publicKeyMultibase` of an Ed25519 or RSA key: base58 of its bytes behind a sign that says what they are
    /// (FEP-521a; Controlled Identifiers, 2.2.2).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for text that is not base58, [`KeyError::Unsuitable`] for other kinds of keys, and for RSA keys
    /// as for [`PublicKey::from_pem`].
    pub fn from_multibase(text: &str) -> Result<Self, KeyError> {
        /// What an RSA key of 8192 bits takes.
        const MAX_LENGTH: usize = 1440;

        let bytes = base58(text, MAX_LENGTH).ok_or(KeyError::Malformed)?;
        if let Some(pkcs1) = bytes.strip_prefix(&RSA_MULTIKEY) {
            return Self::from_rsa(public_key_info(pkcs1));
        }
        Self::from_ed25519(bytes.strip_prefix(&ED25519_MULTIKEY).ok_or(KeyError::Unsuitable)?)
    }

    fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        let parsed = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| KeyError::Unsuitable)?;
        Ok(Self { kind: Kind::Ed25519, parsed: Arc::new(parsed) })
    }

    /// Reads `publicKeyPem`: SubjectPublicKeyInfo or PKCS#1, with any line ends (mbin's keys have CRLF).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for text that is no PEM, [`KeyError::Unsuitable`] for keys that are neither Ed25519 nor
    /// RSA, shorter than 2048 or longer than 8192 bits (each check of a signature would cost too much), or that have
    /// anything behind them.
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
        if let Some(key) = der.strip_prefix(&ED25519_KEY_INFO) {
            return Self::from_ed25519(key);
        }
        Self::from_rsa(der)
    }

    /// An RSA key as SubjectPublicKeyInfo.
    fn from_rsa(der: Vec<u8>) -> Result<Self, KeyError> {
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
        Ok(Self { kind: Kind::Rsa, parsed: Arc::new(parsed) })
    }

    /// Whether `signature` is this key's over `text`, by an algorithm that suits the key.
    pub(super) fn verify(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        let is_good = || self.parsed.verify_sig(text, signature).is_ok();
        let is_good_by = |algorithm| {
            let der: &[u8] = (*self.parsed).as_ref();
            UnparsedPublicKey::new(algorithm, der).verify(text, signature).is_ok()
        };
        match (self.kind, algorithm) {
            (Kind::Rsa, Algorithm::RsaSha256) | (Kind::Ed25519, Algorithm::Ed25519 | Algorithm::OfKey) => {
                is_good()
            }
            (Kind::Rsa, Algorithm::OfKey) => is_good() || is_good_by(&RSA_PKCS1_2048_8192_SHA512),
            (Kind::Rsa, Algorithm::RsaPssSha512) => is_good_by(&RSA_PSS_2048_8192_SHA512),
            (Kind::Rsa, Algorithm::Ed25519)
            | (Kind::Ed25519, Algorithm::RsaSha256 | Algorithm::RsaPssSha512) => false,
        }
    }
}

/// What stands before the bytes of an Ed25519 key in a Multikey.
const ED25519_MULTIKEY: [u8; 2] = [0xed, 0x01];

/// What stands before an RSA key (PKCS#1) in a Multikey.
const RSA_MULTIKEY: [u8; 2] = [0x85, 0x24];

/// What stands before the bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
const ED25519_KEY_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Bytes in base58 with the `z` of Multibase before it, as keys and proofs are written.
fn multibase(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// What [`multibase`] has written, of at most so many characters: the work grows with the square of the length.
pub(super) fn base58(text: &str, max_length: usize) -> Option<Vec<u8>> {
    let digits = text.strip_prefix('z').filter(|digits| digits.len() <= max_length)?;
    bs58::decode(digits).into_vec().ok()
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA512, RSA_PSS_SHA512};

    use super::*;
    use crate::test_network::{public_pem, signing_key};

    const KEY_ID: &str = "https://far.example/users/rita#main-key";

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
        let signature = signing_key(KEY_ID).sign("text").unwrap();

        for pem in [
            spki.to_owned(),
            spki.replace('\n', "\r\n"),
            spki.trim().to_owned(),
            format!("\n {spki}\n\n"),
            pkcs1,
        ] {
            let key = PublicKey::from_pem(&pem).unwrap();
            assert!(key.verify(Algorithm::RsaSha256, b"text", &signature), "{pem}");
        }
    }

    #[test]
    fn a22_keys_of_the_wrong_kind_or_size_are_refused() {
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
    fn a22_pem_with_something_wrong_about_it_is_refused() {
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

    /// The public half of an Ed25519 key as a Multikey.
    fn multikey(bytes: &[u8]) -> String {
        format!("z{}", bs58::encode([&ED25519_MULTIKEY, bytes].concat()).into_string())
    }

    #[test]
    fn ed25519_keys_are_read_from_multibase_and_from_pem() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = pair.public_key().as_ref();
        let signature = pair.sign(b"text");

        for text in [multikey(public), pem("PUBLIC KEY", &[&ED25519_KEY_INFO, public].concat())] {
            let key = PublicKey::from_text(&text).unwrap();
            let verifies = |algorithm| key.verify(algorithm, b"text", signature.as_ref());
            assert!(verifies(Algorithm::Ed25519) && verifies(Algorithm::OfKey), "{text}");
            assert!(!verifies(Algorithm::RsaSha256) && !verifies(Algorithm::RsaPssSha512), "{text}");
            assert!(!key.verify(Algorithm::Ed25519, b"other", signature.as_ref()), "{text}");
        }
        // Ghost's, from a document of its own.
        assert!(PublicKey::from_text("z6MkkeE2oMnufWZ2uCYaF3Jy9rguDvrbt73sf5c9Rx8LddBe").is_ok());
    }

    #[test]
    fn a_multikey_with_something_wrong_about_it_is_refused() {
        let public = [1; 32];
        for refused in [
            "",
            "z",
            "z0OIl",
            "u7QEBAQEB",
            &multikey(&public[1..]),
            &multikey(&[1; 33]),
            // A key for agreeing on keys (X25519), and one on the curve P-256.
            &format!("z{}", bs58::encode([&[0xec, 0x01][..], &public].concat()).into_string()),
            &format!("z{}", bs58::encode([&[0x80, 0x24, 0x02][..], &public].concat()).into_string()),
            &format!("z{}", "1".repeat(100_000)),
        ] {
            assert!(PublicKey::from_text(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn rsa_keys_are_read_from_multibase_too_and_only_whole() {
        let ours = signing_key(KEY_ID);
        let signature = ours.sign("text").unwrap();
        let body: String = public_pem().lines().filter(|line| !line.starts_with('-')).collect();
        let der = BASE64.decode(body).unwrap();
        // Behind the lengths, the algorithm and the sign of an unused bit.
        let pkcs1 = &der[24..];
        let rsa = |bytes: &[u8]| format!("z{}", bs58::encode([&RSA_MULTIKEY, bytes].concat()).into_string());

        let key = PublicKey::from_text(&rsa(pkcs1)).unwrap();

        assert!(key.verify(Algorithm::RsaSha256, b"text", &signature));
        assert!(!key.verify(Algorithm::RsaSha256, b"other", &signature));
        // Mitra's, from the document of an account.
        let mitra =
            include_str!("../../../../tests/fixtures/federation/mitra__actor__person_rsa_multikey.json");
        let mitra: serde_json::Value = serde_json::from_str(mitra).unwrap();
        let text = mitra["assertionMethod"][0]["publicKeyMultibase"].as_str().unwrap();
        assert!(PublicKey::from_text(text).is_ok());
        for wrong in [&pkcs1[1..], &pkcs1[..pkcs1.len() - 1], &[pkcs1, &[0]].concat(), &[]] {
            assert!(PublicKey::from_text(&rsa(wrong)).is_err());
        }
    }

    #[test]
    fn an_rsa_key_verifies_by_each_algorithm_of_its_kind_and_no_other() {
        let (ours, key) = (signing_key(KEY_ID), PublicKey::from_text(public_pem()).unwrap());
        let sha256 = ours.sign("text").unwrap();
        let sha512 = ours.sign_by(&RSA_PKCS1_SHA512, "text").unwrap();
        let pss = ours.sign_by(&RSA_PSS_SHA512, "text").unwrap();
        let verifies =
            |algorithm| [&sha256, &sha512, &pss].map(|signature| key.verify(algorithm, b"text", signature));

        assert_eq!(verifies(Algorithm::RsaSha256), [true, false, false]);
        assert_eq!(verifies(Algorithm::OfKey), [true, true, false]);
        assert_eq!(verifies(Algorithm::RsaPssSha512), [false, false, true]);
        assert_eq!(verifies(Algorithm::Ed25519), [false; 3]);
    }
}
