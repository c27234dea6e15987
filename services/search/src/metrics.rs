//! Metrics of search: the lag of its indexes behind storage, and how long commits take.

#![expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and what is counted stays far below 2^52"
)]

use std::{sync::atomic::Ordering, time::Duration};

use metrics::{Gauge, Histogram, describe_gauge, describe_histogram, gauge, histogram};
use tokio_util::sync::CancellationToken;

use crate::Search;

const WATERMARK: &str = "voortgang_search_watermark";
const LAG: &str = "voortgang_search_index_lag_events";
const COMMIT: &str = "voortgang_search_commit_seconds";
/// How often the last position of storage is read.
const PAUSE: Duration = Duration::from_secs(5);

/// The metrics of search.
#[derive(Debug)]
pub(crate) struct Metrics {
    watermark: Gauge,
    lag: Gauge,
    commit: Histogram,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        describe_gauge!(WATERMARK, "Highest position with all lower ones applied.");
        describe_gauge!(
            LAG,
            "Positions that storage has given out and the indexes have not applied."
        );
        describe_histogram!(COMMIT, "Time to apply a batch of changes with one commit.");
        Self { watermark: gauge!(WATERMARK), lag: gauge!(LAG), commit: histogram!(COMMIT) }
    }

    pub(crate) fn committed(&self, watermark: u64, took: Duration) {
        self.watermark.set(watermark as f64);
        self.commit.record(took);
    }
}

/// Updates the lag of the indexes behind storage and what is wrong, until `stop`. While storage is unavailable the lag stays as
/// it was.
pub(crate) async fn watch(search: &Search, stop: CancellationToken) -> anyhow::Result<()> {
    let mut before = 0;
    loop {
        if let Some(Ok(last)) = stop.run_until_cancelled(search.last_position()).await {
            let watermark = search.status().watermark;
            search.metrics.watermark.set(watermark as f64);
            search.metrics.lag.set(last.saturating_sub(watermark) as f64);
            // What was there at the look before has had its time to arrive.
            let behind = before > watermark;
            search.is_behind.store(behind, Ordering::Relaxed);
            let problem = || format!("{} changes are not searchable yet", last - watermark);
            note(search, "search-lag", behind.then(problem));
            before = last;
        }
        let gone = search.probe().err().map(|error| {
            let error = format!("{:#}", anyhow::Error::from(error));
            format!(
                "the files of the indexes are gone ({error}); `voortgang reindex` builds them anew"
            )
        });
        note(search, "index-files", gone);
        if stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
            return Ok(());
        }
    }
}

fn note(search: &Search, what: &'static str, problem: Option<String>) {
    let text = problem.clone().unwrap_or_default();
    if search.problems.set(what, problem, search.clock.now()) {
        tracing::warn!(problem = text, "search goes on with a problem");
    }
}
