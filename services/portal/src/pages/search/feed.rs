//! What a query finds as an Atom feed (RFC 4287), for whoever wants to hear of what is published.
//!
//! Invariant: an entry is a contribution of an edition that is public now, its id names the contribution in its cycle whatever the
//! edition, and its date is that of the edition.

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use wire::{
    HITS_PER_PAGE,
    v1::{Hit, Order, SearchRequest},
};

use crate::{
    Error,
    pages::{
        RequestContext, Shared,
        search::{
            query::Query,
            results::{Names, found_passage},
        },
    },
    service::{catalogue::Catalogue, search::SearchFailure},
};

/// The date of a feed without entries.
const NEVER: &str = "1970-01-01T00:00:00Z";

#[derive(Template)]
#[template(path = "search.xml")]
struct Feed {
    language: &'static str,
    id: String,
    title: String,
    updated: String,
    site_name: String,
    itself: String,
    page: String,
    /// The entries behind these (RFC 5005).
    next: Option<String>,
    entries: Vec<Entry>,
}

/// A contribution.
struct Entry {
    id: String,
    title: String,
    updated: String,
    address: String,
    /// Language of the sentence.
    language: Option<String>,
    /// The sentence that answers.
    summary: String,
}

pub(crate) async fn atom(
    State(portal): Shared,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    let query = Query { order: Order::Newest, ..Query::read(uri.query().unwrap_or(""))? };
    let explained = Redirect::to(&context.link(&query.at_start().address()));
    let Ok(request) = query.request() else { return Ok(explained.into_response()) };
    let request = SearchRequest { page_size: HITS_PER_PAGE, ..request };
    let found = match portal.search(request).await {
        Ok(found) => found,
        Err(SearchFailure::Question { .. }) => return Ok(explained.into_response()),
        Err(SearchFailure::Away(_)) => return Err(Error::Busy),
    };
    let catalogue = portal.catalogue().await?;
    let site = context.site(&portal);
    let names = Names::of(&catalogue, &context);
    let entries: Vec<Entry> =
        found.hits.iter().map(|hit| Entry::of(hit, &site, &names, &catalogue, &context)).collect();
    let address = |query: &Query, path| format!("{site}{}", context.link(&query.address_at(path)));
    let next = Some(found.next_page_token).filter(|token| !token.is_empty());
    let feed = Feed {
        language: context.language.tag(),
        id: format!("{site}{}", query.at_start().address_at("/zoeken.atom")),
        title: shown(&title(&query, &context)),
        updated: entries.iter().map(|entry| entry.updated.clone()).max().unwrap_or(NEVER.into()),
        site_name: shown(&portal.config().site_name),
        itself: address(&query, "/zoeken.atom"),
        page: address(&query.at_start(), "/zoeken"),
        next: next.map(|token| address(&query.at(token), "/zoeken.atom")),
        entries,
    };
    let xml = feed.render().map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], xml).into_response())
}

fn title(query: &Query, context: &RequestContext) -> String {
    let name = context.messages().text("portal-search");
    let filters = query.filters.iter().map(|(_, value)| value.clone());
    let asked: Vec<String> =
        [query.text.clone()].into_iter().chain(filters).filter(|text| !text.is_empty()).collect();
    if asked.is_empty() { name.into_owned() } else { format!("{name}: {}", asked.join(", ")) }
}

impl Entry {
    fn of(
        hit: &Hit,
        site: &str,
        names: &Names<'_>,
        catalogue: &Catalogue,
        context: &RequestContext,
    ) -> Self {
        let cycle = catalogue.cycle(&hit.cycle);
        let editions = cycle.into_iter().flat_map(|cycle| &cycle.editions);
        let edition = editions.into_iter().find(|edition| edition.name == hit.edition);
        let date = edition.map(|edition| format!("{}T00:00:00Z", edition.date));
        let place = hit.url.split_once('#').map_or("", |(_, place)| place);
        let best = hit.passages.first();
        let address = best.map_or_else(
            || context.link(&hit.url),
            |passage| found_passage(passage, hit, context).address,
        );
        Self {
            id: format!("{site}/{}#{place}", hit.cycle),
            title: shown(&names.title(hit)),
            updated: date.unwrap_or_else(|| NEVER.to_owned()),
            address: format!("{site}{address}"),
            language: best.map(|passage| passage.language.clone()).filter(|tag| !tag.is_empty()),
            summary: shown(best.map_or("", |passage| passage.snippet.as_str())),
        }
    }
}

/// A text without marks, and without signs that no XML may have.
fn shown(text: &str) -> String {
    let is_taken = |letter: &char| {
        matches!(letter, '\t' | '\n' | '\r') || !letter.is_control() && !is_private(*letter)
    };
    text.chars().filter(is_taken).collect()
}

/// Marks of matches, and what is no character.
fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}' | '\u{e001}' | '\u{fffe}' | '\u{ffff}')
}
