//! Search over all that is published, and suggestions.

use model::{Instant, InvalidField};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::Serialize;
use wire::v1::{
    ContextHit, Dimension, Filter, Hit as Found, Order, PassageHit, Scope, SearchRequest,
    SearchResponse, Suggestion as Suggested,
};

use crate::{
    Error,
    api::{
        call::Call,
        contributions, paging,
        parameter::{Kind, Parameter},
    },
    pages::{Names, pieces},
    service::search::SearchFailure,
};

/// Hits on a page.
const HITS: usize = 10;
/// Suggestions.
const SUGGESTIONS: usize = 10;
/// The orders with their names.
const ORDERS: [(&str, Order); 3] =
    [("score", Order::Score), ("newest", Order::Newest), ("oldest", Order::Oldest)];

/// Parameters of a search.
pub(crate) const PARAMETERS: [Parameter; 13] = [
    Parameter::one("query", "portal-api-query", Kind::Text { min: 0, max: 1_000 }),
    Parameter::filter("year", "portal-api-years"),
    Parameter::filter("organisation", "portal-api-organisations"),
    Parameter::filter("pillar", "portal-api-pillars"),
    Parameter::filter("goal", "portal-api-goals"),
    Parameter::filter("indicator", "portal-api-indicators"),
    Parameter::filter("answer", "portal-api-answers"),
    Parameter::filter("cycle", "portal-api-cycles"),
    Parameter::one(
        "order",
        "portal-api-order",
        Kind::Choice(&[ORDERS[0].0, ORDERS[1].0, ORDERS[2].0]),
    ),
    Parameter::one("asOf", "portal-api-as-of", Kind::Moment),
    Parameter::one("asWritten", "portal-api-as-written", Kind::Flag),
    paging::size(HITS, 100),
    paging::TOKEN,
];

/// Parameters of suggestions.
pub(crate) const SUGGEST_PARAMETERS: [Parameter; 2] = [
    Parameter::one("beginning", "portal-api-beginning", Kind::Text { min: 0, max: 100 }),
    paging::size(SUGGESTIONS, 50),
];

/// What a search found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchResult {
    /// How many contributions answer the query.
    total: u64,
    items: Vec<Hit>,
    /// Token of the next page; not given on the last, and behind 100,000 hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    facets: Vec<Facet>,
    /// The query as it was read.
    read_as: String,
    /// What of the query was not read as it stands.
    notes: Vec<Note>,
    /// What stood for words of the query.
    widenings: Vec<Widening>,
    /// Words that no text has, and what was looked for in their place.
    corrections: Vec<Correction>,
    /// The query with other words in the place of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected_query: Option<String>,
    /// Words that nothing has, of the first eight; nor has anything what stands for them.
    unmatched_words: Vec<String>,
    /// Where nothing was found: queries that find something.
    would_find: Vec<OtherQuery>,
    /// Whether few contributions have all words, so that those with some of them follow.
    relaxed: bool,
    /// Words for which no other spelling was looked for, since the query has too many.
    unexpanded_words: u32,
    /// Whether the latest changes may be missing.
    behind: bool,
}

/// A contribution that answers the query.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Id of the contribution, unique within its organisation.
    id: String,
    /// Who reports; of a joint contribution the one that leads.
    organisation: String,
    /// The others of a joint contribution.
    partners: Vec<String>,
    goals: Vec<String>,
    indicators: Vec<String>,
    /// Where an indicator was asked for that it does not have: its own that became it, or that it became.
    linked_indicators: Vec<LinkedIndicator>,
    /// Name of the cycle.
    cycle: String,
    /// Name of the edition.
    edition: String,
    /// The answer apart from its text; empty for remarks.
    answer: String,
    /// The answer in words.
    answer_label: String,
    /// Comparable within one list only.
    score: f32,
    /// Best places, best first.
    passages: Vec<FoundPassage>,
    /// Where no passage answers: what does.
    context: Vec<FoundContext>,
    /// Words of its text that answer the query.
    matched_words: Vec<String>,
    /// SHA-256 of its content in canonical form.
    content_hash: String,
    /// Where its page shows it.
    page: String,
    /// Address of the contribution.
    url: String,
}

/// An indicator of a contribution that a framework links to the one that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LinkedIndicator {
    /// Its code in the version of the framework that the contribution was reported on.
    indicator: String,
    /// Code of the indicator that was asked for.
    asked: String,
    /// What lies between them, such as `split`; empty: it is the same measure under another code.
    kinds: Vec<String>,
}

/// A place in a contribution.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FoundPassage {
    id: String,
    /// BCP 47 tag of its language.
    language: String,
    /// Its text, in pieces.
    snippet: Vec<Piece>,
    /// Where its page shows it.
    page: String,
}

/// A name, a statement, a figure or a reference that answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FoundContext {
    /// What it is.
    kind: String,
    code: String,
    /// Its text, in pieces.
    snippet: Vec<Piece>,
}

/// A piece of a text.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Piece {
    text: String,
    /// Whether it answers the query.
    is_match: bool,
}

/// How many hits there are by the values of a dimension.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Facet {
    /// Name of the parameter that filters by it.
    dimension: String,
    values: Vec<FacetValue>,
}

/// A value of a dimension.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FacetValue {
    value: String,
    /// The value in words.
    label: String,
    /// How many hits have it, all filters but the dimension's own applied.
    count: u64,
}

/// A part of a query that was not read as it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Note {
    /// Why.
    kind: String,
    text: String,
}

/// Words of a query that other words stood for too.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Widening {
    words: String,
    alternative: String,
    /// What says that they mean the same.
    source: String,
}

/// A word that no text has.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Correction {
    word: String,
    /// What was looked for in its place.
    alternatives: Vec<String>,
}

/// A query that finds something.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OtherQuery {
    query: String,
    /// Whether the filters are left out.
    without_filters: bool,
    /// How many contributions answer it.
    total: u64,
}

/// What may be meant by a beginning.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Suggestions {
    items: Vec<Suggestion>,
}

/// Something that may be meant.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Suggestion {
    text: String,
    /// The query that finds it.
    query: String,
    /// What it is.
    kind: String,
    /// How many contributions have it.
    contributions: u64,
}

pub(crate) async fn search(call: Call) -> Result<SearchResult, Error> {
    // Names of organisations and cycles are nice to have: without the catalogue their codes do.
    let catalogue = call.catalogue().await.unwrap_or_default();
    let answer = call.portal.search(request(&call)?).await.map_err(failure)?;
    let names = Names::of(&catalogue, &call.context);
    Ok(SearchResult::of(answer, &names, &call))
}

pub(crate) async fn suggest(call: Call) -> Result<Suggestions, Error> {
    let count = call.arguments.count("pageSize").unwrap_or(SUGGESTIONS);
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    let found = call.portal.suggested(call.arguments.text("beginning"), count).await;
    let items = found.map_err(failure)?.into_iter().map(Into::into).collect();
    Ok(Suggestions { items })
}

/// The question for search, of what is published and nothing else.
fn request(call: &Call) -> Result<SearchRequest, Error> {
    let arguments = &call.arguments;
    let filter = |dimension: Dimension| Filter {
        dimension: dimension.into(),
        values: arguments.all(dimension.name()).map(ToOwned::to_owned).collect(),
    };
    let order = ORDERS.iter().find(|(name, _)| *name == arguments.text("order"));
    let as_of = Some(arguments.text("asOf")).filter(|text| !text.is_empty());
    let as_of = as_of.map(str::parse::<Instant>).transpose();
    let as_of = as_of.map_err(|fault| Error::Invalid(vec![fault.within("asOf")]))?;
    let size = arguments.count("pageSize").unwrap_or(HITS);
    Ok(SearchRequest {
        query: arguments.text("query").to_owned(),
        filters: Dimension::all().map(filter).filter(|filter| !filter.values.is_empty()).collect(),
        scope: Scope::Published.into(),
        order: order.map_or(Order::Score, |(_, order)| *order).into(),
        page_size: i32::try_from(size).unwrap_or(i32::MAX),
        page_token: arguments.text("pageToken").to_owned(),
        edition: String::new(),
        as_of: as_of.map(wire::timestamp),
        as_written: arguments.text("asWritten") == "true",
    })
}

/// Names the field as the address does.
fn failure(failure: SearchFailure) -> Error {
    match failure {
        SearchFailure::Question { field, reason, description } => {
            let field = match field.as_str() {
                "page_token" => "pageToken",
                "as_of" => "asOf",
                other => other,
            };
            Error::Invalid(vec![InvalidField::new(field, reason, description)])
        }
        SearchFailure::Away(status) => Error::Search(status),
    }
}

/// The name of a value of an enum of the API, without that of the enum.
fn word(name: &str, of: &str) -> String {
    let word = name.strip_prefix(of).unwrap_or(name).to_lowercase();
    if word == "unspecified" { String::new() } else { word }
}

impl SearchResult {
    fn of(answer: SearchResponse, names: &Names<'_>, call: &Call) -> Self {
        let SearchResponse {
            total,
            // Positions count changes that are not public too.
            watermark: _,
            hits,
            facets,
            next_page_token,
            relaxed,
            unexpanded_words,
            behind,
            read_as,
            notes,
            widenings,
            corrections,
            corrected_query,
            would_find,
            unmatched_words,
        } = answer;
        Self {
            total,
            items: hits.into_iter().map(|hit| Hit::of(hit, call)).collect(),
            next_page_token: Some(next_page_token).filter(|token| !token.is_empty()),
            facets: facets.into_iter().map(|facet| Facet::of(facet, names)).collect(),
            read_as,
            notes: notes.into_iter().map(Into::into).collect(),
            widenings: widenings.into_iter().map(Into::into).collect(),
            corrections: corrections.into_iter().map(Into::into).collect(),
            corrected_query: Some(corrected_query).filter(|query| !query.is_empty()),
            unmatched_words,
            would_find: would_find.into_iter().map(Into::into).collect(),
            relaxed,
            unexpanded_words,
            behind,
        }
    }
}

impl Hit {
    fn of(hit: Found, call: &Call) -> Self {
        let answer = word(hit.answer().as_str_name(), "ANSWER_STATUS_");
        let id = id(&hit);
        let Found {
            // Not every contribution has one.
            external_id: _,
            organisation,
            goals,
            indicators,
            cycle,
            edition,
            answer: _,
            score,
            passages,
            url,
            // Of texts that are not public.
            state: _,
            matched_words,
            content_hash,
            partners,
            context,
            linked_indicators,
        } = hit;
        Self {
            url: contributions::address(&edition, &organisation, &id),
            id,
            organisation,
            partners,
            goals,
            indicators,
            linked_indicators: linked_indicators.into_iter().map(Into::into).collect(),
            cycle,
            edition,
            answer_label: call.answer(&answer),
            answer,
            score,
            passages: passages.into_iter().map(Into::into).collect(),
            context: context.into_iter().map(Into::into).collect(),
            matched_words,
            content_hash,
            page: url,
        }
    }
}

/// The id of a contribution, from the address that its page has for it.
fn id(hit: &Found) -> String {
    let anchor = hit.url.split_once('#').map_or("", |(_, anchor)| anchor);
    let anchor = percent_decode_str(anchor).decode_utf8_lossy();
    let id = anchor.strip_prefix(hit.organisation.as_str()).and_then(|id| id.strip_prefix('/'));
    id.unwrap_or(&hit.external_id).to_owned()
}

fn snippet(text: &str) -> Vec<Piece> {
    let piece = |(text, is_match)| Piece { text, is_match };
    pieces(text).into_iter().map(|found| piece((found.text, found.is_match))).collect()
}

impl From<PassageHit> for FoundPassage {
    fn from(PassageHit { id, snippet: text, url, language }: PassageHit) -> Self {
        Self { id, language, snippet: snippet(&text), page: url }
    }
}

impl From<wire::v1::LinkedIndicator> for LinkedIndicator {
    fn from(linked: wire::v1::LinkedIndicator) -> Self {
        let kinds = linked.kinds().map(|kind| word(kind.as_str_name(), "LINK_KIND_")).collect();
        Self { indicator: linked.indicator, asked: linked.asked, kinds }
    }
}

impl From<ContextHit> for FoundContext {
    fn from(found: ContextHit) -> Self {
        let kind = word(found.kind().as_str_name(), "CONTEXT_KIND_");
        Self { kind, snippet: snippet(&found.snippet), code: found.code }
    }
}

impl Facet {
    fn of(facet: wire::v1::Facet, names: &Names<'_>) -> Self {
        let dimension = facet.dimension();
        let values = facet.counts.into_iter().map(|count| FacetValue {
            label: names.value(dimension, &count.value, &count.label).to_string(),
            value: count.value,
            count: count.count,
        });
        Self { dimension: dimension.name().to_owned(), values: values.collect() }
    }
}

impl From<wire::v1::QueryNote> for Note {
    fn from(note: wire::v1::QueryNote) -> Self {
        Self { kind: word(note.kind().as_str_name(), "QUERY_NOTE_KIND_"), text: note.text }
    }
}

impl From<wire::v1::Widening> for Widening {
    fn from(widening: wire::v1::Widening) -> Self {
        let source = word(widening.source().as_str_name(), "WIDENING_SOURCE_");
        let wire::v1::Widening { words, alternative, source: _ } = widening;
        Self { words, alternative, source }
    }
}

impl From<wire::v1::Correction> for Correction {
    fn from(correction: wire::v1::Correction) -> Self {
        let wire::v1::Correction { word, alternatives } = correction;
        Self { word, alternatives }
    }
}

impl From<wire::v1::OtherQuestion> for OtherQuery {
    fn from(question: wire::v1::OtherQuestion) -> Self {
        let wire::v1::OtherQuestion { query, without_filters, total } = question;
        Self { query, without_filters, total }
    }
}

impl From<Suggested> for Suggestion {
    fn from(suggestion: Suggested) -> Self {
        let kind = word(suggestion.kind().as_str_name(), "SUGGESTION_KIND_");
        let Suggested { text, query, kind: _, contributions } = suggestion;
        Self { text, query, kind, contributions }
    }
}
