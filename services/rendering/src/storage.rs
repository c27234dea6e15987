//! Storage as rendering sees it: editions to read, jobs to lease, files to hand over.

use std::time::Duration;

use bytes::Bytes;
use edition::{Report, Reporter};
use futures::stream;
use model::{Edition, EditionName, Hash, Job, Organisation};
use rpc::Channel;
use storage_client::{PinnedEdition, StorageClient, read};
use wire::internal::{self, upload_artefact_request};

use crate::Error;

/// How long a call may take.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a lease lasts: a job waits that long when its worker was killed.
const LEASE_SECONDS: u32 = 15;
/// How often a lease is renewed.
const RENEW_INTERVAL: Duration = Duration::from_secs(4);
/// Bytes of a message of an upload.
const CHUNK: usize = 512 * 1024;

/// A client of storage.
#[derive(Debug, Clone)]
pub(crate) struct Storage(StorageClient);

impl Storage {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(StorageClient::new(channel, CALL_TIMEOUT))
    }

    /// Leases a job.
    pub(crate) async fn lease(&self, job: &str) -> Result<Job, Error> {
        let request =
            internal::LeaseJobRequest { name: job.to_owned(), seconds: LEASE_SECONDS, lease: 0 };
        let answer = self.0.clients().jobs().lease_job(self.0.request(request)).await?;
        Ok(read(answer.into_inner().job, "job")?)
    }

    /// Renews the lease of a job until it is lost, and returns why. Other failures are retried: the lease outlasts three.
    pub(crate) async fn keep(&self, job: &Job) -> Error {
        loop {
            tokio::time::sleep(RENEW_INTERVAL).await;
            let (name, lease) = (job.name.to_string(), job.lease);
            let request = internal::LeaseJobRequest { name, seconds: LEASE_SECONDS, lease };
            let prolonged =
                self.0.clients().jobs().lease_job(rpc::deadline(request, RENEW_INTERVAL)).await;
            match prolonged.map_err(Error::from) {
                Err(error) if error.is_lease_lost() => return error,
                Err(error) => {
                    tracing::warn!(job = %job.name, "the lease was not prolonged: {error}");
                }
                Ok(_) => {}
            }
        }
    }

    /// Marks a leased job as failed for good.
    pub(crate) async fn fail(&self, job: &Job, error: &Error) -> Result<(), Error> {
        let request = internal::FailJobRequest {
            name: job.name.to_string(),
            lease: job.lease,
            error: error.to_string(),
        };
        self.0.clients().jobs().fail_job(self.0.request(request)).await?;
        Ok(())
    }

    /// Reads an edition with all that it pins.
    pub(crate) async fn report(&self, name: &EditionName) -> Result<Report, Error> {
        report(self.0.edition(name, CALL_TIMEOUT).await?)
    }

    /// Hands a rendered file over.
    pub(crate) async fn upload(
        &self,
        job: &Job,
        bytes: Vec<u8>,
        rendered_with: String,
    ) -> Result<(), Error> {
        let bytes = Bytes::from(bytes);
        let head = internal::ArtefactHead {
            job: job.name.to_string(),
            lease: job.lease,
            sha256: Hash::of(&bytes).to_string(),
            size: bytes.len() as u64,
            rendered_with,
        };
        let mut parts = vec![upload_artefact_request::Part::Head(head)];
        parts.extend((0..bytes.len()).step_by(CHUNK).map(|at| {
            upload_artefact_request::Part::Chunk(bytes.slice(at..bytes.len().min(at + CHUNK)))
        }));
        let messages =
            parts.into_iter().map(|part| internal::UploadArtefactRequest { part: Some(part) });
        self.0.clients().jobs().upload_artefact(self.0.request(stream::iter(messages))).await?;
        Ok(())
    }
}

fn report(pinned: PinnedEdition) -> Result<Report, Error> {
    let PinnedEdition {
        edition,
        framework,
        cycle,
        organisations,
        former_organisations,
        contributions,
    } = pinned;
    let edition: Edition = read(Some(edition), "edition")?;
    let reporter = |organisation: Organisation| {
        let name = organisation.printed_name(cycle.period.until(), &framework.language).to_owned();
        Reporter { code: organisation.code, name }
    };
    let organisations = organisations.into_iter().map(&reporter).collect();
    let former_organisations = former_organisations.into_iter().map(&reporter).collect();
    Ok(Report {
        edition: edition.name,
        date: edition.date,
        manifest_hash: edition.manifest_hash,
        framework,
        cycle,
        organisations,
        former_organisations,
        contributions,
        completeness: edition.completeness,
        review: edition.review,
        overrides: edition.overrides,
        exclusions: edition.exclusions,
        change_note: edition.change_note,
    })
}

#[cfg(test)]
mod tests {
    use model::{EditionState, GapPolicy, Instant};

    use super::*;

    #[test]
    fn an_organisation_without_a_name_is_printed_under_its_code() {
        let Report { edition, date, manifest_hash, framework, cycle, .. } = Report::sample();
        let edition = Edition {
            name: edition,
            date,
            state: EditionState::Rendering,
            manifest_hash,
            contribution_count: 0,
            jobs: Vec::new(),
            artefacts: Vec::new(),
            create_time: Instant(0),
            publish_time: None,
            withdrawal: None,
            completeness: None,
            review: model::ReviewPolicy::None,
            overrides: Vec::new(),
            exclusions: Vec::new(),
            change_note: None,
            cycle_change: 0,
            content_root: None,
            gaps: GapPolicy::Print,
        };
        let nameless = Organisation {
            code: "bz".parse().unwrap(),
            names: Vec::new(),
            kind: "ministry".to_owned(),
            oin: String::new(),
            tooi: String::new(),
        };
        let pinned = PinnedEdition {
            edition: edition.into(),
            framework,
            cycle,
            organisations: vec![nameless],
            former_organisations: Vec::new(),
            contributions: Vec::new(),
        };
        assert_eq!(report(pinned).unwrap().organisations[0].name, "bz");
    }
}
