//! The best places of a contribution, with their matches marked.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::index::{
    document::{Part, StoredPart, StoredPassage},
    marks::{Marked, Marks},
    stop_words::StopWords,
};

/// Marks the beginning of a match; taken out of texts.
const MATCH_BEGINS: char = '\u{e000}';
/// Marks the end of a match; taken out of texts.
const MATCH_ENDS: char = '\u{e001}';
/// The largest number of characters of a snippet.
const MAX_SNIPPET: usize = 240;
/// The largest number of places of a contribution.
const MAX_PLACES: usize = 3;
/// The largest number of things beside the text of a contribution that are returned.
const MAX_PARTS: usize = 3;
/// The largest number of matched words of a contribution that are returned, and of bytes that they have together.
const MAX_WORDS: usize = 20;
const MAX_WORD_BYTES: usize = 1_000;

/// A place that answers the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Id of the passage.
    pub(crate) id: String,
    pub(crate) language: String,
    /// Its text around the matches.
    pub(crate) snippet: String,
}

/// What of a contribution answers a query.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// The best places, best first.
    pub(crate) places: Vec<Place>,
    /// What matches in any passage: words, phrases, numbers.
    pub(crate) words: Vec<String>,
    /// Where no passage matches: what does beside the text.
    pub(crate) context: Vec<FoundPart>,
}

/// Something beside the text that answers the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundPart {
    pub(crate) part: Part,
    /// Its code; empty for figures and references.
    pub(crate) code: String,
    pub(crate) snippet: String,
}

/// Returns what of a contribution answers: its passages, or what is beside its text.
pub(crate) fn matches(passages: &[StoredPassage], parts: &[StoredPart], marks: &Marks) -> Matches {
    let found: Vec<Marked> =
        passages.iter().map(|passage| marks.find(&passage.text, &passage.language)).collect();
    let has_match = found.iter().any(|found| found.distinct != 0);
    let context = if has_match { Vec::new() } else { matching_parts(parts, marks) };
    Matches { places: best(passages, &found), words: matched_words(passages, &found), context }
}

/// Returns what has a match beside the text, or the code that is looked for.
fn matching_parts(parts: &[StoredPart], marks: &Marks) -> Vec<FoundPart> {
    let found = parts.iter().filter_map(|stored| {
        let StoredPart { part, code, language, text } = stored;
        let Marked { distinct, typed: _, places } = marks.find(text, language);
        let has_code = part.dimension().is_some_and(|dimension| marks.has_code(dimension, code));
        (distinct != 0 || has_code).then(|| FoundPart {
            part: *part,
            code: code.clone(),
            snippet: snippet(text, &places),
        })
    });
    found.take(MAX_PARTS).collect()
}

/// Returns the best places: those with the most different terms, then with the most as they were asked for, then with the most
/// matches, then the first.
/// Where no passage has a term, the first passage stands for the contribution.
fn best(passages: &[StoredPassage], found: &[Marked]) -> Vec<Place> {
    let mut ranked: Vec<_> = passages.iter().zip(found).collect();
    ranked.retain(|(_, found)| found.distinct != 0);
    // Equal ones stay in their order.
    ranked.sort_by_key(|(_, found)| Reverse((found.distinct, found.typed, found.places.len())));
    let mut places: Vec<Place> = ranked
        .into_iter()
        .take(MAX_PLACES)
        .map(|(passage, found)| shown(passage, &found.places))
        .collect();
    if places.is_empty() {
        places.extend(passages.iter().take(1).map(|passage| shown(passage, &[])));
    }
    places
}

/// Returns what matches in any passage, in lower case, most frequent first. Words without meaning are returned only where there is
/// nothing else.
fn matched_words(passages: &[StoredPassage], found: &[Marked]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut meaningful = BTreeSet::new();
    for (passage, found) in passages.iter().zip(found) {
        let stop_words = StopWords::of_language(&passage.language);
        for place in &found.places {
            let word = passage.text[place.clone()].to_lowercase();
            if !stop_words.has(&word) {
                meaningful.insert(word.clone());
            }
            *counts.entry(word).or_default() += 1;
        }
    }
    if !meaningful.is_empty() {
        counts.retain(|word, _| meaningful.contains(word));
    }
    let mut words: Vec<(String, usize)> = counts.into_iter().collect();
    words.sort_by_key(|(_, count)| Reverse(*count));
    let mut left = MAX_WORD_BYTES;
    let fits = |word: &String| {
        let room = left.checked_sub(word.len());
        left = room.unwrap_or(left);
        room.is_some()
    };
    words.into_iter().map(|(word, _)| word).filter(fits).take(MAX_WORDS).collect()
}

fn shown(passage: &StoredPassage, matches: &[Range<usize>]) -> Place {
    Place {
        id: passage.id.clone(),
        language: passage.language.clone(),
        snippet: snippet(&passage.text, matches),
    }
}

/// A text around its matches, which are marked.
fn snippet(text: &str, matches: &[Range<usize>]) -> String {
    let window = window(text, matches);
    let mut snippet = String::new();
    if window.start > 0 {
        snippet.push('…');
    }
    let mut at = window.start;
    for found in
        matches.iter().filter(|found| window.start <= found.start && found.end <= window.end)
    {
        push(&mut snippet, &text[at..found.start]);
        snippet.push(MATCH_BEGINS);
        push(&mut snippet, &text[found.clone()]);
        snippet.push(MATCH_ENDS);
        at = found.end;
    }
    push(&mut snippet, &text[at..window.end]);
    if window.end < text.len() {
        snippet.push('…');
    }
    snippet
}

fn push(snippet: &mut String, text: &str) {
    snippet
        .extend(text.chars().filter(|character| !matches!(*character, MATCH_BEGINS | MATCH_ENDS)));
}

/// The stretch of at most [`MAX_SNIPPET`] characters with the most matches, cut at spaces.
fn window(text: &str, matches: &[Range<usize>]) -> Range<usize> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if starts.len() <= MAX_SNIPPET {
        return 0..text.len();
    }
    let character = |at: usize| starts.partition_point(|start| *start < at);
    // Matches stand in order and apart, so that those of a window are found by halving.
    let places: Vec<(usize, usize)> =
        matches.iter().map(|found| (character(found.start), character(found.end))).collect();
    let within = |first: usize| {
        let before = places.partition_point(|(start, _)| *start < first);
        places.partition_point(|(_, end)| *end <= first + MAX_SNIPPET).saturating_sub(before)
    };
    let candidates = places.iter().map(|(start, _)| start.saturating_sub(40)).chain([0]);
    let first = candidates
        .max_by_key(|first| (within(*first), usize::MAX - first))
        .unwrap_or(0)
        .min(starts.len() - MAX_SNIPPET);
    let last = first + MAX_SNIPPET;
    let begin = if first == 0 {
        0
    } else {
        text[starts[first]..].find(' ').map_or(starts[first], |space| starts[first] + space + 1)
    };
    let end = starts.get(last).map_or(text.len(), |end| {
        text[..*end].rfind(' ').filter(|space| begin < *space).unwrap_or(*end)
    });
    let keeps = |range: &Range<usize>| {
        matches.iter().filter(|found| range.start <= found.start && found.end <= range.end).count()
    };
    let (cut, whole) = (begin..end, starts[first]..starts.get(last).copied().unwrap_or(text.len()));
    if keeps(&cut) < keeps(&whole) { whole } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::Dimension;

    fn matches(passages: &[StoredPassage], words: &[&str]) -> Matches {
        let mut marks = Marks::default();
        for word in words {
            marks.add((*word).to_owned());
        }
        super::matches(passages, &[], &marks)
    }

    fn passage(id: &str, text: &str) -> StoredPassage {
        StoredPassage { id: id.into(), language: "nl".into(), text: text.into() }
    }

    #[test]
    fn the_best_place_has_the_most_different_terms_and_marks_them() {
        let passages = [
            passage("a", "Over vrede."),
            passage("b", "Vrede en veiligheid."),
            passage("c", "Niets."),
        ];
        let places = matches(&passages, &["vred", "vrede", "veil", "veiligheid"]).places;
        assert_eq!(
            places[0],
            Place {
                id: "b".into(),
                language: "nl".into(),
                snippet: "\u{e000}Vrede\u{e001} en \u{e000}veiligheid\u{e001}.".into()
            }
        );
        assert_eq!(places.len(), 2);
    }

    #[test]
    fn matched_words_are_those_of_all_passages_as_they_are_written() {
        let passages = [
            passage("a", "Vrouwen en vrede, de VROUW en de vrou\u{ad}wen."),
            passage("b", "Vrede en vrouwen."),
        ];
        let of = |words: &[&str]| matches(&passages, words).words;
        let found = of(&["vrouw", "vrede", "en"]);
        assert_eq!(found, ["vrede", "vrouwen", "vrouw", "vrou\u{ad}wen"]);
        assert_eq!(of(&["en"]), ["en"], "a phrase of such words alone");
        assert!(of(&["oorlog"]).is_empty());
    }

    #[test]
    fn matched_words_are_few_and_short() {
        let text = (0..100).map(|number| format!("woord{number} ")).collect::<Vec<_>>().concat();
        let of = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            matches(&[passage("a", text)], &words).words.len()
        };
        assert_eq!(of(&text), MAX_WORDS);
        let long = (10..100)
            .map(|number| format!("{}{number} ", "x".repeat(90)))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(of(&long), 10);
    }

    /// With a count of all matches for each of them, this takes minutes.
    #[test]
    fn a_passage_that_matches_everywhere_is_shown_at_once() {
        let passages = [passage("a", &"vrede ".repeat(20_000))];
        let begun = std::time::Instant::now();
        let places = matches(&passages, &["vrede"]).places;
        assert!(places[0].snippet.contains("\u{e000}vrede\u{e001}"));
        assert!(begun.elapsed() < std::time::Duration::from_mins(1), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_long_passage_is_cut_around_its_matches() {
        let text = format!("{} vrede {}", "aap noot ".repeat(60), "mies ".repeat(60));
        let places = matches(&[passage("a", &text)], &["vrede"]).places;
        assert!(places[0].snippet.contains("\u{e000}vrede\u{e001}"), "{}", places[0].snippet);
        assert!(
            places[0].snippet.chars().count() <= MAX_SNIPPET + 4,
            "{}",
            places[0].snippet.chars().count()
        );
    }

    #[test]
    fn what_is_beside_the_text_is_found_where_no_passage_is() {
        let part = |part, code: &str, text: &str| StoredPart {
            part,
            code: code.to_owned(),
            language: "nl".to_owned(),
            text: text.to_owned(),
        };
        let parts = [
            part(Part::Organisation, "bz", "Ministerie van Buitenlandse Zaken"),
            part(Part::Goal, "1", "Meer wapens"),
        ];
        let found = |text: &str, marks: &Marks| {
            let found = super::matches(&[passage("a", text)], &parts, marks);
            let parts = found.context.into_iter().map(|found| (found.code, found.snippet));
            (found.places[0].snippet.clone(), parts.collect::<Vec<_>>())
        };
        let mut marks = Marks::default();
        marks.add("wapen".to_owned());
        let goal = ("1".to_owned(), "Meer \u{e000}wapens\u{e001}".to_owned());
        assert_eq!(found("n/a", &marks), ("n/a".to_owned(), vec![goal]));
        assert_eq!(found("Wapen.", &marks), ("\u{e000}Wapen\u{e001}.".to_owned(), vec![]));
        let mut marks = Marks::default();
        marks.add_codes(Dimension::Organisation, &["bz".to_owned()]);
        let name = ("bz".to_owned(), "Ministerie van Buitenlandse Zaken".to_owned());
        assert_eq!(found("n/a", &marks), ("n/a".to_owned(), vec![name]));
    }
}
