//! The command line of `reminders`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum RemindersCommand {
    /// List reminders, newest first: to whom, about what, and whether each was sent
    #[command(after_help = "Examples:\n  voortgang reminders list --cycle nap1325-iv/2021\n  \
        voortgang reminders list --recipient 018f4e2c-7b1a-7000-8000-000000000001 --limit 10 --json\n  \
        voortgang reminders list --notices")]
    List(RemindersListArgs),
    /// Show a reminder with its text
    #[command(
        after_help = "Examples:\n  voortgang reminders show 018f4e2c-7b1a-7000-8000-000000000002"
    )]
    Show {
        /// Id of the reminder
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RemindersListArgs {
    /// Only of this cycle
    #[arg(long, value_name = "CYCLE", default_value = "")]
    pub(crate) cycle: String,
    /// Only to the person with this id
    #[arg(long, value_name = "PERSON", default_value = "")]
    pub(crate) recipient: String,
    /// List mails about what happened too
    #[arg(long)]
    pub(crate) notices: bool,
    /// At most this many
    #[arg(long, default_value_t = 1_000)]
    pub(crate) limit: usize,
}
