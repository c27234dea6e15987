//! What an edition holds: contributions, their passages and their figures, as they were published.

use edition::data::{
    self, Answer, Comparison, FigureKind, Kind, Narrative, Precision, ReferenceKind,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{
        call::{Call, Found},
        editions,
        paging::Page,
    },
    pages::segment,
};

/// What stands as it is behind `#`.
const NOT_IN_FRAGMENTS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'=')
    .remove(b'+')
    .remove(b',');

/// A contribution in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContributionSummary {
    /// Unique within its organisation.
    id: String,
    /// Who reports; of a joint contribution the one that leads.
    organisation: String,
    /// The others of a joint contribution.
    partners: Vec<String>,
    kind: Kind,
    goals: Vec<String>,
    indicators: Vec<String>,
    /// The answer apart from its text.
    #[schemars(with = "Option<String>")]
    answer: Option<Answer>,
    /// The answer in words.
    answer_label: Option<String>,
    section: String,
    /// How many passages it has.
    passages: usize,
    /// How many figures it has.
    figures: usize,
    /// SHA-256 of its content in canonical form.
    content_hash: String,
    /// Where its page shows it.
    page: String,
    /// Its address.
    url: String,
}

/// A contribution.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Contribution {
    /// Unique within its organisation.
    id: String,
    /// The sender's own id.
    external_id: Option<String>,
    /// Name of the edition.
    edition: String,
    /// Who reports; of a joint contribution the one that leads.
    organisation: String,
    /// The others of a joint contribution.
    partners: Vec<String>,
    kind: Kind,
    goals: Vec<String>,
    indicators: Vec<String>,
    /// The answer apart from its text.
    #[schemars(with = "Option<String>")]
    answer: Option<Answer>,
    /// The answer in words.
    answer_label: Option<String>,
    /// Why nothing is reported, where no text says so.
    reason: String,
    section: String,
    /// Markdown as written; the first one is the original.
    texts: Vec<Narrative>,
    passages: Vec<Passage>,
    figures: Vec<Figure>,
    references: Vec<Reference>,
    /// Pages of the source, where it was taken over from one.
    source_pages: Vec<u32>,
    /// SHA-256 of its content in canonical form.
    content_hash: String,
    /// Where its page shows it.
    page: String,
    /// Its address.
    url: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Passage {
    id: String,
    /// Who reports.
    organisation: String,
    /// Id of the contribution.
    contribution: String,
    language: String,
    text: String,
    /// Where its page shows it.
    page: String,
}

/// A number with a meaning; values are plain decimals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    /// Who reports.
    organisation: String,
    /// Id of the contribution.
    contribution: String,
    /// Place among the figures of the contribution, from 1.
    number: usize,
    kind: FigureKind,
    label: String,
    value: String,
    /// Of a ratio, for how many.
    per: String,
    unit: String,
    precision: Precision,
    /// Begin of what it is about; empty where it is the period of the cycle.
    from: String,
    /// End of what it is about.
    until: String,
    /// What is counted.
    counts: String,
    /// Code of the indicator.
    indicator: String,
    comparisons: Vec<Comparison>,
    target: Option<Comparison>,
    /// Why it cannot be compared with earlier years.
    break_note: String,
    caveat: String,
    fact: String,
}

/// A document that a text refers to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    kind: ReferenceKind,
    as_written: String,
    /// Organisation and id of the contribution that is meant.
    target: String,
    url: String,
}

pub(crate) async fn list(call: Call) -> Result<Page<ContributionSummary>, Error> {
    let found = call.edition().await?;
    let all = chosen(&found, &call).collect();
    let page = Page::of(all, &call.arguments, |contribution| key(contribution))?;
    Ok(page.map(|contribution| ContributionSummary::of(contribution, &found.name, &call)))
}

pub(crate) async fn get(call: Call) -> Result<Contribution, Error> {
    let found = call.edition().await?;
    let (organisation, id) = (call.segment(3), call.segment(4));
    let mut all = found.data().contributions.iter();
    let contribution = all.find(|c| c.organisation == organisation && c.id == id);
    Ok(Contribution::of(contribution.ok_or(Error::NotFound)?, &found.name, &call))
}

pub(crate) async fn passages(call: Call) -> Result<Page<Passage>, Error> {
    let found = call.edition().await?;
    let all = chosen(&found, &call)
        .flat_map(|contribution| contribution.passages.iter().map(move |one| (contribution, one)));
    let named = |(contribution, passage): &(&data::Contribution, &data::Passage)| {
        format!("{}/{}", key(contribution), passage.id)
    };
    let page = Page::of(all.collect(), &call.arguments, named)?;
    Ok(page.map(|(contribution, passage)| Passage::of(passage, contribution, &found.name)))
}

pub(crate) async fn figures(call: Call) -> Result<Page<Figure>, Error> {
    let found = call.edition().await?;
    let wanted: Vec<&str> = call.arguments.all("indicator").collect();
    let all = chosen(&found, &call).flat_map(|contribution| {
        Figure::all(contribution).filter(|figure| {
            wanted.is_empty() || wanted.iter().any(|code| figure.is_on(code, contribution))
        })
    });
    let all = all.collect();
    Page::of(all, &call.arguments, |figure| {
        format!("{}/{}/{}", figure.organisation, figure.contribution, figure.number)
    })
}

/// The contributions that the filters let pass, in printed order.
fn chosen<'a>(found: &'a Found, call: &'a Call) -> impl Iterator<Item = &'a data::Contribution> {
    found.data().contributions.iter().filter(|contribution| {
        let mut reporters = contribution.partners.clone();
        reporters.push(contribution.organisation.clone());
        call.arguments.allows("organisation", &reporters)
            && call.arguments.allows("goal", &contribution.goals)
            && call.arguments.allows("indicator", &contribution.indicators)
    })
}

/// What names a contribution within its edition.
fn key(contribution: &data::Contribution) -> String {
    format!("{}/{}", contribution.organisation, contribution.id)
}

/// The name of an answer, and the answer in words.
pub(crate) fn answer_label(answer: Option<&Answer>, call: &Call) -> Option<String> {
    let name = serde_json::to_value(answer?).ok()?;
    name.as_str().map(|name| call.answer(name))
}

/// Where the page of an edition shows what has this anchor.
fn page(edition: &str, anchor: &str) -> String {
    format!("/{edition}#{}", utf8_percent_encode(anchor, NOT_IN_FRAGMENTS))
}

/// Where the page of an edition shows a contribution, and its address.
pub(crate) fn addresses(contribution: &data::Contribution, edition: &str) -> (String, String) {
    let url = address(edition, &contribution.organisation, &contribution.id);
    (page(edition, &key(contribution)), url)
}

/// The address of a contribution.
pub(crate) fn address(edition: &str, organisation: &str, id: &str) -> String {
    let edition = editions::address(edition);
    format!("{edition}/contributions/{}/{}", segment(organisation), segment(id))
}

impl ContributionSummary {
    fn of(contribution: &data::Contribution, edition: &str, call: &Call) -> Self {
        let full = Contribution::of(contribution, edition, call);
        let Contribution {
            id,
            external_id: _,
            edition: _,
            organisation,
            partners,
            kind,
            goals,
            indicators,
            answer,
            answer_label,
            reason: _,
            section,
            texts: _,
            passages,
            figures,
            references: _,
            source_pages: _,
            content_hash,
            page,
            url,
        } = full;
        Self {
            id,
            organisation,
            partners,
            kind,
            goals,
            indicators,
            answer,
            answer_label,
            section,
            passages: passages.len(),
            figures: figures.len(),
            content_hash,
            page,
            url,
        }
    }
}

impl Contribution {
    fn of(contribution: &data::Contribution, edition: &str, call: &Call) -> Self {
        let (page, url) = addresses(contribution, edition);
        let answer_label = answer_label(contribution.answer.as_ref(), call);
        let passages = contribution.passages.iter();
        let passages = passages.map(|passage| Passage::of(passage, contribution, edition));
        let passages = passages.collect();
        let figures = Figure::all(contribution).collect();
        let data::Contribution {
            id,
            external_id,
            address: _,
            organisation,
            partners,
            kind,
            goals,
            indicators,
            answer,
            reason,
            section,
            texts,
            passages: _,
            figures: _,
            references,
            source_pages,
            content_hash,
        } = contribution.clone();
        Self {
            id,
            external_id,
            edition: edition.to_owned(),
            organisation,
            partners,
            kind,
            goals,
            indicators,
            answer,
            answer_label,
            reason,
            section,
            texts,
            passages,
            figures,
            references: references.into_iter().map(Into::into).collect(),
            source_pages,
            content_hash,
            page,
            url,
        }
    }
}

impl Passage {
    fn of(passage: &data::Passage, contribution: &data::Contribution, edition: &str) -> Self {
        let data::Passage { id, language, text } = passage.clone();
        let page = page(edition, &format!("{}/{id}", key(contribution)));
        let (organisation, contribution) =
            (contribution.organisation.clone(), contribution.id.clone());
        Self { id, organisation, contribution, language, text, page }
    }
}

impl Figure {
    /// The figures of a contribution.
    pub(crate) fn all(contribution: &data::Contribution) -> impl Iterator<Item = Self> {
        contribution
            .figures
            .iter()
            .enumerate()
            .map(|(at, figure)| Self::of(figure.clone(), at + 1, contribution))
    }

    fn of(figure: data::Figure, number: usize, contribution: &data::Contribution) -> Self {
        let data::Figure {
            kind,
            label,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
        } = figure;
        Self {
            organisation: contribution.organisation.clone(),
            contribution: contribution.id.clone(),
            number,
            kind,
            label,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
        }
    }

    /// Whether it is on the indicator with this code; one that names none is on the only one of its contribution.
    pub(crate) fn is_on(&self, code: &str, contribution: &data::Contribution) -> bool {
        if self.indicator.is_empty() {
            matches!(contribution.indicators.as_slice(), [only] if only == code)
        } else {
            self.indicator == code
        }
    }
}

impl From<data::Reference> for Reference {
    fn from(reference: data::Reference) -> Self {
        let data::Reference { kind, as_written, target, url } = reference;
        Self { kind, as_written, target, url }
    }
}
