//! Limits of what a text is made of.

use std::ops::Range;

use pulldown_cmark::Tag;

use crate::parse::{Builder, MAX_BLOCKS};

/// Largest number of runs of text, emphasis and links.
const MAX_RUNS: usize = 50_000;
/// Largest number of columns of a table.
const MAX_COLUMNS: usize = 50;

impl Builder<'_> {
    /// Counts what begins, and returns whether it is within the limits.
    pub(super) fn count(&mut self, tag: &Tag<'_>, range: &Range<usize>) -> bool {
        match tag {
            Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. } => {
                self.count_run(range);
            }
            Tag::TableHead | Tag::TableRow => {}
            Tag::Table(columns) if columns.len() > MAX_COLUMNS => self.over(
                range.start,
                "TOO_MANY_COLUMNS",
                format!("{} columns, at most {MAX_COLUMNS} are taken", columns.len()),
            ),
            _ => self.count_block(range),
        }
        !self.is_over
    }

    fn count_block(&mut self, range: &Range<usize>) {
        self.blocks += 1;
        if self.blocks > MAX_BLOCKS {
            self.over(
                range.start,
                "TOO_MANY_BLOCKS",
                format!("more than {MAX_BLOCKS} blocks, list items and cells; split the text"),
            );
        }
    }

    pub(super) fn count_run(&mut self, range: &Range<usize>) {
        self.runs += 1;
        if self.runs > MAX_RUNS {
            self.over(
                range.start,
                "TOO_MANY_RUNS",
                format!("more than {MAX_RUNS} runs of text; split the text"),
            );
        }
    }
}
