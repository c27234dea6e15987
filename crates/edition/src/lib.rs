//! One edition, laid out once: what it pins goes in; the published data and the [`View`] in a language come out.
//!
//! Pure. Every format and page is made from the view and decides nothing itself: order, headings, anchors, labels,
//! numbers and dates are settled here. Invariant: the same edition in the same language has the same view.

pub mod data;
pub mod flow;
pub mod html;
mod links;
mod pinned;
mod printable;
mod sample;
pub mod tables;
mod text;
mod view;

pub use crate::{
    links::Links,
    pinned::{Report, Reporter},
    text::{Phrase, Text},
    view::*,
};
