//! What rendering counts.

use std::time::Duration;

use metrics::{Counter, counter, describe_counter, describe_histogram, histogram};
use model::Format;

const SECONDS: &str = "voortgang_rendering_seconds";
const JOBS: &str = "voortgang_rendering_jobs_total";
const LEASES: &str = "voortgang_rendering_leases_lost_total";

/// What rendering counts.
#[derive(Debug)]
pub(crate) struct Metrics {
    leases_lost: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        describe_histogram!(SECONDS, "Time to render a file, by format.");
        describe_counter!(JOBS, "Jobs by how they ended.");
        describe_counter!(
            LEASES,
            "Jobs that another worker had taken over when their file was done."
        );
        Self { leases_lost: counter!(LEASES) }
    }

    #[expect(clippy::unused_self, reason = "whoever counts has described what it counts")]
    pub(crate) fn rendered(&self, format: Format, took: Duration) {
        histogram!(SECONDS, "format" => format.name()).record(took);
    }

    /// A job ended: `stored`, `failed`, or `again` where it is tried once more.
    #[expect(clippy::unused_self, reason = "whoever counts has described what it counts")]
    pub(crate) fn ended(&self, format: Format, outcome: &'static str) {
        counter!(JOBS, "format" => format.name(), "outcome" => outcome).increment(1);
    }

    pub(crate) fn lease_lost(&self) {
        self.leases_lost.increment(1);
    }
}
