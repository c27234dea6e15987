//! The command line of `backup` and `restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::Instant;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct BackupArgs {
    #[command(subcommand)]
    pub(crate) command: Option<BackupCommand>,
    /// Folder of backups; made where it is not there
    #[arg(required = true)]
    pub(crate) dir: Option<PathBuf>,
    /// Data folder to be backed up [default: voortgang-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file of the server
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Encrypt for this public key of age; may be repeated
    #[arg(long = "recipient", value_name = "PUBLIC_KEY")]
    pub(crate) recipients: Vec<String>,
    /// Read all that earlier backups stored, and store anew what is damaged there; without it sizes are compared alone
    #[arg(long)]
    pub(crate) verify: bool,
    /// Remove all backups but the latest so many
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// List backups, oldest first
    #[command(after_help = "Examples:\n  voortgang backup list /backups/voortgang")]
    List {
        /// Folder of backups
        dir: PathBuf,
    },
    /// Check that every backup is whole; needs no key
    #[command(after_help = "Examples:\n  voortgang backup verify /backups/voortgang")]
    Verify {
        /// Folder of backups
        dir: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Folder of backups
    pub(crate) dir: PathBuf,
    /// Data folder to be made; one that is there must be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Restore the latest backup that is not later than this moment [default: the latest]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Instant>,
    /// File with the private key of age, for an encrypted backup
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
}
