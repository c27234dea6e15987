//! Which contributions keep an edition from being rendered.
//!
//! Invariant: a contribution is named only where it fails without the others, in an edition that is sound without any.

use edition::Report;
use model::{Contribution, Format};
use tokio::time::timeout;

use crate::{Error, Workers};

/// Contributions that are named, at most.
const MAX_NAMED: usize = 5;
/// The search may take as long as this many jobs.
const MAX_JOBS: u32 = 10;

impl Workers {
    /// Returns `error`, with which `report` was not rendered, or one that names the contributions at fault.
    pub async fn named(
        &self,
        report: &Report,
        format: Format,
        language: &str,
        error: Error,
    ) -> Error {
        // It names them itself.
        if matches!(error, Error::Content(_)) {
            return error;
        }
        let mut found = Vec::new();
        let search = Search { workers: self, report, format, language };
        // What was found by then counts.
        timeout(self.time_limit() * MAX_JOBS, search.run(&mut found)).await.ok();
        if found.is_empty() { error } else { Error::Contributions(found) }
    }
}

struct Search<'a> {
    workers: &'a Workers,
    report: &'a Report,
    format: Format,
    language: &'a str,
}

impl Search<'_> {
    /// Halves what fails until single contributions are left. Where both halves pass, it is the whole that is too much.
    async fn run(&self, found: &mut Vec<(String, Box<Error>)>) {
        if self.rendered(&[]).await.is_err() {
            return;
        }
        let mut pieces = halves(&self.report.contributions);
        while let Some(piece) = pieces.pop()
            && found.len() < MAX_NAMED
        {
            match (piece, self.rendered(piece).await) {
                (_, Ok(())) => {}
                ([one], Err(error)) => found.push((one.name(), Box::new(error))),
                (piece, Err(_)) => pieces.extend(halves(piece)),
            }
        }
    }

    async fn rendered(&self, contributions: &[Contribution]) -> Result<(), Error> {
        let report = Report { contributions: contributions.to_vec(), ..self.report.clone() };
        self.workers.render(&report, self.format, self.language).await.map(drop)
    }
}

/// Both halves that hold anything, the first one last.
fn halves(piece: &[Contribution]) -> Vec<&[Contribution]> {
    let (before, after) = piece.split_at(piece.len() / 2);
    [after, before].into_iter().filter(|half| !half.is_empty()).collect()
}
