//! Conversion of requests to questions, and of answers to replies.

use data_encoding::BASE64URL_NOPAD;
use messages::Language;
use model::{AnswerStatus, ContributionState, EditionName, Hash, InvalidField};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message as _;
use wire::v1 as pb;

use crate::{
    Error,
    dimension::Dimension,
    grammar::{self, Reading},
    index::{
        Answer, Facet, FacetCount, Filters, FoundHit, FoundPart, Link, Part, Place, Question,
        Scope, Sort, Visible,
    },
};

/// The largest number of values of a filter.
const MAX_FILTER_VALUES: usize = 100;
/// The largest number of characters of a beginning that are read, and of what is suggested for it.
const MAX_BEGINNING: usize = 100;
const MAX_SUGGESTIONS: usize = 50;
/// The largest number of hits before a page.
const MAX_OFFSET: usize = 100_000;

/// The characters that are percent-encoded in a fragment (RFC 3986, section 3.5, and some signs that it allows).
const NOT_IN_FRAGMENTS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'=')
    .remove(b'+')
    .remove(b',');

/// Reads a request. The page token is bound to all but the size of the page.
pub(crate) fn question(
    request: pb::SearchRequest,
    visible: Visible,
) -> Result<(Question, Binding), InvalidField> {
    let binding = Binding::of(&request);
    let pb::SearchRequest {
        query,
        filters,
        scope,
        order,
        page_size,
        page_token,
        edition,
        as_of,
        as_written,
    } = request;
    let scope = read_scope(scope)?;
    let sort = read_order(order)?;
    let edition = read_edition(&edition, scope)?;
    let as_of = as_of.as_ref().map(wire::instant);
    if as_of.is_some() && edition.is_some() {
        let description = "a moment has editions of its own; give one of the two";
        return Err(InvalidField::new("as_of", "MOMENT_AND_EDITION", description));
    }
    let page = binding.page(&page_token)?;
    let question = Question {
        reading: grammar::read(&query),
        is_as_written: as_written,
        filters: read_filters(filters)?,
        scope,
        visible,
        edition,
        as_of,
        sort,
        offset: page.offset,
        at_position: page.position,
        limit: usize::try_from(if page_size <= 0 { 10 } else { page_size.min(100) }).unwrap_or(10),
    };
    Ok((question, binding))
}

/// Reads what something is to be suggested for, and how much at most.
pub(crate) fn beginning(request: pb::SuggestRequest) -> (String, usize) {
    let pb::SuggestRequest { beginning, max_suggestions } = request;
    let limit = usize::try_from(max_suggestions).ok().filter(|limit| *limit != 0).unwrap_or(10);
    (beginning.chars().take(MAX_BEGINNING).collect(), limit.min(MAX_SUGGESTIONS))
}

/// Reads a scope; not given, it is what is published.
pub(crate) fn read_scope(scope: i32) -> Result<Scope, InvalidField> {
    match pb::Scope::try_from(scope).map_err(|_| unknown("scope", scope))? {
        pb::Scope::Unspecified | pb::Scope::Published => Ok(Scope::Published),
        pb::Scope::Working => Ok(Scope::Working),
    }
}

/// Reads an order; not given, it is by score.
fn read_order(order: i32) -> Result<Sort, InvalidField> {
    match pb::Order::try_from(order).map_err(|_| unknown("order", order))? {
        pb::Order::Unspecified | pb::Order::Score => Ok(Sort::Score),
        pb::Order::Newest => Ok(Sort::Newest),
        pb::Order::Oldest => Ok(Sort::Oldest),
    }
}

fn read_edition(edition: &str, scope: Scope) -> Result<Option<EditionName>, InvalidField> {
    if edition.is_empty() {
        return Ok(None);
    }
    if scope == Scope::Working {
        let description = "drafts and submissions belong to no edition; search what is published";
        return Err(InvalidField::new("edition", "EDITION_OF_WORKING", description));
    }
    edition.parse().map(Some).map_err(|error: InvalidField| error.within("edition"))
}

fn unknown(field: &str, number: i32) -> InvalidField {
    InvalidField::new(field, "UNKNOWN_VALUE", format!("value {number} is not known here"))
}

fn read_filters(filters: Vec<pb::Filter>) -> Result<Filters, InvalidField> {
    let mut read = Filters::new();
    for (i, pb::Filter { dimension, values }) in filters.into_iter().enumerate() {
        let field = format!("filters[{i}]");
        let dimension = Dimension::from_wire(dimension)
            .ok_or_else(|| unknown(&format!("{field}.dimension"), dimension))?;
        if values.is_empty() || values.len() > MAX_FILTER_VALUES {
            let description = format!("has {} values; give 1 to {MAX_FILTER_VALUES}", values.len());
            return Err(InvalidField::new(format!("{field}.values"), "INVALID_COUNT", description));
        }
        if read.iter().any(|(known, _)| *known == dimension) {
            return Err(InvalidField::new(
                format!("{field}.dimension"),
                "DUPLICATE_DIMENSION",
                "give all values of a dimension in one filter",
            ));
        }
        read.push((dimension, values));
    }
    Ok(read)
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Page {
    /// Hits to pass over.
    offset: usize,
    /// How far the index was that answered the page before; none for the first page.
    position: Option<u64>,
}

fn read_page(text: &str) -> Option<Page> {
    let mut parts = text.split(':');
    let offset = parts.next()?.parse().ok()?;
    let position = parts.next()?.parse().ok()?;
    Some(Page { offset, position: Some(position) })
}

/// What a page token belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Binding(Hash);

impl Binding {
    fn of(request: &pb::SearchRequest) -> Self {
        let unpaged =
            pb::SearchRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        Self(Hash::of(&unpaged.encode_to_vec()))
    }

    fn token(&self, page: Page) -> String {
        let Page { offset, position } = page;
        let position = position.unwrap_or(0);
        let text = format!("{offset}:{position}:{}", &self.0.to_string()[..16]);
        BASE64URL_NOPAD.encode(text.as_bytes())
    }

    fn page(&self, token: &str) -> Result<Page, InvalidField> {
        if token.is_empty() {
            return Ok(Page::default());
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let page =
            read_page(&text).filter(|page| page.offset <= MAX_OFFSET && self.token(*page) == token);
        page.ok_or_else(|| {
            InvalidField::new(
                "page_token",
                "INVALID_PAGE_TOKEN",
                "is not a token of this query; begin again without one",
            )
        })
    }
}

/// Writes an answer, with the watermark for whoever may see every change.
pub(crate) fn reply(
    answer: Answer,
    question: &Question,
    binding: &Binding,
    sees_changes: bool,
    is_behind: bool,
) -> Result<pb::SearchResponse, Error> {
    // A score depends on all texts of the index, those that the caller may not find among them.
    let is_restricted = question.visible.is_restricted();
    let corrected_query = corrected(&question.reading, &answer.corrections);
    let Answer {
        total,
        watermark,
        position,
        is_relaxed,
        unexpanded,
        widenings,
        corrections,
        would_find,
        unmatched,
        hits,
        facets,
    } = answer;
    let next = question.offset + hits.len();
    let has_next = next < total && next <= MAX_OFFSET && !hits.is_empty();
    let count = |FacetCount { value, label, count }| pb::FacetCount { value, label, count };
    let facet = |Facet { dimension, counts }| pb::Facet {
        dimension: pb::Dimension::from(dimension).into(),
        counts: counts.into_iter().map(count).collect(),
    };
    let hits = hits.into_iter().map(|found| hit(found, is_restricted));
    Ok(pb::SearchResponse {
        total: total as u64,
        watermark: if sees_changes { watermark } else { 0 },
        hits: hits.collect::<Result<_, _>>()?,
        facets: facets.into_iter().map(facet).collect(),
        next_page_token: if has_next {
            binding.token(Page { offset: next, position: Some(position) })
        } else {
            String::new()
        },
        relaxed: is_relaxed,
        unexpanded_words: unexpanded,
        behind: is_behind,
        read_as: question.reading.to_string(),
        notes: question.reading.notes.to_wire(),
        widenings,
        corrections,
        corrected_query,
        would_find,
        unmatched_words: unmatched,
    })
}

/// The query with the first alternative in the place of each word that was corrected; empty where none was.
fn corrected(reading: &Reading, corrections: &[pb::Correction]) -> String {
    let Some(expression) = reading.expression.as_ref().filter(|_| !corrections.is_empty()) else {
        return String::new();
    };
    let alternative = |word: &str| {
        let correction = corrections.iter().find(|correction| correction.word == word)?;
        correction.alternatives.first().cloned()
    };
    expression.replaced(&alternative).to_string()
}

fn hit(
    FoundHit { display, score, places, words, context, links }: FoundHit,
    is_restricted: bool,
) -> Result<pb::Hit, Error> {
    let anchor = format!("{}/{}", display.organisation, display.public_id);
    let url = |anchor: &str, page: &str| {
        if display.edition.is_empty() {
            String::new()
        } else {
            let fragment = utf8_percent_encode(anchor, NOT_IN_FRAGMENTS);
            format!("/{}{page}#{fragment}", display.edition)
        }
    };
    let languages = display.passages.iter().map(|passage| passage.language.as_str());
    let unknown = |name: &str| Error::Damaged(format!("it has `{name}`, which is not known here"));
    let state = ContributionState::from_name(&display.state);
    let state = state.ok_or_else(|| unknown(&display.state))?;
    let answer = match display.answer.as_str() {
        "" => pb::AnswerStatus::Unspecified,
        name => AnswerStatus::from_name(name).ok_or_else(|| unknown(name))?.into(),
    };
    let passages = places.into_iter().map(|Place { id, language, snippet }| {
        let url = match page_with(&languages, &language) {
            Some(page) => url(&format!("{anchor}/{id}"), &page),
            None => url(&anchor, ""),
        };
        pb::PassageHit { url, id, snippet, language }
    });
    Ok(pb::Hit {
        passages: passages.collect(),
        url: url(&anchor, ""),
        external_id: display.external_id,
        organisation: display.organisation,
        partners: display.partners,
        goals: display.goals,
        indicators: display.indicators,
        cycle: display.cycle,
        edition: display.edition,
        answer: answer.into(),
        score: if is_restricted { 0.0 } else { score },
        state: pb::ContributionState::from(state).into(),
        matched_words: words,
        content_hash: display.content_hash,
        context: context.into_iter().map(context_hit).collect(),
        linked_indicators: links.into_iter().map(linked).collect(),
    })
}

/// The query of an address by which the page of an edition shows the passages in a language: nothing where each page does, or where no
/// page does, which is none.
fn page_with<'a>(
    languages: &(impl Iterator<Item = &'a str> + Clone),
    language: &str,
) -> Option<String> {
    if languages.clone().all(|other| other == language) {
        return Some(String::new());
    }
    let shows =
        |page: &Language| model::shown_language(languages.clone(), page.tag()) == Some(language);
    let page = Language::ALL.into_iter().find(shows)?;
    Some(format!("?lang={}", page.tag()))
}

fn linked(Link { asked, place: _, code, kinds }: Link) -> pb::LinkedIndicator {
    pb::LinkedIndicator { indicator: code, asked, kinds }
}

fn context_hit(FoundPart { part, code, snippet }: FoundPart) -> pb::ContextHit {
    let kind = match part {
        Part::Organisation => pb::ContextKind::Organisation,
        Part::Pillar => pb::ContextKind::Pillar,
        Part::Goal => pb::ContextKind::Goal,
        Part::Indicator => pb::ContextKind::Indicator,
        Part::Figure => pb::ContextKind::Figure,
        Part::Reference => pb::ContextKind::Reference,
    };
    pb::ContextHit { kind: kind.into(), code, snippet }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_on_the_page_that_shows_its_language() {
        let page =
            |languages: &[&'static str], language| page_with(&languages.iter().copied(), language);
        assert_eq!(page(&["nl", "nl"], "nl").as_deref(), Some(""));
        assert_eq!(page(&["fr"], "fr").as_deref(), Some(""));
        assert_eq!(page(&["nl", "en"], "nl").as_deref(), Some("?lang=nl"));
        assert_eq!(page(&["nl", "en-GB"], "en-GB").as_deref(), Some("?lang=en"));
        assert_eq!(page(&["fr", "en"], "fr").as_deref(), Some("?lang=nl"));
        assert_eq!(page(&["nl", "fr"], "fr"), None, "no page shows it");
    }

    #[test]
    fn a_page_token_is_bound_to_its_query() {
        let request = pb::SearchRequest { query: "vrede".into(), ..pb::SearchRequest::default() };
        let (_, binding) = question(request.clone(), Visible::All).unwrap();
        let token = binding.token(Page { offset: 10, position: Some(7) });
        let next = pb::SearchRequest { page_token: token.clone(), page_size: 5, ..request.clone() };
        let (next, _) = question(next, Visible::All).unwrap();
        assert_eq!((next.offset, next.at_position), (10, Some(7)));
        let far = binding.token(Page { offset: MAX_OFFSET + 1, position: Some(7) });
        let then = pb::SearchRequest {
            as_of: Some(wire::timestamp(model::Instant(7))),
            page_token: token.clone(),
            ..request.clone()
        };
        assert_eq!(question(then, Visible::All).unwrap_err().reason, "INVALID_PAGE_TOKEN");
        for (query, token) in
            [("oorlog", &*token), ("vrede", "xx"), ("vrede", "MTA6"), ("vrede", &*far)]
        {
            let request = pb::SearchRequest {
                query: query.into(),
                page_token: token.into(),
                ..pb::SearchRequest::default()
            };
            assert_eq!(question(request, Visible::All).unwrap_err().reason, "INVALID_PAGE_TOKEN");
        }
    }
}
