//! JSON into the tree.
//!
//! `serde_json` reads the text: YAML's parser takes no surrogate pairs, no tab before a value in a list, and keeps a whole
//! line in memory, and each of these is usual in JSON. Each value is a slice of the text, so that it knows where it stands.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::files::{
    Faults, Node, Place,
    faults::shown,
    node::{Entry, Value, check_depth, count, map},
    places::Places,
};

/// Reads a document.
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Option<Node> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Reader { text, places: Places::new(text), nodes: 0, faults }.node(raw, 0),
        Err(error) => {
            let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or("");
            let column =
                line.bytes().take(error.column()).filter(|byte| byte & 0xc0 != 0x80).count();
            let place = Place::new(error.line().max(1), column.max(1));
            faults.add(place, "", "INVALID_JSON", format!("no JSON: {error}"));
            None
        }
    }
}

struct Reader<'t, 'f> {
    text: &'t str,
    places: Places<'t>,
    nodes: usize,
    faults: &'f mut Faults,
}

impl<'t> Reader<'t, '_> {
    /// Reads a value; none means that the file cannot be read any further.
    fn node(&mut self, raw: &'t RawValue, depth: usize) -> Option<Node> {
        let place = self.place(raw);
        check_depth(depth, place, self.faults)?;
        count(&mut self.nodes, place, self.faults)?;
        let written = raw.get();
        let mut parts = serde_json::Deserializer::from_str(written);
        let value = match written.as_bytes().first() {
            Some(b'{') => map(parts.deserialize_map(Map(self, depth + 1)).ok()?, self.faults),
            Some(b'[') => Value::List(parts.deserialize_seq(List(self, depth + 1)).ok()?),
            Some(b'"') => Value::Text(self.string(raw)?),
            _ => match written {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(number.to_owned()),
            },
        };
        Some(Node { value, place })
    }

    fn string(&mut self, raw: &'t RawValue) -> Option<String> {
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            let message = format!("{} is no Unicode text", shown(raw.get()));
            self.faults.add(self.place(raw), "", "INVALID_TEXT", message);
        }
        read
    }

    fn place(&self, raw: &'t RawValue) -> Place {
        self.places.at(raw.get().as_ptr().addr() - self.text.as_ptr().addr())
    }
}

/// Reads the parts of a list at a depth; its error means that a fault was added.
struct List<'r, 't, 'f>(&'r mut Reader<'t, 'f>, usize);

impl<'t> Visitor<'t> for List<'_, 't, '_> {
    type Value = Vec<Node>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Vec<Node>, A::Error> {
        let Self(reader, depth) = self;
        let mut nodes = Vec::new();
        while let Some(raw) = list.next_element()? {
            nodes.push(reader.node(raw, depth).ok_or_else(stopped)?);
        }
        Ok(nodes)
    }
}

/// Reads the entries of a map at a depth; its error means that a fault was added.
struct Map<'r, 't, 'f>(&'r mut Reader<'t, 'f>, usize);

impl<'t> Visitor<'t> for Map<'_, 't, '_> {
    type Value = Vec<Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Vec<Entry>, A::Error> {
        let Self(reader, depth) = self;
        let mut entries = Vec::new();
        while let Some((raw, value)) = map.next_entry()? {
            let key = reader.string(raw).ok_or_else(stopped)?;
            let node = reader.node(value, depth).ok_or_else(stopped)?;
            entries.push(Entry { key, place: reader.place(raw), node });
        }
        Ok(entries)
    }
}

fn stopped<E: serde::de::Error>() -> E {
    E::custom("a fault was added")
}
