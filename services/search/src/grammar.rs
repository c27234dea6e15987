//! A bounded query grammar. No text from outside reaches the engine's parser.
//!
//! ```text
//! query  = group (OR group)*            OR and OF bind loosest
//! group  = member+                      AND and EN between members make all of them needed
//! member = [-|NOT|NIET] atom           a minus right before a digit is the sign of a number
//! atom   = word | word* | "phrase"[~slop] | field:value | ( query )
//! ```
//!
//! Invariant: every text is read. What is not of the grammar is left out or taken for words, with a note; what was read is
//! written back as a query that is read as the same, without a note.

mod expression;
mod notes;
#[cfg(test)]
mod tests;
mod tokens;

use std::fmt;

use crate::grammar::tokens::{Token, tokens};
pub(crate) use crate::grammar::{
    expression::{Expression, Years},
    notes::{NoteKind, Notes},
};

/// The largest number of characters of a query that are read.
pub(crate) const MAX_CHARACTERS: usize = 4_096;
/// The largest depth of nested groups.
const MAX_DEPTH: usize = 32;
/// The largest number of words and fields, words in phrases included: the work for a query grows with it.
pub(crate) const MAX_TERMS: usize = 128;
/// The largest number of words with a wildcard: each expands to a part of the vocabulary.
const MAX_WILDCARDS: usize = 8;
/// Largest slop of a phrase.
const MAX_SLOP: u32 = 100;

/// How a query was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// None when the query has no words and no fields.
    pub(crate) expression: Option<Expression>,
    /// What was not read as it stands.
    pub(crate) notes: Notes,
}

/// Writes the query that this is read from.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.as_ref().map_or(Ok(()), |expression| write!(f, "{expression}"))
    }
}

/// Reads a query.
pub(crate) fn read(query: &str) -> Reading {
    let mut notes = Notes::default();
    let read = query.char_indices().nth(MAX_CHARACTERS).map_or(query, |(end, _)| &query[..end]);
    let mut tokens = tokens(read, &mut notes);
    if read.len() < query.len() {
        notes.add(NoteKind::Cut, read.split_whitespace().last().unwrap_or_default());
    }
    pair_parentheses(&mut tokens, &mut notes);
    let mut parser = Parser { tokens, at: 0 };
    Reading { expression: parser.query(), notes }
}

/// Takes out parentheses that have no other, and those beyond [`MAX_DEPTH`].
fn pair_parentheses(tokens: &mut Vec<Token>, notes: &mut Notes) {
    let mut is_kept = vec![true; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Open => {
                open.push(at);
                is_kept[at] = open.len() <= MAX_DEPTH;
            }
            Token::Close => is_kept[at] = open.pop().is_some_and(|open| is_kept[open]),
            _ => {}
        }
    }
    for at in open {
        is_kept[at] = false;
    }
    for (token, _) in tokens.iter().zip(&is_kept).filter(|(_, is_kept)| !**is_kept) {
        notes.add(NoteKind::Parenthesis, if *token == Token::Open { "(" } else { ")" });
    }
    let mut is_kept = is_kept.into_iter();
    tokens.retain(|_| is_kept.next().unwrap_or(false));
}

/// Reads tokens whose parentheses are in pairs.
struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn query(&mut self) -> Option<Expression> {
        let mut groups = Vec::new();
        loop {
            groups.extend(self.group());
            if self.peek() != Some(&Token::Or) {
                break;
            }
            self.at += 1;
        }
        one_or(groups, Expression::Or)
    }

    fn group(&mut self) -> Option<Expression> {
        let mut members = Vec::new();
        let mut has_and = false;
        loop {
            match self.peek() {
                None | Some(Token::Or | Token::Close) => break,
                Some(Token::And) => {
                    has_and = true;
                    self.at += 1;
                }
                Some(_) => members.extend(self.member()),
            }
        }
        let group = if has_and { Expression::And } else { Expression::Group };
        match members.as_slice() {
            [Expression::Not(_)] => Some(Expression::And(members)),
            _ => one_or(members, group),
        }
    }

    fn member(&mut self) -> Option<Expression> {
        let mut is_negated = false;
        while self.peek() == Some(&Token::Not) {
            is_negated = !is_negated;
            self.at += 1;
        }
        let atom = self.atom()?;
        Some(if is_negated { Expression::Not(Box::new(atom)) } else { atom })
    }

    fn atom(&mut self) -> Option<Expression> {
        let expression = match self.peek()?.clone() {
            Token::Word(word) => Expression::Word(word),
            Token::Prefix(prefix) => Expression::Prefix(prefix),
            Token::Phrase { text, slop } => Expression::Phrase { text, slop },
            Token::Field { field, value } => Expression::Field { field, value },
            Token::Years(years) => Expression::Years(years),
            Token::Country(name) => Expression::Country(name),
            Token::Open => return self.parenthesised(),
            Token::And | Token::Or | Token::Not | Token::Close => return None,
        };
        self.at += 1;
        Some(expression)
    }

    /// Recursion is bounded, since no parentheses are beyond [`MAX_DEPTH`].
    fn parenthesised(&mut self) -> Option<Expression> {
        self.at += 1;
        let expression = self.query();
        self.at += 1;
        expression
    }
}

/// The only expression, or several in a group.
fn one_or(
    mut expressions: Vec<Expression>,
    group: fn(Vec<Expression>) -> Expression,
) -> Option<Expression> {
    if expressions.len() <= 1 { expressions.pop() } else { Some(group(expressions)) }
}

/// Whether a word ends before this.
fn ends_word(character: char) -> bool {
    character.is_whitespace() || is_quote(character) || matches!(character, '(' | ')')
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»')
}
