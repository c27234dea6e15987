//! The command line of `people`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Add a person
    #[command(
        after_help = "Examples:\n  voortgang people add \"Anna Bijlsma\" a.bijlsma@example.org --subject idp-4711\n  \
        voortgang people add \"Ben Carter\" b.carter@example.org --language en --json"
    )]
    Add {
        /// Name
        name: String,
        /// Address for mail
        email: String,
        /// Subject of the person's tokens; without it the id
        #[arg(long, default_value = "")]
        subject: String,
        /// Language that the person is written to in
        #[arg(long, default_value = "nl", value_parser = ["nl", "en"])]
        language: String,
        /// How the person is mailed about what happened
        #[arg(long, default_value = "at_once", value_parser = ["at_once", "daily", "off"])]
        notices: String,
    },
    /// Change a person; fields that are not given stay as they are
    #[command(
        after_help = "Examples:\n  voortgang people change 0190a6f1-5c3e-7000-8000-000000000001 --email anna@example.org\n  \
        voortgang people change 0190a6f1-5c3e-7000-8000-000000000001 --notices daily"
    )]
    Change(ChangePersonArgs),
    /// List people
    #[command(
        after_help = "Examples:\n  voortgang people list\n  voortgang people list --organisation bz --json"
    )]
    List {
        /// Only members of this organisation, today
        #[arg(long, value_name = "CODE", default_value = "")]
        organisation: String,
    },
    /// Show a person
    #[command(
        after_help = "Examples:\n  voortgang people show 0190a6f1-5c3e-7000-8000-000000000001"
    )]
    Show {
        /// Id of the person
        id: String,
    },
    /// Give a person a role, for one organisation or for all, over a period
    #[command(
        after_help = "Examples:\n  voortgang people member 0190a6f1-5c3e-7000-8000-000000000001 contributor --organisation bz\n  \
        voortgang people member 0190a6f1-5c3e-7000-8000-000000000001 reviewer --organisation bz --goal 2.1 --until 2022-12-31"
    )]
    Member(MemberArgs),
    /// End a membership
    #[command(
        after_help = "Examples:\n  voortgang people end 0190a6f1-5c3e-7000-8000-000000000001 1\n  \
        voortgang people end 0190a6f1-5c3e-7000-8000-000000000001 1 --until 2022-12-31"
    )]
    End {
        /// Id of the person
        id: String,
        /// Number of the membership
        number: u32,
        /// Last day [default: yesterday, so that it has ended]
        #[arg(long, value_name = "DATE", default_value = "")]
        until: String,
    },
    /// Erase name, address and subject of a person for good; the record keeps the id
    #[command(
        after_help = "Examples:\n  voortgang people erase 0190a6f1-5c3e-7000-8000-000000000001 --reason \"Request of 4 May, GDPR article 17\""
    )]
    Erase {
        /// Id of the person
        id: String,
        /// Why; the audit log keeps it as a hash, so name nobody in it
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("changed").required(true).multiple(true)))]
pub(crate) struct ChangePersonArgs {
    /// Id of the person
    pub(crate) id: String,
    /// Name
    #[arg(long, group = "changed")]
    pub(crate) name: Option<String>,
    /// Address for mail
    #[arg(long, group = "changed")]
    pub(crate) email: Option<String>,
    /// Subject of the person's tokens; empty: the id
    #[arg(long, group = "changed")]
    pub(crate) subject: Option<String>,
    /// Language that the person is written to in
    #[arg(long, group = "changed", value_parser = ["nl", "en"])]
    pub(crate) language: Option<String>,
    /// How the person is mailed about what happened
    #[arg(long, group = "changed", value_parser = ["at_once", "daily", "off"])]
    pub(crate) notices: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MemberArgs {
    /// Id of the person
    pub(crate) id: String,
    /// What the person does
    #[arg(value_parser = ["contributor", "reviewer", "coordinator", "publisher", "auditor", "administrator"])]
    pub(crate) role: String,
    /// Code of the organisation that a contributor or reviewer is of
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) organisation: String,
    /// Code of a pillar that it is limited to; may be repeated
    #[arg(long, value_name = "CODE")]
    pub(crate) pillar: Vec<String>,
    /// Code of a goal that it is limited to; may be repeated
    #[arg(long, value_name = "CODE")]
    pub(crate) goal: Vec<String>,
    /// First day [default: at once]
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) from: String,
    /// Last day [default: until it is ended]
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) until: String,
}
