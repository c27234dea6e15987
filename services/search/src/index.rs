//! The tantivy part: schema, documents, writing, reading.

mod abbreviations;
mod completeness;
mod concepts;
mod document;
mod document_index;
mod facets;
mod generations;
#[cfg(test)]
mod hostile;
mod lineage;
mod marks;
mod names;
mod numbers;
mod pass;
mod passages;
mod payload;
mod query;
mod question;
mod reader;
mod recent;
mod schema;
mod shown;
mod spelled;
mod stop_words;
mod suggestions;
mod tier;
mod values;
mod visible;
mod vocabulary;
mod widening;
mod words;
mod would_find;
mod writer;

pub(crate) use crate::index::{
    completeness::{IndexedEdition, differences},
    concepts::Concepts,
    document::{Part, known_of},
    generations::Generations,
    lineage::Link,
    passages::{FoundPart, Place},
    query::Filters,
    question::{Question, Scope, Sort},
    reader::{Answer, Facet, FacetCount, FoundHit},
    shown::Shown,
    visible::Visible,
    writer::{Change, Generation},
};
