//! The report that is rendered: an edition of the running program, as storage hands it out.

use anyhow::Context as _;
use edition::{Report, Reporter};
use model::{Contribution, Cycle, Edition, Framework, Organisation};
use wire::v1::{self as pb, read_edition_response::Part};

use crate::system::{Material, System};

/// Hands a round in, publishes it, and reads the edition back.
pub(super) async fn report() -> anyhow::Result<Report> {
    let material = Material::find();
    let system = System::with(&material)?;
    system.publish(&material, "json")?;
    let request = pb::ReadEditionRequest { name: format!("{}/1", material.cycle()) };
    let mut parts = system.storage()?.editions().read_edition(request).await?.into_inner();
    let Some(Part::Header(header)) = parts.message().await?.and_then(|message| message.part) else {
        anyhow::bail!("the edition has no header");
    };
    let mut contributions = Vec::new();
    while let Some(message) = parts.message().await? {
        if let Some(Part::Contribution(contribution)) = message.part {
            contributions.push(Contribution::try_from(contribution)?);
        }
    }
    put_together(header, contributions)
}

fn put_together(
    header: pb::EditionHeader,
    contributions: Vec<Contribution>,
) -> anyhow::Result<Report> {
    let edition = Edition::try_from(header.edition.context("an edition")?)?;
    let reporter = |organisation: pb::Organisation| {
        let Organisation { code, names, .. } = Organisation::try_from(organisation)?;
        let name = names.first().map_or(code.as_str(), |name| name.name.get("nl", "nl")).to_owned();
        Ok(Reporter { code, name })
    };
    Ok(Report {
        edition: edition.name,
        date: edition.date,
        manifest_hash: edition.manifest_hash,
        framework: Framework::try_from(header.framework.context("a framework")?)?,
        cycle: Cycle::try_from(header.cycle.context("a cycle")?)?,
        organisations: header
            .organisations
            .into_iter()
            .map(reporter)
            .collect::<anyhow::Result<_>>()?,
        former_organisations: Vec::new(),
        contributions,
        completeness: edition.completeness,
        review: edition.review,
        overrides: edition.overrides,
        exclusions: edition.exclusions,
        change_note: edition.change_note,
    })
}

/// The report with each contribution so many times, each time under a name of its own.
pub(super) fn times(report: &Report, length: usize) -> Report {
    let again = |contribution: &Contribution| {
        let contribution = contribution.clone();
        (0..length).map(move |time| {
            let mut contribution = contribution.clone();
            if 0 < time {
                let name = format!("{}-x{time}", contribution.public_id());
                contribution.external_id = name.parse().ok();
            }
            contribution
        })
    };
    let contributions = report.contributions.iter().flat_map(again).collect();
    Report { contributions, ..report.clone() }
}
