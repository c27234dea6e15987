//! A parsed query, and the query that it is parsed from.

use std::fmt;

use crate::{dimension::Dimension, grammar::ends_word};

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
    /// A value of a dimension.
    Field {
        /// The dimension.
        field: Dimension,
        /// The value.
        value: String,
    },
    /// A period that overlaps these years.
    Years(Years),
    /// A country, in any of its spellings.
    Country(String),
    /// Members without an operator: most of them are needed.
    Group(Vec<Expression>),
    /// All are needed.
    And(Vec<Expression>),
    /// One is needed.
    Or(Vec<Expression>),
    /// Must not hold.
    Not(Box<Expression>),
}

/// Years of four digits, from the first to the last; one without the other has no end. In text, `2021`, `2021..2023`, `2021..`
/// or `..2023`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Years {
    pub(crate) from: Option<u16>,
    pub(crate) until: Option<u16>,
}

impl Years {
    /// Reads years: a year, two of them with `..` or a dash between, or a comparison such as `>2020`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        for (sign, from, step) in [
            (">=", true, 0),
            ("<=", false, 0),
            ("≥", true, 0),
            ("≤", false, 0),
            (">", true, 1),
            ("<", false, -1),
        ] {
            if let Some(rest) = text.strip_prefix(sign) {
                let bound =
                    Some(year(rest)?.checked_add_signed(step).filter(|year| is_year(*year))?);
                return Some(if from {
                    Self { from: bound, until: None }
                } else {
                    Self { from: None, until: bound }
                });
            }
        }
        if let Some(only) = year(text) {
            return Some(Self { from: Some(only), until: Some(only) });
        }
        let (first, last) = ["..", "-", "–"].iter().find_map(|sign| text.split_once(sign))?;
        let read = |text: &str| if text.is_empty() { Some(None) } else { year(text).map(Some) };
        match (read(first)?, read(last)?) {
            (None, None) => None,
            (Some(from), Some(until)) if until < from => {
                Some(Self { from: Some(until), until: Some(from) })
            }
            (from, until) => Some(Self { from, until }),
        }
    }
}

fn year(text: &str) -> Option<u16> {
    let has_digits_alone = text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|year| has_digits_alone && is_year(*year))
}

fn is_year(year: u16) -> bool {
    (1_000..=9_999).contains(&year)
}

impl fmt::Display for Years {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.until) {
            (Some(from), Some(until)) if from == until => write!(f, "{from}"),
            (from, until) => {
                let text =
                    |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
                write!(f, "{}..{}", text(from), text(until))
            }
        }
    }
}

impl Expression {
    /// The same, with other words in the place of some.
    pub(crate) fn replaced(&self, other: &dyn Fn(&str) -> Option<String>) -> Self {
        let all = |members: &[Self]| -> Vec<Self> {
            members.iter().map(|member| member.replaced(other)).collect()
        };
        match self {
            Self::Word(word) => Self::Word(other(word).unwrap_or_else(|| word.clone())),
            Self::Group(members) => Self::Group(all(members)),
            Self::And(members) => Self::And(all(members)),
            Self::Or(members) => Self::Or(all(members)),
            Self::Not(inner) => Self::Not(Box::new(inner.replaced(other))),
            Self::Prefix(_)
            | Self::Phrase { .. }
            | Self::Field { .. }
            | Self::Years(_)
            | Self::Country(_) => self.clone(),
        }
    }

    /// The same without some words; none where nothing is left.
    pub(crate) fn without(&self, words: &[String]) -> Option<Self> {
        let rest = |members: &[Self], group: fn(Vec<Self>) -> Self| {
            let mut members: Vec<Self> =
                members.iter().filter_map(|member| member.without(words)).collect();
            if members.len() <= 1 { members.pop() } else { Some(group(members)) }
        };
        match self {
            Self::Word(word) if words.contains(word) => None,
            Self::Group(members) => rest(members, Self::Group),
            Self::And(members) => rest(members, Self::And),
            Self::Or(members) => rest(members, Self::Or),
            Self::Word(_)
            | Self::Not(_)
            | Self::Prefix(_)
            | Self::Phrase { .. }
            | Self::Field { .. }
            | Self::Years(_)
            | Self::Country(_) => Some(self.clone()),
        }
    }

    /// The words that are looked for alone: none of a phrase, and none that must not occur.
    pub(crate) fn single_words(&self) -> Vec<&str> {
        match self {
            Self::Word(word) => vec![word.as_str()],
            Self::Group(members) | Self::And(members) | Self::Or(members) => {
                members.iter().flat_map(Self::single_words).collect()
            }
            Self::Phrase { .. }
            | Self::Prefix(_)
            | Self::Field { .. }
            | Self::Years(_)
            | Self::Country(_)
            | Self::Not(_) => Vec::new(),
        }
    }

    /// The words that are looked for, those of phrases among them, and none that must not occur.
    pub(crate) fn words(&self) -> Vec<&str> {
        match self {
            Self::Word(word) => vec![word.as_str()],
            Self::Phrase { text, .. } => text.split_whitespace().collect(),
            Self::Group(members) | Self::And(members) | Self::Or(members) => {
                members.iter().flat_map(Self::words).collect()
            }
            Self::Prefix(_)
            | Self::Field { .. }
            | Self::Years(_)
            | Self::Country(_)
            | Self::Not(_) => Vec::new(),
        }
    }
}

/// Writes the query that this is parsed from.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::Phrase { text, slop: 0 } => write!(f, "\"{text}\""),
            Self::Phrase { text, slop } => write!(f, "\"{text}\"~{slop}"),
            Self::Field { field, value } => write_field(f, field.name(), value),
            Self::Years(years) => write!(f, "{}:{years}", Dimension::Year.name()),
            Self::Country(name) => write_field(f, "country", name),
            Self::Group(members) => write_joined(f, members, " ", |member| {
                matches!(member, Self::Group(_) | Self::And(_) | Self::Or(_))
            }),
            Self::And(members) => write_joined(f, members, " AND ", |member| {
                matches!(member, Self::Group(_) | Self::And(_) | Self::Or(_))
            }),
            Self::Or(members) => {
                write_joined(f, members, " OR ", |member| matches!(member, Self::Or(_)))
            }
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                write_member(f, inner, |inner| {
                    matches!(inner, Self::Group(_) | Self::And(_) | Self::Or(_))
                })
            }
        }
    }
}

fn write_field(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    if value.contains(ends_word) {
        write!(f, "{name}:\"{value}\"")
    } else {
        write!(f, "{name}:{value}")
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    members: &[Expression],
    sign: &str,
    is_nested: fn(&Expression) -> bool,
) -> fmt::Result {
    for (i, member) in members.iter().enumerate() {
        if i != 0 {
            f.write_str(sign)?;
        }
        write_member(f, member, is_nested)?;
    }
    Ok(())
}

fn write_member(
    f: &mut fmt::Formatter<'_>,
    member: &Expression,
    is_nested: fn(&Expression) -> bool,
) -> fmt::Result {
    if is_nested(member) { write!(f, "({member})") } else { write!(f, "{member}") }
}
