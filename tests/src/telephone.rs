//! A client program that is told by push messages, and reads them with code of its own.

use crate::network::Arrival;
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The key pair and the secret of one subscription.
pub struct Telephone {
    key: PrivateKey,
    auth: [u8; 16],
}

impl Telephone {
    /// Makes its key.
    #[allow(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Telephone {
        let mut auth = [0; 16];
        getrandom::fill(&mut auth).expect("the machine has randomness");
        Telephone { key: PrivateKey::generate(&ECDH_P256).expect("a key can be made"), auth }
    }

    /// What it asks for: to be told of `alerts` at `endpoint`, in the form of RFC 8291 or of the draft.
    pub fn subscription(&self, endpoint: &str, is_standard: bool, alerts: &[&str]) -> Value {
        let keys = json!({
            "p256dh": URL_SAFE_NO_PAD.encode(self.public_key()),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        });
        let alerts: Value = alerts.iter().map(|kind| ((*kind).to_owned(), json!(true))).collect();
        json!({
            "subscription": { "endpoint": endpoint, "keys": keys, "standard": is_standard },
            "data": { "alerts": alerts },
        })
    }

    /// Reads a message; panics if it can't.
    pub fn open(&self, arrival: &Arrival) -> Value {
        let body = &arrival.body;
        let text = match header(arrival, "content-encoding").as_str() {
            "aes128gcm" => {
                let (salt, key, sealed) = (&body[..16], &body[21..86], &body[86..]);
                assert_eq!((body[16..20].to_vec(), body[20]), (vec![0, 0, 16, 0], 65));
                let info = [b"WebPush: info\0", self.public_key().as_slice(), key].concat();
                let secret = hkdf(&self.auth, &self.shared(key), &info, 32);
                let mut text = unseal(salt, &secret, "aes128gcm", &[], sealed);
                assert_eq!(text.pop(), Some(2), "programs don't expect filling");
                text
            }
            "aesgcm" => {
                let salt = part(&header(arrival, "encryption"), "salt");
                let key = part(&header(arrival, "crypto-key"), "dh");
                let secret = hkdf(&self.auth, &self.shared(&key), b"Content-Encoding: auth\0", 32);
                let context = [b"P-256\0".as_slice(), &[0, 65], &self.public_key(), &[0, 65], &key].concat();
                let text = unseal(&salt, &secret, "aesgcm", &context, body);
                assert_eq!(text[..2], [0, 0], "programs don't expect filling");
                text[2..].to_vec()
            }
            other => panic!("unknown content encoding {other}"),
        };
        serde_json::from_slice(&text).expect("a message is JSON")
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.compute_public_key().expect("a key has a public half").as_ref().to_vec()
    }

    fn shared(&self, key: &[u8]) -> Vec<u8> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, key);
        agree(&self.key, theirs, (), |secret| Ok(secret.to_vec())).expect("the sender's key is a point")
    }
}

/// The claims by which the sender of a message proves who it is to the push service; panics if they are not signed with
/// `key`, which is base64.
pub fn claims(arrival: &Arrival, key: &str) -> Value {
    let proof = header(arrival, "authorization");
    let token = match proof.strip_prefix("WebPush ") {
        Some(token) => {
            assert!(header(arrival, "crypto-key").contains(&format!("p256ecdsa={key}")));
            token
        }
        None => {
            let token =
                proof.strip_prefix("vapid t=").and_then(|rest| rest.strip_suffix(&format!(", k={key}")));
            token.expect("a proof names its key")
        }
    };
    let (signed, signature) = token.rsplit_once('.').expect("a token has three parts");
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, decode(key))
        .verify(signed.as_bytes(), &decode(signature))
        .expect("the proof holds");
    let claims = signed.split_once('.').expect("a token has three parts").1;
    serde_json::from_slice(&decode(claims)).expect("claims are JSON")
}

fn unseal(salt: &[u8], secret: &[u8], encoding: &str, context: &[u8], sealed: &[u8]) -> Vec<u8> {
    let info = |name: &str| [format!("Content-Encoding: {name}\0").as_bytes(), context].concat();
    let key = hkdf(salt, secret, &info(encoding), 16);
    let nonce = hkdf(salt, secret, &info("nonce"), 12);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key of 16 bytes"));
    let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce of 12 bytes");
    let mut sealed = sealed.to_vec();
    key.open_in_place(nonce, Aad::empty(), &mut sealed).expect("the message is for this telephone").to_vec()
}

/// RFC 5869, for up to 32 bytes.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let extracted = sign(&Key::new(HMAC_SHA256, salt), secret);
    let expanded = sign(&Key::new(HMAC_SHA256, extracted.as_ref()), &[info, &[1]].concat());
    expanded.as_ref()[..length].to_vec()
}

fn header(arrival: &Arrival, name: &str) -> String {
    let value = arrival.headers.get(name).unwrap_or_else(|| panic!("{name} is missing"));
    value.to_str().expect("a header is text").to_owned()
}

/// One value of a header such as `dh=…;p256ecdsa=…`.
fn part(header: &str, name: &str) -> Vec<u8> {
    let found = header.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    decode(found.unwrap_or_else(|| panic!("{name} is missing in {header}")))
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("it is base64")
}
