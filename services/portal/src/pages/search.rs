//! Searching: the form, what was found, and ways to narrow it down.
//!
//! Invariant: whatever search says or does not say, the form stays there with what the visitor typed.

mod export;
mod feed;
mod query;
mod results;
mod suggest;

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
    response::Response,
};
use messages::Messages;
use wire::v1::Suggestion;

pub(crate) use self::{
    export::{csv, json_lines, xlsx},
    feed::atom,
    results::{Names, pieces},
    suggest::suggest,
};
use self::{
    query::Query,
    results::{Choice, Results},
};
use crate::{
    Error, Portal,
    pages::{Layout, RequestContext, Shared, page},
    service::search::SearchFailure,
};

/// What the form offers at most.
const SUGGESTIONS: i32 = 50;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    layout: Layout,
    messages: &'static Messages,
    query: Query,
    chosen: Vec<Choice>,
    outcome: Outcome,
    /// The moment as of which is searched, in words.
    as_of: Option<String>,
    /// The same question about now.
    now: String,
    /// The same question without filters.
    unfiltered: String,
    /// The same question from its first result.
    first: String,
    /// The same question, with or without what stands for its words.
    as_written: String,
    /// Everything there is.
    everything: String,
    /// All that is found, as a table, as a spreadsheet and as JSON.
    exports: [String; 3],
    /// What is found, as a feed.
    feed: String,
    /// What may be meant: the form offers it.
    suggestions: Vec<Suggestion>,
}

/// What came of the question.
#[derive(Debug)]
enum Outcome {
    /// Nothing was asked.
    Unasked,
    /// An answer.
    Found(Box<Results>),
    /// The question cannot be read.
    BadQuery {
        /// What is wrong, in English.
        detail: String,
    },
    /// The token of the page belongs to another question.
    BadPage,
    /// The results changed since the page before.
    PageExpired,
    /// The moment cannot be read.
    BadMoment,
    /// Search does not answer.
    Away,
}

impl Outcome {
    fn is_bad_query(&self) -> bool {
        matches!(self, Self::BadQuery { .. })
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unasked | Self::Found(_) => StatusCode::OK,
            Self::BadQuery { .. } | Self::BadPage | Self::BadMoment => StatusCode::BAD_REQUEST,
            Self::PageExpired => StatusCode::GONE,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

pub(crate) async fn search(
    State(portal): Shared,
    OriginalUri(uri): OriginalUri,
    context: RequestContext,
) -> Result<Response, Error> {
    let query = Query::read(uri.query().unwrap_or(""))?;
    // Names of organisations are nice to have: without the catalogue their codes do.
    let catalogue = portal.catalogue().await.unwrap_or_default();
    let asked = async { if query.is_asked { ask(&portal, &query).await } else { Answer::Unasked } };
    let (outcome, suggestions) = tokio::join!(asked, portal.suggestions("", SUGGESTIONS));
    let names = results::Names::of(&catalogue, &context);
    let outcome = match outcome {
        Answer::Unasked => Outcome::Unasked,
        Answer::BadMoment => Outcome::BadMoment,
        Answer::Found(response) => {
            Outcome::Found(Box::new(results::read(response, &query, &names, &context)))
        }
        Answer::Failed(SearchFailure::Question { reason, .. }) if reason == "PAGE_EXPIRED" => {
            Outcome::PageExpired
        }
        Answer::Failed(SearchFailure::Question { field, .. }) if field.contains("page_token") => {
            Outcome::BadPage
        }
        Answer::Failed(SearchFailure::Question { description, .. }) => {
            Outcome::BadQuery { detail: description }
        }
        Answer::Failed(SearchFailure::Away(status)) => {
            tracing::warn!(code = ?status.code(), "search does not answer: {}", status.message());
            Outcome::Away
        }
    };
    let status = outcome.status();
    let chosen = results::chosen(&query, &outcome, &names, &context);
    let mut response = page(&SearchPage {
        layout: context.layout(&portal),
        messages: context.messages(),
        as_of: query.moment().ok().flatten().map(|at| context.messages().moment(at)),
        now: context.link(&query.now().address()),
        unfiltered: context.link(&query.without_filters().address()),
        first: context.link(&query.at_start().address()),
        as_written: context.link(&query.with_as_written(!query.as_written).address()),
        everything: context.link("/zoeken?q="),
        exports: ["/zoeken.csv", "/zoeken.xlsx", "/zoeken.jsonl"]
            .map(|path| context.link(&query.at_start().address_at(path))),
        feed: context.link(&query.at_start().address_at("/zoeken.atom")),
        suggestions,
        chosen,
        outcome,
        query,
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// What search said.
enum Answer {
    Unasked,
    BadMoment,
    Found(wire::v1::SearchResponse),
    Failed(SearchFailure),
}

async fn ask(portal: &Portal, query: &Query) -> Answer {
    let Ok(request) = query.request() else { return Answer::BadMoment };
    match portal.search(request).await {
        Ok(response) => Answer::Found(response),
        Err(failure) => Answer::Failed(failure),
    }
}
