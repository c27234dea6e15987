//! richtext
