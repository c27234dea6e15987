//! The saves of one transaction, whose rows are written in one batch.
//!
//! A round trip to the database for each row would limit throughput. A save only reads its own contribution and request, so
//! the rows of other saves can be written later. Where a save touches the same contribution or request as an earlier one,
//! the earlier rows are written first.

use std::collections::{HashMap, HashSet};

use model::{Cycle, CycleName, ExternalId, Slug};

use crate::{
    store::{Head, Result, Tx},
    verbs::saves::{CheckedSave, request_ids, scope},
};

/// What was read for all saves, and what the saves so far have touched.
#[derive(Debug, Default)]
pub(super) struct Batch {
    answered: HashMap<String, (String, Vec<u8>)>,
    named: HashMap<Named, Head>,
    cycles: HashMap<CycleName, Option<Cycle>>,
    requests: HashSet<String>,
    /// By scope.
    texts: HashMap<String, Texts>,
}

/// Contributions of an organisation in a cycle.
#[derive(Debug, Default)]
struct Texts {
    /// External ids of those that were saved under one.
    named: HashSet<ExternalId>,
    /// Whether others are among them.
    others: bool,
}

/// Cycle, organisation and external id.
type Named = (CycleName, Slug, ExternalId);

/// The external id by which a save finds its contribution; none where it is found by id or content.
fn name(save: &CheckedSave) -> Option<&ExternalId> {
    save.external_id.as_ref().filter(|_| save.id.is_none())
}

fn named(save: &CheckedSave) -> Option<Named> {
    Some((save.cycle.clone(), save.organisation.clone(), name(save)?.clone()))
}

impl Batch {
    /// Reads the stored answers to all requests, and the contributions that have the external ids of the saves.
    pub(super) async fn of(
        tx: &mut Tx,
        saves: impl Iterator<Item = &CheckedSave> + Clone,
    ) -> Result<Self> {
        let requests: Vec<_> = saves.clone().filter_map(request_ids::key).collect();
        let mut batch = Self::default();
        batch.read(tx, &requests, &saves.filter_map(named).collect::<Vec<_>>()).await?;
        Ok(batch)
    }

    async fn read(&mut self, tx: &mut Tx, requests: &[String], names: &[Named]) -> Result<()> {
        self.answered.extend(tx.answered(requests).await?);
        let heads = tx.contributions_named(names).await?;
        self.named.extend(heads.into_iter().filter_map(|head| {
            let name = (head.cycle.clone(), head.organisation.clone(), head.external_id.clone()?);
            Some((name, head))
        }));
        Ok(())
    }

    /// The contribution with a save's external id, at its latest revision.
    pub(super) fn head(&self, save: &CheckedSave) -> Option<Head> {
        self.named.get(&named(save)?).cloned()
    }

    /// The stored answer to a save's request, with the hash of the request.
    pub(super) fn answered(&self, save: &CheckedSave) -> Option<&(String, Vec<u8>)> {
        self.answered.get(&request_ids::key(save)?)
    }

    /// Adds a save. Where an earlier save touched the same, its rows are written first and read again.
    pub(super) async fn add(&mut self, tx: &mut Tx, save: &CheckedSave) -> Result<()> {
        if self.overlaps(save) {
            tx.write_saves().await?;
            self.read(tx, request_ids::key(save).as_slice(), named(save).as_slice()).await?;
        }
        self.requests.extend(request_ids::key(save));
        let texts = self.texts.entry(scope(save)).or_default();
        match name(save) {
            Some(name) => _ = texts.named.insert(name.clone()),
            None => texts.others = true,
        }
        Ok(())
    }

    fn overlaps(&self, save: &CheckedSave) -> bool {
        if request_ids::key(save).is_some_and(|key| self.requests.contains(&key)) {
            return true;
        }
        self.texts.get(&scope(save)).is_some_and(|texts| {
            texts.others || name(save).is_none_or(|name| texts.named.contains(name))
        })
    }

    /// A cycle, which no save changes.
    pub(super) async fn cycle(&mut self, tx: &mut Tx, name: &CycleName) -> Result<Option<Cycle>> {
        if let Some(known) = self.cycles.get(name) {
            return Ok(known.clone());
        }
        let found = tx.cycle(name).await?;
        self.cycles.insert(name.clone(), found.clone());
        Ok(found)
    }
}
