//! A list of hits to take away: all of it, page after page of search, while it is downloaded.
//!
//! Invariant: a download ends without an error only where every hit was written.

use std::{io, sync::Arc};

use axum::{
    body::Body,
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use futures::{StreamExt as _, stream};
use tokio::sync::OwnedSemaphorePermit;
use wire::{
    HITS_PER_PAGE, HitFormat, HitPages, HitWriter,
    v1::{SearchRequest, SearchResponse},
};

use crate::{
    Error, Portal,
    pages::{RequestContext, Shared, search::query::Query},
    service::search::SearchFailure,
};

pub(crate) async fn csv(
    portal: Shared,
    uri: OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    export(portal, uri, context, HitFormat::Csv).await
}

pub(crate) async fn json_lines(
    portal: Shared,
    uri: OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    export(portal, uri, context, HitFormat::JsonLines).await
}

pub(crate) async fn xlsx(
    portal: Shared,
    uri: OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    export(portal, uri, context, HitFormat::Xlsx).await
}

/// What is still to be written.
struct Export {
    portal: Arc<Portal>,
    request: SearchRequest,
    writer: HitWriter,
    pages: HitPages,
    /// The page that is written next; none behind the last.
    page: Option<SearchResponse>,
    /// Others wait until it is done.
    _place: OwnedSemaphorePermit,
}

/// A question that search does not answer leads to its page, which says why.
async fn export(
    State(portal): Shared,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
    format: HitFormat,
) -> Result<Response, Error> {
    let query = Query::read(uri.query().unwrap_or(""))?.at_start();
    let explained = Redirect::to(&context.link(&query.address()));
    let Ok(request) = query.request() else { return Ok(explained.into_response()) };
    let place = portal.export_place().ok_or(Error::Busy)?;
    let request = SearchRequest { page_size: HITS_PER_PAGE, ..request };
    let Ok(page) = portal.search(request.clone()).await else {
        return Ok(explained.into_response());
    };
    let site = context.site(&portal);
    let writer = HitWriter::new(format, &site).map_err(|error| Error::Fault(error.to_string()))?;
    let head = writer.head();
    let pages = HitPages::default();
    let export = Export { portal, request, writer, pages, page: Some(page), _place: place };
    let written = stream::try_unfold(export, Export::next);
    let body = stream::iter([Ok::<_, io::Error>(head)]).chain(written);
    let name = format!("attachment; filename=\"zoekresultaat.{}\"", format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

impl Export {
    /// Writes a page and asks for the one behind it.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, io::Error> {
        let Some(page) = self.page.take() else { return Ok(None) };
        let mut lines = self.writer.lines(&page.hits).map_err(broken_off)?;
        if let Some(token) = self.pages.next(&page).map_err(broken_off)? {
            self.request.page_token = token;
            let next = self.portal.search(self.request.clone()).await;
            self.page = Some(next.map_err(|failure| broken_off(reason(&failure)))?);
        } else {
            lines.extend(self.writer.end().map_err(broken_off)?);
        }
        Ok(Some((lines, self)))
    }
}

fn reason(failure: &SearchFailure) -> String {
    match failure {
        SearchFailure::Question { description, .. } => description.clone(),
        SearchFailure::Away(status) => status.message().to_owned(),
    }
}

/// Breaks the download off, so that whoever reads it sees that it is not whole.
fn broken_off(reason: impl std::fmt::Display) -> io::Error {
    tracing::warn!("a list of hits is not written in full: {reason}");
    io::Error::other(reason.to_string())
}
