//! Which passage of a revision is which of the revision before.
//!
//! Equal passages are aligned first; then, between those, the most similar ones. Invariant: alignment
//! never crosses itself, and its work is bounded whatever the texts.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Words that are compared in a gap, about. It sets how far apart two passages in a gap may be to be compared.
const MAX_WORDS_COMPARED: usize = 1_000_000;
/// Weight of passages of which one begins with all of the other: what a split or a merge leaves of the first part.
const BEGINS_WITH: usize = 1_000;

/// Maps places in the new text to places in the old one: passages that are equal, and between these the most similar ones.
pub fn align(old: &[String], new: &[String]) -> HashMap<usize, usize> {
    let mut numbers = HashMap::new();
    let [old_numbers, new_numbers] = [old, new]
        .map(|texts| texts.iter().map(|text| number(text, &mut numbers)).collect::<Vec<_>>());
    let mut words = HashMap::new();
    let [old, new] = [old, new]
        .map(|texts| texts.iter().map(|text| Words::of(text, &mut words)).collect::<Vec<_>>());
    let mut aligned = HashMap::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old_numbers, &new_numbers) {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => {
                aligned.extend((0..len).map(|i| (new_index + i, old_index + i)));
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

/// A number that is the same for the same value: cheaper to compare than a text.
fn number<T: Hash + Eq>(value: T, numbers: &mut HashMap<T, usize>) -> usize {
    let next = numbers.len();
    *numbers.entry(value).or_insert(next)
}

/// The words of a passage, as numbers.
struct Words {
    written: Vec<usize>,
    sorted: Vec<usize>,
}

impl Words {
    fn of<'a>(text: &'a str, numbers: &mut HashMap<&'a str, usize>) -> Self {
        let written: Vec<usize> = text.split(' ').map(|word| number(word, numbers)).collect();
        let mut sorted = written.clone();
        sorted.sort_unstable();
        Self { written, sorted }
    }
}

/// Takes the most similar pairs first, among equals the earliest, and leaves out pairs that cross one taken.
fn align_similar(old: &[Words], new: &[Words]) -> BTreeMap<usize, usize> {
    let words: usize = old.iter().chain(new).map(|passage| passage.written.len()).sum();
    let reach = (MAX_WORDS_COMPARED / words.max(1)).max(1);
    let mut pairs = Vec::new();
    for (to, passage) in new.iter().enumerate() {
        let near = to.saturating_sub(reach)..to.saturating_add(reach + 1).min(old.len());
        pairs.extend(near.filter_map(|from| {
            resemblance(&old[from], passage).map(|weight| (Reverse(weight), to, from))
        }));
    }
    pairs.sort_unstable();
    let mut aligned = BTreeMap::new();
    for (_, to, from) in pairs {
        let is_after = aligned.range(..to).next_back().is_none_or(|(_, before)| *before < from);
        let is_before =
            aligned.range(to..).next().is_none_or(|(next, after)| to < *next && from < *after);
        if is_after && is_before {
            aligned.insert(to, from);
        }
    }
    aligned
}

/// How much two passages resemble each other: thousandths of their words that are shared (Sørensen–Dice coefficient of
/// the words as a multiset), half of them at least; more where one begins with all of the other.
fn resemblance(old: &Words, new: &Words) -> Option<usize> {
    let shared = 2_000 * shared(&old.sorted, &new.sorted) / (old.sorted.len() + new.sorted.len());
    if old.written.starts_with(&new.written) || new.written.starts_with(&old.written) {
        return Some(BEGINS_WITH + shared);
    }
    (500 <= shared).then_some(shared)
}

/// How many words two sorted lists share.
fn shared(one: &[usize], other: &[usize]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        shared += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` holds for each new passage the place of the old one.
    fn check(old: &[&str], new: &[&str], expected: &[Option<usize>]) {
        let owned =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let aligned = align(&owned(old), &owned(new));
        let found: Vec<_> = (0..new.len()).map(|place| aligned.get(&place).copied()).collect();
        assert_eq!(found, expected, "{old:?} {new:?}");
    }

    #[test]
    fn equal_passages_come_first_then_those_that_resemble_each_other_most() {
        check(&["a b c", "d e f"], &["x y z", "a b c", "d e g"], &[None, Some(0), Some(1)]);
        check(&["a b c d"], &["a b x y", "a b c x"], &[None, Some(0)]);
        check(&["a b c d"], &["w x y z"], &[None]);
    }

    #[test]
    fn of_an_uneven_split_or_merge_the_first_part_stays() {
        check(&["a b c d e f g h"], &["a", "b c d e f g h"], &[Some(0), None]);
        check(&["a", "b c d e f g h"], &["a b c d e f g h"], &[Some(0)]);
    }

    #[test]
    fn pairs_never_cross() {
        check(&["a b c d", "e f g h"], &["e f g i", "a b c i"], &[Some(1), None]);
    }

    #[test]
    fn a_passage_that_stays_whole_is_not_lost_to_a_short_one_before_it() {
        check(&["a", "a b c d"], &["a b c d e"], &[Some(1)]);
    }
}
