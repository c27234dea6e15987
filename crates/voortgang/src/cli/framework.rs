//! The command line of `framework` and `cycle`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum FrameworkCommand {
    /// Register a framework from a YAML or JSON file
    #[command(
        after_help = "Examples:\n  voortgang framework add framework.yaml\n  voortgang framework add framework.yaml --dry-run\n\n\
        The same content again changes nothing, also that of an earlier version unless --again is given; other content is the\n\
        next version."
    )]
    Add(AddArgs),
    /// List frameworks
    List,
    /// Show a framework
    #[command(
        after_help = "Examples:\n  voortgang framework show nap1325-iv\n  voortgang framework show nap1325-iv@2"
    )]
    Show {
        /// Its code; CODE@VERSION for an earlier version
        name: String,
    },
    /// Show an indicator over all cycles: what was published on it, and on what it came from or became
    #[command(
        after_help = "Examples:\n  voortgang framework series nap1325-iv 1.2-a\n  voortgang framework series nap1325-iv@1 1.2-a\n\n\
        Cycles on other versions are joined by the indicator's id and by the links that the framework declares, in both\n\
        directions, each with the kind of link. What nobody declared is not joined."
    )]
    Series {
        /// Code of the framework; CODE@VERSION where an earlier version has the indicator
        framework: String,
        /// Code of the indicator
        indicator: String,
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
    /// Change the dates, organisations, policies or framework version of a cycle
    #[command(
        after_help = "Examples:\n  voortgang cycle change nap1325-iv/2022-2023 --deadline 2024-06-01 --reason \"Asked by the ministries\" --dry-run\n  \
        voortgang cycle change nap1325-iv/2022-2023 --join ocw --reason \"OCW reports from this round on\"\n  \
        voortgang cycle change nap1325-iv/2022-2023 --leave ocw --review four-eyes --reason \"Agreed on 3 May\"\n  \
        voortgang cycle change nap1325-iv/2022-2023 --framework-version 2 --reason \"The plan was extended\"\n\n\
        Every effect on obligations and contributions is listed; --dry-run lists them and changes nothing. Texts of an organisation\n\
        that leaves stay in the record, and in no edition. Policies only become stricter, and a framework version only later:\n\
        obligations follow their goals by id, and their indicators by id or by the links that the framework declares.\n\
        Who comes back owes again what ended when they left."
    )]
    Change(ChangeArgs),
    /// Close a cycle: it takes no contributions any more
    #[command(
        after_help = "Examples:\n  voortgang cycle close nap1325-iv/2021 --reason \"The report is sent to parliament\" --dry-run\n  \
        voortgang cycle close nap1325-iv/2021 --reason \"The report is sent to parliament\"\n\n\
        What was handed in can still be reviewed and published."
    )]
    Close(CloseArgs),
    /// Open a closed cycle again
    #[command(
        after_help = "Examples:\n  voortgang cycle reopen nap1325-iv/2021 --reason \"A figure of DEF is wrong\""
    )]
    Reopen(CloseArgs),
    /// List the changes of a cycle, each with its reason
    #[command(after_help = "Examples:\n  voortgang cycle changes nap1325-iv/2021")]
    Changes {
        /// Its name, such as nap1325-iv/2021
        name: String,
    },
    /// List what to look at twice: periods, shares, facts that contradict or repeat each other, references that lead nowhere
    #[command(after_help = "Examples:\n  voortgang cycle findings nap1325-iv/2021")]
    Findings {
        /// Its name, such as nap1325-iv/2021
        name: String,
    },
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
pub(crate) struct AddArgs {
    /// The file
    pub(crate) file: PathBuf,
    /// Check the file and save nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Register the content of an earlier version as the next version
    #[arg(long)]
    pub(crate) again: bool,
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
    /// What publishing does with required obligations that are not answered
    #[arg(long, value_enum, default_value_t = Gaps::Print)]
    pub(crate) gaps: Gaps,
    /// Whether contributions need approval by a second person before they are published
    #[arg(long, value_enum, default_value_t = Review::None)]
    pub(crate) review: Review,
    /// Check everything and open nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true)
    .args(["opening", "deadline", "joining", "leaving", "review", "gaps", "framework_version"]))]
pub(crate) struct ChangeArgs {
    /// Name of the cycle, such as nap1325-iv/2021
    pub(crate) name: String,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    /// First day on which contributions are taken; `none`: at once
    #[arg(long, value_name = "DATE")]
    pub(crate) opening: Option<String>,
    /// Last day for contributions; `none`: there is none
    #[arg(long, value_name = "DATE")]
    pub(crate) deadline: Option<String>,
    /// An organisation that reports from now on; may be repeated
    #[arg(long = "join", value_name = "CODE")]
    pub(crate) joining: Vec<String>,
    /// An organisation that reports no more; may be repeated
    #[arg(long = "leave", value_name = "CODE")]
    pub(crate) leaving: Vec<String>,
    /// Whether contributions need approval by a second person before they are published
    #[arg(long, value_enum)]
    pub(crate) review: Option<Review>,
    /// What publishing does with required obligations that are not answered
    #[arg(long, value_enum)]
    pub(crate) gaps: Option<Gaps>,
    /// A later version of the framework
    #[arg(long, value_name = "VERSION")]
    pub(crate) framework_version: Option<u32>,
    /// List what it would do and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CloseArgs {
    /// Name of the cycle, such as nap1325-iv/2021
    pub(crate) name: String,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    /// List what it would do and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Review {
    /// Publish what is submitted
    None,
    /// Publish only what is approved; nobody approves or publishes their own contributions
    FourEyes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gaps {
    /// Print them as open in the edition
    Print,
    /// Refuse to publish until each is answered, or accepted with a reason
    Refuse,
}
