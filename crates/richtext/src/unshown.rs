//! What of a text nobody will see: warnings for whoever hands it in.
//!
//! Markdown takes signs for itself: a cell beyond the header of its table, a line that reads as the address of a link, the
//! multiplication signs of `2*3*4`. Invariant: a letter or digit that no writer shows is named here, with its line.

use std::{collections::HashMap, ops::Range};

use model::InvalidField;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::parse::{MAX_FAULTS, events, pasted, place};

/// Returns what of a text that parses is not shown, or is shown as something else. The field is empty.
pub fn lost(markdown: &str) -> Vec<InvalidField> {
    let pasted = pasted::as_markdown(markdown);
    let mut seen = Seen {
        text: &pasted.markdown,
        ranges: Vec::new(),
        warnings: Vec::new(),
        numbers: Vec::new(),
        definitions: HashMap::new(),
    };
    let parser = events(&pasted.markdown);
    for (_, definition) in parser.reference_definitions().iter() {
        let same = seen.definitions.entry(definition.dest.to_string()).or_default();
        same.push(definition.span.clone());
    }
    for (event, range) in parser {
        seen.event(&event, &range);
    }
    seen.unseen();
    seen.warnings.truncate(MAX_FAULTS);
    seen.warnings
}

struct Seen<'a> {
    text: &'a str,
    /// What is shown, or kept as the address of a link.
    ranges: Vec<Range<usize>>,
    warnings: Vec<InvalidField>,
    /// The number that the next item has, of each list that is open; none for bullets.
    numbers: Vec<Option<u64>>,
    /// Where the addresses of links are defined that no link has used yet, by address.
    definitions: HashMap<String, Vec<Range<usize>>>,
}

impl Seen<'_> {
    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Text(_) | Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => {
                self.ranges.push(range.clone());
            }
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                self.link(*link_type, dest_url, title, range);
            }
            Event::FootnoteReference(_) => self.ranges.push(range.clone()),
            // Its name is for the writer alone.
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.ranges.push(range.start..range.start + "[^]:".len() + label.len());
            }
            Event::Start(Tag::List(start)) => self.numbers.push(*start),
            Event::End(TagEnd::List(_)) => {
                self.numbers.pop();
            }
            Event::Start(Tag::Item) => self.item(range),
            Event::Start(Tag::BlockQuote(_)) => self.quote(range),
            Event::Start(Tag::Emphasis | Tag::Strong) => self.emphasis(range),
            _ => {}
        }
    }

    /// The address of a link is kept; a title is not shown.
    fn link(&mut self, kind: LinkType, url: &CowStr<'_>, title: &CowStr<'_>, range: &Range<usize>) {
        if !title.is_empty() {
            self.warn(range.start, &format!("the title `{}` of a link is not shown", shown(title)));
        }
        if matches!(kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            // Taken out, so that each is added once however many links lead to its address.
            self.ranges.extend(self.definitions.remove(&**url).unwrap_or_default());
        }
        self.ranges.push(range.clone());
    }

    /// An item is numbered by its place, whatever was written; `+` and `-` before a lone number may have been its sign.
    fn item(&mut self, range: &Range<usize>) {
        let item = &self.text[range.clone()];
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        match self.numbers.last_mut() {
            Some(Some(number)) => {
                let written: Option<u64> = item[..digits].parse().ok();
                let expected = *number;
                *number += 1;
                if written == Some(expected) {
                    self.ranges.push(range.start..range.start + digits);
                } else {
                    let message = format!(
                        "the item `{}` is numbered {expected}; write `{}\\.` to keep the number, or number the list in order",
                        shown(item),
                        &item[..digits],
                    );
                    self.ranges.push(range.start..range.start + digits);
                    self.warn(range.start, &message);
                }
            }
            Some(None) => {
                let sign = item.chars().next().unwrap_or('-');
                let rest = item[sign.len_utf8()..].trim();
                let is_number = rest.starts_with(|c: char| c.is_ascii_digit())
                    && rest
                        .chars()
                        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | ' '));
                if is_number || (sign == '+' && rest.starts_with(|c: char| c.is_ascii_digit())) {
                    let message = format!(
                        "`{sign}` makes `{}` an item of a list; write `\\{sign}` to keep the sign",
                        shown(rest)
                    );
                    self.warn(range.start, &message);
                }
            }
            None => {}
        }
    }

    /// `> 100` at the beginning of a line is a quotation.
    fn quote(&mut self, range: &Range<usize>) {
        let quoted = self.text[range.clone()].trim_start_matches(['>', ' ']);
        if quoted.starts_with(|c: char| c.is_ascii_digit()) {
            let message =
                format!("`>` makes `{}` a quotation; write `\\>` to keep the sign", shown(quoted));
            self.warn(range.start, &message);
        }
    }

    /// Asterisks between digits are more likely to be signs than emphasis.
    fn emphasis(&mut self, range: &Range<usize>) {
        let beside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let inner = self.text[range.clone()].trim_matches(['*', '_']);
        let opens =
            beside(self.text[..range.start].chars().next_back()) && beside(inner.chars().next());
        let closes =
            beside(inner.chars().next_back()) && beside(self.text[range.end..].chars().next());
        if opens || closes {
            let message = format!(
                "the signs around `{}` are taken as emphasis and are not shown; write `\\*`, or × for a product",
                shown(inner)
            );
            self.warn(range.start, &message);
        }
    }

    /// Names each run of letters and digits that is not shown.
    fn unseen(&mut self) {
        let text = self.text;
        self.ranges.sort_by_key(|range| range.start);
        let (mut at, mut unseen) = (0, Vec::new());
        for range in std::mem::take(&mut self.ranges) {
            unseen.push(at..range.start.max(at));
            at = at.max(range.end);
        }
        unseen.push(at..text.len());
        for range in unseen {
            let gap = &text[range.clone()];
            if let Some(first) = gap.find(char::is_alphanumeric) {
                let message = format!(
                    "`{}` is not shown anywhere; a table takes no more cells than its header, and a line such as `[a]: b` is the address of a link",
                    shown(&gap[first..])
                );
                self.warn(range.start + first, &message);
            }
        }
    }

    fn warn(&mut self, at: usize, message: &str) {
        if self.warnings.len() < MAX_FAULTS {
            let place = place(self.text, at);
            self.warnings.push(InvalidField::new(
                "",
                "TEXT_NOT_SHOWN",
                format!("{place}: {message}"),
            ));
        }
    }
}

/// The beginning of a passage, for a message.
fn shown(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &[&str]) {
        let found = lost(markdown);
        assert_eq!(found.len(), expected.len(), "{markdown:?}: {found:?}");
        for (warning, expected) in found.iter().zip(expected) {
            assert!(warning.description.contains(expected), "{markdown:?}: {found:?}");
        }
    }

    #[test]
    fn what_markdown_takes_for_itself_is_named_with_its_line() {
        check("| a | b |\n|---|---|\n| 1 | 2 | verloren |", &["line 3, column 11: `verloren"]);
        check("Eerst.\n\n[Bron]: CBS\n\nDan.", &["line 3, column 2: `Bron]: CBS`"]);
        check("2*3*4 meter", &["line 1, column 2: the signs around `3`"]);
        check("+ 31 vrouwen", &["`+` makes"]);
        check("- 31", &["`-` makes"]);
        check("> 100 deelnemers", &["`>` makes"]);
        check("```rust\nx\n```", &["`rust` is not shown"]);
        check("[a](https://a.nl \"titel\")", &["the title `titel`"]);
        check("1. a\n3. b", &["numbered 2"]);
    }

    /// Links times definitions would be a hundred million.
    #[test]
    fn many_links_to_many_definitions_of_one_address_end() {
        let lines: Vec<_> = (0..9_000).map(|i| format!("[d{i}]: https://a.nl\n")).collect();
        let markdown = format!("{}\n\n{}", "[d1] ".repeat(9_000), lines.concat());
        check(&markdown, &[]);
    }

    #[test]
    fn what_is_shown_is_not_named() {
        for markdown in [
            "# Kop\n\nTekst *met* **nadruk** en `code` en een\nregel.",
            "- een\n- twee 3\n\n1. a\n2. b\n\n> citaat",
            "| a | b |\n|:--|--:|\n| 1 |",
            "[a](https://a.nl), <https://b.nl>, [c] en [d][c]\n\n[c]: https://c.nl",
            "1986. Een jaar\n\n&nbsp;&copy; \\*a\\* 100 % & 2 × 3",
            "• een\n• twee\na) drie\nb) vier",
        ] {
            check(markdown, &[]);
        }
    }
}
