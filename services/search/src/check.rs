//! The scheduled check of the indexes: their files against their checksums, and what they have against storage.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Search;

/// Checks on schedule, until `stop`. At the start the files were checked when they were opened.
pub(crate) async fn check(search: &Search, stop: CancellationToken) -> anyhow::Result<()> {
    let every = Duration::from_secs(search.check_seconds.max(1));
    while stop.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        match search.check().await {
            Ok(found) => {
                let problem = (!found.is_empty()).then(|| {
                    format!("{}; `voortgang reindex` builds the indexes anew", found.join("; "))
                });
                if search.problems.set("index", problem.clone(), search.clock.now()) {
                    tracing::error!(problem, "the scheduled check of the indexes found damage");
                }
            }
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(error, "the indexes could not be checked; trying again next time");
            }
        }
    }
    Ok(())
}
