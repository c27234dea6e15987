//! From a byte of a text to its line and column.
//!
//! Invariant: the answer takes the same short time wherever the byte is, however long its line.

use crate::files::Place;

/// Bytes between two marks.
const STEP: usize = 128;

/// Finds places in a text.
#[derive(Debug)]
pub(crate) struct Places<'t> {
    text: &'t str,
    marks: Vec<(usize, Place)>,
}

impl<'t> Places<'t> {
    /// Prepares for a text.
    pub(crate) fn new(text: &'t str) -> Self {
        let mut marks = vec![(0, Place::START)];
        let mut place = Place::START;
        let mut next = STEP;
        for (offset, character) in text.char_indices() {
            if next <= offset {
                marks.push((offset, place));
                next = offset + STEP;
            }
            place = after(place, character);
        }
        Self { text, marks }
    }

    /// Returns the place of a byte; a byte beyond the end stands at the end.
    pub(crate) fn at(&self, offset: usize) -> Place {
        let mark = self.marks.partition_point(|(marked, _)| *marked <= offset).saturating_sub(1);
        let (start, place) = self.marks[mark];
        let characters = self.text[start..].char_indices().take_while(|(i, _)| start + i < offset);
        characters.fold(place, |place, (_, character)| after(place, character))
    }
}

/// Returns the place after the last character of a text.
pub(crate) fn end_of(text: &str) -> Place {
    text.chars().fold(Place::START, after)
}

fn after(place: Place, character: char) -> Place {
    if character == '\n' {
        Place { line: place.line + 1, column: 1 }
    } else {
        Place { line: place.line, column: place.column + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_on_long_lines_and_after_wide_characters() {
        let text = format!("é\n{}x\n", "é".repeat(1_000));
        let places = Places::new(&text);
        assert_eq!(places.at(0), Place { line: 1, column: 1 });
        assert_eq!(places.at(2), Place { line: 1, column: 2 });
        assert_eq!(places.at(3 + 2_000), Place { line: 2, column: 1_001 });
        assert_eq!(places.at(usize::MAX), Place { line: 3, column: 1 });
        assert_eq!(end_of(&text), Place { line: 3, column: 1 });
    }
}
