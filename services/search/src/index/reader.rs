//! Answering a question.

use std::fmt::Debug;

use strum::VariantArray as _;
use tantivy::{
    DocAddress, Order, Searcher, TantivyDocument,
    collector::{
        Count, TopDocs,
        sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString, SortKeyComputer},
    },
    query::Query,
    schema::Value as _,
};
use wire::v1::{Correction, OtherQuestion, Widening};

use crate::{
    Error,
    dimension::Dimension,
    index::{
        concepts::Concepts,
        document::Display,
        facets::{self, FacetCounts},
        pass::Pass,
        passages::{self, FoundPart, Matches, Place},
        payload::Labels,
        query::{Searchable, within},
        question::{Question, Sort},
        recent::Snapshot,
        schema::Fields,
        vocabulary::Expansions,
        would_find,
        writer::Generation,
    },
};

/// With fewer hits than these, contributions with only some of the words follow them.
const FEW: usize = 10;

/// A contribution that answers.
#[derive(Debug, Clone)]
pub(crate) struct FoundHit {
    pub(crate) display: Display,
    pub(crate) score: f32,
    pub(crate) places: Vec<Place>,
    /// Words of the text that match.
    pub(crate) words: Vec<String>,
    /// What matches beside the text, where it does not.
    pub(crate) context: Vec<FoundPart>,
}

/// The answer to a question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) total: usize,
    pub(crate) watermark: u64,
    /// How far the index was that answered.
    pub(crate) position: u64,
    pub(crate) is_relaxed: bool,
    /// How many words were not expanded, for want of budget.
    pub(crate) unexpanded: u32,
    /// What stood for words of the query.
    pub(crate) widenings: Vec<Widening>,
    /// Words that no text has, and what was looked for in their place.
    pub(crate) corrections: Vec<Correction>,
    /// Where nothing is found: questions like this one that find something.
    pub(crate) would_find: Vec<OtherQuestion>,
    pub(crate) hits: Vec<FoundHit>,
    pub(crate) facets: Vec<Facet>,
}

/// The counts of a dimension's values, most frequent first.
#[derive(Debug, Clone)]
pub(crate) struct Facet {
    pub(crate) dimension: Dimension,
    pub(crate) counts: Vec<FacetCount>,
}

/// A value, its name to show where it has one, and how many hits have it.
#[derive(Debug, Clone)]
pub(crate) struct FacetCount {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) count: u64,
}

impl Generation {
    /// Answers a question; where nothing is found, with questions that find something.
    pub(crate) fn answer(&self, question: &Question, synonyms: &Concepts) -> Result<Answer, Error> {
        let snapshot = self.snapshot(question)?;
        let mut answer = self.answer_from(&snapshot, question, synonyms)?;
        if answer.total == 0 {
            for tried in would_find::tries(question) {
                let total = self.answer_from(&snapshot, &tried.question, synonyms)?.total;
                answer.would_find.extend(tried.found(total));
            }
        }
        // Kept for the next page alone.
        if question.offset + answer.hits.len() < answer.total {
            self.recent.keep(question.scope, &snapshot);
        }
        Ok(answer)
    }

    /// Answers a question. When few contributions have the words that are needed, those with only some of them follow.
    fn answer_from(
        &self,
        snapshot: &Snapshot,
        question: &Question,
        synonyms: &Concepts,
    ) -> Result<Answer, Error> {
        let Snapshot { shown, searcher, forgotten: _ } = snapshot;
        let editions = shown.editions(question);
        let asked = Asked {
            searcher,
            fields: &self.index(question.scope).fields,
            question,
            editions: editions.as_deref(),
            labels: shown.labels(question.scope),
            expansions: Expansions::default(),
            concepts: shown.concepts(question).chain([synonyms]).collect(),
        };
        let mut answer = asked.answer(false)?;
        if answer.total < FEW && question.reading.expression.is_some() {
            let relaxed = asked.answer(true)?;
            if answer.total < relaxed.total {
                answer = Answer { is_relaxed: true, ..relaxed };
            }
        }
        let position = shown.position(question.scope);
        Ok(Answer { watermark: shown.watermark, position, ..answer })
    }
}

/// What one pass finds.
struct Found {
    total: usize,
    /// Hits of the page with their scores.
    ranked: Vec<(f32, DocAddress)>,
    facets: Vec<Facet>,
}

struct Asked<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    question: &'a Question,
    editions: Option<&'a [String]>,
    labels: &'a Labels,
    expansions: Expansions,
    concepts: Vec<&'a Concepts>,
}

impl Asked<'_> {
    fn answer(&self, is_relaxed: bool) -> Result<Answer, Error> {
        let searchable = Searchable {
            fields: self.fields,
            searcher: self.searcher,
            is_relaxed,
            is_restricted: self.question.visible.is_restricted(),
            expansions: &self.expansions,
            labels: self.labels,
            concepts: &self.concepts,
            is_as_written: self.question.is_as_written,
        };
        let built = searchable.build(self.question.reading.expression.as_ref());
        let found = self.question.visible.restrict(built.query, self.fields, self.searcher)?;
        let query = within(found, self.fields, self.editions);
        let Found { total, ranked, facets } = match self.question.sort {
            Sort::Score => self.found(&*query, (SortBySimilarityScore, Order::Desc), |score| score),
            Sort::Newest => self.found(&*query, (by_date(), Order::Desc), days),
            Sort::Oldest => self.found(&*query, (by_date(), Order::Asc), |until| -days(until)),
        }?;
        let mut hits = Vec::with_capacity(ranked.len());
        for (score, address) in ranked {
            let display = self.display(address)?;
            let Matches { places, words, context } =
                passages::matches(&display.passages, &display.parts, &built.marks);
            hits.push(FoundHit { display, score, places, words, context });
        }
        let unexpanded = self.expansions.refused();
        let widenings = self.expansions.widenings();
        let corrections = self.expansions.corrections();
        Ok(Answer { total, unexpanded, widenings, corrections, hits, facets, ..Answer::default() })
    }

    /// The hits of the page, equal ones in order of their keys, so that pages fit together and every replica answers alike, with
    /// their number and the facets: all in one pass.
    fn found<K: Clone + Debug + Send + Sync + 'static>(
        &self,
        query: &dyn Query,
        order: impl SortKeyComputer<SortKey = K> + Send + 'static,
        score: impl Fn(K) -> f32,
    ) -> Result<Found, Error> {
        let Question { offset, limit, ref filters, .. } = *self.question;
        let by_key = (SortByString::for_field("key"), Order::Asc);
        let page = TopDocs::with_limit(limit).and_offset(offset).order_by((order, by_key));
        let unfiltered = self.unfiltered();
        let counts = |dimensions: &[Dimension]| facets::collector(self.searcher, dimensions);
        let pass = Pass {
            hits: (page, Count),
            counts: counts(&unfiltered),
            sideways: filters.iter().map(|(dimension, _)| counts(&[*dimension])).collect(),
            filters,
        };
        let ((ranked, total), counted, sideways) = self.searcher.search(query, &pass)?;
        let mut counts = facets::counts(counted, &unfiltered, &[]);
        for ((dimension, chosen), counted) in filters.iter().zip(sideways) {
            counts.extend(facets::counts(counted, &[*dimension], chosen));
        }
        counts.sort_by_key(|(dimension, _)| *dimension);
        let facets = counts.into_iter().map(|(dimension, counts)| self.facet(dimension, counts));
        let ranked = ranked.into_iter().map(|((key, _), address)| (score(key), address));
        Ok(Found { total, ranked: ranked.collect(), facets: facets.collect() })
    }

    fn display(&self, address: DocAddress) -> Result<Display, Error> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let json = document
            .get_first(self.fields.display)
            .and_then(|value| value.as_str().map(ToOwned::to_owned))
            .unwrap_or_default();
        Ok(serde_json::from_str(&json)?)
    }

    /// The dimensions that the question does not filter by.
    fn unfiltered(&self) -> Vec<Dimension> {
        let is_filtered = |dimension: &Dimension| {
            self.question.filters.iter().any(|(known, _)| known == dimension)
        };
        Dimension::VARIANTS.iter().copied().filter(|dimension| !is_filtered(dimension)).collect()
    }

    fn facet(&self, dimension: Dimension, counts: FacetCounts) -> Facet {
        let labels = self.labels.get(&dimension);
        let count = |(value, count): (String, u64)| {
            // The name of a chosen value without hits would reveal texts that the caller may not find.
            let labels = labels.filter(|_| count != 0);
            let label = labels.and_then(|labels| labels.get(&value)).cloned().unwrap_or_default();
            FacetCount { value, label, count }
        };
        Facet { dimension, counts: counts.into_iter().map(count).collect() }
    }
}

fn by_date() -> SortByStaticFastValue<u64> {
    SortByStaticFastValue::for_field("until")
}

/// A date as a score: the year and the day of it, so that it is exact as a float.
fn days(until: Option<u64>) -> f32 {
    let until = until.unwrap_or(0);
    let days =
        u32::try_from((until / 10_000) * 372 + (until / 100 % 100) * 31 + until % 100).unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "days up to the year 9999 are below 2^24")]
    let days = days as f32;
    days
}
