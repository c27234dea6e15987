//! YAML into the tree.
//!
//! Invariant: one document, nothing shared and nothing typed by tag, so that a file is as large as it looks.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::files::{
    Faults, Node, Place,
    node::{Entry, Value, check_depth, count, is_number, map},
};

/// Largest line, in bytes: the parser keeps a whole line in memory, many times as large.
const MAX_LINE: usize = 1024 * 1024;

/// Reads a document.
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Option<Node> {
    if let Some(line) = text.split('\n').position(|line| line.len() > MAX_LINE) {
        faults.add(
            Place::new(line + 1, 1),
            "",
            "LINE_TOO_LONG",
            format!("a line of YAML has at most {MAX_LINE} bytes"),
        );
        return None;
    }
    let mut builder = Builder { open: Vec::new(), root: None, nodes: 0, faults };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => {
                let place = Place::new(error.marker().line(), error.marker().col() + 1);
                builder.faults.add(place, "", "INVALID_YAML", format!("no YAML: {}", error.info()));
                return None;
            }
        }
    }
    if builder.root.is_none() {
        builder.faults.add(Place::START, "", "EMPTY_FILE", "the file is empty");
    }
    builder.root
}

/// A list or map that is not closed yet.
struct Open {
    place: Place,
    parts: Parts,
}

enum Parts {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Place)> },
}

struct Builder<'f> {
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    faults: &'f mut Faults,
}

impl Builder<'_> {
    /// Takes the next event; none means that the file cannot be read any further.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<()> {
        let place = Place::new(span.start.line(), span.start.col() + 1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_anchor(anchor, place);
                let forced = tag
                    .as_ref()
                    .is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                self.refuse_tag(tag.is_some() && !forced, place);
                let value = if style == ScalarStyle::Plain && !forced {
                    plain(&text)
                } else {
                    Value::Text(text.into_owned())
                };
                self.put_scalar(value, place)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Parts::List(Vec::new()), anchor, tag.is_some(), place)
            }
            Event::MappingStart(anchor, tag) => self.begin(
                Parts::Map { entries: Vec::new(), key: None },
                anchor,
                tag.is_some(),
                place,
            ),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(_) => {
                self.faults.add(
                    place,
                    "",
                    "ALIAS_NOT_TAKEN",
                    "aliases such as `*name` are not taken; write the value out",
                );
                self.put(Node { value: Value::Null, place })
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.faults.add(
                    place,
                    "",
                    "SECOND_DOCUMENT",
                    "a file holds one document; put the second in a file of its own",
                );
                None
            }
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Some(()),
        }
    }

    fn begin(&mut self, parts: Parts, anchor: usize, tagged: bool, place: Place) -> Option<()> {
        self.refuse_anchor(anchor, place);
        self.refuse_tag(tagged, place);
        check_depth(self.open.len() + 1, place, self.faults)?;
        if let Some(Open { parts: Parts::Map { key: None, .. }, .. }) = self.open.last() {
            self.faults.add(place, "", "KEY_NOT_TEXT", "a key is a text, not a list or map");
            return None;
        }
        self.open.push(Open { place, parts });
        Some(())
    }

    fn end(&mut self) -> Option<()> {
        let Open { place, parts } = self.open.pop()?;
        let value = match parts {
            Parts::List(nodes) => Value::List(nodes),
            Parts::Map { entries, .. } => map(entries, self.faults),
        };
        self.put(Node { value, place })
    }

    /// Adds a scalar: as the next key of a map, else as a value.
    fn put_scalar(&mut self, value: Value, place: Place) -> Option<()> {
        if let Some(Open { parts: Parts::Map { key: key @ None, .. }, .. }) = self.open.last_mut() {
            *key = Some((written(value), place));
            return Some(());
        }
        self.put(Node { value, place })
    }

    fn put(&mut self, node: Node) -> Option<()> {
        count(&mut self.nodes, node.place, self.faults)?;
        match self.open.last_mut().map(|open| &mut open.parts) {
            None => self.root = Some(node),
            Some(Parts::List(nodes)) => nodes.push(node),
            Some(Parts::Map { entries, key }) => {
                let (key, place) = key.take().unwrap_or((String::new(), node.place));
                entries.push(Entry { key, place, node });
            }
        }
        Some(())
    }

    fn refuse_anchor(&mut self, anchor: usize, place: Place) {
        if anchor != 0 {
            self.faults.add(
                place,
                "",
                "ANCHOR_NOT_TAKEN",
                "anchors such as `&name` are not taken; write the value out",
            );
        }
    }

    fn refuse_tag(&mut self, tagged: bool, place: Place) {
        if tagged {
            self.faults.add(
                place,
                "",
                "TAG_NOT_TAKEN",
                "tags such as `!name` are not taken, but for `!!str`",
            );
        }
    }
}

/// Reads a plain scalar by the core schema; numbers stay as written.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if is_number(number) => Value::Number(number.to_owned()),
        other => Value::Text(other.to_owned()),
    }
}

/// Returns a key as written.
fn written(value: Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) | Value::Text(text) => text,
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
    }
}
