//! Stable ids of passages.
//!
//! An id is a hash of a passage's first text and an ordinal. The next revision inherits it by alignment: equal passages
//! first, then similar ones, in order. An id that was removed is never given out again; of a split or a merge the first
//! part keeps the id. An edit elsewhere changes no id.

use std::collections::{HashMap, HashSet};

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use model::{Hash, Passage};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_normalization::UnicodeNormalization as _;

use crate::Document;

/// Passages that are compared with one another in a gap, at most: beyond it only those at the same place are.
const MAX_COMPARISONS: usize = 10_000;
/// Characters of an id after its `p`.
const ID_LENGTH: usize = 10;

/// Gives each passage of `document` its id. `previous` are the passages of the revision before, in this language;
/// `retired` are all ids that the contribution ever had.
pub fn assign(
    document: &Document,
    language: &str,
    previous: &[Passage],
    retired: &[String],
) -> Vec<Passage> {
    let old: Vec<String> = previous.iter().map(|passage| normalise(&passage.text)).collect();
    let new: Vec<String> = document.passages.iter().map(|text| normalise(text)).collect();
    let inherited = align(&old, &new);
    let taken: HashSet<&str> = retired
        .iter()
        .map(String::as_str)
        .chain(previous.iter().map(|passage| passage.id.as_str()))
        .collect();
    let mut fresh: HashSet<String> = HashSet::new();
    let mut passages = Vec::with_capacity(new.len());
    for (place, text) in document.passages.iter().enumerate() {
        let id = match inherited.get(&place) {
            Some(from) => previous[*from].id.clone(),
            None => fresh_id(language, &new[place], &taken, &fresh),
        };
        fresh.insert(id.clone());
        passages.push(Passage { id, language: language.to_owned(), text: text.clone() });
    }
    passages
}

/// Composed characters and single spaces: what a reader would call the same text.
fn normalise(text: &str) -> String {
    text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fresh_id(language: &str, text: &str, taken: &HashSet<&str>, fresh: &HashSet<String>) -> String {
    (1_u32..)
        .map(|ordinal| id(language, text, ordinal))
        .find(|id| !taken.contains(id.as_str()) && !fresh.contains(id))
        .expect("there are more ordinals than passages")
}

fn id(language: &str, text: &str, ordinal: u32) -> String {
    let Hash(hash) = Hash::of(format!("{language}\n{ordinal}\n{text}").as_bytes());
    format!("p{}", &lower_base32().encode(&hash)[..ID_LENGTH])
}

fn lower_base32() -> Encoding {
    let mut specification: Specification = BASE32_NOPAD.specification();
    specification.symbols = "abcdefghijklmnopqrstuvwxyz234567".to_owned();
    specification.encoding().expect("32 distinct symbols make an encoding")
}

/// Maps places in the new text to places in the old one.
fn align(old: &[String], new: &[String]) -> HashMap<usize, usize> {
    let mut aligned = HashMap::new();
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                aligned.extend((0..len).map(|i| (new_index + i, old_index + i)))
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let similar = align_similar(
                    &old[old_index..old_index + old_len],
                    &new[new_index..new_index + new_len],
                );
                aligned.extend(
                    similar.into_iter().map(|(to, from)| (new_index + to, old_index + from)),
                );
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    aligned
}

/// Within a gap, each new passage takes the first similar old one after the one taken before it.
fn align_similar(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let is_small = old.len() * new.len() <= MAX_COMPARISONS;
    let mut aligned = Vec::new();
    let mut from = 0;
    for (to, text) in new.iter().enumerate() {
        let candidates =
            if is_small { from..old.len() } else { to.max(from)..(to + 1).min(old.len()) };
        if let Some(found) = candidates.into_iter().find(|place| are_similar(&old[*place], text)) {
            aligned.push((to, found));
            from = found + 1;
        }
    }
    aligned
}

/// Whether half of the words of both are shared (Sørensen–Dice coefficient of the words as a multiset).
fn are_similar(one: &str, other: &str) -> bool {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in one.split(' ') {
        *counts.entry(word).or_default() += 1;
    }
    let mut shared = 0;
    let mut words = one.split(' ').count();
    for word in other.split(' ') {
        words += 1;
        if let Some(count) = counts.get_mut(word).filter(|count| 0 < **count) {
            *count -= 1;
            shared += 1;
        }
    }
    words <= 4 * shared
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse;

    fn passages(markdown: &str, previous: &[Passage], retired: &[String]) -> Vec<Passage> {
        assign(&parse(markdown).unwrap(), "nl", previous, retired)
    }

    fn ids(passages: &[Passage]) -> Vec<String> {
        passages.iter().map(|passage| passage.id.clone()).collect()
    }

    #[test]
    fn the_same_text_has_the_same_ids_everywhere() {
        let made = ids(&passages("Een zin.\n\nNog een zin.\n\nEen zin.", &[], &[]));
        assert_eq!(made, ids(&passages("Een  zin.\n\nNog een\nzin.\n\nEen zin.", &[], &[])));
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), 3);
        assert!(made.iter().all(|id| id.len() == 11 && id.starts_with('p')), "{made:?}");
    }

    #[test]
    fn of_a_split_and_of_a_merge_the_first_part_keeps_the_id() {
        let before = passages("a b c d e f g h\n\nx y z", &[], &[]);
        let split = passages("a b c d\n\ne f g h\n\nx y z", &before, &ids(&before));
        assert_eq!((&split[0].id, &split[2].id), (&before[0].id, &before[1].id));
        let merged = passages("a b c d e f g h\n\nx y z", &split, &ids(&split));
        assert_eq!((&merged[0].id, &merged[1].id), (&split[0].id, &split[2].id));
    }

    #[test]
    fn a_removed_id_is_never_given_out_again() {
        let before = passages("een\n\ntwee", &[], &[]);
        let without = passages("een", &before, &ids(&before));
        let again = passages("een\n\ntwee", &without, &ids(&before));
        assert_eq!(again[0].id, before[0].id);
        assert_ne!(again[1].id, before[1].id);
    }

    fn paragraph() -> impl Strategy<Value = String> {
        proptest::collection::vec("[a-z]{2,6}", 4..12).prop_map(|words| words.join(" "))
    }

    #[derive(Debug, Clone)]
    enum Edit {
        Change(usize, String),
        Insert(usize, String),
        Remove(usize),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (0_usize..100, "[a-z]{2,6}").prop_map(|(at, word)| Edit::Change(at, word)),
            (0_usize..100, paragraph()).prop_map(|(at, text)| Edit::Insert(at, text)),
            (0_usize..100).prop_map(Edit::Remove),
        ]
    }

    proptest! {
        #[test]
        fn an_edit_elsewhere_changes_no_id(texts in proptest::collection::vec(paragraph(), 1..20), edits in proptest::collection::vec(edit(), 1..12)) {
            let mut texts: Vec<(String, usize)> = texts.into_iter().enumerate().map(|(i, text)| (format!("{text} {i}q"), i)).collect();
            let mut known: HashMap<usize, String> = HashMap::new();
            let mut current: Vec<Passage> = Vec::new();
            let mut ever: Vec<String> = Vec::new();
            let mut next = texts.len();
            for edit in std::iter::once(None).chain(edits.into_iter().map(Some)) {
                match edit {
                    Some(Edit::Change(at, word)) if !texts.is_empty() => { let at = at % texts.len(); texts[at].0.push(' '); texts[at].0.push_str(&word); }
                    Some(Edit::Insert(at, text)) => { let at = at % (texts.len() + 1); texts.insert(at, (format!("{text} {next}q"), next)); next += 1; }
                    Some(Edit::Remove(at)) if 1 < texts.len() => { let at = at % texts.len(); texts.remove(at); }
                    _ => {}
                }
                let markdown = texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n\n");
                current = passages(&markdown, &current, &ever);
                let unique: HashSet<&String> = current.iter().map(|passage| &passage.id).collect();
                prop_assert_eq!(unique.len(), current.len());
                for ((_, key), passage) in texts.iter().zip(&current) {
                    if let Some(id) = known.get(key) {
                        prop_assert_eq!(id, &passage.id);
                    } else {
                        prop_assert!(!ever.contains(&passage.id), "an id was reused");
                        known.insert(*key, passage.id.clone());
                    }
                }
                ever.extend(ids(&current));
            }
        }
    }
}
