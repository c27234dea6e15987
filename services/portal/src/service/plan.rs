//! A plan over its years: the current edition of each cycle, and what was declared about its indicators.
//!
//! Invariant: years are joined by ids and declared links alone; what is shown of a year is its current edition.

use std::sync::Arc;

use edition::data::{Goal, Indicator};
use messages::Language;
use model::{Framework, LinkKind, PlanPeriod, Relative};

use crate::{
    Error, Portal,
    service::{
        catalogue::{self, Catalogue, Cycle, Edition},
        edition_cache::CachedEdition,
    },
};

/// Years of a plan that are read at most, the newest ones: an edition is read for each.
pub(crate) const MAX_YEARS: usize = 10;

/// A plan with the years of which there is an edition.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Its code.
    pub code: String,
    /// Every cycle, newest first.
    pub cycles: Vec<Cycle>,
    /// Those with an edition, newest first.
    pub years: Vec<Year>,
    /// Its versions, as far as they say what became of indicators.
    versions: Arc<Vec<Framework>>,
}

/// A cycle with its current edition.
#[derive(Debug, Clone)]
pub(crate) struct Year {
    /// The cycle.
    pub cycle: Cycle,
    /// Its current edition.
    pub edition: Edition,
    /// What is in it.
    pub cached: Arc<CachedEdition>,
}

impl Portal {
    /// Reads a plan; files are taken in this language where there is a choice.
    pub(crate) async fn plan(&self, code: &str, language: Language) -> Result<Plan, Error> {
        let catalogue = self.catalogue().await?;
        let cycles: Vec<Cycle> = catalogue.cycles_of(code).cloned().collect();
        if cycles.is_empty() {
            return Err(Error::NotFound);
        }
        let current = |cycle: &Cycle| Some((cycle.clone(), cycle.current()?.clone()));
        let mut years = Vec::new();
        for (cycle, edition) in cycles.iter().filter_map(current).take(MAX_YEARS) {
            let cached = self.edition(catalogue::data_file(&edition, language)?).await?;
            years.push(Year { cycle, edition, cached });
        }
        let versions = Arc::new(versions(&catalogue, code, &years));
        Ok(Plan { code: code.to_owned(), cycles, years, versions })
    }
}

impl Plan {
    /// The newest year that has what is looked for.
    pub(crate) fn newest<'a, T>(
        &'a self,
        find: impl Fn(&'a Year) -> Option<T>,
    ) -> Option<(&'a Year, T)> {
        self.years.iter().find_map(|year| Some((year, find(year)?)))
    }

    /// The indicators of one year that the one with this code in another became or came from.
    pub(crate) fn related(&self, from: &Year, code: &str, to: &Year) -> Vec<Relative> {
        let (from, to) = (from.version(), to.version());
        if from == to {
            return vec![Relative { code: code.to_owned(), kinds: Vec::new() }];
        }
        let mut related = model::relatives(&self.versions, from, to, code);
        for one in &mut related {
            one.kinds.retain(|kind| *kind != LinkKind::Same);
        }
        related
    }
}

impl Year {
    /// The version of the framework that was reported on.
    pub(crate) fn version(&self) -> u32 {
        self.cached.data().framework.version
    }

    /// The goal with this code.
    pub(crate) fn goal(&self, code: &str) -> Option<&Goal> {
        self.cached.data().framework.goals.iter().find(|goal| goal.code == code)
    }

    /// The goal with this id.
    pub(crate) fn goal_with_id(&self, id: &str) -> Option<&Goal> {
        self.cached.data().framework.goals.iter().find(|goal| goal.id == id)
    }

    /// The indicator with this code, and its goal.
    pub(crate) fn indicator(&self, code: &str) -> Option<(&Goal, &Indicator)> {
        let goals = &self.cached.data().framework.goals;
        goals.iter().find_map(|goal| {
            Some((goal, goal.indicators.iter().find(|indicator| indicator.code == code)?))
        })
    }
}

/// What the catalogue has on the versions of a framework. One that was written by an earlier release has nothing: then ids
/// alone join, as the editions have them.
fn versions(catalogue: &Catalogue, code: &str, years: &[Year]) -> Vec<Framework> {
    let known = catalogue.versions(code);
    let framework = |number: u32, indicators: &mut dyn Iterator<Item = (&str, &str)>| {
        let code = code.parse().ok()?;
        Some(framework(code, number, indicators))
    };
    if !known.is_empty() {
        let of = |version: &catalogue::Version| {
            let indicators = version.indicators.iter();
            let mut indicators = indicators.map(|one| (one.id.as_str(), one.code.as_str()));
            let mut made = framework(version.version, &mut indicators)?;
            made.links = version.links.iter().map(link).collect();
            Some(made)
        };
        return known.iter().filter_map(of).collect();
    }
    let mut versions: Vec<Framework> = Vec::new();
    // The oldest year comes last.
    for year in years.iter().rev() {
        let data = &year.cached.data().framework;
        if versions.iter().all(|known| known.version != data.version) {
            let indicators = data.goals.iter().flat_map(|goal| &goal.indicators);
            let mut indicators = indicators.map(|one| (one.id.as_str(), one.code.as_str()));
            versions.extend(framework(data.version, &mut indicators));
        }
    }
    versions.sort_by_key(|framework| framework.version);
    versions
}

/// A framework that has nothing but its indicators.
fn framework(
    code: model::Slug,
    version: u32,
    indicators: &mut dyn Iterator<Item = (&str, &str)>,
) -> Framework {
    let indicator = |(id, code): (&str, &str)| model::Indicator {
        id: id.to_owned(),
        code: code.to_owned(),
        measure: model::Measure::Statement,
        statement: model::LocalizedText::default(),
        items: Vec::new(),
        sub_prompts: Vec::new(),
        optional: false,
        target: None,
    };
    let goal = model::Goal {
        id: String::new(),
        code: String::new(),
        kind: model::GoalKind::StrategicGoal,
        pillar: String::new(),
        parent: None,
        statement: model::LocalizedText::default(),
        indicators: indicators.map(indicator).collect(),
    };
    Framework {
        code,
        version,
        title: model::LocalizedText::default(),
        language: String::new(),
        period: PlanPeriod { from: 0, until: 0, extended_until: None },
        organisations: Vec::new(),
        pillars: Vec::new(),
        goals: vec![goal],
        abbreviations: Vec::new(),
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

fn link(link: &catalogue::IndicatorLink) -> model::IndicatorLink {
    let catalogue::IndicatorLink { kind, from, to } = link;
    model::IndicatorLink {
        kind: match kind {
            catalogue::LinkKind::Same => LinkKind::Same,
            catalogue::LinkKind::Split => LinkKind::Split,
            catalogue::LinkKind::Merged => LinkKind::Merged,
            catalogue::LinkKind::Broadened => LinkKind::Broadened,
            catalogue::LinkKind::Ended => LinkKind::Ended,
        },
        from: from.clone(),
        to: to.clone(),
    }
}
