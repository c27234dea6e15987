//! Mails that were decided in an earlier round and did not go out: whoever is to get one may have left since.

use crate::{
    Error, Storage,
    reminders::{
        note,
        notices::{happening::Known, payload, still_due},
    },
    store::{Result, scopes},
};

impl Storage {
    /// Takes out of mails that are still to go out what their recipients may not hear of any more.
    pub(super) async fn look_at_mails_again(&self) -> Result<()> {
        let unsent = self.store.read().await?.unsent_notices("").await?;
        for items in unsent.chunk_by(|one, other| one.reminder == other.reminder) {
            if let Some(first) = items.first() {
                self.look_at_mail_again(&first.reminder).await?;
            }
        }
        Ok(())
    }

    /// Makes a mail anew under its id, so that it stays the same mail, or empties it where nothing is left of it.
    async fn look_at_mail_again(&self, id: &str) -> Result<()> {
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        let items = tx.unsent_notices(id).await?;
        let Some(person) = items.first().map(|item| item.recipient.clone()) else { return Ok(()) };
        let recipients = self.recipients(&mut tx).await?;
        let recipient = recipients.get(&person);
        let happened = still_due(&mut tx, &mut Known::default(), &items, recipient).await?;
        if happened.len() == items.len() {
            return Ok(());
        }
        // It is in the folder already where the process was killed before that was recorded.
        tx.during(self.mailer.remove(id)).await?.map_err(|error| {
            Error::Unfit(format!("mail `{id}` could not be removed from the folder: {error}"))
        })?;
        if let Some(recipient) = recipient.filter(|_| !happened.is_empty()) {
            let letter = self.letter(recipient, &happened);
            tx.put_words(id, (&letter.subject, &letter.text)).await?;
            note(&mut tx, "reminder.decide", id, payload(&person, &happened).as_bytes())?;
        } else {
            tx.empty_reminder(id).await?;
            note(&mut tx, "reminder.erase", id, &[])?;
        }
        self.commit(tx).await
    }
}
