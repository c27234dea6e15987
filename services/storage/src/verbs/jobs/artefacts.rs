//! Rendered files: taken in for a job, and streamed to readers.

use bytes::Bytes;
use futures::stream::BoxStream;
use model::{Artefact, EditionName, Hash, Job, JobName, JobState};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    caller::caller_or_itself,
    store::{
        Result, Tx,
        scopes::{editions_of, file_of},
    },
    verbs::{
        editions::{is_file_of, refuse_withdrawn, refuse_withdrawn_file, reread},
        jobs::leased,
    },
};

/// Head of an upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
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

impl Storage {
    /// Takes in the file of a job and ends the job. The last file of an edition makes it public.
    /// Sent again after it was taken in, the same file is answered the same.
    pub(crate) async fn take_artefact(&self, upload: Upload, bytes: Bytes) -> Result<Artefact> {
        check_hash(&upload, &bytes)?;
        let Upload { job: name, lease, sha256, size, rendered_with } = upload;
        let edition = self.edition(&name.edition()).await?;
        refuse_withdrawn(&edition)?;
        let same = |artefact: &&Artefact| {
            artefact.sha256 == sha256 && edition.jobs.iter().any(|job| is_of(job, &name, artefact))
        };
        if let Some(known) = edition.artefacts.iter().find(same) {
            return Ok(known.clone());
        }
        let is_at = |known: &&Artefact| is_file_of(known, &name);
        if let Some(known) = edition.artefacts.iter().find(is_at).cloned() {
            return self.take_again(known, &name, lease, (sha256, rendered_with), bytes).await;
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
        tx.during(self.objects.ensure_artefact(sha256, bytes)).await??;
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
        record(&mut tx, job, &artefact).await?;
        publish_if_complete(&mut tx, &artefact.edition).await?;
        self.commit(tx).await?;
        self.show_in_catalogue().await;
        Ok(artefact)
    }

    /// Takes in a file that was published before. Only the very same bytes are; others end the job as failed.
    async fn take_again(
        &self,
        known: Artefact,
        name: &JobName,
        lease: u64,
        (sha256, rendered_with): (Hash, String),
        bytes: Bytes,
    ) -> Result<Artefact> {
        if sha256 != known.sha256 {
            let message = format!(
                "file `{name}` was published as {} (rendered with {}), and what is rendered now is {sha256} ({rendered_with}): use the \
                 template and the version of then",
                known.sha256, known.rendered_with
            );
            self.fail_job(name, lease, &message).await?;
            return Err(Error::Precondition { reason: "FILE_DIFFERS", message });
        }
        let mut tx =
            self.store.write([editions_of(&name.edition().cycle()), file_of(sha256)]).await?;
        refuse_withdrawn(&reread(&mut tx, &name.edition()).await?)?;
        let (job, _) = leased(&mut tx, name, lease).await?;
        self.objects.put_artefact(sha256, bytes).await?;
        tx.put_job(&Job { state: JobState::Done, ..job }, 0).await?;
        tx.audit("artefact.restore", name.as_str(), sha256.to_string().as_bytes())?;
        self.commit(tx).await?;
        Ok(known)
    }

    /// Streams a rendered file. Readers get it from the day on which an edition with it is public, until that is withdrawn.
    pub(crate) async fn artefact(&self, hash: Hash) -> Result<BoxStream<'static, Result<Bytes>>> {
        let mut tx = self.store.read().await?;
        let is_there = if caller_or_itself().sees_unpublished() {
            tx.is_named(hash).await?
        } else {
            tx.is_public(hash).await?
        };
        if !is_there {
            refuse_withdrawn_file(&mut tx, hash).await?;
            let (what, reason) = ("file", "ARTEFACT_NOT_FOUND");
            return Err(Error::NotFound { what, reason, name: hash.to_string() });
        }
        drop(tx);
        self.objects.artefact(hash).await
    }
}

fn check_hash(Upload { sha256, size, .. }: &Upload, bytes: &Bytes) -> Result<()> {
    let found = Hash::of(bytes);
    if bytes.len() as u64 == *size && found == *sha256 {
        return Ok(());
    }
    let description = format!(
        "got {} bytes with SHA-256 {found}, announced were {size} with {sha256}",
        bytes.len()
    );
    Err(Error::invalid("head.sha256", "HASH_DIFFERS", description))
}

/// Records a file and ends its job.
async fn record(tx: &mut Tx, job: Job, artefact: &Artefact) -> Result<()> {
    tx.insert_artefact(artefact).await?;
    let (name, sha256) = (job.name.clone(), artefact.sha256.to_string());
    tx.put_job(&Job { state: JobState::Done, ..job }, 0).await?;
    tx.audit("artefact.store", name.as_str(), sha256.as_bytes())?;
    let (edition, job) = (artefact.edition.to_string(), name.to_string());
    let body = events::ArtefactStored { edition, job, sha256 };
    tx.record_event(name.as_str(), &EventBody::ArtefactStored(body));
    Ok(())
}

/// Makes an edition public once all its files are there.
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
    let ending = job.format.ending();
    if languages <= 1 {
        format!("{stem}.{ending}")
    } else {
        format!("{stem}.{}.{ending}", job.language)
    }
}
