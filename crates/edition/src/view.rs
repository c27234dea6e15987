//! The edition as it is shown: overview, chapters by organisation, parts by pillar, sections by goal, colophon.
//!
//! Owns order, headings, anchors and labels; knows no format. Invariants: every contribution appears exactly once,
//! wherever its codes point; no anchor stands twice.

mod chapters;
mod colophon;
mod completeness;
mod contents;
mod entries;
mod figures;
mod footnotes;
mod labels;
mod layout;
mod narrative;
mod overview;
mod pictures;
mod references;
mod series;
mod states;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use messages::Messages;
use serde::Serialize;

pub(crate) use crate::view::layout::Layout;
pub use crate::view::{
    completeness::{Completeness, Count, Counts},
    contents::{Contents, Item},
    entries::{Entry, Indicator, Status},
    figures::{Figure, Note},
    labels::Labels,
    narrative::{Align, BackReference, Block, Cell, Footnote, Inline, Numbering},
    overview::{Column, LegendLine, Link, Overview, Pillar, Row, RowCell},
    pictures::{Picture, PictureRow},
    references::Reference,
    series::{Mention, Series, SeriesRow, link_in_words},
    states::{CellState, Gaps},
};
use crate::{Phrase, Text, data::Edition};

/// An edition in a language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Language of the labels; texts in another one say so.
    pub language: String,
    /// Title of the framework.
    pub title: Text,
    /// What it is and the period that it is about.
    pub subtitle: String,
    /// Date of the edition in words.
    pub date: String,
    /// The edition by name, in words.
    pub edition: String,
    /// What leads to its parts.
    pub contents: Contents,
    /// Who reported on what, and how complete it is.
    pub overview: Overview,
    /// What each organisation reported.
    pub chapters: Vec<Chapter>,
    /// Abbreviations; absent where there are none.
    pub abbreviations: Option<Abbreviations>,
    /// What the edition is, and the policies that it was made under.
    pub colophon: Colophon,
    /// Labels that recur.
    pub labels: Labels,
    /// Messages that only a template uses, by id.
    pub template: BTreeMap<String, String>,
}

/// All that one organisation reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chapter {
    /// Where it is found: the organisation's code.
    pub anchor: String,
    /// Name of the organisation.
    pub name: Text,
    /// Remarks on its whole report.
    pub remarks: Vec<Entry>,
    /// Parts by pillar.
    pub parts: Vec<Part>,
    /// Joint contributions that stand in the chapter of the organisation that leads.
    pub joint: Vec<Joint>,
}

/// A joint contribution in another chapter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joint {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Name of the organisation that leads.
    pub organisation: Text,
    /// What it answers, such as `Doel 1, Indicator 1-a`.
    pub heading: String,
}

/// What it reported on one pillar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Name of the pillar; other contributions where there is none.
    pub name: Text,
    /// Sections by goals.
    pub sections: Vec<Section>,
}

/// What it reported on one goal, or on several together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Former anchors of this section, kept for old links.
    pub earlier_anchors: Vec<String>,
    /// Heading, such as `Subdoel 1.1`.
    pub heading: String,
    /// The goals with their statements.
    pub goals: Vec<Goal>,
    /// Contributions.
    pub entries: Vec<Entry>,
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// Its code.
    pub code: String,
    /// Its statement; empty where the framework has none.
    pub statement: Text,
}

/// Abbreviations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Abbreviations {
    /// Where they are found.
    pub anchor: String,
    /// Heading.
    pub heading: String,
    /// Each with what it stands for.
    pub lines: Vec<Line>,
}

/// The colophon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Colophon {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Heading.
    pub heading: String,
    /// What an edition is.
    pub note: String,
    /// What is said of it; the checksum is the last.
    pub lines: Vec<Line>,
}

/// A name and what is said beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The name.
    pub name: Phrase,
    /// What is said.
    pub text: Phrase,
}

impl Line {
    fn of(name: &str, text: &str) -> Self {
        Self { name: vec![Text::plain(name)], text: vec![Text::plain(text)] }
    }
}

impl View {
    /// Lays `edition` out with the labels of `messages`; texts are taken in `language` where there is one.
    pub fn of(edition: &Edition, language: &str, messages: &Messages) -> Self {
        let layout = Layout::new(edition, language, messages);
        let title = layout.choose(&edition.framework.title);
        let overview = layout.overview();
        let mut chapters = layout.chapters();
        let mut number = 1;
        for entry in entries_mut(&mut chapters) {
            number = footnotes::number(entry, number, messages);
        }
        let abbreviations = layout.abbreviations();
        let colophon = layout.colophon(&title);
        Self {
            language: messages.tag().to_owned(),
            subtitle: layout.subtitle(),
            date: messages.date_or_text(&edition.identity.date),
            edition: layout.with("shared-edition", "name", &edition.identity.name),
            contents: contents::of(
                &overview,
                &chapters,
                abbreviations.as_ref(),
                &colophon,
                messages,
            ),
            labels: Labels::of(messages),
            template: messages
                .texts("template-")
                .map(|(id, text)| (id.to_owned(), text.into_owned()))
                .collect(),
            title,
            overview,
            chapters,
            abbreviations,
            colophon,
        }
    }

    /// Every contribution, in the order in which it is shown.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.chapters.iter().flat_map(|chapter| {
            let sections = chapter.parts.iter().flat_map(|part| &part.sections);
            chapter.remarks.iter().chain(sections.flat_map(|section| &section.entries))
        })
    }
}

fn entries_mut(chapters: &mut [Chapter]) -> impl Iterator<Item = &mut Entry> {
    chapters.iter_mut().flat_map(|chapter| {
        let sections = chapter.parts.iter_mut().flat_map(|part| &mut part.sections);
        chapter.remarks.iter_mut().chain(sections.flat_map(|section| &mut section.entries))
    })
}

/// Contents of `edition` that cannot be rendered faithfully. A publisher refuses them; a reader is shown what there is.
pub fn faults(edition: &Edition) -> Vec<String> {
    let is_listed = |code: &str| edition.organisations.iter().any(|known| known.code == code);
    edition
        .contributions
        .iter()
        .flat_map(|contribution| {
            let stray = (!is_listed(&contribution.organisation))
                .then(|| "is of no organisation of the cycle".to_owned());
            let faults = stray.into_iter().chain(narrative::faults(contribution));
            faults.map(|fault| format!("contribution `{}`: {fault}", contribution.address))
        })
        .collect()
}
