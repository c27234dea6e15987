//! How much a content may hold.

use crate::{
    Content, InvalidField,
    fields::{Value, visit},
};

/// Maximum size in bytes of a narrative, section or note.
pub const MAX_TEXT_BYTES: usize = 256 * 1024;
/// Maximum size in bytes of a code, label, caveat or other short text.
const MAX_WORDS_BYTES: usize = 4 * 1024;
/// Maximum number of goals, figures, references and whatever else is a list.
pub const MAX_LIST: usize = 500;

/// Returns the lists of a content that are too long, or else its texts that are. Paths begin at the content.
pub fn limits(content: &Content) -> Vec<InvalidField> {
    let (mut lists, mut texts) = (Vec::new(), Vec::new());
    visit("", &content.fields(), &mut |path, value| match value {
        Value::List(values) => lists.extend(too_many(path, values.len())),
        Value::Code(text) | Value::Words(text) => {
            texts.extend(too_long(path, text, MAX_WORDS_BYTES));
        }
        Value::Text(text) | Value::Markdown(text) => {
            texts.extend(too_long(path, text, MAX_TEXT_BYTES));
        }
        Value::Choice(_) | Value::Number(_) | Value::Part(_) => {}
    });
    if lists.is_empty() { texts } else { lists }
}

fn too_many(field: &str, count: usize) -> Option<InvalidField> {
    let message = || format!("{count} are given, at most {MAX_LIST} are taken");
    (count > MAX_LIST).then(|| InvalidField::new(field, "TOO_MANY", message()))
}

fn too_long(field: &str, text: &str, limit: usize) -> Option<InvalidField> {
    let message = || format!("is {} bytes, at most {limit} are taken", text.len());
    (text.len() > limit).then(|| InvalidField::new(field, "TOO_LONG", message()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Comparison, Figure};

    fn check(content: &Content, expected: &[&str]) {
        let found = limits(content);
        let found: Vec<String> =
            found.iter().map(|fault| format!("{} {}", fault.field, fault.reason)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_at_a_limit_passes_and_what_is_over_it_is_named() {
        let content = |list: usize, words: usize, text: usize| Content {
            goals: vec![String::new(); list],
            figures: vec![Figure { caveat: "x".repeat(words), ..Figure::default() }],
            note: "x".repeat(text),
            ..Content::default()
        };
        check(&content(MAX_LIST, MAX_WORDS_BYTES, MAX_TEXT_BYTES), &[]);
        check(
            &content(MAX_LIST, MAX_WORDS_BYTES + 1, MAX_TEXT_BYTES + 1),
            &["figures[0].caveat TOO_LONG", "note TOO_LONG"],
        );
        check(&content(MAX_LIST + 1, MAX_WORDS_BYTES + 1, 0), &["goals TOO_MANY"]);
        let compared = Comparison { value: "1".into(), year: 2020 };
        let figure = Figure { comparisons: vec![compared; MAX_LIST + 1], ..Figure::default() };
        let content = Content { figures: vec![figure], ..Content::default() };
        check(&content, &["figures[0].comparisons TOO_MANY"]);
    }
}
