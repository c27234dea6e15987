//! Editions: pinning, reading, retrying.

use std::collections::BTreeSet;

use jiff::civil::Date;
use model::{
    Contribution, Cycle, CycleName, Edition, EditionName, EditionState, Format, Framework, Hash,
    Job, JobState, Manifest, Organisation, Override, Pin, RequestId, canonical,
};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    access::caller_or_itself,
    printed_order::printed_order,
    store::{Result, Tx},
    verbs::{
        cycles::cycle_not_found,
        obligations::{completeness, obligations_of},
        overrides::{overrides_of, record_override},
        publishable::{Publishable, new_override, overrides_behind, publishable},
        review::{MAX_REASON, check_length},
        withdrawal::refuse_withdrawn,
    },
};

/// What is to be published.
#[derive(Debug, Clone)]
pub(crate) struct PublishOrder {
    /// The cycle.
    pub(crate) cycle: CycleName,
    /// Date printed in it.
    pub(crate) date: Date,
    /// Forms to render; empty: all. JSON is always made.
    pub(crate) formats: Vec<Format>,
    /// Languages of the fixed texts; empty: the framework's.
    pub(crate) languages: Vec<String>,
    /// Makes it idempotent. What is pinned decides already; kept for the audit log.
    pub(crate) request_id: Option<RequestId>,
    /// Why four eyes are overridden; empty where they are not.
    pub(crate) override_reason: String,
}

/// All that an edition pins.
#[derive(Debug, Clone)]
pub(crate) struct EditionContent {
    /// The edition.
    pub(crate) edition: Edition,
    /// The framework version.
    pub(crate) framework: Framework,
    /// The cycle.
    pub(crate) cycle: Cycle,
    /// Its organisations, in its order.
    pub(crate) organisations: Vec<Organisation>,
    /// Whether it is the cycle's latest public edition.
    pub(crate) is_current: bool,
    /// The contributions in printed order.
    pub(crate) contributions: Vec<Contribution>,
}

impl Storage {
    /// Pins an edition and asks for its files. The same content and date as the latest edition is that edition,
    /// unless it was withdrawn, with the formats and languages that it lacks added. Returns the edition and whether it was pinned now.
    pub(crate) async fn publish_edition(&self, order: PublishOrder) -> Result<(Edition, bool)> {
        check_length("override_reason", &order.override_reason, MAX_REASON)?;
        let scopes = [editions_of, obligations_of, overrides_of].map(|scope| scope(&order.cycle));
        let mut tx = self.store.write(scopes).await?;
        let cycle = tx.cycle(&order.cycle).await?.ok_or_else(|| cycle_not_found(&order.cycle))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let handed_in = tx.handed_in(&order.cycle).await?;
        let Publishable { contributions, is_override } =
            publishable(&mut tx, &cycle, handed_in, &order.override_reason).await?;
        let pinned = printed_order(contributions, &cycle, &framework);
        if pinned.is_empty() {
            let message = format!(
                "cycle `{}` has no submitted contribution; submit one, then publish",
                cycle.name
            );
            return Err(Error::Precondition { reason: "NOTHING_TO_PUBLISH", message });
        }
        let organisations = organisations_of(&mut tx, &cycle).await?;
        let completeness = completeness(&mut tx, &cycle, &framework).await?;
        let latest = tx.latest_edition(&order.cycle).await?;
        let number = latest.as_ref().map_or(0, |(latest, _)| latest.name.number()) + 1;
        let mut overrides = overrides_behind(&mut tx, &cycle, &pinned).await?;
        let own = is_override.then(|| new_override(&tx, &cycle, number, &order.override_reason));
        overrides.extend(own.clone());
        let manifest = Manifest {
            completeness,
            overrides: overrides.into_iter().map(Override::for_readers).collect(),
            ..manifest(&cycle, &framework, &organisations, &pinned, order.date)
        };
        let content_key = Hash::of(&canonical::manifest(&manifest));
        let (edition, created) = match latest {
            Some((latest, key))
                if key == content_key.to_string() && latest.state != EditionState::Withdrawn =>
            {
                (latest, false)
            }
            _ => {
                if let Some(own) = own {
                    record_override(&mut tx, &own).await?;
                }
                let manifest = Manifest { number, ..manifest };
                (insert(&mut tx, &cycle, manifest, content_key, &pinned).await?, true)
            }
        };
        add_jobs(&mut tx, &edition, &order, &framework.language).await?;
        let request_id = order.request_id.as_ref().map_or("", |id| id.as_str());
        tx.audit("edition.publish", edition.name.as_str(), request_id.as_bytes())?;
        let edition = reread(&mut tx, &edition.name).await?;
        self.commit(tx).await?;
        Ok((edition, created))
    }

    /// Returns an edition.
    pub(crate) async fn edition(&self, name: &EditionName) -> Result<Edition> {
        let found = self.store.read().await?.edition(name).await?;
        found.and_then(shown).ok_or_else(|| edition_not_found(name))
    }

    /// Lists editions, each with its key.
    pub(crate) async fn editions(
        &self,
        cycle: &str,
        page: &rpc::Page,
    ) -> Result<Vec<(String, Edition)>> {
        let mut tx = self.store.read().await?;
        let mut found = Vec::new();
        let mut after = page.after.clone();
        // What the caller does not see leaves no gap: a page is filled with what comes behind it.
        loop {
            let rows = tx.editions(cycle, &after, page.size).await?;
            let is_last = rows.len() < page.size as usize;
            let Some((last, _)) = rows.last() else { return Ok(found) };
            after.clone_from(last);
            let seen = |(key, edition)| Some((key, shown(edition)?));
            found.extend(rows.into_iter().filter_map(seen));
            if is_last || page.size as usize <= found.len() {
                found.truncate(page.size as usize);
                return Ok(found);
            }
        }
    }

    /// Returns all that an edition pins. Of a withdrawn one nothing is told but why.
    pub(crate) async fn read_edition(&self, name: &EditionName) -> Result<EditionContent> {
        let mut tx = self.store.read().await?;
        let found = tx.edition(name).await?.and_then(shown);
        let edition = found.ok_or_else(|| edition_not_found(name))?;
        refuse_withdrawn(&edition)?;
        let cycle = tx.cycle(&name.cycle()).await?.ok_or_else(|| cycle_not_found(&name.cycle()))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let organisations = organisations_of(&mut tx, &cycle).await?;
        let is_current = tx.current_edition_number(&cycle.name).await? == name.number();
        let contributions = tx.pinned(name).await?;
        Ok(EditionContent { edition, framework, cycle, organisations, is_current, contributions })
    }

    /// Queues the failed jobs of an edition again.
    pub(crate) async fn retry_edition(&self, name: &EditionName) -> Result<Edition> {
        let mut tx = self.store.write([editions_of(&name.cycle())]).await?;
        let edition = tx.edition(name).await?.ok_or_else(|| edition_not_found(name))?;
        if edition.state != EditionState::Failed {
            let message = format!("edition `{name}` has no failed job; there is nothing to retry");
            return Err(Error::Precondition { reason: "NOTHING_FAILED", message });
        }
        for job in edition.jobs.into_iter().filter(|job| job.state == JobState::Failed) {
            request_rendering(
                &mut tx,
                Job { state: JobState::Queued, error: String::new(), ..job },
            )
            .await?;
        }
        tx.audit("edition.retry", name.as_str(), b"")?;
        let edition = reread(&mut tx, name).await?;
        self.commit(tx).await?;
        Ok(edition)
    }
}

/// An edition as the caller is told of it; none where they do not see it.
fn shown(edition: Edition) -> Option<Edition> {
    let is_for_readers = !caller_or_itself().sees_all();
    is_shown(&edition).then(|| if is_for_readers { edition.for_readers() } else { edition })
}

/// Whether the caller sees an edition: a public one everybody does.
pub(crate) fn is_shown(edition: &Edition) -> bool {
    edition.publish_time.is_some() || caller_or_itself().sees_unpublished()
}

/// The scope in which editions of a cycle are written, with their jobs and files.
pub(crate) fn editions_of(cycle: &CycleName) -> String {
    format!("editions of {cycle}")
}

pub(crate) fn edition_not_found(name: &EditionName) -> Error {
    Error::NotFound { what: "edition", reason: "EDITION_NOT_FOUND", name: name.to_string() }
}

pub(crate) async fn reread(tx: &mut Tx, name: &EditionName) -> Result<Edition> {
    tx.edition(name).await?.ok_or_else(|| edition_not_found(name))
}

pub(crate) async fn framework_of(tx: &mut Tx, cycle: &Cycle) -> Result<Framework> {
    let framework = tx.framework(&cycle.framework, cycle.framework_version).await?;
    framework.ok_or_else(|| Error::BadRow {
        table: "cycles",
        problem: format!("`{}` has no framework", cycle.name),
    })
}

async fn organisations_of(tx: &mut Tx, cycle: &Cycle) -> Result<Vec<Organisation>> {
    let mut organisations = Vec::new();
    for code in &cycle.organisations {
        let organisation = tx.organisation(code).await?;
        organisations.push(organisation.ok_or_else(|| Error::BadRow {
            table: "cycles",
            problem: format!("`{}` names `{code}`", cycle.name),
        })?);
    }
    Ok(organisations)
}

/// The manifest, with number 0: what decides whether an edition is a new one.
fn manifest(
    cycle: &Cycle,
    framework: &Framework,
    organisations: &[Organisation],
    pinned: &[Contribution],
    date: Date,
) -> Manifest {
    let name = |organisation: &Organisation| {
        let name = organisation
            .name_on(cycle.period.until())
            .map_or("", |name| name.get(&framework.language, "nl"));
        (organisation.code.clone(), name.to_owned())
    };
    let pin = |contribution: &Contribution| Pin {
        organisation: contribution.organisation.clone(),
        external_id: contribution.external_id.clone(),
        content_hash: contribution.content_hash,
    };
    Manifest {
        cycle: cycle.name.clone(),
        number: 0,
        date,
        framework_version: framework.version,
        framework_hash: framework
            .content_hash
            .unwrap_or_else(|| Hash::of(&canonical::framework(framework))),
        organisations: organisations.iter().map(name).collect(),
        pins: pinned.iter().map(pin).collect(),
        completeness: None,
        review: cycle.review,
        overrides: Vec::new(),
    }
}

async fn insert(
    tx: &mut Tx,
    cycle: &Cycle,
    manifest: Manifest,
    content_key: Hash,
    pinned: &[Contribution],
) -> Result<Edition> {
    let edition = Edition {
        name: cycle.name.edition(manifest.number),
        date: manifest.date,
        state: EditionState::Rendering,
        manifest_hash: Hash::of(&canonical::manifest(&manifest)),
        contribution_count: u32::try_from(pinned.len()).unwrap_or(u32::MAX),
        jobs: Vec::new(),
        artefacts: Vec::new(),
        create_time: tx.now(),
        publish_time: None,
        withdrawal: None,
        completeness: manifest.completeness,
        gaps: cycle.gaps,
        review: manifest.review,
        overrides: manifest.overrides,
    };
    tx.insert_edition(&edition, content_key, pinned).await?;
    let body = events::EditionPinned { edition: edition.name.to_string() };
    tx.record_event(edition.name.as_str(), &EventBody::EditionPinned(body));
    Ok(edition)
}

/// Adds the jobs that the order asks for and the edition does not have.
async fn add_jobs(
    tx: &mut Tx,
    edition: &Edition,
    order: &PublishOrder,
    language: &str,
) -> Result<()> {
    let mut formats: BTreeSet<Format> = order.formats.iter().copied().collect();
    if formats.is_empty() {
        formats.extend(Format::ALL);
    }
    formats.insert(Format::Json);
    let own = [language.to_owned()];
    let languages: BTreeSet<&String> = if order.languages.is_empty() {
        own.iter().collect()
    } else {
        order.languages.iter().collect()
    };
    for format in formats {
        for language in &languages {
            let name = format!("{}/{}/{language}", edition.name, format.name())
                .parse()
                .map_err(|error: model::InvalidField| error.within("languages"))?;
            if !edition.jobs.iter().any(|job| job.name == name) {
                let job = Job {
                    name,
                    format,
                    language: (*language).clone(),
                    state: JobState::Queued,
                    lease: 0,
                    error: String::new(),
                };
                request_rendering(tx, job).await?;
            }
        }
    }
    Ok(())
}

async fn request_rendering(tx: &mut Tx, job: Job) -> Result<()> {
    tx.put_job(&job, 0).await?;
    let body = events::RenderingRequested {
        job: job.name.to_string(),
        edition: job.name.edition().to_string(),
    };
    tx.record_event(job.name.as_str(), &EventBody::RenderingRequested(body));
    Ok(())
}
