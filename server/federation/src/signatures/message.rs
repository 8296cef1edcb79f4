//! Signatures after RFC 9421 (HTTP Message Signatures), in the profile that the fediverse uses: one signature, by a key
//! that is an https URL, over the method, the target and, where there is a body, its digest.
//!
//! The structured fields are read by `sfv`, strictly and after a look at their length; of the components only those that a
//! request has, and none with parameters, for no peer uses them and each would be one more way to read the same request
//! twice.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use sfv::{BareItem, Dictionary, FieldType, InnerList, Item, List, ListEntry, Parameters, Parser};
use url::Url;

use super::keys::{Algorithm, KeyError, SigningKey};
use super::{
    ACTIVITY_CONTENT_TYPE, MAX_COVERED, MAX_HEADER_LENGTH, ParsedSignature, SignatureError, SignedRequest,
    digests, is_near, is_over, key_url, parse_http_date, value,
};

/// The header that says what is signed; where it is, a signature is one of these and no other.
pub(super) const SIGNATURE_INPUT: &str = "signature-input";

/// Reads the signature of a request that has a `Signature-Input`.
pub(super) fn parse(headers: &HeaderMap) -> Result<ParsedSignature, SignatureError> {
    let (list, signature) = only_signature(headers)?;
    let text = |name: &str| text(&list.params, name);
    let key_id = text("keyid")?.ok_or(SignatureError::Malformed)?.to_owned();
    let key_url = key_url(&key_id).ok_or(SignatureError::KeyId)?;
    let algorithm = match text("alg")? {
        Some("rsa-v1_5-sha256") => Algorithm::RsaSha256,
        Some("rsa-pss-sha512") => Algorithm::RsaPssSha512,
        Some("ed25519") => Algorithm::Ed25519,
        None => Algorithm::OfKey,
        Some(_) => return Err(SignatureError::Algorithm),
    };
    // Nothing is done with these; they only have to be what they should.
    text("nonce")?;
    text("tag")?;
    let covered = super::Covered::Message(Covered::new(list)?);
    Ok(ParsedSignature { key_id, key_url, algorithm, signature, covered })
}

/// The only signature of a request: what it says that it covers, and its bytes.
fn only_signature(headers: &HeaderMap) -> Result<(InnerList, Vec<u8>), SignatureError> {
    let inputs = dictionary(headers, SIGNATURE_INPUT)?;
    let mut signatures = dictionary(headers, "signature")?;
    if inputs.len() > 1 || signatures.len() > 1 {
        return Err(SignatureError::Several);
    }
    let (label, input) = inputs.into_iter().next().ok_or(SignatureError::Malformed)?;
    let signature = signatures.swap_remove(&label).ok_or(SignatureError::Malformed)?;
    match (input, signature) {
        (
            ListEntry::InnerList(list),
            ListEntry::Item(Item { bare_item: BareItem::ByteSequence(bytes), .. }),
        ) if !bytes.is_empty() => Ok((list, bytes)),
        _ => Err(SignatureError::Malformed),
    }
}

/// A header that is a dictionary, on however many lines.
fn dictionary(headers: &HeaderMap, name: &str) -> Result<Dictionary, SignatureError> {
    let lines: Result<Vec<&str>, _> = headers.get_all(name).iter().map(|value| value.to_str()).collect();
    let joined = lines.map_err(|_| SignatureError::Malformed)?.join(", ");
    if joined.len() > MAX_HEADER_LENGTH {
        return Err(SignatureError::Malformed);
    }
    Parser::new(&joined).parse().map_err(|_| SignatureError::Malformed)
}

fn text<'a>(parameters: &'a Parameters, name: &str) -> Result<Option<&'a str>, SignatureError> {
    let Some(value) = parameters.get(name) else { return Ok(None) };
    Ok(Some(value.as_string().ok_or(SignatureError::Malformed)?.as_str()))
}

fn time(parameters: &Parameters, name: &str) -> Result<Option<DateTime<Utc>>, SignatureError> {
    let Some(value) = parameters.get(name) else { return Ok(None) };
    let seconds = value.as_integer().ok_or(SignatureError::Malformed)?;
    Ok(Some(DateTime::from_timestamp(seconds.into(), 0).ok_or(SignatureError::Time)?))
}

/// The headers to add to a GET: `signature-input` and `signature`, over `@method` and `@target-uri`.
pub(super) fn sign_get(key: &SigningKey, url: &Url, now: DateTime<Utc>) -> Result<HeaderMap, KeyError> {
    sign(key, "GET", url, &[], now)
}

/// The headers to add to a POST: `content-digest`, `content-type`, `signature-input` and `signature`, over `@method`,
/// `@target-uri` and `content-digest`: what Mastodon wants, and the digest in the form that it reads.
pub(super) fn sign_post(
    key: &SigningKey,
    url: &Url,
    body: &[u8],
    more: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<HeaderMap, KeyError> {
    let hash = digest::digest(&digest::SHA256, body);
    let digest = format!("sha-256=:{}:", STANDARD.encode(hash));
    let mut covered = vec![("content-digest", digest.as_str())];
    for (name, value) in more {
        covered.push((name.as_str(), value.to_str().map_err(|_| KeyError::Failed)?));
    }
    let mut headers = sign(key, "POST", url, &covered, now)?;
    headers.extend(more.clone());
    headers.insert("content-digest", value(digest)?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_CONTENT_TYPE));
    Ok(headers)
}

fn sign(
    key: &SigningKey,
    method: &str,
    url: &Url,
    covered: &[(&str, &str)],
    now: DateTime<Utc>,
) -> Result<HeaderMap, KeyError> {
    let mut target = url.clone();
    target.set_fragment(None);
    let mut lines = format!("\"@method\": {method}\n\"@target-uri\": {target}\n");
    let mut names = r#""@method" "@target-uri""#.to_owned();
    for (name, value) in covered {
        lines.push_str(&format!("\"{name}\": {value}\n"));
        names.push_str(&format!(" \"{name}\""));
    }
    let (created, key_id) = (now.timestamp(), key.key_id());
    // In this order: apsig 0.6 puts them in it before it checks.
    let parameters = format!(r#"({names});created={created};alg="rsa-v1_5-sha256";keyid="{key_id}""#);
    let signature = key.sign(&format!("{lines}\"@signature-params\": {parameters}"))?;

    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_INPUT, value(format!("sig1={parameters}"))?);
    headers.insert("signature", value(format!("sig1=:{}:", STANDARD.encode(signature)))?);
    Ok(headers)
}

/// What a signature covers, and its times.
#[derive(Debug, Clone)]
pub(super) struct Covered {
    names: Vec<String>,
    created: Option<DateTime<Utc>>,
    expires: Option<DateTime<Utc>>,
    /// The value of `@signature-params`: names and parameters in the one way to write them.
    parameters: String,
}

impl Covered {
    fn new(list: InnerList) -> Result<Self, SignatureError> {
        if list.items.len() > MAX_COVERED {
            return Err(SignatureError::Malformed);
        }
        let mut names: Vec<String> = Vec::new();
        for item in &list.items {
            let name = item.bare_item.as_string().ok_or(SignatureError::Malformed)?.as_str();
            if !item.params.is_empty() || !is_component(name) {
                return Err(SignatureError::Malformed);
            }
            if names.iter().any(|earlier| earlier == name) {
                return Err(SignatureError::Repeated);
            }
            names.push(name.to_owned());
        }
        let (created, expires) = (time(&list.params, "created")?, time(&list.params, "expires")?);
        let written = List::from([ListEntry::InnerList(list)]).serialize();
        let parameters = written.ok_or(SignatureError::Malformed)?;
        Ok(Self { names, created, expires, parameters })
    }

    /// Checks what can be known without the key; gives the text that must be the signed one.
    pub(super) fn check(
        &self,
        request: &SignedRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, SignatureError> {
        if !self.covers("@method") {
            return Err(SignatureError::NotCovered("@method"));
        }
        let has_query = request.path_and_query.contains('?');
        let has_path = self.covers("@path") && (self.covers("@query") || !has_query);
        let has_parts = self.covers("@authority") && (has_path || self.covers("@request-target"));
        if !has_parts && !self.covers("@target-uri") {
            return Err(SignatureError::NotCovered("the target"));
        }
        if request.has_body() && !self.covers("content-digest") {
            return Err(SignatureError::NotCovered("content-digest"));
        }

        let created = self.created.ok_or(SignatureError::NotCovered("created"))?;
        if !is_near(created, now) || self.expires.is_some_and(|expires| is_over(expires, now)) {
            return Err(SignatureError::Time);
        }
        if self.covers("date")
            && !parse_http_date(&request.header("date")?).is_some_and(|date| is_near(date, now))
        {
            return Err(SignatureError::Time);
        }
        request.check_host(&request.header("host")?)?;
        if self.covers("content-digest") {
            digests::check_content_digest(&request.header("content-digest")?, request.body)?;
        }
        if self.covers("digest") {
            digests::check_digest(&request.header("digest")?, request.body)?;
        }
        self.text(request)
    }

    fn covers(&self, name: &str) -> bool {
        self.names.iter().any(|covered| covered == name)
    }

    /// The signature base (RFC 9421, 2.5).
    fn text(&self, request: &SignedRequest<'_>) -> Result<String, SignatureError> {
        let mut text = String::new();
        for name in &self.names {
            text.push_str(&format!("\"{name}\": {}\n", component(name, request)?));
        }
        text.push_str(&format!("\"@signature-params\": {}", self.parameters));
        Ok(text)
    }
}

/// Whether a name is that of a header or of one of the components that [`component`] knows.
fn is_component(name: &str) -> bool {
    match name.strip_prefix('@') {
        Some(derived) => ["method", "target-uri", "authority", "scheme", "request-target", "path", "query"]
            .contains(&derived),
        None => {
            let is_name =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
            !name.is_empty() && name.bytes().all(is_name)
        }
    }
}

/// The value of a component (RFC 9421, 2.1 and 2.2). The scheme is https: there is no federation under another.
fn component(name: &str, request: &SignedRequest<'_>) -> Result<String, SignatureError> {
    let authority = || Ok(SignedRequest::authority(&request.header("host")?));
    let (path, query) = match request.path_and_query.split_once('?') {
        Some((path, query)) => (path, query),
        None => (request.path_and_query, ""),
    };
    match name {
        "@method" => Ok(request.method.as_str().to_owned()),
        "@target-uri" => Ok(format!("https://{}{}", authority()?, request.path_and_query)),
        "@authority" => authority(),
        "@scheme" => Ok("https".to_owned()),
        "@request-target" => Ok(request.path_and_query.to_owned()),
        "@path" => Ok(path.to_owned()),
        "@query" => Ok(format!("?{query}")),
        header => request.header(header),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA512};
    use chrono::TimeDelta;
    use http::{HeaderName, Method};

    use super::super::forms::Form;
    use super::super::keys::PublicKey;
    use super::super::parse;
    use super::*;
    use crate::test_network::{now, public_pem, signing_key, url};

    const KEY_ID: &str = "https://far.example/users/rita#main-key";
    const BODY: &[u8] = br#"{"type":"Follow"}"#;
    /// What Mastodon and Fedify cover.
    const COVERED: &str = r#"("@method" "@target-uri" "content-digest")"#;

    fn digest_of(body: &[u8]) -> String {
        format!("sha-256=:{}:", STANDARD.encode(digest::digest(&digest::SHA256, body)))
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
        }
        headers
    }

    /// The headers of a POST as any peer might make them: `lines` are what its base has before the parameters.
    fn signed_by(sign: impl Fn(&str) -> Vec<u8>, lines: &[&str], parameters: &str) -> HeaderMap {
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let signature = sign(&format!("{lines}\"@signature-params\": {parameters}"));
        headers(&[
            ("host", "stadt.example"),
            ("content-digest", &digest_of(BODY)),
            ("content-type", "application/activity+json"),
            ("signature-input", &format!("sig1={parameters}")),
            ("signature", &format!("sig1=:{}:", STANDARD.encode(signature))),
        ])
    }

    fn signed(lines: &[&str], parameters: &str) -> HeaderMap {
        signed_by(|text| signing_key(KEY_ID).sign(text).unwrap(), lines, parameters)
    }

    fn line(name: &str, value: &str) -> String {
        format!("\"{name}\": {value}")
    }

    /// A good POST with `more` parameters.
    fn good_with(more: &str) -> HeaderMap {
        let digest = line("content-digest", &digest_of(BODY));
        let lines = [r#""@method": POST"#, r#""@target-uri": https://stadt.example/inbox"#, &digest];
        signed(&lines, &format!("{COVERED};created={};keyid=\"{KEY_ID}\"{more}", now().timestamp()))
    }

    fn good() -> HeaderMap {
        good_with("")
    }

    fn request<'a>(headers: &'a HeaderMap, path_and_query: &'a str) -> SignedRequest<'a> {
        SignedRequest {
            method: &Method::POST,
            path_and_query,
            headers,
            body: BODY,
            expected_hosts: &["stadt.example"],
        }
    }

    fn verdict_at(
        headers: &HeaderMap,
        path_and_query: &str,
        now: DateTime<Utc>,
    ) -> Result<(), SignatureError> {
        let key = PublicKey::from_text(public_pem()).unwrap();
        parse(headers)?.check(&request(headers, path_and_query), now)?.verify(&key)
    }

    fn verdict(headers: &HeaderMap) -> Result<(), SignatureError> {
        verdict_at(headers, "/inbox", now())
    }

    #[test]
    fn what_mastodon_and_fedify_send_is_accepted() {
        assert_eq!(verdict(&good()), Ok(()));
        assert_eq!(verdict(&good_with(r#";alg="rsa-v1_5-sha256""#)), Ok(()));
        assert_eq!(verdict(&good_with(r#";nonce="n";tag="fedi";other=1.5;flag"#)), Ok(()));
        assert_eq!(parse(&good()).unwrap().key_id(), KEY_ID);
    }

    #[test]
    fn what_we_sign_we_accept() {
        let inbox = url("https://stadt.example/inbox#part");

        let mut headers = signing_key(KEY_ID).sign_post(Form::Message, &inbox, BODY, now()).unwrap();
        headers.insert("host", "stadt.example".parse().unwrap());

        assert_eq!(verdict(&headers), Ok(()));
        let input = format!("sig1={COVERED};created=1785574800;alg=\"rsa-v1_5-sha256\";keyid=\"{KEY_ID}\"");
        assert_eq!(headers["signature-input"], input);
        assert_eq!(headers["content-type"], "application/activity+json");
    }

    #[test]
    fn the_target_may_be_covered_in_parts() {
        let digest = line("content-digest", &digest_of(BODY));
        let verdict_on = |names: &[&str], lines: &[&str], path_and_query: &str| {
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            let parameters = format!(
                "(\"@method\" {} \"content-digest\");created={};keyid=\"{KEY_ID}\"",
                names.join(" "),
                now().timestamp()
            );
            let lines = [&[r#""@method": POST"#], lines, &[&digest]].concat();
            verdict_at(&signed(&lines, &parameters), path_and_query, now())
        };
        let (authority, path) = (r#""@authority": stadt.example"#, r#""@path": /inbox"#);
        let query = r#""@query": ?a=1"#;
        let uncovered = Err(SignatureError::NotCovered("the target"));

        assert_eq!(verdict_on(&["@authority", "@path"], &[authority, path], "/inbox"), Ok(()));
        let with_query =
            verdict_on(&["@authority", "@path", "@query"], &[authority, path, query], "/inbox?a=1");
        assert_eq!(with_query, Ok(()));
        let target = r#""@request-target": /inbox?a=1"#;
        let by_target = verdict_on(&["@request-target", "@authority"], &[target, authority], "/inbox?a=1");
        assert_eq!(by_target, Ok(()));

        assert_eq!(verdict_on(&["@authority", "@path"], &[authority, path], "/inbox?a=1"), uncovered);
        assert_eq!(verdict_on(&["@authority"], &[authority], "/inbox"), uncovered);
        assert_eq!(verdict_on(&["@path"], &[path], "/inbox"), uncovered);
        assert_eq!(verdict_on(&["@scheme"], &[r#""@scheme": https"#], "/inbox"), uncovered);
    }

    #[test]
    fn a34_a_signature_that_leaves_out_method_digest_or_time_is_refused() {
        let verdict_on = |parameters: String| verdict(&signed(&[], &parameters));
        let created = format!("created={};keyid=\"{KEY_ID}\"", now().timestamp());

        for (names, missing) in [
            (r#"("@target-uri" "content-digest")"#, "@method"),
            (r#"("@method" "content-digest")"#, "the target"),
            (r#"("@method" "@target-uri")"#, "content-digest"),
            ("()", "@method"),
        ] {
            let verdict = verdict_on(format!("{names};{created}"));
            assert_eq!(verdict, Err(SignatureError::NotCovered(missing)), "{names}");
        }
        let timeless = verdict_on(format!("{COVERED};keyid=\"{KEY_ID}\""));
        assert_eq!(timeless, Err(SignatureError::NotCovered("created")));
    }

    #[test]
    fn a_get_needs_no_digest() {
        let lines = [r#""@method": GET"#, r#""@target-uri": https://stadt.example/users/amt?page=1"#];
        let parameters =
            format!("(\"@method\" \"@target-uri\");created={};keyid=\"{KEY_ID}\"", now().timestamp());
        let headers = signed(&lines, &parameters);
        let request =
            SignedRequest { method: &Method::GET, body: b"", ..request(&headers, "/users/amt?page=1") };

        let checked = parse(&headers).unwrap().check(&request, now()).unwrap();

        assert_eq!(checked.verify(&PublicKey::from_text(public_pem()).unwrap()), Ok(()));
    }

    #[test]
    fn a34_a_request_that_was_changed_after_signing_is_refused() {
        let changed = |name: &str, value: &str| {
            let mut headers = good();
            headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
            verdict(&headers)
        };

        assert_eq!(verdict_at(&good(), "/users/amt/inbox", now()), Err(SignatureError::Mismatch));
        assert_eq!(verdict_at(&good(), "//inbox", now()), Err(SignatureError::Mismatch));
        assert_eq!(verdict_at(&good(), "/inbox?", now()), Err(SignatureError::Mismatch));
        assert_eq!(changed("host", "other.example"), Err(SignatureError::Host));
        assert_eq!(changed("host", "Stadt.Example:443"), Ok(()));
        assert_eq!(changed("content-digest", &digest_of(b"another body")), Err(SignatureError::Digest));
        assert_eq!(changed("content-digest", " "), Err(SignatureError::Header));
        let also = format!("{}, unixsum=7", digest_of(BODY));
        assert_eq!(changed("content-digest", &also), Err(SignatureError::Mismatch));
    }

    #[test]
    fn created_must_be_near_and_expires_not_long_over() {
        let at = |seconds: i64| verdict_at(&good(), "/inbox", now() + TimeDelta::seconds(seconds));
        let expiring =
            |seconds: i64| verdict(&good_with(&format!(";expires={}", now().timestamp() + seconds)));

        assert_eq!((at(-3600), at(3600)), (Ok(()), Ok(())));
        assert_eq!((at(-3601), at(3601)), (Err(SignatureError::Time), Err(SignatureError::Time)));
        assert_eq!((expiring(10), expiring(-3600)), (Ok(()), Ok(())));
        assert_eq!(expiring(-3601), Err(SignatureError::Time));
    }

    #[test]
    fn a_date_counts_only_where_it_is_covered() {
        let mut uncovered = good();
        uncovered.insert("date", "Sat, 01 Aug 2020 09:00:00 GMT".parse().unwrap());
        assert_eq!(verdict(&uncovered), Ok(()));

        let digest = line("content-digest", &digest_of(BODY));
        let date = "Sat, 01 Aug 2020 09:00:00 GMT";
        let lines = [
            r#""@method": POST"#,
            r#""@target-uri": https://stadt.example/inbox"#,
            &digest,
            &line("date", date),
        ];
        let parameters = format!(
            r#"("@method" "@target-uri" "content-digest" "date");created={};keyid="{KEY_ID}""#,
            now().timestamp()
        );
        let mut covered = signed(&lines, &parameters);
        covered.insert("date", date.parse().unwrap());
        assert_eq!(verdict(&covered), Err(SignatureError::Time));
    }

    #[test]
    fn each_key_verifies_by_the_algorithm_that_is_named_or_its_own() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let multibase = bs58::encode([&[0xed, 0x01], pair.public_key().as_ref()].concat()).into_string();
        let ed25519 = PublicKey::from_text(&format!("z{multibase}")).unwrap();
        let rsa = PublicKey::from_text(public_pem()).unwrap();
        let digest = line("content-digest", &digest_of(BODY));
        let lines = [r#""@method": POST"#, r#""@target-uri": https://stadt.example/inbox"#, &digest];
        let parameters =
            |alg: &str| format!("{COVERED};created={};keyid=\"{KEY_ID}\"{alg}", now().timestamp());
        let verdict = |headers: HeaderMap, key: &PublicKey| {
            parse(&headers)?.check(&request(&headers, "/inbox"), now())?.verify(key)
        };
        let by_ed25519 = |alg: &str| {
            signed_by(|text| pair.sign(text.as_bytes()).as_ref().to_vec(), &lines, &parameters(alg))
        };
        let by_pss = |alg: &str| {
            let sign = |text: &str| signing_key(KEY_ID).sign_by(&RSA_PSS_SHA512, text).unwrap();
            signed_by(sign, &lines, &parameters(alg))
        };

        assert_eq!(verdict(by_ed25519(""), &ed25519), Ok(()));
        assert_eq!(verdict(by_ed25519(r#";alg="ed25519""#), &ed25519), Ok(()));
        assert_eq!(verdict(by_ed25519(r#";alg="rsa-v1_5-sha256""#), &ed25519), Err(SignatureError::Mismatch));
        assert_eq!(verdict(by_ed25519(""), &rsa), Err(SignatureError::Mismatch));
        assert_eq!(verdict(by_pss(r#";alg="rsa-pss-sha512""#), &rsa), Ok(()));
        assert_eq!(verdict(by_pss(""), &rsa), Err(SignatureError::Mismatch));
        for alg in ["hmac-sha256", "ecdsa-p256-sha256", "none", ""] {
            let verdict = verdict(by_pss(&format!(";alg=\"{alg}\"")), &rsa);
            assert_eq!(verdict, Err(SignatureError::Algorithm), "{alg}");
        }
    }

    #[test]
    fn a34_more_than_one_signature_or_labels_that_differ_are_refused() {
        let good = good();
        let input = good["signature-input"].to_str().unwrap();
        let signature = good["signature"].to_str().unwrap();
        let with = |input: &str, signature: &str| {
            let mut headers = good.clone();
            headers.insert("signature-input", input.parse().unwrap());
            headers.insert("signature", signature.parse().unwrap());
            verdict(&headers)
        };
        let other = |text: &str| text.replacen("sig1", "sig2", 1);

        let two = with(&format!("{input}, {}", other(input)), &format!("{signature}, {}", other(signature)));
        assert_eq!(two, Err(SignatureError::Several));
        assert_eq!(with(input, &format!("{signature}, {}", other(signature))), Err(SignatureError::Several));
        assert_eq!(with(input, &other(signature)), Err(SignatureError::Malformed));
        assert_eq!(with(&other(input), &other(signature)), Ok(()));
        // A signature of the other form is not read where this one is.
        assert_eq!(
            with(input, r#"keyId="https://far.example/k",signature="AAAA""#),
            Err(SignatureError::Malformed)
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_nothing_panics() {
        let key = format!("created=1;keyid=\"{KEY_ID}\"");
        let error = |input: &str, signature: &str| {
            parse(&headers(&[("signature-input", input), ("signature", signature)])).unwrap_err()
        };

        let many = format!("sig1=({})", (0..40).map(|n| format!("\"h{n}\" ")).collect::<String>());
        let long = format!("sig1=();{}", "a=1;".repeat(3000));
        for input in [
            "",
            ",",
            "sig1",
            "sig1=",
            "sig1=1",
            "sig1=:AAAA:",
            "sig1=(",
            "SIG1=()",
            "sig1=();keyid=token;created=1",
            "sig1=();keyid=1;created=1",
            &format!("sig1=();keyid=\"{KEY_ID}\";created=\"1\""),
            &format!("sig1=();keyid=\"{KEY_ID}\";created=1.5"),
            &format!("sig1=();keyid=\"{KEY_ID}\";created=1234567890123456"),
            &format!("sig1=();{key};expires=?1"),
            &format!("sig1=();{key};nonce=1"),
            &format!("sig1=();{key};tag=fedi"),
            &format!("sig1=();{key};alg=rsa-v1_5-sha256"),
            &format!("sig1=(date);{key}"),
            &format!("sig1=(1);{key}"),
            &format!("sig1=(\"Date\");{key}"),
            &format!("sig1=(\"\");{key}"),
            &format!("sig1=(\"@status\");{key}"),
            &format!("sig1=(\"@signature-params\");{key}"),
            &format!("sig1=(\"@query-param\";name=\"a\");{key}"),
            &format!("sig1=(\"date\";sf);{key}"),
            &format!("sig1=(\"a\\\\b\");{key}"),
            &format!("{many};{key}"),
            &format!("{long}{key}"),
        ] {
            assert_eq!(error(input, "sig1=:AAAA:"), SignatureError::Malformed, "{input}");
        }
        let input = format!("sig1=();{key}");
        for signature in
            ["", "sig1", "sig1=::", "sig1=AAAA", "sig1=\"AAAA\"", "sig1=:?:", "sig1=(:AAAA:)", "x=:AAAA:"]
        {
            assert_eq!(error(&input, signature), SignatureError::Malformed, "{signature}");
        }
        assert_eq!(
            error(&format!("sig1=(\"date\" \"date\");{key}"), "sig1=:AAAA:"),
            SignatureError::Repeated
        );
        assert_eq!(error("sig1=();created=1", "sig1=:AAAA:"), SignatureError::Malformed);
        let far = format!("sig1=();keyid=\"{KEY_ID}\";created=999999999999999");
        assert_eq!(error(&far, "sig1=:AAAA:"), SignatureError::Time);
        for key_id in ["test-key", "http://far.example/k", "https://127.0.0.1/k", "acct:rita@far.example", ""]
        {
            let input = format!("sig1=();created=1;keyid=\"{key_id}\"");
            assert_eq!(error(&input, "sig1=:AAAA:"), SignatureError::KeyId, "{key_id}");
        }
    }

    /// Verifies one of the examples of RFC 9421, B.2, which cover less than we want and whose key ids are no URLs.
    fn is_good_example(key: &str, algorithm: Algorithm, input: &str, signature: &str) -> bool {
        let digest = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
        let headers = headers(&[
            ("host", "example.com"),
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            ("content-digest", digest),
            ("content-length", "18"),
            ("signature-input", input),
            ("signature", signature),
        ]);
        let request = SignedRequest {
            body: br#"{"hello": "world"}"#,
            expected_hosts: &["example.com"],
            ..request(&headers, "/foo?param=Value&Pet=dog")
        };
        assert_eq!(digests::check_content_digest(digest, request.body), Ok(()));
        let (list, signature) = only_signature(&headers).unwrap();
        let text = Covered::new(list).unwrap().text(&request).unwrap();
        PublicKey::from_text(key).unwrap().verify(algorithm, text.as_bytes(), &signature)
    }

    const EXAMPLE_RSA_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----";

    #[test]
    fn the_examples_of_the_rfc_for_rsa_pss_are_verified() {
        let minimal = is_good_example(
            EXAMPLE_RSA_KEY,
            Algorithm::RsaPssSha512,
            r#"sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
            "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckz\
             XaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6\
             c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO\
             5Nyt8C8ssinQ98Xw9Q==:",
        );
        let full = is_good_example(
            EXAMPLE_RSA_KEY,
            Algorithm::RsaPssSha512,
            "sig-b23=(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \
             \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"",
            "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768Z\
             rCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/\
             CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FU\
             o5fTIztsDZKEgM4cUA==:",
        );

        assert_eq!((minimal, full), (true, true));
    }

    #[test]
    fn the_example_of_the_rfc_for_ed25519_is_verified() {
        let key = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";
        let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
        let signature = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";

        assert!(is_good_example(key, Algorithm::Ed25519, input, signature));
    }
}
