//! A plan: what it is, its years, what it aims at and who reports on it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::{Count, Counts, Text, data::Goal};
use messages::Messages;

use crate::{
    Error,
    pages::{
        Layout, RequestContext, Shared,
        edition::aside,
        links::{CycleLink, EditionLink, Named, address},
        page,
    },
    service::plan::{Plan, Year},
};

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    layout: Layout,
    messages: &'static Messages,
    title: Text,
    years: String,
    summary: String,
    cycles: Vec<CycleRow>,
    pillars: Vec<Pillar>,
    organisations: Vec<Named>,
}

/// A cycle with its newest edition, and how complete that is.
struct CycleRow {
    cycle: CycleLink,
    owed: Option<Owed>,
}

/// How much of what was required is there.
pub(crate) struct Owed {
    pub answered: String,
    pub in_time: String,
    pub excused: String,
    pub open: String,
}

/// Goals of a pillar.
struct Pillar {
    name: Text,
    goals: Vec<GoalShown>,
}

/// A goal with its indicators.
struct GoalShown {
    address: String,
    code: String,
    statement: Text,
    indicators: Vec<Named>,
}

pub(crate) async fn plan(
    State(portal): Shared,
    Path(code): Path<String>,
    context: RequestContext,
) -> Result<Response, Error> {
    let plan = portal.plan(&code, context.language).await?;
    let layout = context.layout(&portal);
    aside(move || page(&PlanPage::of(&plan, layout, &context))).await
}

impl PlanPage {
    fn of(plan: &Plan, layout: Layout, context: &RequestContext) -> Self {
        let messages = context.messages();
        let newest = plan.years.first();
        let title = plan.title(context);
        let years = newest.map(|year| period(year, messages)).unwrap_or_default();
        let summary = newest.map(|year| summary(year, messages)).unwrap_or_default();
        let heading = if years.is_empty() { title.to_string() } else { format!("{title} {years}") };
        let structured = [("name", title.to_string())];
        Self {
            cycles: plan.cycles.iter().map(|cycle| CycleRow::of(plan, cycle, context)).collect(),
            pillars: newest.map(|year| pillars(plan, year, context)).unwrap_or_default(),
            organisations: plan.organisations(context),
            layout: layout
                .described(&heading, &summary)
                .structured("CreativeWorkSeries", structured),
            messages,
            title,
            years,
            summary,
        }
    }
}

impl CycleRow {
    fn of(plan: &Plan, cycle: &crate::service::catalogue::Cycle, context: &RequestContext) -> Self {
        let year = plan.years.iter().find(|year| year.cycle.name == cycle.name);
        let counts = year.and_then(|year| year.counts(context));
        let owed = counts.map(|counts| owed(&counts.total, context.messages()));
        Self { cycle: CycleLink::of(cycle, context), owed }
    }
}

/// A row of the table of completeness.
pub(crate) fn owed(count: &Count, messages: &Messages) -> Owed {
    let [required, answered, in_time, excused, open] = count.numbers.clone();
    let parts = [("part", answered.into()), ("whole", required.into())];
    Owed { answered: messages.with("edition-owed-part", &parts), in_time, excused, open }
}

impl Year {
    /// How complete its edition is; none where nothing was assigned.
    pub(crate) fn counts(&self, context: &RequestContext) -> Option<&Counts> {
        self.cached.view(context.language).overview.completeness.counts.as_ref()
    }

    /// Its period in words.
    pub(crate) fn period(&self, messages: &Messages) -> String {
        messages.period(&self.cycle.from, &self.cycle.until)
    }

    /// Its edition by address.
    pub(crate) fn link(&self, context: &RequestContext) -> EditionLink {
        EditionLink::of(&self.cycle, &self.edition, context)
    }
}

impl Plan {
    /// Its title as the newest cycle has it.
    pub(crate) fn title(&self, context: &RequestContext) -> Text {
        let newest = self.cycles.first();
        newest.map(|cycle| context.choose(&cycle.title, &cycle.language)).unwrap_or_default()
    }

    /// Who reports, or did, by the newest name.
    pub(crate) fn organisations(&self, context: &RequestContext) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for cycle in &self.cycles {
            for organisation in &cycle.organisations {
                if known.insert(organisation.code.as_str()) {
                    let name = context.choose(&organisation.name, &cycle.language);
                    let code = &organisation.code;
                    let name = if name.is_empty() { context.text(code, "") } else { name };
                    let address = address(&self.code, "organisaties", code, context);
                    named.push(Named { address, code: code.clone(), name });
                }
            }
        }
        named
    }
}

/// The years that the plan covers.
fn period(year: &Year, messages: &Messages) -> String {
    let framework = &year.cached.data().framework;
    let until = framework.extended_until.unwrap_or(framework.until);
    let [from, until] = [framework.from, until].map(|year| year.to_string());
    messages.with("shared-period-years", &[("from", from.into()), ("until", until.into())])
}

fn summary(year: &Year, messages: &Messages) -> String {
    let data = year.cached.data();
    let indicators: usize = data.framework.goals.iter().map(|goal| goal.indicators.len()).sum();
    let counts = [
        ("goals", data.framework.goals.len().into()),
        ("indicators", indicators.into()),
        ("organisations", data.organisations.len().into()),
    ];
    messages.with("portal-plan-summary", &counts)
}

fn pillars(plan: &Plan, year: &Year, context: &RequestContext) -> Vec<Pillar> {
    let framework = &year.cached.data().framework;
    let mut pillars: Vec<(&str, Pillar)> = Vec::new();
    for goal in &framework.goals {
        let shown = GoalShown::of(plan, goal, &framework.language, context);
        match pillars.last_mut() {
            Some((code, pillar)) if *code == goal.pillar => pillar.goals.push(shown),
            _ => {
                let known = framework.pillars.iter().find(|pillar| pillar.code == goal.pillar);
                let name = known.map(|pillar| context.choose(&pillar.name, &framework.language));
                let pillar = Pillar { name: name.unwrap_or_default(), goals: vec![shown] };
                pillars.push((&goal.pillar, pillar));
            }
        }
    }
    pillars.into_iter().map(|(_, pillar)| pillar).collect()
}

impl GoalShown {
    fn of(plan: &Plan, goal: &Goal, language: &str, context: &RequestContext) -> Self {
        let indicator = |one: &edition::data::Indicator| Named {
            address: address(&plan.code, "indicatoren", &one.code, context),
            code: one.code.clone(),
            name: context.choose(&one.statement, language),
        };
        Self {
            address: address(&plan.code, "doelen", &goal.code, context),
            code: goal.code.clone(),
            statement: context.choose(&goal.statement, language),
            indicators: goal.indicators.iter().map(indicator).collect(),
        }
    }
}
