//! Scopes: what one writer has to itself at a time. Writers that need the same scope go one after the other.
//!
//! All names stand here, so that no two mean different things by the same name.

use model::{CycleName, Hash, Slug};

/// Framework versions are created.
pub(crate) const FRAMEWORKS: &str = "frameworks";
/// Cycles are created.
pub(crate) const CYCLES: &str = "cycles";
/// People and their memberships are written.
pub(crate) const PEOPLE: &str = "people";
/// Revoked tokens are written.
pub(crate) const TOKENS: &str = "tokens";
/// Dead letters are replayed and dropped.
pub(crate) const DEAD_LETTERS: &str = "dead-letters";
/// The catalogue of what is published is written.
pub(crate) const CATALOGUE: &str = "catalogue";
/// Leases of an earlier process are released.
pub(crate) const LEASES: &str = "leases";
/// Rows of an earlier version are bound by the audit log.
pub(crate) const EARLIER_ROWS: &str = "earlier rows";
/// It is tried whether the database takes a write.
pub(crate) const PROBES: &str = "probes";
/// Checkpoints of the audit log are written.
pub(crate) const CHECKPOINTS: &str = "checkpoints";
/// Epochs begin.
pub(crate) const EPOCHS: &str = "epochs";
/// Reads are written to the audit log.
pub(crate) const AUDITED_READS: &str = "audit of reads";
/// Reminders are written.
pub(crate) const REMINDERS: &str = "rows of reminders";
/// One replica publishes from the outbox, for as long as it goes through it, and writes how far it came.
pub(crate) const RELAY: &str = "relay";
/// One replica decides and sends reminders, for as long as a round of them takes.
pub(crate) const REMINDER_ROUND: &str = "reminders";

/// The scope in which contributions of an organisation in a cycle are written.
pub(crate) fn contributions_of(cycle: &CycleName, organisation: &Slug) -> String {
    format!("contributions of {cycle}/{organisation}")
}

/// The scope in which editions of a cycle are written, with their jobs and files.
pub(crate) fn editions_of(cycle: &CycleName) -> String {
    format!("editions of {cycle}")
}

/// The scope in which obligations of a cycle are written.
pub(crate) fn obligations_of(cycle: &CycleName) -> String {
    format!("obligations of {cycle}")
}

/// The scope in which overrides of a cycle are written.
pub(crate) fn overrides_of(cycle: &CycleName) -> String {
    format!("overrides of {cycle}")
}

/// The scope in which a file comes and goes.
pub(crate) fn file_of(hash: Hash) -> String {
    format!("file {hash}")
}
