//! Whether every text of a content can be printed, so that no edition fails for a letter.
//!
//! Invariant: every text that an edition prints of a content is looked at.

use fonts::Fonts;
use model::{
    Content, Finding, Severity,
    fields::{Value, visit},
};
use richtext::Document;

/// Passages of a text that are named, at most.
const MAX_NAMED: usize = 20;
/// Letters of a passage that are shown.
const SHOWN: usize = 60;

/// The first letter of each passage that no font has.
pub(super) fn narrative(
    at: usize,
    markdown: &str,
    document: &Document,
    fonts: &Fonts,
) -> Vec<Finding> {
    let finding = |passage: &String| {
        let letter = fonts.unprintable(passage)?;
        // Where it is written as a reference, such as `&#128512;`, the text itself does not have it.
        let place = markdown.find(letter).map(|at| richtext::place(markdown, at));
        let place = place.map_or(String::new(), |place| format!("{place}: "));
        let shown: String = passage.chars().take(SHOWN).collect();
        let message = format!("{place}{}, in the passage `{shown}`", no_font_has(letter));
        Some(blocker(format!("content.narratives[{at}].markdown"), message))
    };
    document.passages.iter().filter_map(finding).take(MAX_NAMED).collect()
}

/// The same of all texts that are no narratives.
pub(super) fn texts(content: &Content, fonts: &Fonts) -> Vec<Finding> {
    let mut found = Vec::new();
    visit("content", &content.fields(), &mut |path, value| {
        let letter = match value {
            Value::Words(text) | Value::Text(text) => fonts.unprintable(text),
            Value::Choice(_)
            | Value::Number(_)
            | Value::Code(_)
            | Value::Markdown(_)
            | Value::Part(_)
            | Value::List(_) => None,
        };
        found.extend(letter.map(|letter| blocker(path.to_owned(), no_font_has(letter))));
    });
    found.truncate(MAX_NAMED);
    found
}

/// A letter by its characters: one with marks has several.
fn no_font_has(letter: &str) -> String {
    let codes: Vec<_> = letter.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    format!("no font has `{letter}` ({}), so that it cannot be printed", codes.join(" "))
}

fn blocker(field: String, message: String) -> Finding {
    Finding {
        severity: Severity::Blocker,
        reason: "UNPRINTABLE_CHARACTER".to_owned(),
        field,
        message,
    }
}
