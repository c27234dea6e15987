//! A bound on how deep blocks can nest, from the beginnings of lines alone, in one pass.
//!
//! A block opens at the marker of its line, inside the quotations and list items that the line's beginning goes on with. Each of
//! those takes a `>` or at least two columns of it, so that the beginning of no line can hold more than is counted here.
//! Invariant: the parser never nests deeper. The count may be far higher, as of a line that is indented for its looks; how deep
//! a text may really nest is checked as it is parsed.

/// Columns that a list item takes at least: its sign and a space (CommonMark 0.31, section 5.2).
const ITEM_COLUMNS: usize = 2;
/// Columns that a tab takes at most.
const TAB_COLUMNS: usize = 4;

/// Returns the place of the first line on which more than `max` quotations and list items could be open.
pub(crate) fn too_deep(markdown: &str, max: usize) -> Option<usize> {
    let mut start = 0;
    for line in markdown.split_inclusive('\n') {
        if depth(line.trim_end_matches(['\n', '\r'])) > max {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// How many blocks could be open after the last marker at the beginning of `line`; none where it has no marker.
fn depth(line: &str) -> usize {
    let (mut rest, mut markers, mut columns, mut depth) = (line, 0, 0, 0);
    loop {
        let text = rest.trim_start_matches([' ', '\t']);
        let indent = &rest[..rest.len() - text.len()];
        columns +=
            indent.bytes().map(|byte| if byte == b'\t' { TAB_COLUMNS } else { 1 }).sum::<usize>();
        let Some(width) = marker(text) else { return depth };
        markers += 1;
        depth = markers + columns / ITEM_COLUMNS;
        rest = &text[width..];
    }
}

/// How many bytes the marker of a quotation or a list item takes that `rest` begins with.
fn marker(rest: &str) -> Option<usize> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let width = match rest.as_bytes().get(digits) {
        Some(b'>') if digits == 0 => return Some(1),
        Some(b'-' | b'+' | b'*') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let is_marker = matches!(rest.as_bytes().get(width), None | Some(b' ' | b'\t'));
    (is_marker && !is_rule(rest)).then_some(width)
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
        #![proptest_config(ProptestConfig::with_cases(20_000))]
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

    #[test]
    fn a_line_is_as_deep_as_its_markers_and_indentation_allow() {
        let counted = |markdown: &str| (0..100).find(|max| too_deep(markdown, *max).is_none());
        assert_eq!(counted("tekst\n\n        meer"), Some(0));
        assert_eq!(counted("> > a\n> b"), Some(2));
        assert_eq!(counted("- > 3) a"), Some(4), "three markers and two columns between them");
        assert_eq!(counted("- a\n  - b\n    - c"), Some(3));
        assert_eq!(counted("- a\n\t- b"), Some(3), "a tab may be two items");
    }

    #[test]
    fn signs_in_text_and_rules_are_no_nesting() {
        let is_flat = |markdown: &str| too_deep(markdown, 0).is_none();
        assert!(is_flat(&"- ".repeat(50)));
        assert!(is_flat("* * *\n---\n***"));
        assert!(is_flat("-a\n+1\n*b*\n1.5\n12345678901. x"));
        assert!(is_flat(&"3 > 2 - 1\n".repeat(50)));
    }
}
