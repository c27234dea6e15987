//! Which characters a reader can be shown.
//!
//! Invariant: whoever wrote a text, no character of it makes a page invalid or a PDF impossible.

/// Stands where a character cannot be shown.
const REPLACEMENT: char = '\u{fffd}';

/// Returns `c`, or the replacement character where `c` is none that texts are exchanged in: control characters and
/// noncharacters, which HTML does not take, and private use, which PDF/A-2a does not take.
fn printable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => c,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fdd0}'..='\u{fdef}' => REPLACEMENT,
        c if c.is_control() || 0xfffe <= u32::from(c) & 0xffff => REPLACEMENT,
        c => c,
    }
}

/// Returns `text` with every character that cannot be shown replaced.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(printable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_replaced_and_all_else_is_kept() {
        assert_eq!(
            shown("a\0\u{1b}\u{7f}\u{85}\u{f0b7}\u{fdd0}\u{fffe}\u{1ffff}\u{10fffd}z"),
            format!("a{}z", "\u{fffd}".repeat(9))
        );
        let kept = "tab\tline\r\n é q\u{301} 中 😀 \u{202e}\u{ad}\u{a0}";
        assert_eq!(shown(kept), kept);
    }
}
