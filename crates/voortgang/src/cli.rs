//! The command line.

mod obligations;
mod people;
mod reminders;
mod review;
mod search;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use crate::cli::people::{ChangePersonArgs, MemberArgs, PeopleCommand};
pub(crate) use crate::cli::reminders::{RemindersCommand, RemindersListArgs};
pub(crate) use crate::cli::{
    obligations::{AskedWithReason, AssignArgs, ListArgs, ObligationsCommand},
    review::{IdOrName, RemarkCommand, ReviewCommand},
    search::{SearchOrRole, Sort},
    token::{RevokeArgs, TokenArgs},
};

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 failed, or something was rejected; 2 wrong usage; 3 the server cannot be reached;
4 not ready, or not ready in time; 5 the audit log is not sound.

Results go to stdout, notes and progress to stderr. With --json the result is one JSON value; `voortgang schema` lists
the schemas.";

/// Reports on national action plans: from a ministry's submission to a published, searchable report.
#[derive(Debug, Parser)]
#[command(name = "voortgang", version, about, after_help = EXIT_CODES, max_term_width = 100)]
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
    /// Run the role that takes contributions in
    #[command(after_help = "Examples:\n  voortgang ingest --config split.toml")]
    Ingest(RoleArgs),
    /// Run the role that keeps the record
    #[command(after_help = "Examples:\n  voortgang storage --config split.toml")]
    Storage(RoleArgs),
    /// Run the role that searches
    Search(SearchOrRole),
    /// Run the role that renders editions
    #[command(after_help = "Examples:\n  voortgang rendering --config split.toml")]
    Rendering(RoleArgs),
    /// Run the role that serves pages
    #[command(after_help = "Examples:\n  voortgang portal --config split.toml")]
    Portal(RoleArgs),
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

impl Command {
    /// Its name in traces.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Demo(_) => "demo",
            Self::Up(_) => "up",
            Self::Ingest(_) => "ingest",
            Self::Storage(_) => "storage",
            Self::Search(_) => "search",
            Self::Rendering(_) => "rendering",
            Self::Portal(_) => "portal",
            Self::RenderWorker => "render-worker",
            Self::Framework(_) => "framework",
            Self::Cycle(_) => "cycle",
            Self::Contribution(_) => "contribution",
            Self::Obligations(_) => "obligations",
            Self::Reminders(_) => "reminders",
            Self::Review(_) => "review",
            Self::Remark(_) => "remark",
            Self::Submit(_) => "submit",
            Self::Publish(_) => "publish",
            Self::Withdraw(_) => "withdraw",
            Self::People(_) => "people",
            Self::Status => "status",
            Self::DeadLetters(_) => "dead-letters",
            Self::Audit(_) => "audit",
            Self::Token(_) => "token",
            Self::Revoke(_) => "revoke",
            Self::Whoami => "whoami",
            Self::Reindex => "reindex",
            Self::CheckConfig { .. } => "check-config",
            Self::Schema { .. } => "schema",
            Self::Completions { .. } => "completions",
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Ports {
    /// Port for gRPC; 0 means any free one [default: 7400]
    #[arg(long)]
    pub(crate) grpc_port: Option<u16>,
    /// Port for pages; 0 means any free one [default: 7480]
    #[arg(long)]
    pub(crate) http_port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Folder for everything that is kept [default: voortgang-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ports: Ports,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) up: UpArgs,
    /// End after publishing
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WithdrawArgs {
    /// Name of the edition
    pub(crate) edition: String,
    /// Why; readers are told
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    /// Configuration file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FrameworkCommand {
    /// Register a framework from a YAML or JSON file
    #[command(
        after_help = "Examples:\n  voortgang framework add framework.yaml\n\nThe same content again changes nothing; changed content is the next version."
    )]
    Add {
        /// The file
        file: PathBuf,
        /// Check the file and keep nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List frameworks
    List,
    /// Show a framework
    #[command(
        after_help = "Examples:\n  voortgang framework show nap1325-iv\n  voortgang framework show nap1325-iv@2"
    )]
    Show {
        /// Its code, with @VERSION for another than the latest
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CycleCommand {
    /// Open a cycle on a framework for a period
    #[command(
        after_help = "Examples:\n  voortgang cycle open nap1325-iv --from 2021-01-01 --until 2021-12-31\n  \
        voortgang cycle open nap1325-iv --from 2022-01-01 --until 2023-12-31 --organisation bz --organisation def --deadline 2024-05-01\n  \
        voortgang cycle open nap1325-iv --from 2024-01-01 --until 2024-12-31 --review four-eyes"
    )]
    Open(OpenArgs),
    /// List cycles
    #[command(
        after_help = "Examples:\n  voortgang cycle list\n  voortgang cycle list --framework nap1325-iv"
    )]
    List {
        /// Only those of this framework
        #[arg(long, default_value = "")]
        framework: String,
    },
    /// Show a cycle
    #[command(after_help = "Examples:\n  voortgang cycle show nap1325-iv/2021")]
    Show {
        /// Its name, such as nap1325-iv/2021
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// Code of the framework
    pub(crate) framework: String,
    /// First day of the period
    #[arg(long, value_name = "DATE")]
    pub(crate) from: String,
    /// Last day of the period
    #[arg(long, value_name = "DATE")]
    pub(crate) until: String,
    /// Version of the framework; 0 means the latest
    #[arg(long, default_value_t = 0)]
    pub(crate) framework_version: u32,
    /// An organisation that reports; may be repeated [default: all that the framework names]
    #[arg(long = "organisation", value_name = "CODE")]
    pub(crate) organisations: Vec<String>,
    /// First day on which contributions are taken
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) opening: String,
    /// Last day for contributions
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) deadline: String,
    /// What becomes of required obligations that nobody answers: printed as open, or no edition without an accepted reason
    #[arg(long, value_enum, default_value_t = Gaps::Print)]
    pub(crate) gaps: Gaps,
    /// Whether contributions are approved, by somebody else than who wrote them, before they are published
    #[arg(long, value_enum, default_value_t = Review::None)]
    pub(crate) review: Review,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Review {
    /// What is handed in is published
    None,
    /// Only what is approved is, and nobody approves or publishes what they handed in
    FourEyes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gaps {
    /// The edition prints them as open
    Print,
    /// No edition until each is answered or accepted with a reason
    Refuse,
}

#[derive(Debug, Args)]
pub(crate) struct SubmitArgs {
    /// The file, YAML or JSON
    pub(crate) file: PathBuf,
    /// Name of the cycle [default: made from the file's framework and period]
    #[arg(long, value_name = "NAME")]
    pub(crate) cycle: Option<String>,
    /// Save as drafts, checked loosely
    #[arg(long)]
    pub(crate) draft: bool,
    /// Check everything and keep nothing; the results are what they would have been
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct PublishArgs {
    /// Name of the cycle, such as nap1325-iv/2021
    pub(crate) cycle: String,
    /// Date printed in the edition
    #[arg(long, value_name = "DATE")]
    pub(crate) date: String,
    /// Forms to render
    #[arg(long, value_delimiter = ',', default_value = "pdf,html,json")]
    pub(crate) format: Vec<String>,
    /// Languages of the fixed texts [default: the framework's]
    #[arg(long, value_delimiter = ',')]
    pub(crate) language: Vec<String>,
    /// Wait until it is public
    #[arg(long)]
    pub(crate) wait: bool,
    /// Wait at most so many seconds
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    /// Write the files to this folder; waits
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Queue failed files again
    #[arg(long)]
    pub(crate) retry: bool,
    /// Why four eyes are overridden: what is submitted is published as it is, and the edition prints the reason
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) override_reason: String,
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
        /// Only those in this state: `submitted` is what waits for a review
        #[arg(long, value_parser = ["draft", "submitted", "returned", "approved", "withdrawn"])]
        state: Option<String>,
        /// As they stood at this moment: a date, or a time in RFC 3339
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
        /// As it stood at this moment: a date, or a time in RFC 3339
        #[arg(long, value_name = "MOMENT", default_value = "")]
        as_of: String,
    },
    /// List the revisions of a contribution
    #[command(after_help = "Examples:\n  voortgang contribution history nap1325-iv/2021 bz bz-3-3")]
    History {
        #[command(flatten)]
        name: ContributionName,
        /// Every automatic save, not only the last of each run
        #[arg(long)]
        all: bool,
    },
    /// Erase the text of a contribution for good, from every revision
    #[command(
        after_help = "Examples:\n  voortgang contribution erase nap1325-iv/2021 bz bz-3-3 --reason \"Order of the court of 4 May\"\n\n\
        Refused while a published edition has it: withdraw that edition first."
    )]
    Erase {
        #[command(flatten)]
        name: ContributionName,
        /// Why; it stands where the text was
        #[arg(long)]
        reason: String,
    },
    /// Show what differs between two revisions, by word
    #[command(
        after_help = "Examples:\n  voortgang contribution compare nap1325-iv/2021 bz bz-3-3\n  \
        voortgang contribution compare nap1325-iv/2021 bz bz-3-3 --from 1 --to 4\n\n\
        Words that went stand in [-…-], words that came in {+…+}."
    )]
    Compare {
        #[command(flatten)]
        name: ContributionName,
        /// Revision before; 0 means the one before the other
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Revision after; 0 means the latest
        #[arg(long, default_value_t = 0)]
        to: u64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLettersCommand {
    /// List parked messages, newest first
    #[command(
        after_help = "Examples:\n  voortgang dead-letters list\n  voortgang dead-letters list --all --json"
    )]
    List {
        /// Replayed ones too
        #[arg(long)]
        all: bool,
    },
    /// Show a parked message
    #[command(after_help = "Examples:\n  voortgang dead-letters show 3")]
    Show {
        /// Its id
        id: u64,
    },
    /// Hand a parked message to its queue again
    #[command(after_help = "Examples:\n  voortgang dead-letters replay 3")]
    Replay {
        /// Its id
        id: u64,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List entries, oldest first
    #[command(
        after_help = "Examples:\n  voortgang audit list\n  voortgang audit list --object nap1325-iv/2021 --json\n  \
        voortgang audit list --actor local-operator --from 2022-01-01 --until 2022-02-01T12:00:00Z"
    )]
    List(AuditListArgs),
    /// Write the whole log with its checkpoints to a file
    #[command(after_help = "Examples:\n  voortgang audit export audit.jsonl")]
    Export {
        /// The file; JSON on each line
        file: PathBuf,
    },
    /// Verify an export offline: its chain, its checkpoints, and the anchors kept elsewhere
    #[command(
        after_help = "Examples:\n  voortgang audit verify audit.jsonl --key public.txt --anchors voortgang-data/objects/audit/checkpoints\n\n\
        Names the first bad entry and what is wrong with it. Only anchors that whoever may write the database may not write\n\
        show that the end was cut off or that all was rewritten."
    )]
    Verify {
        /// The export
        export: PathBuf,
        /// Public key of checkpoints, or a file that holds it; may be repeated
        #[arg(long = "key", value_name = "PUBLIC_KEY", required = true)]
        keys: Vec<String>,
        /// Folder with anchors
        #[arg(long, value_name = "DIR")]
        anchors: Option<PathBuf>,
    },
    /// Print the public key of checkpoints, on the machine that keeps the private one
    #[command(
        after_help = "Examples:\n  voortgang audit key\n  voortgang audit key --data /var/lib/voortgang > public.txt"
    )]
    Key {
        /// Folder for everything that is kept [default: voortgang-data]
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Configuration file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AuditListArgs {
    /// Only of this object: an id or a name
    #[arg(long, default_value = "")]
    pub(crate) object: String,
    /// Only by this actor
    #[arg(long, default_value = "")]
    pub(crate) actor: String,
    /// Only from this day or moment on, in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only before this day or moment, in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 1_000)]
    pub(crate) limit: usize,
}
