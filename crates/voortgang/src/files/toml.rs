//! TOML into the tree.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::files::{
    Faults, MAX_DEPTH, MAX_NODES, Node, Place,
    node::{Entry, Value, map},
    places::Places,
};

/// Most faults of syntax that are told; the rest mostly follows from them.
const MAX_SYNTAX_FAULTS: usize = 20;

/// Largest TOML file, in bytes: the parser needs many times as much memory.
const MAX_TOML: usize = 16 * 1024 * 1024;

/// Reads a document.
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Option<Node> {
    if MAX_TOML < text.len() {
        let message = format!(
            "the file is {} bytes, at most {MAX_TOML} are read of TOML; use YAML or JSON",
            text.len()
        );
        faults.add(Place::START, "", "FILE_TOO_LARGE", message);
        return None;
    }
    let places = Places::new(text);
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.dedup_by_key(|error| error.span());
    for error in errors.iter().take(MAX_SYNTAX_FAULTS) {
        let place = places.at(error.span().map_or(0, |span| span.start));
        let reason = if error.message().starts_with("duplicate key") {
            "DUPLICATE_KEY"
        } else {
            "INVALID_TOML"
        };
        faults.add(place, "", reason, format!("no TOML: {}", error.message()));
    }
    if !errors.is_empty() {
        return None;
    }
    let mut tree = Tree { places, nodes: 0, faults };
    let value = tree.table(table.into_inner(), 0)?;
    Some(Node { value, place: Place::START })
}

struct Tree<'t, 'f> {
    places: Places<'t>,
    nodes: usize,
    faults: &'f mut Faults,
}

impl Tree<'_, '_> {
    /// Converts a value; none means that the file is not read any further.
    fn node(&mut self, spanned: Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
        let place = self.places.at(spanned.span().start);
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
        let value = match spanned.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => Value::Number(number.to_string()),
            DeValue::Float(number) => Value::Number(number.to_string()),
            DeValue::Boolean(truth) => Value::Bool(truth),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(values) => Value::List(
                values
                    .into_iter()
                    .map(|value| self.node(value, depth + 1))
                    .collect::<Option<_>>()?,
            ),
            DeValue::Table(table) => self.table(table, depth)?,
        };
        Some(Node { value, place })
    }

    /// Converts a table, back in the order of the file.
    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Option<Value> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let start = key.span().start;
            let place = self.places.at(start);
            let node = self.node(value, depth + 1)?;
            entries.push((start, Entry { key: key.into_inner().into_owned(), place, node }));
        }
        entries.sort_by_key(|(start, _)| *start);
        Some(map(entries.into_iter().map(|(_, entry)| entry).collect(), self.faults))
    }
}
