//! The edition as it is printed: chapters by organisation, parts by pillar, sections by goal.
//!
//! Owns the order and the words around the contributions; PDF and HTML are made from it.
//! Invariant: every contribution appears exactly once, wherever its codes point.

mod chapters;
mod colophon;
mod completeness;

use serde::Serialize;

use crate::{
    Error,
    blocks::Block,
    figures::PrintedFigure,
    json::{Edition, Texts},
    labels::Labels,
    view::completeness::PrintedCompleteness,
};

/// The printed edition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct View {
    pub language: String,
    pub title: String,
    pub subtitle: String,
    pub date: String,
    pub edition: String,
    pub organisations: Vec<Column>,
    pub matrix: Vec<Row>,
    pub completeness: Option<PrintedCompleteness>,
    pub chapters: Vec<Chapter>,
    pub abbreviations: Vec<Pair>,
    pub colophon: Vec<Pair>,
}

/// A column of the overview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Column {
    pub code: String,
    pub name: String,
}

/// A goal in the overview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Row {
    pub code: String,
    pub statement: String,
    pub pillar: String,
    /// Whether the row before belongs to another pillar.
    pub opens_pillar: bool,
    pub cells: Vec<RowCell>,
}

/// What one organisation reported on a goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct RowCell {
    /// Anchors of its contributions.
    pub anchors: Vec<String>,
    /// Whether something that was owed stayed open.
    pub unanswered: bool,
    /// How much of what it owed is there, in words; empty where it owed nothing.
    pub owed: String,
}

/// All that one organisation reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Chapter {
    pub code: String,
    pub name: String,
    pub remarks: Vec<Entry>,
    pub pillars: Vec<Part>,
}

/// What it reported on one pillar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Part {
    pub code: String,
    pub name: String,
    pub goals: Vec<Section>,
}

/// What it reported on one goal, or on several together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Section {
    pub anchor: String,
    pub heading: String,
    pub goals: Vec<Pair>,
    pub entries: Vec<Entry>,
}

/// A contribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Entry {
    pub anchor: String,
    pub id: String,
    pub unanswered: bool,
    /// The answer in words, where it is worth saying.
    pub status: Option<String>,
    pub section: String,
    pub indicators: Vec<PrintedIndicator>,
    /// Language of the narrative.
    pub language: String,
    pub blocks: Vec<Block>,
    pub figures: Vec<PrintedFigure>,
    pub references: Vec<PrintedReference>,
}

/// An indicator as printed beside its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PrintedIndicator {
    pub code: String,
    pub statement: String,
    pub items: Vec<String>,
    pub sub_prompts: Vec<String>,
    pub optional: bool,
    pub target: Option<String>,
}

/// A reference as printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PrintedReference {
    pub kind: String,
    pub text: String,
    /// Address on the web; empty where there is none.
    pub url: String,
    /// Anchor in this edition; empty where it leads elsewhere.
    pub anchor: String,
}

/// Two texts that belong together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Pair {
    pub name: String,
    pub text: String,
}

impl View {
    /// Arranges `edition` with the words of `labels`; texts are taken in `language` where there is one.
    pub(crate) fn of(edition: &Edition, language: &str, labels: &Labels) -> Result<Self, Error> {
        let local = Local { language, fallback: &edition.framework.language };
        let title = local.pick(&edition.framework.title);
        Ok(Self {
            language: labels.language.clone(),
            subtitle: format!(
                "{} {}",
                labels.get("report"),
                labels.period(&edition.cycle.from, &edition.cycle.until)
            ),
            date: labels.date(&edition.identity.date),
            edition: edition.identity.name.clone(),
            organisations: edition
                .organisations
                .iter()
                .map(|o| Column { code: o.code.clone(), name: o.name.clone() })
                .collect(),
            matrix: matrix(edition, local, labels),
            completeness: completeness::completeness(edition, labels),
            chapters: chapters::chapters(edition, local, labels)?,
            abbreviations: edition
                .abbreviations
                .iter()
                .map(|a| Pair { name: a.short.clone(), text: local.pick(&a.long) })
                .collect(),
            colophon: colophon::colophon(edition, &title, labels),
            title,
        })
    }
}

/// The language that texts are taken in.
#[derive(Debug, Clone, Copy)]
struct Local<'a> {
    language: &'a str,
    fallback: &'a str,
}

impl Local<'_> {
    fn pick(self, texts: &Texts) -> String {
        let primary = self.language.split('-').next().unwrap_or(self.language);
        let found = [self.language, primary, self.fallback]
            .iter()
            .find_map(|tag| texts.get(*tag))
            .or_else(|| texts.values().next());
        found.cloned().unwrap_or_default()
    }
}

/// The place of a contribution in a page.
fn anchor(organisation: &str, id: &str) -> String {
    format!("{organisation}/{id}")
}

fn matrix(edition: &Edition, local: Local<'_>, labels: &Labels) -> Vec<Row> {
    let mut before = None;
    let mut rows = Vec::with_capacity(edition.matrix.len());
    for row in &edition.matrix {
        let goal = edition.framework.goals.iter().find(|goal| goal.code == row.goal);
        let pillar = goal.and_then(|goal| {
            edition.framework.pillars.iter().find(|pillar| pillar.code == goal.pillar)
        });
        let pillar = pillar.map(|pillar| local.pick(&pillar.name)).unwrap_or_default();
        let cells = row.cells.iter().map(|cell| RowCell {
            anchors: cell.contributions.iter().map(|id| anchor(&cell.organisation, id)).collect(),
            unanswered: !cell.unanswered.is_empty(),
            owed: completeness::owed(edition, &cell.organisation, &row.goal, labels),
        });
        rows.push(Row {
            code: row.goal.clone(),
            statement: goal.map(|goal| local.pick(&goal.statement)).unwrap_or_default(),
            opens_pillar: before.as_ref() != Some(&pillar),
            pillar: pillar.clone(),
            cells: cells.collect(),
        });
        before = Some(pillar);
    }
    rows
}
