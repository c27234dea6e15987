//! Answering a question.

use std::{cell::Cell, collections::BTreeMap};

use tantivy::{
    DocAddress, Searcher, TantivyDocument,
    collector::{Count, TopDocs},
    columnar::StrColumn,
    query::Query,
    schema::Value as _,
};

use model::{EditionName, Instant};

use crate::{
    Error,
    grammar::Expression,
    index::{
        document::Display,
        facets::{self, FacetCounts},
        passages::{self, Place},
        query::{Filters, Searchable, filtered},
        schema::{Dimension, Fields},
        visible::Visible,
        writer::{Generation, Shown},
    },
};

/// Hits that are put in order, at most: all that pages can reach.
const MAX_RANKED: usize = 10_200;

/// A question put to one of the indexes.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// What is asked for; everything where there is none.
    pub(crate) expression: Option<Expression>,
    /// What must hold besides.
    pub(crate) filters: Filters,
    /// Whether the public index is asked.
    pub(crate) is_published: bool,
    /// What the caller may find.
    pub(crate) visible: Visible,
    /// The edition that is searched; none: every cycle's current one.
    pub(crate) edition: Option<EditionName>,
    /// The moment that is asked about: what was the current editions then, or the drafts and submissions; none: now.
    pub(crate) as_of: Option<Instant>,
    /// Order of the hits.
    pub(crate) sort: Sort,
    /// Hits to pass over.
    pub(crate) offset: usize,
    /// The position up to which the index must be to answer.
    pub(crate) not_before: u64,
    /// Hits to return, at most.
    pub(crate) limit: usize,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Score,
    Newest,
    Oldest,
}

/// A contribution that answers.
#[derive(Debug, Clone)]
pub(crate) struct FoundHit {
    pub(crate) display: Display,
    pub(crate) score: f32,
    pub(crate) places: Vec<Place>,
}

impl Question {
    /// Names of the editions that are searched; none where unpublished text is.
    pub(crate) fn editions(&self, shown: &Shown) -> Option<Vec<String>> {
        let one = |edition: &EditionName| vec![edition.to_string()];
        let current = || shown.current(self.as_of);
        self.is_published.then(|| self.edition.as_ref().map_or_else(current, one))
    }
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) total: usize,
    pub(crate) watermark: u64,
    pub(crate) is_relaxed: bool,
    pub(crate) hits: Vec<FoundHit>,
    pub(crate) facets: Vec<(Dimension, FacetCounts)>,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Generation {
    /// Answers a question. When no contribution has the words that are needed, those with one of them answer.
    pub(crate) fn answer(&self, question: &Question) -> Result<Answer, Error> {
        // Read before the documents: these may be newer than the watermark says, never older.
        let shown = self.shown();
        let half = if question.is_published { &self.published } else { &self.working };
        let searcher = half.reader.searcher();
        let editions = question.editions(&shown);
        let asked = Asked {
            searcher: &searcher,
            fields: &half.fields,
            question,
            editions: editions.as_deref(),
        };
        let mut answer = asked.answer(false)?;
        if answer.total == 0 && question.expression.is_some() {
            let relaxed = asked.answer(true)?;
            if relaxed.total != 0 {
                answer = Answer { is_relaxed: true, ..relaxed };
            }
        }
        let is_told = |key: &String| {
            answer.facets.iter().any(|(dimension, counts)| {
                counts.iter().any(|(value, _)| *key == format!("{}:{value}", dimension.name()))
            })
        };
        let labels = shown.labels(question.is_published).iter();
        answer.labels = labels
            .filter(|(key, _)| is_told(key))
            .map(|(key, label)| (key.clone(), label.clone()))
            .collect();
        Ok(Answer { watermark: shown.watermark, ..answer })
    }
}

struct Asked<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    question: &'a Question,
    editions: Option<&'a [String]>,
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
        let total = self.searcher.search(&query, &Count)?;
        let mut hits = Vec::new();
        for (score, display) in self.page(&query)? {
            let places = passages::best(&display.passages, &built.terms);
            hits.push(FoundHit { display, score, places });
        }
        let facets = self.facets(&*found)?;
        Ok(Answer { total, watermark: 0, is_relaxed: false, hits, facets, labels: BTreeMap::new() })
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

    /// Counts of each dimension, with all filters but its own.
    fn facets(&self, query: &dyn Query) -> Result<Vec<(Dimension, FacetCounts)>, Error> {
        let mut facets = Vec::new();
        for dimension in Dimension::ALL {
            let others: Filters = self
                .question
                .filters
                .iter()
                .filter(|(known, _)| *known != dimension)
                .cloned()
                .collect();
            let query = filtered(query.box_clone(), self.fields, &others, self.editions);
            facets.push((dimension, facets::count(self.searcher, &query, dimension)?));
        }
        Ok(facets)
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
