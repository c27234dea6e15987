//! The contents: every part in the order in which it is shown, down to goals.

use messages::Messages;
use serde::Serialize;

use crate::{
    Text,
    view::{Abbreviations, Chapter, Colophon, Overview, Part, Section},
};

/// The contents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contents {
    /// Where they are found.
    pub anchor: String,
    /// Heading.
    pub heading: String,
    /// The parts.
    pub items: Vec<Item>,
}

/// A part and where it is found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Its heading.
    pub name: Text,
    /// What is in it.
    pub items: Vec<Item>,
}

impl Item {
    fn of(anchor: &str, name: &Text, items: Vec<Self>) -> Self {
        Self { anchor: anchor.to_owned(), name: name.clone(), items }
    }

    fn plain(anchor: &str, name: &str, items: Vec<Self>) -> Self {
        Self::of(anchor, &Text::plain(name), items)
    }
}

/// The contents of a view with these parts.
pub(crate) fn of(
    overview: &Overview,
    chapters: &[Chapter],
    abbreviations: Option<&Abbreviations>,
    colophon: &Colophon,
    messages: &Messages,
) -> Contents {
    let completeness = &overview.completeness;
    let within = vec![Item::plain(&completeness.anchor, &completeness.heading, Vec::new())];
    let mut items = vec![Item::plain(&overview.anchor, &overview.heading, within)];
    items.extend(chapters.iter().map(chapter));
    items.extend(abbreviations.map(|list| Item::plain(&list.anchor, &list.heading, Vec::new())));
    items.push(Item::plain(&colophon.anchor, &colophon.heading, Vec::new()));
    Contents {
        anchor: "_contents".to_owned(),
        heading: messages.text("edition-contents").into_owned(),
        items,
    }
}

fn chapter(chapter: &Chapter) -> Item {
    let section = |section: &Section| Item::plain(&section.anchor, &section.heading, Vec::new());
    let part = |part: &Part| {
        Item::of(&part.anchor, &part.name, part.sections.iter().map(section).collect())
    };
    Item::of(&chapter.anchor, &chapter.name, chapter.parts.iter().map(part).collect())
}
