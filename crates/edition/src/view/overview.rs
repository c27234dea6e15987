//! The overview: goals by organisation, each cell with its contributions and how much of what was owed is there.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::{
    Text,
    data::{Contribution, JointContribution, MatrixCell, MatrixRow},
    view::{
        Line,
        completeness::{Completeness, Owed, Sum},
        layout::{Layout, anchor},
        states::{CellState, Gaps},
    },
};

/// Letters of a code that is its own abbreviation in capitals, such as `ocw`; a longer one is a word.
const MAX_ABBREVIATION: usize = 6;

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
    /// What the symbols mean, each with its name.
    pub legend: Vec<LegendLine>,
    /// Heading of what symbols and abbreviations mean.
    pub legend_heading: String,
    /// Heading of the goals as a list, for narrow screens.
    pub list_heading: String,
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
    /// Its abbreviation, or its code where it has none.
    pub short: String,
    /// Whether that is too long to stand above a narrow column.
    pub is_long: bool,
}

/// A symbol and what it means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegendLine {
    /// The symbol.
    pub state: CellState,
    /// What it means.
    pub text: String,
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
    /// Its contributions.
    pub links: Vec<Link>,
    /// Completeness in words; empty where the organisation owed nothing.
    pub owed: String,
    /// What is open besides; none where nothing is.
    pub open: Option<CellState>,
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
    /// How it was answered.
    pub state: CellState,
    /// What it answers and how, such as `Indicator 1-a: deels beantwoord`.
    pub name: String,
}

/// Every contribution by its organisation and id.
type Known<'a> = HashMap<(&'a str, &'a str), &'a Contribution>;

impl<'a> Layout<'a> {
    pub(crate) fn overview(self) -> Overview {
        let legend = |state: CellState| LegendLine { state, text: self.label(state.label()) };
        Overview {
            anchor: "_matrix".to_owned(),
            heading: self.label("edition-matrix"),
            caption: self.label("edition-matrix-caption"),
            page_help: self.label("edition-matrix-help"),
            legend: CellState::ALL.into_iter().map(legend).collect(),
            legend_heading: self.label("edition-matrix-legend"),
            list_heading: self.label("edition-matrix-list"),
            columns: self.columns(),
            pillars: self.pillars(),
            completeness: self.completeness(),
        }
    }

    fn columns(self) -> Vec<Column> {
        let long =
            |line: Line| Some((line.text.first()?.to_string(), line.name.first()?.to_string()));
        let lines = self.abbreviations().map(|all| all.lines).unwrap_or_default();
        let short: HashMap<String, String> = lines.into_iter().filter_map(long).collect();
        let organisations = self.edition.organisations.iter();
        let column = organisations.map(|organisation| {
            let name = self.in_framework_language(&organisation.name);
            let code = &organisation.code;
            let letters = code.chars().count();
            let own = if letters <= MAX_ABBREVIATION { code.to_uppercase() } else { code.clone() };
            let short = short.get(name.as_str()).cloned().unwrap_or(own);
            let is_long = short.chars().count() > MAX_ABBREVIATION;
            Column { code: code.clone(), name, short, is_long }
        });
        column.collect()
    }

    fn pillars(self) -> Vec<Pillar> {
        let owed = self.owed();
        let known: Known<'_> = self
            .edition
            .contributions
            .iter()
            .map(|one| ((one.organisation.as_str(), one.id.as_str()), one))
            .collect();
        let gaps = Gaps::of(self.edition);
        let mut pillars: Vec<(&str, Pillar)> = Vec::new();
        for row in &self.edition.matrix {
            let code = self.goal(&row.goal).map_or("", |goal| goal.pillar.as_str());
            let made = self.row(row, &owed, &known, &gaps);
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

    fn row(self, row: &'a MatrixRow, owed: &Owed<'a>, known: &Known<'_>, gaps: &Gaps<'_>) -> Row {
        let statement = self.goal(&row.goal).map(|goal| self.choose(&goal.statement));
        let there: BTreeMap<&str, &MatrixCell> =
            row.cells.iter().map(|cell| (cell.organisation.as_str(), cell)).collect();
        let cell = |code: &'a str| {
            let sum = owed.get(&(code, row.goal.as_str())).copied();
            let links =
                there.get(code).map(|cell| self.links(cell, known, gaps)).unwrap_or_default();
            let is_shown = links.iter().any(|link| link.is_unanswered);
            RowCell {
                links,
                owed: sum.map_or_else(String::new, |sum| self.in_words(sum)),
                open: sum.and_then(Sum::state).filter(|_| !is_shown),
            }
        };
        let organisations = self.edition.organisations.iter();
        Row {
            code: row.goal.clone(),
            statement: statement.unwrap_or_default(),
            cells: organisations.map(|organisation| cell(&organisation.code)).collect(),
        }
    }

    /// Its own contributions, then joint ones, which stand in the chapter of the organisation that leads.
    fn links(self, cell: &MatrixCell, known: &Known<'_>, gaps: &Gaps<'_>) -> Vec<Link> {
        let MatrixCell { organisation, contributions, unanswered, joint } = cell;
        let link = |organisation: &str, id: &String, is_unanswered| {
            let contribution = known.get(&(organisation, id.as_str()));
            let fallback = if is_unanswered { CellState::Open } else { CellState::Answered };
            let state = contribution.map_or(fallback, |one| CellState::of(one, gaps));
            let heading = contribution.map_or_else(String::new, |one| self.entry_heading(one));
            let name = [("heading", heading.into()), ("state", self.label(state.label()).into())];
            Link {
                anchor: anchor(organisation, id),
                id: id.clone(),
                is_unanswered,
                state,
                name: self.messages.with("edition-matrix-answer", &name),
            }
        };
        let answered = contributions.iter().map(|id| link(organisation, id, false));
        let open = unanswered.iter().map(|id| link(organisation, id, true));
        let joint = joint.iter().map(|JointContribution { organisation, contribution }| {
            link(organisation, contribution, false)
        });
        answered.chain(open).chain(joint).collect()
    }
}
