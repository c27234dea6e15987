//! The command line of `publish`, `edition` and `withdraw`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::Format;

#[derive(Debug, Clone, Args)]
pub(crate) struct PublishArgs {
    /// Name of the cycle, such as nap1325-iv/2021
    pub(crate) cycle: String,
    /// Date printed in the edition
    #[arg(long, value_name = "DATE")]
    pub(crate) date: String,
    #[arg(long, value_delimiter = ',', default_values = Format::DEFAULT.map(Format::name), help = formats())]
    pub(crate) format: Vec<String>,
    /// Languages of the fixed texts [default: the framework's]
    #[arg(long, value_delimiter = ',')]
    pub(crate) language: Vec<String>,
    /// Wait until the edition is public
    #[arg(long)]
    pub(crate) wait: bool,
    /// Longest time to wait, in seconds
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// Write the files to this folder; implies --wait
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Render failed files again
    #[arg(long)]
    pub(crate) retry: bool,
    /// Override four eyes and publish what is submitted; the edition prints this reason
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) override_reason: String,
    /// Leave a contribution out, such as one that cannot be rendered
    #[arg(
        long,
        value_name = "ORGANISATION/ID",
        value_delimiter = ',',
        requires = "leave_out_reason"
    )]
    pub(crate) leave_out: Vec<String>,
    /// Why; the edition prints this reason
    #[arg(long, value_name = "TEXT", default_value = "", requires = "leave_out")]
    pub(crate) leave_out_reason: String,
}

/// What `--format` is, with the names of all formats.
fn formats() -> String {
    format!("Formats to render, some of {}", Format::ALL.map(Format::name).join(", "))
}

#[derive(Debug, Subcommand)]
pub(crate) enum EditionCommand {
    /// List the editions of a cycle, or of all
    #[command(
        after_help = "Examples:\n  voortgang edition list nap1325-iv/2021\n  voortgang edition list"
    )]
    List {
        /// Name of the cycle [default: all]
        #[arg(default_value = "", hide_default_value = true)]
        cycle: String,
    },
    /// Show an edition: its files, what it changed, and why it was withdrawn
    #[command(after_help = "Examples:\n  voortgang edition show nap1325-iv/2021/2")]
    Show {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WithdrawArgs {
    /// Name of the edition
    pub(crate) edition: String,
    /// Why; shown to readers
    #[arg(long)]
    pub(crate) reason: String,
}
