//! The command line.

mod contribution;
mod framework;
mod help;
mod obligations;
mod operations;
mod people;
mod publish;
mod reminders;
mod review;
mod search;
mod server;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use crate::cli::{
    contribution::{ContributionCommand, ContributionName, SubmitArgs},
    framework::{CycleCommand, FrameworkCommand, Gaps, OpenArgs, Review},
    help::command,
    obligations::{AskedWithReason, AssignArgs, ListArgs, ObligationsCommand},
    operations::{AuditCommand, AuditListArgs, DeadLettersCommand},
    people::{ChangePersonArgs, MemberArgs, PeopleCommand},
    publish::{PublishArgs, WithdrawArgs},
    reminders::{RemindersCommand, RemindersListArgs},
    review::{IdOrName, RemarkCommand, ReviewCommand},
    search::{SearchArgs, Sort},
    server::{DemoArgs, Ports, ServeArgs, UpArgs},
    token::{RevokeArgs, TokenArgs},
};

const ENVIRONMENT_AND_EXIT_CODES: &str = "\
Environment:
  VOORTGANG_SERVER       Address of the server, unless --server is given
  VOORTGANG_TOKEN        Token to call with, instead of the one that `up` leaves for its user; empty counts as unset
  VOORTGANG_AUTHORITY    PEM file of the authority that signed the server's certificate
  VOORTGANG_CERTIFICATE  PEM file of this client's certificate, to call as its holder; with VOORTGANG_KEY

Exit codes:
  0  done
  1  failed, or something was rejected
  2  wrong usage
  3  the server cannot be reached
  4  not ready, or not ready in time
  5  the audit log is not sound

Results go to stdout; notes and progress go to stderr.
With --json the result is one JSON value, of which `voortgang schema` prints the schema.";

/// Reports on national action plans: from a ministry's submission to a published, searchable report.
#[derive(Debug, Parser)]
#[command(name = "voortgang", version, about, after_help = ENVIRONMENT_AND_EXIT_CODES, max_term_width = 120)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Address of the server [default: $VOORTGANG_SERVER, else http://127.0.0.1:7400]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show findings that are good to know, and more of the log
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole chain on an example, and keep serving
    #[command(after_help = "Examples:\n  voortgang demo\n  voortgang demo --once --data /tmp/demo")]
    Demo(DemoArgs),
    /// Run every role in one process
    #[command(
        after_help = "Examples:\n  voortgang up\n  voortgang up --data /var/lib/voortgang --config /etc/voortgang.toml"
    )]
    Up(UpArgs),
    /// Run one service alone, in a deployment with a process for each
    #[command(
        after_help = "Examples:\n  voortgang serve storage --config split.toml\n  voortgang serve search --config split.toml"
    )]
    Serve(ServeArgs),
    /// Search contributions of all cycles
    Search(SearchArgs),
    /// Render in this process, for the role `rendering`
    #[command(hide = true)]
    RenderWorker,
    /// Register, list and show frameworks
    #[command(subcommand)]
    Framework(FrameworkCommand),
    /// Open, list and show reporting cycles
    #[command(subcommand)]
    Cycle(CycleCommand),
    /// List and show contributions, their revisions, and what differs between two
    #[command(subcommand)]
    Contribution(ContributionCommand),
    /// Assign what organisations owe in a cycle, and see how much of it is there
    #[command(subcommand)]
    Obligations(ObligationsCommand),
    /// See who was reminded of what is open, and whether the mail went out
    #[command(subcommand)]
    Reminders(RemindersCommand),
    /// Approve, return and withdraw contributions, and see what was decided
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Make, answer and resolve remarks on contributions
    #[command(subcommand)]
    Remark(RemarkCommand),
    /// Submit the contributions of a file
    #[command(
        after_help = "Examples:\n  voortgang submit contributions-2021.yaml\n  voortgang submit contributions-2021.yaml --dry-run\n\n\
        What is there already is ignored, so a full file can be sent again and again."
    )]
    Submit(SubmitArgs),
    /// Publish an edition of a cycle
    #[command(
        after_help = "Examples:\n  voortgang publish nap1325-iv/2021 --date 2022-11-09 --wait --out published\n  \
        voortgang publish nap1325-iv/2021 --date 2022-11-09 --retry --wait\n\n\
        The same content and date as the latest edition is that edition; changed content is the next."
    )]
    Publish(PublishArgs),
    /// Withdraw a published edition: its pages and files give way to the reason
    #[command(
        after_help = "Examples:\n  voortgang withdraw nap1325-iv/2021/2 --reason \"Names somebody by mistake\"\n\n\
        Its number is not given out again; the same content published again is the next edition."
    )]
    Withdraw(WithdrawArgs),
    /// Save people, say what they are members of, and erase them
    #[command(subcommand)]
    People(PeopleCommand),
    /// Tell whether every role is ready, and how far each is
    #[command(
        after_help = "Examples:\n  voortgang status\n  voortgang status --json\n\nExits with 0 only when every role is ready."
    )]
    Status,
    /// List, show and replay messages that a consumer gave up
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// List, export and verify the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Make a token for somebody to call the server with
    Token(TokenArgs),
    /// Make tokens worthless before they expire
    Revoke(RevokeArgs),
    /// Tell who the server takes you for
    #[command(
        after_help = "Examples:\n  voortgang whoami\n  VOORTGANG_TOKEN=$(voortgang token --role auditor) voortgang whoami --json\n  \
            VOORTGANG_CERTIFICATE=alfa.pem VOORTGANG_KEY=alfa.key voortgang whoami"
    )]
    Whoami,
    /// Build the search indexes anew while the present ones go on answering
    #[command(after_help = "Examples:\n  voortgang reindex")]
    Reindex,
    /// Check a configuration and its template, and print it, secrets hidden
    #[command(
        after_help = "Examples:\n  voortgang check-config\n  voortgang check-config deploy/config/voortgang.toml\n\n\
        Nothing is started or written: addresses, limits and folders are looked at, and the template renders a sample."
    )]
    CheckConfig {
        /// Configuration file; without it defaults and environment are checked
        file: Option<PathBuf>,
    },
    /// Print a published JSON Schema, or list them
    #[command(
        after_help = "Examples:\n  voortgang schema\n  voortgang schema search\n  voortgang schema contributions"
    )]
    Schema {
        /// Name of the schema
        name: Option<String>,
    },
    /// Print completions for a shell
    #[command(
        after_help = "Examples:\n  voortgang completions bash > /etc/bash_completion.d/voortgang"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}
