//! Saves of one transaction, whose rows are written together.
//!
//! A trip to the database server for each row would bound what can be saved. What a save reads is about its own
//! contribution and its own request, so that the rows of others can wait; where it is about one of theirs, these are
//! written before it reads.

use std::collections::{HashMap, HashSet};

use model::{Cycle, CycleName, ExternalId, Slug};

use crate::{
    store::{Head, Result, Tx},
    verbs::saves::{CheckedSave, answers, scope},
};

/// What waits to be written, and what was read for all.
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

/// The external id under which a save finds its contribution; none where it finds it in another way.
fn name(save: &CheckedSave) -> Option<&ExternalId> {
    save.external_id.as_ref().filter(|_| save.id.is_none())
}

fn named(save: &CheckedSave) -> Option<Named> {
    Some((save.cycle.clone(), save.organisation.clone(), name(save)?.clone()))
}

impl Batch {
    /// Reads what the requests of all were answered before, and the contributions that their senders have names for.
    pub(super) async fn of(
        tx: &mut Tx,
        saves: impl Iterator<Item = &CheckedSave> + Clone,
    ) -> Result<Self> {
        let requests: Vec<_> = saves.clone().filter_map(answers::key).collect();
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

    /// The contribution that a save's sender has a name for, at its latest revision.
    pub(super) fn head(&self, save: &CheckedSave) -> Option<Head> {
        self.named.get(&named(save)?).cloned()
    }

    /// What a save's request was answered.
    pub(super) fn answered(&self, save: &CheckedSave) -> Option<&(String, Vec<u8>)> {
        self.answered.get(&answers::key(save)?)
    }

    /// Lets a save in. Where it is about what an earlier one touched, that is written first and read anew.
    pub(super) async fn let_in(&mut self, tx: &mut Tx, save: &CheckedSave) -> Result<()> {
        if self.is_about_another(save) {
            tx.write_saves().await?;
            self.read(tx, answers::key(save).as_slice(), named(save).as_slice()).await?;
        }
        self.requests.extend(answers::key(save));
        let texts = self.texts.entry(scope(save)).or_default();
        match name(save) {
            Some(name) => _ = texts.named.insert(name.clone()),
            None => texts.others = true,
        }
        Ok(())
    }

    fn is_about_another(&self, save: &CheckedSave) -> bool {
        if answers::key(save).is_some_and(|key| self.requests.contains(&key)) {
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
