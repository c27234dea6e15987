//! Results of `token`, `whoami` and `revoke`.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use wire::storage as pb;

/// Result of `token`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TokenShown {
    /// The token.
    pub(crate) token: String,
    /// Its subject, under which the audit log has what its holder does.
    pub(crate) subject: String,
}

/// Result of `whoami`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CallerShown {
    /// Opaque id; `public` without a token.
    pub(crate) id: String,
    /// What the caller may do.
    pub(crate) grants: Vec<GrantShown>,
}

/// A role, and where it holds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GrantShown {
    /// Name of the role.
    pub(crate) role: String,
    /// The organisation; absent: all of them.
    pub(crate) organisation: Option<String>,
    /// Pillars that it is limited to.
    pub(crate) pillars: Vec<String>,
    /// Goals that it is limited to.
    pub(crate) goals: Vec<String>,
}

/// Result of `revoke`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Revoked {
    /// Since when the tokens are worthless, in UTC.
    pub(crate) time: String,
}

impl From<pb::Grant> for GrantShown {
    fn from(grant: pb::Grant) -> Self {
        let role = model::Role::try_from(grant.role()).map_or("", model::Role::name).to_owned();
        let pb::Grant { role: _, organisation, pillars, goals } = grant;
        let organisation = Some(organisation).filter(|organisation| !organisation.is_empty());
        Self { role, organisation, pillars, goals }
    }
}

impl fmt::Display for GrantShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, organisation, pillars, goals } = self;
        f.write_str(role)?;
        if let Some(organisation) = organisation {
            write!(f, " of {organisation}")?;
        }
        for (what, codes) in [("pillars", pillars), ("goals", goals)] {
            if !codes.is_empty() {
                write!(f, ", {what} {}", codes.join(" "))?;
            }
        }
        Ok(())
    }
}
