//! Organisations, with the names that they had in each cycle.

use edition::data::Texts;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{call::Call, cycles, paging::Page},
    pages::{API, segment},
    service::catalogue::Catalogue,
};

/// An organisation in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrganisationSummary {
    code: String,
    /// Its name in the newest cycle that it reports in.
    name: Texts,
    /// How many cycles it reports in.
    cycles: usize,
    /// Its address.
    url: String,
}

/// An organisation.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Organisation {
    code: String,
    /// Its name in the newest cycle that it reports in.
    name: Texts,
    /// The cycles that it reports in, newest first.
    cycles: Vec<OrganisationCycle>,
    /// Its address.
    url: String,
}

/// An organisation in a cycle.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrganisationCycle {
    /// Name of the cycle.
    cycle: String,
    /// Its name on the last day of the period.
    name: Texts,
    /// Address of the cycle.
    url: String,
}

pub(crate) async fn list(call: Call) -> Result<Page<OrganisationSummary>, Error> {
    let catalogue = call.catalogue().await?;
    let reporters = catalogue.cycles.iter().flat_map(|cycle| &cycle.organisations);
    let mut codes: Vec<&str> = reporters.map(|reporter| reporter.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let page = Page::of(codes, &call.arguments, |code| (*code).to_owned())?;
    Ok(page.map(|code| {
        let Organisation { code, name, cycles, url } = Organisation::of(code, &catalogue);
        OrganisationSummary { code, name, cycles: cycles.len(), url }
    }))
}

pub(crate) async fn get(call: Call) -> Result<Organisation, Error> {
    let catalogue = call.catalogue().await?;
    let organisation = Organisation::of(call.segment(0), &catalogue);
    if organisation.cycles.is_empty() { Err(Error::NotFound) } else { Ok(organisation) }
}

impl Organisation {
    fn of(code: &str, catalogue: &Catalogue) -> Self {
        let cycles = catalogue.cycles.iter().filter_map(|cycle| {
            let reporter = cycle.organisations.iter().find(|reporter| reporter.code == code)?;
            Some(OrganisationCycle {
                cycle: cycle.name.clone(),
                name: reporter.name.clone(),
                url: cycles::address(&cycle.name),
            })
        });
        let cycles: Vec<_> = cycles.collect();
        Self {
            code: code.to_owned(),
            name: cycles.first().map(|newest| newest.name.clone()).unwrap_or_default(),
            cycles,
            url: format!("{API}/organisations/{}", segment(code)),
        }
    }
}
