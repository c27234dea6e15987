//! Rendering jobs: leasing with a fencing number, failing, and taking in the rendered file.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use model::{Artefact, EditionName, Hash, Job, JobName, JobState};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    access::caller_or_itself,
    store::{
        Result, Tx,
        scopes::{editions_of, file_of},
    },
    verbs::editions::{refuse_withdrawn, refuse_withdrawn_file, reread},
};

impl Storage {
    /// Leases a job for so many seconds; its lease number is one higher than any before.
    pub(crate) async fn lease_job(&self, name: &JobName, seconds: u32) -> Result<Job> {
        let mut tx = self.store.write([editions_of(&name.edition().cycle())]).await?;
        let (job, leased_until) = tx.job(name).await?.ok_or_else(|| job_not_found(name))?;
        refuse_withdrawn(&reread(&mut tx, &name.edition()).await?)?;
        let (now, lasting) = (tx.steady(), lasting(seconds));
        let is_over = || self.leases.is_over(name, (job.lease, leased_until), now, lasting);
        match job.state {
            JobState::Done => return Err(refused("JOB_DONE", format!("job `{name}` is done"))),
            JobState::Failed => {
                return Err(refused(
                    "JOB_FAILED",
                    format!("job `{name}` has failed; retry the edition first"),
                ));
            }
            JobState::Running if !is_over() => {
                return Err(refused(
                    "JOB_LEASED",
                    format!("job `{name}` is leased to another worker"),
                ));
            }
            JobState::Queued | JobState::Running => {}
        }
        let job = Job { state: JobState::Running, lease: job.lease + 1, ..job };
        let leased_until = after(&tx, lasting);
        tx.put_job(&job, leased_until).await?;
        tx.commit().await?;
        self.leases.begin(name, (job.lease, leased_until), now + lasting);
        Ok(job)
    }

    /// Prolongs the lease with this number: it ends so many seconds from now. One that ran out and that nobody took
    /// over since is still its holder's.
    pub(crate) async fn prolong_lease(
        &self,
        name: &JobName,
        lease: u64,
        seconds: u32,
    ) -> Result<Job> {
        let mut tx = self.store.write([editions_of(&name.edition().cycle())]).await?;
        refuse_withdrawn(&reread(&mut tx, &name.edition()).await?)?;
        let (job, leased_until) = leased(&mut tx, name, lease).await?;
        let (now, lasting) = (tx.steady(), lasting(seconds));
        // Another moment than before, or it would not be seen that it was prolonged.
        let leased_until = match after(&tx, lasting) {
            same if same == leased_until => same + 1,
            other => other,
        };
        tx.put_job(&job, leased_until).await?;
        tx.commit().await?;
        self.leases.begin(name, (job.lease, leased_until), now + lasting);
        Ok(job)
    }

    /// Marks a leased job as failed for good.
    pub(crate) async fn fail_job(&self, name: &JobName, lease: u64, error: &str) -> Result<Job> {
        let mut tx = self.store.write([editions_of(&name.edition().cycle())]).await?;
        let (job, _) = leased(&mut tx, name, lease).await?;
        let job =
            Job { state: JobState::Failed, error: error.chars().take(4_000).collect(), ..job };
        tx.put_job(&job, 0).await?;
        let body =
            events::RenderingFailed { job: name.to_string(), edition: name.edition().to_string() };
        tx.audit("rendering.fail", name.as_str(), error.as_bytes())?;
        tx.record_event(name.as_str(), &EventBody::RenderingFailed(body));
        self.commit(tx).await?;
        Ok(job)
    }

    /// Takes in the file of a job and ends the job. The last file of an edition makes it public.
    /// Sent again after it was taken in, the same file is answered the same.
    pub(crate) async fn take_artefact(&self, upload: Upload, bytes: Bytes) -> Result<Artefact> {
        let Upload { job: name, lease, sha256, size, rendered_with } = upload;
        if bytes.len() as u64 != size || Hash::of(&bytes) != sha256 {
            let description = format!(
                "{} bytes with SHA-256 {} came, {size} with {sha256} were announced",
                bytes.len(),
                Hash::of(&bytes)
            );
            return Err(Error::invalid("head.sha256", "HASH_DIFFERS", description));
        }
        let edition = self.edition(&name.edition()).await?;
        refuse_withdrawn(&edition)?;
        let same = |artefact: &&Artefact| {
            artefact.sha256 == sha256 && edition.jobs.iter().any(|job| is_of(job, &name, artefact))
        };
        if let Some(known) = edition.artefacts.iter().find(same) {
            return Ok(known.clone());
        }
        // The bytes are there before the row that names them; without the row nobody sees them.
        self.objects.put_artefact(sha256, bytes.clone()).await?;
        let scopes = [editions_of(&name.edition().cycle()), file_of(sha256)];
        let mut tx = self.store.write(scopes).await?;
        if let Err(withdrawn) = refuse_withdrawn(&reread(&mut tx, &name.edition()).await?) {
            drop(tx);
            self.remove_unnamed(sha256).await?;
            return Err(withdrawn);
        }
        let (job, _) = leased(&mut tx, &name, lease).await?;
        // The withdrawal of another edition with this very file may have removed it in between.
        self.objects.ensure_artefact(sha256, bytes).await?;
        let languages = edition.jobs.iter().filter(|other| other.format == job.format).count();
        let artefact = Artefact {
            edition: name.edition(),
            format: job.format,
            language: job.language.clone(),
            sha256,
            size,
            file_name: file_name(&name.edition(), &job, languages),
            rendered_with,
        };
        tx.insert_artefact(&artefact).await?;
        tx.put_job(&Job { state: JobState::Done, ..job }, 0).await?;
        let body = events::ArtefactStored {
            edition: artefact.edition.to_string(),
            job: name.to_string(),
            sha256: sha256.to_string(),
        };
        tx.audit("artefact.store", name.as_str(), sha256.to_string().as_bytes())?;
        tx.record_event(name.as_str(), &EventBody::ArtefactStored(body));
        publish_if_complete(&mut tx, &artefact.edition).await?;
        self.commit(tx).await?;
        self.write_catalogue().await?;
        Ok(artefact)
    }

    /// Streams a rendered file. Readers get it from the day on which an edition with it is public, until that is withdrawn.
    pub(crate) async fn artefact(&self, hash: Hash) -> Result<BoxStream<'static, Result<Bytes>>> {
        let missing = || Error::NotFound {
            what: "file",
            reason: "ARTEFACT_NOT_FOUND",
            name: hash.to_string(),
        };
        let mut tx = self.store.read().await?;
        let is_there = if caller_or_itself().sees_unpublished() {
            tx.is_named(hash).await?
        } else {
            tx.is_public(hash).await?
        };
        if !is_there {
            refuse_withdrawn_file(&mut tx, hash).await?;
            return Err(missing());
        }
        drop(tx);
        self.objects.artefact(hash).await?.ok_or_else(missing)
    }
}

/// Head of an upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// The job.
    pub(crate) job: JobName,
    /// Number of the lease under which it was rendered.
    pub(crate) lease: u64,
    /// Hash of the bytes to come.
    pub(crate) sha256: Hash,
    /// How many bytes will come.
    pub(crate) size: u64,
    /// Renderer and template that made it.
    pub(crate) rendered_with: String,
}

/// How long a lease lasts.
fn lasting(seconds: u32) -> Duration {
    Duration::from_secs(seconds.clamp(1, 3_600).into())
}

/// The moment at which a lease ends by the clock, in milliseconds since 1970: for people, who see what is going on. Whether it
/// is over [`Leases`](crate::leases::Leases) says.
fn after(tx: &Tx, lasting: Duration) -> i64 {
    tx.now().0.saturating_add(i64::try_from(lasting.as_millis()).unwrap_or(i64::MAX))
}

/// The job of a lease that was not taken over, and the moment that its row names.
async fn leased(tx: &mut Tx, name: &JobName, lease: u64) -> Result<(Job, i64)> {
    let (job, leased_until) = tx.job(name).await?.ok_or_else(|| job_not_found(name))?;
    if job.state != JobState::Running || job.lease != lease {
        let message =
            format!("lease {lease} of job `{name}` is over; the job is at lease {}", job.lease);
        return Err(refused("LEASE_LOST", message));
    }
    Ok((job, leased_until))
}

async fn publish_if_complete(tx: &mut Tx, name: &EditionName) -> Result<()> {
    let edition = reread(tx, name).await?;
    if edition.publish_time.is_some() || edition.jobs.iter().any(|job| job.state != JobState::Done)
    {
        return Ok(());
    }
    tx.insert_publication(name).await?;
    let body = events::EditionPublished {
        edition: name.to_string(),
        cycle: name.cycle().to_string(),
        number: name.number(),
    };
    tx.audit("edition.published", name.as_str(), edition.manifest_hash.to_string().as_bytes())?;
    tx.record_event(name.as_str(), &EventBody::EditionPublished(body));
    Ok(())
}

fn is_of(job: &Job, name: &JobName, artefact: &Artefact) -> bool {
    job.name == *name
        && job.state == JobState::Done
        && (job.format, &job.language) == (artefact.format, &artefact.language)
}

/// `nap1325-iv-2021-1.pdf`; with the language where a format is made in several.
fn file_name(edition: &EditionName, job: &Job, languages: usize) -> String {
    let stem = edition.file_stem();
    let ending = job.format.name();
    if languages <= 1 {
        format!("{stem}.{ending}")
    } else {
        format!("{stem}.{}.{ending}", job.language)
    }
}

fn job_not_found(name: &JobName) -> Error {
    Error::NotFound { what: "job", reason: "JOB_NOT_FOUND", name: name.to_string() }
}

fn refused(reason: &'static str, message: String) -> Error {
    Error::Precondition { reason, message }
}
