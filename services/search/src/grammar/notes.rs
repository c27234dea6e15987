//! What of a query was not read as it stands.

use wire::v1 as pb;
pub(crate) use wire::v1::QueryNoteKind as NoteKind;

/// The largest number of notes.
const MAX_NOTES: usize = 10;
/// The largest number of characters of the part that a note is about.
const MAX_TEXT: usize = 60;

/// Notes in the order of the query, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Notes(Vec<(NoteKind, String)>);

impl Notes {
    /// Adds a note about a part of the query.
    pub(crate) fn add(&mut self, kind: NoteKind, text: &str) {
        let note = (kind, text.chars().take(MAX_TEXT).collect());
        if self.0.len() < MAX_NOTES && !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// The notes as the API has them.
    pub(crate) fn to_wire(&self) -> Vec<pb::QueryNote> {
        let note = |(kind, text): &(NoteKind, String)| pb::QueryNote {
            kind: (*kind).into(),
            text: text.clone(),
        };
        self.0.iter().map(note).collect()
    }

    #[cfg(test)]
    pub(crate) fn kinds(&self) -> Vec<NoteKind> {
        self.0.iter().map(|(kind, _)| *kind).collect()
    }
}
