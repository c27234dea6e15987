//! The command line of `dead-letters` and `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLettersCommand {
    /// List dead letters, newest first
    #[command(
        after_help = "Examples:\n  voortgang dead-letters list\n  voortgang dead-letters list --all --json"
    )]
    List {
        /// List replayed ones too
        #[arg(long)]
        all: bool,
    },
    /// Show a dead letter
    #[command(after_help = "Examples:\n  voortgang dead-letters show 3")]
    Show {
        /// Its id
        id: u64,
    },
    /// Put a dead letter back on its queue
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
        It names the first bad entry and what is wrong with it. A log that was cut off at the end, or rewritten as a whole, shows only\n\
        by anchors, kept where nobody who can write the database can write."
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
        /// Data folder [default: voortgang-data]
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
