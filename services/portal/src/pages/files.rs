//! Files to download: only those that the catalogue names. The address of a withdrawn one answers why it is gone, so that
//! caches have to ask again each time; asking is cheap, since a file never changes.

use std::ops::Range;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_range_header::parse_range_header;

use crate::{
    Error, encoding,
    pages::Shared,
    service::catalogue::{self, Artefact},
};

pub(crate) async fn file(
    State(portal): Shared,
    Path((sha256, file_name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let file = catalogue.artefact(&sha256, &file_name).ok_or_else(|| {
        catalogue
            .withdrawn_with(&sha256, &file_name)
            .map_or(Error::NotFound, |(cycle, withdrawn)| catalogue::gone(withdrawn, cycle))
    })?;
    let tag = format!("\"{}\"", file.sha256);
    let kept = |tag| [(header::ETAG, tag), (header::CACHE_CONTROL, "public, no-cache".to_owned())];
    if let Some(known) = encoding::known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, kept(known)).into_response());
    }
    let wanted = Wanted::of(&headers, &tag, file.size);
    let (status, part) = match &wanted {
        Wanted::Whole => (StatusCode::OK, 0..file.size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part.clone()),
        Wanted::Nothing => {
            let size = [(header::CONTENT_RANGE, format!("bytes */{}", file.size))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, size).into_response());
        }
    };
    let described = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_LENGTH, (part.end - part.start).to_string()),
        (header::CONTENT_DISPOSITION, disposition(file)),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let content_range = wanted.content_range(file.size);
    let stream = portal.file(file, part).await?;
    Ok((status, kept(tag), described, content_range, Body::from_stream(stream)).into_response())
}

/// How much of a file is wanted (RFC 9110, section 14).
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// Bytes that it does not have.
    Nothing,
}

impl Wanted {
    /// A range that cannot be read, one of several, or one of another file is passed over: the whole file is an answer to it.
    fn of(headers: &HeaderMap, tag: &str, size: u64) -> Self {
        let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
        let Some(ranges) = range.and_then(|range| parse_range_header(range).ok()) else {
            return Self::Whole;
        };
        let is_another = headers.get(header::IF_RANGE).is_some_and(|known| known != tag);
        if is_another || ranges.len() != 1 {
            return Self::Whole;
        }
        match ranges.validate(size).as_deref() {
            Ok([part]) => Self::Part(*part.start()..*part.end() + 1),
            _ => Self::Nothing,
        }
    }

    fn content_range(&self, size: u64) -> Option<[(HeaderName, String); 1]> {
        match self {
            Self::Part(Range { start, end }) => {
                Some([(header::CONTENT_RANGE, format!("bytes {start}-{}/{size}", end - 1))])
            }
            Self::Whole | Self::Nothing => None,
        }
    }
}

/// A PDF opens in the reader's program; anything else is saved, so that no page of ours is made of a file.
fn disposition(file: &Artefact) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = file.file_name.chars().map(kept).collect();
    let manner = if file.format == "pdf" { "inline" } else { "attachment" };
    format!("{manner}; filename=\"{name}\"")
}
