//! The files that an edition needs: asked for when it is published, and again where rendering failed.

use std::collections::BTreeSet;

use model::{Artefact, Edition, EditionName, EditionState, Format, Job, JobName, JobState};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    objects::Depth,
    store::{Result, Tx, scopes::editions_of},
    verbs::editions::lookup::{edition_not_found, refuse_withdrawn, reread},
};

impl Storage {
    /// Queues the failed jobs of an edition again.
    pub(crate) async fn retry_edition(&self, name: &EditionName) -> Result<Edition> {
        let mut tx = self.store.write([editions_of(&name.cycle())]).await?;
        let edition = tx.edition(name).await?.ok_or_else(|| edition_not_found(name))?;
        // Files that were added to a public edition may fail too.
        let has_failed = edition.jobs.iter().any(|job| job.state == JobState::Failed);
        if edition.state == EditionState::Withdrawn || !has_failed {
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

    /// Looks at the files of an edition, and asks for those again that are lost or damaged; also for those whose job failed since,
    /// where `retry` says so. Returns the edition and what is wrong with each.
    pub(crate) async fn repair_edition(
        &self,
        name: &EditionName,
        retry: bool,
        depth: Depth,
    ) -> Result<(Edition, Vec<(Artefact, artefacts::Error)>)> {
        let edition = self.edition(name).await?;
        refuse_withdrawn(&edition)?;
        let mut broken = Vec::new();
        for artefact in &edition.artefacts {
            if let Some(fault) = self.objects.fault_of(artefact.sha256, depth).await? {
                broken.push((artefact.clone(), fault));
            }
        }
        if broken.is_empty() {
            return Ok((edition, broken));
        }
        let mut tx = self.store.write([editions_of(&name.cycle())]).await?;
        let mut edition = reread(&mut tx, name).await?;
        refuse_withdrawn(&edition)?;
        let mut jobs = edition.jobs.clone();
        // One that is queued or running makes its file already.
        jobs.retain(|job| job.state == JobState::Done || (retry && job.state == JobState::Failed));
        jobs.retain(|job| broken.iter().any(|(file, _)| is_file_of(file, &job.name)));
        if jobs.is_empty() {
            return Ok((edition, broken));
        }
        for job in jobs {
            let job = Job { state: JobState::Queued, error: String::new(), ..job };
            request_rendering(&mut tx, job).await?;
        }
        let files: Vec<&str> = broken.iter().map(|(file, _)| file.file_name.as_str()).collect();
        tx.audit("edition.repair", name.as_str(), files.join("\n").as_bytes())?;
        edition = reread(&mut tx, name).await?;
        self.commit(tx).await?;
        Ok((edition, broken))
    }
}

/// Whether a file is the one that a job makes.
pub(crate) fn is_file_of(artefact: &Artefact, name: &JobName) -> bool {
    let Artefact { edition, format, language, .. } = artefact;
    format!("{edition}/{}/{language}", format.name()) == name.as_str()
}

/// Adds the jobs of these formats and languages that the edition does not have. No formats mean the usual ones; JSON is always made.
pub(super) async fn add_jobs(
    tx: &mut Tx,
    edition: &Edition,
    formats: &[Format],
    languages: &[String],
) -> Result<()> {
    let mut formats: BTreeSet<Format> = formats.iter().copied().collect();
    if formats.is_empty() {
        formats.extend(Format::DEFAULT);
    }
    formats.insert(Format::Json);
    let languages: BTreeSet<&String> = languages.iter().collect();
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
