//! The tantivy part: schema, documents, writing, reading.

mod document;
mod document_index;
mod facets;
mod generations;
mod passages;
mod payload;
mod query;
mod question;
mod reader;
mod schema;
mod visible;
mod vocabulary;
mod writer;

pub(crate) use crate::index::{
    generations::Generations,
    query::Filters,
    question::{Question, Scope, Sort},
    reader::{Answer, Facet, FacetCount, FoundHit},
    visible::Visible,
    writer::{Change, Generation},
};
