//! An indicator in one year: under which codes it stood there, and what was written on it.

use edition::{Links, data::Contribution};
use model::LinkKind;

use crate::{
    pages::RequestContext,
    service::plan::{Plan, Year},
};

/// The indicator in a year.
pub(crate) struct InYear<'a> {
    pub year: &'a Year,
    /// Its codes there.
    pub codes: Vec<String>,
    /// Links that are not `same`, to the one that is shown.
    pub kinds: Vec<LinkKind>,
}

impl<'a> InYear<'a> {
    /// None where nothing of it is declared in that year.
    pub(crate) fn of(plan: &Plan, newest: &Year, code: &str, year: &'a Year) -> Option<Self> {
        let related = plan.related(newest, code, year);
        let kinds = related.first()?.kinds.clone();
        Some(Self { year, codes: related.into_iter().map(|one| one.code).collect(), kinds })
    }

    /// The contributions to it, in printed order; of one organisation, where one is asked for.
    pub(crate) fn contributions(&self, organisation: Option<&str>) -> Vec<&'a Contribution> {
        let is_of = |one: &&Contribution| {
            organisation.is_none_or(|code| {
                one.organisation == code || one.partners.iter().any(|partner| partner == code)
            })
        };
        let all = self.year.cached.data().contributions.iter();
        let is_about =
            |one: &&Contribution| one.indicators.iter().any(|code| self.codes.contains(code));
        all.filter(is_about).filter(is_of).collect()
    }

    /// Links to its passages.
    pub(crate) fn links(&self, context: &RequestContext) -> Links {
        Links::quoted(&format!("/{}", self.year.edition.name), context.query())
    }

    /// The period as the name of the cycle has it.
    pub(crate) fn period_name(&self) -> &str {
        self.year.cycle.name.split_once('/').map_or("", |(_, period)| period)
    }
}
