//! Narrative text: Markdown in; blocks, passages with stable ids and plain text out.
//!
//! Owns which Markdown is taken: CommonMark with tables, without raw HTML and images.
//! Invariant: whatever the input, parsing ends in a document or in faults that name their place, within fixed limits.

mod align;
mod compare;
mod document;
mod lost;
mod nesting;
mod parse;
mod passages;
pub mod targets;

pub use crate::{
    compare::{Change, Difference, WordRun, compare},
    document::{Block, Cell, Document, Inline, Note, Numbering},
    lost::lost,
    parse::{MAX_BLOCKS, MAX_BYTES, MAX_DEPTH, parse},
    passages::assign,
};
