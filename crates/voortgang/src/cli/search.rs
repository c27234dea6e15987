//! The command line of `search`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  voortgang search \"vrouwelijke mensenrechtenverdedigers\"\n  \
        voortgang search '\"gendergelijkheid\" organisatie:bz jaar:2021' --json\n  voortgang search vrede --filter organisation=def --working\n  \
        voortgang search 'ministerie:bz jaar:2021..2023 land:Irak'\n  voortgang search vrede --as-of 2022-03-01\n  \
        voortgang search vrede --filter year=2021 --export vrede.csv\n  voortgang search vrede --working --as-of 2022-03-01T12:00:00Z\n\n\
        A query has words, \"phrases\", AND OR NOT (EN OF NIET), -word, (groups), word* and field:value;\n\
        fields are organisation, goal, indicator, pillar, year, cycle, answer and country. No query is refused:\n\
        what is not of this form is searched for as words, and the answer says so."
)]
pub(crate) struct SearchArgs {
    /// The query
    pub(crate) query: String,
    /// Search drafts and submissions instead of published editions
    #[arg(long)]
    pub(crate) working: bool,
    /// Search this edition, such as nap1325-iv/2021/1, even if a later one is current
    #[arg(long, value_name = "NAME", default_value = "", conflicts_with = "working")]
    pub(crate) edition: String,
    /// Search as of this moment, a date or a time in RFC 3339: the editions current then, or with --working drafts and
    /// submissions as they were then
    #[arg(long, value_name = "MOMENT", default_value = "", conflicts_with = "edition")]
    pub(crate) as_of: String,
    /// Look for the words alone, and for nothing that stands for them, such as an abbreviation
    #[arg(long)]
    pub(crate) as_written: bool,
    /// Only hits of this organisation, cycle, goal and so on; may be repeated
    #[arg(long = "filter", value_name = "DIMENSION=VALUE")]
    pub(crate) filters: Vec<String>,
    /// At most this many hits
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: i32,
    /// Write all hits to this file, in the form that its name ends with: .csv, .xlsx or .jsonl (a JSON object on each line)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["limit", "page"])]
    pub(crate) export: Option<PathBuf>,
    /// Address of the pages, with which links in that file begin
    #[arg(
        long,
        env = "VOORTGANG_PAGES",
        value_name = "ADDRESS",
        default_value = "http://127.0.0.1:7480"
    )]
    pub(crate) pages: String,
    /// Token of the next page, as printed before
    #[arg(long, value_name = "TOKEN", default_value = "")]
    pub(crate) page: String,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = Sort::Score)]
    pub(crate) sort: Sort,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  voortgang suggest vred\n  voortgang suggest ministerie --limit 5 --json"
)]
pub(crate) struct SuggestArgs {
    /// What was typed so far; left out, what most contributions have is suggested
    #[arg(default_value = "")]
    pub(crate) beginning: String,
    /// At most this many
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// Best first
    Score,
    /// Latest period first
    Newest,
    /// Earliest period first
    Oldest,
}
