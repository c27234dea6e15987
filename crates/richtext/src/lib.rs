//! Narrative text: Markdown in; blocks, passages with stable ids and plain text out.
//!
//! Owns which Markdown is taken: CommonMark with tables, without raw HTML and images.
//! Invariant: whatever the input, parsing ends in a document or in faults that name their place, within fixed limits.

mod align;
mod compare;
mod document;
mod misread;
mod nesting;
mod parse;
mod passages;
pub mod targets;
mod unshown;

pub use crate::{
    align::align,
    compare::{Change, Difference, WordRun, compare, words},
    document::{Alignment, Block, Cell, Document, Inline, Note, Numbering},
    misread::misread,
    parse::{MAX_BLOCKS, MAX_BYTES, MAX_DEPTH, parse, place},
    passages::assign,
    unshown::lost,
};
