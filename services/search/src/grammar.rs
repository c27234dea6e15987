//! A bounded query grammar. No text from outside reaches the engine's parser.
//!
//! ```text
//! query  = group (OR group)*            OR and OF bind loosest
//! group  = member+                      AND and EN between members make all of them needed
//! member = [-|NOT|NIET] atom
//! atom   = word | word* | "phrase"[~slop] | field:value | ( query )
//! ```

mod tokens;

use model::InvalidField;

use crate::{
    dimension::Dimension,
    grammar::tokens::{Token, tokens},
};

/// The largest number of characters of a query.
pub(crate) const MAX_CHARACTERS: usize = 2_048;
/// The largest depth of nested groups.
pub(crate) const MAX_DEPTH: usize = 32;
/// The largest number of words and fields, words in phrases included.
pub(crate) const MAX_TERMS: usize = 256;
/// The largest number of words with a wildcard: each expands to a part of the vocabulary.
pub(crate) const MAX_WILDCARDS: usize = 16;
/// Largest slop of a phrase.
pub(crate) const MAX_SLOP: u32 = 100;

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A word, in any of its forms.
    Word(String),
    /// Words that begin so.
    Prefix(String),
    /// Words next to one another, as written.
    Phrase {
        /// The words.
        text: String,
        /// Other words that may stand between them.
        slop: u32,
    },
    /// A field with a value.
    Field {
        /// The field.
        field: Dimension,
        /// The value.
        value: String,
    },
    /// Members without an operator: most of them are needed.
    Group(Vec<Expression>),
    /// All are needed.
    And(Vec<Expression>),
    /// One is needed.
    Or(Vec<Expression>),
    /// Must not hold.
    Not(Box<Expression>),
}

/// Parses a query; none when it has no words and no fields.
pub(crate) fn parse(query: &str) -> Result<Option<Expression>, InvalidField> {
    let length = query.chars().count();
    if length > MAX_CHARACTERS {
        return Err(fault(
            "QUERY_TOO_LONG",
            format!("has {length} characters, at most {MAX_CHARACTERS} are read; shorten it"),
        ));
    }
    let tokens = tokens(query)?;
    let terms: usize = tokens.iter().map(|(_, token)| token.terms()).sum();
    if terms > MAX_TERMS {
        return Err(fault(
            "TOO_MANY_TERMS",
            format!("has {terms} terms, at most {MAX_TERMS} are read; leave some out"),
        ));
    }
    let wildcards = tokens.iter().filter(|(_, token)| matches!(token, Token::Prefix(_))).count();
    if wildcards > MAX_WILDCARDS {
        return Err(fault(
            "TOO_MANY_WILDCARDS",
            format!(
                "has {wildcards} words with `*`, at most {MAX_WILDCARDS} are read; leave some out"
            ),
        ));
    }
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expression = parser.query()?;
    match parser.tokens.get(parser.at) {
        Some((place, _)) => Err(fault(
            "UNBALANCED_PARENTHESIS",
            format!("has a `)` at character {place} without a `(` before it"),
        )),
        None => Ok(expression),
    }
}

pub(crate) fn fault(reason: &'static str, description: impl Into<String>) -> InvalidField {
    InvalidField::new("query", reason, description)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn query(&mut self) -> Result<Option<Expression>, InvalidField> {
        let mut groups = Vec::new();
        loop {
            groups.extend(self.group()?);
            if self.peek() != Some(&Token::Or) {
                break;
            }
            self.at += 1;
        }
        Ok(one_or(groups, Expression::Or))
    }

    fn group(&mut self) -> Result<Option<Expression>, InvalidField> {
        let mut members = Vec::new();
        let mut has_and = false;
        loop {
            match self.peek() {
                None | Some(Token::Or | Token::Close) => break,
                Some(Token::And) => {
                    has_and = true;
                    self.at += 1;
                }
                Some(_) => members.extend(self.member()?),
            }
        }
        let group = if has_and { Expression::And } else { Expression::Group };
        Ok(match members.as_slice() {
            [Expression::Not(_)] => Some(Expression::And(members)),
            _ => one_or(members, group),
        })
    }

    fn member(&mut self) -> Result<Option<Expression>, InvalidField> {
        let mut is_negated = false;
        while self.peek() == Some(&Token::Not) {
            is_negated = !is_negated;
            self.at += 1;
        }
        let atom = self.atom()?;
        Ok(if is_negated { atom.map(|atom| Expression::Not(Box::new(atom))) } else { atom })
    }

    fn atom(&mut self) -> Result<Option<Expression>, InvalidField> {
        let Some((place, token)) = self.tokens.get(self.at).cloned() else { return Ok(None) };
        let expression = match token {
            Token::Word(word) => Expression::Word(word),
            Token::Prefix(prefix) => Expression::Prefix(prefix),
            Token::Phrase { text, slop } => Expression::Phrase { text, slop },
            Token::Field { field, value } => Expression::Field { field, value },
            Token::Open => return self.parenthesised(place),
            Token::And | Token::Or | Token::Not | Token::Close => return Ok(None),
        };
        self.at += 1;
        Ok(Some(expression))
    }

    fn parenthesised(&mut self, place: usize) -> Result<Option<Expression>, InvalidField> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(fault(
                "TOO_DEEP",
                format!(
                    "is nested more than {MAX_DEPTH} deep at character {place}; take parentheses out"
                ),
            ));
        }
        self.at += 1;
        let expression = self.query()?;
        if self.peek() != Some(&Token::Close) {
            return Err(fault(
                "UNBALANCED_PARENTHESIS",
                format!("has a `(` at character {place} that is never closed"),
            ));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(expression)
    }
}

/// The only expression, or several in a group.
fn one_or(
    mut expressions: Vec<Expression>,
    group: fn(Vec<Expression>) -> Expression,
) -> Option<Expression> {
    if expressions.len() <= 1 { expressions.pop() } else { Some(group(expressions)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Expression {
        Expression::Word(text.into())
    }

    fn check(query: &str, expected: Expression) {
        assert_eq!(parse(query), Ok(Some(expected)), "{query}");
    }

    fn check_fault(query: &str, reason: &str) {
        assert_eq!(
            parse(query).unwrap_err().reason,
            reason,
            "{}",
            query.chars().take(80).collect::<String>()
        );
    }

    #[test]
    fn words_phrases_fields_and_operators_are_read() {
        check("vrede", word("vrede"));
        check(
            "vrede en veiligheid",
            Expression::Group(vec![word("vrede"), word("en"), word("veiligheid")]),
        );
        check("vrede EN veiligheid", Expression::And(vec![word("vrede"), word("veiligheid")]));
        check(
            "a1 OR b1 c1",
            Expression::Or(vec![word("a1"), Expression::Group(vec![word("b1"), word("c1")])]),
        );
        check("a1 -b1", Expression::Group(vec![word("a1"), Expression::Not(Box::new(word("b1")))]));
        check(
            "(a1 OF b1) NOT c1",
            Expression::Group(vec![
                Expression::Or(vec![word("a1"), word("b1")]),
                Expression::Not(Box::new(word("c1"))),
            ]),
        );
        check(
            "\"vrouwen en vrede\"~3",
            Expression::Phrase { text: "vrouwen en vrede".into(), slop: 3 },
        );
        check(
            "organisatie:bz",
            Expression::Field { field: Dimension::Organisation, value: "bz".into() },
        );
        check(
            "Cycle:\"nap/2021\"",
            Expression::Field { field: Dimension::Cycle, value: "nap/2021".into() },
        );
        check("vrouw*", Expression::Prefix("vrouw".into()));
        check("WO=MEN", word("WO=MEN"));
        check("LHBTIQ+", word("LHBTIQ+"));
        check("https://a.nl", word("https://a.nl"));
        assert_eq!(parse("  ()  "), Ok(None));
        assert_eq!(parse(""), Ok(None));
    }

    #[test]
    fn what_is_not_taken_is_refused_with_a_reason() {
        check_fault(&"(".repeat(20_000), "QUERY_TOO_LONG");
        check_fault(&"(".repeat(2_000), "TOO_DEEP");
        check_fault(&format!("{}a{}", "(".repeat(33), ")".repeat(33)), "TOO_DEEP");
        check_fault(&"a ".repeat(300), "TOO_MANY_TERMS");
        check_fault(&"woo* ".repeat(17), "TOO_MANY_WILDCARDS");
        check_fault("(a1", "UNBALANCED_PARENTHESIS");
        check_fault("a1)", "UNBALANCED_PARENTHESIS");
        check_fault("\"a b", "UNCLOSED_QUOTE");
        check_fault("\"a b\"~1000000000", "SLOP_TOO_LARGE");
        for slop in ["1e9", "3x", "-1", "~2"] {
            check_fault(&format!("\"a b\"~{slop}"), "INVALID_SLOP");
        }
        for short in ["vr**", "...*", "&&&&*", "abc-d*", "vr'*"] {
            check_fault(short, "PREFIX_TOO_SHORT");
        }
        check_fault(&format!("\"{}\"", "a ".repeat(300)), "TOO_MANY_TERMS");
        check_fault(&"a/".repeat(300), "TOO_MANY_TERMS");
        check_fault("*vrouw", "LEADING_WILDCARD");
        check_fault("vr*", "PREFIX_TOO_SHORT");
        check_fault("jaar:", "VALUE_MISSING");
    }

    #[test]
    fn signs_alone_end_in_an_answer() {
        for query in [
            "NOT",
            "AND",
            "OR OR",
            "-",
            "- -",
            "NOT NOT a1",
            "()()()",
            "+",
            "~",
            "\"\"",
            ":",
            "-(a1)",
            "a1 NOT",
        ] {
            let _ = parse(query);
        }
        for sign in ["-", "+", "NOT ", "~", ":", "*a", "a:"] {
            let _ = parse(&sign.repeat(400));
        }
    }
}
