//! What word processors leave in a text that is pasted from them, as Markdown.
//!
//! Invariant: the number of lines and every letter stay; only signs that stand for a list are replaced. What is inside a
//! fenced code block is left as it is.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

/// Bullets of fonts that Word and Outlook put on the clipboard; the last four are Symbol's and Wingdings' in the private use area.
const BULLETS: [char; 14] = [
    '•', '◦', '▪', '▫', '■', '□', '●', '○', '‣', '⁃', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}',
    '\u{f0fc}',
];
/// What Word puts before the text of an item of other lists: bullets that are ordinary signs elsewhere, with the tab behind them.
const BULLETS_WITH_TAB: [&str; 5] = ["o\t", "–\t", "—\t", "·\t", "»\t"];

/// A text with its lists as Markdown has them.
#[derive(Debug)]
pub(crate) struct Pasted<'a> {
    /// The text.
    pub(crate) markdown: Cow<'a, str>,
    /// The signs that were replaced, by where their replacement stands.
    pub(crate) replaced: BTreeMap<usize, Replaced>,
}

/// A sign that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// The sign as written.
    pub(crate) written: String,
    /// What stands for it.
    pub(crate) by: String,
    /// Whether it was the letter of a lettered list.
    pub(crate) is_letter: bool,
}

/// Text of a place in the rewritten Markdown, with the signs as written: where a line turned out to be no item.
pub(crate) fn as_written<'a>(
    text: &'a str,
    range: &Range<usize>,
    replaced: &BTreeMap<usize, Replaced>,
) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    for (at, Replaced { written, by, .. }) in replaced.range(range.clone()).rev() {
        let at = at - range.start;
        if text.get(at..).is_some_and(|rest| rest.starts_with(by.as_str())) {
            text.to_mut().replace_range(at..at + by.len(), written);
        }
    }
    text
}

/// Rewrites lines that begin with a bullet of a font (`•`, `o` and a tab, `–` and a tab) or with a letter and a parenthesis in
/// alphabetical order (`a)`, `b)`) as items of lists.
pub(crate) fn as_markdown(text: &str) -> Pasted<'_> {
    let needs_none = !text.contains(BULLETS) && !text.contains(')') && !text.contains('\t');
    if needs_none {
        return Pasted { markdown: Cow::Borrowed(text), replaced: BTreeMap::new() };
    }
    let mut lines = Lines::default();
    let mut markdown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        lines.write(line, &mut markdown);
    }
    Pasted { markdown: Cow::Owned(markdown), replaced: lines.replaced }
}

#[derive(Default)]
struct Lines {
    /// The fence of the code block that is open.
    fence: Option<(char, usize)>,
    /// The letter that the next item of a lettered list has.
    next: Option<u8>,
    replaced: BTreeMap<usize, Replaced>,
}

impl Lines {
    fn write(&mut self, line: &str, out: &mut String) {
        let rest = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - rest.len()];
        if self.is_code(rest) {
            out.push_str(line);
        } else if let Some(item) = bulleted(rest) {
            self.replace(indent, &rest[..rest.len() - item.len()], "- ", false, out);
            out.push_str(item);
        } else if let Some((number, item)) = self.lettered(rest) {
            self.replace(indent, &rest[..1], &number.to_string(), true, out);
            out.push_str(item);
        } else {
            out.push_str(line);
        }
    }

    fn replace(
        &mut self,
        indent: &str,
        written: &str,
        by: &str,
        is_letter: bool,
        out: &mut String,
    ) {
        out.push_str(indent);
        let replaced = Replaced { written: written.to_owned(), by: by.to_owned(), is_letter };
        self.replaced.insert(out.len(), replaced);
        out.push_str(by);
    }

    /// Whether a line belongs to a fenced code block (CommonMark 0.31, section 4.5).
    fn is_code(&mut self, rest: &str) -> bool {
        let sign = rest.chars().next().filter(|sign| matches!(sign, '`' | '~'));
        let length = sign.map_or(0, |sign| rest.chars().take_while(|c| *c == sign).count());
        match (self.fence, sign) {
            (Some((open, least)), Some(sign)) if sign == open && length >= least => {
                self.fence = None;
                true
            }
            (Some(_), _) => true,
            (None, Some(sign)) if length >= 3 => {
                self.fence = Some((sign, length));
                true
            }
            (None, _) => false,
        }
    }

    /// The number and the text of an item whose letter is `a` or the one after the last item's.
    fn lettered<'a>(&mut self, rest: &'a str) -> Option<(u8, &'a str)> {
        let (letter, item) = (*rest.as_bytes().first()?, rest.get(1..)?);
        let is_next = letter == b'a' || Some(letter) == self.next;
        let is_item = item.strip_prefix(')').is_some_and(|text| text.starts_with([' ', '\t']));
        if !is_next || !letter.is_ascii_lowercase() || !is_item {
            return None;
        }
        self.next = Some(letter + 1);
        Some((letter - b'a' + 1, item))
    }
}

/// The text of an item behind a bullet.
fn bulleted(rest: &str) -> Option<&str> {
    let item = match rest.strip_prefix(BULLETS) {
        Some(item) => item,
        None => BULLETS_WITH_TAB.iter().find_map(|bullet| rest.strip_prefix(bullet))?,
    };
    let text = item.trim_start_matches([' ', '\t', '\u{a0}']);
    text.contains(char::is_alphanumeric).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(as_markdown(text).markdown, expected, "{text:?}");
    }

    #[test]
    fn bullets_of_fonts_are_items() {
        check("Drie:\n• een\n\u{f0b7}\ttwee\n▪\u{a0}drie", "Drie:\n- een\n- twee\n- drie");
        check("  o\tdiep", "  - diep");
        check("–\teen\n·\ttwee", "- een\n- twee");
        check("– een", "– een");
        check("•", "•");
        check("een • twee", "een • twee");
        check("o, ja", "o, ja");
    }

    #[test]
    fn letters_in_order_are_items() {
        check("a) een\nb) twee\n\nc) drie", "1) een\n2) twee\n\n3) drie");
        check("zie b) hier\nb) twee", "zie b) hier\nb) twee");
        check("a)een", "a)een");
        let written = as_markdown("x\na) een");
        assert_eq!(as_written("1) een", &(2..8), &written.replaced), "a) een");
    }

    #[test]
    fn code_is_left_alone() {
        check("```\n• a\na) b\n```\n• c", "```\n• a\na) b\n```\n- c");
        check("~~~~\n• a\n~~~\n• b", "~~~~\n• a\n~~~\n• b");
    }
}
