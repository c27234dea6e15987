//! Editions: reading them.

mod change_note;
mod exclusions;
mod jobs;
mod lookup;
mod print_order;
mod publishable;
mod publishing;
mod withdrawal;

use std::collections::BTreeSet;

use model::{Contribution, Cycle, Edition, EditionName, Framework, Organisation, Slug};

use crate::{
    Storage,
    store::{Result, Tx},
    verbs::{
        cycles::{cycle_not_found, framework_of, organisations_of},
        editions::lookup::{edition_not_found, shown},
    },
};

pub(crate) use crate::verbs::editions::publishing::PublishOrder;
pub(super) use crate::verbs::editions::{
    jobs::is_file_of,
    lookup::{refuse_withdrawn, reread},
    withdrawal::refuse_withdrawn_file,
};

/// Everything that an edition pins.
#[derive(Debug, Clone)]
pub(crate) struct EditionContent {
    pub(crate) edition: Edition,
    /// The framework version.
    pub(crate) framework: Framework,
    pub(crate) cycle: Cycle,
    /// Its organisations, in its order.
    pub(crate) organisations: Vec<Organisation>,
    /// Those that its change note names and that do not report any more.
    pub(crate) former_organisations: Vec<Organisation>,
    /// Whether it is the cycle's latest public edition.
    pub(crate) is_current: bool,
    /// The contributions in printed order.
    pub(crate) contributions: Vec<Contribution>,
}

impl Storage {
    /// Returns an edition.
    pub(crate) async fn edition(&self, name: &EditionName) -> Result<Edition> {
        let found = self.store.read().await?.edition(name).await?;
        found.and_then(shown).ok_or_else(|| edition_not_found(name))
    }

    /// Lists editions, each with its key.
    pub(crate) async fn editions(
        &self,
        cycle: &str,
        page: &rpc::Page,
    ) -> Result<Vec<(String, Edition)>> {
        let mut tx = self.store.read().await?;
        let mut found = Vec::new();
        let mut after = page.after.clone();
        // Editions that the caller does not see leave no gap: the page is filled with the next ones.
        loop {
            let rows = tx.editions(cycle, &after, page.size).await?;
            let is_last = rows.len() < page.size as usize;
            let Some((last, _)) = rows.last() else { return Ok(found) };
            after.clone_from(last);
            let seen = |(key, edition)| Some((key, shown(edition)?));
            found.extend(rows.into_iter().filter_map(seen));
            if is_last || found.len() >= page.size as usize {
                found.truncate(page.size as usize);
                return Ok(found);
            }
        }
    }

    /// Returns everything that an edition pins. A withdrawn edition is refused with the reason.
    pub(crate) async fn read_edition(&self, name: &EditionName) -> Result<EditionContent> {
        let mut tx = self.store.read().await?;
        let found = tx.edition(name).await?.and_then(shown);
        let edition = found.ok_or_else(|| edition_not_found(name))?;
        refuse_withdrawn(&edition)?;
        let cycle = tx.cycle_after(&name.cycle(), edition.cycle_change).await?;
        let cycle = cycle.ok_or_else(|| cycle_not_found(&name.cycle()))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let organisations = organisations_of(&mut tx, &cycle).await?;
        let former_organisations = former_organisations(&mut tx, &edition, &cycle).await?;
        let is_current = tx.current_edition_number(&cycle.name).await? == name.number();
        let contributions = tx.pinned(name).await?;
        Ok(EditionContent {
            edition,
            framework,
            cycle,
            organisations,
            former_organisations,
            is_current,
            contributions,
        })
    }
}

/// The organisations that a change note names and that do not report in the cycle, by code.
async fn former_organisations(
    tx: &mut Tx,
    edition: &Edition,
    cycle: &Cycle,
) -> Result<Vec<Organisation>> {
    let changes = edition.change_note.iter().flat_map(|note| &note.changes);
    let named: BTreeSet<&Slug> = changes
        .filter_map(|change| change.organisation.as_ref())
        .filter(|code| !cycle.organisations.contains(code))
        .collect();
    let mut found = Vec::new();
    for code in named {
        found.extend(tx.organisation(code).await?);
    }
    Ok(found)
}
