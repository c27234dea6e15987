//! The tantivy part: schema, documents, writing, reading.

mod bare;
mod document;
mod facets;
mod folder;
mod half;
mod passages;
mod payload;
mod query;
mod reader;
mod schema;
mod visible;
mod writer;

pub(crate) use crate::index::{
    bare::Bare,
    folder::Indexes,
    query::Filters,
    reader::{Answer, FoundHit, Question, Sort},
    schema::Dimension,
    visible::Visible,
    writer::{Change, Generation},
};
