//! Limits of what a text is made of.

use std::ops::Range;

use pulldown_cmark::Tag;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::parse::{Builder, MAX_BLOCKS};

/// Largest number of runs of text, emphasis and links.
const MAX_RUNS: usize = 50_000;
/// Largest number of columns of a table; a page has no room for more.
const MAX_COLUMNS: usize = 20;
/// Largest number of notes: each is laid out anew with every line that could have it at the foot of its page.
const MAX_NOTES: usize = 500;
/// Longest word, in letters: typesetting takes much longer over a word than over as many letters in lines.
const MAX_WORD: usize = 1_000;
/// Most characters of one letter with its marks.
const MAX_LETTER: usize = 32;

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
            Tag::FootnoteDefinition(_) if self.notes.count() >= MAX_NOTES => self.over(
                range.start,
                "TOO_MANY_NOTES",
                format!("more than {MAX_NOTES} notes; split the text"),
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
    /// Refuses the first word of a passage that no line could hold, and the first letter with more marks than any script has.
    pub(super) fn check_words(&mut self, at: usize, text: &str) {
        if let Some(word) = words(text).find(|word| word.graphemes(true).count() > MAX_WORD) {
            let letters = word.graphemes(true).count();
            let description =
                format!("{letters} letters without a space, at most {MAX_WORD} are taken");
            self.fault_in(at, word, "WORD_TOO_LONG", &description);
        }
        let letters = || text.graphemes(true).map(|letter| (letter, letter.chars().count()));
        if let Some((letter, count)) = letters().find(|(_, count)| *count > MAX_LETTER) {
            let description =
                format!("a letter of {count} characters, at most {MAX_LETTER} are taken");
            self.fault_in(at, letter, "LETTER_TOO_LONG", &description);
        }
    }

    /// A fault of a piece of the passage that begins at `at`; where escapes or emphasis divide it, the passage's place is named.
    fn fault_in(&mut self, at: usize, piece: &str, reason: &'static str, description: &str) {
        let shown: String = piece.chars().take(20).collect();
        let at = at + self.markdown[at..].find(&shown).unwrap_or(0);
        self.fault(at, reason, format!("`{shown}` begins {description}"));
    }
}

/// The stretches of a text in which no line can break.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == '\u{200b}' || is_space(c) || is_ideograph(c))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// Whether a line may break beside it: characters of Chinese, Japanese and Korean.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
