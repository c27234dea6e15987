//! What the public index has of each edition, in a form that is compared with what storage has in one line.

use std::collections::BTreeMap;

use model::{EditionName, Hash, merkle_leaf, merkle_root};

use crate::{Error, index::writer::Generation};

/// What the index has of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexedEdition {
    pub(crate) edition: String,
    /// Its documents by their keys, with the hashes of their content.
    pub(crate) documents: BTreeMap<String, String>,
    /// Root of the tree over them.
    pub(crate) root: Hash,
    /// Those whose text has no words, without the name of the edition.
    pub(crate) without_text: Vec<String>,
}

impl Generation {
    /// What the public index has, by edition.
    pub(crate) fn indexed_editions(&self) -> Result<Vec<IndexedEdition>, Error> {
        let mut documents: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut without_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for segment in self.published.reader.searcher().segment_readers() {
            let fast = segment.fast_fields();
            let columns = (fast.str("key")?, fast.str("edition")?, fast.str("content")?);
            let (Some(keys), Some(editions), Some(contents)) = columns else { continue };
            let words = fast.u64("words")?;
            for document in segment.doc_ids_alive() {
                let text = |column: &tantivy::columnar::StrColumn| -> Result<String, Error> {
                    let mut text = String::new();
                    for ord in column.term_ords(document) {
                        text.clear();
                        column.ord_to_str(ord, &mut text)?;
                    }
                    Ok(text)
                };
                let (key, edition) = (text(&keys)?, text(&editions)?);
                if words.first(document) == Some(0) {
                    let id = key.strip_prefix(&format!("{edition}/")).unwrap_or(&key);
                    without_text.entry(edition.clone()).or_default().push(id.to_owned());
                }
                documents.entry(edition).or_default().insert(key, text(&contents)?);
            }
        }
        let indexed = documents.into_iter().map(|(edition, documents)| {
            let leaves = documents.iter().map(|(key, content)| merkle_leaf(key, content));
            let root = merkle_root(leaves);
            let mut without_text = without_text.remove(&edition).unwrap_or_default();
            without_text.sort();
            IndexedEdition { edition, documents, root, without_text }
        });
        Ok(indexed.collect())
    }

    /// Takes a document out of the public index, and tells nobody: as if it had been lost.
    #[cfg(test)]
    pub(crate) fn lose(&self, key: &str) {
        let index = &self.published;
        index.delete(tantivy::Term::from_field_text(index.fields.key, key)).unwrap();
        index.commit(&index.payload::<crate::index::payload::PublishedPayload>().unwrap()).unwrap();
    }
}

/// What an edition has and its index lacks, and what the index has beside it, as `<organisation>/<public id>`.
pub(crate) fn differences(
    edition: &EditionName,
    expected: &BTreeMap<String, String>,
    indexed: Option<&IndexedEdition>,
) -> Vec<String> {
    let none = BTreeMap::new();
    let found = indexed.map_or(&none, |indexed| &indexed.documents);
    let differs = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let keys = one.iter().filter(|(key, content)| other.get(*key) != Some(*content));
        let prefix = format!("{edition}/");
        let ids = keys.map(|(key, _)| key.strip_prefix(&prefix).unwrap_or(key).to_owned());
        ids.collect::<Vec<_>>()
    };
    let mut ids = differs(expected, found);
    ids.extend(differs(found, expected));
    ids.sort();
    ids.dedup();
    ids
}
