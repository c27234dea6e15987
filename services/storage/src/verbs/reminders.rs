//! Reminders as they were decided and sent.

use model::{CycleName, Instant};

use crate::{
    Error, Storage,
    store::{ReminderRow, Result},
    verbs::cycles::cycle_not_found,
};

/// Maximum length of a person's id, in bytes.
const MAX_PERSON_ID: usize = 200;

impl Storage {
    /// Lists reminders after the page's key, newest first, each with its key; notices of what happened where they are wanted.
    pub(crate) async fn reminders(
        &self,
        cycle: Option<&CycleName>,
        recipient: &str,
        show_notices: bool,
        page: &rpc::Page,
    ) -> Result<Vec<(String, ReminderRow)>> {
        if recipient.len() > MAX_PERSON_ID {
            let message =
                format!("has {} bytes; at most {MAX_PERSON_ID} are allowed", recipient.len());
            return Err(Error::invalid("recipient", "TOO_LONG", message));
        }
        let (time, id) = page.after.split_once(' ').unwrap_or_default();
        let time = Instant(time.parse().unwrap_or(i64::MAX));
        let mut tx = self.store.read().await?;
        if let Some(name) = cycle {
            tx.cycle(name).await?.ok_or_else(|| cycle_not_found(name))?;
        }
        let cycle = cycle.map_or("", CycleName::as_str);
        let found = tx.reminders(cycle, recipient, (time, id), show_notices, page.size).await?;
        Ok(found
            .into_iter()
            .map(|row| (format!("{} {}", row.create_time.0, row.id), row))
            .collect())
    }
}
