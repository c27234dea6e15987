//! The tantivy part: schema, documents, writing, reading.

mod abbreviations;
mod concepts;
mod document;
mod document_index;
mod facets;
mod generations;
#[cfg(test)]
mod hostile;
mod numbers;
mod pass;
mod passages;
mod payload;
mod query;
mod question;
mod reader;
mod schema;
mod stop_words;
mod tier;
mod values;
mod visible;
mod vocabulary;
mod widening;
mod words;
mod writer;

pub(crate) use crate::index::{
    concepts::Concepts,
    document::known_of,
    generations::Generations,
    query::Filters,
    question::{Question, Scope, Sort},
    reader::{Answer, Facet, FacetCount, FoundHit},
    visible::Visible,
    writer::{Change, Generation, Shown},
};
