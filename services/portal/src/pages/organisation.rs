//! An organisation over the years: how complete its reports are, and what it wrote on each indicator.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::{
    CellState, Gaps, Links, Text,
    data::{Contribution, Kind},
    html,
};
use messages::Messages;

use crate::{
    Error,
    pages::{
        Layout, RequestContext, Shared,
        edition::aside,
        goal::Answer,
        links::{Named, address},
        page,
        plan::{Owed, owed},
    },
    service::plan::{Plan, Year},
};

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    layout: Layout,
    messages: &'static Messages,
    plan: Named,
    name: Text,
    years: Vec<OrganisationYear>,
    /// The years of the columns of answers.
    periods: Vec<String>,
    asked: Vec<Asked>,
    legend: Vec<(String, String)>,
    symbols: &'static str,
}

/// What it reported in a year.
struct OrganisationYear {
    period: String,
    /// Its chapter in the edition of that year.
    address: String,
    contributions: String,
    owed: Option<Owed>,
}

/// An indicator with its answers by year, in the order of the years.
struct Asked {
    indicator: Named,
    answers: Vec<Vec<Answer>>,
}

pub(crate) async fn organisation(
    State(portal): Shared,
    Path((plan, code)): Path<(String, String)>,
    context: RequestContext,
) -> Result<Response, Error> {
    let plan = portal.plan(&plan, context.language).await?;
    let layout = context.layout(&portal);
    aside(move || page(&OrganisationPage::of(&plan, &code, layout, &context)?)).await
}

impl OrganisationPage {
    fn of(
        plan: &Plan,
        code: &str,
        layout: Layout,
        context: &RequestContext,
    ) -> Result<Self, Error> {
        let known = plan.organisations(context).into_iter().find(|known| known.code == code);
        let name = known.ok_or(Error::NotFound)?.name;
        let messages = context.messages();
        let years = plan.years.iter().filter_map(|year| OrganisationYear::of(year, code, context));
        let legend = plan.years.first().map(|year| {
            let lines = year.cached.view(context.language).overview.legend.iter();
            lines.map(|line| (html::state(line.state, ""), line.text.clone())).collect()
        });
        let title = format!("{name}, {}", plan.title(context));
        let description = [("organisation", name.to_string().into())];
        let description = messages.with("portal-organisation-summary", &description);
        Ok(Self {
            layout: layout.described(&title, &description),
            messages,
            plan: plan.named(context),
            years: years.collect(),
            periods: plan.years.iter().map(|year| year.period(messages)).collect(),
            asked: asked(plan, code, context),
            legend: legend.unwrap_or_default(),
            symbols: html::symbols(),
            name,
        })
    }
}

impl OrganisationYear {
    /// None where it does not report in that year.
    fn of(year: &Year, code: &str, context: &RequestContext) -> Option<Self> {
        let view = year.cached.view(context.language);
        view.chapters.iter().find(|chapter| chapter.anchor == code)?;
        let data = year.cached.data();
        let at = data.organisations.iter().position(|organisation| organisation.code == code);
        let row = at.and_then(|at| year.counts(context)?.rows.get(at));
        let is_its = |one: &&Contribution| one.organisation == code && one.kind != Kind::Unanswered;
        let count = data.contributions.iter().filter(is_its).count();
        let messages = context.messages();
        Some(Self {
            period: year.period(messages),
            address: context.link(&format!("/{}/{code}", year.edition.name)),
            contributions: messages.with("shared-contributions", &[("count", count.into())]),
            owed: row.map(|row| owed(row, messages)),
        })
    }
}

/// Every indicator of the newest version on which it wrote in some year, under what the indicators of older years became.
fn asked(plan: &Plan, code: &str, context: &RequestContext) -> Vec<Asked> {
    let Some(newest) = plan.years.first() else { return Vec::new() };
    let framework = &newest.cached.data().framework;
    let mut found: HashMap<&str, Vec<Vec<Answer>>> = HashMap::new();
    let names: Vec<&str> = framework
        .goals
        .iter()
        .flat_map(|goal| goal.indicators.iter().map(|indicator| indicator.code.as_str()))
        .collect();
    for (at, year) in plan.years.iter().enumerate() {
        let mut became: HashMap<&str, Vec<&str>> = HashMap::new();
        for (contribution, answer) in answers(year, code, context) {
            for indicator in &contribution.indicators {
                let known = became.entry(indicator.as_str()).or_insert_with(|| {
                    let related = plan.related(year, indicator, newest);
                    let is_it = |name: &&&str| related.iter().any(|one| one.code == **name);
                    names.iter().filter(is_it).copied().collect()
                });
                for name in known.iter() {
                    let years = found.entry(*name).or_default();
                    years.resize_with(plan.years.len(), Vec::new);
                    years[at].push(answer.clone());
                }
            }
        }
    }
    let indicators = framework.goals.iter().flat_map(|goal| &goal.indicators);
    let asked = indicators.filter_map(|indicator| {
        let answers = found.remove(indicator.code.as_str())?;
        let link = address(&plan.code, "indicatoren", &indicator.code, context);
        let joint = if link.contains('?') { '&' } else { '?' };
        let indicator = Named {
            address: format!("{link}{joint}organisatie={code}"),
            code: indicator.code.clone(),
            name: context.choose(&indicator.statement, &framework.language),
        };
        Some(Asked { indicator, answers })
    });
    asked.collect()
}

/// What an organisation reported in a year, alone or with others, each with its link.
fn answers<'a>(
    year: &'a Year,
    code: &'a str,
    context: &'a RequestContext,
) -> impl Iterator<Item = (&'a Contribution, Answer)> {
    let links = Links::quoted(&format!("/{}", year.edition.name), context.query());
    let is_its = move |one: &&Contribution| {
        one.organisation == code || one.partners.iter().any(|partner| partner == code)
    };
    let data = year.cached.data();
    let gaps = Gaps::of(data);
    data.contributions.iter().filter(is_its).map(move |one| {
        let state = CellState::of(one, &gaps);
        let answer = Answer {
            address: links.to(&format!("{}/{}", one.organisation, one.id)),
            name: format!(
                "{}: {}",
                year.period(context.messages()),
                state.in_words(context.messages())
            ),
            symbol: html::state(state, ""),
        };
        (one, answer)
    })
}
