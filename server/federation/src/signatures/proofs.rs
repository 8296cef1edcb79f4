//! Proofs that documents carry in themselves (FEP-8b32), made by `eddsa-jcs-2022` (Data Integrity EdDSA Cryptosuites 1.0,
//! 3.3): an Ed25519 signature over the hashes of the proof's parameters and of the document, both in the canonical form of
//! RFC 8785.
//!
//! The document is canonicalised as we have read it, so what was proven is what is acted on, even where a name came twice.

use aws_lc_rs::digest::{self, SHA256};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::TIME_WINDOW;
use super::keys::{Algorithm, DocumentKey, PublicKey, base58};
use crate::wire;

/// How old a proof may be: as long as servers try to deliver, and less than the ids of activities are remembered, so that
/// nobody can repeat what somebody said long ago.
const LIFE: TimeDelta = TimeDelta::days(7);
/// More characters than a signature takes, which are 88.
const MAX_LENGTH: usize = 128;

/// A proof for which all holds but one thing: that it is the key's.
pub(crate) struct Proof {
    key_id: String,
    /// The hashes of which one must be the signed one.
    hashes: Vec<Vec<u8>>,
    signature: Vec<u8>,
}

impl Proof {
    /// The first proof of a document that we can check and that is of our time; none if there is none.
    pub(crate) fn read(document: &Value, now: DateTime<Utc>) -> Option<Proof> {
        let mut unsecured = document.as_object()?.clone();
        unsecured.shift_remove("proof")?;
        let proofs = wire::list(document, "proof").into_iter().filter_map(Value::as_object);
        proofs.filter(|proof| is_acceptable(proof, now)).find_map(|proof| Proof::new(proof, &unsecured))
    }

    fn new(proof: &Map<String, Value>, unsecured: &Map<String, Value>) -> Option<Proof> {
        let mut parameters = proof.clone();
        let signature = base58(parameters.shift_remove("proofValue")?.as_str()?, MAX_LENGTH)?;
        let document = sha256_of(unsecured)?;
        let mut hashes = vec![[sha256_of(&parameters)?, document.clone()].concat()];
        match (parameters.get("@context"), unsecured.get("@context")) {
            (None, Some(context)) => {
                // Fedify signs the document's context with the parameters, and sends them without it.
                parameters.insert("@context".to_owned(), context.clone());
                hashes.push([sha256_of(&parameters)?, document].concat());
            }
            (restated, context) if restated != context => return None,
            _ => {}
        }
        Some(Proof { key_id: proof.get("verificationMethod")?.as_str()?.to_owned(), hashes, signature })
    }

    /// The id of the key that it was made with, as it says.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Whether it was made by the owner of `key`.
    pub(crate) fn is_by(&self, key: &PublicKey) -> bool {
        self.hashes.iter().any(|hashes| key.verify(Algorithm::Ed25519, hashes, &self.signature))
    }
}

/// Puts a proof by `key` into a document, made at `now`.
pub(crate) fn prove(document: &mut Value, key: &DocumentKey, now: DateTime<Utc>) {
    let Some(unsecured) = document.as_object_mut() else { return };
    unsecured.shift_remove("proof");
    let mut proof = Map::new();
    // Restated, as Data Integrity wants it, so that those who read JSON alone and those who read linked data hash the same.
    if let Some(context) = unsecured.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    for (name, value) in [
        ("type", "DataIntegrityProof"),
        ("cryptosuite", "eddsa-jcs-2022"),
        ("verificationMethod", key.key_id()),
        ("proofPurpose", "assertionMethod"),
    ] {
        proof.insert(name.to_owned(), value.into());
    }
    proof.insert("created".to_owned(), now.to_rfc3339_opts(SecondsFormat::Secs, true).into());
    let (Some(parameters), Some(content)) = (sha256_of(&proof), sha256_of(unsecured)) else { return };
    proof.insert("proofValue".to_owned(), key.sign(&[parameters, content].concat()).into());
    unsecured.insert("proof".to_owned(), proof.into());
}

/// Whether a proof is of the kind that we check, and neither too old, nor from the future, nor over.
fn is_acceptable(proof: &Map<String, Value>, now: DateTime<Utc>) -> bool {
    let is = |name: &str, wanted: &str| proof.get(name).and_then(Value::as_str) == Some(wanted);
    let time = |name: &str| {
        let text = proof.get(name)?.as_str()?;
        DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
    };
    is("type", "DataIntegrityProof")
        && is("cryptosuite", "eddsa-jcs-2022")
        && is("proofPurpose", "assertionMethod")
        && time("created").is_some_and(|created| created <= now + TIME_WINDOW && created >= now - LIFE)
        && (!proof.contains_key("expires") || time("expires").is_some_and(|expires| expires > now))
}

fn sha256_of(value: &Map<String, Value>) -> Option<Vec<u8>> {
    let canonical = serde_json_canonicalizer::to_vec(value).ok()?;
    Some(digest::digest(&SHA256, &canonical).as_ref().to_vec())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;
    use crate::test_network::{now, public_pem};

    const KEY_ID: &str = "https://server.example/users/alice#ed25519-key";

    /// The document of FEP-8b32's test vectors, with a proof that restates its context.
    fn example(context: &str, proof_value: &str) -> Value {
        let context = json!(["https://www.w3.org/ns/activitystreams", context]);
        json!({
            "@context": context,
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": { "type": "Place", "longitude": -71.184902, "latitude": 25.273962 },
            },
            "proof": {
                "@context": context,
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-jcs-2022",
                "verificationMethod": KEY_ID,
                "proofPurpose": "assertionMethod",
                "proofValue": proof_value,
                "created": "2023-02-24T23:36:38Z",
            },
        })
    }

    #[test]
    fn the_test_vectors_of_the_fep_are_verified() {
        let key = PublicKey::from_text("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
        let then = "2023-02-25T00:00:00Z".parse().unwrap();
        let second =
            "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL";
        let first =
            "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z";

        for (version, value) in [("v2", second), ("v1", first)] {
            let document = example(&format!("https://w3id.org/security/data-integrity/{version}"), value);
            let proof = Proof::read(&document, then).unwrap();
            assert_eq!(proof.key_id(), KEY_ID);
            assert!(proof.is_by(&key), "{version}");
        }
        let swapped = example("https://w3id.org/security/data-integrity/v1", second);
        assert!(!Proof::read(&swapped, then).unwrap().is_by(&key));
    }

    /// Somebody who signs documents.
    struct Signer(Ed25519KeyPair);

    impl Signer {
        fn new() -> Signer {
            Signer(Ed25519KeyPair::generate().unwrap())
        }

        fn key(&self) -> PublicKey {
            let bytes = [&[0xed, 0x01], self.0.public_key().as_ref()].concat();
            PublicKey::from_text(&format!("z{}", bs58::encode(bytes).into_string())).unwrap()
        }

        /// The document with a proof of these parameters, signed over `signed`.
        fn prove(&self, document: &Value, sent: &Value, signed: &Value) -> Value {
            let hash = |value: &Value| sha256_of(value.as_object().unwrap()).unwrap();
            let signature = self.0.sign(&[hash(signed), hash(document)].concat());
            let mut proven = document.clone();
            proven["proof"] = sent.clone();
            proven["proof"]["proofValue"] =
                json!(format!("z{}", bs58::encode(signature.as_ref()).into_string()));
            proven
        }
    }

    fn document() -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "https://server.example/activities/1",
            "type": "Like",
            "actor": "https://server.example/users/alice",
            "object": "https://stadt.example/users/amt/statuses/1",
        })
    }

    fn parameters() -> Value {
        json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-08-01T09:00:00Z",
            "verificationMethod": KEY_ID,
            "proofPurpose": "assertionMethod",
        })
    }

    #[test]
    fn parameters_may_be_signed_with_the_context_and_sent_without_it() {
        let signer = Signer::new();
        let mut with_context = parameters();
        with_context["@context"] = document()["@context"].clone();
        let proven = |sent: &Value, signed: &Value| {
            Proof::read(&signer.prove(&document(), sent, signed), now())
                .is_some_and(|proof| proof.is_by(&signer.key()))
        };

        assert!(proven(&parameters(), &parameters()));
        assert!(proven(&parameters(), &with_context));
        assert!(proven(&with_context, &with_context));
        assert!(!proven(&with_context, &parameters()));
        let mut other = parameters();
        other["@context"] = json!("https://evil.example/context");
        assert!(!proven(&other, &other), "the document has another context");
    }

    #[test]
    fn ours_are_good_by_our_own_measure() {
        let (private, public) = super::super::keys::generate_ed25519().unwrap();
        let key = DocumentKey::from_pkcs8(KEY_ID.to_owned(), &private).unwrap();
        let public = PublicKey::from_text(&public).unwrap();
        let mut proven = document();

        prove(&mut proven, &key, now());
        let once = proven.clone();
        prove(&mut proven, &key, now());

        assert_eq!(proven, once, "an old proof is no part of what is proven");
        let proof = Proof::read(&proven, now()).unwrap();
        assert_eq!(proof.key_id(), KEY_ID);
        assert!(proof.is_by(&public));
        proven["object"] = json!("https://stadt.example/users/amt/statuses/2");
        assert!(!Proof::read(&proven, now()).unwrap().is_by(&public));
    }

    #[test]
    fn a_changed_document_or_another_key_is_noticed() {
        let signer = Signer::new();
        let proven = signer.prove(&document(), &parameters(), &parameters());
        let is_good = |document: &Value| Proof::read(document, now()).unwrap().is_by(&signer.key());

        assert!(is_good(&proven));
        for (name, value) in [
            ("object", json!("https://stadt.example/users/amt/statuses/2")),
            ("actor", json!("https://server.example/users/mallory")),
            ("more", json!(1)),
        ] {
            let mut changed = proven.clone();
            changed[name] = value;
            assert!(!is_good(&changed), "{name}");
        }
        let mut later = proven.clone();
        later["proof"]["created"] = json!("2026-08-01T09:00:01Z");
        assert!(!is_good(&later));
        let proof = Proof::read(&proven, now()).unwrap();
        assert!(!proof.is_by(&Signer::new().key()));
        assert!(!proof.is_by(&PublicKey::from_text(public_pem()).unwrap()));
    }

    #[test]
    fn of_several_proofs_the_first_that_can_be_checked_counts() {
        let signer = Signer::new();
        let mut proven = signer.prove(&document(), &parameters(), &parameters());
        let other = json!({ "type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024" });
        proven["proof"] = json!([other, proven["proof"], null]);

        assert!(Proof::read(&proven, now()).unwrap().is_by(&signer.key()));
    }

    #[test]
    fn a_proof_of_another_kind_or_time_is_none() {
        let signer = Signer::new();
        let read = |name: &str, value: Value| {
            let mut parameters = parameters();
            parameters[name] = value;
            Proof::read(&signer.prove(&document(), &parameters, &parameters), now()).is_some()
        };

        assert!(read("created", json!("2026-07-25T09:00:00Z")));
        assert!(read("created", json!("2026-08-01T12:00:00+02:00")));
        assert!(read("expires", json!("2026-08-01T09:00:01Z")));
        for (name, value) in [
            ("created", json!("2026-07-25T08:59:59Z")),
            ("created", json!("2026-08-01T10:00:01Z")),
            ("created", json!("yesterday")),
            ("created", json!(null)),
            ("expires", json!("2026-08-01T09:00:00Z")),
            ("expires", json!(1)),
            ("type", json!("Ed25519Signature2020")),
            ("cryptosuite", json!("eddsa-rdfc-2022")),
            ("proofPurpose", json!("authentication")),
            ("verificationMethod", json!(["https://server.example/users/alice#ed25519-key"])),
        ] {
            assert!(!read(name, value.clone()), "{name} {value}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_no_proof_and_nothing_panics() {
        let with = |proof: Value| json!({ "type": "Like", "proof": proof });
        let valued = |value: Value| {
            let mut proof = parameters();
            proof["proofValue"] = value;
            with(proof)
        };

        for document in [
            json!(null),
            json!([]),
            json!({}),
            with(json!(null)),
            with(json!("https://server.example/proofs/1")),
            with(json!([[], {}, 1])),
            with(parameters()),
            valued(json!(1)),
            valued(json!("")),
            valued(json!("uAAAA")),
            valued(json!("z0OIl")),
            valued(json!(format!("z{}", "1".repeat(100_000)))),
        ] {
            assert!(Proof::read(&document, now()).is_none(), "{document}");
        }
        let short = Proof::read(&valued(json!("z4dummyproofva1ue")), now()).unwrap();
        assert!(!short.is_by(&Signer::new().key()));
    }
}
