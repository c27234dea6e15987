//! How much a content may hold. Checked on the message, before anything is made of it.

use model::{
    InvalidField,
    check::{MAX_LIST, MAX_TEXT_BYTES},
};
use wire::v1 as pb;

/// Maximum size in bytes of a code, label, caveat or other text that is no narrative.
const MAX_WORDS_BYTES: usize = 4 * 1024;

/// Returns what is too long or too many.
pub(crate) fn content(content: &pb::Content) -> Vec<InvalidField> {
    let pb::Content {
        kind: _,
        goals,
        indicators,
        answer: _,
        narratives,
        figures,
        references,
        section,
        source_pages,
        note,
        partners,
    } = content;
    let mut over = Over::default();
    over.list("goals", goals.len());
    over.list("indicators", indicators.len());
    over.list("narratives", narratives.len());
    over.list("figures", figures.len());
    over.list("references", references.len());
    over.list("source_pages", source_pages.len());
    over.list("partners", partners.len());
    if !over.0.is_empty() {
        return over.0;
    }
    over.text("section", section, MAX_TEXT_BYTES);
    over.text("note", note, MAX_TEXT_BYTES);
    for (list, codes) in [("goals", goals), ("indicators", indicators), ("partners", partners)] {
        for (i, code) in codes.iter().enumerate() {
            over.text(&format!("{list}[{i}]"), code, MAX_WORDS_BYTES);
        }
    }
    for (i, pb::Narrative { language, markdown }) in narratives.iter().enumerate() {
        over.text(&format!("narratives[{i}].language"), language, MAX_WORDS_BYTES);
        over.text(&format!("narratives[{i}].markdown"), markdown, MAX_TEXT_BYTES);
    }
    for (i, each) in figures.iter().enumerate() {
        figure(&format!("figures[{i}]"), each, &mut over);
    }
    for (i, pb::Reference { kind: _, as_written, target, url }) in references.iter().enumerate() {
        over.words(
            &format!("references[{i}]"),
            &[("as_written", as_written), ("target", target), ("url", url)],
        );
    }
    over.0
}

fn figure(path: &str, figure: &pb::Figure, over: &mut Over) {
    let pb::Figure {
        kind: _,
        value,
        per,
        unit,
        precision: _,
        from,
        until,
        counts,
        indicator,
        comparisons,
        target,
        break_note,
        caveat,
        fact,
        label,
    } = figure;
    over.words(
        path,
        &[
            ("value", value),
            ("per", per),
            ("unit", unit),
            ("from", from),
            ("until", until),
            ("counts", counts),
        ],
    );
    over.words(
        path,
        &[
            ("indicator", indicator),
            ("break_note", break_note),
            ("caveat", caveat),
            ("fact", fact),
            ("label", label),
        ],
    );
    over.list(&format!("{path}.comparisons"), comparisons.len());
    for (i, pb::Comparison { value, year: _ }) in comparisons.iter().take(MAX_LIST).enumerate() {
        over.text(&format!("{path}.comparisons[{i}].value"), value, MAX_WORDS_BYTES);
    }
    if let Some(pb::Comparison { value, year: _ }) = target {
        over.text(&format!("{path}.target.value"), value, MAX_WORDS_BYTES);
    }
}

#[derive(Default)]
struct Over(Vec<InvalidField>);

impl Over {
    fn list(&mut self, field: &str, length: usize) {
        if MAX_LIST < length {
            self.0.push(InvalidField::new(
                field,
                "TOO_MANY",
                format!("{length} are given, at most {MAX_LIST} are taken"),
            ));
        }
    }

    fn text(&mut self, field: &str, text: &str, limit: usize) {
        if limit < text.len() {
            self.0.push(InvalidField::new(
                field,
                "TOO_LONG",
                format!("is {} bytes, at most {limit} are taken", text.len()),
            ));
        }
    }

    fn words(&mut self, path: &str, texts: &[(&str, &str)]) {
        for (field, text) in texts {
            self.text(&format!("{path}.{field}"), text, MAX_WORDS_BYTES);
        }
    }
}
