//! Where words stand on the pages of a PDF, as poppler sees it.

use std::{fs, path::Path, process::Command};

/// Margin at both sides, in points: a little less than the built-in template's 18 mm.
const SIDE: f64 = 50.0;
/// Above and below there are the running lines.
const EDGE: f64 = 14.0;
/// Share of a word's height, above and below, that a neighbour may reach into: the font's box is higher than its letters.
const SLACK: f64 = 0.25;
/// Room that is put around each page, in points: poppler passes over what lies beside a page.
const AROUND: f64 = 999.0;
/// How a page's size is written.
const BOX: &[u8] = b"/MediaBox[";
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
        width > TOUCH && 2.0 * slack < height
    }

    fn leaves(&self, width: f64, height: f64) -> bool {
        let beside = self.left < SIDE || width - SIDE < self.right;
        beside || self.top < EDGE || height - EDGE < self.bottom
    }
}

/// Words that leave the page's margins, also those that lie beside the page altogether, and those that stand over each other,
/// with their pages; empty where all is well.
///
/// # Panics
///
/// Where `pdftotext` is missing or finds no word.
pub fn misplaced(pdf: &Path) -> Vec<String> {
    let wide = pdf.with_extension("wide.pdf");
    let (bytes, size) = widened(&fs::read(pdf).expect("a file"));
    fs::write(&wide, bytes).expect("its folder can be written");
    let run = Command::new("pdftotext").arg("-bbox").arg(&wide).arg("-").output();
    let run = run.expect("pdftotext of poppler-utils runs");
    fs::remove_file(&wide).expect("it is there");
    let text = String::from_utf8_lossy(&run.stdout);
    let mut found = Vec::new();
    let mut words = 0;
    for (number, page) in (1..).zip(text.split("<page ").skip(1)) {
        let top = number_of(page, "height").expect("a height") - AROUND - size.1;
        let on_page: Vec<_> = page.lines().filter_map(|line| word(line, top)).collect();
        let off = on_page.iter().filter(|word| word.leaves(size.0, size.1));
        found.extend(off.map(|word| format!("page {number}: `{}` leaves it", word.text)));
        found.extend(overlaps(&on_page).map(|both| format!("page {number}: {both}")));
        words += on_page.len();
    }
    assert!(0 < words, "{} has no words", pdf.display());
    found
}

/// The file with room around its pages, at the same length so that its table of objects holds; and the size of a page.
fn widened(pdf: &[u8]) -> (Vec<u8>, (f64, f64)) {
    let mut wide = pdf.to_vec();
    let (mut at, mut size) = (0, None);
    while let Some(found) = pdf[at..].windows(BOX.len()).position(|bytes| bytes == BOX) {
        let start = at + found + BOX.len();
        let length = pdf[start..].iter().position(|byte| *byte == b']').expect("a box ends");
        let numbers = String::from_utf8_lossy(&pdf[start..start + length]);
        let numbers: Vec<f64> = numbers.split(' ').filter_map(|text| text.parse().ok()).collect();
        let [_, _, width, height] = numbers[..] else { panic!("a page from {numbers:?}") };
        let text = format!("-{AROUND} -{AROUND} {:.0} {:.0}", width + AROUND, height + AROUND);
        assert!(text.len() <= length, "no room for a larger page");
        wide[start..start + length].copy_from_slice(format!("{text:length$}").as_bytes());
        (at, size) = (start, Some((width, height)));
    }
    (wide, size.expect("a page"))
}

fn overlaps(words: &[Word]) -> impl Iterator<Item = String> {
    let pairs =
        words.iter().enumerate().flat_map(|(i, a)| words[i + 1..].iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| a.overlaps(b))
        .map(|(a, b)| format!("`{}` and `{}` stand over each other", a.text, b.text))
}

/// A word of a page with room around it, by its place on the page itself, which begins at `top`.
fn word(line: &str, top: f64) -> Option<Word> {
    let line = line.trim().strip_prefix("<word ")?;
    let (_, text) = line.split_once('>')?;
    Some(Word {
        left: number_of(line, "xMin")? - AROUND,
        top: number_of(line, "yMin")? - top,
        right: number_of(line, "xMax")? - AROUND,
        bottom: number_of(line, "yMax")? - top,
        text: text.trim_end_matches("</word>").to_owned(),
    })
}

/// The attribute `name` of the first element in `text`.
fn number_of(text: &str, name: &str) -> Option<f64> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    rest.split('"').next()?.parse().ok()
}
