//! A query cut into tokens.

use model::InvalidField;

use crate::grammar::{Field, MAX_SLOP, fault};

/// Shortest prefix of a word with a wildcard: shorter ones match half the vocabulary.
const MIN_PREFIX: usize = 3;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Prefix(String),
    Phrase { text: String, slop: u32 },
    Field { field: Field, value: String },
    And,
    Or,
    Not,
    Open,
    Close,
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
        let digits = self.until(|character| !character.is_ascii_digit());
        match digits.parse() {
            Ok(slop) if slop <= MAX_SLOP => Ok(Token::Phrase { text, slop }),
            _ if digits.is_empty() => Ok(Token::Phrase { text, slop: 0 }),
            _ => Err(fault(
                "SLOP_TOO_LARGE",
                format!(
                    "asks for a slop of {digits} at character {place}, at most {MAX_SLOP} is read"
                ),
            )),
        }
    }

    fn word(&mut self, place: usize) -> Result<Token, InvalidField> {
        let text = self.until(|character| {
            character.is_whitespace() || is_quote(character) || matches!(character, '(' | ')')
        });
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
            _ => match text.strip_suffix('*') {
                Some(prefix) if prefix.chars().count() < MIN_PREFIX => {
                    let description = format!(
                        "has `{prefix}*` at character {place}; a word with `*` begins with at least {MIN_PREFIX} letters"
                    );
                    return Err(fault("PREFIX_TOO_SHORT", description));
                }
                Some(prefix) => Token::Prefix(prefix.to_owned()),
                None => Token::Word(text),
            },
        })
    }

    /// A field and its value; a name that is no field leaves the word as it is.
    fn field(&mut self, text: &str, place: usize) -> Result<Option<Token>, InvalidField> {
        let Some((name, value)) = text.split_once(':') else { return Ok(None) };
        let Some((_, field)) =
            Field::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        else {
            return Ok(None);
        };
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
        Ok(Some(Token::Field { field: *field, value }))
    }
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„')
}
