//! The digest of a body, as `Digest` and `Content-Digest` state it.

use aws_lc_rs::digest;
use base64::Engine;
use sfv::{BareItem, Dictionary, Item, ListEntry, Parser};

use super::{BASE64, SignatureError};

/// Compares a `Digest` header with the body: every SHA-256 and SHA-512 in it must be right, and there must be
/// one.
pub(super) fn check_digest(header: &str, body: &[u8]) -> Result<(), SignatureError> {
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

/// Compares a `Content-Digest` header (RFC 9530) with the body: every SHA-256 and SHA-512 in it must be right, and there
/// must be one.
pub(super) fn check_content_digest(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let stated: Dictionary = Parser::new(header).parse().map_err(|_| SignatureError::Digest)?;
    let mut is_stated = false;
    for (name, value) in &stated {
        let algorithm = match name.as_str() {
            "sha-256" => &digest::SHA256,
            "sha-512" => &digest::SHA512,
            _ => continue,
        };
        let ListEntry::Item(Item { bare_item: BareItem::ByteSequence(stated), .. }) = value else {
            return Err(SignatureError::Digest);
        };
        if digest::digest(algorithm, body).as_ref() != stated {
            return Err(SignatureError::Digest);
        }
        is_stated = true;
    }
    if is_stated { Ok(()) } else { Err(SignatureError::Digest) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const BODY: &[u8] = br#"{"type":"Follow"}"#;

    #[test]
    fn a12_the_digest_must_be_that_of_the_body() {
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
    fn the_content_digest_must_be_that_of_the_body() {
        let sha_256 = STANDARD.encode(digest::digest(&digest::SHA256, BODY));
        let sha_512 = STANDARD.encode(digest::digest(&digest::SHA512, BODY));
        let wrong = STANDARD.encode(digest::digest(&digest::SHA256, b"another body"));

        for accepted in [
            format!("sha-256=:{sha_256}:"),
            format!("sha-512=:{sha_512}:"),
            format!("md5=:AAAA:, unixsum=7, sha-512=:{sha_512}:,sha-256=:{sha_256}:;a=1"),
        ] {
            assert_eq!(check_content_digest(&accepted, BODY), Ok(()), "{accepted}");
        }
        for refused in [
            format!("sha-256=:{wrong}:"),
            format!("sha-256=:{sha_256}:, sha-512=:{wrong}:"),
            format!("sha-256=:{sha_256}:, sha-256=:{wrong}:"),
            format!("sha-256=:{sha_512}:"),
            format!("SHA-256=:{sha_256}:"),
            format!("sha-256={sha_256}"),
            format!("sha-256=\"{sha_256}\""),
            format!("sha-256=(:{sha_256}:)"),
            format!("sha-256=:{sha_256}"),
            "md5=:AAAA:".to_owned(),
            "sha-256=::".to_owned(),
            "sha-256".to_owned(),
            String::new(),
        ] {
            assert_eq!(check_content_digest(&refused, BODY), Err(SignatureError::Digest), "{refused}");
        }
    }
}
