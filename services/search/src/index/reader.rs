//! Answering a question.

use std::cell::Cell;

use strum::VariantArray as _;
use tantivy::{
    DocAddress, Searcher, TantivyDocument,
    collector::{Count, TopDocs},
    columnar::StrColumn,
    query::Query,
    schema::Value as _,
};

use crate::{
    Error,
    dimension::Dimension,
    index::{
        document::Display,
        facets::{self, FacetCounts},
        passages::{self, Place},
        payload::Labels,
        query::{Searchable, filtered},
        question::{Question, Scope, Sort},
        schema::Fields,
        writer::Generation,
    },
};

/// The largest number of hits that are put in order: all that pages can reach.
const MAX_RANKED: usize = 10_200;

/// A contribution that answers.
#[derive(Debug, Clone)]
pub(crate) struct FoundHit {
    pub(crate) display: Display,
    pub(crate) score: f32,
    pub(crate) places: Vec<Place>,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) total: usize,
    pub(crate) watermark: u64,
    /// How far the index was that answered.
    pub(crate) position: u64,
    pub(crate) is_relaxed: bool,
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
    /// Answers a question. When no contribution has the words that are needed, those with one of them answer.
    pub(crate) fn answer(&self, question: &Question) -> Result<Answer, Error> {
        // Read before the documents: these may be newer than the watermark says, never older.
        let shown = self.shown();
        let index = match question.scope {
            Scope::Published => &self.published,
            Scope::Working => &self.working,
        };
        let searcher = index.reader.searcher();
        let editions = shown.editions(question);
        let asked = Asked {
            searcher: &searcher,
            fields: &index.fields,
            question,
            editions: editions.as_deref(),
            labels: shown.labels(question.scope),
        };
        let mut answer = asked.answer(false)?;
        if answer.total == 0 && question.expression.is_some() {
            let relaxed = asked.answer(true)?;
            if relaxed.total != 0 {
                answer = Answer { is_relaxed: true, ..relaxed };
            }
        }
        let position = shown.position(question.scope);
        Ok(Answer { watermark: shown.watermark, position, ..answer })
    }
}

struct Asked<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    question: &'a Question,
    editions: Option<&'a [String]>,
    labels: &'a Labels,
}

impl Asked<'_> {
    fn answer(&self, is_relaxed: bool) -> Result<Answer, Error> {
        let searchable = Searchable {
            fields: self.fields,
            searcher: self.searcher,
            is_relaxed,
            is_restricted: self.question.visible.is_restricted(),
            misspelt: Cell::default(),
        };
        let built = searchable.build(self.question.expression.as_ref());
        let found = self.question.visible.restrict(built.query, self.fields, self.searcher)?;
        let query = filtered(found.box_clone(), self.fields, &self.question.filters, self.editions);
        let unfiltered = self.dimensions(false);
        let (total, counted) = self
            .searcher
            .search(&query, &(Count, facets::collector(self.searcher, &unfiltered)))?;
        let mut hits = Vec::new();
        for (score, display) in self.page(&query)? {
            let places = passages::best(&display.passages, &built.terms);
            hits.push(FoundHit { display, score, places });
        }
        let mut counts = facets::counts(counted, &unfiltered);
        counts.extend(self.counts_without_own_filter(&*found)?);
        counts.sort_by_key(|(dimension, _)| *dimension);
        let facets = counts.into_iter().map(|(dimension, counts)| self.facet(dimension, counts));
        let facets = facets.collect();
        Ok(Answer { total, watermark: 0, position: 0, is_relaxed: false, hits, facets })
    }

    /// The hits of the page, equal ones in order of their keys, so that pages fit together and every replica answers alike.
    fn page(&self, query: &dyn Query) -> Result<Vec<(f32, Display)>, Error> {
        let Question { offset, limit, sort, .. } = *self.question;
        let top = TopDocs::with_limit(MAX_RANKED);
        let scored: Vec<(f32, DocAddress)> = match sort {
            Sort::Score => self.searcher.search(query, &top.order_by_score())?,
            Sort::Newest | Sort::Oldest => {
                let order =
                    if sort == Sort::Newest { tantivy::Order::Desc } else { tantivy::Order::Asc };
                let found =
                    self.searcher.search(query, &top.order_by_fast_field::<u64>("until", order))?;
                found.into_iter().map(|(until, address)| (rank(until, sort), address)).collect()
            }
        };
        let keys = self.keys()?;
        let mut ranked = Vec::with_capacity(scored.len());
        for (score, address) in scored {
            ranked.push((score, key_of(&keys, address)?, address));
        }
        ranked.sort_by(|(one, a, _), (other, b, _)| other.total_cmp(one).then_with(|| a.cmp(b)));
        ranked
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|(score, _, address)| Ok((score, self.display(address)?)))
            .collect()
    }

    /// The keys of each segment's documents.
    fn keys(&self) -> Result<Vec<Option<StrColumn>>, Error> {
        let column = |segment: &tantivy::SegmentReader| Ok(segment.fast_fields().str("key")?);
        self.searcher.segment_readers().iter().map(column).collect()
    }

    fn display(&self, address: DocAddress) -> Result<Display, Error> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let json = document
            .get_first(self.fields.display)
            .and_then(|value| value.as_str().map(ToOwned::to_owned))
            .unwrap_or_default();
        Ok(serde_json::from_str(&json)?)
    }

    /// The dimensions that the question filters by, or the others.
    fn dimensions(&self, is_filtered: bool) -> Vec<Dimension> {
        let filters = &self.question.filters;
        let has_filter =
            |dimension: &Dimension| filters.iter().any(|(known, _)| known == dimension);
        let all = Dimension::VARIANTS.iter().copied();
        all.filter(|dimension| has_filter(dimension) == is_filtered).collect()
    }

    /// Counts the dimensions that the question filters by, each with all filters but its own.
    fn counts_without_own_filter(
        &self,
        query: &dyn Query,
    ) -> Result<Vec<(Dimension, FacetCounts)>, Error> {
        let mut counts = Vec::new();
        for dimension in self.dimensions(true) {
            let mut others = self.question.filters.clone();
            others.retain(|(known, _)| *known != dimension);
            let query = filtered(query.box_clone(), self.fields, &others, self.editions);
            let collector = facets::collector(self.searcher, &[dimension]);
            let counted = self.searcher.search(&query, &collector)?;
            counts.extend(facets::counts(counted, &[dimension]));
        }
        Ok(counts)
    }

    fn facet(&self, dimension: Dimension, counts: FacetCounts) -> Facet {
        let labels = self.labels.get(&dimension);
        let count = |(value, count): (String, u64)| {
            let label = labels.and_then(|labels| labels.get(&value)).cloned().unwrap_or_default();
            FacetCount { value, label, count }
        };
        Facet { dimension, counts: counts.into_iter().map(count).collect() }
    }
}

fn key_of(keys: &[Option<StrColumn>], address: DocAddress) -> Result<String, Error> {
    let mut key = String::new();
    let column =
        usize::try_from(address.segment_ord).ok().and_then(|segment| keys.get(segment)?.as_ref());
    if let Some(column) = column
        && let Some(ord) = column.term_ords(address.doc_id).next()
    {
        column.ord_to_str(ord, &mut key)?;
    }
    Ok(key)
}

/// A date as a score: the year and the day of it, so that it is exact as a float.
fn rank(until: Option<u64>, sort: Sort) -> f32 {
    let until = until.unwrap_or(0);
    let days =
        u32::try_from((until / 10_000) * 372 + (until / 100 % 100) * 31 + until % 100).unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "days up to the year 9999 are below 2^24")]
    let rank = days as f32;
    if sort == Sort::Oldest { -rank } else { rank }
}
