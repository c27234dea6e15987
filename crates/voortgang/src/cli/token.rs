//! Arguments of `token`, `revoke` and `whoami`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("what").required(true).args(["role", "operator", "keys"])),
    after_help = "Examples:\n  voortgang token --role contributor --organisation bz\n  \
    voortgang token --role reviewer --organisation bz --goal 2.1 --subject anna --hours 1\n  \
    voortgang token --operator --data /var/lib/voortgang > operator.token\n  \
    voortgang token --keys > keys.json\n\n\
    Commands take it from VOORTGANG_TOKEN, where an empty value counts as unset; other clients send it as\n\
    `authorization: Bearer TOKEN`. The token is made offline with the key of the server's own issuer; a server that trusts\n\
    other issuers takes tokens of those."
)]
pub(crate) struct TokenArgs {
    /// Role of the holder: contributor, reviewer, coordinator, publisher, auditor or administrator; may be repeated
    #[arg(long)]
    pub(crate) role: Vec<String>,
    /// Every role, for all organisations
    #[arg(long)]
    pub(crate) operator: bool,
    /// Print the issuer's public keys instead (JSON Web Key Set)
    #[arg(long)]
    pub(crate) keys: bool,
    /// The organisation that a contributor or reviewer is of
    #[arg(long)]
    pub(crate) organisation: Option<String>,
    /// Only for goals of this pillar; may be repeated
    #[arg(long)]
    pub(crate) pillar: Vec<String>,
    /// Only for this goal; may be repeated
    #[arg(long)]
    pub(crate) goal: Vec<String>,
    /// Opaque id of the holder, under which the audit log has what they do [default: made from the roles]
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Hours until it expires, 1 to 6
    #[arg(long, default_value_t = 1)]
    pub(crate) hours: u32,
    /// Data folder of the server [default: voortgang-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Key of the issuer, instead of that in the data folder
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Configuration file of the server
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").required(true).args(["token_id", "subject"])),
    after_help = "Examples:\n  voortgang revoke --subject anna --reason \"left the ministry\"\n  \
    voortgang revoke --token-id 6f9a4c1e --reason \"was sent by mail\""
)]
pub(crate) struct RevokeArgs {
    /// Id of one token (`jti`)
    #[arg(long)]
    pub(crate) token_id: Option<String>,
    /// All tokens of this subject that were issued until now
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
}
