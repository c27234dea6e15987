//! Editions: those that hold, those that were replaced, and of those that were withdrawn that they were.

use std::collections::BTreeMap;

use edition::data::{self, AcceptedGap, Changes, GapPolicy, LeftOut, MatrixRow, OpenGap, Review};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Error,
    api::{call::Call, cycles, paging::Page},
    pages::FileLink,
    service::catalogue::{self, Artefact, Cycle, Withdrawn},
};

/// An edition in the series of its cycle.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edition {
    /// Cycle and number.
    name: String,
    number: u32,
    /// The number in words.
    label: String,
    state: EditionState,
    /// Date of publication.
    #[schemars(extend("format" = "date"))]
    date: String,
    /// Why it is gone, where it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawal: Option<Withdrawal>,
    /// SHA-256 of what it pins.
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_hash: Option<String>,
    /// How many contributions it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    contributions: Option<u32>,
    /// Root of the Merkle tree (RFC 9162) over its contributions, in hexadecimal; not given for an edition of an earlier release.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_root: Option<String>,
    files: Vec<EditionFile>,
    /// Address of its page.
    page: String,
    /// Its address.
    url: String,
}

/// Where an edition stands.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EditionState {
    /// It holds now.
    Current,
    /// A later one took its place.
    Replaced,
    /// It can no longer be read.
    Withdrawn,
}

/// Why an edition is gone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Withdrawal {
    reason: String,
    #[schemars(extend("format" = "date"))]
    date: String,
}

/// A file of an edition.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditionFile {
    /// `pdf`, `html`, `json`, `csv`, `xlsx`, `md`, `docx`, `epub` or `odt`.
    format: String,
    /// Language of the fixed texts.
    language: String,
    /// Media type (RFC 6838).
    media_type: String,
    /// Size in bytes.
    size: u64,
    /// SHA-256 of its bytes.
    sha256: String,
    file_name: String,
    /// Where it is downloaded.
    url: String,
}

/// An edition with what it says of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EditionDetail {
    #[serde(flatten)]
    edition: Edition,
    /// Version of the framework that it reports on.
    framework_version: u32,
    /// What became of required items that nobody answered.
    gaps: GapPolicy,
    review: Review,
    /// What was owed and how much of it is there; not given where nothing was assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    obligations: Option<Completeness>,
    /// Contributions that the publisher left out.
    left_out: Vec<LeftOut>,
    /// What differs from an edition before; not given for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
    /// Who reported on which goal.
    matrix: Vec<MatrixRow>,
}

/// What was owed and how much of it is there. A draft counts as open.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Completeness {
    obligations: u32,
    required: u32,
    answered: u32,
    in_time: u32,
    /// Required, neither answered nor accepted.
    gaps: u32,
    cells: Vec<ObligationCell>,
    accepted: Vec<AcceptedGap>,
    /// The gaps, by what was asked.
    open: Vec<OpenGap>,
}

/// What one organisation owed on one goal.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObligationCell {
    organisation: String,
    goal: String,
    /// How many items stand in each state.
    states: BTreeMap<String, u32>,
    required: u32,
    answered: u32,
    in_time: u32,
    accepted: u32,
}

pub(crate) async fn list(call: Call) -> Result<Page<Edition>, Error> {
    let catalogue = call.catalogue().await?;
    let cycle = call.cycle(&catalogue)?;
    let published = cycle.editions.iter().map(|edition| Edition::of(edition, cycle, &call));
    let withdrawn = cycle.withdrawn.iter().map(|edition| Edition::withdrawn(edition, &call));
    let mut all: Vec<Edition> = published.chain(withdrawn).collect();
    all.sort_by_key(|edition| std::cmp::Reverse(edition.number));
    Page::of(all, &call.arguments, |edition| edition.number.to_string())
}

pub(crate) async fn get(call: Call) -> Result<EditionDetail, Error> {
    let catalogue = call.catalogue().await?;
    let cycle = call.cycle(&catalogue)?;
    let entry = catalogue::edition(cycle, call.segment(2))?;
    let found = call.read(entry).await?;
    let data = found.data();
    Ok(EditionDetail {
        edition: Edition::of(entry, cycle, &call),
        framework_version: data.framework.version,
        gaps: data.cycle.gaps,
        review: data.review.clone(),
        obligations: data.obligations.clone().map(Into::into),
        left_out: data.left_out.clone(),
        changes: data.changes.clone(),
        matrix: data.matrix.clone(),
    })
}

impl Edition {
    fn of(edition: &catalogue::Edition, cycle: &Cycle, call: &Call) -> Self {
        let catalogue::Edition {
            name,
            number,
            date,
            manifest_hash,
            contributions,
            content_root,
            artefacts,
        } = edition;
        let is_current = cycle.current().is_some_and(|current| current.number == *number);
        Self {
            name: name.clone(),
            number: *number,
            label: call.context.edition(*number),
            state: if is_current { EditionState::Current } else { EditionState::Replaced },
            date: date.clone(),
            withdrawal: None,
            manifest_hash: Some(manifest_hash.clone()),
            contributions: Some(*contributions),
            content_root: Some(content_root.clone()).filter(|root| !root.is_empty()),
            files: artefacts.iter().map(|file| EditionFile::of(file, call)).collect(),
            page: format!("/{name}"),
            url: address(name),
        }
    }

    /// Of one that is gone, nothing but that it was, when and why.
    fn withdrawn(edition: &Withdrawn, call: &Call) -> Self {
        let Withdrawn { name, number, date, reason, withdrawn_on, files: _ } = edition;
        Self {
            name: name.clone(),
            number: *number,
            label: call.context.edition(*number),
            state: EditionState::Withdrawn,
            date: date.clone(),
            withdrawal: Some(Withdrawal { reason: reason.clone(), date: withdrawn_on.clone() }),
            manifest_hash: None,
            contributions: None,
            content_root: None,
            files: Vec::new(),
            page: format!("/{name}"),
            url: address(name),
        }
    }
}

impl EditionFile {
    fn of(file: &Artefact, call: &Call) -> Self {
        let Artefact { format, language, sha256, size, media_type, file_name } = file.clone();
        let url = FileLink::of(file, &call.context).address;
        Self { format, language, media_type, size, sha256, file_name, url }
    }
}

impl From<data::Obligations> for Completeness {
    fn from(owed: data::Obligations) -> Self {
        let data::Obligations {
            obligations,
            required,
            answered,
            in_time,
            gaps,
            cells,
            accepted,
            open,
        } = owed;
        let cells = cells.into_iter().map(Into::into).collect();
        Self { obligations, required, answered, in_time, gaps, cells, accepted, open }
    }
}

impl From<data::ObligationCell> for ObligationCell {
    fn from(cell: data::ObligationCell) -> Self {
        let data::ObligationCell {
            organisation,
            goal,
            states,
            required,
            answered,
            in_time,
            accepted,
        } = cell;
        Self { organisation, goal, states, required, answered, in_time, accepted }
    }
}

/// The address of an edition.
pub(crate) fn address(name: &str) -> String {
    let (cycle, number) = name.rsplit_once('/').unwrap_or((name, ""));
    format!("{}/editions/{number}", cycles::address(cycle))
}
