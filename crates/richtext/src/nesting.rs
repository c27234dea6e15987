//! How deep blocks nest, found by the beginnings of lines alone, in one pass.
//!
//! Invariant: the parser never nests deeper than is counted here. The count may be higher, as where code looks like a deep
//! list.

/// Returns the place of the first line on which more than `max` quotations and list items may be open.
pub(crate) fn too_deep(markdown: &str, max: usize) -> Option<usize> {
    let mut open = OpenItems { items: Vec::new(), is_after_blank: true };
    let mut start = 0;
    for line in markdown.split_inclusive('\n') {
        if open.depth_of(line.trim_end_matches(['\n', '\r']), max) > max {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// Columns from which on an indented line is code, or goes on with a paragraph (CommonMark 0.31, section 4.4).
const CODE_INDENT: usize = 4;

/// The list items that may be open.
struct OpenItems {
    /// How many quotations of its line each stands in, and the column in there from which a line belongs to it.
    items: Vec<(usize, usize)>,
    is_after_blank: bool,
}

/// What may open a block at the start of a line.
enum Marker {
    Quote,
    Item { width: usize },
    None,
}

impl OpenItems {
    /// How many blocks may be open at the end of `line`, counted to one more than `max`.
    fn depth_of(&mut self, line: &str, max: usize) -> usize {
        let mut rest = line;
        // Columns of a quotation are counted from where its text may begin.
        let (mut quotes, mut column, mut origin) = (0, 0, 0);
        loop {
            let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            column = column_after(column, &rest[..indent]);
            rest = &rest[indent..];
            match marker(rest) {
                Marker::Quote => {
                    self.close_at(quotes, column - origin, |within| within == quotes);
                    quotes += 1;
                    rest = &rest[1..];
                    column += 1;
                    origin = column + usize::from(rest.starts_with([' ', '\t']));
                }
                Marker::Item { width } => {
                    self.close_at(quotes, column - origin, |within| quotes <= within);
                    self.items.push((quotes, column - origin + width + 1));
                    rest = &rest[width..];
                    column += width;
                }
                Marker::None => break,
            }
            if self.items.len() + quotes > max {
                break;
            }
        }
        // A line of text may go on with the paragraph before it, whatever its indentation, but not past a blank line.
        let is_text = quotes == 0 && !rest.is_empty();
        if is_text
            && self.is_after_blank
            && rest.len() == line.trim_start_matches([' ', '\t']).len()
        {
            self.close_at(0, column, |_| true);
        }
        self.is_after_blank = line.trim_matches([' ', '\t']).is_empty();
        self.items.len() + quotes
    }

    /// Closes the outermost item that a block at this column, in this many quotations, does not belong to, and all in it; of
    /// those in more quotations only where `may_close`.
    ///
    /// What is indented by four columns or more begins no block: it may go on with a paragraph, and closes nothing.
    fn close_at(&mut self, quotes: usize, column: usize, may_close: impl Fn(usize) -> bool) {
        let beside = |(within, from): &(usize, usize)| quotes < *within || column < *from;
        let inside = self.items.iter().filter(|(within, _)| *within == quotes);
        let start = inside.map(|(_, from)| *from).filter(|from| *from <= column).max().unwrap_or(0);
        if start + CODE_INDENT <= column {
            return;
        }
        let outermost = self.items.iter().position(|item| may_close(item.0) && beside(item));
        if let Some(place) = outermost {
            self.items.truncate(place);
        }
    }
}

/// The column after this indentation; a tab goes on to the next multiple of four.
fn column_after(column: usize, indent: &str) -> usize {
    indent.bytes().fold(column, |at, byte| if byte == b'\t' { at + 4 - at % 4 } else { at + 1 })
}

fn marker(rest: &str) -> Marker {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let width = match rest.as_bytes().get(digits) {
        Some(b'>') if digits == 0 => return Marker::Quote,
        Some(b'-' | b'+' | b'*') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return Marker::None,
    };
    let is_marker = matches!(rest.as_bytes().get(width), None | Some(b' ' | b'\t'));
    if is_marker && !is_rule(rest) { Marker::Item { width } } else { Marker::None }
}

/// Whether all of it is one sign three times or more: a line between blocks.
fn is_rule(rest: &str) -> bool {
    let sign = rest.as_bytes()[0];
    matches!(sign, b'-' | b'*')
        && rest.bytes().all(|byte| byte == sign || matches!(byte, b' ' | b'\t'))
        && 3 <= rest.bytes().filter(|byte| *byte == sign).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// How deep quotations and items nest in what the parser makes of it.
    fn parsed_depth(markdown: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::Item) => depth += 1,
                Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn the_parser_never_nests_deeper_than_is_counted(
            pieces in proptest::collection::vec(proptest::sample::select(vec![
                "> ", ">", "- ", "-", "* ", "+\t", "1. ", "23) ", " ", "  ", "   ", "    ", "\t", "a", "#", "```", "|",
                "\n", "\n", "\n", "\n\n", "\r\n", "---", "===", "_", "[a]: b", "\\",
            ]), 1..40),
        ) {
            let markdown = pieces.concat();
            let depth = parsed_depth(&markdown);
            prop_assert!(depth == 0 || too_deep(&markdown, depth - 1).is_some(), "{:?} is {} deep", markdown, depth);
        }
    }

    fn check(markdown: &str, depth: usize) {
        let counted = (0..100).find(|max| too_deep(markdown, *max).is_none());
        assert_eq!(counted, Some(depth), "{markdown:?}");
    }

    #[test]
    fn quotations_and_items_are_counted_where_they_nest() {
        check("tekst\n\nmeer", 0);
        check("- a\n- b\n- c", 1);
        check("- a\n  - b\n    - c\n- d", 3);
        check("1. a\n   - b\n\n2. c", 2);
        check("> > a\n> b", 2);
        check("> - a\n>   - b\n> - c", 3);
        check("- > - a\n  > - b", 3);
        check("- - a\n\n> b", 2);
        check("\t- a\n\t\t- b", 2);
        check(&"\t- a\n>\t- b\n".repeat(50), 2);
        check("+\t- a\n\n      > b", 3);
    }

    #[test]
    fn signs_in_text_and_rules_are_no_nesting() {
        check(&"- ".repeat(50), 0);
        check("* * *\n---\n***", 0);
        check("-a\n+1\n*b*\n1.5\n12345678901. x", 0);
        check(&"- a\n\ntekst\n\n".repeat(50), 1);
        check(&"3 > 2 - 1\n".repeat(50), 0);
    }

    #[test]
    fn what_follows_a_paragraph_without_a_blank_line_may_belong_to_it() {
        check("- - a\nb\n    - c", 3);
    }
}
