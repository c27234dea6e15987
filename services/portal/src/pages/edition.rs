//! An edition to read.
//!
//! What it shows is its view, which never changes and is written once in each language; only the frame around it is made
//! anew, since another edition may have taken its place.

use std::borrow::Cow;

use askama::Template;
use axum::{
    extract::{OriginalUri, Path, State},
    response::Response,
};
use edition::{View, data, html};
use messages::{Language, Messages};

use crate::{
    Error,
    pages::{Layout, RequestContext, Shared, links::EditionLink, marks::Words, page},
    service::{CachedEdition, Page, catalogue},
};

#[derive(Template)]
#[template(path = "edition.html")]
struct EditionPage<'a> {
    layout: Layout,
    messages: &'static Messages,
    period: String,
    cycle_address: String,
    edition: EditionLink,
    /// The edition that took its place.
    current: Option<EditionLink>,
    written: &'a Page,
    /// Everything below the contents, with the words marked that were searched for.
    body: Cow<'a, str>,
    has_marks: bool,
}

pub(crate) async fn edition(
    State(portal): Shared,
    Path((framework, period, number)): Path<(String, String, String)>,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    let edition = catalogue::edition(cycle, &number)?;
    let data = catalogue::data_file(edition, context.language)?;
    let cached = portal.edition(data).await?;
    let current = cycle.current().filter(|current| current.number != edition.number);
    // The first reader of an edition waits for its page; that is work, so it is done aside.
    let writing = cached.clone();
    let language = context.language;
    let words = Words::read(uri.query().unwrap_or(""));
    let wrote = tokio::task::spawn_blocking(move || {
        let page = written(&writing, language);
        if words.is_empty() { None } else { words.mark(&page.body) }
    });
    let marked = wrote.await.map_err(|error| Error::Fault(error.to_string()))?;
    let written = written(&cached, language);
    page(&EditionPage {
        layout: context.layout(&portal),
        messages: context.messages(),
        period: context.messages().period(&cycle.from, &cycle.until),
        cycle_address: context.link(&format!("/{}", cycle.name)),
        edition: EditionLink::of(cycle, edition, &context),
        current: current.map(|current| EditionLink::of(cycle, current, &context)),
        written,
        has_marks: marked.is_some(),
        body: marked.map_or(Cow::Borrowed(written.body.as_str()), Cow::Owned),
    })
}

fn written(cached: &CachedEdition, language: Language) -> &Page {
    cached.page(language, |edition| write(edition, language))
}

fn write(edition: &data::Edition, language: Language) -> Page {
    let view = View::of(edition, language.tag(), Messages::of(language));
    Page {
        contents: html::contents(&view),
        body: html::body(&view),
        title: view.title,
        subtitle: view.subtitle,
    }
}
