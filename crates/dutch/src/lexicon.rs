//! The words that are known, with how often they occur.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// How often a word of `field.txt` counts: as often as a word of everyday policy.
const FIELD_COUNT: u32 = 50;

static COUNTS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    let field = include_str!("field.txt").lines().map(|word| (word, FIELD_COUNT));
    let mut counts: HashMap<&str, u32> = field.collect();
    let line = |line: &'static str| {
        let (word, count) = line.split_once('\t')?;
        Some((word, count.parse::<u32>().ok()?))
    };
    for (word, count) in include_str!("counts.tsv").lines().filter_map(line) {
        let known = counts.entry(word).or_default();
        *known = count.max(*known);
    }
    counts
});

/// Affixes, particles and forms of verbs that are joined to them: with these as parts a third of all simple words would be cut.
static NEVER_PARTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("never_parts.txt").lines().collect());

/// How many passages have this word; 0 for one that is not known.
pub(crate) fn count(word: &str) -> u32 {
    COUNTS.get(word).copied().unwrap_or(0)
}

pub(crate) fn is_never_part(word: &str) -> bool {
    NEVER_PARTS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_counts_is_read() {
        let lines = include_str!("counts.tsv").lines().count();
        let of_field = include_str!("field.txt").lines().filter(|word| COUNTS[word] == FIELD_COUNT);
        assert!(lines <= COUNTS.len() && COUNTS.len() <= lines + of_field.count());
        assert!(count("vrede") >= FIELD_COUNT);
    }
}
