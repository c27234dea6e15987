//! Cycles, with who reports in them.

use edition::data::Texts;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{call::Call, frameworks, paging::Page},
    pages::segment,
    service::catalogue,
};

/// One round of reporting.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cycle {
    /// Framework and period.
    name: String,
    /// Code of the framework.
    framework: String,
    title: Texts,
    /// The period in words.
    label: String,
    /// First day.
    #[schemars(extend("format" = "date"))]
    from: String,
    /// Last day.
    #[schemars(extend("format" = "date"))]
    until: String,
    /// Language of the framework.
    language: String,
    /// Who reports, under the names of the last day.
    organisations: Vec<Reporter>,
    /// Number of the edition that holds now; none where nothing is published.
    current_edition: Option<u32>,
    /// Its address.
    url: String,
}

/// Who reports.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reporter {
    code: String,
    name: Texts,
}

pub(crate) async fn list(call: Call) -> Result<Page<Cycle>, Error> {
    let catalogue = call.catalogue().await?;
    let cycles = call.cycles(&catalogue)?;
    let page = Page::of(cycles, &call.arguments, |cycle| cycle.name.clone())?;
    Ok(page.map(|cycle| Cycle::of(cycle, &call)))
}

pub(crate) async fn get(call: Call) -> Result<Cycle, Error> {
    let catalogue = call.catalogue().await?;
    Ok(Cycle::of(call.cycle(&catalogue)?, &call))
}

impl Cycle {
    fn of(cycle: &catalogue::Cycle, call: &Call) -> Self {
        let catalogue::Cycle {
            name,
            framework,
            title,
            from,
            until,
            language,
            organisations,
            editions: _,
            withdrawn: _,
        } = cycle;
        let reporters = organisations.iter().map(|organisation| Reporter {
            code: organisation.code.clone(),
            name: organisation.name.clone(),
        });
        Self {
            name: name.clone(),
            framework: framework.clone(),
            title: title.clone(),
            label: call.messages().period(from, until),
            from: from.clone(),
            until: until.clone(),
            language: language.clone(),
            organisations: reporters.collect(),
            current_edition: cycle.current().map(|edition| edition.number),
            url: address(name),
        }
    }
}

/// The address of a cycle.
pub(crate) fn address(name: &str) -> String {
    let (framework, period) = name.split_once('/').unwrap_or((name, ""));
    format!("{}/cycles/{}", frameworks::address(framework), segment(period))
}
