//! The table of docs/ACCESS.md, as it is written there.

use std::{collections::BTreeMap, path::Path};

/// Names of the roles, in the order of the table's columns.
pub const ROLES: [&str; 6] =
    ["contributor", "reviewer", "coordinator", "publisher", "auditor", "administrator"];

/// Who may make a call, as the document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Whether anybody may.
    pub is_open: bool,
    /// Names of the roles that may, from outside or by way of another service of the installation.
    pub roles: Vec<&'static str>,
    /// Whether it is made by way of another service of the installation alone, and refused at the gateway.
    pub is_inner: bool,
    /// Names of the services of the installation that may on their own account.
    pub on_own_account: Vec<String>,
}

impl AccessRow {
    /// Whether the holder of a role may make the call from outside.
    pub fn lets(&self, role: &str) -> bool {
        self.is_open || (!self.is_inner && self.roles.contains(&role))
    }
}

/// The rows of the table in the document, by call such as `EditionService/GetEdition`.
pub fn documented_access() -> BTreeMap<String, AccessRow> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ACCESS.md");
    let text = std::fs::read_to_string(file).expect("the document is in the repository");
    let rows = text.lines().filter(|line| line.contains("Service/"));
    rows.filter_map(|line| row(&line.split('|').map(str::trim).collect::<Vec<_>>())).collect()
}

/// Reads a row of the table; none where the line is of something else.
fn row(cells: &[&str]) -> Option<(String, AccessRow)> {
    let ["", call, anybody, roles @ .., services, _audited, ""] = cells else { return None };
    if roles.len() != ROLES.len() {
        return None;
    }
    let is_inner = roles.iter().any(|cell| cell.starts_with("by "));
    let may = |(role, cell): (&'static str, &&str)| (!cell.is_empty()).then_some(role);
    let roles = ROLES.into_iter().zip(roles).filter_map(may).collect();
    let named = services.split(", ").filter(|name| !name.is_empty());
    let on_own_account = named.map(ToOwned::to_owned).collect();
    let row = AccessRow { is_open: *anybody == "open", roles, is_inner, on_own_account };
    Some(((*call).to_owned(), row))
}
