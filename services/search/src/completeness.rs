//! Whether the public index has all that is public: each edition's tree of hashes against that of storage.
//!
//! Invariant: what differs at two looks in a row is named and put into the index again; a change that is under way differs at one.

use std::{collections::BTreeSet, time::Duration};

use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Search,
    index::{IndexedEdition, differences},
};

/// Time between two looks: what is lost is named within a minute.
const INTERVAL: Duration = Duration::from_secs(15);
/// The largest number of contributions that are named.
const MAX_NAMED: usize = 20;

/// Looks on schedule, until `stop`.
pub(crate) async fn keep_complete(search: &Search, stop: CancellationToken) -> anyhow::Result<()> {
    let mut suspects = BTreeSet::new();
    let interval = INTERVAL.min(Duration::from_secs(search.check_seconds.max(1)));
    while stop.run_until_cancelled(tokio::time::sleep(interval)).await.is_some() {
        match search.complete(&mut suspects).await {
            Ok(found) => {
                let problem = (!found.is_empty())
                    .then(|| format!("{}; they were put into it again", found.join("; ")));
                if search.problems.set("completeness", problem.clone(), search.clock.now()) {
                    tracing::error!(problem, "contributions were missing in the public index");
                }
            }
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(error, "the index could not be compared; trying again next time");
            }
        }
    }
    Ok(())
}

impl Search {
    /// Compares each public edition, names what of it was missing at the look before too, and puts it into the index again.
    pub(crate) async fn complete(
        &self,
        suspects: &mut BTreeSet<String>,
    ) -> Result<Vec<String>, Error> {
        if !self.is_started() {
            return Ok(Vec::new());
        }
        let indexed = self.indexed_editions().await?;
        let mut found = Vec::new();
        let mut differing = BTreeSet::new();
        for cycle in self.cycles().await? {
            for edition in self.public_editions(&cycle).await? {
                let own = indexed.iter().find(|own| own.edition == edition.name);
                if is_whole(&edition, own) || !differing.insert(edition.name.clone()) {
                    continue;
                }
                if suspects.contains(&edition.name) {
                    found.extend(self.put_again(&edition.name, own).await?);
                }
            }
        }
        *suspects = differing;
        Ok(found)
    }

    /// Puts an edition into the index again, and returns what of it was missing.
    async fn put_again(
        &self,
        name: &str,
        own: Option<&IndexedEdition>,
    ) -> Result<Option<String>, Error> {
        let change = self.edition(name).await?;
        let edition = name.parse().map_err(Error::Unreadable)?;
        let mut ids = differences(&edition, &change.documents(), own);
        let count = ids.len();
        ids.truncate(MAX_NAMED);
        self.apply(vec![change], Vec::new()).await?;
        let what = format!("{count} of {name} ({})", ids.join(", "));
        Ok((count != 0).then(|| format!("the public index lacked {what}")))
    }

    /// What the public index has of each edition.
    pub(crate) async fn indexed_editions(&self) -> Result<Vec<IndexedEdition>, Error> {
        let generation = self.generation();
        spawn_blocking(move || generation.indexed_editions()).await?
    }
}

/// Whether the index has all of an edition. One of an earlier release has no root, and is counted.
fn is_whole(edition: &wire::v1::Edition, own: Option<&IndexedEdition>) -> bool {
    let (count, root) =
        own.map_or((0, String::new()), |own| (own.documents.len(), own.root.to_string()));
    if edition.content_root.is_empty() {
        u64::from(edition.contribution_count) == count as u64
    } else {
        edition.content_root == root || (count == 0 && edition.contribution_count == 0)
    }
}
