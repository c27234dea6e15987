//! The style sheet and the icon, each under an address that changes with its bytes, and what robots may read.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use model::Hash;

use crate::Error;

/// A file that is part of the program.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Where it is served.
    pub address: String,
    media_type: &'static str,
    text: &'static str,
}

pub(crate) static STYLE_SHEET: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("portal", "css", "text/css; charset=utf-8", include_str!("../../assets/portal.css"))
});
pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("icon", "svg", "image/svg+xml", include_str!("../../assets/icon.svg"))
});

impl Asset {
    fn new(name: &str, ending: &str, media_type: &'static str, text: &'static str) -> Self {
        let hash = &Hash::of(text.as_bytes()).to_string()[..16];
        Self { address: format!("/assets/{name}.{hash}.{ending}"), media_type, text }
    }
}

pub(crate) async fn asset(Path(name): Path<String>) -> Result<Response, Error> {
    let address = format!("/assets/{name}");
    let asset = [&*STYLE_SHEET, &*ICON]
        .into_iter()
        .find(|asset| asset.address == address)
        .ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.text).into_response())
}

/// Every report may be indexed; the endless pages of results need not.
pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /zoeken\nDisallow: /search\nDisallow: /suggesties\n"
}
