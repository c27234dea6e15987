//! Reading the parts of a tree: what is there, what is missing, what is not of the right kind.
//!
//! Invariant: reading never stops at a fault; what could not be read is empty and the fault says so.

use std::str::FromStr;

use model::{InvalidField, LocalizedText};

use crate::files::{
    Faults, Node, Place,
    faults::shown,
    node::{Entry, Value},
    shapes::{Shape, Words},
};

/// Longest word, in bytes, that is compared with the known ones.
const MAX_HINTED: usize = 64;

/// A value and its path in the file.
#[derive(Debug, Clone)]
pub(crate) struct At<'n> {
    /// The value.
    pub(crate) node: &'n Node,
    /// Its path, such as `goals[3].parent`; empty for the whole file.
    pub(crate) path: String,
}

impl<'n> At<'n> {
    /// The whole file.
    pub(crate) fn root(node: &'n Node) -> Self {
        Self { node, path: String::new() }
    }

    /// Adds a fault of this value.
    pub(crate) fn fault(
        &self,
        faults: &mut Faults,
        reason: impl Into<String>,
        message: impl Into<String>,
    ) {
        faults.add(self.node.place, &self.path, reason, message);
    }

    fn is_not(&self, faults: &mut Faults, expected: &str) {
        self.fault(
            faults,
            "WRONG_TYPE",
            format!("expected {expected}, found {}", self.node.value.kind()),
        );
    }

    /// Reads a map of this shape; a missing key and an unknown key are each a fault.
    pub(crate) fn fields(&self, shape: &'static Shape, faults: &mut Faults) -> Option<Fields<'n>> {
        let Value::Map(entries) = &self.node.value else {
            self.is_not(faults, "a map");
            return None;
        };
        let fields = Fields { place: self.node.place, path: self.path.clone(), entries, shape };
        fields.add_unknown(faults);
        fields.add_missing(faults);
        Some(fields)
    }

    /// Reads a list.
    pub(crate) fn list(&self, faults: &mut Faults) -> Vec<At<'n>> {
        let Value::List(nodes) = &self.node.value else {
            self.is_not(faults, "a list");
            return Vec::new();
        };
        nodes
            .iter()
            .enumerate()
            .map(|(i, node)| At { node, path: format!("{}[{i}]", self.path) })
            .collect()
    }

    /// Reads a text or a number as written.
    pub(crate) fn text(&self, faults: &mut Faults) -> String {
        match &self.node.value {
            Value::Text(text) | Value::Number(text) => text.clone(),
            Value::Bool(_) => {
                self.fault(faults, "WRONG_TYPE", "expected a text, found true or false; put it in quotes if it is meant as a text");
                String::new()
            }
            _ => {
                self.is_not(faults, "a text");
                String::new()
            }
        }
    }

    /// Reads a name or code that must be valid.
    pub(crate) fn name<T: FromStr<Err = InvalidField>>(&self, faults: &mut Faults) -> Option<T> {
        let before = faults.covers(&self.path);
        let text = self.text(faults);
        match text.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                if before || !faults.covers(&self.path) {
                    self.fault(faults, error.reason, error.description);
                }
                None
            }
        }
    }

    /// Reads one of a few words.
    pub(crate) fn word<T: Copy>(&self, words: &Words<T>, faults: &mut Faults) -> Option<T> {
        let (Value::Text(text) | Value::Number(text)) = &self.node.value else {
            self.is_not(faults, "a text");
            return None;
        };
        let found = words.iter().find(|(_, word)| word == text).map(|(value, _)| *value);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(_, word)| *word).collect();
            let message = format!(
                "{} is none of {}{}",
                shown(text),
                known.join(", "),
                hint(text, known.iter().copied())
            );
            self.fault(faults, "UNKNOWN_VALUE", message);
        }
        found
    }

    /// Reads a whole number.
    pub(crate) fn integer<T: FromStr>(&self, what: &str, faults: &mut Faults) -> Option<T> {
        let (Value::Text(text) | Value::Number(text)) = &self.node.value else {
            self.is_not(faults, what);
            return None;
        };
        let number = text.parse().ok();
        if number.is_none() {
            self.fault(faults, "INVALID_NUMBER", format!("expected {what}, found {}", shown(text)));
        }
        number
    }

    /// Reads true or false.
    pub(crate) fn flag(&self, faults: &mut Faults) -> bool {
        let Value::Bool(truth) = self.node.value else {
            self.is_not(faults, "true or false");
            return false;
        };
        truth
    }

    /// Reads texts by language in the order written: a plain text is in `language`.
    pub(crate) fn texts(&self, language: &str, faults: &mut Faults) -> Vec<(String, String)> {
        let Value::Map(entries) = &self.node.value else {
            return vec![(language.to_owned(), self.text(faults))];
        };
        let text = |entry: &'n Entry| At {
            node: &entry.node,
            path: format!("{}.{}", self.path, entry.key),
        };
        entries.iter().map(|entry| (entry.key.clone(), text(entry).text(faults))).collect()
    }

    /// Reads a text that may be given in several languages.
    pub(crate) fn localized(&self, language: &str, faults: &mut Faults) -> LocalizedText {
        LocalizedText(self.texts(language, faults).into_iter().collect())
    }
}

/// The entries of a map of a known shape.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    place: Place,
    path: String,
    entries: &'n [Entry],
    shape: &'static Shape,
}

impl<'n> Fields<'n> {
    /// The value of a key; none where it is left out or empty.
    pub(crate) fn get(&self, key: &str) -> Option<At<'n>> {
        debug_assert!(
            self.keys().any(|known| known == key),
            "`{key}` is no key of {}",
            self.shape.name
        );
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.key == key && entry.node.value != Value::Null)?;
        Some(At { node: &entry.node, path: self.path_of(key) })
    }

    /// The values of a key that holds a list; none where it is left out.
    pub(crate) fn list(&self, key: &str, faults: &mut Faults) -> Vec<At<'n>> {
        self.get(key).map(|at| at.list(faults)).unwrap_or_default()
    }

    /// The text of a key; empty where it is left out.
    pub(crate) fn text(&self, key: &str, faults: &mut Faults) -> String {
        self.get(key).map(|at| at.text(faults)).unwrap_or_default()
    }

    /// The texts of a key that holds a list of them.
    pub(crate) fn text_list(&self, key: &str, faults: &mut Faults) -> Vec<String> {
        self.list(key, faults).iter().map(|at| at.text(faults)).collect()
    }

    /// Adds a fault of this map.
    pub(crate) fn fault(
        &self,
        key: &str,
        reason: impl Into<String>,
        message: impl Into<String>,
        faults: &mut Faults,
    ) {
        faults.add(self.place, self.path_of(key), reason, message);
    }

    fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.shape.required.iter().chain(self.shape.optional).copied()
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn add_unknown(&self, faults: &mut Faults) {
        for entry in
            self.entries.iter().filter(|entry| !self.keys().any(|known| known == entry.key))
        {
            if faults.is_full() {
                return;
            }
            let cut: String = entry.key.chars().take(60).collect();
            if entry.key == "indicators" && ["framework", "pillar"].contains(&self.shape.name) {
                self.add_indicators(entry, faults);
                continue;
            }
            let message = format!(
                "{} is no key of a {}{}",
                shown(&entry.key),
                self.shape.name,
                hint(&entry.key, self.keys())
            );
            faults.add(entry.place, self.path_of(&cut), "UNKNOWN_KEY", message);
        }
    }

    /// Adds a fault for each indicator outside the goals.
    fn add_indicators(&self, entry: &Entry, faults: &mut Faults) {
        let path = self.path_of("indicators");
        let message = "an indicator belongs under its goal, in the goal's list `indicators`";
        let places: Vec<_> = match &entry.node.value {
            Value::List(nodes) if !nodes.is_empty() => nodes
                .iter()
                .enumerate()
                .map(|(i, node)| (node.place, format!("{path}[{i}]")))
                .collect(),
            _ => vec![(entry.place, path)],
        };
        for (place, path) in places {
            faults.add(place, path, "INDICATOR_WITHOUT_GOAL", message);
        }
    }

    fn add_missing(&self, faults: &mut Faults) {
        for key in self.shape.required {
            if self.get(key).is_none() {
                self.fault(
                    key,
                    "MISSING_KEY",
                    format!("a {} has a `{key}`", self.shape.name),
                    faults,
                );
            }
        }
    }
}

/// Returns `; did you mean .. ?` where a known word is close.
fn hint<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> String {
    if word.len() > MAX_HINTED {
        return String::new();
    }
    let close = known.map(|candidate| (strsim::levenshtein(word, candidate), candidate)).min();
    match close {
        Some((distance, candidate)) if distance <= 1 + candidate.len() / 4 => {
            format!("; did you mean `{candidate}`?")
        }
        _ => String::new(),
    }
}
