//! Notes to a text: `[^a]` refers to the one that `[^a]:` begins.
//!
//! Invariant: each note that is defined is in the document once, whether the text refers to it or not.

use crate::{Block, Note};

/// The notes that were referred to, and those that were defined.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Names in the order of first references, in lower case: names are the same whatever their case (GFM).
    referred: Vec<String>,
    defined: Vec<Note>,
}

impl Notes {
    /// The number of the note with this name.
    pub(super) fn number(&mut self, label: &str) -> usize {
        let label = label.to_lowercase();
        let known = self.referred.iter().position(|known| *known == label);
        known.unwrap_or_else(|| {
            self.referred.push(label);
            self.referred.len() - 1
        }) + 1
    }

    /// How many are defined.
    pub(super) fn count(&self) -> usize {
        self.defined.len()
    }

    pub(super) fn define(&mut self, label: String, blocks: Vec<Block>) {
        self.defined.push(Note { label, blocks });
    }

    /// The notes by their numbers, then those that nothing refers to.
    pub(super) fn in_order(self) -> Vec<Note> {
        let mut defined = self.defined;
        let mut notes = Vec::with_capacity(defined.len());
        for label in self.referred {
            let place = defined.iter().position(|note| note.label.to_lowercase() == label);
            let missing = || Note { label, blocks: Vec::new() };
            notes.push(place.map_or_else(missing, |place| defined.remove(place)));
        }
        notes.extend(defined);
        notes
    }
}

#[cfg(test)]
mod tests {
    use crate::{Block, Inline, parse};

    fn text_of(blocks: &[Block]) -> Vec<String> {
        let text = |block: &Block| match block {
            Block::Paragraph { content, .. } => format!("{content:?}"),
            other => format!("{other:?}"),
        };
        blocks.iter().map(text).collect()
    }

    #[test]
    fn a_note_is_numbered_where_the_text_first_refers_to_it() {
        let document = parse(
            "Een[^b] en twee[^a], weer een[^B].\n\n[^a]: Noot *a*.\n\n[^b]: Noot b.\n\n    Meer.",
        )
        .unwrap();
        let [Block::Paragraph { content, .. }] = &document.blocks[..] else {
            panic!("{document:?}")
        };
        let numbers: Vec<_> =
            content
                .iter()
                .filter_map(|inline| {
                    if let Inline::Note { number, .. } = inline { Some(*number) } else { None }
                })
                .collect();
        assert_eq!(numbers, [1, 2, 1]);
        let labels: Vec<_> = document.notes.iter().map(|note| note.label.as_str()).collect();
        assert_eq!(labels, ["b", "a"]);
        assert_eq!(document.notes[0].blocks.len(), 2, "{:?}", text_of(&document.notes[0].blocks));
        assert_eq!(document.passages, ["Een en twee, weer een.", "Noot a.", "Noot b.", "Meer."]);
    }

    #[test]
    fn a_note_that_nothing_refers_to_comes_last() {
        let document =
            parse("[^x]: Los.\n\nTekst[^y].\n\n[^y]: Genoemd.\n\n[^y]: Tweede.").unwrap();
        let labels: Vec<_> = document.notes.iter().map(|note| note.label.as_str()).collect();
        assert_eq!(labels, ["y", "x", "y"]);
    }

    #[test]
    fn more_notes_than_can_be_typeset_are_refused() {
        let notes = |count: usize| {
            (0..count).map(|i| format!("[^{i}]: n")).collect::<Vec<_>>().join("\n\n")
        };
        assert_eq!(parse(&notes(500)).unwrap().notes.len(), 500);
        assert_eq!(parse(&notes(501)).unwrap_err()[0].reason, "TOO_MANY_NOTES");
    }

    #[test]
    fn a_reference_without_a_note_is_text() {
        let document = parse("Zie [^1].").unwrap();
        assert_eq!(document.passages, ["Zie [^1]."]);
        assert!(document.notes.is_empty());
    }
}
