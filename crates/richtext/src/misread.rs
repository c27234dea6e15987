//! What of a text is shown otherwise than its writer may have meant it: warnings for whoever hands it in.
//!
//! All of it is shown. Invariant: each finding names a line of the text as it was written.

use std::collections::{BTreeMap, HashSet};

use model::InvalidField;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use crate::parse::{MAX_FAULTS, events, pasted, place};

/// Longest name of a note that is looked for, in letters.
const MAX_LABEL: usize = 100;

/// Returns what of a text that parses may be meant otherwise. The field is empty.
pub fn misread(markdown: &str) -> Vec<InvalidField> {
    let pasted = pasted::as_markdown(markdown);
    let mut reader = Reader {
        text: &pasted.markdown,
        is_named: false,
        is_code: false,
        referred: HashSet::new(),
        notes: Vec::new(),
        found: BTreeMap::new(),
    };
    for (event, range) in events(&pasted.markdown) {
        reader.event(&event, range.start, range.end);
    }
    reader.notes();
    reader.found.into_values().collect()
}

struct Reader<'a> {
    text: &'a str,
    /// Whether the open block is named already.
    is_named: bool,
    /// Whether a code block is open.
    is_code: bool,
    /// Names of the notes that the text refers to, in lower case.
    referred: HashSet<String>,
    /// Names of the notes, with their places.
    notes: Vec<(String, usize)>,
    /// By place.
    found: BTreeMap<usize, InvalidField>,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, start: usize, end: usize) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.is_code = true;
                if *kind == CodeBlockKind::Indented {
                    self.indented(start);
                }
            }
            Event::End(TagEnd::CodeBlock) => self.is_code = false,
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.notes.push((label.to_lowercase(), start));
            }
            Event::Start(Tag::Paragraph | Tag::Item) => self.is_named = false,
            Event::FootnoteReference(label) => {
                self.referred.insert(label.to_lowercase());
            }
            Event::Text(_) if !self.is_code => self.missing_notes(start, end),
            Event::SoftBreak => self.line_break(start, end),
            _ => {}
        }
    }

    fn add(&mut self, at: usize, reason: &'static str, message: &str) {
        if self.found.len() >= MAX_FAULTS {
            return;
        }
        let message = format!("{}: {message}", place(self.text, at));
        self.found.entry(at).or_insert_with(|| InvalidField::new("", reason, message));
    }

    /// Four spaces before a line make it preformatted (CommonMark 0.31, section 4.4).
    fn indented(&mut self, at: usize) {
        let message = format!(
            "`{}` is indented by four spaces or a tab, which makes it preformatted text; take them away, or put ``` around it",
            beginning(&self.text[at..])
        );
        self.add(at, "SHOWN_AS_CODE", &message);
    }

    /// Lines of one paragraph are run together; rows and items were hardly meant to be.
    fn line_break(&mut self, start: usize, end: usize) {
        let before = self.text[..start].rsplit('\n').next().unwrap_or_default();
        let after = self.text[end..].lines().next().unwrap_or_default();
        let message = if before.trim().contains('\t') && after.trim().contains('\t') {
            format!(
                "the line `{}` and the one before it have tabs and are run together; write a table as `| a | b |` with `|---|---|` below its first row, or put an empty line between them",
                beginning(after)
            )
        } else if is_item(after) && (is_item(before) || after.trim_start().contains('\t')) {
            format!(
                "the line `{}` looks like an item and is run together with the one before it; begin it with `- ` or a number from 1 on, or put an empty line before it",
                beginning(after)
            )
        } else {
            return;
        };
        if !self.is_named {
            self.is_named = true;
            self.add(end, "LINES_RUN_TOGETHER", &message);
        }
    }

    /// References that are shown as they were typed, since there is no such note.
    fn missing_notes(&mut self, start: usize, end: usize) {
        for (at, _) in self.text[start..end].match_indices('[') {
            let at = start + at;
            let label = self.text[at..].strip_prefix("[^").and_then(label);
            if let Some(label) = label.filter(|_| !self.text[..at].ends_with('\\')) {
                let message = format!(
                    "`[^{label}]` is shown as it is written, since there is no note; begin a line with `[^{label}]: ` and its text",
                    label = beginning(label)
                );
                self.add(at, "NOTE_MISSING", &message);
            }
        }
    }

    /// Notes that nothing refers to, and those whose name was used before.
    fn notes(&mut self) {
        let mut seen = HashSet::new();
        for (label, at) in std::mem::take(&mut self.notes) {
            let is_used = self.referred.contains(&label) && !seen.contains(&label);
            if !is_used {
                let message = format!(
                    "nothing refers to the note `[^{label}]`, so that it is shown without a number in the text; write `[^{label}]` where it belongs, and each name once",
                    label = beginning(&label)
                );
                self.add(at, "NOTE_NOT_REFERRED_TO", &message);
            }
            seen.insert(label);
        }
    }
}

/// Whether a line begins as an item does: `(i)`, `ii.`, `B)`, `12)`, `–`.
fn is_item(line: &str) -> bool {
    let Some((marker, _)) = line.trim_start().split_once([' ', '\t', '\u{a0}']) else {
        return false;
    };
    if matches!(marker, "–" | "—" | "·" | "»" | "→" | "*" | "-" | "+") {
        return true;
    }
    let inner = marker.strip_prefix('(').unwrap_or(marker);
    let Some(inner) = inner.strip_suffix([')', '.']) else { return false };
    let is_roman = inner.len() <= 5 && inner.bytes().all(|byte| b"ivxlcIVXLC".contains(&byte));
    let is_number = inner.len() <= 3 && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = inner.len() == 1 && inner.as_bytes()[0].is_ascii_alphabetic();
    !inner.is_empty() && (is_roman || is_number || is_letter)
}

/// The name of a note that `text` begins with, before its bracket.
fn label(text: &str) -> Option<&str> {
    let ends = |c: char| c == ']' || c == '[' || c.is_whitespace();
    let (end, sign) = text.char_indices().take(MAX_LABEL).find(|(_, c)| ends(*c))?;
    (sign == ']' && end > 0).then(|| &text[..end])
}

/// The beginning of a line, for a message.
fn beginning(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.replace('\t', " ").chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &[&str]) {
        let found: Vec<_> = misread(markdown)
            .iter()
            .map(|each| format!("{} {}", each.reason, each.description))
            .collect();
        assert_eq!(found.len(), expected.len(), "{markdown:?}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{markdown:?}: {found}");
        }
    }

    #[test]
    fn rows_and_items_that_are_run_together_are_named_once() {
        check(
            "Land\tAantal\nMali\t3\nNiger\t4",
            &["LINES_RUN_TOGETHER line 2, column 1: the line `Mali 3`"],
        );
        check("Doelen:\n(i)\teen\n(ii)\ttwee", &["LINES_RUN_TOGETHER line 2, column 1"]);
        check(
            "(i) een\n(ii) twee\n\nB. x\nC. y",
            &["LINES_RUN_TOGETHER line 2", "LINES_RUN_TOGETHER line 5"],
        );
        check("Doelen:\n2. een\n3. twee", &["LINES_RUN_TOGETHER line 3"]);
        check("- x\n  A\tB\n  C\tD", &["LINES_RUN_TOGETHER line 3"]);
    }

    #[test]
    fn text_that_indentation_makes_code_is_named() {
        check("Eerst.\n\n    Een *alinea*.", &["SHOWN_AS_CODE line 3, column 5: `Een *alinea*.`"]);
    }

    #[test]
    fn notes_and_references_without_each_other_are_named() {
        check("Zie [^9].", &["NOTE_MISSING line 1, column 5: `[^9]`"]);
        check("Tekst.\n\n[^a]: Noot.", &["NOTE_NOT_REFERRED_TO line 3"]);
        check("T[^a].\n\n[^a]: Noot.\n\n[^A]: Nog een.", &["NOTE_NOT_REFERRED_TO line 5"]);
    }

    #[test]
    fn what_is_meant_as_it_is_read_is_not_named() {
        for markdown in [
            "Mali\t3 vrouwen",
            "Een zin\n– met een streep – en\nnog een regel.",
            "In\n2021. Daarna\n2022. Dan",
            "- een\n- twee\n\n1. a\n2. b\n\na) x\nb) y\n\n–\tx\n–\ty",
            "| a | b |\n|---|--:|\n| 1\t2 | 3 |",
            "T[^a].\n\n[^a]: Noot.\n\n```\n[^9]\n```\n\n\\[^9]",
        ] {
            check(markdown, &[]);
        }
    }
}
