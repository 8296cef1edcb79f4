//! The stylesheet and the drawings, compiled into the program.
//!
//! Their addresses hold a hash of their content, so that browsers may keep them for ever and still get a new one at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    address: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("style.css", "text/css; charset=utf-8", include_bytes!("../static/style.css")),
        asset("icon.svg", "image/svg+xml", include_bytes!("../static/icon.svg")),
    ]
});

fn asset(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = hex::encode(&Sha256::digest(bytes)[..8]);
    Asset { name, address: format!("/static/{hash}/{name}"), content_type, bytes }
}

/// The address of an asset, or nothing if there is none of that name.
pub(crate) fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.address.as_str())
}

/// Serves an asset under its address; an address of an older content is not found.
pub(crate) async fn show(Path((hash, name)): Path<(String, String)>) -> Response {
    let address = format!("/static/{hash}/{name}");
    match ASSETS.iter().find(|asset| asset.address == address) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_asset_is_served_under_its_hash_and_nowhere_else() {
        let address = url("style.css");
        let hash = address.split('/').nth(2).expect("the address holds a hash").to_owned();

        let found = show(Path((hash, "style.css".to_owned()))).await;
        let old = show(Path(("0000000000000000".to_owned(), "style.css".to_owned()))).await;

        assert_eq!(found.status(), StatusCode::OK);
        assert!(
            found.headers()[header::CACHE_CONTROL].to_str().is_ok_and(|value| value.contains("immutable"))
        );
        assert_eq!(old.status(), StatusCode::NOT_FOUND);
    }
}
