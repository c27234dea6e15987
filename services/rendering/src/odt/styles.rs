//! Automatic styles of lists and words: OpenDocument names what other formats write in place.

use std::collections::BTreeMap;

use edition::{Numbering, flow::Words};

use crate::xml::Xml;

/// Levels that a list style has; what is nested deeper is written at the last.
const LEVELS: usize = 10;

/// Language and country of a tag.
pub(super) fn locale(tag: &str) -> (&str, &str) {
    tag.split_once('-').unwrap_or((tag, "none"))
}

/// Styles that were needed, by what they say, each with its number.
#[derive(Debug, Default)]
pub(super) struct Styles {
    words: BTreeMap<WordStyle, usize>,
}

/// How words look, and their language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct WordStyle {
    is_strong: bool,
    is_emphasis: bool,
    is_code: bool,
    language: Option<String>,
}

impl Styles {
    /// The style of words; absent where they are plain.
    pub(super) fn of_words(&mut self, words: &Words) -> Option<String> {
        let Words { text: _, is_strong, is_emphasis, is_code, link: _, language } = words;
        let style = WordStyle {
            is_strong: *is_strong,
            is_emphasis: *is_emphasis,
            is_code: *is_code,
            language: language.clone(),
        };
        let is_plain = !is_strong && !is_emphasis && !is_code && language.is_none();
        let next = self.words.len() + 1;
        (!is_plain).then(|| format!("T{}", self.words.entry(style).or_insert(next)))
    }

    /// Writes them.
    pub(super) fn write(&self, xml: &mut Xml) {
        for (style, number) in &self.words {
            write_words(xml, style, *number);
        }
        for (name, number) in
            [("Bullets", None), ("Numbers", Some(("1", "."))), ("Letters", Some(("a", ")")))]
        {
            write_list(xml, name, number);
        }
    }
}

/// The name of the style of a list.
pub(super) fn of_list(numbering: Numbering) -> &'static str {
    match numbering {
        Numbering::Bullets => "Bullets",
        Numbering::Numbers { .. } => "Numbers",
        Numbering::Letters { .. } => "Letters",
    }
}

fn write_words(xml: &mut Xml, style: &WordStyle, number: usize) {
    let WordStyle { is_strong, is_emphasis, is_code, language } = style;
    let name = format!("T{number}");
    xml.open("style:style", &[("style:name", &name), ("style:family", "text")]);
    let mut attributes = Vec::new();
    if *is_code {
        attributes.push(("style:font-name", "DejaVu Sans Mono"));
    }
    if *is_strong {
        attributes.push(("fo:font-weight", "bold"));
    }
    if *is_emphasis {
        attributes.push(("fo:font-style", "italic"));
    }
    if let Some(language) = language {
        let (language, country) = locale(language);
        attributes.push(("fo:language", language));
        attributes.push(("fo:country", country));
    }
    xml.empty("style:text-properties", &attributes);
    xml.close("style:style");
}

/// A list style: bullets, or numbers in a form with a sign behind them.
fn write_list(xml: &mut Xml, name: &str, number: Option<(&str, &str)>) {
    xml.open("text:list-style", &[("style:name", name)]);
    for level in 1..=LEVELS {
        let place = level.to_string();
        let mut attributes = vec![("text:level", place.as_str())];
        let element = match number {
            None => {
                attributes.push(("text:bullet-char", "•"));
                "text:list-level-style-bullet"
            }
            Some((format, sign)) => {
                attributes.push(("style:num-suffix", sign));
                attributes.push(("style:num-format", format));
                "text:list-level-style-number"
            }
        };
        xml.open(element, &attributes);
        let left = format!("{:.1}cm", f64::from(u8::try_from(level).unwrap_or(u8::MAX)) * 0.6);
        xml.open(
            "style:list-level-properties",
            &[("text:list-level-position-and-space-mode", "label-alignment")],
        );
        xml.empty(
            "style:list-level-label-alignment",
            &[
                ("text:label-followed-by", "listtab"),
                ("text:list-tab-stop-position", left.as_str()),
                ("fo:text-indent", "-0.6cm"),
                ("fo:margin-left", left.as_str()),
            ],
        );
        xml.close("style:list-level-properties");
        xml.close(element);
    }
    xml.close("text:list-style");
}
