//! The command line of `obligations`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ObligationsCommand {
    /// Assign what organisations owe in a cycle, from a file or one by one
    #[command(
        after_help = "Examples:\n  voortgang obligations assign nap1325-iv/2021 obligations.yaml --dry-run\n  \
        voortgang obligations assign nap1325-iv/2021 --organisation bz --goal 2.1 --indicator 2.1-a --optional\n\n\
        Assigning an obligation again changes nothing."
    )]
    Assign(AssignArgs),
    /// Remove an obligation
    #[command(
        after_help = "Examples:\n  voortgang obligations remove nap1325-iv/2021 def 5.2 --reason \"Belongs to BZ since May\""
    )]
    Remove(AskedWithReason),
    /// List obligations and the state of each
    #[command(
        after_help = "Examples:\n  voortgang obligations list nap1325-iv/2021 --state open\n  \
        voortgang obligations list nap1325-iv/2021 --organisation bz --as-of 2022-05-01 --json\n  \
        voortgang obligations list nap1325-iv/2021 --removed"
    )]
    List(ListArgs),
    /// Show completeness and timeliness by organisation and goal
    #[command(
        after_help = "Examples:\n  voortgang obligations matrix nap1325-iv/2021\n  voortgang obligations matrix nap1325-iv/2021 --json"
    )]
    Matrix {
        /// Name of the cycle
        cycle: String,
        /// As it was at this moment: a date, or a time in RFC 3339
        #[arg(long, value_name = "MOMENT", default_value = "")]
        as_of: String,
    },
    /// Accept that an obligation stays open; the edition prints the reason
    #[command(
        after_help = "Examples:\n  voortgang obligations accept nap1325-iv/2021 def 5.2 --indicator 5.2-a --reason \"Figures come next year\""
    )]
    Accept(AskedWithReason),
    /// Set a deadline for one organisation, or go back to the cycle's
    #[command(
        after_help = "Examples:\n  voortgang obligations deadline nap1325-iv/2021 jenv 2022-06-01 --reason \"Elections\"\n  \
        voortgang obligations deadline nap1325-iv/2021 jenv --reason \"No longer needed\""
    )]
    Deadline {
        /// Name of the cycle
        cycle: String,
        /// Code of the organisation
        organisation: String,
        /// Its last day; without it: the cycle's
        #[arg(value_name = "DATE", default_value = "")]
        deadline: String,
        /// Why; shown by `obligations list`
        #[arg(long)]
        reason: String,
    },
    /// Copy obligations and texts from the cycle before
    #[command(
        after_help = "Examples:\n  voortgang obligations roll-forward nap1325-iv/2022-2023\n  \
        voortgang obligations roll-forward nap1325-iv/2022-2023 --from nap1325-iv/2021\n  \
        voortgang obligations roll-forward nap1325-iv/2022-2023 --dry-run\n\n\
        Each text becomes a draft that counts as open, and is marked until it is edited. Figures are not copied. A second run changes nothing."
    )]
    RollForward {
        /// Name of the cycle to copy to
        cycle: String,
        /// Name of the cycle to copy from [default: the framework's latest that ends before]
        #[arg(long, value_name = "CYCLE", default_value = "")]
        from: String,
        /// Say what would be copied and left behind, and copy nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AssignArgs {
    /// Name of the cycle
    pub(crate) cycle: String,
    /// The file, YAML or JSON
    #[arg(required_unless_present = "organisation", conflicts_with = "organisation")]
    pub(crate) file: Option<PathBuf>,
    /// Code of the organisation
    #[arg(long, value_name = "CODE", requires = "goal")]
    pub(crate) organisation: Option<String>,
    /// Code of the goal
    #[arg(long, value_name = "CODE", requires = "organisation")]
    pub(crate) goal: Option<String>,
    /// Code of the indicator; without it the goal as a whole
    #[arg(long, value_name = "CODE", default_value = "", requires = "organisation")]
    pub(crate) indicator: String,
    /// The obligation may be left open
    #[arg(long, requires = "organisation")]
    pub(crate) optional: bool,
    /// Check everything and save nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AskedWithReason {
    /// Name of the cycle
    pub(crate) cycle: String,
    /// Code of the organisation
    pub(crate) organisation: String,
    /// Code of the goal
    pub(crate) goal: String,
    /// Code of the indicator; without it the goal as a whole
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) indicator: String,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Name of the cycle
    pub(crate) cycle: String,
    /// Only of this organisation
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) organisation: String,
    /// Only in this state
    #[arg(long, value_parser = ["open", "drafted", "submitted", "returned", "approved", "nothing_to_report", "not_applicable"])]
    pub(crate) state: Option<String>,
    /// As they were at this moment: a date, or a time in RFC 3339
    #[arg(long, value_name = "MOMENT", default_value = "")]
    pub(crate) as_of: String,
    /// List removed ones too, with the reason
    #[arg(long)]
    pub(crate) removed: bool,
}
