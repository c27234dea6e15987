//! A goal over the years: who reported on it, and its indicators.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::{CellState, Links, Row, Text, View, html};
use messages::Messages;

use crate::{
    Error,
    pages::{
        Layout, RequestContext, Shared,
        edition::aside,
        links::{Named, address},
        page,
    },
    service::plan::{Plan, Year},
};

#[derive(Template)]
#[template(path = "goal.html")]
struct GoalPage {
    layout: Layout,
    messages: &'static Messages,
    plan: Named,
    heading: String,
    statement: Text,
    pillar: Text,
    parent: Option<Named>,
    children: Vec<Named>,
    indicators: Vec<Named>,
    years: Vec<GoalYear>,
    legend: Vec<(String, String)>,
    symbols: &'static str,
}

/// Who reported on a goal in a year.
struct GoalYear {
    period: String,
    address: String,
    cells: Vec<Reported>,
}

/// What an organisation reported.
struct Reported {
    name: Text,
    /// Address, name and symbol of each answer.
    answers: Vec<Answer>,
    owed: String,
    /// The symbol of what is open.
    open: String,
}

/// An answer by its symbol.
#[derive(Clone)]
pub(crate) struct Answer {
    pub address: String,
    pub name: String,
    pub symbol: String,
}

pub(crate) async fn goal(
    State(portal): Shared,
    Path((plan, code)): Path<(String, String)>,
    context: RequestContext,
) -> Result<Response, Error> {
    let plan = portal.plan(&plan, context.language).await?;
    let layout = context.layout(&portal);
    aside(move || page(&GoalPage::of(&plan, &code, layout, &context)?)).await
}

impl GoalPage {
    fn of(
        plan: &Plan,
        code: &str,
        layout: Layout,
        context: &RequestContext,
    ) -> Result<Self, Error> {
        let (newest, goal) = plan.newest(|year| year.goal(code)).ok_or(Error::NotFound)?;
        let framework = &newest.cached.data().framework;
        let goals = &framework.goals;
        let choose = |texts: &edition::data::Texts| context.choose(texts, &framework.language);
        let named = |one: &edition::data::Goal| Named {
            address: address(&plan.code, "doelen", &one.code, context),
            code: one.code.clone(),
            name: choose(&one.statement),
        };
        let indicator = |one: &edition::data::Indicator| Named {
            address: address(&plan.code, "indicatoren", &one.code, context),
            code: one.code.clone(),
            name: choose(&one.statement),
        };
        let pillar = framework.pillars.iter().find(|pillar| pillar.code == goal.pillar);
        let is_of = |parent: &Option<String>| {
            parent.as_deref().is_some_and(|parent| parent == goal.code || parent == goal.id)
        };
        let parent = goal.parent.as_deref().and_then(|parent| {
            goals.iter().find(|one| one.code == parent || one.id == parent).map(named)
        });
        let years = plan.years.iter().filter_map(|year| GoalYear::of(year, &goal.id, context));
        let heading = heading(code, context);
        let statement = choose(&goal.statement);
        let title = format!("{heading}: {statement}");
        let messages = context.messages();
        let legend = |line: &edition::LegendLine| (html::state(line.state, ""), line.text.clone());
        let view = newest.cached.view(context.language);
        Ok(Self {
            layout: layout.described(&title, plan.title(context).as_str()),
            messages,
            plan: plan.named(context),
            heading,
            statement,
            pillar: pillar.map(|pillar| choose(&pillar.name)).unwrap_or_default(),
            parent,
            children: goals.iter().filter(|one| is_of(&one.parent)).map(named).collect(),
            indicators: goal.indicators.iter().map(indicator).collect(),
            years: years.collect(),
            legend: view.overview.legend.iter().map(legend).collect(),
            symbols: html::symbols(),
        })
    }
}

/// `Doel 1.1`.
pub(crate) fn heading(code: &str, context: &RequestContext) -> String {
    let arguments = [("count", 1.into()), ("codes", code.to_owned().into())];
    context.messages().with("edition-goals", &arguments)
}

impl Plan {
    /// The plan itself as a link.
    pub(crate) fn named(&self, context: &RequestContext) -> Named {
        Named {
            address: context.link(&format!("/{}", self.code)),
            code: self.code.clone(),
            name: self.title(context),
        }
    }
}

impl GoalYear {
    fn of(year: &Year, id: &str, context: &RequestContext) -> Option<Self> {
        let code = &year.goal_with_id(id)?.code;
        let view = year.cached.view(context.language);
        let mut rows = view.overview.pillars.iter().flat_map(|pillar| &pillar.rows);
        let row = rows.find(|row| row.code == *code)?;
        let edition = year.link(context);
        let links = Links::quoted(&format!("/{}", year.edition.name), context.query());
        Some(Self {
            period: year.period(context.messages()),
            address: edition.address,
            cells: reported(view, row, &links),
        })
    }
}

fn reported(view: &View, row: &Row, links: &Links) -> Vec<Reported> {
    let state = |state: CellState| html::state(state, "");
    let cells = view.overview.columns.iter().zip(&row.cells);
    let asked = cells.filter(|(_, cell)| !cell.links.is_empty() || !cell.owed.is_empty());
    let reported = asked.map(|(column, cell)| Reported {
        name: column.name.clone(),
        answers: cell
            .links
            .iter()
            .map(|link| Answer {
                address: links.to(&link.anchor),
                name: link.name.clone(),
                symbol: state(link.state),
            })
            .collect(),
        owed: cell.owed.clone(),
        open: cell.open.map(state).unwrap_or_default(),
    });
    reported.collect()
}
