//! Revoking tokens.

use model::Instant;

use crate::{Error, Storage, store::Result};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1_000;
/// Longest id of a token and longest subject, in bytes.
const LONGEST_NAME: usize = 200;

impl Storage {
    /// Makes one token worthless, or all of a subject's that were issued until now.
    pub(crate) async fn revoke_tokens(
        &self,
        token_id: &str,
        subject: &str,
        reason: &str,
    ) -> Result<Instant> {
        if token_id.is_empty() == subject.is_empty() {
            let told = "give either the id of a token or a subject";
            return Err(Error::invalid("token_id", "ONE_OF_TWO", told));
        }
        for (field, text) in [("token_id", token_id), ("subject", subject)] {
            if LONGEST_NAME < text.len() {
                let told = format!("has {} bytes, at most {LONGEST_NAME} are taken", text.len());
                return Err(Error::invalid(field, "TOO_LONG", told));
            }
        }
        if reason.trim().is_empty() || LONGEST_REASON < reason.chars().count() {
            let told = format!("say why, in 1 to {LONGEST_REASON} characters");
            return Err(Error::invalid("reason", "INVALID_LENGTH", told));
        }
        let mut tx = self.store.write(["tokens"]).await?;
        let time = if subject.is_empty() {
            tx.revoke_token(token_id).await?
        } else {
            tx.revoke_subject(subject).await?
        };
        let object = if subject.is_empty() { token_id } else { subject };
        tx.audit("token.revoke", object, reason.as_bytes())?;
        self.commit(tx).await?;
        self.callers.forget();
        Ok(time)
    }
}
