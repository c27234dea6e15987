//! A query cut into tokens.

use model::InvalidField;

use crate::{
    dimension::Dimension,
    grammar::{MAX_SLOP, fault},
};

/// The smallest number of letters before a wildcard: fewer match half the vocabulary.
const MIN_PREFIX: usize = 3;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Prefix(String),
    Phrase { text: String, slop: u32 },
    Field { field: Dimension, value: String },
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    /// Returns how many words the index looks up for it: several for a phrase, and for a word with signs in it.
    pub(crate) fn terms(&self) -> usize {
        let words = |text: &str| {
            let cut = text.split(|character: char| !character.is_alphanumeric());
            cut.filter(|word| !word.is_empty()).count().max(1)
        };
        match self {
            Self::Word(text) | Self::Prefix(text) | Self::Phrase { text, slop: _ } => words(text),
            Self::Field { .. } => 1,
            Self::And | Self::Or | Self::Not | Self::Open | Self::Close => 0,
        }
    }
}

/// Cuts a query into tokens, each with the place of its first character, counted from 1.
pub(crate) fn tokens(query: &str) -> Result<Vec<(usize, Token)>, InvalidField> {
    let characters: Vec<char> = query.chars().collect();
    let mut scanner = Scanner { characters, at: 0 };
    let mut tokens = Vec::new();
    while let Some(character) = scanner.peek() {
        let place = scanner.at + 1;
        let token = match character {
            _ if character.is_whitespace() => {
                scanner.at += 1;
                continue;
            }
            '(' => scanner.single(Token::Open),
            ')' => scanner.single(Token::Close),
            '"' | '“' | '”' | '„' => scanner.phrase(place)?,
            '-' | '–' if scanner.follows_something() => scanner.single(Token::Not),
            // A needed word is needed anyway.
            '+' => {
                scanner.at += 1;
                continue;
            }
            _ => scanner.word(place)?,
        };
        tokens.push((place, token));
    }
    Ok(tokens)
}

struct Scanner {
    characters: Vec<char>,
    at: usize,
}

impl Scanner {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    /// Whether something other than a space comes right after this sign.
    fn follows_something(&self) -> bool {
        self.characters.get(self.at + 1).is_some_and(|next| !next.is_whitespace() && *next != ')')
    }

    fn until(&mut self, is_end: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|character| !is_end(character)) {
            self.at += 1;
        }
        self.characters[start..self.at].iter().collect()
    }

    fn quoted(&mut self, place: usize) -> Result<String, InvalidField> {
        self.at += 1;
        let text = self.until(is_quote);
        if self.peek().is_none() {
            return Err(fault(
                "UNCLOSED_QUOTE",
                format!("opens a quote at character {place} that is never closed"),
            ));
        }
        self.at += 1;
        Ok(text)
    }

    fn phrase(&mut self, place: usize) -> Result<Token, InvalidField> {
        let text = self.quoted(place)?;
        if self.peek() != Some('~') {
            return Ok(Token::Phrase { text, slop: 0 });
        }
        self.at += 1;
        let slop = self.until(ends_word);
        match slop.parse() {
            _ if slop.is_empty() => Ok(Token::Phrase { text, slop: 0 }),
            Ok(slop) if slop <= MAX_SLOP => Ok(Token::Phrase { text, slop }),
            _ if slop.bytes().all(|byte| byte.is_ascii_digit()) => Err(fault(
                "SLOP_TOO_LARGE",
                format!(
                    "asks for a slop of {slop} at character {place}, at most {MAX_SLOP} is read"
                ),
            )),
            _ => Err(fault(
                "INVALID_SLOP",
                format!(
                    "has `~{slop}` after the phrase at character {place}; write `~` and a whole number"
                ),
            )),
        }
    }

    fn word(&mut self, place: usize) -> Result<Token, InvalidField> {
        let text = self.until(ends_word);
        if let Some(token) = self.field(&text, place)? {
            return Ok(token);
        }
        Ok(match text.as_str() {
            "AND" | "EN" => Token::And,
            "OR" | "OF" => Token::Or,
            "NOT" | "NIET" => Token::Not,
            _ if text.starts_with('*') => {
                return Err(fault(
                    "LEADING_WILDCARD",
                    format!(
                        "has a word at character {place} that begins with `*`; begin it with letters"
                    ),
                ));
            }
            _ if text.ends_with('*') => prefix(text.trim_end_matches('*'), place)?,
            _ => Token::Word(text),
        })
    }

    /// A field and its value; a name that is no field leaves the word as it is.
    fn field(&mut self, text: &str, place: usize) -> Result<Option<Token>, InvalidField> {
        let Some((name, value)) = text.split_once(':') else { return Ok(None) };
        let Some(field) = Dimension::named(name) else { return Ok(None) };
        let value = if value.is_empty() && self.peek().is_some_and(is_quote) {
            self.quoted(self.at + 1)?
        } else {
            value.to_owned()
        };
        if value.trim().is_empty() {
            return Err(fault(
                "VALUE_MISSING",
                format!(
                    "names field `{name}` at character {place} without a value; write `{name}:value`"
                ),
            ));
        }
        Ok(Some(Token::Field { field, value }))
    }
}

/// Reads a word with a wildcard. The letters of its last part count, as the index cuts it: `a-b-c*` matches all words in `c`.
fn prefix(prefix: &str, place: usize) -> Result<Token, InvalidField> {
    let last = prefix.rsplit(|character: char| !character.is_alphanumeric()).next();
    if last.unwrap_or_default().chars().count() < MIN_PREFIX {
        let description = format!(
            "has `{prefix}*` at character {place}; a word with `*` has at least {MIN_PREFIX} letters before it"
        );
        return Err(fault("PREFIX_TOO_SHORT", description));
    }
    Ok(Token::Prefix(prefix.to_owned()))
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || is_quote(character) || matches!(character, '(' | ')')
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„')
}
