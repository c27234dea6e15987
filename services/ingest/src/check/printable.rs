//! Whether every text of a content can be printed, so that no edition fails for a letter.
//!
//! Invariant: every text that an edition prints of a content is looked at.

use fonts::Fonts;
use model::{Comparison, Content, Figure, Finding, Narrative, Reference, Severity};
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
    let Content {
        kind: _,
        goals: _,
        indicators: _,
        answer: _,
        narratives,
        figures,
        references,
        section,
        source_pages: _,
        note,
        partners: _,
    } = content;
    let mut texts = vec![("section".to_owned(), section), ("note".to_owned(), note)];
    for (i, Narrative { language, markdown: _ }) in narratives.iter().enumerate() {
        texts.push((format!("narratives[{i}].language"), language));
    }
    figures.iter().enumerate().for_each(|(i, each)| figure(i, each, &mut texts));
    for (i, Reference { kind: _, as_written, target, url }) in references.iter().enumerate() {
        let fields = [("as_written", as_written), ("target", target), ("url", url)];
        texts.extend(fields.map(|(name, text)| (format!("references[{i}].{name}"), text)));
    }
    let finding = |(field, text): (String, &String)| {
        let letter = fonts.unprintable(text)?;
        Some(blocker(format!("content.{field}"), no_font_has(letter)))
    };
    texts.into_iter().filter_map(finding).take(MAX_NAMED).collect()
}

fn figure<'a>(at: usize, figure: &'a Figure, texts: &mut Vec<(String, &'a String)>) {
    let Figure {
        kind: _,
        value,
        per,
        unit,
        precision: _,
        from,
        until,
        counts,
        indicator: _,
        comparisons,
        target,
        break_note,
        caveat,
        fact: _,
        label,
    } = figure;
    let fields = [("value", value), ("per", per), ("unit", unit), ("from", from), ("until", until)];
    let words =
        [("counts", counts), ("break_note", break_note), ("caveat", caveat), ("label", label)];
    let named = |(name, text)| (format!("figures[{at}].{name}"), text);
    texts.extend(fields.into_iter().chain(words).map(named));
    for Comparison { value, year: _ } in comparisons.iter().chain(target) {
        texts.push((format!("figures[{at}].comparisons"), value));
    }
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
