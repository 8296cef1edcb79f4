//! What a push message looks like to a push service: sealed for one client program (RFC 8291, and the draft before it
//! that older ones still ask for), and with a proof of who sends it (RFC 8292).
//!
//! Nothing is filled up to hide its length, which both forms would allow: Mastodon's own program for Android takes a
//! message with filling for a broken one. The crate `ece` always fills, so it is not used.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use url::Url;

/// The size that a record may have; a push message is one record.
const RECORD: u32 = 4096;
/// How long a proof of who sends is good; push services refuse more than a day.
const PROOF_LIFE: TimeDelta = TimeDelta::hours(12);

/// Who can open a message: what a client program gave us when it subscribed.
pub(crate) struct Receiver<'a> {
    /// Its public key, an uncompressed point.
    pub(crate) public_key: &'a [u8],
    /// The secret that it shares with us.
    pub(crate) auth: &'a [u8],
}

/// A message that only its receiver can read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) body: Vec<u8>,
    /// The sender's key and the salt, for the headers of the draft; RFC 8291 has them in the body.
    pub(crate) beside: Option<Beside>,
}

/// What the draft puts into headers, as base64.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) key: String,
    pub(crate) salt: String,
}

/// Seals a message by RFC 8291, content encoding `aes128gcm`.
pub(crate) fn seal(receiver: &Receiver<'_>, text: &[u8]) -> Result<Sealed, Unspecified> {
    Seal::new()?.standard(receiver, text)
}

/// Seals a message by the draft, content encoding `aesgcm`.
pub(crate) fn seal_by_draft(receiver: &Receiver<'_>, text: &[u8]) -> Result<Sealed, Unspecified> {
    Seal::new()?.draft(receiver, text)
}

/// The key pair and the salt of one message; used for a second one, they would give it away.
struct Seal {
    key: PrivateKey,
    salt: [u8; 16],
}

impl Seal {
    fn new() -> Result<Seal, Unspecified> {
        let mut salt = [0; 16];
        rand::fill(&mut salt)?;
        Ok(Seal { key: PrivateKey::generate(&ECDH_P256)?, salt })
    }

    /// RFC 8291, section 3.4, and RFC 8188, section 2.
    fn standard(self, receiver: &Receiver<'_>, text: &[u8]) -> Result<Sealed, Unspecified> {
        let own = self.key.compute_public_key()?;
        let info = [b"WebPush: info\0".as_slice(), receiver.public_key, own.as_ref()];
        let secret: [u8; 32] = derive(receiver.auth, &self.agree(receiver)?, &info)?;
        let key = derive(&self.salt, &secret, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce = derive(&self.salt, &secret, &[b"Content-Encoding: nonce\0"])?;

        let mut body = Vec::from(self.salt);
        body.extend(RECORD.to_be_bytes());
        body.push(u8::try_from(own.as_ref().len()).map_err(|_| Unspecified)?);
        body.extend(own.as_ref());
        // A two marks the last record.
        body.extend(encrypt(key, nonce, [text, &[2]].concat())?);
        Ok(Sealed { body, beside: None })
    }

    /// draft-ietf-webpush-encryption-04, section 4, and draft-ietf-httpbis-encryption-encoding-03.
    fn draft(self, receiver: &Receiver<'_>, text: &[u8]) -> Result<Sealed, Unspecified> {
        let own = self.key.compute_public_key()?;
        let secret: [u8; 32] = derive(receiver.auth, &self.agree(receiver)?, &[b"Content-Encoding: auth\0"])?;
        let length = |key: &[u8]| u16::try_from(key.len()).map(u16::to_be_bytes).map_err(|_| Unspecified);
        let (theirs, ours) = (length(receiver.public_key)?, length(own.as_ref())?);
        let context = [b"P-256\0".as_slice(), &theirs, receiver.public_key, &ours, own.as_ref()].concat();
        let key = derive(&self.salt, &secret, &[b"Content-Encoding: aesgcm\0", &context])?;
        let nonce = derive(&self.salt, &secret, &[b"Content-Encoding: nonce\0", &context])?;

        // The length of a filling comes first.
        let body = encrypt(key, nonce, [&[0, 0], text].concat())?;
        let beside =
            Beside { key: URL_SAFE_NO_PAD.encode(own.as_ref()), salt: URL_SAFE_NO_PAD.encode(self.salt) };
        Ok(Sealed { body, beside: Some(beside) })
    }

    /// The secret that our key and the receiver's have in common.
    fn agree(&self, receiver: &Receiver<'_>) -> Result<Vec<u8>, Unspecified> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, receiver.public_key);
        agree(&self.key, theirs, Unspecified, |secret| Ok(secret.to_vec()))
    }
}

/// HKDF with SHA-256, both steps.
fn derive<const LENGTH: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<[u8; LENGTH], Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }

    let mut derived = [0; LENGTH];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(LENGTH))?.fill(&mut derived)?;
    Ok(derived)
}

fn encrypt(key: [u8; 16], nonce: [u8; 12], mut record: Vec<u8>) -> Result<Vec<u8>, Unspecified> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    Ok(record)
}

/// What proves to the push service at `endpoint` who sends.
pub(crate) struct Proof {
    /// The signed token.
    pub(crate) token: String,
    /// The key that it is signed with, as base64.
    pub(crate) key: String,
}

/// Signs that we, whom `contact` reaches, send to the push service at `endpoint` now (RFC 8292, section 2).
pub(crate) fn prove(
    private_key: &[u8],
    endpoint: &Url,
    contact: &str,
    now: DateTime<Utc>,
) -> Result<Proof, Unspecified> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private_key)?;
    let head = json!({ "typ": "JWT", "alg": "ES256" });
    let claims = json!({
        "aud": endpoint.origin().ascii_serialization(),
        "exp": (now + PROOF_LIFE).timestamp(),
        "sub": contact,
    });
    let signed = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = pair.sign(&SystemRandom::new(), signed.as_bytes())?;
    Ok(Proof {
        token: format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)),
        key: URL_SAFE_NO_PAD.encode(pair.public_key()),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn seal_of(key: &str, salt: &str) -> Seal {
        let key = PrivateKey::from_private_key(&ECDH_P256, &bytes(key)).unwrap();
        Seal { key, salt: bytes(salt).try_into().unwrap() }
    }

    /// RFC 8291, appendix A.
    #[test]
    fn a_message_is_sealed_as_in_the_standard() {
        let seal = seal_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "DGv6ra1nlYgDCS1FRnbzlw");
        let public_key =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let receiver = Receiver { public_key: &public_key, auth: &auth };

        let sealed = seal.standard(&receiver, b"When I grow up, I want to be a watermelon").unwrap();

        let expected = bytes(concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz",
            "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        ));
        assert_eq!(sealed, Sealed { body: expected, beside: None });
    }

    /// draft-ietf-webpush-encryption-04, section 5.
    #[test]
    fn a_message_is_sealed_as_in_the_draft() {
        let seal = seal_of("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY", "lngarbyKfMoi9Z75xYXmkg");
        let public_key =
            bytes("BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU");
        let auth = bytes("R29vIGdvbyBnJyBqb29iIQ");
        let receiver = Receiver { public_key: &public_key, auth: &auth };

        let sealed = seal.draft(&receiver, b"I am the walrus").unwrap();

        let key = "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU";
        let beside = Beside { key: key.into(), salt: "lngarbyKfMoi9Z75xYXmkg".into() };
        let body = bytes("6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA");
        assert_eq!(sealed, Sealed { body, beside: Some(beside) });
    }

    #[test]
    fn the_proof_names_the_push_service_and_holds() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let private = pair.to_pkcs8v1().unwrap();
        let endpoint = Url::parse("https://push.example:8443/send/abc?x=1").unwrap();
        let now = "2026-08-01T09:00:00Z".parse().unwrap();

        let proof = prove(private.as_ref(), &endpoint, "mailto:press@stadt.example", now).unwrap();

        let (signed, signature) = proof.token.rsplit_once('.').unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(&proof.key));
        key.verify(signed.as_bytes(), &bytes(signature)).unwrap();
        let parts: Vec<Value> =
            signed.split('.').map(|part| serde_json::from_slice(&bytes(part)).unwrap()).collect();
        assert_eq!(parts[0], json!({ "typ": "JWT", "alg": "ES256" }));
        let exp = 1_785_574_800 + 12 * 3600;
        let claims =
            json!({ "aud": "https://push.example:8443", "exp": exp, "sub": "mailto:press@stadt.example" });
        assert_eq!(parts[1], claims);
    }
}
