//! Signatures after draft-cavage-12 as the fediverse uses them, over `http-signature-normalization` for the signed
//! string.
//!
//! The library's own reading of headers is not used: it splits values at commas inside quotes, lets the last
//! of two equal parameters win, checks times by the system's clock and can panic at a `created` beyond the
//! end of time. So a header is read and judged here, and only a list of names that we wrote ourselves is
//! handed on.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, CONTENT_TYPE, DATE},
};
use http_signature_normalization::verify::ParsedHeader;
use url::Url;

use super::keys::{Algorithm, KeyError, SigningKey};
use super::{
    ACTIVITY_CONTENT_TYPE, BASE64, MAX_COVERED, MAX_HEADER_LENGTH, ParsedSignature, SignatureError,
    SignedRequest, digests, http_date, is_near, is_over, key_url, parse_http_date, value,
};

/// Reads the signature of a request: `Signature` first, also `Authorization: Signature …`.
pub(super) fn parse(headers: &HeaderMap) -> Result<ParsedSignature, SignatureError> {
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
        Some("hs2019") | None => Algorithm::OfKey,
        Some(_) => return Err(SignatureError::Algorithm),
    };
    let signature = take("signature").ok_or(SignatureError::Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| SignatureError::Malformed)?;
    if signature.is_empty() {
        return Err(SignatureError::Malformed);
    }

    let mut names: Vec<String> = Vec::new();
    for name in
        take("headers").unwrap_or_else(|| "date".to_owned()).to_ascii_lowercase().split_ascii_whitespace()
    {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if !matches!(name, "(request-target)" | "(created)" | "(expires)") && !name.bytes().all(is_name) {
            return Err(SignatureError::Malformed);
        }
        if names.len() == MAX_COVERED {
            return Err(SignatureError::Malformed);
        }
        if names.iter().any(|earlier| earlier == name) {
            return Err(SignatureError::Repeated);
        }
        names.push(name.to_owned());
    }
    // The draft forbids these where the algorithm is one of the old names.
    let has_pseudo = names.iter().any(|name| matches!(name.as_str(), "(created)" | "(expires)"));
    if has_pseudo && algorithm == Algorithm::RsaSha256 {
        return Err(SignatureError::Algorithm);
    }
    let (created, expires) = (seconds(take("created"))?, seconds(take("expires"))?);
    let covered = super::Covered::Cavage(Covered { names, created, expires });
    Ok(ParsedSignature { key_id, key_url, algorithm, signature, covered })
}

/// The headers to add to a GET: `date` and `signature`, over `(request-target) host date`.
pub(super) fn sign_get(key: &SigningKey, url: &Url, now: DateTime<Utc>) -> Result<HeaderMap, KeyError> {
    let mut headers = HeaderMap::new();
    headers.insert(DATE, value(http_date(now))?);
    sign(key, "get", url, &["(request-target)", "host", "date"], headers)
}

/// The headers to add to a POST: `date`, `digest`, `content-type` and `signature`, over `(request-target) host date digest
/// content-type`.
///
/// Exactly one digest, because Misskey reads no more.
pub(super) fn sign_post(
    key: &SigningKey,
    url: &Url,
    body: &[u8],
    more: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<HeaderMap, KeyError> {
    let mut headers = more.clone();
    headers.insert(DATE, value(http_date(now))?);
    let hash = digest::digest(&digest::SHA256, body);
    headers.insert("digest", value(format!("SHA-256={}", STANDARD.encode(hash)))?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_CONTENT_TYPE));
    let mut names = vec!["(request-target)", "host", "date", "digest", "content-type"];
    names.extend(more.keys().map(|name| name.as_str()));
    sign(key, "post", url, &names, headers)
}

fn sign(
    key: &SigningKey,
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

    let header = format!(
        r#"keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{}""#,
        key.key_id(),
        names.join(" "),
        STANDARD.encode(key.sign(&text)?)
    );
    headers.insert("signature", value(header)?);
    Ok(headers)
}

/// What a signature covers, and its times.
#[derive(Debug, Clone)]
pub(super) struct Covered {
    names: Vec<String>,
    created: Option<i64>,
    expires: Option<i64>,
}

impl Covered {
    /// Checks what can be known without the key; gives the texts of which one must be the signed one.
    pub(super) fn check(
        &self,
        request: &SignedRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, SignatureError> {
        for name in ["(request-target)", "host"] {
            if !self.covers(name) {
                return Err(SignatureError::NotCovered(name));
            }
        }
        if !self.covers("date") && !self.covers("(created)") {
            return Err(SignatureError::NotCovered("date"));
        }
        if request.has_body() && !self.covers("digest") {
            return Err(SignatureError::NotCovered("digest"));
        }

        let values = self.values(request)?;
        self.check_time(&values, now)?;
        request.check_host(values.get("host").map(String::as_str).unwrap_or_default())?;
        if let Some(digest) = values.get("digest") {
            digests::check_digest(digest, request.body)?;
        }

        // Misskey, Pixelfed, BookWyrm and Mobilizon sign the path without its query.
        let method = request.method.as_str();
        let names = self.names.join(" ");
        let path = request.path_and_query.split('?').next().unwrap_or_default();
        let mut targets = vec![request.path_and_query];
        if path != request.path_and_query {
            targets.push(path);
        }
        let texts = targets.into_iter().map(|target| signed_text(method, target, &names, values.clone()));
        texts.collect::<Option<Vec<_>>>().ok_or(SignatureError::Header)
    }

    fn covers(&self, name: &str) -> bool {
        self.names.iter().any(|covered| covered == name)
    }

    /// The value of each covered header, by name.
    fn values(&self, request: &SignedRequest<'_>) -> Result<BTreeMap<String, String>, SignatureError> {
        let mut values = BTreeMap::new();
        for name in &self.names {
            let pseudo = match name.as_str() {
                "(request-target)" => continue,
                "(created)" => Some(self.created),
                "(expires)" => Some(self.expires),
                _ => None,
            };
            if let Some(seconds) = pseudo {
                values.insert(name.clone(), seconds.ok_or(SignatureError::Header)?.to_string());
                continue;
            }
            values.insert(name.clone(), request.header(name)?);
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
        if let Some(date) = values.get("date")
            && !parse_http_date(date).is_some_and(|date| is_near(date, now))
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
            && !is_near(created, now)
        {
            return Err(SignatureError::Time);
        }
        if let Some(expires) = seconds("(expires)", self.expires)?
            && is_over(expires, now)
        {
            return Err(SignatureError::Time);
        }
        Ok(())
    }
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

fn unix_seconds(text: &str) -> Option<i64> {
    // Twelve digits last for 30,000 years and can be added to without thought.
    let is_number = !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use aws_lc_rs::signature::RSA_PKCS1_SHA512;
    use chrono::TimeDelta;
    use http::{HeaderName, Method, header::HOST};

    use super::super::forms::Form;
    use super::super::keys::{PublicKey, generate};
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

    fn is_signed(text: &str, signature: &[u8]) -> bool {
        let key = PublicKey::from_pem(public_pem()).unwrap();
        key.verify(Algorithm::RsaSha256, text.as_bytes(), signature)
    }

    fn digest_of(body: &[u8]) -> String {
        format!("SHA-256={}", STANDARD.encode(digest::digest(&digest::SHA256, body)))
    }

    /// The headers of a POST as any peer might make them: `text` is signed, `parameters` stand before the
    /// signature.
    fn signed(parameters: &str, text: &str, more: &[(&str, &str)]) -> HeaderMap {
        let signature = signing_key(KEY_ID).sign(text).unwrap();
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

        let headers = signing_key("https://stadt.example/users/amt#main-key")
            .sign_post(Form::Cavage, &inbox, BODY, now())
            .unwrap();

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
        assert!(is_signed(&text, &signature));
        assert_eq!(headers["digest"], digest_of(BODY));
    }

    #[test]
    fn a_get_is_signed_over_path_and_query_host_and_date() {
        let headers = signing_key(KEY_ID)
            .sign_get(Form::Cavage, &url("https://mastodon.example/@anna?page=1#x"), now())
            .unwrap();

        let (_, signature) = headers["signature"].to_str().unwrap().split_once(r#",signature=""#).unwrap();
        let signature = STANDARD.decode(signature.trim_end_matches('"')).unwrap();
        let text = "(request-target): get /@anna?page=1\nhost: mastodon.example\ndate: Sat, 01 Aug 2026 09:00:00 GMT";
        assert!(is_signed(text, &signature));
        assert_eq!(headers.len(), 2);
    }

    #[test]
    fn what_we_sign_we_accept() {
        let mut headers = signing_key(KEY_ID)
            .sign_post(Form::Cavage, &url("https://stadt.example/inbox"), BODY, now())
            .unwrap();
        headers.insert(HOST, "stadt.example".parse().unwrap());

        assert_eq!(verdict(&headers), Ok(()));
        assert_eq!(parse(&headers).unwrap().key_id(), KEY_ID);
    }

    #[test]
    fn a20_other_ways_to_write_the_same_signature_are_accepted() {
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
    fn a18_a_signature_in_authorization_is_read_and_must_not_differ_from_the_other() {
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
    fn a18_a_header_that_repeats_itself_or_makes_no_sense_is_refused() {
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
    fn a24_a_key_id_that_is_no_https_url_on_a_host_is_refused() {
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
    fn a21_other_algorithms_are_refused() {
        for algorithm in ["rsa-sha1", "none", "hmac-sha256", "ed25519", ""] {
            let headers = signed(&format!(r#"algorithm="{algorithm}",{COVERED}"#), &text(), &[]);
            assert_eq!(verdict(&headers), Err(SignatureError::Algorithm), "{algorithm}");
        }
    }

    #[test]
    fn sha_512_is_tried_only_where_the_algorithm_leaves_it_open() {
        let signature = signing_key(KEY_ID).sign_by(&RSA_PKCS1_SHA512, &text()).unwrap();
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
    fn a10_a13_a_signature_that_leaves_out_target_host_time_or_digest_is_refused() {
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
    fn a19_a_covered_header_must_be_there_once_and_not_be_empty() {
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
    fn a13_a14_a_request_for_another_host_or_path_is_refused() {
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
    fn a32_the_query_may_be_signed_or_left_out_but_not_changed() {
        let with = signed(COVERED, &text_for("post /inbox?a=1"), &[]);
        let without = signed(COVERED, &text(), &[]);

        assert_eq!(verdict_at(&with, "/inbox?a=1", now()), Ok(()));
        assert_eq!(verdict_at(&without, "/inbox?a=1", now()), Ok(()));
        assert_eq!(verdict_at(&with, "/inbox?a=2", now()), Err(SignatureError::Mismatch));
        assert_eq!(verdict_at(&with, "/inbox", now()), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a16_a_date_may_be_an_hour_off_in_either_direction_and_no_more() {
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
    fn a16_created_and_expires_are_read_with_hs2019_only() {
        let time = now().timestamp();

        assert_eq!(pseudo("hs2019", time, time + 10), Ok(()));
        assert_eq!(pseudo("hs2019", time - 60, time - 50), Ok(()));
        assert_eq!(pseudo("rsa-sha256", time, time + 10), Err(SignatureError::Algorithm));
    }

    #[test]
    fn a17_created_and_expires_are_held_to_the_window_and_never_overflow() {
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
    fn a11_a_body_that_was_changed_after_signing_is_refused() {
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
}
