//! Indicators, and what was reported on one over the years.
//!
//! Invariant: an indicator is followed from one edition to another by its id, which is stable over versions of the framework,
//! and by nothing else; its code may be another one each year.

use edition::data::{self, Answer, Texts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{
        call::{Call, Found},
        contributions::{Figure, addresses, answer_label},
        frameworks::Indicator,
        paging::{self, Page},
        parameter::Parameter,
    },
    service::catalogue,
};

/// Cycles on a page: each is read from its edition.
const CYCLES: usize = 8;
/// Cycles on a page, at most.
const MAX_CYCLES: usize = 16;

/// Parameters of the years of an indicator.
pub(crate) const PARAMETERS: [Parameter; 2] = [paging::size(CYCLES, MAX_CYCLES), paging::TOKEN];

/// An indicator with what was reported on it over the years.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct IndicatorSeries {
    /// The indicator as the newest edition has it.
    indicator: Indicator,
    /// Cycles with an edition, newest first.
    #[serde(flatten)]
    page: Page<IndicatorYear>,
}

/// What was reported on an indicator in one cycle.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct IndicatorYear {
    /// Name of the cycle.
    cycle: String,
    /// Name of the edition that holds now.
    edition: String,
    /// The period in words.
    label: String,
    /// First day.
    #[schemars(extend("format" = "date"))]
    from: String,
    /// Last day.
    #[schemars(extend("format" = "date"))]
    until: String,
    /// Code of the indicator in that edition; none where it was not part of the framework.
    code: Option<String>,
    /// Its statement in that edition.
    statement: Option<Texts>,
    answers: Vec<IndicatorAnswer>,
}

/// A contribution on an indicator.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IndicatorAnswer {
    /// Who reports; of a joint contribution the one that leads.
    organisation: String,
    /// The others of a joint contribution.
    partners: Vec<String>,
    /// Id of the contribution.
    contribution: String,
    /// The answer apart from its text.
    #[schemars(with = "Option<String>")]
    answer: Option<Answer>,
    /// The answer in words.
    answer_label: Option<String>,
    /// Its figures on this indicator.
    figures: Vec<Figure>,
    /// Where its page shows it.
    page: String,
    /// Address of the contribution.
    url: String,
}

pub(crate) async fn list(call: Call) -> Result<Page<Indicator>, Error> {
    let catalogue = call.catalogue().await?;
    let cycles = call.cycles(&catalogue)?;
    let newest = cycles.iter().find_map(|cycle| cycle.current()).ok_or(Error::NotFound)?;
    let found = call.read(newest).await?;
    let all = all_of(found.data()).map(|(goal, indicator)| {
        let indicator = Indicator::of(indicator.clone(), &goal.code, call.segment(0));
        (format!("{}/{}", goal.code, indicator.code()), indicator)
    });
    let page = Page::of(all.collect(), &call.arguments, |(key, _)| key.clone())?;
    Ok(page.map(|(_, indicator)| indicator))
}

pub(crate) async fn get(call: Call) -> Result<IndicatorSeries, Error> {
    let catalogue = call.catalogue().await?;
    let cycles = call.cycles(&catalogue)?;
    let published: Vec<_> =
        cycles.iter().filter_map(|cycle| Some((*cycle, cycle.current()?))).collect();
    let (indicator, id) = newest(&published, &call).await?;
    let page = Page::sized(published, &call.arguments, CYCLES, |(cycle, _)| cycle.name.clone())?;
    let Page { total, items, next_page_token } = page;
    let mut years = Vec::new();
    for (cycle, edition) in items {
        let found = call.read(edition).await?;
        years.push(IndicatorYear::of(cycle, &found, &id, &call));
    }
    Ok(IndicatorSeries { indicator, page: Page { total, items: years, next_page_token } })
}

/// The indicator with the code that the path names, as the newest edition has it that knows the code, and its id.
async fn newest(
    published: &[(&catalogue::Cycle, &catalogue::Edition)],
    call: &Call,
) -> Result<(Indicator, String), Error> {
    for (_, edition) in published {
        let found = call.read(edition).await?;
        let mut all = all_of(found.data());
        if let Some((goal, known)) = all.find(|(_, known)| known.code == call.segment(1)) {
            let indicator = Indicator::of(known.clone(), &goal.code, call.segment(0));
            return Ok((indicator, known.id.clone()));
        }
    }
    Err(Error::NotFound)
}

/// Every indicator of an edition with its goal.
fn all_of(edition: &data::Edition) -> impl Iterator<Item = (&data::Goal, &data::Indicator)> {
    let goals = edition.framework.goals.iter();
    goals.flat_map(|goal| goal.indicators.iter().map(move |indicator| (goal, indicator)))
}

impl IndicatorYear {
    fn of(cycle: &catalogue::Cycle, found: &Found, id: &str, call: &Call) -> Self {
        let edition = found.data();
        let known = all_of(edition).map(|(_, indicator)| indicator).find(|known| known.id == id);
        let answers = known.iter().flat_map(|indicator| {
            let code = &indicator.code;
            let is_on_it = move |contribution: &&data::Contribution| {
                contribution.indicators.contains(code)
                    || contribution.figures.iter().any(|figure| figure.indicator == *code)
            };
            let on_it = edition.contributions.iter().filter(is_on_it);
            on_it.map(move |one| IndicatorAnswer::of(one, code, &found.name, call))
        });
        Self {
            cycle: cycle.name.clone(),
            edition: found.name.clone(),
            label: call.messages().period(&cycle.from, &cycle.until),
            from: cycle.from.clone(),
            until: cycle.until.clone(),
            code: known.map(|indicator| indicator.code.clone()),
            statement: known.map(|indicator| indicator.statement.clone()),
            answers: answers.collect(),
        }
    }
}

impl IndicatorAnswer {
    fn of(contribution: &data::Contribution, code: &str, edition: &str, call: &Call) -> Self {
        let (page, url) = addresses(contribution, edition);
        let is_on_it = |figure: &Figure| figure.is_on(code, contribution);
        Self {
            organisation: contribution.organisation.clone(),
            partners: contribution.partners.clone(),
            contribution: contribution.id.clone(),
            answer: contribution.answer.clone(),
            answer_label: answer_label(contribution.answer.as_ref(), call),
            figures: Figure::all(contribution).filter(is_on_it).collect(),
            page,
            url,
        }
    }
}
