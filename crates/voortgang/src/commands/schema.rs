//! `schema`: the published JSON Schemas.

use crate::{error::Error, output::line, results};

const FRAMEWORK: &str = include_str!("../../../../deploy/schemas/framework.v1.schema.json");
const CONTRIBUTIONS: &str = include_str!("../../../../deploy/schemas/contributions.v1.schema.json");
const OBLIGATIONS: &str = include_str!("../../../../deploy/schemas/obligations.v1.schema.json");
const EDITION: &str = include_str!("../../../../crates/edition/schemas/edition.v1.schema.json");

/// Prints a schema, or the names of all.
pub(crate) fn run(name: Option<&str>) -> Result<(), Error> {
    let files = [
        ("framework", FRAMEWORK),
        ("contributions", CONTRIBUTIONS),
        ("obligations", OBLIGATIONS),
        ("edition", EDITION),
    ];
    let derived = results::schemas();
    let Some(name) = name else {
        let mut names: Vec<&str> =
            files.iter().map(|(name, _)| *name).chain(derived.keys().copied()).collect();
        names.sort_unstable();
        line(&names.join("\n"));
        return Ok(());
    };
    if let Some((_, text)) = files.iter().find(|(known, _)| *known == name) {
        line(text.trim_end());
        return Ok(());
    }
    let schema = derived.get(name).ok_or_else(|| {
        Error::failed(format!("there is no schema `{name}`; `voortgang schema` lists them"))
    })?;
    line(&serde_json::to_string_pretty(schema).map_err(|error| Error::failed(error.to_string()))?);
    Ok(())
}
