//! The files that an edition needs: asked for when it is published, and again where rendering failed.

use std::collections::BTreeSet;

use model::{Edition, EditionName, EditionState, Format, Job, JobState};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes::editions_of},
    verbs::editions::lookup::{edition_not_found, reread},
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
}

/// Adds the jobs of these formats and languages that the edition does not have. No formats mean all; JSON is always made.
pub(super) async fn add_jobs(
    tx: &mut Tx,
    edition: &Edition,
    formats: &[Format],
    languages: &[String],
) -> Result<()> {
    let mut formats: BTreeSet<Format> = formats.iter().copied().collect();
    if formats.is_empty() {
        formats.extend(Format::ALL);
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
