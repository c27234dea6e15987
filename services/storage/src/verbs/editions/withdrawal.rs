//! Withdrawing an edition: its pages, its files and its hits disappear; a tombstone with the reason remains.
//!
//! Invariant: the withdrawal is committed before any file is removed. An interrupted removal is resumed at the next call or
//! at the next start.

use model::{Edition, EditionName, EditionState, Hash};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{
        Result, Tx,
        scopes::{editions_of, file_of},
    },
    verbs::{
        editions::lookup::{edition_not_found, is_shown, refuse_withdrawn, reread},
        text_checks::check_reason,
    },
};

impl Storage {
    /// Withdraws a public edition, or one that failed. Withdrawing again changes nothing and keeps the first reason.
    pub(crate) async fn withdraw_edition(
        &self,
        name: &EditionName,
        reason: &str,
    ) -> Result<Edition> {
        check_reason(reason)?;
        let mut tx = self.store.write([editions_of(&name.cycle())]).await?;
        let mut edition = tx.edition(name).await?.ok_or_else(|| edition_not_found(name))?;
        match edition.state {
            EditionState::Withdrawn => drop(tx),
            EditionState::Rendering => {
                let message = format!(
                    "edition `{name}` is being rendered; wait until it is published or has failed, then withdraw it"
                );
                return Err(Error::Precondition { reason: "RENDERING", message });
            }
            EditionState::Published | EditionState::Failed => {
                tx.insert_withdrawal(name, reason).await?;
                let body = events::EditionWithdrawn {
                    edition: name.to_string(),
                    cycle: name.cycle().to_string(),
                    number: name.number(),
                };
                tx.audit("edition.withdraw", name.as_str(), reason.as_bytes())?;
                tx.record_event(name.as_str(), &EventBody::EditionWithdrawn(body));
                edition = reread(&mut tx, name).await?;
                self.commit(tx).await?;
            }
        }
        self.write_catalogue().await?;
        self.remove_files_of(&edition).await?;
        Ok(edition)
    }

    /// Removes the files that an interrupted withdrawal left.
    pub(crate) async fn remove_withdrawn_files(&self) -> Result<()> {
        let names = self.store.read().await?.withdrawn_with_files().await?;
        for name in names {
            self.remove_files_of(&self.edition(&name).await?).await?;
        }
        Ok(())
    }

    /// Removes the files of a withdrawn edition, except those that another edition has too.
    pub(crate) async fn remove_files_of(&self, edition: &Edition) -> Result<()> {
        for artefact in &edition.artefacts {
            self.remove_unnamed(artefact.sha256).await?;
        }
        let mut tx = self.store.write([editions_of(&edition.name.cycle())]).await?;
        tx.set_files_gone(&edition.name).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes a file that belongs to no edition, or only to withdrawn ones. The scope keeps others from storing it meanwhile.
    pub(crate) async fn remove_unnamed(&self, file: Hash) -> Result<()> {
        let mut tx = self.store.write([file_of(file)]).await?;
        if !tx.is_named(file).await? {
            tx.during(self.objects.remove_artefact(file)).await??;
        }
        Ok(())
    }
}

/// Refuses a file of a withdrawn edition, removed or not, with the reason of the withdrawal. The reason is not shown to
/// readers where the edition was never public.
pub(crate) async fn refuse_withdrawn_file(tx: &mut Tx, file: Hash) -> Result<()> {
    for name in tx.withdrawn_with(file).await? {
        let edition = reread(tx, &name).await?;
        if is_shown(&edition) {
            return refuse_withdrawn(&edition);
        }
    }
    Ok(())
}
