//! Numbers notes over a whole edition, and links each with the places that refer to it.
//!
//! Invariant: numbers are those of the whole edition in reading order, so that two notes at the foot of a page differ; anchors
//! are those of the contribution, so that a later edition has the same.

use messages::Messages;

use crate::view::{
    Block, Entry, Inline,
    narrative::{BackReference, Footnote},
};

/// Numbers the notes of this entry from `first`, and returns the number after the last.
pub(crate) fn number(entry: &mut Entry, first: usize, messages: &Messages) -> usize {
    let Some(Block::Notes { notes }) = entry.blocks.last_mut() else { return first };
    for (place, note) in notes.iter_mut().enumerate() {
        note.number = first + place;
        note.anchor = note_anchor(&entry.anchor, place + 1);
    }
    let next = first + notes.len();
    let mut links =
        Links { first, entry: &entry.anchor, messages, found: vec![Vec::new(); next - first] };
    links.blocks(&mut entry.blocks);
    let found = links.found;
    if let Some(Block::Notes { notes }) = entry.blocks.last_mut() {
        for (note, references) in notes.iter_mut().zip(found) {
            note.references = references;
        }
    }
    next
}

fn note_anchor(entry: &str, place: usize) -> String {
    format!("{entry}/note-{place}")
}

/// Gives references their anchors. Recursion is bounded by the depth that parsing takes.
struct Links<'a> {
    first: usize,
    entry: &'a str,
    messages: &'a Messages,
    /// The references to each note.
    found: Vec<Vec<BackReference>>,
}

impl Links<'_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { content, .. } | Block::Heading { content, .. } => {
                    self.inlines(content);
                }
                Block::List { items, .. } => items.iter_mut().for_each(|item| self.blocks(item)),
                Block::Quote { blocks } => self.blocks(blocks),
                Block::Table { header, rows } => {
                    let cells = header.iter_mut().chain(rows.iter_mut().flatten());
                    cells.for_each(|cell| self.inlines(&mut cell.content));
                }
                Block::Notes { notes } => {
                    for Footnote { blocks, .. } in notes {
                        self.blocks(blocks);
                    }
                }
                Block::Code { .. } | Block::Rule => {}
            }
        }
    }

    fn inlines(&mut self, content: &mut [Inline]) {
        for inline in content {
            match inline {
                Inline::Strong { content }
                | Inline::Emphasis { content }
                | Inline::Link { content, .. } => self.inlines(content),
                Inline::Note { number, note, anchor, label } => {
                    let place = *number;
                    *number += self.first - 1;
                    let references = &mut self.found[place - 1];
                    *note = note_anchor(self.entry, place);
                    *anchor = format!("{note}-ref-{}", references.len() + 1);
                    let named = |id: &str| self.messages.with(id, &[("number", (*number).into())]);
                    *label = named("edition-note");
                    references.push(BackReference {
                        anchor: anchor.clone(),
                        label: named("edition-note-back"),
                    });
                }
                Inline::Text { .. } | Inline::Code { .. } | Inline::Break => {}
            }
        }
    }
}
