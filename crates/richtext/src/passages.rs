//! Stable ids of passages.
//!
//! An id is a hash of a passage's first text and an ordinal. The next revision inherits it by alignment: equal passages
//! first, then similar ones, in order. An id that was removed is never used again; of a split or a merge the first part
//! keeps the id. An edit elsewhere changes no id.

use std::collections::{HashMap, HashSet};

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use model::{Hash, Passage};
use unicode_normalization::UnicodeNormalization as _;

use crate::{Document, align::align};

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
    // Where a text stands many times, the search for its next free ordinal goes on where it ended.
    let mut ordinals: HashMap<&str, u32> = HashMap::new();
    let mut passages = Vec::with_capacity(new.len());
    for (place, text) in document.passages.iter().enumerate() {
        let id = match inherited.get(&place) {
            Some(from) => previous[*from].id.clone(),
            None => fresh_id(language, &new[place], &taken, &mut ordinals),
        };
        passages.push(Passage { id, language: language.to_owned(), text: text.clone() });
    }
    passages
}

/// Normalises to composed characters and single spaces, so that texts that look the same are equal.
fn normalise(text: &str) -> String {
    text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fresh_id<'a>(
    language: &str,
    text: &'a str,
    taken: &HashSet<&str>,
    ordinals: &mut HashMap<&'a str, u32>,
) -> String {
    let ordinal = ordinals.entry(text).or_default();
    loop {
        *ordinal += 1;
        let id = id(language, text, *ordinal);
        if !taken.contains(id.as_str()) {
            return id;
        }
    }
}

fn id(language: &str, text: &str, ordinal: u32) -> String {
    let Hash(hash) = Hash::of(format!("{language}\n{ordinal}\n{text}").as_bytes());
    format!("p{}", &lower_base32().encode(&hash)[..ID_LENGTH])
}

fn lower_base32() -> Encoding {
    let mut specification: Specification = BASE32_NOPAD.specification();
    specification.symbols = String::from("abcdefghijklmnopqrstuvwxyz234567");
    specification.encoding().expect("32 distinct symbols make an encoding")
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

    #[test]
    fn a_text_that_stands_many_times_has_an_id_each_time() {
        let before = passages(&"- n.v.t.\n".repeat(4_000), &[], &[]);
        assert_eq!(ids(&before).iter().collect::<HashSet<_>>().len(), 4_000);
        let after = passages(&"- n.v.t.\n".repeat(4_001), &before, &ids(&before));
        assert_eq!(ids(&after)[..4_000], ids(&before));
        assert!(!ids(&before).contains(&after[4_000].id));
    }

    #[test]
    fn an_edit_beside_something_new_keeps_its_id() {
        let before = passages("Aantal vrouwen op missie: 12", &[], &[]);
        let next = "Aantal mannen op post: 3\n\nAantal vrouwen op missie: 13";
        let after = passages(next, &before, &ids(&before));
        assert_eq!(after[1].id, before[0].id);
        assert_ne!(after[0].id, before[0].id);
    }

    #[test]
    fn languages_of_one_contribution_share_no_id() {
        let document = parse("Rode Kruis").unwrap();
        let [nl, en] = ["nl", "en"].map(|language| ids(&assign(&document, language, &[], &[])));
        assert_ne!(nl, en);
    }

    fn paragraph() -> impl Strategy<Value = String> {
        proptest::collection::vec("[a-z]{2,6}", 4..12).prop_map(|words| words.join(" "))
    }

    #[derive(Debug, Clone)]
    enum Edit {
        Change(usize, String),
        Insert(usize, String),
        Remove(usize),
        Rewrite(usize, String),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (0_usize..100, "[a-z]{2,6}").prop_map(|(at, word)| Edit::Change(at, word)),
            (0_usize..100, paragraph()).prop_map(|(at, text)| Edit::Insert(at, text)),
            (0_usize..100).prop_map(Edit::Remove),
            (0_usize..100, paragraph()).prop_map(|(at, text)| Edit::Rewrite(at, text)),
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
                    Some(Edit::Rewrite(at, text)) if !texts.is_empty() => { let at = at % texts.len(); texts[at] = (format!("{text} {next}q"), next); next += 1; }
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
