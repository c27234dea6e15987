//! When leases end, by monotonic time, which no change of the clock affects.
//!
//! Replicas share leases through the database but have no monotonic time in common. So each times what it sees: a lease has
//! ended once a replica has seen it unchanged for its whole duration. The replica that gave or prolonged it counts from that
//! moment; another one counts from when it was first asked. So a lease may last up to twice as long, and never ends early.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use model::JobName;

/// How long an ended lease is remembered; after that it is timed anew.
const ENDED_TTL: Duration = Duration::from_hours(1);

/// What changes whenever a lease is given or prolonged: its number, and the moment that its row names.
pub(crate) type Mark = (u64, i64);

/// Leases that this replica has seen.
#[derive(Debug, Default)]
pub(crate) struct Leases(Mutex<HashMap<JobName, Seen>>);

#[derive(Debug)]
struct Seen {
    mark: Mark,
    /// When it is over, in steady time.
    end: Duration,
}

impl Leases {
    /// Notes a lease that was given or prolonged and holds until `end`.
    pub(crate) fn begin(&self, job: &JobName, mark: Mark, end: Duration) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(job.clone(), Seen { mark, end });
    }

    /// Whether a lease is over. One that was not seen before lasts so long from now on.
    pub(crate) fn is_over(
        &self,
        job: &JobName,
        mark: Mark,
        now: Duration,
        lasting: Duration,
    ) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.get(job).filter(|known| known.mark == mark) {
            return now >= known.end;
        }
        seen.retain(|_, known| now < known.end + ENDED_TTL);
        seen.insert(job.clone(), Seen { mark, end: now + lasting });
        false
    }
}
