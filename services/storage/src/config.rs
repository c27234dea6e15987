//! Settings of storage.

mod reminders;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use crate::config::reminders::{Encryption, ReminderConfig, SmtpConfig};

/// Settings of storage; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address of the database: `sqlite:<file>` or `postgres://<role>:<password>@<host>:<port>/<database>`.
    /// Empty: `storage.sqlite` in the data folder.
    pub database: String,
    /// Connections that read, at most.
    pub readers: u32,
    /// Connections that write, at most. SQLite always has one.
    pub writers: u32,
    /// Opaque id under which changes are audited.
    pub actor: String,
    /// Source of events (CloudEvents): `urn:nld:oin:<OIN>:systeem:<name>`.
    pub event_source: String,
    /// Whether events go out through the outbox. No configuration can change it.
    #[serde(skip)]
    pub outbox: Outbox,
    /// Whether sessions on PostgreSQL have limits. No configuration can change it.
    #[serde(skip)]
    pub limits: Limits,
    /// Largest rendered file, in bytes.
    pub max_artefact_bytes: u64,
    /// Seconds between two checks of the record and the published files, each of which reads them all.
    pub check_seconds: u64,
    /// The audit log.
    pub audit: AuditConfig,
    /// Reminders of what is open.
    pub reminders: ReminderConfig,
}

/// Settings of the audit log. None of them switches it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditConfig {
    /// Seconds between two checkpoints, where anything happened; every edition has one of its own.
    pub checkpoint_seconds: u64,
    /// File of the key that signs checkpoints: Ed25519 in PKCS#8, as PEM. It is made where there is none.
    /// Replicas share one. Empty: `audit.key` in the data folder.
    pub key: PathBuf,
    /// Folder outside the database where copies of checkpoints are stored. Empty: `audit/checkpoints` in the object store.
    pub anchors: PathBuf,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { checkpoint_seconds: 3_600, key: PathBuf::new(), anchors: PathBuf::new() }
    }
}

/// Whether events go out through the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outbox {
    /// Yes: every committed event is published, whatever happens in between.
    #[default]
    On,
    /// No: events are published from memory after the commit, and lost when the process is killed in between.
    /// With it the fault tests show that they would detect a loss.
    OffForFaultTests,
}

/// Whether sessions on PostgreSQL have limits on what they wait for and keep others waiting for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Limits {
    /// Yes: a process that stands still loses what it holds.
    #[default]
    On,
    /// No: it keeps it. With it the fault tests show that they would detect a standstill.
    OffForFaultTests,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database: String::new(),
            readers: 4,
            writers: 8,
            actor: "local-operator".to_owned(),
            event_source: "urn:nld:oin:00000000000000000000:systeem:voortgang".to_owned(),
            outbox: Outbox::On,
            limits: Limits::On,
            max_artefact_bytes: 256 * 1024 * 1024,
            check_seconds: 86_400,
            audit: AuditConfig::default(),
            reminders: ReminderConfig::default(),
        }
    }
}
