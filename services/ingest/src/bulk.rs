//! Many saves over one stream.
//!
//! The stream is driven by whoever reads the results: no item is read before its batch is wanted, so that a slow reader or a
//! slow storage slows the sender down. Invariant: one result per item, in order; a refused item stops nothing.

use std::sync::Arc;

use futures::{
    FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream, stream::BoxStream,
};
use prost::Message as _;
use tokio::sync::OwnedSemaphorePermit;
use tonic::Status;
use wire::v1::{self as pb, SubmitContributionsRequest, SubmitContributionsResponse};

use crate::{
    Error, Ingest,
    check::{Checked, Strictness},
};

/// Maximum number of saves in one call to storage.
const BATCH_ITEMS: usize = 64;
/// Size at which a batch is full, in bytes.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
/// Maximum number of saves in a dry run, since they are one call to storage.
const DRY_RUN_ITEMS: usize = 10_000;
/// Maximum number of bytes of saves in a dry run.
const DRY_RUN_BYTES: usize = 64 * 1024 * 1024;

/// The items as they come in.
pub(crate) type Items = BoxStream<'static, Result<SubmitContributionsRequest, Status>>;

/// Checks and saves each item and returns the results as they become known.
pub(crate) fn submit(
    ingest: Arc<Ingest>,
    items: Items,
) -> impl Stream<Item = Result<SubmitContributionsResponse, Status>> + Send + 'static {
    let run = Run { ingest, items, answered: 0, failed: None, begun: false };
    stream::try_unfold(run, Run::step)
        .map_ok(|results| stream::iter(results.into_iter().map(Ok)))
        .try_flatten()
}

/// Some items that came in one after another.
#[derive(Default)]
struct Batch {
    saves: Vec<Option<pb::Save>>,
    bytes: usize,
    validate_only: bool,
}

struct Run {
    ingest: Arc<Ingest>,
    items: Items,
    answered: u64,
    /// How the incoming stream broke, reported after the results of what came before.
    failed: Option<Status>,
    begun: bool,
}

impl Run {
    /// Does the next batch; none at the end.
    async fn step(mut self) -> Result<Option<(Vec<SubmitContributionsResponse>, Self)>, Status> {
        let batch = self.read().await;
        if batch.saves.is_empty() {
            return self.failed.map_or(Ok(None), Err);
        }
        let is_dry_run = batch.validate_only && !self.begun;
        self.begun = true;
        let results =
            if is_dry_run { self.dry_run(batch).await? } else { self.save(batch).await? };
        Ok(Some((self.number(results), self)))
    }

    async fn save(&mut self, batch: Batch) -> Result<Vec<pb::SaveResult>, Error> {
        let checked = self.ingest.check(batch.saves, Strictness::AsAsked).await?;
        self.ingest.hand_over(checked, false).await
    }

    /// Gathers all items and hands them over at once, so that each is answered as if those before it had been saved.
    async fn dry_run(&mut self, first: Batch) -> Result<Vec<pb::SaveResult>, Status> {
        let _permit = self.permit()?;
        let mut checked: Vec<Checked> = Vec::new();
        let (mut batch, mut items, mut bytes) = (first, 0, 0);
        while !batch.saves.is_empty() {
            items += batch.saves.len();
            bytes += batch.bytes;
            if items > DRY_RUN_ITEMS || bytes > DRY_RUN_BYTES {
                return Err(
                    Error::DryRunTooLarge { items: DRY_RUN_ITEMS, bytes: DRY_RUN_BYTES }.into()
                );
            }
            checked.extend(self.ingest.check(batch.saves, Strictness::AsAsked).await?);
            batch = self.read().await;
        }
        match self.failed.take() {
            Some(status) => Err(status),
            None => Ok(self.ingest.hand_over(checked, true).await?),
        }
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.ingest.dry_runs).try_acquire_owned().map_err(|_| Error::TooManyDryRuns)
    }

    /// Waits for an item and takes those with it that are there already, so that a sender who waits for an answer gets one.
    async fn read(&mut self) -> Batch {
        let mut batch = Batch::default();
        let mut next = if self.failed.is_none() { self.items.next().await } else { None };
        loop {
            match next {
                Some(Ok(SubmitContributionsRequest { save, validate_only })) => {
                    batch.validate_only |= validate_only && batch.saves.is_empty();
                    batch.bytes += save.as_ref().map_or(0, pb::Save::encoded_len);
                    batch.saves.push(save);
                }
                Some(Err(status)) => {
                    self.failed = Some(status);
                    return batch;
                }
                None => return batch,
            }
            if batch.saves.len() >= BATCH_ITEMS || batch.bytes >= BATCH_BYTES {
                return batch;
            }
            match self.items.next().now_or_never() {
                Some(ready) => next = ready,
                None => return batch,
            }
        }
    }

    fn number(&mut self, results: Vec<pb::SaveResult>) -> Vec<SubmitContributionsResponse> {
        let first = self.answered;
        self.answered += results.len() as u64;
        (first..)
            .zip(results)
            .map(|(index, result)| SubmitContributionsResponse { index, result: Some(result) })
            .collect()
    }
}
