//! The command line of `review` and `remark`.

use clap::{Args, Subcommand};

/// What a contribution is named by: its id alone, or cycle, organisation and the sender's own id.
#[derive(Debug, Args)]
pub(crate) struct IdOrName {
    /// Id given by storage, or name of the cycle, such as nap1325-iv/2021
    #[arg(value_name = "ID|CYCLE")]
    pub(crate) first: String,
    /// Code of the organisation
    #[arg(requires = "external_id")]
    pub(crate) organisation: Option<String>,
    /// The sender's own id
    pub(crate) external_id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Approve a submitted contribution as it was read, or all that an organisation submitted
    #[command(
        after_help = "Examples:\n  voortgang review approve nap1325-iv/2021 bz bz-3-3 --etag 2-9f86d081884c7d65\n  \
        voortgang review approve nap1325-iv/2021 --organisation bz --dry-run\n  \
        voortgang review approve nap1325-iv/2021 --organisation bz\n  \
        voortgang review approve nap1325-iv/2021 bz bz-3-3 --etag 2-9f86d081884c7d65 --override-reason \"Nobody else is there\"\n\n\
        `voortgang contribution show` prints the etag. The approval is for that content alone: a later change voids it.\n\
        With --organisation each submitted contribution is approved as it is listed at that moment; one that somebody changes\n\
        meanwhile is refused, and the others stand. It is given for that organisation: a joint one goes on waiting for its others.\n\
        Under four eyes nobody approves their own contribution, unless they override with a reason; `voortgang review confirm` then confirms."
    )]
    Approve {
        #[command(flatten)]
        name: IdOrName,
        /// Etag of the revision that was read
        #[arg(long, required_unless_present = "of")]
        etag: Option<String>,
        /// Approve all that this organisation submitted in the cycle
        #[arg(long = "organisation", id = "of", value_name = "CODE", conflicts_with_all = ["etag", "organisation"])]
        of: Option<String>,
        /// List what would be approved or refused and approve nothing
        #[arg(long, requires = "of")]
        dry_run: bool,
        /// Override four eyes; the edition prints this reason
        #[arg(long, value_name = "TEXT", default_value = "")]
        override_reason: String,
    },
    /// Return a contribution to its organisation; only the targets become editable
    #[command(
        after_help = "Examples:\n  voortgang review return nap1325-iv/2021 bz bz-3-3 --etag 2-9f86d081884c7d65 --reason unclear \
        --text \"Say which fund\" --target p5hk2m3n4q7\n  \
        voortgang review return nap1325-iv/2021 bz bz-3-3 --etag 2-9f86d081884c7d65 --reason unsourced --text \"Where from?\" \
        --target p5hk2m3n4q7:2-3 --target figure:1\n\n\
        A target is a passage, sentences of one (PASSAGE:2 or PASSAGE:2-3), or figure:N. `voortgang contribution show --json`\n\
        lists the passages. Without a target the whole contribution becomes editable."
    )]
    Return {
        #[command(flatten)]
        name: IdOrName,
        /// Etag of the revision that was read
        #[arg(long)]
        etag: String,
        /// Why
        #[arg(long, value_parser = ["incomplete", "incorrect", "unclear", "unsourced", "out_of_scope", "other"])]
        reason: String,
        /// What is to be done
        #[arg(long)]
        text: String,
        /// What is to be changed; may be repeated
        #[arg(long = "target", value_name = "TARGET")]
        targets: Vec<String>,
    },
    /// Withdraw a contribution for good; no later edition contains it
    #[command(
        after_help = "Examples:\n  voortgang review withdraw nap1325-iv/2021 bz bz-3-3 --etag 2-9f86d081884c7d65 --reason \"Asked by DEF\""
    )]
    Withdraw {
        #[command(flatten)]
        name: IdOrName,
        /// Etag of the revision that was read
        #[arg(long)]
        etag: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Check everything and withdraw nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List the decisions about a contribution
    #[command(after_help = "Examples:\n  voortgang review decisions nap1325-iv/2021 bz bz-3-3")]
    Decisions {
        #[command(flatten)]
        name: IdOrName,
    },
    /// Show what changed since the last approval, word by word
    #[command(after_help = "Examples:\n  voortgang review compare nap1325-iv/2021 bz bz-3-3")]
    Compare {
        #[command(flatten)]
        name: IdOrName,
    },
    /// List the overrides of four eyes in a cycle
    #[command(after_help = "Examples:\n  voortgang review overrides nap1325-iv/2021")]
    Overrides {
        /// Name of the cycle
        cycle: String,
    },
    /// Confirm an override as a second person
    #[command(
        after_help = "Examples:\n  voortgang review confirm 0192f0c1-2b7a-7000-8000-000000000001"
    )]
    Confirm {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RemarkCommand {
    /// Make a remark on a contribution or a part of it
    #[command(
        after_help = "Examples:\n  voortgang remark add nap1325-iv/2021 bz bz-3-3 --text \"Good example\"\n  \
        voortgang remark add nap1325-iv/2021 bz bz-3-3 --target p5hk2m3n4q7:2 --text \"Which year?\" --request-id r-17"
    )]
    Add {
        #[command(flatten)]
        name: IdOrName,
        /// The text
        #[arg(long)]
        text: String,
        /// What it is about: a passage, PASSAGE:2, PASSAGE:2-3, or figure:N [default: the whole]
        #[arg(long)]
        target: Option<String>,
        /// Id of this request; the same id again has no further effect
        #[arg(long, value_name = "ID", default_value = "")]
        request_id: String,
    },
    /// Answer a remark
    #[command(
        after_help = "Examples:\n  voortgang remark answer 0192f0c1-2b7a-7000-8000-000000000001 --text \"2021, added\""
    )]
    Answer {
        /// Id of the remark
        id: String,
        /// The text
        #[arg(long)]
        text: String,
        /// Id of this request; the same id again has no further effect
        #[arg(long, value_name = "ID", default_value = "")]
        request_id: String,
    },
    /// Resolve a remark
    #[command(
        after_help = "Examples:\n  voortgang remark resolve 0192f0c1-2b7a-7000-8000-000000000001"
    )]
    Resolve {
        /// Id of the remark
        id: String,
    },
    /// List the remarks on a contribution, or on all of a cycle
    #[command(
        after_help = "Examples:\n  voortgang remark list nap1325-iv/2021\n  voortgang remark list nap1325-iv/2021 bz bz-3-3\n  voortgang remark list nap1325-iv/2021 bz bz-3-3 --all"
    )]
    List {
        #[command(flatten)]
        name: IdOrName,
        /// List resolved ones too
        #[arg(long)]
        all: bool,
    },
}
