//! The command line of `framework` and `cycle`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum FrameworkCommand {
    /// Register a framework from a YAML or JSON file
    #[command(
        after_help = "Examples:\n  voortgang framework add framework.yaml\n\nThe same content again changes nothing; changed content is the next version."
    )]
    Add {
        /// The file
        file: PathBuf,
        /// Check the file and save nothing
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
        /// Its code; CODE@VERSION for an earlier version
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
    /// What publishing does with required obligations that are not answered
    #[arg(long, value_enum, default_value_t = Gaps::Print)]
    pub(crate) gaps: Gaps,
    /// Whether contributions need approval by a second person before they are published
    #[arg(long, value_enum, default_value_t = Review::None)]
    pub(crate) review: Review,
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
