//! What differs between two revisions of a contribution: by structure, and texts by word.
//!
//! Invariant: there is no difference exactly where the contents are equal.

use std::collections::BTreeMap;

use model::{
    Contribution, Narrative, Passage,
    fields::{Field, Value},
};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

/// How a part changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is different.
    Changed,
}

/// A run of words, with the spaces between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordRun {
    /// The words.
    pub text: String,
    /// Added or removed; none where both texts have them.
    pub change: Option<Change>,
}

/// One part that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Path of the field, such as `content.figures[0].value`.
    pub field: String,
    /// Id of the passage; empty where the part is none.
    pub passage: String,
    /// How it changed.
    pub change: Change,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
    /// By word, where a text changed.
    pub words: Vec<WordRun>,
}

/// Compares two revisions of the same contribution, in the order of the content.
pub fn compare(before: &Contribution, after: &Contribution) -> Vec<Difference> {
    let (old, new) = (before.content.fields(), after.content.fields());
    let mut found = Found::default();
    for (was, is) in old.iter().zip(&new) {
        let field = format!("content.{}", is.name);
        match (&was.value, &is.value) {
            _ if is.name == "narratives" => found.narratives(before, after),
            (Value::List(was), Value::List(is)) if has_parts(was) || has_parts(is) => {
                found.list(&field, was, is);
            }
            (Value::Text(was), Value::Text(is)) => found.text(&field, was, is),
            (was, is) => found.value(&field, &written(was), &written(is)),
        }
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn value(&mut self, field: &str, before: &str, after: &str) {
        if before != after {
            self.push(field.to_owned(), "", before, after);
        }
    }

    /// A text that is no narrative.
    fn text(&mut self, field: &str, before: &str, after: &str) {
        if before != after {
            let words = words(before, after);
            self.push(field.to_owned(), "", before, after).words = words;
        }
    }

    /// What is empty on one side was added or removed.
    fn push(&mut self, field: String, passage: &str, before: &str, after: &str) -> &mut Difference {
        let change = match (before.is_empty(), after.is_empty()) {
            (true, false) => Change::Added,
            (false, true) => Change::Removed,
            _ => Change::Changed,
        };
        self.add(field, passage, change, before, after)
    }

    fn add(
        &mut self,
        field: String,
        passage: &str,
        change: Change,
        before: &str,
        after: &str,
    ) -> &mut Difference {
        let (passage, before, after) = (passage.to_owned(), before.to_owned(), after.to_owned());
        self.0.push(Difference { field, passage, change, before, after, words: Vec::new() });
        self.0.last_mut().expect("one was pushed")
    }

    fn narratives(&mut self, before: &Contribution, after: &Contribution) {
        let (old, new) = (&before.content.narratives, &after.content.narratives);
        let order = |narratives: &[Narrative]| {
            narratives.iter().map(|one| one.language.clone()).collect::<Vec<_>>()
        };
        let (was, is) = (order(old), order(new));
        if was != is {
            self.value("content.narratives", &was.join(", "), &is.join(", "));
        }
        for (place, narrative) in new.iter().enumerate() {
            let field = format!("content.narratives[{place}]");
            match old.iter().find(|one| one.language == narrative.language) {
                Some(one) if one == narrative => {}
                Some(one) => self.narrative(&field, (one, before), (narrative, after)),
                None => {
                    self.add(field, "", Change::Added, "", &narrative.markdown);
                }
            }
        }
        for (place, narrative) in old.iter().enumerate() {
            if !is.contains(&narrative.language) {
                let field = format!("content.narratives[{place}]");
                self.add(field, "", Change::Removed, &narrative.markdown, "");
            }
        }
    }

    /// By passage, where both have some; else, and where only the markup differs, as one text.
    fn narrative(
        &mut self,
        field: &str,
        (old, before): (&Narrative, &Contribution),
        (new, after): (&Narrative, &Contribution),
    ) {
        let so_far = self.0.len();
        self.passages(field, &of(&before.passages, old), &of(&after.passages, new));
        if self.0.len() == so_far {
            self.text(&format!("{field}.markdown"), &old.markdown, &new.markdown);
        }
    }

    fn passages(&mut self, field: &str, old: &[&Passage], new: &[&Passage]) {
        if old.is_empty() || new.is_empty() {
            return;
        }
        let was: BTreeMap<&str, &str> =
            old.iter().map(|passage| (passage.id.as_str(), passage.text.as_str())).collect();
        for passage in new {
            match was.get(passage.id.as_str()) {
                Some(text) if *text == passage.text => {}
                Some(text) => {
                    let words = words(text, &passage.text);
                    let change = Change::Changed;
                    self.add(field.to_owned(), &passage.id, change, text, &passage.text).words =
                        words;
                }
                None => {
                    self.add(field.to_owned(), &passage.id, Change::Added, "", &passage.text);
                }
            }
        }
        for passage in old.iter().filter(|old| new.iter().all(|new| new.id != old.id)) {
            self.add(field.to_owned(), &passage.id, Change::Removed, &passage.text, "");
        }
    }

    /// Skips entries that are in both; compares each field of an entry that replaces another.
    fn list(&mut self, field: &str, old: &[Value<'_>], new: &[Value<'_>]) {
        let (old, new): (Vec<_>, Vec<_>) =
            (old.iter().map(parts).collect(), new.iter().map(parts).collect());
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (old_range, new_range) = match operation {
                DiffOp::Equal { .. } => continue,
                operation => (operation.old_range(), operation.new_range()),
            };
            let common = old_range.len().min(new_range.len());
            for i in 0..common {
                let place = new_range.start + i;
                for (was, is) in old[old_range.start + i].iter().zip(&new[place]) {
                    self.value(&format!("{field}[{place}].{}", is.0), &was.1, &is.1);
                }
            }
            for place in old_range.clone().skip(common) {
                let gone = listed(&old[place]);
                self.add(format!("{field}[{place}]"), "", Change::Removed, &gone, "");
            }
            for place in new_range.clone().skip(common) {
                let fresh = listed(&new[place]);
                self.add(format!("{field}[{place}]"), "", Change::Added, "", &fresh);
            }
        }
    }
}

fn of<'a>(passages: &'a [Passage], narrative: &Narrative) -> Vec<&'a Passage> {
    passages.iter().filter(|passage| passage.language == narrative.language).collect()
}

/// The words of both texts in order, with what became of each run.
pub fn words(before: &str, after: &str) -> Vec<WordRun> {
    let mut runs: Vec<WordRun> = Vec::new();
    for one in TextDiff::from_words(before, after).iter_all_changes() {
        let change = match one.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(Change::Removed),
            ChangeTag::Insert => Some(Change::Added),
        };
        match runs.last_mut().filter(|run| run.change == change) {
            Some(run) => run.text.push_str(one.value()),
            None => runs.push(WordRun { text: one.value().to_owned(), change }),
        }
    }
    runs
}

fn listed(parts: &[(&'static str, String)]) -> String {
    let given = parts.iter().filter(|(_, value)| !value.is_empty());
    given.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("; ")
}

fn has_parts(values: &[Value<'_>]) -> bool {
    matches!(values.first(), Some(Value::Part(_)))
}

/// The fields of a part as they are written, the label first.
fn parts(part: &Value<'_>) -> Vec<(&'static str, String)> {
    let Value::Part(fields) = part else { return Vec::new() };
    let mut parts: Vec<_> =
        fields.iter().map(|Field { name, value }| (*name, written(value))).collect();
    parts.sort_by_key(|(name, _)| *name != "label");
    parts
}

/// A value in a line. The only parts within parts are comparisons: `11.5 in 2020`.
fn written(value: &Value<'_>) -> String {
    match value {
        Value::List(values) => values.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Part(fields) => {
            let values: Vec<String> = fields.iter().map(|field| written(&field.value)).collect();
            values.join(" in ")
        }
        value => value.plain().into_owned(),
    }
}

#[cfg(test)]
mod tests;
