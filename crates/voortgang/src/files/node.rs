//! The tree of a file: values with the place where each stands.

use std::collections::HashSet;

use crate::files::{Faults, faults::shown};

/// Deepest nesting of lists and maps.
pub(crate) const MAX_DEPTH: usize = 64;
/// Largest number of values in one file.
const MAX_NODES: usize = 2_000_000;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Line, counted from 1.
    pub(crate) line: u32,
    /// Column in characters, counted from 1.
    pub(crate) column: u32,
}

impl Place {
    /// The beginning of a file.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// A place from counts of any size.
    pub(crate) fn new(line: usize, column: usize) -> Self {
        Self {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// Where it begins.
    pub(crate) place: Place,
}

/// A value. Numbers are kept as written, so that `1.10` stays `1.10`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map in the order written, each key once.
    Map(Vec<Entry>),
}

/// An entry of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Where the key stands.
    pub(crate) place: Place,
    /// The value.
    pub(crate) node: Node,
}

impl Value {
    /// Its kind in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl Node {
    /// Returns the place of `path`, such as `goals[3].parent`, or of the nearest part of the tree that holds it.
    pub(crate) fn locate(&self, path: &str) -> Place {
        let mut at = self;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match (&at.value, step.strip_suffix(']').map(str::parse::<usize>)) {
                (Value::List(nodes), Some(Ok(i))) => nodes.get(i),
                (Value::Map(entries), Some(Ok(i))) => entries.get(i).map(|entry| &entry.node),
                (Value::Map(entries), _) => {
                    entries.iter().find(|entry| entry.key == step).map(|entry| &entry.node)
                }
                _ => None,
            };
            let Some(next) = next else { break };
            at = next;
        }
        at.place
    }
}

/// Returns a map of which each key stands once; a second one is a fault.
pub(crate) fn map(entries: Vec<Entry>, faults: &mut Faults) -> Value {
    let mut seen = HashSet::new();
    let mut first = vec![true; entries.len()];
    for (i, entry) in entries.iter().enumerate() {
        if !seen.insert(entry.key.as_str()) {
            first[i] = false;
            let message = format!("key {} is there twice", shown(&entry.key));
            faults.add(entry.place, "", "DUPLICATE_KEY", message);
        }
    }
    Value::Map(
        entries
            .into_iter()
            .zip(first)
            .filter_map(|(entry, first)| first.then_some(entry))
            .collect(),
    )
}

/// Counts one more value; none where a file has too many.
pub(crate) fn count(nodes: &mut usize, place: Place, faults: &mut Faults) -> Option<()> {
    *nodes += 1;
    if *nodes > MAX_NODES {
        let message = format!("a file has at most {MAX_NODES} values");
        faults.add(place, "", "TOO_MANY_VALUES", message);
        return None;
    }
    Some(())
}

/// Refuses nesting that is too deep.
pub(crate) fn check_depth(depth: usize, place: Place, faults: &mut Faults) -> Option<()> {
    if depth > MAX_DEPTH {
        let message = format!("lists and maps are nested more than {MAX_DEPTH} deep");
        faults.add(place, "", "TOO_DEEP", message);
        return None;
    }
    Some(())
}

/// Distinguishes a number from other words: an optional sign, digits, a fraction, an exponent.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole)
        && digits(fraction)
        && digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
}
