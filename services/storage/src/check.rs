//! The scheduled check: the database as its engine checks it, the rows of the record against the audit log, and every published
//! file against its hash. A file that is lost or damaged is made again.
//!
//! Between two checks it looks for files that changed or are gone, which costs no reading.
//!
//! Invariant: what was found stays a problem until a later check does not find it.

use std::{sync::Arc, time::Duration};

use model::EditionState;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Storage,
    objects::Depth,
    store::{AuditFilter, AuditRow, FoundRow, Result},
};

/// Entries or editions that are read at a time.
const BATCH: u32 = 200;
/// How many findings are named.
const NAMED: usize = 5;
/// Time until a check is tried again that could not be made, such as while the database was away.
const RETRY: Duration = Duration::from_secs(10);
/// Time between two looks for files that changed; and while some are being made again.
const LOOKS: (Duration, Duration) = (Duration::from_mins(1), Duration::from_secs(2));

/// Checks at the start and on schedule, until `stop`.
pub(crate) async fn check(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    let every = Duration::from_secs(storage.config.check_seconds.max(1));
    let record = async {
        loop {
            let found = storage.check_record().await;
            let pause = if found.is_ok() { every } else { every.min(RETRY) };
            storage.note("record", found);
            tokio::time::sleep(pause).await;
        }
    };
    let files = async {
        loop {
            let checked = Instant::now();
            let found = storage.check_files(Depth::Full).await;
            let until = if found.is_ok() { every } else { every.min(RETRY) };
            let mut are_whole = storage.note("files", found);
            while checked.elapsed() < until {
                let pause = if are_whole { LOOKS.0 } else { LOOKS.1 };
                tokio::time::sleep(until.min(pause)).await;
                are_whole = storage.note("files", storage.check_files(Depth::Changed).await);
            }
        }
    };
    let both = Box::pin(async { tokio::join!(record, files) });
    stop.run_until_cancelled(both).await;
    Ok(())
}

impl Storage {
    /// Makes a problem of what a check found. Returns whether nothing is wrong.
    fn note(&self, what: &'static str, found: Result<Vec<String>>) -> bool {
        let is_made = found.is_ok();
        let found = found.unwrap_or_else(|error| {
            let error = format!("{:#}", anyhow::Error::from(error));
            vec![format!("the check could not be made: {error}")]
        });
        let is_sound = found.is_empty();
        let problem = (!is_sound).then(|| in_words(&found));
        if self.problems.set(what, problem.clone(), self.store.now()) {
            if is_made {
                tracing::error!(problem, "the scheduled check of {what} found damage");
            } else {
                tracing::warn!(problem, "the scheduled check of {what} is tried again");
            }
        }
        is_sound
    }

    /// Reads all of the record; returns what is wrong with it.
    pub(crate) async fn check_record(&self) -> Result<Vec<String>> {
        let found = self.store.faults_of_engine().await?;
        // What cannot be read cannot be compared.
        if found.is_empty() { self.check_rows().await } else { Ok(found) }
    }

    /// Compares all rows with the audit log.
    async fn check_rows(&self) -> Result<Vec<String>> {
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let mut tx = self.store.read().await?;
            let entries = tx.audit_after(after, &AuditFilter::default(), BATCH).await?;
            let Some(last) = entries.last() else { return Ok(found) };
            after = last.position;
            let rows = tx.found_rows(&entries).await?;
            drop(tx);
            found.extend(entries.iter().flat_map(|entry| altered(entry, &rows)));
        }
    }

    /// Looks at the files of every public edition, and asks for those again that are broken; returns what is wrong.
    pub(crate) async fn check_files(&self, depth: Depth) -> Result<Vec<String>> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let editions = self.store.read().await?.editions("", &after, BATCH).await?;
            let Some((last, _)) = editions.last() else { return Ok(found) };
            after.clone_from(last);
            for (_, edition) in editions {
                if edition.state != EditionState::Published {
                    continue;
                }
                match self.repair_edition(&edition.name, false, depth).await {
                    Ok((_, broken)) => found.extend(
                        broken.iter().map(|(file, fault)| format!("{}: {fault}", file.file_name)),
                    ),
                    // It was withdrawn meanwhile.
                    Err(Error::Precondition { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

/// The rows of an entry that are not what was written. One whose salt is gone was erased, or `audit verify` finds it.
fn altered(entry: &AuditRow, found: &[FoundRow]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, written) in entry.written_rows.lines().filter_map(|line| line.rsplit_once(' ')) {
        let is_of_it = |row: &&FoundRow| row.position == entry.position && row.name == name;
        match found.iter().find(is_of_it).map(|row| row.hash.as_deref()) {
            None => faults.push(format!("`{name}` is gone (audit entry {})", entry.position)),
            Some(Some(hash)) if hash != written => {
                faults.push(format!("`{name}` was altered (audit entry {})", entry.position));
            }
            Some(_) => {}
        }
    }
    faults
}

fn in_words(found: &[String]) -> String {
    let named = found[..found.len().min(NAMED)].join("; ");
    match found.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}
