//! XML, written element by element.
//!
//! Invariant: what is written is well-formed: texts and attributes are escaped, and what XML does not take is replaced.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// Names of attributes with their values.
pub(crate) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document or a part of one.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A part of a document.
    pub(crate) fn part() -> Self {
        Self(Writer::new(Vec::new()))
    }

    /// A document.
    pub(crate) fn document() -> Self {
        let mut xml = Self::part();
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    pub(crate) fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Start(start(name, attributes)));
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    pub(crate) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    /// An element with a text.
    pub(crate) fn element(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close(name);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.write(Event::Text(BytesText::new(&taken(text))));
    }

    /// Adds a part.
    pub(crate) fn add(&mut self, part: Self) {
        self.0.get_mut().extend(part.into_bytes());
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn write(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("an event can always be written to memory");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, taken(value).as_str()));
    }
    start
}

/// A text in which what XML 1.0 has no place for is replaced.
fn taken(text: &str) -> String {
    let is_taken =
        |c| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_taken(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_no_markup() {
        let mut xml = Xml::part();
        xml.element("a", &[("b", "\"<&\u{0}")], "]]><c>&\u{ffff}");
        let expected = "<a b=\"&quot;&lt;&amp;\u{fffd}\">]]&gt;&lt;c&gt;&amp;\u{fffd}</a>";
        assert_eq!(String::from_utf8(xml.into_bytes()).unwrap(), expected);
    }
}
