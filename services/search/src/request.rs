//! Requests of the wire as questions, and answers as replies.

use data_encoding::BASE64URL_NOPAD;
use model::{AnswerStatus, ContributionState, EditionName, Hash, InvalidField};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message as _;
use wire::{
    search::{self as pb, Dimension as WireDimension},
    storage as storage_pb,
};

use crate::{
    grammar,
    index::{Answer, Dimension, Filters, FoundHit, Question, Sort, Visible},
};

/// What may not stand in a fragment (RFC 3986, section 3.5), and of the rest what addresses of ours do not need.
const NOT_IN_FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
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
/// Most filters, and most values of one.
const MAX_FILTER_VALUES: usize = 100;
/// Hits up to which pages go.
const MAX_OFFSET: usize = 10_000;

const DIMENSIONS: [(WireDimension, Dimension); 7] = [
    (WireDimension::Year, Dimension::Year),
    (WireDimension::Organisation, Dimension::Organisation),
    (WireDimension::Pillar, Dimension::Pillar),
    (WireDimension::Goal, Dimension::Goal),
    (WireDimension::Indicator, Dimension::Indicator),
    (WireDimension::Answer, Dimension::Answer),
    (WireDimension::Cycle, Dimension::Cycle),
];

/// Reads a request. The page token is bound to all but the size of the page.
pub(crate) fn question(
    request: pb::SearchRequest,
    visible: Visible,
) -> Result<(Question, Binding), InvalidField> {
    let binding = Binding::of(&request);
    let pb::SearchRequest { query, filters, scope, order, page_size, page_token, edition, as_of } =
        request;
    let scope = pb::Scope::try_from(scope).map_err(|_| unknown("scope", scope))?;
    let order = pb::Order::try_from(order).map_err(|_| unknown("order", order))?;
    let edition = read_edition(&edition, scope)?;
    let as_of = as_of.as_ref().map(wire::instant);
    if as_of.is_some() && edition.is_some() {
        let told = "a moment has editions of its own; give one of the two";
        return Err(InvalidField::new("as_of", "MOMENT_AND_EDITION", told));
    }
    let page = binding.page(&page_token)?;
    let question = Question {
        expression: grammar::parse(&query)?,
        filters: read_filters(filters)?,
        is_published: scope != pb::Scope::Working,
        visible,
        edition,
        as_of,
        sort: match order {
            pb::Order::Newest => Sort::Newest,
            pb::Order::Oldest => Sort::Oldest,
            pb::Order::Score | pb::Order::Unspecified => Sort::Score,
        },
        offset: page.offset,
        not_before: page.watermark,
        limit: usize::try_from(if page_size <= 0 { 10 } else { page_size.min(100) }).unwrap_or(10),
    };
    Ok((question, binding))
}

fn read_edition(edition: &str, scope: pb::Scope) -> Result<Option<EditionName>, InvalidField> {
    if edition.is_empty() {
        return Ok(None);
    }
    if scope == pb::Scope::Working {
        let told = "drafts and submissions belong to no edition; search what is published";
        return Err(InvalidField::new("edition", "EDITION_OF_WORKING", told));
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
        let known = DIMENSIONS.iter().find(|(wire, _)| i32::from(*wire) == dimension);
        let (_, dimension) =
            known.ok_or_else(|| unknown(&format!("{field}.dimension"), dimension))?;
        if values.is_empty() || MAX_FILTER_VALUES < values.len() {
            let description = format!("has {} values; give 1 to {MAX_FILTER_VALUES}", values.len());
            return Err(InvalidField::new(format!("{field}.values"), "INVALID_COUNT", description));
        }
        if read.iter().any(|(known, _)| known == dimension) {
            return Err(InvalidField::new(
                format!("{field}.dimension"),
                "DUPLICATE_DIMENSION",
                "give all values of a dimension in one filter",
            ));
        }
        read.push((*dimension, values));
    }
    Ok(read)
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Page {
    /// Hits to pass over.
    offset: usize,
    /// How far the index was that answered the page before: another replica may not be as far.
    watermark: u64,
}

fn read_page(text: &str) -> Option<Page> {
    let mut parts = text.split(':');
    let offset = parts.next()?.parse().ok()?;
    let watermark = parts.next()?.parse().ok()?;
    Some(Page { offset, watermark })
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
        let Page { offset, watermark } = page;
        let text = format!("{offset}:{watermark}:{}", &self.0.to_string()[..16]);
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

/// Writes an answer.
pub(crate) fn reply(answer: Answer, question: &Question, binding: &Binding) -> pb::SearchResponse {
    // A score depends on all texts of the index, those that the caller may not find among them.
    let is_restricted = question.visible.is_restricted();
    let Answer { total, watermark, is_relaxed, hits, facets, labels } = answer;
    let next = question.offset + hits.len();
    let has_next = next < total && next <= MAX_OFFSET && !hits.is_empty();
    let facet = |(dimension, counts): (Dimension, Vec<(String, u64)>)| {
        let wire = DIMENSIONS
            .iter()
            .find(|(_, known)| *known == dimension)
            .map_or(WireDimension::Unspecified, |(wire, _)| *wire);
        let count = |(value, count): (String, u64)| {
            let label =
                labels.get(&format!("{}:{value}", dimension.name())).cloned().unwrap_or_default();
            pb::FacetCount { value, label, count }
        };
        pb::Facet { dimension: wire.into(), counts: counts.into_iter().map(count).collect() }
    };
    pb::SearchResponse {
        total: total as u64,
        watermark,
        hits: hits.into_iter().map(|found| hit(found, is_restricted)).collect(),
        facets: facets.into_iter().map(facet).collect(),
        next_page_token: if has_next {
            binding.token(Page { offset: next, watermark })
        } else {
            String::new()
        },
        relaxed: is_relaxed,
    }
}

fn hit(FoundHit { display, score, places }: FoundHit, is_restricted: bool) -> pb::Hit {
    let anchor = format!("{}/{}", display.organisation, display.public_id);
    let url = |anchor: &str| {
        if display.edition.is_empty() {
            String::new()
        } else {
            format!("/{}#{}", display.edition, utf8_percent_encode(anchor, NOT_IN_FRAGMENT))
        }
    };
    let before_review =
        if display.is_draft { ContributionState::Draft } else { ContributionState::Submitted };
    let state = ContributionState::from_name(&display.state).unwrap_or(before_review);
    let state = storage_pb::ContributionState::from(state);
    let answer = AnswerStatus::from_name(&display.answer)
        .map_or(storage_pb::AnswerStatus::Unspecified, Into::into);
    let passages = places.into_iter().map(|place| pb::PassageHit {
        url: url(&format!("{anchor}/{}", place.id)),
        id: place.id,
        snippet: place.snippet,
    });
    pb::Hit {
        passages: passages.collect(),
        url: url(&anchor),
        external_id: display.external_id,
        organisation: display.organisation,
        goals: display.goals,
        indicators: display.indicators,
        cycle: display.cycle,
        edition: display.edition,
        answer: answer.into(),
        score: if is_restricted { 0.0 } else { score },
        state: state.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_token_is_bound_to_its_query() {
        let request = pb::SearchRequest { query: "vrede".into(), ..pb::SearchRequest::default() };
        let (_, binding) = question(request.clone(), Visible::All).unwrap();
        let token = binding.token(Page { offset: 10, watermark: 7 });
        let next = pb::SearchRequest { page_token: token.clone(), page_size: 5, ..request.clone() };
        let (next, _) = question(next, Visible::All).unwrap();
        assert_eq!((next.offset, next.not_before), (10, 7));
        let far = binding.token(Page { offset: MAX_OFFSET + 1, watermark: 7 });
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
