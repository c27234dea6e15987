//! A query cut into tokens. What is not of the grammar is left out or taken for words, with a note.

use crate::{
    dimension::Dimension,
    grammar::{
        MAX_SLOP, MAX_TERMS, MAX_WILDCARDS, ends_word,
        expression::Years,
        is_quote,
        notes::{NoteKind, Notes},
    },
};

/// The smallest number of letters before a wildcard: fewer match half the vocabulary.
const MIN_PREFIX: usize = 3;
/// Names of the field that finds a country in any of its spellings.
const COUNTRY: [&str; 2] = ["country", "land"];

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Prefix(String),
    Phrase { text: String, slop: u32 },
    Field { field: Dimension, value: String },
    Years(Years),
    Country(String),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    /// Returns how many words the index looks up for it: several for a phrase, and for a word with signs in it.
    fn terms(&self) -> usize {
        match self {
            Self::Word(text) | Self::Prefix(text) | Self::Phrase { text, slop: _ } => {
                words(text).count().max(1)
            }
            Self::Field { .. } | Self::Years(_) | Self::Country(_) => 1,
            Self::And | Self::Or | Self::Not | Self::Open | Self::Close => 0,
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Cuts a query into tokens.
pub(crate) fn tokens(query: &str, notes: &mut Notes) -> Vec<Token> {
    let mut characters: Vec<char> = query.chars().collect();
    close_quotes(&mut characters, notes);
    let mut scanner = Scanner { characters, at: 0, wildcards: 0, notes };
    let mut tokens = Vec::new();
    while let Some(character) = scanner.peek() {
        if matches!(character, '-' | '–' | '−') && scanner.begins_number() {
            scanner.leave_sign_out();
            continue;
        }
        let sign = match character {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '-' | '–' if scanner.follows_something() => Some(Token::Not),
            '!' if scanner.follows_something() => {
                scanner.notes.add(NoteKind::Operator, "!");
                Some(Token::Not)
            }
            _ => None,
        };
        // A needed word is needed anyway.
        if sign.is_some() || character == '+' || character.is_whitespace() {
            scanner.at += 1;
            tokens.extend(sign);
        } else if is_quote(character) {
            tokens.extend(scanner.phrase());
        } else if character == '*' {
            scanner.leave_wildcard_out();
        } else {
            tokens.extend(scanner.word());
        }
    }
    cut(&mut tokens, notes);
    tokens
}

/// Takes the last quote out where it has no other.
fn close_quotes(characters: &mut [char], notes: &mut Notes) {
    let quotes = characters.iter().filter(|character| is_quote(**character)).count();
    if quotes % 2 == 1
        && let Some(last) = characters.iter().rposition(|character| is_quote(*character))
    {
        let rest: String = characters[last..].iter().collect();
        notes.add(NoteKind::Quote, &rest);
        characters[last] = ' ';
    }
}

/// Leaves out what is beyond [`MAX_TERMS`].
fn cut(tokens: &mut Vec<Token>, notes: &mut Notes) {
    let mut left = MAX_TERMS;
    let mut last = String::new();
    for at in 0..tokens.len() {
        let terms = tokens[at].terms();
        if terms <= left {
            left -= terms;
            if let Token::Word(text) | Token::Phrase { text, .. } = &tokens[at] {
                last.clone_from(text);
            }
            continue;
        }
        tokens.truncate(at + 1);
        let whole = tokens.pop();
        if let Some(Token::Word(text) | Token::Prefix(text) | Token::Phrase { text, .. }) = whole
            && left != 0
        {
            let text = words(&text).take(left).collect::<Vec<_>>().join(" ");
            words(&text).last().unwrap_or_default().clone_into(&mut last);
            tokens.push(Token::Phrase { text, slop: 0 });
        }
        notes.add(NoteKind::Cut, &last);
        return;
    }
}

struct Scanner<'a> {
    characters: Vec<char>,
    at: usize,
    wildcards: usize,
    notes: &'a mut Notes,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    /// Whether something other than a space comes right after this sign.
    fn follows_something(&self) -> bool {
        self.characters.get(self.at + 1).is_some_and(|next| !next.is_whitespace() && *next != ')')
    }

    /// Whether a digit, or a currency and a digit, comes right after this sign.
    fn begins_number(&self) -> bool {
        let mut rest = self.characters[self.at + 1..].iter();
        let next = rest.next().copied();
        let digit =
            if matches!(next, Some('€' | '$' | '£')) { rest.next().copied() } else { next };
        digit.is_some_and(|digit| digit.is_ascii_digit())
    }

    fn leave_sign_out(&mut self) {
        let start = self.at;
        let text = self.until(ends_word);
        self.notes.add(NoteKind::Sign, &text);
        self.at = start + 1;
    }

    fn until(&mut self, is_end: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|character| !is_end(character)) {
            self.at += 1;
        }
        self.characters[start..self.at].iter().collect()
    }

    /// Quotes are in pairs, since one that is alone was taken out.
    fn quoted(&mut self) -> String {
        self.at += 1;
        let text = self.until(is_quote);
        self.at += 1;
        text
    }

    /// A phrase; nothing where no letter and no digit is quoted.
    fn phrase(&mut self) -> Option<Token> {
        let text = self.quoted();
        let slop = if self.peek() == Some('~') { self.slop() } else { 0 };
        text.contains(char::is_alphanumeric).then_some(Token::Phrase { text, slop })
    }

    fn slop(&mut self) -> u32 {
        self.at += 1;
        let text = self.until(ends_word);
        match text.parse() {
            _ if text.is_empty() => 0,
            Ok(slop) if slop <= MAX_SLOP && text.bytes().all(|digit| digit.is_ascii_digit()) => {
                slop
            }
            _ => {
                self.notes.add(NoteKind::Slop, &format!("~{text}"));
                0
            }
        }
    }

    fn leave_wildcard_out(&mut self) {
        let start = self.at;
        let text = self.until(ends_word);
        self.notes.add(NoteKind::Wildcard, &text);
        self.at = start;
        self.until(|character| character != '*');
    }

    fn word(&mut self) -> Option<Token> {
        let start = self.at;
        let text = self.until(ends_word);
        if let Some((name, value)) = text.split_once(':')
            && let Some(token) = self.field(name, value)
        {
            return Some(token);
        }
        // What follows a colon that is noted is words of its own.
        self.noted_colon(&text, start).or_else(|| self.without_operators(&text))
    }

    /// A word without what other search engines take for operators; nothing where it is no more than that.
    fn without_operators(&mut self, text: &str) -> Option<Token> {
        let token = match text {
            "||" | "|" => Some(Token::Or),
            "&&" => Some(Token::And),
            "!" => None,
            _ if is_distance(text) => None,
            _ => {
                let word = without_suffixes(text);
                if word.len() == text.len() {
                    return self.plain(word);
                }
                self.notes.add(NoteKind::Operator, &text[word.len()..]);
                return if word.is_empty() { None } else { self.without_operators(word) };
            }
        };
        self.notes.add(NoteKind::Operator, text);
        token
    }

    fn plain(&mut self, text: &str) -> Option<Token> {
        if let Some(begin) = begin_of_inner_wildcard(text) {
            self.notes.add(NoteKind::InnerWildcard, text);
            if self.takes_prefix(begin) {
                return Some(Token::Prefix(begin.to_owned()));
            }
            return self.without_operators(&text.replace(['*', '?'], ""));
        }
        let begins = text.trim_end_matches('*');
        let token = match text {
            "AND" | "EN" => Token::And,
            "OR" | "OF" => Token::Or,
            "NOT" | "NIET" => Token::Not,
            _ if begins == text => Token::Word(text.to_owned()),
            _ if self.takes_prefix(begins) => Token::Prefix(begins.to_owned()),
            _ => {
                self.notes.add(NoteKind::Wildcard, text);
                return self.without_operators(begins);
            }
        };
        Some(token)
    }

    /// Whether there may be one more word with a wildcard, and this one has letters enough.
    fn takes_prefix(&mut self, begins: &str) -> bool {
        let is_taken = self.wildcards < MAX_WILDCARDS && has_prefix(begins);
        self.wildcards += usize::from(is_taken);
        is_taken
    }

    /// A field and its value, where the field takes it.
    fn field(&mut self, name: &str, value: &str) -> Option<Token> {
        let dimension = Dimension::named(name);
        let is_country = COUNTRY.iter().any(|known| known.eq_ignore_ascii_case(name));
        if dimension.is_none() && !is_country {
            return None;
        }
        let start = self.at;
        let value = if value.is_empty() && self.peek().is_some_and(is_quote) {
            self.quoted()
        } else {
            value.to_owned()
        };
        let token = match dimension {
            _ if value.trim().is_empty() => None,
            None => value.contains(char::is_alphanumeric).then_some(Token::Country(value)),
            Some(Dimension::Year) => Years::read(value.trim()).map(Token::Years),
            Some(field) => Some(Token::Field { field, value }),
        };
        if token.is_none() {
            self.at = start;
        }
        token
    }

    /// The words before a colon, where what comes before it is a name and what comes after it no value of it. An address such as
    /// `https://a.nl` and a time such as `12:30` have no name there.
    fn noted_colon(&mut self, text: &str, start: usize) -> Option<Token> {
        let (name, value) = text.split_once(':')?;
        let is_name = !name.is_empty() && name.chars().all(char::is_alphabetic);
        let is_field = Dimension::named(name).is_some()
            || COUNTRY.iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_quoted = value.is_empty() && self.peek().is_some_and(is_quote);
        let is_empty = value.trim().is_empty() && !is_quoted;
        if !is_name || value.starts_with('/') || (is_empty && !is_field) {
            return None;
        }
        let kind = match (is_field, is_empty) {
            (false, _) => NoteKind::UnknownField,
            (true, true) => NoteKind::ValueMissing,
            (true, false) => NoteKind::InvalidValue,
        };
        self.notes.add(kind, text);
        self.at = start + name.chars().count() + 1;
        self.plain(name)
    }
}

/// Whether this is how other search engines ask for words near each other, such as `NEAR/3`.
fn is_distance(text: &str) -> bool {
    text.strip_prefix("NEAR/")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|digit| digit.is_ascii_digit()))
}

/// A word without a distance or a weight behind it, such as `~2` and `^1.5`.
fn without_suffixes(text: &str) -> &str {
    let word = text.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    word.strip_suffix(['~', '^']).map_or(text, without_suffixes)
}

/// What stands before a `*` or a `?` inside of a word; a question mark in an address is none.
fn begin_of_inner_wildcard(text: &str) -> Option<&str> {
    if text.contains([':', '=', '~', '^']) {
        return None;
    }
    let is_of_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let is_inner = |(at, _): &(usize, &str)| {
        let behind = text[*at..].trim_start_matches(['*', '?']);
        is_of_word(text[..*at].chars().next_back()) && is_of_word(behind.chars().next())
    };
    text.match_indices(['*', '?']).find(is_inner).map(|(at, _)| &text[..at])
}

/// Whether there are letters enough before a wildcard. Those of the last part count, as the index cuts it: `a-b-c*` would match
/// all words in `c`.
fn has_prefix(begins: &str) -> bool {
    let last = begins.rsplit(|character: char| !character.is_alphanumeric()).next();
    last.unwrap_or_default().chars().count() >= MIN_PREFIX
}
