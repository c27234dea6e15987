//! Files rendered from an edition: bytes, format and hash.

use serde::{Deserialize, Serialize};

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Where each passage stands in a PDF; empty for the other formats.
    pub positions: Vec<Position>,
    /// The fonts that a PDF takes beside those built in: names, each with the beginning of its hash.
    pub fonts: Vec<String>,
}

/// The place of a passage in a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Organisation, contribution and passage: `bz/bz-1-1/…`.
    pub passage: String,
    /// Page, counted from 1.
    pub page: u32,
}
