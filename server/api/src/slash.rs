//! A slash at the end of an address changes nothing, as with Mastodon: some clients write one.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::Uri;

/// Takes the slash off addresses of programs. It must stand before the routing.
pub async fn without_slash(mut request: Request, next: Next) -> Response {
    if let Some(plain) = plain(request.uri()) {
        *request.uri_mut() = plain;
    }
    next.run(request).await
}

/// The address without its slash, if it has one.
fn plain(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if !path.starts_with("/api/") && !path.starts_with("/oauth/") {
        return None;
    }
    let plain = path.trim_end_matches('/');
    if plain.len() == path.len() {
        return None;
    }
    match uri.query() {
        Some(query) => format!("{plain}?{query}").parse().ok(),
        None => plain.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_programs_lose_their_slash() {
        let plain =
            |address: &str| plain(&address.parse().expect("it is an address")).map(|uri| uri.to_string());

        assert_eq!(plain("/api/v1/instance/"), Some("/api/v1/instance".into()));
        assert_eq!(plain("/oauth/authorize/?a=b/"), Some("/oauth/authorize?a=b/".into()));
        assert_eq!(plain("/api/v1/instance?q=/"), None);
        assert_eq!(plain("/@press/"), None);
    }
}
