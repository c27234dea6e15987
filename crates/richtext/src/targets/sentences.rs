//! Sentences of a passage.
//!
//! A sentence ends at `.`, `!`, `?` or `…`, with the quotation marks and brackets that close after it, where white space
//! follows and then no lower-case letter. A rule, not a grammar: it must give the same numbers to everybody, for ever.

use std::ops::Range;

/// How many sentences a text has.
pub(super) fn count(text: &str) -> usize {
    ranges(&text.chars().collect::<Vec<_>>()).len()
}

/// The sentences of a text, without the white space between them.
pub(super) fn ranges(text: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        if is_end(text[at]) {
            let closed = skip(text, at, |c| is_end(c) || is_closing(c));
            let next = skip(text, closed, char::is_whitespace);
            if closed < next && text.get(next).is_some_and(|c| !c.is_lowercase()) {
                found.push(start..closed);
                start = next;
            }
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found.push(start..text.len());
    found.into_iter().map(|range| trimmed(text, range)).filter(|range| !range.is_empty()).collect()
}

fn skip(text: &[char], from: usize, is_skipped: impl Fn(char) -> bool) -> usize {
    from + text[from..].iter().take_while(|c| is_skipped(**c)).count()
}

fn trimmed(text: &[char], range: Range<usize>) -> Range<usize> {
    let start = skip(text, range.start, char::is_whitespace).min(range.end);
    let blank = text[start..range.end].iter().rev().take_while(|c| c.is_whitespace()).count();
    start..range.end - blank
}

fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let chars: Vec<char> = text.chars().collect();
        let found: Vec<String> =
            ranges(&chars).into_iter().map(|range| chars[range].iter().collect()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_sentence_ends_where_the_next_begins() {
        check("", &[]);
        check("  ", &[]);
        check("Een zin", &["Een zin"]);
        check("Een. Twee! Drie?", &["Een.", "Twee!", "Drie?"]);
        check("Hij zei: \"Ja.\" Toen ging hij.", &["Hij zei: \"Ja.\"", "Toen ging hij."]);
        check("Zie art. 5 en ca. twee.", &["Zie art.", "5 en ca. twee."]);
        check("In 1.5 jaar... klaar. ", &["In 1.5 jaar... klaar."]);
        check("Nog… En meer.", &["Nog…", "En meer."]);
    }
}
