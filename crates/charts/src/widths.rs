//! How wide letters are at most, in thousandths of their size.
//!
//! The greater of Noto Sans Bold and Liberation Sans Bold (as wide as Arial), so that a text is never wider than measured
//! in the fonts that [`crate::canvas::FONTS`] names, whichever of them is there and whatever its weight.

/// From U+0020 to U+017F.
#[rustfmt::skip]
const LATIN: [u16; 352] = [
    278, 334, 475, 646, 572, 901, 750, 266, 339, 339, 545, 584, 285, 334, 285, 413,
    572, 572, 572, 572, 572, 572, 572, 572, 572, 572, 334, 334, 584, 584, 584, 611,
    976, 723, 723, 723, 740, 667, 611, 778, 765, 389, 557, 723, 611, 943, 813, 796,
    667, 796, 723, 667, 611, 756, 667, 967, 667, 667, 611, 334, 413, 334, 584, 557,
    362, 604, 633, 557, 633, 591, 387, 633, 657, 305, 305, 620, 305, 982, 657, 619,
    633, 633, 454, 557, 434, 657, 569, 856, 578, 569, 500, 394, 551, 394, 584, 1000,
    1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
    1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
    278, 334, 572, 572, 572, 572, 551, 557, 607, 832, 383, 615, 584, 334, 832, 553,
    428, 572, 379, 379, 362, 660, 655, 285, 334, 379, 388, 615, 834, 874, 845, 611,
    723, 723, 723, 723, 723, 723, 1000, 723, 667, 667, 667, 667, 389, 389, 389, 389,
    740, 813, 796, 796, 796, 796, 796, 584, 796, 756, 756, 756, 756, 667, 667, 711,
    604, 604, 604, 604, 604, 604, 917, 557, 591, 591, 591, 591, 305, 305, 305, 305,
    619, 657, 619, 619, 619, 619, 619, 572, 619, 657, 657, 657, 657, 569, 633, 569,
    723, 604, 723, 604, 723, 604, 723, 557, 723, 557, 723, 557, 723, 557, 740, 719,
    740, 649, 667, 591, 667, 591, 667, 591, 667, 591, 667, 591, 778, 633, 778, 633,
    778, 633, 778, 633, 765, 657, 765, 657, 389, 305, 389, 305, 389, 305, 389, 305,
    389, 305, 785, 610, 557, 305, 723, 620, 620, 611, 305, 611, 305, 611, 386, 611,
    480, 611, 305, 813, 657, 813, 657, 813, 657, 770, 813, 657, 796, 619, 796, 619,
    796, 619, 1000, 978, 723, 454, 723, 454, 723, 454, 667, 557, 667, 557, 667, 557,
    667, 557, 611, 434, 611, 480, 611, 434, 756, 657, 756, 657, 756, 657, 756, 657,
    756, 657, 756, 657, 967, 856, 667, 569, 667, 611, 500, 611, 500, 611, 500, 383,
];

/// The width of a text at a size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| f64::from(of(letter))).sum::<f64>() * size / 1000.0
}

fn of(letter: char) -> u16 {
    let latin = usize::try_from(u32::from(letter)).ok().and_then(|code| code.checked_sub(0x20));
    if let Some(width) = latin.and_then(|at| LATIN.get(at)) {
        return *width;
    }
    match letter {
        '\u{200b}'..='\u{200f}' | '\u{300}'..='\u{36f}' => 0,
        '\u{2009}' | '\u{202f}' => 200,
        '‘' | '’' | '‚' | '′' => 330,
        '‐' | '‑' | '•' => 400,
        '“' | '”' | '„' => 520,
        '–' | '−' | '€' => 600,
        // Half a letter more than most have: other scripts, emoji.
        _ => 1300,
    }
}

#[cfg(test)]
mod tests {
    use ttf_parser::Face;

    use super::*;

    /// The widest that a letter is in the built-in fonts of text, which print it where no other is there.
    fn printed(letter: char) -> f64 {
        let faces = typst_assets::fonts().filter_map(|data| Face::parse(data, 0).ok());
        let of_text = faces.filter(|face| {
            let mut names = face.names().into_iter();
            let family = names.find(|name| name.name_id == ttf_parser::name_id::FAMILY);
            family.and_then(|name| name.to_string()).as_deref() == Some("Libertinus Serif")
                && !face.is_italic()
        });
        let widths = of_text.filter_map(|face| {
            let advance = face.glyph_hor_advance(face.glyph_index(letter)?)?;
            Some(f64::from(advance) * 1000.0 / f64::from(face.units_per_em()))
        });
        widths.fold(0.0, f64::max)
    }

    /// A word, since single letters such as `*` may be wider in one font and the next ones narrower.
    fn is_wide_enough(word: &str) -> bool {
        word.chars().map(printed).sum::<f64>() <= width(word, 1000.0)
    }

    #[test]
    fn no_word_is_wider_in_print_than_measured() {
        let words = "streefwaarde 1.234.567,89 € 35 mln 47% MINISTERIE Zweeds ’s-Gravenhage coördinatie – Mozambique";
        for word in words.split(' ') {
            assert!(is_wide_enough(word), "{word}");
        }
        assert!((width("\u{301}", 12.0)).abs() < f64::EPSILON, "a mark stands on its letter");
    }
}
