//! Rendering jobs: leasing with a fencing number, and failing.

mod artefacts;

use std::time::Duration;

use model::{Job, JobName, JobState};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes::editions_of},
    verbs::editions::{refuse_withdrawn, reread},
};

pub(crate) use crate::verbs::jobs::artefacts::Upload;

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

fn job_not_found(name: &JobName) -> Error {
    Error::NotFound { what: "job", reason: "JOB_NOT_FOUND", name: name.to_string() }
}

fn refused(reason: &'static str, message: String) -> Error {
    Error::Precondition { reason, message }
}
