//! Words that a reader cut: `|` where a compound must be cut, `+` where it may be, no mark in a simple word.

use std::{collections::BTreeSet, fs, path::PathBuf};

/// A little under what was measured: 0.86 of the compounds cut right, 0 of the simple words torn.
const MIN_RIGHT: f64 = 0.84;
/// The largest share of simple words that may be torn.
const MAX_TORN: f64 = 0.08;

/// The file of judged words. Absent it is a failure where `CI` is set; elsewhere the test says that it is left out.
fn judged() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("VOORTGANG_SHARED").map_or(beside, PathBuf::from);
    let read = fs::read_to_string(shared.join("data/nl-lexicon/compounds-judged.txt")).ok();
    assert!(
        read.is_some() || std::env::var_os("CI").is_none(),
        "no judged words: set VOORTGANG_SHARED"
    );
    if read.is_none() {
        eprintln!("left out, since {} has no judged words", shared.display());
    }
    read
}

/// The places of marks, in letters before each.
fn places(line: &str, marks: &[char]) -> BTreeSet<usize> {
    let mut letters = 0;
    let mut found = BTreeSet::new();
    for letter in line.chars() {
        if marks.contains(&letter) {
            found.insert(letters);
        }
        letters += usize::from(letter.is_alphabetic());
    }
    found
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole)
}

#[test]
fn compounds_are_cut_where_a_reader_cuts_and_simple_words_are_not_torn() {
    let Some(text) = judged() else { return };
    let (mut compounds, mut right, mut simple, mut torn) = (0, 0, 0, 0);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let word: String = line.chars().filter(|letter| letter.is_alphabetic()).collect();
        let cut = dutch::cut(&word);
        let at = cut.map(|cut| word.chars().count() - cut.head.chars().count());
        if line.contains('|') {
            compounds += 1;
            right += u32::from(at.is_some_and(|at| places(line, &['|', '+']).contains(&at)));
        } else if !line.contains('+') {
            simple += 1;
            torn += u32::from(at.is_some());
        }
    }
    let (right, torn) = (share(right, compounds), share(torn, simple));
    eprintln!("{compounds} compounds, {right:.3} cut right; {simple} simple words, {torn:.3} torn");
    assert!(right >= MIN_RIGHT, "{right:.3} of {compounds} compounds are cut right");
    assert!(torn <= MAX_TORN, "{torn:.3} of {simple} simple words are torn");
}
