//! A text as what is printed of it: letters with their marks.

use unicode_segmentation::UnicodeSegmentation as _;

/// Letters with their marks. ASCII is left out: every font has it.
pub(crate) fn letters(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_ascii_whitespace()).filter(|word| !word.is_ascii());
    words
        .flat_map(|word| word.graphemes(true))
        .filter(|letter| !letter.is_ascii() && !letter.chars().all(char::is_whitespace))
}

/// Whether texts are exchanged in such characters: private use and noncharacters mean what a sender wants, and PDF/A-2a takes
/// neither.
pub(crate) fn is_exchanged(letter: &str) -> bool {
    letter.chars().all(|c| match c {
        // A keycap is drawn over its digit by colour fonts alone.
        '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fffd}'
        | '\u{20e3}' => false,
        c => 0xfffe > u32::from(c) & 0xffff,
    })
}

/// Whether a character has no shape of its own and no font needs it (`Default_Ignorable_Code_Point`).
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
