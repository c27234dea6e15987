//! Frameworks, as the newest edition has them.

use edition::data::{self, Abbreviation, GoalKind, Measure, Pillar, Texts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{call::Call, paging::Page},
    pages::{API, segment},
    service::catalogue::Cycle,
};

/// A framework of which cycles are public.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FrameworkSummary {
    code: String,
    title: Texts,
    /// Language in which it was written.
    language: String,
    /// How many cycles are public.
    cycles: usize,
    /// Its address.
    url: String,
}

/// A framework.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Framework {
    code: String,
    version: u32,
    title: Texts,
    /// Language in which it was written.
    language: String,
    /// First year.
    from: i32,
    /// Last year.
    until: i32,
    /// Last year, where it was extended.
    extended_until: Option<i32>,
    /// SHA-256 of its content in canonical form.
    content_hash: Option<String>,
    /// The edition that it was read from, the newest.
    edition: String,
    pillars: Vec<Pillar>,
    goals: Vec<Goal>,
    abbreviations: Vec<Abbreviation>,
    /// Its address.
    url: String,
}

/// A goal or subgoal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Goal {
    /// Stable over versions.
    id: String,
    code: String,
    kind: GoalKind,
    /// Code of its pillar.
    pillar: String,
    /// Code of the goal that it is a subgoal of.
    parent: Option<String>,
    statement: Texts,
    indicators: Vec<Indicator>,
}

/// An indicator.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Indicator {
    /// Stable over versions.
    id: String,
    code: String,
    /// Code of its goal.
    goal: String,
    /// What it asks for.
    measure: Measure,
    statement: Texts,
    items: Vec<Texts>,
    /// What an answer should say.
    sub_prompts: Vec<Texts>,
    /// Whether an answer may be left out.
    optional: bool,
    target: Option<Texts>,
    /// Its address, with its answers over the years.
    url: String,
}

pub(crate) async fn list(call: Call) -> Result<Page<FrameworkSummary>, Error> {
    let catalogue = call.catalogue().await?;
    let mut codes: Vec<&str> =
        catalogue.cycles.iter().map(|cycle| cycle.framework.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let page = Page::of(codes, &call.arguments, |code| (*code).to_owned())?;
    Ok(page.map(|code| {
        let of_it: Vec<&Cycle> =
            catalogue.cycles.iter().filter(|cycle| cycle.framework == code).collect();
        let newest = of_it.first();
        FrameworkSummary {
            code: code.to_owned(),
            title: newest.map(|cycle| cycle.title.clone()).unwrap_or_default(),
            language: newest.map(|cycle| cycle.language.clone()).unwrap_or_default(),
            cycles: of_it.len(),
            url: address(code),
        }
    }))
}

pub(crate) async fn get(call: Call) -> Result<Framework, Error> {
    let catalogue = call.catalogue().await?;
    let cycles = call.cycles(&catalogue)?;
    let newest = cycles.iter().find_map(|cycle| cycle.current()).ok_or(Error::NotFound)?;
    let found = call.read(newest).await?;
    let data::Framework {
        code,
        version,
        title,
        language,
        from,
        until,
        extended_until,
        content_hash,
        pillars,
        goals,
    } = found.data().framework.clone();
    Ok(Framework {
        goals: goals.into_iter().map(|goal| Goal::of(goal, &code)).collect(),
        url: address(&code),
        code,
        version,
        title,
        language,
        from,
        until,
        extended_until,
        content_hash,
        edition: found.name.clone(),
        pillars,
        abbreviations: found.data().abbreviations.clone(),
    })
}

impl Goal {
    fn of(goal: data::Goal, framework: &str) -> Self {
        let data::Goal { id, code, kind, pillar, parent, statement, indicators } = goal;
        let indicator = |indicator| Indicator::of(indicator, &code, framework);
        let indicators = indicators.into_iter().map(indicator).collect();
        Self { id, code, kind, pillar, parent, statement, indicators }
    }
}

impl Indicator {
    pub(crate) fn of(indicator: data::Indicator, goal: &str, framework: &str) -> Self {
        let data::Indicator { id, code, measure, statement, items, sub_prompts, optional, target } =
            indicator;
        let url = format!("{}/indicators/{}", address(framework), segment(&code));
        let goal = goal.to_owned();
        Self { id, code, goal, measure, statement, items, sub_prompts, optional, target, url }
    }

    /// Its code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }
}

/// The address of a framework.
pub(crate) fn address(code: &str) -> String {
    format!("{API}/frameworks/{}", segment(code))
}
