//! The system of record: frameworks, cycles, contributions, editions, jobs, changes, dead letters.
//!
//! Owns the database and is the only service with one; the only one that publishes events.
//! Invariant: every change is one transaction with its audit entry and its event, and is answered only after the commit.

mod access;
mod audit;
mod backup;
mod caller;
mod catalogue;
mod check;
mod config;
mod consumer;
mod epochs;
mod error;
mod grpc;
mod leases;
mod metrics;
mod objects;
mod printing;
mod problems;
mod readiness;
mod relay;
mod reminders;
mod run;
mod service;
mod store;
mod verbs;

pub use crate::{
    audit::key::public_key,
    backup::{begin_epoch, copy_database},
    config::{AuditConfig, Config, Encryption, Limits, Outbox, ReminderConfig, SmtpConfig},
    error::{Conflict, Error},
    printing::Printing,
    reminders::{Round, commands_of_mails},
    run::{Parts, run},
    service::Storage,
};
