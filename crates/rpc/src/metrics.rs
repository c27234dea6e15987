//! What a server counts.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_histogram, histogram};
use tonic::Code;

const CALLS: &str = "voortgang_rpc_calls_total";
const SECONDS: &str = "voortgang_rpc_seconds";

/// Calls by service, method and code, and how long they took until the last byte of their answer.
#[derive(Debug)]
pub(crate) struct Metrics(());

impl Metrics {
    pub(crate) fn new() -> Self {
        describe_counter!(CALLS, "Calls that were answered, by gRPC code.");
        describe_histogram!(SECONDS, "Time from the call to the end of its answer.");
        Self(())
    }

    /// Counts a call. Names that nobody serves are one: outsiders could make any number of them up.
    #[expect(clippy::unused_self, reason = "whoever counts has described what it counts")]
    pub(crate) fn answered(&self, service: &str, method: &str, code: Code, took: Duration) {
        let (service, method) =
            if code == Code::Unimplemented { ("other", "other") } else { (service, method) };
        let labels = [("service", service.to_owned()), ("method", method.to_owned())];
        histogram!(SECONDS, &labels).record(took);
        counter!(CALLS, "service" => service.to_owned(), "method" => method.to_owned(), "code" => format!("{code:?}"))
            .increment(1);
    }
}
