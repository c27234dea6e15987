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
    grammar::Expression,
    index::{
        concepts::Concepts,
        document::Display,
        facets::{self, FacetCounts},
        lineage::{Lineages, Link},
        pass::Pass,
        passages::{self, FoundPart, Matches, Place},
        payload::Labels,
        query::{Searchable, within},
        question::{Question, Sort},
        recent::Snapshot,
        schema::Fields,
        stop_words::StopWords,
        vocabulary::Expansions,
        would_find,
        writer::Generation,
    },
};

/// With fewer hits than these, contributions with only some of the words follow them.
const FEW: usize = 10;
/// The largest number of words of which it is looked whether anything has them.
const MAX_UNMATCHED: usize = 8;

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
    /// Its indicators that are what was asked for in another version of the framework.
    pub(crate) links: Vec<Link>,
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
    /// Where nothing is found, or words of the query are nowhere: questions like this one that find something.
    pub(crate) would_find: Vec<OtherQuestion>,
    /// Words of the query that nothing has.
    pub(crate) unmatched: Vec<String>,
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
        answer.unmatched = self.unmatched(&snapshot, question, synonyms, answer.total)?;
        let tries = if answer.total == 0 {
            would_find::tries(question)
        } else {
            would_find::without(question, &answer.unmatched)
        };
        for tried in tries {
            let total = self.answer_from(&snapshot, &tried.question, synonyms)?.total;
            answer.would_find.extend(tried.found(total));
        }
        // Kept for the next page alone.
        if question.offset + answer.hits.len() < answer.total {
            self.recent.keep(question.scope, &snapshot);
        }
        Ok(answer)
    }

    /// The words of a question that nothing has which the caller may find.
    fn unmatched(
        &self,
        snapshot: &Snapshot,
        question: &Question,
        synonyms: &Concepts,
        total: usize,
    ) -> Result<Vec<String>, Error> {
        let words = question.reading.expression.as_ref().map(Expression::single_words);
        let words = words.unwrap_or_default();
        let stop_words = StopWords::of_query(words.iter().copied());
        let has_meaning =
            |word: &&str| word.contains(char::is_alphanumeric) && !stop_words.has(word);
        let mut unmatched: Vec<String> = Vec::new();
        let editions = snapshot.shown.editions(question);
        for word in words.into_iter().filter(has_meaning).take(MAX_UNMATCHED) {
            let asked = self.asked(snapshot, question, editions.as_deref(), synonyms);
            if !unmatched.iter().any(|known| known == word) && asked.is_nowhere(word, total)? {
                unmatched.push(word.to_owned());
            }
        }
        Ok(unmatched)
    }

    fn asked<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        question: &'a Question,
        editions: Option<&'a [String]>,
        synonyms: &'a Concepts,
    ) -> Asked<'a> {
        let Snapshot { shown, searcher, forgotten: _ } = snapshot;
        Asked {
            searcher,
            fields: &self.index(question.scope).fields,
            question,
            editions,
            labels: shown.labels(question.scope),
            lineages: &shown.lineages,
            expansions: Expansions::default(),
            concepts: shown.concepts(question).chain([synonyms]).collect(),
        }
    }

    /// Answers a question. When few contributions have the words that are needed, those with only some of them follow.
    fn answer_from(
        &self,
        snapshot: &Snapshot,
        question: &Question,
        synonyms: &Concepts,
    ) -> Result<Answer, Error> {
        let shown = &snapshot.shown;
        let editions = shown.editions(question);
        let asked = self.asked(snapshot, question, editions.as_deref(), synonyms);
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
    lineages: &'a Lineages,
    expansions: Expansions,
    concepts: Vec<&'a Concepts>,
}

impl Asked<'_> {
    fn searchable(&self, is_relaxed: bool) -> Searchable<'_> {
        Searchable {
            fields: self.fields,
            searcher: self.searcher,
            is_relaxed,
            is_restricted: self.question.visible.is_restricted(),
            expansions: &self.expansions,
            labels: self.labels,
            lineages: self.lineages,
            concepts: &self.concepts,
            is_as_written: self.question.is_as_written,
        }
    }

    /// Whether nothing that the caller may find has a word. It is counted, but for a word of the index in a question that many
    /// contributions answer, where everybody may find everything.
    fn is_nowhere(&self, word: &str, total: usize) -> Result<bool, Error> {
        let searchable = self.searchable(false);
        let is_restricted = self.question.visible.is_restricted();
        if total >= FEW && !is_restricted && searchable.is_known(word) {
            return Ok(false);
        }
        let built = searchable.build(Some(&Expression::Word(word.to_owned())));
        let found = self.question.visible.restrict(built.query, self.fields, self.searcher)?;
        let query = within(found, self.fields, self.editions);
        Ok(self.searcher.search(&*query, &Count)? == 0)
    }

    fn answer(&self, is_relaxed: bool) -> Result<Answer, Error> {
        let searchable = self.searchable(is_relaxed);
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
            let links = built.marks.links_to(&display.places);
            hits.push(FoundHit { display, score, places, words, context, links });
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
