//! What a reader has to see of a text, by a reading of its own: CommonMark's events, without the program's parser.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_normalization::UnicodeNormalization as _;

/// Bullets that word processors leave at the beginning of a line.
const BULLETS: &str = "•◦▪▫■□●○‣⁃\u{f0b7}\u{f0a7}\u{f0d8}\u{f0fc}";
/// Signs that have no width.
const WIDTHLESS: &str = "\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2060}\u{feff}\u{fe0e}\u{fe0f}\u{202a}\u{202b}\u{202c}";
/// Stands where the text refers to a note.
pub(crate) const REFERENCE: char = '\u{fffc}';

/// What is to be seen of a text: letters, digits and marks without white space.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    /// The text with the numbers of its lists.
    pub(crate) text: String,
    /// The same without the numbers, as data has it; the notes where they are defined.
    pub(crate) unnumbered: String,
    /// The notes, sorted; with the numbers of their lists.
    pub(crate) notes: Vec<String>,
    /// The header of each table, which a PDF prints again on each page.
    pub(crate) headers: Vec<String>,
}

/// Letters, digits and marks: how lines and cells break does not matter, nor which bullet an item has.
pub(crate) fn marks_of(text: &str) -> String {
    let is_layout = |c: &char| c.is_whitespace() || WIDTHLESS.contains(*c) || BULLETS.contains(*c);
    text.nfkc().filter(|c| !is_layout(c)).collect()
}

/// Reads Markdown.
pub(crate) fn read(markdown: &str) -> Reading {
    let prepared = Prepared::of(markdown);
    let mut reader = Reader::new(&prepared);
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    for (event, range) in Parser::new_ext(&prepared.text, options).into_offset_iter() {
        reader.take(&event, range.start);
    }
    let mut notes: Vec<_> = reader.notes.iter().map(|note| marks_of(note)).collect();
    notes.retain(|note| !note.is_empty());
    notes.sort();
    Reading {
        text: marks_of(&reader.text),
        unnumbered: marks_of(&reader.unnumbered),
        notes,
        headers: reader.headers.iter().map(|header| marks_of(header)).collect(),
    }
}

/// A text whose bullets and letters of word processors are items.
struct Prepared {
    text: String,
    /// The letter of each line that has one.
    letters: Vec<Option<char>>,
}

impl Prepared {
    fn of(markdown: &str) -> Self {
        let (mut prepared, mut next, mut is_code) =
            (Self { text: String::new(), letters: Vec::new() }, 'a', false);
        for line in markdown.split_inclusive('\n') {
            let rest = line.trim_start_matches([' ', '\t']);
            is_code ^= rest.starts_with("```") || rest.starts_with("~~~");
            prepared.text.push_str(&line[..line.len() - rest.len()]);
            let letter = if is_code { prepared.plain(rest) } else { prepared.line(rest, next) };
            next = letter.map_or(next, after);
            prepared.letters.push(letter);
        }
        prepared
    }

    fn plain(&mut self, rest: &str) -> Option<char> {
        self.text.push_str(rest);
        None
    }

    /// Adds a line; the letter that it is an item of.
    fn line(&mut self, rest: &str, next: char) -> Option<char> {
        let bullet = rest.strip_prefix(|c: char| BULLETS.contains(c)).or([
            "o\t", "–\t", "—\t", "·\t", "»\t",
        ]
        .iter()
        .find_map(|sign| rest.strip_prefix(*sign)));
        if let Some(item) = bullet.filter(|item| item.contains(char::is_alphanumeric)) {
            self.text.push_str("- ");
            return self.plain(item.trim_start_matches([' ', '\t', '\u{a0}']));
        }
        let letter = rest.chars().next().filter(|c| *c == 'a' || *c == next);
        let Some(letter) = letter else { return self.plain(rest) };
        if !rest[1..].starts_with(") ") {
            return self.plain(rest);
        }
        self.text.push_str(&(u32::from(letter) - u32::from('a') + 1).to_string());
        self.plain(&rest[1..]);
        Some(letter)
    }
}

fn after(letter: char) -> char {
    char::from_u32(u32::from(letter) + 1).expect("a letter has a next one")
}

struct Reader<'a> {
    prepared: &'a Prepared,
    text: String,
    unnumbered: String,
    notes: Vec<String>,
    is_note: bool,
    headers: Vec<String>,
    is_header: bool,
    /// What the next item of each open list has before it.
    markers: Vec<Option<Marker>>,
}

#[derive(Debug, Clone, Copy)]
enum Marker {
    Number(u64),
    Letter(char),
}

impl<'a> Reader<'a> {
    fn new(prepared: &'a Prepared) -> Self {
        Self {
            prepared,
            text: String::new(),
            unnumbered: String::new(),
            notes: Vec::new(),
            is_note: false,
            headers: Vec::new(),
            is_header: false,
            markers: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event<'_>, at: usize) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.unnumbered.push_str(text);
                self.show(text);
            }
            Event::Start(Tag::List(start)) => {
                self.markers.push(start.map(|start| self.marker(start, at)));
            }
            Event::End(TagEnd::List(_)) => {
                self.markers.pop();
            }
            Event::Start(Tag::Item) => self.item(),
            Event::Start(Tag::FootnoteDefinition(_)) => {
                self.is_note = true;
                self.notes.push(String::new());
            }
            Event::End(TagEnd::FootnoteDefinition) => self.is_note = false,
            Event::FootnoteReference(_) if !self.is_note => self.text.push(REFERENCE),
            Event::Start(Tag::TableHead) => {
                self.is_header = true;
                self.headers.push(String::new());
            }
            Event::End(TagEnd::TableHead) => self.is_header = false,
            _ => {}
        }
    }

    fn show(&mut self, text: &str) {
        if let Some(header) = self.headers.last_mut().filter(|_| self.is_header) {
            header.push_str(text);
        }
        match self.notes.last_mut().filter(|_| self.is_note) {
            Some(note) => note.push_str(text),
            None => self.text.push_str(text),
        }
    }

    fn marker(&self, start: u64, at: usize) -> Marker {
        let at = at + self.prepared.text[at..].find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let line = self.prepared.text[..at].matches('\n').count();
        self.prepared.letters[line].map_or(Marker::Number(start), Marker::Letter)
    }

    fn item(&mut self) {
        let Some(Some(marker)) = self.markers.last_mut() else { return };
        let shown = match *marker {
            Marker::Number(number) => format!("{number}."),
            Marker::Letter(letter) => format!("{letter})"),
        };
        *marker = match *marker {
            Marker::Number(number) => Marker::Number(number + 1),
            Marker::Letter(letter) => Marker::Letter(after(letter)),
        };
        self.show(&shown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_stands_there() {
        for (markdown, text, notes) in [
            (
                "# Kop\n\nEen *twee* `drie`\nvier\\* &amp; [vijf](https://a.nl)",
                "KopEentweedrievier*&vijf",
                &[][..],
            ),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "ab12", &[]),
            ("3. a\n4. b\n   - c", "3.a4.bc", &[]),
            ("• x\n\u{f0b7}\ty\no\tz", "xyz", &[]),
            ("a) x\nb) y", "a)xb)y", &[]),
            ("Tekst[^1].\n\n[^1]: Noot.", "Tekst\u{fffc}.", &["Noot."]),
        ] {
            let reading = read(markdown);
            assert_eq!(
                (reading.text.as_str(), reading.notes),
                (text, notes.iter().map(ToString::to_string).collect())
            );
        }
    }
}
