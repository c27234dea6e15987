//! JSON into the tree: the text is first held against the grammar as a whole, then walked to find the places.

use serde::de::IgnoredAny;

use crate::files::{
    Faults, MAX_DEPTH, MAX_NODES, Node, Place,
    faults::shown,
    node::{Entry, Value, map},
    places::Places,
};

/// Reads a document.
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Option<Node> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or("");
        let column = line.bytes().take(error.column()).filter(|byte| byte & 0xc0 != 0x80).count();
        let place = Place::new(error.line().max(1), column.max(1));
        faults.add(place, "", "INVALID_JSON", format!("no JSON: {error}"));
        return None;
    }
    Walker { text, at: 0, places: Places::new(text), nodes: 0, faults }.node(0)
}

struct Walker<'t, 'f> {
    text: &'t str,
    at: usize,
    places: Places<'t>,
    nodes: usize,
    faults: &'f mut Faults,
}

impl Walker<'_, '_> {
    /// Reads the value that begins here; none means that the file cannot be read any further.
    fn node(&mut self, depth: usize) -> Option<Node> {
        self.skip_space();
        let place = self.places.at(self.at);
        self.nodes += 1;
        if MAX_DEPTH < depth {
            self.faults.add(
                place,
                "",
                "TOO_DEEP",
                format!("lists and maps are nested more than {MAX_DEPTH} deep"),
            );
            return None;
        }
        if MAX_NODES < self.nodes {
            self.faults.add(
                place,
                "",
                "TOO_MANY_VALUES",
                format!("at most {MAX_NODES} values are read"),
            );
            return None;
        }
        let value = match self.byte() {
            b'{' => self.map(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Value::Text(self.string()?),
            _ => match self.word() {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(number.to_owned()),
            },
        };
        Some(Node { value, place })
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        let mut entries = Vec::new();
        self.at += 1;
        while self.has_more(b'}') {
            let place = self.places.at(self.at);
            let key = self.string()?;
            self.skip_space();
            self.at += 1;
            entries.push(Entry { key, place, node: self.node(depth + 1)? });
        }
        Some(map(entries, self.faults))
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut nodes = Vec::new();
        self.at += 1;
        while self.has_more(b']') {
            nodes.push(self.node(depth + 1)?);
        }
        Some(Value::List(nodes))
    }

    /// Moves to the next part of a list or map, or past its end.
    fn has_more(&mut self, close: u8) -> bool {
        self.skip_space();
        if self.byte() == b',' {
            self.at += 1;
            self.skip_space();
        }
        let ends = self.byte() == close || self.text.len() <= self.at;
        if ends {
            self.at += 1;
        }
        !ends
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.byte() != b'"' {
            self.at += if self.byte() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let written = self.text.get(start..self.at).unwrap_or_default();
        let read = serde_json::from_str(written).ok();
        if read.is_none() {
            self.faults.add(
                self.places.at(start),
                "",
                "INVALID_TEXT",
                format!("{} is no Unicode text", shown(written)),
            );
        }
        read
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        while !matches!(self.byte(), 0 | b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    /// The byte here; 0 at the end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
}
