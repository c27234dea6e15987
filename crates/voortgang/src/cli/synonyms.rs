//! The command line of `synonyms`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SynonymsCommand {
    /// List the terms that stand for one another: those of the program, or those of a file
    #[command(
        after_help = "Examples:\n  voortgang synonyms list\n  voortgang synonyms list synonyms.toml --json"
    )]
    List {
        /// The file; without it the list of terms and the countries that the program holds
        file: Option<PathBuf>,
    },
    /// Check a file: what cannot be read, terms in two concepts, and with --texts terms that no text has
    #[command(
        after_help = "Examples:\n  voortgang synonyms check synonyms.toml\n  voortgang synonyms check synonyms.toml --texts\n\n\
        With --texts it asks the server how many published contributions have each term, and names terms that none has and concepts\n\
        that find more than five times what their rarest term alone finds."
    )]
    Check {
        /// The file
        file: PathBuf,
        /// Hold the terms against what is published
        #[arg(long)]
        texts: bool,
    },
    /// Add a concept to a file, which is made where it is missing
    #[command(
        after_help = "Examples:\n  voortgang synonyms add synonyms.toml --nl dijkversterking --nl dijkverzwaring --en \"dike reinforcement\" --reason \"Asked by readers\"\n  \
        voortgang synonyms add synonyms.toml --nl waterschap --narrower \"Waterschap De Dommel\" --reason \"An example of one\"\n\n\
        The setting search.synonyms names the file; search reads it when it starts."
    )]
    Add(AddSynonymsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddSynonymsArgs {
    /// The file
    pub(crate) file: PathBuf,
    /// A Dutch term; may be repeated
    #[arg(long, value_name = "TERM")]
    pub(crate) nl: Vec<String>,
    /// An English term; may be repeated
    #[arg(long, value_name = "TERM")]
    pub(crate) en: Vec<String>,
    /// A term that the others find and that does not find them; may be repeated
    #[arg(long, value_name = "TERM")]
    pub(crate) narrower: Vec<String>,
    /// Why they belong together
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}
