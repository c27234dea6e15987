//! The overview: goals by organisation, each cell with its contributions and how much of what was owed is there.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Text,
    data::{JointContribution, MatrixCell, MatrixRow},
    view::{
        completeness::{Completeness, Owed},
        layout::{Layout, anchor},
    },
};

/// Who reported on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Heading.
    pub heading: String,
    /// What the table shows.
    pub caption: String,
    /// Where a page number leads; for formats with pages.
    pub page_help: String,
    /// Columns after that of the goal.
    pub columns: Vec<Column>,
    /// Goals by pillar, in printed order.
    pub pillars: Vec<Pillar>,
    /// How much of what was owed is there.
    pub completeness: Completeness,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// The goals of a pillar that follow each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pillar {
    /// Its name; empty where the goals are of no pillar.
    pub name: Text,
    /// Its goals.
    pub rows: Vec<Row>,
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its code.
    pub code: String,
    /// Its statement.
    pub statement: Text,
    /// A cell for each column.
    pub cells: Vec<RowCell>,
}

/// What one organisation reported on a goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowCell {
    /// Its contributions; where there are none a format shows the label `no_contribution`.
    pub links: Vec<Link>,
    /// Completeness in words; empty where the organisation owed nothing.
    pub owed: String,
}

/// A contribution in the overview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Its id within the organisation.
    pub id: String,
    /// Whether it stands for something that was left unanswered.
    pub is_unanswered: bool,
}

impl<'a> Layout<'a> {
    pub(crate) fn overview(self) -> Overview {
        let columns = self.edition.organisations.iter();
        Overview {
            anchor: "_matrix".to_owned(),
            heading: self.label("edition-matrix"),
            caption: self.label("edition-matrix-caption"),
            page_help: self.label("edition-matrix-help"),
            columns: columns
                .map(|organisation| Column {
                    code: organisation.code.clone(),
                    name: self.in_framework_language(&organisation.name),
                })
                .collect(),
            pillars: self.pillars(),
            completeness: self.completeness(),
        }
    }

    fn pillars(self) -> Vec<Pillar> {
        let owed = self.owed();
        let mut pillars: Vec<(&str, Pillar)> = Vec::new();
        for row in &self.edition.matrix {
            let code = self.goal(&row.goal).map_or("", |goal| goal.pillar.as_str());
            let made = self.row(row, &owed);
            match pillars.last_mut() {
                Some((known, pillar)) if *known == code => pillar.rows.push(made),
                _ => pillars.push((code, Pillar { name: self.pillar(code), rows: vec![made] })),
            }
        }
        pillars.into_iter().map(|(_, pillar)| pillar).collect()
    }

    fn pillar(self, code: &str) -> Text {
        let known = self.edition.framework.pillars.iter().find(|pillar| pillar.code == code);
        known.map(|pillar| self.choose(&pillar.name)).unwrap_or_default()
    }

    fn row(self, row: &'a MatrixRow, owed: &Owed<'a>) -> Row {
        let statement = self.goal(&row.goal).map(|goal| self.choose(&goal.statement));
        let there: BTreeMap<&str, &MatrixCell> =
            row.cells.iter().map(|cell| (cell.organisation.as_str(), cell)).collect();
        let cell = |code: &'a str| RowCell {
            links: there.get(code).map(|cell| links(cell)).unwrap_or_default(),
            owed: owed
                .get(&(code, row.goal.as_str()))
                .map_or_else(String::new, |sum| self.in_words(*sum)),
        };
        let organisations = self.edition.organisations.iter();
        Row {
            code: row.goal.clone(),
            statement: statement.unwrap_or_default(),
            cells: organisations.map(|organisation| cell(&organisation.code)).collect(),
        }
    }
}

/// Its own contributions, then joint ones, which stand in the chapter of the organisation that leads.
fn links(cell: &MatrixCell) -> Vec<Link> {
    let MatrixCell { organisation, contributions, unanswered, joint } = cell;
    let link = |organisation: &str, id: &String, is_unanswered| Link {
        anchor: anchor(organisation, id),
        id: id.clone(),
        is_unanswered,
    };
    let answered = contributions.iter().map(|id| link(organisation, id, false));
    let open = unanswered.iter().map(|id| link(organisation, id, true));
    let joint = joint.iter().map(|JointContribution { organisation, contribution }| {
        link(organisation, contribution, false)
    });
    answered.chain(open).chain(joint).collect()
}
