//! The audit log: one entry per change, in the change's own transaction, chained by hash when it is committed.

mod checkpoints;
mod log;
mod rows;

use std::{fmt::Write as _, mem};

use data_encoding::HEXLOWER;
use model::{Hash, Instant};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::{
    Error, caller,
    store::{Result, Tx, inserts::Insert, signed},
};

pub(crate) use crate::store::audit::{
    checkpoints::CheckpointRow,
    log::{AuditFilter, AuditRow},
    rows::{FoundRow, RowName, Table},
};

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// By whom, from where and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct By<'a> {
    /// Opaque id of the person or service.
    pub(crate) actor: String,
    /// How it came in, or which part of the installation did it.
    pub(crate) origin: &'a str,
    /// How it ended: `done` or `refused`.
    pub(crate) result: &'static str,
}

/// An entry that the commit writes.
pub(super) struct NewEntry {
    actor: String,
    origin: String,
    action: String,
    object: String,
    result: &'static str,
    payload_hash: Hash,
    salt: [u8; SALT_BYTES],
    /// Rows that were written for it.
    rows: Vec<RowName>,
    /// A line for each of them, from the commit on.
    written_rows: String,
}

impl Tx {
    /// Records who did what to which object, and binds the rows that were written since the entry before. `payload` is
    /// hashed with a salt, not stored.
    pub(crate) fn audit(&mut self, action: &str, object: &str, payload: &[u8]) -> Result<()> {
        let by = By { actor: self.actor(), origin: caller::origin(), result: "done" };
        self.audit_as(by, action, object, payload)
    }

    /// The same by somebody else than the caller, or from elsewhere than a call. The commit writes it.
    pub(crate) fn audit_as(
        &mut self,
        by: By<'_>,
        action: &str,
        object: &str,
        payload: &[u8],
    ) -> Result<()> {
        let By { actor, origin, result } = by;
        let salt = salt()?;
        self.entries.push(NewEntry {
            actor,
            origin: origin.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            result,
            payload_hash: Hash::of(&[&salt, payload].concat()),
            salt,
            rows: mem::take(&mut self.written),
            written_rows: String::new(),
        });
        Ok(())
    }

    /// Removes the salts of all entries about an object, so that no guess at their payloads can be checked. The chain does
    /// not cover salts and remains valid.
    pub(crate) async fn remove_salts(&mut self, object: &str) -> Result<()> {
        sqlx::query("UPDATE audit SET salt = '' WHERE object = $1 AND salt <> ''")
            .bind(object)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

/// An entry with its place in the chain.
pub(super) struct Chained {
    position: u64,
    time: Instant,
    entry: NewEntry,
    hash: String,
}

/// Entries with the positions after the last, each chained to the one before: the hash covers the earlier hash and every
/// field, each with its length. All bear the moment at which they get their positions, so that their order is that of time
/// wherever the clock goes on.
pub(super) fn chained(
    entries: Vec<NewEntry>,
    last: u64,
    last_hash: String,
    time: Instant,
) -> Vec<Chained> {
    let mut chain = last_hash;
    let chained = (last + 1..).zip(entries).map(|(position, entry)| {
        chain = entry.chained(position, time, mem::take(&mut chain));
        Chained { position, time, entry, hash: chain.clone() }
    });
    chained.collect()
}

/// The rows of entries.
pub(super) fn rows(entries: &[Chained]) -> Insert<'_> {
    let into = "audit (position, time, actor, origin, action, object, result, payload_hash, salt, written_rows, chain_hash)";
    Insert::of(into, 11, "", entries, |statement, row| {
        let Chained { position, time, entry, hash } = row;
        let NewEntry { actor, origin, action, object, result, payload_hash, salt, .. } = entry;
        statement
            .bind(signed(*position))
            .bind(time.0)
            .bind(actor.as_str())
            .bind(origin.as_str())
            .bind(action.as_str())
            .bind(object.as_str())
            .bind(*result)
            .bind(payload_hash.to_string())
            .bind(HEXLOWER.encode(salt))
            .bind(entry.written_rows.as_str())
            .bind(hash.as_str())
    })
}

impl NewEntry {
    /// Its hash at this position after the entry with hash `before`.
    fn chained(&self, position: u64, time: Instant, before: String) -> String {
        let Self {
            actor,
            origin,
            action,
            object,
            result,
            payload_hash,
            salt: _,
            rows: _,
            written_rows,
        } = self;
        let mut fields = vec![
            before,
            position.to_string(),
            time.0.to_string(),
            actor.clone(),
            origin.clone(),
            action.clone(),
            object.clone(),
            (*result).to_owned(),
            payload_hash.to_string(),
        ];
        // Left out where there are none, so that entries of before have the hash that they always had.
        if !written_rows.is_empty() {
            fields.push(written_rows.clone());
        }
        chain_hash(&fields)
    }
}

/// The hash of an entry's fields, the earlier hash first; `docs/AUDIT.md` has the form.
fn chain_hash(fields: &[String]) -> String {
    let mut canonical = String::new();
    for field in fields {
        // A text takes all that is written to it.
        let _ = writeln!(canonical, "{} {field}", field.len());
    }
    Hash::of(canonical.as_bytes()).to_string()
}

/// Without a salt, somebody who can guess a payload could check the guess against its hash.
pub(super) fn salt() -> Result<[u8; SALT_BYTES]> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| Error::Unfit("the system gives no random numbers".to_owned()))?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of `docs/AUDIT.md`; the verifier is held to the same.
    #[test]
    fn the_chain_is_that_of_the_document() {
        let document = include_str!("../../../../docs/AUDIT.md");
        let payload = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
        let rows = format!("cycle plan/2021 {payload}\n");
        let mut before = String::new();
        for (position, object, rows) in
            [("1", "plan/2021", ""), ("2", "plän/2021", ""), ("3", "plan/2021", &rows)]
        {
            let fields = [
                &before,
                position,
                "1636448400123",
                "local-operator",
                "grpc",
                "cycle.open",
                object,
                "done",
                payload,
                rows,
            ];
            let count = if rows.is_empty() { 9 } else { 10 };
            before = chain_hash(&fields.map(ToOwned::to_owned)[..count]);
            assert!(document.contains(&before), "{before}");
        }
    }
}
