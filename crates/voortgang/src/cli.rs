//! The command line.

mod backup;
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
mod synonyms;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use crate::cli::{
    backup::{BackupArgs, BackupCommand, RestoreArgs},
    contribution::{ContributionCommand, ContributionName, SubmitArgs},
    framework::{
        AddArgs, ChangeArgs, CloseArgs, CycleCommand, FrameworkCommand, Gaps, OpenArgs, Review,
    },
    help::command,
    obligations::{AskedWithReason, AssignArgs, ListArgs, ObligationsCommand},
    operations::{AuditCommand, AuditListArgs, DeadLettersCommand},
    people::{ChangePersonArgs, MemberArgs, PeopleCommand},
    publish::{EditionCommand, PublishArgs, WithdrawArgs},
    reminders::{RemindersCommand, RemindersListArgs},
    review::{IdOrName, RemarkCommand, ReviewCommand},
    search::{SearchArgs, Sort, SuggestArgs},
    server::{DemoArgs, Ports, ServeArgs, UpArgs},
    synonyms::{AddSynonymsArgs, SynonymsCommand},
    token::{RevokeArgs, TokenArgs},
};

const ENVIRONMENT_AND_EXIT_CODES: &str = "\
Environment:
  VOORTGANG_SERVER       Address of the server, unless --server is given; those of its replicas with commas between them
  VOORTGANG_TOKEN        Token to call with, instead of the one that `up` leaves for its user; empty counts as unset
  VOORTGANG_AUTHORITY    PEM file of the authority that signed the server's certificate
  VOORTGANG_CERTIFICATE  PEM file of this client's certificate, to call as its holder; with VOORTGANG_KEY

Exit codes:
  0  done
  1  failed, or something was rejected
  2  wrong usage
  3  the server cannot be reached
  4  not ready in time
  5  the audit log is not sound
  `status` has its own: 0 ready, 1 degraded, 2 down or not reached

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
    /// Print findings of severity `info` too, and more of the log
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run an example from first submission to published report, and keep serving
    #[command(after_help = "Examples:\n  voortgang demo\n  voortgang demo --once --data /tmp/demo")]
    Demo(DemoArgs),
    /// Run all services in one process
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
    /// Suggest queries by how they begin, from what is published
    Suggest(SuggestArgs),
    /// Render in this process, for the service `rendering`
    #[command(hide = true)]
    RenderWorker,
    /// Register, list and show frameworks
    #[command(subcommand)]
    Framework(FrameworkCommand),
    /// Open, change, close, list and show reporting cycles
    #[command(subcommand)]
    Cycle(CycleCommand),
    /// List, show, compare and erase contributions and their revisions
    #[command(subcommand)]
    Contribution(ContributionCommand),
    /// Assign what organisations owe in a cycle, and show how complete it is
    #[command(subcommand)]
    Obligations(ObligationsCommand),
    /// List and show reminders of open obligations, and whether they were sent
    #[command(subcommand)]
    Reminders(RemindersCommand),
    /// Approve, return and withdraw contributions, and show decisions
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Make, answer and resolve remarks on contributions
    #[command(subcommand)]
    Remark(RemarkCommand),
    /// Submit contributions from a file
    #[command(
        after_help = "Examples:\n  voortgang submit contributions-2021.yaml\n  voortgang submit contributions-2021.yaml --dry-run\n\n\
        Contributions that have not changed are ignored, so a full file can be submitted again. It is remembered what a file was\n\
        based on: a text that somebody else changed since is not replaced, but shown as a conflict. Take theirs over into the\n\
        file, then submit it with --overwrite. Items of organisations that you do not write for are left alone."
    )]
    Submit(SubmitArgs),
    /// Publish an edition of a cycle
    #[command(
        after_help = "Examples:\n  voortgang publish nap1325-iv/2021 --date 2022-11-09 --wait --out published\n  \
        voortgang publish nap1325-iv/2021 --date 2022-11-09 --retry --wait\n\n\
        With the same content and date as the latest edition, that edition is returned; else the next one is made."
    )]
    Publish(PublishArgs),
    /// List and show editions: what each changed, and why one was withdrawn
    #[command(subcommand)]
    Edition(EditionCommand),
    /// Read the files of an edition, and make those again that are lost or damaged
    #[command(after_help = "Examples:\n  voortgang repair nap1325-iv/2021/1\n\n\
        A file is rendered from what the edition pins, by the template and the version that are there. Only the very same bytes take\n\
        the place of the file; what comes out different is refused, with both hashes.")]
    Repair {
        /// Name of the edition
        edition: String,
    },
    /// Withdraw a published edition; its addresses then show the reason
    #[command(
        after_help = "Examples:\n  voortgang withdraw nap1325-iv/2021/2 --reason \"Names somebody by mistake\"\n\n\
        Its number is not used again; publishing the same content again makes the next edition."
    )]
    Withdraw(WithdrawArgs),
    /// Add, change and erase people and their memberships
    #[command(subcommand)]
    People(PeopleCommand),
    /// Show whether all services are ready, and how far each is
    #[command(
        after_help = "Examples:\n  voortgang status\n  voortgang status --json\n\nExits with 0 when all is well, with 1 when something is wrong and work goes on (what, and since when, is printed), and with 2\n\
        when a service does not answer. It asks every replica of storage and search."
    )]
    Status,
    /// List, show and replay messages that a consumer could not handle
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// List, export and verify the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Back up an embedded installation, while it runs
    #[command(after_help = "Examples:\n  voortgang backup /backups/voortgang\n  \
        voortgang backup /backups/voortgang --data /var/lib/voortgang --keep 30 \
        --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n\n\
        It copies database, files, mails and keys, as they are at one moment; what an earlier backup has is not stored again.\n\
        The index of search and the bus are left out, since a restored server makes them anew, and so is the configuration.")]
    Backup(BackupArgs),
    /// Make a data folder out of a backup
    #[command(
        after_help = "Examples:\n  voortgang restore /backups/voortgang --data /var/lib/voortgang-restored\n  \
        voortgang restore /backups/voortgang --data restored --at 2022-11-09T12:00:00Z --identity key.txt\n\n\
        Every checksum is verified before anything is written."
    )]
    Restore(RestoreArgs),
    /// Issue a token with which somebody calls the server
    Token(TokenArgs),
    /// Revoke tokens before they expire
    Revoke(RevokeArgs),
    /// Show your id and grants, as the server sees them
    #[command(
        after_help = "Examples:\n  voortgang whoami\n  VOORTGANG_TOKEN=$(voortgang token --role auditor) voortgang whoami --json\n  \
            VOORTGANG_CERTIFICATE=alfa.pem VOORTGANG_KEY=alfa.key voortgang whoami"
    )]
    Whoami,
    /// Rebuild the search indexes while the present ones go on answering
    #[command(after_help = "Examples:\n  voortgang reindex")]
    Reindex,
    /// List, check and add terms that stand for one another in a search
    #[command(subcommand)]
    Synonyms(SynonymsCommand),
    /// Check a configuration and its template, and print it without secrets
    #[command(
        after_help = "Examples:\n  voortgang check-config\n  voortgang check-config deploy/config/voortgang.toml\n\n\
        It starts and writes nothing: it checks addresses, limits and folders, and renders a sample with the template."
    )]
    CheckConfig {
        /// Configuration file; without it defaults and environment are checked
        file: Option<PathBuf>,
    },
    /// Print a published JSON Schema, or list them
    #[command(
        after_help = "Examples:\n  voortgang schema\n  voortgang schema search\n  voortgang schema contributions\n\n\
        With --json a command prints the protobuf message that the server answered with, under the names of the proto. Every\n\
        field is there. A time is RFC 3339, a word of an enum is in lower case without the enum's name, bytes are base64.\n\
        A message, time or word that is not set is null, a text that is not set is empty."
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
