//! Sends reminders, outside of any transaction, and records the result.

use model::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    Storage,
    reminders::{
        mailer::{Failed, Mail},
        note,
    },
    store::{Result, Unsent, scopes},
};

/// Reminders that are read at once.
const BATCH: u32 = 100;
/// Pause after the first failure, in milliseconds; each further failure doubles it.
const MIN_BACKOFF: i64 = 60_000;
/// Maximum pause between two tries, in milliseconds.
const MAX_BACKOFF: i64 = 6 * 60 * 60 * 1_000;
/// How long after its decision a reminder is given up, in milliseconds.
const SEND_TIMEOUT: i64 = 5 * 24 * 60 * 60 * 1_000;
/// Maximum length of a stored error, in characters.
const MAX_ERROR: usize = 500;

impl Storage {
    /// Sends the reminders that wait, and returns how many were sent and how many failed. It stops where the server is
    /// unavailable, so that a round does not wait for it once for each recipient.
    pub(super) async fn send_reminders(&self, stop: &CancellationToken) -> Result<(usize, usize)> {
        let (mut sent, mut failed) = (0, 0);
        loop {
            let batch = self.store.read().await?.unsent(BATCH).await?;
            if batch.is_empty() {
                return Ok((sent, failed));
            }
            for reminder in batch {
                if stop.is_cancelled() {
                    return Ok((sent, failed));
                }
                match self.mailer.send(&mail(&reminder)).await {
                    Ok(()) => {
                        self.record_sent(&reminder).await?;
                        sent += 1;
                    }
                    Err(error) => {
                        self.record_failed(&reminder, &error).await?;
                        failed += 1;
                        if error.is_away {
                            return Ok((sent, failed));
                        }
                    }
                }
            }
        }
    }

    async fn record_sent(&self, reminder: &Unsent) -> Result<()> {
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        tx.mark_sent(&reminder.id).await?;
        note(&mut tx, "reminder.send", &reminder.id, &[])?;
        self.commit(tx).await
    }

    /// A failure is no change of the record: it has no entry in the audit log.
    async fn record_failed(&self, reminder: &Unsent, error: &Failed) -> Result<()> {
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        let again = again(reminder, tx.now());
        let message = described(reminder, error, again.is_none());
        tracing::warn!(reminder.id, error = message, "a reminder could not be sent");
        tx.mark_failed(&reminder.id, &message, again).await?;
        self.commit(tx).await
    }
}

fn mail(reminder: &Unsent) -> Mail<'_> {
    let Unsent { id, address, subject, text, create_time, tries: _ } = reminder;
    Mail { id, address, subject, text, time: *create_time }
}

/// When it is tried again; never once it was tried long enough.
fn again(reminder: &Unsent, now: Instant) -> Option<Instant> {
    let doublings = u32::try_from(reminder.tries).unwrap_or(u32::MAX).min(20);
    let pause = (MIN_BACKOFF << doublings).min(MAX_BACKOFF);
    let is_over = now.0 > reminder.create_time.0.saturating_add(SEND_TIMEOUT);
    (!is_over).then_some(Instant(now.0.saturating_add(pause)))
}

/// Why it failed, without the address, which servers like to repeat.
fn described(reminder: &Unsent, error: &Failed, is_given_up: bool) -> String {
    let Failed { message, is_away: _ } = error;
    let message = if is_given_up { format!("given up: {message}") } else { message.clone() };
    let message = if reminder.address.is_empty() {
        message
    } else {
        message.replace(&reminder.address, "the recipient")
    };
    message.chars().filter(|sign| !sign.is_control()).take(MAX_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsent(tries: u64) -> Unsent {
        Unsent {
            id: String::new(),
            address: "anna@example.nl".into(),
            subject: String::new(),
            text: String::new(),
            create_time: Instant(0),
            tries,
        }
    }

    #[test]
    fn pauses_double_up_to_six_hours_and_end_after_five_days() {
        let minutes = |tries| again(&unsent(tries), Instant(0)).unwrap().0 / 60_000;
        let pauses = [0, 1, 2, 8, 9, 1_000].map(minutes);
        assert_eq!(pauses, [1, 2, 4, 256, 360, 360]);
        assert_eq!(again(&unsent(1), Instant(SEND_TIMEOUT + 1)), None);
    }

    #[test]
    fn a_stored_error_names_nobody() {
        let error = Failed { message: "550 <anna@example.nl>\r\nunknown".into(), is_away: false };
        assert_eq!(described(&unsent(0), &error, true), "given up: 550 <the recipient>unknown");
    }
}
