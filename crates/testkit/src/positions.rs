//! Where words stand on the pages of a PDF, as poppler sees it.

use std::{path::Path, process::Command};

/// Margin at both sides, in points: a little less than the built-in template's 18 mm.
const SIDE: f64 = 50.0;
/// Above and below there are the running lines.
const EDGE: f64 = 14.0;
/// Share of a word's height, above and below, that a neighbour may reach into: the font's box is higher than its letters.
const SLACK: f64 = 0.25;
/// Overlap in width, in points, that is kerning and slanted letters.
const TOUCH: f64 = 1.0;

/// A word, or what is left of it on a line.
#[derive(Debug)]
struct Word {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

impl Word {
    fn overlaps(&self, other: &Self) -> bool {
        let slack = SLACK * (self.bottom - self.top).min(other.bottom - other.top);
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        TOUCH < width && 2.0 * slack < height
    }

    fn leaves(&self, width: f64, height: f64) -> bool {
        let beside = self.left < SIDE || width - SIDE < self.right;
        beside || self.top < EDGE || height - EDGE < self.bottom
    }
}

/// Words that leave the page's margins, and those that stand over each other, with their pages; empty where all is well.
///
/// # Panics
///
/// Where `pdftotext` is missing or finds no word.
pub fn misplaced(pdf: &Path) -> Vec<String> {
    let run = Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-").output();
    let run = run.expect("pdftotext of poppler-utils runs");
    let text = String::from_utf8_lossy(&run.stdout);
    let mut found = Vec::new();
    let mut words = 0;
    for (number, page) in (1..).zip(text.split("<page ").skip(1)) {
        let on_page: Vec<_> = page.lines().filter_map(word).collect();
        let (width, height) = (number_of(page, "width"), number_of(page, "height"));
        let (width, height) = (width.expect("a width"), height.expect("a height"));
        let off = on_page.iter().filter(|word| word.leaves(width, height));
        found.extend(off.map(|word| format!("page {number}: `{}` leaves it", word.text)));
        found.extend(overlaps(&on_page).map(|both| format!("page {number}: {both}")));
        words += on_page.len();
    }
    assert!(0 < words, "{} has no words", pdf.display());
    found
}

fn overlaps(words: &[Word]) -> impl Iterator<Item = String> {
    let pairs =
        words.iter().enumerate().flat_map(|(i, a)| words[i + 1..].iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a.overlaps(b))
        .map(|(a, b)| format!("`{}` and `{}` stand over each other", a.text, b.text))
}

fn word(line: &str) -> Option<Word> {
    let line = line.trim().strip_prefix("<word ")?;
    let (_, text) = line.split_once('>')?;
    Some(Word {
        left: number_of(line, "xMin")?,
        top: number_of(line, "yMin")?,
        right: number_of(line, "xMax")?,
        bottom: number_of(line, "yMax")?,
        text: text.trim_end_matches("</word>").to_owned(),
    })
}

/// The attribute `name` of the first element in `text`.
fn number_of(text: &str, name: &str) -> Option<f64> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    rest.split('"').next()?.parse().ok()
}
