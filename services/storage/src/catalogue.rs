//! The public catalogue, from which the portal makes its pages, so that they do not depend on storage.
//!
//! It is derived from the database, and written at start, after each change that it shows, and where the record has moved since this
//! process last wrote it: another one may have ended between its commit and the catalogue.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use catalogue::Catalogue;
use model::{
    Artefact, Cycle, Edition, EditionState, Framework, IndicatorLink, LinkKind, LocalizedText,
    Slug, Withdrawal,
};

use tokio_util::sync::CancellationToken;

use crate::{
    Error, Storage,
    store::{Result, Tx, day_of, scopes},
    verbs::framework_of,
};

/// Maximum number of cycles, and of editions of a cycle, in the catalogue.
const MAX_ENTRIES: u32 = 10_000;

/// Time between two looks whether the record has moved.
const INTERVAL: Duration = Duration::from_secs(5);

/// Keeps the catalogue up to date until `stop`.
pub(crate) async fn keep_catalogue(
    storage: Arc<Storage>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut written = 0;
    while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
        match storage.catch_up_catalogue(written).await {
            Ok(position) => written = position,
            Err(error) => warn(&error),
        }
    }
    Ok(())
}

fn warn(error: &Error) {
    tracing::warn!(%error, "the catalogue of what is published could not be written; trying again");
}

impl Storage {
    /// Writes the catalogue after a change that is committed: where that fails the change holds, and the catalogue follows.
    pub(crate) async fn show_in_catalogue(&self) {
        if let Err(error) = self.write_catalogue().await {
            warn(&error);
        }
    }

    /// Writes the catalogue unless the record is where it was when it was last written. Returns where it is.
    async fn catch_up_catalogue(&self, written: u64) -> Result<u64> {
        let position = self.store.read().await?.last_position().await?;
        if position != written {
            self.write_catalogue().await?;
        }
        Ok(position)
    }

    /// Writes the catalogue from the record; one writer at a time, so that no older one comes out last. A writer that stood
    /// still, and may have written an older one over another's, writes once more.
    pub(crate) async fn write_catalogue(&self) -> Result<()> {
        match self.write_catalogue_once().await {
            Err(Error::DatabaseAway(_)) => self.write_catalogue_once().await,
            written => written,
        }
    }

    async fn write_catalogue_once(&self) -> Result<()> {
        let mut tx = self.store.write([scopes::CATALOGUE]).await?;
        let mut cycles = tx.cycles("", "", MAX_ENTRIES).await?;
        cycles.sort_by_key(|cycle| std::cmp::Reverse((cycle.period.until(), cycle.name.clone())));
        let codes: BTreeSet<Slug> = cycles.iter().map(|cycle| cycle.framework.clone()).collect();
        let mut entries = Vec::new();
        for cycle in cycles {
            entries.push(cycle_entry(&mut tx, cycle).await?);
        }
        let mut frameworks = Vec::new();
        for code in codes {
            frameworks.push(framework_entry(&mut tx, code).await?);
        }
        let json = Catalogue::new(entries, frameworks).to_json();
        tx.during(self.objects.put_catalogue(json)).await?
    }
}

async fn cycle_entry(tx: &mut Tx, cycle: Cycle) -> Result<catalogue::Cycle> {
    let framework = framework_of(tx, &cycle).await?;
    let mut organisations = Vec::new();
    for code in &cycle.organisations {
        let organisation = tx.organisation(code).await?;
        let name = organisation
            .and_then(|organisation| organisation.name_on(cycle.period.until()).cloned());
        organisations.push(catalogue::Organisation {
            code: code.to_string(),
            name: name.unwrap_or_default().0,
        });
    }
    let editions = tx.editions(cycle.name.as_str(), "", MAX_ENTRIES).await?;
    let (mut public, mut withdrawn) = (Vec::new(), Vec::new());
    for (_, edition) in editions.into_iter().rev() {
        match edition.state {
            EditionState::Published => public.push(edition_entry(edition)),
            EditionState::Withdrawn => withdrawn.extend(withdrawn_entry(edition)),
            EditionState::Rendering | EditionState::Failed => {}
        }
    }
    let LocalizedText(title) = framework.title;
    Ok(catalogue::Cycle {
        name: cycle.name.to_string(),
        framework: cycle.framework.to_string(),
        title,
        from: cycle.period.from().to_string(),
        until: cycle.period.until().to_string(),
        language: framework.language,
        organisations,
        editions: public,
        withdrawn,
    })
}

/// What every version of a framework says of its indicators.
async fn framework_entry(tx: &mut Tx, code: Slug) -> Result<catalogue::Framework> {
    let versions = tx.framework_versions(&code, 1, u32::MAX).await?;
    let versions = versions.into_iter().map(version_entry).collect();
    Ok(catalogue::Framework { code: code.to_string(), versions })
}

fn version_entry(framework: Framework) -> catalogue::Version {
    let indicators = framework.goals.into_iter().flat_map(|goal| goal.indicators);
    let indicator = |one: model::Indicator| catalogue::Indicator { id: one.id, code: one.code };
    let link = |IndicatorLink { kind, from, to }: IndicatorLink| catalogue::IndicatorLink {
        kind: match kind {
            LinkKind::Same => catalogue::LinkKind::Same,
            LinkKind::Split => catalogue::LinkKind::Split,
            LinkKind::Merged => catalogue::LinkKind::Merged,
            LinkKind::Broadened => catalogue::LinkKind::Broadened,
            LinkKind::Ended => catalogue::LinkKind::Ended,
        },
        from,
        to,
    };
    catalogue::Version {
        version: framework.version,
        indicators: indicators.map(indicator).collect(),
        links: framework.links.into_iter().map(link).collect(),
    }
}

fn edition_entry(edition: Edition) -> catalogue::Edition {
    catalogue::Edition {
        name: edition.name.to_string(),
        number: edition.name.number(),
        date: edition.date.to_string(),
        manifest_hash: edition.manifest_hash.to_string(),
        contributions: edition.contribution_count,
        content_root: edition.content_root.map(|root| root.to_string()).unwrap_or_default(),
        artefacts: edition.artefacts.into_iter().map(artefact_entry).collect(),
    }
}

/// None of an edition that never was public.
fn withdrawn_entry(edition: Edition) -> Option<catalogue::Withdrawn> {
    let Edition { name, date, artefacts, publish_time, withdrawal, .. } = edition;
    let Withdrawal { reason, time } = withdrawal.filter(|_| publish_time.is_some())?;
    let file = |artefact: Artefact| catalogue::WithdrawnFile {
        sha256: artefact.sha256.to_string(),
        file_name: artefact.file_name,
    };
    Some(catalogue::Withdrawn {
        number: name.number(),
        name: name.to_string(),
        date: date.to_string(),
        reason,
        withdrawn_on: day_of(time).map_or(String::new(), |day| day.to_string()),
        files: artefacts.into_iter().map(file).collect(),
    })
}

fn artefact_entry(artefact: Artefact) -> catalogue::Artefact {
    catalogue::Artefact {
        format: artefact.format.name().to_owned(),
        language: artefact.language,
        sha256: artefact.sha256.to_string(),
        size: artefact.size,
        media_type: artefact.format.media_type().to_owned(),
        file_name: artefact.file_name,
    }
}
