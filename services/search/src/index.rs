//! The tantivy part: schema, documents, writing, reading.

mod document;
mod facets;
mod passages;
mod query;
mod reader;
mod schema;
mod writer;

pub(crate) use crate::index::{
    query::Filters,
    reader::{Answer, FoundHit, Question, Sort},
    schema::Dimension,
    writer::{Change, Generation, Indexes},
};
