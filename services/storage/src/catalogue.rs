//! The public catalogue, from which the portal makes its pages, so that they do not depend on storage.
//!
//! It is derived from the database, and written at start and after each change that it shows.

use std::collections::BTreeMap;

use model::{Artefact, Cycle, Edition, EditionState, LocalizedText, Withdrawal};
use serde::Serialize;

use crate::{
    Error, Storage,
    store::{Result, Tx, day_of, scopes},
    verbs::framework_of,
};

/// Maximum number of cycles, and of editions of a cycle, in the catalogue.
const MAX_ENTRIES: u32 = 10_000;

#[derive(Debug, Serialize)]
struct Catalogue {
    version: u32,
    cycles: Vec<CycleEntry>,
}

#[derive(Debug, Serialize)]
struct CycleEntry {
    name: String,
    framework: String,
    title: BTreeMap<String, String>,
    from: String,
    until: String,
    language: String,
    organisations: Vec<OrganisationEntry>,
    editions: Vec<EditionEntry>,
    withdrawn: Vec<WithdrawnEntry>,
}

#[derive(Debug, Serialize)]
struct OrganisationEntry {
    code: String,
    name: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct EditionEntry {
    name: String,
    number: u32,
    date: String,
    manifest_hash: String,
    contributions: u32,
    artefacts: Vec<ArtefactEntry>,
}

/// An edition that was public: what its pages say instead of what they said.
#[derive(Debug, Serialize)]
struct WithdrawnEntry {
    name: String,
    number: u32,
    date: String,
    reason: String,
    withdrawn_on: String,
    files: Vec<FileEntry>,
}

/// A file by its address.
#[derive(Debug, Serialize)]
struct FileEntry {
    sha256: String,
    file_name: String,
}

#[derive(Debug, Serialize)]
struct ArtefactEntry {
    format: String,
    language: String,
    sha256: String,
    size: u64,
    media_type: String,
    file_name: String,
}

impl Storage {
    /// Writes the catalogue from the record; one writer at a time, so that no older one comes out last.
    pub(crate) async fn write_catalogue(&self) -> Result<()> {
        let mut tx = self.store.write([scopes::CATALOGUE]).await?;
        let mut cycles = tx.cycles("", "", MAX_ENTRIES).await?;
        cycles.sort_by_key(|cycle| std::cmp::Reverse((cycle.period.until(), cycle.name.clone())));
        let mut entries = Vec::new();
        for cycle in cycles {
            entries.push(cycle_entry(&mut tx, cycle).await?);
        }
        let catalogue = Catalogue { version: 1, cycles: entries };
        let json = serde_json::to_string(&catalogue)
            .map_err(|error| Error::Unfit(format!("the catalogue cannot be written: {error}")))?;
        self.objects.put_catalogue(json).await
    }
}

async fn cycle_entry(tx: &mut Tx, cycle: Cycle) -> Result<CycleEntry> {
    let framework = framework_of(tx, &cycle).await?;
    let mut organisations = Vec::new();
    for code in &cycle.organisations {
        let organisation = tx.organisation(code).await?;
        let name = organisation
            .and_then(|organisation| organisation.name_on(cycle.period.until()).cloned());
        organisations
            .push(OrganisationEntry { code: code.to_string(), name: name.unwrap_or_default().0 });
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
    Ok(CycleEntry {
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

fn edition_entry(edition: Edition) -> EditionEntry {
    EditionEntry {
        name: edition.name.to_string(),
        number: edition.name.number(),
        date: edition.date.to_string(),
        manifest_hash: edition.manifest_hash.to_string(),
        contributions: edition.contribution_count,
        artefacts: edition.artefacts.into_iter().map(artefact_entry).collect(),
    }
}

/// None of an edition that never was public.
fn withdrawn_entry(edition: Edition) -> Option<WithdrawnEntry> {
    let Edition { name, date, artefacts, publish_time, withdrawal, .. } = edition;
    let Withdrawal { reason, time } = withdrawal.filter(|_| publish_time.is_some())?;
    let file = |artefact: Artefact| FileEntry {
        sha256: artefact.sha256.to_string(),
        file_name: artefact.file_name,
    };
    Some(WithdrawnEntry {
        number: name.number(),
        name: name.to_string(),
        date: date.to_string(),
        reason,
        withdrawn_on: day_of(time).map_or(String::new(), |day| day.to_string()),
        files: artefacts.into_iter().map(file).collect(),
    })
}

fn artefact_entry(artefact: Artefact) -> ArtefactEntry {
    ArtefactEntry {
        format: artefact.format.name().to_owned(),
        language: artefact.language,
        sha256: artefact.sha256.to_string(),
        size: artefact.size,
        media_type: artefact.format.media_type().to_owned(),
        file_name: artefact.file_name,
    }
}
