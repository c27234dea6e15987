//! The style sheet and the icon, each under an address that changes with its bytes.

use std::sync::LazyLock;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::{Error, look::Asset, pages::Shared};

const CSS: &str =
    concat!(include_str!("../../assets/portal.css"), include_str!("../../assets/pages.css"));

pub(crate) static STYLE_SHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("portal", "css", "text/css; charset=utf-8", CSS.as_bytes()));
pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let icon = include_str!("../../assets/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", icon.as_bytes())
});

pub(crate) async fn asset(
    State(portal): Shared,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let address = format!("/assets/{name}");
    let of_theme = [&portal.assets().style_sheet, &portal.assets().logo];
    let asset = [&*STYLE_SHEET, &*ICON]
        .into_iter()
        .chain(of_theme.into_iter().flatten())
        .find(|asset| asset.address == address)
        .ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.bytes.to_vec()).into_response())
}
