//! The command line of `submit` and `contribution`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct SubmitArgs {
    /// The file, YAML or JSON
    pub(crate) file: PathBuf,
    /// Name of the cycle [default: made from the file's framework and period]
    #[arg(long, value_name = "NAME")]
    pub(crate) cycle: Option<String>,
    /// Save as drafts, for which fewer rules hold
    #[arg(long)]
    pub(crate) draft: bool,
    /// Check everything and save nothing; the results are those of a real run
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace texts that somebody else changed, or that this file was not based on
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// What a contribution is named by.
#[derive(Debug, Args)]
pub(crate) struct ContributionName {
    /// Name of the cycle, such as nap1325-iv/2021
    pub(crate) cycle: String,
    /// Code of the organisation
    pub(crate) organisation: String,
    /// The sender's own id
    pub(crate) external_id: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContributionCommand {
    /// List the contributions of a cycle
    #[command(after_help = "Examples:\n  voortgang contribution list nap1325-iv/2021\n  \
        voortgang contribution list nap1325-iv/2021 --state submitted\n  \
        voortgang contribution list nap1325-iv/2021 --organisation bz --as-of 2022-10-01")]
    List {
        /// Name of the cycle
        cycle: String,
        /// Only those of this organisation
        #[arg(long, value_name = "CODE", default_value = "")]
        organisation: String,
        /// Only those in this state; `submitted` ones wait for a review
        #[arg(long, value_parser = ["draft", "submitted", "returned", "approved", "withdrawn"])]
        state: Option<String>,
        /// As they were at this moment: a date, or a time in RFC 3339
        #[arg(long, value_name = "MOMENT", default_value = "")]
        as_of: String,
    },
    /// Show a contribution with its text
    #[command(
        after_help = "Examples:\n  voortgang contribution show nap1325-iv/2021 bz bz-3-3\n  \
        voortgang contribution show nap1325-iv/2021 bz bz-3-3 --as-of 2022-10-01T12:00:00Z"
    )]
    Show {
        #[command(flatten)]
        name: ContributionName,
        /// Revision; 0 means the latest
        #[arg(long, default_value_t = 0, conflicts_with = "as_of")]
        version: u64,
        /// As it was at this moment: a date, or a time in RFC 3339
        #[arg(long, value_name = "MOMENT", default_value = "")]
        as_of: String,
    },
    /// List the revisions of a contribution
    #[command(after_help = "Examples:\n  voortgang contribution history nap1325-iv/2021 bz bz-3-3")]
    History {
        #[command(flatten)]
        name: ContributionName,
        /// List every automatic save, not only the last of each run
        #[arg(long)]
        all: bool,
    },
    /// Erase the text of a contribution for good, from every revision
    #[command(
        after_help = "Examples:\n  voortgang contribution erase nap1325-iv/2021 bz bz-3-3 --reason \"Order of the court of 4 May\"\n\n\
        Refused while a published edition contains it: withdraw that edition first."
    )]
    Erase {
        #[command(flatten)]
        name: ContributionName,
        /// Why; shown in place of the text
        #[arg(long)]
        reason: String,
    },
    /// Show the differences between two revisions, word by word
    #[command(
        after_help = "Examples:\n  voortgang contribution compare nap1325-iv/2021 bz bz-3-3\n  \
        voortgang contribution compare nap1325-iv/2021 bz bz-3-3 --from 1 --to 4\n\n\
        Removed words are printed as [-…-], added words as {+…+}."
    )]
    Compare {
        #[command(flatten)]
        name: ContributionName,
        /// Revision before; 0 means the one before --to
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Revision after; 0 means the latest
        #[arg(long, default_value_t = 0)]
        to: u64,
    },
}
