//! Revoking tokens.

use model::{Instant, Person};

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes},
    verbs::text_checks::check_reason,
};

/// Maximum length of a token's id and of a subject, in bytes.
const MAX_NAME: usize = 200;

impl Storage {
    /// Revokes one token, or all tokens of a subject that were issued until now; for a person, whichever of their names the
    /// tokens have.
    pub(crate) async fn revoke_tokens(
        &self,
        token_id: &str,
        subject: &str,
        reason: &str,
    ) -> Result<Instant> {
        if token_id.is_empty() == subject.is_empty() {
            let message = "give either the id of a token or a subject";
            return Err(Error::invalid("token_id", "ONE_OF_TWO", message));
        }
        for (field, text) in [("token_id", token_id), ("subject", subject)] {
            if text.len() > MAX_NAME {
                let message = format!("has {} bytes, at most {MAX_NAME} are allowed", text.len());
                return Err(Error::invalid(field, "TOO_LONG", message));
            }
        }
        check_reason(reason)?;
        let mut tx = self.store.write([scopes::TOKENS]).await?;
        let time = if subject.is_empty() {
            tx.revoke_token(token_id).await?
        } else {
            revoke_all(&mut tx, subject).await?
        };
        let object = if subject.is_empty() { token_id } else { subject };
        tx.audit("token.revoke", object, reason.as_bytes())?;
        self.commit(tx).await?;
        self.callers.clear();
        Ok(time)
    }
}

/// A person's tokens have the subject that they were saved with, or their id.
async fn revoke_all(tx: &mut Tx, subject: &str) -> Result<Instant> {
    if let Some(Person { id, subject: of_person, .. }) = tx.person_named(subject).await? {
        for name in [of_person, id.to_string()].iter().filter(|name| !name.is_empty()) {
            tx.revoke_subject(name).await?;
        }
    }
    tx.revoke_subject(subject).await
}
