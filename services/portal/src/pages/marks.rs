//! Words of a query marked in the HTML of an edition, for whoever opens it from a hit.
//!
//! Invariant: marks are all that is added, only between tags, and never in a picture: SVG knows no `mark`, and its text would
//! not be drawn.

/// The largest number of words that are read from an address.
const MAX_WORDS: usize = 20;
/// The largest number of letters of a word.
const MAX_LETTERS: usize = 100;
/// The largest number of marks of a page: a frequent word would make it many times as long.
const MAX_MARKS: usize = 5_000;
/// The largest number of bytes of a character reference, such as `&#8217;`.
const MAX_REFERENCE: usize = 12;

/// Words to mark, in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(Vec<String>);

impl Words {
    /// Reads `q` of an address; words beyond what is taken are passed over.
    pub(crate) fn read(query: &str) -> Self {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let text = pairs
            .find(|(key, _)| key == "q")
            .map_or(String::new(), |(_, text)| text.to_lowercase());
        // What has an ampersand might end within a character reference.
        let is_taken =
            |word: &&str| (2..=MAX_LETTERS).contains(&word.chars().count()) && !word.contains('&');
        // Every second part is quoted, and is looked for as one.
        let parts = text.split('"').enumerate();
        let words = parts.flat_map(|(at, part)| {
            let words: Vec<&str> =
                if at % 2 == 1 { vec![part.trim()] } else { part.split_whitespace().collect() };
            words
        });
        Self(words.filter(is_taken).take(MAX_WORDS).map(ToOwned::to_owned).collect())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Marks the words wherever they stand as whole words, whatever their case; none where no text has one.
    pub(crate) fn mark(&self, html: &str) -> Option<String> {
        let mut marker = Marker { words: &self.0, left: MAX_MARKS, out: String::new() };
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (text, tag) = rest.split_at(at);
            marker.text(text);
            let end = end_of_markup(tag);
            marker.out.push_str(&tag[..end]);
            rest = &tag[end..];
        }
        marker.text(rest);
        (marker.left < MAX_MARKS).then_some(marker.out)
    }
}

/// Where the tag ends that a text begins with; of a picture, where it ends.
fn end_of_markup(text: &str) -> usize {
    let end = if text.starts_with("<svg") { "</svg>" } else { ">" };
    text.find(end).map_or(text.len(), |at| at + end.len())
}

/// Writes HTML with marks.
struct Marker<'a> {
    words: &'a [String],
    /// How many more marks there may be.
    left: usize,
    out: String,
}

impl Marker<'_> {
    /// Writes what stands between two tags.
    fn text(&mut self, mut text: &str) {
        let mut is_within_word = false;
        while let Some(letter) = text.chars().next() {
            let found = if is_within_word { None } else { self.word(text) };
            if let Some(length) = found {
                self.left -= 1;
                self.out.push_str("<mark>");
                self.out.push_str(&text[..length]);
                self.out.push_str("</mark>");
                text = &text[length..];
            } else {
                let length = reference(text).unwrap_or(letter.len_utf8());
                self.out.push_str(&text[..length]);
                text = &text[length..];
                is_within_word = goes_on(letter);
            }
        }
    }

    /// The length of the longest word that a text begins with, in bytes.
    fn word(&self, text: &str) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        self.words.iter().filter_map(|word| length_in(text, word)).max()
    }
}

/// The length of a word at the beginning of a text; none where something else stands there, or the word goes on.
fn length_in(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars().peekable();
    for (at, letter) in text.char_indices() {
        if wanted.peek().is_none() {
            return (!goes_on(letter)).then_some(at);
        }
        for lower in letter.to_lowercase() {
            if wanted.next() != Some(lower) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// Whether a word goes on with this. Superscripts are marks of notes.
fn goes_on(letter: char) -> bool {
    letter.is_alphabetic() || letter.is_ascii_digit()
}

/// The length of the character reference that a text begins with: its letters are none of the text.
fn reference(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('&')?;
    rest.find(';').map(|end| end + 2).filter(|length| *length <= MAX_REFERENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, html: &str, expected: &str) {
        let marked = Words::read(query).mark(html);
        assert_eq!(marked.as_deref().unwrap_or(html), expected, "{query} in {html}");
    }

    #[test]
    fn whole_words_are_marked_whatever_their_case() {
        check("q=vrede", "<p>Vrede, vreden.</p>", "<p><mark>Vrede</mark>, vreden.</p>");
        check("q=vrede+hulp", "vrede hulp", "<mark>vrede</mark> <mark>hulp</mark>");
        check("q=vrede", "onvrede vrede² vrede", "onvrede <mark>vrede</mark>² <mark>vrede</mark>");
        check("q=n.a.v.o", "de N.A.V.O. zegt", "de <mark>N.A.V.O</mark>. zegt");
        check("q=syri%C3%AB", "SYRIË", "<mark>SYRIË</mark>");
        check("q=wapen+wapen-export", "wapen-export", "<mark>wapen-export</mark>");
        check("q=a", "a", "a");
        let mln = "<p>€ 35 mln en 35 mensen</p>";
        check("q=%22€+35+mln%22", mln, "<p><mark>€ 35 mln</mark> en 35 mensen</p>");
        check("q=%22€+35+mln", mln, "<p><mark>€ 35 mln</mark> en 35 mensen</p>");
        check("x=vrede", "vrede", "vrede");
        assert_eq!(Words::read("q=vrede").mark("<p>oorlog</p>"), None);
    }

    #[test]
    fn tags_and_references_stay_as_they_are() {
        check("q=p+id+vrede", "<p id=\"vrede\">p</p>", "<p id=\"vrede\">p</p>");
        check("q=38+amp+lt", "a &#38; b &amp; &lt;", "a &#38; b &amp; &lt;");
        check("q=ab%26", "ab&#38;c", "ab&#38;c");
        check("q=38", "&#38;38", "&#38;<mark>38</mark>");
        check("q=%3Cb%3E+mark", "&#60;b&#62; mark", "&#60;b&#62; <mark>mark</mark>");
        check("q=vrede", "vre<b>de</b>", "vre<b>de</b>");
        check("q=vrede", "vrede <p", "<mark>vrede</mark> <p");
    }

    #[test]
    fn nothing_in_a_picture_is_marked() {
        let picture = "<svg id=\"a\"><title>vrede</title><text>vrede</text></svg>";
        let expected = format!("<mark>vrede</mark>{picture}<b><mark>vrede</mark></b>");
        check("q=vrede", &format!("vrede{picture}<b>vrede</b>"), &expected);
        assert_eq!(Words::read("q=vrede").mark(picture), None);
        check("q=vrede", "<svg>vrede", "<svg>vrede");
    }

    #[test]
    fn words_and_marks_are_limited() {
        let many = (0..100).map(|number| format!("woord{number}+")).collect::<Vec<_>>().concat();
        assert_eq!(Words::read(&format!("q={many}")).0.len(), MAX_WORDS);
        assert!(Words::read(&format!("q={}", "x".repeat(MAX_LETTERS + 1))).is_empty());
        let marked = Words::read("q=vrede").mark(&"vrede ".repeat(MAX_MARKS + 10)).unwrap();
        assert_eq!(marked.matches("<mark>").count(), MAX_MARKS);
    }
}
