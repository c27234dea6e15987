//! Cuts texts and queries into words, so that one word is the same however it is typed.

use std::ops::Range;

use tantivy::tokenizer::{Token, TokenFilter, TokenStream, Tokenizer};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The one sign that is a word.
const EURO: char = '€';

/// Cuts at all that is neither letter nor digit. Words are in normal form KC, without soft hyphens, characters of no width and
/// superscripts, which are marks of notes; the letters of `N.A.V.O.` are one word. Places are those in the text as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    token: Token,
}

/// The words of a text.
pub(crate) struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(place) = next_word(self.text, self.at) else { return false };
        self.at = place.end;
        let word = &self.text[place.clone()];
        self.token.text.clear();
        if word.starts_with(EURO) {
            self.token.text.push_str("euro");
        } else {
            self.token.text.extend(word.chars().filter(|letter| !is_left_out(*letter)).nfkc());
        }
        self.token.position = self.token.position.wrapping_add(1);
        (self.token.offset_from, self.token.offset_to) = (place.start, place.end);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

fn next_word(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + text[from..].find(|letter| is_of_word(letter) || letter == EURO)?;
    if text[start..].starts_with(EURO) {
        return Some(start..start + EURO.len_utf8());
    }
    let end = end_of_run(text, start);
    Some(start..end_of_abbreviation(text, start, end).unwrap_or(end))
}

fn end_of_run(text: &str, start: usize) -> usize {
    let goes_on =
        |letter: char| is_of_word(letter) || is_combining_mark(letter) || is_invisible(letter);
    text[start..].find(|letter| !goes_on(letter)).map_or(text.len(), |length| start + length)
}

/// The end of an abbreviation of two letters or more with a full stop after each but the last.
fn end_of_abbreviation(text: &str, start: usize, end: usize) -> Option<usize> {
    if !is_letter(&text[start..end]) {
        return None;
    }
    let mut last = None;
    let mut end = end;
    while let Some(rest) = text[end..].strip_prefix('.') {
        let next = end + 1;
        let length = rest.chars().next().map_or(0, char::len_utf8);
        if length == 0 || !is_letter(&text[next..end_of_run(text, next)]) {
            break;
        }
        end = next + length;
        last = Some(end);
    }
    last
}

fn is_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() && !is_superscript(letter)
}

/// What stands inside of a word and is not of it.
fn is_left_out(letter: char) -> bool {
    is_invisible(letter) || letter == '.'
}

/// Soft hyphen, and characters of no width.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Superscripts and subscripts of digits.
fn is_superscript(letter: char) -> bool {
    matches!(letter, '²' | '³' | '¹' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}')
}

/// Puts the parts of Dutch compounds beside them, at the same position.
#[derive(Debug, Clone)]
pub(crate) struct Compounds;

/// A tokenizer with the parts of compounds.
#[derive(Debug, Clone)]
pub(crate) struct WithCompounds<T>(T);

/// The words of a text and the parts of its compounds.
pub(crate) struct CompoundStream<T> {
    words: T,
    /// What is still to be returned for a word, the last one first.
    waiting: Vec<Token>,
}

impl TokenFilter for Compounds {
    type Tokenizer<T: Tokenizer> = WithCompounds<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> WithCompounds<T> {
        WithCompounds(tokenizer)
    }
}

impl<T: Tokenizer> Tokenizer for WithCompounds<T> {
    type TokenStream<'a> = CompoundStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        CompoundStream { words: self.0.token_stream(text), waiting: Vec::new() }
    }
}

impl<T: TokenStream> TokenStream for CompoundStream<T> {
    fn advance(&mut self) -> bool {
        self.waiting.pop();
        if !self.waiting.is_empty() {
            return true;
        }
        if !self.words.advance() {
            return false;
        }
        let word = self.words.token();
        if let Some(dutch::Compound { modifier, head }) = dutch::cut(&word.text) {
            let part = |text: String| Token { text, ..word.clone() };
            self.waiting = vec![part(head.to_owned()), part(modifier), word.clone()];
        }
        true
    }

    fn token(&self) -> &Token {
        self.waiting.last().unwrap_or_else(|| self.words.token())
    }

    fn token_mut(&mut self) -> &mut Token {
        self.waiting.last_mut().unwrap_or_else(|| self.words.token_mut())
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::TextAnalyzer;

    use super::*;

    fn words(text: &str) -> Vec<(String, Range<usize>)> {
        let mut analyser = TextAnalyzer::builder(Words::default()).build();
        let mut stream = analyser.token_stream(text);
        let mut found = Vec::new();
        while let Some(token) = stream.next() {
            found.push((token.text.clone(), token.offset_from..token.offset_to));
        }
        found
    }

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).into_iter().map(|(word, _)| word).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_word_is_the_same_however_it_is_typed() {
        check("Irak, Syrië", &["Irak", "Syrië"]);
        check("Syrie\u{308}", &["Syrië"]);
        check("vrouwen\u{ad}rechten", &["vrouwenrechten"]);
        check("vrou\u{200b}wen\u{feff}", &["vrouwen"]);
        check("beleid² en\u{b9}", &["beleid", "en"]);
        check("\u{fb01}nancieel \u{133}zer", &["financieel", "ijzer"]);
        check("de N.A.V.O. en o.a. dit.", &["de", "NAVO", "en", "oa", "dit"]);
        check("a. b", &["a", "b"]);
        check("€ 574.000", &["euro", "574", "000"]);
        check("3.2 en art.5", &["3", "2", "en", "art", "5"]);
        check("", &[]);
        check("\u{ad}\u{301}.", &[]);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "de N.A.V.O. zegt syrie\u{308}²";
        let places: Vec<&str> = words(text).into_iter().map(|(_, place)| &text[place]).collect();
        assert_eq!(places, ["de", "N.A.V.O", "zegt", "syrie\u{308}"]);
    }
}
