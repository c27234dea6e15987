//! An indicator over all cycles of its framework.
//!
//! Invariant: cycles are joined by ids and declared links alone, and of contributions only what is public is shown.

use model::{
    AnswerStatus, Contribution, ContributionKind, Cycle, CycleName, EditionName, Figure, Framework,
    Indicator, LinkKind, Relative, Slug, relatives,
};
use rpc::Page;

use crate::{
    Error, Storage,
    store::{Result, Tx},
    verbs::{
        cycles::cycle_not_found,
        frameworks::{framework_not_found, framework_versions},
    },
};

/// Maximum number of cycles on a page: the edition of each is read.
const MAX_CYCLES: u32 = 10;

/// An indicator in one cycle.
#[derive(Debug, Clone)]
pub(crate) struct InCycle {
    pub(crate) cycle: CycleName,
    pub(crate) framework_version: u32,
    /// The latest public edition.
    pub(crate) edition: Option<EditionName>,
    /// What the indicator is called there, came from or became.
    pub(crate) indicators: Vec<Related>,
    /// What was published on these, in printed order.
    pub(crate) answers: Vec<Answer>,
}

/// An indicator that is related to the one that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Related {
    pub(crate) indicator: Indicator,
    /// Each link that is not `same`, from the earlier version to the later one.
    pub(crate) kinds: Vec<LinkKind>,
}

/// What a published contribution says on an indicator.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) organisation: Slug,
    /// Its public id.
    pub(crate) contribution: String,
    pub(crate) indicators: Vec<String>,
    pub(crate) status: Option<AnswerStatus>,
    pub(crate) figures: Vec<Figure>,
}

/// The cycles of a page, which has at most [`MAX_CYCLES`].
pub(crate) fn series_page(page: Page) -> Page {
    Page { size: page.size.min(MAX_CYCLES), ..page }
}

impl Storage {
    /// Lists an indicator over the cycles of its framework, by name. Version 0 is the latest.
    pub(crate) async fn indicator_series(
        &self,
        framework: &Slug,
        version: u32,
        indicator: &str,
        page: &Page,
    ) -> Result<Vec<InCycle>> {
        let mut tx = self.store.read().await?;
        let asked = tx.framework(framework, version).await?;
        let asked = asked.ok_or_else(|| framework_not_found(framework, version))?;
        if asked.indicator(indicator).is_none() {
            let name = format!("{indicator} of {framework}@{}", asked.version);
            return Err(Error::NotFound { what: "indicator", reason: "INDICATOR_NOT_FOUND", name });
        }
        let mut cycles = Vec::new();
        for cycle in tx.cycles(framework.as_str(), &page.after, page.size).await? {
            cycles.push(published(&mut tx, cycle).await?);
        }
        let numbers = || cycles.iter().map(|(cycle, _)| cycle.framework_version);
        let from = numbers().chain([asked.version]).min().unwrap_or_default();
        let to = numbers().chain([asked.version]).max().unwrap_or_default();
        let versions = framework_versions(&mut tx, framework, from, to).await?;
        let mut series = Vec::with_capacity(cycles.len());
        for (cycle, edition) in cycles {
            let indicators = related(&versions, asked.version, cycle.framework_version, indicator);
            series.push(in_cycle(&mut tx, cycle, edition, indicators).await?);
        }
        Ok(series)
    }
}

/// The latest public edition of a cycle, and the cycle as that edition has it.
async fn published(tx: &mut Tx, cycle: Cycle) -> Result<(Cycle, Option<EditionName>)> {
    let number = tx.current_edition_number(&cycle.name).await?;
    let Some(edition) = tx.edition(&cycle.name.edition(number)).await? else {
        return Ok((cycle, None));
    };
    let then = tx.cycle_after(&cycle.name, edition.cycle_change).await?;
    Ok((then.ok_or_else(|| cycle_not_found(&cycle.name))?, Some(edition.name)))
}

fn related(versions: &[Framework], from: u32, to: u32, code: &str) -> Vec<Related> {
    let there = versions.iter().find(|framework| framework.version == to);
    let related = relatives(versions, from, to, code).into_iter().filter_map(|relative| {
        let Relative { code, kinds } = relative;
        let (_, indicator) = there?.indicator(&code)?;
        let kinds = kinds.into_iter().filter(|kind| *kind != LinkKind::Same).collect();
        Some(Related { indicator: indicator.clone(), kinds })
    });
    related.collect()
}

async fn in_cycle(
    tx: &mut Tx,
    cycle: Cycle,
    edition: Option<EditionName>,
    indicators: Vec<Related>,
) -> Result<InCycle> {
    let contributions = match &edition {
        Some(edition) if !indicators.is_empty() => tx.pinned(edition).await?,
        Some(_) | None => Vec::new(),
    };
    let codes: Vec<&str> = indicators.iter().map(|one| one.indicator.code.as_str()).collect();
    let answers = contributions.into_iter().filter_map(|one| answer(one, &codes)).collect();
    let Cycle { name, framework_version, .. } = cycle;
    Ok(InCycle { cycle: name, framework_version, edition, indicators, answers })
}

/// What a contribution says on these indicators; none where it is not about them.
fn answer(contribution: Contribution, codes: &[&str]) -> Option<Answer> {
    let is_asked = |code: &String| codes.contains(&code.as_str());
    let public_id = contribution.public_id();
    let Contribution { organisation, mut content, .. } = contribution;
    content.indicators.retain(is_asked);
    content.figures.retain(|one| one.indicator.is_empty() || is_asked(&one.indicator));
    let is_about = content.kind == ContributionKind::Answer && !content.indicators.is_empty();
    is_about.then_some(Answer {
        organisation,
        contribution: public_id,
        indicators: content.indicators,
        status: content.answer,
        figures: content.figures,
    })
}
