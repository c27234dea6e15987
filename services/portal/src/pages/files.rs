//! Files to download: only those that the catalogue names. The address of a withdrawn one answers why it is gone.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{Error, pages::Shared, service::catalogue::Artefact};

pub(crate) async fn file(
    State(portal): Shared,
    Path((sha256, file_name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let file = catalogue.artefact(&sha256, &file_name).ok_or_else(|| {
        catalogue
            .withdrawn_with(&sha256, &file_name)
            .map_or(Error::NotFound, |(cycle, withdrawn)| withdrawn.gone(cycle))
    })?;
    let tag = format!("\"{}\"", file.sha256);
    let known =
        headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    let headers = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let stream = portal.file(file).await?;
    let described = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(file)),
    ];
    Ok((headers, described, Body::from_stream(stream)).into_response())
}

/// A PDF opens in the reader's program; anything else is saved, so that no page of ours is made of a file.
fn disposition(file: &Artefact) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = file.file_name.chars().map(kept).collect();
    let manner = if file.format == "pdf" { "inline" } else { "attachment" };
    format!("{manner}; filename=\"{name}\"")
}
