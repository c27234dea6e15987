//! Texts within a width: wrapped between words, cut with an ellipsis.

use crate::widths::width;

/// Size of every text.
pub(crate) const SIZE: f64 = 14.0;
/// From one line to the next.
pub(crate) const LINE: f64 = 17.0;

/// How wide a text is in a picture.
pub(crate) fn measure(text: &str) -> f64 {
    width(text, SIZE)
}

/// Wraps `text` into at most `lines` lines within `room`; what does not fit is cut, which an ellipsis shows.
pub(crate) fn wrap(text: &str, room: f64, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    let is_gap = |c: char| c.is_whitespace() && !is_no_break(c);
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        let may_begin = wrapped.len() < lines;
        match wrapped.last_mut() {
            Some(line) if fits(line, word, room) => *line = format!("{line} {word}"),
            _ if may_begin => wrapped.push(word.to_owned()),
            // One word too many shows that the last line is cut.
            Some(line) => {
                *line = format!("{line} {word}");
                break;
            }
            None => break,
        }
    }
    wrapped.iter().map(|line| cut(line, room)).collect()
}

fn fits(line: &str, word: &str, room: f64) -> bool {
    measure(line) + measure(" ") + measure(word) <= room
}

fn is_no_break(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}')
}

/// Cuts `text` to `room`.
pub(crate) fn cut(text: &str, room: f64) -> String {
    if measure(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if room < measure(&format!("{kept}{letter}…")) {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}
