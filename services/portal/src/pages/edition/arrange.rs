//! The order of an edition: chapters by organisation, parts by pillar, sections by goal.
//!
//! Invariant: every contribution of a listed organisation appears exactly once, wherever its codes point.

use std::collections::BTreeMap;

use messages::{Language, Messages};

use crate::{
    language::Said,
    pages::edition::{
        completeness::{self, Completeness},
        entry::Entry,
    },
    service::edition::{Contribution, Edition, Goal, Kind, MatrixCell, MatrixRow, ObligationCell},
};

/// An edition, arranged.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub framework: String,
    pub period: String,
    /// Language of the framework, where that is not the page's: names of organisations are in it.
    pub foreign: Option<&'a str>,
    pub chapters: Vec<Chapter<'a>>,
    pub columns: Vec<&'a str>,
    pub matrix: Vec<Group<'a>>,
    /// Absent where nothing was owed.
    pub completeness: Option<Completeness<'a>>,
    pub abbreviations: Vec<(&'a str, Said)>,
}

/// What one organisation reported.
#[derive(Debug)]
pub(crate) struct Chapter<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub remarks: Vec<Entry<'a>>,
    pub parts: Vec<Part<'a>>,
}

/// What it reported on one pillar.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub anchor: String,
    pub name: Said,
    pub sections: Vec<Section<'a>>,
}

/// What it reported on one goal, or on several together.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub anchor: String,
    pub heading: String,
    pub goals: Vec<(&'a str, Said)>,
    pub entries: Vec<Entry<'a>>,
}

/// The goals of one pillar in the overview.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub pillar: Said,
    pub rows: Vec<Row<'a>>,
}

/// A goal in the overview.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub code: &'a str,
    pub statement: Said,
    pub cells: Vec<Cell<'a>>,
}

/// What one organisation reported on a goal.
#[derive(Debug)]
pub(crate) struct Cell<'a> {
    pub links: Vec<CellLink<'a>>,
    /// How much of what it owed is there, in words; empty where it owed nothing.
    pub owed: String,
}

/// A contribution in the overview.
#[derive(Debug)]
pub(crate) struct CellLink<'a> {
    pub anchor: String,
    pub id: &'a str,
    pub is_unanswered: bool,
}

/// What all parts are made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arranger<'a> {
    pub edition: &'a Edition,
    pub language: Language,
    pub messages: &'static Messages,
}

impl<'a> View<'a> {
    pub(crate) fn of(edition: &'a Edition, language: Language) -> Self {
        let arranger = Arranger { edition, language, messages: Messages::of(language) };
        let framework = &edition.framework;
        Self {
            framework: arranger.framework(),
            period: Messages::of(language).period(&edition.cycle.from, &edition.cycle.until),
            foreign: Some(framework.language.as_str()).filter(|tag| *tag != language.tag()),
            chapters: edition
                .organisations
                .iter()
                .map(|organisation| arranger.chapter(&organisation.code, &organisation.name))
                .collect(),
            columns: edition
                .organisations
                .iter()
                .map(|organisation| organisation.name.as_str())
                .collect(),
            matrix: arranger.matrix(),
            completeness: edition
                .obligations
                .as_ref()
                .map(|obligations| Completeness::of(obligations, arranger)),
            abbreviations: edition
                .abbreviations
                .iter()
                .map(|own| (own.short.as_str(), arranger.pick(&own.long)))
                .collect(),
        }
    }
}

impl<'a> Arranger<'a> {
    fn framework(self) -> String {
        let framework = &self.edition.framework;
        let arguments = [
            ("title", self.pick(&framework.title).text.into()),
            ("code", framework.code.as_str().into()),
            ("version", framework.version.into()),
        ];
        self.messages.with("edition-colophon-framework-version", &arguments)
    }

    pub(crate) fn pick(self, texts: &crate::language::Texts) -> Said {
        Said::pick(texts, &self.edition.framework.language, self.language)
    }

    fn goal(self, code: &str) -> Option<&'a Goal> {
        self.edition.framework.goals.iter().find(|goal| goal.code == code)
    }

    /// Name of the pillar with this code; other contributions where there is none.
    fn pillar_name(self, code: &str) -> Said {
        let pillar = self.edition.framework.pillars.iter().find(|pillar| pillar.code == code);
        pillar.map_or_else(
            || Said::of(&self.messages.text("edition-other"), "", self.language),
            |pillar| self.pick(&pillar.name),
        )
    }

    fn chapter(self, code: &'a str, name: &'a str) -> Chapter<'a> {
        let own = self.edition.contributions.iter().filter(|own| own.organisation == code);
        let (remarks, answers): (Vec<_>, Vec<_>) =
            own.partition(|own| own.kind == Kind::GeneralRemark);
        let pillars = self.edition.framework.pillars.iter().map(|pillar| pillar.code.as_str());
        let parts = pillars.chain([""]).map(|pillar| self.part(code, pillar, &answers));
        Chapter {
            code,
            name,
            remarks: remarks.into_iter().map(|remark| Entry::of(remark, 3, self)).collect(),
            parts: parts.filter(|part| !part.sections.is_empty()).collect(),
        }
    }

    fn part(self, organisation: &str, pillar: &str, answers: &[&'a Contribution]) -> Part<'a> {
        let mut sections: Vec<(&'a [String], Vec<&'a Contribution>)> = Vec::new();
        for answer in answers.iter().filter(|answer| self.pillar(answer) == pillar) {
            match sections.iter_mut().find(|(goals, _)| *goals == answer.goals) {
                Some((_, own)) => own.push(answer),
                None => sections.push((&answer.goals, vec![answer])),
            }
        }
        Part {
            anchor: format!("{organisation}::{pillar}"),
            name: self.pillar_name(pillar),
            sections: sections
                .into_iter()
                .map(|(goals, own)| self.section(organisation, goals, &own))
                .collect(),
        }
    }

    /// Code of the pillar of a contribution's first known goal; empty where there is none.
    fn pillar(self, contribution: &Contribution) -> &'a str {
        let code = contribution
            .goals
            .iter()
            .find_map(|code| self.goal(code))
            .map_or("", |goal| goal.pillar.as_str());
        if self.edition.framework.pillars.iter().any(|pillar| pillar.code == code) {
            code
        } else {
            ""
        }
    }

    fn section(
        self,
        organisation: &str,
        goals: &'a [String],
        own: &[&'a Contribution],
    ) -> Section<'a> {
        let heading = match goals {
            [] => self.messages.text("edition-other").into_owned(),
            goals => self.messages.with(
                "edition-goals",
                &[("count", goals.len().into()), ("codes", self.list(goals).into())],
            ),
        };
        let statement =
            |code: &str| self.goal(code).map(|goal| self.pick(&goal.statement)).unwrap_or_default();
        Section {
            anchor: format!("{organisation}:{}", goals.join("+")),
            heading,
            goals: goals.iter().map(|code| (code.as_str(), statement(code))).collect(),
            entries: own.iter().map(|contribution| Entry::of(contribution, 5, self)).collect(),
        }
    }

    /// `a, b en c`.
    pub(crate) fn list(self, items: &[String]) -> String {
        self.messages.list(&items.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn matrix(self) -> Vec<Group<'a>> {
        let cells = self.edition.obligations.iter().flat_map(|obligations| &obligations.cells);
        let owed: Owed<'a> =
            cells.map(|cell| ((cell.organisation.as_str(), cell.goal.as_str()), cell)).collect();
        let mut groups: Vec<(&str, Group<'a>)> = Vec::new();
        for row in &self.edition.matrix {
            let pillar = self.goal(&row.goal).map_or("", |goal| goal.pillar.as_str());
            let made = self.row(row, &owed);
            match groups.last_mut() {
                Some((known, group)) if *known == pillar => group.rows.push(made),
                _ => groups
                    .push((pillar, Group { pillar: self.pillar_name(pillar), rows: vec![made] })),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn row(self, row: &'a MatrixRow, owed: &Owed<'a>) -> Row<'a> {
        let cells: BTreeMap<&str, &MatrixCell> =
            row.cells.iter().map(|cell| (cell.organisation.as_str(), cell)).collect();
        let cell = |organisation: &'a str| Cell {
            links: cells
                .get(organisation)
                .map(|cell| cell_links(organisation, cell))
                .unwrap_or_default(),
            owed: owed
                .get(&(organisation, row.goal.as_str()))
                .map(|cell| completeness::owed(cell, self.messages))
                .unwrap_or_default(),
        };
        Row {
            code: &row.goal,
            statement: self
                .goal(&row.goal)
                .map(|goal| self.pick(&goal.statement))
                .unwrap_or_default(),
            cells: self
                .edition
                .organisations
                .iter()
                .map(|organisation| cell(&organisation.code))
                .collect(),
        }
    }
}

/// What was owed, by organisation and goal.
type Owed<'a> = BTreeMap<(&'a str, &'a str), &'a ObligationCell>;

fn cell_links<'a>(organisation: &str, cell: &'a MatrixCell) -> Vec<CellLink<'a>> {
    let link = |id: &'a String, is_unanswered| CellLink {
        anchor: format!("{organisation}/{id}"),
        id,
        is_unanswered,
    };
    let answered = cell.contributions.iter().map(|id| link(id, false));
    answered.chain(cell.unanswered.iter().map(|id| link(id, true))).collect()
}
